/*
 * The matrix of one task out of the store: evidence, participants, entity tag, results,
 * scores. All of it is in the request's arena.
 */
#ifndef SERVICE_ANSWER_H
#define SERVICE_ANSWER_H

#include "http/response.h"
#include "matrix/selection.h"
#include "service/api.h"
#include "service/param.h"
#include "store/dimensions.h"
#include "store/evidence.h"

/* The question; the user may read the project. */
struct answer_question {
	struct arena *arena; /* the request's */
	int64_t organization, project, task;
	const struct selection *selection;
	struct str if_none_match; /* absent: the client has nothing */
	/* a and b, whose cell is explained; the selection is that of participants_pair().
	 * NULL: the matrix is asked for. */
	const struct participant_value *pair[2];
};

/* The dimensions of the project. */
struct answer_dimensions {
	struct str fingerprint; /* of the project's configuration */
	struct store_dimension_list list;
	const struct store_dimension *named; /* only this one; NULL: all that count */
};

/* Asks ahead what answer_evidence() will ask for each of `n` questions. */
void answer_evidence_ahead(
    const struct api *api, const struct answer_question *list, size_t n);

/*
 * Reads the task's evidence, with the scores that are kept where they will probably be
 * needed. ERR_NOT_FOUND if there is no such task in the project; ERR_DB_*, ERR_MEMORY.
 */
enum err answer_evidence(const struct api *api, const struct answer_question *q,
    struct store_evidence_list *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Writes the matrix, its entity tag and warnings into `r`; a 304, without computing
 * anything, if the request has the same tag. An answer without warnings is kept in the
 * cache. One that lacks something for the moment, or whose results changed while it was
 * made, has no entity tag and is not kept. ERR_LIMIT, with the limit in `e`, in words for
 * the client; ERR_DB_*, ERR_MEMORY.
 */
enum err answer_matrix(const struct api *api, const struct answer_question *q,
    const struct store_evidence_list *v, const struct answer_dimensions *d,
    struct response *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Writes why the cell of q->pair is what it is, with entity tag, warnings and cache as
 * answer_matrix(). ERR_NOT_FOUND, with words for the client, if there is no such
 * participant; other errors as there.
 */
enum err answer_pair(const struct api *api, const struct answer_question *q,
    const struct store_evidence_list *v, const struct answer_dimensions *d,
    struct response *r, struct error *e) ERR_WARN_UNUSED;

#endif
