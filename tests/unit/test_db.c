/* test_db.c - transactions, the lock around them and the WAL behind */
#include "db_fixture.h"

static const char SQL_ADD[] =
    "INSERT INTO thing (n, b, name) VALUES ($2, $3, $1)";
static const char SQL_COUNT[] = "SELECT count(*) FROM thing";

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
commit_keeps_and_rollback_undoes(void **state)
{
	struct db *db = new_writer(), *reader = open_db(DB_READ);
	struct err e = ERR_INIT;

	(void)state;
	db_rollback(db);
	must(db_begin(db, &e), &e);
	add(db, "a");
	assert_int_equal(count(reader), 0);
	must(db_commit(db, &e), &e);
	assert_int_equal(count(reader), 1);
	must(db_begin(db, &e), &e);
	add(db, "b");
	db_rollback(db);
	assert_int_equal(count(db), 1);
	must(db_begin(db, &e), &e);
	add(db, "c");
	db_close(db, NULL);		/* an open transaction is undone */
	assert_int_equal(count(reader), 1);
	must(db_close(reader, &e), &e);
}

static void
a_mark_undoes_one_record_of_a_batch(void **state)
{
	struct db *db = new_writer();
	struct err e = ERR_INIT;

	(void)state;
	must(db_begin(db, &e), &e);
	must(db_mark(db, &e), &e);
	add(db, "a");
	must(db_mark_keep(db, &e), &e);
	must(db_mark(db, &e), &e);
	add(db, "b");
	must(db_mark(db, &e), &e);
	add(db, "inner");
	must(db_mark_undo(db, &e), &e);
	assert_int_equal(count(db), 2);
	assert_failed("check", db_run(db, SQL_ADD, BIND(T("x"), I(-1), NIL()),
	    &e), &e, ERR_SOFTWARE,
	    "orders.db: CHECK constraint failed: n_positive");
	assert_failed("null", db_run(db, SQL_ADD, BIND(NIL(), I(1), NIL()),
	    &e), &e, ERR_SOFTWARE, "NOT NULL constraint failed: thing.name");
	must(db_mark_undo(db, &e), &e);
	must(db_mark(db, &e), &e);
	add(db, "c");
	assert_failed("unique", db_run(db, SQL_ADD, BIND(T("a"), I(1), NIL()),
	    &e), &e, ERR_SOFTWARE, "UNIQUE constraint failed: thing.name");
	must(db_mark_keep(db, &e), &e);
	must(db_commit(db, &e), &e);
	assert_int_equal(count(db), 2);
	db_close(db, NULL);
}

static void
a_reader_never_writes(void **state)
{
	struct db *db = new_writer(), *reader;
	struct err e = ERR_INIT;

	(void)state;
	must(db_begin(db, &e), &e);
	add(db, "a");
	must(db_commit(db, &e), &e);
	must(db_close(db, &e), &e);

	unlink("orders.db-lock");
	reader = open_db(DB_READ);
	assert_int_equal(count(reader), 1);
	assert_null(db_lock(reader));
	assert_string_equal(db_path(reader), "orders.db");
	assert_failed("begin", db_begin(reader, &e), &e, ERR_SOFTWARE,
	    "reading only");
	must(db_begin_read(reader, &e), &e);
	assert_failed("write", db_run(reader, SQL_ADD, BIND(T("x"), I(1),
	    NIL()), &e), &e, ERR_SOFTWARE, "outside a transaction");
	db_rollback(reader);
	must(db_close(reader, &e), &e);
	assert_int_equal(size_of("orders.db-lock"), -1);
}

static void
a_read_transaction_is_one_snapshot(void **state)
{
	struct db *db = new_writer(), *reader = open_db(DB_READ);
	struct err e = ERR_INIT;

	(void)state;
	must(db_begin_read(reader, &e), &e);
	assert_int_equal(count(reader), 0);
	must(db_begin(db, &e), &e);
	add(db, "a");
	must(db_commit(db, &e), &e);
	assert_int_equal(count(reader), 0);
	db_rollback(reader);
	assert_int_equal(count(reader), 1);
	/* A writer reads the same way, and then not writes. */
	must(db_begin_read(db, &e), &e);
	assert_failed("write", db_run(db, SQL_ADD, BIND(T("b"), I(1), NIL()),
	    &e), &e, ERR_SOFTWARE, "outside a transaction");
	db_rollback(db);
	must(db_begin(db, &e), &e);
	db_close(reader, NULL);
	db_close(db, NULL);
}

static void
begin_and_hold(void)
{
	struct err e = ERR_INIT;
	struct db *db;

	if (db_open(&db, "orders.db", DB_WRITE, "order-holder", 1, &e) < 0 ||
	    db_begin(db, &e) < 0 ||
	    db_run(db, SQL_ADD, BIND(T("torn"), I(1), NIL()), &e) < 0)
		_exit(1);
}

static void
the_second_writer_is_told_who_holds_the_lock(void **state)
{
	struct err e = ERR_INIT;
	struct holder h;
	struct db *db;
	char words[80];

	(void)state;
	new_db();
	h = hold(begin_and_hold);
	db = open_db(DB_WRITE);
	snprintf(words, sizeof(words),
	    "orders.db: locked by order-holder (pid %ld) since ", (long)h.pid);
	assert_failed("second", db_begin(db, &e), &e, ERR_TEMP, words);
	assert_non_null(strstr(e.text, "; waited 1 s"));
	assert_int_equal(count(db), 0);
	end_holder(h, SIGKILL);
	must(db_begin(db, &e), &e);
	assert_int_equal(count(db), 0);		/* not the torn one */
	must(db_commit(db, &e), &e);
	db_close(db, NULL);
}

static void
nothing_is_checkpointed_without_the_lock(void **state)
{
	static const unsigned char bulk[8192] = { 1 };
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	off_t before = size_of("orders.db");
	struct holder h;
	char name[16];
	int i;

	(void)state;
	must(db_begin(db, &e), &e);
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%d", i);
		must(db_run(db, SQL_ADD, BIND(T(name), I(i), B(bulk,
		    sizeof(bulk))), &e), &e);
	}
	must(db_commit(db, &e), &e);		/* too little to be due */
	h = hold(begin_and_hold);
	must(db_close(db, &e), &e);
	assert_int_equal(size_of("orders.db"), before);
	assert_true(size_of("orders.db-wal") > 800000);
	end_holder(h, SIGKILL);

	db = open_db(DB_WRITE);
	assert_int_equal(count(db), 100);
	must(db_close(db, &e), &e);		/* wrote nothing */
	assert_int_equal(size_of("orders.db"), before);

	db = open_db(DB_WRITE);
	must(db_begin(db, &e), &e);
	for (; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		must(db_run(db, SQL_ADD, BIND(T(name), I(i), B(bulk,
		    sizeof(bulk))), &e), &e);
	}
	must(db_commit(db, &e), &e);		/* due at once */
	assert_true(size_of("orders.db") > 8000000);
	must(db_close(db, &e), &e);
	assert_int_equal(size_of("orders.db-wal"), 0);
}

static void
a_reader_in_the_way_leaves_the_wal_for_later(void **state)
{
	struct db *db = new_writer(), *reader = open_db(DB_READ);
	struct err e = ERR_INIT;

	(void)state;
	must(db_begin_read(reader, &e), &e);
	assert_int_equal(count(reader), 0);
	must(db_begin(db, &e), &e);
	add(db, "a");
	must(db_commit(db, &e), &e);
	must(db_close(db, &e), &e);
	assert_true(size_of("orders.db-wal") > 0);
	assert_int_equal(count(reader), 0);
	db_rollback(reader);
	assert_int_equal(count(reader), 1);
	must(db_close(reader, &e), &e);
}

static void
a_full_disk_undoes_the_batch(void **state)
{
	static const char SQL_FULL[] = "PRAGMA max_page_count=20";
	static const char SQL_ROOM[] = "PRAGMA max_page_count=100000";
	static const unsigned char bulk[200000] = { 1 };
	struct db *db = new_writer();
	struct err e = ERR_INIT;
	int64_t pages;

	(void)state;
	must(db_one_int(db, SQL_FULL, NOBIND, &pages, &e), &e);
	must(db_begin(db, &e), &e);
	add(db, "a");
	assert_failed("full", db_run(db, SQL_ADD, BIND(T("b"), I(1), B(bulk,
	    sizeof(bulk))), &e), &e, ERR_IO, "only free space helps");
	/* Whatever is tried next, half a batch is never committed. */
	assert_failed("mark", db_mark(db, &e), &e, ERR_IO,
	    "has undone the transaction");
	assert_failed("keep", db_mark_keep(db, &e), &e, ERR_IO,
	    "has undone the transaction");
	assert_failed("undo", db_mark_undo(db, &e), &e, ERR_IO,
	    "has undone the transaction");
	assert_failed("write", db_run(db, SQL_ADD, BIND(T("c"), I(1), NIL()),
	    &e), &e, ERR_IO, "has undone the transaction");
	assert_failed("commit", db_commit(db, &e), &e, ERR_IO,
	    "has undone the transaction");
	assert_int_equal(count(db), 0);
	must(db_one_int(db, SQL_ROOM, NOBIND, &pages, &e), &e);
	must(db_begin(db, &e), &e);
	add(db, "d");
	must(db_commit(db, &e), &e);
	assert_int_equal(count(db), 1);
	db_close(db, NULL);
}

static void
an_upgrade_meanwhile_is_noticed(void **state)
{
	struct db *db = new_writer(), *other = open_db(DB_WRITE);
	struct err e = ERR_INIT;

	(void)state;
	raw("orders.db", "PRAGMA user_version=3");
	assert_failed("begin", db_begin(db, &e), &e, ERR_CONFIG,
	    "orders.db: was made by a newer order-tools (schema 3, "
	    "this program knows 2)");
	raw("orders.db", "PRAGMA user_version=2");
	must(db_begin(other, &e), &e);		/* the lock was let go */
	db_close(other, NULL);
	db_close(db, NULL);
}

#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(commit_keeps_and_rollback_undoes),
		CASE(a_mark_undoes_one_record_of_a_batch),
		CASE(a_reader_never_writes),
		CASE(a_read_transaction_is_one_snapshot),
		CASE(the_second_writer_is_told_who_holds_the_lock),
		CASE(nothing_is_checkpointed_without_the_lock),
		CASE(a_reader_in_the_way_leaves_the_wal_for_later),
		CASE(a_full_disk_undoes_the_batch),
		CASE(an_upgrade_meanwhile_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
