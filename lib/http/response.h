/*
 * One answer: status, headers, a JSON body. It lives between response_init() and
 * response_free(), and copies the texts that it is given.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "http/error.h"
#include "http/invalid.h"

#define RESPONSE_WARNINGS 8	 /* headers at most: nginx holds only 4 KiB of them */
#define RESPONSE_WARNING_MAX 200 /* bytes of one */
#define RESPONSE_ETAG_MAX 128	 /* bytes between the quotes */

struct response {
	int status;			  /* 200 after response_init() */
	struct buf headers;		  /* whole lines, besides the fixed ones */
	struct buf body;		  /* handlers write their JSON here */
	const char *version;		  /* ours, in error bodies */
	size_t warnings;		  /* also those that were dropped over the cap */
	char detail[400];		  /* "" : the one of the error's row */
	char etag[RESPONSE_ETAG_MAX + 3]; /* quoted; "" : none */
};

/* Makes an empty 200. `version` must live as long as the response. */
void response_init(struct response *r, const char *version);

/* Makes it an empty 200 again; its buffers are kept unless they are large. */
void response_reset(struct response *r);
void response_free(struct response *r);

/* Adds a header. Returns false, and adds nothing, if the name is no token or the value has
 * a control character. */
bool response_header(struct response *r, const char *name, struct str value);

/*
 * Adds an X-Agreement-Warning. Bytes that are no printable ASCII are shown as \xNN, long
 * texts are cut, and warnings after the first RESPONSE_WARNINGS are only counted.
 */
void response_warn(struct response *r, const char *format, ...) ERR_PRINTF(2, 3);

/*
 * Sets the detail of the error to come ("The answer would have 5000 rows, more than
 * max_participants = 500."), for HTTP_LIMIT, HTTP_METHOD and the like. Long ones are cut.
 * Never SQL or a host name.
 */
void response_detail(struct response *r, const char *format, ...) ERR_PRINTF(2, 3);

/*
 * Turns the response into an error; what was in its body and headers is dropped. `v` goes
 * into validation_errors; NULL: none.
 */
void response_error(
    struct response *r, const struct http_error_row *error, const struct invalid *v);

/*
 * Sets the strong entity tag, `key` (visible ASCII without '"', at most RESPONSE_ETAG_MAX
 * bytes) between quotes, and compares it with the request's If-None-Match (absent: no
 * match; a list, "*", weak tags: RFC 9110, 13.1.2). If it matches, the response becomes a
 * 304 without body, and true is returned: the handler is done.
 */
bool response_etag(struct response *r, struct str key, struct str if_none_match);

/*
 * Appends the answer in CGI's form to `out`: "Status: 200 OK", the headers and, unless
 * `head`, the body, whose length Content-Length is in both cases. ERR_OK, or ERR_MEMORY if
 * the response or `out` is not whole.
 */
enum err response_write(
    const struct response *r, bool head, struct buf *out) ERR_WARN_UNUSED;

#endif
