/* backup.c - copies that can be trusted, and old ones that may go
 *
 * A copy gets its name after all that order-audit can prove was proved on it.
 * An old one is of this database when it is of its kind and its last event is
 * in this chain: only that may be removed, whatever it is called. */

#include <stdlib.h>
#include <sys/stat.h>

#include <order/backup.h>
#include <order/copies.h>

struct look {
	struct step *outer;
	audit_fault_fn *fn;
	void *arg;
	struct backup *to;
};

static int
count_fault(void *arg, const struct audit_fault *f, struct err *e)
{
	struct look *l = arg;

	l->to->faults++;
	return l->fn(l->arg, f, e);
}

static const char SQL_ORDERS[] =
	"SELECT count(*) FROM orders";

static const char SQL_EVENTS[] =
	"SELECT count(*) FROM events";

static int
examine(void *arg, struct db *db, struct err *e)
{
	struct look *l = arg;
	struct step s;
	int r = -1;

	step_init(&s, db, l->outer->now, l->outer->actor, l->outer->tool);
	if (step_begin_read(&s, e) == 0 &&
	    audit_verify(&s, NULL, count_fault, l, e) == 0 &&
	    audit_check(&s, count_fault, l, e) == 0 &&
	    audit_head(&s, &l->to->head, e) == 0 &&
	    db_one_int(db, SQL_ORDERS, NOBIND, &l->to->orders, e) >= 0 &&
	    db_one_int(db, SQL_EVENTS, NOBIND, &l->to->events, e) >= 0)
		r = 0;
	step_rollback(&s);
	step_release(&s);
	return r;
}

static int
examine_copy(void *arg, struct db *db, struct err *e)
{
	struct look *l = arg;

	if (examine(l, db, e) < 0)
		return -1;
	if (l->to->faults > 0)
		return err_set(e, ERR_IO, "%s: the copy does not pass its"
		    " audit, there is no new backup", db_path(l->outer->db));
	return 0;
}

static int
measure(struct backup *b, struct err *e)
{
	struct stat st;

	if (stat(b->file, &st) < 0)
		return err_set(e, ERR_IO, "%s: is not there any more",
		    b->file);
	b->bytes = st.st_size;
	return 0;
}

/* ---- old copies ---- */

struct old {
	const char *path;
	struct audit_head head;
	int64_t events;
	bool archive;
};

/* An archive grows by orders whose events are older than its last, too. */
static const char SQL_HEAD[] =
	"SELECT seq, hash, (SELECT count(*) FROM events) FROM events"
	" ORDER BY seq DESC LIMIT 1";

static int
read_head(void *arg, struct db *db, struct err *e)
{
	struct old *o = arg;
	struct row *row;
	const void *hash;
	size_t n;
	int r = db_one(db, SQL_HEAD, NOBIND, &row, e);

	o->archive = db_is_archive(db);
	if (r <= 0)
		return r;
	o->head.seq = db_int(row, 0);
	hash = db_bytes(row, 1, &n);
	if (n == HASH_SIZE)
		memcpy(o->head.hash, hash, n);
	o->events = db_int(row, 2);
	db_done(row);
	return 0;
}

static const char SQL_SAME[] =
	"SELECT 1 FROM events WHERE seq = $1 AND hash = $2";

/* Is the end of that chain a part of ours?  One without events is of nobody,
 * and nothing is lost with it.  An archive has events of the database, but
 * what it keeps of them is there no more. */
static int
is_ours(struct step *s, const struct old *o, bool *ours, struct err *e)
{
	const struct audit_head *h = &o->head;
	int64_t one = h->seq == 0;

	*ours = false;
	if (o->archive != db_is_archive(s->db))
		return 0;
	if (h->seq != 0 && db_one_int(s->db, SQL_SAME, BIND(I(h->seq),
	    B(h->hash, HASH_SIZE)), &one, e) < 0)
		return -1;
	*ours = one != 0;
	return 0;
}

/* Newest first: by what is recorded, and by the name when that is the same. */
static int
by_age(const void *a, const void *b)
{
	const struct old *x = a, *y = b;
	size_t nx = strlen(x->path), ny = strlen(y->path);

	if (x->events != y->events)
		return x->events > y->events ? -1 : 1;
	if (nx != ny)
		return nx > ny ? -1 : 1;
	return -strcmp(x->path, y->path);
}

/* It may lead to the database, or to a copy that is counted already. */
static bool
is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* 1 it is a copy of this database, 0 fault says why not, -1. */
static int
look_old(struct step *s, struct old *o, struct err *fault, struct err *e)
{
	bool ours = false;

	if (is_link(o->path)) {
		err_set(fault, ERR_CONFIG, "%s: is a symbolic link", o->path);
		return 0;
	}
	if (db_look(o->path, read_head, o, fault) < 0)
		return 0;
	if (is_ours(s, o, &ours, e) < 0)
		return -1;
	if (o->archive != db_is_archive(s->db))
		err_set(fault, ERR_CONFIG, "%s: is %s", o->path,
		    o->archive ? "a copy of an archive" :
		    "no copy of an archive");
	else if (!ours)
		err_set(fault, ERR_CONFIG, "%s: its last event is not in %s",
		    o->path, db_path(s->db));
	return ours;
}

/* Those of this database, of n paths: how many, or -1. */
static int64_t
ours_of(struct step *s, const char **path, size_t n, const char *made,
    struct old *old, backup_left_fn *left, void *arg, struct err *e)
{
	int64_t found = 0;

	for (size_t i = 0; i < n; i++) {
		struct old *o = &old[found];
		struct err fault = ERR_INIT;
		int ours;

		*o = (struct old){ .path = path[i] };
		if (strcmp(path[i], made) == 0)
			continue;
		if ((ours = look_old(s, o, &fault, e)) < 0)
			return -1;
		if (ours)
			found++;
		else if (left(arg, path[i], fault.text, e) < 0)
			return -1;
	}
	return found;
}

static int
remove_old(struct step *s, struct copies *c, const char *made, int64_t keep,
    backup_left_fn *left, void *arg, struct err *e)
{
	const char **path;
	struct old *old;
	int64_t found;
	size_t n;

	if (copies_list(c, &s->mem, &path, &n, e) < 0 ||
	    db_begin_read(s->db, e) < 0)
		return -1;
	old = arena_array(&s->mem, n + 1, sizeof(*old));
	found = ours_of(s, path, n, made, old, left, arg, e);
	db_rollback(s->db);
	if (found < 0)
		return -1;
	qsort(old, (size_t)found, sizeof(*old), by_age);
	for (int64_t i = keep - 1; i < found; i++)
		if (copies_remove(c, old[i].path, e) < 0)
			return -1;
	return 0;
}

int
order_backup(struct step *s, const char *to, int64_t keep,
    audit_fault_fn *fn, backup_left_fn *left, void *arg, struct backup *b,
    struct err *e)
{
	struct look l = { s, fn, arg, b };
	struct copies *c;
	int r = -1;

	memset(b, 0, sizeof(*b));
	if (copies_open(&c, to, db_path(s->db), e) < 0)
		return -1;
	if (keep > 0 && !copies_dated(c))
		err_set(e, ERR_USAGE, "%s: is no folder: there are no older"
		    " copies to keep some of", to);
	else if (copies_make(c, s->db, s->now.at, examine_copy, &l, &s->mem,
	    &b->file, e) == 0 && measure(b, e) == 0)
		r = keep > 0 ? remove_old(s, c, b->file, keep, left, arg,
		    e) : 0;
	copies_close(c);
	return r;
}

int
backup_verify(struct step *s, const char *file, audit_fault_fn *fn,
    void *arg, struct backup *b, struct err *e)
{
	struct look l = { s, fn, arg, b };

	memset(b, 0, sizeof(*b));
	b->file = arena_dup(&s->mem, file);
	return db_look(file, examine, &l, e) < 0 ? -1 : measure(b, e);
}
