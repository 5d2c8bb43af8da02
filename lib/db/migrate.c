/* migrate.c - make a database, or bring an older one up to date
 *
 * Knows the numbered schema steps: each in its own transaction, with its
 * version inside.  A new file gets its name only when it is whole; an old one
 * is changed only under the lock and after a checked backup.
 */
#include "db_internal.h"
#include "schema.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/copies.h>

#define STEP_MAX 1000000	/* bytes of SQL in one step */

static int
run_text(sqlite3 *h, const char *sql, size_t n)
{
	const char *end = sql + n;
	sqlite3_stmt *st;
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && sql < end) {
		rc = sqlite3_prepare_v2(h, sql, (int)(end - sql), &st, &sql);
		if (rc != SQLITE_OK || st == NULL)
			continue;	/* none is a comment or the end */
		while (sqlite3_step(st) == SQLITE_ROW)
			;
		rc = sqlite3_finalize(st);
	}
	return rc;
}

/* A pragma takes no parameters; the number is ours. */
static int
set_number(sqlite3 *h, const char *pragma, int value)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA %s=%d", pragma, value);
	return sql_do(h, sql);
}

static int
apply_step(sqlite3 *h, const char *path, const struct schema_step *s,
    struct err *e)
{
	int64_t orphan = 0;
	int rc;

	if (sql_do(h, "BEGIN EXCLUSIVE") != SQLITE_OK)
		return db_error(h, path, e);
	rc = run_text(h, (const char *)s->sql, s->n);
	if (rc == SQLITE_OK)
		rc = set_number(h, "user_version", s->version);
	if (rc == SQLITE_OK)
		rc = sql_int(h, "SELECT 1 FROM pragma_foreign_key_check "
		    "LIMIT 1", &orphan);
	if (rc == SQLITE_OK && orphan == 0)
		rc = sql_do(h, "COMMIT");
	if (rc == SQLITE_OK && orphan == 0)
		return 0;
	/* What a step finds is what the one before has left, or not ours. */
	if ((rc & 0xff) == SQLITE_ERROR)
		err_set(e, ERR_CONFIG, "%s: its schema was changed: %s", path,
		    sqlite3_errmsg(h));
	else if (rc != SQLITE_OK)
		db_error(h, path, e);
	else
		err_set(e, ERR_SOFTWARE, "%s: rows that refer to nothing",
		    path);
	if (!sqlite3_get_autocommit(h))
		sql_do(h, "ROLLBACK");
	return err_add(e, "schema step %s", s->name);
}

/* Foreign keys are off meanwhile: a step that rebuilds a table drops the old
 * one, which would take its dependents along. */
static int
apply_steps(sqlite3 *h, const char *path, int64_t has, struct err *e)
{
	int result = 0;
	size_t i;

	sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, STEP_MAX);
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	for (i = 0; i < schema_nsteps && result == 0; i++)
		if (schema_steps[i].version > has)
			result = apply_step(h, path, &schema_steps[i], e);
	sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	return result;
}

static int
set_wal(sqlite3 *h, const char *path, struct err *e)
{
	bool wal;

	if (sql_is(h, "PRAGMA journal_mode=WAL", "wal", &wal) != SQLITE_OK)
		return db_error(h, path, e);
	return wal ? 0 : err_set(e, ERR_CONFIG,
	    "%s: this file system has no shared memory for a WAL", path);
}

static int
fill_new(const char *tmp, const char *path, int id, struct err *e)
{
	sqlite3 *h;
	int result = db_open_alone(&h, tmp, path, e);

	if (result == 0)
		result = apply_steps(h, path, 0, e);
	if (result == 0 && set_number(h, "application_id", id) != SQLITE_OK)
		result = db_error(h, path, e);
	if (result == 0)
		result = set_wal(h, path, e);
	if (sqlite3_close(h) != SQLITE_OK && result == 0)
		result = db_error(h, path, e);
	return result;
}

static int
share(const char *tmp, const char *path, int64_t gid, struct err *e)
{
	if (gid == -1)
		return 0;
	if (chown(tmp, (uid_t)-1, (gid_t)gid) < 0)
		return err_errno(e, ERR_PERM, errno,
		    "%s: cannot be given to the group", path);
	if (chmod(tmp, 0660) < 0)
		return err_errno(e, ERR_PERM, errno, "%s", path);
	return 0;
}

/* 1; 0 the name was taken meanwhile; -1. */
static int
make_new(const char *path, int id, int64_t gid, struct err *e)
{
	struct copies *c;
	char *tmp;
	int result;

	if (place_check_name(path, e) < 0 || place_check_new(path, e) < 0 ||
	    copies_open(&c, path, path, e) < 0)
		return -1;
	result = place_temporary(path, &tmp, e);
	if (result == 0)
		result = share(tmp, path, gid, e);
	if (result == 0)
		result = fill_new(tmp, path, id, e);
	if (result == 0)
		result = place_rename(tmp, path, e);
	if (result <= 0 && tmp != NULL)
		place_remove(tmp);
	free(tmp);
	copies_close(c);
	return result;
}

/* "orders.db-20261122T100000Z.bak", or with "-2" and so on before the dot
 * when an upgrade that was cut off in the same second has left one. */
static int
back_up(struct db *db, int64_t now, struct err *e)
{
	struct arena mem = ARENA_INIT;
	const char *made;
	struct copies *c;
	int result = copies_beside(&c, db->real, e);

	if (result == 0)
		result = copies_make(c, db, now, NULL, NULL, &mem, &made, e);
	copies_close(c);
	arena_release(&mem);
	return result < 0 ? err_add(e, "backup before the upgrade") : 0;
}

/* Under the lock. */
static int
upgrade(struct db *db, int64_t now, bool *upgraded, struct err *e)
{
	int64_t has;
	bool wal;

	if (db_version(db, &has, e) < 0)
		return -1;
	if (has < 1 || has > db_schema_version())
		return db_wrong_version(db, has, e);
	if (has < db_schema_version()) {
		if (back_up(db, now, e) < 0 ||
		    apply_steps(db->h, db->path, has, e) < 0)
			return -1;
		*upgraded = true;
	}
	if (db_in_wal(db, &wal, e) < 0)
		return -1;
	return wal ? 0 : set_wal(db->h, db->path, e);
}

/* A glance without the lock, so that a current database is left in peace. */
static bool
is_current(const struct db *db)
{
	struct err ignored = ERR_INIT;
	int64_t has;
	bool wal;

	return db_version(db, &has, &ignored) == 0 &&
	    has == db_schema_version() &&
	    db_in_wal(db, &wal, &ignored) == 0 && wal;
}

static int
bring_up(const char *path, const char *who, int64_t now, int lock_seconds,
    bool *upgraded, struct err *e)
{
	struct db *db;
	int result;

	if (db_connect(&db, path, DB_WRITE, lock_seconds, e) < 0)
		return -1;
	result = lock_open(&db->lock, path, who, e);
	if (result == 0 && !is_current(db)) {
		result = lock_writer(db->lock, lock_seconds, e);
		if (result == 0)
			result = upgrade(db, now, upgraded, e);
		lock_writer_done(db->lock);
	}
	if (db_close(db, result == 0 ? e : NULL) < 0)
		result = -1;
	return result;
}

static int
make_lock(const char *path, const char *who, struct err *e)
{
	struct lock *l;

	if (lock_open(&l, path, who, e) < 0)
		return -1;
	lock_close(l);
	return 0;
}

int
db_create(const char *path, const char *who, int64_t gid, int64_t now,
    int lock_seconds, bool *created, bool *upgraded, struct err *e)
{
	bool ignored[2], *made = created != NULL ? created : &ignored[0];
	bool *raised = upgraded != NULL ? upgraded : &ignored[1];
	struct stat st;
	int tries, got;

	*made = *raised = false;
	for (tries = 0; tries < 2; tries++) {
		if (stat(path, &st) == 0 || errno != ENOENT)
			return bring_up(path, who, now, lock_seconds, raised,
			    e);
		if ((got = make_new(path, DB_APPLICATION_ID, gid, e)) < 0)
			return -1;
		if (got > 0) {
			*made = true;
			return make_lock(path, who, e);
		}
	}
	return err_set(e, ERR_CONFIG,
	    "%s: is a symbolic link that leads nowhere", path);
}

int
db_create_archive(const char *path, const struct db *of, const char *who,
    struct err *e)
{
	struct stat st;
	int got;

	if (stat(path, &st) == 0 || errno != ENOENT)
		return 0;	/* whoever opens it says what it is */
	if (stat(of->real, &st) < 0)
		return err_errno(e, ERR_IO, errno, "%s", of->path);
	got = make_new(path, DB_ARCHIVE_ID,
	    (st.st_mode & S_IWGRP) != 0 ? (int64_t)st.st_gid : -1, e);
	return got < 0 ? -1 : make_lock(path, who, e);
}
