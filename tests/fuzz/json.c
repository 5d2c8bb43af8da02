/* json.c - fuzz target: the JSON gate and the records behind it
 *
 * The gate agrees with a second parser and says the same of any pieces; what
 * is read is in the text, and what is written reads back the same. */

#include "../../lib/io/json.h"
#include "records.h"

/* ---- a second parser: plain recursion over the whole text ---- */

static const char *model_value(const char *, const char *end, int depth);

static const char *
model_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' ||
	    *p == '\r'))
		p++;
	return p;
}

static const char *
model_digits(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p > from ? p : NULL;
}

static bool
is_hex(const char *p, int n)
{
	for (; n > 0 && *p != '\0' &&
	    strchr("0123456789abcdefABCDEF", *p) != NULL; n--)
		p++;
	return n == 0;
}

static const char *
model_number(const char *p, const char *end)
{
	p += *p == '-';
	if (p < end && *p == '0')
		p++;
	else if ((p = model_digits(p, end)) == NULL)
		return NULL;
	if (p < end && *p == '.' && (p = model_digits(p + 1, end)) == NULL)
		return NULL;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		p = model_digits(p, end);
	}
	return p;
}

/* Encoding is looked at before, by the whole. */
static const char *
model_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		if (++p == end)
			return NULL;
		if (*p == 'u') {
			if (end - p < 5 || !is_hex(p + 1, 4))
				return NULL;
			p += 4;
		} else if (memchr("\"\\/bfnrt", *p, 8) == NULL) {
			return NULL;
		}
	}
	return p < end ? p + 1 : NULL;
}

static const char *
model_word(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 ? p + n :
	    NULL;
}

/* What stands between brackets, from the opening one on. */
static const char *
model_nested(const char *p, const char *end, int depth)
{
	char close = *p == '{' ? '}' : ']';
	bool first = true;

	if (depth == JSON_DEPTH_MAX)
		return NULL;
	for (p = model_blank(p + 1, end); p < end; first = false) {
		if (first && *p == close)
			return p + 1;
		if (close == '}') {
			if (*p != '"' || (p = model_string(p, end)) == NULL)
				return NULL;
			p = model_blank(p, end);
			if (p == end || *p++ != ':')
				return NULL;
		}
		p = model_value(model_blank(p, end), end, depth + 1);
		if (p == NULL || (p = model_blank(p, end)) == end)
			return NULL;
		if (*p == close)
			return p + 1;
		if (*p != ',')
			return NULL;
		p = model_blank(p + 1, end);
	}
	return NULL;
}

static const char *
model_value(const char *p, const char *end, int depth)
{
	if (p == end)
		return NULL;
	switch (*p) {
	case '{':
	case '[':
		return model_nested(p, end, depth);
	case '"':
		return model_string(p, end);
	case 't':
		return model_word(p, end, "true");
	case 'f':
		return model_word(p, end, "false");
	case 'n':
		return model_word(p, end, "null");
	default:
		return model_number(p, end);
	}
}

/* One array, or a value and objects behind it. */
static bool
model_accepts(const char *s, size_t n)
{
	const char *end = s + n, *p = model_blank(s, end);
	bool array = p < end && *p == '[', first = true;

	if (p == end || !fuzz_is_utf8(s, n))
		return false;
	for (; p < end; p = model_blank(p, end), first = false) {
		if (!first && (array || *p != '{'))
			return false;
		if ((p = model_value(p, end, 0)) == NULL)
			return false;
	}
	return true;
}

/* ---- the gate ---- */

struct verdict {
	bool accepted;
	struct buf events;	/* what it said and where */
};

static void
note(struct verdict *v, const struct gate *g, enum gate_event event,
    size_t at)
{
	if (event != GATE_MORE)
		buf_printf(&v->events, "%d@%zu%s ", (int)event, at,
		    event == GATE_BAD ? g->fact : "");
}

/* max 0: all at once; else pieces of at most so many bytes. */
static void
pass(struct verdict *v, const char *s, size_t n, size_t max)
{
	uint32_t state = fuzz_hash(s, n);
	enum gate_event event = GATE_MORE;
	size_t at = 0, used, left = 0;
	struct gate g;

	*v = (struct verdict){ .events = BUF_INIT };
	gate_init(&g, NULL);
	while (at < n && event != GATE_BAD) {
		if (left == 0)
			left = max == 0 ? n : 1 + fuzz_next(&state) % max;
		if (left > n - at)
			left = n - at;
		event = gate_scan(&g, s + at, left, &used);
		MUST(used <= left, "the gate took %zu of %zu bytes", used,
		    left);
		at += used;
		left -= used;
		note(v, &g, event, at);
		if (fuzz_twin && max > 0 && event == GATE_MORE)
			g.is_key = false;
	}
	while (event != GATE_BAD && (event = gate_end(&g)) != GATE_MORE)
		note(v, &g, event, at);
	v->accepted = event == GATE_MORE;
}

static bool
gate_holds(const char *s, size_t n)
{
	struct verdict whole, pieces;
	bool accepted;

	pass(&whole, s, n, 0);
	pass(&pieces, s, n, 5);
	fuzz_same("gate, whole and in pieces", whole.events.data,
	    whole.events.n, pieces.events.data, pieces.events.n);
	accepted = whole.accepted;
	MUST(accepted == model_accepts(s, n), "the gate %s it: %s",
	    accepted ? "accepts" : "refuses", whole.events.data);
	buf_release(&whole.events);
	buf_release(&pieces.events);
	return accepted;
}

/* ---- records ---- */

static void
number_holds(const char *text)
{
	MUST(model_number(text, text + strlen(text)) == text + strlen(text) &&
	    number_digits(text) <= strlen(text), "number %s", text);
}

static void
nested_holds(const char *text)
{
	struct arena a = ARENA_INIT;
	struct buf joined = BUF_INIT;
	struct span *elements;
	size_t n = json_elements(&a, text, strlen(text), &elements), i;
	const char *end;

	for (i = 0; i < n; i++) {
		end = elements[i].p + elements[i].n;
		MUST(model_value(elements[i].p, end, 1) == end,
		    "element %zu of %s", i, text);
		buf_puts(&joined, i > 0 ? "," : "[");
		buf_add(&joined, elements[i].p, elements[i].n);
	}
	buf_putc(&joined, ']');
	MUST(n == 0 || json_elements(&a, joined.data, joined.n, &elements) ==
	    n, "elements of %s", joined.data);
	arena_release(&a);
	buf_release(&joined);
}

/* Its own bytes, read alone, are the same record. */
static void
alone_holds(const struct rec *r)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rec again;
	size_t i;

	if (r->raw[0] == '[')		/* alone it would be a list of them */
		return;
	MUST(rec_from_json(&a, r->raw, r->raw_n, &again, &e) == 0,
	    "a record's own bytes: %s", e.text);
	MUST((again.fault == NULL) == (r->fault == NULL) &&
	    again.head->n == r->head->n, "a record's own bytes");
	for (i = 0; i < r->head->n; i++) {
		fuzz_same("name", r->head->names[i], strlen(r->head->names[i]),
		    again.head->names[i], strlen(again.head->names[i]));
		fuzz_same("value", r->values[i], strlen(r->values[i]),
		    again.values[i], strlen(again.values[i]));
		MUST(r->types[i] == again.types[i], "type");
	}
	arena_release(&a);
}

static void
record_cells_hold(const struct rec *r)
{
	size_t i, n;

	for (i = 0; i < r->head->n; i++) {
		n = strlen(r->values[i]);
		if (n == 0)
			continue;
		if (r->types[i] == CELL_NUMBER)
			number_holds(r->values[i]);
		if (r->types[i] == CELL_JSON)
			nested_holds(r->values[i]);
		if (r->types[i] != CELL_TEXT)
			MUST(memmem(r->raw, r->raw_n, r->values[i], n) != NULL,
			    "'%s' is not as it stood", r->values[i]);
	}
}

/* Printed records read back the same, and print as the same bytes. */
static void
round_trip(const struct records *r)
{
	const struct writer_opts json = { .format = FORMAT_JSON };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct records again;
	size_t i, k;

	records_print(&first, r, &json);
	records_from_file(&again, first.data, first.n, FORMAT_AUTO);
	MUST(again.end == READ_END && again.n == r->n, "%zu written, %zu read"
	    " back: %s", r->n, again.n, again.err.text);
	for (i = 0; i < r->n; i++) {
		MUST(again.v[i].line == (int64_t)i + 1, "one record a line");
		MUST(again.v[i].head->n == r->v[i].head->n, "columns");
		for (k = 0; k < r->v[i].head->n; k++)
			if (r->v[i].types[k] == CELL_TEXT)
				fuzz_same("written and read",
				    r->v[i].values[k],
				    strlen(r->v[i].values[k]),
				    again.v[i].values[k],
				    strlen(again.v[i].values[k]));
	}
	records_print(&second, &again, &json);
	fuzz_same("written twice", first.data, first.n, second.data, second.n);
	records_release(&again);
	buf_release(&first);
	buf_release(&second);
}

/* Without a column it is still JSON, and the column is not there. */
static void
without_first(const struct rec *r)
{
	struct buf rest = BUF_INIT;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct rec again;

	rec_without(&rest, r, r->head->names, 1);
	MUST(rec_from_json(&a, rest.data, rest.n, &again, &e) == 0,
	    "without %s: %s", r->head->names[0], e.text);
	if (strcspn(r->head->names[0], "\"\\/") ==
	    strlen(r->head->names[0]) && memchr(r->raw, '\\', r->raw_n) == NULL)
		MUST(again.head->n == r->head->n - 1 &&
		    head_find(again.head, r->head->names[0]) < 0,
		    "%s is still there: %s", r->head->names[0], rest.data);
	arena_release(&a);
	buf_release(&rest);
}

static void
one(const char *s, size_t n)
{
	struct records file, piped;
	size_t i, at = 0;
	bool accepted = gate_holds(s, n);

	records_from_file(&file, s, n, FORMAT_JSON);
	records_from_pipe(&piped, s, n, FORMAT_JSON);
	records_same("file and pipe", &file, &piped);
	if (n < 3 || memcmp(s, "\xef\xbb\xbf", 3) != 0)
		MUST((file.end == READ_END) == (accepted ||
		    reader_empty(file.reader)), "reader and gate: %s",
		    file.err.text);
	for (i = 0; i < file.n; i++) {
		record_holds(&file.v[i], s, n, &at);
		record_cells_hold(&file.v[i]);
		alone_holds(&file.v[i]);
		if (file.v[i].fault == NULL && file.v[i].head->n > 0)
			without_first(&file.v[i]);
	}
	if (file.n > 0) {
		round_trip(&file);
		records_table(&file);
	}
	records_release(&file);
	records_release(&piped);
}

const struct fuzz_target fuzz_json = { "json", NULL, one };
