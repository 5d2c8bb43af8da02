/* maps.h - the maps of foreign layouts that come with the tools */
#ifndef ORDER_MAPS_H
#define ORDER_MAPS_H

#include <order/tool.h>

/* Print the name of each built-in map and what it is for. */
void maps_list(struct tool *);

/* Print the text of one, to start another from. */
void maps_show(struct tool *, const char *name);

/* Explain, record by record, what the map makes of the files named by
 * operands: one record for each column that gets a value, or cannot.  Raises
 * the exit status to 1 when something cannot be used.  No database. */
void maps_check(struct tool *, const struct intake_opts *, const char *name);

#endif
