/* settings.c - the company's policy, listed and set
 *
 * Arguments go in all or none, in one transaction; a file does likewise, by
 * tool_load. */

#include <order/settings.h>

static const char *const columns[] = { "name", "value" };
const struct head settings_head = { 2, columns };

static int
show(struct tool *t, const char *name, struct err *e)
{
	const char *values[2];
	int i = policy_find(name);

	if (i < 0)
		return 0;
	values[0] = name;
	values[1] = policy_value(&t->step.policy, i);
	return tool_put(t, &settings_head, values, NULL, e) < 0 ? -1 : 1;
}

static int
set(struct tool *t, const char *name, const char *value, const char *where,
    struct err *e)
{
	struct verdict v;

	if (policy_set(&t->step, name, value, &v, e) < 0)
		return -1;
	if (v.result == RESULT_REFUSED) {
		tool_status(t, 1);
		tool_note(t, "%s%s", where, v.note);
		return 0;
	}
	return show(t, name, e);
}

/* ---- arguments ---- */

int
settings_list(struct tool *t, struct err *e)
{
	for (int i = 0; policy_name(i) != NULL; i++)
		if (show(t, policy_name(i), e) < 0)
			return -1;
	return 1;
}

int
settings_words(struct tool *t, struct err *e)
{
	bool good = true;

	for (int i = 0; i < t->argc; i++)
		if (strchr(t->argv[i], '=') == NULL &&
		    policy_find(t->argv[i]) < 0)
			return err_set(e, ERR_USAGE, "%s: is no setting (list"
			    " them with: order-config)", t->argv[i]);
	for (int i = 0; i < t->argc && good; i++) {
		char *word = arena_dup(&t->step.mem, t->argv[i]);
		char *equals = strchr(word, '=');
		int r;

		if (equals != NULL)
			*equals = '\0';
		r = equals != NULL ? set(t, word, equals + 1, "", e) :
		    show(t, word, e);
		if (r < 0)
			return -1;
		good = r != 0;
	}
	return good;
}

/* ---- records ---- */

static int
set_row(struct tool *t, struct rec *r, const char *source, bool refuse,
    struct err *e)
{
	if (refuse)
		return 1;
	if (r->fault != NULL) {
		tool_status(t, 1);
		tool_note(t, "%s:%lld: %s%s%s", source, (long long)r->line,
		    r->fault_field, r->fault_field[0] != '\0' ? ": " : "",
		    r->fault);
		return 0;
	}
	return set(t, rec_text(r, "name"), rec_text(r, "value"),
	    arena_printf(&t->step.mem, "%s:%lld: ", source,
	    (long long)r->line), e);
}

void
settings_load(struct tool *t)
{
	tool_load(t, columns, 2, set_row);
}
