/*
 * Ratings out of comma-separated values (RFC 4180): a line is a unit, a field a rating.
 */
#ifndef BIN_CSV_H
#define BIN_CSV_H

#include "reliability/ratings.h"

/*
 * Read a file, "-" for standard input. A field that is a number is one, an empty one is
 * missing, any other a text; with `header` the first line is passed over. ERR_NOT_FOUND and
 * ERR_IO for the file, ERR_INPUT names the line, ERR_MEMORY.
 */
enum err csv_ratings(struct arena *a, const char *file, bool header, struct ratings *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
