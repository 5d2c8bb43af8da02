/* questions.h - order-resolve's list of what waits for an answer
 */
#ifndef ORDER_QUESTIONS_H
#define ORDER_QUESTIONS_H

#include <order/tool.h>

/* Print the open questions, the oldest first, in columns that can be fed
 * back once the answers are filled in. */
void questions_list(struct tool *);

#endif
