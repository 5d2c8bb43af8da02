/* order-load - upsert master data */

#include <order/load.h>
#include <order/tool.h>

static bool adjust;

static const struct opt opts[] = {
	OPT_FLAG("adjust", &adjust,
	    "stock: differences by adjust_ref instead of counts"),
	OPT_END
};

static const char *const columns[] = { "kind", "key", "result", "reason" };
static const struct head head = { 4, columns };

static const struct tool_about about = {
	.name = "order-load",
	.args = "customers|items|prices|aliases|stock|supply|substitutes|"
	    "channels|holidays|transit|blocklist [file]",
	.does = "load master data; a file goes in whole or not at all",
	.opts = opts,
	.needs = TOOL_FILES,
	.head = &head,
};

static const struct load_kind *kind;

static int
load_one(struct tool *t, struct rec *r, const char *source, bool refuse,
    struct err *e)
{
	const char *text[LOAD_MAX_COLUMNS], *key = "", *values[4];
	struct fault fault = { 0 };
	struct verdict v;

	for (int i = 0; i < kind->ncolumns; i++) {
		int at = head_find(r->head, kind->columns[i].name);

		text[i] = at < 0 ? NULL : r->values[at];
	}
	if (r->fault != NULL) {
		fault_set(&fault, &t->step.mem, r->fault_code, r->fault_field,
		    r->line, "%s", r->fault);
		verdict_set(&v, 0, RESULT_REFUSED, fault.code);
	} else if (load_row(&t->step, kind, text, &v, &fault, &key, e) < 0)
		return -1;
	if (fault.code != NULL && !refuse)
		tool_note(t, "%s:%lld: %s%s%s", source, (long long)r->line,
		    fault.field, fault.field[0] != '\0' ? ": " : "",
		    fault.text);
	if (fault.code == NULL && refuse)
		verdict_set(&v, 0, RESULT_REFUSED, "file-refused");
	if (v.result == RESULT_REFUSED)
		tool_status(t, 1);
	values[0] = kind->name;
	values[1] = key;
	values[2] = result_text(v.result);
	values[3] = v.reason;
	if (tool_put(t, &head, values, NULL, e) < 0)
		return -1;
	return fault.code == NULL;
}

int
main(int argc, char **argv)
{
	const char *names[LOAD_MAX_COLUMNS];
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (t.argc < 1 || (kind = load_find(t.argv[0])) == NULL)
		tool_usage(&t, "say what to load: %s", about.args);
	if (t.argc > 2)
		tool_usage(&t, "one file at a time");
	if (adjust && strcmp(kind->name, "stock") != 0)
		tool_usage(&t, "--adjust goes with stock");
	if (adjust)
		kind = &load_adjust;
	t.argc--;
	t.argv++;
	for (int i = 0; i < kind->ncolumns; i++)
		names[i] = kind->columns[i].name;
	tool_load(&t, names, kind->ncolumns, load_one);
	return tool_end(&t);
}
