#!/usr/bin/env python3
"""Hostile text as what is asked for, set and answered.

usage: asks.py filters|policy|answers
filters: a selection finds what has that value, and nothing else.
policy: a setting is what was given or was refused, all or none.
answers: notes and corrections are recorded as given or refused.
"""
import json
import random
import sys

import corpus
import hostile
import model
from tools import FULL, SEED, Report, Unchanged, csv_rows, json_rows, query, \
    quoted, run, some, table

report = Report("asks " + sys.argv[1])
draw = random.Random(SEED)
STRINGS = [s for s in corpus.strings() if len(s) < 5000]


def recorded(name, s):
    reason, value = hostile.verdict(name, s)
    return value if not reason else None


# ---- filters ----

def fill():
    """Orders that have each string in what can be asked for; what they have
    as {column: {value: keys of orders}}."""
    orders, have = [], {"external_ref": {}, "customer": {}, "sku": {}}
    for n, s in enumerate(STRINGS):
        cells = {"external_ref": b"K-%d" % n, "customer": b"C-%d" % n,
                 "sku": b"S-%d" % n, "channel": b"email", "quantity": b"1"}
        for name in have if n % 3 else ["external_ref"]:
            value = recorded(name, s)
            if value and (name != "external_ref" or
                          value not in have["external_ref"]):
                cells[name] = s
        orders.append(cells)
        key = model.trim(cells["external_ref"].decode())
        for name, where in have.items():
            value = model.trim(cells[name].decode())
            where.setdefault(value, set()).add(key)
    run("order-receive", "-q", stdin=hostile.orders_csv(orders), status=(0,))
    return have


def found(*argv):
    out, err, status = run("order-status", "-o", "json", *argv,
                           status=(0, 1, 64))
    return {row["external_ref"] for row in json_rows(out)}, err, status


def matches(name, values, asked):
    """The orders that should be found by any of these words."""
    if name == "customer":          # compared folded
        asked = {model.folded(a) for a in asked} - {""}
        return set().union(*(keys for v, keys in values.items()
                             if model.folded(v) in asked))
    if name == "sku":               # compared without ASCII case
        lower = lambda s: "".join(c.lower() if c.isascii() else c for c in s)
        asked = {lower(a) for a in asked}
        return set().union(*(keys for v, keys in values.items()
                             if lower(v) in asked))
    return set().union(*(values.get(a, set()) for a in asked))


def filters():
    same = Unchanged()
    have = fill()
    words = [s for s in STRINGS if b"\0" not in s]
    text = [s for s in words if model.is_utf8(s)]
    for name, option in (("external_ref", "--external-ref"),
                         ("customer", "--customer"), ("sku", "--sku")):
        for asked in [text] + [[s] for s in
                                some(draw, text, 8)]:
            argv = [part for s in asked for part in (option, s)]
            there, err, status = found(*argv)
            wanted = matches(name, have[name], [s.decode() for s in asked])
            report.expect(there == wanted, f"{option} finds",
                          asked[:3], sorted(there - wanted)[:5], sorted(wanted - there)[:5])
            report.same((status, err), (0, b""), option, asked[:3])
            report.count("selections")
    for s in some(draw, words, 12):
        there, err, status = found("--", s)
        if not model.is_utf8(s):
            report.same((there, status), (set(), 1), "a word that is no text")
            continue
        wanted = matches("external_ref", have["external_ref"], [s.decode()]) \
            or matches("customer", have["customer"], [s.decode()])
        if model.trim(s.decode()).upper().startswith("SO"):
            continue                        # a reference of ours
        report.expect(there == wanted, "a word finds", s, there ^ wanted)
        report.same(status, int(not wanted), "exit status", s)
        report.count("words")
    for option in ("--channel", "--held", "--stock", "--ack", "--status",
                   "--since", "--until"):
        for s in some(draw, words, 3):
            there, err, status = found(option, s)
            report.expect(not there or option == "--channel" and s == b"email"
                          or s.startswith((b"1970", b"2026", b"9999", b"0")),
                          f"{option} finds", s)
            report.count("selections")
    same.check(report)


# ---- policy ----

TEXTS = {"company_name": 200, "support_phone": 100, "support_hours": 200}


def policy_verdict(name, s):
    """Is it a value of the setting?"""
    if model.unfit(s) or not model.is_line(s.decode()):
        return False
    text = s.decode()
    if name in TEXTS:
        return len(s) <= TEXTS[name]
    if name in ("support_email", "mail_from"):
        return text == "" or model.is_email(text)
    if name == "template_dir":
        return text == "" or text[0] == "/"
    if name == "mail_command":
        return text[:1] == "/" or text[:8] == "maildir:" and len(text) > 8
    if name in ("language",):
        return text.isascii() and 0 < len(text) <= 35 and \
            text.replace("-", "a").isalnum()
    return None                     # a number or a word: nobody's guess


def policy():
    names = [n.decode() for n, in (row.split(b",")[:1] for row in run(
        "order-config", "-o", "csv")[0].splitlines()[1:])]
    rows = [(name, s) for name in names for s in STRINGS
            if FULL or corpus.FEW or draw.random() < 0.25]
    before = table("policy")
    head = b"name,value\n"
    good = [r for r in rows if policy_verdict(*r)]
    bad = [r for r in rows if policy_verdict(*r) is False]
    other = [r for r in rows if policy_verdict(*r) is None]
    out, err, status = run("order-config", "-o", "csv", stdin=head + b"".join(
        quoted((n.encode(), s)) for n, s in good + bad))
    report.same((status, out), (1, head), "good and bad together")
    report.same(err.count(b"\n"), len(bad), "each fault is one line")
    report.same(table("policy"), before, "the policy has changed")
    out, err, status = run("order-config", "-o", "csv", stdin=head + b"".join(
        quoted((n.encode(), s)) for n, s in good))
    report.same((status, err), (0, b""), "good settings")
    report.same([(r["name"], r["value"].encode()) for r in csv_rows(out)],
                good, "settings as given")
    for name, s in some(draw, other, 20):
        if b"\0" not in s:
            out, err, status = run("order-config", "-n", "-o", "csv",
                                   name.encode() + b"=" + s)
            report.expect(status == 0 or err.count(b"\n") == 1 and not out,
                          name, s, out, err)
    last = {n: s for n, s in good}
    there = {r["name"]: r["value"].encode() for r in csv_rows(
        run("order-config", "-o", "csv")[0])}
    for name, s in last.items():
        report.same(there[name], s, "the setting", name)
    out, _, _ = run("order-config", "-o", "csv")
    events = query("SELECT count(*) FROM events")
    run("order-config", "-q", stdin=out, status=(0,))
    report.same(query("SELECT count(*) FROM events"), events,
                "what is printed is not what is there")
    for detail, in query("SELECT detail FROM event_details"):
        json.loads(detail)
    Unchanged(()).check(report)
    report.count("settings made", len(good))
    report.count("refused", len(bad))


# ---- answers ----

CORRECTED = ["customer_name", "email", "phone", "bill_line1", "ship_city",
             "payment_terms", "instructions", "language", "requested_on"]


def answers():
    orders = [{"external_ref": b"K-%d" % n, "channel": b"email",
               "customer": b"NOBODY", "sku": b"X", "quantity": b"1",
               "language": b"en"} for n in range(2 * len(STRINGS))]
    out, _, _ = run("order-receive", "-o", "csv",
                    stdin=hostile.orders_csv(orders))
    refs = [row["ref"] for row in csv_rows(out)]
    run("order-verify", "-q", "--pending")
    note_all(refs[:len(STRINGS)])
    correct_all(refs[len(STRINGS):])
    for detail, in query("SELECT detail FROM event_details"):
        json.loads(detail)
    Unchanged(()).check(report)


def note_all(refs):
    out, _, _ = run("order-resolve", "-o", "csv", stdin=b"ref,hold,answer,note\n"
                    + b"".join(quoted((ref.encode(), b"customer", b"waived", s))
                               for ref, s in zip(refs, STRINGS)))
    there = {ref.decode(): json.loads(detail)["note"] for ref, detail in query(
        "SELECT ref, detail FROM v_events WHERE kind = 'resolve'")}
    for ref, s, row in zip(refs, STRINGS, csv_rows(out), strict=True):
        reason, value = model.verdict("instructions", "text", s, 0)
        report.same(there.get(ref), None if reason else value, "note", s)
        report.same(row["reason"], reason or "open-holds", "answer", s)
        report.count("notes")
    words = [s for s in STRINGS if b"\0" not in s]
    for s in some(draw, words, 6):
        _, err, _ = run("order-resolve", "-q", refs[0], "item", "waived",
                        "-n", "--note", s, "--set", b"email=" + s)
        report.expect(err.count(b"\n") <= 1, "one line is said", err)


def correct_all(refs):
    names = [CORRECTED[n % len(CORRECTED)] for n in range(len(refs))]
    head = ["ref", "hold", "answer", *CORRECTED]
    data = ",".join(head).encode() + b"\n" + b"".join(
        quoted([ref.encode(), b"item", b"corrected"] +
               [s if n == name else b"" for n in CORRECTED])
        for ref, name, s in zip(refs, names, STRINGS))
    out, _, _ = run("order-resolve", "-o", "csv", stdin=data)
    rows = csv_rows(out)
    docs = {d["ref"]: d for d in json_rows(run(
        "order-status", "--full", "--all")[0])}
    for ref, name, s, row in zip(refs, names, STRINGS, rows, strict=True):
        reason, value = hostile.verdict(name, s)
        if s == b"":                        # nothing is set
            continue
        report.same(row["reason"], reason or "open-holds", "correction",
                    name, s)
        was = "en" if name == "language" else ""
        report.same(docs[ref][name], was if reason else value, "corrected",
                    name, s)
        report.count("corrections")


{"filters": filters, "policy": policy, "answers": answers}[sys.argv[1]]()
report.end()
