/*
 * Similarity of two texts: ten algorithms over characters, q-grams or words. Prepared texts
 * live in the caller's arena; scoring takes scratch memory and gives it back.
 */
#ifndef METRIC_TEXT_TEXT_H
#define METRIC_TEXT_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

enum text_algorithm {
	TEXT_LEVENSHTEIN,
	TEXT_DAMERAU_LEVENSHTEIN, /* optimal string alignment */
	TEXT_HAMMING,
	TEXT_JARO,
	TEXT_JARO_WINKLER,
	TEXT_RATCLIFF_OBERSHELP,
	TEXT_MLIPNS,
	TEXT_STRCMP95,
	TEXT_NEEDLEMAN_WUNSCH,
	TEXT_SMITH_WATERMAN,
	TEXT__MAX
};

/* The names that parameters use, in the order of the enum, ended by NULL. */
extern const char *const text_algorithm_names[TEXT__MAX + 1];

struct text; /* one text, cut into tokens once */

/*
 * Prepares one text for comparison: decodes it and cuts it into tokens. `qval`: 1
 * characters (code points), 2, 3 overlapping n-grams, 0 words at white space. ERR_INPUT if
 * the text is not UTF-8; ERR_MEMORY.
 */
enum err text_prepare(
    struct arena *a, struct str s, int qval, const struct text **r) ERR_WARN_UNUSED;

/*
 * Computes the similarity of two prepared texts, in [0, 1], the same both ways round to the
 * bit. Both must have been prepared with the same qval. Equal texts 1; one empty or without
 * tokens 0. TEXT_STRCMP95 compares characters whatever the qval, without white space at the
 * ends and in upper case. ERR_MEMORY if the scratch memory does not suffice.
 */
enum err text_similarity(struct arena *scratch, enum text_algorithm algorithm,
    const struct text *a, const struct text *b, double *r) ERR_WARN_UNUSED;

/*
 * Returns the work of that comparison in units of about a nanosecond, for the request's
 * budget.
 */
double text_cost(enum text_algorithm algorithm, const struct text *a, const struct text *b);

#endif
