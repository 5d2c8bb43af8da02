/* mend.c - cut off what a crash has left half written
 *
 * Knows where CSV rows and JSON objects end.  Knows nothing of what they
 * mean, nor who wrote them. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mend.h"

/* What was read so far. */
struct scan {
	bool json;
	bool quoted, escaped;
	int depth;		/* JSON: of brackets */
	int commas, usual;	/* CSV: in this row, in the first */
	off_t at, whole;	/* whole: behind the last line end of a record */
};

static void
scan_csv(struct scan *s, char c)
{
	if (c == '"')
		s->quoted = !s->quoted;
	if (s->quoted)
		return;
	if (c == ',')
		s->commas++;
	if (c != '\n')
		return;
	if (s->whole == 0)
		s->usual = s->commas;
	s->commas = 0;
	s->whole = s->at;
}

static void
scan_json(struct scan *s, char c)
{
	if (s->quoted) {
		s->quoted = s->escaped || c != '"';
		s->escaped = !s->escaped && c == '\\';
		return;
	}
	if (c == '"')
		s->quoted = true;
	else if (c == '{' || c == '[')
		s->depth++;
	else if (c == '}' || c == ']')
		s->depth--;
	else if (c == '\n' && s->depth == 0)
		s->whole = s->at;
}

static int
scan_file(int fd, struct scan *s)
{
	char block[8192];
	ssize_t n, i;

	while ((n = pread(fd, block, sizeof(block), s->at)) > 0)
		for (i = 0; i < n; i++) {
			s->at++;
			if (s->json)
				scan_json(s, block[i]);
			else
				scan_csv(s, block[i]);
		}
	return n < 0 ? -1 : 0;
}

/* Does only the line end miss, as an editor may leave it? */
static bool
is_whole(const struct scan *s)
{
	if (s->quoted || s->at == s->whole)
		return false;
	return s->json ? s->depth == 0 :
	    s->whole > 0 && s->commas == s->usual;
}

/* Does it begin as we begin it?  Anything else is not ours to mend. */
static int
is_ours(int fd, off_t size, const char *header)
{
	const char *want = header != NULL ? header : "{";
	size_t len = strlen(want), n = 0;
	char block[512];
	ssize_t got;

	if (size < (off_t)len)
		len = (size_t)size;
	for (; n < len; n += (size_t)got) {
		got = pread(fd, block, len - n < sizeof(block) ? len - n :
		    sizeof(block), (off_t)n);
		if (got <= 0)
			return -1;
		if (memcmp(block, want + n, (size_t)got) != 0)
			return 0;
	}
	return 1;
}

int
file_mend(int fd, const char *path, const char *header, struct err *e)
{
	struct scan s = { .json = header == NULL };
	struct stat st;
	int ours;

	if (fstat(fd, &st) < 0)
		return err_errno(e, ERR_IO, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return 0;
	ours = is_ours(fd, st.st_size, header);
	if (ours < 0 || (ours > 0 && scan_file(fd, &s) < 0))
		return err_errno(e, ERR_IO, errno, "%s", path);
	if (s.at == s.whole)
		return 0;
	if (is_whole(&s) ? write(fd, "\n", 1) < 0 :
	    ftruncate(fd, s.whole) < 0)
		return err_errno(e, ERR_IO, errno, "%s", path);
	return !is_whole(&s);
}
