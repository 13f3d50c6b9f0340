#include "http/error.h"

#include <assert.h>
#include <stddef.h>

#include "base/array.h"

static const struct http_error_row rows[] = {
    [HTTP_OK] = {0},
    [HTTP_NO_CREDENTIALS] = {401, "Authentication credentials were not provided.",
	HTTP_ERROR_CHALLENGE},
    [HTTP_TOKEN_EMPTY] = {401, "Invalid token header. No credentials provided.",
	HTTP_ERROR_CHALLENGE},
    [HTTP_TOKEN_SPACES] = {401,
	"Invalid token header. Token string should not contain spaces.",
	HTTP_ERROR_CHALLENGE},
    [HTTP_TOKEN_CHARACTERS] = {401,
	"Invalid token header. Token string should not contain invalid characters.",
	HTTP_ERROR_CHALLENGE},
    [HTTP_METHOD] = {405, "Method not allowed.", {"Allow", "GET, HEAD"}},
    [HTTP_METHOD_POST] = {405, "Method not allowed.", {"Allow", "GET, HEAD, POST"}},
    [HTTP_INVALID] = {400, "Validation error", {0}},
    [HTTP_NO_PATH] = {404, "Not found.", {0}},
    [HTTP_LIMIT] = {503, "The answer is over a limit of this server.", HTTP_ERROR_RETRY},
    [HTTP_MEMORY] = {503, "The answer needs more memory than this server allows.",
	HTTP_ERROR_RETRY},
    [HTTP_UNAVAILABLE] = {503, "A service that is needed for the answer is away.",
	HTTP_ERROR_RETRY},
    [HTTP_NO_QUERY] = {500, "The web server did not hand on the query string.", {0}},
    [HTTP_INTERNAL] = {500, "Internal server error.", {0}},
};
static_assert(N_OF(rows) == HTTP_ERROR__MAX, "one row per error");

const struct http_error_row *
http_error_row(enum http_error code)
{
	if (code == HTTP_OK)
		return NULL;
	return (unsigned)code < HTTP_ERROR__MAX ? &rows[code] : &rows[HTTP_INTERNAL];
}
