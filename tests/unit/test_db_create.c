/* test_db_create.c - files made, upgraded, copied and looked into */
#include "db_fixture.h"

static void
a_new_database_is_private_or_of_one_group(void **state)
{
	gid_t group = getuid() == 0 ? 12345 : getgid();
	bool made = false, raised = true;
	mode_t mask = umask(0);
	struct err e = ERR_INIT;
	struct stat st, lock;

	(void)state;
	must(db_create("orders.db", "test", -1, NOW, 1, &made, &raised, &e),
	    &e);
	assert_true(made && !raised);
	assert_int_equal(stat("orders.db", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat("orders.db-lock", &lock), 0);
	assert_int_equal(lock.st_mode & 07777, 0600);
	assert_int_equal(files_here(), 2);
	assert_int_equal(raw_int("orders.db", "PRAGMA application_id"),
	    DB_APPLICATION_ID);
	assert_int_equal(raw_int("orders.db", "PRAGMA user_version"), 2);

	must(db_create("group.db", "test", group, NOW, 1, NULL, NULL, &e), &e);
	assert_int_equal(stat("group.db", &st), 0);
	assert_int_equal(stat("group.db-lock", &lock), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(lock.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, group);
	assert_int_equal(lock.st_gid, group);
	umask(mask);
}

static void
creating_again_changes_nothing(void **state)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	bool made = true, raised = true;
	struct err e = ERR_INIT;

	(void)state;
	new_db();
	read_file("orders.db", &before);
	must(db_create("orders.db", "test", -1, NOW, 1, &made, &raised, &e),
	    &e);
	assert_true(!made && !raised);
	read_file("orders.db", &after);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.data, after.data, after.n);
	buf_release(&before);
	buf_release(&after);

	/* Copied back from elsewhere, or touched by another program. */
	raw("orders.db", "PRAGMA journal_mode=DELETE");
	must(db_create("orders.db", "test", -1, NOW, 1, NULL, NULL, &e), &e);
	must(db_close(open_db(DB_WRITE), &e), &e);
}

static void
old_wal(void)
{
	new_file("orders.db-wal", "frames", 6);
}

static void
nothing_is_created_over_what_is_there(void **state)
{
	static const struct broken cases[] = {
		{ "empty", empty, DB_WRITE, ERR_CONFIG, "it is empty" },
		{ "text", long_text, DB_WRITE, ERR_CONFIG, "not an order" },
		{ "foreign", foreign, DB_WRITE, ERR_CONFIG, "not an order" },
		{ "newer", newer, DB_WRITE, ERR_CONFIG, "schema 3, this" },
		{ "link", dangling, DB_WRITE, ERR_CONFIG, "leads nowhere" },
		{ "old WAL", old_wal, DB_WRITE, ERR_CONFIG, "in the way" },
	};
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err e = ERR_INIT;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(folder_enter(state), 0);
		cases[i].make();
		read_file("orders.db", &before);
		assert_failed(cases[i].title, db_create("orders.db", "test",
		    -1, NOW, 1, NULL, NULL, &e), &e, cases[i].code,
		    cases[i].words);
		read_file("orders.db", &after);
		assert_int_equal(before.n, after.n);
		assert_memory_equal(before.data, after.data, after.n);
		assert_int_equal(folder_leave(state), 0);
	}
	assert_int_equal(folder_enter(state), 0);
	assert_failed("no directory", db_create("no/orders.db", "test", -1,
	    NOW, 1, NULL, NULL, &e), &e, ERR_CANTCREAT, "no/orders.db: ");
	buf_release(&before);
	buf_release(&after);
	assert_int_equal(folder_leave(state), 0);
}

static void
an_older_database_is_upgraded_after_a_backup(void **state)
{
	static const char backup[] = "orders.db-20261122T100000Z.bak";
	static const char SQL_ROWS[] = "SELECT count(*) FROM thing";
	bool made = true, raised = false;
	struct err e = ERR_INIT;
	struct stat st;
	struct db *db;
	int64_t n;

	(void)state;
	older();
	raw("orders.db", "INSERT INTO thing (name) VALUES ('a'), ('b')");
	must(db_create("orders.db", "test", -1, NOW, 1, &made, &raised, &e),
	    &e);
	assert_true(!made && raised);
	db = open_db(DB_WRITE);
	must(db_one_int(db, SQL_ROWS, NOBIND, &n, &e), &e);
	assert_int_equal(n, 2);
	must(db_close(db, &e), &e);

	assert_int_equal(stat(backup, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(raw_int(backup, "PRAGMA user_version"), 1);
	assert_int_equal(raw_int(backup, SQL_ROWS), 2);
}

static void
a_failed_upgrade_leaves_the_old_version(void **state)
{
	bool raised = true;
	struct err e = ERR_INIT;
	struct db *db;

	(void)state;
	older();
	raw("orders.db", "INSERT INTO thing (name) VALUES ('a'), ('a')");
	assert_failed("twins", db_create("orders.db", "test", -1, NOW, 1,
	    NULL, &raised, &e), &e, ERR_SOFTWARE,
	    "schema step 0002-second: orders.db: UNIQUE constraint failed");
	assert_false(raised);
	assert_int_equal(raw_int("orders.db", "PRAGMA user_version"), 1);
	assert_failed("open", db_open(&db, "orders.db", DB_READ, "test", 1,
	    &e), &e, ERR_CONFIG, "has schema 1");
}

/* Run again in the same second, as after a crash. */
static void
a_backup_is_never_overwritten(void **state)
{
	static const char first[] = "orders.db-20261122T100000Z.bak";
	static const char second[] = "orders.db-20261122T100000Z-2.bak";
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err e = ERR_INIT;

	(void)state;
	older();
	new_file(first, "of a run before", 15);
	read_file(first, &before);
	must(db_create("orders.db", "test", -1, NOW, 1, NULL, NULL, &e), &e);
	assert_int_equal(raw_int("orders.db", "PRAGMA user_version"), 2);
	assert_int_equal(raw_int(second, "PRAGMA user_version"), 1);
	read_file(first, &after);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.data, after.data, after.n);
	buf_release(&before);
	buf_release(&after);
}

static void
no_name_left_for_a_backup(void **state)
{
	char name[64], again[8] = "";
	struct err e = ERR_INIT;
	int n;

	(void)state;
	older();
	for (n = 2; n < 200; n++) {
		snprintf(name, sizeof(name), "orders.db-20261122T100000Z%s.bak",
		    again);
		new_file(name, "x", 1);
		snprintf(again, sizeof(again), "-%d", n);
	}
	assert_failed("backup", db_create("orders.db", "test", -1, NOW, 1,
	    NULL, NULL, &e), &e, ERR_CANTCREAT, ".bak: exists already");
	assert_int_equal(raw_int("orders.db", "PRAGMA user_version"), 1);
}

/* Whoever is not of a group cannot share with it. */
static void
a_group_that_is_not_ours(void **state)
{
	const bool root = geteuid() == 0;
	struct err e = ERR_INIT;
	int result;

	(void)state;
	if (root) {
		assert_int_equal(chown(".", 65534, 65534), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	result = db_create("orders.db", "test", root ? 1 : 0, NOW, 1, NULL,
	    NULL, &e);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_failed("group", result, &e, ERR_PERM,
	    "orders.db: cannot be given to the group");
	assert_int_equal(files_here(), 0);
}

static void
a_lock_file_in_the_way(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(symlink("elsewhere", "orders.db-lock"), 0);
	assert_failed("lock", db_create("orders.db", "test", -1, NOW, 1, NULL,
	    NULL, &e), &e, ERR_CONFIG, "orders.db-lock: is a symbolic link");
}

/* SQLite takes paths up to 512 bytes, and says so late. */
static void
a_path_too_long_for_sqlite(void **state)
{
	char name[101];
	struct err e = ERR_INIT;
	struct db *db;
	int i;

	(void)state;
	new_db();
	memset(name, 'd', 100);
	name[100] = '\0';
	for (i = 0; i < 6; i++) {
		assert_int_equal(mkdir(name, 0700), 0);
		assert_int_equal(chdir(name), 0);
	}
	assert_failed("create", db_create("new.db", "test", -1, NOW, 1, NULL,
	    NULL, &e), &e, ERR_IO, "new.db: unable to open database file");
	assert_int_equal(files_here(), 0);
	assert_int_equal(rename("../../../../../../orders.db", "orders.db"), 0);
	assert_failed("open", db_open(&db, "orders.db", DB_READ, "test", 1,
	    &e), &e, ERR_IO, "orders.db: unable to open database file");
}

static void
a_copy_is_whole_and_openable(void **state)
{
	static const char SQL_ROWS[] = "SELECT count(*) FROM thing";
	struct db *db, *reader;
	struct err e = ERR_INIT;
	struct stat st;
	int64_t n, only;
	int files;

	(void)state;
	new_db();
	raw("orders.db", "INSERT INTO thing (name) VALUES ('a'), ('b')");
	db = open_db(DB_WRITE);
	reader = open_db(DB_READ);
	files = files_here();
	assert_int_equal(db_copy(db, "one.db", NULL, NULL, &e), 1);
	assert_int_equal(db_copy(reader, "two.db", NULL, NULL, &e), 1);
	assert_int_equal(files_here(), files + 2);
	assert_int_equal(db_copy(db, "two.db", NULL, NULL, &e), 0);
	assert_failed("no directory", db_copy(db, "no/two.db", NULL, NULL, &e), &e,
	    ERR_CANTCREAT, "no/two.db: ");
	assert_int_equal(files_here(), files + 2);
	must(db_one_int(reader, "PRAGMA query_only", NOBIND, &only, &e), &e);
	assert_int_equal(only, 1);
	db_close(reader, NULL);
	must(db_begin(db, &e), &e);
	must(db_commit(db, &e), &e);
	db_close(db, NULL);

	assert_int_equal(stat("two.db", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	must(db_open(&db, "two.db", DB_WRITE, "test", 1, &e), &e);
	must(db_one_int(db, SQL_ROWS, NOBIND, &n, &e), &e);
	assert_int_equal(n, 2);
	db_close(db, NULL);
}

static void
what_is_wrong_inside_is_listed(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct db *db;
	const char **line;
	size_t n = 9;

	(void)state;
	new_db();
	db = open_db(DB_READ);
	must(db_integrity(db, &a, &line, &n, &e), &e);
	assert_int_equal(n, 0);
	db_close(db, NULL);

	raw("orders.db", "INSERT INTO part VALUES (7), (8)");
	db = open_db(DB_READ);
	assert_failed("orphan", db_copy(db, "copy.db", NULL, NULL, &e), &e, ERR_IO,
	    "does not pass its integrity check");
	db_close(db, NULL);
	raw("orders.db", "PRAGMA ignore_check_constraints=ON;"
	    "INSERT INTO thing (name, n) VALUES ('a', -1)");
	db = open_db(DB_READ);		/* SQLite skips the CHECKs here */
	must(db_begin_read(db, &e), &e);
	must(db_integrity(db, &a, &line, &n, &e), &e);
	assert_int_equal(n, 2);
	db_rollback(db);
	db_close(db, NULL);
	db = open_db(DB_WRITE);
	must(db_begin_read(db, &e), &e);
	must(db_integrity(db, &a, &line, &n, &e), &e);
	assert_int_equal(n, 3);
	assert_string_equal(line[0], "CHECK constraint failed in thing");
	assert_string_equal(line[1],
	    "row 1 of part refers to a missing row of thing");
	db_close(db, NULL);
	raw("orders.db", "DELETE FROM part");
	db = open_db(DB_READ);
	assert_failed("check", db_copy(db, "copy.db", NULL, NULL, &e), &e, ERR_IO,
	    "does not pass its integrity check");
	assert_int_equal(size_of("copy.db"), -1);
	db_close(db, NULL);
	arena_release(&a);
}

#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_new_database_is_private_or_of_one_group),
		CASE(creating_again_changes_nothing),
		cmocka_unit_test(nothing_is_created_over_what_is_there),
		CASE(an_older_database_is_upgraded_after_a_backup),
		CASE(a_failed_upgrade_leaves_the_old_version),
		CASE(no_name_left_for_a_backup),
		CASE(a_group_that_is_not_ours),
		CASE(a_lock_file_in_the_way),
		CASE(a_path_too_long_for_sqlite),
		CASE(a_backup_is_never_overwritten),
		CASE(a_copy_is_whole_and_openable),
		CASE(what_is_wrong_inside_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
