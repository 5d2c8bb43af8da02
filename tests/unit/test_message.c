/* test_message.c - whom a message goes to, what it says, and how often */
#include "store_world.h"

#include <order/message.h>

/* ---- a store with one order ---- */

static int
enter(void **state)
{
	struct line_in line = { .column = {
	    [LINE_COLUMN_SKU] = "BOX-M", [LINE_COLUMN_QUANTITY] = "2.5",
	    [LINE_COLUMN_UNIT_PRICE] = "0.125" } };

	if (store_enter(state) < 0)
		return -1;
	receive(&(struct order_in){ .lines = &line, .nlines = 1, .column = {
	    [COLUMN_EXTERNAL_REF] = "PO-1", [COLUMN_CURRENCY] = "EUR" } });
	sql("INSERT INTO customers (customer, customer_key, name, email,"
	    " language, ship_line1) VALUES ('C-1', 'c-1', 'On File Ltd',"
	    " 'file@example.org', 'fr', 'Secret Street 1')");
	return 0;
}

static struct order
load(void)
{
	struct err e = ERR_INIT;
	struct order o;

	assert_int_equal(order_load(&step, 1, &o, &e), 1);
	return o;
}

static int
queue(const struct order *o, const char *kind, cJSON *d, int64_t *id)
{
	struct err e = ERR_INIT;
	int r = message_queue(&step, o, kind, "AB", d, id, &e);

	if (r < 0)
		fail_msg("%s", e.text);
	return r;
}

/* One column of a message, as text. */
static const char *
of(int64_t id, const char *text)
{
	struct err e = ERR_INIT;
	struct row *row;
	const char *v;

	if (db_one(db, text, BIND(I(id)), &row, &e) != 1)
		fail_msg("%s: %s", text, e.text);
	v = db_dup(row, 0, &step.mem);
	db_done(row);
	return v;
}

static const char SQL_RECIPIENT[] =
	"SELECT recipient FROM messages WHERE id = $1";
static const char SQL_STATE[] = "SELECT state FROM messages WHERE id = $1";
static const char SQL_LANGUAGE[] =
	"SELECT language FROM messages WHERE id = $1";

static cJSON *
document_of(int64_t id)
{
	static const char SQL[] = "SELECT document FROM messages WHERE id = $1";
	cJSON *d = cJSON_Parse(of(id, SQL));

	assert_non_null(d);
	document_complete(d);		/* as templates see it */
	return d;
}

static const char *
text_of(const cJSON *o, const char *key)
{
	const char *v = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(o, key));

	return v != NULL ? v : "";	/* what is blank is left out */
}

static bool
flag_of(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);

	if (v != NULL && !cJSON_IsBool(v))
		fail_msg("%s is no flag", key);
	return cJSON_IsTrue(v);
}

/* ---- whom ---- */

static void
test_addressee(void **state)
{
	static const struct {
		const char *title, *kind, *email, *account, *recipient, *state;
	} cases[] = {
		{ "the order's address", "receipt", "a@example.org", "C-1",
		    "a@example.org", "queued" },
		{ "else the one on file", "receipt", "", "C-1",
		    "file@example.org", "queued" },
		{ "an address that is none counts as none", "acknowledgment",
		    "a@b@c", "C-1", "file@example.org", "queued" },
		{ "a question goes to whom we know", "clarify",
		    "a@example.org", "C-1", "file@example.org", "queued" },
		{ "so does a shortage", "shortage", "a@example.org", "C-1",
		    "file@example.org", "queued" },
		{ "to the order's when nobody is on file", "clarify",
		    "a@example.org", "", "a@example.org", "queued" },
		{ "an account that is gone", "clarify", "a@example.org",
		    "C-2", "a@example.org", "queued" },
		{ "nobody to write to", "receipt", "", "", "", "by-hand" },
		{ "an option is no address", "receipt", "-oQ/tmp@example.org",
		    "", "", "by-hand" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct order o = load();
		int64_t id;

		sql("DELETE FROM messages");
		o.column[COLUMN_EMAIL] = cases[i].email;
		o.account = cases[i].account;
		assert_int_equal(queue(&o, cases[i].kind,
		    cJSON_CreateObject(), &id), 1);
		if (strcmp(of(id, SQL_RECIPIENT), cases[i].recipient) != 0 ||
		    strcmp(of(id, SQL_STATE), cases[i].state) != 0)
			fail_msg("%s: %s, %s", cases[i].title,
			    of(id, SQL_RECIPIENT), of(id, SQL_STATE));
	}
}

static void
test_language(void **state)
{
	static const struct {
		const char *title, *given, *account, *policy, *language;
	} cases[] = {
		{ "the order's", "de-AT", "C-1", "sv", "de-AT" },
		{ "else the customer's", "", "C-1", "sv", "fr" },
		{ "else the company's", "", "", "sv", "sv" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct order o = load();
		int64_t id;

		sql("DELETE FROM messages");
		o.column[COLUMN_LANGUAGE] = cases[i].given;
		o.account = cases[i].account;
		step.policy.text[POLICY_IS_LANGUAGE] = cases[i].policy;
		queue(&o, "receipt", cJSON_CreateObject(), &id);
		if (strcmp(of(id, SQL_LANGUAGE), cases[i].language) != 0)
			fail_msg("%s: %s", cases[i].title,
			    of(id, SQL_LANGUAGE));
	}
}

/* ---- how often ---- */

static void
test_once(void **state)
{
	static const char SQL_SEQ[] = "SELECT seq FROM messages WHERE id = $1";
	struct order o = load();
	int64_t first, id;
	cJSON *d;

	(void)state;
	o.column[COLUMN_EMAIL] = "a@example.org";
	assert_int_equal(queue(&o, "receipt", cJSON_CreateObject(), &first), 1);
	assert_int_equal(queue(&o, "receipt", cJSON_CreateObject(), &id), 0);
	assert_int_equal(id, first);

	/* other content, another revision, another kind, another address */
	d = cJSON_CreateObject();
	message_text(d, "reason", "other");
	assert_int_equal(queue(&o, "receipt", d, &id), 1);
	assert_string_equal(of(id, SQL_SEQ), "2");
	assert_int_equal(queue(&o, "receipt", cJSON_CreateObject(), &id), 1);
	assert_string_equal(of(id, SQL_SEQ), "3");
	o.revision = 2;
	assert_int_equal(queue(&o, "receipt", cJSON_CreateObject(), &id), 1);
	assert_string_equal(of(id, SQL_SEQ), "1");
	assert_int_equal(queue(&o, "reply", cJSON_CreateObject(), &id), 1);
	o.column[COLUMN_EMAIL] = "b@example.org";
	assert_int_equal(queue(&o, "reply", cJSON_CreateObject(), &id), 1);

	/* what was cancelled was never told */
	sql("UPDATE messages SET state = 'cancelled'");
	assert_int_equal(queue(&o, "reply", cJSON_CreateObject(), &id), 1);
	assert_string_equal(of(id, SQL_SEQ), "2");
}

/* ---- what it says ---- */

static void
test_document(void **state)
{
	struct order o = load();
	const cJSON *line;
	int64_t id;
	cJSON *d;

	(void)state;
	o.account = "C-1";
	o.column[COLUMN_CUSTOMER_NAME] = "Jo \"Ann\"";
	step.policy.text[POLICY_IS_TIMEZONE] = "Pacific/Auckland";
	step.policy.text[POLICY_IS_SUPPORT_PHONE] = "+49 30 1";
	o.received_at = 1795431600;	/* 2026-11-23T11:00:00Z */
	queue(&o, "receipt", cJSON_CreateObject(), &id);
	d = document_of(id);
	assert_string_equal(text_of(d, "ref"), "SO-00000001-1");
	assert_string_equal(text_of(d, "kind"), "receipt");
	assert_string_equal(text_of(d, "code"), "AB");
	assert_string_equal(text_of(d, "external_ref"), "PO-1");
	assert_true(flag_of(d, "has_external_ref"));
	assert_string_equal(text_of(d, "received_on"), "2026-11-24");
	assert_string_equal(text_of(d, "customer_name"), "Jo \"Ann\"");
	assert_false(flag_of(d, "has_company"));
	assert_true(flag_of(d, "has_support"));
	assert_true(flag_of(d, "has_support_phone"));
	assert_false(flag_of(d, "has_support_email"));
	assert_false(flag_of(d, "has_instructions"));
	assert_false(flag_of(d, "accepted"));
	assert_string_equal(text_of(d, "total"), "");
	line = cJSON_GetArrayItem(cJSON_GetObjectItem(d, "lines"), 0);
	assert_string_equal(text_of(line, "quantity"), "2.5");
	assert_string_equal(text_of(line, "unit_price"), "0.125");
	assert_string_equal(text_of(line, "amount"), "0.31");
	assert_false(flag_of(line, "has_confirmed"));
	assert_false(flag_of(line, "short"));
	assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(d,
	    "nlines")), 1);
	cJSON_Delete(d);

	/* what the step says stands */
	d = cJSON_CreateObject();
	message_text(d, "customer_name", "Somebody");
	message_bool(d, "accepted", true);
	message_bool(d, "accepted", false);
	message_number(d, "nlines", 7);
	cJSON_AddArrayToObject(d, "lines");
	queue(&o, "reply", d, &id);
	d = document_of(id);
	assert_string_equal(text_of(d, "customer_name"), "Somebody");
	assert_false(flag_of(d, "accepted"));
	assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(d,
	    "nlines")), 7);
	cJSON_Delete(d);
}

static void
test_ship_to(void **state)
{
	static const struct {
		const char *title, *ship[ADDRESS_NCOLUMNS],
		    *bill[ADDRESS_NCOLUMNS], *text;
	} cases[] = {
		{ "where it goes",
		    { "Jo", "Weg 1", "", "Berlin", "", "10115", "DE" },
		    { "X", "Y", "", "", "", "", "" },
		    "Jo|Weg 1|10115 Berlin|DE" },
		{ "else the bill address",
		    { "", "", "", "", "", "", "" },
		    { "Jo", "1 Main St", "Floor 2", "Springfield", "IL",
		    "62701", "US" },
		    "Jo|1 Main St|Floor 2|Springfield, IL 62701|US" },
		{ "only a town", { "", "", "", "Bonn", "", "", "" },
		    { "", "", "", "", "", "", "" }, "Bonn" },
		{ "never what is on file", { "", "", "", "", "", "", "" },
		    { "", "", "", "", "", "", "" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct buf b = BUF_INIT;
		struct order o = load();
		const cJSON *l;
		int64_t id;
		cJSON *d;

		sql("DELETE FROM messages");
		o.account = "C-1";
		for (int c = 0; c < ADDRESS_NCOLUMNS; c++) {
			o.column[COLUMN_SHIP_NAME + c] = cases[i].ship[c];
			o.column[COLUMN_BILL_NAME + c] = cases[i].bill[c];
		}
		queue(&o, "receipt", cJSON_CreateObject(), &id);
		d = document_of(id);
		cJSON_ArrayForEach(l, cJSON_GetObjectItem(d, "ship_to"))
			buf_printf(&b, "%s%s", b.n > 0 ? "|" : "",
			    l->valuestring);
		if (strcmp(b.data, cases[i].text) != 0 ||
		    flag_of(d, "has_ship_to") != (b.n > 0))
			fail_msg("%s: %s", cases[i].title, b.data);
		cJSON_Delete(d);
		buf_release(&b);
	}
}

/* ---- delays ---- */

static void
test_delay(void **state)
{
	static const char SQL_LAST[] =
		"SELECT max(id) FROM messages WHERE state = 'queued' AND $1";
	static const char SQL_COUNT[] =
		"SELECT count(*) FROM messages WHERE state = 'queued' AND $1";
	struct err e = ERR_INIT;
	int64_t id;
	cJSON *d;

	(void)state;
	sql("UPDATE orders SET email = 'a@example.org',"
	    " delivery_on = '2026-12-01', first_delivery_on = '2026-12-01'");
	assert_int_equal(message_delay(&step, 1, "", &e), 0);
	assert_string_equal(of(1, SQL_COUNT), "0");

	/* acknowledged; the stock went to a count, no supply in sight */
	sql("UPDATE orders SET status = 'confirmed'");
	sql("UPDATE lines SET backordered = 2500, promised_on = '2026-12-01'");
	assert_int_equal(message_delay(&step, 1, "", &e), 0);
	id = strtoll(of(1, SQL_LAST), NULL, 10);
	d = document_of(id);
	assert_false(flag_of(d, "has_promise"));
	assert_true(flag_of(d, "open_dates"));
	assert_string_equal(text_of(d, "old_delivery_on"), "2026-12-01");
	assert_false(flag_of(cJSON_GetArrayItem(cJSON_GetObjectItem(d,
	    "lines"), 0), "has_promised_on"));
	cJSON_Delete(d);

	/* a new day, before that was sent: only the new one is told */
	sql("UPDATE lines SET backorder_on = '2026-12-08',"
	    " promised_on = '2026-12-10'");
	sql("UPDATE orders SET delivery_on = '2026-12-10'");
	assert_int_equal(message_delay(&step, 1, "", &e), 0);
	assert_string_equal(of(1, SQL_COUNT), "1");
	id = strtoll(of(1, SQL_LAST), NULL, 10);
	d = document_of(id);
	assert_true(flag_of(d, "has_promise"));
	assert_false(flag_of(d, "open_dates"));
	assert_string_equal(text_of(d, "delivery_on"), "2026-12-10");
	assert_string_equal(text_of(d, "old_delivery_on"), "2026-12-01");
	cJSON_Delete(d);

	/* told twice, it is told once */
	assert_int_equal(message_delay(&step, 1, "", &e), 0);
	assert_string_equal(of(1, SQL_COUNT), "1");
}

/* ---- parts and tries ---- */

static void
test_subject_is_one_line(void **state)
{
	struct order o = load();
	cJSON *d = cJSON_CreateObject();
	struct buf b = BUF_INIT;
	struct err e = ERR_INIT;
	int64_t id;

	(void)state;
	message_text(d, "external_ref", "PO\r\nBcc: x@example.org\t\x1b[1m"
	    "\xc2\x85");
	queue(&o, "receipt", d, &id);
	d = document_of(id);
	assert_int_equal(message_render(&step, "receipt", "en", d,
	    "subject.txt", &b, &e), 0);
	assert_string_equal(b.data, "Order SO-00000001-1 (your reference"
	    " PO Bcc: x@example.org [1m ): received, not yet decided");
	assert_int_equal(message_render(&step, "no-such-kind", "en", d, "txt",
	    &b, &e), -1);
	assert_int_equal(e.code, ERR_CONFIG);
	cJSON_Delete(d);
	buf_release(&b);
}

static void
test_backoff(void **state)
{
	static const int64_t seconds[] = { 60, 60, 300, 900, 3600, 7200, 14400,
		21600, 21600 };

	(void)state;
	for (size_t i = 0; i < N(seconds); i++)
		assert_int_equal(message_backoff((int64_t)i), seconds[i]);
	assert_int_equal(message_backoff(1000), 21600);
	assert_int_equal(message_backoff(-1), 60);
	assert_int_equal(message_backoff(INT64_MAX), 21600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_addressee, enter, leave),
		cmocka_unit_test_setup_teardown(test_language, enter, leave),
		cmocka_unit_test_setup_teardown(test_once, enter, leave),
		cmocka_unit_test_setup_teardown(test_document, enter, leave),
		cmocka_unit_test_setup_teardown(test_ship_to, enter, leave),
		cmocka_unit_test_setup_teardown(test_delay, enter, leave),
		cmocka_unit_test_setup_teardown(test_subject_is_one_line, enter,
		    leave),
		cmocka_unit_test(test_backoff),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
