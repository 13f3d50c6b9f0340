/*
 * What differs between two texts, as runs that are equal, deleted or inserted. Runs are in
 * the caller's arena and point into the texts.
 */
#ifndef METRIC_TEXT_DIFF_H
#define METRIC_TEXT_DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum diff_edit {
	DIFF_EQUAL,  /* in both texts */
	DIFF_DELETE, /* of the first text alone */
	DIFF_INSERT, /* of the second text alone */
	DIFF_EDIT__MAX
};

extern const char *const diff_edit_names[DIFF_EDIT__MAX];

struct diff_run {
	enum diff_edit edit;
	struct str text; /* never empty */
};

struct diff {
	/* Equal and deleted runs one behind the other are the first text, equal and
	 * inserted ones the second. No two neighbours are alike; what is deleted comes
	 * before what is inserted in its place. */
	struct diff_run *runs;
	uint32_t n;
	bool by_words; /* the runs are whole words and spaces, else code points */
	bool coarse;   /* they differ in too much: what differs is one run of each */
};

/* Code points of both texts together up to which they are compared by code points. */
#define DIFF_SHORT 2000

/* Insertions and deletions, at most, that are told apart. */
#define DIFF_EDITS 1024

/* Units of about a nanosecond that all texts of a value may cost together. */
#define DIFF_WORK 50000000.0

/*
 * Finds a shortest script of insertions and deletions (Myers, "An O(ND) difference
 * algorithm and its variations", Algorithmica 1, 1986) between two texts of well-formed
 * UTF-8: of code points in short texts, of words in long ones (a run of white space is one,
 * too; so is each code point from U+2E80 on, as such scripts have no spaces). *work is what
 * it may cost, and is lowered by what it did; a text that would cost more is `coarse`.
 * ERR_MEMORY.
 */
enum err diff_texts(struct arena *arena, struct str a, struct str b, double *work,
    struct diff *r) ERR_WARN_UNUSED;

/* Exchanges the two texts. */
void diff_swap(struct diff *d);

#endif
