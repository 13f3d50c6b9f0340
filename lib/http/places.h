/*
 * The connections of a worker that speaks FastCGI. A request is read without waiting for it
 * and handed on when it is whole: until then its connection costs nobody anything. What a
 * request says is libfcgi's to read; here only the heads of records are looked at.
 * Ownership: connections are the places' from accept() to places_close(); a place that
 * places_next() gives is the caller's until places_answered().
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
	PLACE_SILENT, /* it has said nothing since it came, or since its last answer */
	PLACE_BEGUN,
	PLACE_NAMED, /* all but the body is here */
	PLACE_WHOLE, /* in the list of those that are ready, or being answered */
	PLACE_CLOSING
};

struct place {
	int fd; /* -1: free */
	enum place_state state;
	int64_t since; /* when it came to this state, in milliseconds */
	struct buf in; /* what has come; its first `whole` bytes are whole records .. */
	size_t whole;  /* .. of the request that is coming, without its body */
	size_t skip;   /* bytes of a record that is dropped as they come */
	bool fresh;    /* it has had no request yet */
	bool body;     /* the request has one */
	bool cut;      /* .. that did not come: the connection is of no more use */
	struct place *next; /* of those that are ready */
};

struct places {
	struct patience patience;
	int listener, epoll;
	struct place *list;
	int n;	   /* places that there are */
	int used;  /* at most: those beyond have never been taken */
	int timed; /* in states that end by themselves */
	struct place *ready, **last;
	bool listening; /* epoll looks at the listener */
};

/*
 * Make room for connections from a listening socket, which is made not to block. Returns 0
 * or an error number.
 */
int places_open(struct places *p, int listener, const struct patience *patience);
void places_close(struct places *p);

/*
 * Take what has come: up to `most` connections, and what is to be read of all; wait for
 * something unless `busy`. The signals of `mask` are let in meanwhile. Returns 0, also
 * after a signal, or the number of an error of the listening socket.
 */
int places_wait(struct places *p, bool busy, int most, const sigset_t *mask);

/*
 * Before the worker stops: take what has come, and wait for those who have connected and
 * say soon what they want. Returns whether anything is ready.
 */
bool places_wait_last(struct places *p);

/* Of those that are ready the one that came first; NULL: none. Its request, with an empty
 * body, is the first place->whole bytes of place->in. */
struct place *places_next(struct places *p);

/* Its answer is written: `keep` the connection for another request, or have it closed. */
void places_answered(struct places *p, struct place *place, bool keep);

#endif
