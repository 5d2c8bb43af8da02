/* floor - the least that taking orders in can cost
 *
 *     floor MODEL STORE
 *
 * MODEL is a database that order-receive filled, STORE one as it was before.
 * Copies what order-receive wrote, row by row in the same order and in the
 * same batches, with the same settings.  The rows are in memory before the
 * clock starts; nothing is parsed, looked up, checked, hashed or locked.
 * Prints seconds elapsed, seconds of processor time and the number of orders.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BATCH_RECORDS 1000
#define BATCH_BYTES (512 << 10)		/* of originals */
#define WAL_FRAMES_DUE 1000
#define MAX_COLUMNS 100

/* What order-receive writes of an order, in the order it does. */
enum { ORDERS, LINES, ORDER_KEYS, ORIGINALS, EVENTS, DETAILS, NTABLES };

static const struct {
	const char *name, *where;	/* the rows of order $1, or of event $1 */
} tables[NTABLES] = {
	{ "orders", "id = ?1" },
	{ "lines", "order_id = ?1 ORDER BY line" },
	{ "order_keys", "order_id = ?1 AND (channel, external_ref) ="
	    " (SELECT channel, external_ref FROM orders WHERE id = ?1)" },
	{ "originals", "order_id = ?1" },
	{ "events", "order_id = ?1 ORDER BY seq" },
	{ "event_details", "seq = ?1" },
};

struct cell {
	int type;			/* SQLITE_INTEGER .. SQLITE_NULL */
	int n;				/* bytes that follow */
	int64_t number;
};

static sqlite3 *db;
static sqlite3_stmt *insert[NTABLES];
static int ncolumns[NTABLES];
static char *rows;			/* table, cells and their bytes */
static size_t rows_n, rows_size;
static long norders;

static void
fail(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, sqlite3_errmsg(db));
	exit(70);
}

static void
run(const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(sql);
}

static sqlite3_stmt *
prepare(const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
	    NULL) != SQLITE_OK)
		fail(sql);
	return st;
}

/* ---- loading the rows ---- */

static void
keep(const void *bytes, size_t n)
{
	if (rows_n + n > rows_size) {
		rows_size = 2 * (rows_size + n);
		rows = realloc(rows, rows_size);
		if (rows == NULL)
			abort();
	}
	memcpy(rows + rows_n, bytes, n);
	rows_n += n;
}

/* Cells are aligned, so that they can be used where they lie. */
static void
keep_cell(sqlite3_stmt *st, int i)
{
	static const char zeros[8];
	struct cell c = { .type = sqlite3_column_type(st, i) };
	const void *bytes = NULL;

	if (c.type == SQLITE_INTEGER)
		c.number = sqlite3_column_int64(st, i);
	else if (c.type != SQLITE_NULL) {
		bytes = sqlite3_column_blob(st, i);
		c.n = sqlite3_column_bytes(st, i);
	}
	keep(&c, sizeof(c));
	if (c.n > 0)
		keep(bytes, (size_t)c.n);
	keep(zeros, (8 - (size_t)c.n % 8) % 8);
}

/* Columns that have a default were left to it. */
static void
list_columns(int t, char *list, char *marks, size_t size)
{
	char sql[200];
	sqlite3_stmt *st;

	snprintf(sql, sizeof(sql), "SELECT name FROM pragma_table_info('%s')"
	    " WHERE dflt_value IS NULL", tables[t].name);
	st = prepare(sql);
	list[0] = marks[0] = '\0';
	while (sqlite3_step(st) == SQLITE_ROW) {
		size_t n = strlen(list);

		snprintf(list + n, size - n, "%s%s", n > 0 ? "," : "",
		    (const char *)sqlite3_column_text(st, 0));
		strcat(marks, n > 0 ? ",?" : "?");
		ncolumns[t]++;
	}
	sqlite3_finalize(st);
}

static sqlite3_stmt *
selection(int t)
{
	char list[4000], marks[4 * MAX_COLUMNS], sql[5000];

	list_columns(t, list, marks, sizeof(list));
	snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE %s", list,
	    tables[t].name, tables[t].where);
	return prepare(sql);
}

static void
keep_rows(sqlite3_stmt *const *from, int t, int64_t key)
{
	const int64_t table = t;

	sqlite3_bind_int64(from[t], 1, key);
	while (sqlite3_step(from[t]) == SQLITE_ROW) {
		keep(&table, sizeof(table));
		for (int i = 0; i < ncolumns[t]; i++)
			keep_cell(from[t], i);
		if (t == EVENTS)	/* its seq comes first */
			keep_rows(from, DETAILS,
			    sqlite3_column_int64(from[t], 0));
	}
	sqlite3_reset(from[t]);
}

static void
load(const char *model)
{
	sqlite3_stmt *from[NTABLES], *ids;

	if (sqlite3_open_v2(model, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		fail(model);
	for (int t = 0; t < NTABLES; t++)
		from[t] = selection(t);
	ids = prepare("SELECT id FROM orders ORDER BY id");
	while (sqlite3_step(ids) == SQLITE_ROW) {
		for (int t = 0; t < DETAILS; t++)
			keep_rows(from, t, sqlite3_column_int64(ids, 0));
		norders++;
	}
	sqlite3_finalize(ids);
	for (int t = 0; t < NTABLES; t++)
		sqlite3_finalize(from[t]);
	sqlite3_close(db);
}

/* ---- writing them ---- */

static void
open_store(const char *path)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL) !=
	    SQLITE_OK)
		fail(path);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	run("PRAGMA cell_size_check=ON");
	run("PRAGMA mmap_size=0");
	run("PRAGMA synchronous=FULL");
	run("PRAGMA secure_delete=ON");
	run("PRAGMA cache_size=-8000");
	run("PRAGMA temp_store=MEMORY");
	run("PRAGMA journal_size_limit=16777216");
}

static void
prepare_inserts(void)
{
	char list[4000], marks[4 * MAX_COLUMNS], sql[5000];

	for (int t = 0; t < NTABLES; t++) {
		ncolumns[t] = 0;
		list_columns(t, list, marks, sizeof(list));
		snprintf(sql, sizeof(sql), "INSERT INTO %s (%s) VALUES (%s)",
		    tables[t].name, list, marks);
		insert[t] = prepare(sql);
	}
}

/* Bind and insert the row at *at; moves on behind it. */
static int
put_row(const char **at, int64_t *original)
{
	int t = (int)*(const int64_t *)(const void *)*at;
	sqlite3_stmt *st = insert[t];
	const char *p = *at + sizeof(int64_t);

	for (int i = 1; i <= ncolumns[t]; i++) {
		const struct cell *c = (const void *)p;

		p += sizeof(*c);
		if (c->type == SQLITE_INTEGER)
			sqlite3_bind_int64(st, i, c->number);
		else if (c->type == SQLITE_NULL)
			sqlite3_bind_null(st, i);
		else if (c->type == SQLITE_TEXT)
			sqlite3_bind_text(st, i, p, c->n, SQLITE_STATIC);
		else
			sqlite3_bind_blob(st, i, p, c->n, SQLITE_STATIC);
		if (t == ORIGINALS && i == ncolumns[t])
			*original = c->n;
		p += (c->n + 7) / 8 * 8;
	}
	*at = p;
	if (sqlite3_step(st) != SQLITE_DONE)
		fail(tables[t].name);
	sqlite3_reset(st);
	return t;
}

static int
count_frames(void *frames, sqlite3 *h, const char *name, int n)
{
	(void)h;
	(void)name;
	*(int *)frames = n;
	return SQLITE_OK;
}

/* Not static: a profiler starts counting here. */
void floor_write(const char *path);

void
floor_write(const char *path)
{
	const char *p = rows, *const end = rows + rows_n;
	sqlite3_stmt *begin, *commit;
	int frames = 0;

	open_store(path);
	sqlite3_wal_hook(db, count_frames, &frames);
	prepare_inserts();
	begin = prepare("BEGIN IMMEDIATE");
	commit = prepare("COMMIT");
	while (p < end) {
		int64_t orders = 0, bytes = 0, n = 0;

		sqlite3_step(begin);
		sqlite3_reset(begin);
		while (p < end && !(*(const int64_t *)(const void *)p ==
		    ORDERS && (orders == BATCH_RECORDS ||
		    bytes >= BATCH_BYTES))) {
			int t = put_row(&p, &n);

			orders += t == ORDERS;
			bytes += t == ORIGINALS ? n : 0;
		}
		if (sqlite3_step(commit) != SQLITE_DONE)
			fail("COMMIT");
		sqlite3_reset(commit);
		if (frames >= WAL_FRAMES_DUE)
			sqlite3_wal_checkpoint_v2(db, "main",
			    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
	for (int t = 0; t < NTABLES; t++)
		sqlite3_finalize(insert[t]);
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	sqlite3_close(db);
}

static double
elapsed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
processor(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int
main(int argc, char **argv)
{
	double wall, cpu;

	if (argc != 3) {
		fputs("usage: floor MODEL STORE\n", stderr);
		return 64;
	}
	load(argv[1]);
	wall = elapsed();
	cpu = processor();
	floor_write(argv[2]);
	printf("%.6f %.6f %ld\n", elapsed() - wall, processor() - cpu,
	    norders);
	return 0;
}
