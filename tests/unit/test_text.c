/* test_text.c - what text may be recorded, how it compares, how it is shown */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/text.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct pair {
	const char *title, *in, *out;
};

static void
same(const char *title, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("%s: got \"%s\", not \"%s\"", title, got, want);
}

static void
agree(const char *title, bool got, bool want)
{
	if (got != want)
		fail_msg("%s: got %s", title, got ? "yes" : "no");
}

static void
test_utf8_and_fitness(void **state)
{
	static const struct {
		const char *title, *bytes;
		size_t n;
		bool utf8;
		const char *unfit;	/* a part of the answer */
	} cases[] = {
		{ "nothing", "", 0, true, NULL },
		{ "plain text", "10 boxes of M6 bolts, please", 28, true,
		    NULL },
		{ "a note of several lines", "a\tb\r\nc\nd e f g h", 16, true,
		    NULL },
		{ "two to four bytes", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x93\xa6",
		    11, true, NULL },
		{ "the first and last of C1's neighbours", "\xc2\xa0~", 3, true,
		    NULL },
		{ "windows-1252", "M\xfcller", 6, false, "not UTF-8" },
		{ "overlong slash", "\xc0\xaf", 2, false, "not UTF-8" },
		{ "overlong NUL", "\xc0\x80", 2, false, "not UTF-8" },
		{ "a surrogate", "\xed\xa0\x80", 3, false, "not UTF-8" },
		{ "past the last character", "\xf4\x90\x80\x80", 4, false,
		    "not UTF-8" },
		{ "cut inside a character", "12345678\xe2\x82", 10, false,
		    "not UTF-8" },
		{ "a lone continuation byte", "\x80", 1, false, "not UTF-8" },
		{ "UTF-16 mark", "\xff\xfe", 2, false, "not UTF-8" },
		{ "NUL in the middle", "abc\0defghijk", 12, false, "NUL" },
		{ "NUL at the end of a word of eight", "abcdefg\0", 8, false,
		    "NUL" },
		{ "escape", "abcdefghij\x1b[31m", 15, true, "control" },
		{ "vertical tab", "\v", 1, true, "control" },
		{ "unit separator after tabs", "\t\t\t\t\t\t\t\x1f", 8, true,
		    "control" },
		{ "DEL", "1234567\x7f", 8, true, "control" },
		{ "C1 from a wrong encoding", "it\xc2\x92s", 5, true,
		    "encoding" },
		{ "last C1", "\xc2\x9f", 2, true, "encoding" },
	};
	const char *unfit;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		agree(cases[i].title,
		    text_is_utf8(cases[i].bytes, cases[i].n), cases[i].utf8);
		unfit = text_unfit(cases[i].bytes, cases[i].n);
		agree(cases[i].title, unfit == NULL, cases[i].unfit == NULL);
		if (unfit != NULL && strstr(unfit, cases[i].unfit) == NULL)
			fail_msg("%s: %s", cases[i].title, unfit);
	}
}

/* Every byte at every place of a word is seen. */
static void
test_fitness_of_every_byte(void **state)
{
	char text[24];
	bool fit;
	size_t at;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		for (at = 0; at < sizeof(text); at++) {
			memset(text, 'x', sizeof(text));
			text[at] = (char)c;
			fit = (c >= 0x20 && c < 0x7f) || c == '\t' ||
			    c == '\n' || c == '\r';
			if ((text_unfit(text, sizeof(text)) == NULL) != fit)
				fail_msg("byte %02x at %zu", (unsigned)c, at);
			if (text_is_utf8(text, sizeof(text)) !=
			    (c > 0 && c < 0x80))
				fail_msg("utf8 %02x at %zu", (unsigned)c, at);
		}
	}
}

static void
test_keys_and_lines(void **state)
{
	static const struct {
		const char *title, *text;
		bool key, line;
	} cases[] = {
		{ "an order number", "PO-2026/117", true, true },
		{ "letters of any script", "Größe 注文", true, true },
		{ "nothing", "", false, true },
		{ "leading blank", " A1", false, true },
		{ "trailing blank", "A1 ", false, true },
		{ "trailing no-break space", "A1\xc2\xa0", false, true },
		{ "leading wide blank", "\xe3\x80\x80""A1", false, true },
		{ "inner blank", "A 1", true, true },
		{ "line feed", "A\n1", false, false },
		{ "carriage return", "A\r1", false, false },
		{ "tab", "A\t1", false, false },
		{ "escape", "A\x1b[2J", false, false },
		{ "DEL", "A\x7f", false, false },
		{ "C1 control", "A\xc2\x85", false, false },
		{ "line separator", "A\xe2\x80\xa8""B", false, false },
		{ "right-to-left override", "A\xe2\x80\xae""B", false, false },
		{ "isolate", "A\xe2\x81\xa6""B", false, false },
		{ "Arabic letter mark", "A\xd8\x9c", false, false },
		{ "zero width space", "A\xe2\x80\x8b""B", false, true },
		{ "soft hyphen", "A\xc2\xad""B", false, true },
		{ "not UTF-8", "A\xff", false, false },
		{ "twelve bytes", "123456789012", true, true },
		{ "thirteen bytes", "1234567890123", false, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		agree(cases[i].title, text_is_key(cases[i].text,
		    i < N(cases) - 2 ? 128 : 12), cases[i].key);
		agree(cases[i].title, text_is_line(cases[i].text),
		    cases[i].line);
	}
}

static void
test_words_and_case(void **state)
{
	(void)state;
	agree("a word", text_is_word("net30", ""), true);
	agree("a word with others", text_is_word("2/10NET-30", "/-"), true);
	agree("no word", text_is_word("", "-"), false);
	agree("a blank", text_is_word("net 30", "-"), false);
	agree("a letter that is not ASCII", text_is_word("gr\xc3\xbcn", ""),
	    false);
	agree("only case differs", text_eq_nocase("Email", "eMAIL"), true);
	agree("one is longer", text_eq_nocase("mail", "mails"), false);
	agree("the other is longer", text_eq_nocase("mails", "mail"), false);
	agree("both empty", text_eq_nocase("", ""), true);
	agree("brackets are no letters", text_eq_nocase("[", "{"), false);
}

static void
test_trim_fold_digits(void **state)
{
	static const struct pair trims[] = {
		{ "nothing", "", "" },
		{ "only blanks", " \t\r\n\xc2\xa0 ", "" },
		{ "blanks on both sides", "\xc2\xa0 a  b\xc2\xa0\n", "a  b" },
		{ "a letter that ends like NBSP", "\xc4\xa0", "\xc4\xa0" },
		{ "one letter", "a", "a" },
		{ "half a NBSP stays", "a\xa0", "a\xa0" },
	};
	static const struct pair folds[] = {
		{ "nothing", "", "" },
		{ "only blanks", " \t ", "" },
		{ "case and blanks", "  ACME \t Ltd\n", "acme ltd" },
		{ "marks", "Caf\xc3\xa9 Ren\xc3\xa9", "cafe rene" },
		{ "composed or not", "Cafe\xcc\x81", "cafe" },
		{ "sharp s", "Stra\xc3\x9f""e", "strasse" },
		{ "full width", "\xef\xbc\xa1\xef\xbc\x91", "a1" },
		{ "no-break space", "a\xc2\xa0\xc2\xa0""b\xc2\xa0", "a b" },
		{ "ligature", "\xef\xac\x81sh", "fish" },
		{ "soft hyphen", "ab\xc2\xad""c", "abc" },
		{ "Greek capitals", "\xce\xa3\xce\x91\xce\xa3",
		    "\xcf\x83\xce\xb1\xcf\x83" },
		{ "not UTF-8 keeps its bytes", " M\xfcLLER ", "m\xfcller" },
		{ "a lone mark", "\xcc\x81", "" },
	};
	static const struct pair digits[] = {
		{ "international", "+49 (0) 89 / 123-45", "498912345" },
		{ "double zero", "0049 89 12345", "498912345" },
		{ "national", "089 12345", "08912345" },
		{ "full width", "\xef\xbc\x90\xef\xbc\x93-1234", "031234" },
		{ "an ordinary bracket", "(089) 1", "0891" },
		{ "no digits", "call me", "" },
		{ "nothing", "", "" },
	};
	struct arena a = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < N(trims); i++)
		same(trims[i].title, text_trim(&a, trims[i].in), trims[i].out);
	for (i = 0; i < N(folds); i++)
		same(folds[i].title, text_fold(&a, folds[i].in), folds[i].out);
	for (i = 0; i < N(digits); i++)
		same(digits[i].title, text_digits(&a, digits[i].in),
		    digits[i].out);
	arena_release(&a);
}

static void
test_same_meaning(void **state)
{
	static const struct {
		const char *title, *a, *b;
		bool same;
	} cases[] = {
		{ "the same", "Main St 5", "Main St 5", true },
		{ "case and blanks", "main  st 5", "MAIN ST 5", true },
		{ "street", "5 Main Street", "5 Main St.", true },
		{ "avenue", "12 Park Avenue", "12 Park Ave", true },
		{ "road and lane", "1 Old Road, Mill Lane", "1 Old Rd Mill Ln",
		    true },
		{ "German street", "Hauptstra\xc3\x9f""e 7", "Hauptstr. 7",
		    true },
		{ "German street in two words", "Berliner Strasse 7",
		    "Berliner Str. 7", true },
		{ "company", "Smith & Co., Ltd.", "Smith and Company Limited",
		    true },
		{ "dots in a legal form", "Muster G.m.b.H.", "Muster GmbH",
		    true },
		{ "marks", "Jos\xc3\xa9 Mu\xc3\xb1oz", "Jose Munoz", true },
		{ "apostrophe", "O'Brien", "OBrien", true },
		{ "postcode spacing", "SW1A 1AA", "sw1a1aa", true },
		{ "punctuation only", "-", "", true },
		{ "another number", "5 Main Street", "6 Main Street", false },
		{ "another street", "5 Main Street", "5 Main Road", false },
		{ "a word more", "5 Main Street", "5 Main Street West", false },
		{ "part of a word is no abbreviation", "Cote", "Companyte",
		    false },
		{ "nothing and something", "", "a", false },
		{ "not UTF-8, the same", "M\xfcller", "m\xfc""LLER", true },
		{ "not UTF-8, another", "M\xfcller", "M\xe4ller", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		agree(cases[i].title,
		    text_same_meaning(cases[i].a, cases[i].b), cases[i].same);
		agree(cases[i].title,
		    text_same_meaning(cases[i].b, cases[i].a), cases[i].same);
	}
}

static void
test_nearest(void **state)
{
	static const char *const names[] = {
		"sku", "quantity", "unit_price", "requested_on",
		("a-name-so-long-that-nobody-would-ever-type-it-not-even-twice-"
		    "in-a-row"),
	};
	static const struct pair cases[] = {
		{ "exact", "sku", "sku" },
		{ "two letters swapped", "quantiyt", "quantity" },
		{ "a letter less", "quantty", "quantity" },
		{ "another case and mark", "Unit-Price", "unit_price" },
		{ "a blank for a mark", "requested on", "requested_on" },
		{ "nothing near", "colour", NULL },
		{ "empty", "", NULL },
		{ "one letter", "s", NULL },
		{ "too long to look for",
		    "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
		    "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", NULL },
	};
	const char *near;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		near = text_nearest(cases[i].in, names, N(names));
		same(cases[i].title, near != NULL ? near : "(none)",
		    cases[i].out != NULL ? cases[i].out : "(none)");
	}
	assert_null(text_nearest("sku", names, 0));
}

static void
test_width_and_show(void **state)
{
	static const struct {
		const char *title, *in;
		size_t max, width;
		const char *shown;
	} cases[] = {
		{ "nothing", "", 5, 0, "" },
		{ "plain", "abc", 0, 3, "abc" },
		{ "fits exactly", "abcde", 5, 5, "abcde" },
		{ "cut", "abcdef", 5, 6, "abcd\xe2\x80\xa6" },
		{ "cut to one column", "abc", 1, 3, "\xe2\x80\xa6" },
		{ "wide characters", "\xe6\xb3\xa8\xe6\x96\x87", 4, 4,
		    "\xe6\xb3\xa8\xe6\x96\x87" },
		{ "a wide one does not fit", "\xe6\xb3\xa8\xe6\x96\x87", 3, 4,
		    "\xe6\xb3\xa8\xe2\x80\xa6" },
		{ "half a wide one does not fit", "\xe6\xb3\xa8\xe6\x96\x87", 2,
		    4, "\xe2\x80\xa6" },
		{ "a combining mark", "e\xcc\x81x", 2, 2, "e\xcc\x81x" },
		{ "marks without end", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
		    2, 1, "e\xcc\x81\xcc\x81\xe2\x80\xa6" },
		{ "an emoji", "\xf0\x9f\x93\xa6", 0, 2, "\xf0\x9f\x93\xa6" },
		{ "an escape sequence", "\x1b[31mred", 0, 7,
		    "\\u{1b}[31mred" },
		{ "line ends", "a\r\nb\nc\rd", 0, 4, "a b c d" },
		{ "tab", "a\tb", 0, 2, "a\\u{9}b" },
		{ "DEL", "\x7f", 0, 0, "\\u{7f}" },
		{ "C1", "\xc2\x9b", 0, 0, "\\u{9b}" },
		{ "right-to-left override", "\xe2\x80\xae""abc", 0, 3,
		    "\\u{202e}abc" },
		{ "line separator", "\xe2\x80\xa8", 0, 0, "\\u{2028}" },
		{ "zero width space", "a\xe2\x80\x8b", 0, 1, "a\\u{200b}" },
		{ "joiner", "\xd9\x85\xe2\x80\x8c\xd9\x85", 0, 2,
		    "\xd9\x85\xe2\x80\x8c\xd9\x85" },
		{ "not UTF-8", "M\xfcller", 0, 6, "M\\x{fc}ller" },
		{ "an escape is cut as a whole", "ab\x1b""cd", 5, 4,
		    "ab\xe2\x80\xa6" },
	};
	struct arena a = ARENA_INIT;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		assert_int_equal(text_width(cases[i].in), cases[i].width);
		same(cases[i].title, text_shown(&a, cases[i].in, cases[i].max),
		    cases[i].shown);
	}
	buf_puts(&b, "kept: ");
	text_show(&b, "abcdef", 3);
	same("what was there stays", b.data, "kept: ab\xe2\x80\xa6");
	buf_release(&b);
	arena_release(&a);
}

/* Whatever comes in, what is shown is one clean line within its columns. */
static void
test_show_any_bytes(void **state)
{
	struct arena a = ARENA_INIT;
	uint32_t seed = 12345;
	const char *shown;
	char text[40];
	size_t i, max;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(text) - 1; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(seed >> 24);
		}
		text[i] = '\0';
		max = seed % 30;
		shown = text_shown(&a, text, max);
		if (!text_is_line(shown) ||
		    (max > 0 && text_width(shown) > max))
			fail_msg("round %d: \"%s\" in %zu", round, shown, max);
		text_same_meaning(text, "x");
		text_trim(&a, text_digits(&a, text));
		arena_reset(&a);
	}
	arena_release(&a);
}

static void
test_email(void **state)
{
	static const struct {
		const char *title, *address;
		bool good;
	} cases[] = {
		{ "ordinary", "buyer@example.com", true },
		{ "tagged", "first.last+po@mail.example.co.uk", true },
		{ "odd but allowed", "!#$%&'*+/=?^_`{|}~-@example.org", true },
		{ "this machine", "orders@localhost", true },
		{ "this machine in capitals", "orders@LOCALHOST", true },
		{ "punycode", "a@xn--mller-kva.example", true },
		{ "nothing", "", false },
		{ "no at", "example.com", false },
		{ "nothing before the at", "@example.com", false },
		{ "nothing after the at", "buyer@", false },
		{ "two ats", "a@b@example.com", false },
		{ "no dot in the domain", "buyer@example", false },
		{ "leading dot", ".a@example.com", false },
		{ "trailing dot", "a.@example.com", false },
		{ "two dots", "a..b@example.com", false },
		{ "domain begins with a dot", "a@.example.com", false },
		{ "domain ends with a dot", "a@example.com.", false },
		{ "two dots in the domain", "a@example..com", false },
		{ "label begins with a dash", "a@-example.com", false },
		{ "label ends with a dash", "a@example-.com", false },
		{ "last label ends with a dash", "a@example.com-", false },
		{ "an option for the mailer", "-oQ/tmp@example.com", false },
		{ "quoted", "\"a b\"@example.com", false },
		{ "comment", "a(b)@example.com", false },
		{ "address literal", "a@[192.0.2.1]", false },
		{ "bare network address", "a@192.0.2.1", false },
		{ "blank", "a b@example.com", false },
		{ "trailing blank", "a@example.com ", false },
		{ "a second header", "a@example.com\nBcc: b@example.com",
		    false },
		{ "with a name", "A <a@example.com>", false },
		{ "two addresses", "a@example.com,b@example.com", false },
		{ "not ASCII", "m\xc3\xbcller@example.com", false },
		{ "underscore in the domain", "a@ex_ample.com", false },
	};
	char a[300];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		agree(cases[i].title, text_is_email(cases[i].address),
		    cases[i].good);

	memset(a, 'a', sizeof(a));
	memcpy(a + 64, "@example.com", 13);
	agree("64 before the at", text_is_email(a), true);
	memset(a, 'a', sizeof(a));
	memcpy(a + 65, "@example.com", 13);
	agree("65 before the at", text_is_email(a), false);
	for (i = 0; i < 2; i++) {
		size_t n;

		memset(a, 'a', sizeof(a));
		a[1] = '@';
		for (n = 50; n < 250; n += 50)
			a[n] = '.';
		a[254 + i] = '\0';
		agree("254 and 255 bytes", text_is_email(a), i == 0);
	}
	memcpy(a, "a@", 3);
	memset(a + 2, 'b', 64);
	memcpy(a + 65, ".com", 5);
	agree("a label of 63", text_is_email(a), true);
	memset(a + 2, 'b', 64);
	memcpy(a + 66, ".com", 5);
	agree("a label of 64", text_is_email(a), false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_and_fitness),
		cmocka_unit_test(test_fitness_of_every_byte),
		cmocka_unit_test(test_keys_and_lines),
		cmocka_unit_test(test_words_and_case),
		cmocka_unit_test(test_trim_fold_digits),
		cmocka_unit_test(test_same_meaning),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_width_and_show),
		cmocka_unit_test(test_show_any_bytes),
		cmocka_unit_test(test_email),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
