/* buf.c - a byte buffer that grows
 *
 * Knows bytes only.  Doubling keeps adding linear; memory comes from
 * xrealloc, so nothing here can fail.
 */
#include <stdbool.h>
#include <order/arena.h>
#include <order/buf.h>

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#define FIRST_SIZE 64

char buf_nothing[1];

static void
grow(struct buf *b, size_t n)
{
	size_t need, cap = b->cap <= SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;

	if (__builtin_add_overflow(b->n, n, &need) || need == SIZE_MAX)
		cap = SIZE_MAX;		/* which xrealloc refuses */
	else if (cap <= need)
		cap = need + 1;
	if (cap < FIRST_SIZE)
		cap = FIRST_SIZE;
	b->data = xrealloc(b->cap > 0 ? b->data : NULL, cap);
	b->data[b->n] = '\0';
	b->cap = cap;
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->n <= n)
		grow(b, n);
	return b->data + b->n;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_room(b, n), bytes, n);
	b->n += n;
	b->data[b->n] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, int c)
{
	*buf_room(b, 1) = (char)c;
	b->data[++b->n] = '\0';
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	size_t room;
	int n;

	buf_room(b, 0);
	room = b->cap - b->n;
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(b->data + b->n, room, fmt, ap);
	if (n > 0 && (size_t)n >= room)
		vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	if (n > 0)
		b->n += (size_t)n;
	b->data[b->n] = '\0';
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->cap > 0)
		b->data[0] = '\0';
}

void
buf_release(struct buf *b)
{
	if (b->cap > 0)
		free(b->data);
	*b = (struct buf)BUF_INIT;
}

int
write_full(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* Quotes, backslashes and controls (C0, DEL, C1) are escaped. */
static bool
json_escapes(unsigned char c, unsigned char next)
{
	return c < 0x20 || c == '"' || c == '\\' || c == 0x7f ||
	    (c == 0xc2 && next >= 0x80 && next < 0xa0);
}

void
buf_json(struct buf *b, const char *s)
{
	static const char named[] = "\"\"\\\\\nn\rr\tt\bb\ff";
	const char *run = s, *name;

	buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (!json_escapes(c, (unsigned char)s[1]))
			continue;
		buf_add(b, run, (size_t)(s - run));
		name = c == 0xc2 ? NULL : strchr(named, c);
		if (name != NULL)
			buf_printf(b, "\\%c", name[1]);
		else
			buf_printf(b, "\\u%04x", c == 0xc2 ?
			    (unsigned char)*++s : c);
		run = s + 1;
	}
	buf_add(b, run, (size_t)(s - run));
	buf_putc(b, '"');
}
