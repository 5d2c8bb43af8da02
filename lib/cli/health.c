/* health.c - one line for whoever watches many machines
 *
 * Counts only what an index leads to and is soon dealt with, never the
 * orders: it takes as long with a million of them. */

#include <inttypes.h>
#include <sys/stat.h>

#include "listing.h"

static const char SQL_ORDERS[] =
	"SELECT coalesce((SELECT seq FROM sqlite_sequence"
	"  WHERE name = 'orders'), 0)";

static const char SQL_OVERDUE[] =
	"SELECT count(*) FROM orders WHERE answered_at IS NULL"
	" AND ack_due_at < $1 AND status <> 'cancelled'";

static const char SQL_QUEUED[] =
	"SELECT coalesce(min(max(next_try_at, queued_at)), $1) FROM messages"
	" WHERE state IN ('queued', 'failed') AND next_try_at <= $1";

static const char SQL_DEAD[] =
	"SELECT count(*) FROM messages WHERE state IN ('dead', 'by-hand')"
	" AND state = 'dead'";

static const char SQL_HELD[] =
	"SELECT count(DISTINCT order_id) FROM holds WHERE closed_at IS NULL";

static const char SQL_HEAD[] =
	"SELECT seq, lower(substr(hex(hash), 1, 16)) FROM events"
	" ORDER BY seq DESC LIMIT 1";

/* Only looked at, never opened. */
static int64_t
wal_bytes(const struct tool *t)
{
	struct buf path = BUF_INIT;
	struct stat st;
	bool there;

	buf_printf(&path, "%s-wal", t->db_path);
	there = stat(path.data, &st) == 0;
	buf_release(&path);
	return there ? (int64_t)st.st_size : 0;
}

static int
read_head(struct tool *t, const char **head, struct err *e)
{
	struct row *row;
	int r = db_one(t->db, SQL_HEAD, NOBIND, &row, e);

	*head = "none";
	if (r == 1) {
		*head = arena_printf(&t->step.mem, "%" PRId64 ":%s",
		    db_int(row, 0), db_text(row, 1));
		db_done(row);
	}
	return r < 0 ? -1 : 0;
}

static int
put_line(struct tool *t, struct cursor *c, struct err *e)
{
	int64_t orders, overdue, queued, dead, held, now = t->now.at;
	const char *head, *line;
	bool ok;

	(void)c;
	if (db_one_int(t->db, SQL_ORDERS, NOBIND, &orders, e) < 0 ||
	    db_one_int(t->db, SQL_OVERDUE, BIND(I(now)), &overdue, e) < 0 ||
	    db_one_int(t->db, SQL_QUEUED, BIND(I(now)), &queued, e) < 0 ||
	    db_one_int(t->db, SQL_DEAD, NOBIND, &dead, e) < 0 ||
	    db_one_int(t->db, SQL_HELD, NOBIND, &held, e) < 0 ||
	    read_head(t, &head, e) < 0)
		return -1;
	ok = overdue == 0 && dead == 0 && now - queued <= MAIL_IS_STOPPED;
	line = arena_printf(&t->step.mem, "%s orders=%" PRId64
	    " unanswered_overdue=%" PRId64 " oldest_queued=%" PRId64 "s dead=%"
	    PRId64 " held=%" PRId64 " chain_head=%s wal=%" PRId64 "\n",
	    ok ? "ok" : "alarm", orders, overdue, now - queued, dead, held,
	    head, wal_bytes(t));
	if (!ok)
		tool_status(t, 1);
	if (!t->quiet)
		tool_text(t, line, strlen(line));
	return 0;
}

void
list_health(struct tool *t)
{
	list_pages(t, put_line);
}
