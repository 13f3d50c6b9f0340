/* The errors of the service: each row's words, and which the layers below have. */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "service/error.h"

static void
rows_say_what_clients_know(void **state)
{
	static const struct {
		enum service_error error;
		int status;
		const char *detail, *name, *value;
	} want[] = {
	    {SERVICE_TOKEN_UNKNOWN, 401, "Invalid token.", "WWW-Authenticate", "Token"},
	    {SERVICE_USER_INACTIVE, 401, "User inactive or deleted.", "WWW-Authenticate",
		"Token"},
	    {SERVICE_TOKENS_DISABLED, 401,
		"Authentication token no longer valid: legacy token authentication has "
		"been disabled for this organization",
		"WWW-Authenticate", "Token"},
	    {SERVICE_NO_PROJECT, 404, "No Project matches the given query.", NULL, NULL},
	    {SERVICE_NO_TASK, 404, "No Task matches the given query.", NULL, NULL},
	    {SERVICE_NO_DIMENSION, 404, "No Dimension matches the given query.", NULL,
		NULL},
	    {SERVICE_NO_MODEL, 404, "No Model Version matches the given query.", NULL,
		NULL},
	    {SERVICE_NO_CONTROL, 404, "No Control Tag matches the given query.", NULL,
		NULL},
	    {SERVICE_NOT_KNOWN, 404,
		"Reviews, their scores and routing rules are not known here: Label "
		"Studio's "
		"own database has none.",
		NULL, NULL},
	    {SERVICE_NO_PARTICIPANT, 404, "No Participant matches the given query.", NULL,
		NULL},
	    {SERVICE_DB_AWAY, 503, "The database cannot be reached.", "Retry-After", "5"},
	    {SERVICE_DB_SLOW, 503, "The database did not answer in time.", "Retry-After",
		"5"},
	    {SERVICE_DB_SCHEMA, 503,
		"The database schema is missing or of another version.", "Retry-After",
		"5"},
	    {SERVICE_DB_FAILED, 503, "The database refused the query.", "Retry-After", "5"},
	};

	(void)state;
	static_assert(N_OF(want) == SERVICE_ERROR__MAX - 1, "every error is tested");
	assert_null(service_error_row(SERVICE_OK));
	for (size_t i = 0; i < N_OF(want); i++) {
		const struct http_error_row *row = service_error_row(want[i].error);

		assert_int_equal(row->status, want[i].status);
		assert_string_equal(row->detail, want[i].detail);
		if (want[i].name == NULL) {
			assert_null(row->header[0]);
			continue;
		}
		assert_string_equal(row->header[0], want[i].name);
		assert_string_equal(row->header[1], want[i].value);
	}
}

static void
codes_of_the_layers_below_have_rows(void **state)
{
	static const struct {
		enum err code;
		enum service_error ours;
		enum http_error generic;
	} want[] = {
	    {ERR_MEMORY, SERVICE_OK, HTTP_MEMORY},
	    {ERR_INPUT, SERVICE_OK, HTTP_INTERNAL},
	    {ERR_UNKNOWN, SERVICE_OK, HTTP_INTERNAL},
	    {ERR_NOT_FOUND, SERVICE_OK, HTTP_INTERNAL},
	    {ERR_LIMIT, SERVICE_OK, HTTP_LIMIT},
	    {ERR_IO, SERVICE_OK, HTTP_INTERNAL},
	    {ERR_DB_AWAY, SERVICE_DB_AWAY, HTTP_OK},
	    {ERR_DB_SLOW, SERVICE_DB_SLOW, HTTP_OK},
	    {ERR_DB_SCHEMA, SERVICE_DB_SCHEMA, HTTP_OK},
	    {ERR_DB_DENIED, SERVICE_DB_FAILED, HTTP_OK},
	    {ERR_DB_REFUSED, SERVICE_DB_FAILED, HTTP_OK},
	    {ERR_UNAVAILABLE, SERVICE_OK, HTTP_UNAVAILABLE},
	};

	(void)state;
	static_assert(N_OF(want) == ERR__MAX - 1, "every code is tested");
	assert_null(service_error_of(ERR_OK));
	for (size_t i = 0; i < N_OF(want); i++)
		assert_ptr_equal(service_error_of(want[i].code),
		    want[i].ours != SERVICE_OK ? service_error_row(want[i].ours)
					       : http_error_row(want[i].generic));
	assert_ptr_equal(service_error_of((enum err) - 1), http_error_row(HTTP_INTERNAL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_say_what_clients_know),
	    cmocka_unit_test(codes_of_the_layers_below_have_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
