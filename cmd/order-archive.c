/* order-archive - move closed orders to an archive; erase a person's data */

#include <order/archives.h>
#include <order/erasures.h>

static const char *to, *customer, *one;
static struct words archives;
static bool pending;

static const struct opt opts[] = {
	OPT_TEXT("to", "FILE", &to, "the archive, made when it is not there"),
	OPT_SELECT("pending", &pending,
	    "every order whose time has come"),
	OPT_TEXT("erase-customer", "NUMBER", &customer,
	    "erase their data, in orders and archives, too"),
	OPT_TEXT("erase-order", "ORDER", &one,
	    "erase the personal data of one order"),
	OPT_WORDS("archive", "FILE", &archives,
	    "erase in this archive (all that orders went to)"),
	OPT_END
};

static const struct tool_about about = {
	.name = "order-archive",
	.args = "[order ...]",
	.does = "move closed orders to an archive, or erase a person's data",
	.opts = opts,
	.more = archives_more,
};

static void
check(struct tool *t)
{
	bool erases = customer != NULL || one != NULL;

	if ((to != NULL) + (customer != NULL) + (one != NULL) != 1)
		tool_usage(t, "say where to (--to FILE), or whose data are to"
		    " be erased");
	if (erases && (t->argc > 0 || t->selected))
		tool_usage(t, "an erasure names no other orders");
	if (!erases && archives.n > 0)
		tool_usage(t, "--archive goes with an erasure; to move orders"
		    " say --to");
}

int
main(int argc, char **argv)
{
	struct tool t;

	tool_begin(&t, argc, argv, &about);
	check(&t);
	if (to != NULL)
		archives_run(&t, to, pending);
	else
		erasures_run(&t, customer, one, &archives);
	return tool_end(&t);
}
