#include "service/route.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "http/auth.h"
#include "http/pattern.h"
#include "http/query.h"

/* Bytes of a method's name that an error quotes. */
#define METHOD_SHOWN 32

static const struct pattern_name names[] = {
    [ROUTE_PROJECT] = {STR_INIT("{project}"), false},
    [ROUTE_TASK] = {STR_INIT("{task}"), false},
    [ROUTE_DIMENSION] = {STR_INIT("{dimension}"), false},
    [ROUTE_USER] = {STR_INIT("{user}"), false},
    [ROUTE_MODEL] = {STR_INIT("{model}"), true},
};
static_assert(N_OF(names) == ROUTE_ID__MAX, "every id has a name");

static const struct route *
find_below(const struct service *s, struct str path, struct pattern_value *v)
{
	for (size_t i = 0; i < s->n_routes; i++)
		if (pattern_fits(s->routes[i].pattern, path, ROUTE_ID__MAX, names, v))
			return &s->routes[i];
	return NULL;
}

/* The path as it is, and without the prefix. */
static const struct route *
find_route(const struct service *s, struct str path, struct pattern_value *v)
{
	size_t n = strlen(s->prefix);
	const struct route *route;

	if (path.s == NULL)
		return NULL;
	route = find_below(s, path, v);
	if (route == NULL && str_starts(path, s->prefix))
		route = find_below(s, (struct str){path.s + n, path.n - n}, v);
	return route;
}

/* A text in which the web server left slashes as they were sent. */
static struct str
with_slashes(struct arena *a, struct str text)
{
	char *out = text.s == NULL ? NULL : arena_alloc(a, text.n);
	size_t n = 0;

	for (size_t i = 0; out != NULL && i < text.n; i++) {
		bool slash = i + 2 < text.n && text.s[i] == '%' && text.s[i + 1] == '2' &&
		    (text.s[i + 2] == 'F' || text.s[i + 2] == 'f');

		out[n++] = slash ? '/' : text.s[i];
		i += slash ? 2 : 0;
	}
	return (struct str){out, n};
}

static void
take_values(struct call *call, const struct pattern_value *v)
{
	for (int i = 0; i < ROUTE_ID__MAX; i++)
		call->id[i] = v[i].id;
	call->model = with_slashes(call->arena, v[ROUTE_MODEL].text);
}

/* Methods are tokens; what is none is not repeated to the client. */
static void
name_method(struct response *r, struct str method)
{
	for (size_t i = 0; i < method.n; i++)
		if (method.s[i] < 0x21 || method.s[i] > 0x7e)
			return;
	if (method.n > 0 && method.n <= METHOD_SHOWN)
		response_detail(r, "Method \"%.*s\" not allowed.", STR_ARG(method));
}

/* What is wrong with the request once it is known who asks; NULL if nothing is. */
static const struct http_error_row *
check_request(const struct route *route, struct call *call, struct invalid *v)
{
	const struct request *q = call->request;
	struct query query;
	enum err err;

	if (q->method == REQUEST_OTHER || (q->method == REQUEST_POST && !route->posted))
		return http_error_row(route->posted ? HTTP_METHOD_POST : HTTP_METHOD);
	if (route->params == 0)
		return NULL;
	if (q->query.s == NULL)
		return http_error_row(HTTP_NO_QUERY);
	err = query_read(call->arena, q->query, &query);
	if (err == ERR_OK)
		err = param_read(call->arena, &query, route->params, v, call->param);
	if (err == ERR_OK && v->failed)
		err = ERR_MEMORY;
	if (err != ERR_OK)
		return service_error_of(err);
	return invalid_any(v) ? http_error_row(HTTP_INVALID) : NULL;
}

void
route_dispatch(
    const struct service *s, struct arena *a, const struct request *q, struct response *r)
{
	struct call call = {.request = q, .arena = a, .context = s->context};
	const struct http_error_row *problem = NULL, *error = NULL;
	struct pattern_value values[ROUTE_ID__MAX];
	const struct route *route = find_route(s, q->path, values);
	struct invalid invalid;

	invalid_init(&invalid, a);
	call.invalid = &invalid;
	if (route == NULL)
		route = find_route(s, q->path_info, values);
	if (route != NULL)
		take_values(&call, values);
	if (route == NULL)
		error = http_error_row(HTTP_NO_PATH);
	else if (route->authenticate)
		error = http_error_row(auth_read(q, &call.token));
	if (error == NULL)
		problem = check_request(route, &call, &invalid);
	if (error == NULL && problem == NULL)
		error = route->handler(&call, r);
	else if (error == NULL && route->authenticate)
		error = s->authenticate(&call, r);
	if (error == NULL && problem != NULL && problem->status == 405)
		name_method(r, q->method_text);
	if (problem == http_error_row(HTTP_NO_QUERY))
		log_error(
		    "the web server gave no QUERY_STRING: is the request line longer than "
		    "it can hand on?");
	if (error == NULL)
		error = problem;
	if (error != NULL)
		response_error(
		    r, error, error == http_error_row(HTTP_INVALID) ? &invalid : NULL);
}

/* Makes a call of a request; false if it is of another route, or something is wrong. */
static bool
is_call_of(const struct service *s, const struct route *route, struct arena *a,
    const struct request *q, struct call *r)
{
	struct pattern_value values[ROUTE_ID__MAX];
	const struct route *found = find_route(s, q->path, values);
	struct invalid *invalid = arena_alloc(a, sizeof(*invalid));

	if (found == NULL)
		found = find_route(s, q->path_info, values);
	if (found != route || invalid == NULL)
		return false;
	invalid_init(invalid, a);
	*r = (struct call){
	    .request = q, .arena = a, .context = s->context, .invalid = invalid};
	take_values(r, values);
	return (!route->authenticate || auth_read(q, &r->token) == HTTP_OK) &&
	    check_request(route, r, invalid) == NULL;
}

void
route_gather_all(
    const struct service *s, struct arena *a, const struct request *list, size_t n)
{
	for (size_t i = 0; i < s->n_routes; i++) {
		struct call calls[ROUTE_TOGETHER];
		size_t found = 0;

		if (s->routes[i].gather == NULL)
			continue;
		for (size_t k = 0; k < n && found < ROUTE_TOGETHER; k++)
			found += is_call_of(s, &s->routes[i], a, &list[k], &calls[found]);
		if (found > 1)
			s->routes[i].gather(calls, found);
	}
}
