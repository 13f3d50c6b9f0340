#include "agreement/tag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agreement/version.h"

/* Two chains with different multipliers; odd constants from the golden ratio and from
 * xxHash. */
static void
mix(struct tag *t, uint64_t v)
{
	t->a = (t->a ^ v) * 0x9e3779b97f4a7c15u;
	t->a ^= t->a >> 32;
	t->b = (t->b + v) * 0xc2b2ae3d27d4eb4fu;
	t->b ^= t->b >> 29;
}

void
tag_begin(struct tag *t)
{
	*t = (struct tag){1, 2};
	tag_text(t, STR(AGREEMENT_VERSION));
}

void
tag_text(struct tag *t, struct str s)
{
	mix(t, s.s == NULL ? UINT64_MAX : s.n);
	for (size_t i = 0; i < s.n; i += sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, s.s + i, s.n - i < sizeof(word) ? s.n - i : sizeof(word));
		mix(t, word);
	}
}

void
tag_integer(struct tag *t, int64_t v)
{
	mix(t, (uint64_t)v);
}

void
tag_participant(struct tag *t, const struct render_participant *p)
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
tag_dimension(struct tag *t, const struct store_dimension *d)
{
	uint64_t weight;

	memcpy(&weight, &d->weight, sizeof(weight));
	mix(t, weight);
	tag_integer(t, d->id);
	tag_integer(t, d->is_active && d->is_present);
	tag_text(t, d->control_tag);
	tag_text(t, d->metric_type);
	tag_text(t, d->metric_params);
	tag_text(t, d->label_weights);
}

void
tag_write(const struct tag *t, char out[static TAG_ROOM])
{
	snprintf(out, TAG_ROOM, "%016" PRIx64 "%016" PRIx64, t->a, t->b);
}
