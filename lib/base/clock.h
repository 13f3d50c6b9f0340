/*
 * Time that passes, whatever the date is set to.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment; it never goes back. */
int64_t clock_milliseconds(void);

#endif
