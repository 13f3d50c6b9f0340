/*
 * Whether there are enough data to take a coefficient seriously.
 */
#ifndef RELIABILITY_SUFFICIENCY_H
#define RELIABILITY_SUFFICIENCY_H

#include <stddef.h>

/* Units with two ratings or more, below which a value is a matter of luck. */
#define SUFFICIENCY_UNITS 10

/*
 * What is wrong with values that rest on so many units (tasks) that at least two raters
 * (people) share, and so many categories that occur: one plain sentence, or NULL. Constant
 * texts.
 */
const char *sufficiency_warning(size_t units, size_t raters, size_t categories);

#endif
