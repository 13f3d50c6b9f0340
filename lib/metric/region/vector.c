#include "metric/region/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "metric/field.h"
#include "metric/geometry/plane.h"
#include "metric/region/shapes.h"

struct vector {
	const struct point *v;
	uint32_t n;
};

/* A vertex by its name. */
struct named {
	struct str id;
	uint32_t at;
};

static int
by_id(const void *x, const void *y)
{
	return str_cmp(((const struct named *)x)->id, ((const struct named *)y)->id);
}

/* The names in order; false if a vertex has none, or another one's. */
static bool
name_all(const struct json *list, struct named *names)
{
	for (uint32_t i = 0; i < list->n; i++) {
		names[i] = (struct named){json_str(json_get(json_at(list, i), "id")), i};
		if (names[i].id.s == NULL)
			return false;
	}
	qsort(names, list->n, sizeof(*names), by_id);
	for (uint32_t i = 1; i < list->n; i++)
		if (by_id(&names[i - 1], &names[i]) == 0)
			return false;
	return true;
}

/* Of each vertex the one that names it as the one before, plus one, 0 for none; *first is
 * the one that names none. False if they form no line. */
static bool
follow(const struct json *list, const struct named *names, uint32_t *next, uint32_t *first)
{
	*first = list->n;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *prev = json_get(json_at(list, i), "prevPointId");
		const struct named key = {json_str(prev), 0}, *before;

		if (json_is_null(prev)) {
			if (*first < list->n)
				return false;
			*first = i;
			continue;
		}
		before = key.id.s == NULL
		    ? NULL
		    : bsearch(&key, names, list->n, sizeof(*names), by_id);
		if (before == NULL || next[before->at] != 0)
			return false;
		next[before->at] = i + 1;
	}
	return *first < list->n;
}

/* Put the vertices of an open line in the order of the chain that they form; what forms no
 * chain of all of them stays in the order given. */
static enum err
put_in_order(struct arena *a, const struct json *list, struct point *v)
{
	struct arena_mark mark = arena_mark(a);
	struct named *names = arena_alloc(a, list->n * sizeof(*names));
	uint32_t *next = arena_calloc(a, list->n, sizeof(*next)), first, n = 0;
	struct point *chain = arena_alloc(a, list->n * sizeof(*chain));

	if (names == NULL || next == NULL || chain == NULL)
		return ERR_MEMORY;
	if (list->n > 1 && name_all(list, names) && follow(list, names, next, &first)) {
		for (uint32_t i = first + 1; i != 0; i = next[i - 1])
			chain[n++] = v[i - 1];
		if (n == list->n)
			memcpy(v, chain, n * sizeof(*v));
	}
	arena_rewind(a, mark);
	return ERR_OK;
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct vector *l = arena_calloc(a, 1, sizeof(*l));
	struct extent x = {0};
	const struct json *list;
	struct point *v;
	enum err err = field_list(item, "vertices", &list, e);

	(void)how;
	if (err != ERR_OK)
		return err;
	v = arena_alloc(a, list->n * sizeof(*v));
	if (l == NULL || v == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *vertex = json_at(list, i);

		err = field_element_number(item, "vertices", i, vertex, "x", &v[i].x, e);
		if (err == ERR_OK)
			err = field_element_number(
			    item, "vertices", i, vertex, "y", &v[i].y, e);
		if (err != ERR_OK)
			return err;
		x.x0 = i == 0 || v[i].x < x.x0 ? v[i].x : x.x0;
		x.x1 = i == 0 || v[i].x > x.x1 ? v[i].x : x.x1;
		x.y0 = i == 0 || v[i].y < x.y0 ? v[i].y : x.y0;
		x.y1 = i == 0 || v[i].y > x.y1 ? v[i].y : x.y1;
	}
	if (!json_true(json_get(item->value, "closed")) &&
	    put_in_order(a, list, v) != ERR_OK)
		return error_memory(e);
	*l = (struct vector){v, list->n};
	*extent_r = x;
	*geometry_r = l;
	return ERR_OK;
}

/* A line has no area: it overlaps with the same line alone. */
static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct vector *x = a, *y = b;

	(void)scratch;
	*r = plane_same(x->v, x->n, y->v, y->n) ? 1.0 : 0.0;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	return 10.0 + 2.0 * ((const struct vector *)geometry)->n;
}

const struct shape shape_vector = {
    .name = "vector", .read = read, .overlap = overlap, .cost = cost};

/* One row of the table after the other: row[j] is the distance of the walks that end at the
 * i-th vertex of a and the j-th of b. */
enum err
vector_distance(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct vector *x = a, *y = b;
	struct arena_mark mark = arena_mark(scratch);
	double *row;

	*r = x->n == y->n ? 0.0 : INFINITY;
	if (x->n == 0 || y->n == 0)
		return ERR_OK;
	row = arena_alloc(scratch, y->n * sizeof(*row));
	if (row == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < x->n; i++) {
		double before = 0.0; /* row[j - 1] of the vertex before */

		if (deadline_passed(10 * y->n))
			break;
		for (uint32_t j = 0; j < y->n; j++) {
			double here = plane_distance(x->v[i], y->v[j]), least,
			       above = row[j];

			if (i == 0)
				least = j == 0 ? 0.0 : row[j - 1];
			else if (j == 0)
				least = above;
			else
				least = fmin(fmin(above, before), row[j - 1]);
			before = above;
			row[j] = fmax(least, here);
		}
	}
	*r = row[y->n - 1];
	arena_rewind(scratch, mark);
	return ERR_OK;
}

double
vector_cost(const void *a, const void *b)
{
	return 40.0 +
	    12.0 * ((double)((const struct vector *)a)->n) * ((const struct vector *)b)->n;
}
