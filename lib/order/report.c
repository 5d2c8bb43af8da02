/* report.c - the figures of a period, for the review of the procedure
 *
 * Puts the parts together in the order in which they need each other. */

#include <order/clock.h>

#include "figures_parts.h"

/* ---- the period ---- */

bool
period_set(struct step *s, int32_t from, int32_t to, struct period *p)
{
	p->zone = s->policy.text[POLICY_IS_TIMEZONE];
	p->to = to != DATE_NONE ? to : step_day(s, s->now.at);
	p->from = from != DATE_NONE ? from :
	    p->to - (int32_t)s->policy.number[POLICY_IS_REVIEW_DAYS] + 1;
	if (p->from > p->to || p->to - p->from >= PERIOD_DAYS)
		return false;
	p->begin = zone_midnight(p->zone, p->from);
	p->end = zone_midnight(p->zone, p->to + 1);
	return true;
}

/* ---- the figures ---- */

static void
put_heading(struct counting *c)
{
	const struct policy *policy = &c->s->policy;
	char date[DATE_TEXT], at[INSTANT_TEXT];

	figure_text(c->out, "report", "company",
	    policy->text[POLICY_IS_COMPANY_NAME]);
	figure_text(c->out, "report", "from", date_text(c->p->from, date));
	figure_text(c->out, "report", "to", date_text(c->p->to, date));
	figure_text(c->out, "report", "timezone", c->p->zone);
	figure_text(c->out, "report", "as_of", instant_text(c->s->now.at, at));
	figure_put(c->out, "report", "ack_hours", "", UNIT_COUNT,
	    policy->number[POLICY_IS_ACK_HOURS]);
}

static void
put_date(struct figures *f, const char *name, int32_t date)
{
	char text[DATE_TEXT];

	figure_text(f, "record", name, date_text(date, text));
}

static int
put_record(struct counting *c, struct err *e)
{
	struct review v;

	if (review_last(c->s, &v, e) < 0)
		return -1;
	figure_put(c->out, "record", "archived", "", UNIT_COUNT, c->archived);
	figures_add_sorted(c->out, &c->archives);
	put_date(c->out, "reviewed_on", v.ever ? step_day(c->s, v.at) :
	    DATE_NONE);
	figure_text(c->out, "record", "reviewed_by", v.ever ? v.by : "");
	figure_text(c->out, "record", "reviewed_note", v.ever ? v.note : "");
	put_date(c->out, "review_due_on", v.due_on);
	figure_put(c->out, "record", "review_overdue", "", UNIT_COUNT,
	    v.overdue);
	return 0;
}

int
order_report(struct step *s, const struct period *p, struct figures *f,
    struct err *e)
{
	struct counting c = { .s = s, .p = p, .out = f,
	    .today = step_day(s, s->now.at), .archives = { .mem = &s->mem } };
	int r = -1;

	*f = (struct figures){ .mem = &s->mem };
	put_heading(&c);
	if (figures_orders(&c, e) == 0 && figures_rejects(&c, e) == 0 &&
	    figures_holds(&c, e) == 0 && figures_stock(&c, e) == 0 &&
	    figures_delivery(&c, e) == 0 && put_record(&c, e) == 0)
		r = 0;
	free(c.flags);
	free(c.checked_at);
	return r;
}
