/* copy.c - consistent copies, and what SQLite says of its own integrity
 *
 * Knows that a copy counts only after it was checked and is on the disk, and
 * that it must be in WAL mode to be put back as it is.  Knows nothing of
 * where backups are kept; see copies.c.
 */
#include "db_internal.h"

#include <assert.h>

static int
vacuum_into(sqlite3 *h, const char *tmp)
{
	static const char SQL_COPY[] = "VACUUM INTO $1";
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(h, SQL_COPY, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_bind_text(st, 1, tmp, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		sqlite3_step(st);
	return sqlite3_finalize(st);
}

/* VACUUM INTO attaches its target and writes there.  The target is new and
 * ours: that it is only for reading means that it failed to open. */
static int
fill(struct db *db, const char *tmp, const char *to, struct err *e)
{
	int result = 0, rc;

	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 1);
	rc = sql_do(db->h, "PRAGMA query_only=OFF");
	if (rc == SQLITE_OK)
		rc = vacuum_into(db->h, tmp);
	if ((rc & 0xff) == SQLITE_READONLY)
		result = err_set(e, ERR_IO, "%s: the copy cannot be written",
		    to);
	else if (rc != SQLITE_OK)
		result = db_error(db->h, (rc & 0xff) == SQLITE_FULL ||
		    (rc & 0xff) == SQLITE_CANTOPEN ? to : db->path, e);
	if (db->mode == DB_READ &&
	    sql_do(db->h, "PRAGMA query_only=ON") != SQLITE_OK && result == 0)
		result = db_error(db->h, db->path, e);
	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
	return result;
}

static int
check(sqlite3 *h, const char *to, struct err *e)
{
	int64_t orphan = 0;
	bool sound;

	if (sql_is(h, "PRAGMA integrity_check(1)", "ok", &sound) !=
	    SQLITE_OK ||
	    sql_int(h, "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
	    &orphan) != SQLITE_OK)
		return db_error(h, to, e);
	if (!sound || orphan != 0)
		return err_set(e, ERR_IO,
		    "%s: the copy does not pass its integrity check", to);
	return 0;
}

/* Before it is in WAL mode, so that nothing is left beside it. */
static int
look_at(sqlite3 *h, const char *to, bool archive, db_look_fn *fn, void *arg,
    struct err *e)
{
	struct db db = { .h = h, .mode = DB_READ, .archive = archive };
	int result;

	if (sql_do(h, "PRAGMA temp_store=MEMORY") != SQLITE_OK)
		return db_error(h, to, e);
	db.path = db.real = xstrdup(to);
	result = fn(arg, &db, e);
	db_rollback(&db);
	stmt_release_all(&db);
	free(db.path);
	return result;
}

static int
check_copy(const char *tmp, const char *to, bool archive, db_look_fn *fn,
    void *arg, struct err *e)
{
	sqlite3 *h;
	bool wal;
	int result = db_open_alone(&h, tmp, to, e);

	if (result == 0)
		result = fn == NULL ? check(h, to, e) :
		    look_at(h, to, archive, fn, arg, e);
	if (result == 0 && (sql_is(h, "PRAGMA journal_mode=WAL", "wal",
	    &wal) != SQLITE_OK || !wal))
		result = db_error(h, to, e);
	if (sqlite3_close(h) != SQLITE_OK && result == 0)
		result = db_error(h, to, e);
	return result;
}

int
db_copy(struct db *db, const char *to, db_look_fn *fn, void *arg,
    struct err *e)
{
	char *tmp;
	int result;

	assert(db->state == DB_IDLE && db->nactive == 0);
	if (place_temporary(to, &tmp, e) < 0)
		return -1;
	result = fill(db, tmp, to, e);
	if (result == 0)
		result = check_copy(tmp, to, db->archive, fn, arg, e);
	if (result == 0)
		result = place_rename(tmp, to, e);
	if (result <= 0)
		place_remove(tmp);
	free(tmp);
	return result;
}

struct lines {
	struct arena *a;
	const char **line;
	size_t n, cap;
};

static void
add_line(struct lines *l, const char *text)
{
	l->line = arena_grow(l->a, l->line, l->n, &l->cap, sizeof(*l->line));
	l->line[l->n++] = text;
}

/* SQLite takes a page it has no memory for as one that cannot be read. */
#define NO_MEMORY "unable to get the page. error code=7"

static int
check_pages(struct db *db, struct lines *l, struct err *e)
{
	static const char SQL_PAGES[] = "PRAGMA integrity_check";
	struct row *r;
	int got;

	if (db_query(db, SQL_PAGES, NOBIND, &r, e) < 0)
		return -1;
	while ((got = db_next(r, e)) > 0) {
		if (strstr(db_text(r, 0), NO_MEMORY) != NULL) {
			db_done(r);
			return err_set(e, ERR_OS, "%s: out of memory",
			    db->path);
		}
		if (strcmp(db_text(r, 0), "ok") != 0)
			add_line(l, db_dup(r, 0, l->a));
	}
	return got;
}

static int
check_references(struct db *db, struct lines *l, struct err *e)
{
	static const char SQL_REFERENCES[] = "PRAGMA foreign_key_check";
	struct row *r;
	int got;

	if (db_query(db, SQL_REFERENCES, NOBIND, &r, e) < 0)
		return -1;
	while ((got = db_next(r, e)) > 0)
		add_line(l, arena_printf(l->a,
		    "row %s of %s refers to a missing row of %s",
		    db_text(r, 1), db_text(r, 0), db_text(r, 2)));
	return got;
}

int
db_integrity(struct db *db, struct arena *a, const char ***lines, size_t *n,
    struct err *e)
{
	struct lines l = { .a = a };

	if (check_pages(db, &l, e) < 0 || check_references(db, &l, e) < 0)
		return -1;
	*lines = l.line;
	*n = l.n;
	return 0;
}
