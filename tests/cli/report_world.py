#!/usr/bin/env python3
"""report_world.py - orders of two years that never were, for the report.

usage: report_world.py DATABASE ORDERS SEED LAST-DAY

Fills a new database with rows as the tools leave them, of every kind that
order-report looks at, spread over the two years before LAST-DAY (as of noon
UTC) and with every edge the figures have: orders without answer, on the last
and first second of a day, changed, cancelled, with substitutes, with amounts
of 0 and 3 decimals, shipments without promise.  What they say is random; that
they belong together is not: order-audit would find much to complain of.
"""
import datetime
import json
import random
import sqlite3
import sys

DAY = 86400
STATUSES = ["received", "verified", "confirmed", "released", "completed",
            "rejected", "cancelled"]
RULES = ["price-list", "phone-matches", "item-known", "bill-matches"]
HOLDS = ["price", "stock", "consent", "address", "item", "manual", "credit"]
ANSWERS = ["accepted", "waived", "corrected", "confirmed"]
ERRORS = ["not-a-number", "missing", "not-a-date", "card-number"]
PEOPLE = ["ada", "ben", "cleo <c@x>", "dora"]
CURRENCIES = [("EUR", 2)] * 6 + [("JPY", 0), ("JOD", 3), ("USD", 2)]


def day(at):
    return datetime.datetime.fromtimestamp(
        at, datetime.timezone.utc).date().isoformat()


class World:
    def __init__(self, path, seed, last):
        self.db = sqlite3.connect(path)
        self.r = random.Random(seed)
        self.now = int(datetime.datetime.fromisoformat(
            last + "T12:00:00+00:00").timestamp())
        self.seq = self.db.execute(
            "SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
        self.held = set()

    def put(self, table, **row):
        return self.db.execute(
            f"INSERT INTO {table} ({', '.join(row)})"
            f" VALUES ({', '.join('?' * len(row))})",
            list(row.values())).lastrowid

    def chance(self, share):
        return self.r.random() < share

    def event(self, order, kind, at, detail="{}", actor="cron"):
        self.seq += 1
        self.put("events", seq=self.seq, order_id=order, kind=kind, at=at,
                 digest=b"", hash=b"")
        if detail is not None:
            self.put("event_details", seq=self.seq, salt=b"", actor=actor,
                     tool="world", pinned=0, detail=detail)

    def order(self, number, at):
        r = self.r
        status = r.choices(STATUSES, [3, 1, 6, 8, 70, 4, 5])[0]
        if at < self.now - 60 * DAY and status in STATUSES[:4]:
            status = "completed" if self.chance(.9) else status
        currency, exponent = r.choice(CURRENCIES)
        answered = None if self.chance(.03) else \
            at + int(r.expovariate(1 / (5 * 3600)))
        decided = None if status == "received" else \
            at + int(r.expovariate(1 / (9 * 3600)))
        revision = 2 if self.chance(.04) else 1
        blank = {c: "" for c in (
            "external_ref customer customer_name email phone payment_method"
            " payment_terms payment_token payment_last4 requested_on language"
            " instructions extra").split()}
        for who in ("bill", "ship"):
            for part in "name line1 line2 city region postcode country".split():
                blank[f"{who}_{part}"] = ""
        self.put("orders", id=number, ref=f"SO-{number:08}-0",
                 channel=r.choices(["email", "portal", "phone", "edi"],
                                   [5, 8, 2, 3])[0],
                 received_at=at, currency=currency, currency_given=1,
                 exponent=exponent, status=status, revision=revision,
                 total=None if self.chance(.01) else r.randrange(10 ** 6),
                 total_given=None,
                 ack=r.choice(["none", "received"]) if decided is None else
                 "rejected" if status == "rejected" else
                 r.choice(["accepted", "accepted", "conditional"]),
                 ack_revision=1, ack_due_at=at + DAY,
                 answered_at=None if revision == 2 else answered,
                 decided_at=decided, **blank)
        if answered is not None:
            for seq, kind, later in ((1, "receipt", 0),
                                     (2, "acknowledgment", 7200)):
                self.put("messages", order_id=number, revision=1, kind=kind,
                         recipient="x", seq=seq, state="sent", language="en",
                         document="{}", queued_at=at, next_try_at=at,
                         sent_at=answered + later)
        self.event(number, "receive", at + r.randrange(300))
        self.work(number, at)
        self.lines(number, at, status)

    def work(self, number, at):
        r = self.r
        self.held = set()
        while self.chance(.12) and len(self.held) < 3:
            hold = r.choice(HOLDS)
            if hold in self.held:
                continue
            self.held.add(hold)
            opened = at + r.randrange(4000)
            closed = None if at > self.now - 9 * DAY and self.chance(.5) else \
                opened + int(r.expovariate(1 / (30 * 3600)))
            self.put("holds", order_id=number, hold=hold, opened_at=opened,
                     closed_at=closed, answer="" if closed is None else "x")
            if closed is not None and hold != "stock":
                self.event(number, "resolve", closed,
                           json.dumps({"answer": r.choice(ANSWERS)}),
                           r.choice(PEOPLE))
        for seq in range(r.choice([0, 0, 0, 0, 1, 3])):
            self.put("findings", order_id=number, seq=seq + 1,
                     rule=r.choice(RULES), severity="warn", hold="x",
                     line=seq, field="f", given="g", verdict="differs",
                     waived=self.r.randrange(2))
        if self.chance(.02):
            self.event(number, r.choice(["told", "reply", "release", "note",
                                         "line-cancelled", "delay"]), at + 60)
        if self.chance(.03):
            asked = at + r.randrange(5 * DAY)
            self.put("inquiries", order_id=number, at=asked, channel="email",
                     sender="x", subject="", question="?", message_id="",
                     refs="", sha256=r.randbytes(16),
                     answered_at=None if self.chance(.1) else
                     asked + int(r.expovariate(1 / (6 * 3600))))

    def lines(self, number, at, status):
        r = self.r
        first = None
        if status != "received":
            first = at + r.randrange(20000)
            self.event(number, "allocate", first)
            if self.chance(.03):
                self.event(number, "allocate", first + DAY)
        for line in range(1, r.choice([2, 2, 3, 5])):
            ordered = r.choice([1000, 5000, 12000, 2500])
            late = self.chance(.1)
            gone = 0
            if first is not None:
                once = r.randrange(0, ordered, 500) if late else ordered
                for seq, (when, n) in enumerate(((first, once),
                                                 (first + 3 * DAY, 0 if late
                                                  else 0)), 1):
                    if n > 0:
                        self.put("stock_ledger", order_id=number, line=line,
                                 kind="allocate", seq=seq, sku="S", on_hand=0,
                                 allocated=n, released=0, at=when)
            if status in ("released", "completed"):
                gone = ordered if status == "completed" or self.chance(.5) \
                    else ordered // 2
            elif status == "cancelled":
                gone = 0
            promised = day(at + r.randrange(2, 9) * DAY)
            self.put("lines", order_id=number, line=line, sku="S", item="S",
                     description="", unit="", price_given=0,
                     line_instructions="", ordered=ordered, shipped=gone,
                     cancelled=ordered if status == "cancelled" else 0,
                     backordered=ordered if status == "confirmed" and late
                     else 0,
                     returned=500 if gone > 500 and self.chance(.02) else 0,
                     promised_on=promised if self.chance(.97) else "",
                     backorder_on="" if self.chance(.3) else promised,
                     instead_of=1 if line > 1 and self.chance(.05) else 0)
            if gone > 0:
                due = day(at + r.randrange(2, 7) * DAY)
                self.put("shipments", order_id=number, line=line,
                         quantity=gone, carrier="", tracking="", at=at,
                         shipped_on=day(at), due_on=due,
                         promised_on=promised if self.chance(.97) else "",
                         first_promised_on=day(at + r.randrange(2, 7) * DAY),
                         delivered=0,
                         delivered_on="" if self.chance(.5) else
                         day(at + r.randrange(2, 8) * DAY))

    def rejects(self, n):
        for _ in range(n):
            at = self.now - self.r.randrange(730 * DAY)
            self.put("rejects", sha256=self.r.randbytes(16), format="csv",
                     header="", record=b"", error_code=self.r.choice(ERRORS),
                     error_field="", error="", source="", source_line=1,
                     channel=self.r.choice(["email", "portal", ""]),
                     external_ref="", at=at,
                     closed_at=at + 60 if self.chance(.9) else None)

    def times(self, n):
        """When orders come: more every month, fewer at weekends; some on the
        edges of a day, in UTC and in Berlin."""
        found = []
        while len(found) < n:
            at = self.now - int(730 * DAY * self.r.random() ** 1.3)
            if (at // DAY + 3) % 7 > 4 and self.chance(.8):
                continue
            if self.chance(.02):
                at = at // DAY * DAY + self.r.choice(
                    [0, -1, -3600, -3601, -7200, -7201])
            found.append(at)
        return sorted(found)

    def archive(self, first, n):
        for number in range(first, first + n):
            self.event(number, "receive", self.now - 300 * DAY, None)
            self.put("archived", order_id=number, ref=f"SO-{number:08}-0",
                     status="completed", archive="2025.db",
                     at=self.now - DAY)


def main():
    path, n, seed, last = sys.argv[1:]
    w = World(path, int(seed), last)
    for number, at in enumerate(w.times(int(n)), 1):
        w.order(number, at)
    w.archive(int(n) + 1, 5)
    w.rejects(int(n) // 20)
    w.put("reviews", at=w.now - 200 * DAY, from_on="2025-01-01",
          to_on="2025-12-31", note="more people for the phone", by="ada")
    w.db.commit()


if __name__ == "__main__":
    main()
