/*
 * The values of one dimension as coefficients need them: of each task what each participant
 * said, a number or a set of labels. Everything is in the arena that is handed in, always
 * the same one; texts are copied.
 */
#ifndef PROJECT_UNITS_H
#define PROJECT_UNITS_H

#include "project/vocabulary.h"

/* Of a number: no set. */
#define UNITS_NUMBER UINT32_MAX

/* What one participant said of one task. */
struct unit {
	int64_t task;
	uint32_t who; /* AGREEMENT_NOBODY: an annotation without an author */
	uint32_t set; /* place; UNITS_NUMBER: it is a number */
	double number;
};

/* Labels that were chosen together; at least one. */
struct unit_set {
	struct str *labels; /* by bytes, each once */
	uint32_t n;
	uint32_t place; /* before units_sort() */
};

/* All zero has no values. */
struct units {
	struct unit *list;
	size_t n, room;
	struct map places; /* of the sets, by the places of their labels */
	struct unit_set *sets;
	size_t sets_room;
};

/*
 * Adds a value, whose labels are in the vocabulary from now on. Not one without any, an
 * open number, one of regions or several answers in one: they are missing. Takes scratch
 * memory and gives it back. ERR_MEMORY.
 */
enum err units_add(struct arena *a, struct arena *scratch, struct units *u,
    struct vocabulary *v, int64_t task, uint32_t who,
    const struct labels_value *value) ERR_WARN_UNUSED;

/*
 * Sorts sets by their labels, in the order of bytes, and units by task, participant, set
 * and number; in units who becomes rank[who], and nobody comes last. Takes scratch memory
 * and gives it back. ERR_MEMORY.
 */
enum err units_sort(
    struct arena *scratch, struct units *u, const uint32_t *rank) ERR_WARN_UNUSED;

#endif
