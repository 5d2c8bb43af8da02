/* db.c - transactions, checkpoints and the end of a connection
 *
 * Knows when the lock is held: from before BEGIN until after COMMIT and
 * checkpoint, never longer and never less.  Knows no SQL but the control
 * statements and nothing of what the tables mean.
 */
#include "db_internal.h"

#include <order/buf.h>

#include <assert.h>
#include <errno.h>

#define WAL_FRAMES_DUE 1000

static const char SQL_BEGIN[] = "BEGIN IMMEDIATE";
static const char SQL_BEGIN_READ[] = "BEGIN";
static const char SQL_COMMIT[] = "COMMIT";
static const char SQL_ROLLBACK[] = "ROLLBACK";
static const char SQL_MARK[] = "SAVEPOINT mark";
static const char SQL_MARK_KEEP[] = "RELEASE mark";
static const char SQL_MARK_UNDO[] = "ROLLBACK TO mark";

static int
cannot_open(int errnum)
{
	if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
		return ERR_PERM;
	return errnum == EMFILE || errnum == ENFILE ? ERR_OS : ERR_IO;
}

/* A statement of ours that cannot be is our own bug, unless somebody changed
 * what it is about, or the rows it met are damaged. */
static int
statement_error(sqlite3 *h, const char *path, struct err *e)
{
	char fact[400];
	bool sound;

	snprintf(fact, sizeof(fact), "%s", sqlite3_errmsg(h));
	if (shape_is_altered(h))
		return err_set(e, ERR_CONFIG, "%s: its schema was changed: %s",
		    path, fact);
	/* The sum of what no CHECK lets in, which a connection that only reads
	 * does not know. */
	if (strcmp(fact, "integer overflow") == 0 ||
	    sql_is(h, "PRAGMA quick_check(1)", "ok", &sound) != SQLITE_OK ||
	    !sound)
		return err_set(e, ERR_IO, "%s: is damaged: %s", path, fact);
	return err_set(e, ERR_SOFTWARE, "%s: %s", path, fact);
}

int
db_error(sqlite3 *h, const char *path, struct err *e)
{
	const char *text = sqlite3_errmsg(h);
	int rc = sqlite3_extended_errcode(h);

	if (rc == SQLITE_IOERR_NOMEM || (rc & 0xff) == SQLITE_NOMEM)
		return err_set(e, ERR_OS, "%s: out of memory", path);
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return err_set(e, ERR_TEMP,
		    "%s: database is locked by another program", path);
	case SQLITE_FULL:
		return err_set(e, ERR_IO,
		    "%s: %s; only free space helps", path, text);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_IO, "%s: is damaged: %s", path, text);
	case SQLITE_IOERR:
		return err_set(e, ERR_IO, "%s: %s", path, text);
	case SQLITE_CANTOPEN:
		return err_set(e, cannot_open(sqlite3_system_errno(h)),
		    "%s: %s", path, text);
	case SQLITE_READONLY:
		/* Who only reads needs the -shm as well. */
		return err_set(e, ERR_PERM, "%s: %s", path,
		    sqlite3_db_readonly(h, "main") != 1 ? text :
		    "its -wal and -shm are not there, and its directory is not"
		    " ours to make them in (read a copy elsewhere)");
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(e, ERR_PERM, "%s: %s", path, text);
	default:
		return statement_error(h, path, e);
	}
}

int
still_open(struct db *db, struct err *e)
{
	if (db->nomem)
		return err_set(e, ERR_OS, "%s: out of memory", db->path);
	if (sqlite3_get_autocommit(db->h))
		return err_set(e, ERR_IO,
		    "%s: an earlier error, of memory or disk, has undone the"
		    " transaction",
		    db->path);
	return 0;
}

/* Somebody may have upgraded the file since it was opened. */
static int
same_version(struct db *db, struct err *e)
{
	static const char SQL_VERSION[] = "PRAGMA user_version";
	int64_t has = 0;

	if (db_one_int(db, SQL_VERSION, NOBIND, &has, e) < 0)
		return -1;
	return has == db_schema_version() ? 0 : db_wrong_version(db, has, e);
}

/* What ends a transaction must not need memory when there is none left. */
int
db_begin(struct db *db, struct err *e)
{
	assert(db->state == DB_IDLE && db->nactive == 0);
	if (db->lock == NULL)
		return err_set(e, ERR_SOFTWARE,
		    "%s: is open for reading only", db->path);
	if (stmt_prepare(db, SQL_ROLLBACK, e) < 0)
		return -1;
	if (lock_writer(db->lock, db->lock_seconds, e) < 0)
		return -1;
	db->state = DB_WRITING;
	db->nomem = false;
	if (stmt_control(db, SQL_BEGIN, e) < 0 || same_version(db, e) < 0) {
		db_rollback(db);
		return -1;
	}
	return 0;
}

int
db_begin_read(struct db *db, struct err *e)
{
	assert(db->state == DB_IDLE && db->nactive == 0);
	db->nomem = false;
	if (stmt_prepare(db, SQL_ROLLBACK, e) < 0 ||
	    stmt_control(db, SQL_BEGIN_READ, e) < 0)
		return -1;
	db->state = DB_READING;
	return 0;
}

int
db_commit(struct db *db, struct err *e)
{
	assert(db->state == DB_WRITING);
	stmt_reset_all(db);
	if (still_open(db, e) < 0 || stmt_control(db, SQL_COMMIT, e) < 0) {
		db_rollback(db);
		return -1;
	}
	if (db->wal_frames >= WAL_FRAMES_DUE)
		db_checkpoint(db, SQLITE_CHECKPOINT_PASSIVE);
	db->state = DB_IDLE;
	lock_writer_done(db->lock);
	return 0;
}

void
db_rollback(struct db *db)
{
	struct err ignored = ERR_INIT;

	if (db->state == DB_IDLE)
		return;
	stmt_reset_all(db);
	if (!sqlite3_get_autocommit(db->h))
		stmt_control(db, SQL_ROLLBACK, &ignored);
	if (db->state == DB_WRITING)
		lock_writer_done(db->lock);
	db->state = DB_IDLE;
}

int
db_mark(struct db *db, struct err *e)
{
	assert(db->state == DB_WRITING);
	if (still_open(db, e) < 0)
		return -1;
	return stmt_control(db, SQL_MARK, e);
}

int
db_mark_keep(struct db *db, struct err *e)
{
	assert(db->state == DB_WRITING);
	if (still_open(db, e) < 0)
		return -1;
	return stmt_control(db, SQL_MARK_KEEP, e);
}

int
db_mark_undo(struct db *db, struct err *e)
{
	assert(db->state == DB_WRITING);
	if (still_open(db, e) < 0 || stmt_control(db, SQL_MARK_UNDO, e) < 0)
		return -1;
	return stmt_control(db, SQL_MARK_KEEP, e);
}

void
db_checkpoint(struct db *db, int how)
{
	sqlite3_wal_checkpoint_v2(db->h, "main", how, NULL, NULL);
}

/* An empty WAL makes the next start fast and keeps no erased text.  Whoever
 * holds the lock now, or a reader in the way, leaves it to the next one. */
static void
last_checkpoint(struct db *db)
{
	struct err ignored = ERR_INIT;

	if (lock_writer(db->lock, 0, &ignored) < 0)
		return;
	sqlite3_busy_timeout(db->h, 0);
	db_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE);
	lock_writer_done(db->lock);
}

/* A power cut must not bring the WAL back that was cut off. */
static int
sync_wal(struct db *db, struct err *e)
{
	struct buf path = BUF_INIT;
	int result;

	buf_printf(&path, "%s-wal", db->real);
	result = place_sync(path.data, e);
	buf_release(&path);
	return result;
}

/* What VACUUM copies by way of a temporary file may be larger than memory. */
static int
rewrite(struct db *db, struct err *e)
{
	int rc = sql_do(db->h, "PRAGMA temp_store=FILE"), end;

	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 1);
	if (rc == SQLITE_OK)
		rc = sql_do(db->h, "VACUUM");
	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
	if (rc == SQLITE_OK)
		rc = sqlite3_wal_checkpoint_v2(db->h, "main",
		    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if ((rc & 0xff) == SQLITE_BUSY)
		err_set(e, ERR_TEMP, "%s: somebody still reads what was there"
		    " before; run this again", db->path);
	else if (rc != SQLITE_OK)
		db_error(db->h, db->path, e);
	end = sql_do(db->h, "PRAGMA temp_store=MEMORY");
	if (rc == SQLITE_OK && end != SQLITE_OK)
		return db_error(db->h, db->path, e);
	return rc == SQLITE_OK ? sync_wal(db, e) : -1;
}

int
db_rewrite(struct db *db, struct err *e)
{
	int result;

	assert(db->state == DB_IDLE && db->nactive == 0);
	if (lock_writer(db->lock, db->lock_seconds, e) < 0)
		return -1;
	result = rewrite(db, e);
	lock_writer_done(db->lock);
	return result;
}

int
db_close(struct db *db, struct err *e)
{
	int result = 0;

	if (db == NULL)
		return 0;
	db_rollback(db);
	if (db->wal_frames > 0)
		last_checkpoint(db);
	stmt_release_all(db);
	if (sqlite3_close(db->h) != SQLITE_OK) {
		if (e != NULL)
			result = db_error(db->h, db->path, e);
		sqlite3_close_v2(db->h);
	}
	lock_close(db->lock);
	free(db->path);
	free(db->real);
	free(db);
	return result;
}

struct lock *
db_lock(struct db *db)
{
	return db->lock;
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

bool
db_is_archive(const struct db *db)
{
	return db->archive;
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->h);
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_total_changes64(db->h);
}
