/* diag.h - private to lib/cli: lines on stderr that are said at once */
#ifndef CLI_DIAG_H
#define CLI_DIAG_H

#include <order/tool.h>

/* "tool: text", what ends the run; and where its options are told. */
void tool_say(const struct tool *, const char *text);
void tool_say_try(const struct tool *);

#endif
