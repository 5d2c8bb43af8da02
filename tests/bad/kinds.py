#!/usr/bin/env python3
"""Hostile text in every key of every kind of message, in both languages.

usage: kinds.py
No tool need queue such a document: the outbox is filled directly.  What a kind
shows is found out with harmless values first; then every key it shows must be
told as it is, in both parts, whatever stands in it.  Each string goes into a
ninth of the mails, and FULL=1 sends it into all.
"""
import email
import email.policy
import glob
import json
import os
import random
import re
import sqlite3
import subprocess

import corpus
import model
from mailparts import allowed_tags, check_mail, squeezed
from tools import FULL, NOW, SEED, Report, run, some

report = Report("kinds")
KINDS = ["receipt", "acknowledgment", "clarify", "shortage", "changed", "delay",
         "shipped", "cancelled", "rejected", "reply"]
LONG = ["customer_name", "sku", "description", "ship_to", "instructions",
        "reason", "question", "answer", "company_name"]
OWN = [
    "one\r\nBcc: spy@evil.example\r\n\r\nbody",
    "Subject: other\nTo: spy@evil.example\nX-A: b",
    "--=_acknowledgment\nContent-Type: text/html\n\n<b>x</b>",
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "\"><b onclick=x>&amp;&lt;&#65;'</td></table><!-- ", "]]> <![CDATA[ <?x ?>",
    "{{ref}} {{{x}}} {{#lines}}{{/nothing}} {{> _head}} {{=<% %>=}} <% x %>",
    "n" * 9999 + "m", "\U0001f69a\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u202eevil\u202c \u2067rtl\u2069 \u0645\u062a\u062c\u0631", "\u05e7\u05e4",
    ".\n..\n.dot first\n.", "From here\nFrom there\n>From", "=20=0D=0A=\n=?x",
    "=?utf-8?q?=0D=0ABcc:_spy?=", "trailing \t \n\tindented", "%0d%0aBcc: x",
    "2026-12-01", "1234.50", "-0", "\u2028line\u2029paragraph", "caf\u00e9 e\u0301"]


def all_keys():
    """{list: {key: kind}} of every key a template may name."""
    found = {}
    out = subprocess.run([os.environ["B"] + "/tests/tables", "templates"],
                         capture_output=True, check=True, text=True).stdout
    for where, key, kind in re.findall(r"(\w+): (\w+) \((\w+)\)", out):
        found.setdefault(where, {})[key] = kind
    return found


LISTS = all_keys()
MEMBERS = {"lines": "line", "questions": "question", "changes": "change",
           "parcels": "parcel", "remaining": "remaining",
           "alternatives": "alternative"}
DERIVED = ["long", "all_as_ordered", "nas_ordered", "ndiffering", "differing",
           "question_lines", "substitute_line"]


def document(value, on, where="message"):
    """All keys of it given; value(list, key) makes the texts; flags are on."""
    made = {}
    for key, kind in LISTS[where].items():
        flag_of = key[4:] if key.startswith("has_") else ""
        if key in DERIVED or flag_of in LISTS[where]:
            continue
        if kind == "flag":
            made[key] = on
        elif kind == "number":
            made[key] = 1
        elif kind == "texts":
            made[key] = [value(where, key)]
        elif kind == "list":
            of = "sent" if where == "parcel" else MEMBERS[key]
            made[key] = [document(value, on, of)]
        else:
            made[key] = value(where, key)
    return made


def marker(where, key):
    return f"Q{where}Q{key}Q".replace("_", "W")


def fill(letters):
    """Put (kind, language, document) into the outbox, due now."""
    run("order-receive", "-q", "--channel", "email",
        stdin=b"external_ref,sku,quantity\nPO-1,A,1\n")
    db = sqlite3.connect(os.environ["ORDER_DB"])
    db.executemany(
        "INSERT INTO messages (id, order_id, revision, kind, recipient, seq,"
        " state, language, document, queued_at, next_try_at)"
        " VALUES (?, 1, 1, ?, 'jo@a.example', ?, 'queued', ?, ?, ?, ?)",
        [(n, kind, n, language, json.dumps(d), NOW, NOW)
         for n, (kind, language, d) in enumerate(letters, 1)])
    db.commit()
    db.close()


def mails(letters):
    """Deliver them; (subject, text, HTML's text) of each."""
    allowed, found = allowed_tags(), {}
    run("order-config", "-q", "mail_from=us@a.example", b"company_name=" +
        "<Acme> \"& S\u00f6hne\"".encode(), "mail_command=maildir:spool")
    fill(letters)
    run("order-notify", "-q")
    for name in glob.glob("spool/new/*"):
        number = int(re.search(r"\.(\d+)@", name).group(1))
        with open(name, "rb") as f:
            data = f.read()
        found[number] = check_mail(report, data, "jo@a.example", allowed)
        for header in email.message_from_bytes(
                data, policy=email.policy.default).values():
            report.same(header.defects, (), "defects of a header")
        report.count("mails")
    report.same(sorted(found), list(range(1, len(letters) + 1)),
                "messages that did not go")
    return [found.get(n, ("", "", "")) for n in range(1, len(letters) + 1)]


def shown(plain, on, said):
    """The keys that both parts tell when nothing is hostile."""
    keys = {(where, key) for where, of in LISTS.items() for key in of}
    text, markup = ({k for k in keys if marker(*k) in part}
                    for part in said[1:])
    report.same(text ^ markup, set(), "told in one part only", plain, on)
    return text


def strings():
    if corpus.FEW:
        return OWN[::4]
    more = [s.decode() for s in corpus.strings() if not model.unfit(s) and
            model.trim(s.decode()) and len(s) < 500]
    return OWN + some(random.Random(SEED), more, 2)


def value_of(string):
    """What stands in a key: the string, then where that is."""
    return lambda where, key: \
        (string if key in LONG else string[:200]) + marker(where, key)


def quoted(value):
    """Each line behind its mark, squeezed."""
    return squeezed("".join(f"> {line}\n" for line in
                            re.split("\r\n|\r|\n", value)))


def main():
    cases = [(kind, language, on) for kind in KINDS for language in ("en", "de")
             for on in (True, False)]
    texts = strings()
    letters = [(kind, language, document(marker, on))
               for kind, language, on in cases]
    asked = [(n, s) for i, s in enumerate(texts) for n in range(len(cases))
             if FULL or (i + n) % 9 == 0]
    letters += [cases[n][:2] + (document(value_of(s), cases[n][2]),)
                for n, s in asked]
    said = mails(letters)
    told = [shown(case[:2], case[2], said[n]) for n, case in enumerate(cases)]
    for (case, s), (subject, text, markup) in zip(asked, said[len(cases):]):
        value = value_of(s)
        text, markup = squeezed(text), squeezed(markup)
        for key in told[case]:
            wanted = squeezed(value(*key))
            report.expect(wanted in markup, "HTML without", cases[case], key,
                          wanted[:300], markup)
            if key == ("message", "question"):
                wanted = quoted(value(*key))
            report.expect(wanted in text, "text without", cases[case], key,
                          wanted[:300], text)
            report.count("values found", 2)
        wanted = squeezed(value("message", "external_ref"))
        report.expect(wanted in squeezed(subject), "subject without",
                      cases[case], wanted[:300], subject)
    report.expect(all(told), "nothing told", cases)
    report.count("keys shown", len(set().union(*told)))
    report.end()


main()
