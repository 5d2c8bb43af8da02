/* rejects.c - refused orders, in the input's own format and columns
 *
 * The file is written and synced after the batch's commit and before its
 * records are printed; a re-run may repeat rows, but never lose one. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/rejects.h>
#include <order/text.h>

#include "mend.h"

static struct rejects *at_work;

static int
write_pending(struct tool *t, struct err *e)
{
	struct rejects *rj = at_work;

	(void)t;
	if (write_full(rj->fd, rj->pending.data, rj->pending.n) < 0)
		return err_errno(e, ERR_IO, errno, "%s", rj->path);
	if (rj->pending.n > 0 && fsync(rj->fd) < 0 && errno != EINVAL)
		return err_errno(e, ERR_IO, errno, "%s", rj->path);
	buf_clear(&rj->pending);
	return 0;
}

static void
refuse_if_input(struct tool *t, const char *path, const struct stat *st)
{
	struct stat in;

	for (int i = 0; i < t->argc; i++)
		if (stat(t->argv[i], &in) == 0 && in.st_dev == st->st_dev &&
		    in.st_ino == st->st_ino)
			tool_usage(t, "--rejects: %s is an input", path);
	if (fstat(0, &in) == 0 && S_ISREG(in.st_mode) &&
	    in.st_dev == st->st_dev && in.st_ino == st->st_ino)
		tool_usage(t, "--rejects: %s is the input", path);
}

/* A new file is on disk when its name is. */
static int
sync_name(const char *path)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');
	int fd, result;

	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return errno == EACCES ? 0 : -1;	/* not ours to read */
	result = fsync(fd) < 0 && errno != EINVAL ? -1 : 0;
	close(fd);
	return result;
}

void
rejects_begin(struct rejects *rj, struct tool *t)
{
	struct err e = ERR_INIT;
	struct stat st;

	rj->fd = -1;
	rj->pending = (struct buf)BUF_INIT;
	if (rj->path == NULL || t->dry_run)
		return;
	rj->fd = open(rj->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOCTTY, 0600);
	if (rj->fd < 0 || fstat(rj->fd, &st) < 0) {
		err_errno(&e, ERR_CANTCREAT, errno, "%s", rj->path);
		tool_fail(t, &e);
	}
	refuse_if_input(t, rj->path, &st);
	if (S_ISREG(st.st_mode) && st.st_size == 0 &&
	    sync_name(rj->path) < 0) {
		err_errno(&e, ERR_IO, errno, "%s", rj->path);
		tool_fail(t, &e);
	}
	at_work = rj;
	t->before_print = write_pending;
}

/* ---- the record with its reasons ---- */

static void
reasons_of(struct buf *b, const struct fault *f)
{
	const char *cell[REJECT_NCOLUMNS];
	char line[24];

	snprintf(line, sizeof(line), "%lld", (long long)f->line);
	cell[0] = f->code;
	cell[1] = f->field;
	cell[2] = f->text;
	cell[3] = line;
	csv_row(b, cell, REJECT_NCOLUMNS);
}

/* The end of the row at p: behind its line end, quotes respected. */
static const char *
row_end(const char *p, const char *end)
{
	bool quoted = false;

	for (; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\r' && p + 1 < end && p[1] == '\n' && !quoted)
			return p + 2;
		else if ((*p == '\n' || *p == '\r') && !quoted)
			return p + 1;
	}
	return end;
}

static void
print_csv(struct buf *b, const char *p, size_t n, const struct fault *f)
{
	const char *end = p + n;

	while (p < end) {
		const char *next = row_end(p, end), *last = next;

		while (last > p && (last[-1] == '\n' || last[-1] == '\r'))
			last--;
		buf_add(b, p, (size_t)(last - p));
		buf_putc(b, ',');
		reasons_of(b, f);
		p = next;
	}
}

static void
json_reasons(struct buf *b, const struct fault *f)
{
	buf_puts(b, "\"error_code\":");
	buf_json(b, f->code);
	buf_puts(b, ",\"error_field\":");
	buf_json(b, f->field);
	buf_puts(b, ",\"error\":");
	buf_json(b, f->text);
	buf_printf(b, ",\"source_line\":%lld}\n", (long long)f->line);
}

static void
print_json(struct buf *b, const char *p, size_t n, const struct fault *f)
{
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == ' ' ||
	    p[n - 1] == '\r' || p[n - 1] == '\t'))
		n--;
	if (n == 0) {
		buf_putc(b, '{');	/* too large to be kept */
	} else if (n < 2 || p[0] != '{' || p[n - 1] != '}') {
		buf_puts(b, "{\"record\":");
		buf_add(b, p, n);
		buf_putc(b, ',');
	} else {
		const char *first = p + 1;

		while (*first == ' ' || *first == '\t' || *first == '\n' ||
		    *first == '\r')
			first++;
		buf_add(b, p, n - 1);
		if (first < p + n - 1)
			buf_putc(b, ',');
	}
	json_reasons(b, f);
}

void
reject_print(struct buf *b, const char *format, const char *record, size_t n,
    const struct fault *f)
{
	if (strcmp(format, "csv") == 0) {
		print_csv(b, record, n, f);
		return;
	}
	/* A JSON order of flat rows is one object a line. */
	while (n > 0) {
		const char *nl = memmem(record, n, "}\n{", 3);
		size_t len = nl != NULL ? (size_t)(nl - record) + 2 : n;

		print_json(b, record, len, f);
		record += len;
		n -= len;
	}
}

/* ---- the file ---- */

/* header: NULL for JSON. */
static int
mend_once(struct rejects *rj, struct tool *t, const char *header,
    struct err *e)
{
	int cut = rj->mended ? 0 : file_mend(rj->fd, rj->path, header, e);

	if (cut < 0)
		return -1;
	if (cut > 0)
		tool_note(t, "%s: half a record at its end, as a crash leaves"
		    " it, was cut off", rj->path);
	rj->mended = true;
	return 0;
}

static int
check_file_header(struct rejects *rj, const char *header, struct err *e)
{
	char *found;
	size_t n = strlen(header);
	struct stat st;
	ssize_t got;

	if (rj->header != NULL && strcmp(rj->header, header) == 0)
		return 0;
	if (fstat(rj->fd, &st) < 0)
		return err_errno(e, ERR_IO, errno, "%s", rj->path);
	if (st.st_size == 0 && rj->header == NULL) {
		buf_puts(&rj->pending, header);
		rj->header = xstrdup(header);
		return 0;
	}
	found = xmalloc(n + 1);
	got = pread(rj->fd, found, n, 0);
	if (got != (ssize_t)n || memcmp(found, header, n) != 0) {
		free(found);
		return err_set(e, ERR_CANTCREAT, "%s: has rejects of other"
		    " columns; name another file", rj->path);
	}
	free(found);
	free(rj->header);
	rj->header = xstrdup(header);
	return 0;
}

static int
keep_in_file(struct rejects *rj, struct tool *t, const struct order_intake *it,
    struct err *e)
{
	const struct order_in *in = it->in;
	size_t from;

	if (strcmp(in->format, "csv") == 0) {
		struct buf h = BUF_INIT;
		int r;

		buf_puts(&h, in->header);
		if (h.n > 0 && h.data[h.n - 1] == '\n')
			h.n--;
		buf_puts(&h, ",error_code,error_field,error,source_line\n");
		r = mend_once(rj, t, h.data, e);
		if (r == 0)
			r = check_file_header(rj, h.data, e);
		buf_release(&h);
		if (r < 0)
			return -1;
	} else if (mend_once(rj, t, NULL, e) < 0)
		return -1;
	from = rj->pending.n;
	reject_print(&rj->pending, in->format, in->raw, in->raw_n, &it->fault);
	rj->pending.n = from + reject_mask(it, rj->pending.data + from,
	    rj->pending.n - from);
	return 0;
}

/* Flat orders have an object a row, which are the elements of an array here. */
static void
add_elements(struct buf *b, const char *p, size_t n)
{
	const char *end = p + n, *row;

	while ((row = memmem(p, (size_t)(end - p), "}\n{", 3)) != NULL) {
		buf_add(b, p, (size_t)(row + 1 - p));
		buf_puts(b, ",\n");
		p = row + 2;
	}
	buf_add(b, p, (size_t)(end - p));
}

/* The order's bytes as they can be fed again: cells with commas, and JSON in
 * the wrapper it was found in. */
static void
as_fed_again(const struct order_in *in, struct buf *b)
{
	struct buf closing = BUF_INIT;
	const char *p = in->wrapper;

	if (strcmp(in->format, "csv") == 0) {
		csv_with_commas(b, in->raw, in->raw_n, in->delimiter);
		return;
	}
	while (p != NULL && *p != '\0') {
		size_t n = strcspn(p, "|.");	/* the first of its names */

		buf_puts(b, "{\"");
		buf_add(b, p, n);
		buf_puts(b, "\":");
		buf_putc(&closing, '}');
		p += strcspn(p, ".");
		p += *p == '.';
	}
	buf_putc(b, '[');
	add_elements(b, in->raw, in->raw_n);
	buf_putc(b, ']');
	buf_add(b, closing.data, closing.n);
	buf_release(&closing);
}

static int
keep(struct rejects *rj, struct tool *t, const struct order_intake *it,
    struct err *e)
{
	return rj->path != NULL ? keep_in_file(rj, t, it, e) :
	    reject_store(&t->step, it, e);
}

int
rejects_keep(struct rejects *rj, struct tool *t, const struct order_intake *it,
    struct err *e)
{
	const struct fault *f = &it->fault;

	if (strcmp(f->code, "file-refused") != 0)
		tool_note(t, "%s:%lld: %s%s%s",
		    f->source != NULL ? f->source : it->in->source,
		    (long long)f->line, f->field,
		    f->field[0] != '\0' ? ": " : "", f->text);
	if (t->dry_run || it->kept)
		return 0;
	if (it->in->raw_n > 0 && (it->in->wrapper != NULL ||
	    (strcmp(it->in->format, "csv") == 0 &&
	    it->in->delimiter != ','))) {
		struct order_intake again = *it;
		struct order_in in = *it->in;
		struct buf b = BUF_INIT;
		int r;

		as_fed_again(it->in, &b);
		in.raw = b.data;
		in.raw_n = b.n;
		again.in = &in;
		r = keep(rj, t, &again, e);
		buf_release(&b);
		return r;
	}
	return keep(rj, t, it, e);
}

void
rejects_end(struct rejects *rj, struct tool *t)
{
	struct err e = ERR_INIT;

	if (rj->fd >= 0 && close(rj->fd) < 0) {
		err_errno(&e, ERR_IO, errno, "%s", rj->path);
		tool_fail(t, &e);
	}
	buf_release(&rj->pending);
	free(rj->header);
}
