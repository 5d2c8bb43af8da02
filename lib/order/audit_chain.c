/* audit_chain.c - recompute the chain of events
 *
 * One ordered pass finds the events that do not follow from the one before;
 * these few loose ends are then tried in each other's places, so that what
 * was only moved, or stands beside what was moved, is not called altered. */

#include <inttypes.h>

#include <order/audit.h>
#include <order/event.h>

#include "audit_missing.h"

#define MAX_LOOSE 32		/* more are reported, but not tried */
#define MAX_SHIFT 8		/* how far renumbered events are followed */

struct skeleton {
	int64_t seq, order_id, at;
	const char *kind;
	uint8_t digest[HASH_SIZE], hash[HASH_SIZE];
	bool whole;		/* no column was cut or too long */
};

enum cause { CAUSE_UNKNOWN, CAUSE_HASH, CAUSE_INSERTED, CAUSE_REMOVED };

struct loose {
	struct skeleton ev;
	int64_t seq;		/* which event it should be */
	int64_t gap;		/* how many are missing right before it */
	uint8_t before[HASH_SIZE];	/* of the event before, as stored */
	uint8_t made[HASH_SIZE];	/* its own, as computed */
	enum cause cause;
};

struct walk {
	struct step *s;
	audit_fault_fn *fn;
	void *arg;
	const struct audit_head *kept;
	bool kept_found;
	int64_t last;		/* the event before, */
	uint8_t stored[HASH_SIZE];	/* its hash as stored */
	uint8_t made[HASH_SIZE];	/* and as computed */
	int64_t good;		/* the last event that followed, */
	uint8_t good_hash[HASH_SIZE];	/* and its hash */
	int64_t shift;		/* events were renumbered by so many */
	struct missing missing;
	struct loose loose[MAX_LOOSE];
	size_t n;
};

static int __attribute__((format(printf, 6, 7)))
report(const struct walk *w, const char *what, int64_t seq, int64_t order_id,
    struct err *e, const char *fmt, ...)
{
	char ref[REF_TEXT], fact[256];
	struct audit_fault f = { what, seq, ref, fact };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fact, sizeof(fact), fmt, ap);
	va_end(ap);
	if (audit_ref(w->s, order_id, ref, e) < 0)
		return -1;
	return w->fn(w->arg, &f, e);
}

/* ---- one event ---- */

static const char SQL_CHAIN[] =
	"SELECT e.seq, e.order_id, e.kind, e.at, e.digest, e.hash,"
	" d.seq, d.salt, d.actor, d.tool, d.pinned, d.detail"
	" FROM events AS e LEFT JOIN event_details AS d ON d.seq = e.seq"
	" ORDER BY e.seq";

enum { E_SEQ, E_ORDER, E_KIND, E_AT, E_DIGEST, E_HASH, D_SEQ, D_SALT,
	D_ACTOR, D_TOOL, D_PINNED, D_DETAIL };

/* Text up to a NUL is what is hashed; nothing may hide behind it. */
static const char *
whole_text(struct row *row, int col, bool *whole)
{
	const char *text;
	size_t n;

	db_bytes(row, col, &n);
	text = db_text(row, col);
	*whole = *whole && strlen(text) == n;
	return text;
}

static void
take_hash(struct row *row, int col, uint8_t out[HASH_SIZE], bool *whole)
{
	size_t n;
	const void *p = db_bytes(row, col, &n);

	memset(out, 0, HASH_SIZE);
	if (n == HASH_SIZE)
		memcpy(out, p, HASH_SIZE);
	else
		*whole = false;
}

static void
take_skeleton(struct row *row, struct skeleton *ev)
{
	ev->whole = true;
	ev->seq = db_int(row, E_SEQ);
	ev->order_id = db_int(row, E_ORDER);
	ev->at = db_int(row, E_AT);
	ev->kind = whole_text(row, E_KIND, &ev->whole);
	take_hash(row, E_DIGEST, ev->digest, &ev->whole);
	take_hash(row, E_HASH, ev->hash, &ev->whole);
}

/* The digest of the detail as it is now; false when it was tampered with in
 * a way the digest does not see. */
static bool
take_detail(struct row *row, uint8_t digest[HASH_SIZE])
{
	bool whole = true;
	const char *actor = whole_text(row, D_ACTOR, &whole);
	const char *tool = whole_text(row, D_TOOL, &whole);
	const char *detail = whole_text(row, D_DETAIL, &whole);
	size_t n;
	const void *salt = db_bytes(row, D_SALT, &n);

	event_digest(salt, n, actor, tool, db_int(row, D_PINNED), detail,
	    digest);
	return whole && n == EVENT_SALT;
}

static bool
follows(const struct skeleton *ev, const uint8_t before[HASH_SIZE],
    int64_t seq, const uint8_t digest[HASH_SIZE])
{
	uint8_t hash[HASH_SIZE];

	event_hash(before, seq, ev->order_id, ev->kind, ev->at, digest, hash);
	return ev->whole && memcmp(hash, ev->hash, HASH_SIZE) == 0;
}

/* ---- what does not follow ---- */

static struct loose *
loose_before(struct walk *w)
{
	if (w->n > 0 && w->loose[w->n - 1].ev.seq == w->last)
		return &w->loose[w->n - 1];
	return NULL;
}

/* The event before kept its own hash from somebody: it follows from what its
 * fields say. */
static bool
follows_made(struct walk *w, const struct skeleton *ev)
{
	struct loose *l = loose_before(w);

	if (l == NULL || !follows(ev, w->made, ev->seq - w->shift, ev->digest))
		return false;
	l->cause = CAUSE_HASH;
	return true;
}

/* Is the event before really the one after this one? */
static bool
was_swapped(struct walk *w, const struct skeleton *ev)
{
	const struct loose *l = loose_before(w);

	return l != NULL && follows(&l->ev, ev->hash, ev->seq, l->ev.digest);
}

/* Events without the number they had: how far they were moved, and from
 * which point. */
static bool
find_shift(struct walk *w, const struct skeleton *ev, int64_t gap,
    int64_t *shift, bool *from_good)
{
	for (int64_t k = -MAX_SHIFT; k <= MAX_SHIFT + 1; k++) {
		int64_t by = w->shift + (k <= MAX_SHIFT ? k : gap);

		*shift = by;
		*from_good = false;
		if (by == w->shift)
			continue;
		if (follows(ev, w->stored, ev->seq - by, ev->digest))
			return true;
		*from_good = true;
		if (w->good != w->last &&
		    follows(ev, w->good_hash, ev->seq - by, ev->digest))
			return true;
	}
	return false;
}

static int
renumbered(struct walk *w, const struct skeleton *ev, int64_t shift,
    bool from_good, struct err *e)
{
	int64_t by = shift - w->shift;
	struct loose *l = loose_before(w);

	w->shift = shift;
	if (from_good && by == ev->seq - 1 - w->good) {
		for (size_t i = 0; i < w->n; i++)
			if (w->loose[i].ev.seq > w->good)
				w->loose[i].cause = CAUSE_INSERTED;
		return 0;
	}
	if (by < 0 && l != NULL) {
		l->cause = CAUSE_REMOVED;
		return 0;
	}
	return report(w, "events-renumbered", ev->seq, ev->order_id, e,
	    "from here on each has the number of another: this was event %"
	    PRId64, ev->seq - shift);
}

static int
keep_loose(struct walk *w, const struct skeleton *ev, int64_t gap,
    struct err *e)
{
	struct loose *l;

	if (w->n == MAX_LOOSE)
		return gap > 0 ? 0 : report(w, "event-altered", ev->seq,
		    ev->order_id, e, "does not follow from event %" PRId64,
		    w->last);
	l = &w->loose[w->n++];
	memset(l, 0, sizeof(*l));
	l->ev = *ev;
	l->ev.kind = arena_dup(&w->s->mem, ev->kind);
	l->seq = ev->seq - w->shift;
	l->gap = gap;
	memcpy(l->before, w->stored, HASH_SIZE);
	event_hash(w->stored, l->seq, ev->order_id, ev->kind, ev->at,
	    ev->digest, l->made);
	return 0;
}

/* ---- the pass ---- */

static int
report_gap(struct walk *w, int64_t from, int64_t to, struct err *e)
{
	if (from == to)
		return report(w, "event-missing", from, 0, e, "was removed");
	return report(w, "event-missing", from, 0, e, "events %" PRId64 " to %"
	    PRId64 " were removed", from, to);
}

/* The chain at this event, which does not follow from the one before. */
static int
break_at(struct walk *w, const struct skeleton *ev, int64_t gap,
    bool *is_linked, struct err *e)
{
	int64_t shift;
	bool from_good;

	*is_linked = gap == 0 && follows_made(w, ev);
	if (*is_linked)
		return 0;
	if (!was_swapped(w, ev) && w->n < MAX_LOOSE &&
	    find_shift(w, ev, gap, &shift, &from_good)) {
		*is_linked = true;
		return renumbered(w, ev, shift, from_good, e);
	}
	if (gap > 0 && report_gap(w, w->last + 1, ev->seq - 1, e) < 0)
		return -1;
	return keep_loose(w, ev, gap, e);
}

static int
step_on(struct walk *w, const struct skeleton *ev, const uint8_t *digest,
    bool detail_whole, struct err *e)
{
	int64_t gap = ev->seq - 1 - w->last;
	bool is_digest = digest == NULL ||
	    memcmp(digest, ev->digest, HASH_SIZE) == 0;
	/* Of an archive's events those before are often in the live file. */
	bool is_linked = gap == 0 ?
	    follows(ev, w->stored, ev->seq - w->shift, ev->digest) :
	    gap > 0 && ev->whole && db_is_archive(w->s->db);
	int r = 0;

	if (!is_linked && !is_digest && gap == 0 &&
	    follows(ev, w->stored, ev->seq - w->shift, digest)) {
		is_linked = is_digest = true;
		r = report(w, "event-altered", ev->seq, ev->order_id, e,
		    "its digest is not that of its detail");
	} else if (!is_linked)
		r = break_at(w, ev, gap, &is_linked, e);
	if (r == 0 && (!is_digest || !detail_whole))
		r = report(w, "detail-altered", ev->seq, ev->order_id, e,
		    "who, with what tool, or what exactly: is not what was"
		    " recorded");
	event_hash(w->stored, ev->seq - w->shift, ev->order_id, ev->kind,
	    ev->at, ev->digest, w->made);
	memcpy(w->stored, ev->hash, HASH_SIZE);
	w->last = ev->seq;
	if (is_linked) {
		w->good = ev->seq;
		memcpy(w->good_hash, ev->hash, HASH_SIZE);
	}
	return r;
}

static int
check_missing(struct walk *w, const struct skeleton *ev, struct err *e)
{
	int r = missing_explained(w->s, &w->missing, ev->order_id, ev->seq, e);

	return r != 0 ? (r < 0 ? -1 : 0) :
	    report(w, "detail-missing", ev->seq, ev->order_id, e,
	    "who, with what tool, and what exactly: was removed");
}

static int
pass(struct walk *w, struct row *row, struct err *e)
{
	int r;

	while ((r = db_next(row, e)) == 1) {
		uint8_t digest[HASH_SIZE];
		struct skeleton ev;
		bool has_detail = !db_null(row, D_SEQ), whole = true;

		take_skeleton(row, &ev);
		if (has_detail)
			whole = take_detail(row, digest);
		if (w->kept != NULL && ev.seq == w->kept->seq)
			w->kept_found = memcmp(ev.hash, w->kept->hash,
			    HASH_SIZE) == 0;
		r = ev.seq < 1 ? report(w, "event-inserted", ev.seq,
		    ev.order_id, e, "the first event is 1") :
		    step_on(w, &ev, has_detail ? digest : NULL, whole, e);
		if (r == 0 && !has_detail && ev.seq == w->good && ev.seq > 0)
			r = check_missing(w, &ev, e);
		if (r < 0)
			break;
	}
	db_done(row);
	return r;
}

/* ---- loose ends ---- */

/* Does it follow, as event seq, from any hash near a break? */
static bool
fits(const struct walk *w, const struct loose *l, int64_t seq)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct loose *o = &w->loose[i];

		if (follows(&l->ev, o->before, seq, l->ev.digest) ||
		    follows(&l->ev, o->ev.hash, seq, l->ev.digest) ||
		    follows(&l->ev, o->made, seq, l->ev.digest))
			return true;
	}
	return false;
}

/* Which event it was, or 0. */
static int64_t
place_of(const struct walk *w, const struct loose *l)
{
	if (fits(w, l, l->seq))
		return l->seq;
	for (size_t i = 0; i < w->n; i++) {
		const struct loose *o = &w->loose[i];
		int64_t back = o->gap < MAX_SHIFT ? o->gap : MAX_SHIFT;

		if (fits(w, l, o->seq))
			return o->seq;
		for (int64_t k = 0; k < back; k++)
			if (fits(w, l, o->seq - o->gap + k))
				return o->seq - o->gap + k;
	}
	return 0;
}

static int
report_loose(const struct walk *w, const struct loose *l, struct err *e)
{
	const struct skeleton *ev = &l->ev;
	int64_t place;

	switch (l->cause) {
	case CAUSE_HASH:
		return report(w, "event-altered", ev->seq, ev->order_id, e,
		    "its hash was changed");
	case CAUSE_INSERTED:
		return report(w, "event-inserted", ev->seq, ev->order_id, e,
		    "was added, and those after it renumbered");
	case CAUSE_REMOVED:
		return report(w, "event-missing", l->seq, 0, e,
		    "was removed, and those after it renumbered");
	default:
		break;
	}
	place = place_of(w, l);
	if (place != 0 && place != l->seq)
		return report(w, "event-moved", ev->seq, ev->order_id, e,
		    "event %" PRId64 " stands here", place);
	if (place != 0 || (l->gap > 0 && ev->whole))
		return 0;
	return report(w, "event-altered", ev->seq, ev->order_id, e,
	    "does not follow from event %" PRId64 ": one of the two was"
	    " altered or added", ev->seq - 1);
}

/* ---- the end ---- */

static const char SQL_ISSUED[] =
	"SELECT seq FROM sqlite_sequence WHERE name = 'events'";

static const char SQL_STRAY[] =
	"SELECT seq FROM event_details"
	" WHERE seq > $1 OR seq < 1 ORDER BY seq";

static int
check_end(struct walk *w, struct err *e)
{
	int64_t issued = 0;
	struct row *row;
	int r;

	if (db_one_int(w->s->db, SQL_ISSUED, NOBIND, &issued, e) < 0)
		return -1;
	if (issued > w->last && !db_is_archive(w->s->db) && report_gap(w, w->last + 1, issued, e) < 0)
		return -1;
	if (w->kept != NULL && w->kept->seq > 0 && !w->kept_found &&
	    report(w, "head-missing", w->kept->seq, 0, e, "%s",
	    w->kept->seq > w->last ? "the chain went on to here once" :
	    "has another hash than was kept: the chain was rewritten") < 0)
		return -1;
	if (db_query(w->s->db, SQL_STRAY, BIND(I(w->last)), &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1)
		if ((r = report(w, "detail-stray", db_int(row, 0),
		    0, e, "there is no such event")) < 0)
			break;
	db_done(row);
	return r;
}

int
audit_verify(struct step *s, const struct audit_head *kept,
    audit_fault_fn *fn, void *arg, struct err *e)
{
	struct walk *w = arena_alloc(&s->mem, sizeof(*w));
	struct row *row;

	w->s = s;
	w->fn = fn;
	w->arg = arg;
	w->kept = kept;
	missing_init(&w->missing);
	if (db_query(s->db, SQL_CHAIN, NOBIND, &row, e) < 0 ||
	    pass(w, row, e) < 0)
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (report_loose(w, &w->loose[i], e) < 0)
			return -1;
	return check_end(w, e);
}
