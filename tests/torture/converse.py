"""The customer is asked, answers, changes their mind, says nothing.

Orders of chance, with stock, supply, substitutes and consents of chance; then
answers that fit and that do not, amendments, cancellations, arrivals, counts,
verification, stock checks, acknowledgments, reminders and the mailer in any
order, each now and then killed.  After every step the store must be sound and
the conversation must make sense: by SQL alone, beside order-audit."""
import json
import signal
import subprocess
import time

import world
from stream import records
from world import Broken, expect

CASES = 20
STEPS = 60
BEGIN = 1795424400              # 2026-11-23T09:00:00Z
HOUR = 3600

ITEMS = range(1, 13)            # A-1 to A-4 are replaced by A-5 to A-8
CUSTOMERS = [(ship, backorder, substitute) for ship in ("", "complete")
             for backorder in ("", "auto", "ask", "never")
             for substitute in ("", "auto", "ask", "never")]
HOLDS = ("customer contact address payment credit item price quantity date"
         " duplicate total blocklist consent stock manual").split()
ANSWERS = ("corrected accepted confirmed waived remove cancel backorder"
           " substitute partial drop").split()
LIKELY = {"consent": ANSWERS[1:2] + ANSWERS[6:], "stock": ANSWERS[6:],
          "manual": ["waived", "accepted"]}
SETS = ("email=new@example.org", "email=nobody", "quantity=3", "quantity=7.5",
        "sku=A-9", "sku=A-5", "sku=NONE", "unit_price=9.25", "unit_price=1",
        "customer=C-3", "requested_on=2026-12-24", "total=12.00", "colour=red")

# Each row is a breach.
INQUIRIES = {
    "consent is asked, but nothing is open, or the other way round":
        "SELECT o.id, o.status FROM orders AS o JOIN lines AS l"
        " ON l.order_id = o.id WHERE o.status IN ('verified', 'confirmed')"
        " AND EXISTS (SELECT 1 FROM holds WHERE order_id = o.id"
        "  AND hold = 'consent' AND closed_at IS NULL)"
        " GROUP BY o.id HAVING sum(l.ordered - l.cancelled - l.rejected"
        "  - l.substituted - l.allocated - l.backordered - l.shipped) = 0",
    "stock was checked, something is open, and nobody is asked":
        "SELECT o.id FROM orders AS o JOIN lines AS l ON l.order_id = o.id"
        " WHERE o.status IN ('verified', 'confirmed')"
        " AND o.stock_revision = o.revision AND NOT EXISTS (SELECT 1"
        "  FROM holds WHERE order_id = o.id AND closed_at IS NULL)"
        " GROUP BY o.id HAVING sum(l.ordered - l.cancelled - l.rejected"
        "  - l.substituted - l.allocated - l.backordered - l.shipped) > 0",
    "a cancelled or rejected order holds something":
        "SELECT o.id, o.status FROM orders AS o JOIN lines AS l"
        " ON l.order_id = o.id WHERE o.status IN ('cancelled', 'rejected')"
        " AND (l.allocated > 0 OR l.backordered > 0)"
        " UNION SELECT o.id, h.hold FROM orders AS o JOIN holds AS h"
        " ON h.order_id = o.id AND h.closed_at IS NULL"
        " WHERE o.status IN ('cancelled', 'rejected')"
        " UNION SELECT o.id, 'offer' FROM orders AS o JOIN offers AS f"
        " ON f.order_id = o.id WHERE o.status IN ('cancelled', 'rejected')",
    "a cancelled order tells its customer not exactly once":
        "SELECT id FROM orders AS o WHERE status = 'cancelled'"
        " AND (SELECT count(*) FROM messages WHERE order_id = o.id"
        "  AND kind = 'cancelled') <> 1",
    "an ended order still asks":
        "SELECT o.id, m.id FROM orders AS o JOIN messages AS m"
        " ON m.order_id = o.id WHERE o.status IN ('cancelled', 'rejected')"
        " AND m.kind IN ('clarify', 'shortage') AND m.state = 'queued'"
        " AND NOT EXISTS (SELECT 1 FROM message_bytes WHERE message = m.id)",
    "two notices of a kind wait to be told":
        "SELECT order_id, kind, count(*) FROM messages AS m WHERE kind IN"
        " ('clarify', 'shortage', 'changed', 'delay')"
        " AND (state = 'by-hand' OR state = 'queued') AND NOT EXISTS"
        " (SELECT 1 FROM message_bytes WHERE message = m.id)"
        " GROUP BY 1, 2 HAVING count(*) > 1",
    "a question waits to be sent that is not open any more":
        "SELECT m.order_id, m.id, m.kind FROM messages AS m WHERE m.kind IN"
        " ('clarify', 'shortage') AND m.state = 'queued' AND NOT EXISTS"
        " (SELECT 1 FROM message_bytes WHERE message = m.id)"
        " AND NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.order_id ="
        "  m.order_id AND h.closed_at IS NULL) AND NOT EXISTS (SELECT 1"
        "  FROM lines AS l WHERE l.order_id = m.order_id"
        "  AND l.backordered > 0)",
    "a hold is open twice":
        "SELECT order_id, hold FROM holds WHERE closed_at IS NULL"
        " GROUP BY 1, 2 HAVING count(*) > 1",
    "a substitute is not what was taken out":
        "SELECT l.order_id, l.line FROM lines AS l WHERE l.substituted <>"
        " (SELECT coalesce(sum(ordered), 0) FROM lines AS x WHERE"
        "  x.order_id = l.order_id AND x.instead_of = l.line)",
}

# Before it is accepted a mail says no price that the order did not say; what
# may be sent instead has to have one.
UNTOLD = """
    SELECT m.order_id, m.document, (SELECT group_concat(line) FROM lines
        WHERE order_id = m.order_id AND price_given = 0)
    FROM messages AS m JOIN orders AS o ON o.id = m.order_id
        AND o.revision = m.revision
    WHERE m.kind = 'clarify' OR m.kind = 'cancelled' AND decided_at IS NULL"""


def prices(store):
    for order, document, lines in world.ask(store, UNTOLD):
        silent = {int(n) for n in (lines or "").split(",") if n}
        for line in json.loads(document).get("lines", []):
            if line["line"] in silent and (
                    "unit_price" in line or "amount" in line):
                yield f"order {order} line {line['line']} tells a price"


def prepare(room):
    store = world.company(room, items=len(ITEMS), customers=1, on_hand=0)
    world.tool(["order-load", "-q", "items"], store,
               "sku,description,unit,unit_price,currency,min_quantity,multiple,"
               "status,superseded_by\nA-10,Box,EA,1.50,EUR,10,5,active,\n"
               "A-11,Old box,EA,1.00,EUR,,,discontinued,A-12\n")
    world.tool(["order-load", "-q", "customers"], store,
               "customer,name,email,currency,language,ship_policy,"
               "backorder_consent,substitute_consent\n" + "".join(
                   f"C-{n},Customer {n},{mail},EUR,{language},{ship},{b},{s}\n"
                   for n, (ship, b, s) in enumerate(CUSTOMERS, 1)
                   for mail in [f"c{n}@example.org" if n % 7 else ""]
                   for language in ["de" if n % 2 else "en"]))
    world.tool(["order-load", "-q", "substitutes"], store,
               "sku,substitute,rank\n" + "".join(
                   f"A-{n},A-{n + k},{k}\n" for n in range(1, 5)
                   for k in (4, 5)))
    world.tool(["order-config", "-q", "clarify_remind_hours=24",
                "clarify_cancel_days=6"], store)
    return store


class Talk:
    """One store, its clock, and what was done to it."""

    def __init__(self, store, dice):
        self.store, self.dice, self.now = store, dice, BEGIN
        self.keys, self.done, self.kills, self.taken = [], [], 0, 0

    def refs(self):
        return [ref for ref, in world.ask(
            self.store, "SELECT ref FROM orders ORDER BY id")]

    def run(self, argv, given="", may_die=True):
        """Status (-9: killed), stdout, stderr."""
        self.done.append(" ".join(argv) + (f" <<< {given!r}" if given else ""))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now))
        env = world.environment(self.store, ORDER_NOW=now)
        tool = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True,
                                stdout=subprocess.PIPE, env=env,
                                stderr=subprocess.PIPE)
        patience = self.dice.uniform(0, 0.02) if may_die and \
            self.dice.random() < 0.06 else world.PATIENCE
        try:
            out, said = tool.communicate(given, patience)
        except subprocess.TimeoutExpired:
            tool.kill()
            out, said = tool.communicate()
        self.kills += tool.returncode == -signal.SIGKILL
        expect(tool.returncode in (0, 1) or patience < 1, *argv, "exits",
               tool.returncode, said)
        return tool.returncode, out, said

    # ---- what can happen ----

    def lines(self):
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            item = self.dice.choice((1, 1, 2, 3, 4, 5, 9, 10, 11, 99))
            yield (f"A-{item}", self.dice.choice((1, 4, 5, 10, 12.5)),
                   self.dice.choice(("", "", "", f"{item}.25", "7.00")))

    def order(self, key, *options):
        who = f"C-{self.dice.randint(1, len(CUSTOMERS))}" \
            if self.dice.random() < 0.9 else "X-9"
        mail = self.dice.choice(("", "", "", "nobody", "jo@example.org"))
        total = self.dice.choice(("", "", "", "", "10.25"))
        self.run(["order-receive", "-q", "--channel", "email", *options],
                 "external_ref,customer,email,total,sku,quantity,unit_price\n"
                 + "".join(f"{key},{who},{mail},{total},{','.join(map(str, l))}"
                           "\n" for l in self.lines()))

    def receive(self):
        self.keys.append(f"PO-{len(self.keys) + 1}")
        self.order(self.keys[-1])

    def amend(self):
        if self.keys:
            self.order(self.dice.choice(self.keys), "--amend")

    def verify(self):
        self.run(["order-verify", "-q", "--pending"])

    def verify_again(self):
        self.run(["order-verify", "-q", *self.some()])

    def some(self):
        refs = self.refs()
        return self.dice.sample(refs, min(len(refs), 3)) or ["SO-1"]

    def check(self):
        self.run(["order-check-stock", "-q", self.dice.choice(
            ("--pending", "--pending", "--backorders"))])

    def acknowledge(self):
        self.run(["order-ack", "-q", "--queue-only", *self.some()])

    def due(self):
        self.run(["order-ack", "-q", "--due"])

    def mail(self):
        self.run(["order-notify", "-q"])

    def chase(self):
        self.run(["order-resolve", "-q", "--chase"])

    def wait(self):
        self.now += self.dice.choice((1, 12, 24, 60)) * HOUR

    def arrive(self):
        self.run(["order-load", "-q", "stock"], "sku,on_hand\n" + "".join(
            f"A-{n},{self.dice.choice((0, 3, 10, 40)) + taken}\n"
            for n in self.dice.sample(ITEMS, 4) for taken in [self.reserved(n)]))

    def reserved(self, item):
        rows = world.ask(self.store, "SELECT allocated FROM stock WHERE"
                         " sku = ?", f"A-{item}")
        return -(-rows[0][0] // 1000) if rows else 0

    def supply(self):
        n = self.dice.choice(ITEMS)
        day = time.strftime("%Y-%m-%d", time.gmtime(
            self.now + self.dice.randint(1, 30) * 24 * HOUR))
        self.run(["order-load", "-q", "supply"],
                 "supply_ref,sku,quantity,expected_on\n"
                 f"S-{n},A-{n},{self.dice.choice((0, 5, 50))},{day}\n")

    def update(self):
        refs = self.some()
        self.run(["order-update", "-q", refs[0], *self.dice.choice((
            ("cancelled",), ("cancelled", "--line", "1"), ("hold",),
            ("release",), ("paid",), ("cancelled", "--line", "1",
                                      "--quantity", "1")))])

    def questions(self):
        """The list, half filled in: the same is refused when fed again."""
        rows = records(self.run(["order-resolve", "--list", "-o", "csv"],
                                may_die=False)[1].encode())
        rows = [r for r in rows if self.dice.random() < 0.5]
        if rows:
            self.run(["order-resolve", "-q"], "ref,hold,line,answer,note\n"
                     + "".join(f"{r['ref']},{r['hold']},{r['line']},"
                               f"{self.dice.choice(ANSWERS)},by phone\n"
                               for r in rows))

    def answer(self):
        """One answer is one event, and the very same again is none."""
        open_holds = world.ask(
            self.store, "SELECT o.ref, h.hold FROM holds AS h JOIN orders AS o"
            " ON o.id = h.order_id WHERE h.closed_at IS NULL")
        ref, hold = self.dice.choice(open_holds) if open_holds and \
            self.dice.random() < 0.8 else (self.some()[0],
                                           self.dice.choice(HOLDS))
        answer = self.dice.choice(self.dice.choice(
            (ANSWERS, LIKELY.get(hold, ANSWERS[:5]))))
        argv = ["order-resolve", "-o", "csv", ref, hold, answer]
        if self.dice.random() < 0.5:
            argv += ["--line", str(self.dice.randint(1, 3))]
        if answer == "corrected" or self.dice.random() < 0.1:
            argv += ["--set", self.dice.choice(SETS)]
        if answer == "substitute" and self.dice.random() < 0.5:
            argv += ["--set", f"sku=A-{self.dice.choice((5, 6, 9))}",
                     "--set", f"quantity={self.dice.choice((1, 2, 5))}"]
        if self.dice.random() < 0.5:
            argv += ["--note", "said so"]
        before, known = self.answers(), self.state(ref)
        status, out, said = self.run(argv)
        after = self.answers()
        if status == -signal.SIGKILL:
            expect(after - before in (0, 1), "killed,", *argv, "is recorded",
                   after - before, "times")
            return
        row = records(out.encode())[0]
        refused = row["result"] == "refused" and \
            row["reason"] != "rejected-by-rule"
        expect(after - before == (not refused), *argv, row["result"],
               row["reason"], "is recorded", after - before, "times")
        if refused:
            expect(said.strip() != "", *argv, "is refused without a word")
            expect(self.state(ref) == known, *argv, "is refused, but changed"
                   " something")
        self.taken += not refused

    def answers(self):
        return world.ask(self.store, "SELECT count(*) FROM events"
                         " WHERE kind = 'resolve'")[0][0]

    def state(self, ref):
        return [world.ask(self.store, f"SELECT * FROM {table} WHERE order_id ="
                          " (SELECT id FROM orders WHERE ref = ?)", ref)
                for table in ("lines", "holds", "offers", "findings",
                              "messages", "events")]

    # ---- what must hold ----

    def sound(self):
        world.sound(self.store)
        broken = [f"{name}: {row}" for name, sql in INQUIRIES.items()
                  for row in world.ask(self.store, sql)[:3]]
        broken += prices(self.store)
        if broken:
            raise Broken("\n".join(broken))

    def step(self):
        self.dice.choice(
            [self.receive] * 3 + [self.answer] * 10 + [self.verify] * 3 +
            [self.check] * 4 + [self.acknowledge, self.due, self.mail] * 2 +
            [self.chase] * 2 + [self.wait] * 2 + [self.arrive] * 3 +
            [self.supply, self.update, self.amend, self.questions,
             self.verify_again])()


def case(store, dice, place):
    talk = Talk(world.copy(store, place), dice)
    try:
        for _ in range(4):
            talk.receive()
        for act in talk.arrive, talk.verify, talk.check:
            act()
        for _ in range(STEPS):
            talk.step()
            talk.sound()
    except Broken as why:
        raise Broken("\n".join([str(why)] + ["after:"] + talk.done[-8:]))
    return {"steps": STEPS, "answers taken": talk.taken, "kills": talk.kills}
