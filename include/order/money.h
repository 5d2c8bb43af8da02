/* money.h - amounts, prices and quantities as whole numbers
 *
 * amount    minor units of its currency (ISO 4217 exponent 0, 2, 3 or 4)
 * price     millionths of a major unit, for one unit of the item
 * quantity  thousandths
 *
 * There is no floating point.  A decimal is read as
 *   (0|[1-9][0-9]{0,12})(\.[0-9]+)?
 * without sign, exponent, blank or thousands mark; decimals beyond the
 * scale must be zero.  Each amount is at most 10^15.
 */
#ifndef ORDER_MONEY_H
#define ORDER_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include <order/arena.h>

#define PRICE_SCALE 6
#define QUANTITY_SCALE 3
#define MONEY_MAX INT64_C(1000000000000000)

/* Why a decimal was not accepted; DECIMAL_OK is 0. */
enum decimal_fault {
	DECIMAL_OK,
	DECIMAL_NOT_A_NUMBER,	/* "is not a number" */
	DECIMAL_TOO_FINE,	/* "has too many decimals" */
	DECIMAL_TOO_LARGE	/* "is too large" */
};

/* Read a decimal with the given scale (0 to 6); *out is untouched on a fault. */
enum decimal_fault decimal_parse(const char *, int scale, int64_t *out);

/* The same with an optional leading '-'. */
enum decimal_fault decimal_parse_signed(const char *, int scale, int64_t *out);

/* "is not a number" and so on: the fact for a diagnostic. */
const char *decimal_fault_text(enum decimal_fault);

/* Exactly scale decimals ("12.50"), or as few as needed ("12.5", "12"). */
char *decimal_fixed(struct arena *, int64_t, int scale);
char *decimal_short(struct arena *, int64_t, int scale);

/* At least min decimals: unit prices print as 2.50 and 0.125. */
char *decimal_least(struct arena *, int64_t, int scale, int min);

/* ISO 4217 exponent of an upper-case active code: 0, 2, 3, 4; -1: unknown. */
int currency_exponent(const char *code);

/* quantity x price in minor units, rounded half-up.  False: overflow. */
bool money_line(int64_t quantity, int64_t price, int exponent, int64_t *out);

/* a + b within +-MONEY_MAX.  False: overflow, *out untouched. */
bool money_add(int64_t a, int64_t b, int64_t *out);

#endif
