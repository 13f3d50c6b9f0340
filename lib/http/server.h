/*
 * What a front end (cgi.h, fastcgi.h) serves: how a request becomes an answer. The server
 * makes and frees what a request needs; its callbacks keep nothing of it.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/patience.h"
#include "http/request.h"
#include "http/response.h"

struct server {
	const char *version; /* ours, in error bodies */
	size_t memory;	     /* bytes of one request's arena at most; 0: no limit */

	/* Answers one request; `a` is reset afterwards. */
	void (*answer)(
	    void *context, struct arena *a, const struct request *q, struct response *r);

	/*
	 * Called before the first and after the last of several requests that have waited
	 * together: all of them, but for their bodies, had come before gathered(). `list`
	 * has the `n` of them that have no body, until scattered(); `a` is reset after
	 * that. May be NULL.
	 */
	void (*gathered)(
	    void *context, struct arena *a, const struct request *list, size_t n);
	void (*scattered)(void *context);

	/* Called when all that came was answered, before more is waited for. May be NULL.
	 */
	void (*answered)(void *context);
	void *context;
	struct patience patience; /* of the front ends; all 0: the defaults */
};

/*
 * Appends the answer to the request that `env` describes to `out`, in CGI's form; `r` and
 * `a` are used and reset. ERR_OK, or ERR_MEMORY if not even an error could be written.
 */
enum err server_answer(const struct server *s, struct arena *a, struct response *r,
    char *const *env, struct buf *out) ERR_WARN_UNUSED;

#endif
