/* backups.c - order-backup's records, and the faults of a copy
 *
 * The first faults are named; order-audit names them all. */

#include <inttypes.h>

#include <order/backup.h>
#include <order/backups.h>

#define NAMED 10

static const char *const columns[] = { "file", "bytes", "orders", "events",
	"head", "result" };
const struct head backups_head = { 6, columns };

struct naming {
	struct tool *tool;
	int64_t n;
};

static int
name_fault(void *arg, const struct audit_fault *f, struct err *e)
{
	struct naming *n = arg;

	(void)e;
	if (++n->n > NAMED)
		return 0;
	if (f->seq > 0)
		tool_note(n->tool, "%s: event %" PRId64 "%s%s: %s", f->what,
		    f->seq, f->ref[0] != '\0' ? " of " : "", f->ref, f->fact);
	else
		tool_note(n->tool, "%s: %s%s%s", f->what, f->ref,
		    f->ref[0] != '\0' ? ": " : "", f->fact);
	return 0;
}

static void
name_rest(const struct naming *n)
{
	if (n->n > NAMED)
		tool_note(n->tool, "and %" PRId64 " faults more (see them all"
		    " by: order-audit --check; order-audit --verify)",
		    n->n - NAMED);
}

static int
name_left(void *arg, const char *file, const char *fact, struct err *e)
{
	struct naming *n = arg;

	(void)file;
	(void)e;
	tool_note(n->tool, "%s: is not counted and stays", fact);
	return 0;
}

static int
put(struct tool *t, const struct backup *b, struct err *e)
{
	static const uint8_t types[] = { CELL_TEXT, CELL_NUMBER, CELL_NUMBER,
	    CELL_NUMBER, CELL_TEXT, CELL_TEXT };
	char bytes[24], orders[24], events[24], head[AUDIT_HEAD_TEXT];
	const char *values[] = { b->file, bytes, orders, events, head,
	    b->faults == 0 ? "ok" : "refused" };

	snprintf(bytes, sizeof(bytes), "%" PRId64, b->bytes);
	snprintf(orders, sizeof(orders), "%" PRId64, b->orders);
	snprintf(events, sizeof(events), "%" PRId64, b->events);
	audit_head_text(&b->head, head);
	return tool_put(t, &backups_head, values, types, e);
}

void
backups_make(struct tool *t, int64_t keep)
{
	struct naming n = { t, 0 };
	struct err e = ERR_INIT;
	struct backup b;
	int r = order_backup(&t->step, t->argv[0], keep, name_fault,
	    name_left, &n, &b, &e);

	name_rest(&n);
	/* Once it has its name it is said, whatever became of old ones. */
	if (r == 0 || b.bytes > 0) {
		struct err fault = ERR_INIT;

		if (put(t, &b, &fault) < 0)
			tool_fail(t, &fault);
	}
	if (r < 0)
		tool_fail(t, &e);
}

void
backups_verify(struct tool *t)
{
	for (int i = 0; i < t->argc; i++) {
		struct naming n = { t, 0 };
		struct err e = ERR_INIT;
		struct backup b;

		if (backup_verify(&t->step, t->argv[i], name_fault, &n, &b,
		    &e) < 0 || put(t, &b, &e) < 0)
			tool_fail(t, &e);
		name_rest(&n);
		if (n.n > 0)
			tool_status(t, 1);
	}
}
