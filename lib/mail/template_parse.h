/* template_parse.h - a template as a flat list of nodes (private) */
#ifndef ORDER_TEMPLATE_PARSE_H
#define ORDER_TEMPLATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include <order/arena.h>
#include <order/err.h>

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_RAW,			/* never escaped */
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL
};

struct node {
	enum node_kind kind;
	int line;			/* of the tag, from 1 */
	const char *text;		/* or a partial's indentation */
	size_t n;
	const char *name;
	const char *path;		/* its parts, each with a NUL */
	int parts;			/* 0 for "." */
	size_t end;			/* sections: the node after the last */
};

struct nodes {
	struct node *v;
	size_t n, cap;
};

#define NODES_INIT { NULL, 0, 0 }

/* Names live in the arena, texts point into the template.  Only the list
 * itself is to be freed by the caller, also after an error, which reads
 * "line N: ...". */
int template_parse(struct nodes *, struct arena *, const char *, size_t n,
    struct err *);

#endif
