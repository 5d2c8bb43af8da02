"""Many tools at once on one store, some of them killed; and who has its
lock."""
import contextlib
import fcntl
import os
import random
import signal
import subprocess
import threading
import time

import world
from stop import QUEUE, WRITER, is_locked, lock
from world import PATIENCE, Broken, expect


def until(good, what, patience=PATIENCE):
    """Wait for something that must come about; else say who has what."""
    deadline = time.monotonic() + patience
    while not (has := good()):
        if time.monotonic() > deadline:
            with open("/proc/locks") as locks:
                raise Broken(f"{what}: not after {patience} s; /proc/locks:\n"
                             + locks.read())
        time.sleep(0.001)
    return has


def together(jobs):
    """Every job in a thread of its own; the first failure, when all ended."""
    failures = []

    def work(job):
        try:
            job()
        except BaseException as why:
            failures.append(why)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Worker:
    """Runs one tool after another, and kills one in so many of them."""

    allowed = 0, 1

    def __init__(self, store, seed, kill_one_in=0, **more):
        self.env = world.environment(store, **more)
        self.dice = random.Random(seed)
        self.one_in = kill_one_in
        self.kills = self.runs = 0

    def attempt(self, argv, given=""):
        """Status and output; -9 when it was killed before it ended."""
        doomed = self.one_in and self.dice.randrange(self.one_in) == 0
        with subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True, env=self.env) as tool:
            try:
                out, said = tool.communicate(given, timeout=self.dice.uniform(
                    0, 0.03) if doomed else PATIENCE)
            except subprocess.TimeoutExpired:
                tool.kill()
                out, said = tool.communicate()
                expect(doomed, *argv, "hangs")
        self.runs += 1
        self.kills += tool.returncode == -signal.SIGKILL
        expect(tool.returncode in (*self.allowed, -signal.SIGKILL), *argv,
               "exits", tool.returncode, said[-800:])
        return tool.returncode, out

    def done(self, argv, given=""):
        """What it printed when it was not killed; before, it may have been."""
        while True:
            status, out = self.attempt(argv, given)
            if status >= 0:
                return out


def lock_file(store):
    """Open, and made as the tools do if it is not there."""
    return os.fdopen(os.open(store + "-lock", os.O_RDWR | os.O_CREAT |
                             os.O_CLOEXEC, 0o600), "r+b")


def is_taken(store, byte):
    """By anybody, at this moment."""
    with lock_file(store) as file:
        return is_locked(file, byte)


@contextlib.contextmanager
def writer(store):
    """Nobody else writes meanwhile."""
    with lock_file(store) as file:
        lock(file, fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, QUEUE)
        lock(file, fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, WRITER)
        lock(file, fcntl.F_OFD_SETLK, fcntl.F_UNLCK, QUEUE)
        yield


def waiting(store):
    """How many processes wait for a range of the lock."""
    inode = f":{os.stat(store + '-lock').st_ino} "
    with open("/proc/locks") as locks:
        return sum("->" in line and inode in line for line in locks)
