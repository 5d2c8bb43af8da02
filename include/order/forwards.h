/* forwards.h - order-forward's work around the steps: streams and files
 */
#ifndef ORDER_FORWARDS_H
#define ORDER_FORWARDS_H

#include <order/tool.h>

/* What the options say; NULL where nothing was said. */
struct forwards {
	const char *to, *dir, *as, *since;
	bool early, open;
};

/* For tool_about.pick. */
int forwards_pick(struct tool *, const struct forwards *, struct refs *,
    struct err *);

/* Hand over orders, or all new movements of stock; what an earlier run began
 * is finished first. */
void forwards_run(struct tool *, const struct forwards *);

/* Print a hand-off as it was; list hand-offs. */
void forwards_again(struct tool *, const struct forwards *, const char *id);
void forwards_list(struct tool *, const struct forwards *);

#endif
