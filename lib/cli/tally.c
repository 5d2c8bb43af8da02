/* tally.c - what became of the input of order-receive, in one line
 *
 * Every row is in it: taken in, there before, refused, or skipped by a map. */

#include <time.h>

#include "intake.h"

void
tally_begin(struct tally *y)
{
	memset(y, 0, sizeof(*y));
	y->by_reason = xmalloc((size_t)nreasons * sizeof(*y->by_reason));
	memset(y->by_reason, 0, (size_t)nreasons * sizeof(*y->by_reason));
	clock_gettime(CLOCK_MONOTONIC, &y->begun);
}

void
tally_order(struct tally *y, const struct order_intake *it, bool is_in)
{
	y->orders++;
	y->rows += it->in->rows;
	y->changed += it->amended != NULL;
	if (is_in)
		y->lines += (int64_t)it->new.nlines;
	if (it->fault.code == NULL)
		return;
	y->refused++;
	y->refused_rows += it->in->rows;
	for (int i = 0; i < nreasons; i++)
		if (strcmp(reasons[i].code, it->fault.code) == 0)
			y->by_reason[i]++;
}

static int64_t
tell_skips(struct tool *t, const struct mapper *m)
{
	const struct map_skip *skips;
	size_t n = m == NULL ? 0 : mapper_skips(m, &skips);
	int64_t rows = 0;

	for (size_t i = 0; i < n; i++) {
		rows += skips[i].rows - skips[i].kept;
		if (skips[i].rows > 0 && !t->quiet)
			tool_note(t, "%lld row%s skipped: %s",
			    (long long)skips[i].rows,
			    skips[i].rows == 1 ? "" : "s", skips[i].what);
	}
	return rows;
}

static void
add_reasons(struct buf *b, const struct tally *y)
{
	const char *sep = " (";

	for (int i = 0; i < nreasons; i++) {
		if (y->by_reason[i] == 0)
			continue;
		buf_printf(b, "%s%s %lld", sep, reasons[i].code,
		    (long long)y->by_reason[i]);
		sep = ", ";
	}
	buf_putc(b, ')');
}

void
tally_tell(struct tool *t, struct intake *in)
{
	struct tally *y = &in->tally;
	int64_t skipped = tell_skips(t, in->feed.mapper);
	int64_t rows = y->rows + skipped;
	struct buf b = BUF_INIT;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	buf_printf(&b, "%lld row%s: %lld order%s in, %lld line%s",
	    (long long)rows, rows == 1 ? "" : "s",
	    (long long)t->answers[RESULT_OK],
	    t->answers[RESULT_OK] == 1 ? "" : "s", (long long)y->lines,
	    y->lines == 1 ? "" : "s");
	if (y->changed > 0)
		buf_printf(&b, "; %lld changed", (long long)y->changed);
	if (t->answers[RESULT_DUPLICATE] > 0)
		buf_printf(&b, "; %lld there before",
		    (long long)t->answers[RESULT_DUPLICATE]);
	if (y->refused > 0) {
		buf_printf(&b, "; %lld refused, %lld row%s",
		    (long long)y->refused, (long long)y->refused_rows,
		    y->refused_rows == 1 ? "" : "s");
		add_reasons(&b, y);
	}
	if (skipped > 0)
		buf_printf(&b, "; %lld row%s skipped", (long long)skipped,
		    skipped == 1 ? "" : "s");
	buf_printf(&b, "; %.1f s", (double)(now.tv_sec - y->begun.tv_sec) +
	    (double)(now.tv_nsec - y->begun.tv_nsec) / 1e9);
	if (!t->quiet && (t->verbose || t->progress || tool_is_terminal(2)))
		tool_tell(t, "%s", b.data);
	buf_release(&b);
	free(y->by_reason);
}
