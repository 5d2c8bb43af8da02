/* template.h - logic-less Mustache (mustache(5)): interpolation, sections,
 * inverted sections, comments, partials, set delimiters
 *
 * Passes the core files of the Mustache specification.  Knows nothing of
 * orders or mail.
 */
#ifndef ORDER_TEMPLATE_H
#define ORDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include <order/buf.h>
#include <order/err.h>

struct template_opts {
	bool escape;		/* {{x}} escapes & < > " for HTML */
	bool strict;		/* a key that is nowhere is ERR_CONFIG */
	const cJSON *blank;	/* asked last for a key, or NULL */
	/* The text of a partial, NULL when there is none (then it is empty,
	 * or, when strict, an error).  Borrowed until rendering ends. */
	const char *(*partial)(void *arg, const char *name);
	void *arg;
};

/* Render data (borrowed) through the template onto out.  Numbers print as
 * their shortest form.  What is missing, null, false, "" or [] is false to a
 * section; 0 is true.  -1 (ERR_CONFIG "line N: ...", nothing added) for a
 * template that is not well-formed, nesting over 20 deep, output over 8 MiB,
 * or partials that expand without end. */
int template_render(const char *, size_t n, const cJSON *data,
    const struct template_opts *, struct buf *out, struct err *);

#endif
