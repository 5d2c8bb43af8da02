/* test_db_files.c - which files are opened and which are not */
#include "db_fixture.h"

#define NOBODY 65534

static void
nothing(void)
{
}

static void
three_bytes(void)
{
	new_file("orders.db", "abc", 3);
}

static void
foreign_wal(void)
{
	raw("orders.db", "PRAGMA journal_mode=WAL; CREATE TABLE t (x)");
}

static void
foreign_journal(void)
{
	foreign();
	new_file("orders.db-journal", "\xd9\xd5\x05\xf9 hot", 8);
}

static void
directory(void)
{
	assert_int_equal(mkdir("orders.db", 0700), 0);
}

static void
fifo(void)
{
	assert_int_equal(mkfifo("orders.db", 0600), 0);
}

static void
device(void)
{
	assert_int_equal(symlink("/dev/null", "orders.db"), 0);
}

static void
cut_short(void)
{
	new_db();
	raw("orders.db", "INSERT INTO thing (name, b) "
	    "VALUES ('a', zeroblob(50000))");
	assert_int_equal(truncate("orders.db", 20000), 0);
}

static void
scribbled(void)
{
	char noise[3900];
	int fd;

	new_db();
	memset(noise, 0xa5, sizeof(noise));
	fd = open("orders.db", O_WRONLY);
	assert_int_equal(pwrite(fd, noise, sizeof(noise), 100), sizeof(noise));
	close(fd);
}

static void
closed_lock(void)
{
	new_db();
	assert_int_equal(chmod("orders.db-lock", 0), 0);
}

static void
in_circles(void)
{
	assert_int_equal(symlink("orders.db", "orders.db"), 0);
}

/* The schema's format is one of a later SQLite. */
static void
later_format(void)
{
	int fd;

	new_db();
	fd = open("orders.db", O_WRONLY);
	assert_int_equal(pwrite(fd, "\x09", 1, 47), 1);
	close(fd);
}

static void
not_wal(void)
{
	new_db();
	raw("orders.db", "PRAGMA journal_mode=DELETE");
}

static void
hard_link(void)
{
	new_db();
	assert_int_equal(link("orders.db", "other.db"), 0);
}

static void
open_to_all(void)
{
	new_db();
	chmod("orders.db", 0602);
}

static void
open_directory(void)
{
	new_db();
	chmod(".", 0707);
}

static void
open_wal(void)
{
	new_db();
	new_file("orders.db-wal", "", 0);
	chmod("orders.db-wal", 0666);
}

static void
linked_wal(void)
{
	new_db();
	new_file("victim", "v", 1);
	assert_int_equal(symlink("victim", "orders.db-wal"), 0);
}

static void
linked_lock(void)
{
	new_db();
	new_file("victim", "v", 1);
	unlink("orders.db-lock");
	assert_int_equal(symlink("victim", "orders.db-lock"), 0);
}

static void
read_only(void)
{
	new_db();
	chmod("orders.db", 0444);
}

static void
read_only_directory(void)
{
	new_db();
	chmod(".", 0500);
}

static void
unreadable(void)
{
	new_db();
	chmod("orders.db", 0000);
}

/* As whoever runs the tests, but never as root, who may do everything. */
static void
drop_root(void)
{
	static const char *const own[] = {
		".", "orders.db", "orders.db-lock"
	};
	size_t i;

	if (geteuid() != 0)
		return;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (lchown(own[i], NOBODY, NOBODY) < 0)
			assert_int_equal(errno, ENOENT);
	assert_int_equal(seteuid(NOBODY), 0);
}

static void
become_root_again(void)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	chmod(".", 0700);
}

static void
try_broken(const struct broken *b, const char *path)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct err e = ERR_INIT;
	struct stat st;
	struct db *db;
	bool file;
	int result;

	b->make();
	file = lstat("orders.db", &st) == 0 && S_ISREG(st.st_mode);
	if (file)
		chmod("orders.db", 0600);
	read_file("orders.db", &before);
	if (file)
		chmod("orders.db", st.st_mode & 07777);
	if (b->code == ERR_PERM)
		drop_root();
	result = db_open(&db, path, b->mode, "test", 1, &e);
	if (b->code == ERR_PERM)
		become_root_again();
	assert_failed(b->title, result, &e, b->code, b->words);
	assert_null(db);
	if (strncmp(e.text, path, strlen(path)) != 0)
		fail_msg("%s: does not begin with the path: %s", b->title,
		    e.text);
	if (file)
		chmod("orders.db", 0600);
	read_file("orders.db", &after);
	if (before.n != after.n || memcmp(before.data, after.data, after.n))
		fail_msg("%s: the file was changed", b->title);
	buf_release(&before);
	buf_release(&after);
}

static const struct broken refused[] = {
	{ "missing", nothing, DB_READ, ERR_CONFIG, "orders.db: no such "
	    "database (create it with: order-init -d orders.db)" },
	{ "dangling", dangling, DB_WRITE, ERR_CONFIG, "no such database" },
	{ "a link to itself", in_circles, DB_READ, ERR_CONFIG,
	    "orders.db: Too many levels of symbolic links" },
	{ "empty", empty, DB_WRITE, ERR_CONFIG, "is not an order database" },
	{ "tiny", three_bytes, DB_WRITE, ERR_CONFIG, "not an order database" },
	{ "text", long_text, DB_READ, ERR_CONFIG, "not an order database" },
	{ "foreign", foreign, DB_WRITE, ERR_CONFIG, "not an order database" },
	{ "foreign WAL", foreign_wal, DB_WRITE, ERR_CONFIG,
	    "not an order database" },
	{ "foreign with a journal", foreign_journal, DB_WRITE, ERR_CONFIG,
	    "not an order database (orders.db-journal is beside it)" },
	{ "directory", directory, DB_READ, ERR_CONFIG, "not even a regular" },
	{ "fifo", fifo, DB_READ, ERR_CONFIG, "not even a regular" },
	{ "device", device, DB_WRITE, ERR_CONFIG, "not even a regular" },
	{ "cut short", cut_short, DB_WRITE, ERR_IO, "is damaged" },
	{ "scribbled over", scribbled, DB_READ, ERR_IO, "is damaged" },
	{ "later format", later_format, DB_READ, ERR_CONFIG, "unsupported" },
	{ "older", older, DB_WRITE, ERR_CONFIG, "has schema 1, this program "
	    "needs 2 (upgrade it with: order-init -d orders.db)" },
	{ "newer", newer, DB_READ, ERR_CONFIG, "was made by a newer "
	    "order-tools (schema 3, this program knows 2)" },
	{ "not WAL", not_wal, DB_READ, ERR_CONFIG, "not in WAL mode" },
	{ "hard links", hard_link, DB_WRITE, ERR_CONFIG, "hard links" },
	{ "writable by all", open_to_all, DB_READ, ERR_PERM, "chmod o-w" },
	{ "directory writable by all", open_directory, DB_WRITE, ERR_PERM,
	    "directory is writable by others" },
	{ "-wal writable by all", open_wal, DB_READ, ERR_PERM,
	    "orders.db-wal: is writable by others" },
	{ "-wal linked", linked_wal, DB_WRITE, ERR_CONFIG, "-wal: is not a" },
	{ "-lock linked", linked_lock, DB_WRITE, ERR_CONFIG, "symbolic link" },
	{ "-lock closed", closed_lock, DB_WRITE, ERR_PERM,
	    "orders.db-lock: Permission denied" },
	{ "read-only for a writer", read_only, DB_WRITE, ERR_PERM,
	    "orders.db: cannot be written: Permission denied" },
	{ "read-only directory for a writer", read_only_directory, DB_WRITE,
	    ERR_PERM, "directory cannot be written" },
	{ "unreadable", unreadable, DB_READ, ERR_PERM, "Permission denied" },
	{ "read-only directory, no -wal", read_only_directory, DB_READ,
	    ERR_PERM, "orders.db: " },
};

static void
what_is_not_ours_is_refused_unchanged(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(folder_enter(state), 0);
		try_broken(&refused[i], "orders.db");
		assert_int_equal(folder_leave(state), 0);
	}
}

static void
a_uri_is_no_file_name(void **state)
{
	const struct broken uri = {
		"uri", new_db, DB_WRITE, ERR_CONFIG, "not by a URI"
	};
	struct err e = ERR_INIT;

	(void)state;
	try_broken(&uri, "file:orders.db?nolock=1");
	assert_failed("create", db_create("file:x.db", "test", -1, NOW, 1,
	    NULL, NULL, &e), &e, ERR_CONFIG, "not by a URI");
}

static void
triggers_that_are_not_ours_are_refused(void **state)
{
	static const struct {
		const char *sql, *name;		/* NULL: it is like ours */
	} cases[] = {
		{ "CREATE TRIGGER a_guard BEFORE UPDATE ON thing "
		    "WHEN new.n < old.n BEGIN SELECT RAISE(ABORT, 'no'); END",
		    NULL },
		{ "CREATE TRIGGER a AFTER INSERT ON thing "
		    "BEGIN SELECT RAISE(ABORT, 'no'); END", "'a'" },
		{ "CREATE TRIGGER a_guard AFTER INSERT ON thing "
		    "BEGIN DELETE FROM part; END", "'a_guard'" },
		{ "CREATE TRIGGER a_append_only AFTER INSERT ON thing BEGIN "
		    "DELETE FROM part; SELECT RAISE(ABORT, 'no'); END",
		    "'a_append_only'" },
		{ "CREATE TRIGGER a_guard AFTER INSERT ON thing "
		    "WHEN 'BEGIN SELECT RAISE(ABORT,' <> '' "
		    "BEGIN DELETE FROM part; END", "'a_guard'" },
		{ "CREATE TRIGGER a_guard AFTER INSERT ON thing BEGIN DELETE "
		    "FROM part WHERE thing <> 'BEGIN SELECT RAISE(ABORT, '''; "
		    "END", "'a_guard'" },
		{ "CREATE TRIGGER a_guard AFTER INSERT ON thing "
		    "BEGIN SELECT RAISE(IGNORE); END", "'a_guard'" },
		{ "CREATE TABLE BEGIN (x); "
		    "CREATE TRIGGER a_guard AFTER INSERT ON thing "
		    "BEGIN DELETE FROM part; INSERT INTO "
		    "BEGIN SELECT RAISE(ABORT, 'no'); END", "'a_guard'" },
	};
	struct err e = ERR_INIT;
	struct db *db;
	size_t i;
	int result;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(folder_enter(state), 0);
		new_db();
		raw("orders.db", cases[i].sql);
		result = db_open(&db, "orders.db", DB_WRITE, "test", 1, &e);
		if (cases[i].name == NULL)
			must(result, &e);
		else
			assert_failed(cases[i].sql, result, &e, ERR_CONFIG,
			    cases[i].name);
		db_close(db, NULL);
		assert_int_equal(folder_leave(state), 0);
	}
}

static void
a_link_leads_to_the_file_and_its_companions(void **state)
{
	struct err e = ERR_INIT;
	struct db *db;

	(void)state;
	new_db();
	unlink("orders.db-lock");
	assert_int_equal(mkdir("etc", 0700), 0);
	assert_int_equal(symlink("../orders.db", "etc/link.db"), 0);
	must(db_open(&db, "etc/link.db", DB_WRITE, "test", 1, &e), &e);
	assert_string_equal(db_path(db), "etc/link.db");
	must(db_begin(db, &e), &e);
	must(db_commit(db, &e), &e);
	must(db_close(db, &e), &e);
	assert_int_equal(size_of("orders.db-lock"), 100);
	assert_int_equal(size_of("etc/link.db-lock"), -1);
	assert_int_equal(size_of("orders.db-wal"), 0);
}

/* Once a writer was here, who may only read needs nothing but that. */
static void
reading_needs_no_right_to_write(void **state)
{
	static const char SQL_ROWS[] = "SELECT count(*) FROM thing";
	struct err e = ERR_INIT;
	struct db *db;
	int64_t n = -1;

	(void)state;
	new_db();
	chmod("orders.db", 0644);
	must(db_close(open_db(DB_WRITE), &e), &e);
	chmod(".", 0555);
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	if (db_open(&db, "orders.db", DB_READ, "test", 1, &e) == 0) {
		must(db_one_int(db, SQL_ROWS, NOBIND, &n, &e), &e);
		db_close(db, NULL);
	}
	become_root_again();
	must(e.code != 0 ? -1 : 0, &e);
	assert_int_equal(n, 0);
}

#define CASE(f) \
	cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_ours_is_refused_unchanged),
		CASE(a_uri_is_no_file_name),
		cmocka_unit_test(triggers_that_are_not_ours_are_refused),
		CASE(a_link_leads_to_the_file_and_its_companions),
		CASE(reading_needs_no_right_to_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
