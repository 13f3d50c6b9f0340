/*
 * HTTP calls to another server, over libcurl. A client keeps its connection for the next
 * call, and serves one thread. Answers are in the caller's buffer.
 */
#ifndef EMBEDDING_HTTP_CLIENT_H
#define EMBEDDING_HTTP_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct client;

struct client_call {
	const char *url; /* http or https; redirects are not followed */
	struct str body; /* JSON, sent by POST; absent: GET */
	const char
	    *authorization; /* value of that header; NULL: none. It is never logged */
	long timeout;	    /* milliseconds for all of it, connecting included; > 0 */
	size_t max_bytes;   /* of the answer's body; > 0 */
};

/* Makes a client. ERR_UNAVAILABLE if libcurl is not installed, ERR_MEMORY. */
enum err client_open(struct client **r, struct error *e) ERR_WARN_UNUSED;
void client_close(struct client *c); /* NULL is allowed */

/* Returns whether a call can go to the URL: "http://" or "https://" and a host. */
bool client_takes(const char *url);

/*
 * Sends a call and appends the whole answer to `body`, whatever its status. ERR_UNAVAILABLE
 * if there is no answer: `e` then says "cannot be reached", "did not answer within 5000 ms"
 * and the like, without the server's name, which is logged. ERR_MEMORY.
 */
enum err client_send(struct client *c, const struct client_call *call, int *status_r,
    struct buf *body, struct error *e) ERR_WARN_UNUSED;

#endif
