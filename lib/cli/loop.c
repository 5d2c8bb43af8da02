/* loop.c - read a batch, decide it in one transaction, commit, then print
 *
 * The one place that joins streams and transactions.  No pipe is touched
 * while the lock is held; what stdout has shown is committed. */

#include "loop.h"

#define BATCH_RECORDS 1000
#define BATCH_LINES 5000
#define BATCH_BYTES (512 << 10)
#define OUTPUT_BYTES (1 << 20)	/* a reader prints when so much waits */
#define DECIDED_BYTES (16 << 20)	/* what decisions may leave behind */

struct batch {
	struct arena mem;
	struct item items[BATCH_RECORDS];
	size_t n, lines, bytes;
	size_t decided;		/* of the n items */
	bool ended;		/* no more will come */
	struct err fault;	/* what ended the input, if anything */
};

static bool
is_full(const struct batch *b)
{
	return b->n == BATCH_RECORDS || b->lines >= BATCH_LINES ||
	    b->bytes >= BATCH_BYTES;
}

/* Wait for the first item, then take only what is readable now. */
static void
collect(struct tool *t, struct loop *l, struct batch *b)
{
	arena_reset(&b->mem);
	b->n = b->lines = b->bytes = b->decided = 0;
	while (!is_full(b)) {
		struct item *it = &b->items[b->n];
		int r;

		memset(it, 0, sizeof(*it));
		if (tool_signal != 0)
			r = READ_STOPPED;
		else
			r = l->next(t, &b->mem, b->n == 0, it, &b->fault);
		if (r == READ_LATER)
			break;
		if (r != READ_REC) {
			b->ended = true;
			break;
		}
		if (b->n == 0)
			tool_tick(t);
		b->n++;
		b->lines += it->lines;
		b->bytes += it->bytes;
	}
}

static bool
writes(const struct tool *t)
{
	return !t->reads;
}

static bool
must_print(const struct tool *t)
{
	return !writes(t) && t->writer != NULL &&
	    writer_waiting(t->writer) >= OUTPUT_BYTES;
}

static int
decide(struct tool *t, struct loop *l, struct batch *b, struct err *e)
{
	while (b->decided < b->n) {
		if (l->decide(t, &b->items[b->decided++], e) < 0)
			return -1;
		if (must_print(t) || t->step.mem.size >= DECIDED_BYTES ||
		    (t->is_full != NULL && t->is_full(t)))
			break;
	}
	return 0;
}

/* One transaction around all batches: a file that goes in whole, and a dry
 * run, which is rolled back at the end.  A trial rolls back each batch. */
static bool
is_single(const struct tool *t, const struct loop *l)
{
	return !l->trial && (l->single || t->dry_run);
}

static int
transact(struct tool *t, struct loop *l, struct batch *b, struct err *e)
{
	if (is_single(t, l) && l->single)
		return decide(t, l, b, e);
	if (is_single(t, l))	/* as a commit would */
		return decide(t, l, b, e) < 0 ? -1 : step_let_go(&t->step, e);
	if ((writes(t) ? step_begin(&t->step, e) :
	    step_begin_read(&t->step, e)) < 0)
		return -1;
	if (decide(t, l, b, e) < 0 || (writes(t) && !l->trial &&
	    t->before_commit != NULL && t->before_commit(t, e) < 0)) {
		step_rollback(&t->step);
		return -1;
	}
	if (!writes(t) || l->trial) {
		step_rollback(&t->step);
		return 0;
	}
	return step_commit(&t->step, e);
}

static int
print(struct tool *t, const struct loop *l, struct err *e)
{
	if (!l->trial && !t->dry_run && t->before_print != NULL &&
	    t->before_print(t, e) < 0) {
		if (t->writer != NULL)
			writer_discard(t->writer);
		return -1;
	}
	if (is_single(t, l))
		return t->writer != NULL ? writer_flush(t->writer, e) : 0;
	tool_flush_notes(t);
	if (l->trial)
		return 0;
	if (t->writer != NULL && writer_flush(t->writer, e) < 0)
		return -1;
	return t->after_batch != NULL ? t->after_batch(t, e) : 0;
}

static void
print_empty_header(struct tool *t, const struct loop *l)
{
	const struct head *head = NULL;
	struct err e = ERR_INIT;

	if (l->trial || t->quiet || t->texts)
		return;
	if (l->reader == NULL)
		head = t->about->head != NULL ? t->about->head : &stream_head;
	else if (reader_format(l->reader) == FORMAT_CSV &&
	    !reader_empty(l->reader))
		reader_header(l->reader, &head, &e);
	if (head != NULL && t->about->head != NULL)
		head = t->about->head;
	else if (head != NULL && (t->about->needs & TOOL_FILES) != 0)
		head = &stream_head;
	if (head != NULL)
		writer_head(tool_writer(t), head);
}

/* A fault in the input spoils a file that goes in whole. */
static void
end_single(struct tool *t, struct loop *l, const struct err *fault)
{
	struct err e = ERR_INIT;

	if (l->single && (fault->code != 0 || tool_signal != 0))
		l->spoiled = true;
	if (t->dry_run || l->spoiled)
		step_rollback(&t->step);
	else if (step_commit(&t->step, &e) < 0) {
		spool_drop(t);
		tool_fail(t, &e);
	}
	tool_flush_notes(t);
	if (l->spoiled)
		spool_drop(t);
	else
		spool_print(t);
}

/* Decide the batch and print it: at once, unless what it prints or needs,
 * many reports about one large order for instance, would not fit into
 * memory. */
static void
work(struct tool *t, struct loop *l, struct batch *b)
{
	struct err e = ERR_INIT;

	while (b->decided < b->n) {
		if (transact(t, l, b, &e) < 0) {
			if (t->writer != NULL)
				writer_discard(t->writer);
			buf_clear(&t->notes);
			tool_fail(t, &e);
		}
		if (print(t, l, &e) < 0)
			tool_fail(t, &e);
	}
}

void
loop_run(struct tool *t, struct loop *l)
{
	struct batch *b = xmalloc(sizeof(*b));
	struct err e = ERR_INIT;

	memset(b, 0, sizeof(*b));
	if (is_single(t, l) && step_begin(&t->step, &e) < 0)
		tool_fail(t, &e);
	do {
		collect(t, l, b);
		if (b->n == 0)
			break;
		work(t, l, b);
		progress_step(t, b->n);
	} while (!b->ended);
	progress_end(t);
	e = b->fault;
	arena_release(&b->mem);
	free(b);
	if (e.code == 0 && !l->spoiled)
		print_empty_header(t, l);
	if (is_single(t, l))
		end_single(t, l, &e);
	if (e.code != 0)
		tool_fail(t, &e);
}
