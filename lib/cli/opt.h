/* opt.h - private to lib/cli: common options and their parsing */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include <order/tool.h>

/* Fill the tool from the command line.  Prints --help and --version and ends
 * the process; ends it by tool_usage on an error. */
void opt_parse(struct tool *, int argc, char **argv);

/* Append the script by which a shell completes the tool's command line; false
 * when the shell is none of bash, zsh and fish. */
bool completion_script(struct buf *, const char *shell,
    const struct tool_about *, const struct opt *const *, int n);

#endif
