/* decode.c - bytes of another encoding to UTF-8, piece by piece
 *
 * iconv(3) knows the encodings; here is what it leaves to its caller: a
 * character that is cut between two pieces, and where a byte was that is
 * none.  Knows nothing of files or records. */

#include <errno.h>
#include <iconv.h>
#include <stdint.h>

#include <order/arena.h>

#include "decode.h"

enum { HELD_MAX = 16, PIECE = 4096 };

struct decode {
	iconv_t to_utf8;
	char *name;
	char held[HELD_MAX];	/* the beginning of a character */
	size_t nheld;
	int64_t taken;		/* bytes before it */
};

bool
decode_knows(const char *encoding)
{
	iconv_t to_utf8 = iconv_open("UTF-8", encoding);

	return to_utf8 != (iconv_t)-1 && iconv_close(to_utf8) == 0;
}

struct decode *
decode_open(const char *encoding, struct err *e)
{
	iconv_t to_utf8 = iconv_open("UTF-8", encoding);
	struct decode *d;

	if (to_utf8 == (iconv_t)-1) {
		err_set(e, errno == EINVAL ? ERR_USAGE : ERR_OS,
		    "encoding %s: %s", encoding, errno == EINVAL ?
		    "is not known (see: iconv -l)" : strerror(errno));
		return NULL;
	}
	d = xmalloc(sizeof(*d));
	*d = (struct decode){ .to_utf8 = to_utf8 };
	d->name = xstrdup(encoding);
	return d;
}

void
decode_close(struct decode *d)
{
	if (d == NULL)
		return;
	iconv_close(d->to_utf8);
	free(d->name);
	free(d);
}

static int
not_a_character(const struct decode *d, const char *at, struct err *e)
{
	return err_set(e, ERR_DATA, "byte %lld (0x%02x) is no character of"
	    " %s", (long long)d->taken + 1, (unsigned char)*at, d->name);
}

/* Convert from *p to end, as far as it goes: 0, or -1. */
static int
convert(struct decode *d, char **p, char *end, struct buf *out,
    struct err *e)
{
	while (*p < end) {
		char text[PIECE], *to = text, *from = *p;
		size_t room = sizeof(text), left = (size_t)(end - *p);
		size_t rc = iconv(d->to_utf8, p, &left, &to, &room);
		int why = errno;

		buf_add(out, text, (size_t)(to - text));
		d->taken += *p - from;
		if (rc != (size_t)-1 || why == E2BIG)
			continue;
		if (why == EINVAL)
			return 0;
		return not_a_character(d, *p, e);
	}
	return 0;
}

/* With what was held from before in front of it. */
static int
finish_held(struct decode *d, const char **bytes, size_t *n, struct buf *out,
    struct err *e)
{
	char *p = d->held;

	while (d->nheld > 0 && *n > 0) {
		d->held[d->nheld++] = **bytes;
		(*bytes)++;
		(*n)--;
		p = d->held;
		if (convert(d, &p, d->held + d->nheld, out, e) < 0)
			return -1;
		if (p > d->held)
			d->nheld = 0;
		else if (d->nheld == HELD_MAX)
			return not_a_character(d, p, e);
	}
	return 0;
}

int
decode_add(struct decode *d, const char *bytes, size_t n, struct buf *out,
    struct err *e)
{
	char *p, *end;

	if (finish_held(d, &bytes, &n, out, e) < 0)
		return -1;
	p = (char *)(uintptr_t)bytes;	/* iconv changes no byte of it */
	end = p + n;
	if (convert(d, &p, end, out, e) < 0)
		return -1;
	if (end - p > HELD_MAX)
		return not_a_character(d, p, e);
	if (p < end) {
		d->nheld = (size_t)(end - p);
		memcpy(d->held, p, d->nheld);
	}
	return 0;
}

int
decode_end(struct decode *d, struct buf *out, struct err *e)
{
	char text[HELD_MAX], *to = text;
	size_t room = sizeof(text);

	if (iconv(d->to_utf8, NULL, NULL, &to, &room) != (size_t)-1)
		buf_add(out, text, (size_t)(to - text));
	if (d->nheld == 0)
		return 0;
	return err_set(e, ERR_DATA, "ends inside a character of %s (byte"
	    " %lld)", d->name, (long long)d->taken + 1);
}
