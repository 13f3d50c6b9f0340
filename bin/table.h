/*
 * A table on standard output, each column as wide as its longest cell. Cells are in the
 * caller's arena.
 */
#ifndef BIN_TABLE_H
#define BIN_TABLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct table {
	struct arena *arena;
	size_t columns;
	struct str *cells; /* row after row */
	size_t n, room;
	bool failed; /* no memory */
};

/* Begins with a row of headings, ended by NULL. */
void table_begin(struct table *t, struct arena *a, const char *const *headings);

/* Adds the next cell of the row; control characters are shown as "?". */
void table_text(struct table *t, struct str s);
void table_cell(struct table *t, const char *format, ...) ERR_PRINTF(2, 3);

/* Prints all rows. ERR_MEMORY if a cell found none; nothing is printed then. */
enum err table_print(const struct table *t) ERR_WARN_UNUSED;

#endif
