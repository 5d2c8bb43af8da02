#!/usr/bin/env python3
"""The table of order-status --states (CSV on stdin) as order-lifecycle(7) has
it: paste it there when it has changed."""
import csv
import sys

for row in csv.DictReader(sys.stdin):
    came = "nothing" if row["from"] == "-" else row["from"]
    print(".It Cm %s : %s \\(-> %s" % (row["event"], came, row["to"]))
    guards = row["guards"]
    print(guards[0].upper() + guards[1:] + ".")
