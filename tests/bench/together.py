"""together.py - several processes at once over the same work."""
import os
import sqlite3
import statistics
import time

import world
from table import Row

BUSY = 75
BATCH = 1000                            # orders, at most
TELLING = 10                            # batches each, to speak of fairness


class Sum:
    """Several runs at once, as one."""

    def __init__(self, wall, rans):
        self.wall = wall
        self.cpu = sum(r.cpu for r in rans)
        self.peaks = [max(p) for p in zip(*(r.peaks for r in rans))]
        self.status = [s for r in rans for s in r.status]


def split(b, parts):
    """The file of orders in so many files of whole orders."""
    paths = [os.path.join(world.WORK, f"part-{n}.csv") for n in range(parts)]
    with open(b.file, encoding="utf-8", newline="") as f:
        header = f.readline()
        lines = f.readlines()
    each = len(lines) // 3 // parts * 3         # every order has three
    for n, path in enumerate(paths):
        end = None if n + 1 == parts else (n + 1) * each
        with open(path, "w", encoding="utf-8", newline="") as to:
            to.write(header)
            to.writelines(lines[n * each:end])
    return paths


def run_all(commands_of, parts, db):
    begun = time.monotonic()
    started = [world.start(commands_of(p), db) for p in parts]
    rans = [world.finish(pids, begun) for pids in started]
    return Sum(time.monotonic() - begun, rans)


# Who had done how much when the first was through with all its work?
FAIR = """
WITH done AS (SELECT e.seq, o.run FROM events AS e JOIN originals AS o
	ON o.order_id = e.order_id WHERE e.kind = ?),
first AS (SELECT min(last) AS seq FROM
	(SELECT max(seq) AS last FROM done GROUP BY run))
SELECT count(*) FROM done, first WHERE done.seq <= first.seq GROUP BY run"""


def fairness(db, kind, processes):
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as c:
        served = [n for n, in c.execute(FAIR, (kind,))]
    if len(served) < processes:
        return float("inf")
    return max(served) / min(served)


def measure(b, what, commands_of, tools, kind):
    rows = {}
    for k in b.processes[1:]:
        rows[k] = Row(f"{what}, {k} processes", "one process",
                      "at least" if k == b.processes[-1] else "", 0.8)
    unfair = {k: [] for k in b.processes}
    busy = dict.fromkeys(b.processes, 0)
    for _ in range(b.repeat):
        for k in b.processes:
            parts = split(b, k)
            db = b.fresh("ours.db", b.before)
            ran = run_all(commands_of, parts, db)
            busy[k] += ran.status.count(BUSY)
            if any(s not in (0, 1, BUSY) for s in ran.status):
                raise world.Failed(f"{what}: ended with {ran.status}")
            unfair[k].append(fairness(db, kind, k))
            if k == 1:
                for row in rows.values():
                    row.rival(ran)
            else:
                rows[k].ours(ran, tools)
    for k, row in rows.items():
        ratio = statistics.median(unfair[k])
        told = b.orders / k / BATCH >= TELLING
        row.note = (f"busiest/least {ratio:.2f}" if told else
                    "too few batches to tell what is fair") + \
            f", busy failures {busy[k]}"
        row.also = (ratio <= 1.5 or not told) and busy[k] == 0
    return list(rows.values())


def rows(b):
    def receive(part):
        return [["order-receive", part]]

    def pipeline(part):
        return [["order-receive", part], ["order-verify"],
                ["order-check-stock"]]

    return measure(b, f"order-receive, {b.orders:,} orders", receive,
                   ["order-receive"], "receive") + \
        measure(b, f"receive, verify, check-stock, {b.orders:,} orders",
                pipeline, [c[0] for c in pipeline("")], "allocate")
