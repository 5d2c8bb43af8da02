/* tool.c - begin, end and fail: what is the same in every tool
 *
 * The only place that ends the process, and with diag.c and the writer the
 * only one that prints. */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include <order/query.h>
#include <order/text.h>

#include "diag.h"
#include "loop.h"
#include "opt.h"

volatile sig_atomic_t tool_signal;

/* An MTA gave us a message: what it must not keep is answered with 0, and
 * for whatever failed it is to keep the message and try again. */
static volatile sig_atomic_t for_mta;

static int
status_of(int status)
{
	return !for_mta ? status : status <= 1 ? 0 : ERR_TEMP;
}

/* Also for what goes wrong before the options are read. */
static void
look_for_mta(const struct tool_about *about, int argc, char **argv)
{
	for (int i = 1; about->for_mta != NULL && i < argc; i++)
		if (strcmp(argv[i], about->for_mta) == 0)
			for_mta = true;
	out_of_memory_exits(status_of(ERR_OS));
}

/* The first TERM, INT or HUP lets the batch finish; a second one ends us,
 * whichever of them it is. */
static void
on_signal(int sig)
{
	if (tool_signal != 0)
		_exit(status_of(128 + sig));
	tool_signal = sig;
}

static void
catch_signals(void)
{
	const int ends[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGXFSZ, &sa, NULL);
	sa.sa_handler = on_signal;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct sigaction was;

		/* nohup stays nohup */
		if (sigaction(ends[i], NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			sigaction(ends[i], &sa, NULL);
	}
}

/* A database must never land on descriptor 0, 1 or 2. */
static void
fill_descriptors(void)
{
	struct stat st;

	for (int fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) < 0 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(status_of(ERR_OS));
}

static const char *
login_name(void)
{
	static char login[64];
	const char *name = getenv("ORDER_ACTOR");
	struct passwd *pw;

	if (name != NULL && text_is_key(name, sizeof(login)) &&
	    !text_has_card_number(name, strlen(name)))
		return name;
	errno = 0;
	pw = getpwuid(getuid());
	if (pw == NULL && errno == ENOMEM)
		out_of_memory();
	snprintf(login, sizeof(login), "%s", pw != NULL ? pw->pw_name :
	    "unknown");
	return login;
}

/* Who set it relies on it; its value may be what must not be shown. */
static void
tell_other_actor(struct tool *t)
{
	const char *name = getenv("ORDER_ACTOR");

	if (name != NULL && name[0] != '\0' && strcmp(name, t->actor) != 0)
		tool_note(t, "ORDER_ACTOR: is no name of printable characters:"
		    " %s is recorded instead", t->actor);
}

void
tool_open(struct tool *t)
{
	const struct tool_about *about = t->about;
	struct err e = ERR_INIT;

	t->reads = (about->needs & TOOL_READS) != 0 ||
	    (about->reads != NULL && about->reads(t));
	if (db_open(&t->db, t->db_path, t->reads ? DB_READ : DB_WRITE, t->who,
	    t->lock_seconds, &e) < 0)
		tool_fail(t, &e);
	if (db_lock(t->db) != NULL)
		lock_watch(db_lock(t->db), &tool_signal);
	step_init(&t->step, t->db, t->now, t->actor, t->who);
	if (!t->reads)
		tell_other_actor(t);
}

void
tool_begin(struct tool *t, int argc, char **argv,
    const struct tool_about *about)
{
	static const struct rlimit no_core = { 0, 0 };
	cJSON_Hooks memory = { xmalloc, free };
	struct err e = ERR_INIT;

	memset(t, 0, sizeof(*t));
	t->about = about;
	t->color = "auto";
	t->spool = -1;
	t->notes = (struct buf)BUF_INIT;
	look_for_mta(about, argc, argv);
	fill_descriptors();
	setrlimit(RLIMIT_CORE, &no_core);
	umask(077);
	catch_signals();
	/* It would leave out what it has no memory for. */
	cJSON_InitHooks(&memory);
	t->db_path = getenv("ORDER_DB");
	if (t->db_path == NULL || t->db_path[0] == '\0')
		t->db_path = "orders.db";
	opt_parse(t, argc, argv);
	t->actor = login_name();
	snprintf(t->who, sizeof(t->who), "%s %s", about->name,
	    ORDER_TOOLS_VERSION);
	if (clock_now(&t->now, &e) < 0)
		tool_fail(t, &e);
	if ((about->needs & TOOL_NO_DB) == 0 &&
	    (about->no_db == NULL || !about->no_db()))
		tool_open(t);
}

void
tool_tick(struct tool *t)
{
	struct err ignored = ERR_INIT;

	if (!t->now.pinned)
		clock_now(&t->now, &ignored);
	t->step.now = t->now;
}

void
tool_status(struct tool *t, int status)
{
	if (t->status <= 1 && status > t->status)
		t->status = status;
}

int
tool_end(struct tool *t)
{
	struct writer *w = t->writer;
	struct db *db = t->db;
	struct err e = ERR_INIT;

	tool_flush_notes(t);
	t->writer = NULL;
	if (w != NULL && writer_close(w, &e) < 0)
		tool_fail(t, &e);
	t->db = NULL;
	step_release(&t->step);
	if (db_close(db, &e) < 0)
		tool_fail(t, &e);
	buf_release(&t->notes);
	if (fflush(stdout) != 0 || (close(1) < 0 && errno != EBADF)) {
		err_errno(&e, ERR_IO, errno, "stdout");
		tool_fail(t, &e);
	}
	return status_of(tool_signal != 0 ? 128 + tool_signal : t->status);
}

_Noreturn void
tool_fail(struct tool *t, const struct err *e)
{
	int code = e->code != 0 ? e->code : ERR_SOFTWARE;

	/* It was told to end, not to try again. */
	if (code == ERR_TEMP && tool_signal != 0)
		code = 128 + tool_signal;
	if (t->db != NULL) {
		db_rollback(t->db);
		db_close(t->db, NULL);
		t->db = NULL;
	}
	if (t->writer != NULL && t->spool < 0 && code != ERR_PIPE)
		writer_close(t->writer, NULL);
	tool_flush_notes(t);
	progress_end(t);
	/* A reader that went away is no news: the exit status tells. */
	if (code != ERR_PIPE)
		tool_say(t, e->text);
	exit(status_of(code));
}

_Noreturn void
tool_usage(struct tool *t, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	text_format(text, sizeof(text), fmt, ap);
	va_end(ap);
	tool_say(t, text);
	tool_say_try(t);
	if (t->db != NULL)
		db_close(t->db, NULL);
	exit(status_of(ERR_USAGE));
}

int
tool_choice(struct tool *t, const char *option, const char *value,
    const char *const *choices, int n)
{
	struct buf list = BUF_INIT;

	if (value == NULL)
		return 0;
	for (int i = 0; i < n; i++)
		if (strcmp(choices[i], value) == 0)
			return i;
	for (int i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i == 0 ? "" :
		    i + 1 == n ? " and " : ", ", choices[i]);
	tool_usage(t, "%s: \"%s\" is none of %s", option, value, list.data);
}

int64_t
tool_instant(struct tool *t, const char *option, const char *text)
{
	const char *zone = t->step.policy.text[POLICY_IS_TIMEZONE];
	int64_t at;

	if (!query_time(text, zone, t->now.at, &at))
		tool_usage(t, "%s: \"%s\" is no date, no time, nor today,"
		    " yesterday or days ago as in 7d", option, text);
	return at;
}

/* Of the terminal that somebody else shows our stdout on, 0: nobody does. */
static int shown_columns;

void
tool_pretend_terminal(int columns)
{
	shown_columns = columns;
}

bool
tool_is_terminal(int fd)
{
	return isatty(fd) == 1 || (fd == 1 && shown_columns > 0);
}

bool
tool_color(const struct tool *t)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(t->color, "auto") != 0)
		return strcmp(t->color, "always") == 0;
	return tool_is_terminal(1) && (no == NULL || no[0] == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

int
tool_columns(void)
{
	struct winsize w;

	if (shown_columns > 0)
		return shown_columns;
	if (!tool_is_terminal(1) || ioctl(1, TIOCGWINSZ, &w) < 0)
		return 0;
	return w.ws_col;
}
