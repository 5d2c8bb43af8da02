"""A reader that does not read holds up nobody but who writes to it.

Every tool, and a line of them on pipes of any size, prints to a reader that
has stopped.  Meanwhile nothing of the store is locked: another line comes to
its end, and SQLite's log can be emptied.  Then each reader goes on in sips,
or goes away."""
import contextlib
import fcntl
import os
import sqlite3
import subprocess
import threading

import crowd
import world
from slow import cannot_print
from stream import MAIN_LINE, records
from world import PATIENCE, expect

CASES = 40
STAGES = 480, 300, 190, 95      # so many orders of the store got so far
SIZES = (4096, 8192, 16384, 32768, 65536, 1 << 20)
RECORD = 100            # every record that a line prints is longer

THINGS = "sku,description,unit,unit_price,currency\n" + "".join(
    f"B-{n},Thing {n},EA,1.00,EUR\n" for n in range(1000))
REPORTS = "ref,event,event_id,note\n" + "".join(
    f"SO-00000001-1,note,n-{n},rang\n" for n in range(500))
PROBES = "sku,quantity\n" + "A-1,1\n" * 1000

# Each prints more than the smallest pipe takes.  Of each row one is run.
ALONE = [[(argv.split(), given) for argv, given in row] for row in (
    [("order-status --all", ""), ("order-status --full --all -o json", "")],
    [("order-status --lines --all", ""), ("order-status --rejects", "")],
    [("order-status --history --all", ""), ("order-audit --all", "")],
    [("order-notify --list", ""), ("order-update", REPORTS)],
    [("order-load items", THINGS), ("order-load -n items", THINGS)],
    [("order-check-stock --probe", PROBES)],
    [("order-check-stock --pending", "")],
    [("order-verify --pending", ""), ("order-verify --pending -n", "")],
    [("order-ack --pending --queue-only", ""), ("order-ack --pending -n", ""),
     ("order-ack --preview --pending", ""), ("order-ack --explain --due", "")],
    [("order-notify", "")])]


class Ready:
    """Orders at every stage, and input that was rejected."""

    def __init__(self, room):
        self.store = store = world.company(room)
        world.tool(["order-config", "-q", "mail_command=/bin/true"], store)
        out = world.orders(STAGES[0])
        for step, count in zip(MAIN_LINE, STAGES):
            header, *rows = out.splitlines(True)
            out = world.tool(step, store, header + "".join(
                rows if step is MAIN_LINE[0] else rows[:count]), ok=(0, 1))
        world.tool(["order-receive", "-q"], store, world.orders(
            200, key="BAD").replace("A-", "\x01"), ok=(1,))


prepare = Ready


class Line:
    """Stages joined by pipes of one size; their input comes in blocks of any
    size, what the last one prints waits in a pipe until it is read."""

    def __init__(self, store, stages, given, size, dice):
        self.stages, self.name = [], " | ".join(" ".join(a) for a in stages)
        source, target = self.pipe(size)
        threading.Thread(target=self.feed, daemon=True, args=(
            target, given.encode(), dice.choice((20, 500, 4096, 1 << 20)),
            )).start()
        for argv in stages:
            out, end = self.pipe(size)
            self.stages.append(subprocess.Popen(
                argv, stdin=source, stdout=end, stderr=subprocess.DEVNULL,
                env=world.environment(store)))
            os.close(source)
            os.close(end)
            source = out
        self.out = source

    @staticmethod
    def pipe(size):
        ends = os.pipe2(os.O_CLOEXEC)
        fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, size)
        return ends

    @staticmethod
    def feed(target, given, block):
        with contextlib.suppress(BrokenPipeError):
            while given:
                given = given[os.write(target, given[:block]):]
        os.close(target)

    def is_stuck(self):
        expect(self.stages[-1].poll() is None, self.name,
               "ends before its pipe is full")
        return cannot_print(self.stages[-1].pid)

    def sip(self, dice):
        """All that comes, to the end."""
        seen = bytearray()
        most = dice.choice((300, 4096, 65536))
        while block := os.read(self.out, dice.randint(1, most)):
            seen += block
        os.close(self.out)
        return bytes(seen)

    def statuses(self):
        return [crowd.until(lambda: stage.poll() is not None and
                            [stage.returncode], f"{self.name} ends")[0]
                for stage in self.stages]

    def stop(self):
        for stage in self.stages:
            stage.kill()
            stage.wait()


@contextlib.contextmanager
def started(*how):
    line = Line(*how)
    try:
        yield line
    finally:
        line.stop()


def empties(store):
    """Everything in SQLite's log can be moved to the database."""
    with crowd.writer(store), contextlib.closing(
            sqlite3.connect(store, timeout=0)) as db:
        busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def stuck(store, line):
    """The line cannot print, and keeps nothing from others."""
    crowd.until(line.is_stuck, f"{line.name} is stuck")
    for byte, name in enumerate(("queue", "writer", "mailer")):
        crowd.until(lambda: not crowd.is_taken(store, byte),
                    f"{line.name} is stuck: the lock, {name}, is free",
                    PATIENCE // 3)
    return line


def others_work(store, dice):
    """While nobody can print."""
    count = dice.choice((1, 30, 200))
    with started(store, MAIN_LINE, world.orders(count, "OTHER"),
                 dice.choice(SIZES), dice) as other:
        seen = other.sip(dice)
        statuses = other.statuses()
    expect(set(statuses) <= {0, 1}, "meanwhile the main line ends with",
           statuses)
    expect(len(records(seen)) == count, "of", count, "orders came out",
           len(records(seen)))
    crowd.until(lambda: empties(store),
                "nobody can print: the log can be emptied", PATIENCE // 3)


def release(line, dice):
    """The reader goes on, or away; how many records there were."""
    gone = dice.random() < 0.2
    if gone:
        os.close(line.out)
    seen = b"" if gone else line.sip(dice)
    statuses = line.statuses()
    expect(set(statuses) <= ({0, 1, 141} if gone else {0, 1}), line.name,
           "ends with", statuses)
    return len(records(seen)) if not gone else None


def case(ready, dice, place):
    store = world.copy(ready.store, place)
    size = dice.choice(SIZES[:4])       # larger ones take too long to fill
    count = size // RECORD + dice.randint(1, 200)
    plugs = [([argv], given, SIZES[0]) for argv, given in
             (dice.choice(row) for row in ALONE)]
    plugs.append((MAIN_LINE[:dice.randint(1, 4)], world.orders(count, "MANY"),
                  size))
    dice.shuffle(plugs)
    with contextlib.ExitStack() as all_of_them:
        lines = [stuck(store, all_of_them.enter_context(
            started(store, stages, given, pipe, dice)))
            for stages, given, pipe in plugs]
        others_work(store, dice)
        printed = [release(line, dice) for line in lines]
    for n, (stages, given, _) in zip(printed, plugs):
        expect(n in (None, count) or stages[0] != MAIN_LINE[0],
               "of", count, "orders", n, "came out")
    world.sound(store)
    return {"lines stopped": len(lines), "readers gone": printed.count(None)}
