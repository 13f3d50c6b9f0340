/*
 * The participants in the matrix of a task: evidence and a selection become rows. Rows are
 * in the caller's arena; texts point into the evidence and the selection.
 */
#ifndef MATRIX_PARTICIPANTS_H
#define MATRIX_PARTICIPANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "matrix/selection.h"
#include "store/users.h"

/* One annotation that is not cancelled, or one prediction, of a task. */
struct evidence {
	bool is_prediction;
	int64_t id;
	const struct store_user *by; /* of annotations: their author; NULL: not known */
	bool alone;	  /* its author is not known, and it counts as one of its own */
	struct str model; /* of predictions: the version; absent counts as empty */
	bool ground_truth;
	int64_t updated_at; /* any unit that grows with time */
};

enum participant_kind {
	PARTICIPANT_ANNOTATOR,
	PARTICIPANT_UNNAMED, /* an annotation without an author */
	PARTICIPANT_MODEL,
	PARTICIPANT_GROUND_TRUTH
};

#define PARTICIPANT_NONE SIZE_MAX

struct participant {
	enum participant_kind kind;
	int64_t user;	  /* of annotators; of the unnamed the annotation's id */
	struct str model; /* of models: the version, without "model:" in front */
	size_t evidence;  /* index of what counts: the latest; PARTICIPANT_NONE: there is
			     none */
};

struct participants {
	struct participant *list; /* annotators by id, annotations without author by id,
				     models by bytes, the ground truth */
	size_t n;
};

/*
 * Makes the rows of a selection. `known` are users that exist in the project's organization
 * (any order); users that the selection names and that are not among them are left out.
 * ERR_MEMORY.
 */
enum err participants_select(struct arena *a, const struct selection *s,
    const struct evidence *evidence, size_t n, const struct store_user *known,
    size_t n_known, struct participants *r) ERR_WARN_UNUSED;

/*
 * Returns the participant of an id as it stands among the users of an answer, without
 * evidence: digits are an annotator (-1 beyond int64), "annotation:46" an annotation
 * without author, "ground_truth" the ground truth; anything else is a model, whose version
 * is the whole text, with the prefix that it may have.
 */
struct participant participant_named(struct str id);

/* Makes a selection that has two such participants in it. ERR_MEMORY. */
enum err participants_pair(struct arena *a, const struct participant pair[static 2],
    struct selection *r) ERR_WARN_UNUSED;

/* Returns whether `p`, of a selection, is the one that was named; `whole` says whether a
 * model's prefix is part of its version. */
bool participant_is(
    const struct participant *p, const struct participant *named, bool whole);

#endif
