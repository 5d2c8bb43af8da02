/* test_lock.c - the one fair lock, as its waiters see it */
#include "lock_fixture.h"

#include <sched.h>
#include <sys/time.h>

static void
only_one_writer_at_a_time(void **state)
{
	struct lock *a = open_as("order-a"), *b = open_as("order-b");
	struct err e = ERR_INIT;
	char words[80];

	(void)state;
	must(lock_writer(a, 0, &e), &e);
	snprintf(words, sizeof(words),
	    "orders.db: locked by order-a (pid %ld) since 20", (long)getpid());
	assert_failed("second", lock_writer(b, 0, &e), &e, ERR_TEMP, words);
	assert_non_null(strstr(e.text, "Z; waited 0 s"));
	lock_writer_done(a);
	must(lock_writer(b, 0, &e), &e);
	assert_failed("first again", lock_writer(a, 0, &e), &e, ERR_TEMP,
	    "locked by order-b (pid");
	lock_close(b);			/* frees it too */
	must(lock_writer(a, 0, &e), &e);
	lock_writer_done(a);
	lock_writer_done(a);
	lock_close(a);
	lock_close(NULL);
}

static void
a_stopped_holder_is_named_after_the_deadline(void **state)
{
	struct holder h = hold(take_writer);
	struct lock *l = open_as("order-b");
	struct timespec before, after;
	struct err e = ERR_INIT;
	char words[80];

	(void)state;
	kill(h.pid, SIGSTOP);
	clock_gettime(CLOCK_MONOTONIC, &before);
	snprintf(words, sizeof(words), "locked by order-holder (pid %ld)",
	    (long)h.pid);
	assert_failed("wait", lock_writer(l, 1, &e), &e, ERR_TEMP, words);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000 +
	    (after.tv_nsec - before.tv_nsec) / 1000000 >= 990);

	/* Nothing of the vain wait is left, such as the queue range. */
	end_holder(h, SIGKILL);
	must(lock_writer(l, 0, &e), &e);
	lock_close(l);
}

static void
a_waiter_gets_the_lock_when_it_is_let_go(void **state)
{
	struct holder h = hold(take_writer);
	struct lock *l = open_as("order-b");
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(write(h.let_go, "x", 1), 1);
	must(lock_writer(l, 30, &e), &e);
	end_holder(h, 0);
	lock_close(l);
}

static volatile sig_atomic_t stopped;

static void
on_alarm(int sig)
{
	(void)sig;
	stopped = 1;
}

static void
a_stop_ends_the_wait(void **state)
{
	/* SA_RESTART: only the tick can end the system call. */
	struct sigaction act = {
		.sa_handler = on_alarm, .sa_flags = SA_RESTART
	};
	const struct itimerval soon = { { 0, 0 }, { 0, 20000 } };
	struct lock *a = open_as("order-a"), *b = open_as("order-b");
	struct err e = ERR_INIT;

	(void)state;
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, NULL);
	lock_watch(b, &stopped);
	must(lock_writer(a, 0, &e), &e);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_failed("stop", lock_writer(b, 3600, &e), &e, ERR_TEMP,
	    "orders.db: stopped while waiting");
	assert_failed("still stopped", lock_writer(b, 3600, &e), &e, ERR_TEMP,
	    "stopped while waiting");
	lock_close(a);
	lock_close(b);
}

static void
other_signals_do_not_end_the_wait(void **state)
{
	struct sigaction act = { .sa_handler = on_alarm };
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct lock *a = open_as("order-a"), *b = open_as("order-b");
	struct err e = ERR_INIT;

	(void)state;
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, NULL);
	must(lock_writer(a, 0, &e), &e);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_failed("wait", lock_writer(b, 1, &e), &e, ERR_TEMP,
	    "waited 1 s");
	setitimer(ITIMER_REAL, &never, NULL);
	lock_close(a);
	lock_close(b);
}

static void
one_mailer_at_a_time_and_it_blocks_no_writer(void **state)
{
	struct lock *a = open_as("order-ack"), *b = open_as("order-notify");
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(lock_mailer(a, &e), 1);
	assert_int_equal(lock_mailer(b, &e), 0);
	must(lock_writer(b, 0, &e), &e);
	lock_writer_done(b);
	must(lock_writer(a, 0, &e), &e);
	lock_writer_done(a);
	assert_int_equal(lock_mailer(b, &e), 0);
	lock_mailer_done(a);
	lock_mailer_done(a);
	assert_int_equal(lock_mailer(b, &e), 1);
	lock_close(b);
	assert_int_equal(lock_mailer(a, &e), 1);
	lock_close(a);
}

/* ---- the line of those who wait ---- */

/* What the lock file says is the next number; -1: nothing. */
static long
next_number(void)
{
	int fd = open("orders.db-lock", O_RDONLY);
	char line[20] = "";
	ssize_t n = pread(fd, line, sizeof(line) - 1, 80);

	close(fd);
	return n > 0 ? strtol(line, NULL, 10) : -1;
}

/* A process that stands in the line when this returns; when it has the lock
 * it writes its name to out. */
static pid_t
stand_in_line(char name, int out)
{
	long before = next_number();
	struct err e = ERR_INIT;
	struct lock *l;
	pid_t pid = fork();

	if (pid == 0)
		_exit(lock_open(&l, "orders.db", "order-waiter", &e) < 0 ||
		    lock_writer(l, 60, &e) < 0 || write(out, &name, 1) != 1);
	assert_true(pid > 0);
	while (next_number() == before)
		sched_yield();
	return pid;
}

static int
by_name(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static void
those_who_wait_are_served_in_turn(void **state)
{
	static const struct {
		const char *title, *names, *served, *later;
		char hit;		/* one of them, while he waits, */
		int signal;		/* by this */
	} cases[] = {
		{ "as they came", "ABCDEFG", "ABCDEFG", "", 0, 0 },
		{ "the first died", "ABC", "BC", "", 'A', SIGKILL },
		{ "one died", "ABCD", "ABD", "", 'C', SIGKILL },
		{ "the last died", "ABC", "AB", "", 'C', SIGKILL },
		{ "the first is stopped", "ABC", "BC", "A", 'A', SIGSTOP },
		{ "one is stopped", "ABCD", "ACD", "B", 'B', SIGSTOP },
	};
	struct err e = ERR_INIT;
	char got[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lock *holder = open_as("order-holder");
		pid_t hit = 0, pid;
		const char *name;
		int to[2], n = 0;

		assert_int_equal(pipe(to), 0);
		must(lock_writer(holder, 0, &e), &e);
		for (name = cases[i].names; *name != '\0'; name++) {
			pid = stand_in_line(*name, to[1]);
			if (*name == cases[i].hit)
				hit = pid;
		}
		if (hit != 0) {
			kill(hit, cases[i].signal);
			waitpid(hit, NULL, WUNTRACED);
		}
		lock_writer_done(holder);
		while (n < (int)strlen(cases[i].served))
			assert_int_equal(read(to[0], got + n++, 1), 1);
		if (cases[i].signal == SIGSTOP) {
			/* Whoever looks first passes the stopped one by. */
			qsort(got, (size_t)n, 1, by_name);
			kill(hit, SIGCONT);
			assert_int_equal(read(to[0], got + n++, 1), 1);
		}
		got[n] = '\0';
		while (waitpid(-1, NULL, 0) > 0)
			;
		if (strncmp(got, cases[i].served, strlen(cases[i].served)) != 0
		    || strcmp(got + strlen(cases[i].served),
		    cases[i].later) != 0)
			fail_msg("%s: served %s", cases[i].title, got);
		close(to[0]);
		close(to[1]);
		lock_close(holder);
	}
}

/* Whatever the file says is next, there is one lock. */
static void
a_number_that_is_rubbish_lets_nobody_in(void **state)
{
	static const char *const lines[] = {
		"", "7", "x00000000000000012 \n", "-00000000000000012 \n",
		"999999999999999999 \n", "000000000000000001\x1b\n",
	};
	struct lock *a = open_as("order-a"), *b = open_as("order-b");
	struct err e = ERR_INIT;
	char all[101];
	size_t i;

	(void)state;
	must(lock_writer(a, 0, &e), &e);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(all, sizeof(all), "%-80s%s", "", lines[i]);
		new_file("orders.db-lock", all, strlen(all));
		assert_failed(lines[i], lock_writer(b, 0, &e), &e, ERR_TEMP,
		    "locked by");
		lock_writer_done(a);
		must(lock_writer(b, 0, &e), &e);
		lock_writer_done(b);
		must(lock_writer(a, 0, &e), &e);
		assert_true(next_number() >= 0);
	}
	lock_close(a);
	lock_close(b);
}

/* Read, add one, write: lost unless they exclude each other. */
static int
count_up(int turns)
{
	struct err e = ERR_INIT;
	struct lock *l;
	int fd = open("count", O_RDWR), i, n;

	if (lock_open(&l, "orders.db", "test", &e) < 0)
		return 1;
	for (i = 0; i < turns; i++) {
		if (lock_writer(l, 60, &e) < 0 ||
		    pread(fd, &n, sizeof(n), 0) != sizeof(n))
			return 1;
		n++;
		if (pwrite(fd, &n, sizeof(n), 0) != sizeof(n))
			return 1;
		lock_writer_done(l);
	}
	return 0;
}

static void
no_turn_of_many_processes_is_lost(void **state)
{
	enum { PROCESSES = 4, TURNS = 100 };
	int n = 0, i, status, fd;
	pid_t pid[PROCESSES];

	(void)state;
	new_file("count", &n, sizeof(n));
	for (i = 0; i < PROCESSES; i++)
		if ((pid[i] = fork()) == 0)
			_exit(count_up(TURNS));
	for (i = 0; i < PROCESSES; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	fd = open("count", O_RDONLY);
	assert_int_equal(read(fd, &n, sizeof(n)), sizeof(n));
	close(fd);
	assert_int_equal(n, PROCESSES * TURNS);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, lock_enter, folder_leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(only_one_writer_at_a_time),
		CASE(a_stopped_holder_is_named_after_the_deadline),
		CASE(a_waiter_gets_the_lock_when_it_is_let_go),
		CASE(a_stop_ends_the_wait),
		CASE(other_signals_do_not_end_the_wait),
		CASE(one_mailer_at_a_time_and_it_blocks_no_writer),
		CASE(those_who_wait_are_served_in_turn),
		CASE(a_number_that_is_rubbish_lets_nobody_in),
		CASE(no_turn_of_many_processes_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
