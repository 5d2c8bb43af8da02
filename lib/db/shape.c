/* shape.c - is the schema in the file the one this program knows?
 *
 * Builds the embedded steps in memory and compares the text of each object.
 * What an admin adds (tables, views, indexes) is theirs; a trigger is not.
 */
#include "db_internal.h"
#include "schema.h"

static int
build(sqlite3 *h)
{
	struct arena mem = ARENA_INIT;
	int rc = SQLITE_OK;
	size_t i;

	for (i = 0; i < schema_nsteps && rc == SQLITE_OK; i++)
		rc = sqlite3_exec(h, arena_dupn(&mem,
		    (const char *)schema_steps[i].sql, schema_steps[i].n),
		    NULL, NULL, NULL);
	arena_release(&mem);
	return rc;
}

/* Is that object in the file, with that text? */
static bool
has_object(sqlite3_stmt *known, sqlite3_stmt *file)
{
	const char *text;
	bool same;
	int i;

	sqlite3_reset(file);
	for (i = 0; i < 2; i++)
		sqlite3_bind_value(file, i + 1, sqlite3_column_value(known, i));
	same = sqlite3_step(file) == SQLITE_ROW &&
	    (text = (const char *)sqlite3_column_text(file, 0)) != NULL &&
	    strcmp(text, (const char *)sqlite3_column_text(known, 2)) == 0;
	sqlite3_reset(file);
	return same;
}

bool
shape_is_altered(sqlite3 *h)
{
	static const char SQL_KNOWN[] =
	    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
	static const char SQL_FILE[] =
	    "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?";
	sqlite3_stmt *known = NULL, *file = NULL;
	int64_t has = 0;
	sqlite3 *made;
	bool same;

	if (sql_int(h, "PRAGMA user_version", &has) == SQLITE_OK &&
	    has != db_schema_version())
		return false;		/* an older one: who knows? */
	same = sqlite3_open(":memory:", &made) == SQLITE_OK &&
	    build(made) == SQLITE_OK &&
	    sqlite3_prepare_v2(made, SQL_KNOWN, -1, &known, NULL) ==
	    SQLITE_OK &&
	    sqlite3_prepare_v2(h, SQL_FILE, -1, &file, NULL) == SQLITE_OK;
	while (same && sqlite3_step(known) == SQLITE_ROW)
		same = has_object(known, file);
	sqlite3_finalize(known);
	sqlite3_finalize(file);
	sqlite3_close(made);
	return !same;
}

static const char SQL_TEXT[] =
	"SELECT sql FROM sqlite_schema WHERE type = $1 AND name = $2";

static int
compare_one(struct db *db, const char *type, const char *name,
    const char *sql, db_shape_fn *fn, void *arg, struct err *e)
{
	struct row *row;
	bool same;
	int got = db_one(db, SQL_TEXT, BIND(T(type), T(name)), &row, e);

	if (got < 0)
		return -1;
	if (got == 0)
		return fn(arg, type, name, "is missing", e);
	same = strcmp(db_text(row, 0), sql) == 0;
	db_done(row);
	return same ? 0 : fn(arg, type, name,
	    "is not as this program makes it", e);
}

static int
compare_all(struct db *db, sqlite3 *known, db_shape_fn *fn, void *arg,
    struct err *e)
{
	static const char SQL_KNOWN[] =
	    "SELECT type, name, sql FROM sqlite_schema"
	    " WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'";
	const char *type, *name, *sql;
	sqlite3_stmt *st;
	int result = 0;

	if (sqlite3_prepare_v2(known, SQL_KNOWN, -1, &st, NULL) != SQLITE_OK)
		return db_error(known, db->path, e);
	while (result == 0 && sqlite3_step(st) == SQLITE_ROW) {
		type = (const char *)sqlite3_column_text(st, 0);
		name = (const char *)sqlite3_column_text(st, 1);
		sql = (const char *)sqlite3_column_text(st, 2);
		result = type == NULL || name == NULL || sql == NULL ?
		    db_error(known, db->path, e) :
		    compare_one(db, type, name, sql, fn, arg, e);
	}
	if (sqlite3_finalize(st) != SQLITE_OK && result == 0)
		result = db_error(known, db->path, e);
	return result;
}

static const char SQL_TRIGGERS[] =
	"SELECT name FROM sqlite_schema WHERE type = 'trigger'";

/* 1, 0 for a stranger, -1. */
static int
is_known(sqlite3 *known, sqlite3_stmt *st, const char *name, const char *path,
    struct err *e)
{
	int rc = sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return db_error(known, path, e);
	sqlite3_reset(st);
	return rc == SQLITE_ROW;
}

static int
find_strangers(struct db *db, sqlite3 *known, db_shape_fn *fn, void *arg,
    struct err *e)
{
	static const char SQL_KNOWN[] =
	    "SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND name = ?";
	struct row *row;
	sqlite3_stmt *st;
	int got;

	if (sqlite3_prepare_v2(known, SQL_KNOWN, -1, &st, NULL) != SQLITE_OK)
		return db_error(known, db->path, e);
	got = db_query(db, SQL_TRIGGERS, NOBIND, &row, e);
	while (got >= 0 && (got = db_next(row, e)) == 1) {
		got = is_known(known, st, db_text(row, 0), db->path, e);
		if (got == 0)
			got = fn(arg, "trigger", db_text(row, 0),
			    "is not ours", e);
	}
	db_done(row);
	sqlite3_finalize(st);
	return got;
}

int
db_shape(struct db *db, db_shape_fn *fn, void *arg, struct err *e)
{
	sqlite3 *known;
	int result = 0;

	if (sqlite3_open(":memory:", &known) != SQLITE_OK ||
	    build(known) != SQLITE_OK)
		result = db_error(known, db->path, e);
	if (result == 0)
		result = compare_all(db, known, fn, arg, e);
	if (result == 0)
		result = find_strangers(db, known, fn, arg, e);
	sqlite3_close(known);
	return result;
}
