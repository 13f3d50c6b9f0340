/*
 * The answers of /projects/{project}/stats/reliability: agreement beyond chance of the
 * people of a project. All of it is in the request's arena.
 */
#ifndef SERVICE_RELIABILITY_H
#define SERVICE_RELIABILITY_H

#include "service/route.h"

#define RELIABILITY_PARAMS                                                                 \
	(PARAM_BIT(PARAM_DIMENSION) | PARAM_BIT(PARAM_COEFFICIENT) |                       \
	    PARAM_BIT(PARAM_WEIGHTS) | PARAM_BIT(PARAM_DISTANCE) | PARAM_BIT(PARAM_BY) |   \
	    PARAM_BIT(PARAM_SEED) | PARAM_BIT(PARAM_DRAWS))

/* Answers with the value of one dimension, or a list of those of all active ones. */
const struct http_error_row *get_reliability(const struct call *call, struct response *r);

#endif
