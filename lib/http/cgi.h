/*
 * One request as plain CGI (RFC 3875): environment and standard input in, standard output
 * out. Ownership: nothing is kept; the descriptors stay the caller's.
 */
#ifndef HTTP_CGI_H
#define HTTP_CGI_H

#include "http/server.h"

/*
 * Answer the request of `env`; its body is read from `in` and thrown away, as far as there
 * is one and up to CGI_BODY_MAX bytes. The answer is written to `out`. Returns 0, or 1 if
 * the answer could not be made; a client that went away is no failure.
 */
int cgi_run(const struct server *s, char *const *env, int in, int out);

#define CGI_BODY_MAX (16u << 20)

#endif
