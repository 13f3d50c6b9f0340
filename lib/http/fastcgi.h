/*
 * The FastCGI front end, over libfcgi: the listening socket is descriptor 0. It has the
 * process and its signal handlers for itself.
 */
#ifndef HTTP_FASTCGI_H
#define HTTP_FASTCGI_H

#include <stdbool.h>

#include "http/server.h"

/*
 * Whether descriptor 0 is a listening socket. If it is, the stop signals are held back
 * until fastcgi_run(), which must follow; else nothing has changed.
 */
bool fastcgi_here(void);

/*
 * Serves requests until SIGTERM, SIGINT or SIGUSR1; those that were taken by then, up to
 * eight that have waited together, are answered first. fastcgi_here() must have returned
 * true. Returns the exit status: 0 after a signal, 1 if the socket failed.
 */
int fastcgi_run(const struct server *s);

#endif
