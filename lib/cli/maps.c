/* maps.c - finding a map by its name, and what options say of dialects */

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <order/maps.h>
#include <order/text.h>

#include "maps.h"

#define MAP_MAX (1 << 20)

/* All columns a map may fill, in the order of order-csv(5). */
static const struct map_column *
all_columns(void)
{
	static struct map_column all[ORDER_NCOLUMNS + LINE_NCOLUMNS];

	for (size_t i = 0; i < ORDER_NCOLUMNS + LINE_NCOLUMNS; i++) {
		bool line = i >= ORDER_NCOLUMNS;
		const struct column *c = line ?
		    &line_columns[i - ORDER_NCOLUMNS] : &order_columns[i];

		all[i] = (struct map_column){ c->name,
		    c->kind == COL_INSTANT ? MAP_INSTANT :
		    c->kind == COL_DATE ? MAP_DATE :
		    c->kind == COL_AMOUNT || c->kind == COL_PRICE ||
		    c->kind == COL_QUANTITY ? MAP_NUMBER : MAP_TEXT, line };
	}
	return all;
}

static const char *
builtin(const char *name)
{
	for (size_t i = 0; i < nbuiltin_maps; i++)
		if (strcmp(builtin_maps[i].name, name) == 0)
			return (const char *)builtin_maps[i].text;
	return NULL;
}

static const char *
read_map(struct arena *mem, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char *text;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0) {
		if (errno == ENOENT && strchr(path, '/') == NULL)
			err_set(e, ERR_NOINPUT, "%s: is no file here and no"
			    " built-in map (see: order-receive --maps)", path);
		else
			err_errno(e, ERR_NOINPUT, errno, "%s", path);
		return NULL;
	}
	text = arena_alloc(mem, MAP_MAX + 1);
	n = read(fd, text, MAP_MAX + 1);
	close(fd);
	if (n < 0)
		err_errno(e, ERR_NOINPUT, errno, "%s", path);
	else if (n > MAP_MAX)
		err_set(e, ERR_CONFIG, "%s: is larger than 1 MiB", path);
	else if (text_unfit(text, (size_t)n) != NULL)
		err_set(e, ERR_CONFIG, "%s: %s", path,
		    text_unfit(text, (size_t)n));
	else {
		text[n] = '\0';
		return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
	}
	return NULL;
}

/* Built in, or from a file. */
static const struct map *
map_named(struct tool *t, struct arena *mem, const char *name)
{
	const char *text = builtin(name);
	const struct map *map = NULL;
	struct err e = ERR_INIT;

	if (text == NULL)
		text = read_map(mem, name, &e);
	if (text != NULL) {
		char *label = reader_label(name);

		map = map_read(mem, arena_dup(mem, label), text, all_columns(),
		    ORDER_NCOLUMNS + LINE_NCOLUMNS, "external_ref", &e);
		free(label);
	}
	if (map == NULL)
		tool_fail(t, &e);
	return map;
}

static char
delimiter_asked(struct tool *t, const char *text)
{
	if (text == NULL)
		return '\0';
	if (strcmp(text, "tab") == 0)
		return '\t';
	if (strlen(text) != 1 || strchr(",;|\t:^~", text[0]) == NULL)
		tool_usage(t, "--delimiter: \"%s\" is none of , ; | : ^ ~ and"
		    " tab", text);
	return text[0];
}

static void
check_encoding(struct tool *t, const char *encoding)
{
	iconv_t to_utf8 = encoding != NULL ? iconv_open("UTF-8", encoding) :
	    (iconv_t)-1;

	if (to_utf8 != (iconv_t)-1)
		iconv_close(to_utf8);
	else if (encoding != NULL)
		tool_usage(t, "--encoding: \"%s\" is not known (see: iconv"
		    " -l)", encoding);
}

struct dialect
dialect_asked(struct tool *t, struct arena *mem, const struct intake_opts *o)
{
	struct dialect d = { .foreign = true,
	    .delimiter = delimiter_asked(t, o->delimiter) };

	check_encoding(t, o->encoding);
	d.encoding = o->encoding;
	if (o->map != NULL)
		d.map = map_named(t, mem, o->map);
	return d;
}

/* ---- the list ---- */

/* The first line of a map says what it is for. */
static const char *
title(struct arena *mem, const char *text)
{
	text += strspn(text, "# ");
	return arena_dupn(mem, text, strcspn(text, "\r\n"));
}

static void
list(struct tool *t)
{
	static const char *const columns[] = { "map", "description" };
	static const struct head head = { 2, columns };
	struct arena mem = ARENA_INIT;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < nbuiltin_maps; i++) {
		const char *values[] = { builtin_maps[i].name, title(&mem,
		    (const char *)builtin_maps[i].text) };

		if (tool_put(t, &head, values, NULL, &e) < 0)
			tool_fail(t, &e);
	}
	tool_flush(t);
	arena_release(&mem);
}

static void
show(struct tool *t, const char *name)
{
	const char *text = builtin(name);

	if (text == NULL)
		tool_usage(t, "--show-map: there is no built-in map \"%s\""
		    " (see: order-receive --maps)", name);
	tool_text(t, text, strlen(text));
	tool_flush(t);
}

bool
maps_are_asked(const struct maps_asked *a)
{
	return a->list || a->show != NULL || a->check != NULL;
}

void
maps_run(struct tool *t, const struct maps_asked *a,
    const struct intake_opts *o)
{
	if (a->list)
		list(t);
	else if (a->show != NULL)
		show(t, a->show);
	else
		map_check(t, o, a->check);
}
