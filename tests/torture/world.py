"""What the parts share: a company small enough to be made in an instant, its
orders, runs of the tools, and an independent look at what is left."""
import os
import random
import shutil
import sqlite3
import subprocess

from check import breaches
from stream import uncommitted, stored  # noqa: F401 (for the parts)

PATIENCE = 60           # seconds until a tool counts as hung
FILES = "", "-wal", "-shm", "-lock"


class Broken(Exception):
    """A promise is broken."""


def expect(good, *what):
    if not good:
        raise Broken(" ".join(str(w) for w in what))


def quiet_environment():
    """The same surroundings wherever the cases run."""
    for name in list(os.environ):
        if name.startswith("ORDER_") and name != "ORDER_REAL_DATA":
            del os.environ[name]
    os.environ.update(LC_ALL="C", TZ="UTC", ORDER_NOW="2026-11-23T09:00:00Z")
    # A library of ours may stand before that of the sanitizers.
    os.environ["ASAN_OPTIONS"] = "verify_asan_link_order=0"


class Dice(random.Random):
    """What chance decides in one case: the same seed, part and number give
    the same."""

    def __init__(self, seed, part, number):
        super().__init__(f"{seed} {part} {number}")
        self.deal, self.number = f"{seed} {part}", number

    def hand(self, deck, hands):
        """The cards of this case when all are dealt out to so many."""
        deck = list(deck)
        random.Random(self.deal).shuffle(deck)
        return deck[self.number % hands::hands]


def shim(name):
    """A library of ours for LD_PRELOAD."""
    return os.path.abspath(os.path.join(
        os.environ.get("B") or "build", "torture", f"{name}.so"))


def environment(store, **more):
    return {**os.environ, "ORDER_DB": store, **more}


def tool(argv, store, given="", ok=(0,), patience=PATIENCE, **more):
    """What a tool printed; it must end with one of these statuses."""
    done = subprocess.run(argv, input=given, capture_output=True, text=True,
                          env=environment(store, **more), timeout=patience)
    expect(done.returncode in ok, *argv, "exits", done.returncode,
           done.stderr[-800:])
    return done.stdout


def company(place, items=20, customers=40, on_hand=1000):
    """A new store with so many items (A-n), customers (C-n) and stock."""
    store = os.path.join(place, "orders.db")
    tool(["order-init"], store)
    tool(["order-load", "-q", "items"], store,
         "sku,description,unit,unit_price,currency\n" + "".join(
             f"A-{n},Widget {n},EA,{n}.25,EUR\n" for n in range(1, items + 1)))
    tool(["order-load", "-q", "customers"], store,
         "customer,name,email,currency\n" + "".join(
             f"C-{n},Customer {n},c{n}@example.org,EUR\n"
             for n in range(1, customers + 1)))
    stock(store, on_hand, items)
    tool(["order-config", "-q", "mail_from=orders@example.com",
          "rule.duplicate=off", f"mail_command=maildir:{place}/mail"], store)
    return store


def stock(store, on_hand, items=20):
    """Counts so many of every item."""
    tool(["order-load", "-q", "stock"], store, "sku,on_hand\n" + "".join(
        f"A-{n},{on_hand}\n" for n in range(1, items + 1)))


def orders(count, key="PO", items=20, customers=40, strangers=17):
    """CSV of so many orders of one to three lines; one in STRANGERS is from
    nobody we know, all others are fit to be acknowledged."""
    rows = ["external_ref,channel,customer,sku,quantity,unit_price"]
    for i in range(1, count + 1):
        who = f"C-{i % customers + 1}" if i % strangers else "X-9"
        rows.append(f"{key}-{i},email,{who},A-{i % items + 1},{i % 7 + 1},")
        rows += [f",,,A-{(i + k) % items + 1},{i // 100 % 9 + 1},"
                 for k in range(1, i % 3 + 1)]
    return "\n".join(rows) + "\n"


def copy(store, place):
    """A store to spoil, made from a closed one."""
    path = os.path.join(place, "orders.db")
    for suffix in FILES:
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    shutil.copy(store, path)
    return path


def ask(store, sql, *values):
    """Rows, as any reader sees them."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def sound(store, count=None):
    """No promise is broken, by our own inquiries and by order-audit's."""
    if broken := breaches(store, count):
        raise Broken("\n".join(broken))
    tool(["order-audit", "--check", "-q"], store, ok=(0,))
    tool(["order-audit", "--verify", "-q"], store)
