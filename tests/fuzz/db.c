/* db.c - fuzz target: a damaged or hostile database file
 *
 * The input is a list of changes to a good file ($FUZZ_DB, made by the tools
 * themselves) or to its WAL.  Opening and reading it changes no byte of it,
 * a refusal neither, and what is wrong with it is never called a bug of
 * ours.  Every change is a few bytes: what kind, where, what. */

#include <fcntl.h>
#include <unistd.h>

#include <order/audit.h>
#include <order/message.h>
#include <order/order.h>
#include <order/query.h>

#include "fuzz.h"

#define NOW INT64_C(1795341600)		/* 2026-11-22T10:00:00Z */
#define REFS_MAX 16

/* ERR_DATA: a message that cannot be composed from what is stored. */
static const int refusals[] = { ERR_CONFIG, ERR_IO, ERR_TEMP, ERR_PERM,
	ERR_DATA, 0 };

static char scratch[64];
static struct buf base, base_wal;

/* ---- files ---- */

static char *
beside(const char *suffix)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/orders.db%s", scratch, suffix);
	return path;
}

static void
get(const char *path, struct buf *b)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	buf_clear(b);
	while (fd >= 0 && (n = read(fd, buf_room(b, 65536), 65536)) > 0)
		b->n += (size_t)n;
	MUST(n == 0, "%s cannot be read", path);
	if (fd >= 0)
		close(fd);
}

static void
put(const char *suffix, const struct buf *b)
{
	int fd = open(beside(suffix), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);

	MUST(fd >= 0 && write(fd, b->data, b->n) == (ssize_t)b->n &&
	    close(fd) == 0, "%s cannot be written", beside(suffix));
}

static void
clear(void)
{
	unlink(beside(""));
	unlink(beside("-wal"));
	unlink(beside("-shm"));
	unlink(beside("-lock"));
}

static void
unchanged(const char *when, const struct buf *was)
{
	struct buf is = BUF_INIT;

	get(beside(""), &is);
	if (fuzz_twin && is.n > 0)
		is.data[is.n / 2]++;
	MUST(is.n == was->n && memcmp(is.data, was->data, is.n) == 0,
	    "the file is changed %s", when);
	buf_release(&is);
}

/* ---- changes ---- */

struct changes {
	const unsigned char *p, *end;
};

static unsigned
take(struct changes *c, int bytes)
{
	unsigned n = 0;

	for (; bytes > 0; bytes--)
		n = n << 8 | (c->p < c->end ? *c->p++ : 0);
	return n;
}

static void
overwrite(struct changes *c, struct buf *b, size_t at, size_t n)
{
	for (; n > 0 && at < b->n; n--, at++)
		b->data[at] = (char)take(c, 1);
}

/* A word of the schema becomes other bytes of the same length. */
static void
change_word(struct changes *c, struct buf *b)
{
	static const char *const words[] = { "TEXT", "INTEGER", "NOT NULL",
	    "CREATE", "CHECK", "STRICT", "orders", "TRIGGER", "RAISE",
	    "UNIQUE", "PRIMARY", "VIEW" };
	const char *word = words[take(c, 1) % (sizeof(words) /
	    sizeof(words[0]))], *at = b->data;
	unsigned skip = take(c, 1);
	size_t left = b->n;

	do {
		at = left > 0 ? memmem(at, left, word, strlen(word)) : NULL;
		if (at == NULL)
			return;
		left = b->n - (size_t)(++at - b->data);
	} while (skip-- > 0);
	overwrite(c, b, (size_t)(at - 1 - b->data), strlen(word));
}

static void
change(struct changes *c, struct buf *b)
{
	unsigned kind = take(c, 1) % 8, page = 4096, pages, a;

	if (b->n < page)
		return;
	pages = (unsigned)(b->n / page);
	switch (kind) {
	case 0:			/* anywhere */
		a = take(c, 3) % (unsigned)b->n;
		overwrite(c, b, a, 1 + take(c, 1) % 16);
		break;
	case 1:			/* the header of the file */
		overwrite(c, b, take(c, 1) % 100, 1 + take(c, 1) % 4);
		break;
	case 2:			/* the header of a page, its first cells */
		a = take(c, 2) % pages;
		overwrite(c, b, a * page + (a == 0 ? 100 : 0) +
		    take(c, 1) % 24, 2);
		break;
	case 3:			/* one page over another */
		a = take(c, 2) % pages;
		memmove(b->data + take(c, 2) % pages * page,
		    b->data + a * page, page);
		break;
	case 4:			/* cut off */
		b->n = take(c, 2) % pages * page + take(c, 1);
		break;
	case 5:			/* all of a page */
		a = take(c, 2) % pages;
		memset(b->data + a * page, (int)take(c, 1), page);
		break;
	default:
		change_word(c, b);
		break;
	}
}

/* The first byte: 1, there is a WAL; 2, and it is what is changed. */
static unsigned
make_file(const char *s, size_t n, struct buf *db)
{
	struct changes c = { (const unsigned char *)s,
	    (const unsigned char *)s + n };
	struct buf wal = BUF_INIT;
	unsigned how = take(&c, 1);

	buf_add(db, base.data, base.n);
	buf_add(&wal, base_wal.data, base_wal.n);
	while (c.p < c.end)
		change(&c, (how & 3) == 3 ? &wal : db);
	clear();
	put("", db);
	if ((how & 1) != 0)
		put("-wal", &wal);
	buf_release(&wal);
	return how;
}

/* ---- what the tools do ---- */

static int
count_events(void *arg, const struct audit_event *ev, struct err *e)
{
	(void)e;
	*(size_t *)arg += ev->kind != NULL && ev->detail != NULL;
	return 0;
}

static int
count_faults(void *arg, const struct audit_fault *f, struct err *e)
{
	(void)e;
	*(size_t *)arg += f->what != NULL && f->fact != NULL;
	return 0;
}

static int
count_shapes(void *arg, const char *type, const char *name, const char *fact,
    struct err *e)
{
	(void)e;
	*(size_t *)arg += type != NULL && name != NULL && fact != NULL;
	return 0;
}

/* The orders there are, at most REFS_MAX of them, in the step's arena. */
static int
find_orders(struct step *s, const char **refs, size_t *nrefs, struct err *e)
{
	struct order_query q;
	const char **page;
	size_t n, i;
	int got;

	query_init(&q);
	got = query_page(s, &q, &page, &n, e);
	for (i = 0; got == 1 && i < n && *nrefs < REFS_MAX; i++)
		refs[(*nrefs)++] = page[i];
	query_release(&q);
	return got < 0 ? -1 : 0;
}

static int
look_at_orders(struct step *s, struct err *e)
{
	const char *refs[REFS_MAX];
	size_t n = 0, i, events = 0;
	struct verdict v;
	struct order o;

	if (find_orders(s, refs, &n, e) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		int got = order_named(s, refs[i], &o, &v, e);

		if (got < 0 || (got == 1 &&
		    audit_trail(s, o.id, count_events, &events, e) < 0))
			return -1;
	}
	return 0;
}

static int
look_at_messages(struct step *s, struct err *e)
{
	struct message_row *row;
	struct buf bytes = BUF_INIT;
	size_t n, i;
	int got = message_page(s, MESSAGE_ALL, NULL, 0, &row, &n, e);

	for (i = 0; got >= 0 && i < n && i < REFS_MAX; i++)
		got = message_bytes(s, row[i].id, &bytes, e);
	buf_release(&bytes);
	return got < 0 ? -1 : 0;
}

/* Each reads a snapshot of its own, so that one failure hides no other. */
static int
audit_all(struct step *s, struct err *e)
{
	size_t n = 0;

	return audit_trail(s, 0, count_events, &n, e);
}

static int
audit_chain(struct step *s, struct err *e)
{
	size_t n = 0;

	return audit_verify(s, NULL, count_faults, &n, e);
}

static int
audit_invariants(struct step *s, struct err *e)
{
	size_t n = 0;

	return audit_check(s, count_faults, &n, e);
}

static int
look_at_shape(struct step *s, struct err *e)
{
	size_t n = 0;

	return db_shape(s->db, count_shapes, &n, e);
}

static void
read_all(void)
{
	static int (*const reads[])(struct step *, struct err *) = {
		look_at_orders, look_at_messages, audit_all, audit_chain,
		audit_invariants, look_at_shape
	};
	struct err e = ERR_INIT;
	struct db *db = (void *)&e;
	struct step s;
	size_t i;

	if (db_open(&db, beside(""), DB_READ, "fuzz", 1, &e) < 0) {
		fuzz_code("opening", &e, refusals);
		MUST(db == NULL, "a refused file is open");
		return;
	}
	step_init(&s, db, (struct now){ NOW, true }, "fuzz", "fuzz");
	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		if (step_begin_read(&s, &e) < 0 || reads[i](&s, &e) < 0)
			fuzz_code("reading", &e, refusals);
		step_rollback(&s);
	}
	step_release(&s);
	db_close(db, NULL);
}

static int
decide_all(struct step *s, struct err *e)
{
	const char *refs[REFS_MAX];
	struct verdict v;
	size_t n = 0, i;

	if (find_orders(s, refs, &n, e) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (order_verify(s, refs[i], &v, e) < 0 ||
		    order_check_stock(s, refs[i], &v, e) < 0 ||
		    order_ack(s, refs[i], &v, e) < 0)
			return -1;
	return 0;
}

static void
write_all(const struct buf *was, bool wal)
{
	struct err e = ERR_INIT;
	struct db *db;
	struct step s;

	if (db_open(&db, beside(""), DB_WRITE, "fuzz", 1, &e) < 0) {
		fuzz_code("opening to write", &e, refusals);
		unchanged("by a writer that was refused", was);
		return;
	}
	step_init(&s, db, (struct now){ NOW, true }, "fuzz", "fuzz");
	if (step_begin(&s, &e) < 0 || decide_all(&s, &e) < 0) {
		fuzz_code("deciding", &e, refusals);
		step_rollback(&s);
		if (!wal)
			unchanged("by what was rolled back", was);
	} else if (step_commit(&s, &e) < 0) {
		fuzz_code("committing", &e, refusals);
	}
	step_release(&s);
	db_close(db, NULL);
}

static void
one(const char *s, size_t n)
{
	struct buf was = BUF_INIT;
	unsigned how = make_file(s, n, &was);

	read_all();
	unchanged("by reading it", &was);
	if ((how & 4) == 0)
		write_all(&was, (how & 1) != 0);
	buf_release(&was);
}

/* ---- the good file ---- */

static void
end(void)
{
	clear();
	rmdir(scratch);
}

/* A setting that is written now is in the WAL while this connection lives. */
static void
begin(void)
{
	const char *path = getenv("FUZZ_DB"), *tmp = getenv("TMPDIR");
	struct err e = ERR_INIT;
	struct verdict v;
	struct step s;
	struct db *db;

	MUST(path != NULL, "FUZZ_DB does not name a database");
	snprintf(scratch, sizeof(scratch), "%s/fuzz-db-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	MUST(mkdtemp(scratch) != NULL, "%s", scratch);
	atexit(end);
	get(path, &base);
	MUST(base.n > 0, "%s is empty", path);
	put("", &base);
	MUST(db_open(&db, beside(""), DB_WRITE, "fuzz", 1, &e) == 0, "%s",
	    e.text);
	step_init(&s, db, (struct now){ NOW, true }, "fuzz", "fuzz");
	MUST(step_begin(&s, &e) == 0 && policy_set(&s, "company_name", "WAL",
	    &v, &e) == 0 && step_commit(&s, &e) == 0, "%s", e.text);
	get(beside("-wal"), &base_wal);
	step_release(&s);
	db_close(db, NULL);
	MUST(base_wal.n > 0, "nothing is in the WAL");
}

const struct fuzz_target fuzz_db = { "db", begin, one };
