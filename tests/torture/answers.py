"""What must become of a customer's answer to what is short (order-resolve),
told a second time.  Dates are not, so nobody agrees to wait."""
from model import refuse

WORDS = "partial", "drop", "cancel"


class Answers:
    def __init__(self, model, reports):
        self.m, self.reports = model, reports

    def take(self, o, record):
        """(result, reason) of one answer about the hold consent."""
        word, line = record["answer"], int(record["line"] or 0)
        if not o.is_live():
            return refuse("illegal-transition")
        if "consent" not in o.holds and (o.status == "completed" or not any(
                x.backordered for x in o.lines)):
            return refuse("no-such-hold")
        if word not in WORDS:
            return refuse("bad-answer")
        if o.status not in ("verified", "confirmed") and (
                o.status == "released" or word != "cancel"):
            return refuse("illegal-transition")
        if word == "cancel":
            return self.reports.cancel_all(o)
        if line > len(o.lines):
            return refuse("no-such-line")
        held = bool(o.holds & {"consent", "stock"})
        short = [x for n, x in enumerate(o.lines, 1) if line in (0, n) and
                 self.short(x, line, held)]
        if not short:
            return refuse("no-such-hold")
        self.cut(o, short, word, line, held)
        if held and not any(self.m.available(x.sku) < x.open()
                            for x in o.lines):
            for x in o.lines:
                self.m.take(x, x.open())
        if not any(x.open() for x in o.lines):
            o.holds -= {"consent", "stock"}
        return self.go_on(o)

    @staticmethod
    def short(x, line, held):
        return x.open() * held + x.backordered if \
            x.open() * held or line or not held else 0

    def cut(self, o, short, word, line, held):
        """An order that is held for stock has taken nothing so far."""
        if "stock" in o.holds and not line:
            for x in o.lines:
                if self.m.available(x.sku) >= x.open():
                    self.m.take(x, x.open())
        for x in short:
            if not self.short(x, line, held):
                continue
            x.backordered = 0
            if word == "partial":
                self.m.take(x, min(x.open(), max(
                    self.m.available(x.sku), 0)))
            self.reports.take_out(x, x.open() if word == "partial" else
                                  x.wanted() - x.shipped)

    def go_on(self, o):
        if not any(x.wanted() for x in o.lines):
            return self.reports.cancel_all(o)
        result, reason = self.m.verify(o)
        return ("ok" if result == "unchanged" else result), reason
