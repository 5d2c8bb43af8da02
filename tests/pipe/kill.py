#!/usr/bin/env python3
"""kill -9 stages of the main line, again and again.

usage: kill.py KILLS ORDERS NUMBER-OF-ORDERS
$ORDER_DB is the store to start from; it is copied and left alone.  Each
campaign kills in up to four runs on a fresh copy, looks at what was printed
each time, then lets one run go through: it must end as if nothing had been.
ORDER_SEED repeats a run's choices.
"""
import os
import random
import shutil
import signal
import sqlite3
import sys
import time

from check import breaches
from stream import Pipeline, stored, uncommitted

ALLOWED = {0, 1, 65, 141, -9}   # 65: the last line was torn by the kill

END_STATE = """
    SELECT o.id, o.external_ref, o.status, o.ack, o.processing_on,
        o.delivery_on, o.total, l.line, l.item, l.allocated, l.backordered,
        l.backorder_on,
        (SELECT group_concat(hold) FROM holds WHERE order_id = o.id),
        (SELECT group_concat(kind) FROM messages WHERE order_id = o.id)
    FROM orders AS o JOIN lines AS l ON l.order_id = o.id
    ORDER BY o.id, l.line"""


def end_state(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute(END_STATE).fetchall()
    finally:
        db.close()


def fresh(path):
    for suffix in "", "-wal", "-shm", "-lock":
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    shutil.copy(os.environ["ORDER_DB"], path)
    return {**os.environ, "ORDER_DB": path}


def fail(what, rows):
    print(f"{what}:", *rows[:5], sep="\n  ")
    sys.exit(1)


def look(run, path):
    statuses = run.wait()
    if not set(statuses) <= ALLOWED:
        fail(f"exit statuses {statuses}", run.said)
    orders = stored(path)
    for stage, printed in zip(run.stages, run.printed()):
        missing = uncommitted(printed, orders)
        if missing:
            fail(f"{stage.args[0]}: printed, not committed", missing)
    return statuses


def clean_run(orders, path, env):
    run = Pipeline(orders, env=env)
    statuses = look(run, path)
    if not set(statuses) <= {0, 1}:
        fail(f"a run without kills ended with {statuses}", run.said)


def kill_some(orders, path, env, dice, duration):
    """One or two stages, at some moment or just when they print something;
    how many of them were still alive."""
    timed, printing = {}, {}
    for victim in dice.sample(range(4), dice.randint(1, 2)):
        if dice.random() < 0.5:
            printing[victim] = dice.randint(1, 6), signal.SIGKILL
        else:
            timed[victim] = dice.uniform(0, duration)
    run = Pipeline(orders, env=env, signals=printing)
    began = time.monotonic()
    for victim, moment in sorted(timed.items(), key=lambda item: item[1]):
        time.sleep(max(0, began + moment - time.monotonic()))
        run.stages[victim].kill()
    return look(run, path).count(-9)


def main(kills, orders, count):
    seed = int(os.environ.get("ORDER_SEED") or random.randrange(10**6))
    print(f"repeat with ORDER_SEED={seed}", flush=True)
    dice = random.Random(seed)
    path = os.path.join(os.environ["TEST_DIR"], "killed.db")
    env = fresh(path)
    began = time.monotonic()
    clean_run(orders, path, env)
    duration = time.monotonic() - began
    wanted = end_state(path)
    hits = runs = 0
    while hits < kills:
        env = fresh(path)
        for _ in range(dice.randint(2, 4)):
            hits += kill_some(orders, path, env, dice, duration)
            runs += 1
        clean_run(orders, path, env)
        if broken := breaches(path, count):
            fail("after the last run", broken)
        if end_state(path) != wanted:
            fail("the end is not what it would have been",
                 sorted(set(end_state(path)) ^ set(wanted)))
    print(f"{hits} killed in {runs} runs")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
