"""Clocks that are wrong, jump, run fast or walk at random, another one for
every stage: time is only a label, so the day ends with the same orders in
the same order, and every message leaves."""
import glob
import os
import random
import subprocess
import threading

import world
from kill import ORDERS, Ready
from stream import MAIN_LINE, Pipeline
from world import expect

CASES = 100
LIBRARY = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)

CLOCKS = ("-1d", "+20y", "-20y", "+12h", "+0 x1000", "+0 x0.01", "-30d x50",
          "@2038-01-19 03:14:06 x100", "@1970-01-02 00:00:00",
          "@2026-10-25 00:59:59 x3000", "@2028-02-28 23:59:59 x10",
          "@2099-12-31 23:59:59 x10")
ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu",
         "Europe/Berlin", ":none", "", "XYZ-26:30")

# All that does not name a day.
END_STATE = """
    SELECT o.id, o.external_ref, o.status, o.decided_at IS NULL, o.total,
        l.line, l.item, l.allocated, l.backordered,
        (SELECT group_concat(hold) FROM holds WHERE order_id = o.id),
        (SELECT group_concat(kind) FROM messages WHERE order_id = o.id
            AND kind <> 'receipt')
    FROM orders AS o JOIN lines AS l ON l.order_id = o.id
    ORDER BY o.id, l.line"""
IN_ORDER = """
    SELECT order_id, seq FROM events WHERE kind = 'receive'
    ORDER BY order_id"""
UNSENT = """
    SELECT id, recipient, state, attempts, tried_at, next_try_at
    FROM messages WHERE state NOT IN ('sent', 'by-hand')"""
TIMED_OUT = "SELECT id, error FROM messages WHERE error LIKE 'timed out%'"


class Times(Ready):
    def __init__(self, room):
        super().__init__(room)
        path = world.copy(self.store, os.path.join(room, "calm"))
        main_line(self, path, MAIN_LINE)
        self.wanted = world.ask(path, END_STATE)
        self.can_fake = LIBRARY is not None and subprocess.run(
            fake("FAKETIME=+1y") + ["order-init", "--version"],
            capture_output=True).returncode == 0


prepare = Times


def fake(*settings):
    """How a command is started that is to see another time."""
    return ["env", "-u", "ORDER_NOW", f"LD_PRELOAD={LIBRARY}", *settings]


def pinned(dice):
    day = dice.choice(("1999-12-31", "2026-11-22", "2026-11-24", "2038-01-19",
                       "2100-02-28"))
    return ["env", f"ORDER_NOW={day}T{dice.randrange(24):02}:59:59Z"]


def wrong(ready, dice, walk, steadily=False):
    """A clock that is wrong in some way, in some zone; steadily: but seconds
    are as long as always."""
    zone = f"TZ={dice.choice(ZONES)}"
    if not ready.can_fake or dice.random() < 0.2:
        return pinned(dice) + [zone]
    steady = "DONT_FAKE_MONOTONIC=1"
    if dice.random() < 0.3:
        return fake(zone, f"FAKETIME_TIMESTAMP_FILE={walk}",
                    "FAKETIME_NO_CACHE=1", steady)
    return fake(zone, f"FAKETIME={dice.choice(CLOCKS)}",
                *([steady] if steadily or dice.random() < 0.5 else []))


class Walk(threading.Thread):
    """A clock that jumps up to a year to and fro, as often as it can."""

    def __init__(self, path, seed):
        super().__init__(daemon=True)
        self.path, self.dice = path, random.Random(seed)
        self.over = threading.Event()
        self.jump()
        self.start()

    def jump(self):
        with open(self.path + ".new", "w") as out:
            print(f"{self.dice.randint(-365, 365):+}d", file=out)
        os.rename(self.path + ".new", self.path)

    def run(self):
        while not self.over.wait(0.002):
            self.jump()

    def stop(self):
        self.over.set()
        self.join()


def main_line(ready, path, stages):
    run = Pipeline(ready.orders, stages, env=world.environment(path),
                   drains=True)
    statuses = run.wait()
    expect(set(statuses) <= {0, 1}, "exit statuses", statuses, *run.said)
    there = world.stored(path)
    for stage, printed in zip(MAIN_LINE, run.printed()):
        missing = world.uncommitted(printed, there)
        expect(not missing, stage[0], "printed what is not committed:",
               *missing[:5])
    return run.printed()


def deliver(path, clock, command):
    world.tool(["order-config", "-q", f"mail_command={command}"], path)
    world.tool([*clock, "order-notify", "-q"], path)


def mail(ready, path, dice, walk):
    """What failed under one clock leaves under an earlier one at once, and
    under a later one when its time has come."""
    for _ in range(2):
        deliver(path, wrong(ready, dice, walk, True), "/bin/false")
    late = world.ask(path, TIMED_OUT)
    expect(not late, "not given its time:", *late[:3])
    for now in dice.choice((["1970-01-01"], ["2200-01-01"],
                            ["1990-01-01", "2200-01-01"])):
        deliver(path, ["env", f"ORDER_NOW={now}T00:00:00Z"], "/bin/true")
    unsent = world.ask(path, UNSENT)
    expect(not unsent, "messages that never leave:", *unsent[:3])


def case(ready, dice, place):
    path = world.copy(ready.store, place)
    walk = Walk(os.path.join(place, "walk"), dice.random())
    try:
        first = main_line(ready, path, [
            wrong(ready, dice, walk.path) + argv for argv in MAIN_LINE])
        again = main_line(ready, path, [
            wrong(ready, dice, walk.path) + argv for argv in MAIN_LINE])
        mail(ready, path, dice, walk.path)
    finally:
        walk.stop()
    expect([[row["ref"] for row in rows] for rows in first] ==
           [[row["ref"] for row in rows] for rows in again],
           "the same orders in another order")
    world.sound(path, ORDERS)
    received = world.ask(path, IN_ORDER)
    expect(sorted(received, key=lambda row: row[1]) == received,
           "numbers and events are not in the same order")
    there = world.ask(path, END_STATE)
    expect(there == ready.wanted, "the end is not what it would have been",
           *sorted(set(there) ^ set(ready.wanted))[:5])
    return {"main lines": 2, "messages": len(world.ask(
        path, "SELECT 1 FROM messages WHERE state = 'sent'"))}
