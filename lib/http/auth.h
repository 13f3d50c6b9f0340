/*
 * The token in the headers of a request, which is not looked up here. It must never reach a
 * log.
 */
#ifndef HTTP_AUTH_H
#define HTTP_AUTH_H

#include "base/str.h"
#include "http/error.h"
#include "http/request.h"

/*
 * Finds the token in `X-Api-Key: <key>` or, if that was not sent, in `Authorization: Token
 * <key>` (the scheme without case). Returns HTTP_OK and *token, a piece of the request that
 * is well-formed UTF-8 without spaces and not empty; or HTTP_NO_CREDENTIALS,
 * HTTP_TOKEN_EMPTY, HTTP_TOKEN_SPACES, HTTP_TOKEN_CHARACTERS.
 */
enum http_error auth_read(const struct request *q, struct str *token) ERR_WARN_UNUSED;

#endif
