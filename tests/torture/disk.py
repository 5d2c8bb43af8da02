"""No room left, anywhere: a disk that is full, files that may not grow,
stdout that takes nothing.  Exit status 74, what was printed is there, and
with room again the day ends as if nothing had been."""
import collections
import os
import subprocess

import world
from kill import END_STATE, ORDERS, Ready, clean_run
from stream import MAIN_LINE, Pipeline
from world import expect

CASES = 200

# How a stage is started so that it lacks something.
LACKS = {
    "nothing": lambda dice: [],
    "file size": lambda dice: [
        "prlimit",
        f"--fsize={dice.choice((30, 500, 1500)) * dice.randrange(1024)}"],
    "stdout full": lambda dice: ["sh", "-c", 'exec "$@" >/dev/full', "sh"],
    "stdout closed": lambda dice: ["sh", "-c", 'exec "$@" >&-', "sh"],
}


class Disk(Ready):
    def __init__(self, room):
        super().__init__(room)
        unmount_what_is_left(os.path.dirname(room))
        place = os.path.join(room, "disk")
        os.mkdir(place)
        self.mounts = mount(place, 64)
        if self.mounts:
            unmount(place)
        self.size = os.stat(self.store).st_size // 1024


prepare = Disk


def mount(place, kib):
    """A file system of its own, if we may."""
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k,mode=0700", "tmpfs",
         place], stderr=subprocess.DEVNULL).returncode == 0


def resize(place, kib):
    subprocess.run(["mount", "-o", f"remount,size={kib}k", place], check=True)


def unmount(place):
    subprocess.run(["umount", place], check=True)


def unmount_what_is_left(room):
    """By a run that was cut off."""
    with open("/proc/mounts") as mounts:
        for place in [line.split()[1] for line in mounts]:
            if place.startswith(room + "/"):
                unmount(place)


def attempt(ready, path, stages, lacking):
    """One run of the main line; how many of its stages ended with 74."""
    run = Pipeline(ready.orders, stages, env=world.environment(path),
                   drains=True)
    statuses = run.wait()
    expect(set(statuses) <= {0, 1, 74}, "exit statuses", statuses, *run.said)
    there, fed = world.stored(path), True
    for stage, status, said, pump, printed, lack in zip(
            MAIN_LINE, statuses, run.said, run.pumps, run.printed(), lacking):
        expect(pump.seen[-1:] in (b"", b"\n"), stage[0], "printed half a line")
        missing = world.uncommitted(printed, there)
        expect(not missing, stage[0], "printed what is not committed:",
               *missing[:5])
        expect(status == 74 or not fed or not lack.startswith("stdout"),
               lack, "but", stage[0], "exits", status)
        expect(status != 74 or said.count("\n") == 1, stage[0], "says", said)
        fed = printed != []
    return statuses.count(74)


def fill_up(ready, path, place, dice):
    """The disk grows a little after each attempt."""
    size, full = ready.size + dice.randrange(40, 300, 4), 0
    resize(place, size)
    tries = dice.randint(2, 5)
    for _ in range(tries):
        full += attempt(ready, path, MAIN_LINE, ["nothing"] * 4)
        world.sound(path)
        size += dice.randrange(20, 600, 4)
        resize(place, size)
    resize(place, 65536)
    return {"runs": tries, "exits with 74": full}


def fall_short(ready, path, dice):
    """Every stage lacks something of its own, or nothing."""
    counts = collections.Counter()
    for _ in range(dice.randint(2, 5)):
        lacking = dice.choices(list(LACKS), (3, 4, 1, 1), k=4)
        stages = [LACKS[lack](dice) + argv
                  for lack, argv in zip(lacking, MAIN_LINE)]
        counts["runs"] += 1
        counts["exits with 74"] += attempt(ready, path, stages, lacking)
        world.sound(path)
    return counts


def finish(ready, path):
    clean_run(ready.orders, path)
    world.sound(path, ORDERS)
    there = world.ask(path, END_STATE)
    expect(there == ready.wanted, "the end is not what it would have been",
           *sorted(set(there) ^ set(ready.wanted))[:5])


def case(ready, dice, place):
    if not ready.mounts or dice.random() < 0.5:
        path = world.copy(ready.store, place)
        counts = fall_short(ready, path, dice)
        finish(ready, path)
        return counts
    disk = os.path.join(place, "disk")
    os.mkdir(disk)
    mount(disk, 65536)
    try:
        path = world.copy(ready.store, disk)
        counts = fill_up(ready, path, disk, dice)
        finish(ready, path)
    finally:
        unmount(disk)
    return counts
