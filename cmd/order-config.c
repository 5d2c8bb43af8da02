/* order-config - list, get and set the company's policy */

#include <order/tool.h>

static const char *const columns[] = { "name", "value" };
static const struct head head = { 2, columns };

static bool lists;

/* An archive's settings can be read, but not set. */
static bool
only_reads(struct tool *t)
{
	for (int i = 0; i < t->argc; i++)
		if (strchr(t->argv[i], '=') != NULL)
			return false;
	lists = t->argc == 0 && tool_stdin_is_empty(t);
	return t->argc > 0 || lists;
}

static const struct tool_about about = {
	.name = "order-config",
	.args = "[name | name=value ...]",
	.does = "list, get and set policy; its output is its own input",
	.needs = TOOL_FILES,
	.head = &head,
	.reads = only_reads,
};

static int
show(struct tool *t, const char *name, struct err *e)
{
	const char *values[2];
	int i = policy_find(name);

	if (i < 0)
		return 0;
	values[0] = name;
	values[1] = policy_value(&t->step.policy, i);
	return tool_put(t, &head, values, NULL, e) < 0 ? -1 : 1;
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

/* All arguments in one transaction: all or none. */
static int
apply_words(struct tool *t, struct err *e)
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

static int
list_all(struct tool *t, struct err *e)
{
	for (int i = 0; policy_name(i) != NULL; i++)
		if (show(t, policy_name(i), e) < 0)
			return -1;
	return 1;
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (t.argc > 0)
		tool_once(&t, apply_words);
	else if (lists)
		tool_once(&t, list_all);
	else
		tool_load(&t, columns, 2, set_row);
	return tool_end(&t);
}
