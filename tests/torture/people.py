"""A person of whom every column that can hold a word about them holds one:
what the part on archiving and erasure looks for."""
import os
import sqlite3

import world
from world import expect

COLUMNS = ("customer_name email phone bill_name bill_line1 bill_line2"
           " bill_city bill_region bill_postcode ship_name ship_line1"
           " ship_line2 ship_city ship_region ship_postcode payment_token"
           " payment_method payment_terms instructions").split()
OF_CUSTOMER = [c for c in COLUMNS if not c.startswith(("customer", "pay",
                                                        "instr"))]
HEAD = ["external_ref", "channel", "customer", "sku", "quantity",
        "unit_price", "unit", "description", "line_instructions",
        "payment_last4", *COLUMNS, "colour"]
LEFT = {"offers", "waivers"}  # go when the order ends; put back by hand


class Person:
    """Every word is the token and where it stands: zqtoken-bill-city."""

    def __init__(self, store, token, now):
        self.store, self.token, self.now = store, token, now
        self.room = os.path.dirname(store)
        self.number = f"{token}-1"

    def word(self, where):
        where = where.replace("_", "-")
        return f"{where}@{self.token}.example" if where.endswith("email") \
            else f"{self.token}-{where}"

    def tool(self, *argv, given="", ok=(0, 1)):
        return world.tool(list(argv), self.store, given, ok=ok,
                          ORDER_NOW=self.now)

    def on_file(self):
        names = ["customer", "name", "currency", "ship_policy",
                 "backorder_consent", "substitute_consent", *OF_CUSTOMER]
        for name in "name before", "name":
            self.tool("order-load", "-q", "customers", given=",".join(names) +
                      f"\n{self.number},{self.word(name)},EUR,partial,ask,ask,"
                      + ",".join(map(self.word, names[6:])) + "\n", ok=(0,))
        self.tool("order-load", "-q", "aliases", ok=(0,), given="alias,"
                  f"customer,sku\n{self.word('alias')},{self.number},A-1\n")
        self.tool("order-load", "-q", "prices", ok=(0,), given="sku,currency,"
                  f"customer,unit_price\nA-7,EUR,{self.number},6.5\n")

    def order(self, key, lines, unit="EA", amend=False):
        """Takes an order in; its number."""
        rows = [",".join(HEAD)]
        for n, (sku, quantity, price) in enumerate(lines):
            order = [self.word(c) for c in COLUMNS] + [self.word("colour")]
            if n > 0:
                order = [""] * len(order)
            rows.append(",".join([
                key if n == 0 else "", "email" if n == 0 else "",
                self.number if n == 0 else "", sku, quantity, price,
                unit, self.word(f"description-{n}"), self.word(f"wish-{n}"),
                "4242" if n == 0 else "", *order]))
        self.tool("order-receive", "-q", "--extra", "keep",
                  *["--amend"] * amend, given="\n".join(rows) + "\n", ok=(0,))
        return world.ask(self.store, "SELECT max(id), ref FROM orders"
                         " WHERE external_ref = ?", key)[0]

    def says(self, ref, *events):
        """(event, column=value...) as order-update takes them."""
        names = ["line", "quantity", "carrier", "tracking", "reason", "note",
                 "amount", "payment_ref", "promised_on", "event_id"]
        rows = [",".join(["ref", "event", *names])]
        for event, more in events:
            rows.append(",".join([ref, event, *[
                str(more.get(n, "")) for n in names]]))
        self.tool("order-update", "-q", given="\n".join(rows) + "\n", ok=(0,))

    def w(self, *names, **more):
        return {**{n: self.word(f"said-{n}") for n in names}, **more}

    def decide(self, *refs):
        for name in "verify", "check-stock", "ack":
            self.tool(f"order-{name}", "-q", *refs)

    def shipped(self, key):
        """An order through all that can happen to one that is sent."""
        w = self.w
        number, ref = self.order(key, [(self.word("alias"), "5", ""),
                                       ("A-2", "4", "3.1"), ("A-3", "2", "")])
        self.decide(ref)
        for hold, in world.ask(self.store, "SELECT hold FROM holds WHERE"
                               " order_id = ? AND closed_at IS NULL", number):
            self.tool("order-resolve", "-q", ref, hold, "accepted", "--note",
                      self.word("resolved"))
        self.says(ref, ("hold", w("reason")), ("release", w("note")))
        self.tool("order-update", "-q", ref, "paid", "--payment-ref",
                  self.word("payment"), "--amount", "5")
        self.decide(ref)
        self.tool("order-forward", "-q", "--to", "fulfilment", ref, "--dir",
                  self.folder(), ok=(0,))
        self.says(ref, ("problem", w("reason", "note")),
                  ("accepted", w("note")),
                  ("picked", w("note", line=1, quantity=5)),
                  ("packed", w("tracking", "carrier", "note")),
                  ("delay", w("reason", promised_on=f"{int(self.now[:4]) + 1}-03-05")),
                  ("shipped", w("tracking", "carrier", "note", line=1,
                                quantity=2, event_id=self.word("by" + key))),
                  ("delivered", w("note", line=1, quantity=1)),
                  ("returned", w("reason", "note", line=1, quantity=1)))
        self.tool("order-notify", "-q")
        self.cancel(ref, 3, ("cancel-refused", w("reason", line=3)))
        self.cancel(ref, 2, ("cancelled", w("reason", line=2,
                                              event_id=self.word("no" + key))))
        self.ask(ref)
        self.says(ref, ("shipped", w("tracking", "carrier")),
                  ("reopen", w("reason", line=2, quantity=1)),
                  ("short-close", w("reason", "note")),
                  ("legal-hold", w("reason")), ("legal-release", w("note")))
        return number

    def cancel(self, ref, line, answer):
        self.says(ref, ("cancelled", self.w("reason", "note", line=line)))
        self.tool("order-forward", "-q", "--to", "fulfilment", "--pending",
                  "--dir", self.folder())
        self.says(ref, answer)

    def folder(self):
        folder = os.path.join(self.room, "drop")
        os.makedirs(folder, 0o700, exist_ok=True)
        return folder

    def ask(self, ref):
        w = self.w
        self.says(ref, ("inquiry", w("note")), ("reply", w("note")),
                  ("note", w("note", line=1)))
        mail = (f"From: {self.token} <{self.word('email')}>\n"
                f"Subject: {self.word('subject')} {ref}\n"
                f"Message-ID: <{self.word('mail')}@{ref}>\n\n"
                f"{self.word('question')}?\n")
        self.tool("order-receive", "-q", "--from-mail", given=mail, ok=(0,))
        self.tool("order-notify", "-q", "--reply", ref, ok=(0,),
                  given=f"{self.word('answer')}\n")

    def amended(self, key):
        """One that is changed, asked about and cancelled; its messages are
        told by hand, or never."""
        unit = self.word("unit")
        self.order(key, [("A-4", "2", "")], unit)
        number, ref = self.order(key, [("A-4", "3", ""), ("A-5", "1", "2")],
                                 unit, amend=True)
        self.decide(ref)
        self.ask(ref)
        self.says(ref, ("cancelled", self.w("reason", "note")))
        first, *others = [m for m, in world.ask(
            self.store, "SELECT id FROM messages WHERE order_id = ?"
            " AND state = 'queued' ORDER BY id", number)]
        self.tool("order-notify", "-q", "--told", str(first), "--note",
                  self.word("told"))
        self.tool("order-config", "-q", "mail_command=/bin/false",
                  "mail_max_attempts=1")
        self.tool("order-notify", "-q")
        for message in others:
            self.tool("order-notify", "-q", "--cancel", str(message))
        self.tool("order-config", "-q",
                  f"mail_command=maildir:{self.room}/mail")
        return number

    def rejected(self, key):
        for record in (f"{key},{self.word('email')},,A-1,x",
                       f"{key},,{self.number},A-1,y"):
            self.tool("order-receive", "-q", "--channel", "email", given=
                      f"external_ref,email,customer,sku,quantity\n{record}\n")
            self.tool("order-resolve", "-q", "dismiss", "--reject",
                      str(world.ask(self.store,
                                    "SELECT max(id) FROM rejects")[0][0]))

    def lives(self, key):
        """Two orders with all that there is, and what became none."""
        numbers = [self.shipped(f"{key}-sent"), self.amended(f"{key}-not")]
        self.tool("order-notify", "-q")
        self.rejected(f"{key}-bad")
        return numbers


def left_blank(store, number):
    """Rows of which an order that has ended keeps none."""
    db = sqlite3.connect(store)
    with db:
        db.execute("INSERT OR IGNORE INTO waivers VALUES (?, 'r', 1, 'f',"
                   " ?, ?)", (number, "given", "answer"))
        db.execute("INSERT OR IGNORE INTO offers VALUES (?, 1, 'A-9', 1, 1000,"
                   " 1, '')", (number,))
    db.close()


OF = {"orders": "id = ?1",
      "message_bytes": "message IN (SELECT id FROM messages"
                       " WHERE order_id = ?1)",
      "inquiry_bytes": "inquiry IN (SELECT id FROM inquiries"
                       " WHERE order_id = ?1)",
      "event_details": "seq IN (SELECT seq FROM events WHERE order_id = ?1)"}


def of_order(store, number):
    """Every row of every table that is about an order, by table."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        for table, in db.execute(
                "SELECT t.name FROM sqlite_schema AS t, pragma_table_info("
                "t.name) AS c WHERE t.type = 'table' AND c.name = 'order_id'"
                ).fetchall():
            OF.setdefault(table, "order_id = ?1")
        return {table: sorted(db.execute(
            f"SELECT * FROM {table} WHERE {of}", (number,)), key=repr)
            for table, of in OF.items()}
    finally:
        db.close()
