#include "http/places.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Bytes of a request without its body: more than any web server sends. */
#define REQUEST_MAX ((size_t)1 << 20)

/* A buffer that one large request made larger than this is given back. */
#define KEEP_ROOM ((size_t)8 << 10)

#define EVENTS 64
#define HEAD 8 /* bytes of the head of a record */

/* The records that a web server sends (FastCGI Specification 1.0, section 8). */
enum record { RECORD_BEGIN = 1, RECORD_ABORT = 2, RECORD_PARAMS = 4, RECORD_STDIN = 5 };

static bool
is_timed(const struct place *place)
{
	return place->fd >= 0 &&
	    (place->state == PLACE_BEGUN || place->state == PLACE_NAMED ||
		place->state == PLACE_CLOSING);
}

static void
enter(struct places *p, struct place *place, enum place_state state)
{
	p->timed -= is_timed(place);
	/* The time for a request begins with its first byte. */
	if (state != PLACE_NAMED)
		place->since = clock_milliseconds();
	place->state = state;
	p->timed += is_timed(place);
}

static void
drop(struct places *p, struct place *place)
{
	p->timed -= is_timed(place);
	close(place->fd); /* which takes it from epoll, too */
	place->fd = -1;
	buf_free(&place->in);
	*place = (struct place){.fd = -1, .in = BUF_INIT};
}

static void
make_ready(struct places *p, struct place *place)
{
	enter(p, place, PLACE_WHOLE);
	place->next = NULL;
	*p->last = place;
	p->last = &place->next;
}

/* ------------------------------------------------------------------ reading */

/* Take `n` bytes behind the whole records out of what has come. */
static void
cut_out(struct place *place, size_t n)
{
	struct buf *in = &place->in;

	memmove(in->s + place->whole, in->s + place->whole + n, in->n - place->whole - n);
	in->n -= n;
}

static void
skip_bytes(struct place *place)
{
	size_t here = place->in.n - place->whole;

	if (here > place->skip)
		here = place->skip;
	if (here > 0)
		cut_out(place, here);
	place->skip -= here;
}

/* The end of the body, as libfcgi wants to read it. */
static bool
end_body(struct place *place)
{
	struct buf rest = BUF_INIT;
	bool ok;

	/* The record that ended it stands there already. */
	if (!place->cut) {
		place->whole += HEAD;
		return true;
	}
	buf_put(&rest, "\1\5\0\1\0\0\0\0", HEAD);
	rest.s[2] = place->in.s[2];
	rest.s[3] = place->in.s[3];
	place->in.n = place->whole;
	buf_put(&place->in, rest.s, rest.n);
	place->whole += HEAD;
	ok = !buf_failed(&rest) && !buf_failed(&place->in);
	buf_free(&rest);
	return ok;
}

/*
 * Look at the record behind those that are whole. Returns 1 if there may be another, 0 if
 * more must come, -1 if this is no request.
 */
static int
take_record(struct places *p, struct place *place)
{
	const unsigned char *head = (const unsigned char *)place->in.s + place->whole;
	size_t here = place->in.n - place->whole, length, size;

	if (here < HEAD)
		return 0;
	length = (size_t)(head[4] << 8 | head[5]);
	size = HEAD + length + head[6];
	if (head[0] != 1 || head[1] == RECORD_ABORT ||
	    (head[1] == RECORD_BEGIN) != (place->whole == 0 && head[2] + head[3] != 0))
		return -1;
	switch (head[1]) {
	case RECORD_BEGIN:
	case RECORD_PARAMS:
		if (place->whole + size > REQUEST_MAX)
			return -1;
		if (here < size)
			return 0;
		place->whole += size;
		if (head[1] == RECORD_PARAMS && length == 0)
			enter(p, place, PLACE_NAMED);
		return 1;
	case RECORD_STDIN:
		if (length == 0 && head[6] == 0) {
			if (!end_body(place))
				return -1;
			make_ready(p, place);
			return 0;
		}
		place->body = true;
		/* fallthrough */
	default:
		place->skip = size;
		skip_bytes(place);
		return place->skip == 0;
	}
}

/* What has come is looked at; whether it can be the beginning of a request. */
static bool
take_records(struct places *p, struct place *place)
{
	int more = 1;

	if (place->in.n > 0 && place->state == PLACE_SILENT)
		enter(p, place, PLACE_BEGUN);
	skip_bytes(place);
	while (more > 0 && place->skip == 0)
		more = take_record(p, place);
	return more >= 0;
}

/* Read what there is, without waiting. */
static void
read_place(struct places *p, struct place *place)
{
	char bytes[16384];
	ssize_t n;

	/* More than one request is read after it is answered. */
	if (place->fd < 0 || place->state == PLACE_WHOLE)
		return;
	n = recv(place->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		drop(p, place);
		return;
	}
	if (place->state == PLACE_CLOSING)
		return;
	buf_put(&place->in, bytes, (size_t)n);
	if (buf_failed(&place->in) || !take_records(p, place))
		drop(p, place);
}

/* ------------------------------------------------------------------ connections */

static bool
has_come(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	return poll(&ready, 1, 0) > 0;
}

/* One that is to be closed, or the connection that has had nothing whole to say for the
 * longest, and long enough; NULL if none has. */
static struct place *
find_silent(struct places *p)
{
	int64_t latest = clock_milliseconds() - p->patience.silence;
	struct place *oldest = NULL;

	for (int i = 0; i < p->used; i++) {
		struct place *place = &p->list[i];

		if (place->fd < 0 || place->state == PLACE_WHOLE)
			continue;
		/* It has its answer. */
		if (place->state == PLACE_CLOSING)
			return place;
		if (place->since <= latest &&
		    (oldest == NULL || place->since < oldest->since))
			oldest = place;
	}
	return oldest;
}

/* A place that is free, or can be made so. */
static struct place *
find_room(struct places *p)
{
	for (int i = 0; i < p->used; i++)
		if (p->list[i].fd < 0)
			return &p->list[i];
	return p->used < p->n ? &p->list[p->used] : find_silent(p);
}

/* Whether a place is free now: a connection goes only where another one waits, and where
 * nothing has come over it after all. */
static bool
make_room(struct places *p, struct place *place)
{
	if (place->fd < 0)
		return true;
	if (!has_come(p->listener))
		return false;
	if (place->state == PLACE_CLOSING)
		read_place(p, place); /* or its peer would miss the end of its answer */
	else if (place->state == PLACE_SILENT && has_come(place->fd))
		return false;
	if (place->fd >= 0)
		drop(p, place);
	return true;
}

/* A peer that takes nothing of its answer shall not hold the worker for ever, and over TCP
 * the end of an answer shall not wait for more. */
static bool
place_connection(struct places *p, struct place *place, int fd)
{
	struct timeval t = {.tv_sec = p->patience.answer / 1000,
	    .tv_usec = p->patience.answer % 1000 * 1000};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = place};
	int yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		close(fd);
		return false;
	}
	*place = (struct place){.fd = fd, .in = BUF_INIT, .fresh = true};
	enter(p, place, PLACE_SILENT);
	if (place - p->list >= p->used)
		p->used = (int)(place - p->list) + 1;
	return true;
}

/* Whether a failure to accept may be over soon; a lack of descriptors is, where one is not
 * needed. */
static bool
is_passing(struct places *p, int number)
{
	struct place *silent;

	switch (number) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		silent = find_silent(p);
		if (silent == NULL || !make_room(p, silent)) {
			log_warning("cannot accept a connection: %s", strerror(number));
			poll(NULL, 0, p->patience.pause);
		}
		return true;
	default:
		/* Another worker was faster, or the client has gone. */
		return number == EAGAIN || number == EWOULDBLOCK || number == EINTR ||
		    number == ECONNABORTED || number == EPROTO;
	}
}

/* Take connections that wait, at most `most`, with what they have sent: most have sent
 * their request already. */
static int
take_connections(struct places *p, int most)
{
	struct place *place;

	while (most-- > 0 && (place = find_room(p)) != NULL && make_room(p, place)) {
		int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0)
			return is_passing(p, errno) ? 0 : errno;
		if (place_connection(p, place, fd))
			read_place(p, place);
	}
	return 0;
}

/* ------------------------------------------------------------------ waiting */

/* Let epoll look at the listener where there is room for who comes. */
static void
listen_or_not(struct places *p)
{
	bool room = find_room(p) != NULL;
	struct epoll_event event = {.events = room ? EPOLLIN : 0, .data.ptr = p};

	if (room != p->listening)
		epoll_ctl(p->epoll, EPOLL_CTL_MOD, p->listener, &event);
	p->listening = room;
}

static int
allowed(const struct places *p, const struct place *place)
{
	return place->state == PLACE_CLOSING ? p->patience.close : p->patience.request;
}

/* What has had its time: what is named is answered without the rest of its body. */
static void
expire(struct places *p)
{
	int64_t now = clock_milliseconds();

	for (int i = 0; p->timed > 0 && i < p->used; i++) {
		struct place *place = &p->list[i];

		if (!is_timed(place) || now - place->since < allowed(p, place))
			continue;
		place->cut = place->state == PLACE_NAMED;
		if (place->cut && end_body(place))
			make_ready(p, place);
		else
			drop(p, place);
	}
}

/* Milliseconds until something may be over; -1: nothing is. */
static int
next_end(const struct places *p)
{
	int64_t now = clock_milliseconds(),
		least = p->listening ? INT_MAX : p->patience.pause;

	for (int i = 0; p->timed > 0 && i < p->used; i++) {
		const struct place *place = &p->list[i];
		int64_t left = place->since + allowed(p, place) - now;

		if (is_timed(place) && left < least)
			least = left < 0 ? 0 : left;
	}
	return least == INT_MAX ? -1 : (int)least;
}

int
places_wait(struct places *p, bool busy, int most, const sigset_t *mask)
{
	struct epoll_event events[EVENTS];
	bool came = false;
	int n;

	listen_or_not(p);
	n = epoll_pwait(
	    p->epoll, events, EVENTS, busy || p->ready != NULL ? 0 : next_end(p), mask);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == p)
			came = true;
		else
			read_place(p, events[i].data.ptr);
	}
	expire(p);
	return came ? take_connections(p, most) : 0;
}

/* Whether somebody has connected and said nothing yet. */
static bool
has_fresh(const struct places *p)
{
	for (int i = 0; i < p->used; i++)
		if (p->list[i].fd >= 0 && p->list[i].fresh &&
		    p->list[i].state == PLACE_SILENT)
			return true;
	return false;
}

bool
places_wait_last(struct places *p)
{
	struct epoll_event events[EVENTS], event = {.events = 0, .data.ptr = p};
	int n;

	if (p->listening)
		epoll_ctl(p->epoll, EPOLL_CTL_MOD, p->listener, &event);
	p->listening = false;
	n = epoll_wait(p->epoll, events, EVENTS,
	    p->ready == NULL && has_fresh(p) ? p->patience.grace : 0);
	for (int i = 0; i < n; i++)
		read_place(p, events[i].data.ptr);
	return p->ready != NULL || (n > 0 && has_fresh(p));
}

struct place *
places_next(struct places *p)
{
	struct place *place = p->ready;

	if (place == NULL)
		return NULL;
	p->ready = place->next;
	if (p->ready == NULL)
		p->last = &p->ready;
	return place;
}

void
places_answered(struct places *p, struct place *place, bool keep)
{
	place->fresh = false;
	if (!keep || place->cut) {
		/* The peer closes its side when it has all; what it sends is dropped. */
		enter(p, place, PLACE_CLOSING);
		buf_free(&place->in);
		place->whole = 0;
		shutdown(place->fd, SHUT_WR);
		return;
	}
	memmove(place->in.s, place->in.s + place->whole, place->in.n - place->whole);
	place->in.n -= place->whole;
	place->whole = 0;
	place->body = false;
	if (place->in.n == 0 && place->in.room > KEEP_ROOM)
		buf_free(&place->in);
	enter(p, place, PLACE_SILENT);
	if (place->in.n > 0 && !take_records(p, place))
		drop(p, place);
}

int
places_open(struct places *p, int listener, const struct patience *patience)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};

	*p = (struct places){.patience = patience_complete(patience),
	    .listener = listener,
	    .epoll = epoll_create1(EPOLL_CLOEXEC),
	    .listening = true};
	p->last = &p->ready;
	p->n = p->patience.connections;
	p->list = calloc((size_t)p->n, sizeof(p->list[0]));
	for (int i = 0; p->list != NULL && i < p->n; i++)
		p->list[i].fd = -1;
	if (p->epoll < 0)
		return errno;
	if (p->list == NULL)
		return ENOMEM;
	if (fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK) != 0 ||
	    epoll_ctl(p->epoll, EPOLL_CTL_ADD, listener, &event) != 0)
		return errno;
	return 0;
}

void
places_close(struct places *p)
{
	for (int i = 0; p->list != NULL && i < p->used; i++)
		if (p->list[i].fd >= 0)
			drop(p, &p->list[i]);
	free(p->list);
	if (p->epoll >= 0)
		close(p->epoll);
	*p = (struct places){.epoll = -1};
}
