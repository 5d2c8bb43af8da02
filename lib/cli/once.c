/* once.c - one transaction without records to read */

#include "loop.h"

void
tool_once(struct tool *t, int (*fn)(struct tool *, struct err *))
{
	bool writes = !t->reads;
	struct err e = ERR_INIT;
	int r;

	if ((writes ? step_begin(&t->step, &e) :
	    step_begin_read(&t->step, &e)) < 0)
		tool_fail(t, &e);
	r = fn(t, &e);
	if (r <= 0 || t->dry_run || !writes)
		step_rollback(&t->step);
	else if (step_commit(&t->step, &e) < 0)
		r = -1;
	if (r <= 0 && t->writer != NULL && writes)
		writer_discard(t->writer);
	if (r < 0)
		tool_fail(t, &e);
	tool_flush_notes(t);
	if (t->writer == NULL)
		return;
	if (t->spool >= 0)
		spool_print(t);
	else if (writer_flush(t->writer, &e) < 0)
		tool_fail(t, &e);
}
