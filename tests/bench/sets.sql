-- sets.sql: the work of lean.py as a few statements over whole sets, for the
-- sqlite3 shell.  orders.csv is in the working directory.

CREATE TEMP TABLE came (
	external_ref TEXT, channel TEXT, customer TEXT, customer_name TEXT,
	email TEXT, phone TEXT, bill_name TEXT, bill_line1 TEXT,
	bill_city TEXT, bill_postcode TEXT, bill_country TEXT,
	ship_name TEXT, ship_line1 TEXT, ship_city TEXT, ship_postcode TEXT,
	ship_country TEXT, payment_method TEXT, currency TEXT,
	shipping REAL, total REAL, instructions TEXT, sku TEXT,
	description TEXT, quantity INTEGER, unit TEXT, unit_price REAL
);
.import --csv --skip 1 orders.csv came

BEGIN;

INSERT INTO orders
SELECT row_number() OVER (ORDER BY rowid), external_ref, channel, customer,
	customer_name, email, phone, bill_name, bill_line1, bill_city,
	bill_postcode, bill_country, ship_name, ship_line1, ship_city,
	ship_postcode, ship_country, payment_method, currency, shipping,
	total, instructions, 'received'
FROM came WHERE external_ref <> '' ORDER BY rowid;

-- A row without a reference belongs to the order above it.
INSERT INTO lines
SELECT id, row_number() OVER (PARTITION BY id ORDER BY n), sku, description,
	quantity, unit, unit_price, 0
FROM (SELECT rowid AS n, *, sum(external_ref <> '') OVER (ORDER BY rowid) AS id
	FROM came);

UPDATE orders SET status = CASE WHEN EXISTS
	(SELECT 1 FROM customers AS c WHERE c.customer = orders.customer)
	AND NOT EXISTS (SELECT 1 FROM lines AS l WHERE l.order_id = orders.id
		AND l.sku NOT IN (SELECT sku FROM items))
	THEN 'verified' ELSE 'held' END;

-- Who came first is served first.
UPDATE lines SET allocated = max(0, min(lines.quantity, t.on_hand - t.before))
FROM (SELECT l.order_id, l.line, s.on_hand,
		sum(l.quantity) OVER (PARTITION BY l.sku
			ORDER BY l.order_id, l.line) - l.quantity AS before
	FROM lines AS l JOIN stock AS s USING (sku)
		JOIN orders AS o ON o.id = l.order_id AND o.status = 'verified')
	AS t
WHERE lines.order_id = t.order_id AND lines.line = t.line;

UPDATE stock SET on_hand = on_hand - t.taken
FROM (SELECT sku, sum(allocated) AS taken FROM lines GROUP BY sku) AS t
WHERE stock.sku = t.sku;

COMMIT;
