/* step.h - one transaction of one tool, and the steps that run in it
 *
 * A step decides about one order inside the open transaction and answers
 * with a verdict.  It returns 0, or -1 for a failure that ends the batch
 * (everything rolls back).  It never reads or prints a stream.
 */
#ifndef ORDER_STEP_H
#define ORDER_STEP_H

#include <order/clock.h>
#include <order/db.h>
#include <order/hash.h>
#include <order/policy.h>
#include <order/verdict.h>

/* What there is often none of. */
enum step_table { TABLE_PRICES, TABLE_BLOCKLIST, OPEN_REJECTS,
	ITEMS_OWN_HANDLING, STEP_NTABLES };

struct order;

struct step {
	struct db *db;
	struct now now;
	const char *actor;	/* who */
	const char *tool;	/* with which tool and version */
	struct arena mem;	/* dies with the transaction */
	struct policy policy;	/* as of step_begin */
	/* what event.c and receive.c carry along inside one transaction */
	int64_t last_event, last_order;
	uint8_t chain[HASH_SIZE];
	uint8_t salts[1024];
	size_t salts_used;
	const void *calendar;	/* promise.c's, read once */
	const char *channel;	/* that was found to be approved, or NULL */
	struct {		/* stock.c's: how much of some items waits */
		struct { const char *sku; int64_t sum; } item[16];
		unsigned n, last;	/* asked for, and the last of them */
		int64_t changes;	/* true while db_changes() is this */
	} waiting;
	int8_t has[STEP_NTABLES];	/* rows: 0 not asked yet, 1, -1 none */
	const struct order *untold;	/* ship_notice.c's, or NULL */
	int64_t run;		/* names this process in what it takes in */
};

void step_init(struct step *, struct db *, struct now, const char *actor,
    const char *tool);
void step_release(struct step *);

/* Lock, BEGIN, and read policy and the ends of the event chain and of the
 * order numbers; for a reader, one snapshot of the policy and the rest,
 * nothing locked.  After -1 nothing is open. */
int step_begin(struct step *, struct err *);
int step_begin_read(struct step *, struct err *);

/* As db_commit and db_rollback; a reader ends by rollback.  What was in the
 * arena is gone, whatever comes back. */
int step_commit(struct step *, struct err *);
void step_rollback(struct step *);

/* Let go of what was read for the decisions so far, in a transaction that
 * goes on: nothing in the arena may be used any more.  0, -1. */
int step_let_go(struct step *, struct err *);

/* Is there any row?  Asked once in a transaction, and again after
 * step_added().  1, 0, -1. */
int step_has(struct step *, enum step_table, struct err *);
void step_added(struct step *, enum step_table);

/* Try something inside the transaction: keep it, or undo it and its events. */
struct step_mark {
	int64_t last_event;
	uint8_t chain[HASH_SIZE];
};

int step_mark(struct step *, struct step_mark *, struct err *);
int step_keep(struct step *, struct err *);
int step_undo(struct step *, const struct step_mark *, struct err *);

/* The civil date of an instant in the company's zone; as "2026-12-01" in the
 * arena. */
int32_t step_day(const struct step *, int64_t at);
const char *step_day_text(struct step *, int64_t at);

/* ---- the steps (each in its own file) ---- */

int order_verify(struct step *, const char *ref, struct verdict *, struct err *);
const char *order_pending_verify(void);	/* SQL: the refs it could act on */
int order_check_stock(struct step *, const char *ref, struct verdict *,
    struct err *);
int order_fill_backorders(struct step *, const char *ref, struct verdict *,
    struct err *);

/* Decide, or leave waiting with a receipt notice when it is due. */
int order_ack(struct step *, const char *ref, struct verdict *, struct err *);

#endif
