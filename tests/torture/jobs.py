"""One small run of every tool, for the parts that let each of them fail at
every point: what it starts from, and what is left of it.  What it is given is
in given.py."""
import hashlib
import os
import shutil
import sqlite3
import subprocess

import world
from stream import records
from texts import (ANSWERS, ASKED, BOUNCE, CHANGED, F1, F3, F7, FEED, INQUIRY,
                   ITEMS, MASTER, MESSAGE, MORE, ORDERS, Q3, REPORTS, STOPPED)
from world import expect

# What may differ from one run to the next: salts and what is made of them,
# how often a message was tried, and which tool got it out.
VARIES = {
    "originals": {"run"},
    "events": {"seq", "digest", "hash"},
    "event_details": {"seq", "salt", "tool"},
    "handoffs": {"folder"},
    "messages": {"attempts", "tried_at", "next_try_at", "error"},
}
RETRIES = "'mail-failed', 'mail-retry'"
ROWS = {
    "events": f" WHERE kind NOT IN ({RETRIES})",
    "event_details": " WHERE (SELECT kind FROM events AS e WHERE e.seq ="
                     f" event_details.seq) NOT IN ({RETRIES})",
    # a reject that comes again takes a number, which it does not need
    "sqlite_sequence": " WHERE name NOT IN ('events', 'rejects')",
}


class Job:
    """A command, the stage of the store it starts from, and its input.
    mails: it sends some, through a mailer or into a maildir."""

    def __init__(self, name, argv, before, given="", mails=""):
        self.name, self.argv, self.before = name, argv, before
        self.given, self.mails = given, mails

    def __str__(self):
        return self.name

    def lay(self, ready, place):
        """The place as it was before the job ever ran."""
        shutil.rmtree(place, ignore_errors=True)
        os.mkdir(place)
        with open(os.path.join(place, "given"), "w") as out:
            out.write(self.given)
        if self.before is not None:
            shutil.copy(ready.stage[self.before],
                        os.path.join(place, "orders.db"))
            if self.before == "moved":
                shutil.copy(ready.archive, os.path.join(place, "old.db"))
        os.mkdir(os.path.join(place, "spool"))

    def run(self, place, argv=None, **more):
        """Exit status, stdout and stderr; stdin is a file, so that batches
        are the same each time."""
        with open(os.path.join(place, "given")) as given:
            done = subprocess.run(
                argv or self.argv, stdin=given, capture_output=True,
                cwd=place, timeout=world.PATIENCE,
                env={**os.environ, "ORDER_DB": "orders.db", "TMPDIR": place,
                     **more})
        return done.returncode, done.stdout, done.stderr.decode()

    def finish(self, place):
        """Run until all is done that a fault has put off."""
        status, out, said = self.run(place)
        if self.mails and world.ask(
                os.path.join(place, "orders.db"),
                "SELECT 1 FROM messages WHERE state IN ('queued', 'failed')"):
            self.run(place, ["order-notify", "-q", "--retry"])
            self.run(place, ["order-notify", "-q"])
        return status, out, said


JOBS = [
    Job("init", ["order-init"], None),
    Job("upgrade", ["order-init"], "old"),
    Job("items", ["order-load", "items", "given"], "company", ITEMS),
    Job("count", ["order-load", "stock"], "checked",
        "sku,on_hand\nA-1,6\nA-2,20\n"),
    Job("config", ["order-config", "ref_prefix=XY", "cutoff=12:00",
                   "rule.price-list=warn"], "company"),
    Job("receive", ["order-receive", "--rejects", "rejects.csv"], "company",
        ORDERS),
    Job("file", ["order-receive", "--on-error", "all"], "received", MORE),
    Job("amend", ["order-receive", "--amend"], "queued", CHANGED),
    Job("verify", ["order-verify", "--pending"], "received"),
    Job("resolve", ["order-resolve", "SO-00000004-6", "price", "accepted",
                    "--note", "by phone"], "verified"),
    Job("stock", ["order-check-stock", "--pending"], "verified"),
    Job("ack", ["order-ack", "--due"], "few", mails="maildir"),
    Job("queue", ["order-ack", "--queue-only"], "checked",
        "ref\nSO-00000001-1\nSO-00000002-0\nSO-00000005-4\n"),
    Job("notify", ["order-notify"], "few queued", mails="maildir"),
    Job("mailer", ["order-notify"], "mailer", mails="mailer"),
    Job("forward", ["order-forward", "--to", "fulfilment", "--pending",
                    "--dir", "spool"], "queued"),
    Job("movements", ["order-forward", "--to", "inventory", "--dir", "spool",
                      "-q"], "queued"),
    Job("feed", ["order-update"], "handed", FEED),
    Job("requests", ["order-forward", "--to", "fulfilment", "--pending",
                     "--dir", "spool"], "fed"),
    Job("stopped", ["order-update"], "requested", STOPPED),
    Job("archive", ["order-archive", "--to", "old.db", "--pending"], "ended"),
    Job("erase", ["order-archive", "--erase-customer", "C-1"], "ended"),
    Job("erase both", ["order-archive", "--erase-customer", "C-1"], "moved"),
    Job("backup", ["order-backup", "--keep", "1", "."], "ended"),
    Job("review", ["order-report", "--reviewed", "All is well."], "ended"),
    Job("answer", ["order-resolve"], "asked", ANSWERS),
    Job("chase", ["order-resolve", "--chase"], "asked"),
    Job("update", ["order-update"], "asked", REPORTS),
    Job("reply", ["order-notify", "--reply", Q3], "asked", "It is on its way."),
    Job("resend", ["order-notify", "--resend", "1", "2"], "asked"),
    Job("unsend", ["order-notify", "--cancel", "2", "3"], "queued"),
    Job("status", ["order-status", "--all", "--full", "-o", "json"], "queued"),
    Job("check", ["order-audit", "--check"], "queued"),
]
# What fails in it is tried again, by whoever gave it the message.
MAIL = Job("mail", ["order-receive", "--from-mail", "--channel", "email"],
           "company", MESSAGE)
MAILS = [MAIL] + [Job(name, MAIL.argv, "asked", given) for name, given in
                  (("inquiry", INQUIRY), ("bounce", BOUNCE))]
READERS = {"status", "check"}


class Stages:
    """A store for each stage of the day, and how every job ends when
    nothing disturbs it."""

    def __init__(self, room, jobs=JOBS):
        self.room, self.stage, self.held = room, {}, {}
        self.make_stages()
        self.calm = {job.name: Calm(job, self) for job in jobs}

    def keep(self, name):
        self.stage[name] = os.path.join(self.room, name)
        shutil.copy(self.store, self.stage[name])

    def make_stages(self):
        self.store = os.path.join(self.room, "orders.db")
        self.tool("order-init")
        for kind, rows in MASTER.items():
            self.tool("order-load", "-q", kind, given=rows)
        self.tool("order-config", "-q", "mail_from=orders@example.com",
                  "timezone=Asia/Tokyo", "mail_command=maildir:mail",
                  "ack_margin_hours=24")
        self.keep("company")
        self.make_old()
        self.make_few()
        self.make_asked()
        self.tool("order-receive", "-q", given=ORDERS)
        self.keep("received")
        self.tool("order-verify", "-q", "--pending")
        self.keep("verified")
        self.tool("order-check-stock", "-q", "--pending")
        self.keep("checked")
        self.tool("order-ack", "-q", "--due", "--queue-only")
        self.keep("queued")
        self.make_handed()

    def make_handed(self):
        """To fulfilment, what it says, what customers want stopped; and all
        of it and the end of it, long ago."""
        hand = self.hand("drop")
        self.tool(*hand)
        self.keep("handed")
        self.tool("order-update", "-q", given=FEED)
        self.keep("fed")
        self.tool(*hand)
        self.keep("requested")
        shutil.copy(self.stage["company"], self.store)
        self.tool("order-config", "-q", "mail_command=/bin/true")
        hand = self.hand("then")
        for argv, given in ((["order-receive"], ORDERS),
                            (["order-verify", "--pending"], ""),
                            (["order-check-stock", "--pending"], ""),
                            (["order-ack", "--due"], ""),
                            (["order-notify"], ""), (hand, ""),
                            (["order-update"], FEED), (hand, ""),
                            (["order-update"], STOPPED),
                            (["order-notify"], "")):
            self.tool(*argv, "-q", given=given,
                      ORDER_NOW="2024-11-25T09:00:00Z")
        self.keep("ended")
        self.archive = os.path.join(self.room, "old.db")
        self.tool("env", "-C", self.room, "order-archive", "-q", "--to",
                  "old.db", F1, F3, F7)
        self.keep("moved")
        shutil.copy(self.stage["queued"], self.store)

    def hand(self, folder):
        folder = os.path.join(self.room, folder)
        os.mkdir(folder)
        return ["order-forward", "-q", "--to", "fulfilment", "--pending",
                "--early", "--dir", folder]

    def bytes(self, name):
        """What the file of a stage holds."""
        if name not in self.held:
            with open(self.stage[name], "rb") as file:
                self.held[name] = file.read()
        return self.held[name]

    def make_few(self):
        """Three messages: they cost many calls each."""
        self.tool("order-receive", "-q", given="".join(
            ORDERS.splitlines(True)[i] for i in (0, 1, 2, 6)))
        self.tool("order-verify", "-q", "--pending")
        self.tool("order-check-stock", "-q", "--pending")
        self.keep("few")
        self.tool("order-ack", "-q", "--due", "--queue-only")
        self.keep("few queued")
        self.make_mailer()
        shutil.copy(self.stage["company"], self.store)

    def make_asked(self):
        """One question is too old, the other two are to be reminded of."""
        self.tool("order-load", "-q", "substitutes",
                  given="sku,substitute,rank\nA-3,A-4,1\n")
        self.tool("order-load", "-q", "customers", given="customer,"
                  "backorder_consent,substitute_consent\nC-3,ask,ask\n")
        self.tool("order-config", "-q", "clarify_cancel_days=4",
                  "mail_command=/bin/true")
        rows = ASKED.splitlines(True)
        for at, some in ("18", rows[:2]), ("20", rows[:1] + rows[2:]):
            for argv, given in ((["order-receive"], "".join(some)),
                                (["order-verify", "--pending"], ""),
                                (["order-check-stock", "--pending"], ""),
                                (["order-ack", "--due"], ""),
                                (["order-notify"], "")):
                self.tool(argv[0], "-q", *argv[1:], given=given,
                          ORDER_NOW=f"2026-11-{at}T09:00:00Z")
        self.tool("order-config", "-q", "mail_command=maildir:mail")
        self.tool("order-update", "-q", Q3, "inquiry", "--note", "Where?")
        self.keep("asked")
        shutil.copy(self.stage["company"], self.store)

    def make_mailer(self):
        mailer = os.path.join(self.room, "mailer.sh")
        with open(mailer, "w") as out:
            print("#!/bin/sh", "exec cat >spool/$$", sep="\n", file=out)
        os.chmod(mailer, 0o700)
        self.tool("order-config", "-q", f"mail_command={mailer}")
        self.keep("mailer")

    def make_old(self):
        """As the schema before the newest step left it."""
        world.tool(["sqlite3", self.store], self.store, f"""
            {''.join(f'DROP VIEW {v[0]};' for v in world.ask(self.store,
             "SELECT name FROM sqlite_schema WHERE type = 'view'"))}
            PRAGMA user_version = 2;""")
        self.keep("old")
        shutil.copy(self.stage["company"], self.store)

    def tool(self, *argv, given="", **more):
        return world.tool(argv, self.store, given, ok=(0, 1), **more)


class Calm:
    """What a job prints and leaves behind undisturbed."""

    def __init__(self, job, stages):
        place = os.path.join(stages.room, "calm")
        job.lay(stages, place)
        self.status, self.out, self.said = job.run(place)
        expect(self.status in (0, 1), *job.argv, "exits", self.status,
               self.said)
        self.state, self.mail = state(place), mail(place)
        self.files = kept(place)


def state(place):
    """All that is in the store, its archive and its copies but for what
    varies, and copies and hand-offs left half made; None without a store."""
    if not os.path.exists(os.path.join(place, "orders.db")):
        return None
    found = {"half made": [
        name for name in os.listdir(place) if ".unfinished-" in name] + [name for name in os.listdir(os.path.join(
            place, "spool")) if name.startswith(".")]}
    for name in sorted(os.listdir(place)):
        if name.endswith(".db"):
            copy = name.startswith("orders-")
            found |= known(
                os.path.join(place, name), copy, "" if name == "orders.db"
                else "a copy's " if copy else f"{name}'s ")
    return found


SEEN = {}


def known(store, at_rest, whose):
    """The contents, looked up only once while the bytes are the same."""
    digest = hashlib.sha256()
    for suffix in "", "-wal":
        if os.path.exists(store + suffix):
            with open(store + suffix, "rb") as file:
                digest.update(file.read())
        digest.update(suffix.encode())
    key = digest.digest(), whose
    if key not in SEEN:
        if len(SEEN) >= 200:
            SEEN.clear()
        SEEN[key] = contents(store, at_rest, whose)
    return SEEN[key]


def contents(store, at_rest, whose):
    """The rows of each table."""
    db = sqlite3.connect(f"file:{store}?mode=ro" + (
        "&immutable=1" if at_rest else ""), uri=True)
    found = {}
    try:
        schema = db.execute("SELECT type, name, sql FROM sqlite_schema")
        found[whose + "schema"] = schema = schema.fetchall()
        found[whose + "version"] = db.execute(
            "PRAGMA user_version").fetchall()
        for kind, table, _ in schema:
            if kind == "table":
                columns = ", ".join(c for _, c, *_ in db.execute(
                    f"PRAGMA table_info({table})")
                    if c not in VARIES.get(table, ()))
                found[whose + table] = sorted(db.execute(
                    f"SELECT {columns} FROM {table}" + ROWS.get(table, "")),
                    key=str)
        return found
    finally:
        db.close()


def mail(place):
    """What was handed over: the bytes of each message."""
    folder = os.path.join(place, "mail", "new")
    if not os.path.isdir(folder):
        folder = os.path.join(place, "spool")
    found = set()
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), "rb") as file:
            found.add(file.read())
    return found


def kept(place):
    """Rows of the file of rejects; a fault may have them there twice."""
    path = os.path.join(place, "rejects.csv")
    if not os.path.exists(path):
        return set()
    with open(path) as file:
        return set(file.read().splitlines())


def difference(one, other):
    """Some of the rows that only one of two states has."""
    return [f"{table}: {row}" for table in sorted({*one, *other})
            for row in set(one.get(table, ())) ^ set(other.get(table, ()))][:6]


def unkept(job, calm, place, there, out):
    """What was printed to the end and is not in the store."""
    if job.argv[0] == "order-notify":
        state = dict(world.ask(f"{place}/orders.db",
                               "SELECT id, state FROM messages"))
        return [row for row in records(out)
                if state[int(row["message"])] != row["state"]]
    if job.mails:
        return world.uncommitted(records(out),
                                 world.stored(f"{place}/orders.db"))
    if job.argv[0] == "order-archive":
        done = {order for order, in world.ask(
            f"{place}/orders.db", "SELECT order_id FROM events"
            " WHERE kind IN ('archive', 'erase')")}
        return [row for row in records(out)
                if int(row["ref"][3:11]) not in done]
    # All else is one transaction.
    return [] if b"\n" not in out or there == calm.state else [out]


def delayed(job, there, calm):
    """A mailer that fails for now is no failure: its messages stay."""
    there, calm = there["messages"], calm.state["messages"]
    return (job.mails and {row[0] for row in there} == {row[0] for row in calm}
            and any({"queued", "failed"} & {*row} for row in there))
