/*
 * Arrays of a known size.
 */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

/* The number of elements of an array; `array` must not be a pointer. */
#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
