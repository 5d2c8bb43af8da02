#!/usr/bin/env python3
"""No card number gets into any file, and nothing else is taken for one.

usage: cards.py kept [WAY...] | alarms
kept: numbers in every shape go through every way into the store that is no
key, or through those named (fields, numbers, ...); then no file of the store
has one, nor has anything that was printed.
alarms: article, book and telephone numbers go in, every one of them.
"""
import contextlib
import json
import os
import random
import re
import sqlite3
import sys

import corpus
import hostile
import model
from tools import COUNT, FULL, SEED, Report, csv_rows, json_rows, query, \
    run, some, store_files

report = Report("cards " + sys.argv[1])
draw = random.Random(SEED)

CARDS = corpus.cards()
SHAPES = ["%s", "card %s", "%s 12/27", "%s 1227 123", "x%sy", "(%s)",
          "17 %s", "note:\n%s\n", "call +49 30 1234567 or %s", "%s, thanks",
          '"%s"', "%s\u00e4", "a" * 50 + " %s", "\u0e49" * 20 + "%s"]
# Text between two digits of a number that is written in groups.
BETWEEN = "(?: |-|\t|\u00a0|\u2009|\u202f|\u2010|\u2011|\u2012|\u2013|\u2014|" \
    "\u2015|\\\\t|\\\\u00a0|\\\\u2009|\\\\u202f|\\\\u201[0-5]|\\\\u002d|" \
    "\\\\u0020|=20|=C2=A0|=\n|&nbsp;){0,3}"
SCANNED = [n for n in hostile.NAMES if n not in model.EXEMPT]


def written(card):
    """The number, in any grouping and shape."""
    groups = corpus.grouped(card, draw.choice(corpus.GAPS))
    return draw.choice(SHAPES) % groups


def leak(data):
    """More of a number than its first six and last four digits, or None."""
    text = data.decode("utf-8", "replace").replace("\r", "")
    # Only what stands between digits is taken out, then a search is plain.
    text = re.sub(f"(?<=[0-9]){BETWEEN}(?=[0-9])", "", text)
    text = re.sub(r"\\u003([0-9])", r"\1", text)
    return next((c for c in CARDS if c[:11] in text or c[3:] in text), None)


class Said:
    """Everything the tools print is kept and looked at."""

    def __init__(self):
        self.all = []

    def run(self, *argv, **more):
        done = run(*argv, **{"status": None, **more})
        report.expect(done[2] in (0, 1, 64, 65, 66, 69, 73, 75, 78),
                      f"exit status {done[2]}", argv, done[1])
        self.all.append((argv, done[1]))
        return done

    def check(self):
        for argv, said in self.all:
            report.expect(leak(said) is None, "said:", leak(said), argv, said)
        report.count("runs", len(self.all))


said = Said()


def refused(out, what):
    """Every record is refused because of its card number."""
    for row in csv_rows(out):
        report.same((row["result"], row["reason"]),
                    ("refused", "card-number"), what, row["external_ref"])
        report.count("numbers found")


def in_fields():
    """Each shape in some column, each column with some shapes."""
    cases = [(draw.choice(SCANNED), shape % corpus.grouped(card, gap))
             for card in CARDS for shape in SHAPES for gap in corpus.GAPS
             if FULL or draw.random() < 0.1]
    cases += [(name, written(draw.choice(CARDS))) for name in SCANNED
              for _ in range(10)]
    orders = [{"external_ref": b"F-%d" % n, "channel": b"email", "sku": b"X",
               "quantity": b"1", name: value.encode()}
              for n, (name, value) in enumerate(cases)]
    refused(said.run("order-receive", stdin=hostile.orders_csv(orders))[0],
            "CSV")
    documents = []
    for n, (name, value) in enumerate(cases):
        line = {"sku": "X", "quantity": "1"}
        order = {"external_ref": f"J-{n}", "channel": "email", "lines": [line]}
        (line if name in hostile.LINE else order)[name] = value
        text = json.dumps(order, ensure_ascii=n % 2 == 0)
        if n % 3 == 0:
            text = re.sub("(?<=[0-9])([0-9])(?=[0-9])", r"\\u003\1", text)
        documents.append(text)
    refused(said.run("order-receive", "-o", "csv",
                     stdin="\n".join(documents).encode())[0], "JSON")
    said.run("order-receive", "--rejects", "bad.csv",
             stdin=hostile.orders_csv(orders))
    said.run("order-receive", "--rejects", "bad.json",
             stdin="\n".join(documents).encode())
    for out in ("csv", "json", "table"):
        printed, _, _ = run("order-status", "--rejects", "-o", out)
        report.expect(leak(printed) is None, "--rejects prints", leak(printed))


def in_numbers():
    """Columns that are no text refuse it for what they are."""
    names = ["received_at", "requested_on", "total", "line", "quantity",
             "unit_price", "currency", "discount"]
    orders = [{"external_ref": b"N-%d" % n, "channel": b"email", "sku": b"X",
               "quantity": b"1", names[n % len(names)]: written(card).encode()}
              for n, card in enumerate(CARDS * 3)]
    out, _, _ = said.run("order-receive", stdin=hostile.orders_csv(orders))
    for row in csv_rows(out):
        report.same(row["result"], "refused", "a number column takes a card")
    for card in CARDS if FULL else CARDS[::4]:  # as JSON numbers, wrong types
        for value in (card, "[%s]" % card, '{"a":%s}' % card,
                      '{"%s":1}' % card, '["%s"]' % card, "true"):
            said.run("order-receive", "-q", stdin=(
                '{"sku":"X","quantity":1,"channel":"email","phone":%s}\n'
                '{"%s":%s}' % (value, card, value)).encode())


def in_strange_places():
    """Around the columns: names of columns and keys, what is ignored."""
    for how in ("keep", "ignore", "refuse"):
        for card in some(draw, CARDS, 4):
            text = written(card).replace("\n", " ").replace('"', "")
            base = '"sku":"X","quantity":1,"channel":"email"'
            dump = json.dumps(text)
            for data in (
                    f"sku,quantity,channel,{text}\nX,1,email,\n".replace(
                        ", thanks", ""),
                    f'sku,quantity,channel,n\nX,1,email,"{text}"\n',
                    f'sku,quantity,channel,error\nX,1,email,"{text}"\n',
                    "{%s,%s:1}" % (base, dump), '{%s,"n":%s}' % (base, dump),
                    '{%s,"n":{"a":[%s]}}' % (base, dump),
                    '{%s,"n":{%s:1}}' % (base, dump),
                    '{%s,"err\\u006fr":%s}' % (base, dump),
                    '{%s,"lines":[{"sku":"X","quantity":1,"n":%s}]}' %
                    ('"channel":"email"', dump)):
                said.run("order-receive", "--extra", how, stdin=data.encode())


def in_other_tools():
    """Master data, policy, answers, words of the command line, names."""
    kinds = {"customers": "customer", "items": "sku", "channels": "channel",
             "blocklist": "kind", "holidays": "date", "transit": "country"}
    texts = {"customers": ["name", "email", "phone", "bill_line1", "language",
                           "payment_terms", "payment_methods"],
             "items": ["description", "unit"], "channels": ["description"],
             "blocklist": ["value", "reason"], "holidays": ["name"],
             "transit": ["method"]}
    key = {"blocklist": "email", "holidays": "2027-01-01", "transit": "DE"}
    for n, card in enumerate(CARDS if FULL else CARDS[::6]):
        for kind, name in kinds.items():
            for column in some(draw, texts[kind], 1):
                if not FULL and draw.random() < 0.5:
                    continue
                value = card + "@a.example" if column == "email" else \
                    corpus.grouped(card, draw.choice(["", "-"]))
                said.run("order-load", kind, stdin=(
                    f"{name},{column}\n{key.get(kind, 'K%d' % n)},{value}\n"
                ).encode())
        text = written(card)
        for argv in (["order-config", "company_name=" + text],
                     ["order-config", "support_hours=" + card],
                     ["order-config", card + "=x"],
                     ["order-status", text], ["order-status", "--held", text],
                     ["order-status", "--since", text],
                     ["order-verify", "-q", text],
                     ["order-resolve", "SO-00000001-1", "item", "waived",
                      "--note", text],
                     ["order-resolve", "SO-00000001-1", "item", "corrected",
                      "--set", "instructions=" + text],
                     ["order-notify", "--show", text],
                     ["order-receive", "-q", "--channel", text, "/dev/null"],
                     ["order-receive", text + ".csv"],
                     ["order-receive", "-q", card],
                     ["order-status", "-d", text, "--all"],
                     ["order-load", "items", text]):
            if FULL or corpus.FEW or draw.random() < 0.2:
                said.run(*argv)
        said.run("order-resolve", "-q", stdin=(
            "ref,hold,answer,note\nSO-00000001-1,item,waived,\"%s\"\n"
            % text.replace('"', '""')).encode())
        said.run("order-config", "-q", "language=en",
                 env={"ORDER_ACTOR": text.strip().replace("\n", "")})
        said.run("order-config", "-q", "language=de",
                 env={"ORDER_ACTOR": card})


def in_file_names():
    """An order comes from a file that is named like a card."""
    os.makedirs("../elsewhere", exist_ok=True)
    for n, card in enumerate(CARDS if FULL else CARDS[::4]):
        name = "../elsewhere/" + corpus.grouped(card, draw.choice([" ", "-", ""]))
        with open(name, "w", encoding="ascii") as f:
            f.write(f"external_ref,channel,sku,quantity\nP-{n},email,X,1\n"
                    f"Q-{n},email,X,no\n")
        said.run("order-receive", "-q", name)
        said.run("order-receive", "-q", "--group", name)
        os.remove(name)


def in_a_mailers_words():
    with open("../mailer", "w", encoding="ascii") as f:
        f.write("#!/bin/sh\ncat >/dev/null\necho \"no: $5 %s %s\" >&2\nexit 75\n"
                % (CARDS[0], corpus.grouped(CARDS[-1], " ")))
    os.chmod("../mailer", 0o700)
    run("order-config", "-q", "mail_from=us@a.example",
        "mail_command=" + os.path.abspath("../mailer"))
    run("order-receive", "-q", stdin=b"sku,quantity,channel,email\n"
        b"X,1,email,a@a.example\n")
    run("order-verify", "-q", "--pending")
    said.run("order-notify")
    report.expect(query("SELECT count(*) FROM messages WHERE error <> ''")
                  [0][0] > 0, "the mailer was not heard")
    said.run("order-notify", "--list", "-o", "table")


def in_conversations():
    """What customers and colleagues say about orders that are in."""
    run("order-receive", "-q", "--channel", "phone", stdin=b"sku,quantity,"
        b"external_ref,email\nNOWHERE,1,talk,c@a.example\n")
    ref = query("SELECT ref FROM orders ORDER BY id DESC LIMIT 1")[0][0].decode()
    run("order-verify", "-q", ref)
    run("order-config", "-q", "mail_command=/bin/true")
    run("order-notify", "-q", "--retry")
    run("order-notify", "-q")
    for n, card in enumerate(CARDS if FULL else CARDS[::6]):
        text = written(card)
        cell = '"%s"' % text.replace('"', '""')
        for column in ("note", "reason", "event_id", "payment_ref", "carrier",
                       "tracking", "line", "quantity", "amount", "event",
                       "occurred_at", "promised_on", "ref"):
            row = {"ref": ref, "event": draw.choice(
                ("inquiry", "reply", "note", "hold", "release", "paid",
                 "cancelled")), "note": "x", column: cell}
            said.run("order-update", "-o", "csv", stdin=(
                ",".join(row) + "\n" + ",".join(row.values()) +
                "\n").encode())
        for column in ("note", "quantity", "line", "description", "answer",
                       "hold", "email"):
            row = {"ref": ref, "hold": draw.choice(("item", "consent")),
                   "answer": draw.choice(("corrected", "substitute")),
                   column: cell}
            said.run("order-resolve", "-o", "csv", stdin=(
                ",".join(row) + "\n" + ",".join(row.values()) +
                "\n").encode())
        flat = text.replace("\n", " ").replace('"', "").strip()
        for argv in (["order-update", ref, "note", "--note", text],
                     ["order-update", ref, "inquiry", "--note", "x",
                      "--event-id", flat, "--channel", card],
                     ["order-resolve", ref, "contact", "corrected", "--set",
                      f"email={card}@a.example"],
                     ["order-notify", "--reply", ref, "--to",
                      card + "@a.example"],
                     ["order-notify", "--resend", "1", "--to",
                      card + "@a.example"], ["order-notify", "--reply", text],
                     ["order-notify", "--list", text],
                     ["order-notify", "--told", "1", "--note", text]):
            said.run(*argv, stdin=b"An answer.")
        said.run("order-notify", "--reply", ref, stdin=text.encode())
        in_a_letter(ref, card, flat, n)
    run("order-resolve", "--chase", "-q")
    for argv in (["order-status", "--attention"], ["order-status", ref],
                 ["order-resolve", "--list"], ["order-audit", ref]):
        printed, _, _ = said.run(*argv, "-o", "table")
        report.expect(leak(printed) is None, "shown:", leak(printed), argv)


def in_a_letter(ref, card, text, n):
    """An inquiry and a message that came back, with the number anywhere."""
    message = query("SELECT message_id FROM message_bytes")[0][0].decode()
    for m, (name, who, subject, ids, body) in enumerate((
            (text, "c", "about", "x", "x"), ("x", "c", text, "x", "x"),
            ("x", card, "about", "x", "x"), ("x", "c", "about", card, "x"),
            ("x", "c", "about", "x", text))):
        said.run("order-receive", "--from-mail", stdin=(
            f"From: {name} <{who}@a.example>\nSubject: {subject} {ref}\n"
            f"Message-ID: <{ids}.{n}.{m}@a.example>\n"
            f"References: <{ids}@a.example>\n\n{body}\n").encode())
    said.run("order-receive", "--from-mail", stdin=(
        f"From: MAILER-DAEMON@a.example\nSubject: no\n"
        f"Message-ID: <b.{n}@a.example>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status;"
        " boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; {card}@a.example\n"
        f"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 {text}\n"
        "\n--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: <{message}>\n\n--b--\n").encode())


def check_files():
    """No file of the store's directory has one."""
    n = 0
    for name, data in store_files():
        n += 1
        report.expect(leak(data) is None, "in", leak(data),
                      os.path.basename(name))
    report.count("files", n)


def kept():
    # As long as somebody reads, the -wal stays and grows.
    with contextlib.closing(sqlite3.connect(
            "file:" + os.environ["ORDER_DB"] + "?mode=ro", uri=True)) as reader:
        run("order-receive", "-q", stdin=b"sku,quantity,channel,external_ref\n"
            b"Z,1,email,first\n")
        run("order-verify", "-q", "--pending")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM orders").fetchone()
        ways = {way.__name__.removeprefix("in_"): way for way in (
            in_fields, in_numbers, in_strange_places, in_other_tools,
            in_file_names, in_a_mailers_words, in_conversations)}
        for name in sys.argv[2:] or ways:
            ways[name]()
        report.expect(os.path.getsize(os.environ["ORDER_DB"] + "-wal") > 0,
                      "there is no -wal to look at")
        check_files()
    run("order-config", "-q", "language=en")
    check_files()
    said.check()


def alarm_texts(n):
    """Numbers that are none of a card, from a seed."""
    digits = lambda k: "".join(draw.choice("0123456789") for _ in range(k))
    def ean(head):
        body = head + digits(12 - len(head))
        return body + str(-sum(int(d) * (1 + i % 2 * 2)
                               for i, d in enumerate(body)) % 10)
    def isbn10():
        body = digits(9)
        check = -sum(int(d) * (10 - i) for i, d in enumerate(body)) % 11
        return body + "0123456789X"[check]
    kinds = {
        "EAN-13": lambda: ean(""),
        "ISBN-13": lambda: "ISBN %s-%s-%s-%s-%s" % (lambda s: (
            s[:3], s[3], s[4:8], s[8:12], s[12]))(ean("978")),
        "ISBN-10": lambda: "ISBN " + isbn10(),
        "phone": lambda: draw.choice([
            "+%s %s %s", "00%s %s %s", "+%s (0)%s/%s", "+%s-%s-%s",
        ]) % (draw.choice(["49", "44", "33", "1", "39", "34", "31", "48"]),
              digits(draw.choice([2, 3])), digits(draw.choice([6, 7]))),
        "local phone": lambda: draw.choice(["0%s/%s", "(0%s) %s", "0%s-%s"])
        % (digits(draw.choice([2, 3, 4])), digits(draw.choice([6, 7, 8]))),
    }
    return {kind: [make() for _ in range(n)] for kind, make in kinds.items()}


def alarms():
    n = COUNT or 2000
    kinds = alarm_texts(n)
    kinds["16 random digits"] = ["".join(draw.choice("0123456789")
                                         for _ in range(16)) for _ in range(n)]
    for kind, texts in kinds.items():
        orders = [{"external_ref": b"A-%d" % i, "channel": b"email",
                   "sku": b"X", "quantity": b"1",
                   draw.choice(["instructions", "description", "ship_line2",
                                "phone"]): text.encode()}
                  for i, text in enumerate(texts)]
        out, _, _ = run("order-receive", "-n", "-o", "json",
                        stdin=hostile.orders_csv(orders))
        found = [t for t, row in zip(texts, json_rows(out), strict=True)
                 if row["result"] != "ok"]
        most = 0 if kind != "16 random digits" else n * 3 // 100
        report.expect(len(found) <= most, f"{kind}: {len(found)} of {n} are"
                      " taken for cards:", found[:3])
        report.count(f"of {n} {kind}", len(found))


{"kept": kept, "alarms": alarms}[sys.argv[1]]()
report.end()
