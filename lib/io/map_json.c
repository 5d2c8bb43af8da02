/* map_json.c - JSON orders of theirs: paths, and lines in a list
 * Nested objects are read when a path leads into them, each once an order. */

#include <order/text.h>

#include "map_run.h"

/* ---- paths ---- */

/* The object that is this text, which lives as long as the order. */
static const struct rec *
object(struct mapper *m, struct arena *mem, const char *text)
{
	struct err ignored = ERR_INIT;
	struct nested *n;

	for (size_t i = 0; i < m->nnested; i++)
		if (m->nested[i].text == text)
			return &m->nested[i].rec;
	if (m->nnested == m->cap) {
		m->cap = m->cap > 0 ? 2 * m->cap : 64;
		m->nested = xrealloc(m->nested, m->cap * sizeof(*m->nested));
	}
	n = &m->nested[m->nnested++];
	n->text = text;
	if (rec_from_json(mem, text, strlen(text), &n->rec, &ignored) < 0)
		rec_spoilt(mem, &n->rec, "not-an-object", "is not an object");
	return &n->rec;
}

/* What is unfit for a column of ours is noted. */
static const char *
member_value(struct mapper *m, const struct rec *r, int i)
{
	int type = r->types == NULL ? CELL_TEXT : r->types[i];

	if (type == CELL_JSON) {
		m->code = "wrong-type";
		m->fact = "is neither text nor a number";
	} else if (type == CELL_NUMBER && number_digits(r->values[i]) > 15) {
		/* Whoever wrote so many may have lost some of them. */
		m->code = "inexact-number";
		m->fact = "has over 15 digits: write it as a string";
	}
	return r->values[i];
}

struct step {
	const char *name;	/* "" : none, the value itself */
	long index;		/* of its element, -1: none, -2: each */
	const char *rest;
};

/* "a[0].b" to a, 0 and "b". */
static struct step
first_step(struct arena *mem, const char *path)
{
	size_t n = strcspn(path, ".[");
	struct step s = { arena_dupn(mem, path, n), -1, path + n };

	if (*s.rest == '[') {
		char *end;

		s.index = s.rest[1] == ']' ? -2 : strtol(s.rest + 1, &end, 10);
		s.rest = strchr(s.rest, ']');
		s.rest = s.rest != NULL ? s.rest + 1 : "";
	}
	s.rest += *s.rest == '.';
	return s;
}

/* An object or a list with nothing in it. */
static bool
is_empty(const struct rec *r, int i)
{
	const char *s = r->values[i];

	return r->types != NULL && r->types[i] == CELL_JSON &&
	    strchr("]}", s[1 + strspn(s + 1, " \t\r\n")]) != NULL;
}

void
map_json_list(struct mapper *m, struct arena *mem, const struct rec *r,
    const char *path)
{
	struct step s = first_step(mem, path);
	int i = head_find(r->head, s.name);
	struct span *span;
	size_t n;

	if (i < 0 || r->types == NULL)
		return;
	if (s.index == -1 && s.rest[0] == '\0') {
		const char *value = is_empty(r, i) ? NULL :
		    member_value(m, r, i);

		if (value != NULL)
			buf_add(&m->list, value, strlen(value) + 1);
		return;
	}
	if (r->types[i] != CELL_JSON)
		return;
	if (s.index == -1) {
		map_json_list(m, mem, object(m, mem, r->values[i]), s.rest);
		return;
	}
	n = json_elements(mem, r->values[i], strlen(r->values[i]), &span);
	for (size_t k = 0; k < n; k++) {
		size_t known = m->nnested;
		const char *text;

		if (s.index >= 0 && (size_t)s.index != k)
			continue;
		text = arena_dupn(mem, span[k].p, span[k].n);
		if (s.rest[0] == '\0') {
			/* A lone value is a member of an object of one. */
			text = arena_printf(mem, "{\"v\":%s}", text);
			map_json_list(m, mem, object(m, mem, text), "v");
		} else
			map_json_list(m, mem, object(m, mem, text), s.rest);
		m->nnested = known;	/* an element is not met again */
	}
}

const char *
map_json_value(struct mapper *m, struct arena *mem, const struct rec *r,
    const char *path)
{
	int i;

	if (path[strcspn(path, ".[")] == '\0') {
		i = head_find(r->head, path);
		return i < 0 || is_empty(r, i) ? "" : member_value(m, r, i);
	}
	buf_clear(&m->list);
	map_json_list(m, mem, r, path);
	return m->list.n == 0 ? "" : arena_dup(mem, m->list.data);
}

/* ---- JSON orders ---- */

static void
add_line(struct making *k, const struct rec *line, struct buf *b,
    struct rec *out)
{
	struct mapper *m = k->m;
	const struct rec *order = k->r;
	const struct map_condition *c;
	size_t known = m->nnested;
	bool first = true;

	k->r = line;
	c = map_unwanted(k, false);
	if (c != NULL) {
		map_skipped(m, c);
		m->skips[c - m->map->condition].kept++;
		k->r = order;
		return;
	}
	map_make(k, true, out);
	k->r = order;
	m->nnested = known;
	buf_puts(b, b->n > 1 ? ",{" : "{");
	for (size_t i = 0; i < m->map->nrules; i++) {
		const struct map_rule *r = &m->map->rule[i];

		if (!map_is_inside(m->map, r->column) ||
		    m->values[r->place][0] == '\0')
			continue;
		if (!first)
			buf_putc(b, ',');
		first = false;
		buf_json(b, r->column->name);
		buf_putc(b, ':');
		buf_json(b, m->values[r->place]);
	}
	buf_putc(b, '}');
}

/* All lines as JSON of ours. */
static const char *
lines_of(struct making *k, struct rec *out)
{
	struct arena *mem = k->to.mem;
	struct buf b = BUF_INIT, texts = BUF_INIT;
	const char *text;

	buf_clear(&k->m->list);
	map_json_list(k->m, mem, k->r, arena_printf(mem, "%s[]", k->m->map->lines));
	buf_add(&texts, k->m->list.data, k->m->list.n);
	buf_putc(&b, '[');
	for (size_t at = 0; at < texts.n; at += strlen(texts.data + at) + 1) {
		struct rec line;
		struct err ignored = ERR_INIT;

		text = arena_dup(mem, texts.data + at);
		if (rec_from_json(mem, text, strlen(text), &line,
		    &ignored) < 0)
			rec_spoilt(mem, &line, "not-an-object",
			    "is not an object");
		line.line = k->r->line;
		if (line.fault != NULL && out->fault == NULL) {
			out->fault = line.fault;
			out->fault_code = line.fault_code;
			out->fault_field = LINES;
		}
		add_line(k, &line, &b, out);
	}
	buf_putc(&b, ']');
	text = arena_dup(mem, b.data);
	buf_release(&b);
	buf_release(&texts);
	return text;
}

int
map_json_order(struct making *k, struct rec *out)
{
	struct mapper *m = k->m;
	const struct map_condition *c;
	uint8_t *types;

	m->nnested = 0;
	k->watched = true;
	c = map_unwanted(k, true);
	if (c == NULL && m->map->lines == NULL)
		c = map_unwanted(k, false);
	if (c != NULL) {
		map_skipped(m, c);
		return 0;
	}
	map_make(k, false, out);
	map_lay_out(k, true, true, out);
	types = arena_array(k->to.mem, m->ours.n, sizeof(*types));
	if (m->map->lines != NULL) {
		types[m->ours.n - 1] = CELL_JSON;
		out->values[m->ours.n - 1] = lines_of(k, out);
	}
	out->types = types;
	return 1;
}

