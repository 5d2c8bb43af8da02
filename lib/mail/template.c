/* template.c - render a parsed template with a tree of values
 *
 * Knows the context stack, truth, escaping and the bounds on depth and size.
 * Knows nothing of orders, languages or files: a partial is asked for.
 */
#include <math.h>

#include <order/template.h>
#include <order/text.h>

#include "template_parse.h"

#define OUTPUT_MAX (8U << 20)
#define DEPTH_MAX 20
#define STEPS_MAX 50000000UL	/* a partial that calls itself twice ... */

/* What names are sought in, innermost first.  The members of an object stand
 * in a list of the render's while it is open: most names are in none, and
 * cJSON would compare them with every other. */
struct scope {
	const cJSON *value;
	const struct scope *up;
	size_t from, n;		/* its members */
};

struct member {
	const cJSON *value;
	uint32_t mark;		/* of its name */
};

struct render {
	const struct template_opts *opts;
	struct buf *out;
	size_t before;		/* bytes on out that are not ours */
	struct arena arena;
	struct member *members;	/* of all scopes that are open */
	size_t nmembers, cap;
	const char *partial;	/* the innermost one, or NULL */
	int depth;
	unsigned long steps;	/* nodes and bytes of partials shown */
	struct err *err;
};

static int render_nodes(struct render *, const struct template *, size_t from,
    size_t to, const struct scope *);

static int
fail(struct render *r, int line, const char *what, const char *name)
{
	err_set(r->err, ERR_CONFIG, "line %d: %s%s%s%s", line, what,
	    name != NULL ? " '" : "",
	    name != NULL ? text_shown(&r->arena, name, 40) : "",
	    name != NULL ? "'" : "");
	if (r->partial != NULL)
		err_add(r->err, "partial '%s'",
		    text_shown(&r->arena, r->partial, 40));
	return -1;
}

static int
put(struct render *r, int line, const char *s, size_t n)
{
	if (n > OUTPUT_MAX - (r->out->n - r->before))
		return fail(r, line, "the text grows over 8 MiB", NULL);
	buf_add(r->out, s, n);
	return 0;
}

static int
put_escaped(struct render *r, int line, const char *s)
{
	static const struct {
		char c;
		const char *as;
	} entity[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }
	};
	size_t n, i;

	for (;;) {
		n = strcspn(s, "&<>\"");
		if (put(r, line, s, n) < 0)
			return -1;
		s += n;
		if (*s == '\0')
			return 0;
		for (i = 0; entity[i].c != *s; i++)
			continue;
		if (put(r, line, entity[i].as, strlen(entity[i].as)) < 0)
			return -1;
		s++;
	}
}

static void
open_scope(struct render *r, struct scope *s, const cJSON *value,
    const struct scope *up)
{
	const cJSON *v;

	*s = (struct scope){ value, up, r->nmembers, 0 };
	if (!cJSON_IsObject(value))
		return;
	cJSON_ArrayForEach(v, value) {
		if (r->nmembers == r->cap) {
			r->cap = r->cap > 0 ? 2 * r->cap : 128;
			r->members = xrealloc(r->members,
			    r->cap * sizeof(*r->members));
		}
		r->members[r->nmembers++] = (struct member){ v,
		    name_mark(v->string) };
	}
	s->n = r->nmembers - s->from;
}

static void
close_scope(struct render *r, const struct scope *s)
{
	r->nmembers = s->from;
}

static const cJSON *
member(const struct render *r, const struct scope *s, const struct node *d)
{
	const struct member *m = r->members + s->from;

	for (size_t i = 0; i < s->n; i++)
		if (m[i].mark == d->mark &&
		    strcmp(m[i].value->string, d->path) == 0)
			return m[i].value;
	return NULL;
}

/* The first part of a dotted name is sought through the whole stack, the
 * others only in what it found. */
static const cJSON *
lookup(const struct render *r, const struct node *d, const struct scope *s)
{
	const cJSON *v = NULL;
	const char *part = d->path;

	if (d->parts == 0)
		return s->value;
	for (; s != NULL && v == NULL; s = s->up)
		v = member(r, s, d);
	if (v == NULL && r->opts->blank != NULL)
		v = r->opts->blank(part);
	for (int i = 1; i < d->parts && v != NULL; i++) {
		part += strlen(part) + 1;
		v = cJSON_IsObject(v) ?
		    cJSON_GetObjectItemCaseSensitive(v, part) : NULL;
	}
	return v;
}

/* No value at all is false too; every number is true, also 0. */
static bool
is_true(const cJSON *v)
{
	if (v == NULL || cJSON_IsNull(v) || cJSON_IsFalse(v))
		return false;
	if (cJSON_IsString(v))
		return v->valuestring[0] != '\0';
	return !cJSON_IsArray(v) || v->child != NULL;
}

/* The shortest digits that read back as the same number. */
static void
number_text(double x, char *s, size_t size)
{
	const double exact = 9007199254740992.0;	/* 2^53 */
	int digits;

	if (!isfinite(x))
		snprintf(s, size, "%s", "");
	else if (x > -exact && x < exact && (double)(long long)x == x)
		snprintf(s, size, "%lld", (long long)x);
	else
		for (digits = 15; digits <= 17; digits++) {
			snprintf(s, size, "%.*g", digits, x);
			if (strtod(s, NULL) == x)
				break;
		}
}

static int
render_value(struct render *r, const struct node *d, const cJSON *v)
{
	char number[40];
	const char *s = "";

	if (cJSON_IsString(v)) {
		s = v->valuestring;
		if (r->opts->show != NULL)
			s = r->opts->show(r->opts->arg, d->name, s);
	} else if (cJSON_IsNumber(v)) {
		number_text(v->valuedouble, number, sizeof(number));
		s = number;
	} else if (cJSON_IsBool(v)) {
		s = cJSON_IsTrue(v) ? "true" : "false";
	} else if (r->opts->strict && !cJSON_IsNull(v)) {
		return fail(r, d->line, "not a single value:", d->name);
	}
	if (r->opts->escape && d->kind == NODE_VALUE)
		return put_escaped(r, d->line, s);
	return put(r, d->line, s, strlen(s));
}

static int
deeper(struct render *r, int line)
{
	if (++r->depth > DEPTH_MAX)
		return fail(r, line, "nested over 20 deep", NULL);
	return 0;
}

/* Once with the value as the innermost scope. */
static int
render_inside(struct render *r, const struct template *t, size_t i,
    const cJSON *v, const struct scope *up)
{
	struct scope s;
	int result;

	open_scope(r, &s, v, up);
	result = render_nodes(r, t, i + 1, t->node[i].end, &s);
	close_scope(r, &s);
	return result;
}

static int
render_section(struct render *r, const struct template *t, size_t i,
    const cJSON *v, const struct scope *up)
{
	const struct node *d = &t->node[i];
	const cJSON *element;
	int result = 0;

	if (is_true(v) != (d->kind == NODE_SECTION))
		return 0;
	if (deeper(r, d->line) < 0)
		return -1;
	if (d->kind == NODE_INVERTED) {
		result = render_nodes(r, t, i + 1, d->end, up);
	} else if (cJSON_IsArray(v)) {
		cJSON_ArrayForEach(element, v) {
			result = render_inside(r, t, i, element, up);
			if (result < 0)
				break;
		}
	} else {
		result = render_inside(r, t, i, v, up);
	}
	r->depth--;
	return result;
}

static int
not_well_formed(struct render *r, const struct node *d)
{
	return err_add(r->err, "partial '%s'",
	    text_shown(&r->arena, d->name, 40));
}

/* Every line of a partial that stands alone moves right with its tag. */
static int
indent(struct render *r, const struct node *d, const struct template **t,
    struct buf *text, struct arena *names)
{
	const char *s = (*t)->text, *end = s + (*t)->size, *eol;

	while (s < end) {
		eol = memchr(s, '\n', (size_t)(end - s));
		eol = eol != NULL ? eol + 1 : end;
		if (text->n + d->n + (size_t)(eol - s) > OUTPUT_MAX)
			return fail(r, d->line, "partial grows over 8 MiB:",
			    d->name);
		buf_add(text, d->text, d->n);
		buf_add(text, s, (size_t)(eol - s));
		s = eol;
	}
	*t = template_read(names, text->data, text->n, r->err);
	return *t != NULL ? 0 : not_well_formed(r, d);
}

static int
render_partial(struct render *r, const struct node *d, const struct scope *s)
{
	const struct template *t = NULL;
	struct arena names = ARENA_INIT;
	struct buf text = BUF_INIT;
	const char *around = r->partial;
	int result = r->opts->partial != NULL ?
	    r->opts->partial(r->opts->arg, d->name, &t, r->err) : 0;

	if (result < 0)
		return not_well_formed(r, d);
	if (result == 0)
		return r->opts->strict ?
		    fail(r, d->line, "no such partial", d->name) : 0;
	if (deeper(r, d->line) < 0)
		return -1;
	result = d->n > 0 ? indent(r, d, &t, &text, &names) : 0;
	if (result == 0) {
		r->steps += t->size;
		r->partial = d->name;
		result = render_nodes(r, t, 0, t->n, s);
	}
	arena_release(&names);
	buf_release(&text);
	r->partial = around;
	r->depth--;
	return result;
}

static int
render_named(struct render *r, const struct template *t, size_t i,
    const struct scope *s)
{
	const struct node *d = &t->node[i];
	const cJSON *v = lookup(r, d, s);

	if (v == NULL && r->opts->strict)
		return fail(r, d->line, "no such key", d->name);
	if (d->kind == NODE_SECTION || d->kind == NODE_INVERTED)
		return render_section(r, t, i, v, s);
	return v != NULL ? render_value(r, d, v) : 0;
}

static int
render_nodes(struct render *r, const struct template *t, size_t from,
    size_t to, const struct scope *s)
{
	const struct node *d;
	int result;

	while (from < to) {
		d = &t->node[from];
		if (++r->steps > STEPS_MAX)
			return fail(r, d->line, "takes too many steps", NULL);
		if (d->kind == NODE_TEXT)
			result = put(r, d->line, d->text, d->n);
		else if (d->kind == NODE_PARTIAL)
			result = render_partial(r, d, s);
		else
			result = render_named(r, t, from, s);
		if (result < 0)
			return -1;
		from = d->kind == NODE_SECTION || d->kind == NODE_INVERTED ?
		    d->end : from + 1;
	}
	return 0;
}

int
template_render(const struct template *t, const cJSON *data,
    const struct template_opts *opts, struct buf *out, struct err *e)
{
	struct render r = { .opts = opts, .out = out, .before = out->n,
	    .arena = ARENA_INIT, .err = e };
	struct scope top;
	int result;

	open_scope(&r, &top, data, NULL);
	result = render_nodes(&r, t, 0, t->n, &top);
	free(r.members);

	if (result < 0 && out->n > r.before) {
		out->n = r.before;
		out->data[out->n] = '\0';
	}
	arena_release(&r.arena);
	return result;
}
