"""A failure of every statement, in every tool and everything it can do.

The statements of an undisturbed run are counted first; preparing one counts
for itself, and of the rows that are asked for from the same place the first
and the last do.  Each fails once, as if the disk could not be read.  The tool
must say so and end with 74, or not have needed it; what it has printed must
be true, and another run must end as if nothing had been."""
import os
import shutil

import jobs
import texts
import world
from jobs import Job
from texts import F1, F2, F6
from world import expect

CASES = 200
SHIM = world.shim("statements")
FAILED = 74
TRY_AGAIN = 75

RICH = {
    "prices": "sku,currency,customer,min_quantity,unit_price\n"
              "A-1,EUR,C-2,1,1.10\nA-2,EUR,,10,2.00\n",
    "aliases": "alias,customer,sku\n4006381333931,,A-1\nOURS-2,C-2,A-2\n",
    "substitutes": "sku,substitute,rank\nA-3,A-4,1\nA-1,A-2,1\n",
    "channels": "channel,description,approved\nfax,old,0\n",
    "holidays": "date,name\n2026-12-25,Christmas\n",
    "transit": "country,method,days\nDE,,2\n",
    "blocklist": "kind,value,reason\nemail,bad@example.org,fraud\n"
                 "address,13 Bad Street,fraud\n",
    "items": "sku,description,unit,unit_price,currency\nA-5,Last,EA,1,EUR\n",
    "customers": "customer,credit_limit,backorder_consent,"
                 "substitute_consent,ship_policy\nC-2,500,ask,auto,\n"
                 "C-3,,never,ask,\nC-4,,,,complete\n",
}
# What fits, what is short and waits or is asked for, nothing of it there,
# a wrong total, blocked people and places, an item nobody knows.
RICH_ORDERS = """\
external_ref,channel,customer,email,bill_line1,bill_city,total,sku,quantity
R-1,email,C-1,,,,,A-1,3
R-2,email,C-2,,1 Mill Lane,Leeds,,OURS-2,20
R-3,email,C-3,,,,,A-5,2
R-4,email,C-4,,,,99,A-1,1
R-5,email,C-1,bad@example.org,,,,A-2,1
R-6,email,C-1,,13 Bad Street,Hull,,A-2,1
R-7,email,C-1,,,,,Z-9,1
R-8,email,C-4,,,,,A-3,99
R-9,email,C-3,,,,,A-3,9
"""
RICH_CHANGED = RICH_ORDERS.replace("OURS-2,20", "OURS-2,19").replace(
    "A-5,2", "A-4,3").replace(",99,A-1,1", ",98,A-1,2").replace(
        "A-3,9\n", "A-3,1\n")
R2, R4, R6, R7 = (f"SO-0000000{n}" for n in ("2-0", "4-6", "6-2", "7-9"))
MASTER = [Job("load " + kind, ["order-load", kind], "company", rows)
          for kind, rows in RICH.items()]
ANSWERS = """\
ref,hold,answer,line,note,unit_price,customer
SO-00000004-6,price,corrected,1,,4.25,
SO-00000005-4,customer,corrected,,,,C-1
SO-00000002-0,nothing,waived,,,,
"""
WRITERS = MASTER + [
    Job("adjust", ["order-load", "--adjust", "stock"], "checked",
        "adjust_ref,sku,quantity,reason\nADJ-1,A-1,3,found\nADJ-2,A-2,-1,broken\n"),
    Job("supply", ["order-load", "supply"], "queued",
        "supply_ref,sku,quantity,expected_on\nS-1,A-3,50,2027-02-01\n"),
    Job("policy", ["order-config"], "company",
        "name,value\nackhours,1\nack_hours,12\n"),
    Job("answers", ["order-resolve"], "verified", ANSWERS),
    Job("waive", ["order-resolve", "SO-00000005-4", "customer", "waived",
                  "--note", "a friend"], "verified"),
    Job("dismiss", ["order-resolve", "--reject", "1", "dismiss"], "received"),
    Job("again", ["order-receive"], "received", texts.ORDERS),
    Job("conflict", ["order-receive", "--group"], "received",
        texts.ORDERS.replace("A-1,3", "A-1,4").replace("a dozen", "12")),
    Job("expect", ["order-receive", "--expect-orders", "2",
                   "--expect-total", "1"], "company", texts.MORE),
    Job("extra", ["order-receive", "--extra", "keep", "--channel", "phone"],
        "company", '{"external_ref":"X","colour":"red","sku":"A-1","quantity":1}'),
    Job("rich verify", ["order-verify", "--pending"], "rich"),
    Job("rich stock", ["order-check-stock", "--pending"], "rich verified"),
    Job("rich ack", ["order-ack", "--due", "--queue-only"], "rich checked"),
    Job("filled", ["order-check-stock", "--pending"], "rich waiting"),
    Job("fill", ["order-check-stock", "--backorders"], "rich waiting"),
    Job("consent", ["order-resolve", R2, "consent", "accepted"],
        "rich checked"),
    Job("rejected", ["order-resolve", R2, "consent", "accepted"],
        "rich gone"),
    Job("rejected held", ["order-resolve", R6, "duplicate", "waived",
                          "--note", "two of them"], "rich gone"),
    Job("moved", ["order-resolve", R2, "consent", "waived"], "rich moved"),
    Job("charge", ["order-resolve", R4, "total", "corrected", "--set",
                   "shipping=5"], "rich verified"),
    Job("our total", ["order-resolve", R4, "total", "accepted"],
        "rich verified"),
    Job("item", ["order-resolve", R7, "item", "corrected", "--set", "sku=A-1",
                 "--set", "unit=EA"], "rich verified"),
    Job("gone", ["order-resolve", texts.Q2, "consent", "substitute"],
        "asked gone"),
    Job("wait", ["order-resolve", texts.Q2, "consent", "backorder"], "asked"),
    Job("drop", ["order-resolve", texts.Q2, "consent", "drop", "--line", "1"],
        "asked"),
    Job("cancel", ["order-resolve", texts.Q2, "consent", "cancel"], "asked"),
    Job("remove", ["order-resolve", texts.Q1, "price", "remove"], "asked"),
    Job("fewer", ["order-update", texts.Q2, "cancelled", "--line", "1",
                  "--quantity", "5", "--event-id", "f-1"], "asked"),
    Job("told", ["order-notify", "--told", "1"], "failed"),
    Job("retry", ["order-notify", "--retry"], "failed"),
    Job("retry one", ["order-notify", "--retry", "1"], "failed"),
    Job("amend rich", ["order-receive", "--amend"], "rich waiting", RICH_CHANGED),
    Job("amended ack", ["order-ack", "--due", "--queue-only"], "rich amended"),
    Job("alone", ["order-archive", "--erase-order", F1], "moved"),
    Job("told so", ["order-update", F2, "delay", "--promised-on",
                    "2027-02-01", "--reason", "snow"], "handed"),
    Job("bits", ["order-update"], "requested", f"""ref,event,line,quantity,event_id
{F2},shipped,1,1,b-1
{F2},picked,1,5,b-2
{F6},cancelled,1,1,b-3
{F6},cancel-refused,,,b-4
{F1},reopen,,,b-5
"""),
    Job("verify again", ["order-verify", "--explain"], "queued",
        "ref\nSO-00000001-1\nSO-00000009-8\n"),
]
REF = "SO-00000001-1"
READERS = [Job(" ".join(argv), argv, before, given)
           for argv, before, given in [
    (["order-status", REF, "-o", "table"], "queued", ""),
    (["order-status", R4, "-o", "table"], "rich checked", ""),
    (["order-status", "PO-1", "C-2", "c1@example.org"], "queued", ""),
    (["order-status", "--all", "--lines"], "queued", ""),
    (["order-status", "--all", "--history"], "queued", ""),
    (["order-status", "--attention"], "queued", ""),
    (["order-status", "--rejects"], "received", ""),
    (["order-status", "--counts"], "queued", ""),
    (["order-status", "--states"], "queued", ""),
    (["order-status", "--overdue", "--due"], "received", ""),
    (["order-status", "--held", "any", "--sku", "A-1", "--since", "7d",
      "--channel", "email", "--stock", "unchecked"], "verified", ""),
    (["order-audit", REF, "-o", "table"], "queued", ""),
    (["order-audit", "--all"], "queued", ""),
    (["order-audit", "--verify"], "queued", ""),
    (["order-audit", "--head"], "queued", ""),
    (["order-audit", "--verify", "--against", "99:" + 64 * "0"], "tampered",
     ""),
    (["order-audit", "--check", "-o", "json"], "tampered", ""),
    (["order-ack", "--preview", REF], "checked", ""),
    (["order-ack", "--preview", R4], "rich gone", ""),
    (["order-ack", "--explain", REF], "checked", ""),
    (["order-ack", "--due", "--dry-run"], "rich checked", ""),
    (["order-check-stock", "--probe"], "rich",
     "sku,quantity,customer\nA-1,2,\nOURS-2,1,C-2\nZ,1,\nA-3,99,C-3\n"),
    (["order-check-stock", "--pending", "--dry-run"], "rich verified", ""),
    (["order-config", "ack_hours"], "company", ""),
    (["order-config"], "company", ""),
    (["order-notify", "--list"], "queued", ""),
    (["order-notify", "--show", "1"], "queued", ""),
    (["order-notify", "--lint"], "queued", ""),
    (["order-notify", "--list", texts.Q3, "C-3", "c2@example.org", "--since",
      "7d"], "asked", ""),
    (["order-resolve", "--list"], "asked", ""),
    (["order-resolve", "--chase", "--dry-run"], "asked", ""),
    (["order-status", "--attention", "-o", "json"], "asked", ""),
    (["order-status", texts.Q3, "-o", "table"], "asked", ""),
    (["order-status", F2, "-o", "table"], "requested", ""),
    (["order-status", "--attention", "-o", "table"], "requested", ""),
    (["order-status", "--health"], "requested", ""),
    (["order-status", "-d", "old.db", "--all", "--full"], "moved", ""),
    (["order-status", F1], "moved", ""),
    (["order-update", F1, "note", "--note", "late"], "moved", ""),
    (["order-audit", F1], "moved", ""),
    (["order-audit", "--check"], "moved", ""),
    (["order-audit", "--verify"], "moved", ""),
    (["order-audit", "--check", "-d", "old.db"], "moved", ""),
    (["order-audit", "--verify", "-d", "old.db"], "moved", ""),
    (["order-forward", "--list"], "requested", ""),
    (["order-forward", "--again", "1"], "requested", ""),
    (["order-forward", "--again", "1", "--as", "text"], "requested", ""),
    # what was recorded and not printed is for --again
    (["order-forward", "--to", "inventory"], "requested", ""),
    (["order-archive", "--to", "old.db", "--pending", "-n"], "ended", ""),
    (["order-archive", "--erase-customer", "C-1", "-n"], "moved", ""),
    (["order-report"], "ended", ""),
    (["order-report", "-o", "html"], "fed", ""),
    (["order-report", "-o", "text"], "fed", ""),
    (["order-report", "-d", "old.db"], "moved", ""),
]]
ALL = jobs.JOBS + jobs.MAILS + WRITERS + READERS


class Point:
    """One statement of one job."""

    def __init__(self, job, number, what):
        self.job, self.number, self.what = job, number, what

    def __str__(self):
        return f"{self.job}: statement {self.number} fails: {self.what}"


class Ready(jobs.Stages):
    def __init__(self, room):
        super().__init__(room, ALL)
        self.points = [point for job in ALL for point in self.statements(job)]

    def make_stages(self):
        super().make_stages()
        self.tamper()
        self.fail_mail()
        shutil.copy(self.stage["asked"], self.store)
        self.tool("order-load", "-q", "stock", given="sku,on_hand\nA-4,1\n")
        self.keep("asked gone")
        shutil.copy(self.stage["company"], self.store)
        for kind, rows in RICH.items():
            self.tool("order-load", "-q", kind, given=rows)
        self.tool("order-receive", "-q", given=RICH_ORDERS)
        self.keep("rich")
        self.tool("order-verify", "-q", "--pending")
        self.keep("rich verified")
        self.tool("order-check-stock", "-q", "--pending")
        self.keep("rich checked")
        self.tool("order-resolve", "-q", R2, "consent", "accepted")
        self.tool("order-ack", "-q", "--due", "--queue-only")
        self.tool("order-load", "-q", "stock", given="sku,on_hand\nA-2,99\nA-3,200\n")
        self.keep("rich waiting")
        self.tool("order-receive", "-q", "--amend", given=RICH_CHANGED)
        self.tool("order-verify", "-q", "--pending")
        self.tool("order-check-stock", "-q", "--pending")
        self.keep("rich amended")
        self.make_changed("rich moved", "aliases",
                          "alias,customer,sku\nOURS-2,C-2,A-4\n")
        self.make_changed("rich gone", "items",
                          "sku,status\nA-2,discontinued\n")

    def make_changed(self, name, kind, rows):
        """What was checked is not so any more, which verifying sees."""
        shutil.copy(self.stage["rich checked"], self.store)
        self.tool("order-config", "-q", "rule.item-active=reject",
                  "ack_margin_hours=0")
        self.tool("order-load", "-q", kind, given=rows)
        self.keep(name)

    def fail_mail(self):
        shutil.copy(self.stage["few queued"], self.store)
        self.tool("order-config", "-q", "mail_command=/bin/false")
        self.tool("order-notify", "-q")
        self.keep("failed")

    def tamper(self):
        """Something for each that an audit looks at."""
        world.tool(["sqlite3", self.store], self.store, """
            DROP TRIGGER events_update_append_only;
            DROP TRIGGER events_delete_append_only;
            UPDATE events SET at = at + 1 WHERE seq IN (5, 20, 30);
            DELETE FROM events WHERE seq IN (7, 11);
            UPDATE stock SET on_hand = on_hand + 1000 WHERE sku = 'A-1';
            UPDATE lines SET allocated = 0 WHERE order_id = 1;
            UPDATE orders SET total = 1, ref = 'SO-00000002-1' WHERE id = 2;
            DELETE FROM lines WHERE order_id = 7 AND line = 2;
            UPDATE sqlite_sequence SET seq = seq + 9 WHERE name = 'events';""")
        self.keep("tampered")

    def statements(self, job):
        place, log = (os.path.join(self.room, n) for n in ("count", "log"))
        job.lay(self, place)
        job.run(place, LD_PRELOAD=SHIM, STATEMENT_LOG=log)
        with open(log) as lines:
            found = lines.read().splitlines()
        os.unlink(log)
        expect(found, job, "runs no statement at all")
        places = {}
        for number, what in enumerate(found, 1):
            places.setdefault(what, []).append(number)
        return [Point(job, n, what.partition(" ")[2])
                for what, at in places.items() for n in {at[0], at[-1]}]


prepare = Ready


def look(point, ready, place, result):
    """Is what the tool has said and done so far true?"""
    status, out, said = result
    calm = ready.calm[point.job.name]
    there = jobs.state(place)
    if status == calm.status:
        expect(out == calm.out, "exits", status, "but printed", out[-300:])
        expect(there == calm.state, "exits", status, "but has not done it:",
               *jobs.difference(there or {}, calm.state))
        return
    expect(status == (TRY_AGAIN if point.job in jobs.MAILS else FAILED),
           "exits", status, said)
    expect(said.splitlines()[-1].startswith(point.job.argv[0] + ": "),
           "does not say why it failed:", said)
    expect(out == calm.out[:len(out)], "printed what it otherwise would not:",
           out[-300:])


def suffer(point, ready, place):
    point.job.lay(ready, place)
    result = point.job.run(place, LD_PRELOAD=SHIM,
                           STATEMENT_AT=str(point.number))
    look(point, ready, place, result)
    calm = ready.calm[point.job.name]
    if point.job in READERS or result[0] == calm.status:
        return
    status, _, said = point.job.finish(place)
    expect(status in (0, 1), "the next run exits", status, said)
    there = jobs.state(place)
    expect(there == calm.state, "the end is not what it would have been:",
           *jobs.difference(there, calm.state))


def case(ready, dice, place):
    hand = dice.hand(ready.points, CASES)
    for point in hand:
        try:
            suffer(point, ready, os.path.join(place, "spot"))
        except world.Broken as why:
            raise world.Broken(f"{point}\n{why}") from None
    return {"statements": len(hand)}
