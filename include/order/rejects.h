/* rejects.h - where refused orders of one run are kept
 *
 * In the store, or appended to a file in the input's own format and columns
 * plus error_code, error_field, error, source_line: fix it and feed it again.
 */
#ifndef ORDER_REJECTS_H
#define ORDER_REJECTS_H

#include <order/tool.h>

struct rejects {
	const char *path;	/* NULL: the store */
	int fd;
	bool mended;		/* what a crash left half written is cut off */
	char *header;		/* the file's, once known */
	struct buf pending;	/* of the batch at work */
};

/* Open the file if one is named; it must not be an input. */
void rejects_begin(struct rejects *, struct tool *);

/* Keep one refused order and say on stderr why. */
int rejects_keep(struct rejects *, struct tool *, const struct order_intake *,
    struct err *);
void rejects_end(struct rejects *, struct tool *);

/* The refused record again, with the four columns, in its own format. */
void reject_print(struct buf *, const char *format, const char *record,
    size_t n, const struct fault *);

#endif
