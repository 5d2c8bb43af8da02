-- The tables a small shop would make for itself; lean.py and sets.sql fill
-- them.  items.csv, customers.csv and stock.csv are in the working directory.

CREATE TABLE customers (
	customer TEXT PRIMARY KEY, name TEXT, email TEXT, phone TEXT,
	bill_name TEXT, bill_line1 TEXT, bill_city TEXT, bill_postcode TEXT,
	bill_country TEXT, currency TEXT
) WITHOUT ROWID;

CREATE TABLE items (
	sku TEXT PRIMARY KEY, description TEXT, unit TEXT, unit_price REAL,
	currency TEXT
) WITHOUT ROWID;

CREATE TABLE stock (sku TEXT PRIMARY KEY, on_hand INTEGER) WITHOUT ROWID;

CREATE TABLE orders (
	id INTEGER PRIMARY KEY,
	external_ref TEXT UNIQUE, channel TEXT, customer TEXT,
	customer_name TEXT, email TEXT, phone TEXT, bill_name TEXT,
	bill_line1 TEXT, bill_city TEXT, bill_postcode TEXT,
	bill_country TEXT, ship_name TEXT, ship_line1 TEXT, ship_city TEXT,
	ship_postcode TEXT, ship_country TEXT, payment_method TEXT,
	currency TEXT, shipping REAL, total REAL, instructions TEXT,
	status TEXT
);

CREATE TABLE lines (
	order_id INTEGER, line INTEGER, sku TEXT, description TEXT,
	quantity INTEGER, unit TEXT, unit_price REAL, allocated INTEGER,
	PRIMARY KEY (order_id, line)
) WITHOUT ROWID;

.import --csv --skip 1 customers.csv customers
.import --csv --skip 1 items.csv items
.import --csv --skip 1 stock.csv stock
