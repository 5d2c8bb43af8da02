/* settings.h - order-config's work: policy as records of name and value */
#ifndef ORDER_SETTINGS_H
#define ORDER_SETTINGS_H

#include <order/tool.h>

extern const struct head settings_head;

/* For tool_once: print all settings; or do what the operands say, name to
 * print and name=value to set. */
int settings_list(struct tool *, struct err *);
int settings_words(struct tool *, struct err *);

/* Set what the records of the input say. */
void settings_load(struct tool *);

#endif
