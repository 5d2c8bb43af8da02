/* maps.h - built-in maps (private to lib/cli; made by lib/embed.sh) */
#ifndef CLI_MAPS_H
#define CLI_MAPS_H

#include <stddef.h>

#include "feed.h"

struct builtin_map {
	const char *name;
	const unsigned char *text;	/* terminated */
};

extern const struct builtin_map builtin_maps[];
extern const size_t nbuiltin_maps;

/* What the options say of how the files are written; ends the process when
 * they cannot be used. */
struct dialect dialect_asked(struct tool *, struct arena *,
    const struct intake_opts *);

/* Explain on the input what the map makes of it; see maps_run. */
void map_check(struct tool *, const struct intake_opts *, const char *name);

#endif
