#!/usr/bin/env python3
"""Two main lines at once on one store, with pipes of every size between the
stages and a slow reader at the end: all must come to an end.

usage: live.py ORDERS ORDERS
Each pair of runs takes the same orders; the first takes them in.
"""
import fcntl
import os
import subprocess
import sys
import threading
import time

from stream import MAIN_LINE, PATIENCE

SIZES = (4096, 16384, 1 << 20)


def start(orders, size):
    """The stages, joined directly; and what is left of the last pipe."""
    stages, source = [], os.open(orders, os.O_RDONLY | os.O_CLOEXEC)
    for argv in MAIN_LINE:
        out, end = os.pipe2(os.O_CLOEXEC)
        fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, size)
        stages.append(subprocess.Popen(argv, stdin=source, stdout=end))
        os.close(source)
        os.close(end)
        source = out
    return stages, source


def sip(fd):
    while os.read(fd, 2048):
        time.sleep(0.0005)
    os.close(fd)


def main(files):
    for size in SIZES:
        lines = [start(orders, size) for orders in files]
        for _, out in lines:
            threading.Thread(target=sip, args=(out,), daemon=True).start()
        for stages, _ in lines:
            for stage in stages:
                status = stage.wait(PATIENCE)
                if status not in (0, 1):
                    sys.exit(f"{stage.args[0]}: {status}, pipes of {size}")


if __name__ == "__main__":
    main(sys.argv[1:])
