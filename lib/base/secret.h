/*
 * A secret (an API key) in a file of its own. The caller gives the text back with
 * secret_free(), which wipes it.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/error.h"

/*
 * Reads the one line of a file, without white space at either end; it is fit for an HTTP
 * header. ERR_NOT_FOUND: the file is not there or cannot be read; ERR_INPUT: it is no plain
 * file, others may read or write it, it is empty, too long, or has other than visible ASCII
 * characters; ERR_MEMORY. Messages begin with `what` and the path, and never show the
 * content.
 */
enum err secret_read(
    const char *what, const char *path, char **r, struct error *e) ERR_WARN_UNUSED;
void secret_free(char *secret); /* NULL is allowed */

#endif
