/*
 * The routes: one table row per endpoint; the dispatcher checks everything that can be
 * checked without knowing what the endpoint does. Ownership: a call and all that it points
 * to lives as long as the request's arena.
 */
#ifndef SERVICE_ROUTE_H
#define SERVICE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "http/request.h"
#include "http/response.h"
#include "service/error.h"
#include "service/param.h"

/* The ids that a path may hold, each at most once. */
enum route_id { ROUTE_PROJECT, ROUTE_TASK, ROUTE_DIMENSION, ROUTE_ID__MAX };

/* What a handler is given: nothing in here is left to parse or to check. */
struct call {
	const struct request *request;
	struct arena *arena; /* the request's */
	void *context;	     /* the service's */
	struct str token; /* absent on routes without authentication; not yet looked up */
	int64_t id[ROUTE_ID__MAX];
	struct param_value param[PARAM__MAX];
};

/*
 * Answer a call: write the body into r->body and return NULL, or return the row of what is
 * wrong (the dispatcher then writes the error body; response_detail() may have given the
 * words). A handler of a route with `authenticate` looks the token up itself, in the same
 * statement as the project and the task, and must report SERVICE_TOKEN_UNKNOWN and the like
 * before SERVICE_NO_PROJECT.
 */
typedef const struct http_error_row *route_handler(
    const struct call *call, struct response *r);

struct route {
	const char *pattern; /* below the prefix:
				"/projects/{project}/tasks/{task}/agreement-matrix" */
	bool authenticate;
	unsigned params; /* PARAM_BIT() set that it takes */
	route_handler *handler;
	const char *doc; /* one line */
};

struct service {
	const struct route *routes;
	size_t n_routes;
	const char *prefix; /* optional in a path: "/api" */

	/*
	 * Look the token up, and nothing else. Called in place of a handler when the method
	 * or a parameter is wrong, because a wrong token is reported first. NULL if it is
	 * good.
	 */
	route_handler *authenticate;
	void *context;
};

/*
 * Answer a request. The order of checks is: path, credentials, method, parameters, and then
 * the handler's own; if method or parameters are wrong, service->authenticate decides
 * first.
 */
void route_dispatch(
    const struct service *s, struct arena *a, const struct request *q, struct response *r);

#endif
