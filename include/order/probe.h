/* probe.h - could this be ordered now?  Nothing is reserved.
 */
#ifndef ORDER_PROBE_H
#define ORDER_PROBE_H

#include <order/step.h>

#define STOCK_PROBE_NCOLUMNS 4
/* on_hand, allocated, available, next_supply_on */
extern const char *const stock_probe_columns[STOCK_PROBE_NCOLUMNS];

/* values (in the step's arena) by those columns; the verdict is ok, or
 * refused for short, no-such-item or bad-value. */
int stock_probe(struct step *, const char *sku, const char *quantity,
    const char *customer, const char **values, struct verdict *, struct err *);

#endif
