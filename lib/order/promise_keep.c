/* promise_keep.c - a promise that was given does not move without a reason
 *
 * Knows the day that was given and the one that would be promised now: goods
 * that came are not handled a second time, and the hour at which somebody
 * looks is none of the customer's business. */

#include <order/ack.h>

int32_t
promise_after_wait(const struct calendar *c, const struct promise *p,
    const struct order_line *l, int32_t given, int32_t anew)
{
	int32_t leaves = calendar_next(c, p->ordered_on), supply, there;

	if (anew <= given)	/* sooner, or nobody knows */
		return anew;
	if (l->backordered > 0 && date_parse(l->backorder_on, &supply) &&
	    supply > leaves)
		leaves = calendar_next(c, supply);
	there = calendar_add(c, leaves, (int)p->transit_days);
	if (there > given && p->after_cutoff && leaves == p->ordered_on)
		there = calendar_add(c, calendar_next(c, leaves + 1),
		    (int)p->transit_days);
	if (there == DATE_NONE || there > anew)
		return anew;
	return there > given ? there : given;
}

static int32_t
day_of(const struct step *s, const struct order_line *l,
    const struct promise *p, bool waited, int32_t anew)
{
	int32_t given;
	bool known = date_parse(l->promised_on, &given);

	if (l->shipped > 0 && l->shipped == line_wanted(l))
		return known ? given : DATE_NONE;
	if (!known)	/* the line is new */
		return anew;
	if (waited)
		return promise_after_wait(s->calendar, p, l, given, anew);
	return given >= p->ordered_on ? given : anew;
}

int32_t
promise_latest(const struct order *o, const int32_t *line)
{
	int32_t left = DATE_NONE, all = DATE_NONE;

	for (size_t i = 0; i < o->nlines; i++) {
		if (line[i] > all)
			all = line[i];
		if (line[i] > left && line_to_send(&o->lines[i]) > 0)
			left = line[i];
	}
	return left != DATE_NONE ? left : all;
}

int
promise_keep(struct step *s, const struct order *before,
    const struct order *o, struct promise *p, struct err *e)
{
	int32_t made = p->delivery_on, day;

	for (size_t i = 0; i < o->nlines; i++) {
		bool waited = o->lines[i].backordered > 0 ||
		    (i < before->nlines && before->lines[i].backordered > 0);

		p->line[i] = day_of(s, &o->lines[i], p, waited, p->line[i]);
	}
	p->delivery_on = promise_latest(o, p->line);
	/* Then it leaves as it was to leave, or as it must. */
	if (date_parse(o->delivery_on, &day) && day == p->delivery_on &&
	    date_parse(o->processing_on, &day) && day >= p->ordered_on)
		p->processing_on = day;
	else if (p->delivery_on != made && p->delivery_on != DATE_NONE)
		return promise_departure(s, o, p->delivery_on,
		    &p->processing_on, e);
	return 0;
}
