/* db.h - a thin statement interface over the store
 *
 * One driver (SQLite) behind it.  SQL is constant text with parameters
 * $1..$n, bound by number however often each appears.  A statement is
 * prepared once per connection and kept, keyed by the address of its text:
 * pass a static const char[] that stands above the function using it.
 *
 * Every writing transaction runs under the one fair lock (lock.h), from
 * before BEGIN IMMEDIATE until after COMMIT and checkpoint.
 */
#ifndef ORDER_DB_H
#define ORDER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <order/arena.h>
#include <order/err.h>
#include <order/lock.h>

struct db;
struct row;		/* a statement standing on a row */

#define DB_APPLICATION_ID 0x4f52444c	/* "ORDL" */
#define DB_ARCHIVE_ID 0x4f524441	/* "ORDA": the same tables, closed orders */

enum db_mode {
	DB_READ,	/* never writes; query_only */
	DB_WRITE,	/* never an archive */
	DB_ARCHIVE	/* writes, and is an archive */
};

/* Open an existing order database: the whole open sequence (no creation, no
 * "file:" names, limits, defensive settings, WAL verified, application id,
 * schema version, no trigger that is not ours).  *out is NULL after an error.
 * The file is unchanged by an error.  Errors name path and remedy:
 *   missing, foreign, empty, older, newer, network file system,
 *   several hard links                     ERR_CONFIG
 *   no permission, writable by others, read-only for a writer  ERR_PERM
 *   corrupt                                ERR_IO
 * who names the tool in the lock file while it holds the lock.
 * lock_seconds is the deadline of every wait for the lock. */
int db_open(struct db **out, const char *path, enum db_mode, const char *who,
    int lock_seconds, struct err *);

/* Create the database (mode 0600, or 0660 for group gid when gid != -1) with
 * its lock file, or bring an older one up to date after a verified backup
 * beside it (path-YYYYMMDDTHHMMSSZ.bak by now); current: nothing to do.
 * *created and *upgraded tell which (may be NULL). */
int db_create(const char *path, const char *who, int64_t gid, int64_t now,
    int lock_seconds, bool *created, bool *upgraded, struct err *);

/* Create an archive: an order database that says so, with group and mode of
 * the one whose orders it will hold.  Nothing to do when the file is there,
 * whatever it is. */
int db_create_archive(const char *path, const struct db *of, const char *who,
    struct err *);

/* Is it an archive? */
bool db_is_archive(const struct db *);

/* The schema version this program writes. */
int db_schema_version(void);

/* NULL is fine.  A failure to close counts if e is not NULL. */
int db_close(struct db *, struct err *);

/* Take the lock and BEGIN IMMEDIATE.  ERR_TEMP when the deadline passes; the
 * text names the holder. */
int db_begin(struct db *, struct err *);

/* COMMIT, checkpoint when due, unlock.  After -1 nothing of the transaction
 * is left and the lock is free. */
int db_commit(struct db *, struct err *);

/* Undo and unlock; harmless when no transaction is open. */
void db_rollback(struct db *);

/* A read transaction (one snapshot) for a reader; ends with db_rollback. */
int db_begin_read(struct db *, struct err *);

/* Undo one record and keep the batch: every mark is kept or undone. */
int db_mark(struct db *, struct err *);
int db_mark_keep(struct db *, struct err *);
int db_mark_undo(struct db *, struct err *);

/* The lock of this database (the mailer range lives there too); NULL for a
 * reader, who needs none.  The path is the one given to db_open. */
struct lock *db_lock(struct db *);
const char *db_path(const struct db *);

/* Values to bind.  Text and bytes are borrowed until the statement is run
 * again or done.  T(NULL) binds NULL. */
struct val {
	enum { VAL_END, VAL_NULL, VAL_INT, VAL_TEXT, VAL_BYTES } type;
	int64_t i;
	const void *p;
	size_t n;
};

static inline struct val
I(int64_t i)
{
	return (struct val){ VAL_INT, i, NULL, 0 };
}

static inline struct val
T(const char *s)
{
	return (struct val){ s != NULL ? VAL_TEXT : VAL_NULL, 0, s, 0 };
}

static inline struct val
B(const void *p, size_t n)
{
	return (struct val){ VAL_BYTES, 0, p, n };
}

static inline struct val
NIL(void)
{
	return (struct val){ VAL_NULL, 0, NULL, 0 };
}

#define BIND(...) ((const struct val[]){ __VA_ARGS__, { VAL_END, 0, NULL, 0 } })
#define NOBIND ((const struct val[]){ { VAL_END, 0, NULL, 0 } })

/* Run a statement that returns no rows.  The number of rows it changed
 * (by itself, not by triggers), or -1.  Any statement that writes, by
 * whichever of these functions, must stand between db_begin and db_commit. */
int db_run(struct db *, const char *sql, const struct val *, struct err *);

/* Start a query; rows follow by db_next.  1, or -1 and the row is NULL.  A
 * statement must be db_done before it is started again (assert). */
int db_query(struct db *, const char *sql, const struct val *, struct row **,
    struct err *);

/* 1: on a row; 0: no more (and db_done is implied); -1: failed (implied too). */
int db_next(struct row *, struct err *);
void db_done(struct row *);		/* NULL and repeated calls are fine */

/* Query and step once: 1 on the row (db_done it); 0 none, -1: it is NULL. */
int db_one(struct db *, const char *sql, const struct val *, struct row **,
    struct err *);

/* A single integer: 1 and *out, 0 no row or NULL (*out untouched), -1. */
int db_one_int(struct db *, const char *sql, const struct val *, int64_t *out,
    struct err *);

/* Columns from 0.  NULL reads as 0 and "".  Text and bytes are borrowed
 * until the next db_next or db_done. */
int64_t db_int(struct row *, int col);
const char *db_text(struct row *, int col);
const void *db_bytes(struct row *, int col, size_t *n);
bool db_null(struct row *, int col);
int db_columns(struct row *);
const char *db_column_name(struct row *, int col);
const char *db_dup(struct row *, int col, struct arena *);

int64_t db_last_id(struct db *);	/* of the last INSERT */

/* Rows changed through this connection since it was opened, by whatever;
 * what was undone since counts on. */
int64_t db_changes(struct db *);

/* Run a statement with the columns of a row, of whichever database, as its
 * values $1..$n.  The rows changed, or -1. */
int db_put(struct db *, const char *sql, struct row *, struct err *);

/* Have two rows the same columns, by type and to the byte? */
bool db_same(struct row *, struct row *);

/* Write all of the file anew, so that nothing of what was deleted is left in
 * it or its WAL.  Not inside a transaction; waits for the lock like one.
 * ERR_TEMP when a reader does not end in time. */
int db_rewrite(struct db *, struct err *);

/* What PRAGMA integrity_check and foreign_key_check say, one line each into
 * the arena; *n is 0 when all is well.  SQLite looks at CHECKs only on a
 * DB_WRITE connection. */
int db_integrity(struct db *, struct arena *, const char ***lines, size_t *n,
    struct err *);

/* How the schema in the file differs from the one this program makes: one
 * call for each object that is missing or different, and for each trigger
 * that is not ours.  A call that returns -1 ends it. */
typedef int db_shape_fn(void *, const char *type, const char *name,
    const char *fact, struct err *);
int db_shape(struct db *, db_shape_fn *, void *, struct err *);

typedef int db_look_fn(void *, struct db *, struct err *);

/* A consistent copy (mode 0600), fsynced before it gets its name: 1; 0 when
 * the name is taken; -1.  Before that the function looks at the copy as a
 * reader (0, or -1: there will be none); NULL checks its integrity.  Not
 * inside a transaction. */
int db_copy(struct db *, const char *path, db_look_fn *, void *,
    struct err *);

/* Let the function look at a finished copy, as a reader who leaves no trace
 * beside it.  It may be of an older version.  0, -1. */
int db_look(const char *path, db_look_fn *, void *, struct err *);

#endif
