/* policy.h - the company's policy: typed settings with defaults
 *
 * Only what differs from the default is in the store.  Changes are events.
 */
#ifndef ORDER_POLICY_H
#define ORDER_POLICY_H

#include <stdint.h>

#include <order/db.h>

enum policy_type {
	POLICY_LINE,	/* one line of text */
	POLICY_EMAIL, POLICY_PATH, POLICY_COMMAND, POLICY_LANGUAGE, POLICY_ZONE,
	POLICY_CURRENCY, POLICY_PREFIX, POLICY_WORKDAYS, POLICY_MINUTES,
	POLICY_INT, POLICY_PERCENT, POLICY_DECIMAL, POLICY_SHIP, POLICY_CONSENT,
	POLICY_SEVERITY
};

#define POLICIES(X) \
	X(COMPANY_NAME, "company_name", LINE, "", 0, 200) \
	X(SUPPORT_EMAIL, "support_email", EMAIL, "", 0, 0) \
	X(SUPPORT_PHONE, "support_phone", LINE, "", 0, 100) \
	X(SUPPORT_HOURS, "support_hours", LINE, "", 0, 200) \
	X(MAIL_FROM, "mail_from", EMAIL, "", 0, 0) \
	X(MAIL_COMMAND, "mail_command", COMMAND, "/usr/sbin/sendmail -i", 0, 0) \
	X(MAIL_TIMEOUT, "mail_timeout_seconds", INT, "60", 1, 3600) \
	X(MAIL_ATTEMPTS, "mail_max_attempts", INT, "12", 1, 1000) \
	X(MAIL_PER_HOUR, "mail_per_hour", INT, "0", 0, 1000000) \
	X(TEMPLATE_DIR, "template_dir", PATH, "", 0, 0) \
	X(LANGUAGE, "language", LANGUAGE, "en", 0, 0) \
	X(TIMEZONE, "timezone", ZONE, "UTC", 0, 0) \
	X(CURRENCY, "currency", CURRENCY, "EUR", 0, 0) \
	X(REF_PREFIX, "ref_prefix", PREFIX, "SO", 0, 0) \
	X(ACK_HOURS, "ack_hours", INT, "24", 1, 8760) \
	X(ACK_MARGIN, "ack_margin_hours", INT, "4", 0, 8760) \
	X(WORKDAYS, "workdays", WORKDAYS, "mon-fri", 0, 0) \
	X(CUTOFF, "cutoff", MINUTES, "14:00", 0, 0) \
	X(HANDLING_DAYS, "handling_days", INT, "1", 0, 365) \
	X(TRANSIT_DAYS, "transit_days", INT, "3", 0, 365) \
	X(SHIP_POLICY, "ship_policy", SHIP, "partial", 0, 0) \
	X(BACKORDER_CONSENT, "backorder_consent", CONSENT, "auto", 0, 0) \
	X(SUBSTITUTE_CONSENT, "substitute_consent", CONSENT, "ask", 0, 0) \
	X(DUPLICATE_HOURS, "duplicate_hours", INT, "72", 0, 87600) \
	X(TOLERANCE_PERCENT, "price_tolerance_percent", PERCENT, "0", 0, 100) \
	X(TOLERANCE_AMOUNT, "price_tolerance_amount", DECIMAL, "0", 0, 0) \
	X(CLARIFY_REMIND, "clarify_remind_hours", INT, "48", 0, 8760) \
	X(CLARIFY_CANCEL, "clarify_cancel_days", INT, "0", 0, 3650) \
	X(CLOSE_DAYS, "close_days", INT, "30", 0, 36500) \
	X(ARCHIVE_DAYS, "archive_days", INT, "365", 0, 36500) \
	X(REJECT_DAYS, "reject_days", INT, "90", 0, 36500) \
	X(HANDOFF_HOURS, "handoff_hours", INT, "24", 1, 8760) \
	X(REVIEW_DAYS, "review_days", INT, "365", 1, 36500)

/* name of the rule, its hold, its default severity */
#define RULES(X) \
	X(CUSTOMER_KNOWN, "customer-known", "customer", HOLD) \
	X(CUSTOMER_ACTIVE, "customer-active", "customer", HOLD) \
	X(NAME_MATCHES, "name-matches", "customer", WARN) \
	X(BILL_MATCHES, "bill-matches", "address", HOLD) \
	X(SHIP_MATCHES, "ship-matches", "address", WARN) \
	X(EMAIL_MATCHES, "email-matches", "contact", WARN) \
	X(EMAIL_VALID, "email-valid", "contact", HOLD) \
	X(PHONE_MATCHES, "phone-matches", "contact", WARN) \
	X(PHONE_VALID, "phone-valid", "contact", WARN) \
	X(POSTCODE_VALID, "postcode-valid", "address", HOLD) \
	X(PAYMENT_METHOD, "payment-method", "payment", HOLD) \
	X(PAYMENT_TERMS, "payment-terms", "payment", HOLD) \
	X(CURRENCY, "currency", "price", HOLD) \
	X(CREDIT_LIMIT, "credit-limit", "credit", HOLD) \
	X(BLOCKLIST, "blocklist", "blocklist", HOLD) \
	X(ITEM_KNOWN, "item-known", "item", HOLD) \
	X(ITEM_ACTIVE, "item-active", "item", HOLD) \
	X(UNIT, "unit", "quantity", HOLD) \
	X(QUANTITY, "quantity-rule", "quantity", HOLD) \
	X(PRICE_LIST, "price-list", "price", HOLD) \
	X(TOTAL, "total-adds-up", "total", HOLD) \
	X(REQUESTED_DATE, "requested-date", "date", HOLD) \
	X(DUPLICATE, "duplicate", "duplicate", HOLD)

#define POLICY_ENUM(id, name, type, preset, min, max) POLICY_IS_##id,
#define RULE_ENUM(id, name, hold, severity) RULE_##id,
enum { POLICIES(POLICY_ENUM) NSETTINGS };
enum rule { RULES(RULE_ENUM) NRULES };

enum severity { SEVERITY_OFF, SEVERITY_WARN, SEVERITY_HOLD, SEVERITY_REJECT };

struct rule_def {
	const char *name;
	const char *hold;
	enum severity severity;
};

extern const struct rule_def rule_defs[NRULES];

/* Settings as text and, where they have one, as a number: INT and MINUTES as
 * such, PERCENT in thousandths, DECIMAL in ten-thousandths of a major unit. */
struct policy {
	const char *text[NSETTINGS];
	int64_t number[NSETTINGS];
	enum severity severity[NRULES];
};

/* Read all of it; texts live in the arena. */
int policy_load(struct db *, struct arena *, struct policy *, struct err *);

/* Every setting in order, the rules last, as names; NULL past the end. */
const char *policy_name(int i);
const char *policy_value(const struct policy *, int i);
int policy_find(const char *name);	/* or -1 */
const char *policy_nearest(const char *name);

/* NULL when the value is acceptable, else the fact ("is not a time zone"). */
const char *policy_fault(int i, const char *value);

struct step;
struct verdict;

/* Change one setting (an event): ok, unchanged, or refused with a note. */
int policy_set(struct step *, const char *name, const char *value,
    struct verdict *, struct err *);

const char *severity_text(enum severity);
int rule_find(const char *name);	/* or -1 */

#endif
