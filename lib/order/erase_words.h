/* erase_words.h - rejects that belong to those whose data are erased */
#ifndef ERASE_WORDS_H
#define ERASE_WORDS_H

#include <order/erase.h>

/* An open reject of theirs: *id, or 0. */
int erase_open_reject(struct step *, const struct erasure *, int64_t *id,
    struct err *);

#endif
