#!/usr/bin/env python3
"""Hostile text in what is said about an order: reports, answers, replies,
inquiries by mail and messages that came back.

usage: talk.py
Each string goes wherever such a text can go.  What is recorded has no control
character that is not part of a text, what is shown none at all; nothing else
changes.
"""
import base64
import os
import random
import unicodedata

import corpus
import hostile
from screen import shown_by
from tools import FULL, MASTERS, SEED, Report, Unchanged, csv_rows, query, \
    quoted, run, some

report = Report("talk")
draw = random.Random(SEED)
STRINGS = some(draw, [s for s in corpus.strings() if len(s) < 5000], 40)
ORDERS = 4              # held, waiting for consent, confirmed, told by hand

EVENTS = ["inquiry", "reply", "note", "hold", "release", "paid", "legal-hold",
          "legal-release", "shipped"]
REPORTED = ["event", "line", "quantity", "carrier", "tracking", "occurred_at",
            "event_id", "reason", "note", "amount", "payment_ref",
            "promised_on", "ref"]
ANSWERED = [("contact", "corrected"), ("price", "accepted"),
            ("consent", "substitute"), ("manual", "waived"),
            ("contact", "confirmed"), ("item", "remove")]
TOLD = ["note", "sku", "quantity", "line", "answer", "hold", "email", "phone",
        "instructions", "ref"]
# Every text that the tools have recorded of what was said.
RECORDED = """
    SELECT 'inquiry', channel || sender || subject || question || message_id
        || refs || by FROM inquiries
    UNION ALL SELECT 'hold', reason || answer || note || by FROM holds
    UNION ALL SELECT 'waiver', answer FROM waivers
    UNION ALL SELECT 'update', event_id FROM updates
    UNION ALL SELECT 'message', recipient || error || document FROM messages
    UNION ALL SELECT 'shipment', carrier || tracking FROM shipments
    UNION ALL SELECT 'request', reason || note || by FROM cancel_requests
    UNION ALL SELECT 'hand-off', document || note || by FROM handoffs
    UNION ALL SELECT 'event', detail FROM event_details"""


def fill():
    """The orders that everything is said about; their references."""
    run("order-config", "-q", "mail_from=us@a.example", "mail_command=/bin/true",
        "backorder_consent=ask", "substitute_consent=ask")
    hostile.load("items", [
        {"sku": sku, "description": b"x", "unit": b"EA", "unit_price": b"2",
         "currency": b"EUR"} for sku in (b"A", b"B")])
    hostile.load("stock", [{"sku": b"A", "on_hand": b"9"},
                           {"sku": b"B", "on_hand": b"900"}])
    hostile.load("substitutes", [{"sku": b"A", "substitute": b"B",
                                  "rank": b"1"}])
    hostile.load("customers", [{"customer": b"C", "name": b"C",
                                "currency": b"EUR", "email": b"c@a.example"}])
    run("order-receive", "-q", "--channel", "phone", stdin=b"""\
external_ref,customer,email,sku,quantity,unit_price
1,C,nobody,A,1,1
2,C,c@a.example,A,50,
,,,B,2,
3,C,c@a.example,B,3,
4,,,B,1,
""")
    refs = [ref for ref, in query("SELECT ref FROM orders ORDER BY id")]
    for argv in (["order-verify", "--pending"], ["order-check-stock",
                 "--pending"], ["order-ack", "--due"], ["order-notify"]):
        run(argv[0], "-q", *argv[1:])
    report.same(len(refs), ORDERS, "orders")
    return refs


def table(rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    return ",".join(names).encode() + b"\n" + b"".join(
        quoted(row.get(name, b"") for name in names) for row in rows)


def reports(refs):
    """A row for each string and column."""
    for s in STRINGS:
        for column in REPORTED:
            event = draw.choice(EVENTS)
            row = {"ref": draw.choice(refs), "event": event.encode(),
                   "note": b"x", "reason": b"x"}
            row[column] = s
            yield row


def answers(refs):
    for s in STRINGS:
        for column in TOLD:
            hold, answer = draw.choice(ANSWERED)
            yield {"ref": draw.choice(refs), "hold": hold.encode(),
                   "answer": answer.encode(), "note": b"x", column: s}


def hold_and_answer(ref):
    """Again and again, for each string."""
    for s in STRINGS:
        run("order-update", "-q", stdin=table([
            {"ref": ref, "event": b"hold", "reason": s}]))
        run("order-resolve", "-q", stdin=table([
            {"ref": ref, "hold": b"manual", "answer": b"accepted",
             "note": s}]))


def fulfil():
    """An order in fulfilment's hands, and all that can be said of it."""
    run("order-receive", "-q", "--channel", "phone", stdin=quoted(
        [b"external_ref", b"customer", b"email", b"sku", b"quantity"]) +
        quoted([b"5", b"C", b"c@a.example", b"B", b"%d" % (4 * len(STRINGS))]))
    ref, = query("SELECT ref FROM orders ORDER BY id DESC LIMIT 1")[0]
    for tool in "order-verify", "order-check-stock", "order-ack":
        run(tool, "-q", ref.decode())
    run("order-forward", "--to", "fulfilment", ref.decode())
    look("order-update", "-o", "table", stdin=table([
        {"ref": ref, "event": event, **said} for s in STRINGS
        for event, said in (
            (b"problem", {"reason": s}), (b"accepted", {"note": s}),
            (b"packed", {"carrier": s, "tracking": s, "quantity": b"1"}),
            (b"shipped", {"carrier": s, "note": s, "quantity": b"1"}),
            (b"shipped", {"tracking": s, "reason": s, "quantity": b"1"}),
            (b"delivered", {"tracking": s, "note": s, "quantity": b"1"}),
            (b"returned", {"carrier": s, "note": s, "quantity": b"1"}),
            (b"delay", {"reason": s, "promised_on": b"2027-01-%02d" % (
                draw.randint(4, 28))}))]))
    for s in STRINGS:
        for event in b"cancelled", b"cancel-refused":
            run("order-update", "-q", stdin=table([
                {"ref": ref, "event": event, "reason": s, "note": s,
                 **({"quantity": b"1"} if event == b"cancelled" else {})}]))
            run("order-forward", "--to", "fulfilment", ref.decode())
    for kind in "problem", "shipped", "delivered", "delay", "cancel-refused":
        count, = query("SELECT count(*) FROM events WHERE kind = ?", kind)[0]
        report.expect(count > 0, "no event", kind)
    for number, in some(draw, query("SELECT id FROM handoffs"), 20):
        for form in "text", "csv", "json":
            look("order-forward", "--again", str(number), "--as", form)
    for out in "table", "csv", "json":
        look("order-forward", "--list", "-o", out)
    return [ref]


def end(refs):
    """In words that the customer gets to read."""
    for ref, event, s in zip(refs, (b"reject", b"cancelled", b"cancelled"),
                             draw.sample(STRINGS, 3)):
        run("order-update", "-q", stdin=table([
            {"ref": ref, "event": event, "reason": s, "note": s}]))


def letters(refs):
    """Mails that have the string somewhere, as it is and encoded."""
    message, = query("SELECT message_id FROM message_bytes LIMIT 1")[0]
    for n, s in enumerate(STRINGS):
        word = b"=?utf-8?B?" + base64.b64encode(s[:200]) + b"?="
        bare = s.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
        for m, (name, who, subject, message_id, text) in enumerate((
                (word, b"c@a.example", word, b"%d" % n, s),
                (bare, b"c@a.example", bare, b"%d" % n, s),
                (b"x", bare, b"x", bare, word),
                (b"x", b'"' + bare + b'"@a.example', b"x", b"x", b"x"))):
            yield b"\n".join((
                b"From: " + name + b" <" + who + b">",
                b"Reply-To: " + (who if m == 3 else b""),
                b"Subject: " + draw.choice(refs) + b" " + subject,
                b"Message-ID: <" + message_id + b".%d@a.example>" % m,
                b"References: <" + message_id + b"> <" + message + b">",
                b"Content-Type: text/plain; charset=" + draw.choice(
                    (b"utf-8", b"latin1", b"utf-16", bare[:40])),
                b"", text, b""))
        yield b"\n".join((
            b"From: MAILER-DAEMON@a.example", b"Subject: " + word,
            b"Message-ID: <b%d@a.example>" % n, b"MIME-Version: 1.0",
            b"Content-Type: multipart/report; boundary=b", b"",
            b"--b", b"Content-Type: message/delivery-status", b"",
            b"Reporting-MTA: dns; a", b"",
            b"Final-Recipient: rfc822; " + bare, b"Action: failed",
            b"Diagnostic-Code: smtp; " + draw.choice((bare, word)), b"",
            b"--b", b"Content-Type: text/rfc822-headers", b"",
            b"Message-ID: <" + message + b">", b"", b"--b--", b""))


def look(*argv, stdin=b""):
    return shown_by(report, *argv, stdin=stdin)


def look_at_records():
    """No control characters but those that lay out a text."""
    for what, text in query(RECORDED):
        try:
            told = text.decode("utf-8")
        except UnicodeDecodeError:
            report.expect(False, "not UTF-8:", what, text)
            continue
        found = [c for c in told if unicodedata.category(c) == "Cc" and
                 c not in "\n\r\t"]
        report.expect(not found, "recorded:", what, found, told)
        report.count("texts")


def look_at_lists(refs):
    for out in ("table", "csv", "json"):
        for argv in (["order-status", "--attention"],
                     ["order-status", "--all", "--history"],
                     ["order-resolve", "--list"], ["order-notify", "--list"],
                     ["order-audit", "--all"]):
            look(*argv, "-o", out)
    for ref in refs:
        look("order-status", ref.decode())
        look("order-status", ref.decode(), "-o", "table")
        look("order-audit", ref.decode(), "-o", "table")
        look("order-ack", "--preview", ref.decode())
    for message, in some(draw, query("SELECT id FROM messages"), 20):
        look("order-notify", "--show", str(message))


def main():
    os.environ["TERM"] = "xterm"
    refs = fill()
    others = Unchanged(tuple(t for t in MASTERS if t != "stock"))
    said = table(list(reports(refs))), table(list(answers(refs)))
    for tool, data in zip(("order-update", "order-resolve"), said):
        for out in ("table", "json") if FULL else ("table",):
            look(tool, "-n", "-o", out, stdin=data)
    run("order-resolve", "-q", stdin=said[1])
    out, _, _ = run("order-update", "-o", "csv", stdin=said[0])
    taken = [row["result"] for row in csv_rows(out)]
    report.expect({"ok", "refused"} <= set(taken), "reports are", set(taken))
    report.count("reports taken", len(taken) - taken.count("refused"))
    for letter in letters(refs):
        (look if draw.random() < 0.1 else run)(
            "order-receive", "--from-mail", stdin=letter)
    for s in STRINGS:
        (look if draw.random() < 0.2 else run)(
            "order-notify", "--reply", draw.choice(refs).decode(),
            "--to", "c@a.example", stdin=s)
    hold_and_answer(refs[2])
    for kind in "inquiry", "note", "hold", "resolve", "reply":
        count, = query("SELECT count(*) FROM events WHERE kind = ?", kind)[0]
        report.expect(count > 0, "no event", kind)
    released = fulfil()
    look_at_records()
    look_at_lists(refs + released)
    end(refs)
    run("order-resolve", "-q", "--chase",
        env={"ORDER_NOW": "2026-11-29T09:00:00Z"})
    run("order-notify", "-q", env={"ORDER_NOW": "2026-11-29T09:00:00Z"})
    look_at_records()
    others.check(report)
    report.end()


main()
