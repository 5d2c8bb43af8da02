/* json.h - the gate that JSON text passes, cutting text that has passed it,
 * and making records of it */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <order/buf.h>
#include <order/recs.h>

#include "shapes.h"

enum { JSON_DEPTH_MAX = 32, GATE_KEY_MAX = 64 };

/* ---- json_gate.c: is it RFC 8259?  Stops at any byte and goes on. ---- */

struct gate {
	uint8_t state;
	uint8_t depth;		/* open brackets */
	uint8_t level;		/* the depth at which records stand; NONE */
	uint8_t need;		/* digits of \u, bytes of UTF-8 to come */
	uint8_t low, high;	/* bounds of the next byte of UTF-8 */
	bool open;		/* inside a record */
	bool is_key;		/* the string is a key */
	uint32_t objects;	/* one bit per depth: '{', not '[' */
	const char *word;	/* what must follow of true, false, null */
	const char *fact;	/* after GATE_BAD: "expected ':'" */
	/* Records inside of a wrapper: */
	const char *path;	/* "payload.Orders"; NULL: there is none */
	const char *part;	/* of path: the keys sought in this object */
	char key[GATE_KEY_MAX];	/* the one at hand, as far as it is plain */
	uint8_t nkey;
	bool seeking;		/* it may be one of them */
	uint8_t inside;		/* objects on the path that are open */
	bool hit;		/* its value follows */
	bool lone;		/* it is one record, no array of them */
	bool found;
	bool astray;		/* it is JSON, but not what the path says */
};

enum gate_event {
	GATE_MORE,		/* all was looked at */
	GATE_OPEN,		/* a record begins at text[*used] */
	GATE_CLOSE,		/* it ended before text[*used] */
	GATE_BAD		/* text[*used] is wrong: see fact */
};

/* path: the keys that lead to the array of records (or the one record), when
 * it begins with an object, "payload.Orders" or "orders|order"; NULL: that
 * object is a record itself. */
void gate_init(struct gate *, const char *path);

/* Look at n bytes; *used of them were taken. */
enum gate_event gate_scan(struct gate *, const char *text, size_t n,
    size_t *used);

/* The text ends here: GATE_CLOSE (ask again), GATE_MORE (all is well),
 * GATE_BAD. */
enum gate_event gate_end(struct gate *);

/* ---- json_cut.c: text that has passed the gate ---- */

/* The byte after the value that begins at p. */
const char *json_value_end(const char *p, const char *end);

/* What kind of value begins with this byte? */
enum cell json_cell(char first);

struct member {
	struct span key;	/* both with their quotes */
	struct span value;
};

/* The next member or element at *at, which starts at the bracket. */
bool json_next_member(const char **at, const char *end, struct member *);
bool json_next_element(const char **at, const char *end, struct span *);

/* ---- json_rec.c: one value to a record ---- */

enum {
	PIECE_MAX = 1024 * 1024,	/* bytes given to cJSON at once */
	PIECE_VALUES = 1000
};

/* Fill the record from its raw text, which has passed the gate.  shapes keep
 * the head; NULL: the arena does. */
int json_rec(struct arena *, struct shapes *, struct buf *scratch,
    struct rec *, struct err *);

/* A record that is nothing but a fault. */
void rec_spoilt(struct arena *, struct rec *, const char *code,
    const char *fault);

#endif
