#!/usr/bin/env python3
"""bench.py [full|small|tiny] [PART ...]: the tools beside their rivals.

Each part runs ours and the rival in turn, so that a noisy machine is noisy
for both, and takes medians.  What both left behind is compared: a rival that
does less work ends the run with status 1.  All parts at full scale also write
tests/bench/results/README.md.
"""
import os
import sys
import tempfile
from statistics import median

sys.dont_write_bytecode = True          # nothing is left in the source tree

import foreign  # noqa: E402
import growth  # noqa: E402
import same  # noqa: E402
import table  # noqa: E402
import together  # noqa: E402
import world  # noqa: E402
from table import Row  # noqa: E402

SCALES = {
    "full": dict(orders=100000, mails=2000, repeat=5, point=20,
                 grown=(10000, 100000, 1000000), processes=(1, 2, 4, 8)),
    "small": dict(orders=10000, mails=200, repeat=3, point=10,
                  grown=(1000, 10000, 100000), processes=(1, 2, 4, 8)),
    "tiny": dict(orders=200, mails=20, repeat=1, point=2,
                 grown=(1000, 2000, 3000), processes=(1, 2)),
}


def must_be_same(what, *args):
    said = same.main(*args)
    if said:
        raise world.Failed("\n".join([f"{what}: not the same work", *said]))


def must_be_sound(db):
    """Its chain of events holds, and every promise about the rows."""
    for question in "--verify", "--check":
        if world.run(["order-audit", question], db).status != [0]:
            raise world.Failed(f"{db}: order-audit {question} finds fault")


class Bench:
    """One scale's files and stores."""

    def __init__(self, orders, mails, repeat, point, grown, processes):
        self.orders, self.nmails, self.repeat = orders, mails, repeat
        self.point, self.grown, self.processes = point, grown, processes
        self.folder = world.data(orders)
        self.file = f"{self.folder}/orders.csv"
        self.before = self.path("before.db")
        self.lean_before = self.path("lean-before.db")
        world.make_store(self.before, orders)
        self.make_lean(self.lean_before)

    @staticmethod
    def path(name):
        return os.path.join(world.WORK, name)

    def make_lean(self, db):
        world.remove_store(db)
        self.shell(db, "lean.sql")

    def shell(self, db, script):
        """A script of ours in the sqlite3 shell, where the data is."""
        begun = [["sh", "-c", 'cd "$1" && exec sqlite3 -bail "$2" <"$3"',
                  "sh", self.folder, db, f"{world.HERE}/{script}"]]
        return world.pipe(begun, db, None)

    def fresh(self, name, before):
        db = self.path(name)
        world.copy_store(before, db)
        world.settle()
        return db


def n(number):
    return f"{number:,}"


def receive(b):
    """order-receive beside the floor."""
    model = b.path("model.db")
    row = Row(f"order-receive, {n(b.orders)} orders of 3 lines", "the floor",
              "at most", 1.3)
    row.note = "the floor holds all rows in memory"
    for i in range(b.repeat):
        db = b.fresh("ours.db", b.before)
        row.ours(world.pipe([["order-receive", b.file]], db, None),
                 ["order-receive"])
        if i == 0:
            world.copy_store(db, model)
        rival = b.fresh("rival.db", b.before)
        row.rival(world.floor(model, rival))
        if i == 0:
            must_be_same("floor", "floor", model, rival)
    return [row]


THREE = [["order-receive"], ["order-verify"], ["order-check-stock"]]


def stages(b, *more):
    return [[*THREE[0], b.file], *THREE[1:], *more]


def three_passes(b):
    """A store that the three tools filled one after another: a model."""
    db = b.path("model.db")
    world.copy_store(b.before, db)
    said = b.file
    for argv in THREE:
        records, said = said, b.path(f"{argv[0]}.records")
        world.tool(db, *argv, stdin=records, stdout=said)
    return db


def told_apart(passes):
    """The floor's passes: the median of each."""
    return ", ".join(
        f"{argv[0].removeprefix('order-')} {table.seconds(median(walls))}"
        for argv, walls in zip(THREE, zip(*passes)))


def pipeline(b):
    """Three tools beside what an admin would write, beside plain SQL, and
    beside the rows that they cannot do without; those beside the admin's
    script tell how near to it a program can come that writes them in three
    steps, one writer at a time."""
    what = f"receive, verify, check-stock, {n(b.orders)} orders"
    lean = Row(what, "lean Python", "at most", 1.5)
    sets = Row(what, "SQL over sets")
    rows = Row(what, "the floor: their rows alone")
    least = Row(f"the floor: rows of the three steps, {n(b.orders)} orders",
                "lean Python")
    model = three_passes(b)
    for i in range(b.repeat):
        ours = b.fresh("ours.db", b.before)
        ran = world.pipe(stages(b), ours, None)
        lean.ours(ran, [c[0] for c in THREE])
        sets.ours(ran)
        rows.ours(ran)
        db = b.fresh("rival.db", b.before)
        ran = world.floor(model, db)
        rows.rival(ran)
        least.ours(ran)
        if i == 0:
            must_be_same("floor", "floor", model, db)
        db = b.fresh("lean.db", b.lean_before)
        ran = world.pipe(
            [["python3", f"{world.HERE}/lean.py", db, b.file]], db, None)
        lean.rival(ran)
        least.rival(ran)
        if i == 0:
            must_be_same("lean.py", "lean", ours, db)
        db = b.fresh("sets.db", b.lean_before)
        sets.rival(b.shell(db, "sets.sql"))
        if i == 0:
            must_be_same("sets.sql", "lean", ours, db)
    rows.note = told_apart(r.passes for r in rows.runs[1])
    return [lean, sets, rows, least]


def verify(b):
    """order-audit --verify beside a loop that hashes the same events."""
    db = three_passes(b)
    head, end = b.path("head.said"), b.path("chain.said")
    row = Row(f"order-audit --verify, events of {n(b.orders)} orders",
              "hashing them alone", "at most", 1.5, by="cpu")
    for i in range(b.repeat):
        row.ours(world.pipe([["order-audit", "--verify"]], db, None),
                 ["order-audit"])
        row.rival(world.run([world.CHAIN, db], db, stdout=end))
        if i > 0:
            continue
        world.tool(db, "order-audit", "--head", stdout=head)
        with open(head, encoding="ascii") as a, \
                open(end, encoding="ascii") as c:
            if a.read() != c.read():
                raise world.Failed("chain: not the same work")
    return [row]


def full_script(db, *argv):
    return world.pipe([["python3", f"{world.HERE}/full.py", db, *argv]], db,
                      None)


def full(b):
    """All four tools beside one script that writes the same rows."""
    row = Row(f"four steps, mails queued, {n(b.orders)} orders",
              "full Python")
    commands = stages(b, ["order-ack", "--queue-only"])
    for i in range(b.repeat):
        ours = b.fresh("ours.db", b.before)
        row.ours(world.pipe(commands, ours, None), [c[0] for c in commands])
        rival = b.fresh("rival.db", b.before)
        row.rival(full_script(rival, b.file))
        if i == 0:
            must_be_same("full.py", "full", ours, rival)
            must_be_sound(rival)
    return [row]


def mails(b):
    """The same with mails.  They are composed, stored and handed over to a
    Maildir in memory where there is one: what is asked is what a mail costs,
    not the disk below the Maildir.  Both still wait for the disk of the store,
    hence processor time tells them apart."""
    before = b.path("mails-before.db")
    world.make_store(before, b.nmails)
    source = f"{world.data(b.nmails)}/orders.csv"
    what = f"four steps, mails composed and handed over, {n(b.nmails)} orders"
    row = Row(what, "full Python", "times faster", 5, by="cpu")
    wall = Row(what + ", with waiting for the disk", "full Python")
    place, named = world.mail_place()
    row.note = wall.note = f"both Maildirs {named}"
    with tempfile.TemporaryDirectory(prefix="order-bench-", dir=place) as into:
        for i in range(b.repeat):
            hand_over(b, before, source, into, (row, wall), compare=i == 0)
    return [row, wall]


def hand_over(b, before, source, into, rows, compare):
    """Ours and the rival's mails once, into Maildirs of their own."""
    commands = [["order-receive", source], *THREE[1:], ["order-ack"]]
    ours, rival = b.path("ours.db"), b.path("rival.db")
    maildir = world.empty_maildir(f"{into}/ours")
    its = world.empty_maildir(f"{into}/rival")
    world.copy_store(before, ours)
    world.tool(ours, "order-config", "-q", f"mail_command=maildir:{maildir}")
    world.copy_store(ours, rival)
    world.settle()
    ran = world.pipe(commands, ours, None)
    for r in rows:
        r.ours(ran, [c[0] for c in commands])
    world.settle()
    ran = full_script(rival, source, its)
    for r in rows:
        r.rival(ran)
    if compare:
        must_be_same("full.py", "full", ours, rival, maildir, its)
        must_be_sound(rival)


PARTS = {"receive": receive, "mapped": foreign.mapped,
         "pipeline": pipeline, "verify": verify, "full": full,
         "mails": mails, "start-up": growth.start_up, "growth": growth.rows,
         "concurrency": together.rows}


def main(scale="full", *parts):
    unknown = [p for p in parts if p not in PARTS]
    if scale not in SCALES or unknown:
        sys.exit(f"usage: bench.py [{'|'.join(SCALES)}] [PART ...]; "
                 f"the parts are {' '.join(PARTS)}")
    os.makedirs(world.WORK, exist_ok=True)
    try:
        b = Bench(**SCALES[scale])
        rows = []
        for part in parts or PARTS:
            print(f"  {part}", file=sys.stderr, flush=True)
            rows += PARTS[part](b)
    except world.Failed as e:
        sys.exit(f"bench: {e}")
    if not parts:
        rows.append(table.memory())
    text = table.page(rows, scale)
    print(text, end="")
    if scale == "full" and not parts:
        os.makedirs(f"{world.HERE}/results", exist_ok=True)
        with open(f"{world.HERE}/results/README.md", "w",
                  encoding="utf-8") as f:
            f.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
