/*
 * The bytes of a file that may be compressed with gzip, over zlib. bytes_free() frees the
 * reader; the caller closes the file descriptor.
 */
#ifndef LABELSTUDIO_BYTES_H
#define LABELSTUDIO_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct bytes;

/* Makes a reader of `fd` from its current offset. NULL without memory. */
struct bytes *bytes_new(int fd);

/*
 * Reads the next bytes, unpacked: *n_r of them, at most `room`; 0 at the end. ERR_IO;
 * ERR_INPUT if the first bytes, packed or unpacked, are not those of a text in UTF-8
 * (UTF-16, UTF-32, an archive, gzip again: the message names it), or if gzip is damaged or
 * cut short.
 */
enum err bytes_read(
    struct bytes *b, char *out, size_t room, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* Returns how many bytes of the file are done with: those that were given, or packed ones
 * that were read. */
uint64_t bytes_taken(const struct bytes *b);

/* Returns whether the file is packed; known after the first bytes_read(). */
bool bytes_packed(const struct bytes *b);

/* NULL is allowed. */
void bytes_free(struct bytes *b);

#endif
