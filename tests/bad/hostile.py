"""A store full of hostile text: an order for each string, with that string in
every column that takes it, and master data and rejects likewise."""
import model
from tools import NOW, quoted, run

ORDER, LINE = model.columns("order"), model.columns("line")
NAMES = list(ORDER) + list(LINE)
TEXTS = [name for name, kind in {**ORDER, **LINE}.items()
         if kind in ("key", "line", "text") and name != "channel"]


def verdict(name, value):
    return model.verdict(name, ORDER.get(name) or LINE[name], value, NOW)


def order(value, n, **more):
    """The cells of an order that is full of the value."""
    cells = {"external_ref": b"K-%d" % n, "channel": b"email",
             "sku": b"S-%d" % n, "quantity": b"1", "unit_price": b"1.00"}
    for name in TEXTS:
        reason, recorded = verdict(name, value)
        if not reason and recorded:
            cells[name] = value
    cells.update((name, v) for name, v in more.items())
    if cells["external_ref"] == value:
        cells["external_ref"] = value + b" %d" % n \
            if not verdict("external_ref", value + b" %d" % n)[0] else \
            b"K-%d" % n
    return cells


def orders_csv(orders):
    return ",".join(NAMES).encode() + b"\n" + b"".join(
        quoted(cells.get(name, b"") for name in NAMES) for cells in orders)


def load(kind, rows):
    """Rows of master data; all are good."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    run("order-load", "-q", kind, stdin=",".join(names).encode() + b"\n" +
        b"".join(quoted(r.get(n, b"") for n in names) for r in rows),
        status=(0,))


def fits(value, name="customer_name"):
    """Can it be one line of master data?"""
    reason, recorded = verdict(name, value)
    return not reason and bool(recorded)
