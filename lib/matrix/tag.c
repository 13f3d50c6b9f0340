#include "matrix/tag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/version.h"

/* The digest of what was before and what is pending. */
static enum err
digest(const struct tag *t, unsigned char r[static SHA256_BYTES])
{
	const struct str pieces[] = {
	    {(const char *)t->state, sizeof(t->state)}, {(const char *)t->pending, t->n}};

	return t->err != ERR_OK ? t->err : sha256(pieces, N_OF(pieces), r);
}

static void
add(struct tag *t, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	while (n > 0) {
		size_t part = sizeof(t->pending) - t->n;

		if (part > n)
			part = n;
		memcpy(t->pending + t->n, p, part);
		t->n += part;
		p += part;
		n -= part;
		if (t->n < sizeof(t->pending))
			continue;
		t->err = digest(t, t->state);
		t->n = 0;
	}
}

void
tag_begin(struct tag *t)
{
	*t = (struct tag){0};
	tag_text(t, STR(AGREEMENT_VERSION));
}

void
tag_text(struct tag *t, struct str s)
{
	tag_integer(t, s.s == NULL ? -1 : (int64_t)s.n);
	add(t, s.s, s.n);
}

void
tag_integer(struct tag *t, int64_t v)
{
	add(t, &v, sizeof(v));
}

void
tag_real(struct tag *t, double v)
{
	add(t, &v, sizeof(v));
}

void
tag_participant(struct tag *t, const struct matrix_row *p)
{
	const struct store_user *u = p->user;

	tag_integer(t, p->participant->kind);
	tag_integer(t, p->participant->user);
	tag_text(t, p->participant->model);
	if (u == NULL)
		return;
	tag_integer(t, u->deleted);
	tag_text(t, u->email);
	tag_text(t, u->first_name);
	tag_text(t, u->last_name);
	tag_text(t, u->username);
	tag_text(t, u->avatar);
}

void
tag_version(struct tag *t, const struct store_version *v)
{
	tag_integer(t, v->kind);
	tag_integer(t, v->id);
	tag_integer(t, v->updated_at);
	tag_integer(t, (int64_t)v->length);
	tag_integer(t, v->crc32);
	tag_integer(t, v->ground_truth);
}

void
tag_measure(struct tag *t, const struct store_dimension *d)
{
	tag_integer(t, d->id);
	tag_text(t, d->control_tag);
	tag_text(t, d->metric_type);
	tag_text(t, d->metric_params);
	tag_text(t, d->label_weights);
	tag_text(t, d->extraction_params);
	/* Whether values may be compared region by region (dimension_may_settle()). */
	tag_text(t, d->control_type);
	tag_integer(t, d->per_region);
	tag_integer(t, d->is_user_defined);
	tag_integer(t,
	    (d->user_set & (STORE_DIMENSION_METRIC_TYPE | STORE_DIMENSION_METRIC_PARAMS)) !=
		0);
}

void
tag_dimension(struct tag *t, const struct store_dimension *d)
{
	tag_real(t, d->weight);
	tag_integer(t, d->is_active && d->is_present);
	tag_measure(t, d);
}

enum err
tag_key(const struct tag *t, struct cache_key *r)
{
	unsigned char bytes[SHA256_BYTES];
	enum err err = digest(t, bytes);

	if (err != ERR_OK)
		return err;
	memcpy(&r->a, bytes, sizeof(r->a));
	memcpy(&r->b, bytes + sizeof(r->a), sizeof(r->b));
	return ERR_OK;
}

void
tag_write(struct cache_key key, char out[static TAG_ROOM])
{
	snprintf(out, TAG_ROOM, "%016" PRIx64 "%016" PRIx64, key.a, key.b);
}
