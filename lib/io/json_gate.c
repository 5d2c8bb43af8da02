/* json_gate.c - is this text JSON (RFC 8259), to the letter?
 * A scanner that can stop at any byte and go on with the next, in constant
 * memory.  It also says where each record begins and ends: an element of one
 * array, also one that is inside of objects, or values one after another.  It
 * decodes nothing. */

#include <order/recs.h>

#include "json.h"

enum state {
	START,			/* nothing but white space yet */
	NEXT_RECORD,		/* between records without an array */
	DONE,			/* after the array of records */
	VALUE, FIRST_VALUE,	/* FIRST: or the closing bracket */
	KEY, FIRST_KEY,
	COLON,
	AFTER,			/* a value: comma or closing bracket */
	STRING, ESCAPE, HEX, TAIL,	/* TAIL: rest of a UTF-8 sequence */
	WORD,
	MINUS, ZERO, INTEGER, POINT, FRACTION, EXP, EXP_SIGN, EXP_DIGITS
};

#define NONE 0xff		/* no depth: nothing here is a record */

/* What a step did with its byte. */
enum step { TAKEN, AGAIN, OPENS, CLOSES, CLOSED_BEFORE, WRONG };

void
gate_init(struct gate *g, const char *path)
{
	memset(g, 0, sizeof *g);
	g->state = START;
	g->path = path;
}

static enum step
wrong(struct gate *g, const char *fact)
{
	g->fact = fact;
	return WRONG;
}

static enum step
astray(struct gate *g, const char *fact)
{
	g->astray = true;
	return wrong(g, fact);
}

static bool
in_object(const struct gate *g)
{
	return (g->objects >> (g->depth - 1) & 1) != 0;
}

static enum step
push(struct gate *g, bool object)
{
	uint32_t bit;

	if (g->depth == JSON_DEPTH_MAX)
		return wrong(g, "nested deeper than 32");
	bit = (uint32_t)1 << g->depth++;
	g->objects = object ? g->objects | bit : g->objects & ~bit;
	g->state = object ? FIRST_KEY : FIRST_VALUE;
	return TAKEN;
}

/* A value ended, inside a record or with it: say which of the two. */
static enum step
value_ended(struct gate *g, enum step inside, enum step record)
{
	g->state = g->depth == 0 ? NEXT_RECORD : AFTER;
	if (g->depth != g->level)
		return inside;
	if (g->lone)
		g->level = NONE;
	g->lone = g->open = false;
	return record;
}

/* ---- the way to the records through a wrapper ---- */

/* An object on the path begins: seek the next key in it. */
static enum step
enter(struct gate *g)
{
	const char *dot = g->inside > 0 ? strchr(g->part, '.') : NULL;

	g->part = dot != NULL ? dot + 1 : g->path;
	g->inside++;
	g->level = NONE;
	return push(g, true);
}

/* The last object on the path ends: what encloses it is on the path again. */
static void
leave(struct gate *g)
{
	const char *end = g->part - 1;

	g->inside--;
	if (g->inside == 0)
		return;
	while (end > g->path && end[-1] != '.')
		end--;
	g->part = end;
}

static bool
seeks(const struct gate *g)
{
	return g->level == NONE && g->depth == g->inside && g->depth > 0;
}

static void
begin_key(struct gate *g)
{
	g->is_key = true;
	g->nkey = 0;
	g->seeking = seeks(g);
}

/* A key with escapes, or one that is too long, is not sought. */
static void
add_to_key(struct gate *g, unsigned char c)
{
	if (c == '\\' || g->nkey == GATE_KEY_MAX)
		g->seeking = false;
	else
		g->key[g->nkey++] = (char)c;
}

/* Is it one of the keys of this part of the path? */
static bool
is_sought(const struct gate *g)
{
	const char *p = g->part;

	for (;;) {
		size_t n = strcspn(p, "|.");

		if (n == g->nkey && memcmp(p, g->key, n) == 0)
			return true;
		if (p[n] != '|')
			return false;
		p += n + 1;
	}
}

/* The value that the path leads to, or goes on in. */
static enum step
step_on_path(struct gate *g, unsigned char c)
{
	g->hit = false;
	if (strchr(g->part, '.') != NULL)
		return c == '{' ? enter(g) :
		    astray(g, "what leads to the records is no object");
	g->found = true;
	if (c == '[') {
		g->level = (uint8_t)(g->depth + 1);
		return push(g, false);
	}
	g->level = g->depth;
	g->lone = g->open = true;
	return OPENS;
}

static enum step
pop(struct gate *g)
{
	g->depth--;
	if (g->depth + 1 == g->level && !g->lone) {
		if (g->depth == 0) {
			g->state = DONE;
			return TAKEN;
		}
		g->level = NONE;
	} else if (g->level == NONE && g->depth + 1 == g->inside)
		leave(g);
	if (g->depth == 0 && g->path != NULL && !g->found)
		return astray(g, "the records the map names are not in it");
	return value_ended(g, TAKEN, CLOSES);
}

static enum step
step_value(struct gate *g, unsigned char c)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	if (g->hit)
		return step_on_path(g, c);
	if (g->depth == g->level && !g->open) {
		g->open = true;
		return OPENS;
	}
	if (c == '{' || c == '[')
		return push(g, c == '{');
	if (c == '"') {
		g->is_key = false;
		g->state = STRING;
		return TAKEN;
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		g->state = c == '-' ? MINUS : c == '0' ? ZERO : INTEGER;
		return TAKEN;
	}
	for (i = 0; i < 3; i++) {
		if (c == (unsigned char)words[i][0]) {
			g->word = words[i] + 1;
			g->state = WORD;
			return TAKEN;
		}
	}
	return wrong(g, "expected a value");
}

static enum step
step_start(struct gate *g, unsigned char c)
{
	g->found = c != '{' || g->path == NULL;
	if (!g->found)
		return enter(g);
	if (c != '[')
		return step_value(g, c);
	g->level = 1;
	return push(g, false);
}

/* Between the tokens. */
static enum step
step_structure(struct gate *g, unsigned char c)
{
	if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
		return TAKEN;
	switch (g->state) {
	case START:
		return step_start(g, c);
	case NEXT_RECORD:
		return c == '{' ? step_start(g, c) :
		    wrong(g, "only an object may follow");
	case DONE:
		return wrong(g, "text after the array");
	case FIRST_VALUE:
		if (c == ']')
			return pop(g);
		return step_value(g, c);
	case VALUE:
		return step_value(g, c);
	case FIRST_KEY:
	case KEY:
		if (c == '}' && g->state == FIRST_KEY)
			return pop(g);
		if (c != '"')
			return wrong(g, "expected a key in double quotes");
		begin_key(g);
		g->state = STRING;
		return TAKEN;
	case COLON:
		if (c != ':')
			return wrong(g, "expected ':'");
		g->state = VALUE;
		return TAKEN;
	default:
		if (c == (in_object(g) ? '}' : ']'))
			return pop(g);
		if (c != ',')
			return wrong(g, in_object(g) ? "expected ',' or '}'" :
			    "expected ',' or ']'");
		g->state = in_object(g) ? KEY : VALUE;
		return TAKEN;
	}
}

/* The Unicode Standard, table 3-7. */
static enum step
step_utf8_lead(struct gate *g, unsigned char c)
{
	if (c < 0xc2 || c > 0xf4)
		return wrong(g, "not UTF-8");
	g->need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	g->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	g->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	g->state = TAIL;
	return TAKEN;
}

static enum step
step_string(struct gate *g, unsigned char c)
{
	if (c >= 0x80) {
		g->seeking = false;
		return step_utf8_lead(g, c);
	}
	if (c < 0x20)
		return wrong(g, "control character in a string");
	if (c == '\\')
		g->state = ESCAPE;
	if (c != '"') {
		if (g->seeking)
			add_to_key(g, c);
		return TAKEN;
	}
	if (!g->is_key)
		return value_ended(g, TAKEN, CLOSES);
	g->hit = g->seeking && is_sought(g);
	g->seeking = false;
	g->state = COLON;
	return TAKEN;
}

static enum step
step_in_string(struct gate *g, unsigned char c)
{
	switch (g->state) {
	case STRING:
		return step_string(g, c);
	case TAIL:
		if (c < g->low || c > g->high)
			return wrong(g, "not UTF-8");
		g->low = 0x80;
		g->high = 0xbf;
		break;
	case ESCAPE:
		g->state = STRING;
		if (c == 'u') {
			g->need = 4;
			g->state = HEX;
		} else if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL) {
			return wrong(g, "unknown escape");
		}
		return TAKEN;
	default:
		if (c == '\0' || strchr("0123456789abcdefABCDEF", c) == NULL)
			return wrong(g, "expected four hex digits");
		break;
	}
	if (--g->need == 0)
		g->state = STRING;
	return TAKEN;
}

static enum step
step_number(struct gate *g, unsigned char c)
{
	bool digit = c >= '0' && c <= '9', e = c == 'e' || c == 'E';
	enum state next = START;

	switch (g->state) {
	case MINUS:
		next = c == '0' ? ZERO : digit ? INTEGER : START;
		break;
	case ZERO:
	case INTEGER:
		if (digit)
			next = g->state == INTEGER ? INTEGER : START;
		else
			next = c == '.' ? POINT : e ? EXP : AFTER;
		break;
	case POINT:
		next = digit ? FRACTION : START;
		break;
	case FRACTION:
		next = digit ? FRACTION : e ? EXP : AFTER;
		break;
	case EXP:
		next = c == '+' || c == '-' ? EXP_SIGN :
		    digit ? EXP_DIGITS : START;
		break;
	case EXP_SIGN:
		next = digit ? EXP_DIGITS : START;
		break;
	default:
		next = digit ? EXP_DIGITS : AFTER;
		break;
	}
	if (next == START)
		return wrong(g, "malformed number");
	if (next == AFTER)
		return value_ended(g, AGAIN, CLOSED_BEFORE);
	g->state = (uint8_t)next;
	return TAKEN;
}

static enum step
step_word(struct gate *g, unsigned char c)
{
	if (c != (unsigned char)*g->word)
		return wrong(g, "expected true, false or null");
	if (*++g->word != '\0')
		return TAKEN;
	return value_ended(g, TAKEN, CLOSES);
}

static enum step
step(struct gate *g, unsigned char c)
{
	if (g->state < STRING)
		return step_structure(g, c);
	if (g->state < WORD)
		return step_in_string(g, c);
	if (g->state == WORD)
		return step_word(g, c);
	return step_number(g, c);
}

/* Most bytes are plain ones in strings. */
static size_t
skip_plain(const char *text, size_t i, size_t n)
{
	unsigned char c;

	for (; i < n; i++) {
		c = (unsigned char)text[i];
		if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
			break;
	}
	return i;
}

enum gate_event
gate_scan(struct gate *g, const char *text, size_t n, size_t *used)
{
	enum step s;
	size_t i = 0;

	while (i < n) {
		if (g->state == STRING && !g->seeking &&
		    (i = skip_plain(text, i, n)) == n)
			break;
		s = step(g, (unsigned char)text[i]);
		if (s == TAKEN || s == CLOSES)
			i++;
		if (s == TAKEN || s == AGAIN)
			continue;
		*used = i;
		return s == OPENS ? GATE_OPEN : s == WRONG ? GATE_BAD :
		    GATE_CLOSE;
	}
	*used = i;
	return GATE_MORE;
}

enum gate_event
gate_end(struct gate *g)
{
	if (g->state == NEXT_RECORD || g->state == DONE)
		return GATE_MORE;
	if (g->depth == 0 && (g->state == ZERO || g->state == INTEGER ||
	    g->state == FRACTION || g->state == EXP_DIGITS)) {
		value_ended(g, AGAIN, CLOSED_BEFORE);
		return GATE_CLOSE;
	}
	g->fact = g->state == START ? "no value" :
	    g->open ? "input ends inside a value" :
	    "input ends before the array does";
	return GATE_BAD;
}
