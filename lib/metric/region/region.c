/*
 * Region metrics, shape x payload x decisions: every region against its best partner on the
 * other side, or one to one.
 */
#include "metric/region/assign.h"
#include "metric/method.h"
#include "metric/region/regions.h"

struct pairing {
	const struct measure *m;
	struct arena *scratch;
	const struct regions *a, *b;
	double *best_a, *best_b; /* of each region, its best similarity so far */
	struct edges edges;	 /* for one to one: all pairs that overlap at all */
};

static enum err
payload_similarity(
    struct pairing *p, const struct region *a, const struct region *b, double *r)
{
	switch (p->m->metric->payload) {
	case PAYLOAD_LABELS_EQUAL: /* no other pairs were looked for */
		*r = 1.0;
		return ERR_OK;
	case PAYLOAD_LABELS_JACCARD:
		*r = labels_jaccard(&a->labels, &b->labels);
		return ERR_OK;
	case PAYLOAD_TEXT:
		return texts_similarity(p->scratch, &p->m->params, &a->texts, &b->texts, r);
	case PAYLOAD_VALUE:
		*r = value_similarity(a->value, b->value);
		return ERR_OK;
	}
	return ERR_OK;
}

static enum err
visit(void *context, uint32_t i, uint32_t j)
{
	struct pairing *p = context;
	const struct region *a = &p->a->list[i], *b = &p->b->list[j];
	double payload = 0.0, overlap = 0.0, similarity;
	enum err err = regions_overlap(p->m, p->scratch, a, b, &overlap);

	/* No overlap counts nothing, whatever the decision. */
	if (err != ERR_OK || overlap == 0.0)
		return err;
	err = payload_similarity(p, a, b, &payload);
	if (err != ERR_OK)
		return err;
	similarity = p->m->metric->of_overlap(&p->m->params, overlap) * payload;
	if (similarity == 0.0)
		return ERR_OK;
	if (p->best_a == NULL)
		return edges_add(p->scratch, &p->edges, (struct edge){i, j, similarity});
	if (similarity > p->best_a[i])
		p->best_a[i] = similarity;
	if (similarity > p->best_b[j])
		p->best_b[j] = similarity;
	return ERR_OK;
}

static double
weighted_sum(const struct regions *r, const double *best)
{
	double sum = 0.0;

	for (uint32_t i = 0; i < r->head.n; i++)
		sum += r->list[i].weight * (best == NULL ? 1.0 : best[i]);
	return sum;
}

static double
aggregate(const struct pairing *p)
{
	double sum_a = weighted_sum(p->a, p->best_a), all_a = weighted_sum(p->a, NULL);
	double sum_b = weighted_sum(p->b, p->best_b), all_b = weighted_sum(p->b, NULL);

	if ((int)p->m->params.number[MPARAM_AGGREGATE] == AGGREGATE_MIN) {
		double mean_a = sum_a / all_a, mean_b = sum_b / all_b;

		return mean_a < mean_b ? mean_a : mean_b;
	}
	return (sum_a + sum_b) / (all_a + all_b);
}

static enum err
search(struct pairing *p)
{
	return regions_pairs(p->scratch, p->a, p->b, regions_margin(p->m, p->a, p->b),
	    p->m->metric->payload == PAYLOAD_LABELS_EQUAL, visit, p);
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct regions *x = (const struct regions *)a, *y = (const struct regions *)b;
	struct pairing p = {.m = m, .scratch = scratch};
	double sum = 0.0;
	enum err err = regions_beside(m, scratch, x, y, &p.a);

	if (err == ERR_OK)
		err = regions_beside(m, scratch, y, x, &p.b);
	if (err != ERR_OK)
		return err;
	if ((int)m->params.number[MPARAM_MATCHING] == MATCHING_BEST) {
		p.best_a = arena_calloc(scratch, a->n, sizeof(p.best_a[0]));
		p.best_b = arena_calloc(scratch, b->n, sizeof(p.best_b[0]));
		if (p.best_a == NULL || p.best_b == NULL)
			return ERR_MEMORY;
		err = search(&p);
		if (err == ERR_OK)
			*r = aggregate(&p);
		return err;
	}
	err = search(&p);
	if (err == ERR_OK)
		err = assign_weight(scratch, &p.edges, a->n, b->n, &sum);
	if (err == ERR_OK)
		*r = sum / (double)(a->n > b->n ? a->n : b->n);
	return err;
}

static double
mean_cost(const struct regions *r, bool mixed)
{
	double sum = 0.0;

	for (uint32_t i = 0; i < r->head.n; i++)
		sum += mixed ? shape_cost_mixed(r->list[i].shape, r->list[i].geometry)
			     : shape_table[r->list[i].shape]->cost(r->list[i].geometry);
	return sum / r->head.n;
}

/* Of comparing what two regions carry, as if each met its like. */
static double
payload_cost(const struct measure *m, const struct regions *a, const struct regions *b)
{
	uint32_t both = a->head.n < b->head.n ? a->head.n : b->head.n;
	double sum = 0.0;

	for (uint32_t i = 0; i < both; i++) {
		const struct region *x = &a->list[i], *y = &b->list[i];

		sum += 20.0 + 5.0 * ((double)x->labels.n + y->labels.n);
		if (m->metric->payload == PAYLOAD_TEXT)
			sum += texts_cost(&m->params, &x->texts, &y->texts);
		if (m->metric->payload == PAYLOAD_VALUE)
			sum += value_cost(x->value, y->value);
	}
	return sum / both;
}

/* As if all that are looked at overlapped. */
static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	const struct regions *x = (const struct regions *)a, *y = (const struct regions *)b;
	bool mixed = x->shape == SHAPE_NONE || x->shape != y->shape;
	double pair = 8.0 + (mean_cost(x, mixed) + mean_cost(y, mixed)) / (mixed ? 1 : 2);
	double sum = 100.0 * (a->n + b->n);

	pair += regions_line_cost(x, y);
	if (m->metric->payload != PAYLOAD_LABELS_EQUAL)
		pair += payload_cost(m, x, y);
	if ((int)m->params.number[MPARAM_MATCHING] != MATCHING_BEST)
		sum += assign_cost(a->n, b->n);
	return sum + pair * regions_candidates(x, y, regions_margin(m, x, y));
}

const struct method method_region = {regions_prepare, score, cost};
