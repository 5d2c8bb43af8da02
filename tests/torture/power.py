"""Power cuts: any moment of a day, with what was not yet synced kept, lost,
partly lost or torn.

A day's work is done once, and everything it writes is logged in order, with
the syncs and with what was printed.  From the log the files are made as a
disk may hold them after a cut at any moment: what was synced is there; of
the rest nothing, all, some writes, or some sectors of 512 bytes of them.
Names count as synced with their directory.  Whatever is left must be sound,
be the state of some commit, and not of one before the last that was printed.
"""
import os
import shutil
import subprocess

import jobs
import texts
import world
from stream import records
from world import expect

CASES = 20              # of a hundred cuts, or ten of a long day
SHIM = world.shim("power")
SECTOR = 512
HOW = "lost", "kept", "some", "torn"
ENDS = "sync", "syncdir", "out", "done"

DAY = [
    (["order-init"], ""),
    *((["order-load", kind], rows) for kind, rows in texts.MASTER.items()),
    (["order-config", "mail_from=orders@example.com", "rule.duplicate=off",
      "mail_command=maildir:mail", "ack_margin_hours=24"], ""),
    (["order-receive", "--rejects", "spool/rejects.csv"], texts.ORDERS),
    (["order-verify", "--pending"], ""),
    (["order-check-stock", "--pending"], ""),
    (["order-ack", "--due"], ""),
    (["order-resolve", "SO-00000004-6", "price", "accepted"], ""),
    (["order-receive", "--rejects", "spool/rejects.csv", "--on-error", "rows"],
     texts.MORE),
    (["order-verify", "--pending"], ""),
    (["order-check-stock", "--pending"], ""),
    (["order-ack", "--due", "--queue-only"], ""),
    (["order-notify"], ""),
]
REJECTING = 6           # which of them rejects an order
# The log of the database comes to be checkpointed and begun anew.
LONG_DAY = [
    *DAY[:6],
    (["order-receive", "-q"], world.orders(1200, items=4, customers=4)),
    (["order-verify", "-q", "--pending"], ""),
]


class Disk:
    """Files and names as they are, and as a cut may leave them."""

    def __init__(self, root):
        self.root = root
        self.files = {}         # inode -> (synced bytes, writes since)
        self.names = {root: None, root + "/spool": None}  # synced folders
        self.moves = []         # of names since, in order

    def apply(self, op, fields, given):
        if op == "create":
            self.files[fields[0]] = bytearray(), []
            self.moves.append((op, fields[1], fields[0]))
        elif op == "write" and fields[0] in self.files:
            self.files[fields[0]][1].append((int(fields[1]), given))
        elif op == "truncate" and fields[0] in self.files:
            self.files[fields[0]][1].append((int(fields[1]), None))
        elif op == "sync" and fields[0] in self.files:
            content, writes = self.files[fields[0]]
            for write in writes:
                put(content, *write)
            writes.clear()
        elif op in ("rename", "name", "unlink", "mkdir"):
            self.moves.append((op, *fields))
        elif op == "syncdir":
            self.sync_names(os.path.normpath(fields[0]))

    def sync_names(self, folder):
        """A file that was renamed into it takes its own creation along."""
        synced, sources = [], set()
        for move in reversed(self.moves):
            if os.path.dirname(target(move)) == folder or \
                    target(move) in sources:
                synced.insert(0, move)
                sources.add(move[1])
        for move in synced:
            rename(self.names, move)
            self.moves.remove(move)

    def build(self, place, how, dice):
        """The files as they may be found, in another place."""
        names = dict(self.names)
        last = (0 if how == "lost" else len(self.moves) if how == "kept"
                else dice.randint(0, len(self.moves)))
        for move in self.moves[:last]:
            rename(names, move)
        for name, inode in sorted(names.items()):
            path = place + name[len(self.root):]
            if not os.path.isdir(os.path.dirname(path)):
                continue        # it went with its directory
            if inode is None:
                os.makedirs(path, exist_ok=True)
            elif not name.endswith("-shm"):
                with open(path, "wb") as file:
                    file.write(self.content(inode, how, dice))

    def content(self, inode, how, dice):
        content, writes = self.files[inode]
        if how == "lost" or not writes:
            return content
        content = bytearray(content)
        for at, given in writes:
            if how == "kept" or how == "some" and dice.random() < 0.5:
                put(content, at, given)
            elif how == "torn" and given is None:
                if dice.random() < 0.5:
                    put(content, at, None)
            elif how == "torn":
                for piece in sectors(at, len(given)):
                    if dice.random() < 0.5:
                        put(content, at + piece.start, given[piece])
        return content


def put(content, at, given):
    """Write, or cut to this size."""
    if given is None:
        del content[at:]
        given = b""
    if len(content) < at:
        content += bytes(at - len(content))
    content[at:at + len(given)] = given


def sectors(at, size):
    start = 0
    while start < size:
        end = min(size, start + SECTOR - (at + start) % SECTOR)
        yield slice(start, end)
        start = end


def target(move):
    return move[2] if move[0] in ("rename", "name") else move[1]


def rename(names, move):
    op, name, *other = move
    if op == "create":
        names[name] = other[0]
    elif op == "mkdir":
        names[name] = None
    elif op == "unlink":
        names.pop(name, None)
    elif name in names:
        names[other[0]] = names[name]
        if op == "rename":
            del names[name]


def read_log(path):
    with open(path, "rb") as log:
        while line := log.readline():
            op, *fields = line.decode().rstrip("\n").split("\t")
            size = int(fields[-1]) if op in ("write", "out") else 0
            yield op, fields, log.read(size)


class Day:
    """A day's work, its log, and what the store was like after each part
    of it that was synced or told."""

    def __init__(self, room, name, work, look):
        self.place = os.path.realpath(os.path.join(room, name))
        self.work, self.look = work, look
        os.makedirs(os.path.join(self.place, "spool"))
        self.log_path = os.path.join(room, name + ".log")
        for job in work:
            run(self.place, job, LD_PRELOAD=SHIM, POWER_LOG=self.log_path)
            with open(self.log_path, "ab") as log:
                log.write(b"done\t\n")
        self.log = list(read_log(self.log_path))
        self.make_states(os.path.join(room, "state"))
        self.mail = jobs.mail(self.place)
        self.rejects = kept(self.place)

    def make_states(self, place):
        """states[i]: the i-th; at[n]: which one there is before record n;
        told[n]: which one is promised there, and what the tool at work has
        printed."""
        self.states, self.at, self.told = [None], [], []
        disk, told, done, printed = Disk(self.place), 0, 0, b""
        for op, fields, given in self.log:
            self.at.append(len(self.states) - 1)
            self.told.append((told, printed))
            disk.apply(op, fields, given)
            if op not in ENDS:
                continue
            fresh(place)
            disk.build(place, "kept", None)
            state = self.look(place)
            if state != self.states[-1]:
                self.states.append(state)
            printed = printed + given if op == "out" else (
                b"" if op == "done" else printed)
            if op in ("out", "done"):
                told = len(self.states) - 1
            done += op == "done"
            if done == REJECTING + 1 and op == "done":
                self.rejected = told
        expect(len(self.states) > 5, "a day of", len(self.states), "states")

    def next_state(self, n):
        """The last one that may be there before record n: that of the
        commit it may be a part of."""
        while n < len(self.log) and self.log[n][0] not in ENDS:
            n += 1
        return self.at[n + 1] if n + 1 < len(self.log) else \
            len(self.states) - 1


def fresh(place):
    shutil.rmtree(place, ignore_errors=True)
    os.mkdir(place)


def run(place, job, **more):
    argv, given = job
    done = subprocess.run(
        argv, input=given.encode(), capture_output=True, cwd=place,
        timeout=world.PATIENCE, env={
            **os.environ, "ORDER_DB": "orders.db", "ORDER_ACTOR": "tester",
            "TMPDIR": place, **more})
    expect(done.returncode in (0, 1), *argv, "exits", done.returncode,
           done.stderr)


def brief(place):
    """What tells one state of a long day from the others."""
    store = os.path.join(place, "orders.db")
    if not os.path.exists(store):
        return None
    return world.ask(store, """
        SELECT user_version, (SELECT count(*) FROM sqlite_schema),
            (SELECT hash FROM events ORDER BY seq DESC LIMIT 1),
            (SELECT count(*) FROM orders), (SELECT count(*) FROM lines),
            (SELECT count(*) FROM holds), (SELECT count(*) FROM messages)
        FROM pragma_user_version""")


def kept(place):
    return jobs.kept(os.path.join(place, "spool"))


class Ready:
    def __init__(self, room):
        self.day = Day(room, "day", DAY, jobs.state)
        self.long_day = Day(room, "long", LONG_DAY, brief)


prepare = Ready


def printed_rows(text):
    """The records of orders, if it is orders, that were printed whole."""
    return records(text) if text.startswith(b"ref,") else []


def check(day, n, place):
    """What a cut before record n has left."""
    told, printed = day.told[n]
    state = day.look(place)
    expect(state in day.states[told:day.next_state(n) + 1],
           "lost or torn: not a state that may be there, but",
           state and "another" or "none")
    if state is None:
        return
    store = os.path.join(place, "orders.db")
    expect(world.ask(store, "PRAGMA integrity_check") == [("ok",)],
           "corrupt")
    missing = world.uncommitted(printed_rows(printed),
                                world.stored(store))
    expect(not missing, *missing[:3])
    for message, in world.ask(store, """
            SELECT b.bytes FROM messages AS m JOIN message_bytes AS b
            ON b.message = m.id WHERE m.state = 'sent'"""):
        expect(message in jobs.mail(place), "sent, but not in the maildir:",
               message[:200])
    if told >= day.rejected:
        expect(day.rejects <= kept(place), "the rejects are lost")


def case(ready, dice, place):
    long = dice.number % 10 == 9
    day = ready.long_day if long else ready.day
    cuts = sorted(dice.choices(range(len(day.log)), k=10 if long else 100))
    disk, at = Disk(day.place), 0
    spot = os.path.join(place, "spot")
    for cut in cuts:
        for record in day.log[at:cut]:
            disk.apply(*record)
        at = cut
        how = dice.choice(HOW)
        fresh(spot)
        disk.build(spot, how, dice)
        try:
            check(day, cut, spot)
            if dice.random() < 0.05:
                finish(day, spot)
        except Exception as why:
            raise world.Broken(f"cut before record {cut}"
                               f" ({' '.join(day.log[cut][:1])}), what was not"
                               f" synced is {how}\n{why}") from why
    return {"cuts": len(cuts)}


def finish(day, place):
    """The whole day again: it must end as if there had been no cut."""
    for job in day.work:
        run(place, job)
    if day.look is jobs.state:
        there = day.look(place)
        expect(there == day.states[-1], "the day cannot be finished:",
               *jobs.difference(there, day.states[-1]))
    expect(jobs.mail(place) >= day.mail, "mail is missing")
    expect(kept(place) == day.rejects, "rejects are missing")
    world.sound(os.path.join(place, "orders.db"))
