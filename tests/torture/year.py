"""A year of orders: whatever is said of them, the store is what it must be.

Orders of chance come in, are verified, reserved, answered, handed over,
shipped, delivered, changed, cancelled and archived, by events of chance, legal
and not, in streams that are shuffled, told twice and cut off by SIGKILL.
A model (model.py, reports.py) answers every record too: the tools must say the
same, and the store must be the same at the end of each month."""
import csv
import io
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter

import world
from answers import WORDS, Answers
from goods import Goods, ITEMS
from holds import BEGIN, DAY, KEPT, instant
from leave import Leave, person
from model import Content, Model
from reports import ANY, STATUSES, Reports
from world import Broken, expect

CASES = 1000                    # orders: they make one year
IS_SIZE = True
CLIENTS = 60
EVENTS = sorted({*STATUSES, *ANY})
LIKELY = {
    "received": "paid paid paid hold release cancelled reject note inquiry",
    "verified": "hold release cancelled cancelled note inquiry",
    "confirmed": "cancelled hold release release inquiry reply note delay"
                 " short-close legal-hold",
    "released": "accepted accepted problem picked packed shipped shipped"
                " shipped shipped shipped delivered delivered delivered"
                " returned delay hold release short-close cancelled"
                " cancel-refused inquiry reply note legal-hold",
    "completed": "delivered delivered delivered returned reopen legal-hold"
                 " legal-release inquiry reply paid",
    "rejected": "note legal-hold legal-release inquiry reply",
    "cancelled": "note legal-hold legal-release inquiry reply paid",
}
LIKELY = {status: words.split() for status, words in LIKELY.items()}
TOOLS = {"order-receive", "order-verify", "order-load", "order-check-stock",
         "order-resolve", "order-ack", "order-forward", "order-update",
         "order-notify", "order-archive"}
COLUMNS = ("ref", "event", "line", "quantity", "carrier", "tracking",
           "occurred_at", "event_id", "reason", "note", "promised_on")


def customers():
    kinds = [(ship, consent, priority) for ship in ("", "", "complete")
             for consent in ("auto", "never", "ask") for priority in (0, 0, 5)]
    return {person(n): kinds[n % len(kinds)] for n in range(1, CLIENTS + 1)}


def prepare(room):
    store = world.company(room, items=ITEMS, customers=1, on_hand=0)
    world.tool(["order-load", "-q", "customers"], store,
               "customer,name,email,currency,ship_policy,backorder_consent,"
               "substitute_consent,priority\n" + "".join(
                   f"{name},Name of {name},{name}@example.org,EUR,{ship},"
                   f"{consent},never,{priority}\n" for name,
                   (ship, consent, priority) in customers().items()))
    world.tool(["order-config", "-q", "close_days=5",
                f"archive_days={KEPT - 5}"], store)
    return store


class Year(Goods, Leave):
    def __init__(self, store, dice, place, orders):
        self.store, self.dice, self.place = store, dice, place
        self.size, self.seen = orders, Counter()
        self.ticks = max(12, min(24, orders // 20), min(200, orders // 400))
        self.model = Model(customers(), [f"A-{n}" for n in
                                         range(1, ITEMS + 1)])
        self.model.now = BEGIN
        self.reports = Reports(self.model)
        self.answers = Answers(self.model, self.reports)
        self.alive, self.keys, self.ids, self.took = [], 0, 0, {}
        self.said, self.done, self.mails = [], [], 0
        self.refused = Counter()        # (tool or event, reason)
        self.killed_tools = Counter()
        world.tool(["order-config", "-q",
                    f"mail_command=maildir:{place}/mail"], store)

    # ---- running the tools ----

    def run(self, argv, given="", patience=world.PATIENCE * 10):
        """(status, stdout, stderr); killed after so many seconds."""
        self.model.now += 60
        self.done.append(" ".join(argv) + f" at {instant(self.model.now)}")
        with open(os.path.join(self.place, "given"), "w") as out:
            out.write(given)
        began = time.monotonic()
        with open(os.path.join(self.place, "given")) as source:
            tool = subprocess.Popen(
                argv, stdin=source, stdout=subprocess.PIPE, text=True,
                stderr=subprocess.PIPE, env=world.environment(
                    self.store, ORDER_NOW=instant(self.model.now)))
        try:
            out, said = tool.communicate(timeout=patience)
            self.took[argv[0]] = time.monotonic() - began
        except subprocess.TimeoutExpired:
            tool.kill()
            out, said = tool.communicate()
        if tool.returncode == -signal.SIGKILL:
            self.seen["kills"] += 1
            self.killed_tools[argv[0]] += 1
        else:
            expect(tool.returncode in (0, 1), *argv, "exits",
                   tool.returncode, said[-800:])
        return tool.returncode, out, said

    def killed(self, argv, given):
        """Runs it and kills it at some moment; did that come in time?"""
        patience = self.dice.uniform(0, self.took.get(argv[0], 0.02))
        return self.run(argv, given, patience)[0] == -signal.SIGKILL

    def count(self, sql):
        return world.ask(self.store, sql)[0][0]

    def stream(self, argv, head, records, judge, changes=None):
        """One run over the records, or one that is killed and one more.
        judge(record) answers as the tool must; changes is SQL that counts
        what a record that is taken in leaves behind."""
        given = text_of(head, records)
        weak = False
        if self.dice.random() < 0.25:
            before = self.count(changes) if changes else 0
            self.model.run += 1
            weak = self.killed(argv, given)
            if weak and changes:
                self.catch_up(records, judge, self.count(changes) - before)
            elif not weak:
                self.skip(records, judge)
        self.model.run += 1
        at = self.model.now + 60
        _, out, said = self.run(argv, given)
        expect(self.model.now == at, "the clock")
        rows = list(csv.DictReader(io.StringIO(out)))
        expect(len(rows) == len(records), *argv, "answers", len(rows),
               "records, not", len(records))
        told = set(re.findall(r"^[\w-]+: (\S+): ", said, re.MULTILINE))
        line, refused = 2, 0
        for record, row in zip(records, rows):
            answer = judge(record)
            if weak and not changes and answer != (row["result"],
                                                   row["reason"]):
                answer = judge(record)  # the killed run had done it
            self.compare(argv, record, row, answer)
            if row["result"] == "refused":
                refused += 1
                expect(told & {row["ref"], f"stdin:{line}"}, *argv, "refused",
                       record, "without a word:", said[-800:])
            line += len(record[1].lines) if isinstance(records, Given) else 1
        self.seen["records"] += len(records)
        self.seen["refused"] += refused

    def catch_up(self, records, judge, taken):
        """The model does what the killed run had done."""
        for record in records:
            if taken <= 0:
                break
            taken -= judge(record)[0] in ("ok", "held")
        expect(taken <= 0, "a killed run did", taken, "more than there was")

    def skip(self, records, judge):
        """It had ended before it was to be killed."""
        for record in records:
            judge(record)

    def compare(self, argv, record, row, answer):
        result, reason = answer[:2]
        is_so = (row["result"], row["reason"])
        self.seen[f"{argv[0]} {is_so[0]}"] += 1
        if row["result"] == "refused":
            expect(row["reason"] != "", *argv, "refuses without a reason:",
                   row)
            what = record["event"] if argv[0] == "order-update" else ""
            self.refused[what, row["reason"]] += 1
        if is_so == (result, reason):
            return
        o = self.model.by_ref.get(row.get("ref"))
        raise Broken(f"{' '.join(argv)}: {record} is {is_so}, not"
                     f" {(result, reason)}\n{o and vars(o)}\n" + "\n".join(
                         str(x.figures()) for x in (o.lines if o else ())))

    # ---- orders ----

    def content(self, like=None):
        d = self.dice
        if like is not None:            # other quantities of the same
            return Content(like.who, [(sku, d.choice((1, 2, 3, 5, 8)))
                                      for sku, _ in like.lines],
                           like.prepaid)
        who = person(d.randint(1, CLIENTS)) if d.random() < 0.97 else "X-9"
        skus = d.sample(range(1, ITEMS + 1), d.choice((1, 1, 2, 3, 4)))
        return Content(who, [(f"A-{n}", d.choice((1, 2, 3, 5, 8, 13)))
                             for n in skus], d.random() < 0.06)

    def receive(self, new):
        records = []
        for _ in range(new):
            self.keys += 1
            records.append((f"PO-{self.keys}", self.content()))
        fresh = list(records)
        old = self.sample_orders(new // 5 + 1)
        records += [(o.key, o.content) for o in old if o.key]
        records += [(o.key, self.content(o.content)) for o in
                    self.dice.sample(old, len(old) // 3)]
        records += [r for r in fresh if self.dice.random() < 0.03]
        self.dice.shuffle(records)
        self.take_in(apart(records), [])
        changed = [(o.key, self.content(o.content)) for o in
                   self.sample_orders(new // 10 + 1)]
        self.take_in(apart(changed), ["--amend"])

    def take_in(self, records, options):
        head = "external_ref,channel,customer,payment_method,sku,quantity"
        amend = bool(options)

        def judge(record):
            answer, o = self.model.receive(*record, amend)
            if o is not None and o.number > len(self.said):
                self.said.append(o)
            return answer

        self.stream_of(["order-receive", *options], head, records, judge)

    def stream_of(self, argv, head, records, judge):
        lines = []
        for key, content in records:
            first = (f"{key},email,{content.who},"
                     f"{'prepaid' if content.prepaid else ''}")
            for sku, quantity in content.lines:
                lines.append(f"{first},{sku},{quantity}\n")
                first = ",,,"
        self.stream(argv, head, Given(records, lines), judge,
                    "SELECT count(*) FROM originals")
        self.learn_refs()

    def learn_refs(self):
        known = len(self.model.by_ref)
        for number, ref in world.ask(
                self.store, "SELECT id, ref FROM orders WHERE id > ?"
                " ORDER BY id", known):
            o = self.model.orders[number - 1]
            o.ref = ref
            self.model.by_ref[ref] = o
            self.alive.append(o)

    def sample_orders(self, n):
        """Of those in work mostly."""
        d, orders = self.dice, self.model.orders
        found = {}
        for _ in range(n if orders else 0):
            o = d.choice(self.alive or orders) if d.random() < 0.9 else \
                d.choice(orders)
            if o.ref:
                found[o.number] = o
        return list(found.values())

    # ---- the steps ----

    def step(self, tool, judge, wanted, *options):
        """A step on the orders that want it and on some that do not."""
        orders = [o for o in self.alive if wanted(o)]
        orders += self.sample_orders(len(orders) // 10 + 2)
        refs = [o.ref for o in orders] + ["SO-99999999-9", ""]
        self.dice.shuffle(refs)

        def answer(record):
            o = self.model.by_ref.get(record["ref"])
            if o is None:
                return "refused", "no-such-order" if record["ref"] else \
                    "empty-ref"
            return ("refused", "archived") if o.archived else judge(o)

        self.stream([tool, *options], ("ref",),
                    [{"ref": ref} for ref in refs], answer)

    def verify(self):
        self.step("order-verify", self.model.verify,
                  lambda o: o.status == "received")

    def check(self):
        self.step("order-check-stock", self.model.check, lambda o:
                  o.status == "verified" and (o.checked < o.revision or
                                              o.holds & {"stock", "consent"}))

    def answer(self):
        """Some of those who were asked, and some who were not."""
        d = self.dice
        orders = [o for o in self.alive if "consent" in o.holds and
                  d.random() < 0.6]
        orders += self.sample_orders(len(orders) // 5 + 1)
        d.shuffle(orders)

        def judge(record):
            o = self.model.by_ref[record["ref"]]
            return ("refused", "archived") if o.archived else \
                self.answers.take(o, record)

        self.stream(["order-resolve"], ("ref", "hold", "answer", "line"), [
            {"ref": o.ref, "hold": "consent", "answer": d.choice(
                WORDS if d.random() < 0.95 else ("perhaps", "confirmed")),
             "line": d.choice(("", "", "1", "2", "7"))}
            for o in orders], judge,
            "SELECT count(*) FROM events WHERE kind = 'resolve'")

    def acknowledge(self):
        self.step("order-ack", self.model.acknowledge,
                  lambda o: o.status == "verified", "--queue-only")

    def forward(self):
        if not shutil.which("order-forward"):
            return
        drop = os.path.join(self.place, "drop")
        os.makedirs(drop, exist_ok=True)
        self.step("order-forward", self.model.forward, lambda o:
                  o.status == "confirmed" or o.status == "released" and (any(
                      x.allocated > x.released for x in o.lines) or any(
                      not q["handed"] for q in o.requests)),
                  "--to", "fulfilment", "--dir", drop)
        self.seen["files"] += len(os.listdir(drop))
        shutil.rmtree(drop)

    # ---- reports ----

    def report(self, o):
        d = self.dice
        event = d.choice(LIKELY[o.status] if d.random() < 0.85 else EVENTS)
        record = {"ref": o.ref, "event": event}
        if event in ("shipped", "packed", "delivered", "returned", "picked",
                     "cancelled", "cancel-refused", "delay", "short-close",
                     "reopen", "note") and d.random() < 0.5:
            record["line"] = str(d.randint(1, len(o.lines)))
        if event in ("shipped", "delivered", "returned", "picked",
                     "cancelled", "reopen") and d.random() < 0.4:
            record["quantity"] = str(d.choice((1, 1, 2, 3, 5, 9)))
        if event == "shipped" and d.random() < 0.7 or event in (
                "delivered", "returned") and d.random() < 0.1:
            record["carrier"] = d.choice(("DHL", "UPS"))
            record["tracking"] = f"T{d.randint(1, 9)}"
        if event == "shipped" and d.random() < 0.2:
            at = self.model.now - d.randint(0, 2 * DAY)
            record["occurred_at"], record["at"] = instant(at), at
        if event == "delay" and d.random() < 0.9:
            record["promised_on"] = self.later(o)
        if d.random() < 0.97:
            record["reason" if d.random() < 0.5 and event not in
                   ("note", "inquiry", "reply") else "note"] = d.choice(
                       ("as said", "by phone", f"water at {o.who}"))
        return self.spoil(record) if d.random() < 0.03 else record

    def later(self, o):
        """A day after any that was promised, once in a stream."""
        if o.number in self.delayed:
            return "2025-12-24"
        self.delayed.add(o.number)
        o.day = max(o.day, self.model.now // DAY + 400) + 1
        return time.strftime("%Y-%m-%d", time.gmtime(o.day * DAY))

    def spoil(self, record):
        """One that cannot be right."""
        column, value = self.dice.choice((
            ("line", "77"), ("line", "x"), ("quantity", "0"),
            ("quantity", "many"), ("event", "shiped"), ("carrier", "DHL"),
            ("ref", "SO-99999999-9"), ("promised_on", "2025-12-24")))
        return {**record, column: value}

    def update(self, n, known):
        """So many reports: all have an event_id if a kill may come."""
        self.delayed = set()
        records = [self.report(o) for _ in range(n) for o in
                   self.sample_orders(1) if o.status in known]
        again = [dict(r) for r in self.number(records)
                 if self.dice.random() < 0.06]
        records += again + [{**r, "note": "otherwise"} for r in again
                            if self.dice.random() < 0.3]
        self.dice.shuffle(records)
        self.tell(records)

    def number(self, records):
        for record in records:
            self.ids += 1
            record["event_id"] = f"e-{self.ids}"
        return records

    def tell(self, records):
        self.stream(["order-update"], COLUMNS, records, self.reports.take,
                    "SELECT count(*) FROM updates")

    # ---- the year ----

    def tick(self, number):
        new = self.size * (number + 1) // self.ticks - \
            self.size * number // self.ticks
        self.receive(new)
        self.verify()
        self.stock(new // 3 + 4)
        self.check()
        self.supply()
        self.answer()
        if number % 2:
            self.fill()
        self.acknowledge()
        self.forward()
        self.update(new * 3, LIKELY)
        self.verify()
        self.check()
        self.update(new * 3, LIKELY)
        self.alive_only()

    def play(self):
        month = 0
        for number in range(self.ticks):
            self.tick(number)
            self.model.now = BEGIN + (number + 1) * 365 * DAY // self.ticks
            if self.model.now // (30 * DAY) != month:
                month = self.model.now // (30 * DAY)
                self.month()
                self.progress(number)
        self.month()
        self.figures()
        self.erase()
        self.figures()
        self.enough()
        self.progress(number)

    def enough(self):
        """Nothing was left out, but in a small year."""
        never = {*EVENTS, "shiped", *TOOLS} - {
            *(what for what, _ in self.refused), *self.killed_tools}
        expect(self.size < CASES or not never, "never refused or killed:", never)

    def progress(self, number):
        with open(os.path.join(self.place, "progress"), "a") as out:
            print(number + 1, "of", self.ticks, dict(self.seen), Counter(
                o.status for o in self.model.orders), Counter(
                    reason for _, reason in self.refused.elements()),
                  dict(self.killed_tools), file=out)


class Given(list):
    """Records whose text is ready."""

    def __init__(self, records, lines):
        super().__init__(records)
        self.lines = lines


def apart(records):
    """Adjacent rows with one key would be one order."""
    out = []
    for record in records:
        if not out or out[-1][0] != record[0]:
            out.append(record)
    return out


def text_of(head, records):
    if isinstance(records, Given):
        return head + "\n" + "".join(records.lines)
    out = io.StringIO()
    sheet = csv.DictWriter(out, head, extrasaction="ignore",
                           lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(records)
    return out.getvalue()


def case(store, dice, place, orders=CASES):
    year = Year(world.copy(store, place), dice, place, orders)
    try:
        year.play()
    except Broken as why:
        raise Broken("\n".join([str(why), "after:"] + year.done[-4:]))
    return {"orders": len(year.model.orders), **{
        k: year.seen[k] for k in ("records", "refused", "kills", "files",
                                  "archived", "erased", "figures")}}
