/* map.c - one record of theirs to one of ours
 *
 * Finds the values that the rules name, in the cells of a row or along paths
 * in JSON, and puts together what they make of them.  What a value becomes,
 * map_value.c knows. */

#include <order/text.h>

#include "map_run.h"

static const char *const line_column[] = { LINES };

/* Columns of lines stand in the record itself, but where an order has a list
 * of them. */
bool
map_is_inside(const struct map *m, const struct map_column *c)
{
	return m->lines != NULL && c->of_line;
}

struct mapper *
mapper_open(const struct map *map)
{
	struct mapper *m = xmalloc(sizeof(*m));
	const char **names;

	*m = (struct mapper){ .map = map, .left = BUF_INIT,
	    .list = BUF_INIT };
	m->place = xmalloc((map->nsources + 1) * sizeof(*m->place));
	m->above = xmalloc((map->nsources + 1) * sizeof(*m->above));
	for (size_t i = 0; i < map->nsources; i++)
		m->above[i] = (struct buf)BUF_INIT;
	m->values = xmalloc((map->ncolumns + 1) * sizeof(*m->values));
	m->skips = xmalloc((map->nconditions + 1) * sizeof(*m->skips));
	for (size_t i = 0; i < map->nconditions; i++)
		m->skips[i] = (struct map_skip){ map->condition[i].what, 0,
		    0 };
	names = xmalloc((map->nrules + 1) * sizeof(*names));
	for (size_t i = 0; i < map->nrules; i++)
		if (!map_is_inside(map, map->rule[i].column))
			names[m->ours.n++] = map->rule[i].column->name;
	if (map->lines != NULL)
		names[m->ours.n++] = line_column[0];
	m->ours.names = names;
	return m;
}

void
mapper_close(struct mapper *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->map->nsources; i++)
		buf_release(&m->above[i]);
	free(m->above);
	free(m->place);
	free((void *)m->values);
	free(m->skips);
	free((void *)(uintptr_t)m->ours.names);
	free(m->nested);
	buf_release(&m->left);
	buf_release(&m->list);
	free(m);
}

void
mapper_begin(struct mapper *m)
{
	m->theirs = NULL;
	m->leaving = NULL;
	m->begun = false;
	buf_clear(&m->left);
	for (size_t i = 0; i < m->map->nsources; i++)
		buf_clear(&m->above[i]);
}

void
mapper_recount(struct mapper *m, bool all)
{
	for (size_t i = 0; i < m->map->nconditions; i++) {
		m->skips[i].rows -= all ? m->skips[i].rows : m->skips[i].kept;
		m->skips[i].kept = 0;
	}
	mapper_begin(m);
}

size_t
mapper_skips(const struct mapper *m, const struct map_skip **skips)
{
	*skips = m->skips;
	return m->map->nconditions;
}

void
mapper_watch(struct mapper *m, map_watch *watch, void *arg)
{
	m->watch = watch;
	m->arg = arg;
}

/* ---- a value of theirs: CSV ---- */

/* Case and blanks around a name in the header do not count. */
static bool
same_name(const char *a, const char *b)
{
	size_t n;

	a += strspn(a, " \t");
	b += strspn(b, " \t");
	for (n = strlen(a); n > 0 && strchr(" \t", a[n - 1]) != NULL; n--)
		continue;
	return strncasecmp(a, b, n) == 0 && b[n + strspn(b + n, " \t")] == '\0';
}

/* Of several names that may each be missing, one must be there. */
static int
check_choices(const struct mapper *m, const char *source, struct err *e)
{
	const struct map *map = m->map;

	for (size_t i = 0; i < map->nrules; i++) {
		const struct map_rule *rule = &map->rule[i];
		bool found = rule->n < 2;

		for (size_t k = 0; k < rule->n && !found; k++)
			for (size_t p = 0; p < rule->choice[k].n; p++) {
				const struct map_part *part =
				    &rule->choice[k].part[p];

				found = found || part->text != NULL ||
				    m->place[part->source] >= 0;
			}
		if (!found)
			return err_set(e, ERR_DATA, "%s: header: there is"
			    " none of the columns that the map %s has for %s",
			    source, map->name, rule->column->name);
	}
	return 0;
}

int
mapper_header(struct mapper *m, const struct head *head, const char *source,
    struct err *e)
{
	const struct map *map = m->map;

	if (map->input.format == FORMAT_JSON)
		return err_set(e, ERR_DATA, "%s: is not JSON, which the map %s"
		    " is for", source, map->name);
	for (size_t i = 0; i < map->nsources; i++) {
		const char *name = map->source[i].name;

		m->place[i] = -1;
		for (size_t k = 0; k < head->n; k++) {
			if (!same_name(head->names[k], name))
				continue;
			if (m->place[i] >= 0)
				return err_set(e, ERR_DATA, "%s: header:"
				    " column '%s' is there twice", source,
				    name);
			m->place[i] = (int)k;
		}
		if (m->place[i] < 0 && !map->source[i].optional)
			return err_set(e, ERR_DATA, "%s: header: there is no"
			    " column '%s', which the map %s needs (mark it"
			    " with ? when files may lack it)", source, name,
			    map->name);
	}
	m->theirs = head;
	return check_choices(m, source, e);
}

/* Blanks around a value do not count. */
static const char *
bare(struct arena *mem, const char *value)
{
	size_t n = strlen(value);

	return n > 0 && (strchr(" \t\r\n\xc2", value[0]) != NULL ||
	    strchr(" \t\r\n\xa0", value[n - 1]) != NULL) ?
	    text_trim(mem, value) : value;
}

static const char *
cell(struct mapper *m, struct arena *mem, const struct rec *r, size_t source)
{
	int i = m->place[source];
	const char *value = i < 0 ? "" : bare(mem, r->values[i]);

	if (!m->map->source[source].fill)
		return value;
	return value[0] != '\0' ? value : m->above[source].data;
}

static void
remember(struct mapper *m, struct arena *mem, const struct rec *r)
{
	for (size_t i = 0; i < m->map->nsources; i++) {
		const char *value;

		if (!m->map->source[i].fill || m->place[i] < 0)
			continue;
		value = bare(mem, r->values[m->place[i]]);
		if (value[0] == '\0')
			continue;
		buf_clear(&m->above[i]);
		buf_puts(&m->above[i], value);
	}
}

/* ---- a value of ours ---- */

static const char *
value_of(struct making *k, size_t source)
{
	struct mapper *m = k->m;

	return m->map->input.format != FORMAT_JSON ?
	    cell(m, k->to.mem, k->r, source) : bare(k->to.mem,
	    map_json_value(m, k->to.mem, k->r, m->map->source[source].name));
}

/* A constant between two parts needs both, at an end it needs its one. */
static const char *
joined(struct making *k, const struct map_choice *c)
{
	const char **part = arena_array(k->to.mem, c->n, sizeof(*part));
	struct buf b = BUF_INIT;
	const char *text;

	for (size_t i = 0; i < c->n; i++)
		part[i] = c->part[i].text != NULL ? c->part[i].text :
		    text_trim(k->to.mem, value_of(k, c->part[i].source));
	for (size_t i = 0; i < c->n; i++) {
		bool before = i == 0 || c->part[i - 1].text != NULL ||
		    part[i - 1][0] != '\0';
		bool after = i + 1 == c->n || c->part[i + 1].text != NULL ||
		    part[i + 1][0] != '\0';

		if (c->part[i].text == NULL || (before && after))
			buf_puts(&b, part[i]);
	}
	text = text_trim(k->to.mem, b.data);
	buf_release(&b);
	return text;
}

static const char *
chosen(struct making *k, const struct map_rule *rule, const char **from)
{
	const char *value = "";

	for (size_t i = 0; i < rule->n && value[0] == '\0'; i++) {
		const struct map_choice *c = &rule->choice[i];

		*from = c->part[0].text != NULL ? "" :
		    k->m->map->source[c->part[0].source].name;
		value = c->n > 1 ? joined(k, c) : c->part[0].text != NULL ?
		    c->part[0].text : value_of(k, c->part[0].source);
	}
	return value;
}

static const char *
listed(struct making *k, const struct map_rule *rule, const char **from)
{
	struct mapper *m = k->m;

	*from = m->map->source[rule->choice[0].part[0].source].name;
	buf_clear(&m->list);
	map_json_list(m, k->to.mem, k->r, *from);
	return map_list(&k->to, &rule->filter[0], &m->list);
}

static bool
gathers(const struct map_rule *rule)
{
	return rule->nfilters > 0 && (rule->filter[0].kind == FILTER_SUM ||
	    rule->filter[0].kind == FILTER_JOIN);
}

void
map_make(struct making *k, bool of_lines, struct rec *out)
{
	struct mapper *m = k->m;

	for (size_t i = 0; i < m->map->nrules; i++) {
		const struct map_rule *rule = &m->map->rule[i];
		const char *from = "", *found;

		if (map_is_inside(m->map, rule->column) != of_lines)
			continue;
		k->to.fault = NULL;
		m->fact = NULL;
		found = gathers(rule) ? listed(k, rule, &from) :
		    chosen(k, rule, &from);
		if (m->fact != NULL && k->to.fault == NULL) {
			k->to.code = m->code;
			k->to.fault = m->fact;
		}
		m->values[rule->place] = k->to.fault == NULL ?
		    map_value(&k->to, rule, found) : "";
		if (k->no_line && rule->column->of_line)
			continue;
		if (m->watch != NULL && k->watched)
			m->watch(m->arg, rule->column, k->r->line, from,
			    found, m->values[rule->place], k->to.fault);
		if (k->to.fault != NULL && out->fault == NULL) {
			out->fault = k->to.fault;
			out->fault_code = k->to.code;
			out->fault_field = rule->column->name;
		}
	}
}

/* ---- skipping ---- */

void
map_skipped(struct mapper *m, const struct map_condition *c)
{
	m->skips[c - m->map->condition].rows++;
}

const struct map_condition *
map_unwanted(struct making *k, bool order)
{
	const struct map *map = k->m->map;

	for (size_t i = 0; i < map->nconditions; i++) {
		const struct map_condition *c = &map->condition[i];

		if (c->order == order &&
		    map_condition_holds(c, value_of(k, c->source)))
			return c;
	}
	return NULL;
}

/* ---- rows ---- */

/* Says the row nothing of an order but what every row says? */
static bool
continues(const struct mapper *m)
{
	for (size_t i = 0; i < m->map->nrules; i++) {
		const struct map_rule *r = &m->map->rule[i];

		if (!r->column->of_line && !r->constant &&
		    m->values[r->place][0] != '\0')
			return false;
	}
	return true;
}

static const char *
key_of(const struct mapper *m)
{
	return m->map->key < m->map->ncolumns &&
	    m->values[m->map->key] != NULL ? m->values[m->map->key] : "";
}

/* Is the order left out that this row is of?  Rows above it that are not
 * cannot be taken back: such an order is faulty. */
static bool
is_left_out(struct making *k, bool more)
{
	struct mapper *m = k->m;
	const char *key = key_of(m);
	bool same = more || (key[0] != '\0' && strcmp(key, m->left.data) == 0);
	const struct map_condition *c;

	if (m->leaving != NULL && same) {
		map_skipped(m, m->leaving);
		return true;
	}
	c = map_unwanted(k, true);
	if (c != NULL && same && m->begun) {
		k->torn = c;
		return false;
	}
	if (!more || c != NULL) {
		m->leaving = c;
		buf_clear(&m->left);
		buf_puts(&m->left, key);
	}
	if (c != NULL)
		map_skipped(m, c);
	return c != NULL;
}

void
map_lay_out(struct making *k, bool constants, bool lines, struct rec *out)
{
	struct mapper *m = k->m;
	size_t n = 0;

	out->head = &m->ours;
	out->values = arena_array(k->to.mem, m->ours.n, sizeof(*out->values));
	for (size_t i = 0; i < m->map->nrules; i++) {
		const struct map_rule *r = &m->map->rule[i];

		if (map_is_inside(m->map, r->column))
			continue;
		out->values[n++] = (r->constant && !r->column->of_line &&
		    !constants) || (r->column->of_line && !lines) ? "" :
		    m->values[r->place];
	}
}

/* What the row says is used, but what it says of a line may be not. */
static void
use_row(struct making *k, struct rec *out)
{
	if (k->no_line || k->m->watch != NULL) {
		if (k->r->fault == NULL)
			out->fault = NULL;
		k->watched = true;
		map_make(k, false, out);
	}
	if (k->torn != NULL && out->fault == NULL) {
		out->fault_code = "order-columns-differ";
		out->fault_field = "";
		out->fault = arena_printf(k->to.mem, "orders where %s are"
		    " skipped, but this order's row above is not of them",
		    k->torn->what);
	}
}

static int
map_row(struct making *k, const char *source, struct rec *out, struct err *e)
{
	struct mapper *m = k->m;
	const struct map_condition *c;
	bool more, left_out;

	if (m->theirs != k->r->head &&
	    mapper_header(m, k->r->head, source, e) < 0)
		return -1;
	map_make(k, false, out);
	more = continues(m);
	left_out = is_left_out(k, more);
	c = left_out ? NULL : map_unwanted(k, false);
	if (c != NULL)
		map_skipped(m, c);
	if (!left_out && (c == NULL || !more)) {
		k->no_line = c != NULL;
		if (c != NULL)
			m->skips[c - m->map->condition].kept++;
		use_row(k, out);
	}
	remember(m, k->to.mem, k->r);
	if (left_out || (c != NULL && more))
		return 0;
	map_lay_out(k, !more || !m->begun, c == NULL, out);
	m->begun = true;
	return 1;
}

int
mapper_map(struct mapper *m, struct arena *mem, const struct rec *r,
    const char *source, struct rec *out, struct err *e)
{
	struct making k = { .m = m, .r = r,
	    .to = { .map = m->map, .mem = mem, .made = m->values } };

	*out = *r;
	if (out->fault_field == NULL)
		out->fault_field = "";
	memset((void *)m->values, 0,
	    m->map->ncolumns * sizeof(*m->values));
	if (m->map->input.format != FORMAT_JSON)
		return map_row(&k, source, out, e);
	if (r->types == NULL)
		return mapper_header(m, r->head, source, e);
	return map_json_order(&k, out);
}
