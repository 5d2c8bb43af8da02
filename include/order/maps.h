/* maps.h - the maps of foreign layouts that come with the tools */
#ifndef ORDER_MAPS_H
#define ORDER_MAPS_H

#include <order/tool.h>

/* What the options say; NULL where nothing was said. */
struct maps_asked {
	bool list;		/* the name of each, and what it is for */
	const char *show;	/* the text of that one, to start another from */
	const char *check;	/* what that one makes of the input */
};

bool maps_are_asked(const struct maps_asked *);

/* Print it, without a database.  A map is checked record by record, on the
 * files named by operands: one record for each column that gets a value, or
 * cannot, and the exit status is raised to 1 when something cannot be used. */
void maps_run(struct tool *, const struct maps_asked *,
    const struct intake_opts *);

#endif
