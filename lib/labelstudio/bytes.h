/*
 * The bytes of a file that may be compressed with gzip, over zlib. Ownership: the reader
 * belongs to its maker until bytes_free(), the file descriptor to the caller.
 */
#ifndef LABELSTUDIO_BYTES_H
#define LABELSTUDIO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct bytes;

/* Read `fd` from where it stands. NULL without memory. */
struct bytes *bytes_new(int fd);

/*
 * The next bytes, unpacked: at most `room`, *n_r of them; 0 at the end. ERR_IO; ERR_INPUT
 * where what comes, or what is packed in it, is no text in UTF-8 by its first bytes
 * (UTF-16, UTF-32, an archive, gzip again), which the message calls by its name, or is gzip
 * that is damaged or cut short.
 */
enum err bytes_read(
    struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* Bytes of the file that are done with: those that were given, or packed ones that were
 * read. */
uint64_t bytes_taken(const struct bytes *b);

/* Whether it is packed, as is known after the first bytes_read(). */
bool bytes_packed(const struct bytes *b);

/* NULL is allowed. */
void bytes_free(struct bytes *b);

#endif
