/*
 * Routes: one table row per endpoint. The dispatcher checks everything that can be checked
 * without knowing what the endpoint does. A call, and all that it points to, lives as long
 * as the request's arena.
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

/* What a path may hold, each at most once: ids, then texts. */
enum route_id {
	ROUTE_PROJECT,
	ROUTE_TASK,
	ROUTE_DIMENSION,
	ROUTE_USER,
	ROUTE_MODEL, /* a version, as text */
	ROUTE_ID__MAX
};

/* The arguments of a handler, parsed and checked. */
struct call {
	const struct request *request;
	struct arena *arena; /* the request's */
	void *context;	     /* the service's */
	struct str token;    /* not looked up; absent on routes without authentication */
	int64_t id[ROUTE_ID__MAX];
	struct str model; /* the text of ROUTE_MODEL; absent if the path has none */
	struct param_value param[PARAM__MAX];
	/* What a handler adds to it is the client's with HTTP_INVALID. */
	struct invalid *invalid;
};

/*
 * Writes the body of an answer into r->body and returns NULL, or returns the row of what is
 * wrong, perhaps after response_detail(); the dispatcher then writes the body of the error.
 * A handler of a route with `authenticate` looks the token up itself, in the same statement
 * as the project, and must report SERVICE_TOKEN_UNKNOWN and the like before
 * SERVICE_NO_PROJECT.
 */
typedef const struct http_error_row *route_handler(
    const struct call *call, struct response *r);

/*
 * Called with several calls of one route that wait together, before their handlers, so that
 * what they have in common is asked once. The calls are checked, but for what handlers
 * check; nothing is answered.
 */
typedef void route_gather(const struct call *calls, size_t n);

struct route {
	const char *pattern; /* below the prefix:
				"/projects/{project}/tasks/{task}/agreement-matrix" */
	bool authenticate;
	bool posted;	 /* POST is answered as GET is */
	uint64_t params; /* PARAM_BIT() set that it takes */
	route_handler *handler;
	route_gather *gather; /* NULL: there is nothing to ask */
	const char *doc;      /* one line */
};

struct service {
	const struct route *routes;
	size_t n_routes;
	const char *prefix; /* optional in a path: "/api" */

	/*
	 * Looks the token up, and nothing else. Called in place of a handler when the
	 * method or a parameter is wrong, because a wrong token is reported first. Returns
	 * NULL if it is valid.
	 */
	route_handler *authenticate;
	void *context;
};

/*
 * Answers a request. The order of checks is path, credentials, method, parameters, then
 * those of the handler; before an error of method or parameters is reported,
 * service->authenticate is asked.
 */
void route_dispatch(
    const struct service *s, struct arena *a, const struct request *q, struct response *r);

/* The requests that a call of route_gather takes at most. */
#define ROUTE_TOGETHER 8

/* Looks at requests that wait together, and lets their routes gather what they will ask.
 * What is wrong with one is left to route_dispatch(). */
void route_gather_all(
    const struct service *s, struct arena *a, const struct request *list, size_t n);

#endif
