/*
 * One request as the web server described it in environment variables (CGI, RFC 3875;
 * FastCGI sends the same names). Its texts point into the environment or into the arena.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum request_method {
	REQUEST_GET,
	REQUEST_HEAD,
	REQUEST_POST,
	REQUEST_OTHER,
	REQUEST_METHOD__MAX
};

struct request {
	enum request_method method;
	struct str method_text; /* as sent: "PATCH"; empty if the server named none */

	/*
	 * The decoded path in well-formed UTF-8: SCRIPT_NAME and PATH_INFO together, or,
	 * where the server gives no PATH_INFO, REQUEST_URI up to its '?'. A "%2F" stays
	 * those three characters, it never becomes a separator. Absent if it holds a NUL or
	 * is not UTF-8, which no route is.
	 */
	struct str path;

	/* PATH_INFO alone, for programs mounted below another prefix; absent as above, or
	 * if not given. */
	struct str path_info;

	struct str query; /* QUERY_STRING, not decoded; absent if the server lost it */
	struct str authorization; /* absent if not sent, as the next two */
	struct str api_key;
	struct str if_none_match;
};

/*
 * Reads the environment `env` ("NAME=value", ended by NULL; of two equal names the first
 * counts). ERR_OK or ERR_MEMORY.
 */
enum err request_read(struct arena *a, char *const *env, struct request *r) ERR_WARN_UNUSED;

#endif
