/* test_document.c - what a document tells by itself */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <order/message.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static cJSON *
get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* The document, completed. */
static cJSON *
complete(const char *text)
{
	cJSON *d = cJSON_Parse(text);

	assert_non_null(d);
	document_complete(d);
	return d;
}

/* ---- long orders ---- */

/* n lines, of which every so many is not as ordered (0: none is not). */
static cJSON *
of_lines(int n, int differs)
{
	cJSON *d = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(d, "lines");

	for (int i = 1; i <= n; i++) {
		cJSON *l = cJSON_CreateObject();

		message_number(l, "line", i);
		if (differs == 0 || i % differs != 0)
			message_bool(l, "as_ordered", true);
		else
			message_text(l, "backordered", "2");
		cJSON_AddItemToArray(list, l);
	}
	document_complete(d);
	return d;
}

static void
test_long_orders(void **state)
{
	static const struct {
		const char *title;
		int lines, differs;
		bool is_long, all;
		int as_ordered, differing, listed;
	} cases[] = {
		{ "twenty are read at a glance", 20, 2, false, false, 0, 0,
		    0 },
		{ "one more is long", 21, 2, true, false, 11, 10, 10 },
		{ "nothing differs", 300, 0, true, true, 300, 0, 0 },
		{ "nothing is as ordered: there is no rest", 300, 1, true,
		    false, 0, 300, 0 },
		{ "one of very many", 10000, 10000, true, false, 9999, 1, 1 },
		{ "no lines", 0, 0, false, false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		cJSON *d = of_lines(cases[i].lines, cases[i].differs);
		const cJSON *listed = get(d, "differing"), *l;

		if (cJSON_IsTrue(get(d, "long")) != cases[i].is_long ||
		    cJSON_IsTrue(get(d, "all_as_ordered")) != cases[i].all ||
		    cJSON_GetArraySize(listed) != cases[i].listed ||
		    cJSON_IsTrue(get(d, "has_differing")) !=
		    (cases[i].listed > 0))
			fail_msg("%s", cases[i].title);
		if (cases[i].is_long) {
			assert_int_equal(get(d, "nas_ordered")->valuedouble,
			    cases[i].as_ordered);
			assert_int_equal(get(d, "ndiffering")->valuedouble,
			    cases[i].differing);
		}
		cJSON_ArrayForEach(l, listed) {
			assert_int_equal((int)get(l, "line")->valuedouble %
			    cases[i].differs, 0);
			assert_true(cJSON_IsTrue(get(l, "has_backordered")));
		}
		document_complete(d);		/* nothing twice */
		assert_int_equal(cJSON_GetArraySize(get(d, "differing")),
		    cases[i].listed);
		cJSON_Delete(d);
	}
}

/* ---- substitutes ---- */

static void
test_substitutes(void **state)
{
	cJSON *d = complete("{\"lines\":[{\"line\":1},"
	    "{\"line\":2,\"substituted\":\"3\",\"substitute_sku\":\"B\"},"
	    "{\"line\":4,\"instead_of\":2},{\"line\":5,\"instead_of\":2},"
	    "{\"line\":6,\"instead_of\":9}]}");
	const cJSON *lines = get(d, "lines");
	const cJSON *two = cJSON_GetArrayItem(lines, 1);

	(void)state;
	assert_string_equal(get(two, "substitute_line")->valuestring, "4, 5");
	assert_true(cJSON_IsTrue(get(two, "has_substitute_line")));
	assert_true(cJSON_IsTrue(get(two, "has_substituted")));
	assert_null(get(two, "is_substitute"));
	assert_null(get(cJSON_GetArrayItem(lines, 0), "substitute_line"));
	assert_true(cJSON_IsTrue(get(cJSON_GetArrayItem(lines, 2),
	    "is_substitute")));
	cJSON_Delete(d);
}

/* ---- parcels ---- */

/* A parcel that says nothing has nothing: not what the delivery has. */
static void
test_parcels(void **state)
{
	cJSON *d = complete("{\"tracking\":\"T1\",\"lines\":[{\"line\":1}],"
	    "\"parcels\":[{\"carrier\":\"DHL\",\"lines\":[{\"line\":1,"
	    "\"description\":\"x\"}]},{}],"
	    "\"remaining\":[{\"line\":2,\"promised_on\":\"2026-12-01\"}]}");
	const cJSON *one = cJSON_GetArrayItem(get(d, "parcels"), 0);
	const cJSON *none = cJSON_GetArrayItem(get(d, "parcels"), 1);

	(void)state;
	assert_true(cJSON_IsTrue(get(d, "has_remaining")));
	assert_true(cJSON_IsTrue(get(one, "has_carrier")));
	assert_true(cJSON_IsTrue(get(cJSON_GetArrayItem(get(one, "lines"), 0),
	    "has_description")));
	assert_true(cJSON_IsFalse(get(none, "has_tracking")));
	assert_string_equal(get(none, "tracking")->valuestring, "");
	assert_int_equal(cJSON_GetArraySize(get(none, "lines")), 0);
	assert_true(cJSON_IsTrue(get(cJSON_GetArrayItem(get(d, "remaining"),
	    0), "has_promised_on")));
	cJSON_Delete(d);
}

/* ---- questions ---- */

static void
test_quoted_lines(void **state)
{
	static const struct {
		const char *question, *lines;
	} cases[] = {
		{ "where is it?", "[\"where is it?\"]" },
		{ "a\nb\n", "[\"a\",\"b\"]" },
		{ "a\r\n\r\nb\rc", "[\"a\",\"\",\"b\",\"c\"]" },
		{ "\n> a", "[\"\",\"> a\"]" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		cJSON *d = cJSON_CreateObject();
		char *text;

		message_text(d, "question", cases[i].question);
		document_complete(d);
		text = cJSON_PrintUnformatted(get(d, "question_lines"));
		assert_string_equal(text, cases[i].lines);
		cJSON_free(text);
		cJSON_Delete(d);
	}
}

/* ---- the list ---- */

struct known {
	const char *name[400], *kind[400];
	size_t n;
};

static void
check_key(void *arg, const char *list, const char *name, const char *kind)
{
	struct known *k = arg;

	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->name[i], name) == 0 &&
		    strcmp(k->kind[i], kind) != 0)
			fail_msg("%s: %s is a %s elsewhere", list, name,
			    k->kind[i]);
	assert_true(k->n < N(k->name));
	k->name[k->n] = name;
	k->kind[k->n++] = kind;
}

/* Templates look outward, and a value is written by its name. */
static void
test_a_name_is_of_one_kind(void **state)
{
	struct known k = { .n = 0 };

	(void)state;
	message_keys(check_key, &k);
	assert_true(k.n > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_orders),
		cmocka_unit_test(test_substitutes),
		cmocka_unit_test(test_parcels),
		cmocka_unit_test(test_quoted_lines),
		cmocka_unit_test(test_a_name_is_of_one_kind),
	};

	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
