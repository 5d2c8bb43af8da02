#!/usr/bin/env python3
"""Every string through every column of every kind of master data.

A row for each string and column.  All rows together: the file is refused,
each row says why or that it suffers for others, and nothing has changed.  The
good rows alone: they are all in, with the values the manual says, and loading
them again changes nothing.
"""
import datetime
import os
import random
import subprocess

import corpus
import model
from tools import FULL, NOW, SEED, Report, Unchanged, csv_rows, query, \
    quoted, run, table

report = Report("masters")

# What a value must be, by column; the others are one line of text.
KINDS = {
    "key": {"customer", "sku", "superseded_by", "alias", "supply_ref",
            "substitute", "channel", "adjust_ref"},
    "country": {"bill_country", "ship_country", "country"},
    "currency": {"currency"}, "language": {"language"},
    "date": {"valid_from", "valid_to", "expected_on", "date"},
    "instant": {"counted_at"}, "email": {"email"},
    "price": {"unit_price"}, "days": {"handling_days", "days"},
    "quantity": {"min_quantity", "multiple", "on_hand", "quantity"},
    "money": {"credit_limit", "receivables"},
    "whole": {"priority", "rank"},
}
CHOICES = {
    "customers.status": {"", "active", "blocked", "closed"},
    "items.status": {"", "active", "discontinued"},
    "customers.ship_policy": {"", "partial", "complete"},
    "customers.backorder_consent": {"", "auto", "ask", "never"},
    "customers.substitute_consent": {"", "auto", "ask", "never"},
    "channels.approved": {"", "1", "yes", "true", "0", "no", "false"},
    "blocklist.kind": {"email", "phone", "address", "customer"},
}
REQUIRED = {"customers.customer", "items.sku", "prices.sku",
            "prices.currency", "prices.unit_price", "aliases.alias",
            "aliases.sku", "stock.sku", "stock.on_hand", "supply.supply_ref",
            "supply.sku", "supply.quantity", "supply.expected_on",
            "substitutes.sku", "substitutes.substitute", "channels.channel",
            "holidays.date", "transit.country", "transit.days",
            "blocklist.kind", "blocklist.value", "adjust.adjust_ref",
            "adjust.sku", "adjust.quantity"}
NAMED = {"prices.sku": "ITEM", "aliases.sku": "ITEM", "stock.sku": "ITEM",
         "supply.sku": "ITEM", "substitutes.sku": "ITEM",
         "adjust.sku": "ITEM", "prices.customer": "CUST",
         "aliases.customer": "CUST"}
FOLDED = {"customers.customer", "items.sku", "aliases.alias",
          "blocklist.value"}
# A row that is good, its n-th key, and the table it goes to.
BASE = {
    "customers": {"customer": "K-%d"}, "items": {"sku": "K-%d"},
    "prices": {"sku": "ITEM", "currency": "EUR", "min_quantity": "%d",
               "unit_price": "1"},
    "aliases": {"alias": "K-%d", "sku": "ITEM"},
    "stock": {"sku": "ITEM", "on_hand": "5"},
    "supply": {"supply_ref": "K-%d", "sku": "ITEM", "quantity": "1",
               "expected_on": "2026-12-01"},
    "substitutes": {"sku": "ITEM", "substitute": "K-%d"},
    "channels": {"channel": "K-%d"}, "holidays": {"date": "%s"},
    "transit": {"country": "DE", "method": "K-%d", "days": "1"},
    "blocklist": {"kind": "customer", "value": "K-%d"},
    "adjust": {"adjust_ref": "K-%d", "sku": "ITEM", "quantity": "1"},
}
TABLE = {"adjust": "stock_adjustments"}


def columns():
    """{kind: columns}, and stock once more with --adjust."""
    out = subprocess.run([os.environ["B"] + "/tests/tables", "load"],
                         text=True, stdout=subprocess.PIPE, check=True).stdout
    kinds = {line.split(":")[0]: line.split()[1:] for line in
             out.splitlines()}
    kinds["adjust"] = ["adjust_ref", "sku", "quantity", "reason"]
    return kinds


def decimal_verdict(kind, text):
    text = text[1:] if kind == "signed" and text[:1] == "-" else text
    scale = {"price": 6, "quantity": 3, "signed": 3, "money": 2}.get(kind, 0)
    reason, value = model.number(text, scale, 10 ** 15)
    if reason:
        return "not-a-number"
    return "bad-value" if kind == "days" and value > 365 else None


def verdict(where, value):
    """(reason, None) or (None, the value as recorded)."""
    reason = model.unfit(value)
    if reason:
        return reason, None
    text, name = model.trim(value.decode()), where.split(".")[1]
    if text == "":
        return ("missing", None) if where in REQUIRED else (None, "")
    if where in CHOICES:
        return (None, text) if text in CHOICES[where] else ("bad-value", None)
    kind = next((k for k, names in KINDS.items() if name in names), "line")
    if where == "adjust.quantity":
        kind = "signed"
    if kind == "email":
        return (None, text) if model.is_email(text) else ("bad-value", None)
    if kind in ("price", "quantity", "signed", "money", "whole", "days"):
        reason = decimal_verdict(kind, text)
    elif kind == "currency":
        reason = None if text in ("EUR", "GBP", "USD") else "not-a-currency"
        if len(text) == 3 and text.isascii() and text.isupper():
            reason = model.UNKNOWN
    elif kind == "country":
        reason = None if text in model.COUNTRIES else "not-a-country"
    else:
        reason, text = model.verdict("sku" if kind == "key" else name, kind,
                                     value, NOW + 10 ** 12)
    if not reason and where in FOLDED and text and not model.folded(text):
        reason = "bad-value"
    if not reason and where in NAMED and text != NAMED[where]:
        reason = "no-such-" + ("item" if NAMED[where] == "ITEM" else
                               "customer")
    return reason, text


class Row:
    def __init__(self, kind, names, name, value, n):
        self.kind, self.name, self.value = kind, name, value
        day = datetime.date(2027, 1, 1) + datetime.timedelta(days=n)
        self.cells = {k: (v % (day if v == "%s" else n) if "%" in v else v)
                      .encode() for k, v in BASE[kind].items()}
        self.key = next((v for k, v in self.cells.items()
                         if "%" in BASE[kind][k]), b"")
        self.key_name = next((k for k, v in BASE[kind].items() if "%" in v),
                             "")
        self.cells[name] = value
        self.line = quoted(self.cells.get(c, b"") for c in names)
        self.reason, self.recorded = verdict(f"{kind}.{name}", value)


def load(kind, names, rows):
    argv = ["stock", "--adjust"] if kind == "adjust" else [kind]
    data = ",".join(names).encode() + b"\n" + b"".join(r.line for r in rows)
    out, err, status = run("order-load", *argv, "-o", "csv", stdin=data)
    found = csv_rows(out)
    report.same(len(found), len(rows), f"{kind}: rows in and out")
    return found, err, status


def make_rows(kind, names):
    mine = set(corpus.mine())
    draw = random.Random(SEED)
    rows, keys = [], set()
    for value in corpus.strings():
        for name in names:
            if not FULL and draw.random() > (0.15 if value in mine else 0.02):
                continue
            row = Row(kind, names, name, value, len(rows) + 1)
            if name == row.key_name and row.recorded is not None:
                if model.folded(row.recorded) in keys or kind == "holidays":
                    continue
                keys.add(model.folded(row.recorded))
            rows.append(row)
    return rows


def check_all(kind, names, rows):
    """Good and bad together: refused, every one for its own reason."""
    same = Unchanged()
    found, err, status = load(kind, names, rows)
    report.same(status, 1, f"{kind}: exit status")
    for row, answer in zip(rows, found):
        if row.reason is model.UNKNOWN:
            row.reason = answer["reason"].replace("file-refused", "") or None
        report.same((answer["result"], answer["reason"]),
                    ("refused", row.reason or "file-refused"),
                    f"{kind}.{row.name}", row.value)
    bad = sum(bool(row.reason) for row in rows)
    report.same(err.count(b"\n"), bad, f"{kind}: each fault is one line")
    same.check(report)
    report.count("rows refused", bad)


def check_good(kind, names, rows):
    good = [row for row in rows if not row.reason]
    found, err, status = load(kind, names, good)
    report.same((status, err), (0, b""), f"{kind}: the good rows")
    for row, answer in zip(good, found):
        report.expect(answer["result"] in ("ok", "unchanged"),
                      f"{kind}.{row.name}", row.value, answer)
    before = table(TABLE.get(kind, kind))
    if good and kind != "prices":   # one row came as several
        found, _, _ = load(kind, names, good[-1:])
        report.same([row["result"] for row in found], ["unchanged"],
                    f"{kind} again")
        report.same(table(TABLE.get(kind, kind)), before, f"{kind} again")
    report.count("rows loaded", len(good))
    return good


def is_text(kind, name):
    """A column whose value is recorded as the text it is."""
    where = f"{kind}.{name}"
    of = next((k for k, names in KINDS.items() if name in names), "line")
    return of in ("line", "key", "email", "language", "country") and \
        where not in NAMED and where not in CHOICES and \
        where != "transit.country" and kind in (
            "customers", "items", "channels", "transit", "blocklist",
            "adjust", "holidays", "aliases")


def check_values(kind, names, good):
    """Texts as recorded, found by the row's key."""
    texts = [name for name in names if is_text(kind, name)]
    if not texts or not good:
        return
    key_name = good[0].key_name
    there = {row[-1]: dict(zip(texts, row)) for row in query(
        f"SELECT {', '.join(texts)}, {key_name} FROM {TABLE.get(kind, kind)}")}
    for row in good:
        if row.name not in texts:
            continue
        key = row.recorded.encode() if row.name == key_name else row.key
        report.same(there.get(key, {}).get(row.name), row.recorded.encode(),
                    f"recorded {kind}.{row.name}", row.value)
        report.count("values found")


def main():
    run("order-load", "-q", "items", stdin=b"sku\nITEM\n")
    run("order-load", "-q", "customers", stdin=b"customer\nCUST\n")
    kinds = columns()
    # What other kinds name is loaded last.
    for kind in sorted(kinds, key=lambda k: k in ("items", "customers")):
        names = kinds[kind]
        rows = make_rows(kind, names)
        check_all(kind, names, rows)
        check_values(kind, names, check_good(kind, names, rows))
    report.end()


main()
