/* reader.c - bytes from a file descriptor: waiting for them, buffering them,
 * finding out their format
 * Knows how to wait and when to stop; what a record is, the front ends
 * csv_read.c and json_read.c know.  Nothing is read ahead but one buffer. */

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/text.h>

#include "reader.h"

static const char BOM[] = "\xef\xbb\xbf";
enum { BOM_SIZE = 3 };

/* A signal may come between the look at *stop and poll(): never wait longer
 * than this (milliseconds) without looking again. */
enum { WAIT_MAX = 500 };

enum {
	READ_SIZE = 64 * 1024,
	BUFFER_MIN = 4 * READ_SIZE,
	BUFFER_LARGE = 16 * READ_SIZE,	/* given back after use */
	BUFFER_MAX = RECORD_MAX + BUFFER_MIN
};

char *
reader_label(const char *name)
{
	char *plain = xstrdup(strcmp(name, "-") == 0 ? "stdin" : name), *label;
	struct buf shown = BUF_INIT;

	text_mask_card_numbers(plain, strlen(plain));
	text_show(&shown, plain, 0);
	label = xstrdup(shown.data);
	buf_release(&shown);
	free(plain);
	return label;
}

struct reader *
reader_open(int fd, const char *name, const struct reader_opts *opts)
{
	struct reader *r = xmalloc(sizeof *r);
	struct stat st;

	memset(r, 0, sizeof *r);
	r->fd = fd;
	r->shown = reader_label(name);
	if (opts != NULL)
		r->opts = *opts;
	r->format = r->opts.format;
	r->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	r->line = 1;
	csv_read_open(&r->csv, r->opts.foreign);
	r->csv.hints = r->opts.foreign && !r->opts.told_utf8;
	json_read_open(&r->json, r->opts.wrapper);
	return r;
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	csv_read_close(&r->csv);
	json_read_close(&r->json);
	decode_close(r->decode);
	buf_release(&r->decoded);
	free(r->data);
	free(r->shown);
	free(r);
}

size_t
count_lines(const char *p, size_t n)
{
	const char *end = p + n;
	size_t lines = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

/* What is left goes to the front. */
static void
move_down(struct reader *r)
{
	size_t n = r->end - r->pos;

	if (n > 0 && r->pos > 0)
		memmove(r->data, r->data + r->pos, n);
	r->pos = 0;
	r->end = n;
}

void
reader_take(struct reader *r, size_t n)
{
	if (n > 0)
		r->line += (int64_t)count_lines(r->data + r->pos, n);
	r->pos += n;
	r->taken += (int64_t)n;
	r->scan = 0;
	if (r->cap > BUFFER_LARGE && r->end - r->pos < BUFFER_MIN) {
		move_down(r);
		r->cap = BUFFER_MIN;
		r->data = xrealloc(r->data, r->cap);
	}
}

int
reader_fault(const struct reader *r, int64_t line, struct err *e,
    const char *fmt, ...)
{
	char fact[512];
	va_list ap;

	va_start(ap, fmt);
	text_format(fact, sizeof fact, fmt, ap);
	va_end(ap);
	return err_set(e, ERR_DATA, "%s:%lld: %s", r->shown, (long long)line,
	    fact);
}

/* The front ends stop at RECORD_MAX, so this ends in bounds. */
static void
make_room(struct reader *r, size_t n)
{
	if (r->cap - r->end >= n)
		return;
	move_down(r);
	if (r->cap - r->end >= n)
		return;
	r->cap = r->cap == 0 ? BUFFER_MIN : r->cap * 2;
	if (r->cap > BUFFER_MAX)
		r->cap = BUFFER_MAX;
	r->data = xrealloc(r->data, r->cap);
}

static void
take_decoded(struct reader *r)
{
	if (r->decoded.n == 0)
		return;
	make_room(r, r->decoded.n);
	memcpy(r->data + r->end, r->decoded.data, r->decoded.n);
	r->end += r->decoded.n;
}

/* Take the n bytes behind the end for what they are in UTF-8. */
static void
decode(struct reader *r, size_t n)
{
	buf_clear(&r->decoded);
	if (r->undecodable.code == 0)
		decode_add(r->decode, r->data + r->end, n, &r->decoded,
		    &r->undecodable);
	take_decoded(r);
}

/* All was read: the last character may still be held back. */
static void
end_decoding(struct reader *r)
{
	if (r->decode == NULL)
		return;
	buf_clear(&r->decoded);
	decode_end(r->decode, &r->decoded, &r->undecodable);
	take_decoded(r);
}

static int
decode_fault(const struct reader *r, struct err *e)
{
	*e = r->undecodable;
	return err_add(e, "%s", r->shown);
}

static bool
stopped(const struct reader *r)
{
	return r->opts.stop != NULL && *r->opts.stop != 0;
}

static int
read_fault(const struct reader *r, int errnum, struct err *e)
{
	return err_errno(e, errnum == EISDIR ? ERR_NOINPUT : ERR_IO, errnum,
	    "%s: cannot read", r->shown);
}

int
reader_fill(struct reader *r, bool wait, struct err *e)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	ssize_t got;
	int ready;

	while (!r->eof) {
		if (r->undecodable.code != 0)
			return decode_fault(r, e);
		if (stopped(r))
			return READ_STOPPED;
		ready = r->regular ? 1 : poll(&p, 1, wait ? WAIT_MAX : 0);
		if (ready < 0 && errno != EINTR)
			return read_fault(r, errno, e);
		if (ready == 0 && !wait)
			return READ_LATER;
		if (ready <= 0)
			continue;
		make_room(r, READ_SIZE);
		got = read(r->fd, r->data + r->end, READ_SIZE);
		if (got > 0 && r->decode != NULL) {
			decode(r, (size_t)got);
			return READ_REC;
		}
		if (got > 0) {
			r->end += (size_t)got;
			return READ_REC;
		}
		if (got == 0) {
			end_decoding(r);
			if (r->undecodable.code != 0)
				return decode_fault(r, e);
			r->eof = true;
		} else if (errno != EINTR && errno != EAGAIN)
			return read_fault(r, errno, e);
	}
	return READ_END;
}

/* From here on, and also what was read. */
static int
begin_decoding(struct reader *r, const char *encoding, struct err *e)
{
	size_t n = r->end - r->pos;

	r->decode = decode_open(encoding, e);
	if (r->decode == NULL)
		return -1;
	move_down(r);
	r->end = 0;
	decode(r, n);
	return 1;
}

/* Take the BOM: 1 once it is known whether there is one and which encoding
 * that means, 0, -1. */
static int
take_bom(struct reader *r, struct err *e)
{
	const char *p = r->data + r->pos;
	size_t n = r->end - r->pos;

	if (r->started)
		return 1;
	if (n < BOM_SIZE && !r->eof && (n == 0 || memcmp(p, BOM, n) == 0 ||
	    (n == 1 && (*p == '\xff' || *p == '\xfe'))))
		return 0;
	r->started = true;
	if (n >= BOM_SIZE && memcmp(p, BOM, BOM_SIZE) == 0) {
		reader_take(r, BOM_SIZE);
		return 1;
	}
	if (n >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 ||
	    memcmp(p, "\xfe\xff", 2) == 0)) {
		const char *encoding = *p == '\xff' ? "UTF-16LE" : "UTF-16BE";

		reader_take(r, 2);
		return begin_decoding(r, encoding, e);
	}
	return r->opts.encoding == NULL ? 1 :
	    begin_decoding(r, r->opts.encoding, e);
}

/* Blank lines that end with a CR alone; n is behind a LF. */
static size_t
count_cr_lines(const char *p, size_t n)
{
	size_t lines = 0, i;

	for (i = 0; i < n; i++)
		lines += p[i] == '\r' && p[i + 1] != '\n';
	return lines;
}

/* Take the blank lines; true once there is a byte that is no white space.
 * The blanks before it stay: to CSV they are part of the first cell. */
static bool
skip_blank_lines(struct reader *r)
{
	const char *p = r->data + r->pos;
	size_t n = r->end - r->pos, i, lines = 0;

	for (i = r->scan; i < n && strchr(" \t\r\n", p[i]) != NULL &&
	    p[i] != '\0'; i++)
		if (p[i] == '\n')
			lines = i + 1;
	if (i < n)
		r->format = r->format != FORMAT_AUTO ? r->format :
		    p[i] == '{' || p[i] == '[' ? FORMAT_JSON : FORMAT_CSV;
	r->line += (int64_t)count_cr_lines(p, lines);
	reader_take(r, lines);
	r->scan = i - lines;
	return i < n;
}

/* READ_REC: the format is known and there is something to read. */
static int
sniff(struct reader *r, bool wait, struct err *e)
{
	int rc;

	while (!r->sniffed) {
		if ((rc = take_bom(r, e)) < 0)
			return -1;
		if (rc == 1 && r->end > r->pos && skip_blank_lines(r)) {
			r->sniffed = true;
			r->scan = 0;
		} else if (r->scan > RECORD_MAX) {
			return reader_fault(r, r->line, e,
			    "line is larger than 16 MiB");
		} else if ((rc = reader_fill(r, wait, e)) == READ_END) {
			if (!r->started)
				continue;
			r->sniffed = r->empty = r->ended = true;
			if (r->format == FORMAT_AUTO)
				r->format = FORMAT_CSV;
		} else if (rc != READ_REC) {
			return rc;
		}
	}
	return r->empty ? READ_END : READ_REC;
}

int
reader_next(struct reader *r, struct arena *a, bool wait, struct rec *rec,
    struct err *e)
{
	int rc;

	if (r->fault.code != 0) {
		*e = r->fault;
		return -1;
	}
	if (r->ended)
		return READ_END;
	rc = sniff(r, wait, e);
	if (rc == READ_REC)
		rc = r->format == FORMAT_JSON ? json_next(r, a, wait, rec, e) :
		    csv_next(r, a, wait, rec, e);
	if (rc < 0)
		r->fault = *e;
	if (rc == READ_END)
		r->ended = true;
	return rc;
}

enum format
reader_format(struct reader *r)
{
	struct err e = ERR_INIT;

	if (r->format == FORMAT_AUTO && r->fault.code == 0 &&
	    sniff(r, true, &e) < 0)
		r->fault = e;
	return r->format;
}

int
reader_header(struct reader *r, const struct head **head, struct err *e)
{
	int rc = READ_END;

	*head = NULL;
	if (r->fault.code != 0) {
		*e = r->fault;
		return -1;
	}
	if (!r->ended)
		rc = sniff(r, true, e);
	if (rc == READ_REC && r->format == FORMAT_CSV)
		rc = csv_header(r, true, e);
	if (rc < 0) {
		r->fault = *e;
		return -1;
	}
	if (r->csv.head.names != NULL)
		*head = &r->csv.head;
	return *head != NULL;
}

const char *
reader_header_raw(struct reader *r)
{
	return r->csv.head_raw != NULL ? r->csv.head_raw : "";
}

char
reader_delimiter(const struct reader *r)
{
	return r->csv.delimiter;
}

bool
reader_empty(const struct reader *r)
{
	return r->empty;
}

int64_t
reader_bytes(const struct reader *r)
{
	return r->taken;
}

int64_t
reader_size(const struct reader *r)
{
	struct stat st;

	if (!r->regular || fstat(r->fd, &st) != 0)
		return -1;
	return (int64_t)st.st_size;
}

const char *
reader_name(const struct reader *r)
{
	return r->shown;
}
