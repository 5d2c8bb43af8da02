/* words.c - what somebody wrote in a message, apart from what it quotes
 *
 * Chooses the part, undoes its encoding, makes it fit to be read, and finds
 * where the quoted history of a conversation begins.  That is cut off only
 * where nothing but history follows: an answer between the quoted lines
 * stays with them. */

#include <order/mail_read.h>
#include <order/text.h>

#include "begin.h"
#include "part.h"

#define WRAPPED 3		/* lines an attribution may take */
#define HEADER_LINES 8		/* to look for the fields of a quoted header */

/* ---- the text ---- */

static const struct mail_part *
part_of_type(const struct mail_in *m, const char *type)
{
	for (size_t i = 0; i < m->nparts; i++) {
		const struct mail_part *p = &m->part[i];

		if (strcmp(p->type, type) == 0 && !p->attached && !p->unseen &&
		    p->name[0] == '\0' && p->raw.n > 0)
			return p;
	}
	return NULL;
}

/* As UTF-8, in whatever it was: what is no character is replaced. */
static void
decode(const struct mail_part *p, struct buf *out)
{
	struct buf bytes = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct mail_span s;

	if (mail_part_text(p, out, &ignored) == 0 &&
	    text_is_utf8(out->data, out->n))
		return;
	buf_clear(out);
	s = part_bytes(p, &bytes);
	if (text_is_utf8(s.p, s.n))
		buf_add(out, s.p, s.n);
	else if (part_convert("windows-1252", s, out, &ignored) < 0) {
		gchar *valid = g_utf8_make_valid(s.p, (gssize)s.n);

		buf_clear(out);
		buf_puts(out, valid);
		g_free(valid);
	}
	buf_release(&bytes);
}

/* LF at line ends, no blanks before it, no control characters, and no more
 * than one blank line at a time. */
static void
tidy(const struct buf *from, struct buf *out)
{
	const char *p = from->data, *end = p + from->n;
	size_t begin = out->n, newlines = 2;

	for (; p < end && out->n - begin < MAIL_WORDS_MAX + 8; p++) {
		unsigned char c = (unsigned char)*p;
		bool c1 = c == 0xc2 && p + 1 < end &&
		    (unsigned char)p[1] < 0xa0 && (unsigned char)p[1] >= 0x80;

		if (c == '\n') {
			while (out->n > begin && (out->data[out->n - 1] == ' ' ||
			    out->data[out->n - 1] == '\t'))
				out->data[--out->n] = '\0';
			if (newlines++ < 2)
				buf_putc(out, '\n');
			continue;
		}
		p += c1;
		if (c1 || (c < ' ' && c != '\t') || c == 0x7f)
			continue;
		if (c != ' ' && c != '\t')
			newlines = 0;
		buf_putc(out, c);
	}
	if (out->n - begin > MAIL_WORDS_MAX) {
		out->n = begin + MAIL_WORDS_MAX;
		out->data[out->n] = '\0';
		text_end_whole(out->data + begin);
		out->n = begin + strlen(out->data + begin);
	}
	while (out->n > begin && strchr(" \t\n", out->data[out->n - 1]) != NULL)
		out->data[--out->n] = '\0';
}

bool
mail_words(const struct mail_in *m, struct buf *out)
{
	const struct mail_part *plain, *html;
	struct buf text = BUF_INIT, words = BUF_INIT;
	size_t begin = out->n;

	gmime_begin();
	plain = part_of_type(m, "text/plain");
	html = part_of_type(m, "text/html");
	if (plain != NULL) {
		decode(plain, &text);
		tidy(&text, out);
	}
	if (out->n == begin && html != NULL) {
		buf_clear(&text);
		decode(html, &text);
		html_text(text.data, text.n, &words);
		tidy(&words, out);
	}
	buf_release(&text);
	buf_release(&words);
	return out->n > begin;
}

/* ---- quoted history ---- */

static const char *
next_line(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

static bool
is_empty(const char *p)
{
	return *p == '\n' || *p == '\0';
}

/* Is there nothing from p on but quoted lines and blank ones? */
static bool
all_quoted(const char *p)
{
	bool any = false;

	for (; *p != '\0'; p = next_line(p)) {
		if (*p == '>')
			any = true;
		else if (!is_empty(p))
			return false;
	}
	return any;
}

static bool
line_begins(const char *p, const char *const *begins)
{
	while (*p == '*' || *p == ' ')
		p++;
	for (; *begins != NULL; begins++)
		if (g_ascii_strncasecmp(p, *begins, strlen(*begins)) == 0)
			return true;
	return false;
}

/* "-----Original Message-----", as programs draw it. */
static bool
is_rule(const char *p)
{
	static const char *const words[] = { "Original Message",
		"Urspr\xc3\xbcngliche Nachricht", "Message d'origine",
		"Mensaje original", "Messaggio originale", "Oorspronkelijk bericht",
		"Forwarded message", "Original-Nachricht", NULL };
	size_t n = strspn(p, "-");

	return n >= 2 && line_begins(p + n, words);
}

/* A quoted header: From, then Sent or Date, and To or Subject soon after. */
static bool
is_header(const char *p)
{
	static const char *const from[] = { "From:", "Von:", "De :", "De:", "Da:",
		"Van:", NULL };
	static const char *const sent[] = { "Sent:", "Date:", "Gesendet:",
		"Datum:", "Envoy\xc3\xa9 :", "Enviado", "Inviato:", "Verzonden:",
		NULL };
	static const char *const about[] = { "To:", "Subject:", "An:", "Betreff:",
		"\xc3\x80 :", "Objet :", "Para:", "Asunto:", "A:", "Oggetto:",
		"Aan:", "Onderwerp:", NULL };
	bool dated = false, rest = false;

	if (!line_begins(p, from))
		return false;
	p = next_line(p);
	for (int i = 0; i < HEADER_LINES && !is_empty(p); i++) {
		dated = dated || line_begins(p, sent);
		rest = rest || line_begins(p, about);
		p = next_line(p);
	}
	return dated && rest;
}

/* "On ... wrote:", before what it quotes; of several lines when the first one
 * begins as it does. */
static bool
is_attribution(const char *p)
{
	static const char *const begins[] = { "On ", "Am ", "Le ", "El ", "Il ",
		"Op ", "Den ", "Em ", "W dniu ", NULL };
	const char *q = p;

	if (is_empty(p) || *p == '>')
		return false;
	for (int i = 0; i < WRAPPED; i++) {
		size_t n = strcspn(q, "\n");
		bool ends = n > 0 && (q[n - 1] == ':' || (n > 1 &&
		    q[n - 1] == ' ' && q[n - 2] == ':'));

		q = next_line(q);
		if (ends)
			return all_quoted(q);
		if (is_empty(q) || !line_begins(p, begins))
			return false;
	}
	return false;
}

static bool
begins_history(const char *p)
{
	return is_rule(p) || is_header(p) || (*p == '>' && all_quoted(p)) ||
	    is_attribution(p);
}

size_t
mail_words_own(const char *text)
{
	size_t all = strlen(text), n;
	int tries = 0;

	for (const char *p = text; *p != '\0'; p = next_line(p)) {
		/* Quoted lines with words between them are looked at often. */
		if (*p == '>' && tries++ > 200)
			break;
		if (!begins_history(p))
			continue;
		n = (size_t)(p - text);
		while (n > 0 && strchr(" \t\n_", text[n - 1]) != NULL)
			n--;
		return n > 0 ? n : all;
	}
	return all;
}
