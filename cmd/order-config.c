/* order-config - list, get and set the company's policy */

#include <order/settings.h>

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
	.head = &settings_head,
	.reads = only_reads,
};

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (t.argc > 0)
		tool_once(&t, settings_words);
	else if (lists)
		tool_once(&t, settings_list);
	else
		settings_load(&t);
	return tool_end(&t);
}
