/* diag.c - lines on stderr, for a person, a file or the journal
 *
 * Where systemd reads stderr each line begins with its priority, as
 * sd-daemon(3) has it, so that "journalctl -p warning" finds it. */

#include <stdarg.h>
#include <sys/stat.h>

#include <order/text.h>

#include "diag.h"
#include "loop.h"

#define FAILURE "<3>"		/* what ends the run */
#define WARNING "<4>"		/* a record that was refused, and the like */
#define NEWS "<6>"		/* what went well */

/* $JOURNAL_STREAM names the stream that systemd gave us; it is inherited even
 * by those whose stderr goes elsewhere. */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char mine[64];
	struct stat st;

	if (stream == NULL || fstat(2, &st) < 0)
		return false;
	snprintf(mine, sizeof(mine), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(mine, stream) == 0;
}

static void
add_line(struct buf *b, const char *priority, const char *begin,
    const char *text)
{
	buf_puts(b, is_journal() ? priority : "");
	buf_puts(b, begin);
	buf_puts(b, ": ");
	text_show(b, text, 0);
	buf_putc(b, '\n');
}

static void
say(const char *begin, const char *text)
{
	struct buf b = BUF_INIT;

	add_line(&b, FAILURE, begin, text);
	fwrite(b.data, 1, b.n, stderr);
	buf_release(&b);
}

void
tool_say(const struct tool *t, const char *text)
{
	say(t->about->name, text);
}

void
tool_say_try(const struct tool *t)
{
	char text[64];

	snprintf(text, sizeof(text), "%s --help", t->about->name);
	say("try", text);
}

static void __attribute__((format(printf, 3, 0)))
note(struct tool *t, const char *priority, const char *fmt, va_list ap)
{
	char text[2048];

	text_format(text, sizeof(text), fmt, ap);
	add_line(&t->notes, priority, t->about->name, text);
}

void
tool_note(struct tool *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(t, WARNING, fmt, ap);
	va_end(ap);
}

void
tool_tell(struct tool *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(t, NEWS, fmt, ap);
	va_end(ap);
}

void
tool_flush_notes(struct tool *t)
{
	if (t->notes.n > 0) {
		progress_end(t);
		fwrite(t->notes.data, 1, t->notes.n, stderr);
	}
	buf_clear(&t->notes);
}
