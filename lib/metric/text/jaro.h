/*
 * Similarities by common tokens that stand near each other. Scratch memory is taken from
 * the arena and left there; the caller rewinds.
 *
 * All take a pair of two texts with at least one token each, give a number in [0, 1] and
 * return ERR_OK or ERR_MEMORY. Time and memory are linear.
 *
 * A token of the first text and the first still unused equal token of the second, not
 * further away than max(n, m)/2 - 1 places, are common: c of them; t is half the number
 * (rounded down) of those that differ when the common ones of both are laid side by side.
 */
#ifndef METRIC_TEXT_JARO_H
#define METRIC_TEXT_JARO_H

#include "metric/text/token.h"

/* Computes (c/n + c/m + (c-t)/c) / 3, or 0 if nothing is common (Jaro 1989). */
enum err text_jaro(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/*
 * Computes text_jaro(); above 0.7, adds a tenth of what is missing to 1 for each of up to
 * four tokens that both begin with (Winkler 1990).
 */
enum err text_jaro_winkler(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/*
 * Computes Winkler's strcmp95.c (1994) over characters that are stripped and in upper case
 * already: c/n + c/m count 0.3 more for each pair of similar characters among those left
 * over; the prefix ends at a digit.
 */
enum err text_jaro_strcmp95(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

#endif
