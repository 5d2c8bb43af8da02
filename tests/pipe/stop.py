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

WRITER = 1              # the byte of the lock file that the writer locks


def is_locked(fd):
    lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, WRITER, 1, 0)
    answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, lock)
    return struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK


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
