/* stmt.c - statements: prepared once, bound by number, stepped, read
 *
 * Knows SQLite's statements and keeps them by the address of their text.
 * Refuses to write outside a transaction of ours, so nothing is committed
 * without the lock.  Knows nothing of files.
 */
#include "db_internal.h"

#include <assert.h>

#define FIRST_SLOTS 64		/* a power of two, and doubled */

struct row {
	struct db *db;
	const char *sql;
	sqlite3_stmt *h;
	bool active, writes;
	int nvals;
	int at[];		/* SQLite's own index of $1, $2, ... */
};

static size_t
slot_of(struct row *const *slots, size_t nslots, const char *sql)
{
	uint64_t hash = (uint64_t)(uintptr_t)sql * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(hash >> 32) & (nslots - 1);

	while (slots[i] != NULL && slots[i]->sql != sql)
		i = (i + 1) & (nslots - 1);
	return i;
}

static void
grow(struct db *db)
{
	size_t i, n = db->nslots > 0 ? db->nslots * 2 : FIRST_SLOTS;
	struct row **slots = xmalloc(n * sizeof(struct row *));

	for (i = 0; i < n; i++)
		slots[i] = NULL;
	for (i = 0; i < db->nslots; i++)
		if (db->slots[i] != NULL)
			slots[slot_of(slots, n, db->slots[i]->sql)] =
			    db->slots[i];
	free(db->slots);
	db->slots = slots;
	db->nslots = n;
}

/* SQLite numbers $3, $1 by first appearance; remember where each went. */
static int
map_values(struct row *r, struct err *e)
{
	char name[16];
	int i;

	for (i = 0; i < r->nvals; i++) {
		snprintf(name, sizeof(name), "$%d", i + 1);
		r->at[i] = sqlite3_bind_parameter_index(r->h, name);
		if (r->at[i] == 0)
			return err_set(e, ERR_SOFTWARE,
			    "%s: parameters are not $1 to $%d: %s",
			    r->db->path, r->nvals, r->sql);
	}
	return 0;
}

static struct row *
prepare(struct db *db, const char *sql, struct err *e)
{
	sqlite3_stmt *h = NULL;
	const char *tail;
	struct row *r;
	int n;

	if (sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &h,
	    &tail) != SQLITE_OK) {
		db_error(db->h, db->path, e);
		return NULL;
	}
	if (h == NULL || tail[strspn(tail, " \t\n;")] != '\0') {
		sqlite3_finalize(h);
		err_set(e, ERR_SOFTWARE, "%s: not one statement: %s",
		    db->path, sql);
		return NULL;
	}
	n = sqlite3_bind_parameter_count(h);
	r = xmalloc(sizeof(*r) + (size_t)n * sizeof(r->at[0]));
	*r = (struct row){
		.db = db, .sql = sql, .h = h, .nvals = n,
		.writes = !sqlite3_stmt_readonly(h)
	};
	if (map_values(r, e) < 0) {
		sqlite3_finalize(h);
		free(r);
		return NULL;
	}
	return r;
}

static struct row *
lookup(struct db *db, const char *sql, struct err *e)
{
	struct row *r;
	size_t i;

	if (2 * db->nrows >= db->nslots)
		grow(db);
	i = slot_of(db->slots, db->nslots, sql);
	if (db->slots[i] != NULL)
		return db->slots[i];
	if ((r = prepare(db, sql, e)) == NULL)
		return NULL;
	db->slots[i] = r;
	db->nrows++;
	return r;
}

static int
bind_one(const struct row *r, int i, const struct val *v)
{
	switch (v->type) {
	case VAL_INT:
		return sqlite3_bind_int64(r->h, r->at[i], v->i);
	case VAL_TEXT:
		return sqlite3_bind_text(r->h, r->at[i], v->p, -1,
		    SQLITE_STATIC);
	case VAL_BYTES:
		if (v->n == 0)		/* no bytes at all is not NULL */
			return sqlite3_bind_zeroblob(r->h, r->at[i], 0);
		return sqlite3_bind_blob64(r->h, r->at[i], v->p, v->n,
		    SQLITE_STATIC);
	default:
		return sqlite3_bind_null(r->h, r->at[i]);
	}
}

static int
bind_all(const struct row *r, const struct val *vals, struct err *e)
{
	int i;

	for (i = 0; i < r->nvals && vals[i].type != VAL_END; i++)
		if (bind_one(r, i, &vals[i]) != SQLITE_OK)
			return db_error(r->db->h, r->db->path, e);
	if (vals[i].type != VAL_END || i < r->nvals)
		return err_set(e, ERR_SOFTWARE,
		    "%s: %s values than parameters: %s", r->db->path,
		    i < r->nvals ? "fewer" : "more", r->sql);
	return 0;
}

/* Ready to be stepped. */
static struct row *
start(struct db *db, const char *sql, const struct val *vals, struct err *e)
{
	struct row *r = lookup(db, sql, e);

	if (r == NULL)
		return NULL;
	assert(!r->active);
	if (r->writes && db->state == DB_WRITING && still_open(db, e) < 0)
		return NULL;
	if (r->writes && db->state != DB_WRITING) {
		err_set(e, ERR_SOFTWARE,
		    "%s: a change outside a transaction: %s", db->path, sql);
		return NULL;
	}
	return bind_all(r, vals, e) < 0 ? NULL : r;
}

/* The rows changed, or -1. */
static int
run(struct row *r, struct err *e)
{
	sqlite3 *h = r->db->h;
	int64_t before = sqlite3_total_changes64(h);
	int n = 0;

	switch (sqlite3_step(r->h)) {
	case SQLITE_DONE:
		/* sqlite3_changes() remembers an older statement when this
		 * one changed nothing. */
		if (sqlite3_total_changes64(h) != before)
			n = sqlite3_changes(h);
		break;
	case SQLITE_ROW:
		n = err_set(e, ERR_SOFTWARE, "%s: a statement with rows: %s",
		    r->db->path, r->sql);
		break;
	default:
		n = db_error(h, r->db->path, e);
	}
	sqlite3_reset(r->h);
	return n;
}

int
stmt_prepare(struct db *db, const char *sql, struct err *e)
{
	return lookup(db, sql, e) == NULL ? -1 : 0;
}

int
stmt_control(struct db *db, const char *sql, struct err *e)
{
	struct row *r = lookup(db, sql, e);

	return r == NULL ? -1 : run(r, e);
}

int
db_put(struct db *db, const char *sql, struct row *from, struct err *e)
{
	struct row *r = lookup(db, sql, e);
	int i;

	if (r == NULL)
		return -1;
	assert(!r->active && db->state == DB_WRITING);
	if (sqlite3_column_count(from->h) != r->nvals)
		return err_set(e, ERR_SOFTWARE, "%s: %d columns, %d values: %s",
		    db->path, sqlite3_column_count(from->h), r->nvals, sql);
	for (i = 0; i < r->nvals; i++)
		if (sqlite3_bind_value(r->h, r->at[i],
		    sqlite3_column_value(from->h, i)) != SQLITE_OK)
			return db_error(db->h, db->path, e);
	i = run(r, e);
	sqlite3_clear_bindings(r->h);
	return i;
}

bool
db_same(struct row *a, struct row *b)
{
	int i, n = sqlite3_column_count(a->h);

	if (n != sqlite3_column_count(b->h))
		return false;
	for (i = 0; i < n; i++) {
		size_t na, nb;
		const void *pa, *pb;

		if (sqlite3_column_type(a->h, i) !=
		    sqlite3_column_type(b->h, i))
			return false;
		pa = db_bytes(a, i, &na);
		pb = db_bytes(b, i, &nb);
		if (na != nb || memcmp(pa, pb, na) != 0)
			return false;
	}
	return true;
}

void
stmt_reset_all(struct db *db)
{
	size_t i;

	for (i = 0; db->nactive > 0 && i < db->nslots; i++)
		db_done(db->slots[i]);
}

void
stmt_release_all(struct db *db)
{
	size_t i;

	for (i = 0; i < db->nslots; i++)
		if (db->slots[i] != NULL) {
			sqlite3_finalize(db->slots[i]->h);
			free(db->slots[i]);
		}
	free(db->slots);
	db->slots = NULL;
	db->nslots = db->nrows = db->nactive = 0;
}

int
db_run(struct db *db, const char *sql, const struct val *vals, struct err *e)
{
	struct row *r = start(db, sql, vals, e);

	return r == NULL ? -1 : run(r, e);
}

int
db_query(struct db *db, const char *sql, const struct val *vals,
    struct row **out, struct err *e)
{
	struct row *r = start(db, sql, vals, e);

	*out = r;
	if (r == NULL)
		return -1;
	r->active = true;
	db->nactive++;
	return 1;
}

int
db_next(struct row *r, struct err *e)
{
	int result;

	assert(r->active);
	if (r->db->nomem) {
		db_done(r);
		return err_set(e, ERR_OS, "%s: out of memory", r->db->path);
	}
	switch (sqlite3_step(r->h)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		result = 0;
		break;
	default:
		result = db_error(r->db->h, r->db->path, e);
	}
	db_done(r);
	return result;
}

void
db_done(struct row *r)
{
	if (r == NULL || !r->active)
		return;
	sqlite3_reset(r->h);
	r->active = false;
	r->db->nactive--;
}

int
db_one(struct db *db, const char *sql, const struct val *vals,
    struct row **out, struct err *e)
{
	int got;

	if (db_query(db, sql, vals, out, e) < 0)
		return -1;
	if ((got = db_next(*out, e)) <= 0)
		*out = NULL;
	return got;
}

int
db_one_int(struct db *db, const char *sql, const struct val *vals,
    int64_t *out, struct err *e)
{
	struct row *r;
	int got = db_one(db, sql, vals, &r, e);

	if (got > 0 && db_null(r, 0))
		got = 0;
	if (got > 0)
		*out = db_int(r, 0);
	db_done(r);
	return got;
}

int64_t
db_int(struct row *r, int col)
{
	return sqlite3_column_int64(r->h, col);
}

/* SQLite answers NULL for NULL, for no bytes and for no memory; the last must
 * not pass for an empty value. */
static const void *
or_empty(struct row *r, const void *p)
{
	if (p != NULL)
		return p;
	if (sqlite3_errcode(r->db->h) == SQLITE_NOMEM)
		r->db->nomem = true;
	return "";
}

const char *
db_text(struct row *r, int col)
{
	return or_empty(r, sqlite3_column_text(r->h, col));
}

const void *
db_bytes(struct row *r, int col, size_t *n)
{
	const void *p = sqlite3_column_blob(r->h, col);

	*n = (size_t)sqlite3_column_bytes(r->h, col);
	return or_empty(r, p);
}

bool
db_null(struct row *r, int col)
{
	return sqlite3_column_type(r->h, col) == SQLITE_NULL;
}

int
db_columns(struct row *r)
{
	return sqlite3_column_count(r->h);
}

const char *
db_column_name(struct row *r, int col)
{
	return or_empty(r, sqlite3_column_name(r->h, col));
}

const char *
db_dup(struct row *r, int col, struct arena *a)
{
	const char *text = db_text(r, col);

	return text[0] != '\0' ? arena_dup(a, text) : "";
}
