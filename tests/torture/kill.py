"""kill -9 of stages of the main line, at any moment, again and again.

A campaign kills in up to four runs on a fresh copy and looks at what was
printed each time, then lets one run go through: it must end as if nothing
had been.  Half the kills come at some moment, half just when the stage has
printed something."""
import os
import signal
import time

import world
from stream import Pipeline
from world import expect

CASES = 50              # about 500 kills
ORDERS = 100
ALLOWED = {0, 1, 65, 141, -9}   # 65: the last line was torn by the kill

END_STATE = """
    SELECT o.id, o.external_ref, o.status, o.ack, o.processing_on,
        o.delivery_on, o.total, l.line, l.item, l.allocated, l.backordered,
        l.backorder_on,
        (SELECT group_concat(hold) FROM holds WHERE order_id = o.id),
        (SELECT group_concat(kind) FROM messages WHERE order_id = o.id)
    FROM orders AS o JOIN lines AS l ON l.order_id = o.id
    ORDER BY o.id, l.line"""


class Ready:
    """The store to start from, the orders, and how it ends undisturbed."""

    def __init__(self, room):
        self.store = world.company(room, on_hand=30)
        self.orders = os.path.join(room, "orders.csv")
        with open(self.orders, "w") as out:
            out.write(world.orders(ORDERS))
        os.mkdir(os.path.join(room, "calm"))
        path = world.copy(self.store, os.path.join(room, "calm"))
        began = time.monotonic()
        clean_run(self.orders, path)
        self.duration = time.monotonic() - began
        self.wanted = world.ask(path, END_STATE)


prepare = Ready


def look(run, path):
    statuses = run.wait()
    expect(set(statuses) <= ALLOWED, "exit statuses", statuses, *run.said)
    there = world.stored(path)
    for stage, printed in zip(run.stages, run.printed()):
        missing = world.uncommitted(printed, there)
        expect(not missing, stage.args[0], "printed what is not committed:",
               *missing[:5])
    return statuses


def clean_run(orders, path):
    run = Pipeline(orders, env=world.environment(path))
    statuses = look(run, path)
    expect(set(statuses) <= {0, 1}, "a run without kills ended with",
           statuses, *run.said)


def kill_some(ready, path, dice):
    """One to four stages; how many of them were still alive."""
    timed, printing = {}, {}
    for victim in dice.sample(range(4), dice.choice((1, 1, 2, 2, 3, 4))):
        if dice.random() < 0.5:
            printing[victim] = dice.randint(1, 6), signal.SIGKILL
        else:
            timed[victim] = dice.uniform(0, ready.duration)
    run = Pipeline(ready.orders, env=world.environment(path), signals=printing)
    began = time.monotonic()
    for victim, moment in sorted(timed.items(), key=lambda item: item[1]):
        time.sleep(max(0, began + moment - time.monotonic()))
        run.stages[victim].kill()
    return look(run, path).count(-9)


def case(ready, dice, place):
    path = world.copy(ready.store, place)
    kills = runs = 0
    while kills < 10:
        for _ in range(dice.randint(2, 4)):
            kills += kill_some(ready, path, dice)
            runs += 1
        clean_run(ready.orders, path)
        world.sound(path, ORDERS)
        there = world.ask(path, END_STATE)
        expect(there == ready.wanted, "the end is not what it would have been",
               *sorted(set(there) ^ set(ready.wanted))[:5])
        path = world.copy(ready.store, place)
    return {"kills": kills, "runs": runs}
