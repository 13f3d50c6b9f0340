/*
 * Several workers on one listening socket, and one process that replaces those that die. It
 * has the process and its signals for itself.
 */
#ifndef HTTP_PREFORK_H
#define HTTP_PREFORK_H

#include <stdbool.h>

/* Whether descriptor 0 is a listening socket, so that workers can share it. */
bool prefork_here(void);

/*
 * Runs `run(context)` in `n` > 0 processes, which exit with its result. One that ends is
 * replaced: at once if it has lived for a second, else after a pause that grows from 50 ms
 * to one second. SIGTERM, SIGINT and SIGUSR1 end all of them by SIGTERM, so that they
 * finish what they have begun; they also end if this process dies. Returns the exit status:
 * 0 when all have ended, 1 without memory.
 */
int prefork_run(unsigned n, int (*run)(void *context), void *context);

#endif
