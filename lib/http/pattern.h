/*
 * Patterns of paths, in which names in braces stand for numbers: "/owners/{owner}/pets".
 */
#ifndef HTTP_PATTERN_H
#define HTTP_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Whether a path has the segments of a pattern, with or without a slash at its end. The
 * segment names[i] ("{owner}") of a pattern fits decimal digits, whose value becomes id[i];
 * a number beyond int64 becomes the largest. The id of a name that does not occur is 0.
 * There are `n` names and ids; the ids mean nothing if the path does not fit.
 */
bool pattern_fits(
    const char *pattern, struct str path, size_t n, const struct str *names, int64_t *id);

#endif
