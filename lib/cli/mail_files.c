/* mail_files.c - which parts of a message are files with orders
 *
 * By media type and name, which senders often get wrong in one of the two;
 * plain text only when it begins as such a file. */

#include <order/columns.h>

#include "mail_files.h"

#define COLUMNS_ENOUGH 2

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcasecmp(s + n - m, end) == 0;
}

static bool
begins_with(const char *s, const char *begin)
{
	return strncmp(s, begin, strlen(begin)) == 0;
}

bool
part_is_order_file(const struct mail_part *p)
{
	static const char *const types[] = { "text/csv", "application/csv",
		"text/x-csv", "application/x-csv", "text/comma-separated-values",
		"text/x-comma-separated-values", "application/json",
		"text/json", "application/x-json", "application/jsonl",
		"application/x-jsonlines", "application/x-ndjson" };
	static const char *const names[] = { ".csv", ".json", ".jsonl",
		".ndjson" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(p->type, types[i]) == 0)
			return true;
	if (strcmp(p->type, "text/html") == 0 ||
	    (!begins_with(p->type, "text/") &&
	    !begins_with(p->type, "application/")))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ends_with(p->name, names[i]))
			return true;
	return false;
}

bool
part_is_text_file(const struct mail_part *p)
{
	return ends_with(p->name, ".txt") && (strcmp(p->type, "text/plain") == 0
	    || strcmp(p->type, "application/octet-stream") == 0);
}

bool
part_is_body(const struct mail_part *p)
{
	return strcmp(p->type, "text/plain") == 0;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' ||
	    *p == '\n'))
		p++;
	return p;
}

/* The cell of a header that ends at end. */
static bool
is_our_column(const char *p, const char *end)
{
	char name[64];
	size_t n;

	if (end - p >= 2 && *p == '"' && end[-1] == '"') {
		p++;
		end--;
	}
	n = (size_t)(end - p);
	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, p, n);
	name[n] = '\0';
	return order_column_find(name) >= 0 || line_column_find(name) >= 0;
}

bool
text_begins_as_orders(const char *text, size_t n)
{
	const char *end = text + n, *p = text, *cell;
	int ours = 0;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	p = skip_blanks(p, end);
	if (p == end)
		return false;
	if (*p == '{' || *p == '[') {
		/* "[External]" is a remark. */
		const char *next = skip_blanks(p + 1, end);

		return next < end && (*p == '{' ? *next == '"' || *next == '}' :
		    *next == '{' || *next == ']');
	}
	for (cell = p; p <= end; p++) {
		bool last = p == end || *p == '\n' || *p == '\r';

		if (!last && *p != ',')
			continue;
		ours += is_our_column(cell, p);
		cell = p + 1;
		if (last)
			break;
	}
	return ours >= COLUMNS_ENOUGH;
}
