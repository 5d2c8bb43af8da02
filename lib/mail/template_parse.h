/* template_parse.h - a template as a flat list of nodes (private) */
#ifndef ORDER_TEMPLATE_PARSE_H
#define ORDER_TEMPLATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include <order/template.h>

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

struct template {
	const char *text;		/* borrowed; the nodes point into it */
	size_t size;
	struct node *node;
	size_t n, cap;
};

#endif
