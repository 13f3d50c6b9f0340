/*
 * Metrics that count what matches one to one: F1 at an overlap, key points within a
 * distance, tracks.
 */
#include <math.h>

#include "metric/region/assign.h"
#include "metric/method.h"
#include "metric/geometry/plane.h"
#include "metric/region/findings.h"
#include "metric/region/regions.h"
#include "metric/region/vector.h"
#include "metric/region/video.h"

/* The pairs that may match, as the search finds them. */
struct candidates {
	const struct measure *m;
	struct arena *scratch;
	const struct regions *a, *b;
	struct edges edges;
};

static enum err
candidates(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, struct candidates *r)
{
	const struct regions *x = (const struct regions *)a, *y = (const struct regions *)b;
	enum err err;

	*r = (struct candidates){.m = m, .scratch = scratch};
	err = regions_beside(m, scratch, x, y, &r->a);
	return err == ERR_OK ? regions_beside(m, scratch, y, x, &r->b) : err;
}

static enum err
search(struct candidates *c, double margin, regions_visit *visit)
{
	return regions_pairs(c->scratch, c->a, c->b, margin, true, visit, c);
}

static double
counts(const struct candidates *c, double overlap)
{
	return c->m->metric->of_overlap(&c->m->params, overlap);
}

static enum err
visit_overlap(void *context, uint32_t i, uint32_t j)
{
	struct candidates *c = context;
	double overlap = 0.0;
	enum err err =
	    regions_overlap(c->m, c->scratch, &c->a->list[i], &c->b->list[j], &overlap);

	if (err != ERR_OK || counts(c, overlap) == 0.0)
		return err;
	return edges_add(c->scratch, &c->edges, (struct edge){i, j, 1.0});
}

/* How far apart regions may be matched: where no overlap counts, too (a threshold of 0),
 * all pairs are looked at. */
static double
margin_of(const struct candidates *c)
{
	return counts(c, 0.0) > 0.0 ? INFINITY : regions_margin(c->m, c->a, c->b);
}

static enum err
find_f1(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, struct candidates *r)
{
	enum err err = candidates(m, scratch, a, b, r);

	return err == ERR_OK ? search(r, margin_of(r), visit_overlap) : err;
}

static enum err
score_f1(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	struct candidates c;
	uint32_t matches;
	enum err err = find_f1(m, scratch, a, b, &c);

	if (err == ERR_OK)
		err = assign_count(scratch, &c.edges, a->n, b->n, &matches);
	if (err == ERR_OK)
		*r = 2.0 * matches / ((double)a->n + b->n);
	return err;
}

static double
cost_f1(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	return method_region.cost(m, a, b);
}

/* All that matches, of the same candidates as the score has; each match counts 1. */
static enum err
explain_count(const struct candidates *c, enum explanation_rule rule, struct explanation *r)
{
	uint32_t n = c->a->head.n, *partner = assign_nobody(c->scratch, n);
	struct findings f;
	enum err err = findings_begin(c->m, c->scratch, c->a, c->b, n, r, &f);

	if (partner == NULL || err != ERR_OK)
		return ERR_MEMORY;
	r->regions.rule = rule;
	r->regions.all_a = n;
	r->regions.all_b = c->b->head.n;
	err = assign_count_partners(c->scratch, &c->edges, n, c->b->head.n, partner);
	if (err == ERR_OK)
		err = findings_add_partners(&f, partner, NULL);
	explanation_sort_matches(&r->regions);
	return err;
}

static enum err
explain_f1(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	struct candidates c;
	enum err err = find_f1(m, arena, a, b, &c);

	return err == ERR_OK ? explain_count(&c, EXPLANATION_POOLED, r) : err;
}

const struct method method_f1 = {regions_prepare, score_f1, cost_f1, explain_f1};

/*
 * A pair with a region that the metric does not speak of (a box among key points): it
 * matches where both are the same.
 */
static enum err
visit_foreign(struct candidates *c, uint32_t i, uint32_t j)
{
	const struct region *a = &c->a->list[i], *b = &c->b->list[j];
	double overlap = 0.0;
	enum err err = ERR_OK;

	if (a->shape == b->shape)
		err = shape_overlap(
		    c->scratch, a->shape, a->geometry, b->shape, b->geometry, &overlap);
	if (err != ERR_OK || overlap < 1.0)
		return err;
	return edges_add(c->scratch, &c->edges, (struct edge){i, j, 1.0});
}

static bool
both_are(const struct candidates *c, uint32_t i, uint32_t j, enum shape_id shape)
{
	return c->a->list[i].shape == shape && c->b->list[j].shape == shape;
}

static enum err
visit_point(void *context, uint32_t i, uint32_t j)
{
	struct candidates *c = context;
	const struct extent *p = &c->a->list[i].extent, *q = &c->b->list[j].extent;
	struct point from = {p->x0, p->y0}, to = {q->x0, q->y0};

	if (!both_are(c, i, j, SHAPE_POINT))
		return visit_foreign(c, i, j);
	if (plane_distance(from, to) > c->m->params.number[MPARAM_MAX_DISTANCE])
		return ERR_OK;
	return edges_add(c->scratch, &c->edges, (struct edge){i, j, 1.0});
}

static enum err
visit_line(void *context, uint32_t i, uint32_t j)
{
	struct candidates *c = context;
	double distance = 0.0;
	enum err err;

	if (!both_are(c, i, j, SHAPE_VECTOR))
		return visit_foreign(c, i, j);
	err = vector_distance(
	    c->scratch, c->a->list[i].geometry, c->b->list[j].geometry, &distance);
	if (err != ERR_OK || distance > c->m->params.number[MPARAM_MAX_DISTANCE])
		return err;
	return edges_add(c->scratch, &c->edges, (struct edge){i, j, 1.0});
}

static enum err
find_near(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, struct candidates *r)
{
	double distance = m->params.number[MPARAM_MAX_DISTANCE];
	enum err err = candidates(m, scratch, a, b, r);

	/* The margin is added to coordinates, which rounds: a little more only costs a
	 * look. */
	if (err == ERR_OK)
		err = search(r, distance * 1.001 + 1e-6,
		    m->metric->shape == SHAPE_VECTOR ? visit_line : visit_point);
	return err;
}

/* The share of those that match one to one, of the side that has more. */
static enum err
score_near(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	struct candidates c;
	uint32_t matches;
	enum err err = find_near(m, scratch, a, b, &c);

	if (err == ERR_OK)
		err = assign_count(scratch, &c.edges, a->n, b->n, &matches);
	if (err == ERR_OK)
		*r = (double)matches / (double)(a->n > b->n ? a->n : b->n);
	return err;
}

static double
cost_near(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	const struct regions *x = (const struct regions *)a, *y = (const struct regions *)b;
	double pair = 30.0;

	if (m->metric->shape == SHAPE_VECTOR)
		pair += regions_line_cost(x, y);
	if (x->shape != m->metric->shape || y->shape != m->metric->shape)
		pair += method_region.cost(m, a, b) / regions_candidates(x, y, 0.0);
	return 100.0 * (a->n + b->n) +
	    pair * regions_candidates(x, y, m->params.number[MPARAM_MAX_DISTANCE]);
}

static enum err
explain_near(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	struct candidates c;
	enum err err = find_near(m, arena, a, b, &c);

	return err == ERR_OK ? explain_count(&c, EXPLANATION_LARGER, r) : err;
}

const struct method method_near = {regions_prepare, score_near, cost_near, explain_near};

static enum err
visit_track(void *context, uint32_t i, uint32_t j)
{
	struct candidates *c = context;
	struct video_shared shared = {0};
	enum err err;

	if (!both_are(c, i, j, SHAPE_VIDEO))
		return visit_foreign(c, i, j);
	err = video_compare(c->scratch, c->a->list[i].geometry, c->b->list[j].geometry,
	    c->m->params.number[MPARAM_IOU_THRESHOLD], &shared);
	if (err != ERR_OK || shared.matched == 0.0)
		return err;
	return edges_add(c->scratch, &c->edges, (struct edge){i, j, shared.matched});
}

/* What is no track is there in one frame. */
static double
all_frames(const struct regions *r)
{
	double sum = 0.0;

	for (uint32_t i = 0; i < r->head.n; i++)
		sum += r->list[i].shape == SHAPE_VIDEO ? video_frames(r->list[i].geometry)
						       : 1.0;
	return sum;
}

static enum err
find_tracks(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, struct candidates *r)
{
	enum err err = candidates(m, scratch, a, b, r);

	return err == ERR_OK ? search(r, margin_of(r), visit_track) : err;
}

static enum err
score_tracking(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	struct candidates c;
	double all, matched;
	enum err err = find_tracks(m, scratch, a, b, &c);

	if (err == ERR_OK)
		err = assign_weight(scratch, &c.edges, a->n, b->n, &matched);
	if (err != ERR_OK)
		return err;
	all = all_frames(c.a) + all_frames(c.b);
	*r = all == 0.0 ? 1.0 : 2.0 * matched / all;
	return ERR_OK;
}

static double
cost_tracking(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	return method_region.cost(m, a, b) + assign_cost(a->n, b->n);
}

/* Of each row its partner's edge. */
static void
note_frames(const struct edges *edges, const uint32_t *partner, double *frames)
{
	for (size_t k = 0; k < edges->n; k++)
		if (partner[edges->list[k].a] == edges->list[k].b)
			frames[edges->list[k].a] = edges->list[k].weight;
}

static enum err
explain_tracking(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	uint32_t *partner = assign_nobody(arena, a->n);
	double *frames = arena_calloc(arena, a->n, sizeof(*frames));
	struct findings f;
	struct candidates c;
	enum err err = find_tracks(m, arena, a, b, &c);

	if (err == ERR_OK && (partner == NULL || frames == NULL))
		err = ERR_MEMORY;
	if (err == ERR_OK)
		err = assign_partners(arena, &c.edges, a->n, b->n, partner);
	if (err == ERR_OK)
		err = findings_begin(m, arena, c.a, c.b, a->n, r, &f);
	if (err != ERR_OK)
		return err;
	note_frames(&c.edges, partner, frames);
	r->regions.rule = EXPLANATION_POOLED;
	r->regions.all_a = all_frames(c.a);
	r->regions.all_b = all_frames(c.b);
	err = findings_add_partners(&f, partner, frames);
	explanation_sort_matches(&r->regions);
	return err;
}

const struct method method_tracking = {
    regions_prepare, score_tracking, cost_tracking, explain_tracking};
