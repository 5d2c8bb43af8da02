/* part.c - what a part holds: its transfer encoding and character set undone
 *
 * GMime decodes, and passes over what is wrong.  An order must not be read
 * from what is left then: that is refused here.  Knows no file formats. */

#include <errno.h>

#include <order/mail_in.h>
#include <order/text.h>

#include "begin.h"
#include "part.h"

enum {
	CHARSET_MAX = 40,
	STEP = 64 << 10,
	TEXT_MAX = 2 * MAIL_MAX_BYTES	/* a byte can become three */
};

static bool
is_plain(const char *encoding)
{
	return encoding[0] == '\0' || strcmp(encoding, "7bit") == 0 ||
	    strcmp(encoding, "8bit") == 0 || strcmp(encoding, "binary") == 0;
}

struct mail_span
part_bytes(const struct mail_part *part, struct buf *b)
{
	GMimeContentEncoding how =
	    g_mime_content_encoding_from_string(part->encoding);
	struct mail_span raw = part->raw;
	GMimeEncoding state;

	if (how == GMIME_CONTENT_ENCODING_DEFAULT || is_plain(part->encoding))
		return raw;
	g_mime_encoding_init_decode(&state, how);
	while (raw.n > 0) {
		size_t n = raw.n < STEP ? raw.n : STEP;
		char *to = buf_room(b, g_mime_encoding_outlen(&state, n));

		b->n += g_mime_encoding_step(&state, raw.p, n, to);
		b->data[b->n] = '\0';
		raw.p += n;
		raw.n -= n;
	}
	return (struct mail_span){ b->data, b->n };
}

/* ---- encodings ---- */

/* Whole groups of four, padded at the very end only. */
static bool
is_base64(struct mail_span raw)
{
	size_t n = 0, padding = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=')
			padding++;
		else if (padding > 0 || (!g_ascii_isalnum(c) && c != '+' &&
		    c != '/'))
			return false;
		n++;
	}
	return n % 4 == 0 && padding <= 2;
}

static int
check_encoding(const struct mail_part *part, struct err *e)
{
	if (is_plain(part->encoding) ||
	    strcmp(part->encoding, "quoted-printable") == 0)
		return 0;
	if (strcmp(part->encoding, "base64") == 0)
		return is_base64(part->raw) ? 0 : err_set(e, ERR_DATA,
		    "is not base64, as it says");
	return err_set(e, ERR_DATA, "is encoded in an unknown way");
}

/* ---- character sets ---- */

int
part_convert(const char *charset, struct mail_span from, struct buf *b,
    struct err *e)
{
	size_t begin = b->n;
	char *p = (char *)(uintptr_t)from.p;
	iconv_t how = g_mime_iconv_open("UTF-8", charset);
	int r = 0;

	if (how == (iconv_t)-1)
		return err_set(e, ERR_DATA, "is in an unknown character set");
	/* Once more at the end, for what the last character still owes. */
	for (bool more = true; more && r == 0;) {
		char *to = buf_room(b, STEP), *at = to;
		size_t room = STEP, got;

		more = from.n > 0;
		got = iconv(how, more ? &p : NULL, more ? &from.n : NULL, &at,
		    &room);
		b->n += (size_t)(at - to);
		b->data[b->n] = '\0';
		if (got == (size_t)-1 && errno != E2BIG)
			r = err_set(e, ERR_DATA, "is not in the character set"
			    " it names");
		else if (b->n - begin > TEXT_MAX)
			r = err_set(e, ERR_DATA, "is over 32 MiB as UTF-8");
	}
	g_mime_iconv_close(how);
	return r;
}

static const char *
byte_order(struct mail_span s)
{
	if (s.n >= 2 && (memcmp(s.p, "\xff\xfe", 2) == 0 ||
	    memcmp(s.p, "\xfe\xff", 2) == 0))
		return "utf-16";
	return NULL;
}

/* The one to convert from, "" when there is nothing to convert; NULL: it is
 * not told, which *e says. */
static const char *
charset_of(const struct mail_part *part, struct mail_span s, struct err *e)
{
	const char *named = part->charset;

	if (strcmp(named, "utf-8") == 0 || strcmp(named, "utf8") == 0)
		return "";
	if (named[0] == '\0' || strcmp(named, "us-ascii") == 0) {
		if (byte_order(s) != NULL)
			return byte_order(s);
		if (text_is_utf8(s.p, s.n))
			return "";
		err_set(e, ERR_DATA, "is not UTF-8 and names no character"
		    " set");
		return NULL;
	}
	if (strlen(named) > CHARSET_MAX || !text_is_word(named, "-_.:+")) {
		err_set(e, ERR_DATA, "is in an unknown character set");
		return NULL;
	}
	if (strcmp(named, "utf-16") == 0 && byte_order(s) == NULL) {
		err_set(e, ERR_DATA, "is UTF-16 without a byte order mark");
		return NULL;
	}
	return named;
}

int
mail_part_text(const struct mail_part *part, struct buf *out, struct err *e)
{
	struct buf decoded = BUF_INIT;
	struct mail_span s;
	const char *charset;
	int r = 0;

	gmime_begin();
	if (part->unseen)
		return err_set(e, ERR_DATA, "is beyond a limit");
	if (check_encoding(part, e) < 0)
		return -1;
	s = part_bytes(part, &decoded);
	charset = charset_of(part, s, e);
	if (charset == NULL)
		r = -1;
	else if (charset[0] == '\0')
		buf_add(out, s.p, s.n);
	else
		r = part_convert(charset, s, out, e);
	buf_release(&decoded);
	return r;
}
