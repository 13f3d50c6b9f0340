/*
 * Exact match, each place by itself: plain values equal as sets (or in order); any other
 * items, and those that belong to regions, equal as multisets of `value`.
 */
#include <math.h>
#include <stdlib.h>

#include "metric/field.h"
#include "metric/region/labels.h"
#include "metric/method.h"
#include "metric/place.h"
#include "metric/region/scene.h"
#include "metric/value/set.h"

/* A value that is one, and that of the region that it belongs to where that is another
 * item's. */
struct other {
	uint64_t hash;
	uint64_t place; /* metric/place.h */
	const struct json *value, *region;
};

struct exact {
	struct prepared head;
	struct atoms plain;   /* a set, or in order */
	struct other *others; /* by hash; repeats count */
	uint32_t n_others;
	double bytes; /* about, of all values as text */
};

static int
by_hash(const void *x, const void *y)
{
	const struct other *a = x, *b = y;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

static enum err
weigh(const struct measure *m, struct arena *a, const struct item *item, double *r)
{
	struct labels labels;
	enum err err = labels_read(a, item, &labels, NULL);

	if (err == ERR_OK)
		*r = labels_weight(&labels, &m->params);
	return err;
}

static const struct json *
list_of(struct arena *a, const struct atoms *atoms, struct str text)
{
	struct json *list = arena_alloc(a, sizeof(*list));
	struct json_block *block =
	    arena_alloc(a, sizeof(*block) + atoms->head.n * sizeof(block->items[0]));

	if (list == NULL || block == NULL)
		return NULL;
	*block = (struct json_block){.text = text};
	for (uint32_t i = 0; i < atoms->head.n; i++)
		block->items[i] = *atoms->list[i].value;
	*list = (struct json){.type = JSON_ARRAY, .n = atoms->head.n, .block = block};
	return list;
}

/* What was chosen for a region, as that is compared elsewhere: a set, unless the order
 * matters, without what weighs nothing. */
static enum err
read_chosen(const struct measure *m, struct arena *a, const struct item *item,
    const struct json **value, struct error *e)
{
	const char *key = atoms_key(item->type);
	struct atoms atoms = {.list = NULL};
	const struct json *list;
	enum err err;

	if (json_is_null(json_get(item->value, key)))
		return ERR_OK;
	err = atoms_read(a, &m->params, item, 0, &atoms, e);
	if (err != ERR_OK)
		return err;
	if (m->params.number[MPARAM_ORDER_MATTERS] == 0.0)
		atoms_make_set(&atoms);
	list = list_of(a, &atoms, item->value->block->text);
	if (list == NULL || field_replaced(a, *value, key, list, value) != ERR_OK)
		return error_memory(e);
	return ERR_OK;
}

static enum err
add_other(const struct measure *m, struct arena *a, const struct item *item,
    struct exact *x, struct error *e)
{
	struct other *other = &x->others[x->n_others];
	double weight = 0.0;
	enum err err = field_value(item, e);

	if (err != ERR_OK)
		return err;
	err = weigh(m, a, item, &weight);
	if (err == ERR_OK)
		err = field_compared(a, item, &other->value);
	if (err != ERR_OK)
		return error_memory(e);
	if (weight == 0.0)
		return ERR_OK;
	if (item->region != NULL && atoms_type(item->type))
		err = read_chosen(m, a, item, &other->value, e);
	if (err != ERR_OK)
		return err;
	other->place = scene_of(item, item->region != NULL ? item->region : item);
	other->region = NULL;
	if (item->region != NULL && item->region->json != item->json &&
	    field_compared(a, item->region, &other->region) != ERR_OK)
		return error_memory(e);
	other->hash = json_hash(other->value) + 7 * other->place;
	if (other->region != NULL)
		other->hash += 3 * json_hash(other->region);
	x->n_others++;
	return ERR_OK;
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct exact *x = arena_calloc(a, 1, sizeof(*x));
	bool ordered = m->params.number[MPARAM_ORDER_MATTERS] != 0.0;
	const struct item *items;

	if (x == NULL || place_sort(a, value->items, value->n, &items) != ERR_OK ||
	    (x->others = arena_alloc(a, value->n * sizeof(x->others[0]))) == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		const struct item *item = &items[i];
		enum err err = atoms_type(item->type) && item->region == NULL
		    ? atoms_add(a, m, item, &x->plain, e)
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
other_equal(const struct other *a, const struct other *b)
{
	if (a->hash != b->hash || a->place != b->place ||
	    (a->region == NULL) != (b->region == NULL))
		return false;
	return json_equal(a->value, b->value) &&
	    (a->region == NULL || json_equal(a->region, b->region));
}

static bool
others_equal(const struct exact *a, const struct exact *b)
{
	if (a->n_others != b->n_others)
		return false;
	for (uint32_t i = 0; i < a->n_others; i++)
		if (!other_equal(&a->others[i], &b->others[i]))
			return false;
	return true;
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
		others_equal(x, y)
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

/* In their order, each against that at its position. */
static void
tell_atoms_in_order(
    const struct atoms *x, const struct atoms *y, struct explanation_labels *r)
{
	for (uint32_t i = 0; i < x->head.n || i < y->head.n; i++) {
		bool in_x = i < x->head.n, in_y = i < y->head.n;
		bool same = in_x && in_y && atom_equal(&x->list[i], &y->list[i]);

		if (in_x)
			explanation_add(same ? &r->common : &r->only_a, x->list[i].value,
			    x->list[i].place);
		if (in_y && !same)
			explanation_add(&r->only_b, y->list[i].value, y->list[i].place);
	}
}

/*
 * A walk over both lists: by hash, or, where the order counts, position by position. Values
 * of equal hashes that differ are only one side's.
 */
static void
tell_others(const struct exact *x, const struct exact *y, bool ordered,
    struct explanation_labels *r)
{
	uint32_t i = 0, j = 0;

	while (i < x->n_others || j < y->n_others) {
		bool in_x = i < x->n_others, in_y = j < y->n_others;
		int order = !in_x ? 1
		    : !in_y	  ? -1
		    : ordered	  ? 0
				  : by_hash(&x->others[i], &y->others[j]);
		bool same = order == 0 && other_equal(&x->others[i], &y->others[j]);

		if (order <= 0)
			explanation_add(
			    same ? &r->common : &r->only_a, x->others[i++].value, 0);
		if (order >= 0 && !same)
			explanation_add(&r->only_b, y->others[j].value, 0);
		j += order >= 0;
	}
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct exact *x = (const struct exact *)a, *y = (const struct exact *)b;
	bool ordered = m->params.number[MPARAM_ORDER_MATTERS] != 0.0;
	struct explanation_labels plain;
	enum err err = explanation_labels_init(arena, a->n, b->n, &r->labels);

	r->kind = x->n_others + y->n_others > 0 ? EXPLANATION_OTHER : EXPLANATION_LABELS;
	if (err == ERR_OK && !ordered)
		err = atoms_explain(arena, &x->plain, &y->plain, &plain);
	if (err != ERR_OK)
		return err;
	if (ordered)
		tell_atoms_in_order(&x->plain, &y->plain, &r->labels);
	else
		explanation_append(&r->labels, &plain);
	tell_others(x, y, ordered, &r->labels);
	return ERR_OK;
}

const struct method method_exact = {prepare, score, cost, explain};
