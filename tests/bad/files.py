#!/usr/bin/env python3
"""Whole files that were never meant for us, into every tool that reads.

usage: files.py
Every file of the suites, and texts of our own strings, goes to each tool as it
is.  A tool may refuse it, but with a status of its own and one line; what
order-receive says of its records is what the store has, and nothing else has
changed.
"""
import os
import random

import corpus
import hostile
from tools import SEED, Report, Unchanged, csv_rows, query, run, some

report = Report("files")
READERS = [
    ["order-receive", "--channel", "email"],
    ["order-receive", "--channel", "email", "--extra", "keep"],
    ["order-receive", "--channel", "email", "--group", "--extra", "ignore"],
    ["order-verify", "-n"], ["order-check-stock", "-n"], ["order-ack", "-n"],
    ["order-resolve", "-n"], ["order-status"], ["order-check-stock", "--probe"],
    ["order-load", "-n", "items"], ["order-load", "customers"],
    ["order-load", "stock", "--adjust"], ["order-config"],
]
MOST = 3 << 20


def texts():
    """Name and bytes of everything there is."""
    found = []
    for folder, _, names in os.walk(corpus.DATA) if corpus.DATA else ():
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.getsize(path) < MOST:
                found.append(path)
    found.sort()
    return found


def own_texts():
    """Our strings as files: alone, in rows, in JSON."""
    strings = [s for s in corpus.strings() if len(s) < 3000]
    return strings + [
        b"\n".join(strings), b"sku,quantity\n" + b",1\n".join(strings),
        b'{"sku":"' + b'"}\n{"sku":"'.join(strings) + b'"}', b"", b"\n",
        b"\xef\xbb\xbf", b"[", b"[]", b"{}", b"{}{}", b"[{},", b"\0" * 70000,
        b"," * 1001 + b"\n", b'"' * 70000, b"[" * 70000, b"a" * 70000]


def count():
    return query("SELECT (SELECT count(*) FROM orders),"
                 " (SELECT count(*) FROM rejects), (SELECT count(*) FROM"
                 " originals)")[0]


def send(argv, name, data):
    orders, rejects, _ = count()
    writes = argv[0] == "order-receive"
    out, err, status = run(*argv, "-o", "csv", stdin=data, status=None)
    report.expect(status in (0, 1, 65), f"exit status {status}", argv, name,
                  err[-200:])
    report.expect(status != 65 or err.strip(), "65 without a word", argv, name)
    report.expect(err.count(b"\n") == len(err.splitlines()), "half a line", err)
    report.count("runs")
    if not writes:
        report.same(count()[0], orders, f"orders after {argv}", name)
        return
    rows = csv_rows(out) if out else []
    now = count()
    report.same(now[0] - orders, sum(r["result"] == "ok" for r in rows),
                "orders that went in", argv, name)
    report.expect(now[1] - rejects <= sum(r["result"] == "refused"
                                          for r in rows), "rejects", argv, name)
    report.same(now[2], now[0], "originals", name)
    report.count("records", len(rows))


def main():
    draw = random.Random(SEED)
    run("order-load", "-q", "items", stdin=b"sku\nX\n")
    run("order-receive", "-q", stdin=hostile.orders_csv(
        [{"external_ref": b"first", "channel": b"email", "sku": b"X",
          "quantity": b"1"}]))
    same = Unchanged(("channels", "blocklist", "stock", "items", "prices"))
    files = [(path, None) for path in texts()] + [
        ("own", data) for data in own_texts()]
    for path, data in some(draw, files, 24):
        if data is None:
            with open(path, "rb") as f:
                data = f.read()
        for argv in some(draw, READERS, 4):
            send(argv, path, data)
        report.count("files")
    same.check(report)
    report.end()


main()
