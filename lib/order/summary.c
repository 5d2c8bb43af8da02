/* summary.c - what a document tells by itself
 *
 * Whoever queues a message need not say twice what its lines say already. */

#include "document.h"

#define LONG_LINES 20		/* are read at a glance */

static cJSON *
member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* Of an order that nobody reads to its end: what differs, apart from the
 * rest.  When everything does there is no rest. */
static void
part_differing(cJSON *o, const cJSON *lines)
{
	int n = 0, as_ordered = 0;
	cJSON *l, *differing;

	cJSON_ArrayForEach(l, lines)
		if (++n > LONG_LINES)
			break;
	if (n <= LONG_LINES || document_has(o, "long"))
		return;
	n = 0;
	differing = cJSON_CreateArray();
	cJSON_ArrayForEach(l, lines) {
		n++;
		if (cJSON_IsTrue(member(l, "as_ordered")))
			as_ordered++;
		else
			cJSON_AddItemReferenceToArray(differing, l);
	}
	message_bool(o, "long", true);
	message_bool(o, "all_as_ordered", as_ordered == n);
	message_number(o, "nas_ordered", as_ordered);
	message_number(o, "ndiffering", n - as_ordered);
	if (as_ordered > 0 && as_ordered < n)
		cJSON_AddItemToObject(o, "differing", differing);
	else
		cJSON_Delete(differing);
}

/* "4", or "4, 5", on the line that those stand in for. */
static void
point_to(const cJSON *lines, const cJSON *substitute)
{
	double of = member(substitute, "instead_of")->valuedouble;
	const char *before;
	char text[64];
	cJSON *l;

	cJSON_ArrayForEach(l, lines) {
		const cJSON *number = member(l, "line");

		if (!cJSON_IsNumber(number) || number->valuedouble != of)
			continue;
		before = cJSON_GetStringValue(member(l, "substitute_line"));
		snprintf(text, sizeof(text), "%.40s%s%.0f",
		    before != NULL ? before : "", before != NULL ? ", " : "",
		    cJSON_GetNumberValue(member(substitute, "line")));
		message_text(l, "substitute_line", text);
		return;
	}
}

static void
add_substitutes(const cJSON *lines)
{
	cJSON *l;

	cJSON_ArrayForEach(l, lines)
		if (document_has(l, "instead_of")) {
			message_bool(l, "is_substitute", true);
			point_to(lines, l);
		}
}

/* Each line, to be quoted. */
static void
cut_question(cJSON *o, const cJSON *question)
{
	const char *s = cJSON_GetStringValue(question);
	struct arena mem = ARENA_INIT;
	cJSON *list;

	if (s == NULL || document_has(o, "question_lines"))
		return;
	list = cJSON_AddArrayToObject(o, "question_lines");
	while (*s != '\0') {
		size_t n = strcspn(s, "\r\n");

		cJSON_AddItemToArray(list,
		    cJSON_CreateString(arena_dupn(&mem, s, n)));
		s += n;
		s += *s == '\r' && s[1] == '\n' ? 2 : *s != '\0';
	}
	arena_release(&mem);
}

void
document_sum_up(cJSON *o)
{
	const cJSON *lines = member(o, "lines");

	add_substitutes(lines);
	part_differing(o, lines);
	cut_question(o, member(o, "question"));
}
