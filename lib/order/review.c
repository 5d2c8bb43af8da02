/* review.c - the review of the procedure: when it was, and when it is due
 *
 * What was found is the reviewer's note; the figures are report.c's. */

#include <order/clock.h>
#include <order/date.h>
#include <order/event.h>
#include <order/figures.h>
#include <order/intake.h>
#include <order/columns.h>
#include <order/text.h>

static const char SQL_LAST[] =
	"SELECT at, by, note, from_on, to_on FROM reviews"
	" ORDER BY id DESC LIMIT 1";

static const char SQL_BEGAN[] =
	"SELECT at FROM events ORDER BY seq LIMIT 1";

int
review_last(struct step *s, struct review *v, struct err *e)
{
	struct row *row;
	int r = db_one(s->db, SQL_LAST, NOBIND, &row, e);

	*v = (struct review){ .by = "", .note = "", .from = DATE_NONE,
	    .to = DATE_NONE, .due_on = DATE_NONE };
	if (r < 0)
		return -1;
	if (r == 0 && db_is_archive(s->db))
		return 0;
	if (r == 1) {
		v->ever = true;
		v->at = db_int(row, 0);
		v->by = db_dup(row, 1, &s->mem);
		v->note = db_dup(row, 2, &s->mem);
		date_parse(db_text(row, 3), &v->from);
		date_parse(db_text(row, 4), &v->to);
		db_done(row);
	} else if ((r = db_one_int(s->db, SQL_BEGAN, NOBIND, &v->at, e)) < 1)
		return r;
	v->due_on = step_day(s, v->at) +
	    (int32_t)s->policy.number[POLICY_IS_REVIEW_DAYS];
	v->overdue = step_day(s, s->now.at) > v->due_on;
	return 0;
}

static const char SQL_ADD[] =
	"INSERT INTO reviews (at, from_on, to_on, note, by)"
	" VALUES ($1, $2, $3, $4, $5)";

static int
record(struct step *s, const char *from, const char *to, const char *note,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int r;

	if (db_run(s->db, SQL_ADD, BIND(I(s->now.at), T(from), T(to), T(note),
	    T(s->actor)), e) < 0)
		return -1;
	detail_begin(&b);
	detail_text(&b, "from_on", from);
	detail_text(&b, "to_on", to);
	detail_text(&b, "note", note);
	r = event_add(s, 0, "review", detail_end(&b), e);
	buf_release(&b);
	return r;
}

/* The same words about the same period on the same day: it ran twice. */
static bool
is_repeated(const struct step *s, const struct review *v,
    const struct period *p, const char *note)
{
	return v->ever && v->from == p->from && v->to == p->to &&
	    step_day(s, v->at) == step_day(s, s->now.at) &&
	    strcmp(v->note, note) == 0 && strcmp(v->by, s->actor) == 0;
}

int
review_add(struct step *s, const struct period *p, const char *note,
    struct verdict *v, struct err *e)
{
	static const struct column column = { "note", COL_TEXT, true };
	char from[DATE_TEXT], to[DATE_TEXT];
	struct fault f = { 0 };
	struct review last;

	column_check(&s->mem, &column, note, &f);
	if (f.code == NULL && text_trim(&s->mem, note)[0] == '\0')
		f = (struct fault){ .code = "missing", .text = "is blank: say"
		    " what was found" };
	if (f.code == NULL && p->from > step_day(s, s->now.at))
		f = (struct fault){ .code = "in-the-future", .text = "is about"
		    " days that are still to come" };
	if (f.code != NULL) {
		verdict_set(v, 0, RESULT_REFUSED, f.code);
		return verdict_note(v, "the note %s", f.text);
	}
	if (review_last(s, &last, e) < 0)
		return -1;
	if (is_repeated(s, &last, p, note))
		return verdict_set(v, 0, RESULT_UNCHANGED, "");
	if (record(s, date_text(p->from, from), date_text(p->to, to), note,
	    e) < 0)
		return -1;
	return verdict_set(v, 0, RESULT_OK, "");
}
