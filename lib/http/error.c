#include "http/error.h"

#include <assert.h>

#define CHALLENGE                                                                          \
	{                                                                                  \
		"WWW-Authenticate", "Token"                                                \
	}
#define RETRY                                                                              \
	{                                                                                  \
		"Retry-After", "5"                                                         \
	}

const struct http_error_row http_error_table[] = {
    [HTTP_OK] = {200, "OK", {0}},
    [HTTP_NO_CREDENTIALS] = {401, "Authentication credentials were not provided.",
	CHALLENGE},
    [HTTP_TOKEN_EMPTY] = {401, "Invalid token header. No credentials provided.", CHALLENGE},
    [HTTP_TOKEN_SPACES] = {401,
	"Invalid token header. Token string should not contain spaces.", CHALLENGE},
    [HTTP_TOKEN_CHARACTERS] = {401,
	"Invalid token header. Token string should not contain invalid characters.",
	CHALLENGE},
    [HTTP_TOKEN_UNKNOWN] = {401, "Invalid token.", CHALLENGE},
    [HTTP_USER_INACTIVE] = {401, "User inactive or deleted.", CHALLENGE},
    [HTTP_TOKENS_DISABLED] = {401,
	"Authentication token no longer valid: legacy token authentication has been "
	"disabled for "
	"this organization",
	CHALLENGE},
    [HTTP_METHOD] = {405, "Method not allowed.", {"Allow", "GET, HEAD"}},
    [HTTP_INVALID] = {400, "Validation error", {0}},
    [HTTP_NO_PROJECT] = {404, "No Project matches the given query.", {0}},
    [HTTP_NO_TASK] = {404, "No Task matches the given query.", {0}},
    [HTTP_NO_DIMENSION] = {404, "No Dimension matches the given query.", {0}},
    [HTTP_NO_PATH] = {404, "Not found.", {0}},
    [HTTP_DB_AWAY] = {503, "The database cannot be reached.", RETRY},
    [HTTP_DB_SLOW] = {503, "The database did not answer in time.", RETRY},
    [HTTP_DB_SCHEMA] = {503, "The database schema is missing or of another version.",
	RETRY},
    [HTTP_DB_FAILED] = {503, "The database refused the query.", RETRY},
    [HTTP_LIMIT] = {503, "The answer is over a limit of this server.", RETRY},
    [HTTP_MEMORY] = {503, "The answer needs more memory than this server allows.", RETRY},
    [HTTP_UNAVAILABLE] = {503, "A service that is needed for the answer is away.", RETRY},
    [HTTP_NO_QUERY] = {500, "The web server did not hand on the query string.", {0}},
    [HTTP_INTERNAL] = {500, "Internal server error.", {0}},
};
static_assert(sizeof(http_error_table) / sizeof(*http_error_table) == HTTP_ERROR__MAX,
    "one row per error");

static const enum http_error by_code[] = {
    [ERR_OK] = HTTP_OK,
    [ERR_MEMORY] = HTTP_MEMORY,
    [ERR_INPUT] = HTTP_INTERNAL,
    [ERR_UNKNOWN] = HTTP_INTERNAL,
    [ERR_NOT_FOUND] = HTTP_INTERNAL,
    [ERR_LIMIT] = HTTP_LIMIT,
    [ERR_IO] = HTTP_INTERNAL,
    [ERR_DB_AWAY] = HTTP_DB_AWAY,
    [ERR_DB_SLOW] = HTTP_DB_SLOW,
    [ERR_DB_SCHEMA] = HTTP_DB_SCHEMA,
    [ERR_DB_DENIED] = HTTP_DB_FAILED,
    [ERR_DB_REFUSED] = HTTP_DB_FAILED,
    [ERR_UNAVAILABLE] = HTTP_UNAVAILABLE,
};
static_assert(sizeof(by_code) / sizeof(*by_code) == ERR__MAX, "one row per code");

enum http_error
http_error_of(enum err code)
{
	return (unsigned)code < ERR__MAX ? by_code[code] : HTTP_INTERNAL;
}
