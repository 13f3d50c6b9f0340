/*
 * The connections of a FastCGI worker. Requests are read as their bytes come and passed on
 * when they are whole, so that no other request waits for a slow one. Only the heads of the
 * records are looked at here; libfcgi reads what they say. The places own the connections
 * from accept() to places_close(); a place that places_next() returns is the caller's until
 * places_answered().
 */
#ifndef HTTP_PLACES_H
#define HTTP_PLACES_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/patience.h"

/* Requests that are answered together, see struct server. */
#define PLACES_TOGETHER 8

enum place_state {
	PLACE_SILENT, /* nothing has come since it connected, or since its last answer */
	PLACE_BEGUN,
	PLACE_NAMED,  /* all but the body has come */
	PLACE_WHOLE,  /* in the list of those that are ready, or being answered */
	PLACE_CLOSING /* answered; waits for the peer to close its side */
};

struct place {
	int fd; /* -1: free */
	enum place_state state;
	int64_t since; /* when it entered this state, in milliseconds */
	struct buf in; /* what has come; its first `whole` bytes are .. */
	size_t whole;  /* .. whole records of one request, without its body */
	size_t skip;   /* bytes still to come of a record that is dropped */
	bool fresh;    /* no request has come yet */
	bool body;     /* the request has one */
	bool cut;      /* .. that did not come in time: the connection cannot be kept */
	struct place *next; /* of those that are ready */
};

struct places {
	struct patience patience;
	int listener, epoll;
	struct place *list;
	int n;	   /* of places */
	int used;  /* those beyond were never taken */
	int timed; /* in states that end by themselves */
	struct place *ready, **last;
	bool listening; /* epoll looks at the listener */
};

/*
 * Makes the places for connections of a listening socket, which is set not to block.
 * Returns 0 or an errno.
 */
int places_open(struct places *p, int listener, const struct patience *patience);
void places_close(struct places *p);

/*
 * Accepts up to `most` connections and reads what has come over all of them; waits for
 * something to come unless `busy`, with the signal mask `mask`. Returns 0, also after a
 * signal, or the errno of the listening socket.
 */
int places_wait(struct places *p, bool busy, int most, const sigset_t *mask);

/*
 * Reads what has come, and waits a little for requests over new connections, before the
 * worker stops. Returns whether this is to be called again, after answering what is ready.
 */
bool places_wait_last(struct places *p);

/* Takes the first of those that are ready; NULL: none is. Its request, with an empty body,
 * is the first place->whole bytes of place->in. */
struct place *places_next(struct places *p);

/* Gives a place back after its answer was written: `keep` the connection, or close it. */
void places_answered(struct places *p, struct place *place, bool keep);

#endif
