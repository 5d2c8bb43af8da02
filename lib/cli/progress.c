/* progress.c - how far a long run is, on a terminal's stderr
 *
 * Shown after one second of work, ten times a second at most; never to a
 * file or pipe. */

#include <time.h>

#include "loop.h"

static struct {
	struct timespec begun, shown;
	size_t records;
	bool started, visible;
} bar;

static double
since(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - from->tv_sec) +
	    (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

static void
show(const struct tool *t, double seconds)
{
	const struct reader *r = t->loop != NULL ? t->loop->reader : NULL;
	int64_t size = r != NULL ? reader_size(r) : -1;

	fprintf(stderr, "\r%s: %zu records, %.0f/s", t->about->name,
	    bar.records, (double)bar.records / seconds);
	if (size > 0) {
		double share = (double)reader_bytes(r) / (double)size;

		if (share > 1)
			share = 1;
		fprintf(stderr, ", %.0f%%, %.0f s left  ", share * 100,
		    share > 0 ? seconds / share - seconds : 0);
	}
	fflush(stderr);
	clock_gettime(CLOCK_MONOTONIC, &bar.shown);
	bar.visible = true;
}

void
progress_step(struct tool *t, size_t records)
{
	double seconds;

	if (!bar.started) {
		bar.started = true;
		clock_gettime(CLOCK_MONOTONIC, &bar.begun);
		bar.shown = bar.begun;
	}
	bar.records += records;
	seconds = since(&bar.begun);
	if (tool_is_terminal(2) && (t->progress || seconds > 1) &&
	    since(&bar.shown) > 0.1)
		show(t, seconds);
}

void
progress_end(struct tool *t)
{
	(void)t;
	if (bar.visible)
		fputs("\r\033[K", stderr);
	bar.visible = false;
}
