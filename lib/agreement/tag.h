/*
 * Entity tags: a 128-bit fingerprint of all that an answer depends on.
 * Ownership: values.
 */
#ifndef AGREEMENT_TAG_H
#define AGREEMENT_TAG_H

#include <stdint.h>

#include "agreement/render.h"
#include "base/str.h"
#include "store/dimensions.h"
#include "store/evidence.h"

/* Room for the text of a tag, with its NUL. */
#define TAG_ROOM 33

struct tag {
	uint64_t a, b;
};

/* Begin with what every answer depends on: this program's version. */
void tag_begin(struct tag *t);
void tag_text(struct tag *t, struct str s); /* absent and empty differ */
void tag_integer(struct tag *t, int64_t v);
void tag_participant(
    struct tag *t, const struct render_participant *p); /* as it is shown */
void tag_version(struct tag *t, const struct store_version *v);
void tag_dimension(
    struct tag *t, const struct store_dimension *d); /* what the scores depend on */

/* 32 hexadecimal digits. */
void tag_write(const struct tag *t, char out[static TAG_ROOM]);

#endif
