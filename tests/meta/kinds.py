"""The kinds of events that the sources record, one a line.

They are words in the calls that record one, chosen there or handed to them;
the events that order-update takes in are recorded under their own names.
"""
import glob
import re
import sys

# which argument is the kind
AT = {"event_add": 2, "event_change": 2, "order_set_status": 3,
      "order_cancel_rest": 2, "update_record": 1, "outbox_record": 2,
      "record": 2}
KIND = re.compile(r'"([a-z][a-z-]*)"')


def arguments(text, at):
    """Those of the call that begins at that place."""
    found, depth, quoted = [""], 1, False
    while True:
        c = text[at]
        at += 1
        if c == '"':
            quoted = not quoted
        if not quoted:
            depth += (c in "([{") - (c in ")]}")
            if depth == 0:
                return found
            if c == "," and depth == 1:
                found.append("")
                continue
        found[-1] += c


def main():
    kinds = set()
    for name in glob.glob("lib/*/*.c"):
        with open(name, encoding="utf-8") as f:
            text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        text = text.replace(r'\"', "'")
        for call in re.finditer(r"\b(%s)\(" % "|".join(AT), text):
            args = arguments(text, call.end())
            if len(args) > AT[call[1]]:
                kinds.update(KIND.findall(args[AT[call[1]]]))
        if name.endswith("update_events.c"):
            kinds.update(re.findall(r'\.name = "([a-z-]+)"', text))
    print("\n".join(sorted(kinds)))


sys.exit(main())
