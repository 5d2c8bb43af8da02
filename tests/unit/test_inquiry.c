/* test_inquiry.c - our references in what people write, and their own words */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include <order/inquiry.h>
#include <order/mail_read.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *title, *text, *found;	/* all of them, blank between */
} texts[] = {
	{ "nothing", "", "" },
	{ "as issued", "SO-00000042-5", "SO000000425" },
	{ "in a sentence", "Where is SO-00000001-1?", "SO000000011" },
	{ "at the end of one", "It is SO-00000001-1.", "SO000000011" },
	{ "in brackets and quotes", "(SO-00000001-1) \"SO-00000002-0\"",
	    "SO000000011 SO000000020" },
	{ "behind a colon or a number sign", "ref:SO-00000001-1 #SO-00000002-0",
	    "SO000000011 SO000000020" },
	{ "between other characters", "\xe2\x80\x9eSO-00000001-1\xe2\x80\x9c",
	    "SO000000011" },
	{ "lower case", "so-00000001-1", "so000000011" },
	{ "another prefix", "AB-00001234-2", "AB000012342" },
	{ "a long number", "SO-100000000-5", "SO1000000005" },
	{ "several", "SO-00000001-1, SO-00000002-0\nSO-00000003-8",
	    "SO000000011 SO000000020 SO000000038" },
	{ "dashes of a word processor",
	    "SO\xe2\x80\x91" "00000001\xe2\x80\x93" "1", "SO000000011" },
	{ "blanks for dashes", "SO 00000001 1", "SO000000011" },
	{ "no-break spaces", "SO\xc2\xa0" "00000001\xc2\xa0" "1",
	    "SO000000011" },
	{ "nothing between", "SO000000011", "SO000000011" },
	{ "the longest, nothing between", "Z9999999999909999999",
	    "Z9999999999909999999" },
	{ "nothing between, then a number", "SO000000011 2", "SO000000011" },
	{ "a list with slashes", "SO-00000001-1/SO-00000002-0", "SO000000011" },
	/* false friends */
	{ "a wrong check digit", "SO-00000042-6", "" },
	{ "a wrong digit", "SO-00000043-5", "" },
	{ "no check digit", "SO-00000042", "" },
	{ "too short", "SO-0000042-5", "" },
	{ "lower case without dashes", "so000000011", "" },
	{ "mixed case without dashes", "So000000011", "" },
	{ "lower case with blanks", "so 00000001 1", "" },
	{ "half of its dashes", "SO-000000011", "" },
	{ "the other half", "SO00000001-1", "" },
	{ "a piece of a word", "ESSO-00000001-1x", "" },
	{ "letters before it: another prefix", "xSO-00000001-1",
	    "xSO000000011" },
	{ "digits before it", "1SO-00000001-1", "" },
	{ "more digits behind it", "SO-00000001-12", "" },
	{ "another group behind it", "SO-00000001-1-3", "" },
	{ "a group before it", "AB-SO-00000001-1", "" },
	{ "no prefix", "00000001-1", "" },
	{ "too long a prefix", "ABCDEFGHI-00000001-1", "" },
	{ "in a URL", "see https://x.example/o/SO-00000001-1 there", "" },
	{ "as its parameter", "http://x.example/?o=SO-00000001-1&a", "" },
	{ "without a scheme", "www.x.example/SO-00000001-1", "" },
	{ "in a path", "/orders/SO-00000001-1", "" },
	{ "in an address", "SO-00000001-1@x.example", "" },
	{ "behind a URL", "<https://x.example/a> SO-00000001-1", "SO000000011" },
	{ "a number of zero", "SO-00000000-3", "" },
	{ "an order number of somebody else", "PO-2026-00000117", "" },
	{ "a telephone number", "Tel. +49 30 12345678 1", "" },
	{ "an account", "DE89370400440532013000", "" },
};

static void
references(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		const char *p = texts[i].text;
		struct buf all = BUF_INIT;
		char ref[MENTION_TEXT];

		while (reference_mentioned(&p, ref))
			buf_printf(&all, "%s%s", all.n > 0 ? " " : "", ref);
		if (strcmp(all.data, texts[i].found) != 0)
			fail_msg("%s: found \"%s\"", texts[i].title, all.data);
		buf_release(&all);
		assert_int_equal(*p, '\0');
	}
}

static const struct {
	const char *title, *text, *own;		/* NULL: all of it */
} answers[] = {
	{ "no quotation", "Hello\n\nJo", NULL },
	{ "quoted to the end", "Yes.\n\n> Is it?\n> Jo", "Yes." },
	{ "with an attribution", "Yes.\n\nOn Monday, Jo <j@x.example> wrote:\n"
	    "> Is it?\n", "Yes." },
	{ "one that is wrapped", "Yes.\n\nOn Mon, Nov 23, 2026 at 9:00 AM Kontor"
	    " <orders@kontor.example>\nwrote:\n\n> Is it?\n", "Yes." },
	{ "in German", "Ja.\nJo\n\nAm 23.11.26 um 09:00 schrieb Kontor:\n"
	    "> So?\n>\n> Ja\n", "Ja.\nJo" },
	{ "words right before it", "Thanks,\nJo\nYou wrote:\n> x",
	    "Thanks,\nJo" },
	{ "Outlook", "Yes.\n\n-----Original Message-----\nFrom: A\nSent: B\n"
	    "To: C\nSubject: D\n\nhello", "Yes." },
	{ "a header only", "Yes.\n\n________________________________\nFrom: A\n"
	    "Sent: B\nTo: C\nSubject: D\n\nhello", "Yes." },
	{ "in bold", "Ja.\n\n*Von:* A\n*Gesendet:* B\n*An:* C\n\nhallo", "Ja." },
	{ "answers in between", "> A?\nYes.\n> B?\nNo.", NULL },
	{ "an answer below", "On Monday you wrote:\n> A?\n\nYes.", NULL },
	{ "only a quotation", "> A?\n> B?", NULL },
	{ "a list with colons", "Please deliver:\n- one\n- two", NULL },
	{ "a letter that begins like a header", "From: my desk\nall the best",
	    NULL },
	{ "nothing", "", NULL },
};

static void
own_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(answers); i++) {
		const char *text = answers[i].text;
		size_t n = mail_words_own(text);
		const char *own = answers[i].own != NULL ? answers[i].own : text;

		if (n != strlen(own) || memcmp(text, own, n) != 0)
			fail_msg("%s: \"%.*s\"", answers[i].title, (int)n,
			    text);
	}
}

static const struct {
	const char *title, *html, *text;
} pages[] = {
	{ "words", "<p>a  b\n c</p>", "a b c" },
	{ "blocks", "<div>a</div><div>b</div>c", "a\nb\nc" },
	{ "line ends", "a<br>b<br/><br>c", "a\nb\n\nc" },
	{ "inline tags", "a<b>b</b>c", "abc" },
	{ "entities", "&lt;a&gt; &amp; &auml;&#8364;&#x41;&nbsp;b",
	    "<a> & ä€A b" },
	{ "what is none", "AT&T &unknown; & &;", "AT&T &unknown; & &;" },
	{ "control characters as numbers", "a&#27;b&#0;c", "a b c" },
	{ "a style and a comment", "<style>p{}</style><!-- x > y -->a", "a" },
	{ "a script that is not closed", "a<script>b", "a" },
	{ "a tag that is not closed", "a<p", "a" },
	{ "an attribute with a bracket", "<a title=\"x>y\">b</a>", "b" },
	{ "less than", "1 < 2", "1 < 2" },
	{ "a quotation", "a<blockquote>b<br>c</blockquote>d", "a\n> b\n> c\nd" },
	{ "one in another", "<blockquote>b<blockquote>c</blockquote></blockquote>",
	    "> b\n> > c" },
	{ "cells", "<tr><td>a</td><td>b</td></tr>", "a b" },
};

static void
html(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(pages); i++) {
		struct buf b = BUF_INIT;

		html_text(pages[i].html, strlen(pages[i].html), &b);
		while (b.n > 0 && b.data[b.n - 1] == '\n')
			b.data[--b.n] = '\0';
		if (strcmp(b.data, pages[i].text) != 0)
			fail_msg("%s: \"%s\"", pages[i].title, b.data);
		buf_release(&b);
	}
}

/* Neither much text nor odd text takes long. */
static void
hostile_text(void **state)
{
	static const char *const piece[] = { "> ", ">\n", "a:\n> b\n", "On \n",
		"From:\n", "SO-", "-", "<", "&", "<blockquote>", "S", "://",
		"SO-00000001-", "<!--", "<a b=\"", "a+", "a.", "SO ",
		"SO0", "-- \n", "</", "<p>", "&#", "<script>", "a <b@c> wrote:\n",
		"wrote: ", "\n" };

	(void)state;
	for (size_t i = 0; i < N(piece); i++) {
		struct buf b = BUF_INIT, out = BUF_INIT;
		char ref[MENTION_TEXT];
		const char *p;

		clock_t began;

		while (b.n < 60000)
			buf_puts(&b, piece[i]);
		began = clock();
		for (p = b.data; reference_mentioned(&p, ref);)
			;
		assert_true(mail_words_own(b.data) <= b.n);
		html_text(b.data, b.n, &out);
		assert_true(out.n <= 5 * MAIL_WORDS_MAX);
		if (clock() - began > CLOCKS_PER_SEC / 2)
			fail_msg("\"%s\" takes long", piece[i]);
		buf_release(&b);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references),
		cmocka_unit_test(own_words),
		cmocka_unit_test(html),
		cmocka_unit_test(hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
