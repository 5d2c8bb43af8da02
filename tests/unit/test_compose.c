/* test_compose.c - what a recipient gets, byte by byte */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/arena.h>
#include <order/mail.h>

static struct mail
usual(void)
{
	return (struct mail){
		.from = "orders@example.com", .from_name = "Acme Orders",
		.to = "jo@example.org", .to_name = "",
		.subject = "Order 17 received", .text = "Hello\n", .html = "",
		.message_id = "receipt.17.1.0.1@example.com",
		.in_reply_to = "", .references = "", .language = "",
		.date = 1764000000
	};
}

static char *
compose(struct arena *a, const struct mail *m)
{
	struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	char *text;

	if (mail_compose(m, &out, &e) < 0)
		fail_msg("not composed: %s", e.text);
	assert_int_equal(strlen(out.data), out.n);
	text = arena_dupn(a, out.data, out.n);
	buf_release(&out);
	return text;
}

static int
hex(int c)
{
	return c >= 'A' ? c - 'A' + 10 : c - '0';
}

/* The unfolded value of a header: encoded words decoded, or NULL. */
static char *
header(struct arena *a, const char *message, const char *name)
{
	char *s = arena_dup(a, message), *at, *out, *end = strstr(s, "\n\n");

	assert_non_null(end);
	end[1] = '\0';
	at = strstr(s, name);
	while (at != NULL && at != s && at[-1] != '\n')
		at = strstr(at + 1, name);
	if (at == NULL)
		return NULL;
	at += strlen(name);
	for (s = out = at; *s != '\0'; s++) {
		if (s[0] == '\n' && s[1] != ' ')
			break;
		if (strncmp(s, "?=\n =?UTF-8?Q?", 14) == 0)
			s += 13;
		else if (strncmp(s, "=?UTF-8?Q?", 10) == 0)
			s += 9;
		else if (strncmp(s, "?=", 2) == 0)
			s += 1;
		else if (*s == '=') {
			*out++ = (char)(hex(s[1]) << 4 | hex(s[2]));
			s += 2;
		} else if (*s != '\n')
			*out++ = *s == '_' ? ' ' : *s;
	}
	*out = '\0';
	return at;
}

/* The decoded quoted-printable text from the first blank line after start up
 * to the boundary, or the end. */
static char *
body(struct arena *a, const char *start, const char *boundary)
{
	char *s = arena_dup(a, strstr(start, "\n\n") + 2), *out = s, *text = s;
	char *end = boundary != NULL ? strstr(s, boundary) : NULL;

	if (end != NULL)
		*end = '\0';
	for (; *s != '\0'; s++) {
		if (s[0] == '=' && s[1] == '\n')
			s++;
		else if (*s == '=') {
			*out++ = (char)(hex(s[1]) << 4 | hex(s[2]));
			s += 2;
		} else
			*out++ = *s;
	}
	*out = '\0';
	return text;
}

/* What any mailer relies on, whatever the content. */
static void
check_form(const char *title, const char *message)
{
	const char *s, *eol, *end = strstr(message, "\n\n");
	size_t n, max;

	for (s = message; *s != '\0'; s = eol + 1) {
		eol = strchr(s, '\n');
		if (eol == NULL)
			fail_msg("%s: the last line is open", title);
		n = (size_t)(eol - s);
		max = s < end ? 78 : 76;
		if (n > max && strchr(s + 1, ' ') < eol)
			fail_msg("%s: long line: %.100s", title, s);
		if (s < end && n > 0 && strspn(s, " \t") == n)
			fail_msg("%s: blank folded line", title);
		if (*s == '.' || strncmp(s, "From ", 5) == 0)
			fail_msg("%s: line begins badly: %.30s", title, s);
		if (n > 0 && s > end && (s[n - 1] == ' ' || s[n - 1] == '\t'))
			fail_msg("%s: blank at a line's end: %.80s", title, s);
		for (; s < eol; s++)
			if (*s < ' ' || *s > '~')
				fail_msg("%s: byte %d", title, *s);
	}
}

static void
test_text_only(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();
	char *s = compose(&a, &m);

	(void)state;
	assert_string_equal(s,
	    "Date: Mon, 24 Nov 2025 16:00:00 +0000\n"
	    "From: \"Acme Orders\" <orders@example.com>\n"
	    "To: <jo@example.org>\n"
	    "Subject: Order 17 received\n"
	    "Message-ID: <receipt.17.1.0.1@example.com>\n"
	    "Auto-Submitted: auto-generated\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "Hello\n");
	arena_release(&a);
}

static void
test_both_parts(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();
	char *s;

	(void)state;
	m.html = "<p>Gr\xc3\xbc\xc3\x9f dich</p>\n";
	m.language = "de-AT";
	m.in_reply_to = "x1@example.org";
	m.references = "x0@example.org x1@example.org";
	s = compose(&a, &m);
	assert_string_equal(s,
	    "Date: Mon, 24 Nov 2025 16:00:00 +0000\n"
	    "From: \"Acme Orders\" <orders@example.com>\n"
	    "To: <jo@example.org>\n"
	    "Subject: Order 17 received\n"
	    "Message-ID: <receipt.17.1.0.1@example.com>\n"
	    "In-Reply-To: <x1@example.org>\n"
	    "References: <x0@example.org>\n"
	    " <x1@example.org>\n"
	    "Auto-Submitted: auto-generated\n"
	    "Content-Language: de-AT\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/alternative; "
	    "boundary=\"=_receipt.17.1.0.1_example.com\"\n"
	    "\n"
	    "--=_receipt.17.1.0.1_example.com\n"
	    "Content-Type: text/plain; charset=UTF-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "Hello\n"
	    "\n"
	    "--=_receipt.17.1.0.1_example.com\n"
	    "Content-Type: text/html; charset=UTF-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "<p>Gr=C3=BC=C3=9F dich</p>\n"
	    "\n"
	    "--=_receipt.17.1.0.1_example.com--\n");
	assert_string_equal(compose(&a, &m), s);
	arena_release(&a);
}

#define TEN(s) s s s s s s s s s s
#define X70 TEN("xxxxxxx")

static const struct {
	const char *title, *text, *coded;	/* coded NULL: not compared */
} BODIES[] = {
	{ "nothing", "", "\n" },
	{ "no line end", "a", "a\n" },
	{ "blank lines", "\n\na\n\n", "\n\na\n\n" },
	{ "a lone dot", ".\n", "=2E\n" },
	{ "dots at the start", "a\n.b\n..c\n", "a\n=2Eb\n=2E.c\n" },
	{ "mbox lines", "From me\nFrom\nFromage\n>From x\n",
	  "=46rom me\nFrom\nFromage\n>From x\n" },
	{ "blanks at the end", "a \nb\t\n \n", "a=20\nb=09\n=20\n" },
	{ "a blank at the very end", "a ", "a=20\n" },
	{ "an equals sign", "a=b\n", "a=3Db\n" },
	{ "umlauts", "\xc3\xa4\n", "=C3=A4\n" },
	{ "a carriage return", "a\r\n", "a=0D\n" },
	{ "74 letters", X70 "abcd\n", X70 "abcd\n" },
	{ "75 letters", X70 "abcde\n", X70 "abcde\n" },
	{ "76 letters", X70 "abcdef\n", X70 "abcde=\nf\n" },
	{ "a dot after a soft break", X70 "abcde.\n", X70 "abcde=\n=2E\n" },
	{ "From after a soft break", X70 "abcdeFrom x\n",
	  X70 "abcde=\n=46rom x\n" },
	{ "a boundary", "--=_receipt.17.1.0.1_example.com--\n",
	  "--=3D_receipt.17.1.0.1_example.com--\n" },
	{ "a signature", "-- \nme\n", "--=20\nme\n" },
	{ "one long line of Chinese", TEN(TEN("\xe6\x97\xa5")) "\n", NULL },
	{ "one long line of blanks", TEN(TEN("   ")) "\n", NULL },
	{ "one long line of dots", TEN(TEN("...")) "\n", NULL }
};

static void
test_bodies(void **state)
{
	struct arena a = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(BODIES) / sizeof(BODIES[0]); i++) {
		struct mail m = usual();
		const char *title = BODIES[i].title, *raw, *s, *want;

		m.text = BODIES[i].text;
		s = compose(&a, &m);
		check_form(title, s);
		raw = strstr(s, "\n\n") + 2;
		if (BODIES[i].coded != NULL &&
		    strcmp(raw, BODIES[i].coded) != 0)
			fail_msg("%s: got '%s'", title, raw);
		want = m.text;
		if (want[0] == '\0' || want[strlen(want) - 1] != '\n')
			want = arena_printf(&a, "%s\n", want);
		if (strcmp(body(&a, s, NULL), want) != 0)
			fail_msg("%s: decodes to '%s'", title,
			    body(&a, s, NULL));
		m.html = m.text[0] != '\0' ? m.text : "x";
		s = compose(&a, &m);
		check_form(title, s);
		raw = strstr(strstr(s, "text/plain") + 10, "text/plain");
		assert_null(raw);
		if (strcmp(body(&a, strstr(s, "text/plain"), "\n--=_"),
		    want) != 0)
			fail_msg("%s: differs beside html", title);
	}
	arena_release(&a);
}

static const struct {
	const char *title, *text;
} SUBJECTS[] = {
	{ "plain", "Order 17" },
	{ "nothing", "" },
	{ "umlauts", "\xc3\x9c" "berraschung \xe2\x80\x94 20 \xe2\x82\xac" },
	{ "what looks encoded", "a =?UTF-8?Q?x?= b" },
	{ "two blanks", "a  b" },
	{ "blanks around", " a " },
	{ "underscore and equals", "a_b=c \xc3\xa4_=" },
	{ "one character of four bytes each", TEN(TEN("\xf0\x9f\x93\xa6")) },
	{ "300 words", TEN(TEN("one two three ")) "end" },
	{ "1,000 bytes without a blank", TEN(TEN("0123456789")) },
	{ "many blanks", TEN(TEN(" ")) "x" },
	{ "colon and quotes", "Re: \"x\" <y@z>, (c); [d]\\" }
};

static void
test_subjects(void **state)
{
	struct arena a = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(SUBJECTS) / sizeof(SUBJECTS[0]); i++) {
		struct mail m = usual();
		const char *s, *got;

		m.subject = SUBJECTS[i].text;
		s = compose(&a, &m);
		check_form(SUBJECTS[i].title, s);
		got = header(&a, s, "Subject: ");
		/* header() reads '_' as a blank everywhere. */
		if (strchr(m.subject, '_') == NULL &&
		    strncmp(m.subject, "a =?", 4) != 0 &&
		    strcmp(got, m.subject) != 0)
			fail_msg("%s: got '%s'", SUBJECTS[i].title, got);
	}
	arena_release(&a);
}

static void
test_huge_subject(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();
	struct buf subject = BUF_INIT;
	const char *s;

	(void)state;
	while (subject.n < 10000)
		buf_puts(&subject, "Best\xc3\xa4tigung f\xc3\xbcr ");
	buf_putc(&subject, 'x');
	m.subject = subject.data;
	s = compose(&a, &m);
	check_form("10,000 bytes", s);
	assert_string_equal(header(&a, s, "Subject: "), subject.data);
	buf_release(&subject);
	arena_release(&a);
}

static void
test_subject_spelling(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();

	(void)state;
	m.subject = "a =?UTF-8?Q?x?= _\xc3\xa4";
	assert_non_null(strstr(compose(&a, &m), "\nSubject: "
	    "=?UTF-8?Q?a_=3D=3FUTF-8=3FQ=3Fx=3F=3D_=5F=C3=A4?=\n"));
	arena_release(&a);
}

static const struct {
	const char *title, *name, *want;	/* the lines of To */
} NAMES[] = {
	{ "none", "", "<jo@example.org>" },
	{ "plain", "Jo Doe", "\"Jo Doe\" <jo@example.org>" },
	{ "quotes and backslash", "Jo \"J\\\" Doe",
	  "\"Jo \\\"J\\\\\\\" Doe\" <jo@example.org>" },
	{ "what looks like an address", "evil@example.com>, <x",
	  "\"evil@example.com>, <x\" <jo@example.org>" },
	{ "an umlaut", "J\xc3\xb6 D\xc3\xb6" "e, GmbH",
	  "=?UTF-8?Q?J=C3=B6_D=C3=B6e=2C_GmbH?=\n <jo@example.org>" },
	{ "what looks encoded", "=?UTF-8?Q?x?=",
	  "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=\n <jo@example.org>" },
	{ "a long one", "The Very Long Name of a Limited Company",
	  "=?UTF-8?Q?The_Very_Long_Name_of_a_Limited_Company?=\n"
	  " <jo@example.org>" },
	{ "very long", TEN("J\xc3\xb6 D\xc3\xb6" "e "), NULL }
};

static void
test_names(void **state)
{
	struct arena a = ARENA_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		struct mail m = usual();
		const char *s;

		m.to_name = NAMES[i].name;
		s = compose(&a, &m);
		check_form(NAMES[i].title, s);
		if (NAMES[i].want != NULL && strstr(s, arena_printf(&a,
		    "\nTo: %s\nSubject", NAMES[i].want)) == NULL)
			fail_msg("%s: got %s", NAMES[i].title, s);
	}
	arena_release(&a);
}

/* A customer's own Message-ID may be anything. */
static void
test_references(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();
	struct buf many = BUF_INIT;
	const char *s;
	int i;

	(void)state;
	m.in_reply_to = "<a@b>";
	m.references = "  a@b  <c@d> \xc3\xa4@x e@f ";
	s = compose(&a, &m);
	assert_null(strstr(s, "In-Reply-To"));
	assert_non_null(strstr(s, "\nReferences: <a@b>\n <e@f>\nAuto"));
	for (i = 0; i < 300; i++)
		buf_printf(&many, "%d@thread ", i);
	m.references = many.data;
	s = compose(&a, &m);
	check_form("a long thread", s);
	assert_non_null(strstr(s, "\nReferences: <0@thread>\n <251@thread>\n"));
	assert_non_null(strstr(s, "\n <299@thread>\nAuto"));
	buf_release(&many);
	arena_release(&a);
}

#define EVIL(field, value) \
	{ #field " " #value, offsetof(struct mail, field), value }

static const struct {
	const char *title;
	size_t field;
	const char *value;
} REFUSED[] = {
	EVIL(subject, "a\nBcc: all@example.org"), EVIL(subject, "a\r"),
	EVIL(subject, "a\tb"), EVIL(subject, "a\x1b[2J"),
	EVIL(subject, "a\x7f"), EVIL(subject, "a\xc2\x85" "b"),
	EVIL(subject, "\xff"), EVIL(subject, "\xc3"),
	EVIL(from_name, "a\nb"), EVIL(to_name, "a\nb"),
	EVIL(to_name, "a\r\n b"), EVIL(to_name, "\xe4"),
	EVIL(from, ""), EVIL(from, "a@b.c\nX: y"), EVIL(from, "no address"),
	EVIL(to, ""), EVIL(to, "a@b.c, d@e.f"), EVIL(to, "<a@b.c>"),
	EVIL(to, "-oQ/tmp@b.c"), EVIL(to, "a@b.c\nBcc: x@y.z"),
	EVIL(message_id, ""), EVIL(message_id, "a b@c"),
	EVIL(message_id, "a@b>\n"), EVIL(message_id, "<a@b>"),
	EVIL(in_reply_to, "a@b\nX: y"), EVIL(references, "a@b\n c@d"),
	EVIL(language, "en\nX: y"), EVIL(language, "en us"),
	EVIL(text, "\xff\n"), EVIL(text, "a\x01\n"), EVIL(html, "\xc0\x80")
};

static void
test_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
		struct mail m = usual();
		struct buf out = BUF_INIT;
		struct err e = ERR_INIT;

		memcpy((char *)&m + REFUSED[i].field, &REFUSED[i].value,
		    sizeof(REFUSED[i].value));
		if (mail_compose(&m, &out, &e) == 0 || e.code != ERR_DATA)
			fail_msg("%s: composed %s (%s)", REFUSED[i].title,
			    out.data, e.text);
		if (out.n != 0 || strpbrk(e.text, "\r\n\t\x1b") != NULL)
			fail_msg("%s: left '%s'", REFUSED[i].title, e.text);
		buf_release(&out);
	}
}

static void
test_dates(void **state)
{
	struct arena a = ARENA_INIT;
	struct mail m = usual();
	struct buf out = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	m.date = 0;
	assert_string_equal(header(&a, compose(&a, &m), "Date: "),
	    "Thu, 01 Jan 1970 00:00:00 +0000");
	m.date = 253402300799;
	assert_string_equal(header(&a, compose(&a, &m), "Date: "),
	    "Fri, 31 Dec 9999 23:59:59 +0000");
	m.date = 253402300800;
	assert_int_equal(mail_compose(&m, &out, &e), -1);
	assert_string_equal(e.text, "date: out of range");
	assert_int_equal(e.code, ERR_DATA);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_only),
		cmocka_unit_test(test_both_parts),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_huge_subject),
		cmocka_unit_test(test_subject_spelling),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dates)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
