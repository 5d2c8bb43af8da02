/* intake.h - an order coming in: as it came, checked, received, refused
 *
 * order_in is text as the reader of the input gathered it; order_new is the
 * same with every value checked and brought into one form.  Checking is pure
 * and happens outside the lock; receiving happens inside the transaction.
 */
#ifndef ORDER_INTAKE_H
#define ORDER_INTAKE_H

#include <order/columns.h>
#include <order/step.h>

#define ORDER_MAX_LINES 10000
#define ORDER_MAX_LINE 1000000	/* the highest number of one */
#define ORDER_MAX_BYTES (16 << 20)
#define FIELD_MAX (64 << 10)
#define KEY_MAX 128
#define AMOUNT_SCALE 4		/* amounts before their currency is known */
#define AMOUNT_NONE INT64_MIN	/* not given */

/* Why an order cannot be taken: what the diagnostic and the reject say. */
struct fault {
	const char *code;	/* of the table of reasons; NULL: no fault */
	const char *field;	/* the column, or "" */
	const char *text;	/* "\"1o\" is not a number" */
	int64_t line;		/* of the source */
	const char *source;	/* NULL: the order's */
};

/* Set the fault unless there is one; field and text are copied to the arena,
 * the text is cut and card numbers in it are masked. */
void fault_set(struct fault *, struct arena *, const char *code,
    const char *field, int64_t line, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

struct line_in {
	const char *column[LINE_NCOLUMNS];	/* never NULL */
	int64_t source_line;
	const char *source;
};

struct order_in {
	const char *column[ORDER_NCOLUMNS];	/* never NULL */
	struct line_in *lines;
	size_t nlines;
	const char *extra;	/* JSON object of kept columns, or "" */
	const char *source;	/* name of the input */
	int64_t source_line;	/* of its first byte */
	int64_t rows;		/* records of the input it was made of */
	const char *format;	/* "csv" or "json" */
	const char *header;	/* CSV: the header with its line end, else "" */
	char delimiter;		/* CSV: of the cells of raw */
	const char *wrapper;	/* JSON: path to where it stood, or NULL */
	const char *raw;	/* its bytes, without the columns of a reject */
	size_t raw_n;
	bool unreadable;	/* values are missing: only raw tells all */
	bool beside;		/* raw has columns or keys that are none of ours */
	struct fault fault;	/* found while gathering */
};

struct line_new {
	int64_t line;
	const char *sku, *description, *unit, *instructions;
	int64_t quantity;	/* thousandths */
	int64_t unit_price;	/* millionths, or AMOUNT_NONE */
};

struct order_new {
	const char *column[ORDER_NCOLUMNS];	/* in one form */
	int64_t received_at;
	int64_t amount[4];	/* discount shipping tax total, ten-thousandths */
	struct line_new *lines;
	size_t nlines;
	uint8_t content[HASH_SIZE];	/* of all columns but received_at */
	uint8_t sha256[HASH_SIZE];	/* of the original bytes */
};

struct order_intake {
	struct arena *mem;	/* of the fault's text */
	const struct order_in *in;
	struct order_new new;
	struct fault fault;
	bool file_refused;	/* with all the others, whatever its fault */
	bool amend;		/* a known order with other content is changed */
	const char *amended;	/* by order_receive: reference of the order that
				 * was changed, or NULL, */
	const struct change *changes;	/* and what differs (amend.h), in the */
	size_t nchanges;		/* step's arena */
	bool kept;		/* if refused, with the message it came in */
};

/* Check and normalise; the first fault is kept in it->fault.  Pure. */
void order_normalise(struct arena *, const struct order_in *, struct now,
    struct order_intake *it);

/* The content an order's key stands for: every column but received_at, and the
 * lines by their numbers. */
void content_hash(struct arena *, const struct order_new *, const char *extra,
    uint8_t out[HASH_SIZE]);

/* One value that no reader has looked at in its form, or *fault; numbers are
 * left to their reader. */
const char *column_check(struct arena *, const struct column *,
    const char *value, struct fault *);

/* May orders and questions come by it (order-load channels)?  1, 0, -1. */
int channel_is_approved(struct step *, const char *channel, struct err *);

/* Take the order in, or change the one that is known under its key, or say
 * duplicate, or refuse; a refused one has it->fault set.  Nothing of a refused
 * order is written (see reject_store). */
int order_receive(struct step *, struct order_intake *it, struct verdict *,
    struct err *);

/* ---- rejects ---- */

/* Keep a refused order in the store, once per content. */
int reject_store(struct step *, const struct order_intake *, struct err *);

/* An order that comes in closes the rejects of its key and of its content; a
 * duplicate only those of its content. */
int reject_close_by_order(struct step *, const struct order_intake *,
    const char *ref, struct err *);
int reject_close_by_content(struct step *, const struct order_intake *,
    struct err *);

/* A message that could not be used, as it is kept: whole. */
struct reject_mail {
	const char *bytes;	/* without card numbers (mail_mask) */
	size_t n;
	uint8_t digest[HASH_SIZE];	/* of what two deliveries share */
	const char *channel;	/* that it came by, or "" */
	const char *key;	/* its Message-ID, as a key */
	struct fault fault;	/* source must be set */
};

/* Keep a message in the store, once per digest; close what was kept of it,
 * also of another version with the same key, once it could be used. */
int reject_store_mail(struct step *, const struct reject_mail *, struct err *);
int reject_close_mail(struct step *, const struct reject_mail *, struct err *);

int reject_dismiss(struct step *, int64_t id, struct verdict *, struct err *);

/* Hide card numbers, and in JSON security codes, in a record that is kept, in
 * place: its new length.  One that JSON escapes hid is found too. */
size_t reject_mask(const struct order_intake *, char *record, size_t n);

/* Is either in the order's bytes where it is no key: in a column that is ignored,
 * say, in a nested value, in the name of a key? */
bool original_has_card_number(const struct order_in *);

#endif
