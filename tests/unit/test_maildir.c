/* test_maildir.c - what lies in a Maildir after a message was handed over */
#include "mail_fixture.h"

#include <dirent.h>
#include <sys/resource.h>

static struct mail_report
deliver(const char *how)
{
	struct mail_report r;

	memset(&r, 'x', sizeof(r));
	mail_deliver(how, 60, FROM, TO, ID, MESSAGE, strlen(MESSAGE), &r);
	return r;
}

static int
entries(const char *in)
{
	DIR *d = opendir(in);
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
test_maildir(void **state)
{
	const char *how = arena_printf(&arena, "maildir:%s", path("box"));
	struct mail_report r;
	struct stat st;

	(void)state;
	r = deliver(how);
	assert_int_equal(r.outcome, MAIL_SENT);
	assert_string_equal(r.why, "");
	assert_string_equal(read_text(path("box/new/" ID ".order")), MESSAGE);
	assert_int_equal(stat(path("box"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(path("box/new/" ID ".order"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(entries(path("box")), 3);
	assert_int_equal(entries(path("box/tmp")), 0);
	/* A repeat, after a crash that left a piece behind. */
	write_text(path("box/tmp/" ID ".order"), "Subj", 0600);
	r = deliver(how);
	assert_int_equal(r.outcome, MAIL_SENT);
	assert_int_equal(entries(path("box/tmp")), 0);
	assert_int_equal(entries(path("box/new")), 1);
	assert_string_equal(read_text(path("box/new/" ID ".order")), MESSAGE);
	/* A link laid out in tmp is not followed. */
	write_text(path("victim"), "mine", 0600);
	assert_int_equal(symlink(path("victim"),
	    path("box/tmp/" ID ".order")), 0);
	r = deliver(how);
	assert_int_equal(r.outcome, MAIL_SENT);
	assert_string_equal(read_text(path("victim")), "mine");
}

static void
test_maildir_names(void **state)
{
	static const struct {
		const char *id, *file;
	} cases[] = {
		{ "a@b.c", "a@b.c.order" },
		{ "../../etc/x@b", "=2E.=2F..=2Fetc=2Fx@b.order" },
		{ ".hidden@b", "=2Ehidden@b.order" },
		{ "a:2,S@b", "a=3A2=2CS@b.order" },
		{ "a=3A@b", "a=3D3A@b.order" }
	};
	const char *how = arena_printf(&arena, "maildir:%s", path("names"));
	struct mail_report r;
	char id[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mail_deliver(how, 60, FROM, TO, cases[i].id, "x", 1, &r);
		if (r.outcome != MAIL_SENT || access(arena_printf(&arena,
		    "%s/new/%s", path("names"), cases[i].file), F_OK) != 0)
			fail_msg("%s: %s", cases[i].id, r.why);
	}
	memset(id, 'a', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	mail_deliver(how, 60, FROM, TO, id, "x", 1, &r);
	assert_int_equal(r.outcome, MAIL_SENT);
	mail_deliver(how, 60, FROM, TO, id + 1, "x", 1, &r);
	assert_int_equal(r.outcome, MAIL_SENT);
	assert_int_equal(entries(path("names/new")), i + 2);
}

static void
test_maildir_trouble(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	const char *how = arena_printf(&arena, "maildir:%s", path("full"));
	struct rlimit small = { 10, 0 }, usual;
	struct mail_report r;

	(void)state;
	r = deliver("maildir:");
	assert_int_equal(r.outcome, MAIL_STOPPED);
	r = deliver("maildir:/nowhere/at/all");
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_string_equal(r.why, "maildir: No such file or directory");
	write_text(path("file"), "", 0600);
	r = deliver(arena_printf(&arena, "maildir:%s", path("file")));
	assert_int_equal(r.outcome, MAIL_STOPPED);
	/* A folder in which none can be made. */
	r = deliver("maildir:/proc");
	assert_int_not_equal(r.outcome, MAIL_SENT);
	/* A file where a folder should be. */
	assert_int_equal(mkdir(path("odd"), 0700), 0);
	write_text(path("odd/tmp"), "", 0600);
	r = deliver(arena_printf(&arena, "maildir:%s", path("odd")));
	assert_int_equal(r.outcome, MAIL_STOPPED);
	assert_string_equal(r.why, "maildir: Not a directory");
	/* A limit on files stands for a disk that is full. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
	small.rlim_max = usual.rlim_max;
	sigaction(SIGXFSZ, &ignore, &before);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = deliver(how);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
	sigaction(SIGXFSZ, &before, NULL);
	assert_int_equal(r.outcome, MAIL_RETRY);
	assert_string_equal(r.why, "maildir: File too large");
	assert_int_equal(entries(path("full/tmp")), 0);
	assert_int_equal(entries(path("full/new")), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maildir),
		cmocka_unit_test(test_maildir_names),
		cmocka_unit_test(test_maildir_trouble)
	};

	return cmocka_run_group_tests(tests, folder_enter, leave);
}
