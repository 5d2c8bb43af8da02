/* page.c - a message to be told by hand, as a page for a person
 *
 * What it is and whom to call or write to, then what to say.  For us, not for
 * a mailer: what is on file may stand here, marked as such. */

#include "letter.h"
#include <order/text.h>

enum { WIDTH = 80, LABEL = 11 };

/* ---- lines ---- */

/* Add a line, broken at blanks where it is too wide; col columns of it stand
 * there already, what goes on below begins at indent. */
static void
add_line(struct arena *mem, struct buf *out, const char *p, const char *end,
    size_t col, size_t indent)
{
	bool first = true;

	while (p < end) {
		const char *word = p, *stop;
		size_t gap, width;

		while (word < end && *word == ' ')
			word++;
		stop = word;
		while (stop < end && *stop != ' ')
			stop++;
		gap = (size_t)(word - p);
		width = text_width(arena_dupn(mem, word,
		    (size_t)(stop - word)));
		if (!first && col + gap + width > WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			col = indent;
			gap = 0;
		}
		buf_printf(out, "%*s", (int)gap, "");
		buf_add(out, word, (size_t)(stop - word));
		col += gap + width;
		first = false;
		p = stop;
	}
	buf_putc(out, '\n');
}

/* Text of several lines; each goes on where it began. */
static void
add_text(struct arena *mem, struct buf *out, const char *text, size_t n)
{
	struct buf safe = BUF_INIT;
	const char *p, *end;

	text_show_records(&safe, text, n, false);
	p = safe.data;
	end = p + safe.n;
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		if (stop == NULL)
			stop = end;
		add_line(mem, out, p, stop, 0, strspn(p, " "));
		p = stop < end ? stop + 1 : end;
	}
	buf_release(&safe);
}

static void
add_value(struct arena *mem, struct buf *out, const char *label,
    const char *value)
{
	const char *shown = text_shown(mem, value, 0);

	if (shown[0] == '\0')
		return;
	buf_printf(out, "%-*s", LABEL, label);
	add_line(mem, out, shown, shown + strlen(shown), LABEL, LABEL);
}

/* ---- the head ---- */

static const char *
name_of(const char *kind)
{
	static const struct {
		const char *kind, *name;
	} names[] = {
		{ "receipt", "receipt notice" },
		{ "acknowledgment", "acknowledgment" },
		{ "clarify", "questions" },
		{ "shortage", "notice of a shortage" },
		{ "changed", "notice of a change" },
		{ "delay", "notice of a delay" },
		{ "shipped", "notice of shipment" },
		{ "cancelled", "notice of cancellation" },
		{ "rejected", "rejection" },
		{ "reply", "reply" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].kind, kind) == 0)
			return names[i].name;
	return kind;
}

#define ADDRESS(a, who) \
	a "." who "_name, " a "." who "_line1, " a "." who "_line2, " \
	a "." who "_city, " a "." who "_region, " a "." who "_postcode, " \
	a "." who "_country"

static const char SQL_HEAD[] =
	"SELECT o.ref, o.external_ref, o.customer_name, coalesce(c.name, ''),"
	" CASE o.account WHEN '' THEN o.customer ELSE o.account END,"
	" o.phone, coalesce(c.phone, ''), "
	ADDRESS("o", "bill") ", " ADDRESS("c", "bill") ", "
	ADDRESS("o", "ship") ", " ADDRESS("c", "ship")
	" FROM orders AS o LEFT JOIN customers AS c"
	"  ON c.customer = o.account AND o.account <> ''"
	" WHERE o.id = $1";

enum { HEAD_REF, HEAD_THEIRS, HEAD_NAME, HEAD_FILED_NAME, HEAD_CUSTOMER,
	HEAD_PHONE, HEAD_FILED_PHONE, HEAD_ADDRESS, NADDRESSES = 4,
	ADDRESS_PARTS = 7 };

static const char *
marked(struct arena *mem, const char *given, const char *filed)
{
	return given[0] != '\0' ? given : filed[0] == '\0' ? "not known" :
	    arena_printf(mem, "%s (on file)", filed);
}

static bool
is_postal(const char *const *a)
{
	return a[1][0] != '\0' || a[2][0] != '\0' || a[3][0] != '\0' ||
	    a[5][0] != '\0';
}

/* The first address a letter can go to. */
static void
add_address(struct step *s, struct row *row, const char *name,
    struct buf *out)
{
	struct arena *mem = &s->mem;

	for (int i = 0; i < NADDRESSES; i++) {
		const char *a[ADDRESS_PARTS];

		for (int k = 0; k < ADDRESS_PARTS; k++)
			a[k] = db_dup(row, HEAD_ADDRESS + i * ADDRESS_PARTS +
			    k, mem);
		if (!is_postal(a))
			continue;
		add_value(mem, out, "Address:", arena_printf(mem, "%s%s",
		    a[0][0] != '\0' ? a[0] : name,
		    i % 2 == 1 ? " (on file)" : ""));
		add_value(mem, out, "", a[1]);
		add_value(mem, out, "", a[2]);
		add_value(mem, out, "", town_line(s, a));
		add_value(mem, out, "", a[6]);
		return;
	}
	add_value(mem, out, "Address:", "not known");
}

static int
add_head(struct step *s, const struct due *m, struct buf *out, struct err *e)
{
	struct arena *mem = &s->mem;
	const char *name, *customer, *title;
	struct row *row;
	int r = db_one(s->db, SQL_HEAD, BIND(I(m->order_id)), &row, e);

	if (r <= 0)
		return r;
	title = arena_printf(mem, "Order %s: %s (message %lld)",
	    db_text(row, HEAD_REF), name_of(m->kind), (long long)m->id);
	add_text(mem, out, title, strlen(title));
	buf_putc(out, '\n');
	name = db_dup(row, HEAD_NAME, mem);
	customer = db_dup(row, HEAD_CUSTOMER, mem);
	if (name[0] == '\0')
		name = db_dup(row, HEAD_FILED_NAME, mem);
	add_value(mem, out, "Customer:", name[0] == '\0' ? customer :
	    customer[0] == '\0' ? name :
	    arena_printf(mem, "%s (%s)", name, customer));
	add_value(mem, out, "Their ref:", db_text(row, HEAD_THEIRS));
	add_value(mem, out, "Phone:", marked(mem, db_dup(row, HEAD_PHONE,
	    mem), db_dup(row, HEAD_FILED_PHONE, mem)));
	add_address(s, row, name, out);
	db_done(row);
	buf_putc(out, '\n');
	return 0;
}

int
letter_page(struct step *s, struct house *h, const struct due *m,
    struct buf *out, struct err *e)
{
	struct buf words = BUF_INIT;
	struct due spoken = *m;
	int r;

	spoken.recipient = "";
	r = letter_compose(&s->mem, h, &spoken, &words, e);
	if (r == 0)
		r = add_head(s, m, out, e);
	if (r == 0)
		add_text(&s->mem, out, words.data, words.n);
	buf_release(&words);
	return r;
}

/* ---- what was told ---- */

static const char SQL_WORDS[] =
	"SELECT " LETTER_COLUMNS " WHERE m.id = $1 AND c.message IS NULL";

static const char SQL_KEEP[] =
	"INSERT INTO message_bytes (message, sender, message_id, bytes)"
	" VALUES ($1, '', '', $2)";

int
letter_keep_page(struct step *s, int64_t id, struct err *e)
{
	struct house h = letter_house(s, &s->mem);
	struct err fault = ERR_INIT;
	struct buf page = BUF_INIT;
	struct row *row;
	struct due m;
	int r = db_one(s->db, SQL_WORDS, BIND(I(id)), &row, e);

	if (r <= 0)
		return r;
	letter_take(row, &s->mem, &m);
	db_done(row);
	r = letter_page(s, &h, &m, &page, &fault);
	if (r == 0)
		r = db_run(s->db, SQL_KEEP, BIND(I(id), B(page.data, page.n)),
		    e) < 0 ? -1 : 0;
	else if (fault.code == ERR_DATA || fault.code == ERR_CONFIG)
		r = 0;		/* it has no words: somebody found some */
	else
		*e = fault;
	buf_release(&page);
	return r;
}
