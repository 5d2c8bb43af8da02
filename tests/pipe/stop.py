#!/usr/bin/env python3
"""Give a process its input, and stop it while it holds the writer's lock.

usage: stop.py PID LOCK-FILE FIFO < INPUT
Status 1 when the process ended before it could be caught.
"""
import fcntl
import os
import shutil
import signal
import struct
import sys
import time

QUEUE, WRITER, MAILER = range(3)        # the bytes of the lock file


def lock(fd, command, kind, byte):
    """What fcntl says of a lock on one byte of the lock file."""
    has = fcntl.fcntl(fd, command, struct.pack(
        "hhqqi4x", kind, os.SEEK_SET, byte, 1, 0))
    return struct.unpack("hhqqi4x", has)[0]


def is_locked(fd, byte=WRITER):
    return lock(fd, fcntl.F_OFD_GETLK, fcntl.F_WRLCK, byte) != fcntl.F_UNLCK


def state(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        return f.read().rpartition(") ")[2][0]


def main(pid, path, fifo):
    fd = os.open(path, os.O_RDWR)
    with open(fifo, "wb") as f:
        shutil.copyfileobj(sys.stdin.buffer, f)
    while state(pid) != "Z":
        if not is_locked(fd):
            continue
        os.kill(pid, signal.SIGSTOP)
        while state(pid) not in "TZ":
            time.sleep(0.001)
        if is_locked(fd):
            return
        os.kill(pid, signal.SIGCONT)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), *sys.argv[2:])
    except (ProcessLookupError, FileNotFoundError):
        sys.exit(1)
