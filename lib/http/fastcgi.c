#include "http/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
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

/*
 * Requests that are taken at a time, of those that wait. More would share more of the
 * database's answers, and keep more of them from other workers on the same socket.
 */
#define TOGETHER 8

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
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

/* While requests wait, ppoll() returns for them and lets no signal in. */
static bool
stop_is_due(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		if (sigismember(&pending, stop_signals[i]) == 1)
			return true;
	return stopping;
}

/* A request that is being answered, or a connection that was kept for the next one. */
struct place {
	FCGX_Request request;
	bool taken;
};

static bool
is_kept(const struct place *p)
{
	return p->request.ipcFd >= 0;
}

/*
 * Wait with the stop signals let in until a connection comes, or the next request on one
 * that was kept. Returns the number of places to look at, 0 after a signal, -1 on failure;
 * readable[i] is of place i, the last of the socket.
 */
static int
wait_for_any(const struct place *places, struct pollfd readable[static TOGETHER + 1])
{
	bool room = false;
	int rc;

	for (int i = 0; i < TOGETHER; i++) {
		readable[i] =
		    (struct pollfd){.fd = places[i].request.ipcFd, .events = POLLIN};
		room = room || !is_kept(&places[i]);
	}
	readable[TOGETHER] =
	    (struct pollfd){.fd = room ? STDIN_FILENO : -1, .events = POLLIN};
	rc = ppoll(readable, TOGETHER + 1, NULL, &signals.waiting);
	return rc < 0 && errno == EINTR ? 0 : rc;
}

/*
 * Take the requests that wait, as many as there are places. The socket does not block, so
 * that one that another worker was faster to take is not waited for. Returns 0, or what
 * FCGX_Accept_r() says when the socket failed.
 */
static int
take_waiting(struct place *places, const struct pollfd *readable)
{
	bool more = readable[TOGETHER].revents != 0;

	for (int i = 0; i < TOGETHER; i++) {
		struct place *p = &places[i];
		int rc;

		if (is_kept(p) ? readable[i].revents == 0 : !more)
			continue;
		rc = FCGX_Accept_r(&p->request);
		p->taken = rc == 0;
		/* Also where a kept connection has ended: a new one was looked for then. */
		if (rc == -EAGAIN)
			more = false;
		else if (rc != 0 && rc != -EINTR && rc != -ECONNABORTED)
			return rc;
	}
	return 0;
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
	/* The answer ends here; what is left to do, the client need not wait for. */
	FCGX_FClose(request->err);
	FCGX_FClose(request->out);
	if (out->room > KEEP_ROOM)
		buf_free(out);
	buf_clear(out);
}

/* Closing waits for the web server to close its side, which it has done meanwhile. */
static void
serve_taken(const struct server *s, struct place *places, struct arena *a,
    struct response *r, struct buf *out)
{
	if (s->gathered != NULL)
		s->gathered(s->context);
	for (int i = 0; i < TOGETHER; i++)
		if (places[i].taken)
			serve_request(s, &places[i].request, a, r, out);
	if (s->scattered != NULL)
		s->scattered(s->context);
	for (int i = 0; i < TOGETHER; i++) {
		if (places[i].taken)
			FCGX_Finish_r(&places[i].request);
		places[i].taken = false;
	}
}

/* Serve until a signal comes, which leaves 0, or the socket fails. */
static int
serve(const struct server *s, struct place *places, struct arena *a, struct response *r,
    struct buf *out)
{
	struct pollfd readable[TOGETHER + 1];

	while (!stop_is_due()) {
		int n = wait_for_any(places, readable);
		int rc = n < 0 ? -errno : 0;

		if (n > 0) {
			rc = take_waiting(places, readable);
			serve_taken(s, places, a, r, out);
		}
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
fastcgi_run(const struct server *s)
{
	struct place places[TOGETHER] = {0};
	struct arena *a = arena_new(s->memory);
	struct buf out = BUF_INIT;
	struct response r;
	int rc = a == NULL ? -ENOMEM : FCGX_Init();

	if (rc == 0 &&
	    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK) != 0)
		rc = -errno;
	for (int i = 0; rc == 0 && i < TOGETHER; i++)
		rc = FCGX_InitRequest(
		    &places[i].request, STDIN_FILENO, FCGI_FAIL_ACCEPT_ON_INTR);
	response_init(&r, s->version);
	if (rc == 0)
		rc = serve(s, places, a, &r, &out);
	if (rc != 0)
		log_error("cannot accept requests: %s", strerror(abs(rc)));
	for (int i = 0; i < TOGETHER; i++)
		FCGX_Free(&places[i].request, 1);
	response_free(&r);
	buf_free(&out);
	arena_free(a);
	return rc != 0;
}
