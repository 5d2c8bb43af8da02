"""The strings that the tests of bad input feed to the tools.

Our own stand in own.json.  Where $ORDER_REAL_DATA has the suites others have
made (naughty strings, injections, addresses), theirs are read there too.
All strings are bytes without duplicates, in one order.
"""
import json
import os
import xml.etree.ElementTree as xml

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("ORDER_REAL_DATA", "")

# Every so many of our own strings will do to see that a test can fail.
FEW = int(os.environ.get("FEW", "0") or 0)

# Separators that people put between the groups of a card number.
GAPS = ["", " ", "-", "  ", " - ", "\u00a0", "\u2009", "\u202f", "\u2010",
        "\u2013", "\t"]


def own():
    """Lists by name: naughty, controls, injections, bytes, emails."""
    with open(os.path.join(HERE, "own.json"), encoding="utf-8") as f:
        lists = json.load(f)
    return {name: [bytes.fromhex(s) if name == "bytes" else s.encode()
                   for s in strings] for name, strings in lists.items()}


def suite(*path):
    """A file of the suites, or "" when there is none."""
    name = os.path.join(DATA, *path)
    return name if DATA and os.path.exists(name) else ""


def naughty_suite():
    name = suite("strings-blns", "blns.json")
    if not name:
        return []
    with open(name, encoding="utf-8") as f:
        return [s.encode() for s in json.load(f)]


def injection_suite():
    found = []
    for name in ("crlf-fuzzdb.txt", "crlf-patt.txt",
                 "csv-injection-payloadbox.txt"):
        name = suite("injection", name)
        if name:
            with open(name, "rb") as f:
                found += [s.rstrip(b"\r") for s in f.read().split(b"\n")]
    # as they stand, and as a program that decodes them would see them
    return found + [s.replace(b"%0d", b"\r").replace(b"%0D", b"\r")
                    .replace(b"%0a", b"\n").replace(b"%0A", b"\n")
                    for s in found]


def email_suite():
    """Addresses; U+2400 and following stand for control characters."""
    found = []
    for name in ("isemail-tests.xml", "isemail-tests-original.xml"):
        name = suite("email-tests", name)
        if not name:
            continue
        for node in xml.parse(name).iter("address"):
            text = "".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) < 0x2421
                           else c for c in node.text or "")
            found.append(text.encode())
    return found


def unique(strings):
    return list(dict.fromkeys(strings))


def mine():
    return unique(s for strings in own().values() for s in strings)


def strings():
    """Everything that is no card number; ours stand first."""
    if FEW:
        return mine()[::FEW]
    return unique(mine() + naughty_suite() + injection_suite() + email_suite())


def emails():
    if FEW:
        return own()["emails"][::FEW]
    return unique(own()["emails"] + email_suite())


def luhn(digits):
    """Is the check digit right?"""
    total = 0
    for i, d in enumerate(reversed(digits)):
        d = int(d)
        if i % 2:
            d = d * 2 - 9 * (d > 4)
        total += d
    return total % 10 == 0


def checked(digits):
    """With its check digit behind it."""
    return next(digits + d for d in "0123456789" if luhn(digits + d))


def own_cards():
    """Numbers as brands issue them, which nobody owns."""
    heads = ["400000", "424200", "510510", "545454", "222300", "272000",
             "340000", "371449", "300000", "360700", "385200", "601100",
             "650000", "622200", "352800", "358900", "500000", "561000",
             "589300", "630400", "675900"]
    lengths = {"34": [15], "37": [15], "30": [14], "36": [14],
               "38": [14], "40": [16, 19], "62": [16, 17, 18, 19],
               "50": [16, 19], "56": [17], "58": [18], "63": [16, 19]}
    return [checked(head + "0123456789012"[:n - 7])
            for head in heads for n in lengths.get(head[:2], [16])]


def card_suite():
    """The Luhn-valid ones of 14 digits and more."""
    name = suite("card-numbers", "derived-pan-list.tsv")
    if not name:
        return []
    with open(name, encoding="ascii") as f:
        rows = [line.split("\t") for line in f.read().splitlines()[1:]]
    return [r[0] for r in rows if len(r[0]) >= 14 and luhn(r[0])]


def cards():
    return unique(own_cards() + card_suite())[::FEW or 1]


def grouped(digits, gap):
    """As printed on a card: 4-6-n for 14 and 15 digits, else fours."""
    cuts = [4, 6, 9] if len(digits) < 16 else [4, 4, 4, 4, 3]
    groups, at = [], 0
    for n in cuts:
        if digits[at:at + n]:
            groups.append(digits[at:at + n])
        at += n
    return gap.join(groups)
