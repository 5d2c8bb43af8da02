"""Archiving and erasure, killed at every call that changes something and at
any moment: nothing is lost, nothing is there twice, and when another run has
gone through, the end is as if nothing had been and no byte of the customer is
left in any file.  So it is when a move is cut off and the customer erased
before it goes on."""
import os
import shutil
import subprocess
import time

import people
import world
from world import expect

CASES = 200             # about 2,000 calls and 400 moments
ORDERS = 12
SHIM = world.shim("fault")
TOKEN = "zqtoken"       # in every word of the customer's, and nowhere else
OTHER = "zrother"       # in every word of another one, who stays
LONG_AGO, A_WHILE_AGO = "2026-11-23T09:00:00Z", "2027-11-23T09:00:00Z"
LATER = "2031-03-01T09:00:00Z"
FILES = "orders.db", "old.db"
JOBS = {
    "move": ["order-archive", "-q", "--to", "old.db", "--pending"],
    "erase": ["order-archive", "-q", "--erase-customer", f"{TOKEN}-1"],
}
STAYS = {"stock_ledger", "archived"}            # here, and is not there
BOTH = {"events", "order_keys"}
CHANCE = {("event_details", "salt"), ("events", "digest"), ("events", "hash")}


def run(job, place, **more):
    env = {**world.environment("orders.db"), "ORDER_NOW": LATER, **more}
    return subprocess.run(JOBS[job], cwd=place, env=env, text=True,
                          capture_output=True, timeout=world.PATIENCE,
                          stdin=subprocess.DEVNULL)


def tool(store, line, given="", ok=(0, 1), **more):
    return world.tool(line.split(), store, given, ok=ok, **more)


def fill(store):
    """Long ago, and a while ago: that is not archived yet."""
    lives = {TOKEN: [], OTHER: []}
    world.tool(["order-config", "-q", "archive_days=1000"], store)
    for token in TOKEN, OTHER:
        for key, now in ("OLD", LONG_AGO), ("NEW", LATER[:3] + "0" + LATER[4:]):
            person = people.Person(store, token, now)
            if key == "OLD":
                person.on_file()
            lives[token] += person.lives(f"{key}-{token[2:]}")
    for number in lives[TOKEN] + lives[OTHER]:
        people.left_blank(store, number)
    orders(store, "MANY", ORDER_NOW=LONG_AGO)
    return lives


def orders(store, key, **now):
    """Of anybody; one in three stays open."""
    rows = ["external_ref,channel,customer,sku,quantity"]
    rows += [f"{key}-{i},email,C-{i % 9 + 1},A-2,1" for i in range(ORDERS)]
    tool(store, "order-receive -q", "\n".join(rows) + "\n", **now)
    for name in "verify", "check-stock", "ack":
        tool(store, f"order-{name} -q --pending", **now)
    said = "ref,event\n" + "".join(
        f"{ref},cancelled\n" for i, (ref,) in enumerate(world.ask(
            store, "SELECT ref FROM orders WHERE external_ref LIKE ?",
            key + "-%")) if i % 3)
    tool(store, "order-update -q", said, **now)
    tool(store, "order-notify -q", **now)


def columns(path, table):
    return ", ".join(
        name for _, name, *_ in world.ask(path, f"PRAGMA table_info({table})")
        if (table, name) not in CHANCE)


def state(place):
    """All that is in both files; salts, and what hangs on them, are chance."""
    found = []
    for name in FILES:
        path = os.path.join(place, name)
        for table, in world.ask(
                path, "SELECT name FROM sqlite_schema WHERE type = 'table'"
                " ORDER BY name") if os.path.exists(path) else ():
            found += sorted(((name, table) + row for row in world.ask(
                path, f"SELECT {columns(path, table)} FROM {table}")),
                key=repr)
    return found


def whole(place, ready, numbers):
    """Every row of these orders is as it was: here, or else there."""
    live, old = (os.path.join(place, name) for name in FILES)
    gone = {i for i, in world.ask(live, "SELECT order_id FROM archived")}
    for number in numbers:
        here = people.of_order(live, number)
        there = people.of_order(old, number) if number in gone else here
        for table, rows in ready.rows[number].items():
            now = here if table in STAYS else there
            expect(table == "archived" or now[table] == rows, table, "of",
                   number, "differs:", rows, now[table])
            expect(number not in gone or table in STAYS | BOTH or
                   not set(here[table]) & set(rows), table, "of", number,
                   "is here and there")


class Ready:
    def __init__(self, room):
        self.room, self.before, self.calm, self.time = room, {}, {}, {}
        store = world.company(room)
        self.lives = fill(store)
        self.all = {i for i, in world.ask(store, "SELECT id FROM orders")}
        self.rows = {i: people.of_order(store, i) for i in self.all}
        for table in people.OF:
            expect(table == "archived" or any(
                rows[table] for rows in self.rows.values()),
                "there is nothing in", table)
        place = os.path.join(room, "calm")
        os.mkdir(place)
        shutil.copy(store, place)
        self.points = []
        for job in JOBS:
            self.before[job] = os.path.join(room, f"before-{job}")
            shutil.copytree(place, self.before[job])
            self.points += [(job, n) for n in self.count(job)]
            began = time.monotonic()
            done = run(job, place)
            self.time[job] = time.monotonic() - began
            expect(done.returncode == 0, job, "exits", done.stderr)
            self.calm[job] = state(place)
            finish(job, place, self)

    def count(self, job):
        place = self.lay(job, os.path.join(self.room, "count"))
        log = os.path.join(self.room, "log")
        run(job, place, LD_PRELOAD=SHIM, FAULT_LOG=log)
        with open(log) as lines:
            calls = [line.split(" ", 3) for line in lines]
        os.unlink(log)
        return [n for n, _, what, _ in calls if what not in "lp"]

    def lay(self, job, place):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.before[job], place)
        return place


prepare = Ready


def look(place, ready):
    """Between two runs: every order is somewhere."""
    here, there = (
        {i for i, in world.ask(os.path.join(place, name),
                               "SELECT id FROM orders")}
        if os.path.exists(os.path.join(place, name)) else set()
        for name in FILES)
    gone = {i for i, in world.ask(os.path.join(place, "orders.db"),
                                  "SELECT order_id FROM archived")}
    expect(here | there == ready.all, "lost:", ready.all - here - there)
    expect(not gone & here and gone <= there, "archived, but not there:",
           gone & here, gone - there)


def finish(job, place, ready):
    look(place, ready)
    for name in FILES:
        path = os.path.join(place, name)
        if os.path.exists(path):
            tool(path, "order-audit --check -q", ok=(0,))
            tool(path, "order-audit --verify -q", ok=(0,))
    whole(place, ready, ready.all if job == "move" else ready.lives[OTHER])
    if job == "erase":
        clean(place)


def clean(place):
    for folder, _, names in os.walk(place):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                found = f.read().lower()
            at = found.find(TOKEN.encode())
            expect(at < 0, "a word of the customer's is left in", name, ":",
                   found[at:at + 40])


def again(job, place, ready):
    done = run(job, place)
    expect(done.returncode == 0, "the next run exits", done.returncode,
           done.stderr)
    there = state(place)
    expect(there == ready.calm[job], "the end is not what it would have been:",
           *[row for row in there if row not in ready.calm[job]][:5],
           *[row for row in ready.calm[job] if row not in there][:5])
    finish(job, place, ready)


def erased_meanwhile(place, ready):
    """The move that was cut off goes on after the erasure."""
    for job in "erase", "move":
        done = run(job, place)
        expect(done.returncode == 0, job, "exits", done.returncode,
               done.stderr)
        finish("erase", place, ready)


def kill_at(job, number, place, ready):
    done = run(job, ready.lay(job, place), LD_PRELOAD=SHIM, FAULT_MODE="kill",
               FAULT_AT=str(number))
    expect(done.returncode == -9, "was not killed", done.returncode,
           done.stderr)
    look(place, ready)
    if job == "move":
        shutil.copytree(place, place + "-erased")
        erased_meanwhile(place + "-erased", ready)
        shutil.rmtree(place + "-erased")
    again(job, place, ready)


def kill_then(job, moment, place, ready):
    env = {**world.environment("orders.db"), "ORDER_NOW": LATER}
    process = subprocess.Popen(JOBS[job], cwd=ready.lay(job, place), env=env,
                               stdin=subprocess.DEVNULL)
    time.sleep(moment)
    process.kill()
    killed = process.wait(world.PATIENCE) == -9
    look(place, ready)
    again(job, place, ready)
    return killed


def case(ready, dice, place):
    counts = {"calls": 0, "moments": 0}
    spot = os.path.join(place, "spot")
    for job, number in dice.hand(ready.points, CASES):
        try:
            kill_at(job, number, spot, ready)
        except world.Broken as why:
            raise world.Broken(f"{job}, call {number}\n{why}") from None
        counts["calls"] += 1
    for job in JOBS:
        counts["moments"] += kill_then(
            job, dice.uniform(0, ready.time[job]), spot, ready)
    return counts
