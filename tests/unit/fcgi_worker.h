/*
 * A FastCGI worker in a process of its own, and the web server's side of the protocol of
 * the FastCGI Specification 1.0. worker_start() makes one, worker_stop() ends it.
 */
#ifndef FCGI_WORKER_H
#define FCGI_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "http/server.h"

struct worker {
	pid_t pid;
	int socket; /* listening, for another worker on it */
	int life;   /* ends with the process */
	char directory[32], path[64];
};

/*
 * Serve in a new process; `s` is copied with it. `at` NULL: on a socket of its own, else on
 * that of this worker, too. Returns NULL on failure.
 */
struct worker *worker_start(const struct server *s, const struct worker *at);

#define WORKER_HANGS (-1)

/* Its exit status, waited for, or 128 and the signal; WORKER_HANGS: it had to be killed. */
int worker_wait(struct worker *w);

/*
 * Wait until it sleeps: it has then seen all that was sent to it before, also a signal, and
 * waits for more. Fails the test if it does not come to that.
 */
void worker_wait_asleep(const struct worker *w);

void worker_stop(struct worker *w);

/* A connection to it. */
int worker_connect(const struct worker *w);

/* The bytes of a request; the caller frees them. */
struct buf worker_request(const char *method, const char *path, bool keep, size_t body);

/* Send one request; `keep` asks for the connection to stay, `body` bytes go with it. */
void worker_send(int fd, const char *method, const char *path, bool keep, size_t body);

/* The same in two pieces, the second after the worker has seen the first. */
void worker_send_slowly(const struct worker *w, int fd, const char *method,
    const char *path, bool keep, size_t body);

/* Collect the output of a request. Returns whether it was ended as the protocol wants it.
 */
bool worker_read(int fd, struct buf *out);

#endif
