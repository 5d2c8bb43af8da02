"""Customers who leave at the end of a year: what is open of theirs is ended as
customers and fulfilment would end it, and then not a byte of them is left in
any file, and nothing else is lost."""
import mmap
import os
import re

import world
from holds import DAY, Holds
from world import expect

LEAVE = 4               # customers; as many others may ask before it is time
CLOSED = 5 * DAY        # close_days


def person(n):
    """A number that is no part of another's, nor of anything else."""
    return f"Person-{n:02}"


class Leave(Holds):
    """Of a year that has customers, forward() and reports()."""

    def erase(self):
        names = self.dice.sample(sorted(self.model.customers), 2 * LEAVE)
        for name in names[LEAVE:]:      # most of these still have orders
            self.erase_one(name)
        for name in names[:LEAVE]:
            self.end_all(name)
        self.month()
        self.model.now += CLOSED
        for name in names[:LEAVE]:
            expect(self.may_erase(name), name, "has something open")
            self.erase_one(name)
        expect(self.seen["erased"] >= LEAVE, "nobody was erased")
        self.month()

    def of(self, name):
        return [o for o in self.model.orders if o.who == name and
                not o.archived]

    def may_erase(self, name):
        return all(o.closed_at is not None and not o.legal and
                   not o.inquiries and not o.requests and
                   o.closed_at + CLOSED <= self.model.now + 60
                   for o in self.of(name))

    def end_all(self, name):
        """What was handed over is asked back, and fulfilment agrees."""
        for events in ("legal-release", "reply"), ("cancel-refused",), (
                "cancelled",), ("cancelled",), ("short-close",):
            orders = [o for o in self.of(name) if o.closed_at is None or
                      o.legal or o.inquiries]
            self.tell(self.number([{"ref": o.ref, "event": event, **(
                {"note": "Goodbye."} if event == "reply" else {})}
                for o in orders for event in events]))
            self.forward()
        keys = {o.key for o in self.model.orders if o.who == name}
        for reject, key in world.ask(
                self.store, "SELECT id, external_ref FROM rejects"
                " WHERE closed_at IS NULL"):
            if key in keys:
                self.run(["order-resolve", "-q", "--reject", str(reject),
                          "dismiss"])

    def erase_one(self, name):
        argv = ["order-archive", "-q", "--erase-customer", name]
        again = self.dice.random() < 0.5
        if again:
            self.killed(argv, "")
        may = self.may_erase(name)
        status, _, said = self.run(argv)
        rejects = "of them (order-resolve --reject" in said
        expect(status == 0 if may and not rejects and not again else
               may or status == 1 and said, name, "has gone, or not:", said)
        if may and not rejects:
            self.seen["erased"] += 1
            self.clean(name)
        elif not again:
            self.seen["not erased"] += 1

    def clean(self, name):
        word = re.compile(name.encode(), re.IGNORECASE)
        for path in (os.path.join(self.place, n)
                     for n in set(os.listdir(self.place)) - {"given"}):
            if os.path.isfile(path) and os.path.getsize(path):
                with open(path, "rb") as file, mmap.mmap(
                        file.fileno(), 0, access=mmap.ACCESS_READ) as found:
                    at = word.search(found)
                    expect(not at, name, "is left in", path, at and
                           found[max(at.start() - 40, 0):at.end() + 40])
