#!/usr/bin/env python3
"""On a terminal nothing the tools print can control it: every tool, every
kind of output, both streams, and what was named on the command line.

usage: terminal.py
The tools run under a pseudo-terminal over a store full of hostile text.
"""
import os
import random

import corpus
import hostile
import model
from screen import shown_by
from tools import FULL, SEED, Report, query, run, some

report = Report("terminal")


def look(*argv, stdin=b"", env=None):
    return shown_by(report, *argv, stdin=stdin, env=env)


def fill(strings):
    """An order, a reject, a customer, an item ... for each string."""
    lines = [s for s in strings if hostile.fits(s)]
    run("order-config", "-q", "mail_from=us@a.example",
        "mail_command=maildir:" + os.getcwd() + "/mail")
    hostile.load("customers", [
        {"customer": b"C-%d" % n, "name": s, "bill_line1": s, "phone": s,
         "payment_terms": s, "email": b"c%d@a.example" % n}
        for n, s in enumerate(lines)])
    hostile.load("items", [{"sku": b"S-%d" % n, "description": s, "unit": s,
                            "unit_price": b"1"} for n, s in enumerate(lines)])
    hostile.load("blocklist", [
        {"kind": b"address", "reason": s,
         "value": b"%d " % n + model.trim(s.decode()).encode()}
        for n, s in enumerate(lines)])
    orders = [hostile.order(s, n) for n, s in enumerate(strings)]
    for n, s in enumerate(lines):       # these get as far as a mail
        orders.append(hostile.order(
            s, n + len(strings), customer=b"C-%d" % n, sku=b"S-%d" % n,
            email=b"c%d@a.example" % n, external_ref=b"M-%d" % n))
    for n, s in enumerate(strings):     # and these nowhere
        orders.append({"external_ref": s, "customer_name": s, "sku": s,
                       "instructions": s, "quantity": s or b"x"})
    data = hostile.orders_csv(orders)
    with open("hostile.csv", "wb") as f:
        f.write(data)
    run("order-receive", "-q", "--channel", "email", stdin=data)
    run("order-verify", "-q", "--pending")
    held = query("SELECT o.ref, h.hold FROM holds AS h JOIN orders AS o"
                 " ON o.id = h.order_id")
    hold = b"".join(b"%s,%s,waived,x\n" % row for row in held)
    run("order-resolve", "-q", stdin=b"ref,hold,answer,note\n" + hold)
    run("order-check-stock", "-q", "--pending")
    return data


def look_at_lists(data):
    """What every tool prints of the whole store."""
    stream, _, _ = run("order-status", "--all", "-o", "csv")
    as_json, _, _ = run("order-status", "--all", "-o", "json")
    refs = [r.decode() for r, in query("SELECT ref FROM orders")]
    for out in ("table", "csv", "json"):
        for what in (["--all"], ["--all", "--lines"], ["--all", "--history"],
                     ["--attention"], ["--rejects"], ["--counts"],
                     ["--states"]):
            look("order-status", *what, "-o", out)
        look("order-config", "-o", out)
        look("order-notify", "--list", "-o", out)
        look("order-audit", "--all", "-o", out)
        look("order-ack", "--preview", "-o", out, *refs)
        look("order-verify", "-n", "-o", out, stdin=stream)
        look("order-receive", "-n", "--channel", "x", "-o", out, stdin=data)
        for kind in ("customers", "items"):
            look("order-load", kind, "-o", out,
                 stdin=data.replace(b"external_ref", b"no\033[31m\xff", 1))
    for tool in ("order-verify", "order-check-stock", "order-resolve"):
        look(tool, "-n", stdin=stream)
        look(tool, "-n", stdin=as_json)
    look("order-status", "--full", "--all")
    look("order-status", "--all", "--spreadsheet")
    look("order-status", "--all", "--color", "always")
    look("order-ack", "--explain", *refs)
    look("order-verify", "-n", "--explain", *refs)
    look("order-receive", "--progress", "-n", "hostile.csv")
    for tool in ("--check", "--verify", "--head"):
        look("order-audit", tool)
    return refs


def look_at_orders(refs, draw):
    """Sheets, trails and mails, one at a time."""
    for ref in some(draw, refs, min(12, len(refs) // 4)):
        look("order-status", ref)
        look("order-audit", ref)
        look("order-ack", "--preview", ref)
    run("order-ack", "-q", "--due", "--queue-only")
    messages = [str(m) for m, in query("SELECT message FROM message_bytes")]
    for message in messages if FULL else messages[:10]:
        look("order-notify", "--show", message)
    look("order-notify")
    look("order-notify", "--list")


# Where a word of a command line is shown again; %s takes the hostile one.
WORDS = [
    "order-status %s", "order-status --external-ref %s", "order-status --held %s",
    "order-status --since %s", "order-status -d %s --all", "order-status -o %s",
    "order-status --%s", "order-status --sku %s --lines", "order-status --customer %s",
    "order-audit %s", "order-audit --verify --against %s", "order-verify %s",
    "order-check-stock %s", "order-ack -n %s", "order-ack --preview %s",
    "order-resolve %s price waived", "order-resolve SO-00000001-1 %s waived",
    "order-resolve SO-00000001-1 price %s", "order-resolve -n --line %s SO-00000001-1 item waived",
    "order-resolve -n --set %s SO-00000001-1 item corrected", "order-resolve --reject %s dismiss",
    "order-resolve -n --set sku=%s SO-00000001-1 consent substitute", "order-resolve --list %s",
    "order-resolve -n --note %s SO-00000001-1 item waived", "order-resolve --chase %s",
    "order-notify --show %s", "order-notify --told %s", "order-notify --list --state %s",
    "order-notify --list %s", "order-notify --list --since %s", "order-notify --list --kind %s",
    "order-notify --resend %s", "order-notify --resend 1 --to %s", "order-notify --cancel %s",
    "order-notify --reply %s", "order-notify --reply SO-00000001-1 %s",
    "order-notify --reply SO-00000001-1 --to %s /dev/null", "order-notify -n --told 1 --note %s",
    "order-update %s note --note x", "order-update SO-00000001-1 %s",
    "order-update -n SO-00000001-1 note --note %s", "order-update -n SO-00000001-1 hold --reason %s",
    "order-update -n SO-00000001-1 note --note x --event-id %s",
    "order-update -n SO-00000001-1 note --note x --line %s",
    "order-update -n SO-00000001-1 cancelled --line 1 --quantity %s",
    "order-update -n SO-00000001-1 paid --amount %s", "order-update -n SO-00000001-1 paid --payment-ref %s",
    "order-update -n SO-00000001-1 inquiry --note x --channel %s",
    "order-update -n SO-00000001-1 note --note x --occurred-at %s",
    "order-config %s", "order-config -n %s=1", "order-config -n company_name=%s",
    "order-config -n timezone=%s", "order-load %s", "order-load items %s",
    "order-load -n items no/%s", "order-receive %s", "order-receive -n --channel %s hostile.csv",
    "order-receive --rejects %s/x hostile.csv", "order-receive --on-error %s",
    "order-receive --expect-total %s hostile.csv", "order-init -d %s/no/o.db", "order-init %s",
    "order-init --group %s", "order-init -d orders.db/%s",
]
VARIABLES = ["ORDER_DB", "ORDER_ACTOR", "ORDER_NOW", "TMPDIR", "TZ", "TERM", "NO_COLOR", "HOME"]


def look_at_words(strings, draw):
    """Every word the user can give comes back harmless."""
    words = [s for s in strings if s and b"\0" not in s]
    pairs = [(w, s) for w in WORDS for s in words]
    for template, word in some(draw, pairs, len(words) * 3):
        argv = [part.encode().replace(b"%s", word) for part in template.split()]
        look(*argv)
    for name in VARIABLES:
        for word in some(draw, words, min(3, len(words) // 4)):
            look("order-status", "--all", env={name: os.fsdecode(word)})
            look("order-receive", "-n", "--group", "hostile.csv",
                 env={name: os.fsdecode(word)})


def main():
    os.environ["TERM"] = "xterm"
    os.environ.pop("NO_COLOR", None)
    draw = random.Random(SEED)
    strings = some(draw, corpus.strings(), 25)
    data = fill(strings)
    refs = look_at_lists(data)
    look_at_orders(refs, draw)
    look_at_words(strings, draw)
    report.end()


main()
