/*
 * Similarities by the score of a best alignment: a match 1, a mismatch 0, a token left
 * unpaired -1. Scratch memory is taken from the arena and left there; the caller rewinds.
 *
 * Both take a pair of two texts with at least one token each, give a number in [0, 1] and
 * return ERR_OK or ERR_MEMORY. Memory is linear in the first text, time is the product of
 * the two.
 */
#ifndef METRIC_TEXT_ALIGN_H
#define METRIC_TEXT_ALIGN_H

#include "metric/text/token.h"

/*
 * Aligns all of both texts (Needleman and Wunsch 1970): (score + L) / 2L, where L is the
 * number of tokens of the longer one.
 */
enum err text_align_global(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/* Aligns the best pieces of both texts (Smith and Waterman 1981): score / tokens of the
 * shorter one. */
enum err text_align_local(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

#endif
