/* format.c - fuzz target: how a language writes dates and numbers
 *
 * A format file is taken or its fault named; a number that is written by it
 * is the same without its marks, a date has its year, and what is neither
 * stays as it is. */

#include <order/date.h>

#include "../../lib/order/format.h"
#include "fuzz.h"

static const char NUMBER[] = "^-?[0-9]+([.][0-9]+)?$";

/* The plain number again: without the groups, with a point. */
static const char *
plain(struct arena *mem, const struct format *f, const char *s)
{
	struct buf b = BUF_INIT;
	const char *text;
	size_t g = strlen(f->group), d = strlen(f->decimal);

	while (*s != '\0') {
		if ((*s >= '0' && *s <= '9') || (*s == '-' && b.n == 0)) {
			buf_putc(&b, *s++);
		} else if (g > 0 && strncmp(s, f->group, g) == 0 &&
		    s[g] != '\0' && strspn(s + g, "0123456789") >= 3 &&
		    strchr(b.data, '.') == NULL) {
			s += g;
		} else {
			MUST(strncmp(s, f->decimal, d) == 0, "%s: no mark", s);
			buf_putc(&b, '.');
			s += d;
		}
	}
	text = arena_dup(mem, b.data);
	buf_release(&b);
	return text;
}

static void
number(struct arena *mem, const struct format *f, const char *s)
{
	struct buf b = BUF_INIT;
	const char *again;
	bool is = fuzz_matches(s, NUMBER);

	format_number(f, s, &b);
	if (fuzz_twin && b.n > 0)
		b.data[--b.n] = '\0';
	/* One mark may begin as the other does: then nobody can tell. */
	if (!is)
		fuzz_same("no number", s, strlen(s), b.data, b.n);
	else if (strncmp(f->decimal, f->group, strlen(f->group)) != 0 ||
	    f->group[0] == '\0') {
		again = plain(mem, f, b.data);
		fuzz_same("a number", s, strlen(s), again, strlen(again));
	}
	buf_release(&b);
}

static void
date(const struct format *f, const char *s)
{
	struct buf b = BUF_INIT;
	int32_t day;
	char year[5];

	format_date(f, s, &b);
	if (f->date[0] == '\0' || !date_parse(s, &day)) {
		fuzz_same("no date", s, strlen(s), b.data, b.n);
	} else {
		snprintf(year, sizeof(year), "%.4s", s);
		MUST(strstr(b.data, year) != NULL, "'%s' has no %s", b.data,
		    year);
	}
	buf_release(&b);
}

static void
one(const char *s, size_t n)
{
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *field[3];
	struct format f;

	fuzz_fields(&mem, s, n, field, 3);
	if (format_read(&mem, field[2], &f, &e) < 0) {
		fuzz_error("reading", &e, (const int []){ ERR_CONFIG, 0 });
	} else {
		number(&mem, &f, field[0]);
		number(&mem, &f, "-1234567.05");
		date(&f, field[1]);
		date(&f, "2026-02-09");
	}
	arena_release(&mem);
}

const struct fuzz_target fuzz_format = { "format", NULL, one };
