/*
 * Taxonomy paths with all of their ancestors, as a tree: a node stands for a path and all
 * that it begins with, so that a path of any depth costs its length once, and two trees are
 * compared node by node.
 */
#include <string.h>

#include "base/deadline.h"
#include "metric/method.h"
#include "metric/value/set.h"

/* What is no path is a node of its own, beside those of paths. */
enum { ROOT_PATHS, ROOT_SCALARS, ROOTS };

struct node {
	uint32_t parent;
	uint64_t hash;		    /* of parent, element and place */
	uint64_t place;		    /* metric/place.h: each has a tree of its own */
	const struct json *element; /* NULL: a root */
};

struct tree {
	struct prepared head; /* n: nodes without the roots */
	struct node *nodes;   /* parents before children */
	uint32_t n, room;
	uint32_t *slots; /* open addressing by hash: a node, 0 for none */
	uint32_t mask;
};

/* The child of a node, or the vacant slot where it belongs. */
static uint32_t *
find(const struct tree *t, uint32_t parent, const struct json *element, uint64_t place,
    uint64_t hash)
{
	for (uint32_t i = (uint32_t)(hash >> 32) & t->mask;; i = (i + 1) & t->mask) {
		const struct node *node = &t->nodes[t->slots[i]];

		if (t->slots[i] == 0 || deadline_passed(20) ||
		    (node->hash == hash && node->parent == parent && node->place == place &&
			json_equal(node->element, element)))
			return &t->slots[i];
	}
}

/* The hash of a child says nothing of the number of its parent: it is the same in all
 * trees. */
static uint64_t
child_hash(
    const struct tree *t, uint32_t parent, const struct json *element, uint64_t place)
{
	uint64_t h = (t->nodes[parent].hash ^ (json_hash(element) + 7 * place)) *
	    0x9e3779b97f4a7c15u;

	return (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9u;
}

static uint32_t
grow(struct tree *t, uint32_t parent, const struct json *element, uint64_t place)
{
	uint64_t hash = child_hash(t, parent, element, place);
	uint32_t *slot = find(t, parent, element, place, hash);

	if (*slot == 0) {
		*slot = t->n;
		t->nodes[t->n++] = (struct node){parent, hash, place, element};
		t->head.digest += hash;
		t->head.n++;
	}
	return *slot;
}

static size_t
size_of(const struct atoms *values)
{
	size_t n = ROOTS;

	for (uint32_t i = 0; i < values->head.n; i++) {
		const struct json *v = values->list[i].value;

		n += v->type == JSON_ARRAY ? v->n : 1;
	}
	return n;
}

static bool
tree_new(struct arena *a, size_t nodes, struct tree *t)
{
	size_t slots = 16;

	while (slots < 2 * nodes)
		slots *= 2;
	if (slots > UINT32_MAX)
		return false;
	t->nodes = arena_calloc(a, nodes, sizeof(t->nodes[0]));
	t->slots = arena_calloc(a, slots, sizeof(t->slots[0]));
	t->mask = (uint32_t)slots - 1;
	t->n = ROOTS;
	if (t->nodes == NULL || t->slots == NULL)
		return false;
	t->nodes[ROOT_SCALARS].hash = 1;
	return true;
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct tree *t = arena_calloc(a, 1, sizeof(*t));
	struct atoms values = {.list = NULL};

	for (uint32_t i = 0; i < value->n; i++) {
		enum err err = atoms_add(a, m, &value->items[i], &values, e);

		if (err != ERR_OK)
			return err;
	}
	if (t == NULL || !tree_new(a, size_of(&values), t))
		return error_memory(e);
	for (uint32_t i = 0; i < values.head.n; i++) {
		const struct json *v = values.list[i].value;
		uint64_t place = values.list[i].place;
		uint32_t at = ROOT_PATHS;

		if (v->type != JSON_ARRAY)
			grow(t, ROOT_SCALARS, v, place);
		for (uint32_t k = 0; v->type == JSON_ARRAY && k < v->n; k++)
			at = grow(t, at, json_at(v, k), place);
	}
	*r = &t->head;
	return ERR_OK;
}

/* Of each node of x the same one of y, 0 for none. ERR_MEMORY. */
static enum err
find_same(struct arena *a, const struct tree *x, const struct tree *y, uint32_t **r)
{
	uint32_t *same = arena_calloc(a, x->n, sizeof(*same));

	if (same == NULL)
		return ERR_MEMORY;
	same[ROOT_SCALARS] = ROOT_SCALARS;
	for (uint32_t i = ROOTS; i < x->n; i++) {
		const struct node *node = &x->nodes[i];

		if (node->parent >= ROOTS && same[node->parent] == 0)
			continue;
		same[i] =
		    *find(y, same[node->parent], node->element, node->place, node->hash);
	}
	*r = same;
	return ERR_OK;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	const struct tree *x = (const struct tree *)a, *y = (const struct tree *)b;
	uint32_t *same, shared = 0;

	(void)m;
	if (find_same(scratch, x, y, &same) != ERR_OK)
		return ERR_MEMORY;
	for (uint32_t i = ROOTS; i < x->n; i++)
		shared += same[i] != 0;
	*r = (double)shared / ((double)a->n + b->n - shared);
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 30.0 * ((double)a->n + b->n);
}

/* The path of a node as a list; NULL without memory. *steps is how many more there may be
 * of them in all. */
static const struct json *
path_of(struct arena *arena, const struct tree *t, uint32_t i, uint32_t *steps)
{
	struct json *list = arena_alloc(arena, sizeof(*list));
	struct json_block *block;
	uint32_t n = 0;

	for (uint32_t k = i; k >= ROOTS; k = t->nodes[k].parent)
		n++;
	*steps -= n < *steps ? n : *steps;
	block = arena_alloc(arena, sizeof(*block) + n * sizeof(block->items[0]));
	if (list == NULL || block == NULL)
		return NULL;
	*block = (struct json_block){.n_keys = 0};
	*list = (struct json){.type = JSON_ARRAY, .n = n, .block = block};
	for (uint32_t k = i; k >= ROOTS; k = t->nodes[k].parent)
		block->items[--n] = *t->nodes[k].element;
	return list;
}

/* Of a tree what the other has, and what it has not, as paths. */
static enum err
tell(struct arena *arena, const struct tree *t, const uint32_t *same, uint32_t *steps,
    struct explanation_values *common, struct explanation_values *only)
{
	for (uint32_t i = ROOTS; i < t->n && *steps > 0; i++) {
		const struct node *node = &t->nodes[i];
		const struct json *value = node->element;

		if (same[i] != 0 && common == NULL)
			continue;
		if (node->parent != ROOT_SCALARS)
			value = path_of(arena, t, i, steps);
		if (value == NULL)
			return ERR_MEMORY;
		explanation_add(same[i] != 0 ? common : only, value, node->place);
	}
	return ERR_OK;
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct tree *x = (const struct tree *)a, *y = (const struct tree *)b;
	struct explanation_labels *labels = &r->labels;
	uint32_t *in_y, *in_x, steps = EXPLANATION_STEPS;

	(void)m;
	r->kind = EXPLANATION_LABELS;
	if (find_same(arena, x, y, &in_y) != ERR_OK ||
	    find_same(arena, y, x, &in_x) != ERR_OK ||
	    explanation_labels_init(arena, a->n, b->n, labels) != ERR_OK ||
	    tell(arena, x, in_y, &steps, &labels->common, &labels->only_a) != ERR_OK ||
	    tell(arena, y, in_x, &steps, NULL, &labels->only_b) != ERR_OK)
		return ERR_MEMORY;
	labels->cut = steps == 0;
	explanation_sort(labels);
	return ERR_OK;
}

const struct method method_subtree = {prepare, score, cost, explain};
