/* group.c - --group: bring the rows of one order together
 *
 * The input is spooled; one pass notes where each row lies and to which key
 * it belongs (16 bytes a row, 24 a key), a second writes the rows key by key
 * to another spool.  The rows themselves are never all in memory. */

#include <errno.h>
#include <unistd.h>

#include "intake.h"

struct place {
	uint64_t origin;	/* file << 40 | line */
	uint32_t group;
	uint32_t length;
	int64_t offset;		/* in the collected rows */
};

struct grouping {
	struct place *place;
	size_t n, cap;
	struct keyset keys;
	uint32_t groups;
	FILE *rows;		/* all rows, one after another */
	int64_t written;
	bool json;
	struct buf header;
};

static void
add_place(struct grouping *g, uint64_t origin, uint32_t group, size_t length)
{
	if (g->n == g->cap) {
		g->cap = g->cap != 0 ? 2 * g->cap : 1024;
		g->place = xrealloc(g->place, g->cap * sizeof(*g->place));
	}
	g->place[g->n++] = (struct place){ origin, group, (uint32_t)length,
	    g->written };
	g->written += (int64_t)length;
}

static uint32_t
group_of(struct grouping *g, const struct rec *r, const char *channel,
    uint32_t last)
{
	const char *key = rec_text(r, "external_ref");
	const char *through = rec_text(r, "channel");
	int64_t *group;
	bool found;

	if (g->groups > 0 && !row_is_whole(r) && row_continues(r))
		return last;
	if (key[0] == '\0')
		return g->groups++;
	if (through[0] == '\0' && channel != NULL)
		through = channel;
	group = keyset_put(&g->keys, through, key, &found);
	if (!found)
		*group = g->groups++;
	return (uint32_t)*group;
}

/* Every file must have the same columns: the rows end up under one header
 * (CSV), or in one array (JSON). */
static int
same_header(struct feed *f, struct grouping *g, struct err *e)
{
	const char *raw = reader_header_raw(f->reader);

	size_t n = strlen(raw);

	while (n > 0 && (raw[n - 1] == '\n' || raw[n - 1] == '\r'))
		n--;
	if (g->n == 0) {
		g->json = reader_format(f->reader) == FORMAT_JSON;
		buf_add(&g->header, raw, n);
		buf_putc(&g->header, g->json ? '[' : '\n');
	}
	if (g->json != (reader_format(f->reader) == FORMAT_JSON) ||
	    g->header.n != n + 1 || memcmp(raw, g->header.data, n) != 0)
		return err_set(e, ERR_DATA, "%s:1: its columns are not those"
		    " of %s, which --group needs", reader_name(f->reader),
		    f->label[0]);
	return 0;
}

/* Write the row so that another can follow: its length, or -1. */
static int
keep_row(struct grouping *g, const struct rec *r, const char *source,
    struct err *e)
{
	char last = r->raw_n > 0 ? r->raw[r->raw_n - 1] : '\0';
	int end = g->json ? ',' : last != '\n' && last != '\r' ? '\n' : EOF;

	if (r->raw_n == 0)
		return err_set(e, ERR_DATA, "%s:%lld: %s", source,
		    (long long)r->line, r->fault);
	if (fwrite(r->raw, 1, r->raw_n, g->rows) != r->raw_n ||
	    (end != EOF && putc(end, g->rows) == EOF))
		return err_errno(e, ERR_IO, errno, "temporary file");
	return (int)r->raw_n + (end != EOF);
}

static int
note_rows(struct feed *f, struct grouping *g, const char *channel,
    struct err *e)
{
	struct arena mem = ARENA_INIT;
	uint32_t last = 0;
	const char *source;
	struct rec r;
	int got;

	while ((got = feed_next(f, &mem, true, &r, &source, e)) == READ_REC) {
		if ((got = same_header(f, g, e)) < 0 ||
		    (got = keep_row(g, &r, source, e)) < 0)
			break;
		last = group_of(g, &r, channel, last);
		add_place(g, (uint64_t)f->at << 40 | (uint64_t)r.line, last,
		    (size_t)got);
		arena_reset(&mem);
	}
	arena_release(&mem);
	if (got >= 0 && g->n == 0)
		got = same_header(f, g, e);
	if (got >= 0 && fflush(g->rows) != 0)
		got = err_errno(e, ERR_IO, errno, "temporary file");
	return got < 0 ? -1 : 0;
}

static int
by_group(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* The regrouped input, as one spool. */
static int
write_grouped(struct grouping *g, struct err *e)
{
	struct buf row = BUF_INIT;
	int fd = spool_open(e), in = fileno(g->rows);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w+");
	bool good = out != NULL;

	good = good && fwrite(g->header.data, 1, g->header.n, out) ==
	    g->header.n;
	for (size_t i = 0; i < g->n && good; i++) {
		const struct place *p = &g->place[i];
		/* No comma behind the last element. */
		size_t n = p->length - (g->json && i + 1 == g->n);

		buf_clear(&row);
		good = pread(in, buf_room(&row, n), n, p->offset) ==
		    (ssize_t)n && fwrite(row.data, 1, n, out) == n;
	}
	buf_release(&row);
	if (good && g->json)
		good = putc(']', out) != EOF;
	good = good && fflush(out) == 0;
	fd = good ? dup(fd) : -1;
	if (out != NULL)
		fclose(out);
	if (fd < 0)
		return err_errno(e, ERR_IO, errno, "temporary file");
	return fd;
}

int
feed_group(struct feed *f, const char *channel, struct err *e)
{
	struct grouping g = { .header = BUF_INIT };
	int fd = spool_open(e), r = -1;

	g.rows = fd < 0 ? NULL : fdopen(fd, "w+");
	if (g.rows == NULL || feed_spool(f, e) < 0 ||
	    note_rows(f, &g, channel, e) < 0)
		goto done;
	if (g.n > 0)
		qsort(g.place, g.n, sizeof(*g.place), by_group);
	if ((fd = write_grouped(&g, e)) < 0)
		goto done;
	f->origin = xmalloc((g.n + 1) * sizeof(*f->origin));
	f->norigins = g.n;
	for (size_t i = 0; i < g.n; i++)
		f->origin[i] = g.place[i].origin;
	for (size_t i = 0; i < f->n; i++)
		close(f->fd[i]);
	f->fd[0] = fd;
	f->piped[0] = false;
	f->grouped = true;
	f->n = 1;
	r = feed_rewind(f, e);
done:
	if (g.rows != NULL)
		fclose(g.rows);
	keyset_release(&g.keys);
	buf_release(&g.header);
	free(g.place);
	return r;
}
