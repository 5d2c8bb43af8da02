/* columns.h - the columns of an order, named once
 *
 * CSV column = JSON key = SQL column = index in struct order_in.  The man
 * page order-csv(5) is checked against these lists.
 */
#ifndef ORDER_COLUMNS_H
#define ORDER_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

enum column_kind {
	COL_KEY,	/* text_is_key, at most 128 bytes; outer blanks dropped */
	COL_LINE,	/* one line of text; outer blanks dropped */
	COL_TEXT,	/* kept verbatim */
	COL_INSTANT, COL_DATE,
	COL_AMOUNT, COL_PRICE, COL_QUANTITY,
	COL_COUNTRY, COL_CURRENCY, COL_LANGUAGE, COL_LAST4, COL_NUMBER
};

struct column {
	const char *name;
	enum column_kind kind;
	bool scanned;	/* free text: a card number in it is refused */
};

#define ADDRESS_COLUMNS(X, WHO, who) \
	X(WHO##_NAME, who "_name", COL_LINE, true) \
	X(WHO##_LINE1, who "_line1", COL_LINE, true) \
	X(WHO##_LINE2, who "_line2", COL_LINE, true) \
	X(WHO##_CITY, who "_city", COL_LINE, true) \
	X(WHO##_REGION, who "_region", COL_LINE, true) \
	X(WHO##_POSTCODE, who "_postcode", COL_LINE, true) \
	X(WHO##_COUNTRY, who "_country", COL_COUNTRY, true)

#define ORDER_COLUMNS(X) \
	X(EXTERNAL_REF, "external_ref", COL_KEY, false) \
	X(CHANNEL, "channel", COL_KEY, false) \
	X(RECEIVED_AT, "received_at", COL_INSTANT, false) \
	X(CUSTOMER, "customer", COL_KEY, false) \
	X(CUSTOMER_NAME, "customer_name", COL_LINE, true) \
	X(EMAIL, "email", COL_LINE, true) \
	X(PHONE, "phone", COL_LINE, true) \
	ADDRESS_COLUMNS(X, BILL, "bill") \
	ADDRESS_COLUMNS(X, SHIP, "ship") \
	X(PAYMENT_METHOD, "payment_method", COL_LINE, true) \
	X(PAYMENT_TERMS, "payment_terms", COL_LINE, true) \
	X(PAYMENT_TOKEN, "payment_token", COL_LINE, true) \
	X(PAYMENT_LAST4, "payment_last4", COL_LAST4, true) \
	X(CURRENCY, "currency", COL_CURRENCY, false) \
	X(DISCOUNT, "discount", COL_AMOUNT, false) \
	X(SHIPPING, "shipping", COL_AMOUNT, false) \
	X(TAX, "tax", COL_AMOUNT, false) \
	X(TOTAL, "total", COL_AMOUNT, false) \
	X(REQUESTED_ON, "requested_on", COL_DATE, false) \
	X(LANGUAGE, "language", COL_LANGUAGE, true) \
	X(INSTRUCTIONS, "instructions", COL_TEXT, true)

#define LINE_COLUMNS(X) \
	X(LINE, "line", COL_NUMBER, false) \
	X(SKU, "sku", COL_KEY, false) \
	X(DESCRIPTION, "description", COL_TEXT, true) \
	X(QUANTITY, "quantity", COL_QUANTITY, false) \
	X(UNIT, "unit", COL_LINE, true) \
	X(UNIT_PRICE, "unit_price", COL_PRICE, false) \
	X(LINE_INSTRUCTIONS, "line_instructions", COL_TEXT, true)

#define COLUMN_ENUM(id, name, kind, scanned) COLUMN_##id,
#define LINE_COLUMN_ENUM(id, name, kind, scanned) LINE_COLUMN_##id,
enum order_column { ORDER_COLUMNS(COLUMN_ENUM) ORDER_NCOLUMNS };
enum line_column { LINE_COLUMNS(LINE_COLUMN_ENUM) LINE_NCOLUMNS };

#define ADDRESS_NCOLUMNS 7	/* name .. country, in this order */

extern const struct column order_columns[ORDER_NCOLUMNS];
extern const struct column line_columns[LINE_NCOLUMNS];

/* What a fed-back reject carries beside its own columns; ignored. */
#define REJECT_NCOLUMNS 4
extern const char *const reject_columns[REJECT_NCOLUMNS];

/* The stream columns of section STREAM in order-csv(5), in order. */
#define STREAM_NCOLUMNS 19
extern const char *const stream_columns[STREAM_NCOLUMNS];
enum { STREAM_REF, STREAM_EXTERNAL_REF, STREAM_CHANNEL, STREAM_CUSTOMER,
	STREAM_CUSTOMER_NAME, STREAM_STATUS, STREAM_HELD, STREAM_STOCK,
	STREAM_ACK, STREAM_SHIP, STREAM_RECEIVED_AT, STREAM_ACK_DUE_AT,
	STREAM_PROCESSING_ON, STREAM_DELIVERY_ON, STREAM_CURRENCY,
	STREAM_TOTAL, STREAM_REVISION, STREAM_RESULT, STREAM_REASON };

int order_column_find(const char *name);	/* or -1 */
int line_column_find(const char *name);		/* or -1 */
bool is_reject_column(const char *name);

/* Is it called like a card's security code or track (cvv, CVC2, card-cvv,
 * track 2)?  What stands there must not be stored at all. */
bool is_secret_column(const char *name, size_t n);

/* The order, line or reject column whose name is nearest, or NULL. */
const char *column_nearest(const char *name);

/* An ISO 3166-1 alpha-2 code in upper case (or XK)? */
bool country_known(const char *code);

#endif
