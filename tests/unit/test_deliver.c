/* test_deliver.c - what becomes of a message in the hands of a mailer */
#include "mail_fixture.h"

/* A mailer: a shell script with this body, run in the test's folder. */
static const char *
mailer(const char *body)
{
	write_text(path("mailer"), arena_printf(&arena,
	    "#!/bin/sh\ncd %s || exit 99\n%s\n", folder, body), 0700);
	return path("mailer");
}

static struct mail_report
deliver(const char *how, int timeout)
{
	struct mail_report r;

	memset(&r, 'x', sizeof(r));
	mail_deliver(how, timeout, FROM, TO, ID, MESSAGE, strlen(MESSAGE), &r);
	return r;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct {
	const char *title, *body;
	enum mail_outcome outcome;
	const char *why;
} ANSWERS[] = {
	{ "sent", "cat >/dev/null", MAIL_SENT, "" },
	{ "sent with a warning", "cat >/dev/null; echo hm >&2", MAIL_SENT, "" },
	{ "sent without reading", "exit 0", MAIL_SENT, "" },
	{ "sent, stdin closed early", "exec <&-; exit 0", MAIL_SENT, "" },
	{ "1", "cat >/dev/null; exit 1", MAIL_RETRY, "exit status 1" },
	{ "64", "exit 64", MAIL_STOPPED, "exit status 64" },
	{ "65", "exit 65", MAIL_REFUSED, "exit status 65" },
	{ "66", "exit 66", MAIL_RETRY, "exit status 66" },
	{ "67", "exit 67", MAIL_REFUSED, "exit status 67" },
	{ "68", "exit 68", MAIL_RETRY, "exit status 68" },
	{ "69", "exit 69", MAIL_RETRY, "exit status 69" },
	{ "70", "exit 70", MAIL_RETRY, "exit status 70" },
	{ "71", "exit 71", MAIL_RETRY, "exit status 71" },
	{ "72", "exit 72", MAIL_RETRY, "exit status 72" },
	{ "73", "exit 73", MAIL_RETRY, "exit status 73" },
	{ "74", "exit 74", MAIL_RETRY, "exit status 74" },
	{ "75", "exit 75", MAIL_RETRY, "exit status 75" },
	{ "76", "exit 76", MAIL_RETRY, "exit status 76" },
	{ "77", "exit 77", MAIL_STOPPED, "exit status 77" },
	{ "78", "exit 78", MAIL_STOPPED, "exit status 78" },
	{ "126", "exit 126", MAIL_STOPPED, "exit status 126" },
	{ "127", "exit 127", MAIL_STOPPED, "exit status 127" },
	{ "255", "exit 255", MAIL_RETRY, "exit status 255" },
	{ "killed", "kill -KILL $$", MAIL_RETRY, "killed by signal 9" },
	{ "took it, then killed", "cat >/dev/null; kill -SEGV $$", MAIL_RETRY,
	  "killed by signal 11" },
	{ "a reason", "echo out; echo 'no route' >&2; exit 75", MAIL_RETRY,
	  "exit status 75: no route" },
	{ "all of its lines in one",
	  "printf '\\n  one \\r\\n\\ntwo\\n' >&2; exit 65", MAIL_REFUSED,
	  "exit status 65: one; two" },
	{ "its name once",
	  "printf 'msmtp: no\\nmsmtp: said: 550-5 x\\nmsmtp: y\\n' >&2; "
	  "exit 65", MAIL_REFUSED,
	  "exit status 65: msmtp: no; said: 550-5 x; y" },
	{ "the same line once", "printf 'm: no\\nm: no\\nnow\\nno\\n' >&2; exit 75",
	  MAIL_RETRY, "exit status 75: m: no; now; no" },
	{ "one line that is not from itself",
	  "printf 'm: no\\nmx: y\\nm:\\n' >&2; exit 65", MAIL_REFUSED,
	  "exit status 65: m: no; mx: y; m:" },
	{ "a reason without a line end", "printf one >&2; exit 65",
	  MAIL_REFUSED, "exit status 65: one" },
	{ "a card number", "echo 'x 4111 1111 1111 1111 y' >&2; exit 75",
	  MAIL_RETRY, "exit status 75: x **** **** **** 1111 y" },
	{ "a NUL", "printf 'a\\000b' >&2; exit 75", MAIL_RETRY,
	  "exit status 75: a" }
};

static void
test_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ANSWERS) / sizeof(ANSWERS[0]); i++) {
		struct mail_report r = deliver(mailer(ANSWERS[i].body), 60);

		if (r.outcome != ANSWERS[i].outcome ||
		    strcmp(r.why, ANSWERS[i].why) != 0)
			fail_msg("%s: got %d '%s'", ANSWERS[i].title,
			    (int)r.outcome, r.why);
	}
}

static void
test_arguments_and_input(void **state)
{
	struct mail_report r;

	(void)state;
	mailer("for a; do echo \"[$a]\"; done >args; cat >in");
	r = deliver(arena_printf(&arena, " %s  -i\t$(x) ;'a b' ",
	    path("mailer")), 60);
	assert_int_equal(r.outcome, MAIL_SENT);
	assert_string_equal(read_text(path("args")), "[-i]\n[$(x)]\n[;'a]\n"
	    "[b']\n[-f]\n[" FROM "]\n[--]\n[" TO "]\n");
	assert_string_equal(read_text(path("in")), MESSAGE);
}

/* It sees three descriptors, four variables, no ignored or blocked signal,
 * and its own process group. */
static void
test_clean_surroundings(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, term, chld, now;
	sigset_t block, before;
	struct mail_report r;
	int fd;

	(void)state;
	fd = open("/dev/null", O_RDONLY);	/* on purpose not O_CLOEXEC */
	assert_true(fd > 2);
	setenv("LD_LIBRARY_PATH", "/nowhere", 1);
	setenv("IFS", "x", 1);
	setenv("TZ", "Europe/Vienna", 1);
	setenv("HOME", "/home/x", 1);
	sigaction(SIGTERM, &ignore, &term);
	sigaction(SIGCHLD, &ignore, &chld);
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &before);
	r = deliver(mailer("/usr/bin/env >env; ls /proc/$$/fd >fds; "
	    "(kill -TERM $$)"), 60);
	sigaction(SIGCHLD, NULL, &now);
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGCHLD, &chld, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fd);
	assert_true(now.sa_handler == SIG_IGN);
	assert_string_equal(r.why, "killed by signal 15");
	assert_null(strstr(read_text(path("env")), "LD_"));
	assert_null(strstr(read_text(path("env")), "IFS="));
	assert_non_null(strstr(read_text(path("env")),
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n"));
	assert_non_null(strstr(read_text(path("env")), "HOME=/home/x\n"));
	assert_non_null(strstr(read_text(path("env")), "LANG=C\n"));
	assert_non_null(strstr(read_text(path("env")), "TZ=Europe/Vienna\n"));
	/* A shell keeps the script itself open, as 10 or 255. */
	assert_int_equal(strncmp(read_text(path("fds")), "0\n1\n", 4), 0);
	assert_null(strstr(read_text(path("fds")),
	    arena_printf(&arena, "\n%d\n", fd)));
}

/* More than a pipe holds, to one who reads and to ones who do not. */
static void
test_large_message(void **state)
{
	static const struct {
		const char *title, *body;
		enum mail_outcome outcome;
	} cases[] = {
		{ "read whole", "test $(wc -c) = 3000000", MAIL_SENT },
		{ "read in part", "head -c 10 >/dev/null; exit 0", MAIL_SENT },
		{ "not read", "exit 75", MAIL_RETRY },
		{ "closed, then a while", "exec <&-; sleep 0.2; exit 67",
		  MAIL_REFUSED }
	};
	char *bytes = xmalloc(3000000);
	struct sigaction now;
	size_t i;

	(void)state;
	memset(bytes, 'x', 3000000);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mail_report r;

		mail_deliver(mailer(cases[i].body), 60, FROM, TO, ID, bytes,
		    3000000, &r);
		if (r.outcome != cases[i].outcome)
			fail_msg("%s: got %d '%s'", cases[i].title,
			    (int)r.outcome, r.why);
	}
	sigaction(SIGPIPE, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	free(bytes);
}

static void
test_flood(void **state)
{
	struct mail_report r;

	(void)state;
	r = deliver(mailer("head -c 100000000 /dev/zero | tr '\\0' a >&2; "
	    "head -c 100000000 /dev/zero; cat >in; exit 75"), 60);
	assert_int_equal(r.outcome, MAIL_RETRY);
	assert_int_equal(strncmp(r.why, "exit status 75: aaaaaaaa", 24), 0);
	assert_true(strlen(r.why) < 16 + 245);
	assert_string_equal(read_text(path("in")), MESSAGE);
	r = deliver(mailer("printf '\\033[2J\\303\\244\\377\\n' >&2; "
	    "exit 75"), 60);
	assert_null(strchr(r.why, '\033'));
	assert_null(strstr(r.why, "\377"));
	/* Many bytes a column: cut between characters. */
	r = deliver(mailer("for i in $(seq 30); do printf "
	    "'\\360\\237\\223\\246e\\314\\201\\314\\201\\314\\201\\314\\201"
	    "\\314\\201\\314\\201\\314\\201\\314\\201\\314\\201\\314\\201'; "
	    "done >&2; exit 75"), 60);
	assert_true(strlen(r.why) > 496 && strlen(r.why) < 512);
	assert_true((r.why[strlen(r.why) - 1] & 0xc0) == 0x80);
}

static void
test_hangs(void **state)
{
	static const struct {
		const char *title, *body, *why;
	} cases[] = {
		{ "sleeps", "exec sleep 30", "timed out after 1 s" },
		{ "a child of it sleeps", "sleep 30; exit 0",
		  "timed out after 1 s" },
		{ "takes it and sleeps", "cat >/dev/null; echo hm >&2; "
		  "exec sleep 30", "timed out after 1 s: hm" },
		{ "does not want to end", "trap '' TERM; exec sleep 30",
		  "timed out after 1 s" },
		{ "ends well when asked", "trap 'exit 0' TERM; while :; do :; "
		  "done", "timed out after 1 s" },
		{ "talks for ever", "while :; do echo x >&2; done",
		  "timed out after 1 s: x" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double before = seconds(), took;
		struct mail_report r = deliver(mailer(cases[i].body), 1);

		took = seconds() - before;
		if (r.outcome != MAIL_RETRY || strcmp(r.why, cases[i].why) != 0)
			fail_msg("%s: got %d '%s'", cases[i].title,
			    (int)r.outcome, r.why);
		if (took < 0.9 || took > 15)
			fail_msg("%s: took %.1f s", cases[i].title, took);
	}
}

/* sendmail leaves a process behind that delivers; it holds all our pipes. */
static void
test_left_behind(void **state)
{
	double before = seconds();
	struct mail_report r;
	int pid;

	(void)state;
	r = deliver(mailer("sleep 40 & echo $! >pid; echo queued >&2; "
	    "exit 75"), 30);
	assert_int_equal(r.outcome, MAIL_RETRY);
	assert_string_equal(r.why, "exit status 75: queued");
	assert_true(seconds() - before < 20);
	/* It is still at work: nobody but us ends it. */
	pid = (int)strtol(read_text(path("pid")), NULL, 10);
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
}

static void
test_cannot_start(void **state)
{
	struct mail_report r;

	(void)state;
	r = deliver("sendmail -i", 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_string_equal(r.why, "mail_command must be an absolute path");
	r = deliver("", 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_string_equal(r.why, "mail_command must be an absolute path");
	r = deliver("./mailer", 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	r = deliver("/nowhere/sendmail -i", 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_string_equal(r.why,
	    "/nowhere/sendmail: No such file or directory");
	r = deliver("/etc/passwd/sendmail", 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	r = deliver(folder, 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	write_text(path("plain"), "#!/bin/sh\n", 0600);
	r = deliver(path("plain"), 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_non_null(strstr(r.why, "/plain: Permission denied"));
	write_text(path("plain"), "#!/nowhere/sh\n", 0700);
	r = deliver(path("plain"), 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
	write_text(path("plain"), "neither script nor program\n", 0700);
	r = deliver(path("plain"), 60);
	assert_int_equal(r.outcome, MAIL_STOPPED);
}

/* Whatever the way, a bad address reaches neither argv nor a file. */
static void
test_addresses(void **state)
{
	static const char *const bad[] = { "", "-oQ/tmp@example.org", "jo",
	    "a@b.c d@e.f", "a@b.c,d@e.f", "a@b.c\n", "<a@b.c>", "a@b.c\x7f" };
	struct mail_report r;
	size_t i;

	(void)state;
	mailer("echo ran >ran");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mail_deliver(path("mailer"), 60, FROM, bad[i], ID, "", 0, &r);
		assert_int_equal(r.outcome, MAIL_REFUSED);
		mail_deliver(path("mailer"), 60, bad[i], TO, ID, "", 0, &r);
		assert_int_equal(r.outcome, MAIL_STOPPED);
		mail_deliver(arena_printf(&arena, "maildir:%s", path("box")),
		    60, FROM, bad[i], ID, "", 0, &r);
		assert_int_equal(r.outcome, MAIL_REFUSED);
	}
	assert_int_equal(access(path("ran"), F_OK), -1);
	assert_int_equal(access(path("box"), F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_arguments_and_input),
		cmocka_unit_test(test_clean_surroundings),
		cmocka_unit_test(test_large_message),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_addresses)
	};

	return cmocka_run_group_tests(tests, folder_enter, leave);
}
