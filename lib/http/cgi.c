#include "http/cgi.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/number.h"

static struct str
variable(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env != NULL; env++)
		if (strncmp(*env, name, n) == 0 && (*env)[n] == '=')
			return str_of(*env + n + 1);
	return (struct str){NULL, 0};
}

/*
 * How many bytes of a body there are to read. mod_cgid gives a chunked body without its
 * length, which then ends with the input; a GET without a length has none, and standard
 * input may be a terminal.
 */
static int64_t
body_size(char *const *env)
{
	struct str length = variable(env, "CONTENT_LENGTH"),
		   method = variable(env, "REQUEST_METHOD");
	int64_t n;

	if (length.n > 0)
		return number_between(length, 0, CGI_BODY_MAX, &n) ? n : CGI_BODY_MAX;
	if (variable(env, "HTTP_TRANSFER_ENCODING").n > 0)
		return CGI_BODY_MAX;
	return method.s == NULL || str_is(method, "GET") || str_is(method, "HEAD")
	    ? 0
	    : CGI_BODY_MAX;
}

/* Read a body and throw it away, so that the server can hand all of it over without an
 * error. Its rest is not waited for after `patience` milliseconds without a byte. */
static void
drain(int in, int64_t size, int patience)
{
	char bytes[8192];

	while (size > 0) {
		struct pollfd ready = {.fd = in, .events = POLLIN};
		size_t want = size < (int64_t)sizeof(bytes) ? (size_t)size : sizeof(bytes);
		ssize_t n;

		if (poll(&ready, 1, patience) == 0)
			return;
		n = read(in, bytes, want);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		size -= n;
	}
}

static int
write_all(int out, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(out, text.s, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_info("the client went away: %s", strerror(errno));
			return errno == EPIPE ? 0 : 1;
		}
		text = (struct str){text.s + n, text.n - (size_t)n};
	}
	return 0;
}

int
cgi_run(const struct server *s, char *const *env, int in, int out)
{
	struct arena *a = arena_new(s->memory);
	struct buf text = BUF_INIT;
	struct response r;
	int status = 1;

	if (a == NULL) {
		log_error("%s", err_text(ERR_MEMORY));
		return 1;
	}
	/* Else a client that went away would look like a crash to the web server. */
	signal(SIGPIPE, SIG_IGN);
	response_init(&r, s->version);
	drain(in, body_size(env), patience_complete(&s->patience).body);
	if (server_answer(s, a, &r, env, &text) == ERR_OK)
		status = write_all(out, buf_text(&text));
	else
		log_error("%s", err_text(ERR_MEMORY));
	if (s->answered != NULL)
		s->answered(s->context);
	buf_free(&text);
	response_free(&r);
	arena_free(a);
	return status;
}
