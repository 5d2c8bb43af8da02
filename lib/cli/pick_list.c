/* pick_list.c - a hand-off on paper: plain text, A4 upright
 *
 * UTF-8, 78 columns, up to 60 lines a page; a page after the first begins
 * with a form feed and says what it continues. */

#include <order/text.h>

#include "handoffs.h"

#define WIDE 78
#define PAGE_LINES 60

struct page {
	struct buf *b;
	const struct handoff *h;
	int line, page;		/* of the page, from 0; from 1 */
};

static const char *
member(const cJSON *o, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, key));

	return v != NULL ? v : "";
}

static void
pad(struct buf *b, size_t from, size_t to)
{
	for (; from < to; from++)
		buf_putc(b, ' ');
}

/* left and right on one line; what is too long on the left is cut. */
static void
both_ends(struct buf *b, const char *left, const char *right)
{
	size_t start = b->n, width;

	text_show(b, left, WIDE - 2 - text_width(right));
	width = text_width(b->data + start);
	if (right[0] != '\0') {
		pad(b, width, WIDE - text_width(right));
		buf_puts(b, right);
	}
	buf_putc(b, '\n');
}

static void
rule(struct buf *b)
{
	for (int i = 0; i < WIDE; i++)
		buf_putc(b, '-');
	buf_putc(b, '\n');
}

static void
head(struct page *p)
{
	struct arena mem = ARENA_INIT;
	bool cancels = strcmp(p->h->kind, "cancel") == 0;
	char at[INSTANT_TEXT];
	const char *right = p->page == 1 ? p->h->ref : arena_printf(&mem,
	    "%s, page %d", p->h->ref, p->page);

	both_ends(p->b, arena_printf(&mem, "%s %lld    %s",
	    cancels ? "DO NOT SEND" : "PICK LIST", (long long)p->h->id,
	    instant_text(p->h->at, at)), right);
	rule(p->b);
	p->line = 2;
	arena_release(&mem);
}

/* Room for so many lines, on the next page if need be. */
static void
room(struct page *p, int lines)
{
	if (p->line + lines <= PAGE_LINES) {
		p->line += lines;
		return;
	}
	buf_putc(p->b, '\f');
	p->page++;
	head(p);
	p->line += lines;
}

/* How many bytes of s fit into so many columns, ended at a blank if there is
 * one.  At least one character. */
static size_t
fit(const char *s, size_t columns)
{
	size_t best = 0, blank = 0, n = 0;
	struct buf b = BUF_INIT;

	while (s[n] != '\0') {
		size_t step = 1;

		while (((unsigned char)s[n + step] & 0xc0) == 0x80)
			step++;
		buf_add(&b, s + n, step);
		if (text_width(b.data) > columns && best > 0)
			break;
		if (s[n] == ' ')
			blank = n;
		n += step;
		best = n;
	}
	buf_release(&b);
	return s[n] != '\0' && s[n] != ' ' && blank > 0 ? blank : best;
}

/* A text over as many lines as it needs, with what stands before the first;
 * its own line ends count. */
static void
wrapped(struct page *p, const char *label, size_t indent, const char *text)
{
	struct arena mem = ARENA_INIT;
	bool first = true;

	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");
		const char *s = text_shown(&mem, arena_dupn(&mem, text, n), 0);

		do {
			size_t k = fit(s, WIDE - indent);

			room(p, 1);
			if (first)
				buf_puts(p->b, label);
			pad(p->b, first ? text_width(label) : 0, indent);
			buf_add(p->b, s, k);
			buf_putc(p->b, '\n');
			first = false;
			s += k;
			s += strspn(s, " ");
		} while (*s != '\0');
		text += n;
		text += text[0] == '\r' && text[1] == '\n' ? 2 : text[0] != '\0';
	}
	arena_release(&mem);
}

static void
field(struct page *p, const char *label, const char *value)
{
	wrapped(p, label, 16, value);
}

static void
address(struct page *p, const cJSON *d)
{
	struct arena mem = ARENA_INIT;
	const char *town = text_trim(&mem, arena_printf(&mem, "%s %s%s%s",
	    member(d, "ship_postcode"), member(d, "ship_city"),
	    member(d, "ship_region")[0] != '\0' ? ", " : "",
	    member(d, "ship_region")));
	const char *lines[] = { member(d, "ship_name"),
		member(d, "ship_line1"), member(d, "ship_line2"), town,
		member(d, "ship_country") };
	const char *label = "Ship to";

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i][0] != '\0') {
			field(p, label, lines[i]);
			label = "";
		}
	arena_release(&mem);
}

static void
order_line(struct page *p, const cJSON *l)
{
	struct arena mem = ARENA_INIT;
	int number = (int)cJSON_GetNumberValue(
	    cJSON_GetObjectItemCaseSensitive(l, "line"));
	const char *sku = text_shown(&mem, member(l, "sku"), 0);
	const char *unit = text_shown(&mem, member(l, "unit"), 6);

	room(p, 1);
	buf_printf(p->b, "[ ] %6d  %12s ", number, member(l, "quantity"));
	buf_puts(p->b, unit);
	pad(p->b, text_width(unit), 6);
	buf_puts(p->b, "  ");
	/* Never cut: somebody looks for it on a shelf. */
	if (text_width(sku) <= WIDE - 33) {
		buf_puts(p->b, sku);
		buf_putc(p->b, '\n');
	} else {
		buf_putc(p->b, '\n');
		wrapped(p, "", 12, sku);
	}
	wrapped(p, "", 33, member(l, "description"));
	wrapped(p, "            !", 14, member(l, "line_instructions"));
	arena_release(&mem);
}

void
pick_list(const struct handoff *h, const cJSON *d, struct buf *b)
{
	struct page p = { b, h, 0, 1 };
	bool cancels = strcmp(h->kind, "cancel") == 0;
	const cJSON *lines = cJSON_GetObjectItemCaseSensitive(d, "lines"), *l;

	head(&p);
	address(&p, d);
	field(&p, "Customer", member(d, "customer"));
	field(&p, "Their order", member(d, "external_ref"));
	field(&p, "Wanted on", member(d, "requested_on"));
	field(&p, "Leaves on", member(d, "processing_on"));
	field(&p, "Promised for", member(d, "delivery_on"));
	field(&p, "Instructions", member(d, "instructions"));
	field(&p, "Why", member(d, "reason"));
	room(&p, 3);
	buf_printf(b, "\n[ ]   line      quantity unit    item\n");
	rule(b);
	cJSON_ArrayForEach(l, lines)
		order_line(&p, l);
	room(&p, 3);
	rule(b);
	buf_printf(b, "%d line%s\n\n", cJSON_GetArraySize(lines),
	    cJSON_GetArraySize(lines) == 1 ? "" : "s");
	room(&p, 1);
	buf_puts(b, cancels ? "Taken out by ____________________  on __________"
	    "   too late: [ ]\n" :
	    "Picked by ______________  Checked by ______________"
	    "  on __________\n");
}
