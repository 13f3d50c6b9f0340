/* Answers: headers, warnings, error bodies, entity tags, and the text that goes to the web
 * server. */
#include <assert.h>
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
#include "http/response.h"
#include "json/json.h"

#define FIXED                                                                              \
	"Vary: Authorization, X-Api-Key\r\nCache-Control: private, no-cache\r\n"           \
	"X-Content-Type-Options: nosniff\r\n"

static int
set_up(void **state)
{
	struct response *r = malloc(sizeof(*r));

	if (r == NULL)
		return 1;
	response_init(r, "1.2.3");
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	response_free(*state);
	free(*state);
	return 0;
}

static void
assert_written(const struct response *r, bool head, const char *want)
{
	struct buf out = BUF_INIT;

	assert_int_equal(response_write(r, head, &out), ERR_OK);
	assert_string_equal(out.s, want);
	buf_free(&out);
}

static void
test_ok(void **state)
{
	struct response *r = *state;

	buf_puts(&r->body, "{\"a\":1}");
	assert_written(r, false,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "7\r\n" FIXED "\r\n{\"a\":1}");
	assert_written(r, true,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "7\r\n" FIXED "\r\n");
	response_reset(r);
	assert_written(r, false,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "0\r\n" FIXED "\r\n");
}

static void
test_headers(void **state)
{
	static const struct str bad[] = {STR_INIT("a\r\nX: y"), STR_INIT("a\nb"),
	    STR_INIT("a\rb"), STR_INIT("a\0b"), STR_INIT("\x7f"), STR_INIT("\x1b[0m"),
	    {NULL, 0}};
	static const char *const names[] = {"", "a b", "a:", "a\r\n", "\xC3\xA9"};
	struct response *r = *state;

	assert_true(response_header(r, "X-One", STR("a b\tc")));
	assert_true(response_header(r, "X-Two", STR("")));
	for (size_t i = 0; i < N_OF(bad); i++)
		assert_false(response_header(r, "X-Bad", bad[i]));
	for (size_t i = 0; i < N_OF(names); i++)
		assert_false(response_header(r, names[i], STR("x")));
	assert_written(r, true,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "0\r\n" FIXED "X-One: a b\tc\r\nX-Two: \r\n\r\n");
}

static void
test_warnings(void **state)
{
	struct response *r = *state;

	response_warn(
	    r, "annotation %d, dimension %d: %s", 17, 3, "\xC3\xA9\r\nSet-Cookie: x\\");
	assert_string_equal(r->headers.s,
	    "X-Agreement-Warning: annotation 17, dimension 3: "
	    "\\xC3\\xA9\\x0D\\x0ASet-Cookie: "
	    "x\\x5C\r\n");
}

static void
test_warnings_are_capped(void **state)
{
	char text[1000], *line;
	struct response *r = *state;
	struct buf out = BUF_INIT;
	size_t n = 0;

	memset(text, '\t', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < RESPONSE_WARNINGS + 5; i++)
		response_warn(r, "%s", i % 2 == 0 ? text : "x");
	assert_int_equal(response_write(r, true, &out), ERR_OK);
	assert_non_null(strstr(out.s, "\r\nX-Agreement-Warning: and 5 more\r\n\r\n"));
	for (line = out.s; (line = strstr(line, "X-Agreement-Warning: ")) != NULL; n++) {
		size_t length = strcspn(line += strlen("X-Agreement-Warning: "), "\r");

		assert_true(length <= RESPONSE_WARNING_MAX);
		assert_true(length > 0);
	}
	assert_int_equal(n, RESPONSE_WARNINGS + 1);
	assert_true(out.n < 4096);
	buf_free(&out);
}

/* The body as SPEC writes it: keys in order, an id that is a version 4 UUID. */
static void
assert_error_body(const char *body, int status, const char *detail, const char *rest)
{
	static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
	char want[600];

	assert_memory_equal(body, "{\"id\":\"", 7);
	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		const char *set = shape[i] == 'x' ? "0123456789abcdef"
		    : shape[i] == 'y'		  ? "89ab"
						  : &shape[i];

		if (shape[i] == 'x' || shape[i] == 'y')
			assert_non_null(strchr(set, body[7 + i]));
		else
			assert_int_equal(body[7 + i], shape[i]);
	}
	snprintf(want, sizeof(want),
	    "\",\"status_code\":%d,\"version\":\"1.2.3\",\"detail\":\"%s\",\"exc_info\":"
	    "null%s}",
	    status, detail, rest);
	assert_string_equal(body + 7 + sizeof(shape) - 1, want);
}

static void
test_error_table(void **state)
{
	static const struct {
		enum http_error error;
		const char *line, *detail, *header;
	} rows[] = {
	    {HTTP_NO_CREDENTIALS, "401 Unauthorized",
		"Authentication credentials were not provided.",
		"WWW-Authenticate: Token\r\n"},
	    {HTTP_TOKEN_EMPTY, "401 Unauthorized",
		"Invalid token header. No credentials provided.",
		"WWW-Authenticate: Token\r\n"},
	    {HTTP_TOKEN_SPACES, "401 Unauthorized",
		"Invalid token header. Token string should not contain spaces.",
		"WWW-Authenticate: Token\r\n"},
	    {HTTP_TOKEN_CHARACTERS, "401 Unauthorized",
		"Invalid token header. Token string should not contain invalid characters.",
		"WWW-Authenticate: Token\r\n"},
	    {HTTP_METHOD, "405 Method Not Allowed", "Method not allowed.",
		"Allow: GET, HEAD\r\n"},
	    {HTTP_METHOD_POST, "405 Method Not Allowed", "Method not allowed.",
		"Allow: GET, HEAD, POST\r\n"},
	    {HTTP_INVALID, "400 Bad Request", "Validation error", ""},
	    {HTTP_NO_PATH, "404 Not Found", "Not found.", ""},
	    {HTTP_LIMIT, "503 Service Unavailable",
		"The answer is over a limit of this server.", "Retry-After: 5\r\n"},
	    {HTTP_MEMORY, "503 Service Unavailable",
		"The answer needs more memory than this server allows.",
		"Retry-After: 5\r\n"},
	    {HTTP_UNAVAILABLE, "503 Service Unavailable",
		"A service that is needed for the answer is away.", "Retry-After: 5\r\n"},
	    {HTTP_NO_QUERY, "500 Internal Server Error",
		"The web server did not hand on the query string.", ""},
	    {HTTP_INTERNAL, "500 Internal Server Error", "Internal server error.", ""},
	};
	struct response *r = *state;

	static_assert(N_OF(rows) == HTTP_ERROR__MAX - 1, "every error is tested");
	for (size_t i = 0; i < N_OF(rows); i++) {
		char want[300];
		struct buf out = BUF_INIT;

		response_reset(r);
		response_error(r, http_error_row(rows[i].error), NULL);
		assert_error_body(
		    r->body.s, http_error_row(rows[i].error)->status, rows[i].detail, "");
		assert_int_equal(response_write(r, true, &out), ERR_OK);
		snprintf(want, sizeof(want),
		    "Status: %s\r\nContent-Type: application/json\r\nContent-Length: "
		    "%zu\r\n" FIXED "%s\r\n",
		    rows[i].line, r->body.n, rows[i].header);
		assert_string_equal(out.s, want);
		buf_free(&out);
	}
}

static void
test_error_replaces_what_was_there(void **state)
{
	struct response *r = *state;

	buf_puts(&r->body, "half an answ");
	response_header(r, "X-Half", STR("y"));
	response_warn(r, "warned");
	response_etag(r, STR("abc"), (struct str){NULL, 0});
	response_detail(r, "More than %d rows.", 500);
	response_error(r, http_error_row(HTTP_LIMIT), NULL);
	assert_error_body(r->body.s, 503, "More than 500 rows.", "");
	assert_string_equal(r->headers.s, "Retry-After: 5\r\n");
	assert_string_equal(r->etag, "");
	assert_int_equal(r->warnings, 0);
	response_reset(r);
	response_error(r, http_error_row(HTTP_LIMIT), NULL);
	assert_error_body(r->body.s, 503, "The answer is over a limit of this server.", "");
}

/* Nothing wrong is no row; what is no code at all has one. */
static void
test_error_codes_out_of_range(void **state)
{
	(void)state;
	assert_null(http_error_row(HTTP_OK));
	assert_int_equal(http_error_row(HTTP_ERROR__MAX)->status, 500);
}

static void
test_ids_differ(void **state)
{
	struct response *r = *state;
	char first[64];

	response_error(r, http_error_row(HTTP_NO_PATH), NULL);
	memcpy(first, r->body.s, sizeof(first));
	response_error(r, http_error_row(HTTP_NO_PATH), NULL);
	assert_memory_not_equal(first, r->body.s, 44);
}

static void
test_validation_errors(void **state)
{
	struct arena *a = arena_new(0);
	struct response *r = *state;
	struct invalid v;

	assert_non_null(a);
	invalid_init(&v, a);
	invalid_add(&v, invalid_path((struct invalid_path){0}, STR("selection")),
	    "This field is required.");
	response_error(r, http_error_row(HTTP_INVALID), &v);
	assert_error_body(r->body.s, 400, "Validation error",
	    ",\"validation_errors\":{\"selection\":[\"This field is required.\"]}");
	arena_free(a);
}

static void
test_long_detail_is_cut_at_a_character(void **state)
{
	struct response *r = *state;
	struct arena *a = arena_new(0);
	const struct json *doc;

	for (size_t shift = 0; shift < 4; shift++) {
		char text[1200];

		memset(text, 'x', sizeof(text));
		for (size_t i = shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xF0\x9F\x98\x80", 4);
		text[sizeof(text) - 1] = '\0';
		response_detail(r, "%s", text);
		response_error(r, http_error_row(HTTP_LIMIT), NULL);
		assert_int_equal(json_parse(a, buf_text(&r->body), &doc, NULL), ERR_OK);
		assert_true(json_str(json_get(doc, "detail")).n > sizeof(r->detail) - 10);
	}
	arena_free(a);
}

static void
test_etag(void **state)
{
	static const struct {
		const char *list;
		bool match;
	} rows[] = {
	    {NULL, false},
	    {"", false},
	    {"\"abc\"", true},
	    {"W/\"abc\"", true},
	    {"*", true},
	    {" * ", true},
	    {"\"x\", \"abc\"", true},
	    {"\"x\",W/\"abc\" , \"y\"", true},
	    {",, \"abc\"", true},
	    {"\"a,bc\",\"abc\"", true},
	    {"\"abcd\"", false},
	    {"\"ab\"", false},
	    {"abc", false},
	    {"\"abc", false},
	    {"\"", false},
	    {"w/\"abc\"", false},
	    {"W/", false},
	    {"W/W/\"abc\"", false},
	    {"\"ABC\"", false},
	    {"*, \"x\"", false},
	    {"\"x\" \"abc\"", true},
	    {"\"x\", abc\"", false},
	    {"\"\"", false},
	};
	struct response *r = *state;

	for (size_t i = 0; i < N_OF(rows); i++) {
		response_reset(r);
		buf_puts(&r->body, "x");
		assert_true(
		    response_etag(r, STR("abc"), str_of(rows[i].list)) == rows[i].match);
		assert_string_equal(r->etag, "\"abc\"");
		assert_int_equal(r->status, rows[i].match ? 304 : 200);
	}
	assert_written(r, false,
	    "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	    "1\r\n" FIXED "ETag: \"abc\"\r\n\r\nx");
	assert_true(response_etag(r, STR("abc"), STR("*")));
	assert_written(
	    r, false, "Status: 304 Not Modified\r\n" FIXED "ETag: \"abc\"\r\n\r\n");
}

static void
test_bad_etags(void **state)
{
	char text[RESPONSE_ETAG_MAX + 1];
	struct response *r = *state;

	memset(text, 'a', sizeof(text));
	assert_false(response_etag(r, STR(""), STR("*")));
	assert_false(response_etag(r, STR("a\"b"), STR("*")));
	assert_false(response_etag(r, STR("a b"), STR("*")));
	assert_false(response_etag(r, STR("a\r\n"), STR("*")));
	assert_false(response_etag(r, (struct str){text, sizeof(text)}, STR("*")));
	assert_string_equal(r->etag, "");
	assert_true(response_etag(r, (struct str){text, sizeof(text) - 1}, STR("*")));
	assert_int_equal(strlen(r->etag), RESPONSE_ETAG_MAX + 2);
}

static void
test_etag_random_lists(void **state)
{
	static const char alphabet[] = "\"\"\",,W/* abc\t";
	struct response *r = *state;

	srand(5);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rand() % 16;
		char *list = malloc(n + 1); /* exact size, for the sanitizer */

		assert_non_null(list);
		for (size_t i = 0; i < n; i++)
			list[i] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		response_etag(r, STR("abc"), (struct str){list, n});
		free(list);
	}
}

static void
test_failed_body_is_told(void **state)
{
	struct response *r = *state;
	struct buf out = BUF_INIT;

	r->body.limit = 4;
	buf_puts(&r->body, "too long");
	assert_int_equal(response_write(r, false, &out), ERR_MEMORY);
	buf_free(&out);
	r->body.limit = 0;
	response_reset(r);
	out.limit = 10;
	assert_int_equal(response_write(r, false, &out), ERR_MEMORY);
	buf_free(&out);
}

static void
test_large_buffers_are_given_back(void **state)
{
	struct response *r = *state;

	for (int i = 0; i < 3 << 20; i++)
		buf_char(&r->body, 'x');
	response_reset(r);
	assert_int_equal(r->body.room, 0);
	buf_puts(&r->body, "small");
	response_reset(r);
	assert_true(r->body.room > 0);
	assert_int_equal(r->body.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_ok, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_headers, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_warnings, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_warnings_are_capped, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_error_table, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_error_replaces_what_was_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_error_codes_out_of_range, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_ids_differ, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_validation_errors, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_long_detail_is_cut_at_a_character, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_etag, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_bad_etags, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_etag_random_lists, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_failed_body_is_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_large_buffers_are_given_back, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
