/* policy.c - the table of settings: names, types, defaults, and reading them
 *
 * Pure but for policy_load.  order-config (config.c) changes them. */

#include <order/date.h>
#include <order/money.h>
#include <order/clock.h>
#include <order/policy.h>
#include <order/text.h>

struct setting {
	const char *name;
	enum policy_type type;
	const char *preset;
	int64_t min, max;
};

#define SETTING(id, name, type, preset, min, max) \
	{ name, POLICY_##type, preset, min, max },
#define RULE_ROW(id, name, hold, severity) \
	{ name, hold, SEVERITY_##severity },
#define RULE_NAME(id, name, hold, severity) "rule." name,

static const struct setting settings[NSETTINGS] = { POLICIES(SETTING) };
const struct rule_def rule_defs[NRULES] = { RULES(RULE_ROW) };
static const char *const rule_settings[NRULES] = { RULES(RULE_NAME) };

const char *
policy_name(int i)
{
	if (i < NSETTINGS)
		return settings[i].name;
	return i < NSETTINGS + NRULES ? rule_settings[i - NSETTINGS] : NULL;
}

const char *
policy_value(const struct policy *p, int i)
{
	return i < NSETTINGS ? p->text[i] :
	    severity_text(p->severity[i - NSETTINGS]);
}

int
policy_find(const char *name)
{
	for (int i = 0; i < NSETTINGS + NRULES; i++)
		if (strcmp(policy_name(i), name) == 0)
			return i;
	return -1;
}

const char *
policy_nearest(const char *name)
{
	const char *names[NSETTINGS + NRULES];

	for (int i = 0; i < NSETTINGS + NRULES; i++)
		names[i] = policy_name(i);
	return text_nearest(name, names, NSETTINGS + NRULES);
}

const char *
severity_text(enum severity s)
{
	static const char *const names[] = { "off", "warn", "hold", "reject" };

	return names[s];
}

static bool
severity_parse(const char *s, enum severity *out)
{
	for (enum severity v = SEVERITY_OFF; v <= SEVERITY_REJECT; v++)
		if (strcmp(severity_text(v), s) == 0) {
			*out = v;
			return true;
		}
	return false;
}

int
rule_find(const char *name)
{
	for (int i = 0; i < NRULES; i++)
		if (strcmp(rule_defs[i].name, name) == 0)
			return i;
	return -1;
}

/* Where a setting has a number, *n receives it. */
static const char *
number_fault(const struct setting *d, const char *v, int64_t *n)
{
	static char fact[80];
	int scale = d->type == POLICY_PERCENT ? 3 :
	    d->type == POLICY_DECIMAL ? 4 : 0;
	int64_t unit = scale == 3 ? 1000 : 1;
	enum decimal_fault f = decimal_parse(v, scale, n);

	if (f != DECIMAL_OK)
		return decimal_fault_text(f);
	if (d->max > 0 && (*n < d->min * unit || *n > d->max * unit)) {
		snprintf(fact, sizeof(fact), "is not from %lld to %lld",
		    (long long)d->min, (long long)d->max);
		return fact;
	}
	return NULL;
}

static bool
is_one_of(const char *v, const char *a, const char *b, const char *c)
{
	return strcmp(v, a) == 0 || strcmp(v, b) == 0 ||
	    (c != NULL && strcmp(v, c) == 0);
}

static bool
is_prefix(const char *v)
{
	size_t n = strlen(v);

	if (n < 1 || n > 8)
		return false;
	for (; *v != '\0'; v++)
		if (*v < 'A' || *v > 'Z')
			return false;
	return true;
}

static bool
is_mail_command(const char *v)
{
	if (strncmp(v, "maildir:", 8) == 0)
		return v[8] != '\0';
	return v[0] == '/';
}

static const char *
text_fault(const struct setting *d, const char *v)
{
	bool works[7];

	switch (d->type) {
	case POLICY_EMAIL:
		return *v == '\0' || text_is_email(v) ? NULL :
		    "is not an e-mail address";
	case POLICY_PATH:
		return *v == '\0' || *v == '/' ? NULL :
		    "is not an absolute path";
	case POLICY_COMMAND:
		return is_mail_command(v) ? NULL :
		    "is neither an absolute command nor maildir:DIR";
	case POLICY_LANGUAGE:
		return text_is_word(v, "-") && strlen(v) <= 35 ? NULL :
		    "is not a language tag";
	case POLICY_ZONE:
		return zone_known(v) ? NULL : "is not a known time zone";
	case POLICY_CURRENCY:
		return currency_exponent(v) >= 0 ? NULL :
		    "is not an ISO 4217 currency code";
	case POLICY_PREFIX:
		return is_prefix(v) ? NULL :
		    "is not one to eight capital letters";
	case POLICY_WORKDAYS:
		return workdays_parse(v, works) ? NULL :
		    "is not a list of weekdays like mon-fri";
	case POLICY_SHIP:
		return is_one_of(v, "partial", "complete", NULL) ? NULL :
		    "is neither partial nor complete";
	case POLICY_CONSENT:
		return is_one_of(v, "auto", "ask", "never") ? NULL :
		    "is none of auto, ask and never";
	default:
		return (int64_t)strlen(v) <= d->max ? NULL : "is too long";
	}
}

static const char *
setting_fault(const struct setting *d, const char *v, int64_t *number)
{
	int minutes;

	if (!text_is_utf8(v, strlen(v)) || !text_is_line(v))
		return "is not one line of text";
	if (text_has_card_number(v, strlen(v)))
		return "holds a payment card number, which must not be stored";
	switch (d->type) {
	case POLICY_INT:
	case POLICY_PERCENT:
	case POLICY_DECIMAL:
		return number_fault(d, v, number);
	case POLICY_MINUTES:
		if (!minutes_parse(v, &minutes))
			return "is not a time of day like 14:00";
		*number = minutes;
		return NULL;
	default:
		return text_fault(d, v);
	}
}

const char *
policy_fault(int i, const char *value)
{
	enum severity severity;
	int64_t number;

	if (i < NSETTINGS)
		return setting_fault(&settings[i], value, &number);
	return severity_parse(value, &severity) ? NULL :
	    "is none of off, warn, hold and reject";
}

static const char SQL_POLICY[] = "SELECT name, value FROM policy";

/* A value this program would not accept (an older or newer one wrote it)
 * leaves the default in force. */
static void
apply(struct policy *p, struct arena *mem, int i, const char *value)
{
	if (i >= NSETTINGS) {
		severity_parse(value, &p->severity[i - NSETTINGS]);
		return;
	}
	if (setting_fault(&settings[i], value, &p->number[i]) == NULL)
		p->text[i] = arena_dup(mem, value);
}

int
policy_load(struct db *db, struct arena *mem, struct policy *p, struct err *e)
{
	static struct policy presets;
	static bool parsed;
	struct row *row;
	int r;

	if (!parsed) {
		for (int i = 0; i < NSETTINGS; i++) {
			presets.text[i] = settings[i].preset;
			setting_fault(&settings[i], settings[i].preset,
			    &presets.number[i]);
		}
		for (int i = 0; i < NRULES; i++)
			presets.severity[i] = rule_defs[i].severity;
		parsed = true;
	}
	*p = presets;
	if (db_query(db, SQL_POLICY, NOBIND, &row, e) < 0)
		return -1;
	while ((r = db_next(row, e)) == 1) {
		int i = policy_find(db_text(row, 0));

		if (i >= 0)
			apply(p, mem, i, db_text(row, 1));
	}
	return r;
}
