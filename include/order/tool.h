/* tool.h - what every tool shares: options, the database, the loop, the end
 *
 * main reads: tool_begin, tool_each (or one call of its own), tool_end.
 * tool_each owns "read a batch, decide it in one transaction, commit, then
 * print"; nothing else in the project does.
 */
#ifndef ORDER_TOOL_H
#define ORDER_TOOL_H

#include <order/buf.h>
#include <order/intake.h>
#include <order/opt.h>
#include <order/recs.h>
#include <order/step.h>

#define ORDER_TOOLS_VERSION "0.1.0"

struct tool;

/* The references a selection option stands for, in the order to work on. */
struct refs {
	char **ref;
	size_t n, cap;
};

void refs_add(struct refs *, const char *ref);
void refs_release(struct refs *);

/* What a tool needs beside its options. */
enum tool_needs {
	TOOL_READS = 1,		/* opens the database read-only */
	TOOL_NO_DB = 2,		/* opens none itself */
	TOOL_FILES = 4,		/* operands are input files, not orders */
	TOOL_PLAIN = 8,		/* operands are the tool's own business, and
				 * stdin is never read for records */
	TOOL_PAGES = 16		/* prints text and pages, and no table */
};

struct tool_about {
	const char *name;
	const char *args;	/* after the options in the synopsis */
	const char *does;	/* one line */
	const struct opt *opts;
	unsigned needs;
	const struct head *head;/* columns of its output when not the stream's */
	/* Fill in what a selection option selects. */
	int (*pick)(struct tool *, struct refs *, struct err *);
	/* Instead of pick, where a selection can be large and operands are
	 * words: add the next references, 1; 0 when there are no more; -1.
	 * Called in a read transaction of its own each time. */
	int (*more)(struct tool *, struct refs *, struct err *);
	/* The option by which an MTA is the caller, NULL: none.  With it an
	 * input that was refused ends with 0 and every failure with 75. */
	const char *for_mta;
	/* Does what was asked for only read, or need no database at all?
	 * NULL: as needs says. */
	bool (*reads)(struct tool *);
	bool (*no_db)(void);
};

extern const struct head stream_head;	/* the stream columns */

struct tool {
	const struct tool_about *about;
	struct db *db;
	struct step step;
	struct now now;		/* of the batch at hand */
	const char *db_path, *actor;
	char who[96];		/* "order-ack 0.1.0" */
	int argc;		/* operands */
	char **argv;
	/* common options */
	enum format in, out;
	bool dry_run, quiet, verbose, progress, spreadsheet;
	bool allow_unterminated;
	const char *color;	/* auto, always, never */
	int lock_seconds;
	/* state of the run */
	bool selected;		/* a selection option was given */
	bool reads;		/* the database is open for reading only */
	bool piped;		/* stdin was a pipe, though it is spooled now */
	bool texts;		/* prints texts: nothing has no header */
	bool hold_output;	/* records wait in a file until the transaction
				 * ends; set before the first (tool_once) */
	struct writer *writer;
	struct buf notes;	/* diagnostics of the batch, for after commit */
	int status;		/* exit status so far */
	int64_t answers[RESULT_REFUSED + 1];	/* by result */
	int spool;		/* where output waits, or -1 */
	struct loop *loop;	/* while it runs */
	/* After a record: commit, whatever else was read (may be NULL). */
	bool (*is_full)(struct tool *);
	/* Right before each commit; never in a dry run (may be NULL). */
	int (*before_commit)(struct tool *, struct err *);
	/* After each commit, before its records are printed (may be NULL). */
	int (*before_print)(struct tool *, struct err *);
	/* After each batch was printed; never in a dry run (may be NULL). */
	int (*after_batch)(struct tool *, struct err *);
	void *own;		/* the tool's own */
};

typedef int tool_fn(struct tool *, struct rec *, struct err *);

/* Parse options (prints --help, --version and usage errors), open the
 * database as the tool needs it, ask for the time once.  Ends the process on
 * an error. */
void tool_begin(struct tool *, int argc, char **argv,
    const struct tool_about *);

/* Work on the orders named by operands, a selection or records on stdin. */
void tool_each(struct tool *, tool_fn *);

/* One transaction without records to read: the function decides and puts
 * records (1: commit, 0: undo, -1). */
void tool_once(struct tool *, int (*)(struct tool *, struct err *));

/* Flush, close, check stdout; returns the exit status for main. */
int tool_end(struct tool *);

/* Print "tool: text" and end the process with the error's code. */
_Noreturn void tool_fail(struct tool *, const struct err *);
_Noreturn void tool_usage(struct tool *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The place of value among n choices (NULL: 0); a usage error when it is none
 * of them. */
int tool_choice(struct tool *, const char *option, const char *value,
    const char *const *choices, int n);

/* An instant as an option gives it (see query_time), in the company's zone: a
 * transaction must be open; a usage error when it is none. */
int64_t tool_instant(struct tool *, const char *option, const char *text);

/* One diagnostic line, held back until the batch is committed.  Never lets a
 * control character through. */
void tool_note(struct tool *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same for what is no fault: how much was done. */
void tool_tell(struct tool *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void tool_flush_notes(struct tool *);

/* A note about a record says where in the input it stands; one that was
 * refused without a word gets one. */
void tool_note_line(struct tool *, const struct rec *, struct verdict *);
/* The note of a verdict; a record that names no order gets one. */
void tool_note_verdict(struct tool *, const struct rec *,
    const struct verdict *);

/* -1 when CSV has no column of this name: then it is another kind of file. */
int tool_needs_column(struct tool *, const struct rec *, const char *name,
    struct err *);

/* Raise the exit status to at least this one (errors outrank "some no"). */
void tool_status(struct tool *, int status);

/* Print the record with the stream columns as the store now has them, result
 * and reason from the verdict; counts the exit status. */
int tool_answer(struct tool *, struct rec *, const struct verdict *,
    struct err *);

/* Print the record with the given columns of our own after (or over) the
 * user's, then result and reason. */
int tool_answer_with(struct tool *, struct rec *, const struct head *ours,
    const char *const *values, const struct verdict *, struct err *);

/* Print a line of text, JSON for instance, in place of a record. */
int tool_answer_text(struct tool *, const char *text, const struct verdict *);

/* Add the references a query returns as its first column. */
int tool_pick(struct tool *, const char *sql, struct refs *, struct err *);

/* The same for an order coming in: the stream columns only. */
int tool_answer_order(struct tool *, const struct order_intake *,
    const struct verdict *, struct err *);

/* Print one record of the tool's own columns. */
int tool_put(struct tool *, const struct head *, const char *const *values,
    const uint8_t *types, struct err *);

/* Print text that is no record, as it stands. */
void tool_text(struct tool *, const char *, size_t n);

/* Print all that was put so far; no transaction may be open. */
void tool_flush(struct tool *);

/* Is stdout (1) or stderr (2) a terminal; may colour be used there? */
bool tool_is_terminal(int fd);
bool tool_color(const struct tool *);
int tool_columns(void);		/* width of the terminal, 0: none */

/* ---- orders coming in (order-receive) ---- */

enum on_error { ON_ERROR_ROWS, ON_ERROR_ALL, ON_ERROR_STOP };
enum extra { EXTRA_REFUSE, EXTRA_KEEP, EXTRA_IGNORE };

struct intake_opts {
	const char *channel;	/* for orders that name none, or NULL */
	enum extra extra;	/* what to do with unknown columns */
	bool group;		/* gather rows of one key that are apart */
	const char *map;	/* a file or a built-in map; NULL: our columns */
	const char *encoding;	/* as iconv(3) calls it; NULL: UTF-8 */
	const char *delimiter;	/* of CSV; NULL: found out */
	bool amend;		/* a known order may be changed */
	enum on_error on_error;
	/* control totals as typed, or NULL */
	const char *expect_orders, *expect_lines, *expect_total;
	bool from_mail;		/* stdin is one message */
};

typedef int intake_fn(struct tool *, struct order_intake *, struct err *);

/* Gather orders from the files named by operands (or stdin) and work on
 * each; like tool_each otherwise.  Where the whole input must be seen first
 * (on_error, control totals) it is spooled and tried, and the function sees
 * every order refused "file-refused" when it does not hold.  A message is
 * searched for files with orders, and kept in the store when it is of no use:
 * then a refused order has kept set. */
void tool_each_order(struct tool *, const struct intake_opts *, intake_fn *);

/* ---- files that go in whole or not at all (order-load, order-config) ---- */

/* Work on one row: 1 taken, 0 refused, -1.  refuse: the file is refused, say
 * so of this row too. */
typedef int load_fn(struct tool *, struct rec *, const char *source,
    bool refuse, struct err *);

/* Read the file named by the operand (or stdin), refusing unknown columns;
 * all rows go in by one transaction, or, when one is refused, none does and
 * each is printed refused. */
void tool_load(struct tool *, const char *const *columns, int ncolumns,
    load_fn *);

/* True when stdin is a terminal or has nothing (it is spooled to find out). */
bool tool_stdin_is_empty(struct tool *);

/* The format the input had, once known. */
enum format tool_input_format(const struct tool *);

/* ---- spooling ---- */

/* An unlinked temporary file. */
int spool_open(struct err *);
/* One that holds these bytes, rewound. */
int spool_bytes(const char *, size_t n, struct err *);
/* Copy all that fd still has to an unlinked file, rewound.  *piped becomes
 * true when it was no regular file. */
int spool_input(int fd, const volatile sig_atomic_t *stop, bool *piped,
    struct err *);

#endif
