"""What a year has to sell: counts, supply that is on its way, and backorders
that are filled."""
import csv
import io
import time

from holds import DAY
from model import OPEN
from world import expect

ITEMS = 40
LOADED = {"stock": "sku,on_hand\n",
          "supply": "supply_ref,sku,quantity,expected_on\n"}


class Goods:
    """Of a year that has a model, dice, run(), killed() and compare()."""

    def fill(self):
        """In the order in which the tool serves them."""
        argv = ["order-check-stock", "--backorders", "-o", "csv"]
        refs = [row["ref"] for row in csv.DictReader(io.StringIO(
            self.run([*argv, "--dry-run"])[1]))]
        again = self.dice.random() < 0.25
        if again:
            self.killed(argv, "")
        rows = {row["ref"]: row for row in csv.DictReader(io.StringIO(
            self.run(argv)[1]))}
        expect(set(rows) == set(refs) or again and set(rows) < set(refs),
               "backorders of", set(refs) ^ set(rows))
        for ref in refs:
            answer = self.model.fill(self.model.by_ref[ref])
            if ref in rows and not again:
                self.compare(argv, {"ref": ref}, rows[ref], answer)

    def stock(self, need):
        """Counts of some items, enough for most of what is asked for."""
        rows = []
        for n in self.dice.sample(range(1, ITEMS + 1), ITEMS * 2 // 3):
            item = self.model.items[f"A-{n}"]
            rows.append((f"A-{n}", self.dice.choice(
                (item.released, item.allocated, max(
                    item.released, item.on_hand - 3), item.allocated + need,
                 item.allocated + need, item.allocated + 2 * need))))
        out = [(sku, item.released - 1) for sku, item in
               self.model.items.items() if item.released][:1]
        if out:                 # refused as a whole
            self.load("stock", [r for r in rows if r[0] != out[0][0]] + out,
                      "file-refused", "below-released")
        self.load("stock", rows)
        self.alive_only()
        for sku, n in rows:
            self.model.count(sku, n)

    def supply(self):
        """What is on its way changes dates, and no quantity."""
        self.load("supply", [
            (f"S-{self.dice.randint(1, 2 * ITEMS)}-{n}", f"A-{n}",
             self.dice.randint(1, 99), time.strftime("%Y-%m-%d", time.gmtime(
                 self.model.now + self.dice.randint(1, 90) * DAY)))
            for n in self.dice.sample(range(1, ITEMS + 1), ITEMS // 4)])

    def load(self, kind, rows, *refused):
        """All of them, or none where any is refused."""
        given = LOADED[kind] + "".join(
            ",".join(map(str, row)) + "\n" for row in rows)
        if self.dice.random() < 0.25:
            self.killed(["order-load", kind], given)
        status, out, said = self.run(["order-load", kind], given)
        answers = [(row["result"], row["reason"])
                   for row in csv.DictReader(io.StringIO(out))]
        wanted = {("refused", why) for why in refused} or {
            ("ok", ""), ("unchanged", "")}
        expect(status == bool(refused) and len(answers) == len(rows) and
               set(answers) <= wanted and (not refused or said and
                                           ("refused", refused[-1])
                                           in answers),
               "order-load", kind, "says", answers, said[-800:])
        self.seen["loaded"] += len(rows)

    def alive_only(self):
        """Orders about which something is still to be reported."""
        self.alive = [o for o in self.alive if o.status in OPEN or
                      o.status == "completed" and self.dice.random() < 0.9 or
                      self.dice.random() < 0.5]
        self.model.in_work = self.alive
