/* The dispatcher: which paths are routes, what a handler is given, and in which order
 * things are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "service/route.h"

/* What the handlers saw, and what they shall say. */
struct seen {
	const char *route; /* NULL: none was called */
	int64_t id[ROUTE_ID__MAX];
	char token[32];
	struct param_value param[PARAM__MAX];
	bool authenticated; /* the hook was called */
	const struct http_error_row *hook_says, *handler_says;
};

static void
note(const struct call *call, const char *route)
{
	struct seen *seen = call->context;

	assert_null(seen->route);
	seen->route = route;
	memcpy(seen->id, call->id, sizeof(seen->id));
	memcpy(seen->param, call->param, sizeof(seen->param));
	snprintf(seen->token, sizeof(seen->token), "%.*s", STR_ARG(call->token));
	assert_non_null(call->arena);
	assert_non_null(call->request);
}

static const struct http_error_row *
answer_matrix(const struct call *call, struct response *r)
{
	struct seen *seen = call->context;

	note(call, "matrix");
	buf_puts(&r->body, "{}");
	return seen->handler_says;
}

static const struct http_error_row *
answer_list(const struct call *call, struct response *r)
{
	note(call, "list");
	buf_puts(&r->body, "[]");
	return NULL;
}

static const struct http_error_row *
answer_one(const struct call *call, struct response *r)
{
	note(call, "one");
	response_detail(r, "The %s is gone.", "dimension");
	return http_error_row(HTTP_LIMIT);
}

static const struct http_error_row *
answer_health(const struct call *call, struct response *r)
{
	note(call, "health");
	assert_null(call->token.s);
	buf_puts(&r->body, "{\"status\":\"UP\"}");
	return NULL;
}

static const struct http_error_row *
authenticate(const struct call *call, struct response *r)
{
	struct seen *seen = call->context;

	(void)r;
	assert_true(call->token.n > 0);
	seen->authenticated = true;
	return seen->hook_says;
}

static const struct route routes[] = {
    {.pattern = "/projects/{project}/tasks/{task}/agreement-matrix",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_SELECTION) | PARAM_BIT(PARAM_DIMENSION),
	.handler = answer_matrix,
	.doc = "the matrix"},
    {.pattern = "/projects/{project}/dimensions",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_IS_ACTIVE),
	.handler = answer_list,
	.doc = "all"},
    {.pattern = "/projects/{project}/dimensions/{dimension}",
	.authenticate = true,
	.handler = answer_one,
	.doc = "one"},
    {.pattern = "/health", .handler = answer_health, .doc = "health"},
};

#define MATRIX "/api/projects/1/tasks/2/agreement-matrix"

struct fixture {
	struct arena *arena;
	struct response response;
	struct seen seen;
	struct request request;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return 1;
	f->arena = arena_new(0);
	response_init(&f->response, "1");
	*state = f;
	return f->arena == NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	response_free(&f->response);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* Make f->request a good one for a path. */
static void
ask(struct fixture *f, const char *path)
{
	f->request = (struct request){.method = REQUEST_GET,
	    .method_text = STR_INIT("GET"),
	    .path = str_of(path),
	    .query = STR_INIT("selection={}"),
	    .authorization = STR_INIT("Token abc")};
	f->seen = (struct seen){0};
}

static void
dispatch(struct fixture *f)
{
	struct service s = {.routes = routes,
	    .n_routes = N_OF(routes),
	    .prefix = "/api",
	    .authenticate = authenticate,
	    .context = &f->seen};

	response_reset(&f->response);
	route_dispatch(&s, f->arena, &f->request, &f->response);
}

static void
assert_answer(struct fixture *f, int status, const char *detail)
{
	assert_int_equal(f->response.status, status);
	assert_non_null(f->response.body.s);
	if (strstr(f->response.body.s, detail) == NULL)
		fail_msg("%s does not hold %s", f->response.body.s, detail);
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path, *route;
		int64_t id[ROUTE_ID__MAX];
	} rows[] = {
	    {MATRIX, "matrix", {1, 2, 0}},
	    {MATRIX "/", "matrix", {1, 2, 0}},
	    {"/projects/1/tasks/2/agreement-matrix", "matrix", {1, 2, 0}},
	    {"/projects/9223372036854775807/tasks/002/agreement-matrix", "matrix",
		{INT64_MAX, 2, 0}},
	    {"/projects/9223372036854775808/tasks/99999999999999999999/agreement-matrix",
		"matrix", {INT64_MAX, INT64_MAX, 0}},
	    {"/api/projects/0/tasks/0/agreement-matrix", "matrix", {0, 0, 0}},
	    {"/api/projects/7/dimensions/", "list", {7, 0, 0}},
	    {"/api/projects/7/dimensions", "list", {7, 0, 0}},
	    {"/api/projects/7/dimensions/8/", "one", {7, 0, 8}},
	    {"/projects/7/dimensions/8", "one", {7, 0, 8}},
	    {"/health", "health", {0}},
	    {"/health/", "health", {0}},
	    {"/api/health", "health", {0}},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(rows); i++) {
		ask(f, rows[i].path);
		dispatch(f);
		assert_non_null(f->seen.route);
		assert_string_equal(f->seen.route, rows[i].route);
		assert_memory_equal(f->seen.id, rows[i].id, sizeof(rows[i].id));
		assert_false(f->seen.authenticated);
		/* The same below another prefix, which the server split off. */
		ask(f, "/some/where");
		f->request.path_info = str_of(rows[i].path);
		dispatch(f);
		assert_string_equal(f->seen.route, rows[i].route);
		assert_memory_equal(f->seen.id, rows[i].id, sizeof(rows[i].id));
	}
}

static void
test_no_paths(void **state)
{
	static const char *const rows[] = {"", "/", "//", "/api", "/api/", "/healthy",
	    "/health//", "/health/x", "health", "/apihealth", "/api/api/health",
	    "/API/health", "/api//health", "/api/projects/1/tasks/2",
	    "/api/projects/1/tasks/2/agreement-matrix/3",
	    "/api/projects/1/tasks/2/agreement-matrix//",
	    "/api/projects/1/tasks/2/agreement-matri",
	    "/api/projects/1/tasks/2/agreement-matrixx",
	    "/api/projects//tasks/2/agreement-matrix",
	    "/api/projects/-1/tasks/2/agreement-matrix",
	    "/api/projects/+1/tasks/2/agreement-matrix",
	    "/api/projects/1.0/tasks/2/agreement-matrix",
	    "/api/projects/ 1/tasks/2/agreement-matrix",
	    "/api/projects/0x1/tasks/2/agreement-matrix",
	    "/api/projects/a/tasks/2/agreement-matrix",
	    "/api/projects/1/tasks/2%2Fagreement-matrix",
	    "/api/projects/{project}/tasks/{task}/agreement-matrix",
	    "/api/projects/1/tasks/2\n/agreement-matrix", "/api/projects/1/dimensions/x/",
	    "/api/projects/\xD9\xA1/dimensions/"};
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(rows); i++) {
		ask(f, rows[i]);
		f->request.authorization = (struct str){NULL, 0};
		f->request.method = REQUEST_OTHER;
		dispatch(f);
		assert_null(f->seen.route);
		assert_answer(f, 404, "\"detail\":\"Not found.\"");
	}
	ask(f, NULL);
	dispatch(f);
	assert_answer(f, 404, "\"detail\":\"Not found.\"");
}

static void
test_call(void **state)
{
	struct fixture *f = *state;

	ask(f, MATRIX);
	f->request.query =
	    STR("selection={\"annotators\":{\"all\":true}}&dimension=5&is_active=x");
	dispatch(f);
	assert_int_equal(f->response.status, 200);
	assert_string_equal(f->response.body.s, "{}");
	assert_string_equal(f->seen.token, "abc");
	assert_true(f->seen.param[PARAM_SELECTION].selection.annotators.all);
	assert_int_equal(f->seen.param[PARAM_DIMENSION].integer, 5);
	assert_false(f->seen.param[PARAM_IS_ACTIVE].given);
	ask(f, MATRIX);
	f->request.method = REQUEST_HEAD;
	dispatch(f);
	assert_string_equal(f->seen.route, "matrix");
}

static void
test_handler_errors(void **state)
{
	struct fixture *f = *state;

	ask(f, MATRIX);
	f->seen.handler_says = service_error_row(SERVICE_NO_TASK);
	dispatch(f);
	assert_answer(f, 404, "\"detail\":\"No Task matches the given query.\"");
	assert_null(strstr(f->response.body.s, "{}"));
	ask(f, "/projects/1/dimensions/2");
	dispatch(f);
	assert_answer(f, 503, "\"detail\":\"The dimension is gone.\"");
	assert_null(strstr(f->response.body.s, "validation_errors"));
}

/* Each thing wrong at once; then they are put right in the order of the checks. */
static void
test_order(void **state)
{
	struct fixture *f = *state;

	ask(f, MATRIX);
	f->request.authorization = STR("Bearer x");
	f->request.method = REQUEST_OTHER;
	f->request.method_text = STR("POST");
	f->request.query = STR("dimension=x");
	f->seen.hook_says = service_error_row(SERVICE_TOKEN_UNKNOWN);
	f->seen.handler_says = service_error_row(SERVICE_NO_PROJECT);
	dispatch(f);
	assert_answer(
	    f, 401, "\"detail\":\"Authentication credentials were not provided.\"");
	assert_false(f->seen.authenticated);

	f->request.authorization = STR("Token a b");
	dispatch(f);
	assert_answer(f, 401, "should not contain spaces.");
	assert_false(f->seen.authenticated);

	f->request.authorization = STR("Token abc");
	dispatch(f);
	assert_answer(f, 401, "\"detail\":\"Invalid token.\"");
	assert_true(f->seen.authenticated);

	f->seen.hook_says = NULL;
	dispatch(f);
	assert_answer(f, 405, "\"detail\":\"Method \\\"POST\\\" not allowed.\"");

	f->request.method = REQUEST_GET;
	f->seen.hook_says = service_error_row(SERVICE_USER_INACTIVE);
	dispatch(f);
	assert_answer(f, 401, "\"detail\":\"User inactive or deleted.\"");
	assert_null(strstr(f->response.body.s, "validation_errors"));

	f->seen.hook_says = NULL;
	dispatch(f);
	assert_answer(f, 400,
	    "\"detail\":\"Validation "
	    "error\",\"exc_info\":null,\"validation_errors\":{\"selection\":[\"This "
	    "field is required.\"],\"dimension\":[\"A valid integer is required.\"]}}");
	assert_null(f->seen.route);

	f->request.query = STR("selection={}");
	f->seen.authenticated = false;
	dispatch(f);
	assert_answer(f, 404, "\"detail\":\"No Project matches the given query.\"");
	assert_false(f->seen.authenticated);
}

static void
test_methods(void **state)
{
	struct fixture *f = *state;

	/* Without authentication the hook has no say. */
	ask(f, "/health");
	f->request.method = REQUEST_OTHER;
	f->request.method_text = STR("DELETE");
	f->request.authorization = (struct str){NULL, 0};
	f->seen.hook_says = service_error_row(SERVICE_TOKEN_UNKNOWN);
	dispatch(f);
	assert_answer(f, 405, "\"detail\":\"Method \\\"DELETE\\\" not allowed.\"");
	assert_string_equal(f->response.headers.s, "Allow: GET, HEAD\r\n");
	assert_false(f->seen.authenticated);
	/* What is no method is not repeated. */
	f->request.method_text = STR("\xFF\r\n");
	dispatch(f);
	assert_answer(f, 405, "\"detail\":\"Method not allowed.\"");
	f->request.method_text = STR("AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD");
	dispatch(f);
	assert_answer(f, 405, "\"detail\":\"Method not allowed.\"");
}

static void
test_lost_query(void **state)
{
	struct fixture *f = *state;

	ask(f, MATRIX);
	f->request.query = (struct str){NULL, 0};
	dispatch(f);
	assert_answer(
	    f, 500, "\"detail\":\"The web server did not hand on the query string.\"");
	assert_null(f->seen.route);
	ask(f, "/health");
	f->request.query = (struct str){NULL, 0};
	dispatch(f);
	assert_int_equal(f->response.status, 200);
}

static void
test_too_little_memory(void **state)
{
	struct fixture *f = *state;
	int refused = 0, answered = 0;

	for (size_t limit = 1; limit < 3000; limit += 11) {
		arena_free(f->arena);
		f->arena = arena_new(limit);
		assert_non_null(f->arena);
		ask(f, MATRIX);
		f->request.query =
		    STR("selection[annotators][ids]=1&selection[models][ids]=2");
		dispatch(f);
		refused += f->response.status == 503;
		answered += f->response.status == 200;
	}
	assert_true(refused > 3);
	assert_true(answered > 3);
	assert_int_equal(refused + answered, 273);
}

static void
test_random_paths(void **state)
{
	static const char *const pieces[] = {"/", "api", "projects", "tasks",
	    "agreement-matrix", "dimensions", "health", "1", "22", "{project}", "-", "%2F",
	    ""};
	struct fixture *f = *state;
	int routed = 0;

	srand(31);
	for (int round = 0; round < 20000; round++) {
		struct buf path = BUF_INIT;
		char *exact;

		for (int n = rand() % 9; n >= 0; n--) {
			buf_puts(&path, "/");
			buf_puts(&path, pieces[(size_t)rand() % 13]);
		}
		exact = malloc(path.n); /* without a NUL, for the sanitizer */
		assert_non_null(exact);
		memcpy(exact, path.s, path.n);
		ask(f, "");
		f->request.path = (struct str){exact, path.n};
		dispatch(f);
		routed += f->seen.route != NULL;
		free(exact);
		buf_free(&path);
		arena_reset(f->arena);
	}
	assert_true(routed > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_no_paths, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_call, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_handler_errors, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_methods, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_lost_query, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_too_little_memory, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_random_paths, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
