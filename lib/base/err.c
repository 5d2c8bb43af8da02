/* err.c - errors as values
 *
 * Knows how an error text is put together and cut.  Knows nothing of who
 * prints it, nor what the codes lead to.
 */
#include <order/err.h>

#include <errno.h>
#include <stdarg.h>

#include <order/text.h>

/* The arguments may point into the old text, so the new one is made apart.
 * room: how many bytes it may take, with its NUL. */
static void __attribute__((format(printf, 3, 0)))
put(struct err *e, size_t room, const char *fmt, va_list ap)
{
	char text[sizeof(e->text)];

	text_format(text, room, fmt, ap);
	memcpy(e->text, text, strlen(text) + 1);
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(e, sizeof(e->text), fmt, ap);
	va_end(ap);
	e->code = code;
	return -1;
}

int
err_errno(struct err *e, int code, int errnum, const char *fmt, ...)
{
	const char *reason = strerror(errnum);
	size_t n, need = strlen(reason) + strlen(": ");
	va_list ap;

	/* A long subject is cut before the reason is. */
	va_start(ap, fmt);
	put(e, sizeof(e->text) - need, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof(e->text) - n, ": %s", reason);

	if (errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG ||
	    errnum == EIO)
		code = ERR_IO;
	else if (errnum == ENOMEM)
		code = ERR_OS;
	e->code = code;
	return -1;
}

int
err_add(struct err *e, const char *fmt, ...)
{
	char fact[sizeof(e->text)];
	va_list ap;
	size_t n;

	memcpy(fact, e->text, strlen(e->text) + 1);
	va_start(ap, fmt);
	put(e, sizeof(e->text), fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	if ((size_t)snprintf(e->text + n, sizeof(e->text) - n, ": %s", fact) >=
	    sizeof(e->text) - n)
		text_end_whole(e->text);
	return -1;
}
