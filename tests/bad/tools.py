"""Running the tools and looking at what they left: what the tests share.

Each test program makes one Report, and calls expect() for every promise it
looks at; end() prints the counts, or what was broken, and exits.
"""
import csv
import glob
import io
import json
import os
import sqlite3
import subprocess
import sys

csv.field_size_limit(1 << 30)

NOW = 1795424400            # 2026-11-23T09:00:00Z, as $ORDER_NOW says
FULL = os.environ.get("FULL", "") not in ("", "0")
COUNT = int(os.environ.get("COUNT", "0") or 0)
SEED = int(os.environ.get("SEED", "1") or 1)


def some(draw, things, n):
    """n of them, or all when everything is asked for."""
    return things if FULL else draw.sample(things, min(n, len(things)))


class Report:
    """Counts of what was looked at, and the breaches."""

    def __init__(self, name):
        self.name = name
        self.counts = {}
        self.breaches = []

    def count(self, what, n=1):
        self.counts[what] = self.counts.get(what, 0) + n

    def expect(self, good, breach, *details):
        """details are shown behind the breach, so that they can be huge."""
        if not good:
            self.breaches.append(" ".join(
                [breach] + [ascii(d)[:300] for d in details]))
        return good

    def same(self, found, wanted, breach, *details):
        return self.expect(found == wanted, breach, *details, found, wanted)

    def end(self):
        if self.breaches:
            for breach in self.breaches[:20]:
                print(f"{self.name}: {breach}")
            sys.exit(f"{self.name}: {len(self.breaches)} breaches")
        print(f"{self.name}: " + ", ".join(
            f"{n} {what}" for what, n in self.counts.items()) +
            f"; seed {SEED}")
        sys.exit(0)


def run(*argv, stdin=b"", status=(0, 1), env=None):
    """A tool's (stdout, stderr, status); another status ends the test."""
    done = subprocess.run(argv, input=stdin, capture_output=True,
                          env=dict(os.environ, **env) if env else None)
    if status is not None and done.returncode not in status:
        sys.exit(f"{ascii(argv)[:200]}: exit status {done.returncode}: "
                 f"{ascii(done.stderr[-300:])}")
    return done.stdout, done.stderr, done.returncode


def quoted(cells):
    """A CSV row of bytes with every cell quoted."""
    return b",".join(b'"' + c.replace(b'"', b'""') + b'"' for c in cells) + \
        b"\n"


def csv_rows(data, encoding="utf-8"):
    """CSV as a list of dicts, by a reader that is not ours."""
    text = io.StringIO(data.decode(encoding), newline="")
    rows = list(csv.reader(text, strict=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def json_rows(data):
    """JSON objects, one a line."""
    return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]


def query(sql, *values, db=None):
    """Rows of the store, read by a program that is not ours."""
    con = sqlite3.connect(f"file:{db or os.environ['ORDER_DB']}?mode=ro",
                          uri=True)
    con.text_factory = bytes
    try:
        return con.execute(sql, values).fetchall()
    finally:
        con.close()


def schema():
    return query("SELECT type, name, tbl_name, sql FROM sqlite_schema"
                 " ORDER BY 1, 2")


def table(name):
    return query(f"SELECT * FROM {name} ORDER BY 1, 2")


MASTERS = ["customers", "items", "prices", "aliases", "stock", "supply",
           "substitutes", "channels", "holidays", "transit", "blocklist",
           "policy"]


class Unchanged:
    """The schema, and tables that a run has no business with."""

    def __init__(self, tables=tuple(MASTERS)):
        self.tables = tables
        self.before = self.look()

    def look(self):
        return {"the schema": schema(), **{t: table(t) for t in self.tables}}

    def check(self, report):
        now = self.look()
        for what, rows in self.before.items():
            report.expect(now[what] == rows, f"{what} has changed")
        for tool in (["order-audit", "--check"],
                     ["order-audit", "--verify", "-q"]):
            out, err, status = run(*tool, status=None)
            report.expect(status == 0, " ".join(tool), out + err)


def store_files(*more):
    """Every file of the store's directory and those named, with its bytes."""
    folder = os.path.dirname(os.environ["ORDER_DB"])
    names = [n for n in glob.glob(folder + "/**", recursive=True)
             if os.path.isfile(n)] + list(more)
    for name in names:
        with open(name, "rb") as f:
            yield name, f.read()
