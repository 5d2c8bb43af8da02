"""What order-csv(5) says becomes of a value: an independent reading.

verdict() tells the reason a value is refused for in a column of some kind,
or what is recorded of it.  It shares nothing with the tools but the manual.
"""
import calendar
import datetime
import os
import re
import subprocess
import unicodedata

import corpus

UNKNOWN = object()          # neither verdict would be wrong

CHANNELS = {"email", "phone", "portal", "edi", "fax", "mail"}
NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
                     r"([Zz]|[+-]\d\d:\d\d)", re.ASCII)
CARD = re.compile(r"\d(?:[ \t\u00a0\u2009\u202f\u2010-\u2015-]{0,3}\d)*", re.ASCII)

# Where Unicode has its control and format characters.
BLOCKS = [range(0x3000), range(0xf000, 0x20000), range(0xe0000, 0xe0200)]
# What can do something to a terminal; joiners are needed by scripts.
HARM = frozenset(
    chr(c) for block in BLOCKS for c in block
    if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zl", "Zp")) - \
    frozenset("\n\t\u200c\u200d")

# Columns whose grammar leaves no room for a card number, or that are keys.
EXEMPT = {"external_ref", "channel", "received_at", "customer", "currency",
          "discount", "shipping", "tax", "total", "requested_on", "line", "sku",
          "quantity", "unit_price"}


def columns(which):
    """The columns of an order or a line: {name: kind}."""
    out = subprocess.run([os.environ["B"] + "/tests/tables", which], text=True,
                         stdout=subprocess.PIPE, check=True).stdout
    return {name: kind.strip("()") for name, kind in
            (line.split() for line in out.splitlines())}


def countries():
    with open("/usr/share/zoneinfo/iso3166.tab", encoding="utf-8") as f:
        return {line[:2] for line in f if line[0] != "#"} | {"XK"}


COUNTRIES = countries()


def is_utf8(value):
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def unfit(value):
    """Why these bytes are no text, or None."""
    if len(value) > 65536:
        return "too-large"
    if b"\0" in value:
        return "nul"
    if not is_utf8(value):
        return "not-utf8"
    text = value.decode("utf-8")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text):
        return "control-character"
    return None


def harm(text):
    """The first character that can control a terminal, and what is before."""
    if HARM.isdisjoint(text):
        return None
    at = next(i for i, c in enumerate(text) if c in HARM)
    return text[at], text[max(at - 60, 0):at]


def trim(text):
    return text.strip(" \t\r\n\u00a0")


def is_bidi(c):
    return c in "\u061c\u200e\u200f" or "\u202a" <= c <= "\u202e" or \
        "\u2066" <= c <= "\u2069"


def is_line(text):
    return not any(unicodedata.category(c) in ("Cc", "Zl", "Zp") or is_bidi(c)
                   for c in text)


def is_key(text):
    blank = [c == " " or unicodedata.category(c) == "Zs"
             for c in (text[:1], text[-1:]) if c]
    return bool(text) and len(text.encode()) <= 128 and not any(blank) and \
        not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cf")
                for c in text)


def has_card(text):
    """A whole run of digits that is a card number: what tests feed."""
    for run in CARD.findall(text):
        digits = re.sub(r"\D", "", run, flags=re.ASCII)
        if 14 <= len(digits) <= 19 and corpus.luhn(digits) and \
                (digits[0] in "3456" or 2221 <= int(digits[:4]) <= 2720):
            return True
    return False


def number(text, scale, most):
    """The reason, or the number in units of 10^-scale."""
    if not NUMBER.fullmatch(text):
        return "not-a-number", None
    whole, _, part = text.partition(".")
    value = int(whole) * 10 ** scale + int((part + "0" * scale)[:scale] or 0)
    if len(whole) > 13 or value > most:
        return "number-too-large", None
    if part[scale:].strip("0"):
        return "too-many-decimals", None
    return None, value


def decimal(value, scale, least=0):
    """A number in units of 10^-scale with no more decimals than it needs."""
    text = str(value).rjust(scale + 1, "0")
    whole, part = (text[:-scale], text[-scale:]) if scale else (text, "")
    part = part[:least] + part[least:].rstrip("0")
    return whole + "." + part if part else whole


def date(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        day = datetime.date(*map(int, text.split("-")))
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def instant(text):
    """Seconds since 1970, or None."""
    found = INSTANT.fullmatch(text)
    if not found or not date(text[:10]):
        return None
    hour, minute, second = (int(g or 0) for g in found.group(4, 5, 6))
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone, offset = found.group(7), 0
    if zone not in "zZ":
        if int(zone[1:3]) > 23 or int(zone[4:]) > 59:
            return None
        offset = (int(zone[1:3]) * 60 + int(zone[4:])) * 60
        offset = -offset if zone[0] == "-" else offset
    day = date(text[:10])
    return calendar.timegm((day.year, day.month, day.day, hour, minute,
                            second)) - offset


def instant_text(at):
    return (datetime.datetime(1970, 1, 1) +
            datetime.timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")


def numeric(name, kind, text, total):
    """Numbers; total is what the order's line comes to, in hundredths."""
    scale = {"amount": 4, "price": 6, "quantity": 3, "number": 0}[kind]
    if text == "":
        return ("missing", "") if name == "quantity" else (None, "")
    reason, value = number(text, scale, 10 ** 15)
    if kind == "number":
        good = reason is None and 1 <= value <= 1000000
        return (None, str(value)) if good else ("line-number", text)
    if reason:
        return reason, text
    if kind == "quantity":
        return (None, decimal(value, 3)) if value else ("not-positive", text)
    if kind == "price":
        return None, decimal(value, 6, 2)
    if value % 100:
        return "too-many-decimals", text
    if name == "discount" and value // 100 > total:
        return "number-too-large", text
    return None, decimal(value // 100, 2, 2)


def verdict(name, kind, value, now, total=100):
    """(reason, None) or (None, what is recorded); bytes in, text out."""
    reason = unfit(value)
    if reason:
        return reason, None
    text = value.decode("utf-8")
    if text == "" and kind not in ("quantity",) and name != "sku":
        return None, ""
    if name not in EXEMPT and has_card(text):
        return "card-number", None
    if kind in ("amount", "price", "quantity", "number"):
        return numeric(name, kind, text, total)
    if kind == "text":
        return None, text
    text = trim(text)
    if text == "":
        return ("missing", None) if name == "sku" else (None, "")
    if kind == "key":
        if not is_key(text):
            return "not-a-key", None
        if name == "channel" and text not in CHANNELS:
            return "channel-not-approved", None
        return None, text
    if kind == "line":
        return (None, text) if is_line(text) else ("not-one-line", None)
    if kind == "date":
        return (None, text) if date(text) else ("not-a-date", None)
    if kind == "instant":
        at = instant(text)
        if at is None:
            return "not-an-instant", None
        return ("in-the-future", None) if at > now + 300 else \
            (None, instant_text(at))
    return coded(kind, text)


def coded(kind, text):
    if kind == "country":
        return (None, text.upper()) if text.upper() in COUNTRIES and \
            text.isascii() else ("not-a-country", None)
    if kind == "currency":
        if text.upper() in ("EUR", "GBP", "USD"):
            return None, text.upper()
        return (UNKNOWN, None) if re.fullmatch("[A-Za-z]{3}", text) else \
            ("not-a-currency", None)
    if kind == "language":
        return (None, text) if re.fullmatch("[A-Za-z0-9-]{1,35}", text) else \
            ("not-a-language", None)
    if kind == "last4":
        return (None, text) if re.fullmatch("[0-9]{4}", text) else \
            ("not-last4", None)
    raise ValueError(kind)


def folded(text):
    """Two that look alike have the same key; which ones exactly is nothing
    this test is about."""
    for _ in range(2):
        text = "".join(c for c in unicodedata.normalize("NFKD", text)
                       if unicodedata.category(c) not in
                       ("Mn", "Mc", "Me", "Cf") and
                       c not in "\u3164\u115f\u1160").casefold()
    return " ".join(re.split("[ \t-\r]+", text)).strip(" ")


def is_email(text):
    local, at, domain = text.partition("@")
    def dotted(s, others, most):
        return all(part and len(part) <= most and
                   all(c.isascii() and c.isalnum() or c in others
                       for c in part) for part in s.split("."))
    labels = domain.split(".")
    return bool(at) and len(local) <= 64 and len(text) <= 254 and \
        text[0] != "-" and dotted(local, "!#$%&'*+-/=?^_`{|}~", 64) and \
        (domain.lower() == "localhost" or len(labels) > 1 and
         dotted(domain, "-", 63) and not labels[-1].isdigit() and
         not any(lab[0] == "-" or lab[-1] == "-" for lab in labels))
