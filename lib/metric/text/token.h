/*
 * Texts cut into tokens, and pairs of them brought to a common numbering. A text and a pair
 * live in the caller's arena; a text keeps a copy of its bytes.
 */
#ifndef METRIC_TEXT_TOKEN_H
#define METRIC_TEXT_TOKEN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

/* One text. A token is a slice of its code points; equal tokens have equal ids. */
struct text {
	struct str bytes;
	struct utf8_text points;
	const struct utf8_text *words; /* qval 0: the tokens; otherwise NULL */
	size_t length;	     /* otherwise: code points of a token, one starts at each */
	const uint32_t *ids; /* of each token: its place in `kinds` */
	uint32_t n;	     /* tokens */
	const uint32_t
	    *kinds; /* the different tokens in ascending order: where each occurs */
	uint32_t n_kinds;
};

/*
 * Cuts code points, which the text keeps using, into tokens: `qval` 1 characters, 2, 3
 * overlapping n-grams, 0 words at white space. ERR_MEMORY, also for 2^31 code points and
 * more.
 */
enum err text_cut(
    struct arena *a, struct utf8_text points, int qval, struct text *r) ERR_WARN_UNUSED;

/*
 * Two texts as sequences of small numbers that are equal, and ordered, as the tokens are.
 * The pair is in order: the one with fewer tokens first, of equally many the smaller one,
 * so that whatever is computed from it is the same both ways round.
 */
struct text_pair {
	const uint32_t *a, *b;
	uint32_t n, m;	       /* tokens of a and b: n <= m */
	uint32_t kinds;	       /* the numbers are below this */
	const uint32_t *codes; /* of each number: the token's first code point */
};

/* Makes the pair of two texts that were cut with the same qval. ERR_MEMORY. */
enum err text_pair(struct arena *scratch, const struct text *a, const struct text *b,
    struct text_pair *r) ERR_WARN_UNUSED;

/*
 * Returns the pair without the tokens that both begin with and, after that, both end with.
 */
struct text_pair text_pair_trim(struct text_pair p);

#endif
