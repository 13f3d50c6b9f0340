#include "http/fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/*
 * Milliseconds that libfcgi waits for the server to close its side after an answer; by
 * itself it would hold the worker for two seconds.
 */
#define CLOSE_PATIENCE "50"

/* An output buffer that one huge answer made larger than this is given back. */
#define KEEP_ROOM ((size_t)1 << 20)

/*
 * Connections that a worker holds at a time, and so requests that it takes together. More
 * would share more of the database's answers, and keep more of them from other workers.
 */
#define PLACES 8

/*
 * Milliseconds that a web server may pause in the middle of a request, which it has as a
 * whole, and of taking an answer, which it may hand on to a slow client.
 */
#define READ_PATIENCE 3000
#define WRITE_PATIENCE 30000

/* Milliseconds that a connection has for its first request when the worker is to stop. */
#define GRACE 100

/* Milliseconds of silence after which a connection makes room for another one. */
#define SILENCE 1000

/* Milliseconds after which it is looked again whether there is room, or descriptors. */
#define PAUSE 50

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

/*
 * A connection, or room for one: it waits for its first request, or, if the web server
 * keeps it, for the next one; or its request was taken and will be answered.
 */
struct place {
	FCGX_Request request; /* ipcFd: the connection; -1: none */
	bool taken;
	bool fresh;    /* it has had no request yet */
	int64_t since; /* when it began to wait, in milliseconds */
};

struct worker {
	const struct server *server;
	struct place places[PLACES];
	struct pollfd waiting[PLACES + 1]; /* of the places, and last of the socket */
	struct arena *arena;
	struct response response;
	struct buf out;
};

static bool
has_come(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

/* The library would wait for the other side, and read away what it sends meanwhile. */
static void
drop(struct place *p)
{
	close(p->request.ipcFd);
	p->request.ipcFd = -1;
	FCGX_Free(&p->request, 0);
}

/* The connection that has been silent for the longest, and long enough; NULL if none has.
 */
static struct place *
find_silent(struct worker *w)
{
	int64_t latest = clock_milliseconds() - SILENCE;
	struct place *oldest = NULL;

	for (int i = 0; i < PLACES; i++) {
		struct place *p = &w->places[i];

		if (p->request.ipcFd >= 0 && p->since <= latest &&
		    (oldest == NULL || p->since < oldest->since))
			oldest = p;
	}
	return oldest;
}

/* A place that is free, or one that can be made so. */
static struct place *
find_room(struct worker *w)
{
	for (int i = 0; i < PLACES; i++)
		if (w->places[i].request.ipcFd < 0)
			return &w->places[i];
	return find_silent(w);
}

/* Whether a place is free now: a connection goes only where another one waits, and where
 * nothing has come over it after all. */
static bool
make_room(struct place *p)
{
	if (p->request.ipcFd < 0)
		return true;
	if (!has_come(STDIN_FILENO) || has_come(p->request.ipcFd))
		return false;
	drop(p);
	return true;
}

/*
 * Wait until a connection comes, if there is room for one, or one that is there has a
 * request; for no longer than now if `busy`. Signals are let in while it waits. Returns how
 * many there are, 0 also after a signal, -1 on failure.
 */
static int
wait_for_any(struct worker *w, bool busy)
{
	static const struct timespec now = {0, 0}, soon = {0, PAUSE * 1000000};
	bool room = find_room(w) != NULL;
	const struct timespec *limit = busy ? &now : room ? NULL : &soon;
	int n;

	for (int i = 0; i < PLACES; i++)
		w->waiting[i] =
		    (struct pollfd){.fd = w->places[i].request.ipcFd, .events = POLLIN};
	w->waiting[PLACES] =
	    (struct pollfd){.fd = room ? STDIN_FILENO : -1, .events = POLLIN};
	n = ppoll(w->waiting, PLACES + 1, limit, &signals.waiting);
	return n < 0 && errno == EINTR ? 0 : n;
}

static void
be_patient(int fd, int direction, int64_t ms)
{
	struct timeval t = {
	    .tv_sec = (time_t)(ms / 1000), .tv_usec = (suseconds_t)(ms % 1000 * 1000)};

	setsockopt(fd, SOL_SOCKET, direction, &t, sizeof(t));
}

/*
 * Have the library read from a connection that it has not accepted itself: it would close
 * one that is not kept. A peer that stops in the middle shall not hold the worker for ever,
 * and over TCP the end of an answer shall not wait for more.
 */
static void
place_connection(struct place *p, int fd)
{
	int yes = 1;

	be_patient(fd, SO_RCVTIMEO, READ_PATIENCE);
	be_patient(fd, SO_SNDTIMEO, WRITE_PATIENCE);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	p->request.ipcFd = fd;
	p->request.keepConnection = 1;
	p->fresh = true;
	p->since = clock_milliseconds();
}

/* Whether a failure to accept may be over soon; a lack of descriptors is, where one is not
 * needed. */
static bool
is_passing(struct worker *w, int number)
{
	struct place *silent;

	switch (number) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		silent = find_silent(w);
		if (silent == NULL || !make_room(silent)) {
			log_warning("cannot accept a connection: %s", strerror(number));
			poll(NULL, 0, PAUSE);
		}
		return true;
	default:
		/* Another worker was faster, or the client has gone. */
		return number == EAGAIN || number == EWOULDBLOCK || number == EINTR ||
		    number == ECONNABORTED || number == EPROTO;
	}
}

/*
 * Take connections that wait on the socket, which does not block, at most `most`. Returns
 * 0, or the error number when the socket failed.
 */
static int
take_connections(struct worker *w, int most)
{
	struct place *p;

	while (most-- > 0 && (p = find_room(w)) != NULL && make_room(p)) {
		int fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			return is_passing(w, errno) ? 0 : errno;
		place_connection(p, fd);
		/* Most have sent their request already. */
		w->waiting[p - w->places] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	return 0;
}

/*
 * Take the requests that have begun to come. Those that do not go on have one patience.
 * Returns how many were looked at.
 */
static int
take_requests(struct worker *w)
{
	int64_t start = clock_milliseconds();
	int n = poll(w->waiting, PLACES, 0);

	if (n <= 0)
		return 0;
	for (int i = 0; i < PLACES; i++) {
		struct place *p = &w->places[i];
		int64_t spent = clock_milliseconds() - start;

		if (p->request.ipcFd < 0 || w->waiting[i].revents == 0)
			continue;
		if (spent > PAUSE)
			be_patient(p->request.ipcFd, SO_RCVTIMEO,
			    spent < READ_PATIENCE ? READ_PATIENCE - spent : 1);
		/* Where the connection has ended, it is closed and no other one found. */
		p->taken = FCGX_Accept_r(&p->request) == 0;
		p->fresh = false;
		if (p->taken && spent > PAUSE)
			be_patient(p->request.ipcFd, SO_RCVTIMEO, READ_PATIENCE);
	}
	return n;
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

/* Whether a body may come, which may take longer than the request. */
static bool
may_have_body(const struct place *p)
{
	const char *method = FCGX_GetParam("REQUEST_METHOD", p->request.envp);
	const char *length = FCGX_GetParam("CONTENT_LENGTH", p->request.envp);

	return method == NULL ||
	    (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) ||
	    (length != NULL && length[0] != '\0' && strcmp(length, "0") != 0);
}

/* Also for a GET: undrained, the next request on a kept connection would die. */
static void
drain(FCGX_Request *request)
{
	int64_t start = clock_milliseconds();
	char bytes[8192];

	while (FCGX_GetStr(bytes, sizeof(bytes), request->in) > 0)
		if (clock_milliseconds() - start > READ_PATIENCE) {
			request->keepConnection = 0;
			return;
		}
}

static void
serve_request(struct worker *w, FCGX_Request *request)
{
	drain(request);
	if (server_answer(w->server, w->arena, &w->response, request->envp, &w->out) ==
	    ERR_OK)
		send_answer(request, buf_text(&w->out));
	else
		log_error("%s", err_text(ERR_MEMORY));
	/* The answer ends here; what is left to do, the client need not wait for. */
	FCGX_FClose(request->err);
	FCGX_FClose(request->out);
	if (w->out.room > KEEP_ROOM)
		buf_free(&w->out);
	buf_clear(&w->out);
}

/*
 * Answer what was taken, those with a body last: they may not be here yet. Connections are
 * closed at the end, which waits for the web server to close its side: it has by then.
 */
static void
serve_taken(struct worker *w)
{
	const struct server *s = w->server;
	int n = 0;

	for (int i = 0; i < PLACES; i++)
		n += w->places[i].taken;
	if (n > 1 && s->gathered != NULL)
		s->gathered(s->context);
	for (int bodies = 0; bodies < 2; bodies++)
		for (int i = 0; i < PLACES; i++)
			if (w->places[i].taken &&
			    may_have_body(&w->places[i]) == (bodies == 1))
				serve_request(w, &w->places[i].request);
	if (n > 1 && s->scattered != NULL)
		s->scattered(s->context);
	for (int i = 0; i < PLACES; i++) {
		struct place *p = &w->places[i];

		if (!p->taken)
			continue;
		p->taken = false;
		p->since = clock_milliseconds();
		FCGX_Finish_r(&p->request);
	}
}

/*
 * Before the worker stops: what has come is answered, and who has connected, if it says
 * soon what it wants. Kept connections are looked at once.
 */
static void
serve_last(struct worker *w)
{
	bool more = true;

	for (int round = 0; more; round++) {
		bool fresh = false;

		for (int i = 0; i < PLACES; i++) {
			const struct place *p = &w->places[i];
			bool asked = round == 0 || p->fresh;

			w->waiting[i] = (struct pollfd){
			    .fd = asked ? p->request.ipcFd : -1, .events = POLLIN};
			fresh = fresh || (p->fresh && p->request.ipcFd >= 0);
		}
		more = poll(w->waiting, PLACES, fresh ? GRACE : 0) > 0;
		if (more) {
			take_requests(w);
			serve_taken(w);
		}
		more = more && (fresh || round == 0);
	}
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
		int n = wait_for_any(w, busy);

		failed = n < 0 ? errno : 0;
		if (n > 0 && w->waiting[PLACES].revents != 0)
			failed = take_connections(w, busy ? PLACES : 1);
		busy = false;
		if (n > 0) {
			busy = take_requests(w) > 0;
			serve_taken(w);
		}
	}
	serve_last(w);
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
	if (w->arena == NULL || FCGX_Init() != 0)
		return ENOMEM;
	/* Without a socket: it finds the connections that it is given, and no others. */
	for (int i = 0; i < PLACES; i++)
		FCGX_InitRequest(&w->places[i].request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	return fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK) == 0
	    ? 0
	    : errno;
}

int
fastcgi_run(const struct server *s)
{
	struct worker w = {.server = s, .arena = arena_new(s->memory), .out = BUF_INIT};
	int failed;

	for (int i = 0; i < PLACES; i++)
		w.places[i].request.ipcFd = -1;
	response_init(&w.response, s->version);
	failed = prepare(&w);
	if (failed != 0) {
		log_error("cannot start: %s", strerror(failed));
	} else {
		failed = serve(&w);
		if (failed != 0)
			log_error("cannot accept requests: %s", strerror(failed));
	}
	for (int i = 0; i < PLACES; i++)
		if (w.places[i].request.ipcFd >= 0)
			drop(&w.places[i]);
	response_free(&w.response);
	buf_free(&w.out);
	arena_free(w.arena);
	return failed != 0;
}
