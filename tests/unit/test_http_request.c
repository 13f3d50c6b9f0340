/* Requests as each web server describes them, and the credentials in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "http/auth.h"
#include "http/request.h"
#include "arena_fixture.h"

#define MATRIX "/projects/1/tasks/2/agreement-matrix"

static struct request
read_request(const char *const *env)
{
	char *copy[16];
	size_t n = 0;
	struct request q;

	for (; env[n] != NULL; n++) {
		copy[n] = arena_printf(a, "%s", env[n]);
		assert_non_null(copy[n]);
	}
	copy[n] = NULL;
	assert_int_equal(request_read(a, copy, &q), ERR_OK);
	return q;
}

static void
assert_text(struct str have, const char *want)
{
	if (want == NULL) {
		assert_null(have.s);
		return;
	}
	assert_non_null(have.s);
	assert_int_equal(have.n, strlen(want));
	assert_memory_equal(have.s, want, have.n);
}

struct path_row {
	const char *env[4];
	const char *path;
	const char *path_info;
};

static void
test_paths(void **state)
{
	static const struct path_row rows[] = {
	    /* lighttpd, Apache with CGI, FastCGI and SetHandler; nginx */
	    {{"SCRIPT_NAME=/api", "PATH_INFO=" MATRIX, "REQUEST_URI=/api" MATRIX "?a=/x"},
		"/api" MATRIX, MATRIX},
	    {{"SCRIPT_NAME=", "PATH_INFO=/api" MATRIX}, "/api" MATRIX, "/api" MATRIX},
	    {{"PATH_INFO=/api" MATRIX}, "/api" MATRIX, "/api" MATRIX},
	    {{"SCRIPT_NAME=/cgi-bin/am.fcgi", "PATH_INFO=/api" MATRIX},
		"/cgi-bin/am.fcgi/api" MATRIX, "/api" MATRIX},
	    /* ProxyPassMatch: everything in SCRIPT_NAME */
	    {{"SCRIPT_NAME=/api" MATRIX, "REQUEST_URI=/api" MATRIX "?q"}, "/api" MATRIX,
		NULL},
	    {{"SCRIPT_NAME=/health", "PATH_INFO=", "REQUEST_URI=/health"}, "/health", NULL},
	    {{"SCRIPT_NAME=/wrong", "REQUEST_URI=/right?x"}, "/right", NULL},
	    {{"SCRIPT_NAME=/health"}, "/health", NULL},
	    {{"SCRIPT_NAME=/health", "REQUEST_URI="}, "/health", NULL},
	    {{"QUERY_STRING="}, "", NULL},
	    /* the request line may have a whole URL */
	    {{"REQUEST_URI=http://h.example:80/health?x=http://y/"}, "/health", NULL},
	    {{"REQUEST_URI=http://h.example"}, "/", NULL},
	    {{"REQUEST_URI=*"}, "*", NULL},
	    {{"REQUEST_URI=?a=b"}, "", NULL},
	    /* decoding: once, and never into a separator */
	    {{"REQUEST_URI=/a%20b+c%2541"}, "/a b+c%41", NULL},
	    {{"REQUEST_URI=/tasks/2%2Fagreement-matrix"}, "/tasks/2%2Fagreement-matrix",
		NULL},
	    {{"REQUEST_URI=/tasks/2%2fagreement-matrix"}, "/tasks/2%2fagreement-matrix",
		NULL},
	    {{"SCRIPT_NAME=/api", "PATH_INFO=/tasks/2%2Fagreement-matrix"},
		"/api/tasks/2%2Fagreement-matrix", "/tasks/2%2Fagreement-matrix"},
	    {{"REQUEST_URI=/%C3%A9"}, "/\xC3\xA9", NULL},
	    /* what no route can be */
	    {{"REQUEST_URI=/health%00x"}, NULL, NULL},
	    {{"REQUEST_URI=/health%FF"}, NULL, NULL},
	    {{"SCRIPT_NAME=/api", "PATH_INFO=/\xFF"}, NULL, NULL},
	    {{"SCRIPT_NAME=/\xC0\xAF", "PATH_INFO=/x"}, NULL, "/x"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct request q = read_request(rows[i].env);

		assert_text(q.path, rows[i].path);
		assert_text(q.path_info, rows[i].path_info);
	}
}

static void
test_methods(void **state)
{
	static const struct {
		const char *env[2];
		enum request_method method;
		const char *text;
	} rows[] = {
	    {{"REQUEST_METHOD=GET"}, REQUEST_GET, "GET"},
	    {{"REQUEST_METHOD=HEAD"}, REQUEST_HEAD, "HEAD"},
	    {{"REQUEST_METHOD=POST"}, REQUEST_POST, "POST"},
	    {{"REQUEST_METHOD=PUT"}, REQUEST_OTHER, "PUT"},
	    {{"REQUEST_METHOD=get"}, REQUEST_OTHER, "get"},
	    {{"REQUEST_METHOD=GETX"}, REQUEST_OTHER, "GETX"},
	    {{"REQUEST_METHOD=GE"}, REQUEST_OTHER, "GE"},
	    {{"REQUEST_METHOD="}, REQUEST_OTHER, ""},
	    {{"OTHER=GET"}, REQUEST_OTHER, ""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct request q = read_request(rows[i].env);

		assert_int_equal(q.method, rows[i].method);
		assert_text(q.method_text, rows[i].text);
	}
}

static void
test_headers_and_query(void **state)
{
	static const char *const none[] = {
	    "HTTP_AUTHORIZATIONS=x", "QUERY_STRINGS=y", NULL};
	static const char *const all[] = {"QUERY_STRING=a=1&b",
	    "HTTP_AUTHORIZATION=Token k", "HTTP_X_API_KEY=", "HTTP_IF_NONE_MATCH=\"x\"",
	    "QUERY_STRING=second", "no equals sign", NULL};
	struct request q = read_request(none);

	(void)state;
	assert_null(q.query.s);
	assert_null(q.authorization.s);
	assert_null(q.api_key.s);
	assert_null(q.if_none_match.s);
	q = read_request(all);
	assert_text(q.query, "a=1&b");
	assert_text(q.authorization, "Token k");
	assert_text(q.api_key, "");
	assert_text(q.if_none_match, "\"x\"");
}

static void
test_request_without_memory(void **state)
{
	static char info[] = "PATH_INFO=/a/path/that/is/longer/than/that",
		    script[] = "SCRIPT_NAME=/api";
	char *env[] = {info, script, NULL};
	struct arena *small = arena_new(8);
	struct request q = {.query = STR_INIT("untouched")};

	(void)state;
	assert_non_null(small);
	assert_int_equal(request_read(small, env, &q), ERR_MEMORY);
	assert_text(q.query, "untouched");
	arena_free(small);
}

struct auth_row {
	const char *authorization, *api_key;
	enum http_error error;
	const char *token;
};

static void
test_credentials(void **state)
{
	static const struct auth_row rows[] = {
	    {NULL, NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"  ", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Bearer abc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Basic abc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Tokens abc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Toke abc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Tokenabc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"abc", NULL, HTTP_NO_CREDENTIALS, NULL},
	    {"Token abc", NULL, HTTP_OK, "abc"},
	    {"token abc", NULL, HTTP_OK, "abc"},
	    {"TOKEN abc", NULL, HTTP_OK, "abc"},
	    {" \tToken \t abc \t", NULL, HTTP_OK, "abc"},
	    {"Token AbC", NULL, HTTP_OK, "AbC"},
	    {"Token \xC3\xA9", NULL, HTTP_OK, "\xC3\xA9"},
	    {"Token", NULL, HTTP_TOKEN_EMPTY, NULL},
	    {"token  ", NULL, HTTP_TOKEN_EMPTY, NULL},
	    {"Token a b", NULL, HTTP_TOKEN_SPACES, NULL},
	    {"Token a b c", NULL, HTTP_TOKEN_SPACES, NULL},
	    {"Token \xFF z", NULL, HTTP_TOKEN_SPACES, NULL},
	    {"Token a\xFF", NULL, HTTP_TOKEN_CHARACTERS, NULL},
	    {NULL, "abc", HTTP_OK, "abc"},
	    {NULL, " abc ", HTTP_OK, "abc"},
	    {NULL, "", HTTP_TOKEN_EMPTY, NULL},
	    {NULL, "a b", HTTP_TOKEN_SPACES, NULL},
	    {NULL, "a\xFF", HTTP_TOKEN_CHARACTERS, NULL},
	    /* X-Api-Key supersedes */
	    {"Token abc", "xyz", HTTP_OK, "xyz"},
	    {"Bearer abc", "xyz", HTTP_OK, "xyz"},
	    {"Token a b", "xyz", HTTP_OK, "xyz"},
	    {"Token abc", "x z", HTTP_TOKEN_SPACES, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct request q = {.authorization = str_of(rows[i].authorization),
		    .api_key = str_of(rows[i].api_key)};
		struct str token = {NULL, 0};

		assert_int_equal(auth_read(&q, &token), rows[i].error);
		assert_text(token, rows[i].token);
	}
}

static void
test_random_environments(void **state)
{
	static const char *const names[] = {"REQUEST_METHOD=", "SCRIPT_NAME=", "PATH_INFO=",
	    "REQUEST_URI=", "QUERY_STRING=", "HTTP_AUTHORIZATION=", "HTTP_X_API_KEY=", "=",
	    ""};
	static const char alphabet[] = "/%?:2Ff0GET Token\xC3\xA9\xFF\t";

	(void)state;
	srand(4711);
	for (int round = 0; round < 20000; round++) {
		char text[6][64], *env[7];
		struct request q;
		struct str token;

		for (size_t i = 0; i < 6; i++) {
			size_t n = strlen(strcpy(text[i], names[(size_t)rand() % 9]));
			size_t end = n + (size_t)rand() % 24;

			for (; n < end; n++)
				text[i][n] =
				    alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
			text[i][n] = '\0';
			env[i] = text[i];
		}
		env[rand() % 7] = NULL;
		env[6] = NULL;
		assert_int_equal(request_read(a, env, &q), ERR_OK);
		if (auth_read(&q, &token) == HTTP_OK)
			assert_true(token.n > 0);
		arena_reset(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_paths, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(test_methods, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_headers_and_query, arena_set_up, arena_tear_down),
	    cmocka_unit_test(test_request_without_memory),
	    cmocka_unit_test(test_credentials),
	    cmocka_unit_test_setup_teardown(
		test_random_environments, arena_set_up, arena_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
