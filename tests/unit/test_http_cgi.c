/* The whole of lib/http as plain CGI: environment and standard input in, bytes out. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "http/cgi.h"
#include "service/route.h"
#include "http/server.h"

#define FIXED                                                                              \
	"Vary: Authorization, X-Api-Key\r\nCache-Control: private, no-cache\r\n"           \
	"X-Content-Type-Options: nosniff\r\n"

static const struct http_error_row *
answer_sum(const struct call *call, struct response *r)
{
	buf_printf(&r->body, "{\"project\":%lld,\"dimension\":%lld}",
	    (long long)call->id[ROUTE_PROJECT],
	    (long long)call->param[PARAM_DIMENSION].integer);
	if (str_is(call->token, "warn"))
		response_warn(r, "take care");
	response_etag(r, STR("tag"), call->request->if_none_match);
	return NULL;
}

/* More than a pipe holds, so that a reader that went away is noticed. */
static const struct http_error_row *
answer_much(const struct call *call, struct response *r)
{
	(void)call;
	for (int i = 0; i < 1 << 20; i++)
		buf_char(&r->body, 'x');
	return NULL;
}

/* An answer that is not whole. */
static const struct http_error_row *
answer_half(const struct call *call, struct response *r)
{
	(void)call;
	buf_puts(&r->body, "{\"half\":");
	r->body.failed = true;
	return NULL;
}

static const struct http_error_row *
authenticate(const struct call *call, struct response *r)
{
	(void)r;
	return str_is(call->token, "good") ? NULL
					   : service_error_row(SERVICE_TOKEN_UNKNOWN);
}

static const struct route routes[] = {
    {.pattern = "/projects/{project}/sum",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_DIMENSION),
	.handler = answer_sum,
	.doc = "sum"},
    {.pattern = "/much", .handler = answer_much, .doc = "much"},
    {.pattern = "/half", .handler = answer_half, .doc = "half"},
};

static const struct service service = {.routes = routes,
    .n_routes = N_OF(routes),
    .prefix = "/api",
    .authenticate = authenticate};

static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	route_dispatch(context, a, q, r);
}

static struct server
make_server(size_t memory)
{
	static struct service copy;

	copy = service;
	return (struct server){
	    .version = "0.1", .memory = memory, .answer = answer, .context = &copy};
}

static char *
variable(const char *text)
{
	static char copies[16][256];
	static size_t next;
	char *copy = copies[next++ % 16];

	snprintf(copy, sizeof(copies[0]), "%s", text);
	return copy;
}

struct outcome {
	int status;
	char text[4096];
	off_t body_left; /* bytes of the input that were not read */
};

/* Run one request with files for standard input and output. */
static struct outcome
run(size_t memory, const char *const *vars, const char *body)
{
	FILE *in = tmpfile(), *out = tmpfile();
	struct server s = make_server(memory);
	struct outcome r = {0};
	char *env[10] = {0};
	ssize_t n;

	assert_non_null(in);
	assert_non_null(out);
	for (size_t i = 0; vars[i] != NULL; i++)
		env[i] = variable(vars[i]);
	fputs(body, in);
	fflush(in);
	lseek(fileno(in), 0, SEEK_SET);
	r.status = cgi_run(&s, env, fileno(in), fileno(out));
	r.body_left = (off_t)strlen(body) - lseek(fileno(in), 0, SEEK_CUR);
	n = pread(fileno(out), r.text, sizeof(r.text) - 1, 0);
	assert_true(n >= 0);
	r.text[n] = '\0';
	fclose(in);
	fclose(out);
	return r;
}

#define GOOD "HTTP_AUTHORIZATION=Token good"
#define SUM "PATH_INFO=/projects/7/sum"
#define GET "REQUEST_METHOD=GET"

static void
test_get(void **state)
{
	static const char *const env[] = {
	    GET, "SCRIPT_NAME=/api", SUM, "QUERY_STRING=dimension=5", GOOD, NULL};
	struct outcome r = run(0, env, "");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_string_equal(r.text,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "27\r\n" FIXED "ETag: \"tag\"\r\n\r\n{\"project\":7,\"dimension\":5}");
}

static void
test_head(void **state)
{
	static const char *const env[] = {"REQUEST_METHOD=HEAD", SUM,
	    "QUERY_STRING=dimension=5", "HTTP_X_API_KEY=warn", NULL};
	struct outcome r = run(0, env, "");

	(void)state;
	assert_string_equal(r.text,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "27\r\n" FIXED "ETag: \"tag\"\r\nX-Agreement-Warning: take care\r\n\r\n");
}

static void
test_not_modified(void **state)
{
	static const char *const env[] = {
	    GET, SUM, "QUERY_STRING=", GOOD, "HTTP_IF_NONE_MATCH=W/\"tag\"", NULL};

	(void)state;
	assert_string_equal(run(0, env, "").text,
	    "Status: 304 Not Modified\r\n" FIXED "ETag: \"tag\"\r\n\r\n");
}

static void
test_errors(void **state)
{
	static const struct {
		const char *env[8];
		const char *begins, *holds;
	} rows[] = {
	    {{GET, "PATH_INFO=/nowhere", "QUERY_STRING="}, "Status: 404 Not Found\r\n",
		"\"detail\":\"Not found.\""},
	    {{GET, "REQUEST_URI=/api/projects/7/sum%00", "QUERY_STRING="},
		"Status: 404 Not Found\r\n", "\"detail\":\"Not found.\""},
	    {{GET, SUM, "QUERY_STRING="}, "Status: 401 Unauthorized\r\n",
		"WWW-Authenticate: Token\r\n\r\n"},
	    {{GET, SUM, "QUERY_STRING=dimension=x", "HTTP_X_API_KEY=bad"},
		"Status: 401 Unauthorized\r\n", "\"detail\":\"Invalid token.\""},
	    {{GET, SUM, "QUERY_STRING=dimension=x", GOOD}, "Status: 400 Bad Request\r\n",
		"\"validation_errors\":{\"dimension\":[\"A valid integer is "
		"required.\"]}}"},
	    {{"REQUEST_METHOD=PUT", SUM, "QUERY_STRING=", GOOD},
		"Status: 405 Method Not Allowed\r\n", "Allow: GET, HEAD\r\n"},
	    {{GET, SUM, GOOD}, "Status: 500 Internal Server Error\r\n", "query string"},
	    {{GET, "PATH_INFO=/half", "QUERY_STRING="},
		"Status: 503 Service Unavailable\r\n", "Retry-After: 5\r\n"},
	    {{NULL}, "Status: 404 Not Found\r\n", "\"version\":\"0.1\""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct outcome r = run(0, rows[i].env, "");

		assert_int_equal(r.status, 0);
		assert_int_equal(
		    strncmp(r.text, rows[i].begins, strlen(rows[i].begins)), 0);
		assert_non_null(strstr(r.text, rows[i].holds));
	}
}

static void
test_no_room_for_the_request(void **state)
{
	static const char *const env[] = {
	    GET, "SCRIPT_NAME=/a/long/prefix", SUM, "QUERY_STRING=", NULL};
	struct outcome r = run(4, env, "");

	(void)state;
	assert_int_equal(r.status, 0);
	assert_int_equal(strncmp(r.text, "Status: 503 ", 12), 0);
}

static void
test_body_is_drained(void **state)
{
	static const struct {
		const char *env[6];
		off_t left;
	} rows[] = {
	    {{"REQUEST_METHOD=POST", SUM, "QUERY_STRING=", GOOD, "CONTENT_LENGTH=10"}, 2},
	    {{"REQUEST_METHOD=POST", SUM, "QUERY_STRING=", GOOD, "CONTENT_LENGTH=99"}, 0},
	    {{"REQUEST_METHOD=POST", SUM, "QUERY_STRING=", GOOD}, 0},
	    {{"REQUEST_METHOD=POST", SUM, "QUERY_STRING=", GOOD, "CONTENT_LENGTH=-1"}, 0},
	    {{"REQUEST_METHOD=POST", SUM, "QUERY_STRING=", GOOD,
		 "CONTENT_LENGTH=99999999999999999999"},
		0},
	    {{GET, SUM, "QUERY_STRING=", GOOD, "CONTENT_LENGTH=5"}, 7},
	    {{GET, SUM, "QUERY_STRING=", GOOD, "CONTENT_LENGTH=0"}, 12},
	    {{GET, SUM, "QUERY_STRING=", GOOD, "HTTP_TRANSFER_ENCODING=chunked"}, 0},
	    {{GET, SUM, "QUERY_STRING=", GOOD}, 12},
	    {{"REQUEST_METHOD=HEAD", SUM, "QUERY_STRING=", GOOD}, 12},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct outcome r = run(0, rows[i].env, "twelve bytes");

		assert_int_equal(r.status, 0);
		assert_true(strlen(r.text) > 0);
		assert_int_equal(r.body_left, rows[i].left);
	}
}

static void
test_endless_body_ends(void **state)
{
	char *env[] = {variable("REQUEST_METHOD=POST"), variable("PATH_INFO=/much"), NULL};
	int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
	struct server s = make_server(0);

	(void)state;
	assert_true(zero >= 0 && null >= 0);
	assert_int_equal(cgi_run(&s, env, zero, null), 0);
	close(zero);
	close(null);
}

/* What a client does not send is not waited for. */
static void
test_body_that_never_comes(void **state)
{
	char *env[] = {variable("REQUEST_METHOD=POST"), variable("PATH_INFO=/much"),
	    variable("CONTENT_LENGTH=9"), NULL};
	int ends[2], null = open("/dev/null", O_WRONLY);
	struct server s = make_server(0);

	(void)state;
	s.patience.body = 10;
	assert_true(null >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "half", 4), 4);
	assert_int_equal(cgi_run(&s, env, ends[0], null), 0);
	close(ends[0]);
	close(ends[1]);
	close(null);
}

static void
test_client_went_away(void **state)
{
	char *env[] = {variable(GET), variable("PATH_INFO=/much"), NULL};
	int ends[2], full = open("/dev/full", O_WRONLY);
	struct server s = make_server(0);

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(cgi_run(&s, env, -1, ends[1]), 0);
	close(ends[1]);
	assert_true(full >= 0);
	assert_int_equal(cgi_run(&s, env, -1, full), 1);
	close(full);
}

static void
test_one_server_many_requests(void **state)
{
	char *good[] = {variable(GET), variable(SUM), variable("QUERY_STRING=dimension=1"),
	    variable(GOOD), NULL};
	char *half[] = {variable(GET), variable("PATH_INFO=/half"), NULL};
	struct server s = make_server(0);
	struct arena *a = arena_new(0);
	struct buf out = BUF_INIT;
	struct response r;

	(void)state;
	response_init(&r, s.version);
	for (int i = 0; i < 100; i++) {
		buf_clear(&out);
		buf_puts(&out, "kept ");
		assert_int_equal(server_answer(&s, a, &r, half, &out), ERR_OK);
		assert_int_equal(strncmp(out.s, "kept Status: 503 ", 17), 0);
		buf_clear(&out);
		assert_int_equal(server_answer(&s, a, &r, good, &out), ERR_OK);
		assert_int_equal(strncmp(out.s, "Status: 200 ", 12), 0);
		assert_non_null(strstr(out.s, "\r\n\r\n{\"project\":7,\"dimension\":1}"));
	}
	out.limit = 20;
	buf_clear(&out);
	assert_int_equal(server_answer(&s, a, &r, good, &out), ERR_MEMORY);
	buf_free(&out);
	response_free(&r);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_get),
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_not_modified),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_no_room_for_the_request),
	    cmocka_unit_test(test_body_is_drained),
	    cmocka_unit_test(test_endless_body_ends),
	    cmocka_unit_test(test_body_that_never_comes),
	    cmocka_unit_test(test_client_went_away),
	    cmocka_unit_test(test_one_server_many_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
