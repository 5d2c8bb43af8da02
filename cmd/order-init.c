/* order-init - create the database, or upgrade an old one */

#include <errno.h>
#include <grp.h>

#include <order/tool.h>

static const char *group;

static const struct opt opts[] = {
	OPT_TEXT("group", "NAME", &group, "share it with a group (mode 0660)"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-init",
	.args = "",
	.does = "create the database, or upgrade an older one after a backup",
	.opts = opts,
	.needs = TOOL_NO_DB | TOOL_PLAIN,
};

static int64_t
group_id(struct tool *t)
{
	struct group *g;

	if (group == NULL)
		return -1;
	errno = 0;
	g = getgrnam(group);
	if (g == NULL)
		tool_usage(t, "--group: there is no group \"%s\"", group);
	return (int64_t)g->gr_gid;
}

int
main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	if (t.argc > 0)
		tool_usage(&t, "it takes no operands; name the database"
		    " with -d");
	if (db_create(t.db_path, t.who, group_id(&t), t.now.at, t.lock_seconds,
	    NULL, NULL, &e) < 0)
		tool_fail(&t, &e);
	return tool_end(&t);
}
