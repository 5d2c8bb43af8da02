#!/usr/bin/env python3
"""JSONTestSuite: what must parse does, what must not is 65, the rest is
decided here.

usage: jsonsuite.py
A text that is JSON but no order is refused (1), or holds none (0); one that is
no JSON ends the run (65).
"""
import glob
import os
import sys

import corpus
from tools import FULL, Report, csv_rows, query, run

report = Report("json suite")
NO_JSON = None

# What RFC 8259 leaves open.  JSON, and the reason an order is refused for with
# that value in a text column ("" where it is taken); or no JSON at all.
DECIDED = {
    # A number is kept as it was written: it has no size, only digits.
    "number_double_huge_neg_exp": "", "number_huge_exp": "",
    "number_neg_int_huge_exp": "", "number_pos_double_huge_exp": "",
    "number_real_neg_overflow": "", "number_real_pos_overflow": "",
    "number_real_underflow": "",
    "number_too_big_neg_int": "inexact-number",
    "number_too_big_pos_int": "inexact-number",
    "number_very_big_negative_int": "inexact-number",
    # Half a surrogate pair is JSON, but no text.
    "object_key_lone_2nd_surrogate": "lone-surrogate",
    "string_1st_surrogate_but_2nd_missing": "lone-surrogate",
    "string_1st_valid_surrogate_2nd_invalid": "lone-surrogate",
    "string_incomplete_surrogate_and_escape_valid": "lone-surrogate",
    "string_incomplete_surrogate_pair": "lone-surrogate",
    "string_incomplete_surrogates_escape_valid": "lone-surrogate",
    "string_invalid_lonely_surrogate": "lone-surrogate",
    "string_invalid_surrogate": "lone-surrogate",
    "string_inverted_surrogates_U+1D11E": "lone-surrogate",
    "string_lone_second_surrogate": "lone-surrogate",
    # Its mark tells UTF-16.
    "string_UTF-16LE_with_BOM": "not an element",
    # Else JSON is UTF-8, and nothing like it.
    "string_UTF-8_invalid_sequence": NO_JSON,
    "string_UTF8_surrogate_U+D800": NO_JSON, "string_invalid_utf-8": NO_JSON,
    "string_iso_latin_1": NO_JSON, "string_lone_utf8_continuation_byte": NO_JSON,
    "string_not_in_unicode_range": NO_JSON, "string_truncated-utf-8": NO_JSON,
    "string_overlong_sequence_2_bytes": NO_JSON,
    "string_overlong_sequence_6_bytes": NO_JSON,
    "string_overlong_sequence_6_bytes_null": NO_JSON,
    "string_utf16BE_no_BOM": NO_JSON, "string_utf16LE_no_BOM": NO_JSON,
    # Nothing of ours is nested so deep; a byte order mark harms nobody.
    "structure_500_nested_arrays": NO_JSON,
    "structure_UTF-8_BOM_empty_object": "not an element",
}


def status_of(data):
    """Of order-receive; every tool that reads JSON has the same gate."""
    status = run("order-receive", "-q", "-i", "json", stdin=data,
                 status=None)[2]
    if FULL and data.strip(b" \t\r\n\xef\xbb\xbf"):   # nothing is no fault there
        other = run("order-verify", "-n", "-q", "-i", "json", stdin=data,
                    status=None)[2]
        report.same(other == 65, status == 65, "order-verify says otherwise")
    return status


def reason_of(data):
    """Why an order is refused that has the array's value as a text."""
    value = data.strip()[1:-1].strip()
    if data.strip()[:1] == b"{":
        value = data.strip()
    out, _, _ = run("order-receive", "-o", "csv", "-i", "json", stdin=(
        b'{"channel":"email","sku":"X","quantity":1,"instructions":' + value +
        b"}"))
    rows = csv_rows(out)
    report.same(len(rows), 1, "one order")
    return rows[0]["reason"]


def main():
    names = sorted(glob.glob(corpus.suite("suite-JSONTestSuite",
                                          "test_parsing") + "/*.json"))[::corpus.FEW or 1]
    taken = list(DECIDED.values()).count("")
    for name in names:
        base = os.path.basename(name)[:-5]
        with open(name, "rb") as f:
            data = f.read()
        status = status_of(data)
        if base.startswith("n_"):
            report.same(status, 65, base)
        elif base.startswith("y_"):
            report.expect(status in (0, 1), base, status)
        else:
            decided = DECIDED.pop(base[2:], "not decided")
            report.same(status, 65 if decided is NO_JSON else 1, base)
            if decided is not NO_JSON and decided != "not an element":
                report.same(reason_of(data), decided, base)
        report.count(base[0] + "_")
    if not corpus.FEW:
        report.same(DECIDED, {}, "decided, but not there")
        report.same(query("SELECT count(*) FROM orders")[0][0], taken,
                    "orders out of nothing")
    report.end()


if not corpus.suite("suite-JSONTestSuite"):
    sys.exit("no JSONTestSuite here")
main()
