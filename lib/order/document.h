/* document.h - private to lib/order: the keys of a message's document */
#ifndef ORDER_DOCUMENT_H
#define ORDER_DOCUMENT_H

#include <order/message.h>

/* The text of a key is a text, or is written as the reader's language does. */
enum key_kind {
	KEY_TEXT,
	KEY_DATE,		/* 2026-12-01 */
	KEY_MONEY,		/* 1234.50: an amount or a price */
	KEY_QUANTITY,		/* 2.5 */
	KEY_FLAG,
	KEY_NUMBER,
	KEY_TEXTS,		/* a list */
	KEY_LIST
};

/* Whether it is a date, money or a quantity; else KEY_TEXT.  A name is of one
 * kind wherever it stands. */
enum key_kind document_kind(const char *key);

/* A key's blank: what templates find where a document has it not.  NULL: there
 * is no such key. */
const cJSON *document_blank(const char *key);

/* Add what the document tells by itself but for flags: which lines of a long
 * order differ, which line stands in for which, the lines of a question. */
void document_sum_up(cJSON *);

/* Has the caller set it? */
bool document_has(const cJSON *, const char *key);

/* A document to try templates with: every key given (on), or none; the key
 * numbered flip (from 0) the other way round; flip -1: none.  empty: also the
 * lists.  NULL when there is no key of that number. */
cJSON *document_sample(bool on, bool empty, int flip);

#endif
