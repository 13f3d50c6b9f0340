/*
 * Vectors in memory, by digest. Entries and their vectors live until vectors_clear().
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
	bool wanted, fresh;  /* for the caller that fills it in */
};

/* Makes an empty table of at most `limit` bytes of entries and vectors. NULL without
 * memory. */
struct vectors *vectors_new(size_t limit);
void vectors_free(struct vectors *v); /* NULL is allowed */

/* Returns the entry of a digest, made if there is none; NULL without memory or over the
 * limit. */
struct vectors_entry *vectors_get(
    struct vectors *v, const unsigned char digest[static SHA256_BYTES]);

/* Returns the arena of the entries, for their vectors. */
struct arena *vectors_arena(struct vectors *v);

/* Returns how many bytes are held now. */
size_t vectors_held(const struct vectors *v);

/* Forgets everything. */
void vectors_clear(struct vectors *v);

#endif
