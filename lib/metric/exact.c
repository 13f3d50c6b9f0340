/*
 * Exact match: plain values equal as sets (or in order), any other items equal as multisets
 * of `value`.
 */
#include <math.h>
#include <stdlib.h>

#include "metric/field.h"
#include "metric/labels.h"
#include "metric/method.h"
#include "metric/set.h"

struct exact {
	struct prepared head;
	struct atoms plain;  /* a set, or in order */
	struct atom *others; /* by hash; repeats count */
	uint32_t n_others;
	double bytes; /* about, of all values as text */
};

static int
by_hash(const void *x, const void *y)
{
	const struct atom *a = x, *b = y;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

static enum err
add_other(const struct measure *m, struct arena *a, const struct item *item,
    struct exact *x, struct error *e)
{
	struct labels labels;
	enum err err = field_value(item, e);

	if (err == ERR_OK)
		err = labels_read(a, item, &labels, e);
	if (err == ERR_OK && labels_weight(&labels, &m->params) != 0.0)
		x->others[x->n_others++] =
		    (struct atom){json_hash(item->value), item->value};
	return err;
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct exact *x = arena_calloc(a, 1, sizeof(*x));
	bool ordered = m->params.number[MPARAM_ORDER_MATTERS] != 0.0;

	if (x == NULL ||
	    (x->others = arena_alloc(a, value->n * sizeof(x->others[0]))) == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		const struct item *item = &value->items[i];
		enum err err = atoms_type(item->type)
		    ? atoms_read(a, &m->params, item, &x->plain, e)
		    : add_other(m, a, item, x, e);

		if (err != ERR_OK)
			return err;
	}
	if (!ordered) {
		atoms_make_set(&x->plain);
		qsort(x->others, x->n_others, sizeof(x->others[0]), by_hash);
	}
	x->bytes = x->plain.bytes;
	for (uint32_t i = 0; i < x->n_others; i++)
		x->bytes += atom_size(x->others[i].value);
	x->head = (struct prepared){x->plain.head.n + x->n_others, x->plain.head.digest};
	for (uint32_t i = 0; i < x->n_others; i++)
		x->head.digest += x->others[i].hash;
	*r = &x->head;
	return ERR_OK;
}

static bool
lists_equal(const struct atom *a, uint32_t n_a, const struct atom *b, uint32_t n_b)
{
	if (n_a != n_b)
		return false;
	for (uint32_t i = 0; i < n_a; i++)
		if (!atom_equal(&a[i], &b[i]))
			return false;
	return true;
}

/*
 * By hash both lists are in the same order, apart from values of equal hashes that differ,
 * which nobody has ever found.
 */
static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct exact *x = (const struct exact *)a, *y = (const struct exact *)b;

	(void)m;
	(void)scratch;
	*r = lists_equal(x->plain.list, x->plain.head.n, y->plain.list, y->plain.head.n) &&
		lists_equal(x->others, x->n_others, y->others, y->n_others)
	    ? 1.0
	    : 0.0;
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 10.0 + 20.0 * fmin(a->n, b->n) +
	    3.0 * fmin(((const struct exact *)a)->bytes, ((const struct exact *)b)->bytes);
}

const struct method method_exact = {prepare, score, cost};
