/*
 * Failures of requests that only this service has, beside those of http/error.h, and what
 * the errors of the layers below are to a client.
 */
#ifndef SERVICE_ERROR_H
#define SERVICE_ERROR_H

#include "base/error.h"
#include "http/error.h"

enum service_error {
	SERVICE_OK = 0,
	SERVICE_TOKEN_UNKNOWN,	 /* 401 no such token */
	SERVICE_USER_INACTIVE,	 /* 401 */
	SERVICE_TOKENS_DISABLED, /* 401 the organization has switched legacy tokens off */
	SERVICE_NO_PROJECT,	 /* 404 */
	SERVICE_NO_TASK,	 /* 404 */
	SERVICE_NO_DIMENSION,	 /* 404 */
	SERVICE_NO_MODEL,	 /* 404 a version of which the project has no prediction */
	SERVICE_NO_CONTROL,	 /* 404 */
	SERVICE_NOT_KNOWN,	 /* 404 what only Label Studio Enterprise has: reviews */
	SERVICE_NO_PARTICIPANT,	 /* 404 */
	SERVICE_DB_AWAY,	 /* 503 */
	SERVICE_DB_SLOW,	 /* 503 */
	SERVICE_DB_SCHEMA,	 /* 503 our tables are not there, or of another version */
	SERVICE_DB_FAILED,	 /* 503 the database refused a statement */
	SERVICE_ERROR__MAX
};

/* Returns the row of an error; NULL for SERVICE_OK. */
const struct http_error_row *service_error_row(enum service_error code);

/* Returns the row, of either table, for an `enum err`; NULL for ERR_OK. */
const struct http_error_row *service_error_of(enum err code);

#endif
