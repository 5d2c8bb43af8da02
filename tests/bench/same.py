#!/usr/bin/env python3
"""same.py lean|floor|full OURS RIVAL [OUR_MAILDIR ITS_MAILDIR]

Does a rival do the same work?  Compares what both left behind; prints what
differs and ends with 1 when something does.
"""
import email
import email.policy
import json
import os
import sqlite3
import sys

# What is random, says which program it was, or is compared by its meaning.
VARIES = {"salt", "digest", "hash", "run", "tool", "document"}


def rows(db, sql):
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
        return c.execute(sql).fetchall()


def tables(db):
    return [t for t, in rows(db, "SELECT name FROM sqlite_schema WHERE type ="
                             " 'table' AND name NOT LIKE 'sqlite_%'")]


def columns(db, table):
    return [c for c, in rows(
        db, f"SELECT name FROM pragma_table_info('{table}')")]


def compare(what, ours, rival):
    if ours == rival:
        return []
    for a, b in zip(ours, rival):
        if a != b:
            return [f"{what}: {a!r:.300} / {b!r:.300}"]
    return [f"{what}: {len(ours)} / {len(rival)}"]


def floor(ours, rival):
    """Every table has the same rows, down to the last salt."""
    return [said for t in tables(ours)
            for said in compare(t, rows(ours, f"SELECT * FROM {t}"),
                                rows(rival, f"SELECT * FROM {t}"))]


def events(db):
    """What happened to each order; steps may overlap, so not in one row."""
    return rows(db, "SELECT order_id, kind, at, actor, pinned, detail"
                " FROM events JOIN event_details USING (seq)"
                " WHERE order_id > 0 ORDER BY order_id, seq")


def said_in(document):
    """What templates see: no order of keys, nothing empty."""
    if isinstance(document, dict):
        return {k: said_in(v) for k, v in document.items()
                if v and not k.startswith("has_")}
    if isinstance(document, list):
        return [said_in(v) for v in document]
    return document


def documents(db):
    return [(i, said_in(json.loads(d))) for i, d in rows(
        db, "SELECT id, document FROM messages ORDER BY id")]


def full(ours, rival):
    """The same rows but for what varies; the chain is order-audit's."""
    said = compare("events", events(ours), events(rival))
    said += compare("documents", documents(ours), documents(rival))
    for t in tables(ours):
        if t in ("events", "event_details"):
            continue
        some = ", ".join(c for c in columns(ours, t) if c not in VARIES)
        if t == "message_bytes":        # boundaries differ; see mails()
            some = "message, sender, message_id"
        said += compare(t, *(sorted(rows(db, f"SELECT {some} FROM {t}"),
                                    key=repr) for db in (ours, rival)))
    return said


def lean(ours, rival):
    """The same orders with the same lines, decided alike, from one stock."""
    mine = "SELECT o.external_ref, o.customer, o.email, o.ship_line1," \
        " o.status = 'verified', l.line, l.sku, l.description," \
        " l.{}, l.allocated{} FROM orders AS o JOIN lines AS l" \
        " ON l.order_id = o.id ORDER BY o.id, l.line"
    said = compare("orders and lines",
                   rows(ours, mine.format("ordered / 1000", " / 1000")),
                   rows(rival, mine.format("quantity", "")))
    left = "SELECT sku, {} FROM stock ORDER BY sku"
    return said + compare(
        "stock left", rows(ours, left.format("(on_hand - allocated) / 1000")),
        rows(rival, left.format("on_hand")))


def mail(path):
    """Headers and parts, however they are encoded."""
    with open(path, "rb") as f:
        m = email.message_from_binary_file(f, policy=email.policy.default)
    headers = {k: str(m[k]) for k in m.keys() if k != "Content-Type"}
    return headers, [(p.get_content_type(), p["content-transfer-encoding"],
                      p.get_content()) for p in m.iter_parts()]


def mails(ours, rival):
    names = [sorted(os.listdir(f"{d}/new")) for d in (ours, rival)]
    said = compare("mails", *names)
    if not said:
        said = [x for n in names[0] for x in compare(
            n, mail(f"{ours}/new/{n}"), mail(f"{rival}/new/{n}"))]
    return said[:1]


def main(kind, ours, rival, *maildirs):
    said = {"floor": floor, "full": full, "lean": lean}[kind](ours, rival)
    if maildirs:
        said += mails(*maildirs)
    return said


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    for line in found:
        print(line)
    sys.exit(bool(found))
