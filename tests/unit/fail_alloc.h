/*
 * Allocations that fail on demand, those of shared libraries too: malloc() and its kin are
 * replaced in the whole program that links fail_alloc.c. Works with glibc and without
 * AddressSanitizer, which has an allocator of its own; elsewhere FAIL_ALLOC is 0 and
 * nothing is replaced. Ownership: nothing is kept.
 */
#ifndef FAIL_ALLOC_H
#define FAIL_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAIL_ALLOC_SANITIZED 1
#endif
#endif
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(FAIL_ALLOC_SANITIZED)
#define FAIL_ALLOC 1
#else
#define FAIL_ALLOC 0
#endif

/* From now on count allocations, and let the n-th and all after it fail; 0: none. */
void fail_alloc_from(unsigned long n);

/* As above, but the n-th alone fails. */
void fail_alloc_once(unsigned long n);

/* Let them all succeed again; how many were asked for since. */
unsigned long fail_alloc_stop(void);

/* Blocks that are allocated now, for finding leaks; only differences mean something. */
long fail_alloc_live(void);

#endif
