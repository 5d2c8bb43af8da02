/* loop.h - private to lib/cli: sources of work and the loop over them */
#ifndef CLI_LOOP_H
#define CLI_LOOP_H

#include <order/tool.h>

/* One unit of work. */
struct item {
	struct rec rec;
	struct order_intake *order;	/* NULL unless orders come in */
	size_t lines, bytes;		/* what it counts in a batch */
};

struct loop {
	/* As reader_next: READ_REC and an item, READ_END, READ_LATER,
	 * READ_STOPPED, -1. */
	int (*next)(struct tool *, struct arena *, bool wait, struct item *,
	    struct err *);
	/* Decide one item inside the transaction. */
	int (*decide)(struct tool *, struct item *, struct err *);
	struct reader *reader;	/* NULL: operands or a selection */
	struct reader *first;	/* of several inputs; stdout speaks as it did */
	bool trial;		/* roll every batch back, print nothing */
	bool single;		/* one transaction around all batches */
	bool spoiled;		/* single: roll back and print nothing */
	void *source;
};

/* Numbers of orders, holds or hand-offs. */
struct ids {
	int64_t *id;
	size_t n, cap;
};

void ids_add(struct ids *, int64_t id);
void ids_release(struct ids *);

/* Set when the process was asked to end. */
extern volatile sig_atomic_t tool_signal;

/* Work until the source ends.  Ends the process on a failure, after what was
 * decided before it is committed and printed. */
void loop_run(struct tool *, struct loop *);

/* Open the database as the tool needs it (tool_begin does, unless no_db).
 * Ends the process on an error. */
void tool_open(struct tool *);

/* stdout is a pipe, and what it says is shown on a terminal of that width. */
void tool_pretend_terminal(int columns);

/* Look at the clock again: what comes in a stream may come days later. */
void tool_tick(struct tool *);

/* The writer, opened when the output format is known. */
struct writer *tool_writer(struct tool *);

/* Say, once, that the records have no column ref. */
void tell_no_ref(struct tool *, const struct rec *);

/* Show how far it is; a no-op unless stderr is a terminal. */
void progress_step(struct tool *, size_t records);
void progress_end(struct tool *);

/* Print, or drop, what was spooled while one transaction was open. */
void spool_print(struct tool *);
void spool_drop(struct tool *);

#endif
