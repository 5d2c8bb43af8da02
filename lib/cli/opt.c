/* opt.c - one option table per tool, the common ones beside it
 *
 * Knows getopt_long and how help is laid out.  No work hides here: options
 * only fill variables. */

#include <errno.h>
#include <getopt.h>
#include <unistd.h>

#include <order/arena.h>
#include <order/money.h>
#include <order/text.h>

#include "opt.h"

#define MAX_OPTIONS 64
#define LONG_ONLY 256

/* Values that need more than a variable. */
static const char *in_format, *out_format, *lock_seconds, *shell;
static bool help, version;

struct common {
	struct opt opt;
	unsigned unless;	/* hidden from tools with this need */
	unsigned only;		/* and from those without this one */
};

static struct common common[] = {
	{ { OPT_KIND_TEXT, 'd', "database", "FILE", NULL,
	    "the database ($ORDER_DB, else orders.db)" }, 0, 0 },
	{ { OPT_KIND_TEXT, 'i', "input", "FORMAT", &in_format,
	    "csv or json (else told by the first byte)" }, TOOL_PLAIN, 0 },
	{ { OPT_KIND_TEXT, 'o', "output", "FORMAT", &out_format,
	    "csv, json or table" }, TOOL_NO_DB | TOOL_PAGES, 0 },
	{ { OPT_KIND_TEXT, 'o', "output", "FORMAT", &out_format,
	    "text, csv, json or html" }, TOOL_NO_DB, TOOL_PAGES },
	{ { OPT_KIND_FLAG, 0, "spreadsheet", NULL, NULL,
	    "CSV that is safe to open in a spreadsheet" }, TOOL_NO_DB, 0 },
	{ { OPT_KIND_FLAG, 'n', "dry-run", NULL, NULL,
	    "decide and print, but change nothing" },
	    TOOL_READS | TOOL_NO_DB, 0 },
	{ { OPT_KIND_FLAG, 'q', "quiet", NULL, NULL,
	    "print no records, only faults" }, TOOL_NO_DB, 0 },
	{ { OPT_KIND_FLAG, 'v', "verbose", NULL, NULL,
	    "say more on stderr" }, TOOL_NO_DB, 0 },
	{ { OPT_KIND_FLAG, 0, "progress", NULL, NULL,
	    "show progress also for short work" }, TOOL_PLAIN, 0 },
	{ { OPT_KIND_FLAG, 0, "allow-unterminated", NULL, NULL,
	    "accept a last CSV line without its line end" }, TOOL_PLAIN, 0 },
	{ { OPT_KIND_TEXT, 0, "color", "WHEN", NULL,
	    "auto, always or never" }, TOOL_NO_DB, 0 },
	{ { OPT_KIND_TEXT, 0, "lock-timeout", "SECONDS", &lock_seconds,
	    "how long to wait for other writers (30)" }, TOOL_READS, 0 },
	{ { OPT_KIND_FLAG, 'h', "help", NULL, &help, "print this" }, 0, 0 },
	{ { OPT_KIND_FLAG, 'V', "version", NULL, &version,
	    "print the version" }, 0, 0 },
	/* For packagers, not for the reader of a page: without help. */
	{ { OPT_KIND_TEXT, 0, "completion", "SHELL", &shell, NULL }, 0, 0 },
};

#define NCOMMON ((int)(sizeof(common) / sizeof(common[0])))

static void
bind_common(struct tool *t)
{
	for (int i = 0; i < NCOMMON; i++) {
		struct opt *o = &common[i].opt;

		if (strcmp(o->name, "database") == 0)
			o->to = &t->db_path;
		else if (strcmp(o->name, "spreadsheet") == 0)
			o->to = &t->spreadsheet;
		else if (strcmp(o->name, "dry-run") == 0)
			o->to = &t->dry_run;
		else if (strcmp(o->name, "quiet") == 0)
			o->to = &t->quiet;
		else if (strcmp(o->name, "verbose") == 0)
			o->to = &t->verbose;
		else if (strcmp(o->name, "progress") == 0)
			o->to = &t->progress;
		else if (strcmp(o->name, "allow-unterminated") == 0)
			o->to = &t->allow_unterminated;
		else if (strcmp(o->name, "color") == 0)
			o->to = &t->color;
	}
}

/* All options of the tool, its own first, that of completion last. */
static int
collect(struct tool *t, const struct opt *all[MAX_OPTIONS])
{
	int n = 0;

	bind_common(t);
	for (const struct opt *o = t->about->opts;
	    o != NULL && o->kind != OPT_KIND_END; o++)
		all[n++] = o;
	for (int i = 0; i < NCOMMON; i++)
		if ((common[i].unless & t->about->needs) == 0 &&
		    (common[i].only & ~t->about->needs) == 0)
			all[n++] = &common[i].opt;
	return n;
}

static void
print_option(const struct opt *o)
{
	char left[64];

	snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
	    o->letter != 0 ? '-' : ' ', o->letter != 0 ? o->letter : ' ',
	    o->letter != 0 ? ", " : "  ", o->name,
	    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
	printf("  %-28s  %s\n", left, o->help);
}

static _Noreturn void
end_text(struct tool *t)
{
	struct err e = ERR_INIT;

	if (fflush(stdout) == 0)
		exit(0);
	err_errno(&e, ERR_IO, errno, "stdout");
	tool_fail(t, &e);
}

static _Noreturn void
print_help(struct tool *t, const struct opt *const *all, int n)
{
	printf("usage: %s [option ...]%s%s\n\n%s\n\noptions:\n",
	    t->about->name, t->about->args[0] != '\0' ? " " : "",
	    t->about->args, t->about->does);
	for (int i = 0; i < n - 1; i++)
		print_option(all[i]);
	end_text(t);
}

static _Noreturn void
print_completion(struct tool *t, const struct opt *const *all, int n)
{
	struct buf b = BUF_INIT;

	if (!completion_script(&b, shell, t->about, all, n - 1))
		tool_usage(t, "--completion: \"%s\" is none of bash, zsh and"
		    " fish", shell);
	fwrite(b.data, 1, b.n, stdout);
	buf_release(&b);
	end_text(t);
}

static enum format
format_of(struct tool *t, const char *text, const char *option, bool output)
{
	static const char *const words[] = { "csv", "json", "table", "text",
		"html" };
	static const enum format formats[] = { FORMAT_CSV, FORMAT_JSON,
		FORMAT_TABLE, FORMAT_TEXT, FORMAT_HTML };
	static const char *const pages[] = { "text", "csv", "json", "html" };
	bool paged = (t->about->needs & TOOL_PAGES) != 0;
	size_t i = 0;

	if (text == NULL)
		return FORMAT_AUTO;
	if (output && paged)
		text = pages[tool_choice(t, option, text, pages, 4)];
	else
		text = words[tool_choice(t, option, text, words,
		    output ? 3 : 2)];
	while (strcmp(words[i], text) != 0)
		i++;
	return formats[i];
}

/* A command we print has "..." where only its reader knows what belongs
 * there.  Pasted as it is, it must not go on record; what is looked for may
 * be anything. */
static void
check_gap(struct tool *t, const struct opt *o, const char *value)
{
	const char *equals = o->kind == OPT_KIND_WORDS ?
	    strchr(value, '=') : NULL;

	if (o->kind != OPT_KIND_PICK &&
	    strcmp(equals != NULL ? equals + 1 : value, "...") == 0)
		tool_usage(t, "--%s: \"%s\" is a gap: put in its place what"
		    " only you can say", o->name, value);
}

static void
apply(struct tool *t, const struct opt *o, const char *value)
{
	struct words *w;

	if (value != NULL)
		check_gap(t, o, value);
	switch (o->kind) {
	case OPT_KIND_SELECT:
		t->selected = true;
		*(bool *)o->to = true;
		break;
	case OPT_KIND_FLAG:
		*(bool *)o->to = true;
		break;
	case OPT_KIND_TEXT:
		*(const char **)o->to = value;
		break;
	default:
		t->selected = t->selected || o->kind == OPT_KIND_PICK;
		w = o->to;
		w->word = xrealloc(w->word, (w->n + 1) * sizeof(*w->word));
		w->word[w->n++] = value;
		break;
	}
}

static void
check_common(struct tool *t)
{
	int64_t n = 30;

	/* "$UNSET" is no wish for the database of the working directory. */
	if (t->db_path[0] == '\0')
		tool_usage(t, "--database: names no file");
	t->in = format_of(t, in_format, "--input", false);
	t->out = format_of(t, out_format, "--output", true);
	if (strcmp(t->color, "auto") != 0 && strcmp(t->color, "always") != 0 &&
	    strcmp(t->color, "never") != 0)
		tool_usage(t, "--color: \"%s\" is none of auto, always and"
		    " never", t->color);
	if (lock_seconds != NULL &&
	    (decimal_parse(lock_seconds, 0, &n) != DECIMAL_OK || n > 86400))
		tool_usage(t, "--lock-timeout: \"%s\" is not a number of"
		    " seconds", lock_seconds);
	t->lock_seconds = (int)n;
}

static _Noreturn void
unknown_option(struct tool *t, const struct opt *const *all, int n,
    const char *word)
{
	const char *names[MAX_OPTIONS], *near = NULL;

	for (int i = 0; i < n; i++)
		names[i] = all[i]->name;
	if (strncmp(word, "--", 2) == 0)
		near = text_nearest(word + 2, names, (size_t)n);
	tool_usage(t, "unknown option %s%s%s%s", word,
	    near != NULL ? " (did you mean --" : "",
	    near != NULL ? near : "", near != NULL ? "?)" : "");
}

void
opt_parse(struct tool *t, int argc, char **argv)
{
	const struct opt *all[MAX_OPTIONS];
	struct option longs[MAX_OPTIONS + 1];
	char letters[2 * MAX_OPTIONS + 2] = ":", *l = letters + 1;
	int c, n = collect(t, all);

	for (int i = 0; i < n; i++) {
		longs[i] = (struct option){ all[i]->name,
		    all[i]->arg != NULL ? required_argument : no_argument,
		    NULL, LONG_ONLY + i };
		if (all[i]->letter != 0) {
			*l++ = (char)all[i]->letter;
			if (all[i]->arg != NULL)
				*l++ = ':';
		}
	}
	*l = '\0';
	memset(&longs[n], 0, sizeof(longs[n]));
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		int i = c - LONG_ONLY;

		if (c == ':')
			tool_usage(t, "%s needs a value", argv[optind - 1]);
		if (c == '?')
			unknown_option(t, all, n, argv[optind - 1]);
		if (c < LONG_ONLY)
			for (i = 0; all[i]->letter != c; i++)
				continue;
		apply(t, all[i], optarg);
	}
	if (help)
		print_help(t, all, n);
	if (version) {
		printf("%s %s\n", t->about->name, ORDER_TOOLS_VERSION);
		end_text(t);
	}
	if (shell != NULL)
		print_completion(t, all, n);
	t->argc = argc - optind;
	t->argv = argv + optind;
	check_common(t);
}
