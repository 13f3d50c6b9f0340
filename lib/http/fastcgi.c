#include "http/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/log.h"
#include "http/places.h"

/* An output buffer that one huge answer made larger than this is given back. */
#define KEEP_ROOM ((size_t)1 << 20)

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static const int stop_signals[] = {SIGTERM, SIGINT, SIGUSR1};

#define STOP_SIGNALS N_OF(stop_signals)

/* How signals were, and the set that is let in while waiting. */
static struct {
	struct sigaction actions[STOP_SIGNALS];
	sigset_t before, stop, waiting;
} signals;

static void
catch_signals(void)
{
	struct sigaction action = {
	    .sa_handler = on_stop}; /* no SA_RESTART: ppoll() shall return */

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

/*
 * libfcgi reads a request from a descriptor and writes the answer to the same one. It is
 * given a whole request in a file in memory, so that reading never waits; then the
 * descriptor becomes the connection.
 */
struct worker {
	const struct server *server;
	struct places places;
	struct slot {
		FCGX_Request request; /* ipcFd: that descriptor */
		int file;	      /* in memory: the request */
		bool read;
	} slots[PLACES_TOGETHER];
	struct arena *arena;
	struct arena *together; /* of requests that wait together */
	struct response response;
	struct buf out;
};

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

/* Have the library read a request. False where it is none. */
static bool
read_request(struct slot *s, const struct place *place)
{
	char end[8192];

	if (ftruncate(s->file, 0) != 0 ||
	    pwrite(s->file, place->in.s, place->whole, 0) != (ssize_t)place->whole ||
	    lseek(s->file, 0, SEEK_SET) != 0)
		return false;
	/* The library closes the descriptor of what it cannot read. */
	if (s->request.ipcFd < 0)
		s->request.ipcFd = dup(s->file);
	s->request.keepConnection = 1;
	if (s->request.ipcFd < 0 || FCGX_Accept_r(&s->request) != 0)
		return false;
	/* Up to the end of the body, of which nothing is here. */
	while (FCGX_GetStr(end, sizeof(end), s->request.in) > 0)
		;
	return true;
}

static void
answer_request(struct worker *w, struct slot *slot, struct place *place)
{
	FCGX_Request *request = &slot->request;
	bool keep = request->keepConnection;

	dup2(place->fd, request->ipcFd);
	if (server_answer(w->server, w->arena, &w->response, request->envp, &w->out) ==
	    ERR_OK)
		send_answer(request, buf_text(&w->out));
	else
		log_error("%s", err_text(ERR_MEMORY));
	/* The answer ends here; the connection is ours to close. */
	request->keepConnection = 1;
	FCGX_Finish_r(request);
	if (request->ipcFd >= 0)
		dup2(slot->file, request->ipcFd);
	else
		keep = false;
	if (w->out.room > KEEP_ROOM)
		buf_free(&w->out);
	buf_clear(&w->out);
	places_answered(&w->places, place, keep);
}

/* Reads those of several requests that have no body, and tells the server of them. */
static void
gather(struct worker *w, struct place *const *list, int n)
{
	const struct server *s = w->server;
	struct request requests[PLACES_TOGETHER];
	size_t whole = 0;

	for (int i = 0; i < n; i++) {
		w->slots[i].read = !list[i]->body && read_request(&w->slots[i], list[i]);
		if (w->slots[i].read && s->gathered != NULL &&
		    request_read(w->together, w->slots[i].request.envp, &requests[whole]) ==
			ERR_OK)
			whole++;
	}
	if (s->gathered != NULL)
		s->gathered(s->context, w->together, requests, whole);
}

/* Answer what is ready, up to as many as are answered together, those with a body last:
 * their web servers have waited for them, too. Returns how many there were. */
static int
serve_ready(struct worker *w)
{
	struct place *list[PLACES_TOGETHER];
	const struct server *s = w->server;
	int n = 0;

	while (n < PLACES_TOGETHER && (list[n] = places_next(&w->places)) != NULL)
		w->slots[n++].read = false;
	if (n > 1)
		gather(w, list, n);
	for (int bodies = 0; bodies < 2; bodies++)
		for (int i = 0; i < n; i++) {
			if (list[i] == NULL || list[i]->body != (bodies == 1))
				continue;
			if (w->slots[i].read || read_request(&w->slots[i], list[i]))
				answer_request(w, &w->slots[i], list[i]);
			else
				places_answered(&w->places, list[i], false);
			list[i] = NULL;
		}
	if (n > 1 && s->scattered != NULL)
		s->scattered(s->context);
	if (n > 1)
		arena_reset(w->together);
	if (n > 0 && s->answered != NULL)
		s->answered(s->context);
	return n;
}

/*
 * Serve until a signal comes, which leaves 0, or the socket fails. A worker that was asleep
 * takes one connection, so that others that wake with it get theirs; only what has come
 * while it was busy, as all of them were, it takes together.
 */
static int
serve(struct worker *w)
{
	bool busy = false;
	int failed = 0;

	while (failed == 0 && !stop_is_due()) {
		failed = places_wait(
		    &w->places, busy, busy ? PLACES_TOGETHER : 1, &signals.waiting);
		busy = serve_ready(w) > 0;
	}
	while (places_wait_last(&w->places))
		serve_ready(w);
	return failed;
}

/* Our own accept() would let everybody in that the library's does not. */
static int
prepare(struct worker *w)
{
	if (getenv("FCGI_WEB_SERVER_ADDRS") != NULL) {
		log_error("FCGI_WEB_SERVER_ADDRS is not looked at: use a Unix socket, with "
			  "the rights of its file");
		return EINVAL;
	}
	if (w->arena == NULL || w->together == NULL || FCGX_Init() != 0)
		return ENOMEM;
	for (int i = 0; i < PLACES_TOGETHER; i++) {
		w->slots[i].file = memfd_create("request", MFD_CLOEXEC);
		if (w->slots[i].file < 0)
			return errno;
		/* Without a socket: it reads what it is given, and accepts nothing. */
		FCGX_InitRequest(&w->slots[i].request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	}
	return places_open(&w->places, STDIN_FILENO, &w->server->patience);
}

int
fastcgi_run(const struct server *s)
{
	struct worker w = {.server = s,
	    .arena = arena_new(s->memory),
	    .together = arena_new(s->memory),
	    .out = BUF_INIT,
	    .places.epoll = -1};
	int failed;

	for (int i = 0; i < PLACES_TOGETHER; i++)
		w.slots[i] = (struct slot){.file = -1, .request.ipcFd = -1};
	response_init(&w.response, s->version);
	failed = prepare(&w);
	if (failed != 0) {
		log_error("cannot start: %s", strerror(failed));
	} else {
		failed = serve(&w);
		if (failed != 0)
			log_error("cannot accept requests: %s", strerror(failed));
	}
	places_close(&w.places);
	for (int i = 0; i < PLACES_TOGETHER; i++) {
		if (w.slots[i].request.ipcFd >= 0)
			close(w.slots[i].request.ipcFd);
		if (w.slots[i].file >= 0)
			close(w.slots[i].file);
	}
	response_free(&w.response);
	buf_free(&w.out);
	arena_free(w.together);
	arena_free(w.arena);
	return failed != 0;
}
