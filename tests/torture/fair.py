"""Fairness: eight writers, each always ready to write, are served alike.

All wait for the lock when it is opened to them.  From then on the order of
their commits is counted until the first has no more to do: how often the
busiest was served for each time of the least served, and how long anybody
waited, in turns of others.  No clock is looked at.  A machine that is busy
otherwise can tilt one race; a lock that is not fair tilts them all."""
import os
import subprocess

import crowd
import world
from stream import records
from world import expect

CASES = 10
WRITERS = 8
TURNS = 300             # of each
BATCH = 1000            # records that a tool decides in one transaction
RACES = 3
LIMIT = 1.5             # busiest to least served


class Ready:
    """A store with an order for each turn, and the turns of each writer: an
    order to check, and names of nothing that fill up the batch."""

    def __init__(self, room):
        self.store = world.company(room, on_hand=10**6)
        orders = world.tool(
            ["order-receive"], self.store,
            "external_ref,channel,customer,sku,quantity\n" + "".join(
                f"PO-{n},email,C-1,A-1,1\n" for n in range(WRITERS * TURNS)))
        refs = [r["ref"] for r in records(
            world.tool(["order-verify"], self.store, orders).encode())]
        self.work = []
        for n in range(WRITERS):
            self.work.append(os.path.join(room, f"refs.{n}"))
            with open(self.work[n], "w") as out:
                out.write("ref\n" + "".join(
                    f"{ref}\n" + '""\n' * (BATCH - 1)
                    for ref in refs[n::WRITERS]))


prepare = Ready


def start(path, work):
    with open(work) as refs:
        return subprocess.Popen(["order-check-stock", "-q"], stdin=refs,
                                env=world.environment(path))


def served(ready, dice, path):
    """Whose turn it was, turn by turn, while nobody was through."""
    with crowd.writer(path):
        writers = [start(path, ready.work[n])
                   for n in dice.sample(range(WRITERS), WRITERS)]
        crowd.until(lambda: crowd.waiting(path) == WRITERS or any(
            w.poll() is not None for w in writers), "all stand in the queue")
    statuses = [w.wait(world.PATIENCE) for w in writers]
    # 1: a name of nothing is refused
    expect(statuses == [1] * WRITERS, "writers end with", statuses)
    turns, left = [], [TURNS] * WRITERS
    for order, in world.ask(path, "SELECT order_id FROM events"
                            " WHERE kind = 'allocate' ORDER BY seq"):
        turn = (order - 1) % WRITERS
        turns.append(turn)
        left[turn] -= 1
        if left[turn] == 0:
            break
    return turns


def measure(turns):
    """Busiest to least served, and the longest wait to the mean one."""
    longest, last = 0, dict.fromkeys(range(WRITERS), -1)
    for now, turn in enumerate(turns):
        longest = max(longest, now - last[turn])
        last[turn] = now
    longest = max(longest, len(turns) - min(last.values()))
    shares = [turns.count(n) for n in range(WRITERS)]
    return max(shares) / max(1, min(shares)), longest / WRITERS


def case(ready, dice, place):
    for race in range(RACES):
        turns = served(ready, dice, world.copy(ready.store, place))
        ratio, wait = measure(turns)
        if ratio <= LIMIT:
            break
    expect(ratio <= LIMIT, f"the busiest writer had {ratio:.2f} turns for each"
           f" of the least served, in each of {RACES} races; the longest wait"
           f" was {wait:.1f} times the mean")
    return {"turns": len(turns), "races": race + 1,
            "worst ratio in %": round(100 * ratio),
            "worst wait in % of the mean": round(100 * wait)}
