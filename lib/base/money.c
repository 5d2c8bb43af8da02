/* money.c - amounts, prices and quantities as whole numbers
 *
 * Knows decimal texts, ISO 4217 exponents and rounding.  Knows no floating
 * point, no locale and nothing of orders.
 */
#include <order/money.h>

#define SCALE_MAX 6
#define WHOLE_DIGITS 13			/* before the point */

static const int64_t power[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000
};

/* Too many digits to be right is a number all the same, so the whole text is
 * looked at before its size is. */
enum decimal_fault
decimal_parse(const char *s, int scale, int64_t *out)
{
	int64_t whole = 0, part = 0, unit = power[scale];
	bool fine = true;
	int n, left;

	for (n = 0; *s >= '0' && *s <= '9'; s++, n++) {
		if (n > 0 && whole == 0)
			return DECIMAL_NOT_A_NUMBER;	/* 007 */
		if (n < WHOLE_DIGITS)
			whole = whole * 10 + (*s - '0');
	}
	if (n == 0)
		return DECIMAL_NOT_A_NUMBER;
	if (*s == '.') {
		s++;
		if (*s < '0' || *s > '9')
			return DECIMAL_NOT_A_NUMBER;
		left = scale;
		for (; *s >= '0' && *s <= '9'; s++) {
			if (left > 0) {
				part = part * 10 + (*s - '0');
				left--;
			} else if (*s != '0') {
				fine = false;
			}
		}
		part *= power[left];
	}
	if (*s != '\0')
		return DECIMAL_NOT_A_NUMBER;
	if (n > WHOLE_DIGITS || whole > MONEY_MAX / unit ||
	    whole * unit + part > MONEY_MAX)
		return DECIMAL_TOO_LARGE;
	if (!fine)
		return DECIMAL_TOO_FINE;
	*out = whole * unit + part;
	return DECIMAL_OK;
}

enum decimal_fault
decimal_parse_signed(const char *s, int scale, int64_t *out)
{
	enum decimal_fault fault;
	bool minus = *s == '-';

	fault = decimal_parse(s + minus, scale, out);
	if (fault == DECIMAL_OK && minus)
		*out = -*out;
	return fault;
}

const char *
decimal_fault_text(enum decimal_fault fault)
{
	static const char *const texts[] = {
		[DECIMAL_OK] = "is a number",
		[DECIMAL_NOT_A_NUMBER] = "is not a number",
		[DECIMAL_TOO_FINE] = "has too many decimals",
		[DECIMAL_TOO_LARGE] = "is too large",
	};

	return texts[fault];
}

/* Written from the last digit to the first; zeros that end the decimals are
 * left out down to min of them. */
char *
decimal_least(struct arena *a, int64_t value, int scale, int min)
{
	char text[32], *p = text + sizeof(text);
	uint64_t v = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	int left;

	for (left = scale; left > min && v % 10 == 0; left--)
		v /= 10;
	if (left > 0) {
		for (; left > 0; left--, v /= 10)
			*--p = (char)('0' + v % 10);
		*--p = '.';
	}
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	if (value < 0)
		*--p = '-';
	return arena_dupn(a, p, (size_t)(text + sizeof(text) - p));
}

char *
decimal_fixed(struct arena *a, int64_t value, int scale)
{
	return decimal_least(a, value, scale, scale);
}

char *
decimal_short(struct arena *a, int64_t value, int scale)
{
	return decimal_least(a, value, scale, 0);
}

/* Code and exponent, in order.  Codes without a minor unit (metals, funds of
 * the IMF, testing) are no money an order can be in. */
static const char currencies[][5] = {
	"AED2", "AFN2", "ALL2", "AMD2", "AOA2", "ARS2", "AUD2", "AWG2",
	"AZN2", "BAM2", "BBD2", "BDT2", "BHD3", "BIF0", "BMD2", "BND2",
	"BOB2", "BOV2", "BRL2", "BSD2", "BTN2", "BWP2", "BYN2", "BZD2",
	"CAD2", "CDF2", "CHE2", "CHF2", "CHW2", "CLF4", "CLP0", "CNY2",
	"COP2", "COU2", "CRC2", "CUP2", "CVE2", "CZK2", "DJF0", "DKK2",
	"DOP2", "DZD2", "EGP2", "ERN2", "ETB2", "EUR2", "FJD2", "FKP2",
	"GBP2", "GEL2", "GHS2", "GIP2", "GMD2", "GNF0", "GTQ2", "GYD2",
	"HKD2", "HNL2", "HTG2", "HUF2", "IDR2", "ILS2", "INR2", "IQD3",
	"IRR2", "ISK0", "JMD2", "JOD3", "JPY0", "KES2", "KGS2", "KHR2",
	"KMF0", "KPW2", "KRW0", "KWD3", "KYD2", "KZT2", "LAK2", "LBP2",
	"LKR2", "LRD2", "LSL2", "LYD3", "MAD2", "MDL2", "MGA2", "MKD2",
	"MMK2", "MNT2", "MOP2", "MRU2", "MUR2", "MVR2", "MWK2", "MXN2",
	"MXV2", "MYR2", "MZN2", "NAD2", "NGN2", "NIO2", "NOK2", "NPR2",
	"NZD2", "OMR3", "PAB2", "PEN2", "PGK2", "PHP2", "PKR2", "PLN2",
	"PYG0", "QAR2", "RON2", "RSD2", "RUB2", "RWF0", "SAR2", "SBD2",
	"SCR2", "SDG2", "SEK2", "SGD2", "SHP2", "SLE2", "SOS2", "SRD2",
	"SSP2", "STN2", "SVC2", "SYP2", "SZL2", "THB2", "TJS2", "TMT2",
	"TND3", "TOP2", "TRY2", "TTD2", "TWD2", "TZS2", "UAH2", "UGX0",
	"USD2", "USN2", "UYI0", "UYU2", "UYW4", "UZS2", "VED2", "VES2",
	"VND0", "VUV0", "WST2", "XAF0", "XCD2", "XCG2", "XOF0", "XPF0",
	"YER2", "ZAR2", "ZMW2", "ZWG2",
};

static int
compare_codes(const void *key, const void *entry)
{
	return memcmp(key, entry, 3);
}

int
currency_exponent(const char *code)
{
	const char *found;

	if (strnlen(code, 4) != 3)
		return -1;
	found = bsearch(code, currencies,
	    sizeof(currencies) / sizeof(currencies[0]), sizeof(currencies[0]),
	    compare_codes);
	return found == NULL ? -1 : found[3] - '0';
}

/* No product of two int64_t overflows it. */
__extension__ typedef __int128 wide;

/* A half is rounded away from zero, so that a credit mirrors its charge. */
bool
money_line(int64_t quantity, int64_t price, int exponent, int64_t *out)
{
	wide product = (wide)quantity * price, unit, amount;

	if (exponent < 0 || exponent > SCALE_MAX)
		return false;
	unit = power[PRICE_SCALE + QUANTITY_SCALE - exponent];
	amount = (product + (product < 0 ? -unit : unit) / 2) / unit;
	if (amount > MONEY_MAX || amount < -MONEY_MAX)
		return false;
	*out = (int64_t)amount;
	return true;
}

bool
money_add(int64_t a, int64_t b, int64_t *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum) || sum > MONEY_MAX ||
	    sum < -MONEY_MAX)
		return false;
	*out = sum;
	return true;
}
