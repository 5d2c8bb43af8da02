"""What must become of orders, told a second time: a small model of the store
that answers every record as the tools should.

It knows statuses, holds and the quantities of each line, and nothing of
files, prices, dates or mails.  Quantities are whole units."""

OPEN = ("received", "verified", "confirmed", "released")
GRACE = 300             # seconds that clocks may differ


class Line:
    __slots__ = ("sku", "ordered", "cancelled", "rejected", "allocated",
                 "released", "backordered", "shipped", "delivered",
                 "returned", "told")

    def __init__(self, sku, ordered):
        self.sku, self.ordered, self.told = sku, ordered, ordered
        self.cancelled = self.rejected = self.allocated = self.released = 0
        self.backordered = self.shipped = self.delivered = self.returned = 0

    def wanted(self):
        return self.ordered - self.cancelled - self.rejected

    def open(self):
        return (self.wanted() - self.allocated - self.backordered -
                self.shipped)

    def figures(self):
        return (self.ordered, self.cancelled, self.rejected, self.allocated,
                self.released, self.backordered, self.shipped, self.delivered,
                self.returned)


class Order:
    def __init__(self, number, key, content, at, run):
        self.number, self.key, self.at, self.run = number, key, at, run
        self.ref, self.status, self.revision = "", "received", 1
        self.content, self.checked = content, 0
        self.lines = [Line(*x) for x in content.lines]
        self.who, self.prepaid = content.who, content.prepaid
        self.holds, self.reasons, self.was_held = set(), "", False
        self.paid = self.legal = False
        self.inquiries, self.parcels = 0, []
        self.day = 0            # promised, counted from 1970
        self.requests, self.asked = [], []      # to cancel: open ones, all
        self.last = ""          # of those events that can end it
        self.handed = self.decided = self.archived = False
        self.agreed = False     # some hand-off was accepted
        self.closed_at, self.messages, self.to_tell = None, {}, False

    def is_live(self):
        return self.status not in ("rejected", "cancelled")

    def tell(self, kind):
        self.messages[kind] = self.messages.get(kind, 0) + 1

    def end(self, status, at):
        self.status, self.closed_at = status, at
        self.holds.clear()


class Content:
    """What an order says: equal when a tool takes it for the same."""
    __slots__ = ("who", "lines", "prepaid")

    def __init__(self, who, lines, prepaid):
        self.who, self.lines, self.prepaid = who, tuple(lines), prepaid

    def key(self):
        return self.who, self.lines, self.prepaid


class Item:
    __slots__ = ("on_hand", "allocated", "released", "counted_at")

    def __init__(self):
        self.on_hand = self.allocated = self.released = self.counted_at = 0


def refuse(reason):
    return "refused", reason


OK, UNCHANGED, ILLEGAL = ("ok", ""), ("unchanged", ""), refuse(
    "illegal-transition")


class Model:
    """customers: name -> (ship policy, backorder consent, priority); a name
    that is not there is nobody's."""

    def __init__(self, customers, skus):
        self.customers, self.now, self.run = customers, 0, 0
        self.items = {sku: Item() for sku in skus}
        self.orders, self.by_ref = [], {}
        self.in_work = []       # orders that may have stock
        self.keys = {}          # key -> {content: number}
        self.live = {}          # key -> number
        self.events = {}        # event_id -> what it said
        self.refused = set()    # (run, key)

    # ---- intake ----

    def receive(self, key, content, amend):
        """(result, reason), and the order it is about.  What was refused is
        refused again in the same run."""
        if (self.run, key) in self.refused:
            return refuse("key-repeated"), None
        answer, o = self.take_in(key, content, amend)
        if answer[0] == "refused":
            self.refused.add((self.run, key))
        return answer, o

    def take_in(self, key, content, amend):
        known = self.keys.setdefault(key, {})
        last = self.live.get(key)
        numbers = set(known.values())
        if any(self.orders[n - 1].run == self.run for n in numbers):
            return refuse("key-repeated"), None
        if content.key() in known:
            return ("duplicate", ""), self.orders[known[content.key()] - 1]
        o = self.orders[last - 1] if last else None
        if o is not None and not o.is_live():
            o = None
        if o is not None and not amend:
            return refuse("conflict"), None
        if o is not None and o.status not in OPEN[:3]:
            return refuse("already-released"), None
        if o is not None:
            self.amend(o, content)
        else:
            o = Order(len(self.orders) + 1, key, content, self.now, self.run)
            self.orders.append(o)
            self.live[key] = o.number
        known[content.key()] = o.number
        return OK, o

    def amend(self, o, content):
        o.revision += 1
        o.status, o.run, o.content = "received", self.run, content
        o.holds -= {"stock", "consent"}
        for line, (_, quantity) in zip(o.lines, content.lines):
            if quantity != line.told:
                line.ordered, line.cancelled = quantity, 0
                line.told = quantity
            line.rejected = 0
            wanted = line.wanted() - line.shipped
            keeps = min(line.allocated, wanted)
            self.give_back(line, line.allocated - keeps)
            line.backordered = min(line.backordered, wanted - keeps)

    def give_back(self, line, quantity):
        line.allocated -= quantity
        self.items[line.sku].allocated -= quantity

    # ---- verify, check, acknowledge ----

    def rule_holds(self, o):
        for hold, is_so in (("customer", o.who not in self.customers),
                            ("payment", o.prepaid and not o.paid)):
            (o.holds.add if is_so else o.holds.discard)(hold)

    def verify(self, o):
        if not o.is_live():
            return ILLEGAL
        if o.status in ("released", "completed"):
            return UNCHANGED
        self.rule_holds(o)
        if o.holds:
            return "held", "open-holds"
        if o.status == "received":
            o.status = "verified"
            return OK
        return UNCHANGED

    def available(self, sku):
        item = self.items[sku]
        return item.on_hand - item.allocated

    def take(self, line, quantity):
        line.allocated += quantity
        self.items[line.sku].allocated += quantity

    def wishes(self, o):
        return self.customers.get(o.who, ("", "auto", 0))

    def check(self, o):
        others = o.holds - {"stock", "consent"}
        if not o.is_live():
            return ILLEGAL
        if o.status == "received":
            return ("held", "open-holds") if others else refuse("not-verified")
        if o.status != "verified" or (o.checked == o.revision and
                                      not o.holds):
            return UNCHANGED
        if others:
            return "held", "open-holds"
        ship, consent, _ = self.wishes(o)
        short = any(self.available(x.sku) < x.open() for x in o.lines)
        if short and "consent" in o.holds:
            return "held", "consent-needed"
        o.checked = o.revision
        if short and ship == "complete":
            o.holds.add("stock")
            return "held", "short"
        for line in o.lines:
            self.take(line, min(line.open(), max(
                self.available(line.sku), 0)))
        for line in o.lines:
            rest = line.open()
            if consent == "never":
                line.rejected += rest
            elif consent == "auto":
                line.backordered += rest
        o.holds -= {"stock", "consent"}
        if any(x.open() for x in o.lines):
            o.holds.add("consent")
            return "held", "consent-needed"
        return "ok", "short" if short else ""

    def fill(self, o):
        """Of its backorders."""
        if o.status in ("received", "completed") or not o.is_live():
            return ILLEGAL
        filled = waits = False
        for line in o.lines:
            n = min(line.backordered, max(self.available(line.sku), 0))
            waits |= n < line.backordered
            line.backordered -= n
            self.take(line, n)
            filled |= n > 0
        return "ok" if filled else "unchanged", "short" if waits else ""

    def acknowledge(self, o):
        if not o.is_live():
            return ILLEGAL
        if o.status not in ("received", "verified"):
            return UNCHANGED
        if o.holds:
            return "held", "consent-needed" if o.holds == {"consent"} \
                else "open-holds"
        if o.status == "received":
            return "held", "not-verified"
        if o.checked < o.revision:
            return "held", "stock-unchecked"
        o.decided = True
        if any(line.wanted() for line in o.lines):
            o.status = "confirmed"
            o.tell("acknowledgment")
            return OK
        self.reject_all(o)
        return refuse("nothing-left")

    def reject_all(self, o):
        for line in o.lines:
            self.give_back(line, line.allocated)
            line.backordered = 0
            line.rejected = line.ordered - line.cancelled - line.shipped
        o.end("rejected", self.now)
        o.decided = True
        o.tell("rejected")

    # ---- stock ----

    def holders(self, sku):
        """Lines that have some of it not handed over, least urgent first."""
        found = [(self.wishes(o)[2], -o.at, -o.number, line)
                 for o in self.in_work if o.status in OPEN
                 for line in o.lines
                 if line.sku == sku and line.allocated > line.released]
        return [x[3] for x in sorted(found, key=lambda x: x[:3])]

    def count(self, sku, on_hand):
        item = self.items[sku]
        if on_hand < item.released:
            return refuse("below-released")
        item.counted_at = self.now
        if on_hand == item.on_hand:
            return UNCHANGED
        missing = item.allocated - on_hand
        for line in self.holders(sku) if missing > 0 else ():
            n = min(line.allocated - line.released, missing)
            self.give_back(line, n)
            line.backordered += n
            missing -= n
            if missing == 0:
                break
        item.on_hand = on_hand
        return OK

    # ---- hand over ----

    def forward(self, o):
        told = [q for q in o.requests if not q["handed"]]
        for q in told:
            q["handed"] = True
        answer = self.forward_lines(o)
        return OK if told and answer != OK and answer[0] != "ok" else answer

    def forward_lines(self, o):
        back = {q["line"] for q in o.requests}
        goes = [0 if back & {0, n} else x.allocated - x.released
                for n, x in enumerate(o.lines, 1)]
        waits = any(x.backordered or x.open() for x in o.lines)
        if o.status == "completed":
            return UNCHANGED
        if not o.is_live():
            return ILLEGAL
        if o.holds:
            return "held", "open-holds"
        if o.status not in ("confirmed", "released"):
            return refuse("not-confirmed")
        if not any(goes):
            return ("held", "short") if o.status == "confirmed" else \
                ("unchanged", "short" if waits else "")
        if self.wishes(o)[0] == "complete" and waits:
            return "held", "short"
        for line, n in zip(o.lines, goes):
            line.released += n
            self.items[line.sku].released += n
        o.status, o.handed = "released", True
        return "ok", "short" if waits else ""
