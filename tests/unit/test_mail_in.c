/* test_mail_in.c - a message taken apart, whatever is in it */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <order/mail_in.h>
#include <order/text.h>

#define HEAD "From: Jo <jo@example.org>\nSubject: Orders\n" \
	"Message-ID: <1@example.org>\nMIME-Version: 1.0\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=\"b\"\n\n"
#define CARD "4111 1111 1111 1111"

static struct arena mem;

static struct mail_in
parse(const char *message)
{
	struct mail_in m;

	mail_parse(&mem, message, strlen(message), &m);
	return m;
}

static int
forget(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* ---- its own fields ---- */

static void
own_fields_are_decoded(void **state)
{
	struct mail_in m = parse("From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>\n"
	    "subject : =?iso-8859-1?B?R3L832U=?=\n folded\r\n"
	    "Message-Id: <abc@x.example> (a comment)\n\nhello\n");

	(void)state;
	assert_null(m.fault);
	assert_string_equal(m.from, "Jürgen <j@x.example>");
	assert_string_equal(m.subject, "Grüße folded");
	assert_string_equal(m.message_id, "abc@x.example");
	assert_int_equal(m.body.n, 6);
	assert_false(m.dated);
}

struct dated {
	const char *name, *fields;
	int64_t at;		/* 0: none */
};

static const struct dated dates[] = {
	{ "no date", "", 0 },
	{ "Date", "Date: Mon, 23 Nov 2026 09:30:00 +0100\n", 1795422600 },
	{ "no date at all", "Date: yesterday\n", 0 },
	{ "Received before Date", "Received: from a by b;\n"
	    "\tMon, 23 Nov 2026 08:45:00 +0000\n"
	    "Date: Fri, 20 Nov 2026 00:00:00 +0000\n", 1795423500 },
	{ "the topmost Received", "Received: from c by d; Mon, 23 Nov 2026"
	    " 08:45:00 +0000\nReceived: from a by b; Mon, 23 Nov 2026"
	    " 08:30:00 +0000\n", 1795423500 },
	{ "Received without a time", "Received: from a by b\n"
	    "Date: Mon, 23 Nov 2026 09:30:00 +0100\n", 1795422600 },
};

static void
time_of_arrival(void **state)
{
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		const struct dated *d = &dates[i];
		struct mail_in m;

		snprintf(text, sizeof(text), "%sFrom: a@b\n\nx\n", d->fields);
		m = parse(text);
		if (m.dated != (d->at != 0) || (m.dated && m.at != d->at))
			fail_msg("%s: %d %lld", d->name, m.dated,
			    (long long)m.at);
	}
}

/* ---- parts ---- */

/* Each part as "type name(charset) encoding", a torn one with "torn", and a
 * file that is to be kept with "attached". */
static const char *
outline(const struct mail_in *m)
{
	struct buf b = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < m->nparts; i++) {
		const struct mail_part *p = &m->part[i];

		buf_printf(&b, "%s%s %s(%s)%s%s%s%s%s", i > 0 ? "; " : "",
		    p->type, p->name, p->charset,
		    p->encoding[0] != '\0' ? " " : "", p->encoding,
		    p->attached ? " attached" : "", p->torn ? " torn" : "",
		    p->unseen ? " unseen" : "");
	}
	text = arena_dup(&mem, b.data);
	buf_release(&b);
	return text;
}

struct shape {
	const char *name, *message, *outline, *fault;
};

static const struct shape shapes[] = {
	{ "no part is text", HEAD "\nhello\n", "text/plain ()", NULL },
	{ "several, one in another", MIXED
	    "preamble\n--b\nContent-Type: multipart/alternative; boundary=c\n\n"
	    "--c\n\nhi\n--c\nContent-Type: text/html; charset=UTF-8\n\n<p>\n"
	    "--c--\n\n--b\nContent-Type: TEXT/CSV; name=\"a b.csv\"\n"
	    "Content-Transfer-Encoding: BASE64\n"
	    "Content-Disposition: attachment\n\nYQ==\n--b--\nepilogue\n",
	    "text/plain (); text/html (utf-8); "
	    "text/csv a b.csv() base64 attached", NULL },
	{ "names in encoded words and in pieces", MIXED
	    "--b\nContent-Type: text/csv; name=\"=?utf-8?q?=C3=A4.csv?=\"\n\nx\n"
	    "--b\nContent-Disposition: attachment; filename*0*=utf-8''%C3%B6;\n"
	    " filename*1=.csv\n\nx\n--b--\n",
	    "text/csv ä.csv(); text/plain ö.csv() attached", NULL },
	{ "a message inside", MIXED "--b\nContent-Type: message/rfc822\n\n"
	    "From: other@x\nContent-Type: text/csv\n\nx\n--b--\n",
	    "text/csv ()", NULL },
	{ "the end never came", MIXED "--b\n\none\n--b\n\ntwo",
	    "text/plain (); text/plain () torn", NULL },
	{ "CR and LF, blanks behind the boundary",
	    "From: a@b\r\nContent-Type: multipart/mixed;\r\n\tboundary=b\r\n\r\n"
	    "--b  \r\n\r\none\r\n--b--\r\n", "text/plain ()", NULL },
	{ "a boundary that begins another's", HEAD
	    "Content-Type: multipart/mixed; boundary=b\n\n--bb\n--b\n\nx\n--bb\n"
	    "--b--\n", "text/plain ()", NULL },
	{ "several without a boundary", HEAD "Content-Type: multipart/mixed\n\n"
	    "--b\n\nx\n--b--\n", "multipart/mixed ()", NULL },
	{ "a line of a mailbox before", "From jo Mon Nov 23\n" HEAD "\nx\n",
	    "text/plain ()", NULL },
	{ "a type that is none", HEAD "Content-Type: ;;;\n\nx\n",
	    "application/octet-stream ()", NULL },
	{ "no header", "sku,quantity\nA,1\n", "text/plain ()",
	    "has no header" },
	{ "nothing but blanks", "\n\n \n", "text/plain ()",
	    "has no header" },
	{ "nothing", "", "text/plain ()", "has no header" },
	{ "only a line of a mailbox", "From jo\n\nx\n", "text/plain ()",
	    "has no header" },
	{ "a header without a body", HEAD, "text/plain ()", NULL },
	{ "a part without a body", MIXED "--b\nContent-Type: text/csv\n\n"
	    "--b--\n", "text/csv ()", NULL },
};

static void
structure(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];
		struct mail_in m = parse(s->message);
		const char *found = outline(&m);

		if (strcmp(found, s->outline) != 0)
			fail_msg("%s: '%s'", s->name, found);
		if ((m.fault == NULL) != (s->fault == NULL) ||
		    (m.fault != NULL && strcmp(m.fault, s->fault) != 0))
			fail_msg("%s: %s", s->name, m.fault);
	}
}

struct envelope {
	const char *name, *message, *sealed;
};

static const struct envelope envelopes[] = {
	{ "S/MIME", HEAD "Content-Type: application/pkcs7-mime; name=smime.p7m\n"
	    "Content-Transfer-Encoding: base64\n\nMIAG\n", "an S/MIME envelope" },
	{ "OpenPGP", HEAD "Content-Type: multipart/encrypted; boundary=b;\n"
	    " protocol=\"application/pgp-encrypted\"\n\n--b\n"
	    "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n",
	    "an OpenPGP envelope" },
	{ "OpenPGP in text", HEAD "\n-----BEGIN PGP MESSAGE-----\n\nhQ\n",
	    "an OpenPGP envelope" },
	{ "signed only", HEAD "Content-Type: multipart/signed; boundary=b\n\n"
	    "--b\n\nhello\n--b\nContent-Type: application/pgp-signature\n\nx\n"
	    "--b--\n", NULL },
};

static void
sealed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(envelopes) / sizeof(envelopes[0]); i++) {
		struct mail_in m = parse(envelopes[i].message);
		const char *expected = envelopes[i].sealed;

		if ((m.sealed == NULL) != (expected == NULL) ||
		    (expected != NULL && strcmp(m.sealed, expected) != 0))
			fail_msg("%s: %s", envelopes[i].name, m.sealed);
	}
}

/* ---- limits ---- */

static void
add_times(struct buf *b, size_t times, const char *s)
{
	while (times-- > 0)
		buf_puts(b, s);
}

static void
must_end(struct buf *b, const char *fault, size_t most_parts)
{
	struct mail_in m;

	mail_parse(&mem, b->data, b->n, &m);
	if (fault == NULL)
		assert_null(m.fault);
	else
		assert_string_equal(m.fault, fault);
	assert_string_equal(m.subject, "Orders");
	assert_true(m.nparts <= most_parts);
	buf_release(b);
}

static void
limits(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, HEAD);
	add_times(&b, 32, "Content-Type: message/rfc822\n\n");
	buf_puts(&b, "From: x\n\nx\n");
	must_end(&b, NULL, 1);
	buf_puts(&b, HEAD);
	add_times(&b, 33, "Content-Type: message/rfc822\n\n");
	buf_puts(&b, "From: x\n\nx\n");
	must_end(&b, "is nested over 32 deep", 1);
	buf_puts(&b, MIXED);
	add_times(&b, 999, "--b\n\nx\n");
	must_end(&b, NULL, 999);
	buf_puts(&b, MIXED);
	add_times(&b, 100000, "--b\n\nx\n");
	must_end(&b, "has over 1000 parts", 1001);
	buf_puts(&b, HEAD);
	add_times(&b, 100000, "a: b\n");
	buf_puts(&b, "\nx\n");
	must_end(&b, "has a header of over 256 KiB", 1);
}

/* ---- contents ---- */

struct content {
	const char *name, *type, *encoding, *bytes, *text, *fault;
};

#define UNTOLD "is not UTF-8 and names no character set"
#define UNKNOWN "is in an unknown character set"

static const struct content contents[] = {
	{ "plain", "text/csv", "", "a,b", "a,b", NULL },
	{ "8bit", "text/csv; charset=utf-8", "8bit", "\xc3\xbc", "ü", NULL },
	{ "base64", "text/csv", "base64", "YSxi\nLGM=\n", "a,b,c", NULL },
	{ "quoted-printable", "text/csv", "Quoted-Printable",
	    "a=2Cb=\n,c =3D\n", "a,b,c =\n", NULL },
	{ "broken base64", "text/csv", "base64", "YSxi!LGM=", NULL,
	    "is not base64, as it says" },
	{ "base64 cut off", "text/csv", "base64", "YSxiLG", NULL,
	    "is not base64, as it says" },
	{ "base64 behind its end", "text/csv", "base64", "YQ==YQ==", NULL,
	    "is not base64, as it says" },
	{ "an unknown encoding", "text/csv", "rot13", "n,o", NULL,
	    "is encoded in an unknown way" },
	{ "latin-1", "text/csv; charset=ISO-8859-1", "8bit", "\xfc", "ü", NULL },
	{ "windows-1252", "text/csv; charset=windows-1252", "8bit", "\x80", "€",
	    NULL },
	{ "UTF-16 with its mark", "text/csv; charset=utf-16", "base64",
	    "//5hAPwA", "aü", NULL },
	{ "UTF-16 that only its mark tells", "text/csv", "base64", "/v8AYQD8",
	    "aü", NULL },
	{ "UTF-16 without a mark", "text/csv; charset=utf-16", "base64",
	    "YQD8AA==", NULL, "is UTF-16 without a byte order mark" },
	{ "ISO-2022-JP ends its last word", "text/csv; charset=iso-2022-jp",
	    "7bit", "\x1b$B%\"\x1b(B", "ア", NULL },
	{ "UTF-8 that is not told", "text/csv", "8bit", "\xc3\xbc", "ü", NULL },
	{ "latin-1 that is not told", "text/csv", "8bit", "M\xfcller", NULL,
	    UNTOLD },
	{ "latin-1 as us-ascii", "text/csv; charset=us-ascii", "8bit",
	    "M\xfcller", NULL, UNTOLD },
	{ "what names UTF-8 is handed on", "text/csv; charset=utf-8", "8bit",
	    "M\xfcller", "M\xfcller", NULL },
	{ "not in its character set", "text/csv; charset=euc-jp", "8bit",
	    "a\xff\xff", NULL, "is not in the character set it names" },
	{ "half a character", "text/csv; charset=shift_jis", "8bit", "a\x83",
	    NULL, "is not in the character set it names" },
	{ "no character set", "text/csv; charset=klingon", "8bit", "\xfc", NULL,
	    UNKNOWN },
	{ "a character set that is an option",
	    "text/csv; charset=\"latin1//IGNORE\"", "8bit", "\xfc", NULL,
	    UNKNOWN },
	{ "a character set that is a file", "text/csv; charset=\"../x\"",
	    "8bit", "\xfc", NULL, UNKNOWN },
};

static void
content(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		const struct content *c = &contents[i];
		struct buf text = BUF_INIT;
		struct err e = ERR_INIT;
		struct mail_in m = parse(arena_printf(&mem, HEAD
		    "Content-Type: %s\nContent-Transfer-Encoding: %s\n\n%s",
		    c->type, c->encoding, c->bytes));
		int r = mail_part_text(&m.part[0], &text, &e);

		if (c->fault != NULL && (r == 0 || e.code != ERR_DATA ||
		    strcmp(e.text, c->fault) != 0))
			fail_msg("%s: %d %s %s", c->name, r, e.text, text.data);
		if (c->text != NULL && (r < 0 || strcmp(text.data, c->text)))
			fail_msg("%s: %s '%s'", c->name, e.text, text.data);
		buf_release(&text);
	}
}

/* ---- card numbers ---- */

struct masked {
	const char *name, *before, *after;
};

#define B64(body) HEAD "Content-Transfer-Encoding: base64\n\n" body
#define NOTE "cmVtb3ZlZDogaXQgaGVsZCBhIHBheW1lbnQgY2FyZCBudW1iZXIK\n"
#define QP(body) HEAD "Content-Transfer-Encoding: quoted-printable\n\n" body

static const struct masked masks[] = {
	{ "none", HEAD "\nhello\n", HEAD "\nhello\n" },
	{ "as it is", HEAD "\npay " CARD "\n",
	    HEAD "\npay **** **** **** 1111\n" },
	{ "in a field", "Subject: " CARD "\n\nx\n",
	    "Subject: **** **** **** 1111\n\nx\n" },
	{ "quoted-printable, over a line end", QP("4111 1111 =\n1111 1111\n"),
	    QP("**** **** =\n**** 1111\n") },
	{ "quoted-printable, escaped", QP("=34=31=31=31=20111111111111\n"),
	    QP("=2A=2A=2A=2A=20********1111\n") },
	{ "quoted-printable with CR and LF", QP("4111 1111 =\r\n1111 1111\r\n"),
	    QP("**** **** =\r\n**** 1111\r\n") },
	{ "base64", B64("cGF5IDQxMTEgMTExMSAxMTExIDExMTEgLSBub3cgb3IgbmV2ZXIs"
	    "IHdoYXRldmVyIHlvdSBkbyB0byBtZQo=\n"), B64(NOTE) },
	{ "base64, short", B64("NDExMTExMTExMTExMTExMQ==\n"), B64("") },
	{ "UTF-16 in base64", HEAD "Content-Type: text/csv; charset=utf-16\n"
	    "Content-Transfer-Encoding: base64\n\n//40ADEAMQAxADEAMQAxADEAMQAx"
	    "ADEAMQAxADEAMQAxAA==\n", HEAD
	    "Content-Type: text/csv; charset=utf-16\n"
	    "Content-Transfer-Encoding: base64\n\n" },
	{ "another than plain digits",
	    HEAD "Content-Type: text/plain; charset=ibm037\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    "9PHx8fHx8fHx8fHx8fHx8UBAQEBAQEBAQEBAQEBAQEBAQEBA\n",
	    HEAD "Content-Type: text/plain; charset=ibm037\n"
	    "Content-Transfer-Encoding: base64\n\n" },
	{ "encoded words, Q", "Subject: =?utf-8?q?=34111_1111_1111_1111?=\n\nx\n",
	    NULL },
	{ "encoded words, B",
	    "Subject: =?utf-8?b?NDExMTExMTExMTExMTExMQ==?=\n more\n\nx\n",
	    "Subject: ************************************\n ****\n\nx\n" },
	{ "two encoded words", "Subject: =?utf-8?q?41111111?=\n"
	    " =?utf-8?q?11111111?=\n\nx\n", "Subject: ********************\n"
	    " ********************\n\nx\n" },
	{ "in an escaped name", HEAD "Content-Disposition: attachment;\n"
	    " filename*=utf-8''%34%31%31%31111111111111.csv\n\nx\n",
	    HEAD "Content-Disposition: attachment;\n"
	    " filename*=utf-8''%2A%2A%2A%2A********1111.csv\n\nx\n" },
	{ "in the pieces of a name", HEAD "Content-Disposition: attachment;\n"
	    " filename*0=41111111; filename*1=11111111.csv\n\nx\n", NULL },
	{ "in a message inside", HEAD "Content-Type: message/rfc822\n\n"
	    "Content-Transfer-Encoding: base64\n\nNDExMTExMTExMTExMTExMQ==\n",
	    HEAD "Content-Type: message/rfc822\n\n"
	    "Content-Transfer-Encoding: base64\n\n" },
	{ "in several encoded parts", MIXED
	    "--b\nContent-Transfer-Encoding: base64\n\n"
	    "NDExMTExMTExMTExMTExMQ==\n--b\n\nkept\n"
	    "--b\nContent-Transfer-Encoding: base64\n\n"
	    "NTU1NTU1NTU1NTU1NDQ0NA==\n--b--\n", MIXED
	    "--b\nContent-Transfer-Encoding: base64\n\n\n--b\n\nkept\n"
	    "--b\nContent-Transfer-Encoding: base64\n\n\n--b--\n" },
};

/* No field and no part shows any, however it is read. */
static void
shows_none(const char *name, const char *bytes, size_t n)
{
	struct mail_in m;

	mail_parse(&mem, bytes, n, &m);
	if (text_has_card_number(bytes, n) ||
	    text_has_card_number(m.subject, strlen(m.subject)))
		fail_msg("%s: %s", name, bytes);
	for (size_t i = 0; i < m.nparts; i++) {
		struct buf text = BUF_INIT;
		struct err e = ERR_INIT;

		mail_part_text(&m.part[i], &text, &e);
		if (text_has_card_number(text.data, text.n) ||
		    text_has_card_number(m.part[i].name,
		    strlen(m.part[i].name)))
			fail_msg("%s: part %zu: %s", name, i, text.data);
		buf_release(&text);
	}
}

static void
card_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		const struct masked *x = &masks[i];
		char *bytes = arena_dup(&mem, x->before);
		size_t n = mail_mask(bytes, strlen(bytes)), again;

		bytes[n] = '\0';
		if (x->after != NULL && strcmp(bytes, x->after) != 0)
			fail_msg("%s: '%s'", x->name, bytes);
		shows_none(x->name, bytes, n);
		again = mail_mask(bytes, n);
		if (again != n ||
		    (x->after != NULL && strcmp(bytes, x->after) != 0))
			fail_msg("%s, again: '%s'", x->name, bytes);
	}
}

static void
what_was_not_looked_at_is_removed(void **state)
{
	struct buf b = BUF_INIT;
	size_t n;

	(void)state;
	buf_puts(&b, HEAD);
	add_times(&b, 40, "Content-Type: message/rfc822\n\n");
	buf_puts(&b, "Content-Transfer-Encoding: base64\n\n"
	    "NDExMTExMTExMTExMTExMQ==\n");
	n = mail_mask(b.data, b.n);
	assert_null(memmem(b.data, n, "NDExMTEx", 8));
	assert_non_null(memmem(b.data, n, "removed: beyond a limit\n", 24));
	assert_int_equal(mail_mask(b.data, n), n);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(own_fields_are_decoded, forget),
		cmocka_unit_test_teardown(time_of_arrival, forget),
		cmocka_unit_test_teardown(structure, forget),
		cmocka_unit_test_teardown(sealed, forget),
		cmocka_unit_test_teardown(limits, forget),
		cmocka_unit_test_teardown(content, forget),
		cmocka_unit_test_teardown(card_numbers, forget),
		cmocka_unit_test_teardown(what_was_not_looked_at_is_removed,
		    forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
