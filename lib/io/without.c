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

/* The comma or line end behind the cell at p. */
static const char *
cell_end(const char *p, const char *end)
{
	bool quoted = false;

	for (; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && strchr(",\r\n", *p) != NULL && *p != '\0')
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

		next = cell_end(p, end);
		if (!is_named(names, name, strlen(name))) {
			if (!first)
				buf_putc(b, ',');
			buf_add(b, p, (size_t)(next - p));
			first = false;
		}
		p = next < end && *next == ',' ? next + 1 : next;
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
