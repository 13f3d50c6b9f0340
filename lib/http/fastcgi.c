#include "http/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/*
 * Milliseconds that libfcgi waits for the server to close its side after an answer; by
 * itself it would hold the worker for two seconds.
 */
#define CLOSE_PATIENCE "50"

/* An output buffer that one huge answer made larger than this is given back. */
#define KEEP_ROOM ((size_t)1 << 20)

static volatile sig_atomic_t stopping;
static int null_fd = -1;

/*
 * A signal that comes between the library's look at its flag and accept() would be missed;
 * with the socket gone from descriptor 0, accept() fails at once. Only this process loses
 * it.
 */
static void
on_stop(int sig)
{
	int saved = errno;

	(void)sig;
	stopping = 1;
	if (null_fd >= 0)
		dup2(null_fd, STDIN_FILENO);
	FCGX_ShutdownPending();
	errno = saved;
}

static const int stop_signals[] = {SIGTERM, SIGINT, SIGUSR1};

#define STOP_SIGNALS (sizeof(stop_signals) / sizeof(*stop_signals))

/* How signals were, and the set that is let in while waiting. */
static struct {
	struct sigaction actions[STOP_SIGNALS];
	sigset_t before, stop, waiting;
} signals;

static void
catch_signals(void)
{
	struct sigaction action = {
	    .sa_handler = on_stop}; /* no SA_RESTART: accept() shall return */

	sigemptyset(&action.sa_mask);
	sigemptyset(&signals.stop);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		sigaddset(&signals.stop, stop_signals[i]);
	sigprocmask(SIG_BLOCK, &signals.stop, &signals.before);
	signals.waiting = signals.before;
	for (size_t i = 0; i < STOP_SIGNALS; i++) {
		sigdelset(&signals.waiting, stop_signals[i]);
		sigaction(stop_signals[i], &action, &signals.actions[i]);
	}
}

static void
release_signals(void)
{
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &signals.actions[i], NULL);
	sigprocmask(SIG_SETMASK, &signals.before, NULL);
}

/*
 * The library's look at the descriptor installs handlers of its own, but keeps those that
 * it finds: ours must be there first, or a signal that comes in between would be lost.
 */
bool
fastcgi_here(void)
{
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_PATIENCE, 0);
	catch_signals();
	if (!FCGX_IsCGI())
		return true;
	release_signals();
	return false;
}

/* Wait for a request with the stop signals let in. Returns 0, or what FCGX_Accept_r() says.
 */
static int
wait_request(FCGX_Request *request)
{
	int rc;

	sigprocmask(SIG_SETMASK, &signals.waiting, NULL);
	rc = stopping ? -EINTR : FCGX_Accept_r(request);
	sigprocmask(SIG_BLOCK, &signals.stop, NULL);
	return rc;
}

static void
send_answer(FCGX_Request *request, struct str text)
{
	while (text.n > 0) {
		int n = text.n > INT_MAX ? INT_MAX : (int)text.n;

		/* FCGX_FFlush() tells no error, FCGX_PutStr() does. */
		if (FCGX_PutStr(text.s, n, request->out) < 0) {
			log_info("the client went away: %s",
			    strerror(FCGX_GetError(request->out)));
			return;
		}
		text = (struct str){text.s + n, text.n - (size_t)n};
	}
}

static void
serve_request(const struct server *s, FCGX_Request *request, struct arena *a,
    struct response *r, struct buf *out)
{
	char bytes[8192];

	/* Also for a GET: undrained, the next request on a kept connection would die. */
	while (FCGX_GetStr(bytes, sizeof(bytes), request->in) > 0)
		;
	if (server_answer(s, a, r, request->envp, out) == ERR_OK)
		send_answer(request, buf_text(out));
	else
		log_error("%s", err_text(ERR_MEMORY));
	FCGX_Finish_r(request);
	if (out->room > KEEP_ROOM)
		buf_free(out);
	buf_clear(out);
}

static int
serve(const struct server *s, struct arena *a)
{
	struct buf out = BUF_INIT;
	FCGX_Request request;
	struct response r;
	int rc = 0;

	if (FCGX_InitRequest(&request, STDIN_FILENO, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	response_init(&r, s->version);
	while (!stopping) {
		rc = wait_request(&request);
		if (rc == 0)
			serve_request(s, &request, a, &r, &out);
		else if (rc != -EINTR && rc != -ECONNABORTED)
			break;
	}
	if (!stopping)
		log_error("cannot accept requests: %s", strerror(abs(rc)));
	FCGX_Free(&request, 1);
	response_free(&r);
	buf_free(&out);
	return !stopping;
}

int
fastcgi_run(const struct server *s)
{
	struct arena *a = arena_new(s->memory);
	int status = 1;

	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (a == NULL || null_fd < 0 || FCGX_Init() != 0)
		log_error("cannot start: %s", strerror(errno));
	else
		status = serve(s, a);
	arena_free(a);
	return status;
}
