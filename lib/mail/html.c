/* html.c - the words of an HTML message, for whoever has to read them
 *
 * No parser of documents: tags are passed over, blocks become lines, entities
 * characters.  Whatever the bytes, what comes out is bounded by what went in.
 * The result is text, never shown as HTML. */

#include <order/mail_read.h>
#include <order/text.h>

#include "begin.h"

#define QUOTES_MAX 8
#define NAME_SIZE 16

struct page {
	const char *p, *end;
	struct buf *out;
	size_t from, max;
	int quotes;		/* depth */
	bool at_begin;		/* of a line */
	bool gap;		/* a blank is due before the next word */
	bool asked_break;	/* so is a line end */
};

static void
put(struct page *g, const char *s, size_t n)
{
	if (g->out->n - g->from + n > g->max)
		return;
	if (g->asked_break && !g->at_begin) {
		buf_putc(g->out, '\n');
		g->at_begin = true;
	}
	g->asked_break = false;
	if (g->at_begin)
		for (int i = 0; i < g->quotes; i++)
			buf_puts(g->out, "> ");
	else if (g->gap)
		buf_putc(g->out, ' ');
	g->at_begin = g->gap = false;
	buf_add(g->out, s, n);
}

/* <br>: also an empty line is one. */
static void
break_line(struct page *g)
{
	if (g->out->n - g->from >= g->max)
		return;
	if (g->at_begin)
		for (int i = 0; i < g->quotes; i++)
			buf_putc(g->out, '>');
	buf_putc(g->out, '\n');
	g->at_begin = true;
	g->gap = g->asked_break = false;
}

/* ---- tags ---- */

static bool
is_block(const char *name)
{
	static const char *const blocks[] = { "p", "div", "tr", "li", "ul", "ol",
		"table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
		"blockquote", "section", "article", "header", "footer", "dt",
		"dd", "title", "body" };

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (strcmp(blocks[i], name) == 0)
			return true;
	return false;
}

/* Behind the end tag of what holds no words. */
static void
skip_to(struct page *g, const char *name)
{
	size_t n = strlen(name);

	for (; g->p < g->end; g->p++)
		if (g->p[0] == '<' && (size_t)(g->end - g->p) > n + 1 &&
		    g->p[1] == '/' &&
		    g_ascii_strncasecmp(g->p + 2, name, n) == 0)
			return;
}

static void
apply(struct page *g, const char *name, bool closing)
{
	if (strcmp(name, "br") == 0) {
		break_line(g);
		return;
	}
	if (!closing && (strcmp(name, "style") == 0 ||
	    strcmp(name, "script") == 0 || strcmp(name, "title") == 0))
		skip_to(g, name);
	if (is_block(name))
		g->asked_break = true;
	else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		g->gap = true;
	/* A line begins before its depth changes. */
	if (strcmp(name, "blockquote") == 0) {
		if (!g->at_begin)
			break_line(g);
		if (closing && g->quotes > 0)
			g->quotes--;
		else if (!closing && g->quotes < QUOTES_MAX)
			g->quotes++;
	}
}

/* g->p stands on '<'.  A "<" before no name is one. */
static void
tag(struct page *g)
{
	const char *p = g->p + 1;
	bool closing = p < g->end && *p == '/';
	char name[NAME_SIZE], quote = '\0';
	size_t n = 0;

	if (g->end - p >= 3 && memcmp(p, "!--", 3) == 0) {
		const char *close = g_strstr_len(p, g->end - p, "-->");

		g->p = close != NULL ? close + 3 : g->end;
		return;
	}
	p += closing;
	if (p == g->end || (!g_ascii_isalpha(*p) && *p != '!' && *p != '?')) {
		put(g, "<", 1);
		g->p++;
		return;
	}
	for (; p < g->end && g_ascii_isalnum(*p) && n < NAME_SIZE - 1; p++)
		name[n++] = g_ascii_tolower(*p);
	name[n] = '\0';
	for (; p < g->end && (quote != '\0' || *p != '>'); p++)
		if (quote != '\0')
			quote = *p == quote ? '\0' : quote;
		else if ((*p == '"' || *p == '\'') && p[-1] == '=')
			quote = *p;
	g->p = p < g->end ? p + 1 : p;
	apply(g, name, closing);
}

/* ---- characters ---- */

static const struct {
	const char *name, *text;
} entities[] = {
	{ "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" },
	{ "apos", "'" }, { "nbsp", " " }, { "auml", "ä" }, { "ouml", "ö" },
	{ "uuml", "ü" }, { "Auml", "Ä" }, { "Ouml", "Ö" }, { "Uuml", "Ü" },
	{ "szlig", "ß" }, { "eacute", "é" }, { "egrave", "è" },
	{ "ecirc", "ê" }, { "agrave", "à" }, { "aacute", "á" },
	{ "acirc", "â" }, { "ccedil", "ç" }, { "ntilde", "ñ" },
	{ "oacute", "ó" }, { "iacute", "í" }, { "uacute", "ú" },
	{ "oslash", "ø" }, { "aring", "å" }, { "aelig", "æ" },
	{ "euro", "€" }, { "pound", "£" }, { "copy", "©" }, { "reg", "®" },
	{ "ndash", "–" }, { "mdash", "—" }, { "hellip", "…" },
	{ "lsquo", "‘" }, { "rsquo", "’" }, { "ldquo", "“" },
	{ "rdquo", "”" }, { "bdquo", "„" }, { "laquo", "«" },
	{ "raquo", "»" }, { "bull", "•" }, { "middot", "·" },
	{ "times", "×" }, { "deg", "°" }, { "sect", "§" }, { "zwnj", "" },
	{ "shy", "" },
};

/* "&#65;" and "&#x41;"; a control character becomes a blank.  False: it is no
 * number of a character. */
static bool
put_number(struct page *g, const char *digits)
{
	bool hex = digits[0] == 'x' || digits[0] == 'X';
	char *end, utf8[6];
	unsigned long c;

	if (!g_ascii_isxdigit(digits[hex]))
		return false;
	c = strtoul(digits + hex, &end, hex ? 16 : 10);
	if (*end != '\0' || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	if (c <= ' ' || (c >= 0x7f && c <= 0xa0))
		g->gap = true;
	else
		put(g, utf8, (size_t)g_unichar_to_utf8((gunichar)c, utf8));
	return true;
}

/* g->p stands on '&'. */
static void
entity(struct page *g)
{
	char name[NAME_SIZE];
	size_t n = 0;
	const char *p = g->p + 1;

	for (; p < g->end && n < NAME_SIZE - 1 && (g_ascii_isalnum(*p) ||
	    *p == '#'); p++)
		name[n++] = *p;
	name[n] = '\0';
	if (p < g->end && *p == ';' && n > 0) {
		if (name[0] == '#' && put_number(g, name + 1)) {
			g->p = p + 1;
			return;
		}
		for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]);
		    i++)
			if (strcmp(entities[i].name, name) == 0) {
				g->p = p + 1;
				if (strcmp(entities[i].text, " ") == 0)
					g->gap = true;
				else
					put(g, entities[i].text,
					    strlen(entities[i].text));
				return;
			}
	}
	put(g, "&", 1);
	g->p++;
}

void
html_text(const char *s, size_t n, struct buf *out)
{
	struct page g = { .p = s, .end = s + n, .out = out, .from = out->n,
	    .max = 4 * (size_t)MAIL_WORDS_MAX, .at_begin = true };
	const char *p;

	while (g.p < g.end && out->n - g.from < g.max)
		switch (*g.p) {
		case '<':
			tag(&g);
			break;
		case '&':
			entity(&g);
			break;
		case ' ':
		case '\t':
		case '\r':
		case '\n':
			g.gap = true;
			g.p++;
			break;
		default:
			for (p = g.p; p < g.end && strchr("<& \t\r\n", *p) ==
			    NULL; p++)
				;
			/* strchr finds the NUL, too */
			if (p == g.p)
				g.p++;
			else
				put(&g, g.p, (size_t)(p - g.p));
			g.p = p > g.p ? p : g.p;
		}
}
