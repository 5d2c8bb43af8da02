/* compose.c - one message as exact bytes
 *
 * The message's headers and what separates its parts are written here, GMime
 * makes the headers of the parts; encode.c makes what is in them.
 * Knows what may stand in a header.  Knows nothing of orders, templates or
 * delivery, and asks for no time: the same input gives the same bytes.
 */
#include <order/arena.h>
#include <order/mail.h>
#include <order/text.h>

#include "begin.h"
#include "encode.h"

#define ID_MAX 500		/* an unfoldable line stays under 998 */
#define IDS_MAX 50		/* references; a long thread keeps its ends */
#define BOUNDARY_ID 60		/* RFC 2046: 70 bytes with our "=_" */

static int
check_line(const char *field, const char *s, struct err *e)
{
	const char *unfit = text_unfit(s, strlen(s));

	if (unfit != NULL)
		return err_set(e, ERR_DATA, "%s: %s", field, unfit);
	if (strpbrk(s, "\t\r\n") != NULL)
		return err_set(e, ERR_DATA, "%s: holds a control character",
		    field);
	return 0;
}

static int
check_body(const char *field, const char *s, struct err *e)
{
	const char *unfit = text_unfit(s, strlen(s));

	return unfit == NULL ? 0 : err_set(e, ERR_DATA, "%s: %s", field,
	    unfit);
}

/* Visible ASCII without the brackets that will enclose it. */
static bool
is_id(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] < '!' || s[i] > '~' || s[i] == '<' || s[i] == '>')
			return false;
	return n > 0 && n <= ID_MAX;
}

/* An address with other letters is one to people and to SMTPUTF8, of which
 * nobody on the way need know: say what is wrong with it here. */
static int
check_address(const char *field, const char *s, struct err *e)
{
	const char *at = strchr(s, '@'), *c = s;

	if (text_is_email(s))
		return 0;
	while ((unsigned char)*c >= ' ' && (unsigned char)*c <= '~')
		c++;
	if (at != NULL && (unsigned char)*c >= 0x80)
		return err_set(e, ERR_DATA, c < at ?
		    "%s: not in ASCII (SMTPUTF8 is not supported)" :
		    "%s: domain not in ASCII (write it as xn--...)", field);
	return err_set(e, ERR_DATA, "%s: not an e-mail address", field);
}

static int
check(const struct mail *m, struct err *e)
{
	if (check_line("from name", m->from_name, e) < 0 ||
	    check_line("recipient name", m->to_name, e) < 0 ||
	    check_line("subject", m->subject, e) < 0 ||
	    check_line("in-reply-to", m->in_reply_to, e) < 0 ||
	    check_line("references", m->references, e) < 0 ||
	    check_body("text", m->text, e) < 0 ||
	    check_body("html", m->html, e) < 0 ||
	    check_address("from", m->from, e) < 0 ||
	    check_address("recipient", m->to, e) < 0)
		return -1;
	if (!is_id(m->message_id, strlen(m->message_id)))
		return err_set(e, ERR_DATA, "message-id: not well-formed");
	if (m->language[0] != '\0' && !text_is_word(m->language, "-"))
		return err_set(e, ERR_DATA, "language: not a language tag");
	return 0;
}

static void
add_plain(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s: %s\n", name, text);
}

static void
add_mailbox(struct buf *out, const char *field, const char *name,
    const char *address)
{
	buf_printf(out, "%s: ", field);
	encode_mailbox(out, name, address, strlen(field) + 2);
	buf_putc(out, '\n');
}

/* Ids of a thread, one a line.  What is none is left out: being sorted into
 * its thread is a courtesy, the message itself is not. */
static void
add_ids(struct buf *out, const char *field, const char *ids)
{
	const char *s;
	size_t n, count = 0, i = 0;

	for (s = ids; *s != '\0'; s += n + strspn(s + n, " ")) {
		n = strcspn(s, " ");
		count += is_id(s, n);
	}
	for (s = ids; *s != '\0'; s += n + strspn(s + n, " ")) {
		n = strcspn(s, " ");
		if (!is_id(s, n))
			continue;
		i++;
		if (i > 1 && count - i >= IDS_MAX - 1)
			continue;
		buf_printf(out, "%s%s <", i == 1 ? field : "",
		    i == 1 ? ":" : "");
		buf_add(out, s, n);
		buf_puts(out, ">\n");
	}
}

/* The date comes first: when there is none, nothing was added. */
static int
add_date(struct buf *out, int64_t date, struct err *e)
{
	GDateTime *at = g_date_time_new_from_unix_utc(date);
	char *text;

	if (at == NULL)
		return err_set(e, ERR_DATA, "date: out of range");
	text = g_mime_utils_header_format_date(at);
	add_plain(out, "Date", text);
	g_free(text);
	g_date_time_unref(at);
	return 0;
}

static int
add_headers(struct buf *out, const struct mail *m, struct err *e)
{
	if (add_date(out, m->date, e) < 0)
		return -1;
	add_mailbox(out, "From", m->from_name, m->from);
	add_mailbox(out, "To", m->to_name, m->to);
	buf_puts(out, "Subject: ");
	encode_header(out, m->subject, strlen("Subject: "));
	buf_printf(out, "\nMessage-ID: <%s>\n", m->message_id);
	add_ids(out, "In-Reply-To", m->in_reply_to);
	add_ids(out, "References", m->references);
	add_plain(out, "Auto-Submitted", "auto-generated");
	if (m->language[0] != '\0')
		add_plain(out, "Content-Language", m->language);
	add_plain(out, "MIME-Version", "1.0");
	return 0;
}

/* What every message is made of; only the content changes.  Making them takes
 * as long as all the rest. */
static struct {
	GMimePart *text, *html;
	GMimeMultipart *both;
} kept;

static GMimePart *
make_part(const char *subtype)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
	    "UTF-8");
	g_mime_part_set_content_encoding(part,
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return part;
}

static void
make_parts(void)
{
	if (kept.both != NULL)
		return;
	kept.text = make_part("plain");
	kept.html = make_part("html");
	kept.both = g_mime_multipart_new_with_subtype("alternative");
	g_mime_multipart_add(kept.both, GMIME_OBJECT(kept.text));
	g_mime_multipart_add(kept.both, GMIME_OBJECT(kept.html));
}

/* "=_" cannot occur in quoted-printable text. */
static void
set_boundary(GMimeMultipart *to, const char *message_id)
{
	char boundary[2 + BOUNDARY_ID + 1];
	char *s;

	snprintf(boundary, sizeof(boundary), "=_%s", message_id);
	for (s = boundary + 2; *s != '\0'; s++)
		if (!g_ascii_isalnum(*s) && *s != '.')
			*s = '_';
	g_mime_multipart_set_boundary(to, boundary);
}

/* GMime would copy the content twice. */
static void
add_part(struct buf *out, GMimePart *part, const char *text)
{
	char *headers = g_mime_object_get_headers(GMIME_OBJECT(part), NULL);

	buf_printf(out, "%s\n", headers);
	g_free(headers);
	encode_body(out, text);
}

/* With the headers that say what it is. */
static void
add_body(struct buf *out, const struct mail *m)
{
	const char *boundary;
	char *headers;

	make_parts();
	if (m->html[0] == '\0') {
		add_part(out, kept.text, m->text);
		return;
	}
	set_boundary(kept.both, m->message_id);
	boundary = g_mime_multipart_get_boundary(kept.both);
	headers = g_mime_object_get_headers(GMIME_OBJECT(kept.both), NULL);
	buf_printf(out, "%s\n--%s\n", headers, boundary);
	g_free(headers);
	add_part(out, kept.text, m->text);
	buf_printf(out, "\n--%s\n", boundary);
	add_part(out, kept.html, m->html);
	buf_printf(out, "\n--%s--\n", boundary);
}

int
mail_compose(const struct mail *m, struct buf *out, struct err *e)
{
	if (check(m, e) < 0)
		return -1;
	gmime_begin();
	if (add_headers(out, m, e) < 0)
		return -1;
	add_body(out, m);
	return 0;
}
