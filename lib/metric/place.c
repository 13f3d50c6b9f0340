#include "metric/place.h"

#include <stdlib.h>

uint64_t
place_part(const struct json *index)
{
	static const struct json zero = {.type = JSON_INTEGER};

	return json_hash(json_is_null(index) ? &zero : index);
}

uint64_t
place_of(const struct item *item)
{
	const struct json *index = json_get(item->json, "item_index");

	if (index == NULL)
		index = json_get(item->value, "item_index");
	return place_part(index) + 0xd6e8feb86659fd93u * str_hash(item->from_name);
}

struct placed {
	uint64_t place;
	uint32_t at;
};

static int
by_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

enum err
place_sort(struct arena *a, const struct item *items, uint32_t n, const struct item **r)
{
	struct placed *placed = arena_alloc(a, n * sizeof(*placed));
	struct item *sorted;
	bool in_order = true;

	if (placed == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++) {
		placed[i] = (struct placed){place_of(&items[i]), i};
		in_order &= i == 0 || placed[i - 1].place <= placed[i].place;
	}
	*r = items;
	if (in_order)
		return ERR_OK;
	qsort(placed, n, sizeof(*placed), by_place);
	sorted = arena_alloc(a, n * sizeof(*sorted));
	if (sorted == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = items[placed[i].at];
	*r = sorted;
	return ERR_OK;
}
