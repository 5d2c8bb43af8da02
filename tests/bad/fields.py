#!/usr/bin/env python3
"""Every string through every column of an order: nothing is lost or changed.

usage: fields.py csv|json
Each string makes an order with that value in one column.  Everyone becomes an
order that has the value, or a kept reject that has the bytes; which of them
is what the manual says.
"""
import json
import random
import sys

import corpus
import model
from tools import NOW, SEED, Report, Unchanged, csv_rows, json_rows, query, \
    quoted, run, some

report = Report("fields " + sys.argv[1])
ORDER, LINE = model.columns("order"), model.columns("line")
NAMES = list(ORDER) + list(LINE)
PLAIN = {"channel": b"email", "sku": b"X-1", "quantity": b"1",
         "unit_price": b"1.00"}


class Case:
    """An order that has the value in one column."""

    def __init__(self, name, value, n):
        self.name, self.value = name, value
        self.id = b"K-%d" % n
        self.cells = dict(PLAIN, external_ref=self.id, customer=self.id)
        self.cells[name] = value
        kind = ORDER.get(name) or LINE[name]
        self.reason, self.recorded = model.verdict(name, kind, value, NOW)

    def row(self):
        return quoted(self.cells.get(name, b"") for name in NAMES)

    def document(self):
        cells = {name: text(v) for name, v in self.cells.items()}
        return json.dumps({
            **{k: v for k, v in cells.items() if k in ORDER},
            "lines": [{k: v for k, v in cells.items() if k in LINE}],
        }, ensure_ascii=len(self.id) % 2 == 0)

    def wanted(self):
        """The columns of the recorded order."""
        columns = {name: v.decode() for name, v in self.cells.items()
                   if name != self.name}
        columns[self.name] = self.recorded
        if self.name == "channel" and not self.recorded:
            columns["channel"] = "email"
        return columns


def text(value):
    return value.decode("utf-8", "surrogateescape")


def make_cases(as_json):
    """Without FULL, each string goes through some columns."""
    strings, mine = corpus.strings(), set(corpus.mine())
    draw = random.Random(SEED)
    cases, keys = [], set()
    for value in strings:
        if as_json and not model.is_utf8(value):
            continue                # no JSON at all: tested elsewhere
        n = 1 if value not in mine else 4 if as_json else 8
        for name in some(draw, NAMES, n):
            case = Case(name, value, len(cases) + 1)
            if name == "external_ref":
                if case.recorded in keys:
                    continue
                keys.add(case.recorded)
            cases.append(case)
    return cases


def feed(cases, as_json):
    """Receive them all: the cases and their records, side by side."""
    head = ",".join(NAMES).encode() + b"\n"
    if as_json:
        data = "\n".join(c.document() for c in cases).encode()
    else:
        data = head + b"".join(c.row() for c in cases)
    out, err, status = run("order-receive", "--channel", "email", "-o", "csv",
                           stdin=data)
    rows = csv_rows(out)
    report.same(len(rows), len(cases), "orders in and records out differ")
    for case, row in zip(cases, rows):
        check_record(case, row)
    refused = sum(row["result"] == "refused" for row in rows)
    report.same(status, int(refused > 0), "exit status")
    report.same(err.count(b"\n"), refused, "each refusal is one line")
    return [c for c, r in zip(cases, rows) if r["result"] == "ok"], \
        [c for c, r in zip(cases, rows) if r["result"] == "refused"], out


def check_record(case, row):
    """What is printed of it, and whether it was rightly taken or refused."""
    if case.reason is model.UNKNOWN:
        case.reason = row["reason"] or None
        case.recorded = text(case.value).upper()
    report.same((row["result"], row["reason"]),
                ("refused", case.reason) if case.reason else ("ok", ""),
                "verdict", case.name, case.value)
    if case.reason and model.unfit(case.value):
        case.recorded = ""
    for name in ("external_ref", "customer", "customer_name"):
        value = case.cells.get(name, b"")
        if name == case.name:
            wanted = case.recorded if case.recorded is not None else text(value)
        else:
            wanted = text(value)
        report.same(row[name], wanted, "printed", case.name, case.value)


def check_orders(taken):
    """All columns of all orders, as order-status tells them."""
    out, err, _ = run("order-status", "--all", "--full")
    found = json_rows(out)
    report.same(err, b"", "order-status says")
    report.same(len(found), len(taken), "orders taken and orders there differ")
    for case, order in zip(taken, found):
        wanted = case.wanted()
        line = order["lines"][0]
        order["total"] = order["total_given"]
        for name in NAMES:
            if name in ("received_at", "currency") and not wanted.get(name):
                continue
            default = "1" if name == "line" else ""
            is_there = order[name] if name in ORDER else str(line[name])
            report.same(is_there, wanted.get(name) or default, "recorded",
                        case.name, name, case.value)
    report.count("orders", len(taken))


def check_lines(taken):
    """The same as CSV that somebody else reads."""
    lines = csv_rows(run("order-status", "--all", "--lines", "-o", "csv")[0])
    report.same(len(lines), len(taken), "lines")
    for case, line in zip(taken, lines):
        wanted = case.wanted()
        for name in ("sku", "description", "quantity", "unit", "unit_price"):
            report.same(line[name], wanted.get(name, ""), "line", case.name,
                        name, case.value)


def check_bytes(taken, refused, as_json):
    """The store keeps what came, byte for byte."""
    def came(case):
        return case.document().encode() + b"\n" if as_json else case.row()
    kept = [b for b, in query("SELECT bytes FROM originals ORDER BY order_id")]
    report.same(len(kept), len(taken), "originals")
    for case, original in zip(taken, kept):
        report.same(original, came(case), "original", case.name)
    kept = [r for r, in query("SELECT record FROM rejects ORDER BY id")]
    report.same(len(kept), len(refused), "kept rejects and refusals differ")
    for case, record in zip(refused, kept):
        report.same(record, came(case), "reject", case.name)
    report.count("rejects", len(refused))


def check_rejects(refused, as_json):
    """What was refused is printed as it came, and refused again."""
    out, err, _ = run("order-status", "--rejects")
    again = out
    if as_json:
        found = [json.loads(line) for line in out.splitlines()]
        for case, record in zip(refused, found, strict=True):
            wanted = json.loads(case.document())
            for name in wanted:
                report.same(record[name], wanted[name], "printed reject", name)
            report.same(record["error_code"], case.reason, "reason", case.value)
    else:
        lines = out.split(b"\n", 1)[1]
        for case in refused:
            row = case.row()[:-1] + b","
            if not report.expect(lines.startswith(row), "printed reject",
                                 case.name, lines[:len(row)], row):
                return
            reason, _, rest = lines[len(row):].partition(b"\n")
            report.same(reason.split(b",")[0].decode(), case.reason, "reason",
                        case.name, case.value)
            lines = rest
        report.same(lines, b"", "there are rejects nobody fed")
    other, _, _ = run("order-status", "--rejects", "-o",
                      "csv" if as_json else "json")
    rows = csv_rows(other) if as_json else json_rows(other)
    for case, row in zip(refused, rows, strict=True):
        report.same(row["error_code"], case.reason, "in the other format")
        if not model.unfit(case.value):
            report.same(row[case.name], text(case.value), "in the other format")
    out, err, _ = run("order-receive", "--channel", "email", "-o", "csv",
                      stdin=again)
    report.expect(all(r["result"] == "refused" for r in csv_rows(out)),
                  "a reject went in by itself")
    report.same(query("SELECT count(*) FROM rejects")[0][0], len(refused),
                "a reject fed again was kept twice")


def check_steps(stream):
    """The steps that follow lose no record and change no value of it."""
    before = csv_rows(stream)
    for tool in (["order-verify"], ["order-check-stock"],
                 ["order-ack", "--queue-only"]):
        out, _, _ = run(*tool, "-o", "json", stdin=stream)
        after = json_rows(out)
        report.same(len(after), len(before), f"records through {tool[0]}")
        for a, b in zip(after, before):
            for name in ("ref", "external_ref", "customer", "customer_name"):
                report.same(a[name], b[name], f"{name} through {tool[0]}")
    report.count("records through each step", len(before))


RISKY = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def check_spreadsheet():
    """No cell is a formula; what was none is as it was."""
    for what in (["--all"], ["--all", "--lines"], ["--rejects"]):
        safe, _, _ = run("order-status", *what, "--spreadsheet")
        report.expect(safe.startswith(b"\xef\xbb\xbf"), "no byte order mark")
        rows = csv_rows(safe[3:])
        for row in rows:
            for name, cell in row.items():
                report.expect(not cell.startswith(RISKY), "a formula in",
                              what, name, cell)
                report.count("cells of spreadsheets")
        if what == ["--rejects"]:       # where what is no text is blank
            continue
        plain = csv_rows(run("order-status", *what, "-o", "csv")[0])
        for a, b in zip(rows, plain, strict=True):
            for name, cell in b.items():
                wanted = "'" + cell if cell.startswith(RISKY) else cell
                report.same(a[name], wanted, "spreadsheet", name)


def check_trail():
    """Every event is one record, and its detail is JSON."""
    trail = csv_rows(run("order-audit", "--all", "-o", "csv")[0])
    report.same(len(trail), query("SELECT count(*) FROM events")[0][0],
                "events and records of them")
    for row in trail:
        json.loads(row["detail"])
    report.count("events", len(trail))


def main():
    as_json = sys.argv[1] == "json"
    cases = make_cases(as_json)
    same = Unchanged()
    taken, refused, stream = feed(cases, as_json)
    check_orders(taken)
    check_lines(taken)
    check_bytes(taken, refused, as_json)
    check_rejects(refused, as_json)
    check_steps(stream)
    if not as_json:
        check_spreadsheet()
    check_trail()
    same.check(report)
    report.end()


main()
