#!/usr/bin/env python3
"""Signals in mid-stream: what was printed is exactly what was done.

usage: interrupt.py ROUNDS ORDERS
Each round sends TERM, INT or HUP to one stage or all stages of a main line
that takes in the same ORDERS under keys of the round's own.  ORDER_SEED
repeats its choices.
"""
import os
import random
import signal
import sys
import time

from stream import Pipeline, stored, uncommitted

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def fail(what, detail):
    sys.exit(f"{what}: {detail}")


def look(run, number, before):
    statuses = run.wait()
    orders = stored(os.environ["ORDER_DB"])
    # -n: it had not even begun
    if not set(statuses) <= {0, 1, 128 + number, -number}:
        fail(f"exit statuses {statuses} after signal {number}", run.said)
    printed = run.printed()
    for stage, rows in zip(run.stages, printed):
        if missing := uncommitted(rows, orders):
            fail(f"{stage.args[0]}: printed, not committed", missing[:5])
    seen = {row["ref"] for row in printed[0]}
    if unseen := set(orders) - before - seen:
        fail("order-receive: committed, not printed", sorted(unseen)[:5])
    return statuses.count(128 + number), set(orders)


def main(rounds, orders):
    seed = int(os.environ.get("ORDER_SEED") or random.randrange(10**6))
    print(f"repeat with ORDER_SEED={seed}", flush=True)
    dice = random.Random(seed)
    caught, known = 0, set()
    for i in range(rounds):
        number = SIGNALS[i % 3]
        with open(orders, encoding="ascii") as f:
            mine = f.read().replace("PO-", f"R{i}-")
        with open("round.csv", "w", encoding="ascii") as f:
            f.write(mine)
        run = Pipeline("round.csv", drains=True,
                       signals={i % 4: (dice.randint(1, 8), number)})
        if i % 2:
            time.sleep(dice.uniform(0, 0.1))
            for stage in run.stages:
                stage.send_signal(number)
        count, known = look(run, number, known)
        caught += count
    if caught == 0:
        fail("no signal met a stage at work", f"in {rounds} rounds")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
