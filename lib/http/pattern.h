/*
 * Patterns of paths, in which names in braces stand for numbers or texts:
 * "/owners/{owner}/pets/{pet}".
 */
#ifndef HTTP_PATTERN_H
#define HTTP_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct pattern_name {
	struct str name; /* "{owner}" */
	bool is_text;	 /* else decimal digits */
};

struct pattern_value {
	int64_t id;	 /* a number beyond int64 becomes the largest */
	struct str text; /* points into the path; at least one byte, perhaps several
			    segments: web servers decode slashes */
};

/*
 * Whether a path has the segments of a pattern, with or without a slash at its end. The
 * segment names[i] of a pattern fits what is of its kind, which becomes values[i]; that of
 * a name that does not occur is 0 or absent. There are `n` names and values; the values
 * mean nothing if the path does not fit.
 */
bool pattern_fits(const char *pattern, struct str path, size_t n,
    const struct pattern_name *names, struct pattern_value *values);

#endif
