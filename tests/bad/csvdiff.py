#!/usr/bin/env python3
"""Our CSV reader and another one read the same.

usage: csvdiff.py random|suites|shapes
random: COUNT texts from a seed.  Half are made as RFC 4180 asks: both must
read what went in.  Half are soup: what we take, the other reads the same, and
what we refuse has a reason.  Where we decide otherwise than Python's csv
module does:
  - a quote inside a cell that does not begin with one is a fault, not text;
  - a row of more or fewer cells than the header is a fault;
  - a line without anything is no row; nor is one of blanks alone, but where
    there is one column only;
  - a cell that is no text (NUL, control characters, not UTF-8) has no value.
suites: the files of two conformance suites, through a tool.
shapes: the same orders in every way to write CSV; what is refused of them is
printed so that, mended, it goes in.
"""
import csv
import glob
import io
import json
import os
import random
import struct
import sys

import corpus
import model
from tools import COUNT, SEED, Report, json_rows, query, run

report = Report("csv " + sys.argv[1])
END, FAULT = 0xffffffff, 0xfffffffe
CELLS = ["", "a", "b c", " ", "  x ", "\t", "\u00e4", "1.50", "=1", "\ud83d\ude00"
         .encode("utf-16", "surrogatepass").decode("utf-16"), "x" * 300]
QUOTED = [",", '"', "\n", "\r\n", "\r", '""', ",\n", "a\rb", '","', "\n\n", " \n", '"\n"']


def well_formed(draw):
    """Rows, and a text that says so."""
    width = draw.randint(1, 4)
    end = draw.choice(["\n", "\r\n", "\r"])
    head = [f"h{i}" + draw.choice(["", "", " ", ",", '"']) for i in range(width)]
    rows = [[draw.choice(draw.choice([CELLS, QUOTED])) for _ in range(width)]
            for _ in range(draw.randint(0, 4))]
    def cell(value):
        must = any(c in value for c in ',"\r\n')
        return '"' + value.replace('"', '""') + '"' \
            if must or draw.random() < 0.3 else value
    lines = [",".join(map(cell, row)) for row in [head] + rows]
    rows = [row for row, line in zip(rows, lines[1:])
            if line != "" and (width == 1 or line.strip(" \t"))]
    text = end.join(lines)
    if draw.random() < 0.7 or lines[-1] == "":
        text += end
    if draw.random() < 0.1:
        text = "\ufeff" + text
    return text.encode(), [head] + rows


def soup(draw):
    body = "".join(draw.choice(['a', ",", '"', "\n", "\r", " ", "\t", "\u00e9", '"",', ',"', '"\n',
                                "\r\n", '""']) for _ in range(draw.randint(0, 24)))
    return (draw.choice(["h\n", "h,i\n", "h,i,j\r\n", '"h",i\r']) + body).encode()


def other_reader(data):
    """(rows without blank lines, why we may refuse it)."""
    rows, why = [], None
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    try:
        for row in reader:
            if not row:
                continue
            if rows and len(rows[0]) > 1 and len(row) == 1 and row[0] and \
                    not row[0].strip(" \t"):
                why = why or "perhaps blanks in quotes"
                continue
            if rows and len(row) != len(rows[0]):
                why = "ragged"
            if any('"' in cell for cell in row):
                why = why or "perhaps a stray quote"
            rows.append(row)
    except csv.Error as e:
        why = str(e)
    return rows, why


def our_reader(texts):
    """[(rows, well-formed)]"""
    cells = os.environ.get("CSV_CELLS", os.environ["B"] + "/tests/csv_cells")
    out, _, status = run(cells, stdin=b"".join(
        struct.pack("=I", len(t)) + t for t in texts), status=(0,))
    at, results, rows = 0, [], []
    while at < len(out):
        n, = struct.unpack_from("=I", out, at)
        at += 4
        if n in (END, FAULT):
            results.append((rows, n == END))
            rows = []
            continue
        row = []
        for _ in range(n):
            size, = struct.unpack_from("=I", out, at)
            row.append(out[at + 4:at + 4 + size].decode())
            at += 4 + size
        rows.append(row)
    return results


def compare(kind, data, wanted, rows, good):
    if kind == "made":
        report.expect(good and rows == wanted, "a text was read otherwise",
                      data, rows, wanted)
        found, why = other_reader(data.removeprefix(b"\xef\xbb\xbf"))
        report.same(found, wanted, "the other reader", data)
    else:
        found, why = other_reader(data)
        if good:
            report.expect(rows == found, "taken, and read otherwise", data,
                          rows, found)
        else:
            report.expect(why is not None, "refused without reason", data)
            report.expect(rows == found[:len(rows)], "rows before a fault",
                          data, rows, found)
    report.count(kind + (" taken" if good else " refused"))


def compare_random():
    left, seed = COUNT or 5000, SEED
    while left > 0:
        draw, n = random.Random(seed), min(left, 20000)
        cases = []
        for i in range(n):
            if i % 2:
                cases.append(("made", *well_formed(draw)))
            else:
                cases.append(("soup", soup(draw), None))
        for case, (rows, good) in zip(cases, our_reader(
                [c[1] for c in cases]), strict=True):
            compare(*case, rows, good)
        left -= n
        seed += 1


def compare_cells():
    """Cells that are no text are none; the others keep theirs."""
    strings = [s for s in corpus.strings() if len(s) < 60000]
    texts = [b'h,i\n"' + s.replace(b'"', b'""') + b'",x\n' for s in strings]
    for s, (rows, good) in zip(strings, our_reader(texts), strict=True):
        value = "" if model.unfit(s) else s.decode()
        report.same((rows[1:], good), ([[value, "x"]], True), "cell", s)
        report.count("cells")


# What the tools decide about files the suites call good, or bad.
DECIDED = {
    "all-empty.csv": "nothing in it: no record",
    "empty-one-column.csv": "a blank line is no row",
    "bad-header-wrong-header.csv": "any header will do",
    "bad-header-no-header.csv": "nothing in it: no record",
}


def read(name):
    with open(name, "rb") as f:
        return f.read()


def tool_reads(name, as_rows):
    """The records a tool makes of a file, without the columns it adds."""
    out, err, status = run("order-verify", "-o", "json", "-i", "csv",
                           "--allow-unterminated", stdin=read(name),
                           status=(0, 1, 65))
    rows = []
    for row in json_rows(out):
        names = list(row)[:list(row).index("ref")]
        rows.append([row[n] for n in names] if as_rows else
                    {n: row[n] for n in names})
    return rows, status


def compare_suites():
    for name in glob.glob(corpus.suite("suite-csv-spectrum", "csvs") + "/*"):
        rows, status = tool_reads(name, False)
        with open(name.replace("csvs", "json")[:-4] + ".json",
                  encoding="utf-8") as f:
            wanted = json.load(f)
        if b"\r" not in read(name):     # as some have checked it out
            wanted = json.loads(json.dumps(wanted).replace("\\r\\n", "\\n"))
        report.same(rows, wanted, os.path.basename(name))
        report.count("of csv-spectrum")
    for name in glob.glob(corpus.suite("suite-sineemore", "csv") + "/*"):
        base = os.path.basename(name)
        rows, status = tool_reads(name, True)
        report.count("of the other suite")
        if base in DECIDED:
            report.expect(status == 0 and rows == [], base, DECIDED[base])
        elif base.startswith("bad-"):
            report.same(status, 65, base)
        else:
            with open(name.replace("/csv/", "/json/")[:-4] + ".json",
                      encoding="utf-8") as f:
                wanted = json.load(f)
            wanted = wanted if base.startswith("header-") else wanted[1:]
            report.same([list(r.values()) if isinstance(r, dict) else r
                         for r in rows], [list(w.values()) if isinstance(w, dict)
                                          else w for w in wanted], base)


ORDERS = [("G-1", ["1", "2"]), ("B-1", ["bad", "2"]), ("B-2", ["1", "bad"]),
          ("G-2", ["3"]), ("B-3", ["bad"])]


def shaped(end, quote, last, bom):
    """The orders with three columns of text that need their quotes."""
    rows = [["external_ref", "channel", "sku", "quantity", "instructions"]]
    for key, quantities in ORDERS:
        for k, quantity in enumerate(quantities):
            rows.append([key, "email", "X", quantity, 'a "b",\rc\nd\r\ne']
                        if k == 0 else ["", "", "Y", quantity, ""])
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quote, lineterminator=end).writerows(rows)
    text = out.getvalue() if last else out.getvalue().removesuffix(end)
    return (bom + text).encode()


def compare_shapes():
    for end in ("\n", "\r\n", "\r"):
        for quote in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            for last, bom in ((True, ""), (False, "\ufeff")):
                check_shape(shaped(end, quote, last, bom))


def check_shape(data):
    name = f"{report.counts.get('shapes', 0)}.db"
    env = {"ORDER_DB": name}
    run("order-init", env=env)
    run("order-receive", "-q", "--allow-unterminated", stdin=data, env=env)
    with open("shape.csv", "wb") as f:
        f.write(data)
    run("order-receive", "-q", "--rejects", name + ".csv", "shape.csv",
        env=env)
    kept, _, _ = run("order-status", "--rejects", "-o", "csv", env=env)
    for rejects in (kept, read(name + ".csv")):
        run("order-receive", "-q", stdin=rejects.replace(b"bad", b"1"),
            env=env)
    found = query("SELECT o.external_ref, o.instructions, (SELECT count(*)"
                  " FROM lines AS l WHERE l.order_id = o.id) FROM orders AS o"
                  " ORDER BY 1", db=name)
    report.same(found, sorted((key.encode(), b'a "b",\rc\nd\r\ne', len(q))
                              for key, q in ORDERS), "orders of", data)
    report.count("shapes")


if sys.argv[1] == "shapes":
    compare_shapes()
elif sys.argv[1] == "random":
    compare_random()
    compare_cells()
else:
    compare_suites()
report.end()
