/* floor - the least that taking orders in, verifying and reserving can cost
 *
 *     floor MODEL STORE
 *
 * MODEL is a database that order-receive filled, and perhaps order-verify and
 * order-check-stock after it; STORE is one as it was before.  Writes what the
 * tools wrote, row by row in the same order and in the same batches, with the
 * same settings.  The rows are in memory before the clock starts; nothing is
 * parsed, looked up, checked, hashed or locked.
 * Prints seconds elapsed, seconds of processor time, the number of events,
 * and the seconds elapsed in each of the three steps.
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

enum kind { RECEIVE, VERIFY, ALLOCATE, NKINDS, EVERY };

static const char *const kinds[NKINDS] = { "receive", "verify", "allocate" };

/* What is written of an order, in this order.  The values are those columns
 * of the rows WHERE says of order ?1 and event ?2; without columns, all that
 * have no default: what has one was left to it, and is changed by a later
 * step at most.  Without a statement the row is inserted where it came from. */
static const struct {
	enum kind kind;
	const char *table, *where, *columns, *statement;
} writes[] = {
	{ RECEIVE, "orders", "id = ?1", NULL, NULL },
	{ RECEIVE, "lines", "order_id = ?1 ORDER BY line", NULL, NULL },
	{ RECEIVE, "order_keys", "order_id = ?1 AND (channel, external_ref) ="
	    " (SELECT channel, external_ref FROM orders WHERE id = ?1)",
	    NULL, NULL },
	{ RECEIVE, "originals", "order_id = ?1", NULL, NULL },
	{ VERIFY, "orders", "id = ?1", "id, account, twin",
	    "UPDATE orders SET status = 'verified', account = ?2, twin = ?3"
	    " WHERE id = ?1 AND status = 'received'" },
	{ ALLOCATE, "stock_ledger", "order_id = ?1 ORDER BY line",
	    "sku, on_hand, allocated, released",
	    "UPDATE stock SET on_hand = on_hand + ?2,"
	    " allocated = allocated + ?3, released = released + ?4"
	    " WHERE sku = ?1 AND allocated + ?3 <= on_hand + ?2"
	    " AND released + ?4 <= allocated + ?3 AND released + ?4 >= 0" },
	{ ALLOCATE, "stock_ledger", "order_id = ?1 ORDER BY line", NULL,
	    NULL },
	{ ALLOCATE, "stock_ledger", "order_id = ?1 ORDER BY line",
	    "order_id, line, allocated",
	    "UPDATE lines SET allocated = allocated + ?3"
	    " WHERE order_id = ?1 AND line = ?2" },
	{ ALLOCATE, "orders", "id = ?1", "id",
	    "UPDATE orders SET stock_revision = revision WHERE id = ?1" },
	{ EVERY, "events", "seq = ?2", NULL, NULL },
	{ EVERY, "event_details", "seq = ?2", NULL, NULL },
};

#define NWRITES ((int)(sizeof(writes) / sizeof(writes[0])))
#define ORIGINALS 3
#define EVENT_BEGINS NWRITES		/* its kind follows */

struct cell {
	int type;			/* SQLITE_INTEGER .. SQLITE_NULL */
	int n;				/* bytes that follow */
	int64_t number;
};

static sqlite3 *db;
static sqlite3_stmt *put[NWRITES];
static int nvalues[NWRITES];
static char *rows;			/* write, cells and their bytes */
static size_t rows_n, rows_size;
static long nevents;
static double spent[NKINDS];		/* seconds */

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

static void
keep_number(int64_t n)
{
	keep(&n, sizeof(n));
}

static void
list_columns(int w, char *list, char *marks, size_t size)
{
	char sql[200];
	sqlite3_stmt *st;

	snprintf(sql, sizeof(sql), "SELECT name FROM pragma_table_info('%s')"
	    " WHERE dflt_value IS NULL", writes[w].table);
	st = prepare(sql);
	list[0] = marks[0] = '\0';
	while (sqlite3_step(st) == SQLITE_ROW) {
		size_t n = strlen(list);

		snprintf(list + n, size - n, "%s%s", n > 0 ? "," : "",
		    (const char *)sqlite3_column_text(st, 0));
		strcat(marks, n > 0 ? ",?" : "?");
	}
	sqlite3_finalize(st);
}

static sqlite3_stmt *
selection(int w)
{
	char list[4000], marks[4 * MAX_COLUMNS], sql[5000];

	list_columns(w, list, marks, sizeof(list));
	snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE %s",
	    writes[w].columns != NULL ? writes[w].columns : list,
	    writes[w].table, writes[w].where);
	return prepare(sql);
}

static void
keep_rows(sqlite3_stmt *st, int w, int64_t order, int64_t event)
{
	sqlite3_bind_int64(st, 1, order);
	sqlite3_bind_int64(st, 2, event);	/* where it is asked for */
	nvalues[w] = sqlite3_column_count(st);
	while (sqlite3_step(st) == SQLITE_ROW) {
		keep_number(w);
		for (int i = 0; i < nvalues[w]; i++)
			keep_cell(st, i);
	}
	sqlite3_reset(st);
}

/* All that one step did to one order ends in an event. */
static void
keep_event(sqlite3_stmt *const *from, sqlite3_stmt *event)
{
	const char *name = (const char *)sqlite3_column_text(event, 2);
	int kind = 0;

	while (kind < NKINDS && strcmp(kinds[kind], name) != 0)
		kind++;
	if (kind == NKINDS)
		fail(name);
	keep_number(EVENT_BEGINS);
	keep_number(kind);
	for (int w = 0; w < NWRITES; w++)
		if ((int)writes[w].kind == kind || writes[w].kind == EVERY)
			keep_rows(from[w], w, sqlite3_column_int64(event, 1),
			    sqlite3_column_int64(event, 0));
	nevents++;
}

static void
load(const char *model)
{
	sqlite3_stmt *from[NWRITES], *events;

	if (sqlite3_open_v2(model, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		fail(model);
	for (int w = 0; w < NWRITES; w++)
		from[w] = selection(w);
	events = prepare("SELECT seq, order_id, kind FROM events"
	    " WHERE order_id > 0 ORDER BY seq");
	while (sqlite3_step(events) == SQLITE_ROW)
		keep_event(from, events);
	sqlite3_finalize(events);
	for (int w = 0; w < NWRITES; w++)
		sqlite3_finalize(from[w]);
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
prepare_writes(void)
{
	char list[4000], marks[4 * MAX_COLUMNS], sql[5000];

	for (int w = 0; w < NWRITES; w++) {
		list_columns(w, list, marks, sizeof(list));
		snprintf(sql, sizeof(sql), "INSERT INTO %s (%s) VALUES (%s)",
		    writes[w].table, list, marks);
		put[w] = prepare(writes[w].statement != NULL ?
		    writes[w].statement : sql);
	}
}

static int64_t
number_at(const char *p)
{
	return *(const int64_t *)(const void *)p;
}

/* Bind and write the row at p; what follows it, and the bytes of originals. */
static const char *
put_row(const char *p, int64_t *bytes)
{
	int w = (int)number_at(p);
	sqlite3_stmt *st = put[w];

	p += sizeof(int64_t);
	for (int i = 1; i <= nvalues[w]; i++) {
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
		if (w == ORIGINALS && i == nvalues[w])
			*bytes += c->n;
		p += (c->n + 7) / 8 * 8;
	}
	if (sqlite3_step(st) != SQLITE_DONE)
		fail(writes[w].table);
	sqlite3_reset(st);
	return p;
}

static int
count_frames(void *frames, sqlite3 *h, const char *name, int n)
{
	(void)h;
	(void)name;
	*(int *)frames = n;
	return SQLITE_OK;
}

static double
elapsed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
finish(sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		fail(sqlite3_sql(st));
	sqlite3_reset(st);
}

/* One transaction: what one step wrote before another wrote, as much as goes
 * into a batch.  What follows it. */
static const char *
put_batch(const char *p, const char *end, int64_t kind)
{
	int64_t events = 0, bytes = 0;

	while (p < end && events < BATCH_RECORDS && bytes < BATCH_BYTES &&
	    number_at(p + sizeof(int64_t)) == kind) {
		p += 2 * sizeof(int64_t);
		while (p < end && number_at(p) != EVENT_BEGINS)
			p = put_row(p, &bytes);
		events++;
	}
	return p;
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
	prepare_writes();
	begin = prepare("BEGIN IMMEDIATE");
	commit = prepare("COMMIT");
	while (p < end) {
		int64_t kind = number_at(p + sizeof(int64_t));
		double begun = elapsed();

		finish(begin);
		p = put_batch(p, end, kind);
		finish(commit);
		if (frames >= WAL_FRAMES_DUE)
			sqlite3_wal_checkpoint_v2(db, "main",
			    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		spent[kind] += elapsed() - begun;
	}
	sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
	for (int w = 0; w < NWRITES; w++)
		sqlite3_finalize(put[w]);
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	sqlite3_close(db);
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
	printf("%.6f %.6f %ld %.6f %.6f %.6f\n", elapsed() - wall,
	    processor() - cpu, nevents, spent[RECEIVE], spent[VERIFY],
	    spent[ALLOCATE]);
	return 0;
}
