/* message_text.c - find the templates of a message and render its parts
 *
 * A template is looked for in template_dir/LANGUAGE/NAME, then among the
 * built-in ones.  Text and HTML are always of one language; the environment's
 * locale has no say. */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/template.h>
#include <order/text.h>

#include "document.h"
#include "format.h"
#include "letter.h"
#include "templates.h"

#define TEMPLATE_MAX (1 << 20)

const char *const message_kinds[] = {
	"receipt", "acknowledgment", "clarify", "shortage", "changed", "delay",
	"shipped", "cancelled", "rejected", "reply"
};
const int message_nkinds = sizeof(message_kinds) / sizeof(message_kinds[0]);

const char *const message_parts[3] = { "txt", "html", "subject.txt" };

/* ---- finding ---- */

static int
read_all(struct arena *mem, int fd, const char *path, size_t size,
    const char **text, struct err *e)
{
	char *to = arena_alloc(mem, size + 1);
	size_t n = 0;
	ssize_t r;

	while (n < size && (r = read(fd, to + n, size - n)) != 0) {
		if (r < 0)
			return err_errno(e, ERR_IO, errno, "%s", path);
		n += (size_t)r;
	}
	if (text_unfit(to, n) != NULL)
		return err_set(e, ERR_CONFIG, "%s: %s", path,
		    text_unfit(to, n));
	*text = to;
	return 1;
}

/* 1, 0 when there is no such file, -1. */
static int
read_file(struct arena *mem, const char *path, const char **text,
    struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int r;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 :
		    err_errno(e, ERR_CONFIG, errno, "%s", path);
	if (fstat(fd, &st) < 0)
		r = err_errno(e, ERR_IO, errno, "%s", path);
	else if (!S_ISREG(st.st_mode))
		r = err_set(e, ERR_CONFIG, "%s: is not a file", path);
	else if (st.st_size > TEMPLATE_MAX)
		r = err_set(e, ERR_CONFIG, "%s: is larger than 1 MiB", path);
	else
		r = read_all(mem, fd, path, (size_t)st.st_size, text, e);
	close(fd);
	return r;
}

int
template_find(struct arena *mem, const char *dir, const char *language,
    const char *name, const char **text, const char **path, struct err *e)
{
	const char *file = dir[0] == '\0' ? NULL :
	    arena_printf(mem, "%s/%s/%s", dir, language, name);
	int r = file != NULL ? read_file(mem, file, text, e) : 0;

	if (path != NULL)
		*path = r != 0 ? file : arena_printf(mem, "%s/%s", language,
		    name);
	for (size_t i = 0; r == 0 && i < mail_ntemplates; i++) {
		const struct mail_template *m = &mail_templates[i];

		if (strcmp(m->name, name) == 0 &&
		    text_eq_nocase(m->language, language)) {
			*text = (const char *)m->text;
			r = 1;
		}
	}
	return r;
}

/* What was looked for in exactly this language. */
struct found {
	struct found *next;
	const char *language, *name, *path;
	const char *text;		/* NULL: there is none */
	const struct template *template;	/* NULL: not read yet */
	const struct format *format;		/* likewise */
};

/* As template_find, but what is known is not looked for again. */
static int
find_once(struct wording *w, const char *language, const char *name,
    struct found **found, struct err *e)
{
	struct found *f;
	int r;

	for (f = w->found; f != NULL; f = f->next)
		if (strcmp(f->name, name) == 0 &&
		    strcmp(f->language, language) == 0)
			break;
	if (f == NULL) {
		f = arena_alloc(w->mem, sizeof(*f));
		f->language = language;
		f->name = arena_dup(w->mem, name);
		r = template_find(w->mem, w->dir, language, name, &f->text,
		    &f->path, e);
		if (r < 0)
			return -1;
		f->next = w->found;
		w->found = f;
	}
	*found = f;
	return f->text != NULL;
}

static int
read_once(struct wording *w, struct found *f, struct err *e)
{
	if (f->template == NULL)
		f->template = template_read(w->mem, f->text, strlen(f->text),
		    e);
	return f->template != NULL ? 1 : -1;
}

/* ---- languages ---- */

/* The tag, then what it begins with: "de-AT", "de". */
static void
try_language(struct letter *l, const char *tag)
{
	char *primary;

	if (!text_is_word(tag, "-") || strlen(tag) > 35)
		return;
	if (tag[strcspn(tag, "-")] != '\0')
		l->language[l->nlanguages++] = tag;
	primary = arena_dupn(l->wording->mem, tag, strcspn(tag, "-"));
	for (char *p = primary; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	l->language[l->nlanguages++] = primary;
}

/* A region may write as its language does, never as another. */
static int
find_format(struct letter *l, struct err *e)
{
	const char *spoken = l->language[l->spoken];
	size_t n = strcspn(spoken, "-");
	struct format *format;
	struct found *f;
	int r = 0;

	for (int i = 0; i < l->nlanguages && r == 0; i++)
		if (strcspn(l->language[i], "-") == n &&
		    strncasecmp(l->language[i], spoken, n) == 0)
			r = find_once(l->wording, l->language[i], FORMAT_FILE,
			    &f, e);
	if (r <= 0)
		return r;
	if (f->format == NULL) {
		format = arena_alloc(l->wording->mem, sizeof(*format));
		if (format_read(l->wording->mem, f->text, format, e) < 0)
			return err_add(e, "%s", f->path);
		f->format = format;
	}
	l->format = f->format;
	return 0;
}

int
letter_open(struct letter *l, struct wording *w, const char *kind,
    const char *language, const cJSON *document, struct err *e)
{
	const char *name = arena_printf(w->mem, "%s.txt", kind);
	struct found *text;
	int r;

	memset(l, 0, sizeof(*l));
	l->wording = w;
	l->kind = kind;
	l->document = document;
	try_language(l, language);
	try_language(l, w->language);
	l->language[l->nlanguages++] = "en";
	for (int i = 0; i < l->nlanguages; i++) {
		l->spoken = i;
		r = find_once(w, l->language[i], name, &text, e);
		if (r != 0)
			return r < 0 ? -1 : w->plain ? 0 : find_format(l, e);
	}
	return err_set(e, ERR_CONFIG, "there is no template %s", name);
}

/* ---- rendering ---- */

/* In the language spoken, else in the next that has it. */
static int
find_spoken(const struct letter *l, const char *name, struct found **found,
    struct err *e)
{
	int r = 0;

	for (int i = l->spoken; r == 0 && i < l->nlanguages; i++)
		r = find_once(l->wording, l->language[i], name, found, e);
	return r;
}

struct part {
	const struct letter *letter;
	const char *extension;
	struct buf shown;
};

/* Dates and numbers begin with a digit, most texts do not. */
static const char *
show(void *arg, const char *name, const char *value)
{
	struct part *p = arg;
	const struct format *f = p->letter->format;
	enum key_kind kind;

	if (f == NULL || (value[0] != '-' && (value[0] < '0' ||
	    value[0] > '9')) || (kind = document_kind(name)) == KEY_TEXT)
		return value;
	buf_clear(&p->shown);
	if (kind == KEY_DATE)
		format_date(f, value, &p->shown);
	else
		format_number(f, value, &p->shown);
	return p->shown.data;
}

static int
partial(void *arg, const char *name, const struct template **template,
    struct err *e)
{
	const struct part *p = arg;
	struct wording *w = p->letter->wording;
	struct err ignored = ERR_INIT;
	size_t n = strlen(name);
	struct found *found;
	char file[NAME_MAX + 1];
	int r;

	/* The name becomes part of a path. */
	if (!text_is_word(name, "_-") ||
	    n + strlen(p->extension) + 2 > sizeof(file))
		return 0;
	stpcpy(stpcpy(stpcpy(file, name), "."), p->extension);
	if (find_spoken(p->letter, file, &found, &ignored) != 1)
		return 0;
	r = read_once(w, found, e);
	*template = found->template;
	return r;
}

/* Make what was added one line that is fit for a header. */
static void
make_line(struct buf *b, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < b->n; i++) {
		unsigned char c = (unsigned char)b->data[i];
		unsigned char next = (unsigned char)b->data[i + 1];
		bool gap = c <= ' ' || c == 0x7f;

		if (c == 0xc2 && next >= 0x80 && next <= 0x9f) {
			gap = true;
			i++;
		}
		if (!gap)
			b->data[to++] = (char)c;
		else if (to > from && b->data[to - 1] != ' ')
			b->data[to++] = ' ';
	}
	if (to > from && b->data[to - 1] == ' ')
		to--;
	b->n = to;
	b->data[to] = '\0';
}

int
letter_part(struct letter *l, const char *part, struct buf *out,
    struct err *e)
{
	bool html = strcmp(part, "html") == 0;
	struct part p = { l, html ? "html" : "txt", BUF_INIT };
	struct template_opts o = { .escape = html, .strict = true,
	    .blank = document_blank, .partial = partial, .show = show,
	    .arg = &p };
	struct wording *w = l->wording;
	const char *name = arena_printf(w->mem, "%s.%s", l->kind, part);
	struct found *found;
	size_t from = out->n;
	int r = html ? find_once(w, l->language[l->spoken], name, &found, e) :
	    find_spoken(l, name, &found, e);

	if (r < 0)
		return -1;
	if (r == 0)
		return html ? 0 : err_set(e, ERR_CONFIG,
		    "there is no template %s", name);
	r = read_once(w, found, e);
	if (r == 1)
		r = template_render(found->template, l->document, &o, out, e);
	buf_release(&p.shown);
	if (r < 0)
		return err_add(e, "%s", found->path);
	if (strcmp(part, "subject.txt") == 0)
		make_line(out, from);
	return 0;
}

int
message_render(struct step *s, const char *kind, const char *language,
    const cJSON *document, const char *part, struct buf *out, struct err *e)
{
	struct wording w = { .mem = &s->mem,
	    .dir = s->policy.text[POLICY_IS_TEMPLATE_DIR],
	    .language = s->policy.text[POLICY_IS_LANGUAGE] };
	cJSON *d = cJSON_Duplicate(document, true);
	struct letter l;
	int r;

	document_complete(d);
	r = letter_open(&l, &w, kind, language, d, e);
	if (r == 0)
		r = letter_part(&l, part, out, e);
	cJSON_Delete(d);
	return r;
}
