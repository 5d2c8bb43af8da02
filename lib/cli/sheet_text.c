/* sheet_text.c - text in columns and paragraphs, never wider than the terminal
 *
 * Knows widths and colours; of orders only that a sheet has entries. */

#include <order/text.h>

#include "sheet.h"

enum { TEXT_MAX = 4000, WIDTH_MIN = 20 };

static const char *const inks[] = {
	"", "\033[1m", "\033[32m", "\033[33m", "\033[31m"
};

static void
blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_putc(b, ' ');
}

/* What is already shown, in colour. */
static void
add_inked(struct sheet *sh, enum ink ink, const char *shown)
{
	bool on = sh->color && ink != INK_NONE && shown[0] != '\0';

	buf_puts(&sh->out, on ? inks[ink] : "");
	buf_puts(&sh->out, shown);
	buf_puts(&sh->out, on ? "\033[0m" : "");
}

void
sheet_cell(struct sheet *sh, const char *text, size_t width, bool right)
{
	const char *shown = text_shown(sh->mem, text, width);
	size_t n = text_width(shown), pad = n < width ? width - n : 0;

	if (right)
		blanks(&sh->out, pad);
	buf_puts(&sh->out, shown);
	if (!right)
		blanks(&sh->out, pad);
}

void
sheet_heading(struct sheet *sh, enum ink ink, const char *text)
{
	add_inked(sh, ink, text_shown(sh->mem, text, sh->width));
	buf_putc(&sh->out, '\n');
}

/* The first word of at most max columns, cut when it is longer. */
static const char *
next_word(struct sheet *sh, const char **text, size_t max)
{
	size_t n = strcspn(*text, " ");
	const char *word = arena_dupn(sh->mem, *text, n);

	*text += n;
	*text += strspn(*text, " ");
	return text_width(word) > max ? text_shown(sh->mem, word, max) : word;
}

/* The words that fit into max columns; at least one. */
static const char *
next_line(struct sheet *sh, const char **text, size_t max)
{
	struct buf b = BUF_INIT;
	const char *line;

	buf_puts(&b, next_word(sh, text, max));
	while (**text != '\0') {
		const char *rest = *text;
		const char *word = next_word(sh, &rest, max);

		if (text_width(b.data) + 1 + text_width(word) > max)
			break;
		buf_putc(&b, ' ');
		buf_puts(&b, word);
		*text = rest;
	}
	line = arena_dup(sh->mem, b.data);
	buf_release(&b);
	return line;
}

void
sheet_entry(struct sheet *sh, size_t indent, const char *label,
    size_t label_width, enum ink ink, const char *text, const char *break_with)
{
	const char *rest = text_shown(sh->mem, text, TEXT_MAX);
	size_t hang = indent + label_width, room = (size_t)-1;

	if (sh->width > 0) {
		size_t width = sh->width > WIDTH_MIN ? sh->width : WIDTH_MIN;

		if (hang + WIDTH_MIN / 2 > width)
			hang = indent;
		room = width - hang - strlen(break_with);
	}
	rest += strspn(rest, " ");
	if (*rest == '\0')
		return;
	blanks(&sh->out, indent);
	if (hang > indent && text_width(label) >= label_width) {
		/* A name that is too long has a line of its own. */
		buf_printf(&sh->out, "%s\n", text_shown(sh->mem, label, 0));
		blanks(&sh->out, hang);
	} else if (hang > indent)
		sheet_cell(sh, label, hang - indent, false);
	for (;;) {
		add_inked(sh, ink, sh->width == 0 ? rest :
		    next_line(sh, &rest, room));
		if (sh->width == 0 || *rest == '\0')
			break;
		buf_puts(&sh->out, break_with);
		buf_putc(&sh->out, '\n');
		blanks(&sh->out, hang);
	}
	buf_putc(&sh->out, '\n');
}

void
view_entry(struct view *v, const char *label, enum ink ink, const char *text)
{
	sheet_entry(&v->sh, INDENT, label, LABEL, ink, text, "");
}

void
view_command(struct view *v, size_t indent, const char *label,
    const char *text)
{
	sheet_entry(&v->sh, indent, label, LABEL, INK_BOLD, text, " \\");
}

const char *
view_age(struct view *v, int64_t since)
{
	int64_t n = v->t->now.at - since;
	char span[32];

	return arena_dup(v->sh.mem, span_text(n < 0 ? -n : n, span,
	    sizeof(span)));
}

const char *
view_join(struct view *v, const char *between, const char *const *part,
    size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		if (part[i][0] != '\0')
			text = text[0] == '\0' ? part[i] : arena_printf(
			    v->sh.mem, "%s%s%s", text, between, part[i]);
	return text;
}
