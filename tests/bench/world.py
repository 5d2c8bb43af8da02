"""world.py - what the benchmarks share: places, data, stores, processes.

Data and stores live under build/bench, on the disk the project is on.  What
is made from the same seed is made once.
"""
import os
import shutil
import tempfile
import time

import generate

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("B") or os.path.abspath(
    os.path.join(HERE, "../../build"))
WORK = os.environ.get("BENCH_WORK") or os.path.join(BUILD, "bench")
CHAIN = os.path.join(BUILD, "bench", "chain")
FLOOR = os.path.join(BUILD, "bench", "floor")
MEMORY = "/dev/shm"                     # files that are on no disk
MEASURE = os.path.join(BUILD, "bench", "measure")

# Nobody's settings, no clock: every run has the same work.
ENV = dict(PATH=f"{BUILD}/bin:/usr/bin:/bin", LC_ALL="C.UTF-8", TZ="UTC",
           HOME=WORK, TMPDIR=WORK, ORDER_NOW="2026-11-23T09:00:00Z",
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
        with open(made, "w", encoding="utf-8"):
            pass
    return folder


# ---- processes ----

class Ran:
    """How processes ended and what they took."""

    def __init__(self, wall, told):
        self.wall = wall
        self.cpu = sum(float(t[1]) for t in told)
        self.peaks = [int(t[2]) / 1024 for t in told]       # MB
        self.status = [int(t[3]) for t in told]


def spawn(argv, env, stdin, stdout):
    """Start a program by way of measure; its process and what it will tell."""
    program = argv[0] if "/" in argv[0] else shutil.which(
        argv[0], path=ENV["PATH"])
    if program is None:
        raise Failed(f"{argv[0]}: is not there")
    fd, told = tempfile.mkstemp(dir=WORK, prefix="told-")
    os.close(fd)
    pid = os.posix_spawn(
        MEASURE, ["measure", told, program, *argv[1:]], env, file_actions=[
            (os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)])
    return pid, told


def start(commands, db, stdin=None, stdout=None):
    """Start commands, one reading what the other writes."""
    env = dict(ENV, ORDER_DB=db)
    source = os.open(stdin or os.devnull, os.O_RDONLY)
    started = []
    for n, argv in enumerate(commands):
        if n + 1 < len(commands):
            after, out = os.pipe()
        else:
            after, out = None, os.open(stdout or os.devnull, os.O_WRONLY |
                                       os.O_CREAT | os.O_TRUNC, 0o600)
        started.append(spawn(argv, env, source, out))
        os.close(source)
        os.close(out)
        source = after
    return started


def finish(started, begun):
    for pid, _ in started:
        os.waitpid(pid, 0)
    wall = time.monotonic() - begun
    told = []
    for _, path in started:
        with open(path, encoding="ascii") as f:
            told.append(f.read().split())
        os.unlink(path)
    if len(told) == 1:                  # without the time to get there
        wall = float(told[0][0])
    return Ran(wall, told)


def run(argv, db, stdin=None, stdout=None):
    """Run one program on db to its end and measure it."""
    begun = time.monotonic()
    return finish(start([argv], db, stdin, stdout), begun)


def pipe(commands, db, stdin):
    """Run a pipeline; answers of the tools are 0 and 1."""
    begun = time.monotonic()
    ran = finish(start(commands, db, stdin), begun)
    check(ran, commands)
    return ran


def check(ran, commands):
    for status, argv in zip(ran.status, commands):
        if status not in (0, 1):
            raise Failed(f"{' '.join(argv)}: ended with {status}")


def tool(db, *argv, stdin=None, stdout=None):
    """Run one tool on db, not measured."""
    check(run(list(argv), db, stdin, stdout), [argv])


def floor(model, db):
    """The floor tells its own time: that of loading is not in it; passes are
    the seconds of each step."""
    out = db + ".said"
    ran = run([FLOOR, model, db], db, stdout=out)
    check(ran, [[FLOOR]])
    with open(out, encoding="ascii") as f:
        ran.wall, ran.cpu, _, *ran.passes = map(float, f.read().split())
    return ran


# ---- stores ----

def remove_store(db):
    for suffix in ("", "-wal", "-shm", "-lock"):
        if os.path.exists(db + suffix):
            os.unlink(db + suffix)


def copy_store(db, to):
    remove_store(to)
    shutil.copyfile(db, to)


def settle():
    """What earlier runs have written is no burden to the next one."""
    os.sync()


def make_store(db, norders):
    """A new database with the company of data(norders), without orders."""
    folder = data(norders)
    remove_store(db)
    tool(db, "order-init")
    tool(db, "order-config", "-q", *POLICY, f"mail_command=maildir:{db}-mail")
    for kind in ("items", "customers", "stock"):
        tool(db, "order-load", "-q", kind, f"{folder}/{kind}.csv")


def empty_maildir(path):
    shutil.rmtree(path, ignore_errors=True)
    for folder in ("tmp", "new", "cur"):
        os.makedirs(f"{path}/{folder}")
    return path


def clear_mail(db):
    """An empty Maildir for the store, beside it."""
    return empty_maildir(f"{db}-mail")


def mail_place():
    """Where mail waits for no disk, or else where the stores are; its name."""
    if os.access(MEMORY, os.W_OK | os.X_OK):
        return MEMORY, "in memory"
    return WORK, "on the disk"
