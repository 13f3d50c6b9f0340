/*
 * Shared libraries that are loaded when they are first needed: linked, each would cost
 * every command and every CGI request milliseconds, needed or not. A library is
 * never unloaded.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

#include "base/error.h"

/*
 * Loads the library `file` (its soname) and writes the addresses of the functions `names`
 * to found[0] .. found[n - 1], in that order. Does nothing if found[0] is set already.
 * ERR_UNAVAILABLE names what is missing, and found[0] stays NULL.
 */
enum err library_load(const char *file, const char *const *names, size_t n, void **found,
    struct error *e) ERR_WARN_UNUSED;

#endif
