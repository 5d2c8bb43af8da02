"""No commit and no checkpoint without the lock.

Every tool runs with lockwatch.c between it and the system: alone, in crowds
of eight, as a reader, killed, as the first one after a kill or a restart of
the machine, when a store is made, upgraded or put back into WAL mode."""
import contextlib
import os
import re
import sqlite3

import crowd
import world
from stream import records
from world import expect

CASES = 10
WORKERS = 8
ACTS = 12               # of each worker
ORDERS = 60             # of each file that is received
READERS = (["order-status", "--all"], ["order-status", "--attention"],
           ["order-status", "--full", "--all", "-o", "json"],
           ["order-audit", "--check"], ["order-audit", "--verify"],
           ["order-notify", "--list"], ["order-config"], ["order-init"])
WRITERS = (["order-verify", "--pending"], ["order-check-stock", "--pending"],
           ["order-check-stock", "--backorders"],
           ["order-ack", "--pending", "--queue-only"],
           ["order-ack", "--pending"], ["order-notify"])


def watched(store, log):
    return {"LD_PRELOAD": world.shim("lockwatch"), "LOCKWATCH_STORE": store,
            "LOCKWATCH_LOG": log}


class Ready:
    def __init__(self, room):
        self.store = world.company(room)


prepare = Ready


class Clerk(crowd.Worker):
    """Does whatever there is to do."""

    allowed = 0, 1, 75          # 75: another mailer is at work

    def __init__(self, store, log, seed, kill_one_in=6):
        super().__init__(store, seed, kill_one_in, **watched(store, log))

    def work(self):
        for _ in range(ACTS):
            self.dice.choice((self.read, self.step, self.step, self.receive,
                              self.answer, self.load, self.config))()

    def read(self):
        self.attempt(self.dice.choice(READERS))

    def step(self):
        rehearsal = ["-n"] if self.dice.random() < 0.2 else []
        self.attempt(self.dice.choice(WRITERS[:5]) + rehearsal)

    def receive(self, count=ORDERS):
        key = f"K{self.dice.randrange(10**6)}"
        status, out = self.attempt(["order-receive"],
                                   world.orders(count, key))
        if status == 0 and self.dice.random() < 0.5:
            self.attempt(["order-verify"], out)

    def answer(self):
        held = records(self.done(["order-status", "--held",
                                  "customer"]).encode())
        if held:
            self.attempt(["order-resolve", "--set", "customer=C-1",
                          self.dice.choice(held)["ref"], "customer",
                          "corrected"])

    def load(self):
        self.attempt(["order-load", "stock"], "sku,on_hand\n" + "".join(
            f"A-{n},{self.dice.randint(100, 900)}\n" for n in range(1, 21)))

    def config(self):
        self.attempt(["order-config", f"support_phone={self.runs}"])


def old_store(ready, place):
    """As the schema before the newest step left it."""
    os.mkdir(os.path.join(place, "old"))
    store = world.copy(ready.store, os.path.join(place, "old"))
    with contextlib.closing(sqlite3.connect(store)) as db:
        for view, in db.execute("SELECT name FROM sqlite_schema"
                                " WHERE type = 'view'").fetchall():
            db.execute(f"DROP VIEW {view}")
        db.execute("PRAGMA user_version = 2")
    return store


def beginnings(ready, place, log):
    """A new store, an old one, and one that another program has changed."""
    new = os.path.join(place, "new.db")
    old = old_store(ready, place)
    changed = world.copy(ready.store, place)
    with contextlib.closing(sqlite3.connect(changed)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    for store in new, old, changed, new:
        world.tool(["order-init"], store, **watched(store, log))
    expect(world.ask(old, "PRAGMA user_version") ==
           world.ask(new, "PRAGMA user_version"), "the old one is still old")


def restart(ready, place, log, dice):
    """The machine stops in mid-work, its memory is gone; who comes first?"""
    store = world.copy(ready.store, place)
    clerk = Clerk(store, log, dice.random(), kill_one_in=1)
    while clerk.attempt(["order-receive"], world.orders(2000))[0] >= 0:
        store = world.copy(ready.store, place)
    if dice.random() < 0.5 and os.path.exists(store + "-shm"):
        os.unlink(store + "-shm")
    first = Clerk(store, log, dice.random(), kill_one_in=0)
    first.attempt(dice.choice(READERS + WRITERS))
    # enough for a checkpoint in the middle
    first.attempt(["order-receive"], world.orders(2000, "AGAIN"))
    world.sound(store)


def verdict(log):
    """What there was to see, if all of it was as it should be."""
    with open(log) as lines:
        said = lines.read().splitlines()
    looks = [int(n) for n in re.findall(r": seen (\d+)", "\n".join(said))]
    breaches = sorted({line for line in said if ": seen " not in line})
    expect(not breaches, "\n".join(["without the lock:", *breaches]))
    expect(looks, "nothing was seen: is this watching?")
    return sum(looks)


def case(ready, dice, place):
    log = os.path.join(place, "log")
    beginnings(ready, place, log)
    store = world.copy(ready.store, place)
    clerks = [Clerk(store, log, dice.random()) for _ in range(WORKERS)]
    crowd.together([clerk.work for clerk in clerks])
    world.sound(store)
    restart(ready, place, log, dice)
    return {"runs": sum(c.runs for c in clerks),
            "kills": sum(c.kills for c in clerks), "writes": verdict(log)}
