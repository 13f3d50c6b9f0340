#include "embedding/vectors.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 256

/* Open addressing with linear probing, at most half full; digests are as random as a hash
 * can be. */
struct vectors {
	struct arena *arena;
	struct vectors_entry **slots;
	size_t n_slots; /* a power of two; 0: none yet */
	size_t n;
};

struct vectors *
vectors_new(size_t limit)
{
	struct vectors *v = calloc(1, sizeof(*v));

	if (v != NULL)
		v->arena = arena_new(limit);
	if (v == NULL || v->arena == NULL) {
		free(v);
		return NULL;
	}
	return v;
}

void
vectors_free(struct vectors *v)
{
	if (v == NULL)
		return;
	free(v->slots);
	arena_free(v->arena);
	free(v);
}

/* Where a digest stands, or would. */
static struct vectors_entry **
find_slot(struct vectors_entry **slots, size_t n_slots,
    const unsigned char digest[static SHA256_BYTES])
{
	size_t i;

	memcpy(&i, digest, sizeof(i));
	i &= n_slots - 1;
	while (slots[i] != NULL && memcmp(slots[i]->digest, digest, SHA256_BYTES) != 0)
		i = (i + 1) & (n_slots - 1);
	return &slots[i];
}

static bool
grow(struct vectors *v)
{
	size_t n = v->n_slots == 0 ? FIRST_SLOTS : v->n_slots * 2;
	struct vectors_entry **bigger = calloc(n, sizeof(struct vectors_entry *));

	if (bigger == NULL)
		return false;
	for (size_t i = 0; i < v->n_slots; i++)
		if (v->slots[i] != NULL)
			*find_slot(bigger, n, v->slots[i]->digest) = v->slots[i];
	free(v->slots);
	v->slots = bigger;
	v->n_slots = n;
	return true;
}

struct vectors_entry *
vectors_get(struct vectors *v, const unsigned char digest[static SHA256_BYTES])
{
	struct vectors_entry **slot, *entry;

	if (v->n >= v->n_slots / 2 && !grow(v))
		return NULL;
	slot = find_slot(v->slots, v->n_slots, digest);
	if (*slot != NULL)
		return *slot;
	entry = arena_calloc(v->arena, 1, sizeof(*entry));
	if (entry == NULL)
		return NULL;
	memcpy(entry->digest, digest, SHA256_BYTES);
	*slot = entry;
	v->n++;
	return entry;
}

struct arena *
vectors_arena(struct vectors *v)
{
	return v->arena;
}

size_t
vectors_held(const struct vectors *v)
{
	return arena_held(v->arena) + v->n_slots * sizeof(v->slots[0]);
}

void
vectors_clear(struct vectors *v)
{
	free(v->slots);
	v->slots = NULL;
	v->n_slots = v->n = 0;
	arena_reset(v->arena);
}
