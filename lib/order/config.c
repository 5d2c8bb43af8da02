/* config.c - change a setting and record who did */

#include <order/event.h>

static const char SQL_SET[] =
	"INSERT INTO policy (name, value) VALUES ($1, $2)"
	" ON CONFLICT (name) DO UPDATE SET value = excluded.value";

static const char SQL_PREFIX[] =
	"INSERT INTO ref_prefixes (prefix) VALUES ($1)"
	" ON CONFLICT (prefix) DO NOTHING";

int
policy_set(struct step *s, const char *name, const char *value,
    struct verdict *v, struct err *e)
{
	int i = policy_find(name);
	const char *fact, *near, *was;

	if (i < 0) {
		near = policy_nearest(name);
		verdict_set(v, 0, RESULT_REFUSED, "bad-value");
		return verdict_note(v, "%s: is no setting%s%s%s", name,
		    near != NULL ? " (did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?)" : "");
	}
	fact = policy_fault(i, value);
	if (fact != NULL) {
		verdict_set(v, 0, RESULT_REFUSED, "bad-value");
		return verdict_note(v, "%s: \"%s\" %s", name, value, fact);
	}
	was = policy_value(&s->policy, i);
	if (strcmp(was, value) == 0)
		return verdict_set(v, 0, RESULT_UNCHANGED, "");
	if (db_run(s->db, SQL_SET, BIND(T(name), T(value)), e) < 0 ||
	    (i == POLICY_IS_REF_PREFIX &&
	    db_run(s->db, SQL_PREFIX, BIND(T(value)), e) < 0) ||
	    event_change(s, 0, "policy", name, was, value, e) < 0 ||
	    policy_load(s->db, &s->mem, &s->policy, e) < 0)
		return -1;
	return verdict_set(v, 0, RESULT_OK, "");
}
