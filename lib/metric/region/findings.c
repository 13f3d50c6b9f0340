#include "metric/region/findings.h"

#include <math.h>
#include <stdlib.h>

#include "metric/region/assign.h"
#include "metric/region/video.h"

static int
by_item(const void *x, const void *y)
{
	const struct region *const *a = x, *const *b = y;

	return ((*a)->item > (*b)->item) - ((*a)->item < (*b)->item);
}

/* The regions of a side as they are told, and where each of them is. */
static enum err
tell_side(struct arena *arena, const struct regions *all, struct explanation_region **r,
    uint32_t **places)
{
	uint32_t n = all->head.n;
	const struct region **order = arena_alloc(arena, n * sizeof(const struct region *));
	struct explanation_region *list = arena_alloc(arena, n * sizeof(*list));
	uint32_t *place = arena_alloc(arena, n * sizeof(*place));

	if (order == NULL || list == NULL || place == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		order[i] = &all->list[i];
	qsort(order, n, sizeof(*order), by_item);
	for (uint32_t i = 0; i < n; i++) {
		const struct region *region = order[i];

		place[region - all->list] = i;
		list[i] = (struct explanation_region){
		    .item = &all->items[region->item],
		    .place = region->place,
		    .labels = labels_json(&all->items[region->item]),
		    .shape = region->shape,
		    .weight = region->weight,
		    .match = EXPLANATION_UNMATCHED,
		};
	}
	*r = list;
	*places = place;
	return ERR_OK;
}

enum err
findings_begin(const struct measure *m, struct arena *arena, const struct regions *a,
    const struct regions *b, size_t most, struct explanation *r, struct findings *f)
{
	struct explanation_regions *to = &r->regions;

	*f = (struct findings){.m = m, .arena = arena, .a = a, .b = b, .to = to};
	r->kind =
	    m->metric->shape == SHAPE_VIDEO ? EXPLANATION_TRACKS : EXPLANATION_REGIONS;
	to->n_a = a->head.n;
	to->n_b = b->head.n;
	to->matches = arena_alloc(arena, most * sizeof(to->matches[0]));
	if (to->matches == NULL || tell_side(arena, a, &to->a, &f->place_a) != ERR_OK ||
	    tell_side(arena, b, &to->b, &f->place_b) != ERR_OK)
		return ERR_MEMORY;
	return ERR_OK;
}

static enum err
compare_tracks(const struct findings *f, const struct region *a, const struct region *b,
    struct explanation_match *match)
{
	struct video_shared shared = {0};
	enum err err;

	match->is_track = a->shape == SHAPE_VIDEO && b->shape == SHAPE_VIDEO;
	if (!match->is_track)
		return ERR_OK;
	err = video_compare(f->arena, a->geometry, b->geometry, 0.0, &shared);
	match->frames = (struct explanation_frames){
	    .common = shared.frames,
	    .only_a = video_frames(a->geometry) - shared.frames,
	    .only_b = video_frames(b->geometry) - shared.frames,
	    .iou =
		shared.frames > 0.0 ? fmin(shared.sum / shared.frames, 1.0) : (double)NAN,
	};
	return err;
}

enum err
findings_add(struct findings *f, uint32_t i, uint32_t j, struct explanation_match match)
{
	const struct region *a = &f->a->list[i], *b = &f->b->list[j];
	struct explanation_regions *to = f->to;
	enum err err = regions_overlap(f->m, f->arena, a, b, &match.overlap);

	if (err == ERR_OK)
		err = regions_distance(f->arena, a, b, &match.distance);
	if (err == ERR_OK)
		err = compare_tracks(f, a, b, &match);
	if (err != ERR_OK)
		return err;
	match.a = f->place_a[i];
	match.b = f->place_b[j];
	to->matches[to->n_matches++] = match;
	return ERR_OK;
}

enum err
findings_add_partners(struct findings *f, const uint32_t *partner, const double *counts)
{
	for (uint32_t i = 0; i < f->a->head.n; i++) {
		double count = counts == NULL ? 1.0 : counts[i];
		struct explanation_match match = {.payload = 1.0,
		    .similarity = 1.0,
		    .counts_a = count,
		    .counts_b = count};
		enum err err = partner[i] == ASSIGN_NONE
		    ? ERR_OK
		    : findings_add(f, i, partner[i], match);

		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
