/* db_fixture.h - a directory for each test, and a small schema of two steps
 *
 * The schema stands in for lib/db/schema, so that a test can have an older
 * and a newer file.
 */
#ifndef DB_FIXTURE_H
#define DB_FIXTURE_H

#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include <order/buf.h>
#include <order/db.h>

#include "../../lib/db/schema.h"

#define NOW 1795341600		/* 2026-11-22T10:00:00Z */

static const unsigned char first_step[] =
    "-- what there is\n"
    "CREATE TABLE thing (\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "  name TEXT NOT NULL,\n"
    "  n INTEGER CONSTRAINT n_positive CHECK (n >= 0),\n"
    "  b BLOB\n"
    ") STRICT;\n"
    "CREATE TABLE part (\n"
    "  thing INTEGER NOT NULL REFERENCES thing ON DELETE CASCADE\n"
    ") STRICT;\n"
    "CREATE TRIGGER part_no_update_append_only BEFORE UPDATE ON part\n"
    "BEGIN\n"
    "  SELECT RAISE(ABORT, 'parts are append-only');\n"
    "END;\n";
static const unsigned char second_step[] =
    "CREATE UNIQUE INDEX thing_name ON thing (name);";

const struct schema_step schema_steps[] = {
	{ 1, "0001-first", first_step, sizeof(first_step) - 1 },
	{ 2, "0002-second", second_step, sizeof(second_step) - 1 },
};
const size_t schema_nsteps = 2;

/* By plain SQLite: what some other program, or an older one, left here. */
static inline void
raw(const char *path, const char *sql)
{
	sqlite3 *h;

	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	if (sqlite3_exec(h, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(h));
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static inline int
raw_int(const char *path, const char *sql)
{
	sqlite3_stmt *st;
	sqlite3 *h;
	int n;

	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	return n;
}

static inline void
new_file(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static inline off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

static inline void
new_db(void)
{
	struct err e = ERR_INIT;

	if (db_create("orders.db", "test", -1, NOW, 1, NULL, NULL, &e) < 0)
		fail_msg("%s", e.text);
}

static inline struct db *
open_db(enum db_mode mode)
{
	struct err e = ERR_INIT;
	struct db *db;

	if (db_open(&db, "orders.db", mode, "test", 1, &e) < 0)
		fail_msg("%s", e.text);
	return db;
}

static inline struct db *
new_writer(void)
{
	new_db();
	return open_db(DB_WRITE);
}

static inline void
read_file(const char *path, struct buf *b)
{
	char part[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	buf_clear(b);
	while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0)
		buf_add(b, part, (size_t)n);
	if (fd >= 0)
		close(fd);
}

static inline int
files_here(void)
{
	DIR *d = opendir(".");
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static inline void
empty(void)
{
	new_file("orders.db", "", 0);
}

static inline void
long_text(void)
{
	char text[20000];

	memset(text, 'x', sizeof(text));
	new_file("orders.db", text, sizeof(text));
}

static inline void
foreign(void)
{
	raw("orders.db", "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
}

static inline void
dangling(void)
{
	assert_int_equal(symlink("nowhere", "orders.db"), 0);
}

static inline void
older(void)
{
	raw("orders.db", (const char *)first_step);
	raw("orders.db", "PRAGMA application_id=0x4f52444c;"
	    "PRAGMA user_version=1; PRAGMA journal_mode=WAL");
}

static inline void
newer(void)
{
	new_db();
	raw("orders.db", "PRAGMA user_version=3");
}

struct broken {
	const char *title;
	void (*make)(void);
	enum db_mode mode;
	int code;
	const char *words;
};

/* The call failed with this code and a text that has these words. */
static inline void
assert_failed(const char *title, int result, const struct err *e, int code,
    const char *words)
{
	if (result >= 0 || e->code != code || strstr(e->text, words) == NULL)
		fail_msg("%s: %d, code %d, \"%s\"", title, result, e->code,
		    e->text);
}

static inline void
must(int result, const struct err *e)
{
	if (result < 0)
		fail_msg("code %d: %s", e->code, e->text);
}

/* A child that holds something until it is let go or killed. */
struct holder {
	pid_t pid;
	int let_go;
};

static inline void
hold_child(void (*take)(void), int ready, int let_go)
{
	char c = 'r';

	take();
	if (write(ready, &c, 1) != 1 || read(let_go, &c, 1) < 0)
		_exit(2);
	_exit(0);
}

static inline struct holder
hold(void (*take)(void))
{
	int ready[2], let_go[2];
	struct holder h;
	char c;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(let_go), 0);
	h.pid = fork();
	assert_true(h.pid >= 0);
	if (h.pid == 0) {
		close(let_go[1]);
		hold_child(take, ready[1], let_go[0]);
	}
	close(ready[1]);
	close(let_go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	h.let_go = let_go[1];
	return h;
}

static inline void
end_holder(struct holder h, int sig)
{
	if (sig != 0)
		kill(h.pid, sig);
	close(h.let_go);
	assert_int_equal(waitpid(h.pid, NULL, 0), h.pid);
}

#endif
