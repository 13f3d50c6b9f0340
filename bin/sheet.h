/*
 * Rows of cells on standard output: as a table for people, numbers with three digits, or as
 * comma-separated values (RFC 4180) with all of theirs.
 */
#ifndef BIN_SHEET_H
#define BIN_SHEET_H

#include <stdint.h>

#include "table.h"

struct sheet {
	bool csv;
	struct table table;
	size_t at; /* cells of this row so far */
};

/* Begins with a row of headings, ended by NULL. Cells of a table are in `a`. */
void sheet_begin(struct sheet *s, struct arena *a, bool csv, const char *const *headings);

/* Add the next cell of the row; an absent text and NaN are empty, in a table "-". */
void sheet_text(struct sheet *s, struct str text);
void sheet_number(struct sheet *s, double v);
void sheet_count(struct sheet *s, int64_t v);

/* Ends; tables are printed now. ERR_MEMORY. */
enum err sheet_end(struct sheet *s) ERR_WARN_UNUSED;

#endif
