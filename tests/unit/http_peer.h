/*
 * A server in a process of its own, for tests of clients: it takes one request a connection
 * and lets a function of the test answer. Ownership: there is one; peer_stop() ends it.
 */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>

#define PEER_HEAD 8192
#define PEER_BODY ((size_t)4 << 20)
#define PEER_NOTES 64

/* What both processes see. */
struct peer {
	unsigned requests;	    /* so far, with the one being answered */
	unsigned mode;		    /* for the answering function */
	unsigned notes[PEER_NOTES]; /* for the answering function, by request */
	char script[512];	    /* likewise, as the test wishes */
	size_t n_body;
	char head[PEER_HEAD]; /* of the last request; NUL-terminated */
	char body[PEER_BODY]; /* likewise */
};

extern struct peer *peer;

/* Answers the request in *peer on a socket. */
typedef void peer_answer(int fd);

/* Serve on 127.0.0.1 until peer_stop(); returns the port. */
unsigned peer_start(peer_answer *answer);
void peer_stop(void);

/* Forget what was asked, and set the mode. */
void peer_reset(unsigned mode);

/* Write a whole answer, for answering functions. */
void peer_send(int fd, const char *status, const char *headers, const char *body, size_t n);

/* Take this long to answer; false as soon as the client has gone. */
bool peer_dawdle(int fd, int milliseconds);

/* A port of 127.0.0.1 that nobody listens on. */
unsigned peer_closed_port(void);

#endif
