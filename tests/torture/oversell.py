"""Eight processes sell the same few things: not one piece too many.

Meanwhile things are counted, found and lost, orders are rejected, answered,
cancelled and acknowledged, and processes are killed.  All the time a reader looks
whether more is promised than there is.  At the end what is on hand is what
the answers to the counts said, nothing waits for what is free, and a last
order can take exactly that."""
import random
import threading

import crowd
import world
from check import INQUIRIES
from stream import records
from world import Broken, expect

CASES = 10
WORKERS = 8
ITEMS = range(1, 21)
HOT, COLD = ITEMS[:10], ITEMS[10:]      # hot: more is wanted than there is
PIECES = 500            # of each: 10,000 in all
ORDERS = 1100
ADJUSTED = ITEMS[::2]   # the others are counted, each by one worker only

CUSTOMERS = "customer,ship_policy,backorder_consent\n" + "".join(
    f"C-{n},{ship},{consent}\n" for first, last, ship, consent in (
        (24, 27, "", "ask"), (28, 30, "complete", ""), (31, 32, "", "never"))
    for n in range(first, last + 1))
ANSWERS = "accepted", "accepted", "substitute", "partial", "drop", "cancel"
LEAVING = 33            # C-33 to C-40, one for each worker, will be blocked
STRANGERS = 20          # one order in so many is of nobody on file

ALWAYS = " UNION ALL ".join(
    f"SELECT '{name}' FROM ({INQUIRIES[name]})" for name in (
        "more is promised than there is",
        "the ledger does not add up to the stock",
        "the lines do not add up to the stock", "a line is over-filled"))


def day():
    """The orders: three lines in four are for something hot."""
    dice = random.Random(0)
    rows = ["external_ref,channel,customer,sku,quantity"]
    for n in range(ORDERS):
        who = f"C-{n % 40 + 1}" if n % STRANGERS else "X-9"
        for line in range(dice.randint(1, 3)):
            item = dice.choice(dice.choice((HOT, HOT, HOT, COLD)))
            key = ("", "", "") if line else (f"PO-{n}", "email", who)
            rows.append(",".join((*key, f"A-{item}", str(dice.randint(3, 8)))))
    return "\n".join(rows) + "\n"


class Ready:
    """A store with all orders verified, but those of strangers."""

    def __init__(self, room):
        self.store = world.company(room, on_hand=PIECES)
        world.tool(["order-load", "-q", "customers"], self.store, CUSTOMERS)
        world.tool(["order-load", "-q", "substitutes"], self.store,
                   "sku,substitute,rank\n" + "".join(
                       f"A-{hot},A-{cold},1\n" for hot, cold in
                       zip(HOT, COLD)))
        world.tool(["order-config", "-q", "rule.customer-active=reject"],
                   self.store)
        came = world.tool(["order-receive"], self.store, day())
        self.orders = records(world.tool(["order-verify"], self.store, came,
                                         ok=(1,)).encode())

    def refs(self, customer):
        return [o["ref"] for o in self.orders if o["customer"] == customer]


prepare = Ready


class Clerk(crowd.Worker):
    """One of eight; what it was told of the stock is kept."""

    def __init__(self, ready, store, number, seed):
        super().__init__(store, seed, kill_one_in=8)
        self.ready, self.number = ready, number
        mine = ready.orders[number::WORKERS]
        self.to_sell = [o["ref"] for o in mine if o["held"] == ""]
        self.to_answer = [o["ref"] for o in mine if o["held"] != ""]
        self.counts = [i for i in ITEMS if i not in ADJUSTED][number::WORKERS]
        self.on_hand, self.found, self.sold = {}, [], []

    def plan(self):
        early = ([self.sell] * 12 + [self.adjust] * 6 + [self.count] * 5 +
                 [self.answer] * 3 + [self.consent, self.leave] +
                 [self.withdraw] * 2 +
                 [self.refill] * 3)
        late = [self.pending, self.acknowledge, self.consent, self.refill]
        self.dice.shuffle(early)
        return early + late

    def work(self):
        for act in self.plan():
            act()

    def sell(self):
        """Some of ours, and one that is a colleague's."""
        some = [self.to_sell.pop() for _ in range(12) if self.to_sell]
        self.sold += some
        self.done(["order-check-stock", *some,
                   self.dice.choice(self.ready.orders)["ref"]])

    def pending(self):
        self.done(["order-check-stock", "--pending"])

    def refill(self):
        self.done(["order-check-stock", "--backorders"])

    def acknowledge(self):
        self.done(["order-ack", "--queue-only", *self.sold])

    def adjust(self):
        item, pieces = self.dice.choice(ADJUSTED), self.dice.randint(-25, 20)
        key = f"{self.number}-{len(self.found)}"
        said = self.done(
            ["order-load", "--adjust", "stock"],
            f"adjust_ref,sku,quantity,reason\n{key},A-{item},{pieces},x\n")
        # unchanged: it was done before by one of us that was killed
        self.found.append((item, pieces if "refused" not in said else 0))

    def count(self):
        item = self.dice.choice(self.counts)
        self.on_hand[item] = self.dice.randint(PIECES // 2, PIECES + 100)
        self.done(["order-load", "stock"],
                  f"sku,on_hand\nA-{item},{self.on_hand[item]}\n")

    def answer(self):
        if self.to_answer:
            self.done(["order-resolve", "--set", f"customer=C-{self.number + 1}",
                       self.to_answer.pop(), "customer", "corrected"])

    def consent(self):
        held = records(self.done(["order-status", "--held",
                                  "consent"]).encode())
        self.done(["order-resolve"], "ref,hold,answer\n" + "".join(
            f"{o['ref']},consent,{self.dice.choice(ANSWERS)}\n" for o in held
            if self.dice.random() < 0.5))

    def withdraw(self):
        """Two customers want less than they had ordered, or nothing."""
        rows = [f"{self.dice.choice(self.ready.orders)['ref']},cancelled,"
                f"{self.dice.choice(('', '1,', '1,2'))}" for _ in range(2)]
        self.done(["order-update"], "ref,event,line,quantity\n" + "".join(
            row + "," * (3 - row.count(",")) + "\n" for row in rows))

    def leave(self):
        """What a customer who is blocked has ordered is rejected."""
        who = f"C-{LEAVING + self.number}"
        self.done(["order-load", "customers"],
                  f"customer,status\n{who},blocked\n")
        self.done(["order-verify", *self.ready.refs(who)])


class Watch(threading.Thread):
    """Looks all the time; each look sees one commit."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self.store, self.over = store, threading.Event()
        self.looks, self.seen = 0, []

    def run(self):
        while not self.over.is_set() and not self.seen:
            self.seen = world.ask(self.store, ALWAYS)
            self.looks += 1

    def end(self):
        self.over.set()
        self.join()
        expect(not self.seen, "for a moment:", *(what for what, in self.seen))


def expected(clerks):
    """What is on hand of each item, if the tools told the truth."""
    there = dict.fromkeys(ITEMS, PIECES)
    for clerk in clerks:
        there.update(clerk.on_hand)
        for item, pieces in clerk.found:
            there[item] += pieces
    return there


def one_more(store, there):
    """The last piece of each item goes to who has waited for it."""
    world.tool(["order-load", "-q", "--adjust", "stock"], store,
               "adjust_ref,sku,quantity,reason\n" + "".join(
                   f"ONE-{item},A-{item},1,x\n" for item in there))
    for item in there:
        there[item] += 1
    for rest in "--pending", "--backorders":
        world.tool(["order-check-stock", "-q", rest], store, ok=(0, 1))


def look(store, there):
    """What is free of each item, by what the clerks know and the lines."""
    held = {item: (int(allocated), waiting) for item, allocated, waiting in
            world.ask(store, "SELECT item, sum(allocated) / 1000,"
                      " sum(backordered) FROM lines GROUP BY item")}
    free = {}
    for item, on_hand in there.items():
        (has,), = world.ask(store, "SELECT on_hand FROM stock WHERE sku = ?",
                            f"A-{item}")
        expect(has == 1000 * on_hand, f"A-{item}: {has / 1000} on hand; by"
               f" what was answered it should be {on_hand}")
        allocated, waiting = held[f"A-{item}"]
        expect(allocated <= on_hand, f"A-{item}: {allocated} of {on_hand}"
               " are sold")
        free[item] = on_hand - allocated
        expect(not (free[item] and waiting), f"A-{item}: {free[item]} are"
               " free, but orders wait for them")
    return free


def last_order(store, key, wanted):
    """What becomes of an order for that."""
    out = "external_ref,channel,customer,sku,quantity\n" + "".join(
        f"{key},email,C-1,A-{item},{pieces}\n"
        for item, pieces in wanted.items())
    for step in "order-receive", "order-verify", "order-check-stock":
        out = world.tool([step], store, out)
    return records(out.encode())[0]["stock"]


def case(ready, dice, place):
    store = world.copy(ready.store, place)
    clerks = [Clerk(ready, store, n, dice.random()) for n in range(WORKERS)]
    watch = Watch(store)
    watch.start()
    try:
        crowd.together([clerk.work for clerk in clerks])
    finally:
        watch.end()
    there = expected(clerks)
    one_more(store, there)
    world.sound(store, ORDERS)
    free = {item: n for item, n in look(store, there).items() if n}
    expect(free, "nothing is left for the last order")
    expect(last_order(store, "LAST", free) == "full",
           "the last order did not get what was free:", free)
    expect(last_order(store, "NONE", dict.fromkeys(ITEMS, 1)) ==
           "backordered", "there was more than there was")
    world.sound(store, ORDERS + 2)
    (given_back,), = world.ask(store, "SELECT -sum(allocated) / 1000 FROM"
                               " stock_ledger WHERE kind = 'deallocate'")
    if not given_back:
        raise Broken("no order gave anything back: this tests too little")
    return {"pieces": sum(there.values()), "given back": given_back,
            "runs": sum(c.runs for c in clerks), "looks": watch.looks,
            "kills": sum(c.kills for c in clerks)}
