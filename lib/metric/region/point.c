/*
 * Key points: a place without size, in per cent. Two of them overlap where they are the
 * same.
 */
#include "metric/field.h"
#include "metric/region/shapes.h"

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct extent *p = arena_alloc(a, sizeof(*p));
	enum err err;

	(void)how;
	if (p == NULL)
		return error_memory(e);
	err = field_number(item, "x", &p->x0, e);
	if (err == ERR_OK)
		err = field_number(item, "y", &p->y0, e);
	if (err != ERR_OK)
		return err;
	p->x1 = p->x0;
	p->y1 = p->y0;
	*extent_r = *p;
	*geometry_r = p;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	(void)scratch;
	*r = extent_touches(a, b) ? 1.0 : 0.0;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	(void)geometry;
	return 5.0;
}

const struct shape shape_point = {
    .name = "point", .read = read, .overlap = overlap, .cost = cost};
