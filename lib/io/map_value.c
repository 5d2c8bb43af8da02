/* map_value.c - a value of theirs to one of ours: dates, numbers, tables
 *
 * Pure: text in, text or the first fault out.  Nothing is guessed: what a
 * filter does not know is a fault. */

#include <ctype.h>

#include <order/clock.h>
#include <order/date.h>
#include <order/money.h>
#include <order/text.h>

#include "map_read.h"

static const char NBSP[] = "\xc2\xa0";

static const char *
unfit(struct map_making *m, const char *code, const char *value,
    const char *fact)
{
	if (m->fault == NULL) {
		m->code = code;
		m->fault = arena_printf(m->mem, "\"%s\" %s",
		    text_excerpt(m->mem, value), fact);
	}
	return "";
}

/* ---- dates ---- */

struct moment {
	int year, month, day, hour, minute, second;
	int offset;		/* seconds east of Greenwich */
	bool twelve, afternoon, zoned;
};

/* A number of at most n digits, and of at least one. */
static bool
digits(const char **s, int n, int *out)
{
	int value = 0, i;

	for (i = 0; i < n && isdigit((unsigned char)**s); i++)
		value = value * 10 + *(*s)++ - '0';
	*out = value;
	return i > 0;
}

static bool
month_name(const char **s, int *out)
{
	static const char *const names[] = {
		"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november",
		"december"
	};

	for (int i = 0; i < 12; i++) {
		size_t whole = strlen(names[i]);
		size_t n = strncasecmp(*s, names[i], whole) == 0 ? whole : 3;

		if (strncasecmp(*s, names[i], n) == 0) {
			*s += n;
			*out = i + 1;
			return true;
		}
	}
	return false;
}

/* "Z", "UTC", "+01:00", "-0500", "+01". */
static bool
zone_offset(const char **s, struct moment *t)
{
	int hours, minutes = 0, sign = **s == '-' ? -1 : 1;

	t->zoned = true;
	t->offset = 0;
	if (**s == 'Z') {
		(*s)++;
		return true;
	}
	if (strncmp(*s, "UTC", 3) == 0 || strncmp(*s, "GMT", 3) == 0) {
		*s += 3;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	(*s)++;
	if (!digits(s, 2, &hours))
		return false;
	if (**s == ':')
		(*s)++;
	if (isdigit((unsigned char)**s) && !digits(s, 2, &minutes))
		return false;
	t->offset = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static bool
field(char what, const char **s, struct moment *t)
{
	const char *from = *s;
	int ignored;

	switch (what) {
	case 'Y':
		return digits(s, 4, &t->year) && *s - from == 4;
	case 'y':
		if (!digits(s, 2, &t->year) || *s - from != 2)
			return false;
		t->year += t->year < 69 ? 2000 : 1900;	/* POSIX */
		return true;
	case 'm':
		return digits(s, 2, &t->month);
	case 'b':
	case 'B':
		return month_name(s, &t->month);
	case 'd':
	case 'e':
		return digits(s, 2, &t->day);
	case 'H':
		return digits(s, 2, &t->hour);
	case 'I':
		t->twelve = true;
		return digits(s, 2, &t->hour) && t->hour >= 1 && t->hour <= 12;
	case 'M':
		return digits(s, 2, &t->minute) && *s - from == 2;
	case 'S':
		return digits(s, 2, &t->second) && *s - from == 2;
	case 'f':		/* of a second; dropped */
		return digits(s, 9, &ignored);
	case 'p':
		t->afternoon = **s == 'p' || **s == 'P';
		if (strncasecmp(*s, "am", 2) != 0 &&
		    strncasecmp(*s, "pm", 2) != 0)
			return false;
		*s += 2;
		return true;
	case 'z':
		return zone_offset(s, t);
	default:
		return what == '%' && *(*s)++ == '%';
	}
}

/* Does all of the value have this format (as of strftime(3))? */
static bool
moment_read(const char *format, const char *s, struct moment *t)
{
	*t = (struct moment){ .year = 0 };
	for (; *format != '\0'; format++) {
		if (*format == '%') {
			if (!field(*++format, &s, t))
				return false;
		} else if (*s++ != *format)
			return false;
	}
	if (t->twelve)
		t->hour = t->hour % 12 + (t->afternoon ? 12 : 0);
	return *s == '\0' && t->hour < 24 && t->minute < 60 && t->second < 61;
}

static const char *
date_value(struct map_making *m, const struct map_rule *rule,
    const struct map_filter *f, const char *value)
{
	char text[INSTANT_TEXT];
	struct moment t;
	int32_t date;
	int64_t at;

	for (size_t i = 0; i < f->n; i++) {
		if (!moment_read(f->text[i], value, &t))
			continue;
		snprintf(text, sizeof(text), "%04d-%02d-%02d", t.year,
		    t.month, t.day);
		if (!date_parse(text, &date))
			continue;
		if (rule->column->kind == MAP_DATE)
			return arena_dup(m->mem, text);
		at = (t.hour * 60 + t.minute) * 60 + t.second;
		at = t.zoned ? (int64_t)date * 86400 + at - t.offset :
		    zone_instant(m->map->zone, date, (int)at);
		return arena_dup(m->mem, instant_text(at, text));
	}
	return unfit(m, rule->column->kind == MAP_DATE ? "not-a-date" :
	    "not-an-instant", value, f->n == 1 ?
	    arena_printf(m->mem, "is not like %s", f->text[0]) :
	    "has none of the formats the map gives");
}

/* ---- numbers ---- */

/* Bytes of the letter, currency sign or blank at s that may stand beside a
 * number, or 0. */
static size_t
beside_number(const char *s)
{
	if (isalpha((unsigned char)*s) || *s == ' ' || *s == '\t')
		return 1;
	if (strncmp(s, NBSP, 2) == 0)
		return 2;
	return text_currency_sign(s);
}

/* The part of a number that has no words or signs of currencies around. */
static const char *
bare_number(struct map_making *m, const char *s)
{
	size_t n, end = 0, i;

	while ((n = beside_number(s)) > 0)
		s += n;
	for (i = 0; s[i] != '\0'; i += n > 0 ? n : 1)
		if ((n = beside_number(s + i)) == 0)
			end = i + 1;
	/* "1o" and "2k" are more than their digits. */
	n = strspn(s + end, " \t");
	if (isalpha((unsigned char)s[end + n]) &&
	    !isalpha((unsigned char)s[end + n + 1]))
		return s;
	return arena_dupn(m->mem, s, end);
}

/* Thousands marks stand before groups of three digits. */
static bool
marks_fit(const char *s, char thousands, char decimal)
{
	size_t n, groups = 0;

	s += *s == '-' || *s == '+';
	for (;; s += n + 1, groups++) {
		n = strspn(s, "0123456789");
		if (s[n] != thousands || thousands == '\0')
			break;
		if (n == 0 || n > 3 || (groups > 0 && n != 3))
			return false;
	}
	return (groups == 0 || n == 3) &&
	    (s[n] == '\0' || s[n] == decimal);
}

static const char *
number_value(struct map_making *m, const char *value)
{
	const struct map *map = m->map;
	const char *bare = bare_number(m, value), *from;
	char *number = arena_dup(m->mem, bare), *to = number;

	if (!marks_fit(bare, map->thousands, map->decimal))
		return unfit(m, "not-a-number", value, map->marks ?
		    "is not a number with the marks the map gives" :
		    "is not a number");
	for (from = bare; *from != '\0'; from++) {
		if (*from == map->thousands)
			continue;
		*to++ = *from == map->decimal ? '.' : *from;
	}
	*to = '\0';
	return number;
}

/* "1599" to "15.99": the decimals of the currency, or so many. */
static const char *
minor_value(struct map_making *m, const struct map_filter *f,
    const char *value)
{
	long decimals = f->number;
	int64_t n;

	for (size_t i = 0; decimals < 0 && i < m->map->ncolumns; i++)
		if (strcmp(m->map->columns[i].name, "currency") == 0 &&
		    m->made[i] != NULL)
			decimals = currency_exponent(m->made[i]);
	if (decimals < 0)
		return unfit(m, "not-a-number", value, "is in minor units, and"
		    " the currency is not known");
	if (decimals > 6 || decimal_parse(value, 0, &n) != DECIMAL_OK)
		return unfit(m, "not-a-number", value,
		    "is not a whole number of minor units");
	return decimal_fixed(m->mem, n, (int)decimals);
}

/* The price of one, of a whole line's: to six decimals, if the line comes out
 * the same again. */
static const char *
per_value(struct map_making *m, const char *value)
{
	int64_t all, quantity = 0, one, again;

	for (size_t i = 0; i < m->map->ncolumns; i++)
		if (strcmp(m->map->columns[i].name, "quantity") == 0 &&
		    m->made[i] != NULL)
			decimal_parse(m->made[i], QUANTITY_SCALE, &quantity);
	if (decimal_parse(value, PRICE_SCALE, &all) != DECIMAL_OK)
		return value;		/* the column says what is wrong */
	if (quantity <= 0 || __builtin_mul_overflow(all, 1000, &one) ||
	    __builtin_add_overflow(one, quantity / 2, &one))
		return unfit(m, "not-a-number", value,
		    "cannot be divided by the quantity");
	one /= quantity;
	/* Half of the smallest unit of a currency with three decimals. */
	if (__builtin_mul_overflow(one, quantity, &again) ||
	    (again / 1000 - all > 0 ? again / 1000 - all :
	    all - again / 1000) >= 500)
		return unfit(m, "not-a-number", value,
		    "divided by the quantity is not the same line again");
	return decimal_short(m->mem, one, PRICE_SCALE);
}

/* ---- text ---- */

static const char *
strip_value(struct map_making *m, const struct map_filter *f,
    const char *value)
{
	size_t n = strlen(value);

	for (size_t i = 0; i < f->n; i++) {
		size_t k = strlen(f->text[i]);

		if (k > n)
			continue;
		if (f->kind == FILTER_STRIP &&
		    strncmp(value, f->text[i], k) == 0)
			return value + k;
		if (f->kind == FILTER_STRIP_END &&
		    strcmp(value + n - k, f->text[i]) == 0)
			return arena_dupn(m->mem, value, n - k);
	}
	return value;
}

static const char *
split_value(struct map_making *m, const struct map_filter *f,
    const char *value)
{
	const char *by = f->text[0], *s;
	long n = 1, which = f->number;
	size_t k = strlen(by);

	if (k == 0)
		return value;
	for (s = value; (s = strstr(s, by)) != NULL; s += k)
		n++;
	if (which < 0)
		which += n + 1;
	if (which < 1 || which > n)
		return "";
	for (s = value; which > 1; which--)
		s = strstr(s, by) + k;
	return text_trim(m->mem, arena_dupn(m->mem, s,
	    strstr(s, by) != NULL ? (size_t)(strstr(s, by) - s) : strlen(s)));
}

static const char *
table_value(struct map_making *m, const struct map_filter *f,
    const char *value)
{
	for (size_t i = 0; i + 1 < f->n; i += 2)
		if (text_eq_nocase(f->text[i], value))
			return f->text[i + 1];
	if (value[0] == '\0' || f->open)
		return value;
	return f->other != NULL ? f->other :
	    unfit(m, "not-in-map", value, "is not in the map's table");
}

static const char *
cased(struct map_making *m, const char *value, int (*to)(int))
{
	char *text = arena_dup(m->mem, value);

	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x80)
			*p = (char)to((unsigned char)*p);
	return text;
}

static const char *
country_value(struct map_making *m, const char *value)
{
	const char *code = country_code(value);

	if (code != NULL)
		return code;
	return strlen(value) == 2 ? value : unfit(m, "not-a-country", value,
	    "is not the English name of a country");
}

/* ---- all of them ---- */

static const char *
filtered(struct map_making *m, const struct map_rule *rule,
    const struct map_filter *f, const char *value)
{
	if (f->kind == FILTER_VALUES)
		return table_value(m, f, value);
	if (value[0] == '\0')
		return value;
	switch (f->kind) {
	case FILTER_DATE:
		return date_value(m, rule, f, value);
	case FILTER_NUMBER:
		return number_value(m, value);
	case FILTER_MINOR:
		return minor_value(m, f, value);
	case FILTER_PER:
		return per_value(m, value);
	case FILTER_STRIP:
	case FILTER_STRIP_END:
		return strip_value(m, f, value);
	case FILTER_SPLIT:
		return split_value(m, f, value);
	case FILTER_UPPER:
		return cased(m, value, toupper);
	case FILTER_LOWER:
		return cased(m, value, tolower);
	case FILTER_COUNTRY:
		return country_value(m, value);
	default:		/* map_list has done it */
		return value;
	}
}

const char *
map_value(struct map_making *m, const struct map_rule *rule,
    const char *value)
{
	if (rule->column->kind == MAP_NUMBER && m->map->marks &&
	    !rule->constant && value[0] != '\0')
		value = number_value(m, value);
	for (size_t i = 0; i < rule->nfilters && m->fault == NULL; i++)
		value = filtered(m, rule, &rule->filter[i], value);
	return m->fault == NULL ? value : "";
}

const char *
map_list(struct map_making *m, const struct map_filter *f,
    const struct buf *list)
{
	const char *s = list->data, *end = s + list->n;
	struct buf b = BUF_INIT;
	const char *text;
	int64_t sum = 0, n;

	for (; s < end; s += strlen(s) + 1) {
		if (*s == '\0')
			continue;
		if (f->kind == FILTER_JOIN) {
			if (b.n > 0)
				buf_puts(&b, f->text[0]);
			buf_puts(&b, s);
		} else if (decimal_parse(s, PRICE_SCALE, &n) != DECIMAL_OK ||
		    !money_add(sum, n, &sum))
			unfit(m, "not-a-number", s, "cannot be added up");
	}
	text = f->kind == FILTER_JOIN ? arena_dup(m->mem, b.data) :
	    list->n == 0 ? "" : decimal_short(m->mem, sum, PRICE_SCALE);
	buf_release(&b);
	return text;
}

bool
map_condition_holds(const struct map_condition *c, const char *value)
{
	bool is = false;

	if (c->test == TEST_BLANK || c->test == TEST_NOT_BLANK)
		return (value[strspn(value, " \t")] == '\0') ==
		    (c->test == TEST_BLANK);
	for (size_t i = 0; i < c->n && !is; i++)
		is = c->test == TEST_BEGINS ?
		    strncmp(value, c->text[i], strlen(c->text[i])) == 0 :
		    text_eq_nocase(value, c->text[i]);
	return is != (c->test == TEST_IS_NOT);
}
