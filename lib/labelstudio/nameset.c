#include "labelstudio/nameset.h"

#include <string.h>

/* The slot of a name, or the empty one where it belongs. The table is never full. */
static uint32_t *
slot_of(const struct nameset *set, struct str name)
{
	size_t mask = set->room * 2 - 1;
	size_t i = (size_t)str_hash(name) & mask;

	while (set->slots[i] != 0 && !str_eq(set->names[set->slots[i] - 1], name))
		i = (i + 1) & mask;
	return &set->slots[i];
}

static bool
grow(struct arena *a, struct nameset *set)
{
	struct nameset bigger = {.n = set->n, .room = set->room == 0 ? 8 : set->room * 2};

	if (bigger.room > UINT32_MAX / 4)
		return false;
	bigger.names = arena_calloc(a, bigger.room, sizeof(*bigger.names));
	bigger.slots = arena_calloc(a, bigger.room * 2, sizeof(*bigger.slots));
	if (bigger.names == NULL || bigger.slots == NULL)
		return false;
	for (size_t i = 0; i < set->n; i++) {
		bigger.names[i] = set->names[i];
		*slot_of(&bigger, set->names[i]) = (uint32_t)i + 1;
	}
	*set = bigger;
	return true;
}

enum err
nameset_add(struct arena *a, struct nameset *set, struct str name)
{
	uint32_t *slot;

	if (nameset_find(set, name, NULL))
		return ERR_OK;
	if (set->n == set->room && !grow(a, set))
		return ERR_MEMORY;
	slot = slot_of(set, name);
	set->names[set->n++] = name;
	*slot = (uint32_t)set->n;
	return ERR_OK;
}

bool
nameset_find(const struct nameset *set, struct str name, size_t *r)
{
	uint32_t slot = set->room == 0 ? 0 : *slot_of(set, name);

	if (slot == 0)
		return false;
	if (r != NULL)
		*r = slot - 1;
	return true;
}
