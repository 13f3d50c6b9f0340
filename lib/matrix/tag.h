/*
 * Fingerprints: 128 bits of all that an answer or a row of kept scores depends on.
 */
#ifndef MATRIX_TAG_H
#define MATRIX_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "matrix/side.h"
#include "base/cache.h"
#include "base/sha256.h"
#include "base/str.h"
#include "store/dimensions.h"
#include "store/evidence.h"

/* Room for the text of a tag, with its NUL. */
#define TAG_ROOM 33

/*
 * A fingerprint in the making: SHA-256 over what was added, so that no choice of names or
 * values gives another answer's tag.
 */
struct tag {
	unsigned char state[SHA256_BYTES]; /* of all that is not pending */
	unsigned char pending[480];
	size_t n;     /* bytes pending */
	enum err err; /* the first failure */
};

/* Begins with what every answer depends on: this program's version. */
void tag_begin(struct tag *t);
void tag_text(struct tag *t, struct str s); /* absent and empty differ */
void tag_integer(struct tag *t, int64_t v);
void tag_real(struct tag *t, double v);
void tag_participant(struct tag *t, const struct matrix_row *p); /* as it is shown */
void tag_version(struct tag *t, const struct store_version *v);
/* What the scores of a dimension depend on; and what the matrix does, besides. */
void tag_measure(struct tag *t, const struct store_dimension *d);
void tag_dimension(struct tag *t, const struct store_dimension *d);

/* Returns the first 128 bits of the fingerprint. Fails as sha256() does. */
enum err tag_key(const struct tag *t, struct cache_key *r) ERR_WARN_UNUSED;

/* Writes a fingerprint in 32 hexadecimal digits. */
void tag_write(struct cache_key key, char out[static TAG_ROOM]);

#endif
