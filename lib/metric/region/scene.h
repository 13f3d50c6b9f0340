/*
 * The pictures that regions lie in: the image of a list, page of a document, channel of a
 * sound, index of a Repeater; and what is known of their sizes.
 */
#ifndef METRIC_REGION_SCENE_H
#define METRIC_REGION_SCENE_H

#include "base/arena.h"
#include "base/error.h"
#include "labelstudio/result.h"

/* Returns the scene of an item whose geometry is at `place` (itself, or the item of its
 * region), as a hash. Regions of two scenes never overlap. */
uint64_t scene_of(const struct item *item, const struct item *place);

/* The size of one scene in pixels; 0: not known. */
struct scene_size {
	uint64_t scene;
	double width, height;
};

struct scene_sizes {
	struct scene_size *list; /* by scene, each once, of which something is known */
	uint32_t n;
};

/* Returns what an item says of the size of its scene. */
struct scene_size scene_size(const struct item *place, uint64_t scene);

/* Sorts the sizes of n items in place; of several for one scene the largest counts. */
struct scene_sizes scene_sizes(struct scene_size *list, uint32_t n);

/*
 * Returns the height of an image over its width, each from the size of an item, else of the
 * same scene on its own side, else on the other side (each may be NULL), else 100. *known
 * (NULL is allowed) says whether both are known.
 */
double scene_aspect(struct scene_size size, const struct scene_sizes *own,
    const struct scene_sizes *other, bool *known);

#endif
