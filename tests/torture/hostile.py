"""Hostile database files: damaged, altered, planted or put in a strange place.

A good store is spoiled in one of many ways, then every tool is let at it.
None may crash, hang, grow without bounds or put a control byte on a terminal;
what it refuses it must leave as it was, byte for byte, and whoever only reads
changes nothing.  What SQLite finds damaged, order-audit --check must find."""
import os
import resource
import shutil
import sqlite3
import subprocess

import jobs
import texts
import world
from world import expect

CASES = 200
MEMORY = 1 << 30        # bytes of address space, for us and the tools
OUTPUT = 64 << 20
REFUSED = 77, 78
FAILED = 74, 78, 77     # damaged, not ours, not allowed
MAILERS = "order-ack", "order-notify"   # a transaction for each message

READERS = [
    ["order-status", "--all"],
    ["order-status", "--all", "--full", "-o", "json"],
    ["order-status", "--attention"],
    ["order-status", "--counts"],
    ["order-status", "--rejects"],
    ["order-audit", "--check"],
    ["order-audit", "--verify"],
    ["order-audit", "SO-00000003-8"],
    ["order-notify", "--list"],
    ["order-notify", "--show", "3"],
    ["order-ack", "--preview", "SO-00000004-6"],
    ["order-resolve", "--list"],
    ["order-notify", "--list", "c1@example.org"],
]
WRITERS = [
    ["order-init"],
    ["order-config", "language=de"],
    ["order-load", "items", "given"],
    ["order-receive", "--rejects", "rejects.csv", "given"],
    ["order-verify", "--pending"],
    ["order-resolve", "SO-00000004-6", "price", "accepted"],
    ["order-check-stock", "--pending"],
    ["order-check-stock", "--backorders"],
    ["order-ack", "--due"],
    ["order-notify"],
    ["order-notify", "--resend", "1", "--to", "c2@example.org"],
    ["order-notify", "--cancel", "2"],
    ["order-notify", "--reply", "SO-00000001-1", "given"],
    ["order-resolve", "--chase"],
    ["order-update", "SO-00000002-0", "inquiry", "--note", "Where?"],
    ["order-update", "SO-00000003-8", "cancelled", "--line", "1"],
]
GIVEN = {"items": texts.ITEMS, "--rejects": texts.MORE,
         "--reply": "It is on its way."}


class Ready:
    """A store with something of everything in it, also free pages."""

    def __init__(self, room):
        self.stages = jobs.Stages(room, jobs=[])
        self.store = os.path.join(room, "good.db")
        shutil.copy(self.stages.stage["queued"], self.store)
        self.tool("order-receive", "-q", given=world.orders(
            60, key="X", items=4, customers=4))
        self.tool("order-load", "-q", "items", given=texts.ITEMS)
        self.tool("order-verify", "-q", "--pending")
        self.tool("order-check-stock", "-q", "--pending")
        self.tool("order-ack", "-q", "--due", "--queue-only")
        self.tool("order-receive", "-q", given=world.orders(
            20, key="Y", items=4, customers=4))
        sql(self.store, "CREATE TABLE big (x); INSERT INTO big VALUES"
            " (randomblob(60000)); DROP TABLE big")
        with open(self.store, "rb") as file:
            self.bytes = file.read()

    def tool(self, *argv, given=""):
        world.tool(argv, self.store, given, ok=(0, 1))


prepare = Ready


def sql(store, script):
    db = sqlite3.connect(store, isolation_level=None)
    try:
        db.executescript(script)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


# ---- bytes ----

PAGE = 4096
ODD = 0, 1, 2, 3, 255, 256, 4095, 4096, 65535, 65536, 2**31 - 1, 2**32 - 1


def flip(data, dice):
    for _ in range(dice.choice((1, 1, 4, 40, 400))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def header(data, dice):
    for _ in range(dice.randint(1, 3)):
        at, size = dice.choice(((16, 2), (18, 1), (19, 1), (20, 1), (21, 1),
                                (24, 4), (28, 4), (32, 4), (36, 4), (40, 4),
                                (44, 4), (48, 4), (52, 4), (56, 4), (60, 4),
                                (64, 4), (68, 4), (92, 4), (96, 4)))
        value = dice.choice((*ODD, dice.randrange(2**32)))
        data[at:at + size] = (value % 256**size).to_bytes(size, "big")


def free_list(data, dice):
    data[32:36] = dice.randrange(len(data) // PAGE + 2).to_bytes(4, "big")
    data[36:40] = dice.choice((*ODD, 3)).to_bytes(4, "big")


def a_page(data, dice):
    return dice.randrange(max(1, len(data) // PAGE)) * PAGE


def swap(data, dice):
    a, b = a_page(data, dice), a_page(data, dice)
    data[a:a + PAGE], data[b:b + PAGE] = data[b:b + PAGE], data[a:a + PAGE]


def double(data, dice):
    a, b = a_page(data, dice), a_page(data, dice)
    data[a:a + PAGE] = data[b:b + PAGE]


def blank(data, dice):
    a = a_page(data, dice)
    data[a:a + PAGE] = bytes(PAGE) if dice.random() < 0.5 else \
        dice.randbytes(PAGE)


def cells(data, dice):
    """The head of a page, where its cells lie and what they point to."""
    for _ in range(dice.randint(1, 5)):
        at = a_page(data, dice) + dice.randrange(120)
        data[at:at + 2] = (dice.choice((*ODD, dice.randrange(2**16))) %
                           65536).to_bytes(2, "big")


def cut(data, dice):
    size = dice.choice((dice.randrange(len(data)), a_page(data, dice),
                        dice.randrange(600)))
    del data[size:]


def grow(data, dice):
    data += dice.randbytes(dice.randint(1, 3 * PAGE))


BYTES = flip, header, free_list, swap, double, blank, cells, cut, grow

# ---- the schema ----

PLANTED = [
    "CREATE TABLE leak (x); CREATE TRIGGER t AFTER INSERT ON events BEGIN"
    " INSERT INTO leak VALUES (1); END",
    "CREATE TABLE leak (x); CREATE TRIGGER stock_guard AFTER UPDATE ON orders"
    " BEGIN INSERT INTO leak VALUES (1); END",
    "CREATE TABLE leak (x); CREATE TRIGGER v_append_only INSTEAD OF INSERT ON"
    " v_orders BEGIN INSERT INTO leak VALUES (1); END",
    "CREATE TEMP TABLE t (x); DROP TRIGGER events_update_append_only",
    "DROP VIEW v_orders; CREATE VIEW v_orders AS SELECT * FROM orders",
    "DROP VIEW v_orders; CREATE TABLE v_orders (id, ref, status)",
    "DROP VIEW v_orders; CREATE VIEW v_orders AS SELECT"
    " load_extension('x') AS id",
    "DROP VIEW v_orders; CREATE VIEW v_orders AS SELECT id,"
    " hex(zeroblob(20000000)) AS ref FROM orders",
    "ALTER TABLE orders RENAME TO x; CREATE VIEW orders AS SELECT * FROM x",
    "ALTER TABLE stock RENAME COLUMN on_hand TO had",
    "PRAGMA legacy_alter_table = ON; ALTER TABLE lines RENAME TO x",
    "ALTER TABLE orders ADD COLUMN more TEXT DEFAULT 'x'",
    "ALTER TABLE orders ADD COLUMN more TEXT AS (hex(zeroblob(2000000)))",
    "CREATE INDEX odd ON orders (hex(zeroblob(length(ref) * 100000)))",
    "CREATE INDEX fine ON orders (external_ref)",
    "CREATE VIRTUAL TABLE more USING fts5 (x)",
    "DROP TABLE policy", "DROP TABLE events; DROP TABLE event_details",
    "DROP INDEX messages_waiting", "DROP INDEX lines_waiting",
    "PRAGMA journal_mode = DELETE", "PRAGMA application_id = 0",
    "PRAGMA application_id = 0x46534c21", "PRAGMA user_version = 0",
    "PRAGMA user_version = 1", "PRAGMA user_version = 4",
    "PRAGMA user_version = -1", "PRAGMA user_version = 2147483647",
    "PRAGMA encoding = 'UTF-16le'; VACUUM",
    "PRAGMA page_size = 512; PRAGMA journal_mode = DELETE; VACUUM;"
    " PRAGMA journal_mode = WAL",
    "PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = DELETE; VACUUM;"
    " PRAGMA journal_mode = WAL",
]
# Straight into the schema; {a} and {b} are tables or indexes.
REWRITES = [
    "rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = '{b}')"
    " WHERE name = '{a}'",
    "rootpage = {n} WHERE name = '{a}'",
    "sql = replace(sql, 'CHECK', 'UNIQUE') WHERE name = '{a}'",
    "sql = replace(sql, 'STRICT', '') WHERE name = '{a}'",
    "sql = replace(sql, 'TEXT', 'INTEGER') WHERE name = '{a}'",
    "sql = replace(sql, 'INTEGER', 'TEXT') WHERE name = '{a}'",
    "sql = replace(sql, 'NOT NULL', '') WHERE name = '{a}'",
    "sql = replace(sql, 'UNIQUE', '') WHERE name = '{a}'",
    "sql = substr(sql, 1, {n}) WHERE name = '{a}'",
    "sql = sql || ' /* ' || hex(randomblob(50000)) || ' */'"
    " WHERE name = '{a}'",
    "sql = NULL WHERE name = '{a}'", "name = '{b}' WHERE name = '{a}'",
    "tbl_name = '{b}' WHERE name = '{a}'", "type = 'view' WHERE name = '{a}'",
    "type = 'trigger' WHERE name = '{a}'",
]


def plant(store, dice):
    script = dice.choice(PLANTED)
    sql(store, script)
    return script


def rewrite(store, dice):
    names = [n for n, in world.ask(store, "SELECT name FROM sqlite_schema"
                                   " WHERE type IN ('table', 'index')")]
    change = dice.choice(REWRITES).format(
        a=dice.choice(names), b=dice.choice(names), n=dice.randrange(90))
    sql(store, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET "
        + change)
    return change


# ---- the rows ----

VALUES = (
    0, 1, -1, 2**31, 2**63 - 1, -2**63, None, "", "x", "\x1b[31mred", "a\x00b",
    "\u202egnp", "'; DROP TABLE orders; --", "{{#lines}}{{/lines}}", "%s%n%d",
    "=1+1", "a,b\"c\nd\r\n", "4111111111111111", "x" * 70000, "[" * 5000,
    '{"a":', "{}", "[]", '{"lines":[{}]}', "2026-02-30", "9999-12-31", "EUR",
    "XXX", "maildir:/proc/x", "../../etc/passwd", "/bin/false", b"\xff\xfe",
    b"\x00" * 32, b"", b"\xff" * 40)


def rows(store, dice):
    """Values no tool would write, past the checks, in any column."""
    tables = [n for n, in world.ask(
        store, "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite%'")]
    said = []
    db = sqlite3.connect(store, isolation_level=None)
    try:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for trigger, in db.execute("SELECT name FROM sqlite_schema WHERE"
                                   " type = 'trigger'").fetchall():
            said.append(db.execute("SELECT sql FROM sqlite_schema WHERE"
                                   " name = ?", (trigger,)).fetchone()[0])
            db.execute(f"DROP TRIGGER {trigger}")
        triggers, said = said, []
        while len(said) < 3:
            table = dice.choice(tables)
            column, kind = dice.choice(db.execute(
                "SELECT name, type FROM pragma_table_info(?)",
                (table,)).fetchall())
            value = dice.choice(VALUES)
            cast = "CAST(? AS TEXT)" if kind == "TEXT" else "?"
            try:
                db.execute(f"UPDATE {table} SET {column} = {cast}" +
                           dice.choice(("", " WHERE random() % 3 = 0")),
                           (value,))
                said.append(f"{table}.{column} = {str(value)[:40]!r}")
            except sqlite3.Error:
                continue        # what cannot be there is no case
        for script in triggers:
            db.execute(script)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()
    return "; ".join(said)


# ---- beside it, and where it lies ----

def beside(store, dice):
    """A log, a journal or shared memory that is not its own."""
    suffix = dice.choice(("-wal", "-wal", "-shm", "-journal", "-lock"))
    what = dice.choice(("noise", "other", "folder", "link", "fifo", "open"))
    path = store + suffix
    if what == "noise":
        give(path, dice.randbytes(dice.choice((1, 32, 80, 5000, 40000))))
    elif what == "other":
        with open(store, "rb") as file:
            give(path, b"\x37\x7f\x06\x82" + file.read()[4:])
    elif what == "folder":
        os.mkdir(path)
    elif what == "link":
        os.symlink(dice.choice(("/etc/hostname", "nowhere", store)), path)
    elif what == "fifo":
        os.mkfifo(path)
    else:
        give(path, b"")
        os.chmod(path, 0o666)
    return f"{suffix}: {what}"


def live_log(store, dice):
    """A log of its own with commits in it, spoiled."""
    db = sqlite3.connect(store, isolation_level=None)
    db.execute("PRAGMA wal_autocheckpoint = 0")
    for n in range(dice.randint(1, 5)):
        db.execute("UPDATE items SET description = ?", (f"new {n}",))
    shutil.copy(store, store + ".kept")
    shutil.copy(store + "-wal", store + "-wal.kept")
    db.close()
    for suffix in "", "-wal":
        os.replace(f"{store}{suffix}.kept", store + suffix)
    if os.path.exists(store + "-shm"):
        os.unlink(store + "-shm")
    how = dice.choice((flip, cut, grow, blank, header))
    with open(store + "-wal", "rb") as file:
        data = bytearray(file.read())
    how(data, dice)
    give(store + "-wal", data)
    return f"-wal: {how.__name__}"


def place(store, dice):
    what = dice.choice(("empty", "three bytes", "text", "device", "folder",
                        "fifo", "loop", "dangling", "hard link", "0666",
                        "open folder", "foreign", "gone"))
    folder = os.path.dirname(store)
    if what == "hard link":
        os.link(store, store + ".other")
    elif what == "0666":
        os.chmod(store, 0o666)
    elif what == "open folder":
        os.chmod(folder, 0o777)
    else:
        os.unlink(store)
    if what == "empty":
        give(store, b"")
    elif what == "three bytes":
        give(store, b"abc")
    elif what == "text":
        give(store, world.orders(99).encode())
    elif what == "device":
        os.symlink(dice.choice(("/dev/null", "/dev/zero", "/dev/full")), store)
    elif what == "folder":
        os.mkdir(store)
    elif what == "fifo":
        os.mkfifo(store)
    elif what == "loop":
        os.symlink("orders.db", store)
    elif what == "dangling":
        os.symlink("nowhere/orders.db", store)
    elif what == "foreign":
        sql(store, "PRAGMA journal_mode = WAL; CREATE TABLE orders (id);"
            " INSERT INTO orders VALUES (1)")
    return what


def give(path, data):
    with open(path, "wb") as file:
        file.write(data)


def spoil(ready, store, dice):
    """Spoil it; say how, and whether a -wal of its own matters."""
    data = bytearray(ready.bytes)
    give(store, data)
    os.chmod(store, 0o600)
    way = dice.choice(["bytes"] * 6 + [plant] * 3 + [rewrite] * 2 +
                      [rows] * 4 + [beside, live_log, live_log, place])
    if way != "bytes":
        return f"{way.__name__}: {way(store, dice)}"
    ways = [dice.choice(BYTES) for _ in range(dice.choice((1, 1, 2)))]
    for change in ways:
        if data:
            change(data, dice)
    give(store, data)
    return " and ".join(change.__name__ for change in ways)


# ---- what the tools make of it ----

def everything(folder):
    """What lies there, but for what anybody puts beside a file."""
    found = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not name.startswith("orders.db") or name.endswith(".bak"):
            continue
        if os.path.islink(path):
            found[name] = os.readlink(path)
        elif os.path.isfile(path) and not name.endswith(("-shm", "-lock")):
            with open(path, "rb") as file:
                found[name] = file.read()
    return found


def changed(before, after):
    return [name for name in {*before, *after}
            if before.get(name) != after.get(name) and
            not (name.endswith("-wal") and after.get(name) == b"")]


def remove(path):
    if os.path.isfile(path) and not os.path.islink(path):
        os.unlink(path)


def restore(folder, before, after):
    for name in changed(before, after):
        path = os.path.join(folder, name)
        if name not in before:
            os.unlink(path)
        elif not os.path.islink(path):
            give(path, before[name])
    for suffix in "-wal", "-shm":
        if "orders.db" + suffix not in before:
            remove(os.path.join(folder, "orders.db" + suffix))


def leaked(store, how):
    return "TABLE leak" in how and world.ask(store, "SELECT * FROM leak")


def let_loose(argv, folder):
    given = next((GIVEN[word] for word in argv if word in GIVEN), "")
    give(os.path.join(folder, "given"), given.encode())
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, cwd=folder,
            timeout=world.PATIENCE, env={**os.environ, "TMPDIR": folder,
                                         "ORDER_DB": "orders.db"})
    except subprocess.TimeoutExpired:
        raise world.Broken("hangs") from None
    return done.returncode, done.stdout, done.stderr


def look(argv, status, out, said, harm):
    reads = argv in READERS
    expect(status in (0, 1, 69, *FAILED), "exits", status, said[-300:])
    expect(len(out) + len(said) < OUTPUT, "says", len(out), "bytes")
    bad = [c for c in said.decode(errors="replace")
           if c != "\n" and (c < " " or "\x7f" <= c < "\xa0")]
    expect(not bad, "control bytes on stderr:", said[:300])
    if status not in (0, 1):
        lines = said.decode(errors="replace").splitlines()
        expect(lines and lines[-1].startswith(argv[0] + ": "),
               "says only", said)
    if reads or status in REFUSED and argv[0] not in MAILERS:
        expect(not harm, "exits", status, "and has changed", *harm)


def unsound(store):
    """What SQLite itself finds damaged."""
    try:
        return world.ask(store, "PRAGMA integrity_check") != [("ok",)]
    except sqlite3.Error:
        return True


def case(ready, dice, place):
    if os.path.basename(os.environ.get("B", "")) == "san":
        return suffer(ready, dice, place)   # sanitizers reserve more
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, limits[1]))
    try:
        return suffer(ready, dice, place)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def suffer(ready, dice, place):
    spot = os.path.join(place, "spot")
    os.mkdir(spot, 0o700)
    store = os.path.join(spot, "orders.db")
    give(os.path.join(spot, "given"), b"")
    how = spoil(ready, store, dice)
    before, found = everything(spot), {}
    for argv in READERS + dice.sample(WRITERS, len(WRITERS)):
        try:
            status, out, said = let_loose(argv, spot)
            after = everything(spot)
            look(argv, status, out, said, changed(before, after))
            expect(status in FAILED or not how.startswith("place") or
                   "gone" in how and argv == ["order-init"],
                   "exits", status, "but should refuse it")
            expect(not leaked(store, how), "has set off what was planted")
            found[" ".join(argv)] = status
        except world.Broken as why:
            raise world.Broken(f"{how}\n{' '.join(argv)} {why}") from None
        restore(spot, before, after)
    expect(found["order-audit --check"] != 0 or not unsound(store),
           f"{how}\norder-audit --check finds nothing, but it is damaged")
    return {"files": 1, "runs": len(found),
            "refusals": sum(n in FAILED for n in found.values())}
