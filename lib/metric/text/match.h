/*
 * Similarity by matching blocks (Ratcliff and Metzener, "Pattern matching: the gestalt
 * approach", Dr. Dobb's Journal, July 1988). Scratch memory is taken from the arena and
 * left there; the caller rewinds.
 */
#ifndef METRIC_TEXT_MATCH_H
#define METRIC_TEXT_MATCH_H

#include "metric/text/token.h"

/*
 * Computes 2M / (n + m), where M counts the tokens of the longest common piece (of equally
 * long ones that which comes first in the first text, then in the second) and, in the same
 * way, of what is left of it and right of it on both sides. Takes a pair of two texts with
 * at least one token each; *r is in [0, 1].
 *
 * Exact. With N = n + m: memory O(N log N), time O(N sqrt(N) log N) at worst, mostly O(N
 * log N). ERR_MEMORY.
 */
enum err text_match_ratcliff(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

#endif
