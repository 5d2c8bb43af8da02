/* answers.h - which answer fits which hold
 *
 * One table for order-resolve, the commands that are shown for what is open,
 * and the manual.  Pure.
 */
#ifndef ORDER_ANSWERS_H
#define ORDER_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

enum answer_word { ANSWER_CORRECTED, ANSWER_ACCEPTED, ANSWER_CONFIRMED,
	ANSWER_WAIVED, ANSWER_REMOVE, ANSWER_CANCEL, ANSWER_BACKORDER,
	ANSWER_SUBSTITUTE, ANSWER_PARTIAL, ANSWER_DROP, ANSWER_NWORDS };

extern const char *const answer_words[ANSWER_NWORDS];
int answer_find(const char *word);	/* or -1 */

#define ANSWER_NHOLDS 15
extern const char *const answer_holds[ANSWER_NHOLDS];

/* Was the hold raised by a rule: do findings say what it is about?  The
 * holds consent and stock are about lines that are short. */
bool hold_is_of_a_rule(const char *hold);
bool hold_is_of_stock(const char *hold);

enum answer_fit { FITS_NOT, FITS, FITS_SOME };

/* FITS_SOME: it depends on what was found. */
enum answer_fit answer_fits(const char *hold, enum answer_word);

/* Does the answer end what this rule found in that field? */
bool answer_fits_rule(const char *rule, enum answer_word);

/* The words that fit a hold, "corrected, accepted or waived", into text;
 * "nothing" for a hold there is not. */
const char *answer_choices(const char *hold, char *text, size_t n);

#endif
