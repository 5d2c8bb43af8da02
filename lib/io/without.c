/* without.c - a record's own bytes without some of its columns
 * Cuts, and changes nothing else: what is left is as it came.  Knows only
 * text that the reader has accepted. */

#include <order/recs.h>

#include "json.h"

struct names {
	const char *const *name;
	size_t n;
};

static bool
is_named(const struct names *names, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (strlen(names->name[i]) == n &&
		    memcmp(names->name[i], p, n) == 0)
			return true;
	return false;
}

/* The delimiter or line end behind the cell at p.  A quote counts only at the
 * start of a cell. */
static const char *
cell_end(const char *p, const char *end, char delimiter)
{
	bool quoted = p < end && *p == '"';

	if (quoted)
		p++;
	for (; p < end; p++) {
		if (quoted && *p == '"' && p + 1 < end && p[1] == '"')
			p++;
		else if (quoted && *p == '"')
			quoted = false;
		else if (!quoted && (*p == delimiter || *p == '\r' ||
		    *p == '\n'))
			break;
	}
	return p;
}

static void
csv_without(struct buf *b, const struct rec *r, const struct names *names)
{
	const char *p = r->raw, *end = p + r->raw_n, *next;
	bool first = true;
	size_t i;

	for (i = 0; i < r->head->n; i++) {
		const char *name = r->head->names[i];

		next = cell_end(p, end, r->delimiter);
		if (!is_named(names, name, strlen(name))) {
			if (!first)
				buf_putc(b, r->delimiter);
			buf_add(b, p, (size_t)(next - p));
			first = false;
		}
		p = next < end && *next == r->delimiter ? next + 1 : next;
	}
	buf_add(b, p, (size_t)(end - p));
}

static void
json_without(struct buf *b, const struct rec *r, const struct names *names)
{
	const char *at = r->raw, *end = at + r->raw_n, *done = at + 1;
	struct member m;
	bool first = true;

	buf_putc(b, '{');
	while (json_next_member(&at, end, &m)) {
		const char *from = done, *comma;

		done = m.value.p + m.value.n;
		comma = memchr(from, ',', (size_t)(m.key.p - from));
		if (is_named(names, m.key.p + 1, m.key.n - 2)) {
			if (!first && comma != NULL)
				buf_add(b, from, (size_t)(comma - from));
			continue;
		}
		/* The comma behind those that went goes too. */
		if (first && comma != NULL)
			from = comma + 1;
		buf_add(b, from, (size_t)(done - from));
		first = false;
	}
	buf_add(b, done, (size_t)(end - done));
}

void
csv_with_commas(struct buf *b, const char *p, size_t n, char delimiter)
{
	const char *end = p + n, *next;

	while (p < end) {
		bool bare = *p != '"';

		next = cell_end(p, end, delimiter);
		bare = bare && memchr(p, ',', (size_t)(next - p)) != NULL;
		if (bare)
			buf_putc(b, '"');
		for (; p < next; p++) {
			if (bare && *p == '"')
				buf_putc(b, '"');
			buf_putc(b, *p);
		}
		if (bare)
			buf_putc(b, '"');
		if (p < end) {
			buf_putc(b, *p == delimiter ? ',' : *p);
			p++;
		}
	}
}

void
rec_without(struct buf *b, const struct rec *r, const char *const *names,
    size_t n)
{
	const struct names drop = { names, n };

	if (r->types == NULL)
		csv_without(b, r, &drop);
	else if (r->raw_n > 0 && r->raw[0] == '{')
		json_without(b, r, &drop);
	else
		buf_add(b, r->raw, r->raw_n);
}
