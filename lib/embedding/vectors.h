/*
 * Vectors in memory, by the digest of what they belong to.
 * Ownership: a `struct vectors` is the caller's from vectors_new() to vectors_free(); its
 * entries and their vectors live until vectors_clear().
 */
#ifndef EMBEDDING_VECTORS_H
#define EMBEDDING_VECTORS_H

#include "base/arena.h"
#include "base/sha256.h"

struct vectors;

struct vectors_entry {
	unsigned char digest[SHA256_BYTES];
	const float *vector; /* NULL: not known yet */
	size_t n;	     /* numbers */
	bool wanted, fresh;  /* for whoever fills it in */
};

/* NULL without memory. `limit`: bytes of entries and vectors at most. */
struct vectors *vectors_new(size_t limit);
void vectors_free(struct vectors *v); /* NULL is allowed */

/* The entry of a digest, made if there is none; NULL without memory or over the limit. */
struct vectors_entry *vectors_get(
    struct vectors *v, const unsigned char digest[static SHA256_BYTES]);

/* Where vectors are made that live as long as the entries. */
struct arena *vectors_arena(struct vectors *v);

/* Bytes that are held now. */
size_t vectors_held(const struct vectors *v);

/* Forget everything. */
void vectors_clear(struct vectors *v);

#endif
