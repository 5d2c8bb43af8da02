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

#include <order/arena.h>
#include <order/buf.h>
#include <order/err.h>

/* A template that is well-formed, to be rendered any number of times. */
struct template;

/* Read n bytes, borrowed for as long as the template, which lives in the
 * arena.  NULL and ERR_CONFIG "line N: ..." when they are not well-formed. */
const struct template *template_read(struct arena *, const char *, size_t n,
    struct err *);

struct template_opts {
	bool escape;		/* {{x}} escapes & < > " for HTML */
	bool strict;		/* a key that is nowhere is ERR_CONFIG */
	/* Asked last for a key, NULL when it is none either.  May be NULL. */
	const cJSON *(*blank)(const char *name);
	/* Find a partial: 1; 0 when there is none (then it is empty, or, when
	 * strict, an error); -1 when it is not well-formed. */
	int (*partial)(void *arg, const char *name, const struct template **,
	    struct err *);
	/* How the value of a name is written: it, or another text that is good
	 * until the next one.  NULL: all as they are. */
	const char *(*show)(void *arg, const char *name, const char *value);
	void *arg;
};

/* Render data (borrowed) through the template onto out.  Numbers print as
 * their shortest form.  What is missing, null, false, "" or [] is false to a
 * section; 0 is true.  -1 (ERR_CONFIG "line N: ...", nothing added) for
 * nesting over 20 deep, output over 8 MiB, or partials that are not
 * well-formed or expand without end. */
int template_render(const struct template *, const cJSON *data,
    const struct template_opts *, struct buf *out, struct err *);

#endif
