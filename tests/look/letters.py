"""letters.py - documents of every kind, as the tools would queue them.

letters() gives (name, kind, document): an ordinary order of a shop, the same
of 300 lines, and one whose names are long, run from right to left or look like
markup.
"""
import copy

COMPANY = {"company_name": "Acme Supplies Ltd", "has_company": True,
           "support_email": "help@acme.example", "has_support": True,
           "support_phone": "+44 113 496 0000",
           "support_hours": "Mon-Fri 9-17"}
ORDER = {**COMPANY, "ref": "SO-00001042-5", "external_ref": "PO-2026/1187",
         "revision": 1, "received_on": "2026-11-23",
         "customer_name": "Corner Cafe", "customer": "C-1",
         "ship_to": ["Corner Cafe", "1 Mill Lane", "LS1 4AP Leeds", "GB"],
         "instructions": "Please ring twice.\nThe yard is closed on Friday.",
         "requested_on": "2026-12-01", "currency": "GBP"}
SUMS = {"subtotal": "12470.40", "discount": "120.00", "shipping": "4.90",
        "tax": "2471.06", "total": "14826.36"}
DATES = {"processing_on": "2026-11-24", "delivery_on": "2026-12-09",
         "has_promise": True}
KETTLE = {"line": 1, "sku": "KETTLE", "description": "Kettle 1.7 l",
          "quantity": "8", "unit": "EA", "unit_price": "19.90",
          "amount": "159.20"}
MUG = {"line": 2, "sku": "MUG-300", "description": "Stoneware mug, 300 ml",
       "quantity": "2400", "unit": "EA", "unit_price": "5.125",
       "amount": "12300.00", "confirmed": "2400", "as_ordered": True,
       "promised_on": "2026-11-27"}
TRAY = {"line": 3, "sku": "TRAY", "description": "Serving tray, oak",
        "quantity": "2.5", "unit": "MTR", "unit_price": "4.48",
        "amount": "11.20", "price_changed": True, "was_price": "4.05",
        "confirmed": "2.5", "promised_on": "2026-11-27"}
SPOON = {"line": 4, "sku": "SPOON-S", "description": "Tea spoon",
         "quantity": "12", "unit": "EA", "rejected_quantity": "12",
         "has_rejected": True, "not_available": True}
OFFERS = [{"sku": "KETTLE-2", "description": "Kettle 2 l", "available": "40",
           "unit_price": "21.90"},
          {"sku": "KETTLE-P", "description": "Kettle, plastic",
           "available": "5"}]
SHORT = {**KETTLE, "short": True, "available": "5", "backordered": "3",
         "backorder_on": "2026-12-04", "alternatives": OFFERS}
WAITS = {**KETTLE, "confirmed": "5", "backordered": "3",
         "backorder_on": "2026-12-04", "promised_on": "2026-12-09",
         "alternatives": OFFERS}
REPLACED = {**KETTLE, "confirmed": "5", "promised_on": "2026-11-27",
            "substituted": "3", "substitute_sku": "KETTLE-2", "cancelled": "1",
            "quantity_changed": True, "quantity": "5", "was_quantity": "9"}
REPLACES = {"line": 5, "sku": "KETTLE-2", "description": "Kettle 2 l",
            "quantity": "3", "unit": "EA", "unit_price": "19.90",
            "amount": "59.70", "confirmed": "3", "instead_of": 1,
            "promised_on": "2026-11-27"}
QUESTIONS = [
    {"number": 1, "line": 3, "has_line": True, "field": "unit_price",
     "given": "4.05", "rule_price_list": True},
    {"number": 2, "line": 0, "field": "ship_postcode", "given": "LS14AP",
     "rule_postcode_valid": True},
    {"number": 3, "line": 0, "field": "customer", "rule_customer_known": True}]
ASKED = {"reminder": True, "asked_on": "2026-11-24", "cancel_on": "2026-12-08"}
PARCELS = [
    {"carrier": "DHL", "tracking": "00340434161094042557",
     "lines": [{"line": 1, "sku": "KETTLE", "description": "Kettle 1.7 l",
                "quantity": "5", "unit": "EA"}]},
    {"carrier": "DHL", "tracking": "00340434161094042564",
     "lines": [{"line": 2, "sku": "MUG-300", "quantity": "2400",
                "unit": "EA"}]}]
QUESTION = ("Hello,\n\ncould you send two of the kettles to our other house?\n"
            "It is at 4 Mill Lane.\n\nThanks, Jo")
ANSWER = ("yes, we can: two kettles go to 4 Mill Lane.\n\nThe rest comes to you"
          " as agreed.")


def kinds():
    """The ordinary order: what each kind says of it."""
    decision = {**ORDER, **SUMS, **DATES, "code": "CA", "bak02": "AC",
                "conditional": True, "lines": [WAITS, MUG, TRAY, SPOON]}
    return {
        "receipt": {**ORDER, **SUMS, "code": "AB",
                    "lines": [KETTLE, MUG, TRAY]},
        "acknowledgment": decision,
        "clarify": {**ORDER, **ASKED, "questions": QUESTIONS, "nquestions": 3,
                    "lines": [KETTLE, MUG, TRAY]},
        "shortage": {**ORDER, **ASKED, "offer_gone": True,
                     "gone_sku": "KETTLE-3", "lines": [SHORT, {
                         **SHORT, "line": 3, "sku": "TRAY", "available": "0",
                         "backorder_on": "", "alternatives": []}]},
        "changed": {**ORDER, **SUMS, **DATES, "changes": [
            {"line": 1, "sku": "KETTLE", "quantity": "5", "was_quantity": "9"},
            {"line": 5, "sku": "KETTLE-2", "quantity": "3", "added": True},
            {"line": 4, "was_sku": "SPOON-S", "was_quantity": "12",
             "removed": True}], "lines": [REPLACED, MUG, REPLACES]},
        "delay": {**ORDER, **DATES, "old_delivery_on": "2026-11-27",
                  "has_old_delivery": True, "open_dates": True,
                  "lines": [WAITS, MUG, {**WAITS, "line": 3,
                                         "backorder_on": ""}]},
        "shipped": {**ORDER, "shipped_on": "2026-11-25", "carrier": "DHL",
                    "lines": [KETTLE, MUG], "parcels": PARCELS,
                    "remaining": [{**KETTLE, "quantity": "3",
                                   "promised_on": "2026-12-09"}, {
                        "line": 3, "sku": "TRAY", "quantity": "2.5",
                        "unit": "MTR"}]},
        "cancelled": {**ORDER, "unanswered": True, "asked_on": "2026-11-24",
                      "reason": "no answer in 14 days",
                      "lines": [KETTLE, MUG, TRAY]},
        "rejected": {**ORDER, "rejected": True, "code": "RE", "bak02": "RD",
                     "reason": "the account is closed", "lines": [SPOON, {
                         **SPOON, "line": 2, "sku": "MUGG",
                         "description": "", "not_available": False,
                         "unknown_item": True}]},
        "reply": {**ORDER, "question": QUESTION, "answer": ANSWER,
                  "asked_on": "2026-11-24"}}


def others():
    """What the ordinary ones do not say."""
    one = {**ORDER, **SUMS, **DATES}
    yield "accepted", "acknowledgment", {**one, "accepted": True, "code": "AP",
                                         "lines": [MUG]}
    yield "no-backorder", "shortage", {**ORDER, "no_backorder": True,
                                       "lines": [SHORT]}
    yield "no-date", "delay", {**ORDER, "lines": [WAITS], "open_dates": True,
                               "old_delivery_on": "2026-11-27",
                               "has_old_delivery": True}
    yield "complete", "shipped", {**ORDER, "shipped_on": "2026-11-25",
                                  "all_shipped": True, "carrier": "UPS",
                                  "tracking": "1Z999AA10123456784",
                                  "delivery_on": "2026-11-27",
                                  "lines": [KETTLE, MUG]}
    yield "as-asked", "cancelled", {**ORDER, "as_asked": True,
                                    "lines": [KETTLE]}
    yield "the-rest", "cancelled", {**ORDER, "rest": True, "reason":
                                    "the maker went out of business",
                                    "lines": [KETTLE]}
    yield "too-late", "reply", {**ORDER, "too_late": True, "reason":
                                "it is on its way", "lines": [KETTLE, MUG]}


def long_order(document):
    """The same with 300 lines, of which every fortieth is the first's."""
    some = document["lines"]
    plain = next(x for x in some if x.get("as_ordered"))
    lines = [{**(some[0] if n % 40 == 7 else plain), "line": n}
             for n in range(1, 301)]
    return {**document, "lines": lines, "changes": []}


RTL = "\u0645\u062a\u062c\u0631 \u0627\u0644\u0642\u0647\u0648\u0629"
HOSTILE = {
    "customer_name": RTL + " (" + "\u05e7\u05e4\u05d4 " * 3 + ") 7",
    "company_name": "<b>Acme</b> & \"Sons\" {{ref}}",
    "external_ref": "PO" + "X" * 90, "reason": "<script>alert(1)</script>",
    "description": RTL + " 1.7 l <img src=x> " + "donaudampfschiff" * 6,
    "sku": "K" * 60, "unit": "\u0642\u0637\u0639\u0629",
    "tracking": "0" * 120, "carrier": RTL, "given": "z" * 200,
    "instructions": "\u202eright to left\u202c\n" + "w" * 300 + "\n" +
                    "\U0001f69a" * 40,
    "question": "From here\n.dot\n> quoted\n" + "q" * 250,
    "answer": RTL + "\n" + "a" * 250, "gone_sku": "G" * 60,
    "substitute_sku": "S" * 60, "was_sku": "W" * 60,
    "amount": "1000000000000.00", "total": "9999999999999.99",
    "support_hours": "h" * 100, "support_phone": "+" + "1" * 60}


def hostile(value):
    """The same document full of what nobody would like to lay out."""
    if isinstance(value, list):
        return [hostile(x) if isinstance(x, dict) else "L" * 80 + " " + RTL
                for x in value]
    return {key: hostile(x) if isinstance(x, (list, dict)) else
            HOSTILE.get(key, x) for key, x in value.items()}


def letters():
    for kind, document in kinds().items():
        yield kind, kind, document
    yield from others()
    for kind in ("acknowledgment", "changed", "delay"):
        yield "long-" + kind, kind, long_order(kinds()[kind])
    for kind, document in kinds().items():
        yield "hostile-" + kind, kind, hostile(copy.deepcopy(document))
