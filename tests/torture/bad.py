"""Bad input: hostile strings through fields, words of a command line, mails
and terminals, card numbers by every way in; each case is one program of
tests/bad with another seed."""
import os
import re
import subprocess
import sys

from world import environment, expect

CASES = 100
BAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bad")
PROGRAMS = ["fields csv", "fields json", "masters", "asks filters",
            "asks policy", "asks answers", "names", "mail", "cards kept",
            "cards alarms", "csvdiff random", "csvdiff shapes",
            "beside documents", "files"]


def play(program, dice, place, **settings):
    """Run it with a store of its own; what it counted."""
    store = os.path.join(place, "store")
    os.mkdir(store)
    env = environment(os.path.join(store, "orders.db"), **settings,
                      SEED=str(dice.randrange(1, 10 ** 9)))
    name, *words = program.split()
    subprocess.run(["order-init"], env=env, check=True)
    done = subprocess.run(
        [sys.executable, "-B", os.path.join(BAD, name + ".py"), *words],
        cwd=store, env=env, text=True, capture_output=True)
    expect(done.returncode == 0, f"SEED={env['SEED']}", done.stdout[-4000:],
           done.stderr[-1000:])
    counts = done.stdout.split(": ", 1)[1].rsplit(";", 1)[0]
    return {what: int(n) for n, what in
            re.findall(r"(\d+) ([^,]+)", counts)}


def case(ready, dice, place):
    return play(PROGRAMS[dice.number % len(PROGRAMS)], dice, place)
