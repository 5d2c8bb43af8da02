"""What many saw at once must be one history.

Pipelines, selections, answers, counts and readers run at the same time on
one store, some are killed, and all they say is written down: what they must
know (all that was seen before they began), and when it was seen.  Then the
history is checked.  An order is taken in, verified, reserved and acknowledged
once; nobody sees an older state than one that was seen before; what comes
later has a later number in the record; the stock is the sum of its
movements."""
import bisect
import collections
import dataclasses
import functools
import itertools
import json
import os
import signal
import subprocess
import threading

import crowd
import world
from stream import MAIN_LINE, STATUS, Pipeline, Pump, records
from world import PATIENCE, Broken, expect

CASES = 20
KEYS = 60               # orders that come; each file has two thirds of them
LINES = 3
ACTS = 10               # of each who selects, answers, counts or reads
ACKS = {"none": 0, "received": 1, "accepted": 2, "conditional": 2,
        "rejected": 2}
# The event that the "ok" of a tool stands for.
EVENTS = {"order-receive": "receive", "order-verify": "verify",
          "order-resolve": "verify", "order-check-stock": "allocate",
          "order-ack": "acknowledge"}


@dataclasses.dataclass
class Said:
    """BY printed the record, and must know all that was seen until AFTER."""

    by: str
    after: int
    seen: int
    record: dict

    @property
    def ref(self):
        return self.record["ref"]

    def stands_for(self):
        """The kind of event that this says was made, if any."""
        return EVENTS.get(self.by) if self.record["result"] == "ok" else None

    def state(self):
        """In no part of it does an order ever go back."""
        r = self.record
        return (STATUS[r["status"]], r["stock"] != "unchecked",
                ACKS[r["ack"]], int(r["revision"]))

    def events(self):
        return {e["seq"] for e in self.record.get("events", ())}

    def __str__(self):
        told = (self.record[name] for name in ("ref", "status", "stock",
                                               "ack", "result"))
        return " ".join((f"{self.by}, knowing {self.after}, seen {self.seen}:",
                         *told))


class History:
    """What was said, with numbers that grow."""

    def __init__(self):
        self.clock, self.lock = itertools.count(1), threading.Lock()
        self.said, self.lists = [], []

    def now(self):
        with self.lock:
            return next(self.clock)

    def add(self, by, after, rows):
        seen = self.now()
        self.said += [Said(by, after, seen, row) for row in rows]


class Tap(Pump):
    """Keeps when each byte was seen, which is before it is handed on."""

    def __init__(self, history, *how):
        self.history, self.blocks_seen = history, []
        super().__init__(*how)

    def hand_on(self, block):
        self.blocks_seen.append((len(self.seen), self.history.now()))
        return super().hand_on(block)

    def numbers(self):
        """When the end of each record was seen."""
        ends = [i + 1 for i, c in enumerate(self.seen) if c == ord("\n")][1:]
        return [self.blocks_seen[bisect.bisect_left(
            self.blocks_seen, (end, 0))][1] for end in ends]


class Actor(crowd.Worker):
    def __init__(self, history, store, seed, kill_one_in):
        super().__init__(store, seed, kill_one_in)
        self.history, self.store = history, store

    def say(self, argv):
        """What it must know, and the records; None when it was killed."""
        after = self.history.now()
        status, out = self.attempt(argv)
        rows = ([json.loads(line) for line in out.splitlines(True)
                 if line.endswith("\n")] if "json" in argv
                else records(out.encode()))
        by = " ".join(argv[:2]) if "--backorders" in argv else argv[0]
        self.history.add(by, after, rows)
        return after, rows if status >= 0 else None


class Line(Actor):
    """The main line; a stage of some is killed when it prints."""

    def work(self, path):
        signals = {}
        if self.one_in and self.dice.random() < 0.5:
            signals[self.dice.randrange(4)] = (self.dice.randint(1, 4),
                                               signal.SIGKILL)
        known = itertools.repeat(self.history.now())
        run = Pipeline(path, env=self.env, signals=signals,
                       pump=functools.partial(Tap, self.history))
        statuses = run.wait()
        self.kills += statuses.count(-9)
        expect(set(statuses) <= ({0, 1, 65, 141, -9} if signals else {0, 1}),
               "the main line ends with", statuses, *run.said)
        for argv, tap, rows in zip(MAIN_LINE, run.pumps, run.printed()):
            seen = tap.numbers()
            self.history.said += [Said(argv[0], *said) for said in
                                  zip(known, seen, rows)]
            known = seen


class Other(Actor):
    """Does one thing again and again."""

    def work(self, act):
        for _ in range(ACTS):
            act(self)

    def select(self):
        self.say(self.dice.choice((
            ["order-verify", "--pending"], ["order-check-stock", "--pending"],
            ["order-check-stock", "--backorders"],
            ["order-ack", "--pending", "--queue-only"])))

    def answer(self):
        _, held = self.say(["order-status", "--held", "customer"])
        if held:
            self.say(["order-resolve", "--set", "customer=C-1",
                      self.dice.choice(held)["ref"], "customer", "corrected"])

    def count(self):
        self.attempt(["order-load", "stock"], "sku,on_hand\n" + "".join(
            f"A-{n},{self.dice.randint(5, 60)}\n" for n in range(1, 21)))

    def read(self):
        """All orders there are."""
        known, rows = self.say(["order-status", "--all", "-o", "json"] +
                               ["--full"] * self.dice.randrange(2))
        if rows is not None:
            self.history.lists.append((known, {row["ref"] for row in rows}))

    def ask(self):
        """One who is asked about some orders after others."""
        with subprocess.Popen(["order-status"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True,
                              env=self.env) as answers:
            for _ in range(ACTS):
                known = self.history.now()
                refs = sorted({s.ref for s in list(self.history.said)})
                some = self.dice.sample(refs, min(len(refs), 5))
                answers.stdin.write("".join(
                    f'{{"ref": "{ref}"}}\n' for ref in some))
                answers.stdin.flush()
                self.history.add("asked", known, [
                    json.loads(answers.stdout.readline()) for _ in some])
            answers.stdin.close()
            expect(answers.wait(PATIENCE) == 0, "order-status fails")


class Ready:
    def __init__(self, room):
        self.store = world.company(room, on_hand=20)
        header, *rows = world.orders(KEYS).splitlines(True)
        self.orders = []
        for row in rows:
            if row[0] != ",":
                self.orders.append("")
            self.orders[-1] += row
        self.header = header


prepare = Ready


# ---- the checks ----

def goes_back(said):
    """Somebody sees an older state of an order than one seen before."""
    best, seens = [], []
    for s in sorted(said, key=lambda s: s.seen):
        last = best[-1] if best else (0,) * 4
        best.append(tuple(map(max, last, s.state())))
        seens.append(s.seen)
    for s in said:
        known = bisect.bisect_right(seens, s.after)
        if known and any(now < was for now, was in
                         zip(s.state(), best[known - 1])):
            yield f"{s}; it was seen as {best[known - 1]} before"


def comes_late(history, number):
    """What was begun after another had been seen has an earlier number."""
    done = sorted((s.seen, number[s.ref, s.stands_for()]) for s in
                  history.said if s.stands_for())
    last = list(itertools.accumulate((n for _, n in done), max))
    for s in history.said:
        known = bisect.bisect_right(done, (s.after, float("inf")))
        if known and s.stands_for() and (
                number[s.ref, s.stands_for()] <= last[known - 1]):
            yield f"{s}: its event comes before one that was seen before"


def is_missed(history, number):
    """A reader does not know what was seen before it began."""
    seen = sorted(((s.seen, s.ref, number.get((s.ref, s.stands_for())))
                   for s in history.said), key=lambda s: s[0])
    for known, refs in history.lists:
        for _, ref, _ in itertools.takewhile(lambda s: s[0] <= known, seen):
            if ref not in refs:
                yield f"{ref} is missing in a list that knows {known}"
    for s in history.said:
        if "events" in s.record:
            yield from (f"{s}: event {event} is missing" for _, ref, event in
                        itertools.takewhile(lambda x: x[0] <= s.after, seen)
                        if ref == s.ref and event and event not in s.events())


def is_not_once(history, number, killed):
    """An order was done twice, or nobody said that it was done."""
    said = collections.Counter((s.ref, s.stands_for())
                               for s in history.said if s.stands_for())
    for what, times in said.items():
        if times != 1 or what not in number:
            yield f"{what} was said {times} times"
    if not killed:
        yield from (f"{what} was done, but nobody said so"
                    for what in number if what not in said)
    keys = collections.defaultdict(set)
    for s in history.said:
        keys[s.record["external_ref"]].add(s.ref)
    yield from (f"{key} is {refs}" for key, refs in keys.items()
                if len(refs) != 1)


def breaches(history, number, killed):
    orders = collections.defaultdict(list)
    for s in history.said:
        if s.record["status"] == "":
            yield f"{s}: is unknown"
            return
        orders[s.ref].append(s)
    for said in orders.values():
        yield from goes_back(said)
    yield from comes_late(history, number)
    yield from is_missed(history, number)
    yield from is_not_once(history, number, killed)


def case(ready, dice, place):
    store, history = world.copy(ready.store, place), History()
    one_in = dice.choice((0, 6))        # no kills, or some
    jobs, actors = [], []
    for n in range(LINES):
        path = os.path.join(place, f"orders.{n}")
        with open(path, "w") as out:
            out.writelines([ready.header, *dice.sample(
                ready.orders, 2 * KEYS // 3)])
        actors.append(Line(history, store, dice.random(), one_in))
        jobs.append(functools.partial(actors[-1].work, path))
    for act in (Other.select, Other.select, Other.answer, Other.count,
                Other.read, Other.ask):
        actors.append(Other(history, store, dice.random(), one_in))
        jobs.append(functools.partial(actors[-1].work, act))
    crowd.together(jobs)
    world.sound(store)
    number = {(ref, kind): seq for ref, kind, seq in world.ask(
        store, "SELECT ref, kind, seq FROM events AS e JOIN orders AS o"
        " ON o.id = e.order_id") if kind in EVENTS.values()}
    kills = sum(actor.kills for actor in actors)
    broken = list(itertools.islice(breaches(history, number, kills), 5))
    if broken:
        raise Broken("\n".join(broken))
    return {"records": len(history.said), "lists": len(history.lists),
            "kills": kills}
