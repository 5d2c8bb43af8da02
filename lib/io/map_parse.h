/* map_parse.h - reading the text of a map, word by word (private) */
#ifndef IO_MAP_PARSE_H
#define IO_MAP_PARSE_H

#include "map_read.h"

struct parser {
	struct map *map;
	struct arena *mem;
	const char *p;		/* what is left of the line at hand */
	int line;		/* its number */
	struct err *err;
	bool failed;
};

/* The first failure counts: "NAME:LINE: fact". */
void parse_fail(struct parser *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* One more element at the end of a list. */
#define GROW(mem, list, n) \
	(*(void **)&(list) = parse_grown((mem), (list), (n), \
	    sizeof(*(list))), &(list)[(n)++])
void *parse_grown(struct arena *, void *list, size_t n, size_t size);

void parse_blanks(struct parser *);
bool parse_char(struct parser *, char);
bool parse_end(struct parser *);

/* A word that must stand alone, such as "where". */
bool parse_word(struct parser *, const char *word);

/* "text" or 'name', with the quote doubled inside of it. */
const char *parse_quoted(struct parser *);

/* In double quotes, or up to one of the stops, without outer blanks. */
const char *parse_text(struct parser *, const char *stops);

bool parse_is_path(const char *);

/* A name of theirs, up to one of the stops or in single quotes: the place of
 * the source. */
size_t parse_source_name(struct parser *, const char *name);
size_t parse_source(struct parser *, const char *stops);

/* "name = ..." (map_rule.c). */
void parse_rule(struct parser *, const char *name);

#endif
