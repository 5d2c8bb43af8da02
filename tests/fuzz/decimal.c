/* decimal.c - fuzz target: decimals, money, currencies
 *
 * Judged by working on the text of the number, digit by digit. */

#include <inttypes.h>

#include <order/money.h>

#include "fuzz.h"

static const char DECIMAL[] = "^(0|[1-9][0-9]*)(\\.[0-9]+)?$";

/* The canonical text with that scale, or the fault. */
static enum decimal_fault
model(struct arena *a, const char *s, int scale, const char **canonical)
{
	size_t whole = strcspn(s, "."), part;
	const char *point = s + whole;
	char *text;

	if (!fuzz_matches(s, DECIMAL))
		return DECIMAL_NOT_A_NUMBER;
	point += *point == '.';
	for (part = strlen(point); part > 0 && point[part - 1] == '0'; part--)
		continue;
	/* 10^15 units are a one with 15 - scale zeros before the point. */
	if (whole > 16 - (size_t)scale || whole > 13)
		return DECIMAL_TOO_LARGE;
	if (whole == 16 - (size_t)scale) {
		text = arena_dupn(a, s, whole);
		if (strspn(text + 1, "0") != whole - 1 || text[0] != '1' ||
		    strspn(point, "0") < (part < (size_t)scale ? part :
		    (size_t)scale))
			return DECIMAL_TOO_LARGE;
	}
	if (part > (size_t)scale)
		return DECIMAL_TOO_FINE;
	*canonical = arena_printf(a, "%.*s%s%.*s%.*s", (int)whole, s,
	    scale > 0 ? "." : "", (int)part, point, scale - (int)part,
	    "000000");
	return DECIMAL_OK;
}

static enum decimal_fault
parse(const char *s, int scale, int64_t *out)
{
	double d;

	if (!fuzz_twin)
		return decimal_parse(s, scale, out);
	d = strtod(s, NULL);
	for (; scale > 0; scale--)
		d *= 10;
	*out = (int64_t)d;
	return decimal_parse(s, scale, &(int64_t){ 0 });
}

static void
scale_holds(struct arena *a, const char *s, int scale)
{
	const int64_t untouched = INT64_C(-77);
	enum decimal_fault want, got;
	int64_t n = untouched, again = 0, minus = untouched;
	const char *canonical = NULL, *text;
	int least;

	want = model(a, s, scale, &canonical);
	got = parse(s, scale, &n);
	MUST(got == want, "'%s' with %d decimals: %s, not %s", s, scale,
	    decimal_fault_text(got), decimal_fault_text(want));
	MUST(decimal_parse_signed(arena_printf(a, "-%s", s), scale, &minus) ==
	    got, "-'%s'", s);
	if (got != DECIMAL_OK) {
		MUST(n == untouched && minus == untouched, "'%s' is refused"
		    " and taken", s);
		return;
	}
	MUST(minus == -n, "-'%s'", s);
	text = decimal_fixed(a, n, scale);
	fuzz_same("print and parse", text, strlen(text), canonical,
	    strlen(canonical));
	for (least = 0; least <= scale; least++) {
		text = decimal_least(a, n, scale, least);
		MUST(decimal_parse(text, scale, &again) == DECIMAL_OK &&
		    again == n, "'%s' prints as '%s'", s, text);
	}
	text = decimal_short(a, -n, scale);
	MUST(decimal_parse_signed(text, scale, &again) == DECIMAL_OK &&
	    again == -n, "'-%s' prints as '%s'", s, text);
}

__extension__ typedef __int128 wide;

/* Twice the product, to be halved downwards: half-up without a fraction. */
static void
line_holds(int64_t quantity, int64_t price, int exponent)
{
	wide unit = 1, twice, want;
	int64_t got = 5;
	bool ok;
	int i;

	for (i = 9 - exponent; i > 0; i--)
		unit *= 10;
	twice = (wide)quantity * price * 2;
	want = (twice < 0 ? -twice : twice) + unit;
	want /= 2 * unit;
	ok = money_line(quantity, price, exponent, &got);
	MUST(ok == (want <= MONEY_MAX), "%" PRId64 " x %" PRId64 " (%d): %s",
	    quantity, price, exponent, ok ? "too large" : "fits");
	MUST(ok || got == 5, "an overflow that is taken");
	MUST(!ok || got == (int64_t)(twice < 0 ? -want : want), "%" PRId64
	    " x %" PRId64 " (%d): %" PRId64, quantity, price, exponent, got);
}

static void
sum_holds(int64_t a, int64_t b)
{
	wide want = (wide)a + b;
	bool fits = want <= MONEY_MAX && want >= -(wide)MONEY_MAX, ok;
	int64_t got = 5;

	ok = money_add(a, b, &got);
	MUST(ok == fits && got == (fits ? (int64_t)want : 5),
	    "%" PRId64 " + %" PRId64, a, b);
}

static void
currency_holds(const char *s)
{
	int e = currency_exponent(s);

	MUST(e >= -1 && e <= 4 && e != 1, "%s has exponent %d", s, e);
	MUST(e < 0 || fuzz_matches(s, "^[A-Z]{3}$"), "'%s' is a currency", s);
}

/* Fields: a decimal, a second one, a currency. */
static void
one(const char *s, size_t n)
{
	struct arena a = ARENA_INIT;
	const char *field[3];
	int64_t x, y;
	int scale;

	fuzz_fields(&a, s, n, field, 3);
	for (scale = 0; scale <= 6; scale++) {
		scale_holds(&a, field[0], scale);
		scale_holds(&a, field[1], scale);
	}
	currency_holds(field[2]);
	if (decimal_parse_signed(field[0], QUANTITY_SCALE, &x) == DECIMAL_OK &&
	    decimal_parse_signed(field[1], PRICE_SCALE, &y) == DECIMAL_OK) {
		for (scale = 0; scale <= 4; scale++)
			line_holds(x, y, scale);
		sum_holds(x, y);
		sum_holds(-x, y);
	}
	arena_release(&a);
}

const struct fuzz_target fuzz_decimal = { "decimal", NULL, one };
