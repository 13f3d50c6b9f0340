/*
 * The one file that sees GEOS. What it makes is freed where it was made; its context is the
 * process's.
 */
#include "metric/geometry/repair.h"

#include <config.h>
#include <geos_c.h>

#include "base/array.h"
#include "base/library.h"
#include "metric/field.h"

/*
 * MakeValid takes some milliseconds for the first number of crossings and half a second for
 * the second; the time grows with the square.
 */
#define MAKE_VALID_EASY 100
#define MAKE_VALID_MAX 1000

#define FUNCTIONS(F)                                                                       \
	F(Area)                                                                            \
	F(CoordSeq_create)                                                                 \
	F(CoordSeq_getSize)                                                                \
	F(CoordSeq_getXY)                                                                  \
	F(CoordSeq_isCCW)                                                                  \
	F(CoordSeq_setXY)                                                                  \
	F(GeomGetX)                                                                        \
	F(GeomGetY)                                                                        \
	F(GeomTypeId)                                                                      \
	F(Geom_createLinearRing)                                                           \
	F(Geom_createPolygon)                                                              \
	F(Geom_destroy)                                                                    \
	F(Geom_getCoordSeq)                                                                \
	F(GetExteriorRing)                                                                 \
	F(GetGeometryN)                                                                    \
	F(GetInteriorRingN)                                                                \
	F(GetNumCoordinates)                                                               \
	F(GetNumGeometries)                                                                \
	F(GetNumInteriorRings)                                                             \
	F(Length)                                                                          \
	F(MakeValid)                                                                       \
	F(PointOnSurface)                                                                  \
	F(Polygonize)                                                                      \
	F(UnaryUnion)                                                                      \
	F(_init)                                                                           \
	F(isEmpty)                                                                         \
	F(isValid)
#define NAME(name) "GEOS" #name "_r",
#define DECLARE(name) __typeof__(GEOS##name##_r) *name;

static const char *const names[] = {FUNCTIONS(NAME)};
static union {
	struct {
		FUNCTIONS(DECLARE)
	};
	void *found[N_OF(names)];
} geos;
static GEOSContextHandle_t context;

static enum err
load(struct error *e)
{
	enum err err = library_load(GEOS_LIBRARY, names, N_OF(names), geos.found, e);

	if (err == ERR_OK && context == NULL)
		context = geos._init();
	if (err == ERR_OK && context == NULL)
		return error_memory(e);
	return err;
}

/* An outline, and the surface that is made of it. */
struct place {
	const struct point *v;
	uint32_t n;
	struct surface *surface;
};

/* The outline as a ring of GEOS, closed; NULL without memory. */
static GEOSGeometry *
make_outline(const struct point *v, uint32_t n)
{
	GEOSCoordSequence *s = geos.CoordSeq_create(context, n + 1, 2);
	GEOSGeometry *ring;

	if (s == NULL)
		return NULL;
	for (uint32_t i = 0; i <= n; i++)
		geos.CoordSeq_setXY(context, s, i, v[i % n].x, v[i % n].y);
	ring = geos.Geom_createLinearRing(context, s);
	return ring == NULL ? NULL : geos.Geom_createPolygon(context, ring, NULL, 0);
}

/* Add a ring to the surface; `inside` +1 for an outer ring, -1 for a hole. False where GEOS
 * fails. */
static bool
add_ring(struct surface *s, const GEOSGeometry *ring, double inside)
{
	const GEOSCoordSequence *seq = geos.Geom_getCoordSeq(context, ring);
	unsigned n = 0;
	double x0, y0, x1, y1;
	char ccw = 0;

	if (seq == NULL || geos.CoordSeq_getSize(context, seq, &n) == 0)
		return false;
	if (n < 4)
		return true;
	if (geos.CoordSeq_isCCW(context, seq, &ccw) == 0)
		return false;
	geos.CoordSeq_getXY(context, seq, 0, &x0, &y0);
	for (unsigned i = 1; i < n; i++) {
		geos.CoordSeq_getXY(context, seq, i, &x1, &y1);
		surface_add(s, x0, y0, x1, y1, ccw ? -inside : inside);
		x0 = x1;
		y0 = y1;
	}
	return true;
}

static bool
add_polygon(struct place *p, const GEOSGeometry *g)
{
	double area = 0.0;
	bool ok = geos.Area(context, g, &area) == 1 &&
	    add_ring(p->surface, geos.GetExteriorRing(context, g), 1.0);

	for (int k = 0; ok && k < geos.GetNumInteriorRings(context, g); k++)
		ok = add_ring(p->surface, geos.GetInteriorRingN(context, g, k), -1.0);
	p->surface->area += area;
	return ok;
}

/* Whether the outline goes around a place an odd number of times. */
static bool
goes_around(const struct place *p, double x, double y)
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
add_face(struct place *p, const GEOSGeometry *face)
{
	GEOSGeometry *place = geos.PointOnSurface(context, face);
	double x, y;
	bool ok = place != NULL && geos.GeomGetX(context, place, &x) == 1 &&
	    geos.GeomGetY(context, place, &y) == 1;

	geos.Geom_destroy(context, place);
	if (ok && goes_around(p, x, y))
		ok = add_polygon(p, face);
	return ok;
}

/* Have `add` called for all polygons in a geometry, until it fails. */
static bool
add_parts(struct place *p, const GEOSGeometry *g,
    bool (*add)(struct place *p, const GEOSGeometry *g))
{
	int n = geos.GetNumGeometries(context, g);
	bool ok = true;

	for (int i = 0; ok && i < n; i++) {
		const GEOSGeometry *part = geos.GetGeometryN(context, g, i);
		int type = geos.GeomTypeId(context, part);

		if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION)
			ok = add_parts(p, part, add);
		else if (type == GEOS_POLYGON && geos.isEmpty(context, part) == 0)
			ok = add(p, part);
	}
	return ok;
}

/* The surface of a geometry, which is consumed; NULL is none, for want of memory or else.
 */
static enum err
make_surface(struct arena *a, const struct item *item, GEOSGeometry *g,
    bool (*add)(struct place *p, const GEOSGeometry *g), struct place *p, struct error *e)
{
	int points = g == NULL ? -1 : geos.GetNumCoordinates(context, g);
	enum err err = ERR_OK;

	if (points >= 0)
		err = surface_new(a, (size_t)points, p->surface);
	if (err != ERR_OK)
		error_set(e, err, "%s", err_text(err));
	else if (points < 0 || !add_parts(p, g, add))
		err = field_error(item, "points", "GEOS cannot make an area of them", e);
	else
		surface_finish(p->surface);
	geos.Geom_destroy(context, g);
	return err;
}

/*
 * The faces into which an outline that crosses itself cuts the plane; NULL if it goes over
 * a part of itself twice, or without memory.
 */
static GEOSGeometry *
cut_faces(const GEOSGeometry *outline)
{
	const GEOSGeometry *ring = geos.GetExteriorRing(context, outline);
	GEOSGeometry *edges = geos.UnaryUnion(context, ring), *faces = NULL;
	double all, once;

	if (edges != NULL && geos.Length(context, ring, &all) == 1 &&
	    geos.Length(context, edges, &once) == 1 && once >= all * (1 - 1e-9))
		faces = geos.Polygonize(context, (const GEOSGeometry *const *)&edges, 1);
	geos.Geom_destroy(context, edges);
	return faces;
}

/*
 * What MakeValid finds inside is what the outline goes around an odd number of times,
 * unless it goes over a part of itself twice. For some hundred crossings the faces tell
 * that in a hundredth of its time.
 */
static enum err
untangle(struct arena *a, const struct item *item, uint64_t crossings,
    const GEOSGeometry *outline, struct place *p, struct error *e)
{
	bool easy = crossings <= MAKE_VALID_EASY;
	GEOSGeometry *faces = easy ? NULL : cut_faces(outline);

	if (faces != NULL)
		return make_surface(a, item, faces, add_face, p, e);
	if (crossings > MAKE_VALID_MAX)
		return field_error(item, "points",
		    "the outline goes over itself and crosses itself too often", e);
	return make_surface(a, item, geos.MakeValid(context, outline), add_polygon, p, e);
}

enum err
repair_surface(struct arena *a, const struct item *item, const struct point *v, uint32_t n,
    uint64_t crossings, struct surface *r, struct error *e)
{
	struct place p = {v, n, r};
	GEOSGeometry *outline;
	enum err err = load(e);

	if (err != ERR_OK)
		return err;
	outline = make_outline(v, n);
	if (outline == NULL || geos.isValid(context, outline) == 1)
		return make_surface(a, item, outline, add_polygon, &p, e);
	err = untangle(a, item, crossings, outline, &p, e);
	geos.Geom_destroy(context, outline);
	return err;
}
