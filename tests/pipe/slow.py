#!/usr/bin/env python3
"""A reader that does not read.

usage: slow.py [-e] SHELL-COMMAND COMMAND [ARGUMENT ...]
Starts COMMAND on a pipe of 4 KiB, waits until it cannot print, runs
SHELL-COMMAND with COMMAND's process id in $PID, then prints what COMMAND
prints and ends with its status (128 + n for a signal).  With -e COMMAND must
end by itself before anything is read.  99 when SHELL-COMMAND fails.
"""
import fcntl
import os
import signal
import subprocess
import sys
import time

SIZE = 4096
PATIENCE = 60


def cannot_print(pid):
    """It waits in a system call on descriptor 1."""
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as f:
            return f.read().split()[1:2] == ["0x1"]
    except ProcessLookupError:
        return False


def usual_signals():
    """Also where the tests run under nohup or in the background."""
    for number in signal.SIGINT, signal.SIGHUP:
        signal.signal(number, signal.SIG_DFL)


def main(ends, then, argv):
    out, end = os.pipe()
    fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, SIZE)
    process = subprocess.Popen(argv, stdout=end, preexec_fn=usual_signals)
    os.close(end)
    deadline = time.monotonic() + PATIENCE
    while not cannot_print(process.pid):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"slow.py: {argv[0]} never filled the pipe")
        time.sleep(0.001)
    done = subprocess.run(["bash", "-c", then], timeout=PATIENCE,
                          env={**os.environ, "PID": str(process.pid)},
                          stdout=sys.stderr)
    if ends:
        process.wait(PATIENCE)
    while block := os.read(out, 65536):
        os.write(1, block)
    status = process.wait(PATIENCE)
    if done.returncode != 0:
        sys.exit(99)
    sys.exit(128 - status if status < 0 else status)


if __name__ == "__main__":
    ends = sys.argv[1] == "-e"
    main(ends, sys.argv[1 + ends], sys.argv[2 + ends:])
