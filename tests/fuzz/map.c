/* map.c - fuzz target: a map, and records of theirs through it
 *
 * A refusal of the map names its line.  A record of theirs is made into one
 * of ours or counted as skipped, never both and never neither; made again it
 * is the same. */

#include <order/map.h>
#include <order/recs.h>
#include <order/text.h>

#include "fuzz.h"

static const int config[] = { ERR_CONFIG, 0 };
static const int input[] = { ERR_DATA, 0 };

static const struct map_column columns[] = {
	{ "external_ref", MAP_TEXT, false }, { "channel", MAP_TEXT, false },
	{ "received_at", MAP_INSTANT, false }, { "email", MAP_TEXT, false },
	{ "bill_country", MAP_TEXT, false }, { "currency", MAP_TEXT, false },
	{ "shipping", MAP_NUMBER, false }, { "requested_on", MAP_DATE, false },
	{ "sku", MAP_TEXT, true }, { "quantity", MAP_NUMBER, true },
	{ "unit_price", MAP_NUMBER, true },
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

/* What became of the records. */
struct passage {
	size_t records, made;
	int64_t skipped;	/* as it is told */
	struct buf values;
};

static void
holds(const struct rec *theirs, const struct rec *ours)
{
	MUST(ours->raw == theirs->raw && ours->raw_n == theirs->raw_n &&
	    ours->line == theirs->line, "it has another place or other bytes");
	MUST(ours->head->n <= NCOLUMNS + 1, "%zu columns", ours->head->n);
	MUST(theirs->fault == NULL || ours->fault != NULL,
	    "the fault of theirs is gone: %s", theirs->fault);
	MUST(ours->fault == NULL || (ours->fault_code != NULL &&
	    ours->fault_code[0] != '\0' && ours->fault_field != NULL &&
	    fuzz_is_clean(ours->fault, strlen(ours->fault))),
	    "a fault without a code, or one that harms: %s", ours->fault);
}

static void
pass(struct mapper *m, const struct map_input *in, const char *text, size_t n,
    struct passage *p)
{
	const struct reader_opts opts = { .foreign = true,
	    .format = in->format, .delimiter = in->delimiter,
	    .encoding = in->encoding, .names = in->names,
	    .nnames = in->nnames, .wrapper = in->wrapper };
	struct reader *r = reader_open(fuzz_file(text, n), "in", &opts);
	struct arena mem = ARENA_INIT;
	const struct map_skip *skips;
	struct err e = ERR_INIT;
	struct rec rec, out;
	size_t k, nskips;
	int got = READ_REC, made = 0;

	*p = (struct passage){ .values = BUF_INIT };
	mapper_recount(m, true);
	while (made >= 0 && (got = reader_next(r, &mem, true, &rec, &e)) ==
	    READ_REC) {
		made = mapper_map(m, &mem, &rec, "in", &out, &e);
		p->records += made >= 0;
		p->made += made == 1;
		if (made != 1)
			continue;
		holds(&rec, &out);
		for (k = 0; k < out.head->n; k++)
			buf_printf(&p->values, "%s\n", out.values[k]);
	}
	if (got != READ_END)
		fuzz_code("records", &e, input);
	nskips = mapper_skips(m, &skips);
	for (k = 0; k < nskips; k++)
		p->skipped += skips[k].rows - (fuzz_twin ? 0 : skips[k].kept);
	reader_close(r);
	arena_release(&mem);
}

/* Fields: the map, the records. */
static void
one(const char *s, size_t n)
{
	struct arena a = ARENA_INIT;
	struct passage first, second;
	struct err e = ERR_INIT;
	const struct map *map;
	const char *field[2];
	struct mapper *m;
	size_t i;

	n = fuzz_fields(&a, s, n, field, 2);
	/* The text of a map is looked at before. */
	if (text_unfit(field[0], strlen(field[0])) != NULL) {
		arena_release(&a);
		return;
	}
	map = map_read(&a, "a.map", field[0], columns, NCOLUMNS,
	    "external_ref", &e);
	if (map == NULL) {
		fuzz_code("map", &e, config);
		MUST(fuzz_matches(e.text, "a\\.map:[0-9]+: .+"),
		    "no line is named: %s", e.text);
		arena_release(&a);
		return;
	}
	m = mapper_open(map);
	pass(m, map_input(map), field[1], n, &first);
	pass(m, map_input(map), field[1], n, &second);
	MUST(first.records - first.made == (uint64_t)first.skipped,
	    "of %zu records %zu were made and %lld skipped", first.records,
	    first.made, (long long)first.skipped);
	MUST(first.records == second.records && first.made == second.made,
	    "another number of records");
	fuzz_same("made again", first.values.data, first.values.n,
	    second.values.data, second.values.n);
	for (i = 0; map_input(map)->nnames > i; i++)
		MUST(map_input(map)->names[i][0] != '\0', "no name");
	buf_release(&first.values);
	buf_release(&second.values);
	mapper_close(m);
	arena_release(&a);
}

const struct fuzz_target fuzz_map = { "map", NULL, one };
