/*
 * Region metrics, shape x payload x decisions: every region against its best partner on the
 * other side, or one to one.
 */
#include "metric/region/assign.h"
#include "metric/method.h"
#include "metric/region/findings.h"
#include "metric/region/regions.h"

struct pairing {
	const struct measure *m;
	struct arena *scratch;
	const struct regions *a, *b;
	double *best_a, *best_b;	 /* of each region, its best similarity so far */
	uint32_t *partner_a, *partner_b; /* with whom; NULL: it is not asked for */
	struct edges edges;		 /* for one to one: all pairs that overlap at all */
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

/* What a pair is worth: the payload, too, unless they do not overlap. */
static enum err
compare(struct pairing *p, uint32_t i, uint32_t j, double *payload, double *similarity)
{
	const struct region *a = &p->a->list[i], *b = &p->b->list[j];
	double overlap = 0.0;
	enum err err = regions_overlap(p->m, p->scratch, a, b, &overlap);

	/* No overlap counts nothing, whatever the decision. */
	*similarity = 0.0;
	if (err != ERR_OK || overlap == 0.0)
		return err;
	err = payload_similarity(p, a, b, payload);
	if (err == ERR_OK)
		*similarity = p->m->metric->of_overlap(&p->m->params, overlap) * *payload;
	return err;
}

static inline void
improve(double *best, uint32_t *partner, uint32_t of, double similarity, uint32_t with)
{
	if (similarity <= best[of])
		return;
	best[of] = similarity;
	if (partner != NULL)
		partner[of] = with;
}

static enum err
visit(void *context, uint32_t i, uint32_t j)
{
	struct pairing *p = context;
	double payload = 0.0, similarity;
	enum err err = compare(p, i, j, &payload, &similarity);

	if (err != ERR_OK || similarity == 0.0)
		return err;
	if (p->best_a == NULL)
		return edges_add(p->scratch, &p->edges, (struct edge){i, j, similarity});
	improve(p->best_a, p->partner_a, i, similarity, j);
	improve(p->best_b, p->partner_b, j, similarity, i);
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

static bool
takes_best(const struct measure *m)
{
	return (int)m->params.number[MPARAM_MATCHING] == MATCHING_BEST;
}

static enum err
begin(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, struct pairing *p)
{
	const struct regions *x = (const struct regions *)a, *y = (const struct regions *)b;
	enum err err;

	*p = (struct pairing){.m = m, .scratch = scratch};
	err = regions_beside(m, scratch, x, y, &p->a);
	if (err == ERR_OK)
		err = regions_beside(m, scratch, y, x, &p->b);
	if (err != ERR_OK || !takes_best(m))
		return err;
	p->best_a = arena_calloc(scratch, a->n, sizeof(p->best_a[0]));
	p->best_b = arena_calloc(scratch, b->n, sizeof(p->best_b[0]));
	return p->best_a == NULL || p->best_b == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	struct pairing p;
	double sum = 0.0;
	enum err err = begin(m, scratch, a, b, &p);

	if (err == ERR_OK)
		err = search(&p);
	if (err == ERR_OK && takes_best(m)) {
		*r = aggregate(&p);
		return ERR_OK;
	}
	if (err == ERR_OK)
		err = assign_weight(scratch, &p.edges, a->n, b->n, &sum);
	if (err == ERR_OK)
		*r = sum / (double)(a->n > b->n ? a->n : b->n);
	return err;
}

static enum err
add_match(struct pairing *p, struct findings *f, uint32_t i, uint32_t j, double counts_a,
    double counts_b)
{
	struct explanation_match match = {.counts_a = counts_a, .counts_b = counts_b};
	enum err err = compare(p, i, j, &match.payload, &match.similarity);

	return err == ERR_OK ? findings_add(f, i, j, match) : err;
}

/* Each region with its best partner: one match where each is the other's. */
static enum err
add_best(struct pairing *p, struct findings *f)
{
	enum err err = ERR_OK;

	for (uint32_t i = 0; err == ERR_OK && i < p->a->head.n; i++) {
		uint32_t j = p->partner_a[i];
		bool mutual = j != ASSIGN_NONE && p->partner_b[j] == i;

		if (j != ASSIGN_NONE)
			err = add_match(p, f, i, j, p->a->list[i].weight,
			    mutual ? p->b->list[j].weight : 0.0);
	}
	for (uint32_t j = 0; err == ERR_OK && j < p->b->head.n; j++) {
		uint32_t i = p->partner_b[j];

		if (i != ASSIGN_NONE && p->partner_a[i] != j)
			err = add_match(p, f, i, j, 0.0, p->b->list[j].weight);
	}
	return err;
}

static enum err
add_assigned(struct pairing *p, struct findings *f)
{
	uint32_t n = p->a->head.n, *partner = p->partner_a;
	enum err err = assign_partners(p->scratch, &p->edges, n, p->b->head.n, partner);

	for (uint32_t i = 0; err == ERR_OK && i < n; i++)
		if (partner[i] != ASSIGN_NONE)
			err = add_match(p, f, i, partner[i], 1.0, 1.0);
	return err;
}

/* How the matches make the score. */
static void
tell_rule(const struct pairing *p, struct explanation_regions *r)
{
	if (!takes_best(p->m)) {
		r->rule = EXPLANATION_LARGER;
		r->all_a = p->a->head.n;
		r->all_b = p->b->head.n;
		return;
	}
	r->rule = (int)p->m->params.number[MPARAM_AGGREGATE] == AGGREGATE_MIN
	    ? EXPLANATION_MIN
	    : EXPLANATION_POOLED;
	r->all_a = weighted_sum(p->a, NULL);
	r->all_b = weighted_sum(p->b, NULL);
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	struct findings f;
	struct pairing p;
	enum err err = begin(m, arena, a, b, &p);

	if (err == ERR_OK)
		err = findings_begin(m, arena, p.a, p.b, (size_t)a->n + b->n, r, &f);
	if (err != ERR_OK)
		return err;
	p.partner_a = assign_nobody(arena, a->n);
	p.partner_b = assign_nobody(arena, b->n);
	if (p.partner_a == NULL || p.partner_b == NULL)
		return ERR_MEMORY;
	tell_rule(&p, &r->regions);
	err = search(&p);
	if (err == ERR_OK)
		err = takes_best(m) ? add_best(&p, &f) : add_assigned(&p, &f);
	explanation_sort_matches(&r->regions);
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

const struct method method_region = {regions_prepare, score, cost, explain};
