/* feed.h - private to lib/cli: rows from a list of files as one stream */
#ifndef CLI_FEED_H
#define CLI_FEED_H

#include <order/map.h>

#include "loop.h"

/* How the files are written, where it is not as order-csv(5) says. */
struct dialect {
	bool foreign;		/* find the delimiter out, refuse ragged rows
				 * one by one, heed no case in the header */
	char delimiter;		/* 0: as the map says, else found out */
	const char *encoding;	/* NULL: as the map says, else UTF-8 */
	const struct map *map;	/* whose columns they have; NULL: ours */
};

struct feed {
	struct tool *tool;
	struct dialect dialect;
	struct mapper *mapper;	/* NULL: no map */
	bool grouped;		/* it was regrouped */
	bool decoded;		/* it is in UTF-8, whatever the map says */
	char **name;		/* as given; "-" is stdin */
	char **label;		/* how each is called, see reader_label */
	int *fd;		/* -1: not open yet; else spooled */
	bool *piped;		/* spooled from a pipe */
	size_t nlabels;
	size_t n, at;		/* files, and the one being read */
	bool ended;		/* none comes after the one being read */
	struct reader *reader;	/* of the current file */
	struct reader **past;	/* kept: their heads are still looked at */
	size_t npast;
	/* Called for each file before its first row (may be NULL). */
	int (*check)(struct feed *, struct err *);
	/* --group: one regrouped file; where each of its rows came from */
	uint64_t *origin;	/* file << 40 | line */
	size_t row, norigins;
};

void feed_init(struct feed *, struct tool *);

/* The same of files that are open already: takes over the descriptors, an
 * array from malloc; the names stay the caller's.  whole: a last line without
 * its end is one. */
void feed_init_open(struct feed *, struct tool *, size_t n, char **name,
    int *fd, const bool *whole);

/* The files are written so; set before the first record. */
void feed_speak(struct feed *, const struct dialect *);

void feed_release(struct feed *);

/* Copy every input to an unlinked file, so that it can be read again. */
int feed_spool(struct feed *, struct err *);

/* Leave the file at hand, where it is not well-formed, for the next. */
void feed_skip(struct feed *);

/* Start over (spooled feeds only). */
int feed_rewind(struct feed *, struct err *);

/* Bring rows of the same (channel, external_ref) together, keeping the order
 * in which the keys first appear.  Spools first. */
int feed_group(struct feed *, const char *channel, struct err *);

/* As reader_next; *source names the file the row came from. */
int feed_next(struct feed *, struct arena *, bool wait, struct rec *,
    const char **source, struct err *);

/* Why the value is none of the type a column needs, with its code: a number
 * that lost digits already, true, false, nested JSON.  Else NULL. */
const char *cell_fault(const struct rec *, size_t column, const char **code);

/* Does the row continue the order of the row before: no order column filled? */
bool row_continues(const struct rec *);

#endif
