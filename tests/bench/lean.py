#!/usr/bin/env python3
"""lean.py STORE ORDERS.CSV: what a good admin writes in an hour.

Takes orders in, looks customers and items up, takes stock, sets the status:
one transaction, no audit, no ledger, no rules.  STORE was made by lean.sql.
"""
import csv
import sqlite3
import sys

COLUMNS = """external_ref channel customer customer_name email phone bill_name
bill_line1 bill_city bill_postcode bill_country ship_name ship_line1 ship_city
ship_postcode ship_country payment_method currency shipping total
instructions""".split()

ORDER = f"INSERT INTO orders VALUES (NULL{', ?' * (len(COLUMNS) + 1)})"
LINE = "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


def read_orders(f):
    """(order, lines) of each order; a row without a reference goes on."""
    order, lines = None, []
    for row in csv.DictReader(f):
        if row["external_ref"]:
            if order:
                yield order, lines
            order, lines = row, []
        lines.append(row)
    if order:
        yield order, lines


def take(db, sku, wanted):
    """What there is, up to wanted, is not in stock any more."""
    on_hand, = db.execute("SELECT on_hand FROM stock WHERE sku = ?",
                          (sku,)).fetchone() or (0,)
    taken = min(on_hand, wanted)
    db.execute("UPDATE stock SET on_hand = on_hand - ? WHERE sku = ?",
               (taken, sku))
    return taken


def main(store, path):
    db = sqlite3.connect(store, isolation_level=None)
    customers = {c for c, in db.execute("SELECT customer FROM customers")}
    items = {i for i, in db.execute("SELECT sku FROM items")}
    db.execute("BEGIN")
    with open(path, newline="", encoding="utf-8") as f:
        for order, lines in read_orders(f):
            known = order["customer"] in customers and all(
                line["sku"] in items for line in lines)
            status = "verified" if known else "held"
            order_id = db.execute(
                ORDER, [order[c] for c in COLUMNS] + [status]).lastrowid
            rows = []
            for n, line in enumerate(lines, 1):
                quantity = int(line["quantity"])
                taken = take(db, line["sku"], quantity) if known else 0
                rows.append((order_id, n, line["sku"], line["description"],
                             quantity, line["unit"], line["unit_price"],
                             taken))
            db.executemany(LINE, rows)
    db.execute("COMMIT")


if __name__ == "__main__":
    main(*sys.argv[1:])
