/* map_read.c - the text of a map to what it says
 *
 * Knows the grammar of order-map(5): settings, conditions and rules, one a
 * line.  Knows nothing of records. */

#include <order/clock.h>
#include <order/text.h>

#include "decode.h"
#include "map_parse.h"

/* ---- settings ---- */

static char
mark_of(struct parser *ps, const char *what)
{
	static const struct {
		const char *name;
		char mark;
	} words[] = {
		{ "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' },
		{ "pipe", '|' }, { "point", '.' }, { "blank", ' ' },
		{ "apostrophe", '\'' }
	};
	const char *text = parse_text(ps, "");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, text) == 0)
			return words[i].mark;
	if (strlen(text) != 1)
		parse_fail(ps, "%s: \"%s\" is not one character, nor comma,"
		    " semicolon, tab, pipe, point, blank or apostrophe", what,
		    text);
	return text[0];
}

static void
set_format(struct parser *ps)
{
	struct map *m = ps->map;
	const char *text = parse_text(ps, "");

	if (m->nsources > 0)
		parse_fail(ps, "format must come before any column");
	if (strcmp(text, "json") == 0)
		m->input.format = FORMAT_JSON;
	else if (strcmp(text, "csv") != 0)
		parse_fail(ps, "format: \"%s\" is neither csv nor json", text);
}

static void
set_names(struct parser *ps)
{
	const char **names = NULL;
	size_t n = 0;

	do {
		const char **name = GROW(ps->mem, names, n);

		*name = parse_text(ps, ",");
		if (**name == '\0')
			parse_fail(ps, "header: the name of column %zu is missing",
			    n);
	} while (parse_char(ps, ','));
	ps->map->input.names = names;
	ps->map->input.nnames = n;
}

static void
set_path(struct parser *ps, const char **path)
{
	const char *text = parse_text(ps, "");
	size_t n = strlen(text);

	if (ps->map->input.format != FORMAT_JSON)
		parse_fail(ps, "only a map with \"format json\" has paths");
	if (n > 2 && strcmp(text + n - 2, "[]") == 0)
		text = arena_dupn(ps->mem, text, n - 2);
	if (!parse_is_path(text) || strchr(text, '[') != NULL)
		parse_fail(ps, "\"%s\" is no path such as payload.Orders", text);
	*path = text;
}

static void
set_zone(struct parser *ps)
{
	ps->map->zone = parse_text(ps, "");
	if (!zone_known(ps->map->zone))
		parse_fail(ps, "timezone: \"%s\" is not known", ps->map->zone);
}

static void
set_encoding(struct parser *ps)
{
	const char *name = parse_text(ps, "");

	ps->map->input.encoding = name;
	if (name[0] == '\0' || !decode_knows(name))
		parse_fail(ps, "encoding: \"%s\" is not known (see: iconv -l)",
		    name);
}

static void
set_fill(struct parser *ps)
{
	if (ps->map->input.format == FORMAT_JSON)
		parse_fail(ps, "a map with \"format json\" has no rows to fill");
	do {
		size_t source = parse_source(ps, ",");

		ps->map->source[source].fill = true;
	} while (!ps->failed && parse_char(ps, ','));
}

/* ---- what to skip ---- */

static void
add_condition(struct parser *ps)
{
	struct map *m = ps->map;
	struct map_condition c = { .order = parse_word(ps, "orders") };
	const char *from;
	size_t ntexts = 0;

	if (!c.order && !parse_word(ps, "rows"))
		parse_fail(ps, "skip what? rows or orders");
	if (!parse_word(ps, "where"))
		parse_fail(ps, "\"where\" is missing");
	parse_blanks(ps);
	from = ps->p;
	/* The name ends where " is " or " begins " does. */
	if (*ps->p == '\'')
		c.source = parse_source(ps, "");
	else {
		const char *is = strstr(ps->p, " is "), *begins =
		    strstr(ps->p, " begins "), *end;

		end = is == NULL || (begins != NULL && begins < is) ? begins :
		    is;
		if (end == NULL) {
			parse_fail(ps, "\"is\" or \"begins\" is missing");
			return;
		}
		c.source = parse_source_name(ps, arena_dupn(ps->mem, ps->p,
		    (size_t)(end - ps->p)));
		ps->p = end;
	}
	if (parse_word(ps, "begins"))
		c.test = TEST_BEGINS;
	else if (!parse_word(ps, "is"))
		parse_fail(ps, "\"is\" or \"begins\" is missing");
	else if (parse_word(ps, "not"))
		c.test = parse_word(ps, "blank") ? TEST_NOT_BLANK : TEST_IS_NOT;
	else
		c.test = parse_word(ps, "blank") ? TEST_BLANK : TEST_IS;
	if (c.test != TEST_BLANK && c.test != TEST_NOT_BLANK)
		do
			*GROW(ps->mem, c.text, ntexts) = parse_text(ps, ",");
		while (parse_char(ps, ','));
	c.n = ntexts;
	c.what = arena_dupn(ps->mem, from, (size_t)(ps->p - from));
	if (m->source != NULL && m->source[c.source].list)
		parse_fail(ps, "a list cannot be compared");
	*GROW(ps->mem, m->condition, m->nconditions) = c;
}

/* ---- the whole ---- */

static void
read_line(struct parser *ps)
{
	struct map *m = ps->map;
	const char *equals = ps->p + strcspn(ps->p, "=\"'");
	size_t n = strcspn(ps->p, " \t=");
	const char *word = arena_dupn(ps->mem, ps->p, n);

	ps->p += n;
	parse_blanks(ps);
	if (*ps->p == '=' && *equals == '=') {
		ps->p++;
		parse_rule(ps, word);
	} else if (strcmp(word, "format") == 0)
		set_format(ps);
	else if (strcmp(word, "delimiter") == 0)
		m->input.delimiter = mark_of(ps, word);
	else if (strcmp(word, "encoding") == 0)
		set_encoding(ps);
	else if (strcmp(word, "header") == 0)
		set_names(ps);
	else if (strcmp(word, "orders") == 0)
		set_path(ps, &m->input.wrapper);
	else if (strcmp(word, "lines") == 0)
		set_path(ps, &m->lines);
	else if (strcmp(word, "timezone") == 0)
		set_zone(ps);
	else if (strcmp(word, "decimal") == 0)
		m->decimal = mark_of(ps, word);
	else if (strcmp(word, "thousands") == 0)
		m->thousands = mark_of(ps, word);
	else if (strcmp(word, "group") == 0)
		m->input.group = true;
	else if (strcmp(word, "fill") == 0)
		set_fill(ps);
	else if (strcmp(word, "skip") == 0)
		add_condition(ps);
	else
		parse_fail(ps, "\"%s\" is neither a setting nor followed by \"=\"",
		    word);
	if (!ps->failed && !parse_end(ps))
		parse_fail(ps, "\"%s\" is more than was expected", ps->p);
}

/* The line at *text without its end, joined with those that continue it by a
 * blank at their start; comments are none.  NULL: there are no more. */
static const char *
next_line(struct parser *ps, const char **text, int *at)
{
	struct buf b = BUF_INIT;
	const char *line = NULL;

	while (**text != '\0') {
		size_t n = strcspn(*text, "\r\n"), blanks;
		bool more = line != NULL;

		blanks = strspn(*text, " \t");
		if (more && (blanks == 0 || blanks == n) && (*text)[0] != '#')
			break;
		(*at)++;
		if (blanks < n && (*text)[blanks] != '#') {
			if (!more)
				ps->line = *at;
			buf_putc(&b, ' ');
			buf_add(&b, *text + blanks, n - blanks);
			line = b.data + 1;
		}
		*text += n;
		*text += **text == '\r' && (*text)[1] == '\n' ? 2 :
		    **text != '\0';
	}
	if (line != NULL)
		line = arena_dup(ps->mem, line);
	buf_release(&b);
	return line;
}

static int
order_of(const struct map_rule *r)
{
	if (strcmp(r->column->name, "currency") == 0 ||
	    strcmp(r->column->name, "quantity") == 0)
		return 0;
	return 1;
}

/* The currency and the quantity are needed by others. */
static void
sort_rules(struct map *m)
{
	for (size_t i = 1, first = 0; i < m->nrules; i++) {
		struct map_rule r = m->rule[i];

		if (order_of(&r) != 0)
			continue;
		while (first < i && order_of(&m->rule[first]) == 0)
			first++;
		memmove(&m->rule[first + 1], &m->rule[first],
		    (i - first) * sizeof(r));
		m->rule[first] = r;
	}
}

const struct map *
map_read(struct arena *mem, const char *name, const char *text,
    const struct map_column *columns, size_t n, const char *key,
    struct err *e)
{
	struct map *m = arena_alloc(mem, sizeof(*m));
	struct parser ps = { .map = m, .mem = mem, .err = e };
	int at = 0;

	*m = (struct map){ .name = name, .zone = "UTC", .columns = columns,
	    .ncolumns = n, .input.format = FORMAT_CSV };
	while (m->key < n && strcmp(columns[m->key].name, key) != 0)
		m->key++;
	while (!ps.failed && (ps.p = next_line(&ps, &text, &at)) != NULL)
		read_line(&ps);
	ps.line = at;
	if (m->nrules == 0)
		parse_fail(&ps, "it fills no column");
	m->marks = m->decimal != '\0' || m->thousands != '\0';
	if (m->decimal == '\0')
		m->decimal = '.';
	if (m->decimal == m->thousands)
		parse_fail(&ps, "decimal and thousands are the same mark");
	sort_rules(m);
	return ps.failed ? NULL : m;
}

const struct map_input *
map_input(const struct map *m)
{
	return &m->input;
}
