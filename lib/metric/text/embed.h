/*
 * Where vectors of texts come from: the seam between semantic_similarity and whoever can
 * embed. Ownership: the embedder is the caller's; its vectors live as long as it says.
 */
#ifndef METRIC_TEXT_EMBED_H
#define METRIC_TEXT_EMBED_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct embedder {
	/*
	 * The vectors of `n` > 0 texts (UTF-8, none of them blank, repeats allowed) into
	 * vectors_r[0..n), each of *length_r > 0 finite numbers; they need not be
	 * normalised. They live until the answer that they are for is made. The same text
	 * gives the same numbers as long. ERR_UNAVAILABLE says why there are none;
	 * ERR_MEMORY.
	 */
	enum err (*embed)(void *context, const struct str *texts, size_t n,
	    const float **vectors_r, size_t *length_r, struct error *e);
	void *context;
};

#endif
