/* test_template.c - what a reader of a mail, and the author of a template,
 * see of template_render */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/template.h>

#define TEN(s) s s s s s s s s s s

static const struct {
	const char *name, *text;
} PARTIALS[] = {
	{ "foot", "-- \n{{company}}\n" },
	{ "broken", "one\n{{#open}}" },
	{ "missing", "one\n{{nowhere}}" },
	{ "itself", "{{>itself}}" },
	{ "twice", "{{>twice}}{{>twice}}" },
	{ "item", "* {{sku}}\n  {{>note}}\n" },
	{ "note", "{{#note}}\n{{note}}\n{{/note}}\n" },
	{ "d1", TEN("{{>d2}}") }, { "d2", TEN("{{>d3}}") },
	{ "d3", TEN("{{>d4}}") }, { "d4", TEN("{{>d5}}") },
	{ "d5", TEN("{{>d6}}") }, { "d6", TEN("{{>d7}}") },
	{ "d7", TEN("{{>d8}}") }, { "d8", TEN("{{! nothing }}") },
	{ "down", "{{#down}}{{>down}}{{/down}}{{n}}" }
};

#define NPARTIALS (sizeof(PARTIALS) / sizeof(PARTIALS[0]))

static struct arena mem;

/* Each is read once for a rendering, as the tools do. */
static int
partial(void *arg, const char *name, const struct template **t, struct err *e)
{
	const struct template **known = arg;
	size_t i;

	for (i = 0; i < NPARTIALS; i++)
		if (strcmp(PARTIALS[i].name, name) == 0)
			break;
	if (i == NPARTIALS)
		return 0;
	if (known[i] == NULL)
		known[i] = template_read(&mem, PARTIALS[i].text,
		    strlen(PARTIALS[i].text), e);
	*t = known[i];
	return *t != NULL ? 1 : -1;
}

enum { PLAIN = 0, ESCAPE = 1, STRICT = 2 };

static const struct good {
	const char *title;
	int how;
	const char *text, *json, *want;
} GOOD[] = {
	{ "an empty template gives nothing", PLAIN, "", "{}", "" },
	{ "text alone is copied", PLAIN, "a { b } }} c\n", "{}",
	  "a { b } }} c\n" },
	{ "a text mail shows markup as typed", PLAIN, "{{x}}",
	  "{\"x\":\"<a> & \\\"b\\\"\"}", "<a> & \"b\"" },
	{ "an HTML mail escapes it", ESCAPE, "{{x}}|{{{x}}}|{{&x}}",
	  "{\"x\":\"<a> & \\\"b\\\"\"}",
	  "&lt;a&gt; &amp; &quot;b&quot;|<a> & \"b\"|<a> & \"b\"" },
	{ "names differ by case", PLAIN, "{{X}}{{x}}", "{\"x\":1}", "1" },
	{ "an empty value is found, also when strict", STRICT, "[{{x}}]",
	  "{\"x\":\"\"}", "[]" },
	{ "null is found and empty, also when strict", STRICT, "[{{x}}]",
	  "{\"x\":null}", "[]" },
	{ "an empty name leaves its line out", STRICT,
	  "a\n{{#company}}\nby {{company}}\n{{/company}}\nb\n",
	  "{\"company\":\"\"}", "a\nb\n" },
	{ "a set name shows its line", STRICT,
	  "a\n{{#company}}\nby {{company}}\n{{/company}}\nb\n",
	  "{\"company\":\"Acme\"}", "a\nby Acme\nb\n" },
	{ "zero is a value, not false", STRICT, "{{#n}}{{n}} left{{/n}}",
	  "{\"n\":0}", "0 left" },
	{ "an empty object is true", STRICT, "{{#o}}yes{{/o}}", "{\"o\":{}}",
	  "yes" },
	{ "an outer name is seen in a list", STRICT,
	  "{{#lines}}{{ref}}-{{sku}} {{/lines}}",
	  "{\"ref\":\"O1\",\"lines\":[{\"sku\":\"A\"},{\"sku\":\"B\"}]}",
	  "O1-A O1-B " },
	{ "whole numbers have no fraction", PLAIN, "{{a}} {{b}} {{c}} {{d}}",
	  "{\"a\":85,\"b\":-1,\"c\":1000000000000000,\"d\":-0.0}",
	  "85 -1 1000000000000000 0" },
	{ "fractions show the shortest form", PLAIN, "{{a}} {{b}} {{c}} {{d}}",
	  "{\"a\":1.21,\"b\":0.1,\"c\":1e300,\"d\":5e-324}",
	  "1.21 0.1 1e+300 4.94065645841247e-324" },
	{ "a third needs all its digits", PLAIN, "{{a}}",
	  "{\"a\":0.30000000000000004}", "0.30000000000000004" },
	{ "what is no number shows nothing", PLAIN, "[{{a}}]", "{\"a\":1e999}",
	  "[]" },
	{ "truth shows as a word", PLAIN, "{{a}} {{b}}",
	  "{\"a\":true,\"b\":false}", "true false" },
	{ "a list as a value shows nothing", PLAIN, "[{{a}}]", "{\"a\":[1]}",
	  "[]" },
	{ "dots lead into objects", STRICT, "{{a.b.c}}",
	  "{\"a\":{\"b\":{\"c\":\"x\"}}}", "x" },
	{ "other delimiters end with the template", PLAIN,
	  "{{=<% %>=}}<% x %>{{x}}<%={{ }}=%>{{x}}<%x%>", "{\"x\":1}",
	  "1{{x}}1<%x%>" },
	{ "a lone bracket is a delimiter", PLAIN, "{{=| |=}}|x||x|",
	  "{\"x\":1}", "11" },
	{ "three brackets follow the delimiters", ESCAPE,
	  "{{=<% %>=}}<%{x}%>", "{\"x\":\"&\"}", "&" },
	{ "a partial is put in", STRICT, "a\n{{>foot}}",
	  "{\"company\":\"Acme\"}", "a\n-- \nAcme\n" },
	{ "partials within partials add up their indentation", STRICT,
	  "  {{>item}}\n", "{\"sku\":\"A\",\"note\":\"n\"}",
	  "  * A\n    n\n" },
	{ "a tag shows its line when nothing else does", STRICT,
	  "a\n  {{#x}}  \n\tb\n {{/x}}\t\nc", "{\"x\":true}", "a\n\tb\nc" },
	{ "two tags on a line keep the line", STRICT,
	  "a\n{{#x}}{{/x}}\nb\n", "{\"x\":true}", "a\n\nb\n" },
	{ "CR LF templates keep their line ends", STRICT,
	  "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc\r\n", "{\"x\":true}",
	  "a\r\nb\r\nc\r\n" },
	{ "a value is never read as a template", STRICT, "{{x}}",
	  "{\"x\":\"{{y}}{{>foot}}\"}", "{{y}}{{>foot}}" },
	{ "a tree of partials ends with its data", PLAIN, "{{>down}}",
	  "{\"n\":1,\"down\":{\"n\":2,\"down\":{\"n\":3,\"down\":false}}}",
	  "321" },
	{ "an unknown partial is empty", PLAIN, "[{{>nowhere}}]", "{}", "[]" },
	{ "UTF-8 passes through", ESCAPE, "\xc3\xa4{{x}}",
	  "{\"x\":\"\xe2\x82\xac\"}", "\xc3\xa4\xe2\x82\xac" },
	{ "20 deep is allowed", STRICT,
	  TEN("{{#x}}") TEN("{{#x}}") "o" TEN("{{/x}}") TEN("{{/x}}"),
	  "{\"x\":true}", "o" }
};

static const struct bad {
	const char *title;
	int how;
	const char *text, *json, *want;
} BAD[] = {
	{ "a key that is nowhere", STRICT, "a\nb {{x}}", "{}",
	  "line 2: no such key 'x'" },
	{ "a section that is nowhere", STRICT, "{{#x}}{{/x}}", "{}",
	  "line 1: no such key 'x'" },
	{ "an inverted section that is nowhere", STRICT, "{{^x}}{{/x}}", "{}",
	  "line 1: no such key 'x'" },
	{ "a path that breaks off", STRICT, "\n\n{{a.b}}", "{\"a\":{}}",
	  "line 3: no such key 'a.b'" },
	{ "a path that goes through a text", STRICT, "{{a.b}}",
	  "{\"a\":\"x\"}", "line 1: no such key 'a.b'" },
	{ "a list where a value should be", STRICT, "{{a}}", "{\"a\":[1]}",
	  "line 1: not a single value: 'a'" },
	{ "a partial that is nowhere", STRICT, "\n{{> x }}", "{}",
	  "line 2: no such partial 'x'" },
	{ "a missing key in a partial", STRICT, "\n\n{{>missing}}", "{}",
	  "partial 'missing': line 2: no such key 'nowhere'" },
	{ "a section open in a partial", PLAIN, "{{>broken}}", "{}",
	  "partial 'broken': line 2: section 'open' is not closed" },
	{ "a tag never closed", PLAIN, "a\n{{x", "{}",
	  "line 2: tag is not closed by '}}'" },
	{ "a tag closed by too few brackets", PLAIN, "{{{x}} }", "{}",
	  "line 1: tag is not closed by '}}}'" },
	{ "a tag never closed by a hostile delimiter", PLAIN,
	  "{{=< \033[2J=}}<x", "{}",
	  "line 1: tag is not closed by '\\u{1b}[2J'" },
	{ "delimiters never closed", PLAIN, "{{=<% %>}}", "{}",
	  "line 1: tag is not closed by '=}}'" },
	{ "one delimiter", PLAIN, "{{=<%=}}", "{}",
	  "line 1: '<%' are not two delimiters" },
	{ "three delimiters", PLAIN, "{{=a b c=}}", "{}",
	  "line 1: 'a b c' are not two delimiters" },
	{ "a delimiter with '='", PLAIN, "{{=a= b=}}", "{}",
	  "line 1: 'a= b' are not two delimiters" },
	{ "no delimiter", PLAIN, "{{= =}}", "{}",
	  "line 1: '' are not two delimiters" },
	{ "a very long delimiter", PLAIN, "{{=12345678901234567 x=}}", "{}",
	  "line 1: '12345678901234567 x' are not two delimiters" },
	{ "a section never closed", PLAIN, "a\n{{#x}}\n{{^y}}{{/y}}", "{}",
	  "line 2: section 'x' is not closed" },
	{ "a section closed by another", PLAIN, "{{#x}}\n{{/y}}", "{}",
	  "line 2: 'y' closes section 'x' of line 1" },
	{ "sections that overlap", PLAIN, "{{#x}}{{#y}}{{/x}}{{/y}}", "{}",
	  "line 1: 'x' closes section 'y' of line 1" },
	{ "a close without an open", PLAIN, "\n{{/x}}", "{}",
	  "line 2: 'x' closes no section" },
	{ "a name with a blank", PLAIN, "{{a b}}", "{}",
	  "line 1: bad name 'a b'" },
	{ "an empty name", PLAIN, "{{}}", "{}", "line 1: bad name ''" },
	{ "an empty section name", PLAIN, "{{# }}", "{}",
	  "line 1: bad name ''" },
	{ "a name with an empty part", PLAIN, "{{a..b}}", "{}",
	  "line 1: bad name 'a..b'" },
	{ "a name that ends in a dot", PLAIN, "{{a.}}", "{}",
	  "line 1: bad name 'a.'" },
	{ "a partial that calls itself", PLAIN, "{{>itself}}", "{}",
	  "partial 'itself': line 1: nested over 20 deep" },
	{ "a partial that calls itself twice", PLAIN, "{{>twice}}", "{}",
	  "partial 'twice': line 1: nested over 20 deep" },
	{ "partials that multiply", PLAIN, "{{>d1}}", "{}",
	  "partial 'd6': line 1: takes too many steps" },
	{ "21 deep", PLAIN,
	  TEN("{{#x}}") TEN("{{#x}}") "\n{{#x}}o{{/x}}" TEN("{{/x}}")
	  TEN("{{/x}}"),
	  "{\"x\":true}", "line 2: nested over 20 deep" }
};

static int
render(const char *text, size_t n, const char *json, int how, struct buf *out,
    struct err *e)
{
	const struct template *t, *known[NPARTIALS] = { NULL };
	struct template_opts opts = { .escape = (how & ESCAPE) != 0,
	    .strict = (how & STRICT) != 0, .partial = partial, .arg = known };
	cJSON *data = cJSON_Parse(json);
	int result;

	assert_non_null(data);
	t = template_read(&mem, text, n, e);
	result = t == NULL ? -1 : template_render(t, data, &opts, out, e);
	cJSON_Delete(data);
	arena_release(&mem);
	return result;
}

static void
test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		const struct good *t = &GOOD[i];
		struct buf out = BUF_INIT;
		struct err e = ERR_INIT;

		if (render(t->text, strlen(t->text), t->json, t->how, &out,
		    &e) < 0 || strcmp(out.data, t->want) != 0)
			fail_msg("%s: got '%s' %s", t->title, out.data, e.text);
		buf_release(&out);
	}
}

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		const struct bad *t = &BAD[i];
		struct buf out = BUF_INIT;
		struct err e = ERR_INIT;

		buf_puts(&out, "kept");
		if (render(t->text, strlen(t->text), t->json, t->how, &out,
		    &e) == 0 || e.code != ERR_CONFIG ||
		    strcmp(e.text, t->want) != 0)
			fail_msg("%s: got '%s', error %d '%s'", t->title,
			    out.data, e.code, e.text);
		if (strcmp(out.data, "kept") != 0 || out.n != 4)
			fail_msg("%s: left '%s'", t->title, out.data);
		buf_release(&out);
	}
}

/* A list of 1,000 items that each show about 8 kB: just under and over. */
static void
test_output_is_bounded(void **state)
{
	struct buf text = BUF_INIT, json = BUF_INIT, out = BUF_INIT;
	struct err e = ERR_INIT;
	int i;

	(void)state;
	buf_puts(&text, "{{#l}}");
	for (i = 0; i < 8192; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, "{{/l}}");
	buf_puts(&json, "{\"l\":[1");
	for (i = 1; i < 1024; i++)
		buf_puts(&json, ",1");
	buf_puts(&json, "]}");
	assert_int_equal(render(text.data, text.n, json.data, PLAIN, &out, &e),
	    0);
	assert_int_equal(out.n, 8 << 20);
	buf_clear(&out);
	buf_putc(&text, 'y');
	assert_int_equal(render(text.data, text.n, json.data, PLAIN, &out, &e),
	    -1);
	assert_string_equal(e.text, "line 1: the text grows over 8 MiB");
	assert_int_equal(out.n, 0);
	buf_release(&text);
	buf_release(&json);
	buf_release(&out);
}

/* What escaping adds counts, too. */
static void
test_escaped_output_is_bounded(void **state)
{
	static const char *const fill[] = { "<", "x" };
	const size_t n = 3 << 20;
	struct buf json = BUF_INIT, out = BUF_INIT;
	size_t i, k;

	(void)state;
	for (k = 0; k < 2; k++) {
		struct err e = ERR_INIT;

		buf_clear(&json);
		buf_puts(&json, "{\"a\":\"");
		for (i = 0; i < n; i++)
			buf_puts(&json, fill[k]);
		buf_puts(&json, "\"}");
		assert_int_equal(render("{{a}}{{a}}{{a}}", 15, json.data, ESCAPE,
		    &out, &e), -1);
		assert_string_equal(e.text,
		    "line 1: the text grows over 8 MiB");
		assert_int_equal(out.n, 0);
	}
	buf_release(&json);
	buf_release(&out);
}

/* Any bytes give text or an error, and never touch what is not theirs. */
static void
test_rubbish(void **state)
{
	static const char *const pieces[] = { "{{", "}}", "{{{", "}}}", "#",
	    "/", "^", ">", "&", "=", "!", ".", "a", "a.b", " ", "\n", "\r\n",
	    "\t", "{{#a}}", "{{/a}}", "{{>foot}}", "{{=| |=}}", "|", "\xff",
	    "" };
	const size_t n = sizeof(pieces) / sizeof(pieces[0]);
	uint32_t seed = 1;
	int i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct buf text = BUF_INIT, out = BUF_INIT;
		struct err e = ERR_INIT;
		char *exact;

		for (j = 0; j < i % 23; j++) {
			seed = seed * 1664525 + 1013904223;
			if (seed >> 27 == 0)
				buf_putc(&text, 0);
			else
				buf_puts(&text, pieces[(seed >> 8) % n]);
		}
		/* Without a NUL behind it, so that a look beyond is caught. */
		exact = malloc(text.n + 1);
		assert_non_null(exact);
		memcpy(exact + 1, text.data, text.n);
		if (render(exact + 1, text.n, "{\"a\":[{\"b\":1},\"x\"]}",
		    i % 4, &out, &e) < 0) {
			assert_int_equal(e.code, ERR_CONFIG);
			assert_int_equal(out.n, 0);
		}
		free(exact);
		buf_release(&text);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_output_is_bounded),
		cmocka_unit_test(test_escaped_output_is_bounded),
		cmocka_unit_test(test_rubbish)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
