"""world.py - what the benchmarks share: places, data, stores, processes.

Data and stores live under build/bench, on the disk the project is on.  What
is made from the same seed is made once.
"""
import os
import shutil
import subprocess
import time

import generate

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("B") or os.path.join(ROOT, "build")
BIN = os.path.join(BUILD, "bin")
WORK = os.path.join(BUILD, "bench")
FLOOR = os.path.join(WORK, "floor")
HERE = os.path.join(ROOT, "tests", "bench")

# Nobody's settings, no clock: every run has the same work.
ENV = dict(PATH=f"{BIN}:/usr/bin:/bin", LC_ALL="C", TZ="UTC", HOME=WORK,
           TMPDIR=WORK, ORDER_NOW="2026-11-23T09:00:00Z",
           ORDER_ACTOR="bench", PYTHONDONTWRITEBYTECODE="1")

POLICY = ["company_name=Bench Ltd", "support_email=help@bench.example",
          "mail_from=orders@bench.example"]


class Failed(Exception):
    """A program did not end as it should."""


def data(norders):
    """The folder with the CSV files of so many orders."""
    folder = os.path.join(WORK, f"data-{norders}")
    made = os.path.join(folder, "made")
    newest = os.path.getmtime(generate.__file__)
    if not os.path.exists(made) or os.path.getmtime(made) < newest:
        generate.generate(folder, norders)
        open(made, "w").close()
    return folder


def tool(db, *argv, stdin=None, stdout=subprocess.DEVNULL):
    """Run one tool on db; statuses 0 and 1 are answers."""
    env = dict(ENV, ORDER_DB=db)
    with subprocess.Popen(argv, stdin=stdin or subprocess.DEVNULL,
                          stdout=stdout, env=env) as p:
        if p.wait() not in (0, 1):
            raise Failed(f"{' '.join(argv)}: ended with {p.returncode}")


def remove_store(db):
    for suffix in ("", "-wal", "-shm", "-lock"):
        if os.path.exists(db + suffix):
            os.unlink(db + suffix)


def copy_store(db, to):
    remove_store(to)
    shutil.copyfile(db, to)


def make_store(db, norders, mail_command):
    """A new database with the company of data(norders), without orders."""
    folder = data(norders)
    remove_store(db)
    tool(db, "order-init")
    tool(db, "order-config", *POLICY, f"mail_command={mail_command}")
    for kind in ("items", "customers", "stock"):
        tool(db, "order-load", "-q", kind, f"{folder}/{kind}.csv")


class Ran:
    """How a process ended and what it took."""

    def __init__(self, status, wall, usage):
        self.status = status
        self.wall = wall
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss // 1024     # MB


def run(argv, db, stdin=None, stdout=None, cwd=None):
    """Run a program on db to its end and measure it."""
    with open(stdin or os.devnull, "rb") as i, \
            open(stdout or os.devnull, "wb") as o:
        begun = time.monotonic()
        p = subprocess.Popen(argv, stdin=i, stdout=o, cwd=cwd,
                             env=dict(ENV, ORDER_DB=db))
        _, status, usage = os.wait4(p.pid, 0)
        wall = time.monotonic() - begun
    p.returncode = os.waitstatus_to_exitcode(status)
    return Ran(p.returncode, wall, usage)
