/*
 * The labels of one dimension over a project: how often each is used, how far people agree
 * on it, and what it is confused with. Everything is in the arena that is handed in, always
 * the same one; texts are copied.
 */
#ifndef PROJECT_VOCABULARY_H
#define PROJECT_VOCABULARY_H

#include "base/map.h"
#include "matrix/labels.h"
#include "project/agreement.h"

/* The place of "none". */
#define VOCABULARY_NONE UINT32_MAX

/* What is confused with what. */
enum confusion_of {
	CONFUSION_TRUTH,      /* what the ground truth says with what annotators say */
	CONFUSION_ANNOTATORS, /* what annotators say with each other, both ways round */
	CONFUSION__MAX
};

/* How often two labels met. */
struct confused {
	uint32_t a, b; /* places; VOCABULARY_NONE */
	uint64_t halves;
};

struct word {
	struct str text;  /* empty: of a region that has no label */
	uint32_t uses[2]; /* values that have it: of annotations, of predictions */
	struct agreement agreement;
	uint64_t mark; /* the last that asked vocabulary_first() */
};

/* All zero has no labels. */
struct vocabulary {
	struct map texts;
	struct word *words; /* in step with them */
	size_t room;
	uint32_t values[2]; /* that have any: of annotations, of predictions */
	struct confusions {
		struct idmap places;
		struct confused *list;
		size_t room;
	} confusions[CONFUSION__MAX];
	uint64_t marks;
};

/* Adds a label unless it is there. *r is its place. ERR_MEMORY. */
enum err vocabulary_add(
    struct arena *a, struct vocabulary *v, struct str text, uint32_t *r) ERR_WARN_UNUSED;

/* Returns whether a label is met for the first time since `v->marks` was changed. */
bool vocabulary_first(struct vocabulary *v, uint32_t place);

/* Counts a value: each of its labels once. With `prediction` it is a model's. ERR_MEMORY.
 */
enum err vocabulary_use(struct arena *a, struct vocabulary *v,
    const struct labels_value *value, bool prediction) ERR_WARN_UNUSED;

/* The same of a number, whose label is its text, a whole one without ".0"; not of NaN. */
enum err vocabulary_use_number(
    struct arena *a, struct vocabulary *v, double number, bool prediction) ERR_WARN_UNUSED;

/*
 * Adds what a pair said, `halves` times half of each count. `swapped`: its b is the first
 * side. ERR_MEMORY.
 */
enum err vocabulary_confuse(struct arena *a, struct vocabulary *v, enum confusion_of which,
    const struct labels_pairs *pairs, bool swapped, unsigned halves) ERR_WARN_UNUSED;

#endif
