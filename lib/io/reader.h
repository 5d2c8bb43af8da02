/* reader.h - what the parts of the reader share: the bytes that were read and
 * not yet taken, and the state of the two front ends */
#ifndef IO_READER_H
#define IO_READER_H

#include <csv.h>

#include <order/buf.h>
#include <order/recs.h>

#include "decode.h"
#include "json.h"
#include "shapes.h"

enum {
	CELL_MAX = 64 * 1024,		/* bytes */
	RECORD_MAX = 16 * 1024 * 1024,	/* bytes */
	COLUMNS_MAX = 1000
};

/* The CSV front end. */
struct csv_read {
	struct csv_parser parser;
	bool foreign;		/* dialects are expected */
	bool hints;		/* say what the encoding may be */
	char delimiter;		/* 0: not known yet, it may be any */
	char told;		/* by a line "sep=;" */
	bool quoted;		/* the row ends behind a closing quote */
	struct head head;	/* names NULL: not read yet */
	char *head_raw;
	struct arena arena;	/* head and head_raw */

	/* The row that is being cut just now. */
	struct arena *into;
	const char **cells;
	size_t n;		/* cells seen */
	size_t max;		/* room in cells; those beyond only count */
	char *text;		/* where the next cell goes; NULL: the arena */
	bool unfit;		/* something in the row is; look at each cell */
	size_t fault_at;
	const char *fault, *fault_code;
};

/* The JSON front end. */
struct json_read {
	struct gate gate;
	struct shapes shapes;
	struct buf scratch;
	int64_t line;		/* where the open record began */
	bool skipping;		/* it is too large: its bytes are dropped */
};

struct reader {
	int fd;
	char *shown;		/* its label */
	struct reader_opts opts;
	enum format format;
	bool regular;
	bool started;		/* BOM taken, encoding known */
	struct decode *decode;	/* NULL: it is UTF-8 */
	struct buf decoded;	/* scratch */
	struct err undecodable;	/* told once all before it was taken */
	bool sniffed;
	bool empty;
	bool eof;
	bool ended;
	char *data;
	size_t pos, end, cap;	/* data[pos..end) is not yet taken */
	size_t scan;		/* so much behind pos was looked at */
	int64_t line;		/* of data[pos], from 1 */
	int64_t taken;
	struct err fault;	/* what ended it, told again when asked again */
	struct csv_read csv;
	struct json_read json;
};

/* Get more bytes: READ_REC some came, READ_END, READ_LATER, READ_STOPPED, -1.
 * data may move. */
int reader_fill(struct reader *, bool wait, struct err *);

/* The first n bytes are done with; scan begins anew. */
void reader_take(struct reader *, size_t n);

/* ERR_DATA "source:line: fact".  Always returns -1. */
int reader_fault(const struct reader *, int64_t line, struct err *,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

size_t count_lines(const char *, size_t n);

void csv_read_open(struct csv_read *, bool foreign);
void csv_read_close(struct csv_read *);

/* Cut the n bytes at pos, a row with its end, into cells: at most max, those
 * beyond are only counted.  A cell that is no value is empty and a fault. */
int csv_cut(struct reader *, size_t n, struct arena *, size_t max,
    struct err *);

/* READ_REC once the header is known, else as csv_next. */
int csv_header(struct reader *, bool wait, struct err *);
int csv_next(struct reader *, struct arena *, bool wait, struct rec *,
    struct err *);

void json_read_open(struct json_read *, const char *wrapper);
void json_read_close(struct json_read *);
int json_next(struct reader *, struct arena *, bool wait, struct rec *,
    struct err *);

#endif
