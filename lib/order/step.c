/* step.c - the transaction around a batch of decisions */

#include <order/date.h>
#include <order/step.h>

void
step_init(struct step *s, struct db *db, struct now now, const char *actor,
    const char *tool)
{
	memset(s, 0, sizeof(*s));
	s->db = db;
	s->now = now;
	s->actor = actor;
	s->tool = tool;
	s->salts_used = sizeof(s->salts);
	random_bytes(&s->run, sizeof(s->run));
}

void
step_release(struct step *s)
{
	arena_release(&s->mem);
}

static const char SQL_LAST_EVENT[] =
	"SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1";

static const char SQL_LAST_ORDER[] =
	"SELECT seq FROM sqlite_sequence WHERE name = 'orders'";

static int
read_ends(struct step *s, struct err *e)
{
	struct row *row;
	size_t n;
	int r = db_one(s->db, SQL_LAST_EVENT, NOBIND, &row, e);

	s->last_event = s->last_order = 0;
	memset(s->chain, 0, sizeof(s->chain));
	if (r < 0)
		return -1;
	if (r == 1) {
		const void *hash = db_bytes(row, 1, &n);

		s->last_event = db_int(row, 0);
		if (n == HASH_SIZE)
			memcpy(s->chain, hash, n);
		db_done(row);
	}
	return db_one_int(s->db, SQL_LAST_ORDER, NOBIND, &s->last_order, e);
}

/* What was read in one transaction is not true in the next. */
static void
forget(struct step *s)
{
	s->calendar = NULL;
	s->channel = NULL;
	s->untold = NULL;
	s->waiting.n = 0;
	memset(s->has, 0, sizeof(s->has));
}

int
step_begin(struct step *s, struct err *e)
{
	forget(s);
	if (db_begin(s->db, e) < 0)
		return -1;
	if (read_ends(s, e) < 0 ||
	    policy_load(s->db, &s->mem, &s->policy, e) < 0) {
		step_rollback(s);
		return -1;
	}
	return 0;
}

int
step_begin_read(struct step *s, struct err *e)
{
	forget(s);
	if (db_begin_read(s->db, e) < 0)
		return -1;
	if (policy_load(s->db, &s->mem, &s->policy, e) < 0) {
		step_rollback(s);
		return -1;
	}
	return 0;
}

int
step_commit(struct step *s, struct err *e)
{
	int r = db_commit(s->db, e);

	arena_reset(&s->mem);
	return r;
}

int
step_let_go(struct step *s, struct err *e)
{
	forget(s);
	arena_reset(&s->mem);
	return policy_load(s->db, &s->mem, &s->policy, e);
}

void
step_rollback(struct step *s)
{
	db_rollback(s->db);
	arena_reset(&s->mem);
}

int
step_has(struct step *s, enum step_table t, struct err *e)
{
	static const char SQL_PRICES[] = "SELECT 1 FROM prices LIMIT 1";
	static const char SQL_BLOCKLIST[] = "SELECT 1 FROM blocklist LIMIT 1";
	static const char SQL_REJECTS[] =
	    "SELECT 1 FROM rejects WHERE closed_at IS NULL LIMIT 1";
	static const char SQL_HANDLING[] =
	    "SELECT 1 FROM items WHERE handling_days IS NOT NULL LIMIT 1";
	static const char *const sql[] = { SQL_PRICES, SQL_BLOCKLIST,
	    SQL_REJECTS, SQL_HANDLING };
	int64_t one = 0;

	if (s->has[t] == 0) {
		if (db_one_int(s->db, sql[t], NOBIND, &one, e) < 0)
			return -1;
		s->has[t] = one != 0 ? 1 : -1;
	}
	return s->has[t] == 1;
}

void
step_added(struct step *s, enum step_table t)
{
	s->has[t] = 0;
}

int
step_mark(struct step *s, struct step_mark *m, struct err *e)
{
	m->last_event = s->last_event;
	memcpy(m->chain, s->chain, sizeof(m->chain));
	return db_mark(s->db, e);
}

int
step_keep(struct step *s, struct err *e)
{
	return db_mark_keep(s->db, e);
}

int
step_undo(struct step *s, const struct step_mark *m, struct err *e)
{
	s->last_event = m->last_event;
	memcpy(s->chain, m->chain, sizeof(s->chain));
	s->waiting.n = 0;
	return db_mark_undo(s->db, e);
}

int32_t
step_day(const struct step *s, int64_t at)
{
	int32_t date;
	int minutes;

	zone_civil(s->policy.text[POLICY_IS_TIMEZONE], at, &date, &minutes);
	return date;
}

const char *
step_day_text(struct step *s, int64_t at)
{
	char text[DATE_TEXT];

	return arena_dup(&s->mem, date_text(step_day(s, at), text));
}
