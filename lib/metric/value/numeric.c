/*
 * Numbers and ratings, compared in order.
 */
#include <math.h>

#include "metric/field.h"
#include "metric/method.h"

struct numbers {
	struct prepared head;
	double *list;
	uint32_t room;
};

/* number, else rating: a number or a list of numbers; null gives none. */
static const struct json *
find(const struct item *item, const char **key)
{
	static const char *const keys[] = {"number", "rating"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct json *j = json_get(item->value, *key = keys[i]);

		if (j != NULL)
			return j;
	}
	return NULL;
}

static enum err
add(struct arena *a, struct numbers *n, double v)
{
	if (n->head.n == n->room) {
		uint32_t room = n->room == 0 ? 4 : n->room * 2;
		double *bigger = arena_alloc(a, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		for (uint32_t i = 0; i < n->head.n; i++)
			bigger[i] = n->list[i];
		n->list = bigger;
		n->room = room;
	}
	n->list[n->head.n++] = v;
	n->head.digest = n->head.digest * 31 +
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
		err = add(a, n, v);
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

	(void)m;
	if (n == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		enum err err = read_item(a, &value->items[i], n, e);

		if (err != ERR_OK)
			return err;
	}
	*r = &n->head;
	return ERR_OK;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct numbers *x = (const struct numbers *)a, *y = (const struct numbers *)b;
	uint32_t both = a->n < b->n ? a->n : b->n, all = a->n > b->n ? a->n : b->n;
	double sum = 0.0;

	(void)m;
	(void)scratch;
	for (uint32_t i = 0; i < both; i++)
		sum += 1.0 / (1.0 + fabs(x->list[i] - y->list[i]));
	*r = sum / (double)all;
	return ERR_OK;
}

static enum err
score_within(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct numbers *x = (const struct numbers *)a, *y = (const struct numbers *)b;
	bool within = a->n == b->n;

	(void)scratch;
	for (uint32_t i = 0; within && i < a->n; i++)
		within = fabs(x->list[i] - y->list[i]) <=
		    m->params.number[MPARAM_MAX_DIFFERENCE];
	*r = within ? 1.0 : 0.0;
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 5.0 * ((double)a->n + b->n);
}

const struct method method_numeric = {prepare, score, cost};
const struct method method_within = {prepare, score_within, cost};
