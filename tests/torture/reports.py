"""What must become of a report to order-update, told a second time."""
from model import GRACE, ILLEGAL, OK, OPEN, UNCHANGED, refuse

STATUSES = {
    **dict.fromkeys(("accepted", "problem", "picked", "packed", "shipped",
                     "cancel-refused"), ("released",)),
    **dict.fromkeys(("delivered", "returned"), ("released", "completed")),
    **dict.fromkeys(("delay", "short-close"), ("confirmed", "released")),
    **dict.fromkeys(("hold", "release"), OPEN),
    "reject": OPEN[:2], "reopen": ("released", "completed"), "cancelled": OPEN,
    "paid": OPEN + ("completed", "cancelled"),
}
ANY = ("note", "inquiry", "reply", "legal-hold", "legal-release")
LEADS_TO = {"shipped": "completed", "cancelled": "cancelled",
            "reject": "rejected"}
WORK = ("accepted", "problem", "picked", "packed", "shipped", "delivered",
        "returned")
FITS = {
    "line": ("problem", "picked", "packed", "shipped", "delivered",
             "returned", "note", "cancelled", "cancel-refused", "delay",
             "short-close", "reopen"),
    "quantity": ("picked", "packed", "shipped", "delivered", "returned",
                 "cancelled", "reopen"),
    "carrier": ("packed", "shipped", "delivered", "returned"),
    "tracking": ("packed", "shipped", "delivered", "returned"),
    "promised_on": ("delay",),
}
NEEDS_NOTE = ("inquiry", "reply", "note")
NEEDS_WHY = ("problem", "reject", "hold", "legal-hold", "delay", "reopen")


class Parcel:
    """What left of a line."""
    __slots__ = ("line", "said", "quantity", "delivered", "returned")

    def __init__(self, line, record, quantity):
        self.line, self.quantity = line, quantity
        self.said = (line, record.get("carrier", ""),
                     record.get("tracking", ""))
        self.delivered = self.returned = 0

    def is_meant(self, record):
        return all(record.get(c, "") in ("", said) for c, said in
                   zip(("carrier", "tracking"), self.said[1:]))


class Reports:
    def __init__(self, model):
        self.m = model

    def take(self, record):
        """(result, reason) of one record, a dict of columns."""
        o = self.m.by_ref.get(record["ref"])
        if o is None or o.archived:
            return refuse("no-such-order" if o is None else "archived")
        bad = self.is_bad(o, record)
        if bad:
            return refuse(bad)
        key = record.get("event_id", "")
        if key in self.m.events:
            return UNCHANGED if self.m.events[key] == self.said(record) \
                else refuse("event-differs")
        answer = self.judge(o, record)
        if key and answer[0] in ("ok", "held"):
            self.m.events[key] = self.said(record)
        return answer

    @staticmethod
    def said(record):
        return tuple(sorted((k, v) for k, v in record.items() if v != ""))

    @staticmethod
    def is_bad(o, record):
        """A value that no event could have."""
        line, quantity = record.get("line", ""), record.get("quantity", "")
        if line and not line.isdigit() or quantity and \
                not quantity.isdigit():
            return "not-a-number"
        if quantity == "0":
            return "not-positive"
        if line and not 1 <= int(line) <= len(o.lines):
            return "no-such-line"
        return None

    def judge(self, o, record):
        event = record["event"]
        if event not in STATUSES and event not in ANY:
            return refuse("bad-event")
        if LEADS_TO.get(event) == o.status:
            return self.shipped_again(o, record) if event == "shipped" \
                else UNCHANGED
        if event not in ANY and o.status not in STATUSES[event]:
            return UNCHANGED if o.status in ("completed", "cancelled") and \
                event == o.last else ILLEGAL
        if any(record.get(c) and event not in fits
               for c, fits in FITS.items()):
            return refuse("bad-value")
        if event in WORK and self.at(record) < o.at - GRACE:
            return refuse("bad-value")
        if event in NEEDS_NOTE and not record.get("note", "").strip() or \
                event in NEEDS_WHY and not self.why(record).strip():
            return refuse("missing")
        answer = getattr(self, event.replace("-", "_"))(o, record)
        if event in ("shipped", "short-close", "reopen") and \
                answer[0] in ("ok", "held"):
            o.last = event
        return answer

    def at(self, record):
        return record.get("at") or self.m.now

    @staticmethod
    def why(record):
        return record.get("reason") or record.get("note", "")

    @staticmethod
    def which(o, record):
        """The line, as a list; all; or None when it is not said."""
        if record.get("line"):
            return [o.lines[int(record["line"]) - 1]]
        if record.get("quantity"):
            return o.lines if len(o.lines) == 1 else None
        return o.lines

    # ---- what is only recorded ----

    def note(self, o, record):
        return OK

    def inquiry(self, o, record):
        o.inquiries += 1
        return OK

    def reply(self, o, record):
        if not o.inquiries:
            return refuse("no-such-inquiry")
        o.inquiries = 0
        return OK

    def legal_hold(self, o, record):
        wanted = record["event"] == "legal-hold"
        if o.legal == wanted:
            return UNCHANGED
        o.legal = wanted
        return OK

    legal_release = legal_hold

    # ---- holds ----

    def hold(self, o, record):
        if "manual" in o.holds and self.why(record) in o.reasons:
            return UNCHANGED
        o.reasons = f"{o.reasons}; {self.why(record)}" \
            if "manual" in o.holds else self.why(record)
        o.holds.add("manual")
        o.was_held = True
        return OK

    def release(self, o, record):
        if "manual" not in o.holds:
            return UNCHANGED if o.was_held else refuse("no-such-hold")
        o.holds.discard("manual")
        result, reason = self.m.verify(o)
        return ("ok" if result == "unchanged" else result), reason

    def paid(self, o, record):
        held = "payment" in o.holds
        o.paid = True
        if not held:
            return OK
        result, reason = self.m.verify(o)
        return ("ok" if result == "unchanged" else result), reason

    def reject(self, o, record):
        self.m.reject_all(o)
        return OK

    # ---- what fulfilment says ----

    def accepted(self, o, record):
        state = record["event"], record.get("line", "") + self.why(record)
        if o.handed is False:
            return ILLEGAL
        if record["event"] == "accepted" and o.handed == "accepted" or \
                o.handed == state:
            return UNCHANGED
        o.handed = "accepted" if record["event"] == "accepted" else state
        o.agreed = o.handed == "accepted"
        return OK

    problem = accepted

    def of_released(self, o, record):
        """[(line, quantity)], or an answer."""
        lines = self.which(o, record)
        if lines is None:
            return refuse("no-such-line")
        quantity = int(record.get("quantity") or 0)
        if quantity > lines[0].released:
            return refuse("over-quantity")
        return [(x, quantity or x.released) for x in lines if x.released]

    def picked(self, o, record):
        parts = self.of_released(o, record)
        return parts if isinstance(parts, tuple) else \
            OK if parts else refuse("over-quantity")

    packed = picked

    def said_before(self, o, record):
        return not record.get("quantity") and any(
            int(record.get("line") or n) == n and
            record.get("carrier", "") in ("", carrier) and
            record.get("tracking", "") in ("", tracking)
            for n, carrier, tracking in (x.said for x in o.parcels))

    def shipped_again(self, o, record):
        return UNCHANGED if self.said_before(o, record) else ILLEGAL

    def shipped(self, o, record):
        parts = self.of_released(o, record)
        if isinstance(parts, tuple):
            return parts
        if not parts:
            return UNCHANGED if self.said_before(o, record) else \
                refuse("over-quantity")
        at = self.at(record)
        for line, n in parts:
            item = self.m.items[line.sku]
            line.allocated -= n
            line.released -= n
            line.shipped += n
            item.allocated -= n
            item.released -= n
            if item.counted_at <= at:
                item.on_hand -= n
            o.parcels.append(Parcel(o.lines.index(line) + 1, record, n))
        if not o.to_tell:       # else that notice says this, too
            o.tell("shipped")
        o.to_tell = True
        self.close(o, self.nothing_left(o), "refused")
        if all(x.wanted() <= x.shipped for x in o.lines):
            o.end("completed", self.m.now)
            o.handed, o.agreed = "accepted", True
        return OK

    def delivered(self, o, record):
        lines = self.which(o, record)
        if lines is None:
            return refuse("no-such-line")
        what = record["event"]
        meant = [x for x in o.parcels if o.lines[x.line - 1] in lines and
                 x.is_meant(record)]
        quantity = int(record.get("quantity") or 0)
        left = sum(x.quantity - getattr(x, what) for x in meant)
        if quantity > left or not meant:
            return refuse("over-quantity")
        if left == 0:
            return UNCHANGED
        quantity = quantity or left
        for x in meant:
            n = min(x.quantity - getattr(x, what), quantity)
            quantity -= n
            for counts in x, o.lines[x.line - 1]:
                setattr(counts, what, getattr(counts, what) + n)
        return OK

    returned = delivered

    # ---- cancelling ----

    def cancelled(self, o, record):
        if o.status == "released":
            return self.cancel_released(o, record)
        if not record.get("line") and not record.get("quantity"):
            return self.cancel_all(o)
        lines = self.which(o, record)
        if lines is None:
            return refuse("no-such-line")
        line = lines[0]
        left = line.wanted() - line.shipped
        n = int(record.get("quantity") or left)
        if left == 0:
            return UNCHANGED
        if n > left:
            return refuse("over-quantity")
        self.take_out(line, n)
        return self.go_on(o)

    def take_out(self, line, n):
        rest = n - min(n, line.open())
        waiting = min(rest, line.backordered)
        line.backordered -= waiting
        self.m.give_back(line, rest - waiting)
        line.cancelled += n

    def cancel_all(self, o):
        for line in o.lines:
            self.m.give_back(line, line.allocated)
            line.backordered = 0
            line.cancelled = line.ordered - line.rejected - line.shipped
        o.end("cancelled", self.m.now)
        o.last = "cancelled"
        o.tell("cancelled")
        return OK

    def go_on(self, o):
        if not any(x.wanted() for x in o.lines):
            return self.cancel_all(o)
        result, reason = self.m.verify(o)
        if o.status == "verified" and o.checked and o.holds and \
                o.holds <= {"stock", "consent"}:
            return self.m.check(o)
        return ("ok" if result == "unchanged" else result), reason

    # ---- cancelling what fulfilment has: a request, and its answer ----

    def cancel_released(self, o, record):
        part = record.get("line") or record.get("quantity")
        lines = self.which(o, record)
        if lines is None:
            return refuse("no-such-line")
        about = o.lines.index(lines[0]) + 1 if part else 0
        quantity = int(record.get("quantity") or 0)
        open_ones = [q for q in o.requests if q["line"] in (0, about)]
        request = max(open_ones, key=lambda q: q["line"], default=None)
        if request and request["handed"]:
            return self.answer(o, record, request, about, quantity)
        if not part and any(q["handed"] for q in o.requests):
            return refuse("no-such-line")
        left = sum(x.wanted() - x.shipped for x in lines)
        if left == 0 or quantity > left:
            return refuse("over-quantity")
        if request is None:
            o.requests.append({"line": about, "quantity": quantity,
                               "words": self.words(record),
                               "handed": False})
            o.asked.append(o.requests[-1])
        elif request["line"] != about or request["quantity"] == quantity:
            return UNCHANGED
        else:
            request.update(quantity=quantity, words=self.words(record))
        return OK

    @staticmethod
    def words(record):
        return record.get("reason", ""), record.get("note", "")

    def answer(self, o, record, request, about, quantity):
        words = self.words(record)
        if any(words) and (words, about, quantity) == (
                request["words"], request["line"], request["quantity"]):
            return UNCHANGED
        if not about:
            return self.cancel_rest(o)
        line = o.lines[about - 1]
        most = left = line.wanted() - line.shipped
        if request["quantity"]:
            most = min(left, request["quantity"])
        n = quantity or most
        if n > most or n == 0:
            return refuse("over-quantity")
        if all(x.wanted() - x.shipped <= (n if x is line else 0)
               for x in o.lines):
            return self.cancel_rest(o)
        back = max(n - line.open() - line.backordered, 0)
        self.unrelease(line, max(back - line.allocated + line.released, 0))
        self.take_out(line, n)
        o.last = "cancelled"
        if request["line"]:
            self.close(o, [request], "cancelled")
        return OK

    def unrelease(self, line, n):
        line.released -= n
        self.m.items[line.sku].released -= n

    @staticmethod
    def nothing_left(o):
        """The requests about lines that are sent or dropped."""
        return [q for q in o.requests if all(
            x.wanted() <= x.shipped for n, x in enumerate(o.lines, 1)
            if q["line"] in (0, n))]

    @staticmethod
    def close(o, requests, answer):
        for request in requests:
            request["answer"] = answer
        o.requests = [q for q in o.requests if "answer" not in q]

    def cancel_rest(self, o):
        """Nothing more of it is sent."""
        sent = any(x.shipped for x in o.lines)
        for line in o.lines:
            self.unrelease(line, line.released)
        self.close(o, o.requests, "cancelled")
        if o.handed != "accepted":
            o.handed = "accepted" if o.agreed else False
        told, gone = dict(o.messages), any(
            x.wanted() > x.shipped for x in o.lines)
        self.cancel_all(o)
        if sent:
            o.status = "completed"
            if not gone:            # all of it was sent
                o.messages = told
        return OK

    def cancel_refused(self, o, record):
        about = int(record.get("line") or 0)
        found = [q for q in o.requests if about in (0, q["line"])]
        if found:
            self.close(o, found, "refused")
            return OK
        last = [q for q in o.asked if about in (0, q["line"])][-1:]
        return UNCHANGED if last and last[0].get("answer") == "refused" \
            else refuse("no-such-request")

    # ---- later, not at all, once more ----

    def delay(self, o, record):
        """Days are told apart only as past, none, and later than ever."""
        if not record.get("promised_on"):
            return refuse("missing")
        if record["promised_on"] < "2026":
            return refuse("bad-value")
        left = sum(x.wanted() - x.shipped for x in self.which(o, record))
        return OK if left else refuse("over-quantity")

    def short_close(self, o, record):
        drops = self.which(o, record)
        waits = [(x, x.open() + x.backordered) for x in o.lines]
        stays = sum(n for x, n in waits if x not in drops)
        if not stays and not any(x.allocated for x in o.lines):
            return self.cancel_rest(o)
        dropped = [(x, n) for x, n in waits if x in drops and n]
        for line, n in dropped:
            self.take_out(line, n)
        self.close(o, self.nothing_left(o), "cancelled")
        return OK if dropped else UNCHANGED

    def reopen(self, o, record):
        lines, some = self.which(o, record), \
            record.get("line") or record.get("quantity")
        if lines is None:
            return refuse("no-such-line")
        n = int(record.get("quantity") or lines[0].cancelled)
        if some and (n == 0 or n > lines[0].cancelled):
            return refuse("over-quantity")
        if o.status == "released" and not some:
            return UNCHANGED
        o.status, o.closed_at = "released", None
        if o not in self.m.in_work:
            self.m.in_work.append(o)
        if some:
            lines[0].cancelled -= n
            lines[0].backordered += n
        return ("held", "open-holds") if o.holds else OK
