/* open.c - the open sequence
 *
 * Knows in which order a file is looked at before it is trusted: its place,
 * then SQLite's defences, then whose it is, then the settings.  Nothing here
 * changes a byte of the file.  Knows nothing of transactions.
 */
#include "db_internal.h"
#include "schema.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include <order/buf.h>

#define BUSY_MS 10000
#define VALUE_MAX (24 << 20)	/* an order of 16 MiB, and its mail */

int
sql_do(sqlite3 *h, const char *sql)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while (sqlite3_step(st) == SQLITE_ROW)
		;
	return sqlite3_finalize(st);
}

int
sql_int(sqlite3 *h, const char *sql, int64_t *out)
{
	sqlite3_stmt *st;
	int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	if (rc != SQLITE_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW)
		*out = sqlite3_column_int64(st, 0);
	return sqlite3_finalize(st);
}

int
sql_is(sqlite3 *h, const char *sql, const char *want, bool *yes)
{
	sqlite3_stmt *st;
	const unsigned char *text;
	int rc = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	*yes = false;
	if (rc != SQLITE_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW &&
	    (text = sqlite3_column_text(st, 0)) != NULL)
		*yes = strcmp((const char *)text, want) == 0;
	return sqlite3_finalize(st);
}

int
db_schema_version(void)
{
	return schema_steps[schema_nsteps - 1].version;
}

/* The settings that need no look into the file. */
static int
harden(sqlite3 *h, const char *path, struct err *e)
{
	static const struct {
		int what, value;
	} config[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 1 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
	};
	size_t i;
	int is;

	sqlite3_busy_timeout(h, BUSY_MS);
	for (i = 0; i < sizeof(config) / sizeof(config[0]); i++)
		if (sqlite3_db_config(h, config[i].what, config[i].value,
		    &is) != SQLITE_OK || is != config[i].value)
			return err_set(e, ERR_SOFTWARE,
			    "%s: SQLite %s refuses setting %d", path,
			    sqlite3_libversion(), config[i].what);
	sqlite3_limit(h, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, 100000);
	sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(h, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50);
	sqlite3_limit(h, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
	return 0;
}

/* SQLite falls back to reading when a file that may be written fails to
 * open. */
static int
check_writable(sqlite3 *h, const char *path, struct err *e)
{
	if (sqlite3_db_readonly(h, "main") == 1)
		return err_set(e, ERR_IO, "%s: cannot be opened for writing",
		    path);
	return 0;
}

int
db_open_alone(sqlite3 **h, const char *tmp, const char *path, struct err *e)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;

	*h = NULL;
	if (sqlite3_open_v2(tmp, h, flags, NULL) != SQLITE_OK)
		return db_error(*h, path, e);
	if (check_writable(*h, path, e) < 0 || harden(*h, path, e) < 0)
		return -1;
	/* The last one out may clean up. */
	sqlite3_db_config(*h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return 0;
}

static int
count_frames(void *p, sqlite3 *h, const char *name, int frames)
{
	struct db *db = p;

	(void)h;
	(void)name;
	db->wal_frames = frames;
	return SQLITE_OK;
}

static int
check_identity(struct db *db, struct err *e)
{
	int64_t id = 0;
	int rc = sql_int(db->h, "PRAGMA application_id", &id);

	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_NOTADB)
		return db_error(db->h, db->path, e);
	db->archive = id == DB_ARCHIVE_ID;
	if (rc != SQLITE_OK || (id != DB_APPLICATION_ID && !db->archive))
		return err_set(e, ERR_CONFIG, "%s: is not an order database",
		    db->path);
	return 0;
}

static int
apply_settings(const struct db *db, struct err *e)
{
	static const struct {
		const char *sql, *want;	/* NULL: any answer or none */
	} settings[] = {
		{ "PRAGMA cell_size_check=ON", NULL },
		{ "PRAGMA cell_size_check", "1" },
		{ "PRAGMA mmap_size=0", NULL },
		{ "PRAGMA synchronous=FULL", NULL },
		{ "PRAGMA synchronous", "2" },
		{ "PRAGMA secure_delete=ON", "1" },
		{ "PRAGMA cache_size=-8000", NULL },
		{ "PRAGMA temp_store=MEMORY", NULL },
		{ "PRAGMA journal_size_limit=16777216", NULL },
	};
	bool yes;
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (settings[i].want == NULL) {
			if (sql_do(db->h, settings[i].sql) != SQLITE_OK)
				return db_error(db->h, db->path, e);
			continue;
		}
		if (sql_is(db->h, settings[i].sql, settings[i].want, &yes) !=
		    SQLITE_OK)
			return db_error(db->h, db->path, e);
		if (!yes)
			return err_set(e, ERR_SOFTWARE,
			    "%s: SQLite %s does not obey %s", db->path,
			    sqlite3_libversion(), settings[i].sql);
	}
	if (db->mode == DB_READ &&
	    sql_do(db->h, "PRAGMA query_only=ON") != SQLITE_OK)
		return db_error(db->h, db->path, e);
	return 0;
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

/* Our triggers do nothing but refuse: a single statement in the whole text,
 * and that is an unconditional RAISE.  Read from the end, so that nothing in
 * a name, a literal or a comment before it can pass for the body. */
static bool
only_refuses(const char *sql)
{
	static const char *const tail[] = {
		"END", ";", ")", "'", "'", ",", "ABORT", "(", "RAISE",
		"SELECT", "BEGIN"
	};
	size_t n = strlen(sql), i, k;

	for (i = 0; i < sizeof(tail) / sizeof(tail[0]); i++) {
		if (i == 4)		/* inside the message */
			while (n > 0 && sql[n - 1] != '\'')
				n--;
		else
			while (n > 0 && isspace((unsigned char)sql[n - 1]))
				n--;
		k = strlen(tail[i]);
		if (n < k || memcmp(sql + n - k, tail[i], k) != 0)
			return false;
		n -= k;
	}
	return strchr(sql, ';') == strrchr(sql, ';');
}

static int
check_triggers(const struct db *db, struct err *e)
{
	static const char SQL_TRIGGERS[] =
	    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
	const char *name, *sql;
	sqlite3_stmt *st;
	int result = 0;

	if (sqlite3_prepare_v2(db->h, SQL_TRIGGERS, -1, &st, NULL) !=
	    SQLITE_OK)
		return db_error(db->h, db->path, e);
	while (result == 0 && sqlite3_step(st) == SQLITE_ROW) {
		name = (const char *)sqlite3_column_text(st, 0);
		sql = (const char *)sqlite3_column_text(st, 1);
		if (name == NULL || sql == NULL || !only_refuses(sql) ||
		    (!ends_with(name, "_append_only") &&
		    !ends_with(name, "_guard")))
			result = err_set(e, ERR_CONFIG,
			    "%s: trigger '%.80s' is not ours", db->path,
			    name != NULL ? name : "");
	}
	if (sqlite3_finalize(st) != SQLITE_OK && result == 0)
		result = db_error(db->h, db->path, e);
	return result;
}

static int
find_file(struct db *db, struct err *e)
{
	if (place_check_name(db->path, e) < 0)
		return -1;
	db->real = realpath(db->path, NULL);
	if (db->real != NULL)
		return place_check_file(db->path, db->real, db->mode, e);
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(e, ERR_CONFIG, "%s: no such database "
		    "(create it with: order-init -d %s)", db->path, db->path);
	return err_errno(e, errno == EACCES ? ERR_PERM : ERR_CONFIG, errno,
	    "%s", db->path);
}

/* name is the file, or a URI of it (how: SQLITE_OPEN_URI). */
static int
connect_file(struct db *db, const char *name, int how, struct err *e)
{
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
	    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;

	/* Refused once SQLite is in use, which is as well: only for speed. */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	memory_use();
	if (sqlite3_open_v2(name, &db->h, flags | how | (db->mode == DB_READ ?
	    SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE), NULL) != SQLITE_OK)
		return db_error(db->h, db->path, e);
	if (db->mode == DB_WRITE && check_writable(db->h, db->path, e) < 0)
		return -1;
	if (harden(db->h, db->path, e) < 0)
		return -1;
	/* In the place of SQLite's own, which checkpoints when it likes. */
	sqlite3_wal_hook(db->h, count_frames, db);
	if (check_identity(db, e) < 0)
		return -1;
	place_share(db->real);
	if (apply_settings(db, e) < 0)
		return -1;
	return check_triggers(db, e);
}

int
db_connect(struct db **out, const char *path, enum db_mode mode,
    int lock_seconds, struct err *e)
{
	struct db *db = xmalloc(sizeof(*db));

	*db = (struct db){ .mode = mode, .lock_seconds = lock_seconds };
	db->path = xstrdup(path);
	*out = db;
	if (find_file(db, e) == 0 && connect_file(db, db->real, 0, e) == 0)
		return 0;
	db_close(db, NULL);
	*out = NULL;
	return -1;
}

/* ---- a copy at rest ---- */

/* SQLite takes no lock and makes no -wal for a file that nobody changes. */
static char *
at_rest(const char *real)
{
	struct buf b = BUF_INIT;

	buf_puts(&b, "file:");
	for (const char *s = real; *s != '\0'; s++)
		if (isalnum((unsigned char)*s) || strchr("/._-", *s) != NULL)
			buf_putc(&b, *s);
		else
			buf_printf(&b, "%%%02x", (unsigned char)*s);
	buf_puts(&b, "?immutable=1");
	return b.data;
}

int
db_look(const char *path, db_look_fn *fn, void *arg, struct err *e)
{
	struct db *db = xmalloc(sizeof(*db));
	char *uri = NULL;
	int result = -1;

	*db = (struct db){ .mode = DB_READ };
	db->path = xstrdup(path);
	if (place_check_name(path, e) < 0)
		goto done;
	if ((db->real = realpath(path, NULL)) == NULL) {
		err_errno(e, ERR_NOINPUT, errno, "%s", path);
		goto done;
	}
	if (place_check_rest(path, db->real, e) < 0)
		goto done;
	uri = at_rest(db->real);
	if (connect_file(db, uri, SQLITE_OPEN_URI, e) == 0)
		result = fn(arg, db, e);
done:
	free(uri);
	db_close(db, NULL);
	return result;
}

int
db_version(const struct db *db, int64_t *has, struct err *e)
{
	*has = 0;
	if (sql_int(db->h, "PRAGMA user_version", has) != SQLITE_OK)
		return db_error(db->h, db->path, e);
	return 0;
}

int
db_wrong_version(const struct db *db, int64_t has, struct err *e)
{
	if (has > db_schema_version())
		return err_set(e, ERR_CONFIG, "%s: was made by a newer "
		    "order-tools (schema %" PRId64 ", this program knows %d)",
		    db->path, has, db_schema_version());
	if (has < 1)
		return err_set(e, ERR_CONFIG, "%s: is not an order database "
		    "(there never was a schema %" PRId64 ")", db->path, has);
	return err_set(e, ERR_CONFIG, "%s: has schema %" PRId64 ", this "
	    "program needs %d (upgrade it with: order-init -d %s)",
	    db->path, has, db_schema_version(), db->path);
}

int
db_in_wal(const struct db *db, bool *yes, struct err *e)
{
	if (sql_is(db->h, "PRAGMA journal_mode", "wal", yes) != SQLITE_OK)
		return db_error(db->h, db->path, e);
	return 0;
}

/* What writes to the one must never get hold of the other. */
static int
check_kind(const struct db *db, enum db_mode mode, struct err *e)
{
	if (mode == DB_WRITE && db->archive)
		return err_set(e, ERR_CONFIG, "%s: is an archive: only"
		    " order-archive changes what is in it", db->path);
	if (mode == DB_ARCHIVE && !db->archive)
		return err_set(e, ERR_CONFIG, "%s: is an order database, but"
		    " no archive", db->path);
	return 0;
}

static int
check_current(const struct db *db, struct err *e)
{
	int64_t has;
	bool wal;

	if (db_version(db, &has, e) < 0)
		return -1;
	if (has != db_schema_version())
		return db_wrong_version(db, has, e);
	if (db_in_wal(db, &wal, e) < 0)
		return -1;
	if (!wal)
		return err_set(e, ERR_CONFIG, "%s: is not in WAL mode (repair "
		    "it with: order-init -d %s)", db->path, db->path);
	return 0;
}

int
db_open(struct db **out, const char *path, enum db_mode mode, const char *who,
    int lock_seconds, struct err *e)
{
	*out = NULL;
	if (db_connect(out, path, mode == DB_READ ? DB_READ : DB_WRITE,
	    lock_seconds, e) < 0)
		return -1;
	if (check_kind(*out, mode, e) == 0 &&
	    check_current(*out, e) == 0 && (mode == DB_READ ||
	    lock_open(&(*out)->lock, path, who, e) == 0))
		return 0;
	db_close(*out, NULL);
	*out = NULL;
	return -1;
}
