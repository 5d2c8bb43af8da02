/* json_cut.c - cutting JSON text into members and elements
 * Works on text that has passed the gate; on any other it may cut nonsense
 * but never reads beyond the end. */

#include <order/recs.h>

#include "json.h"

/* Skip white space and that one character. */
static const char *
skip(const char *p, const char *end, char c)
{
	while (p < end && (*p == c || *p == ' ' || *p == '\t' ||
	    *p == '\r' || *p == '\n'))
		p++;
	return p;
}

static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

const char *
json_value_end(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = string_end(p, end);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			if (depth == 0)
				return p;
			depth--;
			p++;
		} else if (depth > 0) {
			p++;
			continue;
		} else {
			while (p < end && *p != '\0' &&
			    strchr(" \t\r\n,:]}", *p) == NULL)
				p++;
			return p;
		}
		if (depth == 0)
			return p;
	}
	return end;
}

enum cell
json_cell(char first)
{
	switch (first) {
	case '"':
		return CELL_TEXT;
	case '{':
	case '[':
		return CELL_JSON;
	case 't':
	case 'f':
		return CELL_WORD;
	case 'n':
		return CELL_NULL;
	default:
		return CELL_NUMBER;
	}
}

bool
json_next_element(const char **at, const char *end, struct span *s)
{
	const char *p = *at;

	/* Only before the first element is this a bracket. */
	if (p < end && *p == '[')
		p++;
	p = skip(p, end, ',');
	s->p = p;
	s->n = (size_t)(json_value_end(p, end) - p);
	*at = p + s->n;
	return s->n > 0;
}

bool
json_next_member(const char **at, const char *end, struct member *m)
{
	const char *p = *at, *q;

	/* Only before the first member is this a bracket. */
	if (p < end && *p == '{')
		p++;
	p = skip(p, end, ',');
	if (p >= end || *p != '"')
		return false;
	q = string_end(p, end);
	m->key.p = p;
	m->key.n = (size_t)(q - p);
	p = skip(q, end, ':');
	q = json_value_end(p, end);
	m->value.p = p;
	m->value.n = (size_t)(q - p);
	*at = q;
	return true;
}

size_t
json_elements(struct arena *a, const char *text, size_t n,
    struct span **spans)
{
	const char *begin = skip(text, text + n, ' '), *end = text + n;
	const char *at;
	struct span s;
	size_t count = 0, i;

	*spans = NULL;
	if (begin == end || *begin != '[')
		return 0;
	for (at = begin; json_next_element(&at, end, &s); )
		count++;
	*spans = arena_array(a, count, sizeof **spans);
	at = begin;
	for (i = 0; i < count; i++)
		json_next_element(&at, end, &(*spans)[i]);
	return count;
}
