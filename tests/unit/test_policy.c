/* test_policy.c - settings: names, types, what each type takes and refuses */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include <order/policy.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define X10(s) s s s s s s s s s s

static const struct {
	const char *title, *name, *value;
	const char *fact;		/* NULL: it is taken */
} cases[] = {
	{ "a company", "company_name", "M\xc3\xbcller & Co", NULL },
	{ "no company", "company_name", "", NULL },
	{ "200 bytes", "company_name", X10(X10("ab")), NULL },
	{ "201 bytes", "company_name", X10(X10("ab")) "c", "is too long" },
	{ "two lines", "company_name", "M\nX-Header: 1",
	    "is not one line of text" },
	{ "not UTF-8", "company_name", "M\xfcller", "is not one line of text" },
	{ "a bidi control", "company_name", "M\xe2\x80\xae",
	    "is not one line of text" },

	{ "an address", "mail_from", "orders@example.com", NULL },
	{ "no address", "mail_from", "", NULL },
	{ "no domain", "mail_from", "orders", "is not an e-mail address" },
	{ "an option in disguise", "mail_from", "-oQ@example.com",
	    "is not an e-mail address" },
	{ "two addresses", "support_email", "a@example.com,b@example.com",
	    "is not an e-mail address" },

	{ "a directory", "template_dir", "/etc/order/templates", NULL },
	{ "none", "template_dir", "", NULL },
	{ "a relative one", "template_dir", "templates",
	    "is not an absolute path" },

	{ "a mailer", "mail_command", "/usr/bin/msmtp -a shop", NULL },
	{ "a folder", "mail_command", "maildir:/var/spool/order", NULL },
	{ "a relative folder", "mail_command", "maildir:mail", NULL },
	{ "no folder", "mail_command", "maildir:",
	    "is neither an absolute command nor maildir:DIR" },
	{ "no command", "mail_command", "",
	    "is neither an absolute command nor maildir:DIR" },
	{ "a command on the path", "mail_command", "sendmail -i",
	    "is neither an absolute command nor maildir:DIR" },

	{ "a language", "language", "de-AT", NULL },
	{ "none", "language", "", "is not a language tag" },
	{ "a path", "language", "../de", "is not a language tag" },
	{ "35 letters", "language", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
	{ "36 letters", "language", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "is not a language tag" },

	{ "a zone", "timezone", "Europe/Berlin", NULL },
	{ "UTC", "timezone", "UTC", NULL },
	{ "no such zone", "timezone", "Europe/Atlantis",
	    "is not a known time zone" },
	{ "a way out", "timezone", "../../etc/passwd",
	    "is not a known time zone" },
	{ "an offset", "timezone", "+01:00", "is not a known time zone" },

	{ "a currency", "currency", "JPY", NULL },
	{ "lower case", "currency", "jpy",
	    "is not an ISO 4217 currency code" },
	{ "no such currency", "currency", "XYZ",
	    "is not an ISO 4217 currency code" },

	{ "a prefix", "ref_prefix", "ACME", NULL },
	{ "eight letters", "ref_prefix", "ABCDEFGH", NULL },
	{ "nine", "ref_prefix", "ABCDEFGHI",
	    "is not one to eight capital letters" },
	{ "lower case", "ref_prefix", "so",
	    "is not one to eight capital letters" },
	{ "a digit", "ref_prefix", "S0",
	    "is not one to eight capital letters" },
	{ "none", "ref_prefix", "", "is not one to eight capital letters" },

	{ "a week", "workdays", "sun-thu", NULL },
	{ "days", "workdays", "mon,wed,fri", NULL },
	{ "no day", "workdays", "", "is not a list of weekdays like mon-fri" },
	{ "another language", "workdays", "Mo-Fr",
	    "is not a list of weekdays like mon-fri" },

	{ "a time", "cutoff", "00:00", NULL },
	{ "the end of the day", "cutoff", "24:00", NULL },
	{ "past it", "cutoff", "24:01", "is not a time of day like 14:00" },
	{ "an hour", "cutoff", "14", "is not a time of day like 14:00" },

	{ "a number", "ack_hours", "48", NULL },
	{ "the least", "ack_hours", "1", NULL },
	{ "the most", "ack_hours", "8760", NULL },
	{ "too few", "ack_hours", "0", "is not from 1 to 8760" },
	{ "too many", "ack_hours", "8761", "is not from 1 to 8760" },
	{ "a half", "ack_hours", "1.5", "has too many decimals" },
	{ "a word", "ack_hours", "soon", "is not a number" },
	{ "a sign", "ack_hours", "-1", "is not a number" },
	{ "nothing", "ack_hours", "", "is not a number" },
	{ "far too many", "transit_days", "99999999999999999999",
	    "is too large" },
	{ "never", "clarify_cancel_days", "0", NULL },

	{ "a percentage", "price_tolerance_percent", "2.5", NULL },
	{ "all of it", "price_tolerance_percent", "100", NULL },
	{ "more than all", "price_tolerance_percent", "100.001",
	    "is not from 0 to 100" },
	{ "too fine", "price_tolerance_percent", "0.0001",
	    "has too many decimals" },

	{ "an amount", "price_tolerance_amount", "0.0125", NULL },
	{ "too fine", "price_tolerance_amount", "0.00001",
	    "has too many decimals" },
	{ "below zero", "price_tolerance_amount", "-1", "is not a number" },

	{ "partial", "ship_policy", "partial", NULL },
	{ "complete", "ship_policy", "complete", NULL },
	{ "neither", "ship_policy", "split",
	    "is neither partial nor complete" },
	{ "auto", "backorder_consent", "auto", NULL },
	{ "ask", "backorder_consent", "ask", NULL },
	{ "never", "substitute_consent", "never", NULL },
	{ "none of them", "substitute_consent", "yes",
	    "is none of auto, ask and never" },

	{ "off", "rule.price-list", "off", NULL },
	{ "warn", "rule.price-list", "warn", NULL },
	{ "hold", "rule.price-list", "hold", NULL },
	{ "reject", "rule.price-list", "reject", NULL },
	{ "capitals", "rule.price-list", "Hold",
	    "is none of off, warn, hold and reject" },
	{ "nothing", "rule.duplicate", "",
	    "is none of off, warn, hold and reject" },
};

static void
test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		int at = policy_find(cases[i].name);
		const char *fact;

		if (at < 0)
			fail_msg("%s: no such setting", cases[i].name);
		fact = policy_fault(at, cases[i].value);
		if ((fact == NULL) != (cases[i].fact == NULL) ||
		    (fact != NULL && strcmp(fact, cases[i].fact) != 0))
			fail_msg("%s: %s: %s", cases[i].name, cases[i].title,
			    fact != NULL ? fact : "taken");
	}
}

/* Defaults as the manual gives them; each is acceptable. */
static const char *const defaults[][2] = {
	{ "company_name", "" }, { "support_email", "" },
	{ "support_phone", "" }, { "support_hours", "" },
	{ "mail_from", "" }, { "mail_command", "/usr/sbin/sendmail -i" },
	{ "mail_timeout_seconds", "60" }, { "mail_max_attempts", "12" },
	{ "mail_per_hour", "0" },
	{ "template_dir", "" }, { "language", "en" }, { "timezone", "UTC" },
	{ "currency", "EUR" }, { "ref_prefix", "SO" }, { "ack_hours", "24" },
	{ "ack_margin_hours", "4" }, { "workdays", "mon-fri" },
	{ "cutoff", "14:00" }, { "handling_days", "1" },
	{ "transit_days", "3" }, { "ship_policy", "partial" },
	{ "backorder_consent", "auto" }, { "substitute_consent", "ask" },
	{ "duplicate_hours", "72" }, { "price_tolerance_percent", "0" },
	{ "price_tolerance_amount", "0" }, { "clarify_remind_hours", "48" },
	{ "clarify_cancel_days", "0" }, { "close_days", "30" },
	{ "archive_days", "365" }, { "reject_days", "90" },
	{ "handoff_hours", "24" },
	{ "review_days", "365" },
};

/* Rules whose default is not hold; the rest is. */
static const char *const warn[] = {
	"name-matches", "ship-matches", "email-matches", "phone-matches",
	"phone-valid",
};

static const char *
preset_of(const char *name)
{
	for (size_t i = 0; i < N(defaults); i++)
		if (strcmp(defaults[i][0], name) == 0)
			return defaults[i][1];
	for (size_t i = 0; i < N(warn); i++)
		if (strcmp(warn[i], name + 5) == 0)
			return "warn";
	return "hold";
}

static void
test_defaults(void **state)
{
	static const char *const files[] = {
		"p.db", "p.db-wal", "p.db-shm", "p.db-lock"
	};
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	char path[] = "/tmp/order-policy-XXXXXX";
	struct policy p;
	struct db *db;
	int i;

	(void)state;
	assert_non_null(mkdtemp(path));
	assert_int_equal(chdir(path), 0);
	assert_int_equal(db_create("p.db", "test", -1, 0, 1, NULL, NULL, &e),
	    0);
	assert_int_equal(db_open(&db, "p.db", DB_READ, "test", 1, &e), 0);
	assert_int_equal(policy_load(db, &mem, &p, &e), 0);
	for (i = 0; policy_name(i) != NULL; i++) {
		const char *name = policy_name(i);

		assert_string_equal(policy_value(&p, i), preset_of(name));
		if (policy_fault(i, policy_value(&p, i)) != NULL)
			fail_msg("%s: its default is not acceptable", name);
		assert_int_equal(policy_find(name), i);
	}
	assert_int_equal(i, N(defaults) + NRULES);
	assert_int_equal(p.number[POLICY_IS_ACK_HOURS], 24);
	assert_int_equal(p.number[POLICY_IS_CUTOFF], 14 * 60);
	assert_int_equal(p.severity[RULE_DUPLICATE], SEVERITY_HOLD);
	arena_release(&mem);
	db_close(db, NULL);
	for (size_t k = 0; k < N(files); k++)
		unlink(files[k]);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(path), 0);
}

static void
test_names(void **state)
{
	(void)state;
	assert_int_equal(policy_find("ack_hour"), -1);
	assert_int_equal(policy_find("price-list"), -1);
	assert_string_equal(policy_nearest("ack_hour"), "ack_hours");
	assert_string_equal(policy_nearest("rule.pricelist"),
	    "rule.price-list");
	assert_null(policy_nearest("zzzzzzzzzzzzzzzz"));
	assert_int_equal(rule_find("price-list"), RULE_PRICE_LIST);
	assert_int_equal(rule_find("rule.price-list"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
