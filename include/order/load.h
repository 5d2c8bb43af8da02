/* load.h - master data: customers, items, prices ... (order-db(5))
 *
 * A row is inserted or updated by its first column(s); columns a file does
 * not have keep their value.  Every change is an event.
 */
#ifndef ORDER_LOAD_H
#define ORDER_LOAD_H

#include <order/intake.h>

enum load_type {
	LOAD_KEY, LOAD_LINE, LOAD_EMAIL, LOAD_COUNTRY, LOAD_CURRENCY,
	LOAD_LANGUAGE, LOAD_DATE, LOAD_CHOICE,
	LOAD_PRICE, LOAD_QUANTITY, LOAD_SIGNED, LOAD_MONEY, LOAD_WHOLE,
	LOAD_DAYS, LOAD_INSTANT, LOAD_YES	/* from LOAD_PRICE on: stored as integers */
};

struct load_column {
	const char *name;
	enum load_type type;
	const char *preset;	/* the value a new row has, NULL: must be given */
	const char *choices;	/* LOAD_CHOICE: blank separated */
};

#define LOAD_MAX_COLUMNS 32

struct load_kind {
	const char *name;
	const struct load_column *columns;
	int ncolumns, nkeys;
	/* The columns by the keys ($1.., one of them folded), and the upsert
	 * by all columns and, where there is one, the folded key behind. */
	const char *get, *put;
	int folded;		/* which key is looked up folded, -1: none */
	int item, customer;	/* columns that name an item or a customer */
};

/* NULL when there is no such kind. */
const struct load_kind *load_find(const char *name);
extern const struct load_kind load_kinds[];
extern const int nload_kinds;
extern const struct load_kind load_adjust;	/* stock --adjust */

/* Load one row: texts by column, NULL where the input has no such column.
 * A refused row has *fault set.  *key is the row's key for the record. */
int load_row(struct step *, const struct load_kind *, const char *const *text,
    struct verdict *, struct fault *, const char **key, struct err *);

#endif
