#!/usr/bin/env python3
"""Does a store keep the promises?  Looks with nothing but SQL.

usage: check.py DATABASE [NUMBER-OF-ORDERS]
Prints each breach; exit status 1 if there is one.
"""
import sqlite3
import sys

# Each row an inquiry returns is a breach.
INQUIRIES = {
    "an order is there twice":
        "SELECT channel, external_ref, count(*) FROM orders"
        " WHERE external_ref <> '' AND status NOT IN ('rejected', 'cancelled')"
        " GROUP BY 1, 2 HAVING count(*) > 1",
    "the numbers have gaps":
        "SELECT max(id), count(*) FROM (SELECT id FROM orders"
        " UNION ALL SELECT order_id FROM archived)"
        " HAVING max(id) <> count(*)",
    "the next number leaves a gap":
        "SELECT seq FROM sqlite_sequence WHERE name = 'orders'"
        " AND seq <> (SELECT count(*) FROM orders)"
        " + (SELECT count(*) FROM archived)",
    "the events have gaps":
        "SELECT max(seq), count(*) FROM events HAVING max(seq) <> count(*)",
    "an order was received twice or never":
        "SELECT o.id, count(e.seq) FROM orders AS o LEFT JOIN events AS e"
        " ON e.order_id = o.id AND e.kind = 'receive'"
        " GROUP BY 1 HAVING count(e.seq) <> 1",
    "an order was acknowledged twice":
        "SELECT order_id, count(*) FROM events WHERE kind = 'acknowledge'"
        " GROUP BY 1 HAVING count(*) > 1",
    "a message is there twice, and nobody sent it again":
        "SELECT m.order_id, m.kind, m.recipient, count(*) FROM messages AS m"
        " WHERE m.kind IN ('receipt', 'acknowledgment', 'rejected')"
        " GROUP BY 1, 2, 3, m.revision HAVING count(*) > 1 + (SELECT count(*)"
        " FROM events AS e WHERE e.order_id = m.order_id"
        " AND e.kind = 'resend')",
    "a confirmed order has no message":
        "SELECT id FROM orders WHERE status = 'confirmed' AND id NOT IN"
        " (SELECT order_id FROM messages WHERE kind = 'acknowledgment')",
    "more is promised than there is":
        "SELECT sku, on_hand, allocated, released FROM stock"
        " WHERE NOT (0 <= released AND released <= allocated"
        " AND allocated <= on_hand)",
    "the ledger does not add up to the stock":
        "SELECT s.sku FROM stock AS s LEFT JOIN stock_ledger AS l"
        " ON l.sku = s.sku GROUP BY s.sku"
        " HAVING s.on_hand <> coalesce(sum(l.on_hand), 0)"
        " OR s.allocated <> coalesce(sum(l.allocated), 0)"
        " OR s.released <> coalesce(sum(l.released), 0)",
    "the lines do not add up to the stock":
        "SELECT s.sku, s.allocated FROM stock AS s"
        " LEFT JOIN lines AS l ON l.item = s.sku GROUP BY s.sku"
        " HAVING s.allocated <> coalesce(sum(l.allocated), 0)",
    "a line is over-filled":
        "SELECT order_id, line FROM lines WHERE cancelled + rejected"
        " + substituted + allocated + backordered + shipped > ordered",
    "an order has no line or no original":
        "SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM lines)"
        " OR id NOT IN (SELECT order_id FROM originals)",
}


def breaches(path, wanted=None):
    found = []
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for name, sql in INQUIRIES.items():
            found += [f"{name}: {row}" for row in db.execute(sql).fetchmany(3)]
        (count,), = db.execute("SELECT count(*) FROM orders")
        if wanted is not None and count != wanted:
            found.append(f"{count} orders, not {wanted}")
        for pragma in "integrity_check", "foreign_key_check":
            rows = db.execute(f"PRAGMA {pragma}").fetchmany(3)
            found += [f"{pragma}: {r}" for r in rows if r != ("ok",)]
    finally:
        db.close()
    return found


if __name__ == "__main__":
    broken = breaches(sys.argv[1],
                      int(sys.argv[2]) if len(sys.argv) > 2 else None)
    print("".join(f"{line}\n" for line in broken), end="")
    sys.exit(1 if broken else 0)
