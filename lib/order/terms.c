/* terms.c - payment terms and postcodes: what is well-formed
 *
 * Small grammars over text; no store. */

#include <ctype.h>

#include <order/text.h>
#include <order/verify.h>

static bool
is_one_of(const char *const *words, const char *v)
{
	for (; *words != NULL; words++)
		if (text_eq_nocase(*words, v))
			return true;
	return false;
}

bool
terms_prepaid(const char *terms)
{
	static const char *const words[] = { "CWO", "CIA", "PIA", "CBS",
		"PREPAID", NULL };

	return is_one_of(words, terms);
}

/* Skip digits; false when there is none or too many. */
static bool
skip_number(const char **p)
{
	size_t n = strspn(*p, "0123456789");

	*p += n;
	return n >= 1 && n <= 3;
}

/* NET30, NET30EOM, 15MFI, 2/10NET30, 1MD; case does not matter. */
bool
terms_known(const char *terms)
{
	static const char *const words[] = { "COD", "CND", "DUE_ON_RECEIPT",
		"EOM", "PROX", "STAGE", "CONTRA", "LC", "BOE", NULL };
	const char *p = terms;

	if (terms_prepaid(terms) || is_one_of(words, terms))
		return true;
	if (skip_number(&p)) {
		if (text_eq_nocase(p, "MFI") || text_eq_nocase(p, "MD"))
			return true;
		if (*p++ != '/' || !skip_number(&p))
			return false;
	} else
		p = terms;
	if (toupper((unsigned char)p[0]) != 'N' ||
	    toupper((unsigned char)p[1]) != 'E' ||
	    toupper((unsigned char)p[2]) != 'T')
		return false;
	p += 3;
	return skip_number(&p) && (*p == '\0' || text_eq_nocase(p, "EOM"));
}

/* 9 is a digit, A a letter, blank an optional blank, | an alternative. */
static const struct {
	const char *country, *pattern;
} postcodes[] = {
	{ "AT", "9999" }, { "AU", "9999" }, { "BE", "9999" },
	{ "BG", "9999" }, { "BR", "99999-999|99999999" },
	{ "CA", "A9A 9A9" }, { "CH", "9999" }, { "CY", "9999" },
	{ "CZ", "999 99" }, { "DE", "99999" }, { "DK", "9999" },
	{ "EE", "99999" }, { "ES", "99999" }, { "FI", "99999" },
	{ "FR", "99999" },
	{ "GB", "A9 9AA|A99 9AA|AA9 9AA|AA99 9AA|A9A 9AA|AA9A 9AA" },
	{ "GR", "999 99" }, { "HR", "99999" }, { "HU", "9999" },
	{ "IL", "9999999|99999" }, { "IN", "999 999" }, { "IT", "99999" },
	{ "JP", "999-9999|9999999" }, { "KR", "99999" },
	{ "LI", "9999" }, { "LT", "99999|LT-99999" }, { "LU", "9999" },
	{ "LV", "LV-9999" }, { "MX", "99999" }, { "MY", "99999" },
	{ "NL", "9999 AA" }, { "NO", "9999" }, { "NZ", "9999" },
	{ "PL", "99-999" }, { "PT", "9999-999" }, { "RO", "999999" },
	{ "SE", "999 99" }, { "SG", "999999" }, { "SI", "9999" },
	{ "SK", "999 99" }, { "TR", "99999" }, { "US", "99999|99999-9999" },
	{ "ZA", "9999" },
};

static bool
matches(const char *pattern, const char *v)
{
	for (; *pattern != '\0' && *pattern != '|'; pattern++) {
		if (*pattern == ' ') {
			v += *v == ' ';
			continue;
		}
		if (*pattern == '9' ? !isdigit((unsigned char)*v) :
		    *pattern == 'A' ? !isalpha((unsigned char)*v) :
		    toupper((unsigned char)*v) != *pattern)
			return false;
		v++;
	}
	return *v == '\0';
}

bool
postcode_fits(const char *country, const char *postcode)
{
	const char *p;

	for (size_t i = 0; i < sizeof(postcodes) / sizeof(postcodes[0]); i++) {
		if (strcmp(postcodes[i].country, country) != 0)
			continue;
		p = postcodes[i].pattern;
		while (p != NULL) {
			if (matches(p, postcode))
				return true;
			p = strchr(p, '|');
			p = p != NULL ? p + 1 : NULL;
		}
		return false;
	}
	return true;
}
