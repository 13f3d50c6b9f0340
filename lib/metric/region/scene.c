#include "metric/region/scene.h"

#include <math.h>
#include <stdlib.h>

#include "metric/place.h"

/* No image is wider or higher. */
#define PIXELS_MAX 1e9

/* Odd factors, so that the same value in two places does not cancel out. */
uint64_t
scene_of(const struct item *item, const struct item *place)
{
	struct item one = *place;

	/* The region may be another control's. */
	one.from_name = item->from_name;
	return place_of(&one) +
	    0x9e3779b97f4a7c15u * place_part(json_get(place->value, "pageIndex")) +
	    0xc2b2ae3d27d4eb4fu * place_part(json_get(place->value, "channel"));
}

static double
pixels(const struct item *item, const char *key)
{
	double v;

	return json_number(json_get(item->json, key), &v) && v >= 1.0 && v <= PIXELS_MAX
	    ? v
	    : 0.0;
}

struct scene_size
scene_size(const struct item *place, uint64_t scene)
{
	return (struct scene_size){
	    scene, pixels(place, "original_width"), pixels(place, "original_height")};
}

static int
by_scene(const void *x, const void *y)
{
	const struct scene_size *a = x, *b = y;

	return (a->scene > b->scene) - (a->scene < b->scene);
}

struct scene_sizes
scene_sizes(struct scene_size *list, uint32_t n)
{
	uint32_t kept = 0;

	if (n > 0)
		qsort(list, n, sizeof(*list), by_scene);
	for (uint32_t i = 0; i < n; i++) {
		struct scene_size *last = &list[kept == 0 ? 0 : kept - 1];

		if (kept == 0 || last->scene != list[i].scene) {
			list[kept++] = list[i];
			continue;
		}
		last->width = fmax(last->width, list[i].width);
		last->height = fmax(last->height, list[i].height);
	}
	return (struct scene_sizes){list, kept};
}

/* Fill in what is not known. */
static void
ask(struct scene_size *size, const struct scene_sizes *sizes)
{
	const struct scene_size *found = sizes == NULL || sizes->n == 0
	    ? NULL
	    : bsearch(size, sizes->list, sizes->n, sizeof(*sizes->list), by_scene);

	if (found == NULL)
		return;
	size->width = size->width > 0.0 ? size->width : found->width;
	size->height = size->height > 0.0 ? size->height : found->height;
}

double
scene_aspect(struct scene_size size, const struct scene_sizes *own,
    const struct scene_sizes *other, bool *known)
{
	ask(&size, own);
	ask(&size, other);
	if (known != NULL)
		*known = size.width > 0.0 && size.height > 0.0;
	return (size.height > 0.0 ? size.height : 100.0) /
	    (size.width > 0.0 ? size.width : 100.0);
}
