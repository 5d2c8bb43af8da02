"""What the jobs (jobs.py) are given: orders, answers, reports, mail, master
data."""

ORDERS = """\
external_ref,channel,customer,sku,quantity,unit_price,requested_on
PO-1,email,C-1,A-1,3,,
,,,A-2,1,,
PO-2,phone,C-2,A-2,2,,2026-12-24
PO-3,email,C-3,A-3,9,,
,,,A-1,4,,
PO-4,email,C-4,A-1,1,0.99,
PO-5,email,X-9,A-4,1,,
PO-6,email,C-2,A-4,a dozen,,
PO-7,portal,C-1,A-4,5,,
,,,A-3,1,,
PO-8,email,C-4,A-2,2,2.25,
"""
# Less of a line, a line that is gone, another item, a line more, a new order.
CHANGED = """\
external_ref,channel,customer,sku,quantity,unit_price,requested_on
PO-1,email,C-1,A-1,2,,
PO-2,phone,C-2,A-1,2,,2026-12-28
PO-3,email,C-3,A-3,9,,
,,,A-1,5,,
,,,A-4,1,,
PO-9,email,C-4,A-2,1,,
"""
MORE = ('[{"external_ref":"PO-10","channel":"edi","customer":"C-1","lines":'
        '[{"sku":"A-1","quantity":2},{"sku":"A-2","quantity":"1.5"}]},\n'
        '{"external_ref":"PO-11","channel":"edi","customer":"C-3",'
        '"instructions":"caf\\u00e9","lines":[{"sku":"A-3","quantity":1}]}]')
MESSAGE = """\
From: Jo <jo@example.org>
Subject: Orders
Message-ID: <1@example.org>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/csv; name=a.csv

customer,sku,quantity
C-1,A-1,3
C-2,A-2,1
C-3,A-2,x

--b
Content-Type: text/csv; name=torn.csv

sku,quantity
A-1
--b--
"""
# Four orders of days ago: two with a question, one with an offer, and one
# that is confirmed, about which somebody asks.
ASKED = """\
external_ref,channel,customer,sku,quantity,unit_price
Q-1,email,C-2,A-1,1,0.99
Q-2,email,C-3,A-3,9,
,,,A-1,2,
Q-3,email,C-1,A-1,3,
,,,A-2,1,
Q-4,email,C-4,A-2,2,2.00
"""
Q1, Q2, Q3, Q4 = (f"SO-0000000{n}" for n in ("1-1", "2-0", "3-8", "4-6"))
ANSWERS = f"""\
ref,hold,answer,line,sku,quantity,note
{Q2},consent,substitute,,A-4,2,by phone
{Q2},consent,partial,,,,
{Q1},price,cancel,,,,
{Q4},price,accepted,,,,
{Q3},consent,drop,,,,
"""
REPORTS = f"""\
ref,event,line,quantity,amount,reason,note,event_id
{Q3},inquiry,,,,,When?,e-1
{Q3},cancelled,1,1,,,,e-2
{Q3},paid,,,1.50,,,e-3
{Q4},hold,,,,odd,,e-4
{Q4},release,,,,,,e-5
{Q2},cancelled,1,,,,,e-6
{Q1},reject,,,,fraud,,e-7
{Q3},reply,,,,,Soon.,e-8
{Q3},note,2,,,,fragile,e-9
"""
# Five orders that went to fulfilment, and all that it may say of them.
F1, F2, F3, F6, F7 = (f"SO-0000000{n}" for n in (
    "1-1", "2-0", "3-8", "6-2", "7-9"))
FEED = f"""\
ref,event,line,quantity,tracking,promised_on,reason,event_id
{F1},accepted,,,,,,s-1
{F1},picked,1,3,,,,s-2
{F1},packed,,,T-1,,,s-3
{F1},shipped,1,2,T-1,,,s-4
{F1},delivered,,,T-1,,,s-5
{F1},shipped,,,T-2,,,s-6
{F1},returned,1,1,,,odd,s-7
{F1},reopen,,,,,again,s-8
{F2},problem,,,,,wet,s-9
{F2},delay,1,,,2027-01-12,no van,s-10
{F2},cancelled,1,1,,,,s-11
{F3},accepted,,,,,,s-12
{F3},short-close,1,,,,,s-13
{F3},shipped,,,T-3,,,s-14
{F6},accepted,,,,,,s-15
{F6},cancelled,,,,,too late,s-16
{F7},legal-hold,,,,,court,s-17
{F7},cancelled,,,,,,s-18
"""
# What it answers to the requests, once it has them.
STOPPED = f"""\
ref,event,line,quantity,event_id
{F2},cancelled,1,1,s-20
{F2},shipped,,,s-21
{F6},cancelled,,,s-22
{F7},cancel-refused,,,s-23
{F7},legal-release,,,s-24
{F7},shipped,,,s-25
{F1},short-close,,,s-26
"""
INQUIRY = f"""\
From: Customer 2 <c2@example.org>
Subject: Re: order {Q1}
Message-ID: <2@example.org>
In-Reply-To: <clarify.1.1.1.1@example.com>

Take your price, 4111 1111 1111 1111.
"""
BOUNCE = """\
From: MAILER-DAEMON@example.org
Subject: Returned
Message-ID: <3@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org

Final-Recipient: rfc822; c1@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 nobody here

--b
Content-Type: text/rfc822-headers

Message-ID: <acknowledgment.3.1.1.1@example.com>

--b--
"""
ITEMS = "sku,description,unit,unit_price,currency\n" + "".join(
    f"B-{n},Thing {n},EA,{n}.50,EUR\n" for n in range(1, 9))
MASTER = {
    "items": "sku,description,unit,unit_price,currency\n" + "".join(
        f"A-{n},Widget {n},EA,{n}.25,EUR\n" for n in range(1, 5)),
    "customers": "customer,name,email,currency,language\n" + "".join(
        f"C-{n},Customer {n},c{n}@example.org,EUR,{'de' if n == 3 else ''}\n"
        for n in range(1, 5)),
    "stock": "sku,on_hand\nA-1,9\nA-2,9\nA-3,4\nA-4,4\n",
    "supply": "supply_ref,sku,quantity,expected_on\nS-1,A-3,50,2026-12-07\n",
}
