/* test_lock_file.c - the file beside the database that the lock is in */
#include "lock_fixture.h"

#include <sys/resource.h>

static void
the_lock_file_has_the_mode_of_the_database(void **state)
{
	static const struct {
		const char *title;
		mode_t db, lock;
	} cases[] = {
		{ "alone", 0600, 0600 },
		{ "a group", 0660, 0660 },
		{ "others may read, not lock", 0664, 0660 },
		{ "group may read", 0644, 0640 },
	};
	struct stat db, st;
	mode_t mask = umask(077);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unlink("orders.db-lock");
		chmod("orders.db", cases[i].db);
		lock_close(open_as("test"));
		assert_int_equal(stat("orders.db-lock", &st), 0);
		assert_int_equal(stat("orders.db", &db), 0);
		if ((st.st_mode & 07777) != cases[i].lock)
			fail_msg("%s: %o", cases[i].title, st.st_mode);
		assert_int_equal(st.st_gid, db.st_gid);
	}
	umask(mask);
}

static void
a_link_to_the_database_has_the_same_lock(void **state)
{
	struct lock *a = open_as("order-a"), *b;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	assert_int_equal(symlink("../orders.db", "elsewhere/o.db"), 0);
	must(lock_open(&b, "elsewhere/o.db", "order-b", &e), &e);
	must(lock_writer(a, 0, &e), &e);
	assert_failed("through the link", lock_writer(b, 0, &e), &e, ERR_TEMP,
	    "elsewhere/o.db: locked by order-a");
	lock_close(a);
	lock_close(b);
}

static void
make_link(void)
{
	new_file("victim", "v", 1);
	assert_int_equal(symlink("victim", "orders.db-lock"), 0);
}

static void
make_fifo(void)
{
	assert_int_equal(mkfifo("orders.db-lock", 0600), 0);
}

static void
make_open(void)
{
	new_file("orders.db-lock", "", 0);
	chmod("orders.db-lock", 0666);
}

static void
make_directory(void)
{
	assert_int_equal(mkdir("orders.db-lock", 0700), 0);
}

static void
lose_database(void)
{
	unlink("orders.db");
}

static void
a_strange_lock_file_is_refused(void **state)
{
	static const struct {
		const char *title;
		void (*make)(void);
		int code;
		const char *words;
	} cases[] = {
		{ "symbolic link", make_link, ERR_CONFIG, "symbolic link" },
		{ "fifo", make_fifo, ERR_CONFIG, "not a regular file" },
		{ "directory", make_directory, ERR_CONFIG, "orders.db-lock" },
		{ "writable by all", make_open, ERR_PERM, "chmod o-w" },
		{ "no database", lose_database, ERR_CONFIG, "orders.db: No" },
	};
	struct err e = ERR_INIT;
	struct lock *l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cases[i].make();
		assert_failed(cases[i].title, lock_open(&l, "orders.db",
		    "test", &e), &e, cases[i].code, cases[i].words);
		assert_null(l);
		remove("orders.db-lock");
	}
}

/* The descriptor that an open would get now. */
static int
next_descriptor(void)
{
	int fd = dup(STDERR_FILENO);

	close(fd);
	return fd;
}

static void
a_lost_descriptor_is_no_lock(void **state)
{
	int fd = next_descriptor();
	struct lock *l = open_as("test");
	struct err e = ERR_INIT;

	(void)state;
	close(fd);
	assert_failed("writer", lock_writer(l, 0, &e), &e, ERR_OS,
	    "orders.db-lock: Bad file descriptor");
	assert_failed("mailer", lock_mailer(l, &e), &e, ERR_OS,
	    "orders.db-lock: Bad file descriptor");
	lock_close(l);
}

static void
no_descriptor_left_is_the_systems_fault(void **state)
{
	struct rlimit usual, few;
	struct err e = ERR_INIT;
	struct lock *l;
	int result;

	(void)state;
	lock_close(open_as("test"));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = usual;
	few.rlim_cur = (rlim_t)next_descriptor();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	result = lock_open(&l, "orders.db", "test", &e);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	assert_failed("too many", result, &e, ERR_OS,
	    "orders.db-lock: Too many open files");
}

/* A wait needs a timer, which needs room for its signal. */
static void
no_timer_left_is_the_systems_fault(void **state)
{
	struct holder h = hold(take_writer);
	struct lock *l = open_as("test");
	struct rlimit usual, none;
	struct err e = ERR_INIT;
	int result;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_SIGPENDING, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &none), 0);
	result = lock_writer(l, 5, &e);
	assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &usual), 0);
	assert_failed("no timer", result, &e, ERR_OS, "orders.db-lock: ");
	lock_close(l);
	end_holder(h, 0);
}

/* Made for the group of the database, which must not be another's. */
static void
a_lock_file_for_a_group_that_is_not_ours(void **state)
{
	struct err e = ERR_INIT;
	struct lock *l;
	int result;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(".", 65534, 65534), 0);
	assert_int_equal(chown("orders.db", 65534, 1), 0);
	assert_int_equal(seteuid(65534), 0);
	result = lock_open(&l, "orders.db", "test", &e);
	assert_int_equal(seteuid(0), 0);
	assert_failed("group", result, &e, ERR_PERM, "orders.db-lock: cannot"
	    " be given to the group of the database");
	assert_int_equal(files_here(), 1);
}

static void
a_removed_lock_file_locks_nobody_out(void **state)
{
	struct lock *l = open_as("test");
	struct err e = ERR_INIT;

	(void)state;
	unlink("orders.db-lock");
	assert_failed("removed", lock_writer(l, 0, &e), &e, ERR_TEMP,
	    "orders.db-lock: was removed");
	lock_close(l);
}

static void
rubbish_in_the_lock_file_is_not_repeated(void **state)
{
	static const char *const lines[] = {
		"", "1", "1 order-x", "\x1b[2J 1 2", "1 a\x1b[2J 2",
		"1 a\xc2\x9b 2", "  "
	};
	struct lock *a = open_as("order-a"), *b = open_as("order-b");
	struct err e = ERR_INIT;
	char line[81];
	size_t i;

	(void)state;
	must(lock_writer(a, 0, &e), &e);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "%-79s\n", lines[i]);
		new_file("orders.db-lock", line, i == 0 ? 0 : 80);
		assert_failed(lines[i], lock_writer(b, 0, &e), &e, ERR_TEMP,
		    "locked by another process; waited 0 s");
	}
	lock_close(a);
	lock_close(b);
}

static void
a_started_program_does_not_inherit_the_lock(void **state)
{
	struct lock *l = open_as("test");
	char path[64], to[PATH_MAX];
	DIR *d = opendir("/proc/self/fd");
	struct dirent *f;
	ssize_t n;
	int seen = 0;

	(void)state;
	assert_non_null(d);
	while ((f = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "/proc/self/fd/%.20s", f->d_name);
		n = readlink(path, to, sizeof(to) - 1);
		to[n > 0 ? n : 0] = '\0';
		if (strstr(to, "orders.db-lock") == NULL)
			continue;
		assert_true((fcntl((int)strtol(f->d_name, NULL, 10), F_GETFD) &
		    FD_CLOEXEC) != 0);
		seen++;
	}
	assert_int_equal(seen, 1);
	closedir(d);
	lock_close(l);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, lock_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_lock_file_has_the_mode_of_the_database),
		CASE(a_link_to_the_database_has_the_same_lock),
		CASE(a_strange_lock_file_is_refused),
		CASE(a_lost_descriptor_is_no_lock),
		CASE(no_descriptor_left_is_the_systems_fault),
		CASE(no_timer_left_is_the_systems_fault),
		CASE(a_lock_file_for_a_group_that_is_not_ours),
		CASE(a_removed_lock_file_locks_nobody_out),
		CASE(rubbish_in_the_lock_file_is_not_repeated),
		CASE(a_started_program_does_not_inherit_the_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
