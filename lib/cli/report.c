/* report.c - order-report: the period, the formats, the review
 *
 * CSV and JSON hold every figure, by section; text and page are made from
 * them in other files. */

#include <order/money.h>
#include <order/reports.h>

#include "report.h"

/* ---- records ---- */

static const char *const columns[] = { "section", "figure", "key", "subkey",
	"value", "unit", "part", "whole" };
static const struct head head = { 8, columns };

static int
put_records(struct tool *t, const struct figures *f, const char *section,
    struct err *e)
{
	struct arena *mem = &t->step.mem;

	for (size_t i = 0; i < f->n; i++) {
		const struct figure *x = &f->list[i];
		bool share = x->unit == UNIT_SHARE;
		const char *values[] = { section, x->name, x->key, x->subkey,
		    report_number(mem, x), report_unit(x),
		    share ? decimal_short(mem, x->part, x->exponent) : "",
		    share ? decimal_short(mem, x->whole, x->exponent) : "" };

		if (strcmp(x->section, section) == 0 &&
		    tool_put(t, &head, values, NULL, e) < 0)
			return -1;
	}
	return 0;
}

static int
report_csv(struct tool *t, const struct figures *f, struct err *e)
{
	if (put_records(t, f, "report", e) < 0)
		return -1;
	for (size_t i = 0; i < nreport_sections; i++)
		if (put_records(t, f, report_sections[i].id, e) < 0)
			return -1;
	return 0;
}

/* ---- one object ---- */

static void
add_number(struct buf *b, struct arena *mem, const struct figure *x)
{
	if (!x->known)
		buf_puts(b, "null");
	else if (x->unit == UNIT_TEXT || x->unit == UNIT_AMOUNT)
		buf_json(b, report_number(mem, x));
	else
		buf_puts(b, report_number(mem, x));
}

static void
add_json(struct buf *b, struct arena *mem, const struct figure *x)
{
	if (x->unit != UNIT_SHARE) {
		add_number(b, mem, x);
		return;
	}
	buf_puts(b, "{\"percent\":");
	add_number(b, mem, x);
	buf_printf(b, ",\"part\":%s,\"whole\":%s}",
	    decimal_short(mem, x->part, x->exponent),
	    decimal_short(mem, x->whole, x->exponent));
}

static void
add_key(struct buf *b, const char *key)
{
	if (b->data[b->n - 1] != '{')
		buf_putc(b, ',');
	buf_json(b, key);
	buf_putc(b, ':');
}

/* Those of one name stand together, and in them those of one key. */
static size_t
add_keys(struct buf *b, struct arena *mem, const struct figure *const *x,
    size_t n)
{
	size_t i = 0, k;

	add_key(b, x[0]->name);
	if (x[0]->key[0] == '\0') {
		add_json(b, mem, x[0]);
		return 1;
	}
	buf_putc(b, '{');
	while (i < n && strcmp(x[i]->name, x[0]->name) == 0) {
		add_key(b, x[i]->key);
		if (x[i]->subkey[0] == '\0') {
			add_json(b, mem, x[i++]);
			continue;
		}
		buf_putc(b, '{');
		for (k = i; i < n && strcmp(x[i]->name, x[k]->name) == 0 &&
		    strcmp(x[i]->key, x[k]->key) == 0; i++) {
			add_key(b, x[i]->subkey);
			add_json(b, mem, x[i]);
		}
		buf_putc(b, '}');
	}
	buf_putc(b, '}');
	return i;
}

static void
add_section(struct buf *b, struct arena *mem, const struct figures *f,
    const char *section)
{
	const struct figure **x = arena_array(mem, f->n,
	    sizeof(struct figure *));
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].section, section) == 0)
			x[n++] = &f->list[i];
	add_key(b, section);
	buf_putc(b, '{');
	for (size_t i = 0; i < n; )
		i += add_keys(b, mem, x + i, n - i);
	buf_putc(b, '}');
}

static void
report_json(struct tool *t, const struct figures *f)
{
	struct buf b = BUF_INIT;

	buf_putc(&b, '{');
	add_section(&b, &t->step.mem, f, "report");
	for (size_t i = 0; i < nreport_sections; i++)
		add_section(&b, &t->step.mem, f, report_sections[i].id);
	buf_puts(&b, "}\n");
	tool_text(t, b.data, b.n);
	buf_release(&b);
}

/* ---- the period ---- */

static int32_t
day_of(struct tool *t, const char *option, const char *text)
{
	return text == NULL ? DATE_NONE :
	    step_day(&t->step, tool_instant(t, option, text));
}

static void
ask_period(struct tool *t, struct period *p)
{
	const struct report_asked *a = t->own;
	int32_t from = day_of(t, "--from", a->from);
	int32_t to = day_of(t, "--to", a->to);

	if (!period_set(&t->step, from, to, p))
		tool_usage(t, "--from: the period must begin before it ends,"
		    " and have at most %d days", PERIOD_DAYS);
}

/* ---- the tool ---- */

int
report_print(struct tool *t, struct err *e)
{
	const struct figure *overdue;
	struct figures f;
	struct period p;

	ask_period(t, &p);
	if (order_report(&t->step, &p, &f, e) < 0)
		return -1;
	overdue = figure_find(&f, "record", "review_overdue", "");
	if (overdue != NULL && overdue->value != 0)
		tool_status(t, 1);
	if (t->out == FORMAT_AUTO)
		t->out = tool_is_terminal(1) ? FORMAT_TEXT : FORMAT_CSV;
	if (t->out == FORMAT_CSV)
		return report_csv(t, &f, e);
	if (t->out == FORMAT_JSON)
		report_json(t, &f);
	else if (t->out == FORMAT_HTML)
		report_page(t, &f);
	else
		report_text(t, &f);
	return 0;
}

static const char *const review_columns[] = { "at", "from", "to", "by", "note",
	"due_on", "result", "reason" };
static const struct head review_head = { 8, review_columns };

int
report_review(struct tool *t, struct err *e)
{
	const struct report_asked *a = t->own;
	char at[INSTANT_TEXT], from[DATE_TEXT], to[DATE_TEXT], due[DATE_TEXT];
	struct review last;
	struct verdict v;
	struct period p;

	ask_period(t, &p);
	if (review_add(&t->step, &p, a->note, &v, e) < 0 ||
	    review_last(&t->step, &last, e) < 0)
		return -1;
	if (v.result == RESULT_REFUSED) {
		tool_status(t, 1);
		tool_note(t, "%s", v.note);
	}
	const char *values[] = { last.ever ? instant_text(last.at, at) : "",
	    date_text(last.from, from), date_text(last.to, to), last.by,
	    last.note, date_text(last.due_on, due), result_text(v.result),
	    v.reason };

	return tool_put(t, &review_head, values, NULL, e) < 0 ? -1 : 1;
}
