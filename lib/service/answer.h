/*
 * The matrix of one task out of the store: evidence, participants, entity tag, results,
 * scores. Ownership: everything of a request is in its arena.
 */
#ifndef SERVICE_ANSWER_H
#define SERVICE_ANSWER_H

#include "embedding/embedding.h"
#include "base/cache.h"
#include "base/config.h"
#include "service/route.h"
#include "store/dimensions.h"
#include "store/evidence.h"

struct answer_question {
	struct store *store;
	const struct config *config;
	struct cache *cache;	     /* answers by their tags; NULL: none */
	struct embedding *embedding; /* NULL: no server is configured */
	const struct call *call;     /* the project is allowed */
	const struct selection *selection;
	int64_t organization;
	struct store_evidence_list evidence; /* by answer_evidence() */
	bool whole;			     /* the results came along with the evidence */
	struct str fingerprint;		     /* of the project's configuration */
	struct store_dimension_list dimensions;
	const struct store_dimension *named; /* only this one; NULL: all that count */
};

/*
 * Read the task's evidence into `q`, with its results where they will probably be needed.
 * ERR_NOT_FOUND if there is no such task in the project; ERR_DB_*, ERR_MEMORY.
 */
enum err answer_evidence(struct answer_question *q, struct error *e) ERR_WARN_UNUSED;

/*
 * Write the matrix, its entity tag and warnings into `r`; if the request has the same tag
 * already, a 304 and nothing is computed. An answer without warnings is kept in the cache;
 * one that lacks something for the moment, or whose results have changed while it was made,
 * has no entity tag and is not. ERR_LIMIT says in `e`, for
 * the client, which limit; ERR_DB_*, ERR_MEMORY.
 */
enum err answer_matrix(
    const struct answer_question *q, struct response *r, struct error *e) ERR_WARN_UNUSED;

#endif
