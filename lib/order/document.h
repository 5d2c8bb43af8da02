/* document.h - private to lib/order: the keys of a message's document */
#ifndef ORDER_DOCUMENT_H
#define ORDER_DOCUMENT_H

#include <order/message.h>

/* Every key, blank: what templates find for one that a document has not. */
const cJSON *document_blank(void);

/* Has the caller set it? */
bool document_has(const cJSON *, const char *key);

/* A document to try templates with: every key given (on), or none; the key
 * numbered flip (from 0) the other way round; flip -1: none.  empty: also the
 * lists.  NULL when there is no key of that number. */
cJSON *document_sample(bool on, bool empty, int flip);

#endif
