/* map_rule.c - one rule of a map: a column of ours, where its value comes from
 * and what is done to it on the way */

#include <stdlib.h>

#include <order/text.h>

#include "map_parse.h"

static void
read_choice(struct parser *ps, struct map_rule *rule)
{
	struct map_choice *c = GROW(ps->mem, rule->choice, rule->n);

	do {
		struct map_part *part = GROW(ps->mem, c->part, c->n);

		parse_blanks(ps);
		if (*ps->p == '"')
			part->text = parse_quoted(ps);
		else {
			part->source = parse_source(ps, ",|+");
			rule->constant = false;
		}
	} while (!ps->failed && parse_char(ps, '+'));
}

static const struct {
	const char *name;
	enum map_filter_kind kind;
	size_t least, most;	/* texts */
} filters[] = {
	{ "date", FILTER_DATE, 1, 20 }, { "number", FILTER_NUMBER, 0, 0 },
	{ "minor", FILTER_MINOR, 0, 1 }, { "per", FILTER_PER, 1, 1 },
	{ "strip-end", FILTER_STRIP_END, 1, 20 },
	{ "strip", FILTER_STRIP, 1, 20 }, { "split", FILTER_SPLIT, 2, 2 },
	{ "upper", FILTER_UPPER, 0, 0 }, { "lower", FILTER_LOWER, 0, 0 },
	{ "country", FILTER_COUNTRY, 0, 0 }, { "sum", FILTER_SUM, 0, 0 },
	{ "join", FILTER_JOIN, 1, 1 }
};

/* "from = to, from = to, else = to" */
static void
read_values(struct parser *ps, struct map_filter *f)
{
	f->kind = FILTER_VALUES;
	do {
		bool word = parse_word(ps, "else"), same;
		const char *from = word ? "" : parse_text(ps, "=,|");

		if (!parse_char(ps, '=')) {
			parse_fail(ps, "values: \"=\" is missing behind \"%s\"",
			    word ? "else" : from);
			return;
		}
		same = word && parse_word(ps, "same");
		f->open = f->open || same;
		if (same)
			continue;
		if (word) {
			f->other = parse_text(ps, ",|");
			continue;
		}
		*GROW(ps->mem, f->text, f->n) = from;
		*GROW(ps->mem, f->text, f->n) = parse_text(ps, ",|");
	} while (parse_char(ps, ','));
}

static void
read_number(struct parser *ps, struct map_filter *f, size_t text)
{
	char *end;

	f->number = strtol(f->text[text], &end, 10);
	if (*end != '\0' || end == f->text[text] || f->number < -100 ||
	    f->number > 100 || f->number == 0)
		parse_fail(ps, "\"%s\" is no number that fits here", f->text[text]);
}

/* The texts of a filter stand in quotes, or are one word each. */
static void
read_texts(struct parser *ps, struct map_filter *f)
{
	while (!ps->failed) {
		parse_char(ps, ',');
		parse_blanks(ps);
		if (*ps->p == '\0' || *ps->p == '|')
			return;
		*GROW(ps->mem, f->text, f->n) = parse_text(ps, " \t,|");
	}
}

static void
check_filter(struct parser *ps, const struct map_rule *rule,
    struct map_filter *f)
{
	if (f->kind == FILTER_MINOR && f->n == 0)
		f->number = -1;
	else if (f->kind == FILTER_MINOR)
		read_number(ps, f, 0);
	else if (f->kind == FILTER_SPLIT)
		read_number(ps, f, 1);
	if (f->kind == FILTER_DATE && rule->column->kind != MAP_DATE &&
	    rule->column->kind != MAP_INSTANT)
		parse_fail(ps, "%s takes no date", rule->column->name);
	if (f->kind == FILTER_PER && strcmp(f->text[0], "quantity") != 0)
		parse_fail(ps, "per what? only \"per quantity\" is known");
	if ((f->kind == FILTER_SUM || f->kind == FILTER_JOIN) &&
	    rule->nfilters > 1)
		parse_fail(ps, "sum and join must come first");
}

static void
read_filter(struct parser *ps, struct map_rule *rule)
{
	struct map_filter *f = GROW(ps->mem, rule->filter, rule->nfilters);

	if (parse_word(ps, "values")) {
		read_values(ps, f);
		return;
	}
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		size_t n = strlen(filters[i].name);

		parse_blanks(ps);
		if (strncmp(ps->p, filters[i].name, n) != 0 ||
		    (ps->p[n] != '\0' && strchr(" \t|\"", ps->p[n]) == NULL))
			continue;
		ps->p += n;
		f->kind = filters[i].kind;
		read_texts(ps, f);
		if (f->n < filters[i].least || f->n > filters[i].most)
			parse_fail(ps, "%s: too %s behind it", filters[i].name,
			    f->n < filters[i].least ? "little" : "much");
		else
			check_filter(ps, rule, f);
		return;
	}
	parse_fail(ps, "\"%s\" is none of values, date, number, minor, per, strip,"
	    " strip-end, split, upper, lower, country, sum and join",
	    parse_text(ps, " \t|"));
}

/* What a list becomes must be said. */
static void
check_lists(struct parser *ps, const struct map_rule *rule)
{
	bool list = false, gathers = rule->nfilters > 0 &&
	    (rule->filter[0].kind == FILTER_SUM ||
	    rule->filter[0].kind == FILTER_JOIN);

	for (size_t i = 0; i < rule->n; i++)
		for (size_t k = 0; k < rule->choice[i].n; k++) {
			const struct map_part *part = &rule->choice[i].part[k];

			if (part->text == NULL &&
			    ps->map->source[part->source].list)
				list = true;
		}
	if (list && !gathers)
		parse_fail(ps, "a list needs | sum or | join");
	else if (gathers && (!list || rule->n > 1 || rule->choice[0].n > 1))
		parse_fail(ps, "sum and join take one list, such as fees[].amount");
}

void
parse_rule(struct parser *ps, const char *name)
{
	struct map *m = ps->map;
	struct map_rule rule = { .constant = true }, *r;

	while (rule.place < m->ncolumns &&
	    strcmp(m->columns[rule.place].name, name) != 0)
		rule.place++;
	if (rule.place == m->ncolumns) {
		const char **names = arena_array(ps->mem, m->ncolumns,
		    sizeof(*names)), *near;

		for (size_t i = 0; i < m->ncolumns; i++)
			names[i] = m->columns[i].name;
		near = text_nearest(name, names, m->ncolumns);
		parse_fail(ps, "\"%s\" is no column of an order%s%s%s", name,
		    near != NULL ? " (did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?)" : "");
		return;
	}
	rule.column = &m->columns[rule.place];
	for (size_t i = 0; i < m->nrules; i++)
		if (m->rule[i].place == rule.place)
			parse_fail(ps, "%s is there twice", name);
	do
		read_choice(ps, &rule);
	while (!ps->failed && parse_char(ps, ','));
	while (!ps->failed && parse_char(ps, '|'))
		read_filter(ps, &rule);
	if (!ps->failed)
		check_lists(ps, &rule);
	r = GROW(ps->mem, m->rule, m->nrules);
	*r = rule;
}
