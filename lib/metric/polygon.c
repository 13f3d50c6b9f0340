/*
 * Polygons, over GEOS: outlines are repaired as MakeValid does; what counts is their area.
 * Ownership: GEOS's geometries are freed where they were made; its context is the
 * process's.
 */
#include <geos_c.h>

#include <math.h>
#include <string.h>

#include "metric/convex.h"
#include "metric/field.h"
#include "metric/outline.h"
#include "metric/shapes.h"
#include "metric/surface.h"

/*
 * MakeValid takes some milliseconds for the first number of crossings and half a second for
 * the second; the time grows with the square.
 */
#define MAKE_VALID_EASY 100
#define MAKE_VALID_MAX 1000

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

/* Add a ring to the surface; `inside` +1 for an outer ring, -1 for a hole. False where GEOS
 * fails. */
static bool
add_ring(struct surface *s, const GEOSGeometry *ring, double inside)
{
	const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos(), ring);
	unsigned n = 0;
	double x0, y0, x1, y1;
	char ccw = 0;

	if (seq == NULL || GEOSCoordSeq_getSize_r(geos(), seq, &n) == 0)
		return false;
	if (n < 4)
		return true;
	if (GEOSCoordSeq_isCCW_r(geos(), seq, &ccw) == 0)
		return false;
	GEOSCoordSeq_getXY_r(geos(), seq, 0, &x0, &y0);
	for (unsigned i = 1; i < n; i++) {
		GEOSCoordSeq_getXY_r(geos(), seq, i, &x1, &y1);
		surface_add(s, x0, y0, x1, y1, ccw ? -inside : inside);
		x0 = x1;
		y0 = y1;
	}
	return true;
}

static bool
add_polygon(struct polygon *p, const GEOSGeometry *g)
{
	double area = 0.0;
	bool ok = GEOSArea_r(geos(), g, &area) == 1 &&
	    add_ring(&p->surface, GEOSGetExteriorRing_r(geos(), g), 1.0);

	for (int k = 0; ok && k < GEOSGetNumInteriorRings_r(geos(), g); k++)
		ok = add_ring(&p->surface, GEOSGetInteriorRingN_r(geos(), g, k), -1.0);
	p->area += area;
	return ok;
}

/* Whether the outline goes around a place an odd number of times. */
static bool
goes_around(const struct polygon *p, double x, double y)
{
	bool inside = false;

	for (uint32_t i = 0; i < p->n; i++) {
		struct point v = p->v[i], w = p->v[i + 1 == p->n ? 0 : i + 1];

		if ((v.y > y) != (w.y > y) &&
		    x < v.x + (w.x - v.x) * ((y - v.y) / (w.y - v.y)))
			inside = !inside;
	}
	return inside;
}

/* Add a face if the outline goes around it. */
static bool
add_face(struct polygon *p, const GEOSGeometry *face)
{
	GEOSGeometry *place = GEOSPointOnSurface_r(geos(), face);
	double x, y;
	bool ok = place != NULL && GEOSGeomGetX_r(geos(), place, &x) == 1 &&
	    GEOSGeomGetY_r(geos(), place, &y) == 1;

	GEOSGeom_destroy_r(geos(), place);
	if (ok && goes_around(p, x, y))
		ok = add_polygon(p, face);
	return ok;
}

/* Have `add` called for all polygons in a geometry, until it fails. */
static bool
add_parts(struct polygon *p, const GEOSGeometry *g,
    bool (*add)(struct polygon *p, const GEOSGeometry *g))
{
	int n = GEOSGetNumGeometries_r(geos(), g);
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		const GEOSGeometry *part = GEOSGetGeometryN_r(geos(), g, i);
		int type = GEOSGeomTypeId_r(geos(), part);

		if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION)
			ok = add_parts(p, part, add);
		else if (type == GEOS_POLYGON && GEOSisEmpty_r(geos(), part) == 0)
			ok = add(p, part);
	}
	return ok;
}

/* The surface of a geometry, which is consumed; NULL is none, for want of memory or else.
 */
static enum err
make_surface(struct arena *a, const struct item *item, GEOSGeometry *g,
    bool (*add)(struct polygon *p, const GEOSGeometry *g), struct polygon *p,
    struct error *e)
{
	int points = g == NULL ? -1 : GEOSGetNumCoordinates_r(geos(), g);
	enum err err = ERR_OK;

	if (points >= 0)
		err = surface_new(a, (size_t)points, &p->surface);
	if (err != ERR_OK)
		error_set(e, err, "%s", err_text(err));
	else if (points < 0 || !add_parts(p, g, add))
		err = field_error(item, "points", "GEOS cannot make an area of them", e);
	else
		surface_finish(&p->surface);
	GEOSGeom_destroy_r(geos(), g);
	return err;
}

/*
 * The faces into which an outline that crosses itself cuts the plane; NULL if it goes over
 * a part of itself twice, or without memory.
 */
static GEOSGeometry *
cut_faces(const GEOSGeometry *outline)
{
	const GEOSGeometry *ring = GEOSGetExteriorRing_r(geos(), outline);
	GEOSGeometry *edges = GEOSUnaryUnion_r(geos(), ring), *faces = NULL;
	double all, once;

	if (edges != NULL && GEOSLength_r(geos(), ring, &all) == 1 &&
	    GEOSLength_r(geos(), edges, &once) == 1 && once >= all * (1 - 1e-9))
		faces = GEOSPolygonize_r(geos(), (const GEOSGeometry *const *)&edges, 1);
	GEOSGeom_destroy_r(geos(), edges);
	return faces;
}

/*
 * What MakeValid finds inside is what the outline goes around an odd number of times,
 * unless it goes over a part of itself twice. For some hundred crossings the faces tell
 * that in a hundredth of its time.
 */
static enum err
repair(struct arena *a, const struct item *item, const struct outline_tangle *tangle,
    const GEOSGeometry *outline, struct polygon *p, struct error *e)
{
	bool easy = tangle->crossings <= MAKE_VALID_EASY;
	GEOSGeometry *faces = easy ? NULL : cut_faces(outline);

	if (faces != NULL)
		return make_surface(a, item, faces, add_face, p, e);
	if (tangle->crossings > MAKE_VALID_MAX)
		return field_error(item, "points",
		    "the outline goes over itself and crosses itself too often", e);
	return make_surface(a, item, GEOSMakeValid_r(geos(), outline), add_polygon, p, e);
}

static enum err
measure_area(struct arena *a, const struct item *item, struct polygon *p, struct error *e)
{
	struct outline_tangle tangle;
	GEOSGeometry *outline;
	enum err err;

	if (p->n < 3)
		return ERR_OK;
	err = outline_measure(a, p->v, p->n, &tangle);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	if (tangle.crossings > OUTLINE_CROSSINGS_MAX || tangle.close > OUTLINE_CLOSE_MAX)
		return field_error(item, "points",
		    tangle.close > OUTLINE_CLOSE_MAX
			? "too many edges lie close to each other"
			: "the outline crosses itself too often",
		    e);
	outline = make_outline(p->v, p->n);
	if (outline == NULL || GEOSisValid_r(geos(), outline) == 1)
		return make_surface(a, item, outline, add_polygon, p, e);
	err = repair(a, item, &tangle, outline, p, e);
	GEOSGeom_destroy_r(geos(), outline);
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
	enum err err = ERR_OK;

	if (!identical && x->area > 0.0 && y->area > 0.0)
		err = surface_intersection(scratch, &x->surface, &y->surface, &inter);
	inter = fmin(inter, fmin(x->area, y->area));
	if (err == ERR_OK)
		*r = identical ? 1.0 : shape_iou(inter, x->area, y->area, false);
	return err;
}

static double
cost(const void *geometry)
{
	const struct polygon *p = geometry;

	return 100.0 + 20.0 * ((double)p->surface.n + p->surface.pairs);
}

const struct shape shape_polygon = {"polygon", read, overlap, cost};
