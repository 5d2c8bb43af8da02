"""Memory that runs out, at every place that asks for it, in every tool.

The requests of an undisturbed run are counted, and each is told from the
others by the functions at work.  Of those that come from the same place one
is drawn; it fails, alone or with all that follow.  The tool must end in good
order and say why, or not have needed it; what it says must be true, and
another run must end as if nothing had been.

Two libraries have their own way to end: GLib, which GMime stands on, ends
the process, by a signal if it cannot even say so, and so does the part of the
C library that looks up the name of a user.  That is borne, for they are asked
only while no transaction is open, and nothing may be lost by it."""
import os

import jobs
import world
from world import expect

CASES = 200
SHIM = world.shim("memory")
OUT_OF_MEMORY = 71, 74
BADLY = -5, -6, -11             # a trap, abort, no stack left to complain


class Place:
    """Where a job asks for memory: one request of some."""

    def __init__(self, job, asker, requests):
        self.job, self.asker, self.requests = job, asker, requests

    def draw(self, dice):
        self.number = dice.choice(self.requests)
        self.lasting = dice.random() < 0.5

    def __str__(self):
        return (f"{self.job}: no memory for request {self.number}" +
                (" and on" if self.lasting else ""))


class Ready(jobs.Stages):
    def __init__(self, room):
        super().__init__(room)
        self.points, self.badly = [], {}
        for job in jobs.JOBS:
            self.points += self.places(job)

    def places(self, job):
        place, log = (os.path.join(self.room, n) for n in ("count", "log"))
        job.lay(self, place)
        job.run(place, LD_PRELOAD=SHIM, MEMORY_LOG=log)
        found, last = {}, 0
        with open(log) as lines:
            for number, line in enumerate(lines, 1):
                found.setdefault(tuple(line.split()), []).append(number)
                if not line.endswith("-\n"):
                    last = number
        os.unlink(log)
        expect(len(found) > 100, job, "asks for no memory")
        self.badly[job] = last
        return [Place(job, asker, requests)
                for (_, asker), requests in found.items()]


prepare = Ready


def untouched(ready, point, place):
    """The store is as it was laid, byte for byte."""
    path = os.path.join(place, "orders.db")
    for suffix in "", "-wal":
        if os.path.exists(path + suffix):
            with open(path + suffix, "rb") as file:
                if file.read() != (b"" if suffix or not point.job.before else
                                   ready.bytes(point.job.before)):
                    return False
    return True


def look(point, ready, place, result):
    """Is what the tool has said and done so far true?"""
    status, out, said = result
    calm = ready.calm[point.job.name]
    if status == calm.status:
        there = jobs.state(place)
        expect(out == calm.out and there == calm.state or
               jobs.delayed(point.job, there, calm), "exits", status,
               "but has not done it:", *jobs.difference(there, calm.state))
        return
    if status in BADLY and (point.asker != "-" or point.lasting and
                            point.number < ready.badly[point.job]):
        return
    expect(status in OUT_OF_MEMORY, "exits", status, said)
    lines = said.splitlines()
    # A copy is thrown away when SQLite had no memory to check it.
    expect(lines and lines[-1].startswith(point.job.argv[0] + ": ") and
           ("memory" in lines[-1] or "the copy does not pass" in lines[-1]),
           "does not say why it failed:", said)
    expect("an earlier error" not in said, "went on after an error:", said)
    expect(out == calm.out[:len(out)], "printed what it otherwise would not:",
           out[-300:])
    missing = out and jobs.unkept(point.job, calm, place, jobs.state(place),
                                  out)
    expect(not missing, "printed, but not so in the store:", missing)


def suffer(point, ready, place):
    point.job.lay(ready, place)
    result = point.job.run(place, LD_PRELOAD=SHIM,
                           MEMORY_AT=str(point.number),
                           MEMORY_FOR="0" if point.lasting else "1")
    look(point, ready, place, result)
    if result[0] not in (0, 1) and not untouched(ready, point, place):
        calm = ready.calm[point.job.name]
        point.job.finish(place)
        there = jobs.state(place)
        expect(there == calm.state, "the end is not what it would have been:",
               *jobs.difference(there, calm.state))
        world.sound(os.path.join(place, "orders.db"))


def case(ready, dice, place):
    hand = dice.hand(ready.points, CASES)
    for point in hand:
        point.draw(dice)
        try:
            suffer(point, ready, os.path.join(place, "spot"))
        except world.Broken as why:
            raise world.Broken(f"{point}\n{why}") from None
    return {"requests": len(hand)}
