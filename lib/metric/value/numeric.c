/*
 * Numbers and ratings, compared in order; those of each place by themselves.
 */
#include <math.h>

#include "base/array.h"
#include "metric/explanation.h"
#include "metric/field.h"
#include "metric/method.h"
#include "metric/place.h"
#include "metric/value/numeric.h"

struct numbers {
	struct prepared head;
	double *list;
	uint64_t *places; /* of each, in order: metric/place.h */
	uint32_t room;
};

/* number, else rating: a number or a list of numbers; null gives none. */
static const struct json *
find(const struct item *item, const char **key)
{
	static const char *const keys[] = {"number", "rating"};

	for (size_t i = 0; i < N_OF(keys); i++) {
		const struct json *j = json_get(item->value, *key = keys[i]);

		if (j != NULL)
			return j;
	}
	return NULL;
}

static enum err
add(struct arena *a, struct numbers *n, double v, uint64_t place)
{
	if (n->head.n == n->room) {
		uint32_t room = n->room == 0 ? 4 : n->room * 2;
		double *list = arena_alloc(a, room * sizeof(*list));
		uint64_t *places = arena_alloc(a, room * sizeof(*places));

		if (list == NULL || places == NULL)
			return ERR_MEMORY;
		for (uint32_t i = 0; i < n->head.n; i++) {
			list[i] = n->list[i];
			places[i] = n->places[i];
		}
		n->list = list;
		n->places = places;
		n->room = room;
	}
	n->places[n->head.n] = place;
	n->list[n->head.n++] = v;
	n->head.digest = n->head.digest * 31 + 7 * place +
	    str_hash((struct str){(const char *)&n->list[n->head.n - 1], sizeof(v)});
	return ERR_OK;
}

static enum err
read_item(struct arena *a, const struct item *item, struct numbers *n, struct error *e)
{
	const char *key = "number";
	enum err err = field_value(item, e);
	const struct json *j;
	double v;

	if (err != ERR_OK)
		return err;
	j = find(item, &key);
	if (j == NULL)
		return field_error(item, key, "a number or a rating is missing", e);
	if (j->type == JSON_NULL)
		return ERR_OK;
	for (uint32_t i = 0; i < (j->type == JSON_ARRAY ? j->n : 1); i++) {
		if (!json_number_loose(j->type == JSON_ARRAY ? json_at(j, i) : j, &v) ||
		    fabs(v) > FIELD_MAX)
			return field_error(item, key, "a number is required", e);
		err = add(a, n, v, place_of(item));
		if (err != ERR_OK)
			return error_set(e, err, "%s", err_text(err));
	}
	return ERR_OK;
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct numbers *n = arena_calloc(a, 1, sizeof(*n));
	const struct item *items;

	(void)m;
	if (n == NULL || place_sort(a, value->items, value->n, &items) != ERR_OK)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		enum err err = read_item(a, &items[i], n, e);

		if (err != ERR_OK)
			return err;
	}
	*r = &n->head;
	return ERR_OK;
}

enum err
numeric_read(struct arena *a, const struct result *value, uint32_t *n_r, double *first_r,
    struct error *e)
{
	const struct prepared *p;
	enum err err = prepare(NULL, a, value, &p, e);

	if (err != ERR_OK)
		return err;
	*n_r = p->n;
	if (p->n > 0)
		*first_r = ((const struct numbers *)p)->list[0];
	return ERR_OK;
}

/* What two numbers are worth to a metric. */
typedef double valuation(const struct measure *m, double difference);

static double
worth_near(const struct measure *m, double difference)
{
	(void)m;
	return 1.0 / (1.0 + difference);
}

static double
worth_within(const struct measure *m, double difference)
{
	return difference <= m->params.number[MPARAM_MAX_DIFFERENCE] ? 1.0 : 0.0;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct numbers *x = (const struct numbers *)a, *y = (const struct numbers *)b;
	struct place_walk w = {0};
	double sum = 0.0;
	uint32_t all = 0;

	(void)scratch;
	for (; place_next(&w, x->places, a->n, y->places, b->n); all++)
		if (w.both)
			sum += worth_near(m, fabs(x->list[w.i] - y->list[w.j]));
	*r = sum / (double)all;
	return ERR_OK;
}

static enum err
score_within(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct numbers *x = (const struct numbers *)a, *y = (const struct numbers *)b;
	struct place_walk w = {0};
	bool within = a->n == b->n;

	(void)scratch;
	while (within && place_next(&w, x->places, a->n, y->places, b->n))
		within =
		    w.both && worth_within(m, fabs(x->list[w.i] - y->list[w.j])) == 1.0;
	*r = within ? 1.0 : 0.0;
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 5.0 * ((double)a->n + b->n);
}

static enum err
explain_by(valuation *worth, const struct measure *m, struct arena *arena,
    const struct prepared *a, const struct prepared *b, struct explanation *r)
{
	const struct numbers *x = (const struct numbers *)a, *y = (const struct numbers *)b;
	struct explanation_numbers *all = &r->numbers;
	struct place_walk w = {0};

	r->kind = EXPLANATION_NUMBER;
	all->list = arena_alloc(arena, ((size_t)a->n + b->n) * sizeof(all->list[0]));
	if (all->list == NULL)
		return ERR_MEMORY;
	while (place_next(&w, x->places, a->n, y->places, b->n)) {
		bool in_a = place_in_a(&w);
		struct explanation_number one = {
		    .a = in_a ? x->list[w.i] : (double)NAN,
		    .b = place_in_b(&w) ? y->list[w.j] : (double)NAN,
		    .place = in_a ? x->places[w.i] : y->places[w.j],
		};

		if (w.both)
			one.similarity = worth(m, fabs(one.a - one.b));
		all->list[all->n++] = one;
	}
	return ERR_OK;
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	return explain_by(worth_near, m, arena, a, b, r);
}

static enum err
explain_within(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	return explain_by(worth_within, m, arena, a, b, r);
}

const struct method method_numeric = {prepare, score, cost, explain};
const struct method method_within = {prepare, score_within, cost, explain_within};
