/*
 * Rankings: the share of pairs of items that both sides put in the same order (Kendall
 * 1938).
 */
#include <stdlib.h>

#include "base/deadline.h"
#include "metric/explanation.h"
#include "metric/field.h"
#include "metric/method.h"

/* One ranked item: which it is, in which bucket, at which place there. */
struct place {
	struct str name, bucket;
	uint32_t rank;
};

struct ranking {
	struct prepared head;
	struct place *list; /* by name */
};

static uint32_t
count_places(const struct json *j)
{
	uint32_t n = 0;

	if (j->type == JSON_ARRAY)
		return j->n;
	for (uint32_t i = 0; j->type == JSON_OBJECT && i < j->n; i++)
		n += json_value(j, i)->type == JSON_ARRAY ? json_value(j, i)->n : 0;
	return n;
}

static enum err
add_bucket(struct arena *a, const struct item *item, struct str bucket,
    const struct json *list, struct ranking *r, struct error *e)
{
	if (list->type != JSON_ARRAY)
		return field_error(
		    item, "ranker", "a list, or lists by bucket, are required", e);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *id = json_at(list, i);
		struct str name = json_str(id);

		if (name.s == NULL && json_text(a, id, &name) != ERR_OK)
			return error_memory(e);
		r->list[r->head.n++] = (struct place){name, bucket, i};
		r->head.digest += str_hash(name) * (i + 1) ^ str_hash(bucket);
	}
	return ERR_OK;
}

static enum err
read_item(struct arena *a, const struct item *item, struct ranking *r, struct error *e)
{
	const struct json *j = json_get(item->value, "ranker");
	enum err err = ERR_OK;

	if (j->type == JSON_ARRAY)
		return add_bucket(a, item, STR(""), j, r, e);
	for (uint32_t i = 0; err == ERR_OK && i < j->n; i++)
		err = add_bucket(a, item, json_key(j, i), json_value(j, i), r, e);
	return err;
}

static int
by_name(const void *x, const void *y)
{
	return str_cmp(((const struct place *)x)->name, ((const struct place *)y)->name);
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct ranking *all = arena_calloc(a, 1, sizeof(*all));
	size_t n = 0;

	(void)m;
	for (uint32_t i = 0; i < value->n; i++) {
		const struct json *j = json_get(value->items[i].value, "ranker");

		if (j == NULL || (j->type != JSON_ARRAY && j->type != JSON_OBJECT))
			return field_error(&value->items[i], "ranker",
			    "a list, or lists by bucket, are required", e);
		n += count_places(j);
	}
	if (all == NULL || (all->list = arena_alloc(a, n * sizeof(all->list[0]))) == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		enum err err = read_item(a, &value->items[i], all, e);

		if (err != ERR_OK)
			return err;
	}
	qsort(all->list, all->head.n, sizeof(all->list[0]), by_name);
	*r = &all->head;
	return ERR_OK;
}

static bool
same_items(const struct ranking *a, const struct ranking *b)
{
	if (a->head.n != b->head.n)
		return false;
	for (uint32_t i = 0; i < a->head.n; i++)
		if (!str_eq(a->list[i].name, b->list[i].name))
			return false;
	return true;
}

/*
 * Whether both sides relate items i and j alike: in one bucket, in the same order; in two,
 * each in its own.
 */
static bool
concordant(const struct ranking *a, const struct ranking *b, uint32_t i, uint32_t j)
{
	const struct place *ai = &a->list[i], *aj = &a->list[j], *bi = &b->list[i],
			   *bj = &b->list[j];

	if (!str_eq(ai->bucket, bi->bucket) || !str_eq(aj->bucket, bj->bucket))
		return false;
	return !str_eq(ai->bucket, aj->bucket) ||
	    (ai->rank < aj->rank) == (bi->rank < bj->rank);
}

static double
count_pairs(uint32_t n)
{
	return n == 0 ? 0.0 : (double)n * (n - 1) / 2;
}

/* Of two rankings of the same items. */
static double
count_concordant(const struct ranking *a, const struct ranking *b)
{
	double shared = 0.0;

	for (uint32_t i = 0; i < a->head.n; i++)
		for (uint32_t j = i + 1; j < a->head.n && !deadline_passed(4); j++)
			shared += concordant(a, b, i, j);
	return shared;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct ranking *x = (const struct ranking *)a, *y = (const struct ranking *)b;
	double pairs = count_pairs(a->n), shared;

	(void)m;
	(void)scratch;
	if (!same_items(x, y)) {
		*r = 0.0;
		return ERR_OK;
	}
	shared = count_concordant(x, y);
	/* A single item has no pairs: it agrees where it stands in the same bucket. */
	*r = pairs > 0.0				   ? shared / pairs
	    : str_eq(x->list[0].bucket, y->list[0].bucket) ? 1.0
							   : 0.0;
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 10.0 * (double)a->n * b->n;
}

static struct explanation_position
position_of(const struct place *p)
{
	return (struct explanation_position){true, p->bucket, p->rank};
}

/* The items of both, by name; one that both have stands once. */
static void
merge(const struct ranking *x, const struct ranking *y, struct explanation_ranking *r)
{
	uint32_t i = 0, j = 0;

	while (i < x->head.n || j < y->head.n) {
		const struct place *p = i < x->head.n ? &x->list[i] : NULL;
		const struct place *q = j < y->head.n ? &y->list[j] : NULL;
		int order = p == NULL ? 1 : q == NULL ? -1 : by_name(p, q);
		struct explanation_rank *rank = &r->list[r->n++];

		*rank = (struct explanation_rank){.name = order <= 0 ? p->name : q->name};
		if (order <= 0)
			rank->a = position_of(&x->list[i++]);
		if (order >= 0)
			rank->b = position_of(&y->list[j++]);
	}
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct ranking *x = (const struct ranking *)a, *y = (const struct ranking *)b;
	struct explanation_ranking *ranking = &r->ranking;

	(void)m;
	r->kind = EXPLANATION_RANKING;
	ranking->list =
	    arena_alloc(arena, ((size_t)a->n + b->n) * sizeof(ranking->list[0]));
	if (ranking->list == NULL)
		return ERR_MEMORY;
	merge(x, y, ranking);
	if (same_items(x, y)) {
		ranking->pairs = count_pairs(a->n);
		ranking->concordant = count_concordant(x, y);
	}
	return ERR_OK;
}

const struct method method_ranking = {prepare, score, cost, explain};
