/* json_rec.c - the text of one JSON value to a record
 * Cuts an object into its columns and has cJSON decode them piece by piece.
 * Numbers are put in quotes before, so that no double ever comes to be.
 * Only text that has passed the gate comes here. */

#include <cjson/cJSON.h>

#include <order/text.h>

#include "json.h"
#include "reader.h"

struct maker {
	struct arena *arena;
	struct buf *scratch;
	struct rec *rec;
	struct err *err;
	const char *field;	/* what the faults found now belong to; NULL:
				 * member n, whose key is not decoded yet */
	size_t fault_at;
	size_t n;		/* members that are of use */
	struct span *texts;	/* PIECE_VALUES each: their values, */
	const char **names;	/* their keys, decoded, */
	const char **sorted;	/* and in order */
};

static void
fault(struct maker *m, const char *code, const char *fact)
{
	if (m->rec->fault != NULL)
		return;
	m->rec->fault = fact;
	m->rec->fault_code = code;
	m->rec->fault_field = m->field == NULL ? NULL :
	    arena_dup(m->arena, m->field);
	m->fault_at = m->n;
}

void
rec_spoilt(struct arena *a, struct rec *rec, const char *code,
    const char *fact)
{
	static const struct head none = { 0, NULL };

	rec->head = &none;
	rec->values = arena_array(a, 1, sizeof *rec->values);
	rec->types = arena_array(a, 1, sizeof *rec->types);
	rec->fault = fact;
	rec->fault_code = code;
	rec->fault_field = "";
}

/* Decoded text that cannot be used is a fault. */
static bool
is_fit(struct maker *m, const char *text, size_t n)
{
	const char *fact = text_unfit(text, n);

	if (fact != NULL)
		fault(m, "control-character", fact);
	else if (n > CELL_MAX)
		fault(m, "too-large", "is larger than 64 KiB");
	else
		return true;
	return false;
}

static unsigned long
four_digits(const char *p)
{
	char hex[5];

	memcpy(hex, p, 4);
	hex[4] = '\0';
	return strtoul(hex, NULL, 16);
}

/* Can the string, with its quotes, be text in C and UTF-8?  Must be asked
 * before cJSON is, which ends a string at \u0000 without a word. */
static bool
is_decodable(struct maker *m, const struct span *s)
{
	const char *p = s->p, *end = s->p + s->n;
	unsigned long u;

	/* An escape takes six bytes at most: it will not fit once decoded. */
	if (s->n > 6 * CELL_MAX + 2) {
		fault(m, "too-large", "is larger than 64 KiB");
		return false;
	}
	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		if (p[1] != 'u') {
			p += 2;
			continue;
		}
		u = four_digits(p + 2);
		p += 6;
		if (u == 0) {
			fault(m, "nul", "holds a NUL character");
			return false;
		}
		if (u < 0xd800 || u > 0xdfff)
			continue;
		if (u < 0xdc00 && p[0] == '\\' && p[1] == 'u' &&
		    four_digits(p + 2) >= 0xdc00 &&
		    four_digits(p + 2) <= 0xdfff) {
			p += 6;
			continue;
		}
		fault(m, "lone-surrogate", "holds half a surrogate pair");
		return false;
	}
	return true;
}

static void
add_quoted(struct buf *b, const struct span *s)
{
	buf_putc(b, '"');
	buf_add(b, s->p, s->n);
	buf_putc(b, '"');
}

/* The scratch text as a tree; the caller deletes it. */
static cJSON *
decode(struct maker *m)
{
	cJSON *tree = cJSON_ParseWithLengthOpts(m->scratch->data,
	    m->scratch->n + 1, NULL, 1);

	if (tree == NULL)
		err_set(m->err, ERR_OS, "JSON piece of %zu bytes cannot be "
		    "decoded: out of memory", m->scratch->n);
	return tree;
}

/* Copy nested text to scratch, numbers in quotes; false: it has a fault. */
static bool
quote_numbers(struct maker *m, const struct span *text)
{
	const char *p = text->p, *end = p + text->n;
	struct span s;
	size_t values = 0;

	if (text->n > PIECE_MAX) {
		fault(m, "too-large", "has a part larger than 1 MiB");
		return false;
	}
	buf_clear(m->scratch);
	for (; p < end; p = s.p + s.n) {
		s.p = p;
		s.n = 1;
		if (strchr("{}[],: \t\r\n", *p) != NULL) {
			values += *p == '{' || *p == '[';
			values -= *p == ':';	/* a key is no value */
			buf_putc(m->scratch, *p);
			continue;
		}
		s.n = (size_t)(json_value_end(p, end) - p);
		values++;
		if (json_cell(*p) == CELL_NUMBER)
			add_quoted(m->scratch, &s);
		else
			buf_add(m->scratch, s.p, s.n);
		if (*p == '"' && !is_decodable(m, &s))
			return false;
	}
	if (values > PIECE_VALUES) {
		fault(m, "too-large", "has a part with over 1,000 values");
		return false;
	}
	return true;
}

/* Look for faults in a nested tree; its depth is that of the gate. */
static void
check_tree(struct maker *m, const cJSON *tree)
{
	const cJSON *child;
	const char *twice;
	size_t n = 0;

	if (cJSON_IsString(tree))
		is_fit(m, tree->valuestring, strlen(tree->valuestring));
	if (cJSON_IsObject(tree)) {
		for (child = tree->child; child != NULL; child = child->next) {
			is_fit(m, child->string, strlen(child->string));
			m->sorted[n++] = child->string;
		}
		twice = names_repeat(m->sorted, n);
		if (twice != NULL)
			fault(m, "duplicate-key", arena_printf(m->arena,
			    "has the duplicate key '%s'",
			    text_excerpt(m->arena, twice)));
	}
	for (child = tree->child; child != NULL; child = child->next)
		check_tree(m, child);
}

static int
check_piece(struct maker *m, const struct span *text)
{
	cJSON *tree;

	if (!quote_numbers(m, text))
		return 0;
	if ((tree = decode(m)) == NULL)
		return -1;
	check_tree(m, tree);
	cJSON_Delete(tree);
	return 0;
}

/* An array is checked element by element, an object as a whole. */
static int
check_nested(struct maker *m, const struct span *text)
{
	const char *at = text->p, *end = text->p + text->n;
	struct span s;
	enum cell type;

	if (*text->p == '{')
		return check_piece(m, text);
	while (m->rec->fault == NULL && json_next_element(&at, end, &s)) {
		type = json_cell(*s.p);
		if ((type == CELL_TEXT || type == CELL_JSON) &&
		    check_piece(m, &s) < 0)
			return -1;
	}
	return 0;
}

/* One member of the object into the piece of plain values, nested ones left
 * blank; false: its key is of no use. */
static bool
add_member(struct maker *m, const struct member *member)
{
	const struct span *v = &member->value;
	enum cell type = json_cell(*v->p);
	struct buf *b = m->scratch;

	m->field = "";
	if (!is_decodable(m, &member->key))
		return false;
	if (b->n > 1)
		buf_putc(b, ',');
	buf_add(b, member->key.p, member->key.n);
	buf_putc(b, ':');
	m->field = NULL;
	if (type == CELL_NUMBER || type == CELL_WORD)
		add_quoted(b, v);
	else if (type == CELL_TEXT && is_decodable(m, v))
		buf_add(b, v->p, v->n);
	else
		buf_puts(b, "\"\"");
	return true;
}

/* The members of the object whose keys are of use, decoded as far as they are
 * plain.  NULL: there are too many (a fault), or -1 in *rc. */
static cJSON *
decode_members(struct maker *m, int *rc)
{
	struct rec *r = m->rec;
	const char *at = r->raw, *end = r->raw + r->raw_n;
	struct member member;
	cJSON *tree;

	*rc = 0;
	buf_clear(m->scratch);
	buf_putc(m->scratch, '{');
	while (json_next_member(&at, end, &member)) {
		if (m->n == PIECE_VALUES) {
			rec_spoilt(m->arena, r, "too-large",
			    "has over 1,000 keys");
			return NULL;
		}
		if (add_member(m, &member))
			m->texts[m->n++] = member.value;
	}
	buf_putc(m->scratch, '}');
	if (m->scratch->n > PIECE_MAX) {
		rec_spoilt(m->arena, r, "too-large",
		    "has over 1 MiB in its plain values");
		return NULL;
	}
	tree = decode(m);
	if (tree == NULL)
		*rc = -1;
	return tree;
}

/* The value of a column, from its decoded text or, if nested, its own. */
static const char *
value(struct maker *m, const char *decoded, const struct span *text,
    enum cell type)
{
	size_t n = strlen(decoded);

	if (type == CELL_JSON)
		return arena_dupn(m->arena, text->p, text->n);
	if (type == CELL_TEXT && !is_fit(m, decoded, n))
		return "";
	return arena_dupn(m->arena, decoded, n);
}

/* Is it one of the first n names? */
static bool
is_among(const char *const *names, size_t n, const char *name)
{
	while (n-- > 0)
		if (strcmp(names[n], name) == 0)
			return true;
	return false;
}

/* Leave out the members whose key cannot be a name, and all but the first of
 * equal ones. */
static void
drop_members(struct maker *m, const char **values)
{
	const char *name, *twice;
	size_t i, n = 0;

	memcpy(m->sorted, m->names, m->n * sizeof *m->sorted);
	twice = names_repeat(m->sorted, m->n);
	if (twice != NULL) {
		m->field = twice;
		fault(m, "duplicate-key", "is a duplicate key");
	}
	for (i = 0; i < m->n; i++) {
		name = m->names[i];
		m->field = "";
		if (!is_fit(m, name, strlen(name)) ||
		    (twice != NULL && is_among(m->names, n, name)))
			continue;
		m->names[n] = name;
		m->texts[n] = m->texts[i];
		values[n++] = values[i];
	}
	m->n = n;
}

/* The record's columns from the decoded members.  r->values holds what cJSON
 * decoded only until the end of this. */
static void
fill(struct maker *m, const cJSON *tree, struct shapes *shapes)
{
	struct rec *r = m->rec;
	uint8_t *types = arena_array(m->arena, m->n, sizeof *types);
	const cJSON *child;
	size_t i = 0;

	r->values = arena_array(m->arena, m->n, sizeof *r->values);
	r->types = types;
	for (child = tree->child; child != NULL; child = child->next) {
		if (r->fault != NULL && r->fault_field == NULL &&
		    m->fault_at == i)
			r->fault_field = arena_dup(m->arena, child->string);
		m->names[i] = child->string;
		r->values[i++] = child->valuestring;
	}
	if (shapes == NULL || shapes->last == NULL ||
	    !head_is(shapes->last, m->names, m->n))
		drop_members(m, r->values);
	for (i = 0; i < m->n; i++) {
		m->field = m->names[i];
		types[i] = (uint8_t)json_cell(*m->texts[i].p);
		r->values[i] = value(m, r->values[i], &m->texts[i], types[i]);
	}
	r->head = shapes == NULL ? head_new(m->arena, m->names, m->n) :
	    shapes_get(shapes, m->names, m->n);
	if (r->head == NULL)
		rec_spoilt(m->arena, r, "too-large",
		    "has one more set of keys than can be kept");
}

static int
make_object(struct maker *m, struct shapes *shapes)
{
	struct rec *r = m->rec;
	cJSON *tree;
	size_t i;
	int rc;

	if ((tree = decode_members(m, &rc)) == NULL)
		return rc;
	fill(m, tree, shapes);
	cJSON_Delete(tree);
	for (i = 0; i < m->n && r->fault == NULL; i++) {
		m->field = r->head->names[i];
		if (r->types[i] == CELL_JSON &&
		    check_nested(m, &m->texts[i]) < 0)
			return -1;
	}
	if (r->fault_field == NULL)
		r->fault_field = "";
	return 0;
}

int
json_rec(struct arena *a, struct shapes *shapes, struct buf *scratch,
    struct rec *r, struct err *e)
{
	struct span texts[PIECE_VALUES];
	const char *names[PIECE_VALUES], *sorted[PIECE_VALUES];
	struct maker m = {
		.arena = a, .scratch = scratch, .rec = r, .err = e,
		.texts = texts, .names = names, .sorted = sorted,
	};

	if (r->raw[0] != '{') {
		rec_spoilt(a, r, "not-an-object", "is not an object");
		return 0;
	}
	return make_object(&m, shapes);
}

int
rec_from_json(struct arena *a, const char *text, size_t n, struct rec *r,
    struct err *e)
{
	struct buf scratch = BUF_INIT;
	enum gate_event event;
	struct gate gate;
	size_t at = 0, begin = 0, end = 0, used, values = 0;
	int rc;

	gate_init(&gate, NULL);
	for (;;) {
		event = gate_scan(&gate, text + at, n - at, &used);
		at += used;
		if (event == GATE_MORE &&
		    (event = gate_end(&gate)) == GATE_MORE)
			break;
		if (event == GATE_BAD)
			return err_set(e, ERR_DATA, "not JSON: %s (byte %zu)",
			    gate.fact, at + 1);
		if (event == GATE_OPEN && values++ == 0)
			begin = at;
		if (event == GATE_CLOSE && values == 1)
			end = at;
	}
	if (gate.level == 0 && values > 1)
		return err_set(e, ERR_DATA, "not JSON: text after the value");
	if (gate.level > 0) {		/* an array: what it is, as it stood */
		begin = 0;
		end = n;
	}
	memset(r, 0, sizeof *r);
	r->line = 1;
	r->raw = arena_dupn(a, text + begin, end - begin);
	r->raw_n = end - begin;
	rc = json_rec(a, NULL, &scratch, r, e);
	buf_release(&scratch);
	return rc;
}
