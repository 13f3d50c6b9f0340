/*
 * The FastCGI front end, over libfcgi: the listening socket is descriptor 0.
 * Ownership: the process is fastcgi_run()'s, with its signal handlers.
 */
#ifndef HTTP_FASTCGI_H
#define HTTP_FASTCGI_H

#include <stdbool.h>

#include "http/server.h"

/*
 * Whether descriptor 0 is a listening socket, so that fastcgi_run() is the way in. If so,
 * the stop signals are held back from now on; else everything is as it was.
 */
bool fastcgi_here(void);

/*
 * Serve requests until SIGTERM, SIGINT or SIGUSR1, which let those that were taken finish:
 * up to eight that have waited together. fastcgi_here() must have said yes. Returns 0 then,
 * 1 if the socket failed.
 */
int fastcgi_run(const struct server *s);

#endif
