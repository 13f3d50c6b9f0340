/*
 * The one file that sees libcurl.
 */
#include "embedding/http_client.h"

#include <config.h>
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/library.h"
#include "base/log.h"

#define FUNCTIONS(F)                                                                       \
	F(easy_cleanup)                                                                    \
	F(easy_getinfo)                                                                    \
	F(easy_init)                                                                       \
	F(easy_perform)                                                                    \
	F(easy_reset)                                                                      \
	F(easy_setopt)                                                                     \
	F(easy_strerror)                                                                   \
	F(free)                                                                            \
	F(global_cleanup)                                                                  \
	F(global_init)                                                                     \
	F(slist_append)                                                                    \
	F(slist_free_all)                                                                  \
	F(url)                                                                             \
	F(url_cleanup)                                                                     \
	F(url_get)                                                                         \
	F(url_set)
#define NAME(name) "curl_" #name,
#define DECLARE(name) __typeof__(curl_##name) *name;

static const char *const names[] = {FUNCTIONS(NAME)};
static union {
	struct {
		FUNCTIONS(DECLARE)
	};
	void *found[N_OF(names)];
} curl;

static enum err
load(struct error *e)
{
	return library_load(CURL_LIBRARY, names, N_OF(names), curl.found, e);
}

struct client {
	CURL *handle;
	char problem[CURL_ERROR_SIZE];
};

enum err
client_open(struct client **r, struct error *e)
{
	enum err err = load(e);
	struct client *c;

	if (err != ERR_OK)
		return err;
	c = calloc(1, sizeof(*c));
	if (c != NULL && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		c->handle = curl.easy_init();
		if (c->handle == NULL)
			curl.global_cleanup();
	}
	if (c == NULL || c->handle == NULL) {
		free(c);
		return error_set(e, ERR_MEMORY, "no memory for an HTTP client");
	}
	*r = c;
	return ERR_OK;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	curl.easy_cleanup(c->handle);
	curl.global_cleanup();
	free(c);
}

bool
client_takes(const char *url)
{
	CURLU *parts = load(NULL) == ERR_OK ? curl.url() : NULL;
	char *scheme = NULL, *host = NULL;
	bool ok = parts != NULL &&
	    curl.url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl.url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl.url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;

	ok = ok && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	if (parts != NULL) {
		curl.free(scheme);
		curl.free(host);
		curl.url_cleanup(parts);
	}
	return ok;
}

/* Taking less than was offered ends the transfer with CURLE_WRITE_ERROR. */
static size_t
take(char *bytes, size_t size, size_t n, void *context)
{
	struct buf *body = context;

	buf_put(body, bytes, size * n);
	return buf_failed(body) ? 0 : size * n;
}

static bool
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl.slist_append(*list, line);

	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

static bool
add_authorization(struct curl_slist **list, const char *value)
{
	struct buf line = BUF_INIT;
	bool ok;

	if (value == NULL)
		return true;
	buf_printf(&line, "Authorization: %s", value);
	ok = !buf_failed(&line) && add_header(list, line.s);
	if (line.s != NULL)
		explicit_bzero(line.s, line.n);
	buf_free(&line);
	return ok;
}

/* No "Expect: 100-continue", for which some servers let a client wait a second. */
static bool
make_headers(const struct client_call *call, struct curl_slist **list)
{
	return add_header(list, "Accept: application/json") &&
	    add_header(list, "Expect:") &&
	    (call->body.s == NULL || add_header(list, "Content-Type: application/json")) &&
	    add_authorization(list, call->authorization);
}

static CURLcode
allow_protocols(CURL *handle)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	return curl.easy_setopt(
	    handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static bool
set_options(struct client *c, const struct client_call *call, struct curl_slist *headers,
    struct buf *body)
{
	CURL *handle = c->handle;

	/* The connection stays. */
	curl.easy_reset(handle);
	return curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, c->problem) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_URL, call->url) == CURLE_OK &&
	    allow_protocols(handle) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, call->timeout) ==
	    CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_TIMEOUT_MS, call->timeout) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_USERAGENT, "agreement-matrix") == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
	    curl.easy_setopt(handle, CURLOPT_WRITEDATA, body) == CURLE_OK &&
	    (call->body.s == NULL ||
		(curl.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
		     (curl_off_t)call->body.n) == CURLE_OK &&
		    curl.easy_setopt(handle, CURLOPT_POSTFIELDS, call->body.s) ==
			CURLE_OK));
}

/* What became of a transfer that did not end well, for people who must not learn the
 * server's name. */
static enum err
failed(const struct client *c, const struct client_call *call, CURLcode code,
    const struct buf *body, struct error *e)
{
	log_warning("HTTP client: %s",
	    c->problem[0] != '\0' ? c->problem : curl.easy_strerror(code));
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return error_memory(e);
	case CURLE_OPERATION_TIMEDOUT:
		return error_set(
		    e, ERR_UNAVAILABLE, "did not answer within %ld ms", call->timeout);
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return error_set(e, ERR_UNAVAILABLE, "cannot be reached");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		return error_set(e, ERR_UNAVAILABLE, "has no TLS that is trusted");
	case CURLE_WRITE_ERROR:
		if (buf_failed(body))
			return error_set(e, ERR_UNAVAILABLE, "answered more than %zu bytes",
			    call->max_bytes);
		break;
	default:
		break;
	}
	return error_set(e, ERR_UNAVAILABLE, "broke off its answer");
}

enum err
client_send(struct client *c, const struct client_call *call, int *status_r,
    struct buf *body, struct error *e)
{
	size_t limit = body->limit;
	struct curl_slist *headers = NULL;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;
	enum err err = ERR_OK;

	body->limit = body->n + call->max_bytes;
	c->problem[0] = '\0';
	if (make_headers(call, &headers) && set_options(c, call, headers, body))
		code = curl.easy_perform(c->handle);
	if (code == CURLE_OK)
		code = curl.easy_getinfo(c->handle, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK)
		err = failed(c, call, code, body, e);
	else
		*status_r = (int)status;
	/* They, and the buffers, end here. */
	curl.easy_reset(c->handle);
	curl.slist_free_all(headers);
	body->limit = limit;
	return err;
}
