/* opt.h - option tables that print their own help
 */
#ifndef ORDER_OPT_H
#define ORDER_OPT_H

#include <stdbool.h>
#include <stddef.h>

enum opt_kind {
	OPT_KIND_END,
	OPT_KIND_FLAG,		/* bool * */
	OPT_KIND_SELECT,	/* bool *: chooses orders; stdin is not read */
	OPT_KIND_TEXT,		/* const char ** */
	OPT_KIND_WORDS,		/* struct words *: may be repeated */
	OPT_KIND_PICK		/* struct words *: repeated, chooses orders */
};

struct words {
	const char **word;
	size_t n;
};

struct opt {
	enum opt_kind kind;
	int letter;		/* 0: only the long name */
	const char *name;
	const char *arg;	/* name of the argument, NULL: none */
	void *to;
	const char *help;
};

#define OPT_FLAG(name, to, help) { OPT_KIND_FLAG, 0, name, NULL, to, help }
#define OPT_SELECT(name, to, help) { OPT_KIND_SELECT, 0, name, NULL, to, help }
#define OPT_TEXT(name, arg, to, help) { OPT_KIND_TEXT, 0, name, arg, to, help }
#define OPT_WORDS(name, arg, to, help) \
	{ OPT_KIND_WORDS, 0, name, arg, to, help }
#define OPT_PICK(name, arg, to, help) { OPT_KIND_PICK, 0, name, arg, to, help }
#define OPT_END { OPT_KIND_END, 0, NULL, NULL, NULL, NULL }

#endif
