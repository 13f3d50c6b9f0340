/*
 * A cache bounded in bytes: the value that was not asked for the longest goes first. It
 * cannot be stale, because a key is a fingerprint of everything that a value depends on.
 * The cache owns copies of the values; a value that was found is valid until the next put.
 */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* 128 bits: no two values have the same. */
struct cache_key {
	uint64_t a, b;
};

struct cache;

/* Makes a cache of `limit` bytes, bookkeeping included; 0: it keeps nothing. NULL without
 * memory. */
struct cache *cache_new(size_t limit);
void cache_free(struct cache *c); /* NULL is allowed */

/* Finds the value of a key and makes it the youngest; false, and *r is untouched, if there
 * is none. */
bool cache_get(struct cache *c, struct cache_key key, struct str *r);

/* Keeps a copy of a value in place of one with the same key. A value that is larger than a
 * quarter of the cache, or for which there is no memory, is not kept. */
void cache_put(struct cache *c, struct cache_key key, struct str value);

/* Bytes in use, and values kept. */
size_t cache_bytes(const struct cache *c);
size_t cache_count(const struct cache *c);

#endif
