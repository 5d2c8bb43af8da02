"""foreign.py - the same orders as a shop with other habits would export them,
and the map that brings them back."""
import csv
import os
import sqlite3

import world
from table import Row

MAP = """# The benchmark's shop: ; and decimal comma, other names
decimal comma
"""
NUMBERS = ("shipping", "total", "unit_price")
SAME = """SELECT o.external_ref, o.channel, o.customer, o.email, o.bill_name,
 o.ship_city, o.currency, o.shipping, o.total_given, o.total, l.line, l.sku,
 l.description, l.ordered, l.unit_price, l.amount
 FROM orders AS o JOIN lines AS l ON l.order_id = o.id
 ORDER BY o.external_ref, l.line"""


def export(folder):
    """(file, map) of the orders in the folder."""
    to, named = f"{folder}/foreign.csv", f"{folder}/foreign.map"
    source = f"{folder}/orders.csv"
    if os.path.exists(named) and \
            os.path.getmtime(named) > os.path.getmtime(source):
        return to, named
    with open(source, encoding="utf-8", newline="") as f, \
            open(to, "w", encoding="utf-8", newline="") as out:
        rows = csv.DictReader(f)
        names = rows.fieldnames
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow("Their " + n for n in names)
        for row in rows:
            for n in NUMBERS:
                row[n] = row[n].replace(".", ",")
            writer.writerow(row[n] for n in names)
    with open(named, "w", encoding="utf-8") as out:
        out.write(MAP)
        for n in names:
            more = " | strip \"'\" | values old = new, else = same" \
                if n == "bill_postcode" else ""
            out.write(f"{n} = Their {n}{more}\n")
    return to, named


def must_be_same(*dbs):
    found = []
    for db in dbs:
        with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
            found.append(c.execute(SAME).fetchall())
    if found[0] != found[1] or not found[0]:
        raise world.Failed("a map: not the same work")


def mapped(b):
    """order-receive with a map beside the same orders in our own columns."""
    source, named = export(b.folder)
    row = Row(f"order-receive --map, {b.orders:,} orders of 3 lines",
              "our own columns", "at most", 1.5)
    for i in range(b.repeat):
        db = b.fresh("ours.db", b.before)
        row.ours(world.pipe([["order-receive", "--map", named, source]], db,
                            None), ["order-receive"])
        rival = b.fresh("rival.db", b.before)
        row.rival(world.pipe([["order-receive", b.file]], rival, None))
        if i == 0:
            must_be_same(db, rival)
    return [row]
