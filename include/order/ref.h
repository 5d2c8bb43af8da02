/* ref.h - our reference: SO-00001234-2
 *
 * Prefix, sequence (at least eight digits) and a check digit by ISO 7064
 * MOD 11,10 over the zero-padded sequence.
 */
#ifndef ORDER_REF_H
#define ORDER_REF_H

#include <order/step.h>

#define REF_TEXT 40

/* The reference of a number; returns buf. */
char *ref_format(const char *prefix, int64_t id, char buf[REF_TEXT]);

/* Number and prefix of a reference as typed: any case, dashes and blanks
 * optional.  Writes the prefix in upper case.  False: not a reference, or
 * the check digit is wrong. */
bool ref_parse(const char *, char prefix[REF_TEXT], int64_t *id);

/* What to add when no order has it: that its check digit does not fit, else
 * "". */
const char *ref_doubt(const char *);

/* The number in a reference as typed, which some order may have: 1 and *id; 0
 * when it is no reference or its prefix was never ours; -1. */
int ref_number(struct step *, const char *ref, int64_t *id, struct err *);

/* The order of a reference as typed: 1 and *id, 0 none, -1. */
int order_find(struct step *, const char *ref, int64_t *id, struct err *);

#endif
