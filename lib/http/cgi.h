/*
 * One request as plain CGI (RFC 3875): environment and standard input in, standard output
 * out.
 */
#ifndef HTTP_CGI_H
#define HTTP_CGI_H

#include "http/server.h"

/*
 * Answers the request of `env` to `out`. Its body, if it has one, is read from `in` and
 * thrown away, up to CGI_BODY_MAX bytes. Returns the exit status: 1 if the answer could not
 * be made or written, else 0; a client that went away is no failure.
 */
int cgi_run(const struct server *s, char *const *env, int in, int out);

#define CGI_BODY_MAX (16u << 20)

#endif
