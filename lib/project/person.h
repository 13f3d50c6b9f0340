/*
 * The people of a project, as numbers: users by their id, an annotation without an author
 * by minus its own. Both are above 0.
 */
#ifndef PROJECT_PERSON_H
#define PROJECT_PERSON_H

#include "matrix/kept.h"
#include "project/idmap.h"

#define PERSON_NOBODY INT64_C(0)

/* Returns who the evidence of a side is the latest of; PERSON_NOBODY: a model, or a ground
 * truth that is nobody's latest. */
static inline int64_t
person_of(const struct kept_side *s)
{
	switch (s->kind) {
	case PARTICIPANT_ANNOTATOR:
		return s->user;
	case PARTICIPANT_UNNAMED:
		return -s->version.id;
	default:
		return PERSON_NOBODY;
	}
}

/* Different people; all zero is none. */
struct person_count {
	struct idmap users;
	size_t n;
};

/* Counts a person unless they were counted. ERR_MEMORY. */
static inline enum err
person_count_add(struct arena *a, struct person_count *c, int64_t person)
{
	uint32_t known = c->users.n, place;

	/* Who has no name has no other task either. */
	if (person > 0 && idmap_add(a, &c->users, (uint64_t)person, &place) != ERR_OK)
		return ERR_MEMORY;
	c->n += person < 0 || c->users.n > known;
	return ERR_OK;
}

#endif
