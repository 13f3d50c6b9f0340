/*
 * Vectors of texts, kept by the hash of model and text (agreement_embedding). Vectors are
 * in the caller's arena.
 */
#ifndef STORE_EMBEDDINGS_H
#define STORE_EMBEDDINGS_H

#include "store/store.h"

/* Numbers that a vector has at most; longer ones are neither written nor found. */
#define STORE_EMBEDDING_MAX 65536

struct store_embedding {
	struct str hash; /* SHA-256 of model, a zero byte and text: 64 lower-case digits */
	const float *vector;
	uint32_t n; /* numbers; 0: it is not there */
};

/*
 * Looks up `n` vectors by list[i].hash and fills in the rest. A vector whose bytes are no
 * finite numbers counts as missing. ERR_DB_*, ERR_MEMORY; list[i] is then untouched or
 * found.
 */
enum err store_embeddings_find(struct store *s, struct arena *a,
    struct store_embedding *list, size_t n, struct error *e) ERR_WARN_UNUSED;

/*
 * Writes `n` vectors, also over those that are there, all or none. The order of their
 * hashes keeps two writers from locking each other out. ERR_DB_*, ERR_MEMORY.
 */
enum err store_embeddings_put(struct store *s, struct store_embedding *list, size_t n,
    struct error *e) ERR_WARN_UNUSED;

#endif
