"""TERM, INT, HUP and PIPE at any moment, once or twice, processes that are
stopped for a while, and one that is stopped with the lock in its hand: what
was committed is printed, what is printed is committed, others are told who
is in the way, and the day ends as if nothing had been."""
import collections
import os
import signal
import subprocess
import time

import world
from kill import END_STATE, ORDERS, Ready, clean_run
from stop import is_locked, state
from stream import Pipeline
from world import Broken, expect

CASES = 200
ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Company(Ready):
    def __init__(self, room):
        super().__init__(room)
        self.many = os.path.join(room, "many.csv")
        with open(self.many, "w") as out:
            out.write(world.orders(1000, key="M"))


prepare = Company

# What each stage has done to an order, if anything.
DONE = (
    lambda order: True,
    lambda order: order["status"] != "received",
    lambda order: order["stock"] != "unchecked",
    lambda order: order["ack"] != "none",
)


class Printed:
    """What the stages have shown in all runs on one store."""

    def __init__(self, path):
        self.path = path
        self.refs = [set(), set(), set(), set()]
        self.whole = True       # nobody was cut off while printing

    def look(self, run):
        there = world.stored(self.path)
        for stage, printed, refs, has_done in zip(
                run.stages, run.printed(), self.refs, DONE):
            missing = world.uncommitted(printed, there)
            expect(not missing, stage.args[0],
                   "printed what is not committed:", *missing[:5])
            refs.update(row["ref"] for row in printed)
            unseen = {ref for ref, order in there.items()
                      if has_done(order)} - refs
            expect(not self.whole or not unseen, stage.args[0],
                   "committed and never printed", *sorted(unseen)[:5])


def interrupt(ready, path, dice, printed):
    """A signal to one to four stages; to some of them another."""
    moments, printing = [], {}
    sent = collections.defaultdict(set)
    twice = False

    def at_some_time(victim, number):
        sent[victim].add(number)
        moments.append((dice.uniform(0, ready.duration), victim, number))

    for victim in dice.sample(range(4), 2):
        at_some_time(victim, signal.SIGPIPE)
    for victim in dice.sample(range(4), dice.choice((1, 1, 2, 4))):
        if dice.random() < 0.5:
            printing[victim] = dice.randint(1, 6), dice.choice(ENDS)
            sent[victim].add(printing[victim][1])
        else:
            at_some_time(victim, dice.choice(ENDS))
        if dice.random() < 0.2:
            at_some_time(victim, dice.choice(ENDS))
            twice = True
    run = Pipeline(ready.orders, env=world.environment(path),
                   signals=printing, drains=True)
    send(run, moments)
    statuses = run.wait()
    printed.whole &= not twice
    printed.look(run)
    for i, (status, rows) in enumerate(zip(statuses, run.printed())):
        may = {0, 1} | {128 + n for n in sent[i] & set(ENDS)}
        may |= {65} if twice and i > 0 else set()
        may |= set() if rows else {-n for n in sent[i]}  # it had not begun
        expect(status in may, run.stages[i].args[0], "exits", status, "after",
               *sent[i], *run.said)
    return sum(status > 128 for status in statuses)


def send(run, moments):
    began = time.monotonic()
    for moment, stage, number in sorted(moments):
        time.sleep(max(0, began + moment - time.monotonic()))
        run.stages[stage].send_signal(number)


def pause(ready, path, dice, printed):
    """Stages that are stopped and go on change nothing."""
    moments = []
    for victim in dice.sample(range(4), dice.randint(1, 4)):
        moment = dice.uniform(0, ready.duration)
        moments.append((moment, victim, signal.SIGSTOP))
        moments.append((moment + dice.uniform(0, 0.2), victim,
                        signal.SIGCONT))
    run = Pipeline(ready.orders, env=world.environment(path), drains=True)
    send(run, moments)
    statuses = run.wait()
    expect(set(statuses) <= {0, 1}, "exit statuses", statuses, *run.said)
    printed.look(run)
    return len(moments) // 2


# ---- the lock in a stopped hand ----

def stop_with_lock(ready, path, delay):
    """An order-receive that holds the lock and is stopped, or None when it
    ended before it could be caught."""
    fd = os.open(path + "-lock", os.O_RDWR | os.O_CREAT, 0o600)
    holder = subprocess.Popen(["order-receive", "-q", ready.many],
                              env=world.environment(path),
                              stderr=subprocess.PIPE)
    time.sleep(delay)
    try:
        while state(holder.pid) != "Z":
            if not is_locked(fd):
                continue
            holder.send_signal(signal.SIGSTOP)
            while state(holder.pid) not in "TZ":
                time.sleep(0.001)
            if is_locked(fd) and state(holder.pid) == "T":
                return holder
            holder.send_signal(signal.SIGCONT)
    finally:
        os.close(fd)
    holder.communicate()
    return None


WAITERS = (["order-config", "language=de"],
           ["order-verify", "SO-00000001-1"],
           ["order-check-stock", "SO-00000001-1"],
           ["order-ack", "--queue-only", "SO-00000001-1"],
           ["order-receive", "-"])


def wait_in_vain(path, holder, dice):
    """Others end with 75 and say who; whoever only reads is not stopped."""
    waiters = [subprocess.Popen(
        argv + ["--lock-timeout", "1"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=world.environment(path))
        for argv in dice.sample(WAITERS, dice.randint(1, 3))]
    told = dice.choice([None, *ENDS])
    for waiter in waiters:
        waiter.stdin.write(world.orders(3, key="W")
                           if "-" in waiter.args else "")
        waiter.stdin.close()
        waiter.stdin = None
    world.tool(["order-status", "--all"], path)
    if told is not None:
        time.sleep(dice.uniform(0, 0.2))
        waiters[0].send_signal(told)
    for waiter in waiters:
        out, said = waiter.communicate(timeout=world.PATIENCE)
        is_told = waiter is waiters[0] and told is not None
        status = waiter.returncode
        expect(status == 75 or is_told and status in (128 + told, -told),
               *waiter.args, "exits", status, said)
        expect(out.count("\n") <= 1, *waiter.args, "printed", out)
        expect(is_told or f"locked by order-receive (pid {holder.pid})" in
               said, "does not name the pid", holder.pid, said)


def stopped_holder(ready, path, dice):
    delays = dice.uniform(0, 0.05), 0, 0, 0, 0
    for delay in delays:
        if holder := stop_with_lock(ready, path, delay):
            break
    else:
        raise Broken("order-receive works without the lock")
    ends = dice.choice((None, signal.SIGKILL, *ENDS))
    try:
        wait_in_vain(path, holder, dice)
    finally:
        if ends is not None:
            holder.send_signal(ends)
        holder.send_signal(signal.SIGCONT)
        _, said = holder.communicate(timeout=world.PATIENCE)
    wanted = {0, 1} if ends is None else {0, 1, 128 + ends, -ends}
    expect(holder.returncode in wanted, "the holder exits",
           holder.returncode, said.decode())
    world.tool(["order-config", "-q", "language=en"], path)
    return 1


def case(ready, dice, place):
    path = world.copy(ready.store, place)
    printed, counts = Printed(path), collections.Counter()
    for _ in range(dice.randint(1, 4)):
        counts["signalled stages"] += interrupt(ready, path, dice, printed)
    if dice.random() < 0.3:
        counts["pauses"] += pause(ready, path, dice, printed)
    clean_run(ready.orders, path)
    world.sound(path, ORDERS)
    there = world.ask(path, END_STATE)
    expect(there == ready.wanted, "the end is not what it would have been",
           *sorted(set(there) ^ set(ready.wanted))[:5])
    if dice.random() < 0.4:
        counts["stopped holders"] += stopped_holder(ready, path, dice)
        world.sound(path)
    return counts
