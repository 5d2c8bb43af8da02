/* opt.h - private to lib/cli: common options and their parsing */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <order/tool.h>

/* Fill the tool from the command line.  Prints --help and --version and ends
 * the process; ends it by tool_usage on an error. */
void opt_parse(struct tool *, int argc, char **argv);

#endif
