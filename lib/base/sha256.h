/*
 * SHA-256 of several pieces of text, one behind the other.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

#define SHA256_BYTES 32
#define SHA256_HEX (2 * SHA256_BYTES + 1) /* room for the digits, with their NUL */

/*
 * Computes the digest of `n` pieces; one thread at a time. ERR_MEMORY, also where libcrypto
 * refuses SHA-256; ERR_UNAVAILABLE without libcrypto.
 */
enum err sha256(const struct str *pieces, size_t n,
    unsigned char r[static SHA256_BYTES]) ERR_WARN_UNUSED;

/* Writes a digest in lower-case hexadecimal digits. */
void sha256_hex(
    const unsigned char digest[static SHA256_BYTES], char out[static SHA256_HEX]);

#endif
