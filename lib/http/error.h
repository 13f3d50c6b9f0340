/*
 * Failures of requests as rows of a table. These are the ones that every service has; a
 * service has a table of its own for the others.
 */
#ifndef HTTP_ERROR_H
#define HTTP_ERROR_H

struct http_error_row {
	int status;
	const char *detail;    /* UTF-8 */
	const char *header[2]; /* name and value of an extra header; NULL: none */
};

/* The extra headers of rows that need them. */
#define HTTP_ERROR_CHALLENGE {"WWW-Authenticate", "Token"}
#define HTTP_ERROR_RETRY {"Retry-After", "5"}

enum http_error {
	HTTP_OK = 0,
	HTTP_NO_CREDENTIALS,   /* 401 none, or a scheme that is not ours */
	HTTP_TOKEN_EMPTY,      /* 401 "Token" alone */
	HTTP_TOKEN_SPACES,     /* 401 a token with spaces inside */
	HTTP_TOKEN_CHARACTERS, /* 401 a token that is not UTF-8 */
	HTTP_METHOD,	       /* 405; the detail names the method */
	HTTP_METHOD_POST,      /* 405, where POST is allowed */
	HTTP_INVALID,	       /* 400; with validation_errors */
	HTTP_NO_PATH,	       /* 404 */
	HTTP_LIMIT,  /* 503 the answer is over a limit; response_detail() may say which */
	HTTP_MEMORY, /* 503 */
	HTTP_UNAVAILABLE, /* 503 a service or library that is needed is not there */
	HTTP_NO_QUERY,	  /* 500 the web server lost the query string */
	HTTP_INTERNAL,	  /* 500 anything else */
	HTTP_ERROR__MAX
};

/* Returns the row of an error; NULL for HTTP_OK, the row of HTTP_INTERNAL for an unknown
 * code. */
const struct http_error_row *http_error_row(enum http_error code);

#endif
