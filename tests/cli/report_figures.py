#!/usr/bin/env python3
"""report_figures.py - every figure of order-report, counted anew.

usage: report_figures.py DATABASE FROM TO ZONE NOW ACK-HOURS REVIEW-DAYS
           [archive] < CSV

Reads the public views only (order-db(5)) and counts by itself, by SQL that is
unlike the tool's.  Every row of the CSV must be expected, and every figure
expected must be there.  An archive has no movements, and needs no review.
"""
import csv
import datetime
import fractions
import math
import sqlite3
import sys
import zoneinfo

path, first, last, zone, now, ack_hours, review_days = sys.argv[1:8]
archive = sys.argv[8:] == ["archive"]
tz = zoneinfo.ZoneInfo(zone)
db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
one = datetime.timedelta(days=1)


def parse(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


def local(text):
    return parse(text).astimezone(tz).date().isoformat()


def midnight(date, later=0):
    d = datetime.date.fromisoformat(date) + later * one
    return datetime.datetime(d.year, d.month, d.day, tzinfo=tz).astimezone(
        datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes(since, until):
    m = max(0, int((parse(until) - parse(since)).total_seconds()) // 60)
    return m if m < 100 * 1440 else m // 1440 * 1440


db.create_function("local_day", 1, local)
db.create_function("minutes", 2, minutes)
begin, end = midnight(first), midnight(last, 1)
today = local(now)
db.execute("CREATE TEMP VIEW o AS SELECT * FROM v_orders WHERE received_at"
           f" >= '{begin}' AND received_at < '{end}'")
want = {}


def put(section, name, value, unit="count", key="", sub="", part="", whole=""):
    at = (section, name, key, sub)
    assert at not in want, at
    want[at] = ("" if value is None else str(value), unit, str(part),
                str(whole))


def number(sql, *args):
    return db.execute(sql, args).fetchone()[0]


def count(section, name, sql, *args):
    put(section, name, number(sql, *args))


def by_key(section, name, sql, unit="count"):
    for row in db.execute(sql).fetchall():
        put(section, name, row[-1], unit, *row[:-1])


def plain(x):
    return str(int(x)) if x == int(x) else f"{float(x):.3f}".rstrip("0")


def share(section, name, part, whole, key=""):
    part, whole = (fractions.Fraction(str(x or 0)) for x in (part, whole))
    if whole == 0:
        put(section, name, None, "percent", key, "", 0, 0)
        return
    tenths = math.floor(part / whole * 1000 + fractions.Fraction(1, 2))
    if part < whole:
        tenths = min(tenths, 999)
    if part > 0:
        tenths = max(tenths, 1)
    put(section, name, f"{tenths // 10}.{tenths % 10}", "percent", key, "",
        plain(part), plain(whole))


def spread(section, name, values, key="", tail=True):
    values = sorted(v for v, in values)
    for label, p in (("median", 50), ("p95", 95)) if tail else \
            (("median", 50),):
        put(section, f"{name}_minutes_{label}",
            values[math.ceil(len(values) * p / 100) - 1] if values else None,
            "minutes", key)


# ---- report, orders
for name, value in (("company", number(
        "SELECT coalesce(max(json_extract(detail, '$.new')), '') FROM v_events"
        " WHERE kind = 'policy' AND json_extract(detail, '$.field') ="
        " 'company_name'")), ("from", first), ("to", last),
        ("timezone", zone), ("as_of", now)):
    put("report", name, value, "text")
put("report", "ack_hours", ack_hours)
count("orders", "orders", "SELECT count(*) FROM o")
count("orders", "lines",
      "SELECT count(*) FROM v_lines WHERE order_id IN (SELECT id FROM o)")
count("orders", "changed", "SELECT count(*) FROM o WHERE revision > 1")
for status in ("received", "verified", "confirmed", "released", "completed",
               "rejected", "cancelled"):
    put("orders", "by_status", number(
        "SELECT count(*) FROM o WHERE status = ?", status), key=status)
everything = number("SELECT count(*) FROM o")
for channel, n in db.execute("SELECT channel, count(*) FROM o GROUP BY 1"):
    share("orders", "by_channel", n, everything, channel)
by_key("orders", "by_day", "SELECT local_day(received_at), channel, count(*)"
       " FROM o GROUP BY 1, 2")
by_key("orders", "by_month", "SELECT substr(local_day(received_at), 1, 7),"
       " channel, count(*) FROM o GROUP BY 1, 2")
live = "o WHERE status NOT IN ('rejected', 'cancelled')"
digits = {c: len(t.partition(".")[2]) for c, t in db.execute(
    "SELECT currency, max(total) FROM o WHERE total <> '' GROUP BY 1")}
for currency, minor in db.execute(
        f"SELECT currency, sum(total_minor) FROM {live} AND total <> ''"
        " GROUP BY 1"):
    d = digits[currency]
    put("orders", "value", f"{minor // 10 ** d}" + (
        f".{minor % 10 ** d:0{d}}" if d else ""), "amount", currency)
count("orders", "without_total", f"SELECT count(*) FROM {live}"
      " AND total_minor IS NULL")

# ---- rejects
rejects = f"v_rejects WHERE at >= '{begin}' AND at < '{end}'"
count("rejects", "rejects", f"SELECT count(*) FROM {rejects}")
count("rejects", "open", f"SELECT count(*) FROM {rejects} AND closed_at = ''")
by_key("rejects", "by_error", "SELECT error_code,"
       " CASE channel WHEN '' THEN '(none)' ELSE channel END, count(*)"
       f" FROM {rejects} GROUP BY 1, 2")

# ---- holds
db.execute("CREATE TEMP VIEW h AS SELECT v.* FROM o JOIN v_holds AS v"
           " ON v.order_id = o.id")
by_key("holds", "opened", "SELECT hold, count(*) FROM h GROUP BY 1")
by_key("holds", "open", "SELECT hold, sum(closed_at = '') FROM h GROUP BY 1")
for hold, since in db.execute("SELECT hold, min(CASE closed_at WHEN '' THEN"
                              " opened_at END) FROM h GROUP BY 1").fetchall():
    put("holds", "oldest_minutes", None if since is None else
        int((parse(now) - parse(since)).total_seconds()) // 60, "minutes",
        hold)
    spread("holds", "took", db.execute(
        "SELECT minutes(opened_at, closed_at) FROM h WHERE closed_at <> ''"
        " AND hold = ?", (hold,)), hold, False)
spread("holds", "clarification", db.execute(
    "SELECT minutes(opened_at, closed_at) FROM h WHERE closed_at <> ''"
    " AND hold <> 'stock'"))
touched = number("""SELECT json_group_array(id) FROM o WHERE
    EXISTS (SELECT 1 FROM h WHERE h.order_id = o.id AND hold <> 'stock')
    OR EXISTS (SELECT 1 FROM v_events AS v WHERE v.order_id = o.id
        AND v.kind IN ('resolve', 'release', 'line-cancelled', 'told',
        'resend', 'mail-retry', 'mail-cancelled', 'reply', 'short-close',
        'reopen'))""")
through = "status IN ('confirmed', 'released', 'completed')"
share("holds", "touchless", number(
    f"SELECT count(*) FROM o WHERE {through} AND id NOT IN"
    " (SELECT value FROM json_each(?))", touched), number(
    f"SELECT count(*) FROM o WHERE {through} OR status = 'rejected' OR"
    " (status <> 'cancelled' AND id IN (SELECT value FROM json_each(?)))",
    touched))
found = "v_findings AS v WHERE v.order_id IN (SELECT id FROM o)"
by_key("holds", "rule_hits", "SELECT rule, count(DISTINCT order_id)"
       f" FROM {found} GROUP BY 1")
by_key("holds", "rule_answered", "SELECT rule, count(DISTINCT CASE waived"
       f" WHEN 1 THEN order_id END) FROM {found} GROUP BY 1")
by_key("holds", "answers", "SELECT actor, coalesce(json_extract("
       "nullif(detail, ''), '$.answer'), ''), count(*) FROM v_events WHERE kind = 'resolve' AND order_id IN"
       " (SELECT id FROM o) GROUP BY 1, 2")

# ---- stock
db.execute("""CREATE TEMP TABLE checked AS SELECT order_id, min(at) AS at FROM (
    SELECT order_id, at FROM v_events WHERE kind = 'allocate'
    UNION ALL SELECT order_id, opened_at FROM v_holds WHERE hold = 'stock')
    GROUP BY 1""")
at_once = db.execute("""SELECT l.quantity, min(l.quantity, coalesce((
    SELECT sum(m.allocated) FROM v_movements AS m WHERE m.kind = 'allocate'
    AND m.order_id = l.order_id AND m.line = l.line AND m.at = c.at), 0))
    FROM v_lines AS l JOIN checked AS c USING (order_id) JOIN o ON o.id =
    l.order_id WHERE o.revision = 1 AND l.instead_of = 0""").fetchall()
if not archive:
    share("stock", "lines_at_once", sum(a == b for a, b in at_once),
          len(at_once))
    share("stock", "quantity_at_once", sum(b for a, b in at_once),
          sum(a for a, b in at_once))
waiting = "v_lines AS l JOIN o ON o.id = l.order_id WHERE l.backordered > 0"
count("stock", "backordered", f"SELECT count(*) FROM {waiting}")
count("stock", "without_date",
      f"SELECT count(*) FROM {waiting} AND l.backorder_on = ''")
ages = [(parse(now) - parse(t)).total_seconds() for t, in db.execute(
    f"SELECT o.received_at FROM {waiting}")]
low = -math.inf
for name, days in (("under a week", 7), ("1 to 4 weeks", 28),
                   ("4 to 13 weeks", 91), ("over 13 weeks", math.inf)):
    put("stock", "backorder_age",
        sum(low <= a < days * 86400 for a in ages), key=name)
    low = days * 86400
spread("stock", "backorder_age", db.execute(
    f"SELECT minutes(o.received_at, ?) FROM {waiting}", (now,)), "", False)
put("stock", "oldest_minutes", int(max(ages)) // 60 if ages else None,
    "minutes")

# ---- ack
db.execute("""CREATE TEMP TABLE answer AS SELECT o.id, o.received_at, o.status,
    (SELECT min(m.sent_at) FROM v_messages AS m WHERE m.order_id = o.id
    AND m.sent_at <> '' AND m.kind IN ('receipt', 'acknowledgment',
    'rejected', 'cancelled')) AS at, CAST(round((julianday(?) -
    julianday(o.received_at)) * 86400) AS INTEGER) AS age FROM o""", (now,))
db.execute("""ALTER TABLE answer ADD COLUMN took AS (CAST(round((julianday(at)
    - julianday(received_at)) * 86400) AS INTEGER))""")
limit = int(ack_hours) * 3600
in_time = number("SELECT count(*) FROM answer WHERE took <= ?", limit)
late = number("SELECT count(*) FROM answer WHERE took > ?", limit)
open_ = "SELECT count(*) FROM answer WHERE at IS NULL AND status"
overdue = number(f"{open_} <> 'cancelled' AND age > ?", limit)
share("ack", "in_time", in_time, in_time + late + overdue)
put("ack", "late", late)
put("ack", "overdue", overdue)
put("ack", "waiting", number(f"{open_} <> 'cancelled' AND age <= ?", limit))
put("ack", "withdrawn", number(f"{open_} = 'cancelled'"))
spread("ack", "answer", db.execute(
    "SELECT minutes(received_at, at) FROM answer WHERE at IS NOT NULL"))
spread("ack", "decision", db.execute(
    "SELECT minutes(received_at, decided_at) FROM o WHERE decided_at <> ''"))
by_key("ack", "by_answer", "SELECT ack, count(*) FROM o GROUP BY 1")

# ---- delivery, inquiries
shipped = """v_shipments AS s JOIN o ON o.id = s.order_id"""
there = "coalesce(nullif(s.delivered_on, ''), s.due_on)"
count("delivery", "shipped_lines", f"SELECT count(*) FROM {shipped}")
for name, on in (("on_time", "promised_on"),
                 ("on_time_first", "first_promised_on")):
    share("delivery", name, *db.execute(
        f"SELECT count(*) FILTER (WHERE {there} <= s.{on}), count(*)"
        f" FROM {shipped} WHERE s.{on} <> ''").fetchone())
count("delivery", "overdue_lines", f"""SELECT count(*) FROM v_lines AS l
    JOIN o ON o.id = l.order_id AND o.{through} WHERE l.promised_on <> ''
    AND l.promised_on < ? AND l.quantity > l.cancelled + l.rejected +
    l.substituted + l.shipped""", today)
count("delivery", "delays", "SELECT count(*) FROM v_events WHERE kind ="
      " 'delay' AND order_id IN (SELECT id FROM o)")
count("delivery", "returned_lines", "SELECT count(*) FROM v_lines WHERE"
      " returned > 0 AND order_id IN (SELECT id FROM o)")
asked = "v_inquiries WHERE order_id IN (SELECT id FROM o)"
count("inquiries", "inquiries", f"SELECT count(*) FROM {asked}")
count("inquiries", "open", f"SELECT count(*) FROM {asked} AND answered_at = ''")
spread("inquiries", "reply", db.execute(
    f"SELECT minutes(at, answered_at) FROM {asked} AND answered_at <> ''"))

# ---- record
moved = """v_archived AS a WHERE EXISTS (SELECT 1 FROM v_events AS v WHERE
    v.order_id = a.order_id AND v.kind = 'receive' AND v.at >= '%s' AND
    v.at < '%s')""" % (begin, end)
count("record", "archived", f"SELECT count(*) FROM {moved}")
by_key("record", "archived_in", f"SELECT archive, count(*) FROM {moved}"
       " GROUP BY 1")
review = db.execute("SELECT at, by, note FROM v_reviews ORDER BY id DESC"
                    " LIMIT 1").fetchone() or ("", "", "")
began = review[0] or number("SELECT coalesce((SELECT at FROM v_events"
                            " ORDER BY seq LIMIT 1), '')")
due = "" if archive else began and (datetime.date.fromisoformat(local(began)) +
                 int(review_days) * one).isoformat()
for name, value in (("reviewed_on", review[0] and local(review[0])),
                    ("reviewed_by", review[1]), ("reviewed_note", review[2]),
                    ("review_due_on", due)):
    put("record", name, value, "text")
put("record", "review_overdue", int("" < due < today))

# ---- compare
got = {(r["section"], r["figure"], r["key"], r["subkey"]):
       (r["value"], r["unit"], r["part"], r["whole"])
       for r in csv.DictReader(sys.stdin)}
wrong = 0
for at in sorted(want.keys() | got.keys()):
    if want.get(at) != got.get(at):
        wrong += 1
        print(*at, "is", got.get(at), "but should be", want.get(at))
print(f"{len(got)} figures, {wrong} wrong")
sys.exit(wrong > 0 or len(got) < 50)
