#!/usr/bin/env python3
"""Hostile text in mails: it is text there, and nothing else.

usage: mail.py
An order for each string, with that string in every column that takes it, and
on file; each gets as many kinds of mail as there are.  The mailer is a script
that keeps its arguments and what it was given.
"""
import glob
import os
import random
import re

import corpus
import hostile
import model
from mailparts import allowed_tags, check_mail, squeezed
from tools import SEED, Report, Unchanged, query, run, some

report = Report("mail")
MAILER = """#!/bin/sh
at=$(mktemp "$1/XXXXXX")
for word; do
	printf '%s\\n' "$word"
done >"$at.argv"
exec cat >"$at.mail"
"""


def answer_all():
    """Somebody answers for every hold, so that the order goes on."""
    held = query("SELECT o.ref, h.hold FROM holds AS h JOIN orders AS o"
                 " ON o.id = h.order_id WHERE h.closed_at IS NULL")
    run("order-resolve", "-q", stdin=b"ref,hold,answer,note\n" + b"".join(
        b"%s,%s,waived,x\n" % row for row in held))


def fill(strings, mailer, draw):
    """Orders that lead to every kind of mail; {external key: string}."""
    strings = [s for s in strings if hostile.fits(s)]
    names = [s for s in strings if len(s) < 500]
    run("order-config", "-q", "mail_from=us@a.example",
        f"mail_command={mailer} {os.getcwd()}/spool")
    hostile.load("customers", [
        {"customer": b"C-%d" % n, "name": s, "ship_name": s, "ship_line1": s,
         "ship_city": s, "phone": s, "email": b"c%d@a.example" % n,
         "ship_policy": b"complete" if n % 3 == 0 else b"",
         "backorder_consent": [b"auto", b"ask", b"never"][n % 3],
         "language": [b"en", b"de"][n % 2]} for n, s in enumerate(names)])
    hostile.load("items", [
        {"sku": s if model.folded(s.decode()) and not
         hostile.verdict("sku", s)[0] and n % 2 else b"I-%d" % n,
         "description": s, "unit": s, "unit_price": b"2"}
        for n, s in enumerate(names)])
    items = [v for v, in query("SELECT sku FROM items")]
    hostile.load("stock", [{"sku": i, "on_hand": b"1"} for i in items])
    of, orders = {}, []
    for n, s in enumerate(names):
        for kind, quantity, price in ((b"A", b"1", b"2"), (b"B", b"5", b"2"),
                                      (b"C", b"1", b"3")):
            key = kind + b"-%d" % n
            of[key] = s
            orders.append(hostile.order(
                s, n, external_ref=key, customer=b"C-%d" % n,
                sku=items[n % len(items)], quantity=quantity,
                unit_price=price, email=b"c%d@a.example" % n))
        if hostile.fits(s, "external_ref"):
            orders.append(hostile.order(
                s, n, external_ref=s, customer=b"C-%d" % n, sku=s,
                email=b"c%d@a.example" % n))
    for n, address in enumerate(some(draw, corpus.emails(), 12)):
        orders.append(hostile.order(b"x", n, external_ref=b"E-%d" % n,
                                    customer=b"", email=address))
    run("order-receive", "-q", "--channel", "email",
        stdin=hostile.orders_csv(orders))
    return of


def send(company):
    """Everything on its way, under a company name that is hostile as well."""
    for s in company:
        run("order-config", "-q", b"company_name=" + s,
            b"support_phone=" + s[:60].decode("utf-8", "ignore").encode(),
            status=(0,))
    run("order-verify", "-q", "--pending")
    run("order-notify", "-q")                   # asks
    answer_all()
    run("order-check-stock", "-q", "--pending")
    run("order-ack", "-q", "--due")
    run("order-ack", "-q", "--pending",         # notices of what is left
        env={"ORDER_NOW": "2026-11-24T07:00:00Z"})
    run("order-notify", "-q")


def check_argv(name, recipients):
    with open(name, "rb") as f:
        argv = f.read().split(b"\n")[:-1]
    report.same(argv[:-1], [os.getcwd().encode() + b"/spool", b"-f",
                            b"us@a.example", b"--"], "argv")
    to = argv[-1].decode("utf-8", "replace")
    report.expect(to.encode() in recipients and model.is_email(to) and
                  to.isascii(), "recipient", argv[-1])
    return to


def check_texts(value, subject, text, markup, key):
    """The value is told as it was given, in both parts."""
    wanted = squeezed(model.trim(value.decode()))
    for part, found in (("text", text), ("HTML", markup)):
        report.expect(wanted in squeezed(found), f"{part} without", value,
                      found)
    report.expect(key in subject, "subject without", key, subject)
    report.count("texts found", 2)


def main():
    os.mkdir("spool")
    with open("mailer", "w", encoding="ascii") as f:
        f.write(MAILER)
    os.chmod("mailer", 0o700)
    draw = random.Random(SEED)
    strings = corpus.strings()
    strings = some(draw, strings, 9)
    of = fill(strings, os.path.abspath("mailer"), draw)
    same = Unchanged(("customers", "items", "prices", "channels"))
    send([s for s in strings if hostile.fits(s) and len(s) < 100][:1])
    recipients = {r for r, in query("SELECT recipient FROM messages")}
    allowed, told = allowed_tags(), set()
    for name in glob.glob("spool/*.mail"):
        to = check_argv(name[:-5] + ".argv", recipients)
        with open(name, "rb") as f:
            subject, text, markup = check_mail(report, f.read(), to,
                                               allowed)
        report.count("mails")
        key = re.search(r"\b([ABC]-\d+)\)", subject)
        if key and "nstructions" in text:
            told.add(key.group(1))
            check_texts(of[key.group(1).encode()], subject, text, markup,
                        key.group(1))
    report.count("orders told of", len(told))
    kinds = query("SELECT DISTINCT kind FROM messages WHERE state = 'sent'")
    report.count("kinds", len(kinds))
    report.expect(len(kinds) == 5 or corpus.FEW, "too few kinds of mail",
                  kinds)
    left = query("SELECT DISTINCT state, error FROM messages"
                 " WHERE state NOT IN ('sent', 'by-hand', 'cancelled')")
    report.same(left, [], "messages that did not go")
    same.check(report)
    report.end()


main()
