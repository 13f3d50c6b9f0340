/*
 * Every way that a request can fail, as one table: status, detail, extra headers.
 * Ownership: constants only.
 */
#ifndef HTTP_ERROR_H
#define HTTP_ERROR_H

#include "base/error.h"

enum http_error {
	HTTP_OK = 0,
	HTTP_NO_CREDENTIALS,   /* 401 none, or a scheme that is not ours */
	HTTP_TOKEN_EMPTY,      /* 401 "Token" alone */
	HTTP_TOKEN_SPACES,     /* 401 a token with spaces inside */
	HTTP_TOKEN_CHARACTERS, /* 401 a token that is not UTF-8 */
	HTTP_TOKEN_UNKNOWN,    /* 401 no such token */
	HTTP_USER_INACTIVE,    /* 401 */
	HTTP_TOKENS_DISABLED,  /* 401 legacy tokens are switched off for the organization */
	HTTP_METHOD,	       /* 405; the detail names the method */
	HTTP_INVALID,	       /* 400; with validation_errors */
	HTTP_NO_PROJECT,       /* 404 */
	HTTP_NO_TASK,	       /* 404 */
	HTTP_NO_DIMENSION,     /* 404 */
	HTTP_NO_PATH,	       /* 404 */
	HTTP_DB_AWAY,	       /* 503 */
	HTTP_DB_SLOW,	       /* 503 */
	HTTP_DB_SCHEMA,	       /* 503 our tables are not there, or of another version */
	HTTP_DB_FAILED,	       /* 503 the database refused a statement */
	HTTP_LIMIT,  /* 503 the answer is over a limit; response_detail() may say which */
	HTTP_MEMORY, /* 503 */
	HTTP_UNAVAILABLE, /* 503 a service or library that is needed is not there */
	HTTP_NO_QUERY,	  /* 500 the web server lost the query string */
	HTTP_INTERNAL,	  /* 500 anything else */
	HTTP_ERROR__MAX
};

struct http_error_row {
	int status;	       /* 200 for HTTP_OK */
	const char *detail;    /* UTF-8 */
	const char *header[2]; /* name and value of an extra header; NULL: none */
};

extern const struct http_error_row http_error_table[HTTP_ERROR__MAX];

/* What an `enum err` of the layers below means to a client; ERR_OK is HTTP_OK. */
enum http_error http_error_of(enum err code);

#endif
