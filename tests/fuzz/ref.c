/* ref.c - fuzz target: references
 *
 * Any spelling of one leads to the same number and is printed in one way; a
 * digit misheard is caught. */

#include <ctype.h>
#include <inttypes.h>

#include <order/ref.h>

#include "fuzz.h"

static const char REF[] = "^[- ]*([A-Za-z][- ]*){1,8}([0-9][- ]*){9,19}$";

/* Upper case without blanks and dashes. */
static char *
squeezed(struct arena *a, const char *s)
{
	char *to = arena_alloc(a, strlen(s) + 1), *p = to;

	for (; *s != '\0'; s++)
		if (*s != '-' && *s != ' ')
			*p++ = (char)toupper((unsigned char)*s);
	return to;
}

static bool
parse(const char *s, char prefix[REF_TEXT], int64_t *id)
{
	bool ok = ref_parse(s, prefix, id);
	size_t n = strlen(s);
	char other[64];

	if (!fuzz_twin || ok || n == 0 || n >= sizeof(other))
		return ok;
	/* Does not look at the check digit: takes the reference with any. */
	memcpy(other, s, n + 1);
	for (other[n - 1] = '0'; other[n - 1] <= '9'; other[n - 1]++)
		if (ref_parse(other, prefix, id))
			return true;
	return false;
}

/* Each other digit in each place makes it no reference. */
static void
misheard(const char *issued)
{
	char other[REF_TEXT], prefix[REF_TEXT];
	size_t i, n = strlen(issued);
	int64_t id;
	char c;

	memcpy(other, issued, n + 1);
	for (i = 0; i < n; i++) {
		if (!isdigit((unsigned char)issued[i]))
			continue;
		for (c = '0'; c <= '9'; c++) {
			other[i] = c;
			MUST(c == issued[i] || !parse(other, prefix, &id),
			    "%s passes for %s", other, issued);
		}
		other[i] = issued[i];
	}
}

static void
issue(const char *prefix, int64_t id)
{
	char issued[REF_TEXT], again[REF_TEXT];
	int64_t n = 0;

	ref_format(prefix, id, issued);
	MUST(parse(issued, again, &n) && n == id &&
	    strcmp(again, prefix) == 0, "%s is issued and not read", issued);
	misheard(issued);
}

static void
one(const char *s, size_t n)
{
	struct arena a = ARENA_INIT;
	char prefix[REF_TEXT] = "", issued[REF_TEXT], check[REF_TEXT];
	const char *field[1], *as_typed, *as_issued;
	int64_t id = 0, number = 0;
	bool ok;

	fuzz_fields(&a, s, n, field, 1);
	ok = parse(field[0], prefix, &id);
	if (ok) {
		MUST(fuzz_matches(field[0], REF), "'%s' is a reference",
		    field[0]);
		MUST(id > 0, "'%s' has number %" PRId64, field[0], id);
		ref_format(prefix, id, issued);
		as_typed = squeezed(&a, field[0]);
		as_issued = squeezed(&a, issued);
		fuzz_same("as typed and as issued", as_typed,
		    strlen(as_typed), as_issued, strlen(as_issued));
		misheard(issued);
	}
	/* Any number can be issued, under any prefix. */
	memcpy(&number, s, n < 8 ? n : 8);
	number = (int64_t)((uint64_t)number % UINT64_C(999999999999999999));
	snprintf(check, sizeof(check), "%.*s", 1 + (int)(n % 8), "ORDERSXY");
	issue(check, number + 1);
	arena_release(&a);
}

const struct fuzz_target fuzz_ref = { "ref", NULL, one };
