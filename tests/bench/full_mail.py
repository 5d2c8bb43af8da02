"""full_mail.py - the acknowledgment of full.py: document, mail, delivery.

Says what the built-in templates say to an order that is accepted as placed;
the style sheet is theirs.
"""
import datetime
import email.message
import email.policy
import html
import os

TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         "../../lib/order/templates/en")
MONTHS = ["January", "February", "March", "April", "May", "June", "July",
          "August", "September", "October", "November", "December"]
POLICY = email.policy.default.clone(max_line_length=998)

with open(os.path.join(TEMPLATES, "_head.html"), encoding="utf-8") as _f:
    HEAD = _f.read().split("{{ref}}")


def escape(value):
    return html.escape(value, quote=False).replace('"', "&quot;")


def money(minor):
    return f"{minor // 100}.{minor % 100:02d}"


def trim(n, places, least):
    """A scaled number with no more decimals than it needs."""
    whole, rest = divmod(n, 10 ** places)
    rest = f"{rest:0{places}d}".rstrip("0").ljust(least, "0")
    return f"{whole}.{rest}" if rest else str(whole)


def date(text):
    """As the English mails write it."""
    day = datetime.date.fromisoformat(text)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def number(text):
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"


def given(d):
    """What is empty or not so is not said."""
    return {k: v for k, v in d.items() if v}


def line_document(line, there):
    quantity = trim(line.quantity, 3, 0)
    return given({
        "line": line.number, "sku": line.sku,
        "description": line.description, "quantity": quantity,
        "unit": line.unit, "unit_price": trim(line.price, 6, 2),
        "amount": money(line.amount), "confirmed": quantity,
        "reserved": quantity,
        "as_ordered": True, "answer_code": "IA", "peppol_code": "5",
        "promised_on": there})


def document(o, policy, today, out, there):
    """What the acknowledgment of an order says, as the store keeps it."""
    t, there = o.text, there.isoformat()
    discount, shipping, tax = (money(n) if n else "" for n in o.amounts[:3])
    ship_to = [t["ship_name"], t["ship_line1"], t["ship_line2"],
               f"{t['ship_postcode']} {t['ship_city']}", t["ship_country"]]
    return given({
        "lines": [line_document(line, there) for line in o.lines],
        "nlines": len(o.lines), "currency": t["currency"],
        "subtotal": money(o.subtotal), "discount": discount,
        "shipping": shipping, "tax": tax, "total": money(o.total),
        "processing_on": out.isoformat(), "delivery_on": there,
        "has_promise": True, "code": "AP", "bak02": "AD", "accepted": True,
        "kind": "acknowledgment", "language": "en",
        "company_name": policy["company_name"], "has_company": True,
        "support_email": policy["support_email"], "has_support": True,
        "ref": o.ref, "external_ref": t["external_ref"], "revision": 1,
        "received_on": today.isoformat(),
        "customer_name": t["customer_name"], "customer": t["customer"],
        "ship_to": [line for line in ship_to if line],
        "instructions": t["instructions"],
        "requested_on": t["requested_on"]})


def as_text(d):
    currency = d["currency"]
    lines = "".join(
        f"{x['line']}. {x['sku']}  {x['description']}\n"
        f"    {number(x['quantity'])} {x['unit']} x {number(x['unit_price'])} ="
        f" {number(x['amount'])} {currency}: as ordered, delivery by"
        f" {date(x['promised_on'])}\n"
        for x in d["lines"])
    shipping = f"Shipping:       {number(d['shipping'])} {currency}\n" \
        if "shipping" in d else ""
    said = f"\nYour instructions\n-----------------\n{d['instructions']}\n" \
        if "instructions" in d else ""
    ship_to = "\n".join(d["ship_to"])
    return f"""\
Order {d['ref']}
Your reference: {d['external_ref']}
Received on {date(d['received_on'])}, revision {d['revision']}

Hello {d['customer_name']},

Thank you. We accept your order as you placed it.

Processing date: {date(d['processing_on'])}
Delivery date:   {date(d['delivery_on'])}

Our answer for each line (lines: {d['nlines']})
-----------------------------------
{lines}
Subtotal:       {number(d['subtotal'])} {currency}
{shipping}Total:          {number(d['total'])} {currency}

Ship to
-------
{ship_to}
{said}
Codes of this answer: {d['code']} (Peppol), {d['bak02']} (X12)

Kind regards
{d['company_name']}

Please quote {d['ref']} whenever you write or call about this order.

How to reach us
---------------
E-mail: {d['support_email']}
"""


def as_html(d):
    lines = "".join(f"""\
<tr><td>{x['line']}</td>
<td><b dir="auto">{escape(x['sku'])}</b><br><span dir="auto">\
{escape(x['description'])}</span><br>
{number(x['quantity'])} <span dir="auto">{escape(x['unit'])}</span> &times; \
{number(x['unit_price'])}
<br><span class="soft">as ordered, delivery by <time>\
{date(x['promised_on'])}</time></span>
</td>
<td class="n">{number(x['amount'])}</td></tr>
""" for x in d["lines"])
    shipping = '<tr><th scope="row" colspan="2" class="n">Shipping</th>' \
        f'<td class="n">{number(d["shipping"])}</td></tr>\n' \
        if "shipping" in d else ""
    said = '<h2>Your instructions</h2>\n<p class="own" dir="auto">' \
        f"{escape(d['instructions'])}</p>\n" if "instructions" in d else ""
    ship_to = "".join(f"{escape(s)}<br>\n" for s in d["ship_to"])
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
{HEAD[0]}{d['ref']}{HEAD[1]}\
</head>
<body>
<main>
<h1>Order {d['ref']}</h1>
<p class="soft">Your reference: <b dir="auto">{escape(d['external_ref'])}</b>\
<br>
Received on <time>{date(d['received_on'])}</time>, revision \
{d['revision']}</p>
<p>Hello <span dir="auto">{escape(d['customer_name'])}</span>,</p>
<p class="says yes">Thank you. <b>We accept your order</b> as you placed it.\
</p>
<table class="dates">
<tr><th scope="row">Processing date</th><td><time>\
{date(d['processing_on'])}</time></td></tr>
<tr><th scope="row">Delivery date</th><td><time>{date(d['delivery_on'])}</time>\
</td></tr>
</table>
<h2>Our answer for each line (lines: {d['nlines']})</h2>
<table>
<thead><tr><th scope="col">Line</th><th scope="col">Item</th>\
<th scope="col" class="n">{d['currency']}</th></tr></thead>
<tbody>
{lines}</tbody>
<tfoot>
<tr><th scope="row" colspan="2" class="n">Subtotal</th>\
<td class="n">{number(d['subtotal'])}</td></tr>
{shipping}<tr class="total"><th scope="row" colspan="2" class="n">\
Total {d['currency']}</th><td class="n">{number(d['total'])}</td></tr>
</tfoot>
</table>
<h2>Ship to</h2>
<p dir="auto">
{ship_to}</p>
{said}<p class="soft">Codes of this answer: {d['code']} (Peppol), \
{d['bak02']} (X12)</p>
<p>Kind regards<br>
<b dir="auto">{escape(d['company_name'])}</b></p>
<p>Please quote <b>{d['ref']}</b> whenever you write or call about this order.\
</p>
<h2>How to reach us</h2>
<p>
E-mail: <a href="mailto:{d['support_email']}">{d['support_email']}</a><br>
</p>
</main>
</body>
</html>
"""


def compose(o, policy, now):
    """(Message-ID without brackets, bytes) of an order's acknowledgment."""
    d = o.document
    domain = policy["mail_from"].partition("@")[2]
    mail_id = f"acknowledgment.{o.id}.1.1.1@{domain}"
    m = email.message.EmailMessage(POLICY)
    m["Date"] = now
    m["From"] = f'"{policy["company_name"]}" <{policy["mail_from"]}>'
    m["To"] = f"<{o.text['email']}>"
    m["Subject"] = (f"Order {d['ref']} (your reference {d['external_ref']}): "
                    "accepted")
    m["Message-ID"] = f"<{mail_id}>"
    m["Auto-Submitted"] = "auto-generated"
    m.set_content(as_text(d), cte="quoted-printable")
    m.add_alternative(as_html(d), subtype="html", cte="quoted-printable")
    m["Content-Language"] = "en"        # of the whole, not of the first part
    return mail_id, m.as_bytes()


def deliver(maildir, mail_id, data):
    """Into a Maildir, as durable as order-notify's: file and folder."""
    name = f"{mail_id}.order"
    made = f"{maildir}/tmp/{name}"
    fd = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, data)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.rename(made, f"{maildir}/new/{name}")
    fd = os.open(f"{maildir}/new", os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
