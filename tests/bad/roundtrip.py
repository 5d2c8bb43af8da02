#!/usr/bin/env python3
"""What goes in comes out: CSV and JSON through the store and back.

usage: roundtrip.py
COUNT orders from a seed, in chunks with a store each.  What is recorded is
what the generator meant; what is printed of it, fed again as JSON and as CSV,
is the same order (a duplicate), and in another store the same record.
"""
import json
import os
import random

import hostile
from tools import COUNT, SEED, Report, csv_rows, json_rows, query, quoted, run

report = Report("round trips")
CHUNK = 10000
EXPONENTS = {"JPY": 0, "EUR": 2, "USD": 2, "BHD": 3, "CLF": 4}
CHARS = list("abcxyzABC  -./'&<>=+@%;|#,") + [
    '"', "\\", "{{", "\u00e4", "\u00df", "\u00f8", "\u4e2d", "\u0416", "\u05d0",
    "\u3042", "e\u0301", "\U0001f600"]
TEXT = CHARS + ["\n", "\r\n", "\t", "\r", "\u202e", "\u2028", "\u200b"]


def text(draw, chars, most):
    return "".join(draw.choice(chars) for _ in range(draw.randint(1, most)))


def one_line(draw, most=30):
    """(as given, as recorded)"""
    value = text(draw, CHARS, most).strip(" ") or "x"
    return draw.choice(["", "", " ", "\t"]) + value + \
        draw.choice(["", "", " ", "\u00a0"]), value


def decimal(draw, whole, scale, shown, least=0):
    """A number with up to scale decimals, printed with shown or fewer."""
    units = draw.choice([0, 1, 9, 10 ** scale, draw.randint(1, whole * 10 ** scale)])
    units = max(units, least)
    digits = str(units).rjust(scale + 1, "0")
    part = digits[len(digits) - scale:] if scale else ""
    given = digits[:len(digits) - scale] + ("." + part if part else "")
    part = part.rstrip("0").ljust(shown, "0")
    recorded = digits[:len(digits) - scale] + ("." + part if part else "")
    given = draw.choice([given, recorded, given + "0" if "." in given else given])
    return given, recorded


def make_line(draw, n, exponent):
    cells = {"sku": one_line(draw, 12), "quantity": decimal(draw, 1000, 3, 0, 1)}
    if n or draw.random() < 0.5:
        cells["line"] = (str(n + 1), str(n + 1))
    if draw.random() < 0.8:
        cells["unit_price"] = decimal(draw, 1000, 6, exponent)
    if draw.random() < 0.5:
        cells["unit"] = one_line(draw, 4)
    for name in ("description", "line_instructions"):
        if draw.random() < 0.4:
            cells[name] = (text(draw, TEXT, 40),) * 2
    return cells


def make_order(draw, n):
    """(order cells, lines), each cell as given and as recorded."""
    currency = draw.choice(list(EXPONENTS))
    exponent = EXPONENTS[currency]
    cells = {"external_ref": (f"R-{n}",) * 2, "channel": (draw.choice(["email", " portal"]),) * 2,
             "currency": (currency.lower(), currency)}
    cells["channel"] = cells["channel"][0], cells["channel"][0].strip()
    for name, kind in hostile.ORDER.items():
        if name in cells or draw.random() < 0.4:
            continue
        if kind in ("key", "line"):
            cells[name] = one_line(draw)
        elif kind == "text":
            cells[name] = (text(draw, TEXT, 200),) * 2
        elif kind == "country":
            cells[name] = draw.choice([("de", "DE"), ("GB", "GB"), (" fr", "FR")])
        elif kind == "date":
            cells[name] = ("2026-12-%02d" % draw.randint(1, 31),) * 2
        elif kind == "instant":
            cells[name] = draw.choice([
                ("2026-11-22T10:00:00Z",) * 2, ("2026-11-22 12:30+02:00", "2026-11-22T10:30:00Z")])
        elif kind == "language":
            cells[name] = draw.choice([("de",) * 2, ("en-GB",) * 2])
        elif kind == "last4":
            cells[name] = ("%04d" % draw.randint(0, 9999),) * 2
        elif name != "discount":        # which may not be more than the rest
            cells[name] = decimal(draw, 10 ** 6, exponent, exponent)
    return cells, [make_line(draw, k, exponent) for k in range(draw.choice([1, 1, 2, 5]))]


def as_csv(orders, which):
    """Rows of every order; which: 0 as given, 1 as recorded."""
    rows = []
    for cells, lines in orders:
        for k, line in enumerate(lines):
            values = {name: v[which] for name, v in
                      [*(cells.items() if k == 0 else ()), *line.items()]}
            rows.append(quoted(values.get(n, "").encode() for n in hostile.NAMES))
    return ",".join(hostile.NAMES).encode() + b"\n" + b"".join(rows)


def as_json(draw, orders, which):
    """Documents, spelled as JSON allows."""
    def value(name, v):
        number = name not in ("payment_last4",) and v and v[0] in "0123456789" and \
            v.replace(".", "", 1).isdigit() and v.isascii() and len(v) < 15 and \
            hostile.ORDER.get(name, hostile.LINE.get(name)) in (
                "amount", "price", "quantity", "number")
        return float(v) if number and "." in v and repr(float(v)) == v else \
            int(v) if number and v.isdigit() and str(int(v)) == v and draw.random() < 0.5 else v
    documents = []
    for cells, lines in orders:
        pairs = [(n, value(n, v[which])) for n, v in cells.items()]
        pairs.append(("lines", [{n: value(n, v[which]) for n, v in line.items()}
                                for line in lines]))
        if draw.random() < 0.3:
            pairs += [(n, None) for n in hostile.ORDER if n not in cells][:3]
        draw.shuffle(pairs)
        documents.append(json.dumps(
            dict(pairs), ensure_ascii=draw.random() < 0.5,
            indent=draw.choice([None, 1]), separators=draw.choice([(",", ":"), (" , ", " : ")])))
    return draw.choice(["\n", " ", ""]).join(documents).encode()


def recorded(doc):
    """A document's columns as an order would give them: (cells, lines)."""
    doc = dict(doc, total=doc["total_given"])
    cells = {n: (doc[n],) * 2 for n in hostile.ORDER if doc[n] != ""}
    lines = [{n: (str(line[n]),) * 2 for n in hostile.LINE if line[n] != ""}
             for line in doc["lines"]]
    return cells, lines


def check_documents(orders, documents):
    report.same(len(documents), len(orders), "orders in and out")
    for (cells, lines), doc in zip(orders, documents):
        found, found_lines = recorded(doc)
        for name in hostile.ORDER:
            if name in cells or name != "received_at":
                report.same(found.get(name, ("",))[0], cells.get(name, ("", ""))[1],
                            "recorded", name, cells.get(name))
        report.same(len(found_lines), len(lines), "lines")
        for k, (line, there) in enumerate(zip(lines, found_lines)):
            line.setdefault("line", ("", str(k + 1)))
            report.same({n: v[0] for n, v in there.items()},
                        {n: v[1] for n, v in line.items() if v[1] != ""}, "line")


def receive(data, orders, result, env=None):
    """All go in with that result."""
    out, err, _ = run("order-receive", "-o", "csv", stdin=data, env=env)
    rows = csv_rows(out)
    report.same(len(rows), len(orders), "records")
    wrong = [r for r in rows if r["result"] != result]
    report.expect(not wrong, f"not {result}:", wrong[:1], err)
    return [r["ref"] for r in rows]


def same_documents(one, other):
    """But for when and by whom."""
    keep = lambda d: {k: v for k, v in d.items() if k != "events" and
                      (k not in ("received_at", "ack_due_at") or v)}
    for a, b in zip(one, other, strict=True):
        report.same(keep(a), keep(b), "the same order in another store")


def check_streams():
    """The stream's columns through every format."""
    first = csv_rows(run("order-status", "--all", "-o", "csv")[0])
    as_objects = run("order-status", "-o", "json", stdin=run(
        "order-status", "--all", "-o", "csv")[0])[0]
    again = csv_rows(run("order-status", "-o", "csv", stdin=as_objects)[0])
    for a, b in zip(first, again, strict=True):
        a.pop("result"), b.pop("result")
        report.same(b, a, "through JSON and back")


def chunk(draw, n, at, json_first):
    orders = [make_order(draw, at + k) for k in range(n)]
    given = as_json(draw, orders, 0) if json_first else as_csv(orders, 0)
    refs = receive(given, orders, "ok")
    if not json_first:
        kept = b"".join(b for b, in query("SELECT bytes FROM originals ORDER BY order_id"))
        report.expect(kept == given.split(b"\n", 1)[1], "the bytes that were kept")
    documents = json_rows(run("order-status", "--all", "--full")[0])
    check_documents(orders, documents)
    out = [recorded(d) for d in documents]
    report.same(receive(as_json(draw, out, 0), out, "duplicate"), refs, "JSON again")
    report.same(receive(as_csv(out, 0), out, "duplicate"), refs, "CSV again")
    other = {"ORDER_DB": "other.db"}
    run("order-init", env=other)
    data = as_json(draw, out, 0) if draw.random() < 0.5 else as_csv(out, 0)
    report.same(receive(data, out, "ok", other), refs, "another store")
    same_documents(documents, json_rows(run("order-status", "--all", "--full", env=other)[0]))
    check_streams()
    report.count("orders", n)
    report.count("lines", sum(len(lines) for _, lines in orders))


def main():
    left = COUNT or 1000
    size = min(CHUNK, (left + 1) // 2)          # CSV and JSON in turn
    for k, at in enumerate(range(0, left, size)):
        chunk(random.Random(SEED * 1000003 + at), min(size, left - at), at,
              k % 2 == 1)
        for name in os.listdir("."):
            if ".db" in name:
                os.remove(name)
        run("order-init")
    report.end()


main()
