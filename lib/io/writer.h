/* writer.h - what writer.c asks of table.c */
#ifndef IO_WRITER_H
#define IO_WRITER_H

#include <order/buf.h>
#include <order/recs.h>

struct table;

/* columns as in struct writer_opts. */
struct table *table_open(const struct head *, bool color, int columns);
void table_close(struct table *);

/* The values are copied. */
void table_add(struct table *, const char *const *values);

/* How many rows wait to be laid out? */
size_t table_rows(const struct table *);

/* Forget all but the first n of them. */
void table_keep(struct table *, size_t n);

/* Lay out the rows that wait; the first time fixes the widths and adds the
 * header. */
void table_lay(struct table *, struct buf *);

#endif
