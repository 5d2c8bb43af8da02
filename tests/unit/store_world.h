/* store_world.h - a store in a folder of its own, and a step at work in it */
#ifndef STORE_WORLD_H
#define STORE_WORLD_H

#include "folder.h"

#include <order/order.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NOW 1795424400		/* Monday, 2026-11-23T09:00:00Z */

static struct db *db;
static struct step step;

static inline void
must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->text);
}

static void
sql(const char *text)
{
	struct err e = ERR_INIT;

	if (db_run(db, text, NOBIND, &e) < 0)
		fail_msg("%s: %s", text, e.text);
}

/* Take in an order by mail: the columns that are NULL are blank. */
static void
receive(struct order_in *in)
{
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;
	struct order_intake it;
	struct verdict v;

	for (int i = 0; i < ORDER_NCOLUMNS; i++)
		if (in->column[i] == NULL)
			in->column[i] = "";
	for (size_t k = 0; k < in->nlines; k++)
		for (int i = 0; i < LINE_NCOLUMNS; i++)
			if (in->lines[k].column[i] == NULL)
				in->lines[k].column[i] = "";
	in->column[COLUMN_CHANNEL] = "email";
	in->extra = in->header = "";
	in->source = "test";
	in->source_line = 1;
	in->format = "csv";
	in->raw = "x";
	in->raw_n = 1;
	order_normalise(&mem, in, step.now, &it);
	must(order_receive(&step, &it, &v, &e), &e);
	assert_true(v.order_id > 0);
	arena_release(&mem);
}

static int
store_enter(void **state)
{
	const struct now now = { NOW, true };
	struct err e = ERR_INIT;

	if (folder_enter(state) < 0 ||
	    db_create("orders.db", "test", -1, NOW, 5, NULL, NULL, &e) < 0 ||
	    db_open(&db, "orders.db", DB_WRITE, "test", 5, &e) < 0)
		return -1;
	step_init(&step, db, now, "tester", "test 1");
	return step_begin(&step, &e);
}

static int
leave(void **state)
{
	step_rollback(&step);
	step_release(&step);
	db_close(db, NULL);
	return folder_leave(state);
}

#endif
