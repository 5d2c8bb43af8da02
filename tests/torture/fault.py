"""A fault at every call that changes something, in every tool, in five modes.

The calls of an undisturbed run are counted first.  Then each of them goes
wrong once: the process is killed before it, or half way through it, or the
call fails, or the disk is full from there on, or half is written.  Whatever
the tool says then must be true, and another run must end as if nothing had
been.  Pairs let the next run, which cleans up, go wrong as well."""
import os

import jobs
import world
from world import expect

CASES = 200
JOBS = jobs.JOBS + jobs.MAILS
SHIM = world.shim("fault")
FAILING = 74, 71, 73, 75        # I/O; what a lock or a child needs; try again
PAIR_MODES = "kill", "torn", "eio"


class Point:
    """One call of one job, and what happens there."""

    def __init__(self, job, mode, call):
        self.job, self.mode, self.call = job, mode, call

    def __str__(self):
        number, name, _, path = self.call
        return (f"{self.job}: {self.mode} at call {number}, {name}"
                f" {os.path.basename(path)}")


class Pair(Point):
    """After it the next run suffers, too, wherever chance has it."""

    def __init__(self, job, call, calls):
        super().__init__(job, "", call)
        self.calls = calls

    def draw(self, dice):
        self.mode = dice.choice(PAIR_MODES)
        self.again = dice.choice(PAIR_MODES), dice.randint(1, self.calls)

    def __str__(self):
        return super().__str__() + ", then {} at call {}".format(*self.again)


class Ready(jobs.Stages):
    def __init__(self, room):
        super().__init__(room, JOBS)
        self.points = []
        for job in JOBS:
            calls = self.calls(job)
            self.points += [Point(job, mode, call) for call in calls
                            for mode in modes(call[2])]
            if job.name not in jobs.READERS:
                self.points += [Pair(job, call, len(calls)) for call in calls
                                if call[2] not in "lp"]

    def calls(self, job):
        """(number, name, what for, file) of each call of a quiet run."""
        place, log = (os.path.join(self.room, n) for n in ("count", "log"))
        job.lay(self, place)
        job.run(place, LD_PRELOAD=SHIM, FAULT_LOG=log)
        with open(log) as lines:
            found = [line.rstrip("\n").split(" ", 3) for line in lines]
        os.unlink(log)
        expect(len(found) > 1, job, "makes no calls at all")
        return found


prepare = Ready


def modes(what):
    """A lock outlives nobody, a child must be started anew; and only what
    is written can be half there."""
    return (("eio",) if what == "l" else ("eio", "enospc") if what == "p" else
            ("kill", "torn", "eio", "enospc", "short") if what == "w" else
            ("kill", "eio", "enospc"))


def disturbed(job, place, mode, number):
    return job.run(place, LD_PRELOAD=SHIM, FAULT_MODE=mode,
                   FAULT_AT=str(number))


def look(point, ready, place, result):
    """Is what the tool has said and done so far true?"""
    status, out, said = result
    calm = ready.calm[point.job.name]
    there = jobs.state(place) if out or status != -9 else None
    expect(out == calm.out[:len(out)] or b",failed,1," in out,
           "printed what it otherwise would not:", out[-300:])
    missing = out and jobs.unkept(point.job, calm, place, there, out)
    expect(not missing, "printed, but not so in the store:", *missing[:5])
    if status == -9:
        expect(point.mode in ("kill", "torn"), "killed itself")
    elif status not in FAILING:
        expect(status == calm.status, "exits", status, said)
        expect(len(out) >= len(calm.out), "exits", status, "but printed",
               out)
        expect(there == calm.state or jobs.delayed(point.job, there, calm),
               "exits", status, "but has not done it:", said)
    else:
        lines = said.splitlines()
        expect(len(lines) <= calm.said.count("\n") + 1 and
               lines[-1].startswith(point.job.argv[0] + ": "),
               "does not say in one line why it failed:", said)


def suffer(point, ready, place):
    point.job.lay(ready, place)
    look(point, ready, place, disturbed(point.job, place, point.mode,
                                        point.call[0]))
    if isinstance(point, Pair):
        disturbed(point.job, place, *point.again)
    calm = ready.calm[point.job.name]
    status, _, said = point.job.finish(place)
    expect(status in (0, 1), "the next run exits", status, said)
    there = jobs.state(place)
    expect(there == calm.state, "the end is not what it would have been:",
           *jobs.difference(there, calm.state))
    expect(jobs.kept(place) == calm.files, "rejects:", jobs.kept(place))
    lost = calm.mail - jobs.mail(place)
    expect(not lost, "lost mail:", *(m[:300] for m in lost))


def case(ready, dice, place):
    counts = {"faults": 0, "pairs": 0}
    for point in dice.hand(ready.points, CASES):
        spot = os.path.join(place, "spot")
        if isinstance(point, Pair):
            point.draw(dice)
            counts["pairs"] += 1
        else:
            counts["faults"] += 1
        try:
            suffer(point, ready, spot)
            if dice.random() < 0.1:
                world.sound(f"{spot}/orders.db")
        except world.Broken as why:
            raise world.Broken(f"{point}\n{why}") from None
    return counts
