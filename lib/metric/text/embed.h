/*
 * The seam between semantic_similarity and the code that embeds texts.
 */
#ifndef METRIC_TEXT_EMBED_H
#define METRIC_TEXT_EMBED_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct embedder {
	/*
	 * Writes the vectors of `n` > 0 texts (UTF-8, none of them blank, repeats allowed)
	 * to vectors_r[0..n), each of *length_r > 0 finite numbers, which need not be
	 * normalised. They live until the answer that they are for is made; until then the
	 * same text gives the same numbers. ERR_UNAVAILABLE says why there are none;
	 * ERR_MEMORY.
	 */
	enum err (*embed)(void *context, const struct str *texts, size_t n,
	    const float **vectors_r, size_t *length_r, struct error *e);
	void *context;
};

#endif
