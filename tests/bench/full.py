#!/usr/bin/env python3
"""full.py STORE ORDERS.CSV [MAILDIR]: the four steps in one good script.

Writes what order-receive, order-verify, order-check-stock and order-ack leave
in an order database: the same rows, the same chain of events, the same stock
ledger, the same messages; with MAILDIR also the same mails, handed over as
durably.  One pass, each row written once, 1,000 orders a transaction.  Orders
with anything to ask or to wait for are beyond it.
"""
import csv
import datetime
import decimal
import hashlib
import json
import os
import sqlite3
import struct
import sys

import full_mail

BATCH = 1000
NONE = -2 ** 63                         # an amount that is not there
NOW = datetime.datetime.fromisoformat(os.environ["ORDER_NOW"]) \
    if "ORDER_NOW" in os.environ else datetime.datetime.now(datetime.UTC)
AT = int(NOW.timestamp())
ACTOR = os.environ.get("ORDER_ACTOR", "full")

ADDRESS = "name line1 line2 city region postcode country".split()
TEXTS = ["external_ref", "channel", "customer", "customer_name", "email",
         "phone", *("bill_" + a for a in ADDRESS),
         *("ship_" + a for a in ADDRESS), "payment_method", "payment_terms",
         "payment_token", "payment_last4", "currency", "requested_on",
         "language", "instructions"]
AMOUNTS = "discount shipping tax total".split()

INT = struct.Struct(">q").pack


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text(value):
    return value.encode() + b"\0"


def scaled(value, places):
    """A decimal number in units of 10^-places; an int."""
    n = decimal.Decimal(value).scaleb(places)
    if n != int(n):
        sys.exit(f"{value}: too many decimals")
    return int(n)


def reference(order_id):
    """SO-00000001-1: ISO 7064 MOD 11,10."""
    digits = f"{order_id:08d}"
    p = 10
    for d in digits:
        p = ((p + int(d)) % 10 or 10) * 2 % 11
    return f"SO-{digits}-{(11 - p) % 10}"


def workday(day, days):
    """So many working days after the next working day."""
    while day.weekday() > 4 or days > 0:
        days -= day.weekday() <= 4
        day += datetime.timedelta(1)
        if days < 0:
            break
    while day.weekday() > 4:
        day += datetime.timedelta(1)
    return day


class Line:
    def __init__(self, number, row):
        self.number = int(row.get("line") or number)
        self.sku = row["sku"]
        self.description = row.get("description", "")
        self.unit = row.get("unit", "")
        self.instructions = row.get("line_instructions", "")
        self.quantity = scaled(row["quantity"], 3)
        self.price = scaled(row["unit_price"], 6)
        self.amount = (self.quantity * self.price + 5_000_000) // 10_000_000


class Order:
    def __init__(self, source_line):
        self.source_line = source_line
        self.rows = []
        self.raw = []

    def finish(self, order_id):
        """All that is known of an order when its last row was read."""
        first = self.rows[0]
        self.id = order_id
        self.ref = reference(order_id)
        self.text = {c: first.get(c, "") for c in TEXTS}
        self.lines = [Line(n, r) for n, r in enumerate(self.rows, 1)]
        given = [first.get(c, "") for c in AMOUNTS]
        exact = [scaled(g, 4) if g else NONE for g in given]
        self.amounts = [None if a == NONE else a // 100 for a in exact]
        discount, shipping, tax, _ = (a or 0 for a in self.amounts)
        self.subtotal = sum(line.amount for line in self.lines)
        self.total = self.subtotal - discount + shipping + tax
        self.raw = "".join(self.raw).encode()
        self.sha256 = sha256(self.raw)
        self.content = sha256(
            *(text(self.text[c]) for c in TEXTS), *map(INT, exact),
            *(part for line in self.lines for part in (
                INT(line.number), text(line.sku), text(line.description),
                text(line.unit), text(line.instructions), INT(line.quantity),
                INT(line.price))), text(""))
        self.twin = int.from_bytes(sha256(*sorted(
            sha256(text(line.sku), INT(line.quantity))
            for line in self.lines))[:8], "big") & 2 ** 63 - 1


class Recorder:
    """Hands the lines of a file to the csv module and remembers them."""

    def __init__(self, f):
        self.f = f
        self.lines = []
        self.number = 0

    def __iter__(self):
        for line in self.f:
            self.number += 1
            self.lines.append(line)
            yield line

    def take(self):
        lines, self.lines = self.lines, []
        return lines


def read_orders(path):
    with open(path, newline="", encoding="utf-8") as f:
        recorder = Recorder(f)
        reader = csv.DictReader(recorder)
        order, before = None, 0
        for row in reader:
            if before == 0:             # the header came along
                before = 1
                del recorder.lines[0]
            if row["external_ref"]:
                if order:
                    yield order
                order = Order(before + 1)
            order.rows.append(row)
            order.raw += recorder.take()
            before = recorder.number
        if order:
            yield order


def insert(table, n):
    return f"INSERT INTO {table} VALUES (?{', ?' * (n - 1)})"


def insert_some(table, columns):
    return (f"INSERT INTO {table} ({columns}) VALUES "
            f"(?{', ?' * columns.count(',')})")


LEDGER = insert_some("stock_ledger", """order_id, line, kind, seq, sku,
on_hand, allocated, released, at, reason""")

ORDER = insert_some("orders", f"""id, ref, received_at, {', '.join(TEXTS)},
currency_given, exponent, discount, shipping, tax, total_given, total, extra,
account, twin, status, stock_revision, ack, ack_revision, ack_due_at,
decided_at, processing_on, delivery_on, first_processing_on,
first_delivery_on""")
LINE = insert_some("lines", """order_id, line, sku, item, description, unit,
unit_price, price_given, amount, line_instructions, ordered, allocated,
promised_on, first_promised_on""")
MESSAGE = insert_some("messages", """id, order_id, revision, kind, recipient,
seq, state, code, language, document, queued_at, next_try_at""")


class Shop:
    def __init__(self, store, maildir):
        db = self.db = sqlite3.connect(store, isolation_level=None)
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA foreign_keys=ON")
        self.maildir = maildir
        self.run = int.from_bytes(os.urandom(8), "big", signed=True)
        self.policy = dict(db.execute("SELECT name, value FROM policy"))
        self.customers = {c[0]: c for c in db.execute(
            "SELECT customer, name, status, email FROM customers")}
        self.items = {i[0]: i for i in db.execute(
            "SELECT sku, unit_price, status FROM items")}
        self.stock = dict(db.execute(
            "SELECT sku, on_hand - allocated FROM stock"))
        self.seq, self.chain = db.execute(
            "SELECT seq, hash FROM events ORDER BY seq DESC").fetchone()
        self.last = [db.execute(f"SELECT coalesce(max(id), 0) FROM {t}")
                     .fetchone()[0] for t in ("orders", "messages")]
        today = NOW.date() + datetime.timedelta(NOW.hour >= 14)
        self.out = workday(today, 1)
        self.there = workday(self.out, 3)
        self.events, self.details = [], []

    def event(self, order_id, kind, tool, detail):
        salt = os.urandom(16)
        digest = sha256(salt, text(ACTOR), text(tool), INT(1), text(detail))
        self.seq += 1
        self.chain = sha256(self.chain, INT(self.seq), INT(order_id),
                            text(kind), INT(AT), digest)
        self.events.append((self.seq, order_id, kind, AT, digest, self.chain))
        self.details.append((self.seq, salt, ACTOR, tool, 1, detail))

    def write_events(self):
        self.db.executemany(insert("events", 6), self.events)
        self.db.executemany(insert("event_details", 6), self.details)
        self.events.clear()
        self.details.clear()

    def verify(self, o):
        customer = self.customers.get(o.text["customer"])
        if not customer or customer[2] != "active":
            sys.exit(f"{o.ref}: a customer to ask about")
        for line in o.lines:
            item = self.items.get(line.sku)
            if not item or item[2] != "active" or item[1] != line.price:
                sys.exit(f"{o.ref}: an item to ask about")
        if o.amounts[3] is not None and o.amounts[3] != o.total:
            sys.exit(f"{o.ref}: does not add up")

    def reserve(self, o):
        for line in o.lines:
            self.stock[line.sku] -= line.quantity
            if self.stock[line.sku] < 0:
                sys.exit(f"{o.ref}: has to wait")

    def record(self, batch, source):
        """The rows of a batch, each once."""
        db = self.db
        out, there = self.out.isoformat(), self.there.isoformat()
        moved = {}
        orders, lines, ledger, messages = [], [], [], []
        for o in batch:
            t = o.text
            orders.append((
                o.id, o.ref, AT, *t.values(), t["currency"] != "", 2,
                *o.amounts, o.total, "", t["customer"], o.twin, "confirmed",
                1, "accepted", 1, AT + 86400, AT, out, there, out, there))
            for line in o.lines:
                lines.append((
                    o.id, line.number, line.sku, line.sku, line.description,
                    line.unit, line.price, 1, line.amount, line.instructions,
                    line.quantity, line.quantity, there, there))
                ledger.append((o.id, line.number, "allocate", 1, line.sku, 0,
                               line.quantity, 0, AT, ""))
                moved[line.sku] = moved.get(line.sku, 0) + line.quantity
            messages.append((
                o.message, o.id, 1, "acknowledgment", t["email"], 1, "queued",
                "AP", "en", json.dumps(o.document, ensure_ascii=False,
                                       separators=(",", ":")), AT, AT))
            self.event(o.id, "receive", "full-receive 1.0",
                       f'{{"source":"{source}","source_line":{o.source_line},'
                       f'"sha256":"{o.sha256.hex()}"}}')
            self.event(o.id, "verify", "full-verify 1.0", "{}")
            self.event(o.id, "allocate", "full-stock 1.0", "{}")
            self.event(o.id, "acknowledge", "full-ack 1.0", '{"code":"AP"}')
            self.event(o.id, "message", "full-ack 1.0",
                       f'{{"message":{o.message},"kind":"acknowledgment",'
                       '"recipient-known":"true","state":"queued"}')
        db.executemany(ORDER, orders)
        db.executemany(LINE, lines)
        db.executemany(insert("order_keys", 5), [
            (o.text["channel"], o.text["external_ref"], o.content, o.id, 1)
            for o in batch])
        db.executemany(insert("originals", 9), [
            (o.id, 1, AT, source, o.source_line, "csv", self.run, o.sha256, o.raw)
            for o in batch])
        db.executemany(LEDGER, ledger)
        db.executemany("UPDATE stock SET allocated = allocated + ?"
                       " WHERE sku = ?", [(n, s) for s, n in moved.items()])
        db.executemany(MESSAGE, messages)
        self.write_events()

    def work(self, batch, source):
        for o in batch:
            self.verify(o)
            self.reserve(o)
            o.document = full_mail.document(
                o, self.policy, NOW.date(), self.out, self.there)
        self.db.execute("BEGIN IMMEDIATE")
        self.record(batch, source)
        self.db.execute("COMMIT")
        if self.maildir:
            self.send(batch)

    def send(self, batch):
        """Compose and keep all, then hand each over and mark it."""
        db = self.db
        sender = self.policy["mail_from"]
        mails = [full_mail.compose(o, self.policy, NOW) for o in batch]
        db.execute("BEGIN IMMEDIATE")
        db.executemany(insert("message_bytes", 4), [
            (o.message, sender, mail_id, data)
            for o, (mail_id, data) in zip(batch, mails)])
        db.execute("COMMIT")
        for o, (mail_id, data) in zip(batch, mails):
            full_mail.deliver(self.maildir, mail_id, data)
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE messages SET state = 'sent', sent_at = ?1,"
                       " tried_at = ?1, attempts = attempts + 1"
                       " WHERE id = ?2", (AT, o.message))
            db.execute("UPDATE orders SET answered_at = ?"
                       " WHERE id = ? AND answered_at IS NULL", (AT, o.id))
            self.event(o.id, "sent", "full-ack 1.0",
                       f'{{"message":{o.message},"kind":"acknowledgment"}}')
            self.write_events()
            db.execute("COMMIT")


def main(store, path, maildir=None):
    shop = Shop(store, maildir)
    order_id, message = shop.last
    batch = []
    for n, o in enumerate(read_orders(path), 1):
        o.finish(order_id + n)
        o.message = message + n
        batch.append(o)
        if len(batch) == BATCH:
            shop.work(batch, path)
            batch = []
    if batch:
        shop.work(batch, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
