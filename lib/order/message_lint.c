/* message_lint.c - try every template before a customer sees it
 *
 * Each is rendered with every key given, with none, and with each key once
 * the other way round, so that what stands in nested sections is tried too.
 * A language must say all kinds: a customer who was written to in French is
 * not told of a delay in English.
 * Knows the files of template_dir; says what is wrong, prints nothing. */

#include <dirent.h>
#include <errno.h>

#include <order/text.h>

#include "document.h"
#include "format.h"
#include "letter.h"
#include "templates.h"

struct lint {
	struct arena mem;
	const char *dir;
	cJSON **sample;
	int nsamples;
	void (*report)(void *, const char *, const char *);
	void *arg;
	int failed;
	struct err *err;
};

/* Most faults begin with the template's name already. */
static void
fail(struct lint *l, const char *name, const char *fault)
{
	size_t n = strlen(name);

	if (strncmp(fault, name, n) == 0 && strncmp(fault + n, ": ", 2) == 0)
		fault += n + 2;
	l->failed++;
	l->report(l->arg, name, fault);
}

/* ---- samples ---- */

static void
make_samples(struct lint *l)
{
	static const struct { bool on, empty; } base[] = {
		{ true, false }, { false, false }, { false, true }
	};
	int cap = 0;

	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++)
		for (int flip = -1;; flip++) {
			cJSON *d = document_sample(base[i].on, base[i].empty,
			    flip);

			if (d == NULL)
				break;
			if (l->nsamples == cap) {
				cap = cap != 0 ? 2 * cap : 256;
				l->sample = xrealloc(l->sample,
				    (size_t)cap * sizeof(cJSON *));
			}
			l->sample[l->nsamples++] = d;
			if (base[i].empty)
				break;
		}
}

static void
free_samples(struct lint *l)
{
	for (int i = 0; i < l->nsamples; i++)
		cJSON_Delete(l->sample[i]);
	free(l->sample);
}

/* ---- one template ---- */

/* The first fault says enough. */
static void
try_part(struct lint *l, const char *language, const char *kind,
    const char *part, const char *path)
{
	struct arena mem = ARENA_INIT;
	struct wording w = { .mem = &mem, .dir = l->dir,
	    .language = language, .plain = true };
	struct buf b = BUF_INIT;
	bool blank = true;

	for (int i = 0; i < l->nsamples; i++) {
		struct err e = ERR_INIT;
		struct letter letter;
		int r = letter_open(&letter, &w, kind, language, l->sample[i],
		    &e);

		buf_clear(&b);
		if (r == 0)
			r = letter_part(&letter, part, &b, &e);
		blank = blank && b.n == 0;
		if (r < 0) {
			fail(l, path, e.text);
			break;
		}
		if (i + 1 == l->nsamples && blank)
			fail(l, path, "is empty");
	}
	buf_release(&b);
	arena_release(&mem);
}

/* Also when only "de" has it and this is "de-AT". */
static bool
is_there(struct lint *l, const char *language, const char *name)
{
	struct err ignored = ERR_INIT;
	const char *text, *primary = arena_dupn(&l->mem, language,
	    strcspn(language, "-"));

	return template_find(&l->mem, l->dir, language, name, &text, NULL,
	    &ignored) != 0 || template_find(&l->mem, l->dir, primary, name,
	    &text, NULL, &ignored) == 1;
}

static void
check_there(struct lint *l, const char *language, const char *kind)
{
	static const char *const needed[] = { "txt", "subject.txt" };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		const char *name = arena_printf(&l->mem, "%s.%s", kind,
		    needed[i]);

		if (!is_there(l, language, name))
			fail(l, arena_printf(&l->mem, "%s/%s/%s", l->dir,
			    language, name), "is missing");
	}
}

static void
try_format(struct lint *l, const char *language)
{
	const char *text, *path;
	struct err e = ERR_INIT;
	struct format format;
	int r = template_find(&l->mem, l->dir, language, FORMAT_FILE, &text,
	    &path, &e);

	if (r < 0 || (r == 1 &&
	    format_read(&l->mem, text, &format, &e) < 0))
		fail(l, path, e.text);
}

static void
try_kind(struct lint *l, const char *language, const char *kind)
{
	const char *text, *path;
	bool has_text = false;

	for (int i = 0; i < 3; i++) {
		struct err e = ERR_INIT;
		const char *part = message_parts[i];
		int r = template_find(&l->mem, l->dir, language,
		    arena_printf(&l->mem, "%s.%s", kind, part), &text, &path,
		    &e);

		if (r < 0)
			fail(l, path, e.text);
		if (i == 0)
			has_text = r != 0;
		if (r != 1)
			continue;
		if (!has_text)
			fail(l, path, "is never used: there is no text beside"
			    " it");
		else
			try_part(l, language, kind, part, path);
	}
}

/* ---- all of them ---- */

static bool
is_built_in(const char *language)
{
	for (size_t i = 0; i < mail_ntemplates; i++)
		if (text_eq_nocase(mail_templates[i].language, language))
			return true;
	return false;
}

/* KIND.txt, KIND.html, KIND.subject.txt, a partial, or the format. */
static bool
is_template_name(const char *name)
{
	size_t n = strcspn(name, ".");

	if (strcmp(name, FORMAT_FILE) == 0)
		return true;
	if (name[0] == '_')
		return strcmp(name + n, ".txt") == 0 ||
		    strcmp(name + n, ".html") == 0;
	for (int k = 0; k < message_nkinds; k++)
		for (int p = 0; p < 3; p++)
			if (name[n] == '.' && strlen(message_kinds[k]) == n &&
			    strncmp(message_kinds[k], name, n) == 0 &&
			    strcmp(name + n + 1, message_parts[p]) == 0)
				return true;
	return false;
}

static void
try_language(struct lint *l, const char *language)
{
	try_format(l, language);
	for (int i = 0; i < message_nkinds; i++) {
		check_there(l, language, message_kinds[i]);
		try_kind(l, language, message_kinds[i]);
	}
}

/* A misspelt name would be passed over without a word. */
static void
check_names(struct lint *l, const char *language)
{
	const char *dir = arena_printf(&l->mem, "%s/%s", l->dir, language);
	DIR *d = opendir(dir);
	struct dirent *f;

	if (d == NULL) {
		if (errno != ENOTDIR)
			fail(l, dir, strerror(errno));
		return;
	}
	if (!text_is_word(language, "-"))
		fail(l, dir, "is not a language tag");
	while ((f = readdir(d)) != NULL)
		if (f->d_name[0] != '.' && !is_template_name(f->d_name))
			fail(l, arena_printf(&l->mem, "%s/%s", dir, f->d_name),
			    "is not the name of a template");
	closedir(d);
}

static int
try_directory(struct lint *l)
{
	DIR *d = opendir(l->dir);
	struct dirent *f;

	if (d == NULL)
		return err_errno(l->err, ERR_CONFIG, errno,
		    "template_dir: %s", l->dir);
	while ((f = readdir(d)) != NULL) {
		const char *language = arena_dup(&l->mem, f->d_name);

		if (language[0] == '.')
			continue;
		check_names(l, language);
		if (text_is_word(language, "-") && !is_built_in(language))
			try_language(l, language);
	}
	closedir(d);
	return 0;
}

int
message_lint(struct step *s, void (*report)(void *, const char *,
    const char *), void *arg, struct err *e)
{
	struct lint l = { .report = report, .arg = arg, .err = e };
	int r = 0;

	l.dir = s->policy.text[POLICY_IS_TEMPLATE_DIR];
	make_samples(&l);
	for (size_t i = 0; i < mail_ntemplates; i++) {
		const char *language = mail_templates[i].language;

		if (i == 0 || strcmp(language,
		    mail_templates[i - 1].language) != 0)
			try_language(&l, language);
	}
	if (l.dir[0] != '\0')
		r = try_directory(&l);
	free_samples(&l);
	arena_release(&l.mem);
	return r < 0 ? -1 : l.failed;
}
