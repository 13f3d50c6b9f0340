#include "metric/region/regions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "metric/field.h"
#include "metric/geometry/plane.h"
#include "metric/place.h"
#include "metric/region/scene.h"
#include "metric/region/vector.h"

/* Among fewer regions a grid costs more than looking at them all. */
#define GRID_MIN 48

/* Of all that an overlap may depend on: also of the size of the image. `value` is the hash
 * of the item's value. */
static uint64_t
digest(const struct item *item, uint64_t value, uint64_t scene, bool *tells)
{
	const struct json *width = json_get(item->json, "original_width");
	const struct json *height = json_get(item->json, "original_height");

	*tells |= width != NULL || height != NULL;
	return value + scene + 3 * place_part(width) + 5 * place_part(height);
}

/* Spans of text and of hypertext have the same fields: which of them they are, and what an
 * item is that nothing tells, is the metric's to say. */
static enum shape_id
shape_of(const struct measure *m, const struct item *place, bool other)
{
	enum shape_id own = place->shape, wanted = m->metric->shape;
	bool is_text = own == SHAPE_SPAN || own == SHAPE_HTML;

	if (other && own == SHAPE_NONE)
		return SHAPE_OTHER;
	if (own == SHAPE_NONE ||
	    (is_text && (wanted == SHAPE_SPAN || wanted == SHAPE_HTML)))
		return wanted;
	return own;
}

/* Read it as it is in an image of the size that somebody tells (NULL: only itself). */
static enum err
read_geometry(const struct measure *m, struct arena *a, struct region *r,
    const struct scene_sizes *own, const struct scene_sizes *other, struct error *e)
{
	const struct shape *shape = shape_table[r->shape];
	struct reading how = {m->time_format, 1.0};
	bool known = true;
	enum err err;

	if (shape->turned != NULL)
		how.aspect =
		    scene_aspect(scene_size(r->place, r->scene), own, other, &known);
	err = shape->read(a, r->place, &how, &r->geometry, &r->extent, e);
	r->guessed = err == ERR_OK && !known && shape->turned(r->geometry);
	return err;
}

/* What it carries, and what that weighs. */
static enum err
read_payload(const struct measure *m, struct arena *a, const struct item *item,
    struct region *r, struct error *e)
{
	struct value *value;
	enum err err;

	if (m->metric->payload != PAYLOAD_VALUE) {
		err = labels_read(a, item, &r->labels, e);
		r->weight = err == ERR_OK ? labels_weight(&r->labels, &m->params) : 0.0;
		return err;
	}
	value = arena_alloc(a, sizeof(*value));
	if (value == NULL)
		return error_memory(e);
	err = value_read(a, &m->params, item, value, e);
	r->value = value;
	r->weight = err == ERR_OK && !value->removed ? 1.0 : 0.0;
	return err;
}

static enum err
read_region(const struct measure *m, struct arena *a, const struct item *item,
    struct regions *all, struct region *r, bool *kept, struct error *e)
{
	static const struct json nowhere = {.type = JSON_NULL};
	const struct item *place = item->region != NULL ? item->region : item;
	uint64_t value;
	enum err err = field_value(item, e);

	*kept = false;
	/* The region may be of another item, which says nothing of where it is. */
	if (err == ERR_OK)
		err = field_value(place, e);
	if (err == ERR_OK)
		err = read_payload(m, a, item, r, e);
	if (err != ERR_OK || r->weight == 0.0)
		return err;
	*kept = true;
	r->place = place;
	r->scene = scene_of(item, place);
	r->kind = r->scene + 0x9fb21c651e98df25u * r->labels.hash;
	value = json_hash(item->value);
	r->digest =
	    digest(place, place->value == item->value ? value : json_hash(place->value),
		r->scene, &all->tells);
	if (place != item)
		r->digest += 7 * value;
	r->shape = shape_of(m, place, place != item);
	if (m->metric->payload == PAYLOAD_TEXT)
		err = texts_read(a, &m->params, item, 1, &r->texts, e);
	/* Regions meet in one scene alone. */
	r->texts.places = NULL;
	if (item->region == NULL && all->partly_whole) {
		r->shape = SHAPE_OTHER;
		r->geometry = &nowhere;
		return err;
	}
	return err == ERR_OK ? read_geometry(m, a, r, NULL, NULL, e) : err;
}

/*
 * Equal sets of labels share their names: what is compared again and again then stays in
 * few places. `slots` has a power of two of numbers of regions, 0 for none; after some
 * tries a set is left alone, so that no choice of labels makes this slow.
 */
static void
share_labels(const struct regions *all, uint32_t *slots, uint32_t mask)
{
	uint32_t last = all->head.n - 1;
	struct labels *labels = &all->list[last].labels;

	for (uint32_t i = 0; i < 8; i++) {
		uint32_t *slot = &slots[(labels->hash + i) & mask];

		if (*slot == 0) {
			*slot = last + 1;
			return;
		}
		if (labels_equal(&all->list[*slot - 1].labels, labels)) {
			labels->names = all->list[*slot - 1].labels.names;
			return;
		}
	}
}

static int
compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int
by_place(const void *x, const void *y)
{
	const struct region *a = x, *b = y;
	int order = compare(a->extent.x0, b->extent.x0);

	if (order == 0)
		order = compare(a->extent.x1, b->extent.x1);
	if (order == 0)
		order = compare(a->extent.y0, b->extent.y0);
	if (order == 0)
		order = compare(a->extent.y1, b->extent.y1);
	return order != 0 ? order : (a->digest > b->digest) - (a->digest < b->digest);
}

/* Small geometries side by side in the order of the regions, as they will be compared. */
static bool
gather_geometries(struct arena *a, struct regions *all)
{
	size_t bytes = 0;
	char *to;

	for (uint32_t i = 0; i < all->head.n; i++)
		bytes += shape_table[all->list[i].shape]->size;
	to = arena_alloc(a, bytes);
	if (to == NULL)
		return false;
	for (uint32_t i = 0; i < all->head.n; i++) {
		size_t size = shape_table[all->list[i].shape]->size;

		if (size == 0)
			continue;
		memcpy(to, all->list[i].geometry, size);
		all->list[i].geometry = to;
		to += size;
	}
	return true;
}

/* The shape that all have. */
static enum shape_id
common_shape(const struct regions *all)
{
	for (uint32_t i = 1; i < all->head.n; i++)
		if (all->list[i].shape != all->list[0].shape)
			return SHAPE_NONE;
	return all->head.n == 0 ? SHAPE_NONE : all->list[0].shape;
}

static bool
put_in_order(struct arena *a, struct regions *all)
{
	qsort(all->list, all->head.n, sizeof(all->list[0]), by_place);
	all->in_order = true;
	for (uint32_t i = 1; i < all->head.n; i++)
		all->in_order &= all->list[i - 1].extent.x0 <= all->list[i].extent.x0;
	if (all->head.n < GRID_MIN)
		return true;
	return gather_geometries(a, all) &&
	    (all->grid = grid_make(a, all->list, all->head.n)) != NULL;
}

/* What regions tell of the sizes of their images. */
static enum err
gather_sizes(struct arena *a, const struct regions *all, struct scene_sizes *r)
{
	struct scene_size *list = arena_alloc(a, all->head.n * sizeof(*list));
	uint32_t n = 0;

	if (list == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < all->head.n; i++) {
		list[n] = scene_size(all->list[i].place, all->list[i].scene);
		n += list[n].width > 0.0 || list[n].height > 0.0;
	}
	*r = scene_sizes(list, n);
	return ERR_OK;
}

/* Read those that are guessed again, with what others of the side, and of the other one
 * (NULL: it is not there yet), tell. */
static enum err
settle(const struct measure *m, struct arena *a, struct regions *all,
    const struct regions *other)
{
	struct scene_sizes own = {NULL, 0}, others = {NULL, 0};
	enum err err = gather_sizes(a, all, &own);

	if (err == ERR_OK && other != NULL)
		err = gather_sizes(a, other, &others);
	all->guesses = false;
	for (uint32_t i = 0; err == ERR_OK && i < all->head.n; i++) {
		struct region *r = &all->list[i];

		if (r->guessed)
			err = read_geometry(m, a, r, &own, &others, NULL);
		all->guesses |= r->guessed;
	}
	return err;
}

/* Whether some of what is said is said of regions, and some of the whole. */
static bool
is_partly_whole(const struct measure *m, const struct result *value)
{
	uint32_t of_regions = 0;

	for (uint32_t i = 0; i < value->n; i++)
		of_regions += value->items[i].region != NULL;
	return m->metric->payload != PAYLOAD_LABELS_EQUAL && of_regions > 0 &&
	    of_regions < value->n;
}

enum err
regions_prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct regions *all = arena_calloc(a, 1, sizeof(*all));
	uint32_t *slots, size = 16;
	bool kept;
	enum err err;

	while (size < value->n && size < 1024)
		size *= 2;
	slots = arena_calloc(a, size, sizeof(slots[0]));
	if (all == NULL || slots == NULL ||
	    (all->list = arena_calloc(a, value->n, sizeof(all->list[0]))) == NULL)
		return error_memory(e);
	all->items = value->items;
	all->partly_whole = is_partly_whole(m, value);
	for (uint32_t i = 0; i < value->n; i++) {
		struct region *region = &all->list[all->head.n];

		err = read_region(m, a, &value->items[i], all, region, &kept, e);
		if (err != ERR_OK)
			return err;
		if (kept) {
			region->item = i;
			all->head.n++;
			all->guesses |= region->guessed;
			all->has_points |=
			    region->shape == SHAPE_POINT || region->shape == SHAPE_VECTOR;
			all->head.digest += region->digest;
			share_labels(all, slots, size - 1);
		}
	}
	all->shape = common_shape(all);
	err = all->guesses ? settle(m, a, all, NULL) : ERR_OK;
	if (err != ERR_OK || !put_in_order(a, all))
		return error_memory(e);
	*r = &all->head;
	return ERR_OK;
}

enum err
regions_beside(const struct measure *m, struct arena *scratch, const struct regions *own,
    const struct regions *other, const struct regions **r)
{
	struct regions *beside;
	enum err err;

	*r = own;
	if (!own->guesses || !other->tells)
		return ERR_OK;
	beside = arena_alloc(scratch, sizeof(*beside));
	if (beside == NULL)
		return ERR_MEMORY;
	*beside = *own;
	beside->list = arena_alloc(scratch, own->head.n * sizeof(own->list[0]));
	if (beside->list == NULL)
		return ERR_MEMORY;
	memcpy(beside->list, own->list, own->head.n * sizeof(own->list[0]));
	err = settle(m, scratch, beside, other);
	if (err == ERR_OK && !put_in_order(scratch, beside))
		err = ERR_MEMORY;
	if (err == ERR_OK)
		*r = beside;
	return err;
}

/* Whether they are two key points or two lines, which have no area: they overlap where they
 * are close. */
static bool
have_distance(const struct region *a, const struct region *b)
{
	return a->shape == b->shape &&
	    (a->shape == SHAPE_POINT || a->shape == SHAPE_VECTOR);
}

enum err
regions_distance(
    struct arena *scratch, const struct region *a, const struct region *b, double *r)
{
	struct point from = {a->extent.x0, a->extent.y0}, to = {b->extent.x0, b->extent.y0};

	if (!have_distance(a, b))
		*r = (double)NAN;
	else if (a->shape == SHAPE_VECTOR)
		return vector_distance(scratch, a->geometry, b->geometry, r);
	else
		*r = plane_distance(from, to);
	return ERR_OK;
}

enum err
regions_overlap(const struct measure *m, struct arena *scratch, const struct region *a,
    const struct region *b, double *r)
{
	double distance = 0.0;
	enum err err;

	if (!have_distance(a, b))
		return shape_overlap(
		    scratch, a->shape, a->geometry, b->shape, b->geometry, r);
	err = regions_distance(scratch, a, b, &distance);
	*r = distance <= m->params.number[MPARAM_MAX_DISTANCE] ? 1.0 : 0.0;
	return err;
}

double
regions_line_cost(const struct regions *x, const struct regions *y)
{
	double sum = 0.0;
	uint32_t n = x->head.n < y->head.n ? x->head.n : y->head.n;

	for (uint32_t i = 0; i < n; i++)
		if (x->list[i].shape == SHAPE_VECTOR && y->list[i].shape == SHAPE_VECTOR)
			sum += vector_cost(x->list[i].geometry, y->list[i].geometry);
	return n == 0 ? 0.0 : sum / n;
}

double
regions_margin(const struct measure *m, const struct regions *a, const struct regions *b)
{
	/* It is added to coordinates, which rounds: a little more only costs a look. */
	return a->has_points && b->has_points
	    ? m->params.number[MPARAM_MAX_DISTANCE] * 1.001 + 1e-6
	    : 0.0;
}

/* The search, as both ways of doing it share it. */
struct search {
	const struct region *a, *b;
	double margin;
	bool equal_labels;
	regions_visit *visit;
	void *context;
	uint32_t *seen; /* with a grid, of each region of b: the last i + 1 that met it */
};

static struct extent
widen(const struct extent *e, double margin)
{
	return (struct extent){
	    e->x0 - margin, e->x1 + margin, e->y0 - margin, e->y1 + margin};
}

/* Whether two regions may overlap; `wide` is the extent of the first one, widened. */
static inline bool
may_overlap(const struct region *a, const struct extent *wide, const struct region *b,
    bool equal_labels)
{
	/* What most are turned down for comes first. */
	if (equal_labels ? a->kind != b->kind : a->scene != b->scene)
		return false;
	return extent_touches(wide, &b->extent) &&
	    (!equal_labels ||
		(a->scene == b->scene && labels_equal(&a->labels, &b->labels)));
}

/* The cells first .. last of a column. */
static enum err
search_cells(const struct search *s, const struct grid *g, size_t first, size_t last,
    const struct extent *wide, uint32_t i)
{
	for (uint32_t p = g->start[first]; p < g->start[last + 1]; p++) {
		uint32_t j = g->list[p];
		enum err err;

		if (s->seen[j] == i + 1)
			continue;
		s->seen[j] = i + 1;
		if (deadline_passed(2))
			return ERR_LIMIT;
		err = may_overlap(&s->a[i], wide, &s->b[j], s->equal_labels)
		    ? s->visit(s->context, i, j)
		    : ERR_OK;
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
search_grid(const struct search *s, const struct grid *g, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct extent wide = widen(&s->a[i].extent, s->margin);
		struct grid_window w = grid_window(g, &wide);

		for (uint32_t x = w.x0; x <= w.x1; x++) {
			enum err err = search_cells(
			    s, g, grid_cell(g, x, w.y0), grid_cell(g, x, w.y1), &wide, i);

			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

/* Every region of b that does not lie behind the one of a. */
static enum err
search_all(const struct search *s, uint32_t n, uint32_t n_b, bool in_order)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct region *a = &s->a[i], *list = s->b;
		struct extent wide = widen(&a->extent, s->margin);
		bool equal_labels = s->equal_labels;

		if (deadline_passed(2 * (uint64_t)n_b))
			return ERR_LIMIT;
		for (uint32_t j = 0; j < n_b; j++) {
			enum err err;

			if (in_order && list[j].extent.x0 > wide.x1)
				break;
			if (!may_overlap(a, &wide, &list[j], equal_labels))
				continue;
			err = s->visit(s->context, i, j);
			if (err != ERR_OK)
				return err;
		}
	}
	return ERR_OK;
}

enum err
regions_pairs(struct arena *scratch, const struct regions *a, const struct regions *b,
    double margin, bool equal_labels, regions_visit *visit, void *context)
{
	struct search s = {
	    a->list, b->list, margin, equal_labels, visit, context, .seen = NULL};

	if (b->grid == NULL)
		return search_all(&s, a->head.n, b->head.n, b->in_order);
	s.seen = arena_calloc(scratch, b->head.n, sizeof(s.seen[0]));
	return s.seen == NULL ? ERR_MEMORY : search_grid(&s, b->grid, a->head.n);
}

/* Regions whose part of the grid is counted. */
#define SAMPLE 16

/* How many places of the grid a region looks at. */
static double
places_of(const struct grid *g, const struct region *region, double margin)
{
	struct extent wide = widen(&region->extent, margin);
	struct grid_window w = grid_window(g, &wide);
	double n = 0.0;

	for (uint32_t x = w.x0; x <= w.x1; x++)
		n += g->start[grid_cell(g, x, w.y1) + 1] - g->start[grid_cell(g, x, w.y0)];
	return n;
}

double
regions_candidates(const struct regions *a, const struct regions *b, double margin)
{
	uint32_t n = a->head.n < SAMPLE ? a->head.n : SAMPLE;
	double all = (double)a->head.n * b->head.n, sum = 0.0;

	/* Nobody knows yet how large what is guessed will be. */
	if (b->grid == NULL || n == 0 || (a->guesses && b->tells) ||
	    (b->guesses && a->tells))
		return all;
	for (uint32_t k = 0; k < n; k++)
		sum += places_of(b->grid, &a->list[(uint64_t)k * a->head.n / n], margin);
	sum *= (double)a->head.n / n;
	return sum < all ? sum : all;
}
