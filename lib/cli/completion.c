/* completion.c - what a shell offers after the tool's name
 *
 * Made from the option table, so it never knows an option that is not there.
 * The name of an argument in the table tells what it is: FILE, STATUS, HOLD.
 * Writes one script per shell; runs in none of them. */

#include <order/answers.h>
#include <order/buf.h>
#include <order/load.h>
#include <order/message.h>
#include <order/policy.h>
#include <order/query.h>
#include <order/update.h>

#include "maps.h"
#include "opt.h"

/* ---- which words an argument can be ---- */

static void
add_word(struct buf *b, const char *word, const char *end)
{
	buf_printf(b, "%s%s%s", b->n > 0 ? " " : "", word, end);
}

static void
add_words(struct buf *b, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_word(b, words[i], "");
}

static void
add_queried(struct buf *b, enum query_field f)
{
	size_t n;
	const char *const *names = query_names(f, &n);

	add_words(b, names, n);
}

static void
add_events(struct buf *b)
{
	for (size_t i = 0; update_event(i) != NULL; i++)
		add_word(b, update_event(i), "");
}

static void
add_policy(struct buf *b)
{
	for (int i = 0; policy_name(i) != NULL; i++)
		add_word(b, policy_name(i), "=");
}

static void
add_maps(struct buf *b)
{
	for (size_t i = 0; i < nbuiltin_maps; i++)
		add_word(b, builtin_maps[i].name, "");
}

/* Choices that no table has: by tool, where a name means several things. */
static const struct {
	const char *tool, *option, *words;
} fixed[] = {
	{ NULL, "input", "csv json" },
	{ NULL, "output", "csv json table" },
	{ NULL, "color", "auto always never" },
	{ "order-receive", "on-error", "rows all stop" },
	{ "order-receive", "extra", "refuse keep ignore" },
	{ "order-forward", "to", "fulfilment inventory" },
	{ "order-forward", "as", "csv json text" },
	{ "order-report", "output", "text csv json html" },
};

/* The words of an option's argument, none when they are not known. */
static void
add_choices(struct buf *b, const char *tool, const struct opt *o)
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(fixed[i].option, o->name) == 0 &&
		    (fixed[i].tool == NULL || strcmp(fixed[i].tool, tool) == 0)) {
			buf_clear(b);
			buf_puts(b, fixed[i].words);
		}
	if (b->n > 0)
		return;
	if (strcmp(o->arg, "STATUS") == 0)
		add_queried(b, QUERY_STATUS);
	else if (strcmp(o->arg, "HOLD") == 0)
		add_queried(b, QUERY_HELD);
	else if (strcmp(o->arg, "STOCK") == 0)
		add_queried(b, QUERY_STOCK);
	else if (strcmp(o->arg, "ACK") == 0)
		add_queried(b, QUERY_ACK);
	else if (strcmp(o->name, "state") == 0)
		add_words(b, message_states, (size_t)message_nstates);
	else if (strcmp(o->name, "kind") == 0)
		add_words(b, message_kinds, (size_t)message_nkinds);
	else if (strcmp(o->name, "map") == 0 || strcmp(o->name, "show-map") == 0)
		add_maps(b);
}

static bool
takes_files(const struct opt *o)
{
	return strcmp(o->arg, "FILE") == 0 || strcmp(o->arg, "DIR") == 0 ||
	    strcmp(o->arg, "MAP") == 0;
}

/* ---- operands, as the synopsis has them ---- */

#define MAX_OPERANDS 4

struct operand {
	struct buf words;
	bool files;
};

struct operands {
	struct operand at[MAX_OPERANDS];
	size_t n;
	bool more;		/* the last may come again */
};

static void
read_operand(struct operands *all, const char *name, size_t len)
{
	struct operand *o = &all->at[all->n];
	char text[200];

	if (len == 3 && memcmp(name, "...", 3) == 0)
		all->more = true;
	if (len < 2 || all->more || all->n == MAX_OPERANDS)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)len, name);
	if (strchr(text, '=') != NULL)
		return;		/* a name again */
	o->words = (struct buf)BUF_INIT;
	o->files = strcmp(text, "file") == 0;
	if (strchr(text, '|') != NULL) {
		buf_puts(&o->words, text);
		for (size_t i = 0; i < o->words.n; i++)
			if (o->words.data[i] == '|')
				o->words.data[i] = ' ';
	} else if (strcmp(text, "event") == 0)
		add_events(&o->words);
	else if (strcmp(text, "hold") == 0)
		add_words(&o->words, answer_holds, ANSWER_NHOLDS);
	else if (strcmp(text, "answer") == 0)
		add_words(&o->words, answer_words, ANSWER_NWORDS);
	else if (strcmp(text, "name") == 0)
		add_policy(&o->words);
	all->n++;
}

static void
read_operands(struct operands *all, const char *args)
{
	memset(all, 0, sizeof(*all));
	while (*args != '\0') {
		size_t n;

		args += strspn(args, "[] ");
		n = strcspn(args, "[] ");
		if (n > 0)
			read_operand(all, args, n);
		args += n;
	}
}

static void
release_operands(struct operands *all)
{
	for (size_t i = 0; i < all->n; i++)
		buf_release(&all->at[i].words);
}

static const char *
words_of(const struct operand *o)
{
	return o->words.n > 0 ? o->words.data : "";
}

/* Text between single quotes: each of these gets the escape in front. */
static void
put_quoted(struct buf *b, const char *text, const char *these,
    const char *quote)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			buf_puts(b, quote);
			continue;
		}
		if (strchr(these, *text) != NULL)
			buf_putc(b, '\\');
		buf_putc(b, *text);
	}
}

/* ---- bash ---- */

static void
bash_option(struct buf *b, const char *tool, const struct opt *o)
{
	struct buf words = BUF_INIT;

	add_choices(&words, tool, o);
	buf_printf(b, "\t--%s", o->name);
	if (o->letter != 0)
		buf_printf(b, "|-%c", o->letter);
	buf_puts(b, ")");
	if (words.n > 0)
		buf_printf(b, "\n\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))",
		    words.data);
	if (takes_files(o))
		buf_puts(b, "\n\t\tcompopt -o default");
	buf_puts(b, words.n > 0 || takes_files(o) ? "\n\t\treturn ;;\n" :
	    " return ;;\n");
	buf_release(&words);
}

static void
bash_operands(struct buf *b, const struct operands *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct operand *o = &all->at[i];

		buf_printf(b, all->more && i + 1 == all->n ? "\t*)" : "\t%zu)",
		    i);
		if (o->words.n > 0)
			buf_printf(b, " COMPREPLY=($(compgen -W '%s' --"
			    " \"$cur\"))\n\t\t[[ ${COMPREPLY-} != *= ]] ||"
			    " compopt -o nospace ;;\n", words_of(o));
		else
			buf_printf(b, " %s ;;\n",
			    o->files ? "compopt -o default" : ":");
	}
}

static void
bash_script(struct buf *b, const char *tool, const struct opt *const *opts,
    int n, const struct operands *all)
{
	struct buf names = BUF_INIT, valued = BUF_INIT, f = BUF_INIT;

	buf_puts(&f, tool);
	for (size_t i = 0; i < f.n; i++)
		if (f.data[i] == '-')
			f.data[i] = '_';
	buf_printf(b, "_%s()\n{\n\tlocal cur=$2 prev=$3 i n=0\n\n"
	    "\tCOMPREPLY=()\n"
	    "\t[[ $cur != = ]] || cur=\n"
	    "\t[[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	    "\tcase $prev in\n", f.data);
	for (int i = 0; i < n; i++) {
		add_word(&names, "--", opts[i]->name);
		if (opts[i]->arg == NULL)
			continue;
		bash_option(b, tool, opts[i]);
		buf_printf(&valued, "%s--%s", valued.n > 0 ? "|" : "",
		    opts[i]->name);
		if (opts[i]->letter != 0)
			buf_printf(&valued, "|-%c", opts[i]->letter);
	}
	buf_printf(b, "\tesac\n\tif [[ $cur == -* ]]; then\n"
	    "\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n"
	    "\t\treturn\n\tfi\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t%s)\n"
	    "\t\t\t[[ ${COMP_WORDS[i + 1]} != = ]] || ((++i))\n"
	    "\t\t\t((++i)) ;;\n"
	    "\t\t-*) ;;\n"
	    "\t\t*) ((++n)) ;;\n"
	    "\t\tesac\n\tdone\n", names.data, valued.data);
	if (all->n > 0) {
		buf_puts(b, "\tcase $n in\n");
		bash_operands(b, all);
		buf_puts(b, "\tesac\n");
	}
	buf_printf(b, "}\ncomplete -F _%s %s\n", f.data, tool);
	buf_release(&names);
	buf_release(&valued);
	buf_release(&f);
}

/* ---- zsh ---- */

static void
zsh_action(struct buf *b, const char *words, bool files)
{
	if (files)
		buf_puts(b, words[0] == '\0' ? "_files" :
		    "{ _files; compadd -- ");
	else if (words[0] != '\0')
		buf_puts(b, "(");
	buf_puts(b, words);
	buf_puts(b, words[0] == '\0' ? "" : files ? " }" : ")");
}

static void
zsh_option(struct buf *b, const char *tool, const struct opt *o)
{
	struct buf words = BUF_INIT;

	buf_puts(b, " \\\n\t");
	if (o->letter != 0)
		buf_printf(b, "{-%c%s,--%s%s}", o->letter,
		    o->arg != NULL ? "+" : "", o->name,
		    o->arg != NULL ? "=" : "");
	else
		buf_printf(b, "%s--%s%s",
		    o->kind == OPT_KIND_WORDS || o->kind == OPT_KIND_PICK ?
		    "\\*" : "", o->name, o->arg != NULL ? "=" : "");
	buf_puts(b, "'[");
	put_quoted(b, o->help, "[]\\", "'\\''");
	buf_putc(b, ']');
	if (o->arg != NULL) {
		add_choices(&words, tool, o);
		buf_putc(b, ':');
		put_quoted(b, o->arg, ":\\", "'\\''");
		buf_putc(b, ':');
		if (words.n == 0 && !takes_files(o))
			buf_putc(b, ' ');
		zsh_action(b, words.n > 0 ? words.data : "", takes_files(o));
	}
	buf_putc(b, '\'');
	buf_release(&words);
}

static void
zsh_script(struct buf *b, const char *tool, const struct opt *const *opts,
    int n, const struct operands *all)
{
	buf_printf(b, "#compdef %s\n_arguments -s -S", tool);
	for (int i = 0; i < n; i++)
		zsh_option(b, tool, opts[i]);
	for (size_t i = 0; i < all->n; i++) {
		const struct operand *o = &all->at[i];
		const char *words = words_of(o);
		bool joined = strchr(words, '=') != NULL;

		buf_puts(b, " \\\n\t'");
		buf_puts(b, all->more && i + 1 == all->n ? "*" : "");
		if (!all->more || i + 1 < all->n)
			buf_printf(b, "%zu", i + 1);
		buf_puts(b, joined ? ":word:compadd -S \"\" -- " : ":word:");
		if (joined || (words[0] == '\0' && !o->files))
			buf_puts(b, joined ? words : " ");
		else
			zsh_action(b, words, o->files);
		buf_puts(b, "'");
	}
	buf_puts(b, "\n");
}

/* ---- fish ---- */

static void
fish_option(struct buf *b, const char *tool, const struct opt *o)
{
	struct buf words = BUF_INIT;

	buf_printf(b, "complete -c %s", tool);
	if (o->letter != 0)
		buf_printf(b, " -s %c", o->letter);
	buf_printf(b, " -l %s", o->name);
	if (o->arg != NULL) {
		add_choices(&words, tool, o);
		buf_puts(b, takes_files(o) ? " -r -F" : " -x");
		if (words.n > 0)
			buf_printf(b, " -a '%s'", words.data);
	}
	buf_puts(b, " -d '");
	put_quoted(b, o->help, "\\", "\\'");
	buf_puts(b, "'\n");
	buf_release(&words);
}

/* A function that is true when so many operands stand before the cursor; what
 * stands behind an option is none. */
static void
fish_place(struct buf *b, const char *tool, const struct opt *const *opts,
    int n)
{
	buf_printf(b, "function __%s_operand\n"
	    "\tset -l n 0\n\tset -l value 0\n"
	    "\tset -l words (commandline -opc)\n\tset -e words[1]\n"
	    "\tfor word in $words\n"
	    "\t\tif test $value = 1\n\t\t\tset value 0\n\t\t\tcontinue\n"
	    "\t\tend\n\t\tswitch $word\n\t\t\tcase", tool);
	for (int i = 0; i < n; i++) {
		if (opts[i]->arg == NULL)
			continue;
		if (opts[i]->letter != 0)
			buf_printf(b, " -%c", opts[i]->letter);
		buf_printf(b, " --%s", opts[i]->name);
	}
	buf_puts(b, "\n\t\t\t\tset value 1\n\t\t\tcase '-*'\n"
	    "\t\t\tcase '*'\n\t\t\t\tset n (math $n + 1)\n"
	    "\t\tend\n\tend\n\ttest $n = $argv[1]\nend\n");
}

static void
fish_operands(struct buf *b, const char *tool, const struct operands *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct operand *o = &all->at[i];

		if (o->words.n == 0 && (o->files || all->n == 1))
			continue;
		buf_printf(b, "complete -c %s", tool);
		if (!all->more || i + 1 < all->n)
			buf_printf(b, " -n '__%s_operand %zu'", tool, i);
		if (!o->files)
			buf_puts(b, " -f");
		if (o->words.n > 0)
			buf_printf(b, " -a '%s'", words_of(o));
		buf_puts(b, "\n");
	}
}

static void
fish_script(struct buf *b, const char *tool, const struct opt *const *opts,
    int n, const struct operands *all)
{
	bool files = false;

	for (size_t i = 0; i < all->n; i++)
		files = files || all->at[i].files;
	if (!files)
		buf_printf(b, "complete -c %s -f\n", tool);
	for (int i = 0; i < n; i++)
		fish_option(b, tool, opts[i]);
	if (all->n > 1 || (all->n == 1 && !all->more &&
	    all->at[0].words.n > 0))
		fish_place(b, tool, opts, n);
	fish_operands(b, tool, all);
}

bool
completion_script(struct buf *b, const char *shell,
    const struct tool_about *about, const struct opt *const *opts, int n)
{
	static const struct {
		const char *shell;
		void (*script)(struct buf *, const char *,
		    const struct opt *const *, int, const struct operands *);
	} shells[] = {
		{ "bash", bash_script }, { "zsh", zsh_script },
		{ "fish", fish_script },
	};
	struct operands all;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].shell, shell) != 0)
			continue;
		read_operands(&all, about->args);
		shells[i].script(b, about->name, opts, n, &all);
		release_operands(&all);
		return true;
	}
	return false;
}
