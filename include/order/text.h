/* text.h - UTF-8 text: checking, comparing by meaning, showing safely
 *
 * All strings are terminated and hold no NUL.  Unicode facts come from
 * utf8proc; nothing here looks at the locale.
 */
#ifndef ORDER_TEXT_H
#define ORDER_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <order/arena.h>
#include <order/buf.h>

/* Well-formed UTF-8 without NUL (no overlong forms, no surrogates). */
bool text_is_utf8(const char *, size_t n);

/* What makes n bytes unfit to be recorded, or NULL: not UTF-8, NUL, a C0
 * control other than TAB, LF and CR, DEL, or a C1 control (which hints at a
 * wrong encoding).  The answer is a constant such as "is not UTF-8". */
const char *text_unfit(const char *, size_t n);

/* A text that was cut must not end inside a character, nor in digits, which
 * could be half a card number that nobody recognises: they go. */
void text_end_whole(char *);

/* Printable UTF-8 on one line without outer blanks, 1 to max bytes, no
 * control or bidirectional formatting characters: what a key may be. */
bool text_is_key(const char *, size_t max);

/* No CR, LF, other control or bidi formatting character: fit for one line. */
bool text_is_line(const char *);

/* Only ASCII letters, digits and the given others; not empty. */
bool text_is_word(const char *, const char *others);

bool text_eq_nocase(const char *, const char *);	/* ASCII only */

/* A copy without leading and trailing blanks (space, TAB, CR, LF, NBSP). */
char *text_trim(struct arena *, const char *);

/* NFKC, case folded, marks stripped, blanks squeezed and trimmed: the form
 * in which keys such as e-mail addresses and customer numbers compare. */
char *text_fold(struct arena *, const char *);

/* Do both mean the same to a reader?  As text_fold, but punctuation and
 * spacing do not count and common address words are one (St, Street; Ave,
 * Avenue; Str, Strasse; Rd, Road; Co, Company; Ltd, Limited; ...). */
bool text_same_meaning(const char *, const char *);

/* The digits only; a leading + or 00 is dropped, as is the 0 in "(0)". */
char *text_digits(struct arena *, const char *);

/* The nearest of n names by edit distance, or NULL when none is near. */
const char *text_nearest(const char *, const char *const *names, size_t n);

/* Bytes of the currency sign ($, £, €, ₹ ...) at the beginning, or 0. */
size_t text_currency_sign(const char *);

/* Columns on a terminal: East Asian wide characters count 2, combining and
 * other zero-width ones 0. */
size_t text_width(const char *);

/* Add the text so that it can harm no terminal, header or log line: control
 * and bidi characters become \u{..}, bytes that are not UTF-8 \x{..}; line
 * ends become blanks.  Cut with an ellipsis to at most max columns, and to
 * four bytes for each, as marks without a width have no end (0: all). */
void text_show(struct buf *, const char *, size_t max);

/* Add n bytes of records for a terminal: as text_show, but lines and tabs stay
 * and nothing is cut.  json: what was JSON still is. */
void text_show_records(struct buf *, const char *, size_t n, bool json);

/* text_show into the arena. */
const char *text_shown(struct arena *, const char *, size_t max);

/* Is there a payment card number in it: 14 to 19 digits in a row (blanks and
 * dashes between them ignored), valid by Luhn, beginning 3-6 or 2221-2720 and
 * as long as brands issue them?
 * Looks at any bytes, well-formed or not. */
bool text_has_card_number(const char *, size_t n);

/* Overwrite every such number but its last four digits with '*', in place. */
void text_mask_card_numbers(char *, size_t n);

/* The text itself when there is none, else a masked copy in the arena. */
const char *text_masked(struct arena *, const char *);

/* vsnprintf for what people read: without card numbers, ended whole. */
void text_format(char *, size_t, const char *fmt, va_list)
    __attribute__((format(printf, 3, 0)));

/* A value as a diagnostic quotes it: without card numbers, shown, and cut to
 * 60 columns. */
const char *text_excerpt(struct arena *, const char *);

/* A grammar for addresses we are ready to hand to a mailer: local@domain,
 * ASCII dot-atoms, no quoting, no comments, at most 254 bytes, at most 64
 * before the @, a dot in the domain or "localhost", no leading '-'. */
bool text_is_email(const char *);

#endif
