/* templates.h - private to lib/order: the built-in mail templates */
#ifndef ORDER_TEMPLATES_H
#define ORDER_TEMPLATES_H

#include <stddef.h>

struct mail_template {
	const char *language;
	const char *name;		/* "receipt.txt" */
	const unsigned char *text;	/* terminated */
	size_t n;
};

extern const struct mail_template mail_templates[];
extern const size_t mail_ntemplates;

#endif
