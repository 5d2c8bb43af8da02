/* mention.c - fuzz target: our references in what people write
 *
 * Each that is found is one, stands where it was found, and is found again
 * when it stands alone; all that is looked at is looked at once. */

#include <ctype.h>

#include <order/inquiry.h>
#include <order/ref.h>

#include "fuzz.h"

static char *
upper(struct arena *mem, const char *s)
{
	char *copy = arena_dup(mem, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return copy;
}

/* The letters and digits of the reference stand there in this order. */
static void
stands_there(const char *from, const char *to, const char *ref)
{
	const char *p = to;

	for (size_t i = strlen(ref); i-- > 0;) {
		while (p > from && p[-1] != ref[i])
			p--;
		MUST(p > from, "%s is not there", ref);
		p--;
	}
}

static void
one(const char *s, size_t n)
{
	struct arena mem = ARENA_INIT;
	char ref[MENTION_TEXT], again[MENTION_TEXT], prefix[REF_TEXT];
	const char *text, *p, *from, *alone;
	int64_t id;

	fuzz_fields(&mem, s, n, &text, 1);
	for (p = from = text; reference_mentioned(&p, ref); from = p) {
		if (fuzz_twin)	/* one that was misheard */
			ref[strlen(ref) - 1] ^= 1;
		MUST(p > from && p <= text + strlen(text), "goes nowhere");
		MUST(fuzz_matches(ref, "^[A-Za-z]{1,8}[0-9]{9,19}$") &&
		    ref_parse(ref, prefix, &id), "%s is none", ref);
		stands_there(from, p, ref);
		alone = arena_printf(&mem, "(%s)", upper(&mem, ref));
		MUST(reference_mentioned(&alone, again) &&
		    strcasecmp(again, ref) == 0, "%s is not found alone", ref);
	}
	MUST(*p == '\0', "stops before the end");
	arena_release(&mem);
}

const struct fuzz_target fuzz_mention = { "mention", NULL, one };
