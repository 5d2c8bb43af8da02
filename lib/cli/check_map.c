/* check_map.c - what a map makes of a sample, value by value */

#include <order/maps.h>
#include <order/money.h>
#include <order/text.h>

#include "maps.h"

static const char *const columns[] = { "line", "column", "value", "from",
	"found", "fault" };
static const struct head head = { 6, columns };

struct checking {
	struct tool *tool;
	struct arena *mem;
	int64_t records;
	const char *fault;	/* the last of a value */
	bool faulty;
	struct err err;
};

/* What order-receive would say of it, as far as one value tells. */
static const char *
own_fault(struct arena *mem, const struct map_column *c, const char *value)
{
	int i = c->of_line ? line_column_find(c->name) :
	    order_column_find(c->name);
	const struct column *own = c->of_line ? &line_columns[i] :
	    &order_columns[i];
	struct fault f = { .code = NULL };
	enum decimal_fault number = DECIMAL_OK;
	int64_t n;

	column_check(mem, own, value, &f);
	if (f.code == NULL && value[0] != '\0')
		switch (own->kind) {
		case COL_AMOUNT:
			number = decimal_parse(value, AMOUNT_SCALE, &n);
			break;
		case COL_PRICE:
			number = decimal_parse(value, PRICE_SCALE, &n);
			break;
		case COL_QUANTITY:
			number = decimal_parse(value, QUANTITY_SCALE, &n);
			break;
		default:
			break;
		}
	if (number != DECIMAL_OK)
		return arena_printf(mem, "\"%s\" %s",
		    text_excerpt(mem, value), decimal_fault_text(number));
	return f.code != NULL ? f.text : "";
}

static void
put(struct checking *k, int64_t line, const char *column, const char *value,
    const char *from, const char *found, const char *fault)
{
	char number[24];
	const char *values[] = { number, column, value, from, found, fault };

	snprintf(number, sizeof(number), "%lld", (long long)line);
	k->faulty = k->faulty || fault[0] != '\0';
	if (k->err.code == 0)
		tool_put(k->tool, &head, values, NULL, &k->err);
}

static void
on_value(void *arg, const struct map_column *c, int64_t line,
    const char *from, const char *found, const char *value,
    const char *fault)
{
	struct checking *k = arg;

	if (found[0] == '\0' && value[0] == '\0' && fault == NULL)
		return;
	if (k->fault == NULL)
		k->fault = fault;
	put(k, line, c->name, value, from, text_excerpt(k->mem, found),
	    fault != NULL ? fault : own_fault(k->mem, c, value));
}

static int64_t
skipped(const struct mapper *m)
{
	const struct map_skip *skips;
	size_t n = mapper_skips(m, &skips);
	int64_t rows = 0;

	for (size_t i = 0; i < n; i++)
		rows += skips[i].rows;
	return rows;
}

static void
tell_skips(struct tool *t, const struct mapper *m)
{
	const struct map_skip *skips;
	size_t n = mapper_skips(m, &skips);

	for (size_t i = 0; i < n; i++)
		if (skips[i].rows > 0)
			tool_note(t, "%lld skipped: %s",
			    (long long)skips[i].rows, skips[i].what);
}

void
map_check(struct tool *t, const struct intake_opts *o, const char *name)
{
	struct intake_opts opts = *o;
	struct arena maps = ARENA_INIT, mem = ARENA_INIT;
	struct checking k = { .tool = t, .mem = &mem };
	struct dialect d;
	struct feed f;
	const char *source;
	struct rec r;

	opts.map = name;
	feed_init(&f, t);
	d = dialect_asked(t, &maps, &opts);
	feed_speak(&f, &d);
	mapper_watch(f.mapper, on_value, &k);
	while (feed_next(&f, &mem, true, &r, &source, &k.err) == READ_REC) {
		k.records++;
		if (r.fault != NULL && r.fault != k.fault)
			put(&k, r.line, "", "", r.fault_field, "", r.fault);
		k.fault = NULL;
		if (k.err.code != 0)
			break;
		tool_flush(t);
		arena_reset(&mem);
	}
	if (k.err.code != 0)
		tool_fail(t, &k.err);
	tell_skips(t, f.mapper);
	tool_note(t, "%lld record%s%s", (long long)k.records,
	    k.records == 1 ? "" : "s",
	    skipped(f.mapper) > 0 ? " beside what was skipped" : "");
	tool_flush(t);
	if (k.faulty)
		tool_status(t, 1);
	feed_release(&f);
	arena_release(&mem);
	arena_release(&maps);
}
