/* begin.h - GMime, ready to be used (private) */
#ifndef ORDER_BEGIN_H
#define ORDER_BEGIN_H

#include <gmime/gmime.h>

/* Before anything else of GMime's; again does no harm. */
void gmime_begin(void);

#endif
