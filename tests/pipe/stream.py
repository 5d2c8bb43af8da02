"""Pipelines for the drivers here: run one, keep what every stage printed,
and hold that against the store."""
import csv
import fcntl
import io
import os
import sqlite3
import subprocess
import threading

MAIN_LINE = (["order-receive"], ["order-verify"], ["order-check-stock"],
             ["order-ack", "--queue-only"])
PATIENCE = 60           # seconds until a pipeline counts as hung

STATUS = {name: rank for rank, name in enumerate(
    ["received", "verified", "confirmed", "released", "completed",
     "rejected", "cancelled"])}


class Pump(threading.Thread):
    """Keeps what comes out of one stage and hands it to the next; sends
    the stage a signal as soon as it has printed so many blocks.  When the
    next stage is gone so is the pump, unless it drains."""

    def __init__(self, source, target, drains, stage=None, blocks=0,
                 number=0):
        super().__init__(daemon=True)
        self.source, self.target, self.drains = source, target, drains
        self.stage, self.blocks, self.number = stage, blocks, number
        self.seen = bytearray()
        self.start()

    def run(self):
        while block := os.read(self.source, 65536):
            self.blocks -= 1
            if self.blocks == 0:
                self.stage.send_signal(self.number)
            self.seen += block
            if not self.hand_on(block) and not self.drains:
                break
        os.close(self.source)
        self.finish()

    def hand_on(self, block):
        try:
            while self.target is not None and block:
                block = block[os.write(self.target, block):]
        except BrokenPipeError:
            self.finish()
            return False
        return True

    def finish(self):
        if self.target is not None:
            os.close(self.target)
        self.target = None


class Pipeline:
    """Small pipes make small batches, and many of them.

    signals: stage -> (number of blocks, signal), see Pump.  drains: what
    a stage can still print is seen although the next one is gone.  pump:
    what stands between the stages."""

    def __init__(self, orders, stages=MAIN_LINE, env=None, pipe_size=4096,
                 signals={}, drains=False, pump=Pump):
        self.stages, self.pumps, self.pipe_size = [], [], pipe_size
        source, target = self.pipe()
        self.feed = Pump(os.open(orders, os.O_RDONLY | os.O_CLOEXEC), target,
                         False)
        for i, argv in enumerate(stages):
            out, end = self.pipe()
            self.stages.append(subprocess.Popen(
                argv, stdin=source, stdout=end, stderr=subprocess.PIPE,
                env=env))
            os.close(source)
            os.close(end)
            source, target = self.pipe() if i + 1 < len(stages) else (-1, None)
            self.pumps.append(pump(out, target, drains, self.stages[i],
                                   *signals.get(i, ())))

    def pipe(self):
        ends = os.pipe2(os.O_CLOEXEC)
        fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, self.pipe_size)
        return ends

    def wait(self):
        """Exit statuses; a hung pipeline raises TimeoutExpired."""
        self.said = [s.communicate(timeout=PATIENCE)[1].decode()
                     for s in self.stages]
        for pump in self.feed, *self.pumps:
            pump.join()
        return [s.returncode for s in self.stages]

    def printed(self):
        return [records(bytes(p.seen)) for p in self.pumps]


def records(text):
    """The records of CSV that were printed to the end."""
    whole = text[:text.rfind(b"\n") + 1].decode()
    return list(csv.DictReader(io.StringIO(whole)))


def stored(path):
    """Every order as any reader sees it, by reference."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        db.row_factory = sqlite3.Row
        return {row["ref"]: dict(row)
                for row in db.execute("SELECT * FROM v_orders")}
    finally:
        db.close()


def uncommitted(printed, orders):
    """What was printed and is not, or not yet, in the store."""
    found = []
    for row in printed:
        if row["ref"] == "" and row["result"] == "refused":
            continue
        has = orders.get(row["ref"])
        if has is None:
            found.append(f"{row['ref']} was printed, but is not there")
        elif (STATUS[has["status"]] < STATUS[row["status"]] or
              has["external_ref"] != row["external_ref"] or
              (has["stock"] == "unchecked") > (row["stock"] == "unchecked") or
              (has["ack"] == "none") > (row["ack"] == "none") or
              not set(row["held"].split()) <= set(has["held"].split())):
            found.append(f"{row['ref']} was printed as {row}, but is {has}")
    return found
