/* template_parse.c - split a Mustache template into text and tags
 *
 * Knows delimiters, tag kinds, standalone lines and the pairing of sections.
 * Knows nothing of data: a template is well-formed or not by itself.
 */
#include <order/text.h>

#include "template_parse.h"

#define DELIM_MAX 16
#define NO_SECTION ((size_t)-1)

struct parser {
	const char *at, *end;		/* what is still to be read */
	const char *start;		/* of the template */
	const char *counted;		/* lines are counted up to here */
	int line;
	char open[DELIM_MAX + 1], close[DELIM_MAX + 1];
	size_t section;			/* innermost open one, or NO_SECTION */
	struct template *template;
	struct arena *arena;
	struct err *err;
};

/* One tag as it stands in the template. */
struct tag {
	char sigil;			/* one of # ^ / ! > & { =, else 0 */
	const char *start, *after;	/* first byte, byte after the last */
	const char *body;
	size_t n;
	int line;
};

static struct node *
node_add(struct parser *p, enum node_kind kind, int line)
{
	struct template *t = p->template;
	struct node *d;

	t->node = arena_grow(p->arena, t->node, t->n, &t->cap,
	    sizeof(*t->node));
	d = &t->node[t->n++];
	*d = (struct node){ .kind = kind, .line = line, .text = "",
	    .name = "" };
	return d;
}

static void
add_text(struct parser *p, const char *from, const char *to)
{
	struct node *d;

	if (from == to)
		return;
	d = node_add(p, NODE_TEXT, p->line);
	d->text = from;
	d->n = (size_t)(to - from);
}

static const char *
find(const char *from, const char *end, const char *what)
{
	return memmem(from, (size_t)(end - from), what, strlen(what));
}

static void
count_lines(struct parser *p, const char *to)
{
	for (; p->counted < to; p->counted++)
		if (*p->counted == '\n')
			p->line++;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

static void
trim(const char **s, size_t *n)
{
	while (*n > 0 && is_space(**s)) {
		(*s)++;
		(*n)--;
	}
	while (*n > 0 && is_space((*s)[*n - 1]))
		(*n)--;
}

/* A name as it may stand in an error. */
static const char *
shown(struct parser *p, const char *s, size_t n)
{
	return text_shown(p->arena, arena_dupn(p->arena, s, n), 40);
}

/* What closes a tag of this kind. */
static void
closing(const struct parser *p, char sigil, char close[DELIM_MAX + 2])
{
	size_t n = 0;

	if (sigil == '{' || sigil == '=')
		close[n++] = sigil == '{' ? '}' : '=';
	memcpy(close + n, p->close, strlen(p->close) + 1);
}

/* The tag that opens at t->start: what is in it and where it ends. */
static int
tag_read(struct parser *p, struct tag *t)
{
	char close[DELIM_MAX + 2];
	const char *s = t->start + strlen(p->open), *stop;

	t->line = p->line;
	t->sigil = 0;
	if (s < p->end && *s != '\0' && strchr("#^/!>&{=", *s) != NULL)
		t->sigil = *s++;
	closing(p, t->sigil, close);
	stop = find(s, p->end, close);
	if (stop == NULL) {
		err_set(p->err, ERR_CONFIG,
		    "line %d: tag is not closed by '%s'", t->line,
		    shown(p, close, strlen(close)));
		return -1;
	}
	t->body = s;
	t->n = (size_t)(stop - s);
	t->after = stop + strlen(close);
	trim(&t->body, &t->n);
	return 0;
}

/* A tag that shows nothing takes its line along when it is alone there.
 * Then from and after are widened to the whole line. */
static bool
tag_alone(const struct parser *p, const struct tag *t, const char **from,
    const char **after)
{
	const char *a = t->start, *z = t->after;

	if (t->sigil == 0 || t->sigil == '&' || t->sigil == '{')
		return false;
	while (a > p->start && is_blank(a[-1]))
		a--;
	if (a > p->start && a[-1] != '\n')
		return false;
	while (z < p->end && is_blank(*z))
		z++;
	if (z + 1 < p->end && z[0] == '\r' && z[1] == '\n')
		z++;
	if (z < p->end && *z != '\n')
		return false;
	*from = a;
	*after = z < p->end ? z + 1 : z;
	return true;
}

/* A name has no blanks or controls; dots stand between its parts. */
static bool
name_ok(const struct tag *t)
{
	char last = '.';
	size_t i;

	if (t->n == 1 && t->body[0] == '.' && t->sigil != '>')
		return true;
	for (i = 0; i < t->n; i++) {
		unsigned char c = (unsigned char)t->body[i];

		if (c <= ' ' || c == 0x7f)
			return false;
		if (c == '.' && last == '.' && t->sigil != '>')
			return false;
		last = (char)c;
	}
	return t->n > 0 && (last != '.' || t->sigil == '>');
}

/* "=<% %>=" */
static int
set_delimiters(struct parser *p, const struct tag *t)
{
	const char *second = t->body, *end = t->body + t->n, *s;
	size_t n, m = 0;

	while (second < end && !is_space(*second))
		second++;
	n = (size_t)(second - t->body);
	while (second < end && is_space(*second))
		second++;
	for (s = second; s < end && !is_space(*s); s++)
		m++;
	if (n == 0 || m == 0 || n > DELIM_MAX || m > DELIM_MAX || s != end ||
	    memchr(t->body, '=', t->n) != NULL ||
	    memchr(t->body, '\0', t->n) != NULL)
		return err_set(p->err, ERR_CONFIG,
		    "line %d: '%s' are not two delimiters", t->line,
		    shown(p, t->body, t->n));
	snprintf(p->open, sizeof(p->open), "%.*s", (int)n, t->body);
	snprintf(p->close, sizeof(p->close), "%.*s", (int)m, second);
	return 0;
}

static int
section_close(struct parser *p, const struct tag *t)
{
	struct node *d;
	size_t i;

	if (p->section == NO_SECTION)
		return err_set(p->err, ERR_CONFIG,
		    "line %d: '%s' closes no section", t->line,
		    shown(p, t->body, t->n));
	d = &p->template->node[p->section];
	if (strlen(d->name) != t->n || memcmp(d->name, t->body, t->n) != 0)
		return err_set(p->err, ERR_CONFIG,
		    "line %d: '%s' closes section '%s' of line %d", t->line,
		    shown(p, t->body, t->n), text_shown(p->arena, d->name, 40),
		    d->line);
	/* While a section is open, its end holds the one around it. */
	i = d->end;
	d->end = p->template->n;
	p->section = i;
	return 0;
}

static void
set_name(struct parser *p, struct node *d, const struct tag *t)
{
	char *path = arena_dupn(p->arena, t->body, t->n);

	d->name = arena_dupn(p->arena, t->body, t->n);
	d->path = path;
	d->parts = strcmp(path, ".") == 0 ? 0 : 1;
	while ((path = strchr(path, '.')) != NULL && d->parts > 0) {
		*path++ = '\0';
		d->parts++;
	}
	d->mark = name_mark(d->path);
}

static void
add_named(struct parser *p, const struct tag *t, const char *from)
{
	struct node *d;

	switch (t->sigil) {
	case '#':
	case '^':
		d = node_add(p, t->sigil == '#' ? NODE_SECTION : NODE_INVERTED,
		    t->line);
		d->end = p->section;
		p->section = p->template->n - 1;
		break;
	case '>':
		d = node_add(p, NODE_PARTIAL, t->line);
		d->text = from;
		d->n = (size_t)(t->start - from);
		break;
	default:
		d = node_add(p, t->sigil == 0 ? NODE_VALUE : NODE_RAW, t->line);
		break;
	}
	set_name(p, d, t);
}

/* Take in the text up to the tag at start, and the tag. */
static int
take_tag(struct parser *p, const char *start)
{
	struct tag t = { .start = start };
	const char *from = start, *after;

	count_lines(p, start);
	if (tag_read(p, &t) < 0)
		return -1;
	after = t.after;
	tag_alone(p, &t, &from, &after);
	add_text(p, p->at, from);
	p->at = after;
	if (t.sigil == '!')
		return 0;
	if (t.sigil == '=')
		return set_delimiters(p, &t);
	if (!name_ok(&t))
		return err_set(p->err, ERR_CONFIG, "line %d: bad name '%s'",
		    t.line, shown(p, t.body, t.n));
	if (t.sigil == '/')
		return section_close(p, &t);
	add_named(p, &t, from);
	return 0;
}

const struct template *
template_read(struct arena *a, const char *s, size_t n, struct err *e)
{
	struct template *t = arena_alloc(a, sizeof(*t));
	struct parser p = {
		.at = s, .end = s + n, .start = s, .counted = s, .line = 1,
		.open = "{{", .close = "}}", .section = NO_SECTION,
		.template = t, .arena = a, .err = e
	};
	const char *tag;

	t->text = s;
	t->size = n;
	while ((tag = find(p.at, p.end, p.open)) != NULL)
		if (take_tag(&p, tag) < 0)
			return NULL;
	add_text(&p, p.at, p.end);
	if (p.section == NO_SECTION)
		return t;
	err_set(e, ERR_CONFIG, "line %d: section '%s' is not closed",
	    t->node[p.section].line,
	    text_shown(a, t->node[p.section].name, 40));
	return NULL;
}
