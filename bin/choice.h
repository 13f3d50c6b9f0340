/*
 * Options that are one of several names.
 */
#ifndef BIN_CHOICE_H
#define BIN_CHOICE_H

#include "base/error.h"
#include "base/str.h"

/* Returns the name of place i. */
typedef const char *choice_name(int i);

/* Those of coefficient_table, weighting_names and distance_names; after the last of these
 * RELIABILITY_SCORE. */
choice_name choice_coefficient, choice_weights, choice_distance;

/* Finds a name among n > 0; an absent one is the first. ERR_INPUT: "what: there is no "x",
 * but a, b, c". */
enum err choice_find(const char *what, struct str given, choice_name *name, int n, int *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
