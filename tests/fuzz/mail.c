/* mail.c - fuzz target: mail addresses and composed messages
 *
 * Only the headers we mean are there, each line is plain and short, and
 * another reader decodes what was put in. */

#include <gmime/gmime.h>

#include <order/mail.h>
#include <order/text.h>

#include "fuzz.h"

enum { FROM, FROM_NAME, TO, TO_NAME, SUBJECT, MESSAGE_ID, IN_REPLY_TO,
	REFERENCES, LANGUAGE, DATE, TEXT, HTML, NFIELDS };

#define ATOM "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
#define LABEL "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"

/* ---- addresses ---- */

static bool
model_address(const char *s)
{
	static const char ADDRESS[] = "^" ATOM "(\\." ATOM ")*@(" LABEL
	    "(\\." LABEL ")+|[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt])$";
	const char *p;
	size_t n;

	if (strlen(s) > 254 || strcspn(s, "@") > 64 || s[0] == '-' ||
	    !fuzz_matches(s, ADDRESS))
		return false;
	for (p = s + strcspn(s, "@"); *p != '\0'; p += n) {
		n = strcspn(++p, ".");
		if (n > 63)
			return false;
	}
	/* An address of the network is none of ours. */
	return !fuzz_matches(s, "[.@][0-9]+$");
}

static void
address_holds(const char *s)
{
	bool is = text_is_email(s);

	MUST(is == model_address(s), "'%s' is %s address", s,
	    is ? "an" : "no");
}

/* ---- the bytes of a message ---- */

static bool
is_header(const char *line, const char **name)
{
	static const char *const known[] = { "Date: ", "From: ", "To: ",
	    "Subject: ", "Message-ID: ", "In-Reply-To: ", "References: ",
	    "Auto-Submitted: ", "Content-Language: ", "MIME-Version: ",
	    "Content-Type: ", "Content-Transfer-Encoding: " };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		*name = known[i];
		if (strncmp(line, known[i], strlen(known[i])) == 0)
			return true;
	}
	return false;
}

/* Header lines from *p up to the empty one, each once. */
static void
headers_hold(const char **p, const char *end)
{
	const char *seen[16], *name = NULL;
	size_t n = 0, i;

	while (*p < end && **p != '\n') {
		if (**p != ' ' && **p != '\t') {
			MUST(is_header(*p, &name), "a header that is none of"
			    " ours: %.80s", *p);
			for (i = 0; i < n; i++)
				MUST(seen[i] != name, "%stwice", name);
			MUST(n < 16, "too many headers");
			seen[n++] = name;
		} else {
			MUST(name != NULL, "a folded line begins the headers");
		}
		*p += strcspn(*p, "\n") + 1;
	}
}

static void
bytes_hold(const struct buf *b)
{
	const char *p = b->data, *end = p + b->n;
	size_t n;

	MUST(strlen(p) == b->n, "a NUL in the message");
	headers_hold(&p, end);
	MUST(p < end, "no body");
	for (p = b->data; p < end; p += n + 1) {
		n = strcspn(p, "\n");
		MUST(p + n < end, "the last line is not ended");
		MUST(n <= 998, "a line of %zu bytes", n);
		MUST(p[0] != '.' && strncmp(p, "From ", 5) != 0,
		    "a line begins with %.5s", p);
		for (size_t i = 0; i < n; i++)
			MUST(p[i] == '\t' || (p[i] >= ' ' && p[i] <= '~'),
			    "byte %02x", (unsigned char)p[i]);
	}
}

/* ---- another reader ---- */

/* As it is shown: decoded, in one line, outer blanks aside. */
static void
header_holds(const char *what, const char *want, const char *got)
{
	struct arena a = ARENA_INIT;

	MUST(got != NULL, "%s is gone: '%s'", what, want);
	want = text_trim(&a, want);
	got = text_trim(&a, got);
	fuzz_same(what, want, strlen(want), got, strlen(got));
	arena_release(&a);
}

static void
mailbox_holds(const char *what, InternetAddressList *list, const char *name,
    const char *address)
{
	InternetAddress *who;
	const char *shown;

	MUST(list != NULL && internet_address_list_length(list) == 1,
	    "%s is not one mailbox", what);
	who = internet_address_list_get_address(list, 0);
	MUST(INTERNET_ADDRESS_IS_MAILBOX(who), "%s is no mailbox", what);
	/* GMime shows an international domain in its own script. */
	if (!fuzz_matches(address, "[.@][Xx][Nn]--"))
		header_holds(what, address, internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(who)));
	shown = internet_address_get_name(who);
	header_holds(what, name, shown != NULL ? shown : "");
}

/* The text as it was, with the line end that its last line must have. */
static void
body_holds(GMimeObject *part, const char *want)
{
	GMimeStream *out = g_mime_stream_mem_new();
	struct buf text = BUF_INIT;
	GByteArray *bytes;

	MUST(GMIME_IS_PART(part), "a part is missing");
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(
	    GMIME_PART(part)), out);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
	buf_puts(&text, want);
	if (text.n == 0 || text.data[text.n - 1] != '\n')
		buf_putc(&text, '\n');
	fuzz_same("body", text.data, text.n, (const char *)bytes->data,
	    bytes->len);
	buf_release(&text);
	g_object_unref(out);
}

static void
bodies_hold(GMimeObject *top, const struct mail *m)
{
	GMimeMultipart *both;

	if (m->html[0] == '\0') {
		body_holds(top, m->text);
		return;
	}
	MUST(GMIME_IS_MULTIPART(top), "not two parts");
	both = GMIME_MULTIPART(top);
	MUST(g_mime_multipart_get_count(both) == 2, "not two parts");
	body_holds(g_mime_multipart_get_part(both, 0), m->text);
	body_holds(g_mime_multipart_get_part(both, 1), m->html);
}

static void
message_holds(const struct buf *b, const struct mail *m)
{
	static const char ID[] = "^" ATOM "(\\." ATOM ")*@" LABEL "(\\." LABEL
	    ")*$";
	GMimeStream *in = g_mime_stream_mem_new_with_buffer(b->data, b->n);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	GMimeMessage *got = g_mime_parser_construct_message(parser, NULL);

	MUST(got != NULL, "no message");
	header_holds("subject", m->subject, g_mime_message_get_subject(got));
	if (fuzz_matches(m->message_id, ID))
		header_holds("message-id", m->message_id,
		    g_mime_message_get_message_id(got));
	mailbox_holds("from", g_mime_message_get_from(got), m->from_name,
	    m->from);
	mailbox_holds("to", g_mime_message_get_to(got), m->to_name, m->to);
	bodies_hold(g_mime_message_get_mime_part(got), m);
	g_object_unref(got);
	g_object_unref(parser);
	g_object_unref(in);
}

/* ---- the target ---- */

/* Puts the subject in as it is. */
static int
naive_compose(const struct mail *m, struct buf *out, struct err *e)
{
	struct mail other = *m;
	struct buf bytes = BUF_INIT;
	const char *subject;

	other.subject = "";
	if (mail_compose(&other, &bytes, e) < 0)
		return -1;
	subject = strstr(bytes.data, "\nSubject:");
	buf_add(out, bytes.data, (size_t)(subject - bytes.data));
	buf_printf(out, "\nSubject: %s%s", m->subject,
	    strchr(subject + 1, '\n'));
	buf_release(&bytes);
	return 0;
}

static bool
compose(const struct mail *m, struct buf *out)
{
	static const int codes[] = { ERR_DATA, 0 };
	struct err e = ERR_INIT;

	if ((fuzz_twin ? naive_compose : mail_compose)(m, out, &e) == 0)
		return true;
	fuzz_error("composing", &e, codes);
	MUST(out->n == 0, "a refusal leaves %zu bytes", out->n);
	return false;
}

static void
one(const char *s, size_t n)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct arena a = ARENA_INIT;
	const char *f[NFIELDS];
	struct mail m;

	fuzz_fields(&a, s, n, f, NFIELDS);
	address_holds(f[FROM]);
	address_holds(f[TO]);
	m = (struct mail){ .from = f[FROM], .from_name = f[FROM_NAME],
	    .to = f[TO], .to_name = f[TO_NAME], .subject = f[SUBJECT],
	    .message_id = f[MESSAGE_ID], .in_reply_to = f[IN_REPLY_TO],
	    .references = f[REFERENCES], .language = f[LANGUAGE],
	    .date = strtoll(f[DATE], NULL, 10), .text = f[TEXT],
	    .html = f[HTML] };
	/* Most inputs should get as far as the headers. */
	if (!text_is_email(m.from))
		m.from = "orders@acme.example";
	if (!text_is_email(m.to))
		m.to = "buyer@shop.example";
	if (compose(&m, &out)) {
		bytes_hold(&out);
		MUST(compose(&m, &again), "only once");
		fuzz_same("composed twice", out.data, out.n, again.data,
		    again.n);
		message_holds(&out, &m);
	}
	buf_release(&out);
	buf_release(&again);
	arena_release(&a);
}

static void
begin(void)
{
	g_mime_init();
}

const struct fuzz_target fuzz_mail = { "mail", begin, one };
