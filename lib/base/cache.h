/*
 * A cache bounded in bytes: what was asked for least recently goes first. It cannot be
 * stale, because a key is a fingerprint of everything that a value depends on. Ownership:
 * the cache owns copies of the values; a value that was found is good until the next put.
 */
#ifndef BASE_CACHE_H
#define BASE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* 128 bits: two different keys are never met. */
struct cache_key {
	uint64_t a, b;
};

struct cache;

/* A cache of `limit` bytes with all that belongs to them. 0 gives one that keeps nothing.
 * NULL without memory. */
struct cache *cache_new(size_t limit);
void cache_free(struct cache *c); /* NULL is allowed */

/* The value of a key, which becomes the youngest; *r is untouched if there is none. */
bool cache_get(struct cache *c, struct cache_key key, struct str *r);

/* Keep a copy of a value, in place of an old one with the same key; without memory, or if
 * it is larger than a quarter of the cache, it is not kept. */
void cache_put(struct cache *c, struct cache_key key, struct str value);

/* Bytes in use, and values kept. */
size_t cache_bytes(const struct cache *c);
size_t cache_count(const struct cache *c);

#endif
