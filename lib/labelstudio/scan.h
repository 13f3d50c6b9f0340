/*
 * Finds the end of one JSON value in bytes that come in pieces of any size: it follows
 * strings and brackets and looks at nothing else.
 */
#ifndef LABELSTUDIO_SCAN_H
#define LABELSTUDIO_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
	uint64_t depth; /* open brackets; their kinds are not compared */
	bool in_string;
	bool escaped; /* the byte before was a backslash inside a string */
	bool scalar;  /* a number or a word, which ends before a bracket, comma or white
			 space */
	bool done;
};

/*
 * Starts the scan of a value whose first byte is `first`; scan_bytes() takes that byte too.
 */
struct scan scan_start(char first);

/*
 * Scans n bytes; returns how many of them belong to the value. All of them do unless `done`
 * is set. Must not be called when `done` is set.
 */
size_t scan_bytes(struct scan *s, const char *bytes, size_t n);

#endif
