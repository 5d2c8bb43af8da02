"""Archiving and erasure, killed at every call that changes something and at
any moment: nothing is lost, nothing is there twice, and when another run has
gone through, the end is as if nothing had been and no byte of the customer is
left in any file."""
import os
import shutil
import subprocess
import time

import world
from world import expect

CASES = 200             # about 1,500 calls and 400 moments
ORDERS = 12
SHIM = world.shim("fault")
TOKEN = "zqtoken"       # in every word of the customer's, and nowhere else
LATER = "2028-03-01T09:00:00Z"
FILES = "orders.db", "old.db"
JOBS = {
    "move": ["order-archive", "-q", "--to", "old.db", "--pending"],
    "erase": ["order-archive", "-q", "--erase-customer", f"{TOKEN}-1"],
}


def run(job, place, **more):
    env = {**world.environment("orders.db"), "ORDER_NOW": LATER, **more}
    return subprocess.run(JOBS[job], cwd=place, env=env, text=True,
                          capture_output=True, timeout=world.PATIENCE,
                          stdin=subprocess.DEVNULL)


def tool(store, line, given="", ok=(0, 1), **more):
    return world.tool(line.split(), store, given, ok=ok, **more)


def fill(store):
    """Long ago, and a while ago: that is not archived yet."""
    customer(store)
    orders(store, "OLD", ORDER_NOW="2026-11-23T09:00:00Z")
    orders(store, "NEW", ORDER_NOW="2027-11-23T09:00:00Z")


def customer(store):
    tool(store, "order-load -q customers", "customer,name,email,bill_line1,"
         f"currency\n{TOKEN}-1,{TOKEN} Ltd,a@{TOKEN}.example,{TOKEN} road,EUR\n")


def orders(store, key, **now):
    """Every second order is hers; one in three stays open if it is not."""
    rows = ["external_ref,channel,customer,sku,quantity,description,"
            "customer_name,email,phone,ship_name,ship_line1,ship_city,"
            "payment_token,instructions,line_instructions"]
    for i in range(ORDERS):
        rows.append(f"{key}-{i},email," + (
            f"{TOKEN}-1,A-1,2,{TOKEN},{TOKEN},b@{TOKEN}.example,{TOKEN},"
            f"{TOKEN},{TOKEN},{TOKEN},{TOKEN},{TOKEN},{TOKEN}" if i % 2 else
            f"C-{i % 9 + 1},A-2,1" + "," * 10))
    tool(store, "order-receive -q", "\n".join(rows) + "\n", **now)
    tool(store, "order-verify -q --pending", **now)
    tool(store, "order-check-stock -q --pending", **now)
    tool(store, "order-ack -q --pending", **now)
    said = "ref,event,note\n"
    for i, (ref,) in enumerate(world.ask(
            store, "SELECT ref FROM orders WHERE external_ref LIKE ?",
            key + "-%")):
        if i % 2 or i % 3:
            who = TOKEN if i % 2 else "somebody"
            for event in "inquiry", "reply", "note", "hold", "cancelled":
                said += f"{ref},{event},{who} says {event}\n"
    tool(store, "order-update -q", said, **now)
    tool(store, "order-notify -q", **now)
    tool(store, "order-receive -q --channel email",
         f"external_ref,email,sku,quantity\n{key},a@{TOKEN}.example,A-1,x\n")
    tool(store, "order-resolve -q dismiss --reject " + str(max(
        world.ask(store, "SELECT max(id) FROM rejects"))[0]))


STATE = [
    f"SELECT '{t}', * FROM {t} ORDER BY 2, 3, 4" for t in (
        "orders", "lines", "holds", "findings", "originals", "updates",
        "messages", "message_bytes", "inquiries", "order_keys", "customers",
        "archived", "rejects", "stock", "stock_ledger")] + [
    "SELECT seq, order_id, kind, at FROM events ORDER BY seq",
    "SELECT seq, actor, tool, detail FROM event_details ORDER BY seq"]


def state(place):
    """All that counts of both files; salts, and what hangs on them, are
    chance."""
    found = []
    for name in FILES:
        path = os.path.join(place, name)
        if os.path.exists(path):
            for sql in STATE:
                found += [(name,) + row for row in world.ask(path, sql)]
    return found


class Ready:
    def __init__(self, room):
        self.room, self.before, self.calm, self.time = room, {}, {}, {}
        store = world.company(room)
        fill(store)
        self.all = {i for i, in world.ask(store, "SELECT id FROM orders")}
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
        finish(place, self)
        clean(place)

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


def finish(place, ready):
    look(place, ready)
    for name in FILES:
        path = os.path.join(place, name)
        if os.path.exists(path):
            tool(path, "order-audit --check -q", ok=(0,))
            tool(path, "order-audit --verify -q", ok=(0,))


def clean(place):
    for name in os.listdir(place):
        with open(os.path.join(place, name), "rb") as f:
            expect(TOKEN.encode() not in f.read().lower(),
                   "a word of the customer's is left in", name)


def again(job, place, ready):
    done = run(job, place)
    expect(done.returncode == 0, "the next run exits", done.returncode,
           done.stderr)
    there = state(place)
    expect(there == ready.calm[job], "the end is not what it would have been:",
           *[row for row in there if row not in ready.calm[job]][:5],
           *[row for row in ready.calm[job] if row not in there][:5])
    finish(place, ready)
    if job == "erase":
        clean(place)


def kill_at(job, number, place, ready):
    done = run(job, ready.lay(job, place), LD_PRELOAD=SHIM, FAULT_MODE="kill",
               FAULT_AT=str(number))
    expect(done.returncode == -9, "was not killed", done.returncode,
           done.stderr)
    look(place, ready)
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
