/* compose.c - one message as exact bytes
 *
 * GMime builds and writes the structure; encode.c makes what is in it.
 * Knows what may stand in a header.  Knows nothing of orders, templates or
 * delivery, and asks for no time: the same input gives the same bytes.
 */
#include <gmime/gmime.h>

#include <order/arena.h>
#include <order/mail.h>
#include <order/text.h>

#include "encode.h"

#define ID_MAX 500		/* an unfoldable line stays under 998 */
#define IDS_MAX 50		/* references; a long thread keeps its ends */
#define BOUNDARY_ID 60		/* RFC 2046: 70 bytes with our "=_" */

/* GLib asks for memory or dies; it is to die as we do. */
static void
on_glib(const char *domain, GLogLevelFlags level, const char *text, void *p)
{
	if ((level & G_LOG_FLAG_FATAL) != 0)
		out_of_memory();
	g_log_default_handler(domain, level, text, p);
}

static void
gmime_begin(void)
{
	static bool ready;

	if (!ready) {
		g_log_set_default_handler(on_glib, NULL);
		g_mime_init();
	}
	ready = true;
}

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

static int
check(const struct mail *m, struct err *e)
{
	if (check_line("from name", m->from_name, e) < 0 ||
	    check_line("recipient name", m->to_name, e) < 0 ||
	    check_line("subject", m->subject, e) < 0 ||
	    check_line("in-reply-to", m->in_reply_to, e) < 0 ||
	    check_line("references", m->references, e) < 0 ||
	    check_body("text", m->text, e) < 0 ||
	    check_body("html", m->html, e) < 0)
		return -1;
	if (!text_is_email(m->from))
		return err_set(e, ERR_DATA, "from: not an e-mail address");
	if (!text_is_email(m->to))
		return err_set(e, ERR_DATA, "recipient: not an e-mail address");
	if (!is_id(m->message_id, strlen(m->message_id)))
		return err_set(e, ERR_DATA, "message-id: not well-formed");
	if (m->language[0] != '\0' && !text_is_word(m->language, "-"))
		return err_set(e, ERR_DATA, "language: not a language tag");
	return 0;
}

/* GMime writes a raw value as it is, so it brings its own folding. */
static void
add_raw(GMimeObject *to, const char *name, struct buf *value)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(to);
	GMimeHeader *h;

	g_mime_header_list_append(list, name, "", NULL);
	h = g_mime_header_list_get_header(list, name);
	buf_putc(value, '\n');
	g_mime_header_set_raw_value(h, value->data);
	buf_clear(value);
}

static void
add_plain(GMimeObject *to, const char *name, const char *text)
{
	struct buf value = BUF_INIT;

	buf_printf(&value, " %s", text);
	add_raw(to, name, &value);
	buf_release(&value);
}

static void
add_mailbox(GMimeObject *to, const char *field, const char *name,
    const char *address)
{
	struct buf value = BUF_INIT;

	buf_putc(&value, ' ');
	encode_mailbox(&value, name, address, strlen(field) + 2);
	add_raw(to, field, &value);
	buf_release(&value);
}

/* Ids of a thread, one a line.  What is none is left out: being sorted into
 * its thread is a courtesy, the message itself is not. */
static void
add_ids(GMimeObject *to, const char *field, const char *ids)
{
	struct buf value = BUF_INIT;
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
		buf_puts(&value, value.n > 0 ? "\n <" : " <");
		buf_add(&value, s, n);
		buf_putc(&value, '>');
	}
	if (value.n > 0)
		add_raw(to, field, &value);
	buf_release(&value);
}

static int
add_date(GMimeObject *to, int64_t date, struct err *e)
{
	GDateTime *at = g_date_time_new_from_unix_utc(date);
	char *text;

	if (at == NULL)
		return err_set(e, ERR_DATA, "date: out of range");
	text = g_mime_utils_header_format_date(at);
	add_plain(to, "Date", text);
	g_free(text);
	g_date_time_unref(at);
	return 0;
}

static int
add_headers(GMimeObject *to, const struct mail *m, struct err *e)
{
	struct buf value = BUF_INIT;

	if (add_date(to, m->date, e) < 0)
		return -1;
	add_mailbox(to, "From", m->from_name, m->from);
	add_mailbox(to, "To", m->to_name, m->to);
	buf_putc(&value, ' ');
	encode_header(&value, m->subject, strlen("Subject: "));
	add_raw(to, "Subject", &value);
	buf_printf(&value, " <%s>", m->message_id);
	add_raw(to, "Message-ID", &value);
	buf_release(&value);
	add_ids(to, "In-Reply-To", m->in_reply_to);
	add_ids(to, "References", m->references);
	add_plain(to, "Auto-Submitted", "auto-generated");
	if (m->language[0] != '\0')
		add_plain(to, "Content-Language", m->language);
	return 0;
}

/* The content is quoted-printable already and says so on both sides, hence
 * GMime copies it. */
static GMimeObject *
make_part(const char *subtype, const char *text)
{
	GMimePart *part = g_mime_part_new_with_type("text", subtype);
	struct buf encoded = BUF_INIT;
	GMimeStream *stream;
	GMimeDataWrapper *content;

	encode_body(&encoded, text);
	stream = g_mime_stream_mem_new_with_buffer(encoded.data, encoded.n);
	content = g_mime_data_wrapper_new_with_stream(stream,
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
	    "UTF-8");
	g_mime_part_set_content_encoding(part,
	    GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(stream);
	buf_release(&encoded);
	return GMIME_OBJECT(part);
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

static GMimeObject *
make_body(const struct mail *m)
{
	GMimeObject *text = make_part("plain", m->text), *html;
	GMimeMultipart *both;

	if (m->html[0] == '\0')
		return text;
	html = make_part("html", m->html);
	both = g_mime_multipart_new_with_subtype("alternative");
	set_boundary(both, m->message_id);
	g_mime_multipart_add(both, text);
	g_mime_multipart_add(both, html);
	g_object_unref(text);
	g_object_unref(html);
	return GMIME_OBJECT(both);
}

int
mail_compose(const struct mail *m, struct buf *out, struct err *e)
{
	GMimeMessage *message;
	GMimeObject *body;
	GMimeStream *stream;
	GByteArray *bytes;
	int result = -1;

	if (check(m, e) < 0)
		return -1;
	gmime_begin();
	message = g_mime_message_new(FALSE);
	if (add_headers(GMIME_OBJECT(message), m, e) < 0)
		goto done;
	body = make_body(m);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	stream = g_mime_stream_mem_new();
	if (g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL,
	    stream) < 0) {
		err_set(e, ERR_SOFTWARE, "message cannot be written");
	} else {
		bytes = g_mime_stream_mem_get_byte_array(
		    GMIME_STREAM_MEM(stream));
		buf_add(out, bytes->data, bytes->len);
		result = 0;
	}
	g_object_unref(stream);
done:
	g_object_unref(message);
	return result;
}
