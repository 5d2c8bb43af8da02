/* template_parse.h - a template as a flat list of nodes (private) */
#ifndef ORDER_TEMPLATE_PARSE_H
#define ORDER_TEMPLATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
	uint32_t mark;			/* of the first part */
	size_t end;			/* sections: the node after the last */
};

/* Tells most names apart at a glance. */
static inline uint32_t
name_mark(const char *name)
{
	size_t n = strlen(name);

	return n == 0 ? 0 : (uint32_t)n << 16 |
	    (uint32_t)(unsigned char)name[n / 2] << 8 |
	    (unsigned char)name[n - 1];
}

struct template {
	const char *text;		/* borrowed; the nodes point into it */
	size_t size;
	struct node *node;
	size_t n, cap;
};

#endif
