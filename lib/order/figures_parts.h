/* figures_parts.h - private to lib/order: how the figures are made
 *
 * Each part reads one kind of thing once, from begin to end, and adds its
 * figures.  What one part knows of an order and another needs is kept in a few
 * bytes for each order between the first and the last of the period. */
#ifndef ORDER_FIGURES_PARTS_H
#define ORDER_FIGURES_PARTS_H

#include <order/date.h>
#include <order/figures.h>

enum {
	OF_PERIOD = 1,		/* received in it */
	WENT_THROUGH = 2,	/* confirmed, released or completed */
	TOUCHED = 4,		/* by a hold, or by hand */
	CHANGED = 8,		/* there is a later revision of it */
	REFUSED = 16,		/* rejected */
	WITHDRAWN = 32		/* cancelled */
};

#define NOT_CHECKED INT64_MAX

struct counting {
	struct step *s;
	const struct period *p;
	struct figures *out;
	int32_t today;
	/* of the orders first, first + 1, ... */
	int64_t first;
	size_t n, cap;
	uint8_t *flags;
	int64_t *checked_at;	/* stock, for the first time */
	int64_t archived;	/* taken in in the period, elsewhere now */
	struct figures archives;	/* by file */
};

/* The flags of an order, 0 when it is none of the period. */
uint8_t counting_flags(const struct counting *, int64_t order_id);
void counting_flag(struct counting *, int64_t order_id, uint8_t flag);

/* The first time is kept. */
void counting_checked(struct counting *, int64_t order_id, int64_t at);

/* In the order they have to run. */
int figures_orders(struct counting *, struct err *);
int figures_rejects(struct counting *, struct err *);
int figures_holds(struct counting *, struct err *);	/* with the events */
int figures_stock(struct counting *, struct err *);
int figures_delivery(struct counting *, struct err *);

/* ---- adding ---- */

/* One more of it; it begins with 0. */
struct figure *figure_count(struct figures *, const char *section,
    const char *name, const char *key, const char *subkey, int64_t more);

struct figure *figure_put(struct figures *, const char *section,
    const char *name, const char *key, enum unit, int64_t value);
void figure_text(struct figures *, const char *section, const char *name,
    const char *text);
struct figure *figure_share(struct figures *, const char *section,
    const char *name, const char *key, int64_t part, int64_t whole);

/* <name>_minutes_median and <name>_minutes_p95, or the median alone. */
void figure_spread(struct figures *, const char *section, const char *name,
    const char *key, const struct spread *, bool tail);

/* Add those of a tally, sorted by name and keys. */
void figures_add_sorted(struct figures *, struct figures *tally);

#endif
