#include "metric/region/partners.h"

#include <string.h>

#include "base/deadline.h"
#include "metric/method.h"
#include "metric/region/assign.h"
#include "metric/region/regions.h"

/* What equal labels add to an overlap: less than any overlaps differ by that are not meant
 * to be the same, more than their sums are rounded by. */
#define TIE 0x1p-36

struct search {
	const struct measure *m;
	struct arena *scratch;
	const struct regions *a, *b;
	double least;
	struct edges edges;
};

static double
likeness(const struct region *a, const struct region *b)
{
	return a->value != NULL && b->value != NULL
	    ? value_similarity(a->value, b->value)
	    : labels_jaccard(&a->labels, &b->labels);
}

static enum err
visit(void *context, uint32_t i, uint32_t j)
{
	struct search *s = context;
	const struct region *a = &s->a->list[i], *b = &s->b->list[j];
	double overlap = 0.0;
	enum err err = regions_overlap(s->m, s->scratch, a, b, &overlap);

	if (err != ERR_OK || overlap < s->least)
		return err;
	return edges_add(
	    s->scratch, &s->edges, (struct edge){i, j, overlap + TIE * likeness(a, b)});
}

static enum err
find(struct search *s, uint32_t *partner)
{
	const struct regions *a = s->a, *b = s->b;
	enum err err = regions_beside(s->m, s->scratch, a, b, &s->a);

	if (err == ERR_OK)
		err = regions_beside(s->m, s->scratch, b, a, &s->b);
	if (err == ERR_OK)
		err = regions_pairs(
		    s->scratch, s->a, s->b, regions_margin(s->m, a, b), false, visit, s);
	if (err == ERR_OK)
		err = assign_partners(s->scratch, &s->edges, a->head.n, b->head.n, partner);
	return err;
}

static void
add(struct partners *r, uint32_t a, uint32_t b, bool turned)
{
	r->list[r->n++] = turned ? (struct partner){b, a} : (struct partner){a, b};
}

/* The pairs in the order of a, then those of b that are left. */
static void
gather(const struct search *s, const uint32_t *partner, bool *taken, bool turned,
    struct partners *r)
{
	for (uint32_t i = 0; i < s->a->head.n; i++) {
		bool has = partner[i] != ASSIGN_NONE;

		add(r, s->a->list[i].item, has ? s->b->list[partner[i]].item : PARTNER_NONE,
		    turned);
		if (has)
			taken[partner[i]] = true;
	}
	for (uint32_t j = 0; j < s->b->head.n; j++)
		if (!taken[j])
			add(r, PARTNER_NONE, s->b->list[j].item, turned);
}

enum err
partners_match(const struct measure *m, struct arena *a, const struct prepared *x,
    const struct prepared *y, double least, struct partners *r)
{
	struct partners all = {
	    .list = arena_alloc(a, ((size_t)x->n + y->n) * sizeof(*all.list))};
	struct arena_mark mark = arena_mark(a);
	/* A fixed order of the pair makes it the same both ways round. */
	bool turned = x->digest > y->digest;
	struct search s = {
	    .m = m,
	    .scratch = a,
	    .a = (const struct regions *)(turned ? y : x),
	    .b = (const struct regions *)(turned ? x : y),
	    .least = least,
	};
	uint32_t *partner = arena_alloc(a, s.a->head.n * sizeof(*partner));
	bool *taken = arena_calloc(a, s.b->head.n, sizeof(*taken));
	enum err err =
	    all.list == NULL || partner == NULL || taken == NULL ? ERR_MEMORY : ERR_OK;

	if (err == ERR_OK)
		err = find(&s, partner);
	if (deadline_passed(0))
		err = ERR_LIMIT;
	if (err == ERR_OK)
		gather(&s, partner, taken, turned, &all);
	arena_rewind(a, mark);
	if (err == ERR_OK)
		*r = all;
	return err;
}

double
partners_cost(const struct measure *m, const struct prepared *x, const struct prepared *y)
{
	return x->n == 0 || y->n == 0
	    ? 10.0 * ((double)x->n + y->n)
	    : method_region.cost(m, x, y) + assign_cost(x->n, y->n);
}
