/*
 * Cuts a stream of JSON, which may be packed with gzip, into the texts of its outermost
 * values, in bounded memory: the elements of one array, or objects one after the other
 * (JSON Lines; a single object is one line of that). It follows brackets and strings only:
 * the texts still have to be parsed. A text is valid until the next call of cutter_next()
 * or cutter_free(). The caller closes the file descriptor.
 */
#ifndef LABELSTUDIO_CUTTER_H
#define LABELSTUDIO_CUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct cutter;

struct cut {
	struct str
	    text; /* one JSON value, without white space around it; absent at the end */
	uint64_t number; /* of this value, from 1 */
	uint64_t offset; /* bytes of the file before it */
	uint64_t line;	 /* where it begins, from 1 */
	bool in_array;	 /* it is an element of an array */
};

/*
 * Makes a cutter of `fd` from its current offset, which reads at most `chunk` bytes at a
 * time; a value may have `max` bytes. Memory is at most twice (max + chunk). Returns NULL
 * without memory.
 */
struct cutter *cutter_new(int fd, size_t chunk, size_t max);

/*
 * Cuts the next value; after the last one the text is absent. ERR_LIMIT: the value is
 * longer than `max` bytes; it was skipped, the next call gives the one after it, and
 * r->number, offset and line are those of the long one. Final errors (each later call gives
 * the same one): ERR_INPUT (neither an array nor objects, a comma too few or too many,
 * something after the array, the end of the file before the end of the array or of a value;
 * as bytes_read()), ERR_IO, ERR_MEMORY. Messages begin with the line.
 */
enum err cutter_next(struct cutter *c, struct cut *r, struct error *e) ERR_WARN_UNUSED;

/* Returns whether the end or a final error was met: nothing more comes. */
bool cutter_ended(const struct cutter *c);

/* Returns how many bytes of the file are done with, for progress; of a packed one, packed
 * bytes. */
uint64_t cutter_position(const struct cutter *c);

/* NULL is allowed. */
void cutter_free(struct cutter *c);

#endif
