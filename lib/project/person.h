/*
 * The people of a project, as numbers: users by their id, an annotation without an author
 * by minus its own. Both are above 0.
 */
#ifndef PROJECT_PERSON_H
#define PROJECT_PERSON_H

#include "matrix/kept.h"

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

#endif
