/* schema.h - the DDL, one numbered file a step, embedded at build */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include <stddef.h>

struct schema_step {
	int version;			/* user_version once applied */
	const char *name;
	const unsigned char *sql;	/* n bytes, no NUL */
	size_t n;
};

extern const struct schema_step schema_steps[];	/* ascending, from 1 */
extern const size_t schema_nsteps;

#endif
