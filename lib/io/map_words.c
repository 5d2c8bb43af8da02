/* map_words.c - the words of a map: quotes, lists, names of theirs
 * Knows one line at a time, and nothing of what it says. */

#include <stdarg.h>

#include <order/text.h>

#include "map_parse.h"

void
parse_fail(struct parser *ps, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (ps->failed)
		return;
	va_start(ap, fmt);
	text_format(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(ps->err, ERR_CONFIG, "%s:%d: %s", ps->map->name, ps->line,
	    text);
	ps->failed = true;
}

/* Doubled at every power of two. */
void *
parse_grown(struct arena *mem, void *list, size_t n, size_t size)
{
	void *more;

	if (list != NULL && (n & (n - 1)) != 0)
		return list;
	more = arena_array(mem, n > 0 ? 2 * n : 1, size);
	if (n > 0)
		memcpy(more, list, n * size);
	return more;
}

/* ---- words ---- */

void
parse_blanks(struct parser *ps)
{
	while (*ps->p == ' ' || *ps->p == '\t')
		ps->p++;
}

bool
parse_char(struct parser *ps, char c)
{
	parse_blanks(ps);
	if (*ps->p != c)
		return false;
	ps->p++;
	return true;
}

/* A word that must stand alone, such as "where". */
bool
parse_word(struct parser *ps, const char *word)
{
	size_t n = strlen(word);

	parse_blanks(ps);
	if (strncmp(ps->p, word, n) != 0 ||
	    (ps->p[n] != '\0' && ps->p[n] != ' ' && ps->p[n] != '\t'))
		return false;
	ps->p += n;
	return true;
}

bool
parse_end(struct parser *ps)
{
	parse_blanks(ps);
	return *ps->p == '\0';
}

/* "text" or 'name', with the quote doubled inside of it. */
const char *
parse_quoted(struct parser *ps)
{
	char quote = *ps->p++, *text = arena_dup(ps->mem, ps->p), *to = text;

	for (;; ps->p++) {
		if (*ps->p == '\0') {
			parse_fail(ps, "a %c is not closed", quote);
			break;
		}
		if (*ps->p == quote && *++ps->p != quote)
			break;
		*to++ = *ps->p;
	}
	*to = '\0';
	return text;
}

/* In quotes, or up to one of the stops, without outer blanks. */
const char *
parse_text(struct parser *ps, const char *stops)
{
	const char *from, *end;

	parse_blanks(ps);
	if (*ps->p == '"')
		return parse_quoted(ps);
	from = ps->p;
	ps->p += strcspn(ps->p, stops);
	for (end = ps->p; end > from && (end[-1] == ' ' || end[-1] == '\t');)
		end--;
	return arena_dupn(ps->mem, from, (size_t)(end - from));
}

/* ---- names of theirs ---- */

/* "a.b", "a[0].b", "a[].b" */
bool
parse_is_path(const char *p)
{
	for (;; p++) {
		size_t n = strcspn(p, ".[]");

		if (n == 0)
			return false;
		p += n;
		if (*p == '[') {
			n = strspn(p + 1, "0123456789");
			if (n > 9 || p[n + 1] != ']')
				return false;
			p += n + 2;
		}
		if (*p != '.')
			return *p == '\0';
	}
}

size_t
parse_source_name(struct parser *ps, const char *name)
{
	struct map *m = ps->map;
	bool optional = false;
	size_t n = strlen(name);
	struct map_source *s;

	if (n > 1 && name[n - 1] == '?') {
		optional = true;
		name = arena_dupn(ps->mem, name, n - 1);
	}
	if (name[0] == '\0')
		parse_fail(ps, "the name of a column is missing");
	else if (m->input.format == FORMAT_JSON && !parse_is_path(name))
		parse_fail(ps, "\"%s\" is no path such as a.b, a[0].b or"
		    " a[].b", name);
	for (size_t i = 0; i < m->nsources; i++)
		if (strcmp(m->source[i].name, name) == 0) {
			m->source[i].optional =
			    m->source[i].optional && optional;
			return i;
		}
	s = GROW(ps->mem, m->source, m->nsources);
	*s = (struct map_source){ .name = name, .optional = optional,
	    .list = m->input.format == FORMAT_JSON &&
	    strstr(name, "[]") != NULL };
	return m->nsources - 1;
}

/* A name up to one of the stops; in single quotes it may hold them. */
size_t
parse_source(struct parser *ps, const char *stops)
{
	const char *name;

	parse_blanks(ps);
	if (*ps->p != '\'')
		return parse_source_name(ps, parse_text(ps, stops));
	name = parse_quoted(ps);
	if (parse_char(ps, '?'))
		name = arena_printf(ps->mem, "%s?", name);
	return parse_source_name(ps, name);
}
