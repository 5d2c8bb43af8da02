/* order-backup - copy the database while it is in use, and prove the copy */

#include <order/backups.h>
#include <order/money.h>

static const char *keep;
static bool verify;

static const struct opt opts[] = {
	OPT_TEXT("keep", "N", &keep,
	    "keep the newest N copies of this database there"),
	OPT_FLAG("verify", &verify, "prove copies that were made before"),
	OPT_END
};

static bool
needs_no_db(void)
{
	return verify;
}

static const struct tool_about about = {
	.name = "order-backup",
	.args = "folder | file",
	.does = "copy the database while it is in use, and prove the copy",
	.opts = opts,
	.needs = TOOL_READS | TOOL_PLAIN,
	.no_db = needs_no_db,
	.head = &backups_head,
};

static int64_t
copies_to_keep(struct tool *t)
{
	int64_t n = 0;

	if (keep == NULL)
		return 0;
	if (verify)
		tool_usage(t, "--keep does not go with --verify");
	if (decimal_parse(keep, 0, &n) != DECIMAL_OK || n < 1)
		tool_usage(t, "--keep: \"%s\" is no number from 1", keep);
	return n;
}

int
main(int argc, char **argv)
{
	struct tool t;
	int64_t n;

	tool_begin(&t, argc, argv, &about);
	n = copies_to_keep(&t);
	if (verify && t.argc == 0)
		tool_usage(&t, "--verify: name the copies");
	if (!verify && (t.argc != 1 || t.argv[0][0] == '\0'))
		tool_usage(&t, "name the folder for the copy, or its file");
	if (verify)
		backups_verify(&t);
	else
		backups_make(&t, n);
	return tool_end(&t);
}
