"""grow.py - stores with very many orders, made quickly.

A thousand orders go through the tools; whole sets of SQL copy them under new
numbers, an hour earlier each time.  The tools work on it as on any store;
only the chain of events is not one.  Kept and used again until the schema,
the generator or this file changes.
"""
import glob
import hashlib
import os
import sqlite3

import full
import generate
import world

SEED = 1000
HOUR = 3600

INSTANTS = {"received_at", "ack_due_at", "answered_at", "decided_at", "at",
            "queued_at", "tried_at", "next_try_at", "sent_at"}

# table, which of its rows, in the order they are to lie
TABLES = [("orders", "id > 0", "id"), ("lines", "order_id > 0",
                                       "order_id, line"),
          ("order_keys", "order_id > 0", "channel, external_ref"),
          ("originals", "order_id > 0", "order_id"),
          ("stock_ledger", "order_id > 0", "order_id, line"),
          ("messages", "id > 0", "id"),
          ("events", "order_id > 0", "seq"),
          ("event_details", "seq >= :first_event", "seq")]


def shifted(table, column):
    """The column of copy k, as SQL."""
    if column == "order_id" or (table, column) == ("orders", "id"):
        return f"{column} + k * :orders"
    if (table, column) == ("stock_ledger", "id"):
        return "NULL"
    if (table, column) == ("messages", "id"):
        return "id + k * :messages"
    if column == "seq" and table in ("events", "event_details"):
        return "seq + k * :events"
    if column == "ref":
        return "reference(id + k * :orders)"
    if column == "external_ref":
        return "external_ref || '-' || k"
    if column in INSTANTS:
        return f"{column} - (:copies - k) * {HOUR}"
    if column == "document":
        return "'{}'"
    return column


def copy_rows(db, counts):
    for table, which, order in TABLES:
        names = [c for c, in db.execute(
            "SELECT name FROM pragma_table_info(?)", (table,))]
        values = ", ".join(shifted(table, c) for c in names)
        db.execute(f"""
            WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL
                SELECT k + 1 FROM n WHERE k < :copies)
            INSERT INTO {table} ({', '.join(names)})
            SELECT {values} FROM n CROSS JOIN
                (SELECT * FROM {table} WHERE {which})
            ORDER BY k, {order}""", counts)


def seed_store(path):
    """A thousand acknowledged orders whose mails are out."""
    world.make_store(path, SEED)
    stock = path + ".csv"
    with open(f"{world.data(SEED)}/stock.csv", encoding="utf-8") as f, \
            open(stock, "w", encoding="utf-8") as to:
        to.write(f.readline())
        to.writelines(line.split(",")[0] + ",100000000\n" for line in f)
    world.tool(path, "order-load", "-q", "stock", stock)
    world.pipe([["order-receive", f"{world.data(SEED)}/orders.csv"],
                ["order-verify"], ["order-check-stock"],
                ["order-ack", "--queue-only"]], path, None)


def grow(path, norders):
    seed_store(path)
    db = sqlite3.connect(path, isolation_level=None)
    db.create_function("reference", 1, full.reference, deterministic=True)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000",
                   "foreign_keys=OFF"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("UPDATE messages SET state = 'sent', attempts = 1,"
               " tried_at = queued_at, sent_at = queued_at")
    db.execute("UPDATE orders SET answered_at = received_at")
    first, last = db.execute("SELECT min(seq), max(seq) FROM events"
                             " WHERE order_id > 0").fetchone()
    copies = max(norders // SEED - 1, 0)
    db.execute("BEGIN")
    copy_rows(db, dict(copies=copies, orders=SEED, messages=SEED,
                       events=last - first + 1, first_event=first))
    db.execute("UPDATE stock SET allocated = allocated * ?", (copies + 1,))
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode=WAL").fetchall()
    db.close()


def version():
    """Changes with whatever a grown store is made from."""
    h = hashlib.sha256()
    sources = glob.glob(f"{world.HERE}/../../lib/db/schema/*.sql")
    for path in [__file__, generate.__file__, *sorted(sources)]:
        with open(path, "rb") as f:
            h.update(f.read())
    return h.hexdigest()[:8]


def grown(norders):
    """The store with so many orders; what is done to it stays."""
    path = os.path.join(world.WORK, f"grown-{norders}-{version()}.db")
    if not os.path.exists(path):
        for old in glob.glob(f"{world.WORK}/grown-{norders}-*.db"):
            world.remove_store(old)
        making = os.path.join(world.WORK, "growing.db")
        grow(making, norders)
        os.rename(making, path)
    world.clear_mail(path)
    # the same orders come in again and again
    world.tool(path, "order-config", "-q", "rule.duplicate=off",
               f"mail_command=maildir:{path}-mail")
    return path
