/* records.h - all records of a text, by two ways that must agree */
#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H

#include <order/recs.h>

#include "fuzz.h"

struct records {
	struct reader *reader;
	struct arena mem;
	struct rec *v;
	size_t n;
	int end;		/* what reader_next said last */
	struct err err;
};

/* From a file; format may be FORMAT_AUTO. */
void records_from_file(struct records *, const char *, size_t n, enum format);

/* From a pipe, a few bytes at a time: how many, the input decides. */
void records_from_pipe(struct records *, const char *, size_t n, enum format);

void records_release(struct records *);

/* The same names, values, types, bytes, lines, faults and the same end. */
void records_same(const char *what, const struct records *,
    const struct records *);

/* What every record promises: text is clean, a fault has a code and a fact,
 * its bytes are in the input (*at: where to look from; moved behind it). */
void record_holds(const struct rec *, const char *input, size_t n, size_t *at);

/* The records as the writer prints them. */
void records_print(struct buf *, const struct records *,
    const struct writer_opts *);

/* A table of them harms no terminal. */
void records_table(const struct records *);

#endif
