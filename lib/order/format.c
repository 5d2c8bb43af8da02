/* format.c - how a language writes dates and numbers
 *
 * Knows the format file of order-templates(5).  Works on texts, digit by
 * digit: no amount is too long for it.  The environment's locale has no say. */

#include <order/date.h>
#include <order/text.h>

#include "format.h"

#define MARK_MAX 8
#define PATTERN_MAX 80

/* ---- the file ---- */

struct file {
	struct arena *mem;
	struct format *format;
	int line;
	unsigned seen;		/* settings, as bits */
	struct err *err;
};

static int
fault(const struct file *f, const char *what, const char *value)
{
	return err_set(f->err, ERR_CONFIG, "line %d: %s '%s'", f->line, what,
	    text_shown(f->mem, value, 40));
}

static int
read_mark(struct file *f, const char *value, const char **mark)
{
	bool none = strcmp(value, "none") == 0;

	if (none && mark == &f->format->group)
		*mark = "";
	else if (strcmp(value, "space") == 0)
		*mark = "\xc2\xa0";	/* does not break */
	else if (none || strlen(value) > MARK_MAX || strpbrk(value, "0123456789 \t"))
		return fault(f, "not a mark:", value);
	else
		*mark = value;
	return 0;
}

static int
read_decimal(struct file *f, char *value)
{
	return read_mark(f, value, &f->format->decimal);
}

static int
read_group(struct file *f, char *value)
{
	return read_mark(f, value, &f->format->group);
}

/* One of the fields of a pattern, or 0 when there is none. */
enum { DAY = 1, DAY_2, MONTH, MONTH_2, MONTH_NAME, YEAR };

static int
field(const char *s, size_t *n)
{
	static const char *const names[] = {
		[DAY] = "{d}", [DAY_2] = "{dd}", [MONTH] = "{m}",
		[MONTH_2] = "{mm}", [MONTH_NAME] = "{month}",
		[YEAR] = "{year}"
	};

	for (int i = DAY; *s == '{' && i <= YEAR; i++) {
		*n = strlen(names[i]);
		if (strncmp(s, names[i], *n) == 0)
			return i;
	}
	return 0;
}

static int
read_date(struct file *f, char *value)
{
	int days = 0, months = 0, years = 0;
	size_t n;

	if (strlen(value) > PATTERN_MAX)
		return fault(f, "too long:", value);
	for (const char *s = value; *s != '\0'; s++) {
		int is = field(s, &n);

		if (is == 0 && (*s == '{' || *s == '}'))
			return fault(f, "no field of a date:", s);
		days += is == DAY || is == DAY_2;
		months += is == MONTH || is == MONTH_2 || is == MONTH_NAME;
		years += is == YEAR;
		if (is != 0)
			s += n - 1;
	}
	if (days != 1 || months != 1 || years != 1)
		return fault(f, "day, month and year are not once in", value);
	f->format->date = value;
	return 0;
}

static int
read_months(struct file *f, char *value)
{
	struct format *to = f->format;
	char *s = value;

	while (*s != '\0') {
		size_t n = strcspn(s, " \t");

		if (to->nmonths == 12)
			return fault(f, "more than twelve months:", s);
		to->month[to->nmonths++] = arena_dupn(f->mem, s, n);
		s += n;
		s += strspn(s, " \t");
	}
	return to->nmonths == 12 ? 0 : fault(f, "not twelve months:", value);
}

static const struct {
	const char *name;
	int (*read)(struct file *, char *value);
} settings[] = {
	{ "decimal", read_decimal }, { "group", read_group },
	{ "date", read_date }, { "months", read_months }
};
#define NSETTINGS (sizeof(settings) / sizeof(settings[0]))

static int
read_line(struct file *f, char *line)
{
	char *name = text_trim(f->mem, line), *value;

	if (name[0] == '\0' || name[0] == '#')
		return 0;
	value = name + strcspn(name, " \t");
	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " \t");
	for (unsigned i = 0; i < NSETTINGS; i++) {
		if (strcmp(settings[i].name, name) != 0)
			continue;
		if (f->seen & 1U << i)
			return fault(f, "given twice:", name);
		f->seen |= 1U << i;
		return *value != '\0' ? settings[i].read(f, value) :
		    fault(f, "no value:", name);
	}
	return fault(f, "not a setting:", name);
}

int
format_read(struct arena *mem, const char *text, struct format *to,
    struct err *e)
{
	struct file f = { .mem = mem, .format = to, .err = e };
	const char *s = text;

	*to = (struct format){ .decimal = ".", .group = "", .date = "" };
	while (*s != '\0') {
		size_t n = strcspn(s, "\n");

		f.line++;
		if (read_line(&f, arena_dupn(mem, s, n)) < 0)
			return -1;
		s += n + (s[n] != '\0');
	}
	if (strstr(to->date, "{month}") != NULL && to->nmonths == 0)
		return err_set(e, ERR_CONFIG,
		    "a date has {month}, but there are no months");
	if (strcmp(to->decimal, to->group) == 0)
		return fault(&f, "both marks are", to->group);
	return 0;
}

/* ---- writing ---- */

void
format_number(const struct format *f, const char *s, struct buf *out)
{
	size_t sign = s[0] == '-', whole = strspn(s + sign, "0123456789");
	const char *end = s + sign + whole, *at = s + sign;
	size_t first = whole % 3 != 0 ? whole % 3 : 3;

	if (whole == 0 || (*end == '.' ? end[1] == '\0' ||
	    end[1 + strspn(end + 1, "0123456789")] != '\0' : *end != '\0')) {
		buf_puts(out, s);
		return;
	}
	buf_add(out, s, sign);
	if (whole <= 3 || f->group[0] == '\0')
		first = whole;
	buf_add(out, at, first);
	for (at += first; at < end; at += 3) {
		buf_puts(out, f->group);
		buf_add(out, at, 3);
	}
	if (*end == '.') {
		buf_puts(out, f->decimal);
		buf_puts(out, end + 1);
	}
}

static int
two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

void
format_date(const struct format *f, const char *s, struct buf *out)
{
	int32_t day;
	size_t n;

	if (f->date[0] == '\0' || !date_parse(s, &day)) {
		buf_puts(out, s);
		return;
	}
	for (const char *p = f->date; *p != '\0'; p += n)
		switch (field(p, &n)) {
		case DAY:
			buf_add(out, s + 8 + (s[8] == '0'), s[8] == '0' ? 1 : 2);
			break;
		case DAY_2:
			buf_add(out, s + 8, 2);
			break;
		case MONTH:
			buf_add(out, s + 5 + (s[5] == '0'), s[5] == '0' ? 1 : 2);
			break;
		case MONTH_2:
			buf_add(out, s + 5, 2);
			break;
		case MONTH_NAME:
			buf_puts(out, f->month[two(s + 5) - 1]);
			break;
		case YEAR:
			buf_add(out, s, 4);
			break;
		default:
			n = 1;
			buf_putc(out, *p);
		}
}
