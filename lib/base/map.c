#include "base/map.h"

/* The slot of a key, or the empty one where it belongs. The table is never full. */
static uint32_t *
slot_of(const struct map *m, struct str key)
{
	size_t mask = m->room * 2 - 1;
	size_t i = (size_t)str_hash(key) & mask;

	while (m->slots[i] != 0 && !str_eq(m->keys[m->slots[i] - 1], key))
		i = (i + 1) & mask;
	return &m->slots[i];
}

static bool
grow(struct arena *a, struct map *m)
{
	struct map bigger = {.n = m->n, .room = m->room == 0 ? 8 : m->room * 2};

	if (bigger.room > UINT32_MAX / 4)
		return false;
	bigger.keys = arena_calloc(a, bigger.room, sizeof(*bigger.keys));
	bigger.slots = arena_calloc(a, bigger.room * 2, sizeof(*bigger.slots));
	if (bigger.keys == NULL || bigger.slots == NULL)
		return false;
	for (size_t i = 0; i < m->n; i++) {
		bigger.keys[i] = m->keys[i];
		*slot_of(&bigger, m->keys[i]) = (uint32_t)i + 1;
	}
	*m = bigger;
	return true;
}

enum err
map_add(struct arena *a, struct map *m, struct str key)
{
	uint32_t *slot;

	if (map_find(m, key, NULL))
		return ERR_OK;
	if (m->n == m->room && !grow(a, m))
		return ERR_MEMORY;
	slot = slot_of(m, key);
	m->keys[m->n++] = key;
	*slot = (uint32_t)m->n;
	return ERR_OK;
}

bool
map_find(const struct map *m, struct str key, size_t *r)
{
	uint32_t slot = m->room == 0 ? 0 : *slot_of(m, key);

	if (slot == 0)
		return false;
	if (r != NULL)
		*r = slot - 1;
	return true;
}

void
map_forget(struct map *m, size_t n)
{
	/* The key that came last is in no other's way: its slot can be emptied. */
	while (m->n > n) {
		*slot_of(m, m->keys[m->n - 1]) = 0;
		m->n--;
	}
}
