/* test_db_stmt.c - statements, as the steps use them */
#include "db_fixture.h"

static const char SQL_ADD[] =
    "INSERT INTO thing (n, b, name) VALUES ($2, $3, $1)";
static const char SQL_COUNT[] = "SELECT count(*) FROM thing";
static const char SQL_NAMES[] = "SELECT name FROM thing ORDER BY name";

static void
add(struct db *db, const char *name)
{
	struct err e = ERR_INIT;

	must(db_run(db, SQL_ADD, BIND(T(name), I(1), NIL()), &e), &e);
}

static int64_t
count(struct db *db)
{
	struct err e = ERR_INIT;
	int64_t n = -1;

	must(db_one_int(db, SQL_COUNT, NOBIND, &n, &e), &e);
	return n;
}

static void
values_come_back_as_they_went_in(void **state)
{
	static const char SQL[] = "SELECT $1, typeof($1)";
	static const struct {
		const char *title, *type;
		struct val v;
	} cases[] = {
		{ "smallest", "integer", { VAL_INT, INT64_MIN, NULL, 0 } },
		{ "largest", "integer", { VAL_INT, INT64_MAX, NULL, 0 } },
		{ "zero", "integer", { VAL_INT, 0, NULL, 0 } },
		{ "text", "text", { VAL_TEXT, 0, "K\xc3\xb6ln", 0 } },
		{ "empty text", "text", { VAL_TEXT, 0, "", 0 } },
		{ "quotes", "text", { VAL_TEXT, 0, "'); DROP TABLE", 0 } },
		{ "bytes", "blob", { VAL_BYTES, 0, "\0\xff" "a", 3 } },
		{ "no bytes", "blob", { VAL_BYTES, 0, NULL, 0 } },
		{ "null", "null", { VAL_NULL, 0, NULL, 0 } },
	};
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	const struct val *v;
	struct row *r;
	const void *p;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		v = &cases[i].v;
		assert_int_equal(db_one(db, SQL, BIND(*v), &r, &e), 1);
		assert_string_equal(db_text(r, 1), cases[i].type);
		assert_int_equal(db_null(r, 0), v->type == VAL_NULL);
		assert_int_equal(db_int(r, 0), v->i);
		p = db_bytes(r, 0, &n);
		if (v->type == VAL_BYTES)
			assert_int_equal(n, v->n);
		if (v->type == VAL_BYTES)
			assert_memory_equal(p, v->p != NULL ? v->p : "", n);
		if (v->type == VAL_TEXT)
			assert_string_equal(db_text(r, 0), v->p);
		if (v->type == VAL_NULL)
			assert_string_equal(db_text(r, 0), "");
		db_done(r);
	}
	assert_int_equal(T(NULL).type, VAL_NULL);
	db_done(NULL);
	must(db_close(db, &e), &e);
	must(db_close(NULL, &e), &e);
}

static void
values_are_bound_by_number_however_often(void **state)
{
	static const char SQL[] =
	    "SELECT $2 || $1 || $2 || $10, $3, $4, $5, $6, $7, $8, $9, $10";
	struct db *db = new_writer();
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct row *r;
	const char *kept;
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		assert_int_equal(db_one(db, SQL, BIND(T("a"), T("b"), I(3),
		    I(4), I(5), I(6), I(7), I(8), I(9), I(round)), &r, &e), 1);
		kept = db_dup(r, 0, &a);
		assert_int_equal(db_columns(r), 9);
		assert_int_equal(db_int(r, 1), 3);
		assert_int_equal(db_int(r, 7), 9);
		assert_int_equal(db_int(r, 8), round);
		assert_string_equal(db_column_name(r, 1), "$3");
		assert_int_equal(db_next(r, &e), 0);
		db_done(r);
		assert_memory_equal(kept, "bab", 3);
		assert_int_equal(kept[3], '0' + round);
	}
	arena_release(&a);
	db_close(db, NULL);
}

static void
many_statements_are_kept_apart(void **state)
{
	static char sql[400][16];
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	int64_t got;
	int i, round;

	(void)state;
	for (round = 0; round < 2; round++)
		for (i = 0; i < 400; i++) {
			snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			assert_int_equal(db_one_int(db, sql[i], NOBIND, &got,
			    &e), 1);
			assert_int_equal(got, i);
		}
	db_close(db, NULL);
}

static void
a_wrong_statement_is_our_bug(void **state)
{
	static const struct {
		const char *sql;
		int nvals;
		const char *words;
	} cases[] = {
		{ "SELEC 1", 0, "syntax error" },
		{ "SELECT nope FROM thing", 0, "no such column" },
		{ "SELECT \"text\"", 0, "no such column" },
		{ "SELECT 1; SELECT 2", 0, "not one statement" },
		{ "  -- nothing", 0, "not one statement" },
		{ "SELECT $1", 0, "fewer values" },
		{ "SELECT $1 + 0", 2, "more values" },
		{ "SELECT $2", 1, "not $1 to $1" },
		{ "SELECT ?", 1, "not $1 to $1" },
		{ "SELECT 1", 0, "statement with rows" },
		{ "ATTACH 'x' AS x", 0, "too many attached" },
		{ "INSERT INTO thing (name) VALUES ('x')", 0,
		    "outside a transaction" },
		{ "DROP TABLE thing", 0, "outside a transaction" },
	};
	const struct val *const vals[] = { NOBIND, BIND(I(1)),
		BIND(I(1), I(2)) };
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_failed(cases[i].sql, db_run(db, cases[i].sql,
		    vals[cases[i].nvals], &e), &e, ERR_SOFTWARE,
		    cases[i].words);
	assert_int_equal(count(db), 0);
	db_close(db, NULL);
}

/* The same statement is right, but somebody was at the file. */
static void
a_changed_schema_is_not_our_bug(void **state)
{
	static const char *const changes[] = {
		"ALTER TABLE thing RENAME COLUMN name TO title",
		"ALTER TABLE thing RENAME TO things",
		"DROP TABLE thing",
		("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql ="
		    " replace(sql, 'TEXT', 'BLOB') WHERE name = 'thing'"),
	};
	struct err e = ERR_INIT;
	struct db *db;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(folder_enter(state), 0);
		new_db();
		raw("orders.db", changes[i]);
		db = open_db(DB_WRITE);
		must(db_begin(db, &e), &e);
		assert_failed(changes[i], db_run(db, SQL_ADD, BIND(T("a"),
		    I(1), NIL()), &e), &e, ERR_CONFIG,
		    "orders.db: its schema was changed: ");
		db_close(db, NULL);
		assert_int_equal(folder_leave(state), 0);
	}
}

/* The schema is as it was, but a row is not what it allows. */
static void
a_row_that_cannot_be_is_not_our_bug(void **state)
{
	static const char SQL_SET[] = "UPDATE thing SET b = NULL WHERE id = $1";
	struct err e = ERR_INIT;
	struct db *db;

	(void)state;
	new_db();
	raw("orders.db", "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET"
	    " sql = replace(sql, ') STRICT', ')') WHERE name = 'thing'");
	raw("orders.db", "INSERT INTO thing (id, name, n)"
	    " VALUES (1, 'a', 'x'), (2, 'b', 2)");
	raw("orders.db", "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET"
	    " sql = sql || ' STRICT' WHERE name = 'thing'");
	db = open_db(DB_WRITE);
	must(db_begin(db, &e), &e);
	assert_int_equal(db_run(db, SQL_SET, BIND(I(2)), &e), 1);
	assert_failed("damaged", db_run(db, SQL_SET, BIND(I(1)), &e), &e,
	    ERR_IO, "orders.db: is damaged: cannot store TEXT value");
	db_close(db, NULL);
}

/* Nor is what an admin has added any excuse. */
static void
what_was_added_changes_no_schema(void **state)
{
	static const char SQL_WRONG[] = "SELECT title FROM thing";
	struct err e = ERR_INIT;
	struct db *db;

	(void)state;
	new_db();
	raw("orders.db", "CREATE TABLE mine (x); CREATE VIEW ours AS"
	    " SELECT name FROM thing; ANALYZE");
	db = open_db(DB_WRITE);
	assert_failed("a wrong column", db_run(db, SQL_WRONG, NOBIND, &e),
	    &e, ERR_SOFTWARE, "orders.db: no such column: title");
	db_close(db, NULL);
}

static void
a_run_counts_its_own_rows(void **state)
{
	static const char SQL_PART[] = "INSERT INTO part VALUES ($1)";
	static const char SQL_SET[] = "UPDATE thing SET n = $2 WHERE id > $1";
	static const char SQL_DROP[] = "DELETE FROM thing WHERE id = $1";
	static const char SQL_INDEX[] = "CREATE INDEX thing_n ON thing (n)";
	static const char SQL_EDIT[] = "UPDATE part SET thing = 1";
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	int64_t first;

	(void)state;
	must(db_begin(db, &e), &e);
	add(db, "a");
	first = db_last_id(db);
	add(db, "b");
	assert_int_equal(db_last_id(db), first + 1);
	assert_int_equal(db_run(db, SQL_SET, BIND(I(0), I(7)), &e), 2);
	assert_int_equal(db_run(db, SQL_INDEX, NOBIND, &e), 0);
	assert_int_equal(db_run(db, SQL_SET, BIND(I(99), I(7)), &e), 0);
	must(db_run(db, SQL_PART, BIND(I(first)), &e), &e);
	must(db_run(db, SQL_PART, BIND(I(first)), &e), &e);
	assert_failed("append only", db_run(db, SQL_EDIT, NOBIND, &e), &e,
	    ERR_SOFTWARE, "parts are append-only");
	assert_failed("no such thing", db_run(db, SQL_PART, BIND(I(77)), &e),
	    &e, ERR_SOFTWARE, "FOREIGN KEY constraint failed");
	assert_int_equal(db_run(db, SQL_DROP, BIND(I(first)), &e), 1);
	must(db_commit(db, &e), &e);
	assert_int_equal(count(db), 1);
	db_close(db, NULL);
}

static void
queries_give_row_after_row(void **state)
{
	static const char SQL_NONE[] = "SELECT n FROM thing WHERE name = $1";
	static const char SQL_RETURNING[] =
	    "INSERT INTO thing (name) VALUES ($1) RETURNING id, n";
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	struct row *r;
	int64_t n = 42;

	(void)state;
	must(db_begin(db, &e), &e);
	add(db, "b");
	add(db, "a");
	assert_int_equal(db_query(db, SQL_NAMES, NOBIND, &r, &e), 1);
	assert_int_equal(db_next(r, &e), 1);
	assert_string_equal(db_text(r, 0), "a");
	add(db, "c");		/* another statement meanwhile */
	assert_int_equal(db_next(r, &e), 1);
	assert_string_equal(db_text(r, 0), "b");
	db_done(r);		/* before its end */
	db_done(r);
	assert_int_equal(db_one_int(db, SQL_NONE, BIND(T("x")), &n, &e), 0);
	assert_int_equal(db_one(db, SQL_NONE, BIND(T("x")), &r, &e), 0);
	db_done(r);
	assert_int_equal(db_one(db, SQL_RETURNING, BIND(T("d")), &r, &e), 1);
	assert_int_equal(db_int(r, 0), db_last_id(db));
	db_done(r);
	assert_int_equal(db_one_int(db, SQL_NONE, BIND(T("d")), &n, &e), 0);
	assert_int_equal(n, 42);	/* NULL leaves it alone */
	/* A query left standing does not hold up the commit. */
	must(db_query(db, SQL_NAMES, NOBIND, &r, &e), &e);
	assert_int_equal(db_next(r, &e), 1);
	must(db_commit(db, &e), &e);
	assert_int_equal(count(db), 4);
	db_close(db, NULL);
}

static void
a_statement_is_not_started_twice(void **state)
{
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	struct row *r;
	int status, null;
	pid_t pid;

	(void)state;
	must(db_query(db, SQL_NAMES, NOBIND, &r, &e), &e);
	if ((pid = fork()) == 0) {
		signal(SIGABRT, SIG_DFL);
		if ((null = open("/dev/null", O_WRONLY)) >= 0)
			dup2(null, STDERR_FILENO);
		db_query(db, SQL_NAMES, NOBIND, &r, &e);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	db_done(r);
	must(db_query(db, SQL_NAMES, NOBIND, &r, &e), &e);
	db_close(db, NULL);
}

#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(values_come_back_as_they_went_in),
		CASE(values_are_bound_by_number_however_often),
		CASE(many_statements_are_kept_apart),
		CASE(a_wrong_statement_is_our_bug),
		cmocka_unit_test(a_changed_schema_is_not_our_bug),
		CASE(a_row_that_cannot_be_is_not_our_bug),
		CASE(what_was_added_changes_no_schema),
		CASE(a_run_counts_its_own_rows),
		CASE(queries_give_row_after_row),
		CASE(a_statement_is_not_started_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
