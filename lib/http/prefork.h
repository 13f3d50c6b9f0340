/*
 * Several workers on one listening socket, and one process that keeps them: a worker that
 * dies is followed by another, however often. Ownership: the calling process and its
 * signals are prefork_run()'s.
 */
#ifndef HTTP_PREFORK_H
#define HTTP_PREFORK_H

#include <stdbool.h>

/* Whether descriptor 0 is a listening socket, so that workers can share it. */
bool prefork_here(void);

/*
 * Run `run(context)` in `n` > 0 processes, each of which it is the whole life of; its
 * result is the exit status. One that ends by itself is followed by another: at once where
 * it has lived for a second, else after a pause that grows from 50 ms to one second.
 * SIGTERM, SIGINT and SIGUSR1 end all by SIGTERM, which lets them finish what they have
 * begun; with this process they end as well, however it does. Returns 0 when all have
 * ended, 1 if none could be started.
 */
int prefork_run(unsigned n, int (*run)(void *context), void *context);

#endif
