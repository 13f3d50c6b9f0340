#include "project/idmap.h"

#define ROOM_FIRST 16

/* The slot of a key, or the empty one where it belongs. */
static struct idmap_slot *
slot_of(const struct idmap *m, uint64_t key)
{
	/* Fibonacci hashing: the upper half depends on all bits. */
	uint64_t hash = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 32) & (m->room - 1);

	while (m->slots[i].place != 0 && m->slots[i].key != key)
		i = (i + 1) & (m->room - 1);
	return &m->slots[i];
}

static enum err
grow(struct arena *a, struct idmap *m)
{
	struct idmap bigger = {.room = m->room == 0 ? ROOM_FIRST : 2 * m->room, .n = m->n};

	if (m->n >= UINT32_MAX / 4)
		return ERR_MEMORY;
	bigger.slots = arena_calloc(a, bigger.room, sizeof(bigger.slots[0]));
	if (bigger.slots == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].place != 0)
			*slot_of(&bigger, m->slots[i].key) = m->slots[i];
	*m = bigger;
	return ERR_OK;
}

enum err
idmap_add(struct arena *a, struct idmap *m, uint64_t key, uint32_t *r)
{
	struct idmap_slot *slot;

	if (idmap_find(m, key, r))
		return ERR_OK;
	if (2 * ((size_t)m->n + 1) > m->room && grow(a, m) != ERR_OK)
		return ERR_MEMORY;
	slot = slot_of(m, key);
	*slot = (struct idmap_slot){key, ++m->n};
	*r = m->n - 1;
	return ERR_OK;
}

bool
idmap_find(const struct idmap *m, uint64_t key, uint32_t *r)
{
	const struct idmap_slot *slot;

	if (m->room == 0)
		return false;
	slot = slot_of(m, key);
	if (slot->place == 0)
		return false;
	*r = slot->place - 1;
	return true;
}
