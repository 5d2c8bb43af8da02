-- Orders, what became of them, and the record.
--
-- The notation is that of 0001-store.sql.

-- ---- orders ----

CREATE TABLE orders (
	id INTEGER PRIMARY KEY AUTOINCREMENT,     -- the number in the reference
	ref TEXT NOT NULL,                        -- our reference as issued
	external_ref TEXT NOT NULL, channel TEXT NOT NULL,
	received_at INTEGER NOT NULL,
	customer TEXT NOT NULL, customer_name TEXT NOT NULL,
	email TEXT NOT NULL, phone TEXT NOT NULL,
	bill_name TEXT NOT NULL, bill_line1 TEXT NOT NULL, bill_line2 TEXT NOT NULL,
	bill_city TEXT NOT NULL, bill_region TEXT NOT NULL,
	bill_postcode TEXT NOT NULL, bill_country TEXT NOT NULL,
	ship_name TEXT NOT NULL, ship_line1 TEXT NOT NULL, ship_line2 TEXT NOT NULL,
	ship_city TEXT NOT NULL, ship_region TEXT NOT NULL,
	ship_postcode TEXT NOT NULL, ship_country TEXT NOT NULL,
	payment_method TEXT NOT NULL, payment_terms TEXT NOT NULL,
	payment_token TEXT NOT NULL, payment_last4 TEXT NOT NULL,
	currency TEXT NOT NULL,
	currency_given INTEGER NOT NULL CHECK (currency_given IN (0, 1)),
	exponent INTEGER NOT NULL
		CHECK (exponent = 0 OR exponent = 2 OR exponent = 3
		OR exponent = 4),
	discount INTEGER, shipping INTEGER, tax INTEGER,  -- minor units, NULL absent
	total_given INTEGER,                      -- what the order says
	total INTEGER,                            -- what we make of it, when known
	tax_contained INTEGER NOT NULL DEFAULT 0  -- the prices hold the tax
		CHECK (tax_contained IN (0, 1)),
	requested_on TEXT NOT NULL, language TEXT NOT NULL,
	instructions TEXT NOT NULL,
	extra TEXT NOT NULL,                      -- columns kept by --extra keep, JSON
	account TEXT NOT NULL DEFAULT '',         -- the customer on file, by verify
	twin INTEGER NOT NULL DEFAULT 0,          -- digest of items and quantities
	status TEXT NOT NULL DEFAULT 'received'
		CHECK (status = 'received' OR status = 'verified'
		OR status = 'confirmed' OR status = 'released'
		OR status = 'completed' OR status = 'rejected'
		OR status = 'cancelled'),
	revision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),
	stock_revision INTEGER NOT NULL DEFAULT 0,  -- stock was checked for this one
	ack TEXT NOT NULL DEFAULT 'none'
		CHECK (ack = 'none' OR ack = 'received' OR ack = 'accepted'
		OR ack = 'conditional' OR ack = 'rejected'),
	ack_revision INTEGER NOT NULL DEFAULT 0,  -- of the last acknowledgment
	ack_due_at INTEGER NOT NULL,
	answered_at INTEGER,                      -- first answer sent; NULL again when
	                                          -- the order changes after it
	decided_at INTEGER,                       -- first decision made, whatever changed since
	processing_on TEXT NOT NULL DEFAULT '',   -- the promise
	delivery_on TEXT NOT NULL DEFAULT '',
	first_processing_on TEXT NOT NULL DEFAULT '',  -- the original promise
	first_delivery_on TEXT NOT NULL DEFAULT '',
	closed_at INTEGER,                        -- became terminal
	CHECK (total IS NULL OR total >= 0)
) STRICT;

CREATE INDEX orders_in_work ON orders (status, id)   -- serves either word
	WHERE status = 'received' OR status = 'verified';
CREATE INDEX orders_in_hand ON orders (status, id)   -- confirmed, released
	WHERE status = 'confirmed' OR status = 'released';
CREATE INDEX orders_ended ON orders (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX orders_unanswered ON orders (ack_due_at)
	WHERE answered_at IS NULL;
CREATE INDEX orders_of_account ON orders (account, twin, received_at)
	WHERE account <> '';

CREATE TABLE order_keys (      -- every content a key was ever used with
	channel TEXT NOT NULL,
	external_ref TEXT NOT NULL,
	content BLOB NOT NULL,                    -- SHA-256 of normalised columns
	order_id INTEGER NOT NULL,
	revision INTEGER NOT NULL,                -- the last that had it
	PRIMARY KEY (channel, external_ref, content)
) STRICT, WITHOUT ROWID;

CREATE TABLE originals (       -- each revision of an order as it came
	order_id INTEGER NOT NULL REFERENCES orders (id),
	revision INTEGER NOT NULL,
	received_at INTEGER NOT NULL,             -- when it reached the company
	source TEXT NOT NULL,
	source_line INTEGER NOT NULL,
	format TEXT NOT NULL
		CHECK (format = 'csv' OR format = 'json' OR format = 'mail'),
	run INTEGER NOT NULL,                     -- the process that took it in
	sha256 BLOB NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (order_id, revision)
) STRICT;

CREATE TABLE lines (
	order_id INTEGER NOT NULL REFERENCES orders (id),
	line INTEGER NOT NULL CHECK (line BETWEEN 1 AND 1000000),
	sku TEXT NOT NULL,                        -- as ordered
	item TEXT NOT NULL,                       -- our item; the sku until verify
	description TEXT NOT NULL,
	unit TEXT NOT NULL,
	unit_price INTEGER CHECK (unit_price >= 0),  -- NULL: not known yet
	price_given INTEGER NOT NULL CHECK (price_given IN (0, 1)),
	amount INTEGER CHECK (amount >= 0),       -- quantity x price, minor units
	line_instructions TEXT NOT NULL,
	ordered INTEGER NOT NULL CHECK (ordered > 0),
	cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
	rejected INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	substituted INTEGER NOT NULL DEFAULT 0 CHECK (substituted >= 0),
	allocated INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0),
	released INTEGER NOT NULL DEFAULT 0 CHECK (released >= 0),
	backordered INTEGER NOT NULL DEFAULT 0 CHECK (backordered >= 0),
	shipped INTEGER NOT NULL DEFAULT 0 CHECK (shipped >= 0),
	delivered INTEGER NOT NULL DEFAULT 0 CHECK (delivered >= 0),
	returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
	was_price INTEGER,                        -- price ordered, when it changed
	was_quantity INTEGER,                     -- quantity ordered, likewise
	reject_code TEXT NOT NULL DEFAULT '',     -- X12 668 of a rejected line
	backorder_on TEXT NOT NULL DEFAULT '',    -- supply expected, '' no date
	promised_on TEXT NOT NULL DEFAULT '',     -- delivery promised
	first_promised_on TEXT NOT NULL DEFAULT '',
	instead_of INTEGER NOT NULL DEFAULT 0,    -- the line it substitutes, 0 none
	PRIMARY KEY (order_id, line),
	CHECK (cancelled + rejected + substituted + allocated + backordered
		+ shipped <= ordered),
	CHECK (released <= allocated),
	CHECK (delivered <= shipped),
	CHECK (returned <= shipped)
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_waiting ON lines (item, order_id) WHERE backordered > 0;

CREATE TABLE holds (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	hold TEXT NOT NULL
		CHECK (hold = 'customer' OR hold = 'contact' OR hold = 'address'
		OR hold = 'payment' OR hold = 'credit' OR hold = 'item'
		OR hold = 'price' OR hold = 'quantity' OR hold = 'date'
		OR hold = 'duplicate' OR hold = 'total' OR hold = 'stock'
		OR hold = 'consent' OR hold = 'blocklist' OR hold = 'manual'),
	reason TEXT NOT NULL DEFAULT '',
	opened_at INTEGER NOT NULL,
	closed_at INTEGER,
	answer TEXT NOT NULL DEFAULT '',          -- how it ended
	note TEXT NOT NULL DEFAULT '',
	by TEXT NOT NULL DEFAULT ''               -- who ended it
) STRICT;

CREATE INDEX holds_of_order ON holds (order_id);   -- archiving needs these
CREATE UNIQUE INDEX holds_open ON holds (order_id, hold) WHERE closed_at IS NULL;

CREATE TABLE findings (        -- what the last verification found
	order_id INTEGER NOT NULL REFERENCES orders (id),
	seq INTEGER NOT NULL,
	rule TEXT NOT NULL,
	severity TEXT NOT NULL CHECK (severity = 'warn' OR severity = 'hold'
		OR severity = 'reject'),
	hold TEXT NOT NULL,
	line INTEGER NOT NULL,                    -- 0: the order
	field TEXT NOT NULL,
	given TEXT NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict = 'differs' OR verdict = 'missing'
		OR verdict = 'invalid' OR verdict = 'not-on-file'),
	waived INTEGER NOT NULL DEFAULT 0 CHECK (waived IN (0, 1)),
	PRIMARY KEY (order_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE waivers (         -- findings somebody answered for
	order_id INTEGER NOT NULL REFERENCES orders (id),
	rule TEXT NOT NULL,
	line INTEGER NOT NULL,
	field TEXT NOT NULL,
	given TEXT NOT NULL,
	answer TEXT NOT NULL,
	PRIMARY KEY (order_id, rule, line, field, given)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (          -- what the customer may choose for a short line
	order_id INTEGER NOT NULL REFERENCES orders (id),
	line INTEGER NOT NULL,
	sku TEXT NOT NULL,                        -- the substitute, '' to wait
	rank INTEGER NOT NULL,                    -- as offered, from 1; 0 to wait
	quantity INTEGER NOT NULL,                -- available then, or short
	unit_price INTEGER,                       -- of a substitute, NULL not told
	expected_on TEXT NOT NULL,                -- of a backorder, '' no date
	PRIMARY KEY (order_id, line, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE inquiries (       -- what customers asked, and when it was answered
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	at INTEGER NOT NULL,                      -- when it reached the company
	channel TEXT NOT NULL,
	sender TEXT NOT NULL,                     -- address to answer to, or ''
	subject TEXT NOT NULL,
	question TEXT NOT NULL,                   -- the customer's words
	message_id TEXT NOT NULL,                 -- of their mail, no brackets
	refs TEXT NOT NULL,                       -- its thread, oldest first
	sha256 BLOB NOT NULL UNIQUE,              -- the same one twice is one
	answered_at INTEGER,
	message INTEGER,                          -- the reply, NULL told otherwise;
	                                          -- of an open one: was cancelled
	by TEXT NOT NULL DEFAULT ''               -- who answered
) STRICT;

CREATE INDEX inquiries_of_order ON inquiries (order_id);
CREATE INDEX inquiries_open ON inquiries (order_id) WHERE answered_at IS NULL;
CREATE INDEX inquiries_answered ON inquiries (message)
	WHERE message IS NOT NULL;

CREATE TABLE inquiry_bytes (   -- the mail it came in, card numbers masked
	inquiry INTEGER PRIMARY KEY REFERENCES inquiries (id),
	bytes BLOB NOT NULL
) STRICT;

CREATE TABLE updates (         -- reports that were taken in, once each
	event_id TEXT NOT NULL PRIMARY KEY,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	content BLOB NOT NULL,                    -- SHA-256 of its columns
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX updates_of_order ON updates (order_id);

CREATE TABLE rejects (         -- input that could not become an order
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	sha256 BLOB NOT NULL UNIQUE,              -- of its own columns
	format TEXT NOT NULL
		CHECK (format = 'csv' OR format = 'json' OR format = 'mail'),
	header TEXT NOT NULL,                     -- CSV: the header it came under
	record BLOB NOT NULL,                     -- as it came, card numbers masked
	error_code TEXT NOT NULL, error_field TEXT NOT NULL, error TEXT NOT NULL,
	source TEXT NOT NULL, source_line INTEGER NOT NULL,
	channel TEXT NOT NULL, external_ref TEXT NOT NULL,
	at INTEGER NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX rejects_open ON rejects (channel, external_ref)
	WHERE closed_at IS NULL;

-- ---- fulfilment ----

CREATE TABLE handoffs (        -- what was handed to a department, once each
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	destination TEXT NOT NULL
		CHECK (destination = 'fulfilment' OR destination = 'inventory'),
	kind TEXT NOT NULL
		CHECK (kind = 'pick' OR kind = 'cancel' OR kind = 'movements'),
	order_id INTEGER NOT NULL,                -- 0: movements of many orders
	seq INTEGER NOT NULL,                     -- of this order and destination
	at INTEGER NOT NULL,
	upto INTEGER NOT NULL DEFAULT 0,          -- movements: the last ledger id
	document TEXT NOT NULL,                   -- JSON it is rendered from
	folder TEXT NOT NULL DEFAULT '',          -- the drop folder, '': printed
	file TEXT NOT NULL DEFAULT '',            -- its name there, once its bytes
	                                          -- are on disk under another
	written_at INTEGER,                       -- printed, or renamed into place
	state TEXT NOT NULL DEFAULT 'open'        -- movements need no answer
		CHECK (state = 'open' OR state = 'accepted' OR state = 'problem'
		OR state = 'void'),
	answered_at INTEGER,
	note TEXT NOT NULL DEFAULT '',            -- of the answer
	by TEXT NOT NULL DEFAULT '',              -- who answered
	UNIQUE (order_id, destination, seq)
) STRICT;

CREATE INDEX handoffs_open ON handoffs (at) WHERE state IN ('open', 'problem');
CREATE INDEX handoffs_unwritten ON handoffs (folder, id)
	WHERE written_at IS NULL;

CREATE TABLE shipments (       -- what left, line by line, as it was reported
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	line INTEGER NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	carrier TEXT NOT NULL,
	tracking TEXT NOT NULL,
	at INTEGER NOT NULL,                      -- when it left
	shipped_on TEXT NOT NULL,                 -- that day in the company's zone
	due_on TEXT NOT NULL,                     -- there, by its transit days
	promised_on TEXT NOT NULL,                -- the promise of the line then,
	first_promised_on TEXT NOT NULL,          -- and the original one
	delivered INTEGER NOT NULL DEFAULT 0,
	delivered_on TEXT NOT NULL DEFAULT '',    -- the last of it
	returned INTEGER NOT NULL DEFAULT 0,
	message INTEGER,                          -- that told of it
	CHECK (delivered BETWEEN 0 AND quantity),
	CHECK (returned BETWEEN 0 AND quantity)
) STRICT;

CREATE INDEX shipments_of_order ON shipments (order_id, line);

CREATE TABLE cancel_requests ( -- asked for after release; fulfilment answers
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	line INTEGER NOT NULL,                    -- 0: the whole order
	quantity INTEGER NOT NULL,                -- 0: all that is left
	reason TEXT NOT NULL,
	note TEXT NOT NULL,
	at INTEGER NOT NULL,
	handoff INTEGER,                          -- that told fulfilment
	answered_at INTEGER,
	answer TEXT NOT NULL DEFAULT ''
		CHECK (answer IN ('', 'cancelled', 'refused')),
	by TEXT NOT NULL DEFAULT ''               -- who answered
) STRICT;

CREATE INDEX cancel_requests_of_order ON cancel_requests (order_id);
CREATE INDEX cancel_requests_open ON cancel_requests (order_id)
	WHERE answered_at IS NULL;

-- ---- the years ----

CREATE TABLE archives (        -- files an order may be in, even if a move was
	file TEXT NOT NULL PRIMARY KEY,           -- cut off: noted before the first
	since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE archived (        -- orders that moved to an archive
	order_id INTEGER PRIMARY KEY,
	ref TEXT NOT NULL,
	status TEXT NOT NULL,                     -- as which it ended
	archive TEXT NOT NULL,                    -- the file's name then
	at INTEGER NOT NULL
) STRICT;

CREATE TABLE reviews (         -- the annual review of the procedure
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	from_on TEXT NOT NULL,                    -- the period that was reviewed
	to_on TEXT NOT NULL,
	note TEXT NOT NULL,
	by TEXT NOT NULL
) STRICT;

-- ---- messages ----

CREATE TABLE messages (        -- the outbox and the record of what was told
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL REFERENCES orders (id),
	revision INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind = 'receipt' OR kind = 'acknowledgment'
		OR kind = 'clarify' OR kind = 'shortage' OR kind = 'changed'
		OR kind = 'delay' OR kind = 'shipped' OR kind = 'cancelled'
		OR kind = 'rejected' OR kind = 'reply'),
	recipient TEXT NOT NULL,                  -- '' when there is no address
	seq INTEGER NOT NULL,                     -- of this kind and revision, from 1
	state TEXT NOT NULL
		CHECK (state = 'queued' OR state = 'sent' OR state = 'failed'
		OR state = 'dead' OR state = 'by-hand' OR state = 'cancelled'),
	code TEXT NOT NULL DEFAULT '',            -- Peppol AB AP CA RE
	language TEXT NOT NULL,
	document TEXT NOT NULL,                   -- JSON all templates render from
	queued_at INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	tried_at INTEGER,
	next_try_at INTEGER NOT NULL,
	sent_at INTEGER,
	error TEXT NOT NULL DEFAULT '',           -- of the last attempt
	by TEXT NOT NULL DEFAULT '',              -- who told by hand
	reminder INTEGER NOT NULL DEFAULT 0,      -- the how manieth of a question
	UNIQUE (order_id, revision, kind, recipient, seq)
) STRICT;

CREATE INDEX messages_waiting ON messages (next_try_at, id)
	WHERE state IN ('queued', 'failed');
CREATE INDEX messages_stuck ON messages (state, id)
	WHERE state IN ('dead', 'by-hand');
CREATE INDEX messages_to ON messages (recipient COLLATE NOCASE)
	WHERE recipient <> '';

CREATE TABLE message_bytes (   -- exactly what was or will be handed over
	message INTEGER PRIMARY KEY REFERENCES messages (id),
	sender TEXT NOT NULL,
	message_id TEXT NOT NULL,
	bytes BLOB NOT NULL
) STRICT;

CREATE TABLE mail_rate (       -- only while mail_per_hour is set: one row
	one INTEGER PRIMARY KEY CHECK (one = 1),
	began INTEGER NOT NULL,                   -- the hour, by its first hand-over
	count INTEGER NOT NULL                    -- handed over since
) STRICT;

-- ---- the record ----

CREATE TABLE events (          -- append-only skeletons, chained by hash
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL,                -- 0: not about an order
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	digest BLOB NOT NULL,                     -- SHA-256 of the salted detail
	hash BLOB NOT NULL                        -- SHA-256 of the one before and this
) STRICT;

CREATE TABLE event_details (
	seq INTEGER PRIMARY KEY,
	salt BLOB NOT NULL,
	actor TEXT NOT NULL,
	tool TEXT NOT NULL,                       -- with version
	pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),  -- clock was $ORDER_NOW
	detail TEXT NOT NULL                      -- JSON
) STRICT;

CREATE INDEX events_of_order ON events (order_id);

CREATE TRIGGER events_update_append_only BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER events_delete_append_only BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER event_details_update_append_only BEFORE UPDATE ON event_details
BEGIN SELECT RAISE(ABORT, 'event details are append-only'); END;
