/* recs.h - records in and out: CSV, JSON and tables behind one reader and
 * one writer
 *
 * A record is named text values in order.  The reader is strict (RFC 4180,
 * RFC 8259): what is not well-formed ends it with ERR_DATA, naming
 * "source:line: fact" and, for JSON, the byte (from 1).  What is well-formed
 * but cannot be used (a cell that is not UTF-8, a duplicate key, a lone
 * value) is a record with a fault.  Memory is bounded whatever the input.
 */
#ifndef ORDER_RECS_H
#define ORDER_RECS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

/* What is text or a page is no records: the writer takes it as it stands. */
enum format { FORMAT_AUTO, FORMAT_CSV, FORMAT_JSON, FORMAT_TABLE, FORMAT_TEXT,
	FORMAT_HTML };

enum cell {
	CELL_TEXT,
	CELL_NUMBER,		/* the lexeme as it stood */
	CELL_WORD,		/* true, false */
	CELL_NULL,		/* value "" */
	CELL_JSON		/* an object or array, as its own text */
};

/* Column names, shared by records of the same shape: equal pointers mean
 * equal columns.  Lives as long as the reader (by rec_from_json: as long as
 * the arena). */
struct head {
	size_t n;
	const char *const *names;
};

/* The column's place, or -1. */
int head_find(const struct head *, const char *name);

struct rec {
	const struct head *head;
	const char **values;	/* head->n terminated strings, never NULL */
	const uint8_t *types;	/* enum cell each; NULL: all CELL_TEXT */
	int64_t line;		/* of its first byte in the source, from 1 */
	const char *raw;	/* its bytes as they came (CSV: the row with its
				 * line end; JSON: from '{' to '}') */
	size_t raw_n;		/* 0: larger than 16 MiB, not kept */
	char delimiter;		/* of the cells of raw (CSV) */
	const char *fault;	/* NULL, or a fact: "is not UTF-8"; the cell
				 * that is unfit has the value "", the others
				 * keep theirs; a record that is no object or
				 * too large has no columns */
	const char *fault_field;/* the column, or the key that is there twice,
				 * or "" */
	const char *fault_code;	/* not-utf8, control-character,
				 * duplicate-key, not-an-object, nul, too-large,
				 * lone-surrogate, ragged */
};

/* The value by name, "" when there is no such column. */
const char *rec_text(const struct rec *, const char *name);

struct reader;

struct reader_opts {
	enum format format;		/* AUTO: sniffed from the first byte */
	bool allow_unterminated;	/* accept a last CSV line without LF from
					 * a pipe (always accepted from a file) */
	const volatile sig_atomic_t *stop;	/* may be NULL; when it becomes
					 * non-zero a waiting reader returns */
	bool piped;			/* a file, but filled from a pipe: its
					 * last line may be cut off */
	/* ---- dialects ---- */
	bool foreign;			/* CSV: find the delimiter out, heed a
					 * first line "sep=;", and make a row
					 * with too few or too many cells a
					 * record with the fault "ragged" */
	bool (*known)(const char *name);	/* CSV: a name in the header
					 * that is known in lower case and
					 * without blanks around it becomes
					 * that; NULL: none does */
	bool told_utf8;			/* somebody said so: no other encoding is
					 * thought of */
	char delimiter;			/* CSV: preferred; 0: the one that is
					 * in the first row most often */
	const char *encoding;		/* of the bytes, as iconv(3) calls it;
					 * NULL: UTF-8.  A BOM tells better. */
	const char *const *names;	/* CSV without a header: what its columns
					 * are called */
	size_t nnames;
	const char *wrapper;		/* JSON: the array of records is inside
					 * of objects, "payload.Orders"; NULL:
					 * not */
};

/* How a source is called in records and diagnostics: its name, harmless and
 * without card numbers; "-" is stdin.  The caller frees it. */
char *reader_label(const char *name);

/* fd stays the caller's.  The options may be NULL.  Nothing is read yet. */
struct reader *reader_open(int fd, const char *name,
    const struct reader_opts *);
void reader_close(struct reader *);

enum { READ_END = 0, READ_REC = 1, READ_LATER = 2, READ_STOPPED = 3 };

/* The next record; its values live in the arena.
 * READ_LATER: only when wait is false, nothing whole is readable now.
 * -1: ERR_DATA, ERR_IO; records before the fault were all returned. */
int reader_next(struct reader *, struct arena *, bool wait, struct rec *,
    struct err *);

/* The format asked for, or found by the first byte that is neither BOM nor
 * white space, for which it waits; CSV when there is none.  FORMAT_AUTO only
 * when reading fails or was stopped: reader_next then says why. */
enum format reader_format(struct reader *);

/* True when the input ended and was nothing but BOM and white space. */
bool reader_empty(const struct reader *);

/* Between the cells of CSV, once the header is known. */
char reader_delimiter(const struct reader *);

/* Read up to and including the CSV header: 1, 0 (nothing but blanks, JSON, or
 * stopped: the head is NULL), -1. */
int reader_header(struct reader *, const struct head **, struct err *);
const char *reader_header_raw(struct reader *);	/* as it stood, with line end;
						 * "" when there is none yet */

int64_t reader_bytes(const struct reader *);	/* consumed so far */
int64_t reader_size(const struct reader *);	/* of a regular file, else -1 */
const char *reader_name(const struct reader *);	/* its label */

/* Read one JSON value that was kept (a reject, an array element): text to a
 * record with the same faults.  0, or -1 ERR_DATA. */
int rec_from_json(struct arena *, const char *, size_t n, struct rec *,
    struct err *);

/* Cut the text of a JSON array (already known to be well-formed) into its
 * elements: spans into text.  Returns how many. */
struct span { const char *p; size_t n; };
size_t json_elements(struct arena *, const char *, size_t n, struct span **);

/* Add the record's bytes to the buffer, but without the named columns. */
void rec_without(struct buf *, const struct rec *, const char *const *names,
    size_t n);

/* How many significant digits has a number's lexeme? */
size_t number_digits(const char *lexeme);

/* ---- writing ---- */

struct writer;

struct writer_opts {
	enum format format;	/* CSV, JSON or TABLE */
	bool spreadsheet;	/* CSV safe for Excel: BOM, CRLF, ' before a
				 * leading = + - @ TAB CR */
	bool terminal;		/* records are shown so that they can harm
				 * none; tables always are */
	bool color;		/* tables only */
	int columns;		/* of the terminal; 0: do not cut */
};

/* Output is collected until writer_flush: nothing reaches fd before. */
struct writer *writer_open(int fd, const struct writer_opts *);

/* Forget what was collected since the last flush (a rolled-back batch). */
void writer_discard(struct writer *);

/* Collect one record.  The first record (or writer_head) fixes the columns of
 * CSV and table; a later one is laid out by name, missing columns are empty,
 * and a column that is not there is ERR_DATA for CSV.  types may be NULL. */
int writer_put(struct writer *, const struct head *, const char *const *values,
    const uint8_t *types, struct err *);

/* Print the header even if no record follows (CSV only; JSON: nothing). */
void writer_head(struct writer *, const struct head *);

/* Collect text that is no record, as it stands. */
void writer_text(struct writer *, const char *, size_t n);

/* About how many bytes wait to be flushed. */
size_t writer_waiting(const struct writer *);

/* Write out all that was collected.  EPIPE is ERR_PIPE, else ERR_IO. */
int writer_flush(struct writer *, struct err *);

/* Flush; a table is laid out at the latest here.  Frees; fd stays open. */
int writer_close(struct writer *, struct err *);

/* Add rows whose cells another delimiter separates, with commas instead. */
void csv_with_commas(struct buf *, const char *rows, size_t n, char delimiter);

/* One CSV row, RFC 4180, quoted only where needed, LF. */
void csv_row(struct buf *, const char *const *values, size_t n);

#endif
