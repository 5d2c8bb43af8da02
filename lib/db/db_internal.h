/* db_internal.h - what the files of the SQLite driver share */
#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H

#include <sqlite3.h>

#include <order/db.h>

enum db_state { DB_IDLE, DB_READING, DB_WRITING };

struct db {
	sqlite3 *h;
	char *path;		/* as given, for messages and remedies */
	char *real;		/* the file it leads to */
	struct lock *lock;	/* held exactly while DB_WRITING */
	int lock_seconds;
	enum db_mode mode;	/* DB_READ or DB_WRITE */
	bool archive;
	enum db_state state;
	int wal_frames;		/* in the WAL after our last commit */
	bool nomem;		/* a column was not read: commit nothing */
	struct row **slots;	/* statements, by the address of their text */
	size_t nslots, nrows, nactive;
};

/* Let SQLite take its memory here; before it is used the first time. */
void memory_use(void);

/* FULL and the like undo the whole transaction by themselves; from then on a
 * statement would commit on its own.  0 while it is open, else -1. */
int still_open(struct db *, struct err *);

/* Fill e from the connection's last error; path names the file.  -1. */
int db_error(sqlite3 *, const char *path, struct err *);

/* Is an object of this program's schema missing in the file, or different?
 * Changes the connection's last error; takes some milliseconds. */
bool shape_is_altered(sqlite3 *);

/* One-off SQL, outside the cache.  All return a SQLite code; the answer is
 * the first column of the first row (untouched if there is none). */
int sql_do(sqlite3 *, const char *sql);
int sql_int(sqlite3 *, const char *sql, int64_t *out);
int sql_is(sqlite3 *, const char *sql, const char *want, bool *yes);

/* Transaction control, through the cache but past the guard; to prepare it
 * is all that may need memory. */
int stmt_prepare(struct db *, const char *sql, struct err *);
int stmt_control(struct db *, const char *sql, struct err *);
void stmt_reset_all(struct db *);
void stmt_release_all(struct db *);

/* PASSIVE or TRUNCATE; the caller holds the lock.  What is left undone stays
 * safe in the WAL, so there is nothing to report. */
void db_checkpoint(struct db *, int how);

/* A file that nobody else knows yet; path is its later name.  Close the
 * handle also after an error. */
int db_open_alone(sqlite3 **, const char *tmp, const char *path, struct err *);

/* Open and configure the file; refuse what is no order database or has
 * triggers that are not ours.  Neither version nor WAL is checked yet, no
 * lock file is made. */
int db_connect(struct db **, const char *path, enum db_mode, int lock_seconds,
    struct err *);
int db_version(const struct db *, int64_t *, struct err *);
int db_wrong_version(const struct db *, int64_t has, struct err *);
int db_in_wal(const struct db *, bool *yes, struct err *);

/* place.c: files and directories, before SQLite sees them. */
int place_check_name(const char *path, struct err *);
int place_check_file(const char *path, const char *real, enum db_mode,
    struct err *);
/* Is it a database that nobody has open, or left without cleaning up? */
int place_check_rest(const char *path, const char *real, struct err *);
/* Give the -wal and -shm to the group of the file. */
void place_share(const char *real);
/* Is it a directory in which nobody else can replace our files? */
int place_check_folder(const char *dir, struct err *);
/* May a new database live at path? */
int place_check_new(const char *path, struct err *);
/* Between path and six letters more: nothing else is named like that. */
#define PLACE_TEMPORARY ".unfinished-"
/* An empty file beside path, with a name nobody has, mode 0600 and not open;
 * *tmp is its real path and the caller's to free. */
int place_temporary(const char *path, char **tmp, struct err *);
/* Make tmp durable and give it its name: 1, 0 the name is taken, -1. */
int place_rename(const char *tmp, const char *path, struct err *);
void place_remove(const char *tmp);	/* with -journal, -wal and -shm */
/* The directory of path; the caller frees it. */
char *place_directory(const char *path);
/* Make a file durable, or what was renamed or removed in a directory. */
int place_sync(const char *path, struct err *);
/* "20261122T100000Z"; fits INSTANT_TEXT. */
void place_stamp(int64_t at, char *stamp);

#endif
