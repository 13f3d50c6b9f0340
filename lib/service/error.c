#include "service/error.h"

#include <assert.h>

#include "base/array.h"

static const struct http_error_row rows[] = {
    [SERVICE_OK] = {0},
    [SERVICE_TOKEN_UNKNOWN] = {401, "Invalid token.", HTTP_ERROR_CHALLENGE},
    [SERVICE_USER_INACTIVE] = {401, "User inactive or deleted.", HTTP_ERROR_CHALLENGE},
    [SERVICE_TOKENS_DISABLED] = {401,
	"Authentication token no longer valid: legacy token authentication has been "
	"disabled for this organization",
	HTTP_ERROR_CHALLENGE},
    [SERVICE_NO_PROJECT] = {404, "No Project matches the given query.", {0}},
    [SERVICE_NO_TASK] = {404, "No Task matches the given query.", {0}},
    [SERVICE_NO_DIMENSION] = {404, "No Dimension matches the given query.", {0}},
    [SERVICE_NO_MODEL] = {404, "No Model Version matches the given query.", {0}},
    [SERVICE_NO_CONTROL] = {404, "No Control Tag matches the given query.", {0}},
    [SERVICE_NOT_KNOWN] = {404,
	"Reviews, their scores and routing rules are not known here: Label Studio's own "
	"database has none.",
	{0}},
    [SERVICE_NO_PARTICIPANT] = {404, "No Participant matches the given query.", {0}},
    [SERVICE_DB_AWAY] = {503, "The database cannot be reached.", HTTP_ERROR_RETRY},
    [SERVICE_DB_SLOW] = {503, "The database did not answer in time.", HTTP_ERROR_RETRY},
    [SERVICE_DB_SCHEMA] = {503, "The database schema is missing or of another version.",
	HTTP_ERROR_RETRY},
    [SERVICE_DB_FAILED] = {503, "The database refused the query.", HTTP_ERROR_RETRY},
};
static_assert(N_OF(rows) == SERVICE_ERROR__MAX, "one row per error");

/* At most one of the two is there; neither for ERR_OK. */
static const struct {
	enum service_error ours;
	enum http_error generic;
} by_code[] = {
    [ERR_OK] = {0},
    [ERR_MEMORY] = {.generic = HTTP_MEMORY},
    [ERR_INPUT] = {.generic = HTTP_INTERNAL},
    [ERR_UNKNOWN] = {.generic = HTTP_INTERNAL},
    [ERR_NOT_FOUND] = {.generic = HTTP_INTERNAL},
    [ERR_LIMIT] = {.generic = HTTP_LIMIT},
    [ERR_IO] = {.generic = HTTP_INTERNAL},
    [ERR_DB_AWAY] = {SERVICE_DB_AWAY},
    [ERR_DB_SLOW] = {SERVICE_DB_SLOW},
    [ERR_DB_SCHEMA] = {SERVICE_DB_SCHEMA},
    [ERR_DB_DENIED] = {SERVICE_DB_FAILED},
    [ERR_DB_REFUSED] = {SERVICE_DB_FAILED},
    [ERR_UNAVAILABLE] = {.generic = HTTP_UNAVAILABLE},
};
static_assert(N_OF(by_code) == ERR__MAX, "one row per code");

const struct http_error_row *
service_error_row(enum service_error code)
{
	return code == SERVICE_OK ? NULL : &rows[code];
}

const struct http_error_row *
service_error_of(enum err code)
{
	if ((unsigned)code >= ERR__MAX)
		return http_error_row(HTTP_INTERNAL);
	return by_code[code].ours != SERVICE_OK ? service_error_row(by_code[code].ours)
						: http_error_row(by_code[code].generic);
}
