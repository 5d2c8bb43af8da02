"""growth.py - the same question in files with few and with many orders."""
import os
import sqlite3

import full
import grow
import world
from table import Row

NEW = 100                               # orders that come in each time


def new_orders(db):
    """A hundred orders nobody has seen, as a file."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
        last, = c.execute("SELECT max(id) FROM orders").fetchone()
    path = os.path.join(world.WORK, "new.csv")
    with open(f"{world.data(NEW)}/orders.csv", encoding="utf-8") as f, \
            open(path, "w", encoding="utf-8") as to:
        to.writelines(line.replace("WEB-", f"NEW-{last}-", 1) for line in f)
    return path


def reference(db):
    """Of an order in the middle."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
        last, = c.execute("SELECT max(id) FROM orders").fetchone()
    return last // 2, full.reference(last // 2)


def point(b, db, ours, rival):
    """One order by its number, many times."""
    order_id, ref = reference(db)
    sql = f"SELECT * FROM orders WHERE id = {order_id}"
    for _ in range(b.repeat * b.point):
        ours.ours(world.pipe([["order-status", ref]], db, None),
                  ["order-status"])
        rival(world.pipe([["sqlite3", "-readonly", db, sql]], db, None))


def start_up(b):
    """order-status REF beside the sqlite3 shell."""
    db = grow.grown(b.grown[-1])
    row = Row(f"one order-status REF, {b.grown[-1]:,} orders in the file",
              "sqlite3 by id", "at most", 1.5)
    point(b, db, row, row.rival)
    return [row]


class Subject:
    """One command at each size; ours is the larger, the rival the smallest."""

    def __init__(self, what, sizes, target=None):
        self.rows = {}
        for size in sizes[1:]:
            last = target is not None and size == sizes[-1]
            self.rows[size] = Row(f"{what}, {size:,} orders in the file",
                                  f"{sizes[0]:,} orders",
                                  "at most" if last else "", target)
        self.first = sizes[0]

    def add(self, size, ran, tool):
        if size == self.first:
            for row in self.rows.values():
                row.rival(ran)
        else:
            self.rows[size].ours(ran, [tool])


def day(size, db, subjects):
    """A hundred orders come in and are answered."""
    records = os.path.join(world.WORK, "records.csv")
    due = os.path.join(world.WORK, "due.csv")
    world.tool(db, "order-receive", new_orders(db), stdout=records)
    world.tool(db, "order-verify", stdin=records, stdout=due)
    world.settle()
    for name, argv, stdin in (
            ("check-stock", ["order-check-stock"], due),
            ("ack", ["order-ack", "--due", "--queue-only"], None),
            ("notify", ["order-notify"], None)):
        out = os.path.join(world.WORK, "answer.csv")
        ran = world.run(argv, db, stdin, out)
        world.check(ran, [argv])
        with open(out, encoding="utf-8") as f:
            handled = len(f.readlines()) - 1
        if handled != NEW:
            raise world.Failed(f"{argv[0]}: {handled} of {NEW} handled")
        subjects[name].add(size, ran, argv[0])


def rows(b):
    stores = {size: grow.grown(size) for size in b.grown}
    subjects = {
        "ack": Subject("order-ack --due, 100 due, mails queued", b.grown, 1.2),
        "notify": Subject("order-notify, 100 queued", b.grown),
        "check-stock": Subject("order-check-stock, 100 new", b.grown),
        "status": Subject("order-status REF", b.grown),
    }
    for _ in range(b.repeat):
        for size, db in stores.items():
            day(size, db, subjects)
    for _ in range(b.repeat * b.point):
        for size, db in stores.items():
            ran = world.pipe([["order-status", reference(db)[1]]], db, None)
            subjects["status"].add(size, ran, "order-status")
    return [row for s in subjects.values() for row in s.rows.values()]
