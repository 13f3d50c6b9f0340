/*
 * Polygons, over GEOS: outlines are repaired as MakeValid does; what counts is their area.
 * Ownership: GEOS's geometries are freed with the arena that they were read into; its
 * context is the process's.
 */
#include <geos_c.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metric/convex.h"
#include "metric/field.h"
#include "metric/shapes.h"
#include "metric/surface.h"

struct polygon {
	struct surface surface; /* of the repaired outline; no edges if the area is 0 */
	double area;
	const struct point *v;
	uint32_t n;
};

static GEOSContextHandle_t
geos(void)
{
	static GEOSContextHandle_t handle;

	if (handle == NULL)
		handle = GEOS_init_r();
	return handle;
}

/* The outline as a ring of GEOS, closed; NULL without memory. */
static GEOSGeometry *
make_outline(const struct point *v, uint32_t n)
{
	GEOSCoordSequence *s = GEOSCoordSeq_create_r(geos(), n + 1, 2);
	GEOSGeometry *ring;

	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i <= n; i++)
		GEOSCoordSeq_setXY_r(geos(), s, i, v[i % n].x, v[i % n].y);
	ring = GEOSGeom_createLinearRing_r(geos(), s);
	return ring == NULL ? NULL : GEOSGeom_createPolygon_r(geos(), ring, NULL, 0);
}

static bool
is_surface(const GEOSGeometry *g)
{
	int type = GEOSGeomTypeId_r(geos(), g);

	return type == GEOS_POLYGON || type == GEOS_MULTIPOLYGON;
}

/* Of a collection, as MakeValid may give one, the polygons alone; `g` is consumed. */
static GEOSGeometry *
surface_of(GEOSGeometry *g)
{
	GEOSGeometry **parts, *surface = NULL;
	int n = g == NULL ? 0 : GEOSGetNumGeometries_r(geos(), g);
	unsigned kept = 0;

	if (g == NULL || is_surface(g))
		return g;
	parts = calloc((size_t)n + 1, sizeof(*parts));
	for (int i = 0; parts != NULL && i < n; i++) {
		const GEOSGeometry *part = GEOSGetGeometryN_r(geos(), g, i);

		for (int k = 0;
		     is_surface(part) && k < GEOSGetNumGeometries_r(geos(), part); k++) {
			/* A multi-polygon among the parts has several of its own. */
			GEOSGeometry **more =
			    realloc(parts, (kept + 2 + (size_t)n) * sizeof(*parts));

			if (more == NULL)
				break;
			parts = more;
			parts[kept++] =
			    GEOSGeom_clone_r(geos(), GEOSGetGeometryN_r(geos(), part, k));
		}
	}
	if (parts != NULL)
		surface =
		    GEOSGeom_createCollection_r(geos(), GEOS_MULTIPOLYGON, parts, kept);
	free(parts);
	GEOSGeom_destroy_r(geos(), g);
	return surface;
}

static GEOSGeometry *
make_surface(const struct point *v, uint32_t n)
{
	GEOSGeometry *outline = make_outline(v, n), *valid;

	if (outline == NULL || GEOSisValid_r(geos(), outline) == 1)
		return outline;
	valid = surface_of(GEOSMakeValid_r(geos(), outline));
	GEOSGeom_destroy_r(geos(), outline);
	return valid;
}

static enum err
read_points(const struct item *item, const struct json *points, struct point *v,
    struct extent *x, struct error *e)
{
	for (uint32_t i = 0; i < points->n; i++) {
		const struct json *p = json_at(points, i);

		if (p->type != JSON_ARRAY || p->n < 2 ||
		    !json_number(json_at(p, 0), &v[i].x) ||
		    !json_number(json_at(p, 1), &v[i].y) || v[i].x > FIELD_MAX ||
		    v[i].x < -FIELD_MAX || v[i].y > FIELD_MAX || v[i].y < -FIELD_MAX)
			return error_set(e, ERR_INPUT,
			    "$[%u].value.points[%u]: two numbers are "
			    "required",
			    item->index, i);
		x->x0 = i == 0 || v[i].x < x->x0 ? v[i].x : x->x0;
		x->x1 = i == 0 || v[i].x > x->x1 ? v[i].x : x->x1;
		x->y0 = i == 0 || v[i].y < x->y0 ? v[i].y : x->y0;
		x->y1 = i == 0 || v[i].y > x->y1 ? v[i].y : x->y1;
	}
	return ERR_OK;
}

/* Add a ring to the surface; `inside` +1 for an outer ring, -1 for a hole. */
static void
add_ring(struct surface *s, const GEOSGeometry *ring, double inside)
{
	const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos(), ring);
	unsigned n = 0;
	double x0, y0, x1, y1;
	char ccw = 0;

	if (seq == NULL || GEOSCoordSeq_getSize_r(geos(), seq, &n) == 0 || n < 4 ||
	    GEOSCoordSeq_isCCW_r(geos(), seq, &ccw) == 0)
		return;
	GEOSCoordSeq_getXY_r(geos(), seq, 0, &x0, &y0);
	for (unsigned i = 1; i < n; i++) {
		GEOSCoordSeq_getXY_r(geos(), seq, i, &x1, &y1);
		surface_add(s, x0, y0, x1, y1, ccw ? -inside : inside);
		x0 = x1;
		y0 = y1;
	}
}

static enum err
add_rings(struct arena *a, const GEOSGeometry *g, struct surface *s)
{
	int parts = GEOSGetNumGeometries_r(geos(), g),
	    points = GEOSGetNumCoordinates_r(geos(), g);
	enum err err = surface_new(a, points < 0 ? 0 : (size_t)points, s);

	for (int i = 0; err == ERR_OK && i < parts; i++) {
		const GEOSGeometry *part = GEOSGetGeometryN_r(geos(), g, i);

		if (GEOSisEmpty_r(geos(), part) != 0)
			continue;
		add_ring(s, GEOSGetExteriorRing_r(geos(), part), 1.0);
		for (int k = 0; k < GEOSGetNumInteriorRings_r(geos(), part); k++)
			add_ring(s, GEOSGetInteriorRingN_r(geos(), part, k), -1.0);
	}
	if (err == ERR_OK)
		surface_finish(s);
	return err;
}

static enum err
measure_area(struct arena *a, const struct item *item, struct polygon *p, struct error *e)
{
	GEOSGeometry *valid;
	enum err err;

	if (p->n < 3)
		return ERR_OK;
	valid = make_surface(p->v, p->n);
	if (valid == NULL || GEOSArea_r(geos(), valid, &p->area) != 1)
		err = field_error(item, "points", "GEOS cannot make an area of them", e);
	else if (add_rings(a, valid, &p->surface) != ERR_OK)
		err = error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	else
		err = ERR_OK;
	GEOSGeom_destroy_r(geos(), valid);
	return err;
}

static enum err
read(struct arena *a, const struct item *item, const void **geometry_r,
    struct extent *extent_r, struct error *e)
{
	struct polygon *p = arena_calloc(a, 1, sizeof(*p));
	struct extent extent = {0};
	const struct json *points;
	struct point *v;
	enum err err = field_list(item, "points", &points, e);

	if (err != ERR_OK)
		return err;
	v = arena_alloc(a, points->n * sizeof(*v));
	if (p == NULL || v == NULL)
		return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
	err = read_points(item, points, v, &extent, e);
	p->v = v;
	p->n = points->n;
	if (err == ERR_OK)
		err = measure_area(a, item, p, e);
	if (err != ERR_OK)
		return err;
	*extent_r = extent;
	*geometry_r = p;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct polygon *x = a, *y = b;
	bool identical = x->n == y->n && memcmp(x->v, y->v, x->n * sizeof(x->v[0])) == 0;
	double inter = 0.0;

	(void)scratch;
	if (!identical && x->area > 0.0 && y->area > 0.0)
		inter = fmin(
		    surface_intersection(&x->surface, &y->surface), fmin(x->area, y->area));
	*r = identical ? 1.0 : shape_iou(inter, x->area, y->area, false);
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	const struct polygon *p = geometry;

	/* Every edge against the few that share its place, or, at worst, against all. */
	return 100.0 + 10.0 * (double)p->surface.n * fmin((double)p->surface.n, 64.0);
}

const struct shape shape_polygon = {"polygon", read, overlap, cost};
