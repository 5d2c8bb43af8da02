-- The store of order-tools: policy, master data and stock.
--
-- Instants are INTEGER seconds since 1970 (UTC), civil dates TEXT YYYY-MM-DD
-- or '', amounts INTEGER minor units of the order's currency (exponent says
-- how many decimals), unit prices INTEGER millionths, quantities INTEGER
-- thousandths.  '' means "not given".  Read the v_ views instead: they show
-- decimals and ISO instants, and their columns are stable.
--
-- A check of more than two words is spelled with OR in the tables written for
-- every order: SQLite builds a table in memory for IN, for each row anew.

-- ---- policy and master data ----

CREATE TABLE policy (          -- only what differs from the built-in default
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ref_prefixes (    -- every prefix references were ever issued with
	prefix TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO ref_prefixes VALUES ('SO');

CREATE TABLE channels (
	channel TEXT NOT NULL PRIMARY KEY,
	description TEXT NOT NULL DEFAULT '',
	approved INTEGER NOT NULL DEFAULT 1 CHECK (approved IN (0, 1))
) STRICT, WITHOUT ROWID;

INSERT INTO channels (channel, description) VALUES
	('email', 'orders by e-mail'), ('phone', 'orders taken on the phone'),
	('portal', 'customer portal'), ('edi', 'electronic data interchange'),
	('fax', 'orders by fax'), ('mail', 'orders by letter');

CREATE TABLE customers (
	customer TEXT NOT NULL PRIMARY KEY,     -- customer number
	customer_key TEXT NOT NULL UNIQUE,      -- folded, for look-up
	name TEXT NOT NULL DEFAULT '',
	email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
	bill_name TEXT NOT NULL DEFAULT '', bill_line1 TEXT NOT NULL DEFAULT '',
	bill_line2 TEXT NOT NULL DEFAULT '', bill_city TEXT NOT NULL DEFAULT '',
	bill_region TEXT NOT NULL DEFAULT '', bill_postcode TEXT NOT NULL DEFAULT '',
	bill_country TEXT NOT NULL DEFAULT '',
	ship_name TEXT NOT NULL DEFAULT '', ship_line1 TEXT NOT NULL DEFAULT '',
	ship_line2 TEXT NOT NULL DEFAULT '', ship_city TEXT NOT NULL DEFAULT '',
	ship_region TEXT NOT NULL DEFAULT '', ship_postcode TEXT NOT NULL DEFAULT '',
	ship_country TEXT NOT NULL DEFAULT '',
	currency TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',
	payment_terms TEXT NOT NULL DEFAULT '',   -- '' any
	payment_methods TEXT NOT NULL DEFAULT '', -- blank separated, '' any
	credit_limit INTEGER,                     -- minor units, NULL none
	receivables INTEGER NOT NULL DEFAULT 0,   -- minor units
	priority INTEGER NOT NULL DEFAULT 0,      -- higher is served first
	status TEXT NOT NULL DEFAULT 'active'
		CHECK (status IN ('active', 'blocked', 'closed')),
	ship_policy TEXT NOT NULL DEFAULT ''
		CHECK (ship_policy IN ('', 'partial', 'complete')),
	backorder_consent TEXT NOT NULL DEFAULT ''
		CHECK (backorder_consent IN ('', 'auto', 'ask', 'never')),
	substitute_consent TEXT NOT NULL DEFAULT ''
		CHECK (substitute_consent IN ('', 'auto', 'ask', 'never'))
) STRICT;

CREATE TABLE items (
	sku TEXT NOT NULL PRIMARY KEY,
	sku_key TEXT NOT NULL UNIQUE,             -- folded, for look-up
	description TEXT NOT NULL DEFAULT '',
	unit TEXT NOT NULL DEFAULT '',
	unit_price INTEGER CHECK (unit_price >= 0),   -- millionths, NULL none
	currency TEXT NOT NULL DEFAULT '',
	min_quantity INTEGER NOT NULL DEFAULT 0 CHECK (min_quantity >= 0),
	multiple INTEGER NOT NULL DEFAULT 0 CHECK (multiple >= 0),
	handling_days INTEGER,                    -- NULL: the policy's
	status TEXT NOT NULL DEFAULT 'active'
		CHECK (status IN ('active', 'discontinued')),
	superseded_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX items_own_handling ON items (sku) WHERE handling_days IS NOT NULL;

CREATE TABLE prices (
	sku TEXT NOT NULL,
	currency TEXT NOT NULL,
	customer TEXT NOT NULL,                   -- '' is the list price
	min_quantity INTEGER NOT NULL,            -- the break
	valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,  -- inclusive, '' open
	unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
	PRIMARY KEY (sku, currency, customer, min_quantity, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
	alias_key TEXT NOT NULL,                  -- folded
	customer TEXT NOT NULL,                   -- '' for all
	alias TEXT NOT NULL,
	sku TEXT NOT NULL,
	PRIMARY KEY (alias_key, customer)
) STRICT, WITHOUT ROWID;

CREATE TABLE supply (
	supply_ref TEXT NOT NULL PRIMARY KEY,
	sku TEXT NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity >= 0),  -- still to come
	expected_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX supply_by_sku ON supply (sku, expected_on);

CREATE TABLE substitutes (
	sku TEXT NOT NULL,
	substitute TEXT NOT NULL,
	rank INTEGER NOT NULL,                    -- lowest is offered first
	PRIMARY KEY (sku, substitute)
) STRICT, WITHOUT ROWID;

CREATE TABLE holidays (
	date TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE transit (
	country TEXT NOT NULL,
	method TEXT NOT NULL,                     -- '' for every method
	days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 365),
	PRIMARY KEY (country, method)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocklist (
	kind TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'address', 'customer')),
	value_key TEXT NOT NULL,                  -- folded
	value TEXT NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (kind, value_key)
) STRICT, WITHOUT ROWID;

-- ---- stock ----

CREATE TABLE stock (
	sku TEXT NOT NULL PRIMARY KEY REFERENCES items (sku),
	on_hand INTEGER NOT NULL DEFAULT 0,
	allocated INTEGER NOT NULL DEFAULT 0,     -- promised to order lines
	released INTEGER NOT NULL DEFAULT 0,      -- of these, handed to fulfilment
	counted_at INTEGER NOT NULL DEFAULT 0,    -- instant of the last count
	CHECK (released >= 0 AND released <= allocated AND allocated <= on_hand)
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_ledger (    -- every movement, once per cause; the deltas
	id INTEGER PRIMARY KEY,                   -- in the order they happened
	order_id INTEGER NOT NULL,                -- 0: not from an order
	line INTEGER NOT NULL,
	kind TEXT NOT NULL
		CHECK (kind = 'count' OR kind = 'adjust' OR kind = 'allocate'
		OR kind = 'deallocate' OR kind = 'release' OR kind = 'unrelease'
		OR kind = 'ship'),
	seq INTEGER NOT NULL,                     -- of this cause, from 1
	sku TEXT NOT NULL,
	on_hand INTEGER NOT NULL,
	allocated INTEGER NOT NULL,
	released INTEGER NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	UNIQUE (order_id, line, kind, seq)
) STRICT;

CREATE TABLE stock_adjustments (              -- makes --adjust repeatable
	adjust_ref TEXT NOT NULL PRIMARY KEY,
	sku TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	reason TEXT NOT NULL,
	seq INTEGER NOT NULL                      -- of its ledger row
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stock_ledger_update_append_only BEFORE UPDATE ON stock_ledger
BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;

CREATE TRIGGER stock_ledger_delete_append_only BEFORE DELETE ON stock_ledger
BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;
