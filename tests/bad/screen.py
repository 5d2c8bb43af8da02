"""What a terminal gets from a tool that runs under it, both streams."""
import os
import pty
import re
import select
import subprocess
import sys
import termios

import model

COLOURS = re.compile(rb"\033\[(0|1|31|32|33)m")
PROGRESS = re.compile(rb"\r(?=order-)|\r\033\[K")
STATUSES = (0, 1, 64, 65, 66, 69, 73, 74, 75, 77, 78)


def on_terminal(argv, stdin=b"", env=None):
    """Everything the terminal gets from a tool, and its exit status."""
    ours, theirs = pty.openpty()
    raw = termios.tcgetattr(theirs)
    raw[1] &= ~termios.OPOST        # not even line ends are changed
    termios.tcsetattr(theirs, termios.TCSANOW, raw)
    tool = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=theirs,
                            stderr=theirs, env=dict(os.environ, **env or {}))
    os.close(theirs)
    feed, got, left = tool.stdin, [], stdin
    os.set_blocking(feed.fileno(), False)
    while True:
        ready, room, _ = select.select([ours], [feed] if feed else [], [], 30)
        if room:
            try:
                left = left[os.write(feed.fileno(), left[:4096]):]
            except BrokenPipeError:
                left = b""
            if not left:
                feed.close()
                feed = None
        if not ready and not room:
            sys.exit(f"{argv}: hangs")
        if ready:
            try:
                some = os.read(ours, 65536)
            except OSError:             # the last one has closed it
                break
            if not some:
                break
            got.append(some)
    os.close(ours)
    return b"".join(got), tool.wait()


def harm(shown):
    """The first character that could do something to a terminal, or None."""
    try:
        text = shown.decode("utf-8")
    except UnicodeDecodeError as e:
        return shown[e.start:e.start + 1], shown[:e.start][-60:]
    return model.harm(text)


def shown_by(report, *argv, stdin=b"", env=None):
    """Run a tool and look at every byte that a terminal gets from it."""
    shown, status = on_terminal(argv, stdin, env)
    report.expect(status in STATUSES, f"exit status {status}", argv)
    shown = PROGRESS.sub(b"", COLOURS.sub(b"", shown))
    found = harm(shown)
    report.expect(found is None, "on the terminal:", found, argv)
    report.count("runs")
    report.count("bytes", len(shown))
    return shown
