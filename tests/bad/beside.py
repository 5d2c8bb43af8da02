#!/usr/bin/env python3
"""Hostile text beside the columns: names of columns and keys that are kept,
probes of stock, documents of every kind.

usage: beside.py extra|probe|documents|emails
"""
import json
import random
import sys

import corpus
import hostile
import model
from tools import SEED, Report, Unchanged, csv_rows, json_rows, query, quoted, \
    run, some

report = Report("beside " + sys.argv[1])
draw = random.Random(SEED)
STRINGS = [s for s in corpus.strings() if len(s) < 5000]
BASE = ["channel", "sku", "quantity", "external_ref"]


def extra():
    """Unknown columns are kept under their names, with their values."""
    known = set(hostile.NAMES) | {"lines", "error", "error_code"}
    names = [s for s in STRINGS if s and not model.unfit(s) and
             s.decode().strip().lower() not in known]
    want = {}
    for at in range(0, len(names), 900):
        some_names = names[at:at + 900]
        values = [draw.choice(names) for _ in some_names]
        key = f"C-{at}"
        data = quoted([n.encode() for n in BASE] + some_names) + quoted(
            [b"email", b"X", b"1", key.encode()] + values)
        run("order-receive", "-q", "--extra", "keep", stdin=data, status=(0,))
        want[key] = [{n.decode(): v.decode() for n, v in zip(some_names, values)}]
        run("order-receive", "-q", "--extra", "ignore", status=(0,),
            stdin=data.replace(key.encode(), b"I" + key.encode()))
        want["I" + key] = None
    documents = []
    for n, name in enumerate(names):
        value = draw.choice(names).decode()
        documents.append(json.dumps({
            "external_ref": f"J-{n}", "channel": "email", "sku": "X",
            "quantity": 1, name.decode(): value}, ensure_ascii=n % 2 == 0))
        want[f"J-{n}"] = [{name.decode(): value}] if value else None
    run("order-receive", "-q", "--extra", "keep", status=(0,),
        stdin="\n".join(documents).encode())
    there = {k.decode(): json.loads(v) if v else None for k, v in query(
        "SELECT external_ref, extra FROM orders")}
    report.same(set(there), set(want), "orders")
    for key, kept in want.items():
        report.same(there.get(key), kept, "extra columns", key)
    report.count("orders", len(want))


def probe():
    """One answer for each question; an item is there or it is not."""
    run("order-load", "-q", "items", stdin=b"sku\nX\n")
    skus = STRINGS + [b"X"]
    data = b"sku,quantity,customer,note\n" + b"".join(
        quoted([s, b"1", s, s]) for s in skus)
    out, _, _ = run("order-check-stock", "--probe", "-o", "json", stdin=data)
    rows = json_rows(out)
    report.same(len(rows), len(skus), "questions and answers")
    for s, row in zip(skus, rows):
        value = "" if model.unfit(s) else s.decode()
        report.same((row["sku"], row["note"]), (value, value), "echoed", s)
        known = model.folded(value) == "x"
        report.same(row["reason"] == "no-such-item", not known, "item", s)
        report.count("probes")


def documents():
    """Previews, explanations and whole documents are what they say they are."""
    orders = [hostile.order(s, n) for n, s in enumerate(some(draw, STRINGS, 150))]
    run("order-receive", "-q", "--channel", "email",
        stdin=hostile.orders_csv(orders), status=(0,))
    run("order-verify", "-q", "--pending")
    refs = [r.decode() for r, in query("SELECT ref FROM orders ORDER BY id")]
    lines = dict(query("SELECT o.ref, l.sku FROM orders AS o"
                       " JOIN lines AS l ON l.order_id = o.id"))
    told = json_rows(run("order-ack", "--preview", "-o", "json", *refs)[0])
    report.same([d["ref"] for d in told], refs, "previews")
    for row in csv_rows(run("order-ack", "--preview", "-o", "csv", *refs)[0]):
        report.same(row["sku"].encode(), lines[row["ref"].encode()], "sku")
    for d in told:
        report.same(d["lines"][0]["sku"].encode(), lines[d["ref"].encode()],
                    "sku")
    for tool in (["order-ack", "--explain"], ["order-verify", "--explain", "-n"]):
        report.same(len(json_rows(run(*tool, *refs)[0])), len(refs), tool[0])
    report.count("documents", 4 * len(refs))


def emails():
    """An address is written to as it is, or the order is held for it."""
    run("order-load", "-q", "customers", stdin=b"customer\nC-1\n")
    addresses = [a for a in corpus.emails() if not hostile.verdict("email", a)[0]]
    orders = [{"external_ref": b"E-%d" % n, "channel": b"email", "sku": b"X",
               "quantity": b"1", "customer": b"C-1", "email": a}
              for n, a in enumerate(addresses)]
    run("order-receive", "-q", stdin=hostile.orders_csv(orders), status=(0,))
    run("order-verify", "-q", "--pending")
    there = {key: (held.split(), to) for key, held, to in query(
        "SELECT v.external_ref, v.held, m.recipient FROM v_orders AS v"
        " LEFT JOIN messages AS m ON m.order_id = substr(v.ref, 4, 8) + 0")}
    for n, a in enumerate(addresses):
        held, to = there[b"E-%d" % n]
        text = model.trim(a.decode())
        good = text == "" or model.is_email(text)
        report.same(b"contact" not in held, good, "held for its address", a)
        report.same(to, text.encode() if good else b"", "written to", a)
        report.count("addresses")


same = Unchanged(("channels", "policy", "holidays", "blocklist"))
{"extra": extra, "probe": probe, "documents": documents, "emails": emails}[sys.argv[1]]()
same.check(report)
report.end()
