/* mapped.h - for tests: records through a map, written down */
#ifndef TEST_MAPPED_H
#define TEST_MAPPED_H

#include "records.h"

#include <order/map.h>

static const struct map_column columns[] = {
	{ "external_ref", MAP_TEXT, false }, { "channel", MAP_TEXT, false },
	{ "received_at", MAP_INSTANT, false }, { "email", MAP_TEXT, false },
	{ "currency", MAP_TEXT, false }, { "shipping", MAP_NUMBER, false },
	{ "requested_on", MAP_DATE, false }, { "sku", MAP_TEXT, true },
	{ "quantity", MAP_NUMBER, true }, { "unit_price", MAP_NUMBER, true },
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

/* All records of the text through the map, then what was skipped. */
static inline void
dump_mapped(struct buf *b, const char *map_text, const char *text)
{
	struct arena maps = ARENA_INIT, mem = ARENA_INIT;
	const struct map_skip *skips;
	struct reader_opts o = { .foreign = true };
	struct err e = ERR_INIT;
	const struct map *map;
	struct mapper *m;
	struct reader *r;
	struct rec rec, out;
	FILE *f = tmpfile();
	int rc = 0;
	size_t n;

	buf_clear(b);
	map = map_read(&maps, "a.map", map_text, columns, NCOLUMNS,
	    "external_ref", &e);
	if (map == NULL) {
		buf_printf(b, "%d %s", e.code, e.text);
		goto done;
	}
	assert_non_null(f);
	fputs(text, f);
	rewind(f);
	o.format = map_input(map)->format;
	o.delimiter = map_input(map)->delimiter;
	o.names = map_input(map)->names;
	o.nnames = map_input(map)->nnames;
	o.wrapper = map_input(map)->wrapper;
	r = reader_open(fileno(f), "in", &o);
	m = mapper_open(map);
	while (rc >= 0 && reader_next(r, &mem, true, &rec, &e) == READ_REC) {
		rc = mapper_map(m, &mem, &rec, "in", &out, &e);
		if (rc == 1)
			dump_rec(b, &out);
		if (rc == 1 && out.fault != NULL)
			buf_printf(b, "\t%s\n", out.fault);
	}
	if (e.code != 0)
		buf_printf(b, "%d %s", e.code, e.text);
	n = mapper_skips(m, &skips);
	for (size_t i = 0; i < n; i++)
		if (skips[i].rows > 0)
			buf_printf(b, "%lld: %s\n", (long long)skips[i].rows,
			    skips[i].what);
	mapper_close(m);
	reader_close(r);
done:
	fclose(f);
	arena_release(&maps);
	arena_release(&mem);
}

struct map_case {
	const char *title, *map, *text, *want;
};

static inline void
run_cases(const struct map_case *cases, size_t n)
{
	struct buf got = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		print_message("%s\n", cases[i].title);
		dump_mapped(&got, cases[i].map, cases[i].text);
		assert_string_equal(got.data, cases[i].want);
	}
	buf_release(&got);
}

#define RUN(list) run_cases(list, sizeof(list) / sizeof(list[0]))

#define UNFIT(code, field, fact) " !" code "(" field ")\n\t" fact "\n"

#endif
