/*
 * Scores that wait to be written: after the answers that they were computed for are sent,
 * several in one transaction. Losing them costs time alone. Owns copies of their bytes.
 */
#ifndef PROJECT_KEEPING_H
#define PROJECT_KEEPING_H

#include "base/buf.h"
#include "matrix/kept.h"
#include "store/store.h"

#define KEEPING_ROWS 64

struct keeping {
	struct store *store;
	bool denied;	     /* the account may not write: nothing is taken any more */
	struct error failed; /* why the first writing failed that did; ERR_OK: none has */
	struct keeping_row {
		int64_t project, task;
		char fingerprint[TAG_ROOM];
		size_t begin, scores, labels; /* where the bytes are, and how many */
	} rows[KEEPING_ROWS];
	size_t n;
	struct buf bytes;
};

/* Begins; `s` must live as long. */
void keeping_begin(struct keeping *k, struct store *s);

/* Takes the scores of a task, with scratch memory of `a`; writes first where there is no
 * room. What cannot be taken is left out without a word. */
void keeping_add(struct keeping *k, struct arena *a, int64_t project, int64_t task,
    const struct kept *scores);

/* Writes what waits; a failure is logged, once where the account may not. */
void keeping_flush(struct keeping *k);

/* Writes, and frees. */
void keeping_end(struct keeping *k);

#endif
