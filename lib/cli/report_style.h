/* report_style.h - private to lib/cli: the style sheet of the report's page
 * (report.css, embedded by lib/embed.sh) */
#ifndef CLI_REPORT_STYLE_H
#define CLI_REPORT_STYLE_H

extern const unsigned char *const report_style;	/* terminated */

#endif
