#!/usr/bin/env python3
"""Files of any name: databases, orders, rejects, mail folders.

usage: names.py
For each hostile name a whole little run, all of whose files have that name.
What is named is used, byte for byte, and nothing else is created or touched;
names that could mean something else to SQLite are refused.
"""
import json
import os
import random
import shutil
import sqlite3

import corpus
import model
from tools import FULL, SEED, Report, run

report = Report("names")
MORE = [b"file:x", b"file:x?mode=memory", b"x?mode=memory", b"x?nolock=1",
        b"x#y", b"%41", b"x%00y", b":memory:", b"x.db-wal", b"x'y", b'x"y',
        b"x;y", b"x\ny", b"-", b"--", b"-d", b"*", b"x y", b"\xff\xfe", b"\xc3",
        b"x\033]0;t\007", b"~", b"$HOME", b"a" * 200, "\u00e4".encode() * 90,
        b"x\\y", b"x&y", b"x|y", b"maildir:x"]
ORDERS = b"""external_ref,channel,sku,quantity,email
A,email,X,1,a@a.example
B,email,X,no,
"""


def names():
    """What a file may be called, of a length that leaves room for -lock."""
    strings = corpus.unique(MORE + corpus.strings())
    return [s for s in strings if s and b"\0" not in s and b"/" not in s and
            len(s) < 240 and s not in (b".", b"..")]


def listing():
    found = []
    for folder, _, files in os.walk(b"."):
        found += [os.path.join(folder, f) for f in files]
    return sorted(found)


def expect_files(name, wanted, when):
    """These, and what SQLite and the lock keep beside the database."""
    beside = {b"./db/" + name + s for s in (b"-wal", b"-shm", b"-lock")}
    found = set(listing()) - beside
    report.expect(found == set(wanted), "files", when, name,
                  found ^ set(wanted))


def use(name):
    """A whole run on files of that name."""
    db, orders = b"db/" + name, b"in/" + name
    os.makedirs(b"db")
    os.makedirs(b"in")
    with open(orders, "wb") as f:
        f.write(ORDERS)
    env = {"ORDER_DB": os.fsdecode(db)}
    run("order-init", "-d", db)
    expect_files(name, [b"./" + db, b"./" + orders], "init")
    with open(b"in/" + name + b".sku", "wb") as f:
        f.write(b"sku\nX\n")
    run("order-load", "-q", "items", b"in/" + name + b".sku", env=env)
    run("order-receive", "-q", "--rejects", b"in/" + name + b".bad", orders,
        env=env)
    run("order-receive", "-q", "--group", b"./" + orders, env=env)
    run("order-config", "-q", "mail_from=us@a.example", "mail_command=maildir:"
        + os.getcwd() + "/mail", env=env)
    out, _, status = run("order-status", "-d", db, "--full", "A")
    report.same(json.loads(out)["external_ref"], "A", "the order in", name)
    out, err, status = run("order-audit", "--check", env=env)
    report.same((status, out), (0, b""), "order-audit --check", name, err)
    expect_files(name, [b"./" + db, b"./" + orders, b"./in/" + name + b".sku",
                        b"./in/" + name + b".bad"], "use")
    with open(b"in/" + name + b".bad", "rb") as f:
        report.expect(f.read().endswith(
            b"B,email,X,no,,not-a-number,quantity,\"\"\"no\"\" is not a number\",3\n"),
            "rejects", name)
    source, = sqlite3.connect(os.fsdecode(db)).execute(
        "SELECT source FROM originals").fetchone()
    report.expect(not model.harm(source), "the source's name", source)


def as_folder(name):
    """Mail into a folder of that name, where the policy takes it."""
    folder = os.getcwd().encode() + b"/mail/" + name
    _, _, status = run("order-config", "-q", b"mail_command=maildir:" + folder,
                       env={"ORDER_DB": "db/" + os.fsdecode(name)})
    if status != 0:
        return
    env = {"ORDER_DB": "db/" + os.fsdecode(name)}
    os.makedirs(b"mail")
    run("order-verify", "-q", "--pending", env=env)
    run("order-notify", "-q", env=env)
    mails = [f for f in listing() if f.startswith(b"./mail/")]
    report.expect(len(mails) == 1 and
                  mails[0].startswith(b"./mail/" + name + b"/new/"),
                  "mail", name, mails)
    report.count("mail folders")


def as_itself(name):
    """The bare name, where it could be an option, a URI or stdin."""
    os.makedirs(b"bare")
    os.chdir(b"bare")
    _, _, status = run("order-init", "-d", name, status=None)
    special = name.startswith(b"file:")
    report.same(status == 0, not special, "order-init -d", name)
    wanted = [] if special else [b"./" + name]
    report.same([f for f in listing() if not f.endswith(b"-lock")], wanted,
                "files of", name)
    if not special:
        with open(name + b".csv", "wb") as f:
            f.write(ORDERS)
        _, _, status = run("order-receive", "-q", "--", name + b".csv",
                           env={"ORDER_DB": os.fsdecode(name)})
        report.same(status, 1, "order-receive --", name)
        out, _, status = run("order-status", "--all", "-d", name)
        report.same((status, out.count(b"\n")), (0, 2), "orders in", name)
    os.chdir(b"..")


def main():
    draw, found = random.Random(SEED), names()
    if not FULL:
        found = draw.sample(found[:len(MORE)], 15 if not corpus.FEW else 2) + \
            draw.sample(found, 10 if not corpus.FEW else 0)
    top = os.getcwd()
    for n, name in enumerate(found):
        os.mkdir(f"{top}/{n}")
        os.chdir(f"{top}/{n}")
        use(name)
        as_folder(name)
        as_itself(name)
        os.chdir(top)
        shutil.rmtree(f"{top}/{n}")
        report.count("names")
    report.end()


main()
