"""Power cuts: any moment of a day, with what was not yet synced kept, lost,
partly lost or torn.

A day's work is done once, and everything it writes is logged in order, with
the syncs and with what was printed.  From the log the files are made as a
disk may hold them after a cut at any moment: what was synced is there; of
the rest nothing, all, some writes, or some sectors of 512 bytes of them.
Names count as synced with their directory.  Whatever is left must be sound,
be the state of some commit, and not of one before the last that was printed.

The day after goes on with goods: hand-offs, in a folder and printed, what
fulfilment reports, copies, an archive, an erasure.  Every file with a good
name must be whole then, no order in neither database, and when the day is
run again each hand-off is there once, and no byte of who was erased.
"""
import os
import shutil
import subprocess

import archive
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
FORWARD = ["order-forward", "--to"]
LATER = ["env", "ORDER_NOW=2029-11-23T09:00:00Z", "order-archive"]
ERASED = b"c2@example.org"
NEXT_DAY = [
    (FORWARD + ["fulfilment", "--pending", "--early", "--dir", "spool"], ""),
    (["order-update"], texts.FEED),
    (FORWARD + ["inventory", "--dir", "spool"], ""),
    (["order-backup", "--keep", "1", "."], ""),
    (FORWARD + ["fulfilment", "--pending"], ""),
    (["order-update"], texts.STOPPED),
    (FORWARD + ["inventory"], ""),
    (["order-notify"], ""),
    (["order-backup", "--keep", "1", "."], ""),
    (LATER + ["--to", "old.db", "--pending"], ""),
    (["order-resolve", "--reject", "1", "dismiss"], ""),
    (LATER + ["--erase-customer", "C-2"], ""),
]
# The log of the database comes to be checkpointed and begun anew.
LONG_DAY = [
    *DAY[:6],
    (["order-receive", "-q"], world.orders(1200, items=4, customers=4)),
    (["order-verify", "-q", "--pending"], ""),
]


class Disk:
    """Files and names as they are, and as a cut may leave them."""

    def __init__(self, root, found):
        self.root = root
        self.files = {}         # inode -> (synced bytes, writes since)
        self.names = {root: None, root + "/spool": None}  # synced folders
        self.moves = []         # of names since, in order
        for name, inode, content in found:
            self.files[inode] = bytearray(content), []
            self.names[os.path.join(root, name)] = inode

    def apply(self, op, fields, given):
        fields = [os.path.normpath(f) if f[:1] == "/" else f for f in fields]
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
            self.sync_names(fields[0])

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

    def __init__(self, room, name, work, look, before=None):
        """before: the day whose store it begins with."""
        self.place = os.path.realpath(os.path.join(room, name))
        self.work, self.look, self.found = work, look, []
        os.makedirs(os.path.join(self.place, "spool"))
        if before:
            self.take_over(before)
        self.log_path = os.path.join(room, name + ".log")
        for job in work:
            run(self.place, job, LD_PRELOAD=SHIM, POWER_LOG=self.log_path)
            with open(self.log_path, "ab") as log:
                log.write(b"done\t\n")
        self.log = list(read_log(self.log_path))
        self.make_states(os.path.join(room, "state"))
        self.mail = jobs.mail(self.place)
        self.rejects = kept(self.place)
        self.handed = handed(self.place)
        self.all = {i for i, in world.ask(
            os.path.join(before.place, "orders.db"),
            "SELECT id FROM orders")} if before else set()

    def take_over(self, before):
        store = shutil.copy(os.path.join(before.place, "orders.db"),
                            self.place)
        with open(store, "rb") as file:
            self.found.append(("orders.db", str(os.stat(store).st_ino),
                               file.read()))

    def make_states(self, place):
        """states[i]: the i-th; at[n]: which one there is before record n;
        told[n]: which one is promised there, and what the tool at work has
        printed, and which of them that is."""
        self.states, self.at, self.told = [None], [], []
        disk, told, done, printed = Disk(self.place, self.found), 0, 0, b""
        for op, fields, given in self.log:
            self.at.append(len(self.states) - 1)
            self.told.append((told, printed, done))
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


def handed(place):
    """The files of hand-offs that others may take."""
    found = {}
    for name in os.listdir(os.path.join(place, "spool")):
        if name[0] != "." and name != "rejects.csv":
            with open(os.path.join(place, "spool", name), "rb") as file:
                found[name] = file.read()
    return found


def finished(place):
    """All but what a cut may leave half made; see finish."""
    state = jobs.state(place)
    return state and {table: rows for table, rows in state.items()
                      if table != "half made"}


class Ready:
    def __init__(self, room):
        self.day = Day(room, "day", DAY, jobs.state)
        self.next_day = Day(room, "next", NEXT_DAY, finished, self.day)
        self.long_day = Day(room, "long", LONG_DAY, brief)


prepare = Ready


def unkept(job, printed, place):
    """The records that were printed whole, and are not in the store."""
    store = os.path.join(place, "orders.db")
    tool = next(word for word in job[0] if word.startswith("order-"))
    rows = records(printed)
    sql, column = {
        "order-update": ("SELECT event_id FROM updates", "event_id"),
        "order-forward": ("SELECT id FROM handoffs", "handoff"),
        "order-archive": ("SELECT ref FROM archived", "ref"),
    }.get(tool, ("", ""))
    if tool == "order-backup":
        return [row for row in rows if not os.path.exists(
            os.path.join(place, row["file"]))]
    if rows and column in rows[0]:
        there = {str(value) for value, in world.ask(store, sql)}
        return [row for row in rows if row[column] not in there]
    return world.uncommitted(rows, world.stored(store)) if \
        printed.startswith(b"ref,") else []


def check_goods(day, n, place):
    store = os.path.join(place, "orders.db")
    archive.look(place, day)
    for name, content in handed(place).items():
        expect(content == day.handed.get(name), "not whole:", name, content)
    there = handed(place)
    for name, in world.ask(store, """
            SELECT file FROM handoffs
            WHERE written_at IS NOT NULL AND file != ''"""):
        expect(name in there, "written, but not in the folder:", name)
    if n == len(day.log) - 1:
        nothing_of(ERASED, place)


def nothing_of(word, place):
    for name in os.listdir(place):
        if ".db" in name and not name.startswith("orders-"):
            with open(os.path.join(place, name), "rb") as file:
                expect(word not in file.read().lower(), word, "is in", name)


def check(day, n, place):
    """What a cut before record n has left."""
    told, printed, done = day.told[n]
    state = day.look(place)
    expect(state in day.states[told:day.next_state(n) + 1],
           "lost or torn: not a state that may be there, but",
           state and "another" or "none")
    if state is None:
        return
    store = os.path.join(place, "orders.db")
    expect(world.ask(store, "PRAGMA integrity_check") == [("ok",)],
           "corrupt")
    missing = unkept(day.work[done], printed, place)
    expect(not missing, *missing[:3])
    if day.found:
        check_goods(day, n, place)
        return
    for message, in world.ask(store, """
            SELECT b.bytes FROM messages AS m JOIN message_bytes AS b
            ON b.message = m.id WHERE m.state = 'sent'"""):
        expect(message in jobs.mail(place), "sent, but not in the maildir:",
               message[:200])
    if told >= day.rejected:
        expect(day.rejects <= kept(place), "the rejects are lost")


def case(ready, dice, place):
    if dice.number % 10 == 9:
        return {"cuts": cut_day(ready.long_day, 10, dice, place)}
    return {"cuts": cut_day(ready.day, 50, dice, place) +
            cut_day(ready.next_day, 50, dice, place)}


def cut_day(day, count, dice, place):
    """At so many moments, and at the end of it."""
    cuts = sorted(dice.choices(range(len(day.log)), k=count - 1))
    disk, at = Disk(day.place, day.found), 0
    spot = os.path.join(place, "spot")
    for cut in cuts + [len(day.log) - 1]:
        for record in day.log[at:cut]:
            disk.apply(*record)
        at = cut
        how = dice.choice(HOW)
        fresh(spot)
        disk.build(spot, how, dice)
        try:
            check(day, cut, spot)
            if dice.random() < 0.05:
                finish(day, day.told[cut][2], spot)
        except Exception as why:
            raise world.Broken(f"cut before record {cut}"
                               f" ({' '.join(day.log[cut][:1])}), what was not"
                               f" synced is {how}\n{why}") from why
    return count


def finish(day, done, place):
    """The whole day again: it must end as if there had been no cut."""
    if day.found:
        finish_goods(day, done, place)
        return
    for job in day.work:
        run(place, job)
    if day.look is jobs.state:
        same(day, place)
    expect(jobs.mail(place) >= day.mail, "mail is missing")
    expect(kept(place) == day.rejects, "rejects are missing")
    world.sound(os.path.join(place, "orders.db"))


def same(day, place):
    there, then = ({
        table: rows for table, rows in state.items() if table[:2] != "a "}
        for state in (day.look(place), day.states[-1]))
    expect(there == then, "the day cannot be finished:",
           *jobs.difference(there, then))


def finish_goods(day, done, place):
    """What was not done, where it was before: that is the drop folder."""
    shutil.rmtree(day.place)
    os.rename(place, day.place)
    try:
        for job in day.work[done:]:
            run(day.place, job)
        store = os.path.join(day.place, "orders.db")
        # Nobody knows whether it was read: see order-forward(1).
        for number, in world.ask(store, """
                SELECT id FROM handoffs WHERE written_at IS NULL"""):
            world.tool(["order-forward", "--again", str(number)], store)
            world.tool(["sqlite3", store, "UPDATE handoffs SET written_at = at"
                        f" WHERE id = {number} AND folder = ''"], store)
        same(day, day.place)
        expect(handed(day.place) == day.handed, "other hand-offs:",
               *handed(day.place))
        left = [name for name in os.listdir(day.place) + os.listdir(
            os.path.join(day.place, "spool")) if ".unfinished-" in name or
            name[0] == "."]
        expect(not left, "is left for ever:", *left)
        nothing_of(ERASED, day.place)
        for name in os.listdir(day.place):
            if name.endswith(".db") and name.startswith("orders-"):
                world.tool(["order-backup", "--verify", os.path.join(
                    day.place, name)], store)
        for name in archive.FILES:
            for how in "--check", "--verify":
                world.tool(["order-audit", how, "-q"],
                           os.path.join(day.place, name))
    finally:
        shutil.copytree(day.place, place)
