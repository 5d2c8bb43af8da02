#!/usr/bin/env python3
"""generate.py FOLDER ORDERS [SEED]: a company and its orders, as CSV files.

500 customers, 1,000 items and ORDERS orders of three lines each.  Every order
is fit to be acknowledged and everything is in stock, so that all tools and
all rivals have all their work to do.  The same seed gives the same bytes.
"""
import csv
import os
import random
import sys

CUSTOMERS, ITEMS, LINES = 500, 1000, 3

GIVEN = """Anna Ben Carla Dmitri Elena Farid Greta Hugo Ines Jonas Katja Liam
Mona Nils Olga Pablo Quentin Rosa Sven Tilda""".split()
FAMILY = """Albrecht Bauer Çelik Dubois Eriksen Fischer García Hoffmann Ivanova
Jansen Köhler Lambert Müller Nowak O'Brien Petrov Quast Rossi Søndergaard
Weiß""".split()
TRADE = ["Bakery", "Bicycles", "Books", "Café", "Ceramics", "Dental Supplies",
         "Electronics", "Flowers", "Hardware", "Instruments", "Joinery",
         "Kitchens", "Lighting", "Office Supplies", "Print Shop", "Tools"]
FORM = ["GmbH", "AG", "& Sons Ltd", "KG", "OHG", "e.K."]
STREET = ["Hauptstraße", "Bahnhofstraße", "Lindenallee", "Am Markt",
          "Gartenweg", "Schulstraße", "Kirchgasse", "Industriestraße"]
CITY = [("Berlin", 10115), ("Hamburg", 20095), ("Köln", 50667),
        ("München", 80331), ("Leipzig", 4103), ("Stuttgart", 70173),
        ("Dresden", 1067), ("Nürnberg", 90402)]
THING = ["bolt", "box", "bracket", "cable", "clamp", "drill bit", "filter",
         "glove", "hinge", "label", "lamp", "mug", "notebook", "pen", "screw",
         "tape", "towel", "valve", "washer", "wrench"]
KIND = ["steel", "brass", "A4, ruled", "50 mm", '1/2"', "blue", "heavy duty",
        "pack of 10", "recycled", "stainless"]
INSTRUCTIONS = ["Please deliver to the back door", "Ring twice, then wait",
                "Only between 8 and 12", "Leave it with the neighbour, no. 7"]

CUSTOMER_COLUMNS = """customer,name,email,phone,bill_name,bill_line1,bill_city,
bill_postcode,bill_country,currency""".replace("\n", "").split(",")
ORDER_COLUMNS = """external_ref,channel,customer,customer_name,email,phone,
bill_name,bill_line1,bill_city,bill_postcode,bill_country,ship_name,ship_line1,
ship_city,ship_postcode,ship_country,payment_method,currency,shipping,total,
instructions,sku,description,quantity,unit,unit_price""".replace(
    "\n", "").split(",")


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def make_customers(r):
    for n in range(1, CUSTOMERS + 1):
        family = r.choice(FAMILY)
        company = f"{family} {r.choice(TRADE)} {r.choice(FORM)}"
        city, code = r.choice(CITY)
        yield dict(customer=f"C-{1000 + n}", name=company,
                   email=f"orders@shop{n}.example.org",
                   phone=f"+49 {r.randint(30, 999)} {r.randint(10000, 9999999)}",
                   bill_name=company,
                   bill_line1=f"{r.choice(STREET)} {r.randint(1, 199)}",
                   bill_city=city, bill_postcode=f"{code + r.randint(0, 50):05d}",
                   bill_country="DE", currency="EUR")


def make_items(r):
    for n in range(1, ITEMS + 1):
        yield dict(sku=f"{r.choice('ABCDEFGH')}{10000 + n}",
                   description=f"{r.choice(THING)}, {r.choice(KIND)}".capitalize(),
                   unit="EA", unit_price=money(r.randint(49, 9999)),
                   currency="EUR")


def make_order(r, n, customers, items):
    """The rows of one order; only the first names the order."""
    c = r.choice(customers)
    chosen = r.sample(items, LINES)
    quantities = [r.randint(1, 12) for _ in chosen]
    goods = sum(q * int(i["unit_price"].replace(".", ""))
                for q, i in zip(quantities, chosen))
    shipping = 0 if goods > 20000 else 590
    first = {k: c[k] for k in CUSTOMER_COLUMNS if k != "name"}
    first.update(external_ref=f"WEB-{100000 + n}", channel="portal",
                 customer_name=c["name"], payment_method="invoice",
                 ship_name=f"{r.choice(GIVEN)} {r.choice(FAMILY)}",
                 shipping=money(shipping), total=money(goods + shipping),
                 instructions=r.choice(INSTRUCTIONS) if n % 7 == 0 else "")
    for k in ("line1", "city", "postcode", "country"):
        first["ship_" + k] = c["bill_" + k]
    rows = []
    for quantity, item in zip(quantities, chosen):
        row = dict(first if not rows else {}, quantity=quantity)
        row.update((k, item[k]) for k in ("sku", "description", "unit",
                                          "unit_price"))
        rows.append(row)
    return rows


def write(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, columns, restval="", lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def generate(folder, norders, seed=1):
    r = random.Random(seed)
    customers = list(make_customers(r))
    items = list(make_items(r))
    os.makedirs(folder, exist_ok=True)
    write(f"{folder}/customers.csv", CUSTOMER_COLUMNS, customers)
    write(f"{folder}/items.csv",
          ["sku", "description", "unit", "unit_price", "currency"], items)
    write(f"{folder}/stock.csv", ["sku", "on_hand"],
          [dict(sku=i["sku"], on_hand=1000 + 36 * norders) for i in items])
    write(f"{folder}/orders.csv", ORDER_COLUMNS,
          (row for n in range(1, norders + 1)
           for row in make_order(r, n, customers, items)))


if __name__ == "__main__":
    generate(sys.argv[1], *map(int, sys.argv[2:]))
