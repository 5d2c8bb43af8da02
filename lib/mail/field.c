/* field.c - lines and fields of a header, as they stand
 *
 * Finds a field and unfolds it; what it means is for others to say.  No more
 * than a bounded part of a value is looked at. */

#include <order/text.h>

#include "begin.h"
#include "field.h"

#define FIELD_MAX (8 << 10)	/* of a field's value, bytes looked at */

const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? nl + 1 : end;
}

const char *
before_line_end(const char *from, const char *p)
{
	if (p > from && p[-1] == '\n')
		p--;
	if (p > from && p[-1] == '\r')
		p--;
	return p;
}

size_t
field_name(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && p[n] > ' ' && p[n] < 0x7f && p[n] != ':')
		n++;
	for (size_t colon = n; p + colon < end; colon++) {
		if (p[colon] == ':')
			return n;
		if (p[colon] != ' ' && p[colon] != '\t')
			break;
	}
	return 0;
}

char *
field_value(struct arena *mem, struct mail_span head, const char *name)
{
	const char *p = head.p, *end = head.p + head.n, *next;
	size_t len = strlen(name);
	struct buf b = BUF_INIT;
	char *value;
	bool ours = false;

	for (; p < end; p = next) {
		const char *stop;

		next = line_end(p, end);
		stop = before_line_end(p, next);
		if (*p != ' ' && *p != '\t') {
			if (ours)
				break;
			ours = field_name(p, end) == len &&
			    g_ascii_strncasecmp(p, name, len) == 0;
			if (ours)
				p = (const char *)memchr(p, ':',
				    (size_t)(end - p)) + 1;
		}
		if (ours && b.n < FIELD_MAX)
			buf_add(&b, p, (size_t)(stop - p) < FIELD_MAX - b.n ?
			    (size_t)(stop - p) : FIELD_MAX - b.n);
	}
	for (size_t i = 0; i < b.n; i++)
		if ((unsigned char)b.data[i] < ' ' || b.data[i] == 0x7f)
			b.data[i] = ' ';
	value = text_trim(mem, b.data);
	buf_release(&b);
	return value;
}
