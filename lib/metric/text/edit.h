/*
 * Similarities that count edits: 1 - distance / tokens of the longer text. Scratch memory
 * is taken from the arena and left there; the caller rewinds.
 *
 * All take a pair of two texts with at least one token each, give a number in [0, 1] and
 * return ERR_OK or ERR_MEMORY.
 */
#ifndef METRIC_TEXT_EDIT_H
#define METRIC_TEXT_EDIT_H

#include "metric/text/token.h"

/*
 * Counts insertions, deletions and substitutions (Levenshtein 1966), 64 rows a word: Myers,
 * "A fast bit-vector algorithm for approximate string matching based on dynamic
 * programming", J. ACM 46 (1999), in the form of Hyyrö (below).
 */
enum err text_edit_levenshtein(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/*
 * Counts also transpositions of two neighbours that are not edited again (optimal string
 * alignment): Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
 * distances", Nordic J. of Computing 10 (2003).
 */
enum err text_edit_osa(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/* Counts substitutions (Hamming 1950), and every token that the longer text has more. */
enum err text_edit_hamming(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

/*
 * Compares as the modified language-independent product name search (Shannaq and Alexandrov
 * 2010): 1 if at most a quarter of the tokens differ (by Hamming) once up to two differing
 * ones are left out; otherwise 0.
 */
enum err text_edit_mlipns(
    struct arena *scratch, const struct text_pair *p, double *r) ERR_WARN_UNUSED;

#endif
