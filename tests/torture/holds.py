"""What must hold of the stores of a year, at the end of each month: the model,
the mails, the ledger, the archives and the figures agree with them."""
import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import world
from world import expect

BEGIN = 1767261600              # 2026-01-01T10:00:00Z
DAY = 86400
KEPT = 25                       # days: close_days and archive_days
FIGURES = os.path.join(os.path.dirname(__file__), "..", "cli",
                       "report_figures.py")
TOLD = ("acknowledgment", "rejected", "cancelled", "shipped")


def instant(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Holds:
    """Of a year that has a store, a place, a model, run() and killed()."""

    def stores(self):
        return [self.store, *glob.glob(os.path.join(
            self.place, "archive*.db"))]

    def mail(self):
        """All that is to be told is told, each message once."""
        self.killed(["order-notify", "-q"], "")
        self.run(["order-notify", "-q"])
        box = os.path.join(self.place, "mail", "new")
        self.mails += len(os.listdir(box)) if os.path.exists(box) else 0
        shutil.rmtree(os.path.dirname(box), ignore_errors=True)
        for o in self.model.orders:
            o.to_tell = False

    def archive(self):
        """Closed for long enough, and nothing of it is open."""
        argv = ["order-archive", "-q", "--pending", "--to", os.path.join(
            self.place, f"archive-{self.model.now // (120 * DAY)}.db")]
        self.killed(argv, "")
        self.run(argv)
        until = self.model.now - KEPT * DAY
        goes = {o.number for o in self.model.orders if not o.archived and
                o.closed_at is not None and o.closed_at <= until and
                not o.legal and not o.inquiries and not o.requests and
                o.who in self.model.customers}  # who can be told by mail
        gone = {n for n, in world.ask(self.store,
                                      "SELECT order_id FROM archived")}
        before = {o.number for o in self.model.orders if o.archived}
        expect(gone == before | goes, "archived are, or are not,",
               sorted(gone ^ (before | goes))[:10])
        for number in goes:
            self.model.orders[number - 1].archived = True
        self.seen["archived"] += len(goes)

    def month(self):
        self.mail()
        self.archive()
        for path in self.stores():
            for look in "--check", "--verify":
                world.tool(["order-audit", look, "-q"], path,
                           patience=world.PATIENCE * 10)
        self.same()
        self.adds_up()

    def same(self):
        """The model and the stores, order by order and line by line."""
        seen, self.sent = Counter(), 0
        for path in self.stores():
            for number, status, revision in world.ask(
                    path, "SELECT id, status, revision FROM orders"):
                o = self.model.orders[number - 1]
                seen[number] += 1
                expect((status, revision) == (o.status, o.revision), o.ref,
                       "is", status, revision, "not", o.status, o.revision)
            lines = Counter()
            for number, line, *figures in world.ask(
                    path, "SELECT order_id, line, ordered, cancelled,"
                    " rejected, allocated, released, backordered, shipped,"
                    " delivered, returned FROM lines"):
                o = self.model.orders[number - 1]
                lines[number] += 1
                expect(tuple(n / 1000 for n in figures) ==
                       o.lines[line - 1].figures(), o.ref, "line", line, "is",
                       figures, "not", o.lines[line - 1].figures(), o.status)
            self.told(path)
        expect(self.sent == self.mails, self.mails, "mails for", self.sent,
               "messages that were sent")
        expect(len(seen) == len(self.model.orders) and
               set(seen.values()) <= {1}, "the numbers are not one each:",
               len(seen), "of", len(self.model.orders))

    def told(self, path):
        """One message for each cause."""
        self.sent += world.ask(path, "SELECT count(*) FROM messages WHERE"
                               " state = 'sent'")[0][0]
        told = {}
        for number, kind, n in world.ask(
                path, "SELECT order_id, kind, count(*) FROM messages"
                " GROUP BY 1, 2"):
            if kind in TOLD:
                told.setdefault(number, {})[kind] = n
        for number, in world.ask(path, "SELECT id FROM orders"):
            o = self.model.orders[number - 1]
            is_so, wanted = told.get(number, {}), dict(o.messages)
            # The very same, not sent yet, is not said twice.
            if 0 < is_so.get("cancelled", 0) < wanted.get("cancelled", 0):
                wanted["cancelled"] = is_so["cancelled"]
            expect(is_so == wanted, o.ref, "was told", is_so, "not", wanted)

    def adds_up(self):
        """Ledger, counters and the model's own counting."""
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        ledger, counters = (
            {sku: tuple(n) for sku, *n in db.execute(sql)} for sql in (
                "SELECT sku, sum(on_hand), sum(allocated), sum(released)"
                " FROM stock_ledger GROUP BY sku",
                "SELECT sku, on_hand, allocated, released FROM stock"))
        db.close()
        for sku, item in self.model.items.items():
            figures = (item.on_hand, item.allocated, item.released)
            nothing = (0, 0, 0)
            expect(counters.get(sku, nothing) == ledger.get(sku, nothing) ==
                   tuple(1000 * n for n in figures), sku, "is",
                   counters.get(sku), "by its ledger", ledger.get(sku),
                   "and should be", figures)

    def figures(self):
        """What the report says is what the views say, in each store."""
        first, last = instant(BEGIN)[:10], instant(self.model.now)[:10]
        for path in self.stores():
            status, out, said = self.run(["order-report", "-d", path, "--from",
                                          first, "--to", last, "-o", "csv"])
            done = subprocess.run(
                [sys.executable, FIGURES, path, first, last, "UTC",
                 instant(self.model.now), "24", "365",
                 *([] if path == self.store else ["archive"])],
                input=out, capture_output=True, text=True)
            expect(done.returncode == 0, "the figures of", path, "are wrong:",
                   said, done.stdout[-800:], done.stderr[-800:])
            self.seen["figures"] += out.count("\n") - 1
