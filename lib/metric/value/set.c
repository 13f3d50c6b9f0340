#include "metric/value/set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/deadline.h"
#include "metric/field.h"
#include "metric/method.h"
#include "metric/place.h"

/* The types whose `value` has one key of interest; each element of a list is a value of its
 * own. */
static const struct {
	const char *type, *key;
	bool weighted; /* its values are labels in the sense of label_weights */
} plain_types[] = {
    {"choices", "choices", true},
    {"taxonomy", "taxonomy", true},
    {"pairwise", "selected", false},
    {"rating", "rating", false},
    {"number", "number", false},
    {"datetime", "datetime", false},
};

static int
find_type(struct str type)
{
	for (int i = 0; i < (int)N_OF(plain_types); i++)
		if (str_is(type, plain_types[i].type))
			return i;
	return -1;
}

bool
atoms_type(struct str type)
{
	return type.s != NULL && find_type(type) >= 0;
}

const char *
atoms_key(struct str type)
{
	return plain_types[find_type(type)].key;
}

double
atom_size(const struct json *value)
{
	switch (value->type) {
	case JSON_STRING:
		return value->n;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return (double)value->block->text.n;
	default:
		return 8.0;
	}
}

static enum err
add(struct arena *a, struct atoms *s, struct atom atom)
{
	if (s->head.n == s->room) {
		uint32_t room = s->room == 0 ? 8 : s->room * 2;
		struct atom *bigger = arena_alloc(a, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (s->head.n > 0)
			memcpy(bigger, s->list, s->head.n * sizeof(*bigger));
		s->list = bigger;
		s->room = room;
	}
	s->list[s->head.n++] = atom;
	s->bytes += atom_size(atom.value);
	return ERR_OK;
}

/* A choice counts by its name, a path by its last one. */
static bool
is_removed(const struct params *p, const struct json *v)
{
	if (v->type == JSON_ARRAY && v->n > 0)
		v = json_at(v, v->n - 1);
	return v->type == JSON_STRING && params_label_weight(p, json_str(v)) == 0.0;
}

static bool
is_number(const struct json *j)
{
	return j->type == JSON_INTEGER || j->type == JSON_REAL;
}

/* Labels given as numbers are their text, also those of a path. NULL without memory. */
static const struct json *
as_text(struct arena *a, const struct json *v)
{
	struct json_block *block;
	struct json *r;
	struct str text;
	bool any = false;

	for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->n; i++)
		any |= is_number(json_at(v, i));
	if (!any && !is_number(v))
		return v;
	r = arena_alloc(a, sizeof(*r));
	if (r == NULL)
		return NULL;
	if (is_number(v)) {
		if (json_text(a, v, &text) != ERR_OK)
			return NULL;
		*r = (struct json){
		    .type = JSON_STRING, .n = (uint32_t)text.n, .string = text.s};
		return r;
	}
	block = arena_alloc(a, sizeof(*block) + v->n * sizeof(*r));
	if (block == NULL)
		return NULL;
	*block = (struct json_block){.text = v->block->text};
	for (uint32_t i = 0; i < v->n; i++) {
		const struct json *element = json_at(v, i);

		if (is_number(element) && (element = as_text(a, element)) == NULL)
			return NULL;
		block->items[i] = *element;
	}
	*r = *v;
	r->block = block;
	return r;
}

enum err
atoms_read(struct arena *a, const struct params *p, const struct item *item, uint64_t place,
    struct atoms *atoms, struct error *e)
{
	int t = find_type(item->type);
	enum err err = field_value(item, e);
	const struct json *j;

	if (err != ERR_OK)
		return err;
	j = json_get(item->value, plain_types[t].key);
	if (j == NULL)
		return field_error(item, plain_types[t].key, "is missing", e);
	if (j->type == JSON_NULL)
		return ERR_OK;
	for (uint32_t i = 0; i < (j->type == JSON_ARRAY ? j->n : 1); i++) {
		const struct json *v = j->type == JSON_ARRAY ? json_at(j, i) : j;

		if (plain_types[t].weighted && (v = as_text(a, v)) == NULL)
			return error_memory(e);
		if (plain_types[t].weighted && is_removed(p, v))
			continue;
		err = add(a, atoms, (struct atom){json_hash(v) + 7 * place, place, v});
		if (err != ERR_OK)
			return error_set(e, err, "%s", err_text(err));
	}
	return ERR_OK;
}

bool
atom_equal(const struct atom *a, const struct atom *b)
{
	return a->hash == b->hash && a->place == b->place && json_equal(a->value, b->value);
}

static int
by_hash(const void *x, const void *y)
{
	const struct atom *a = x, *b = y;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

void
atoms_make_set(struct atoms *s)
{
	uint32_t kept = 0;

	if (s->head.n > 0)
		qsort(s->list, s->head.n, sizeof(s->list[0]), by_hash);
	for (uint32_t i = 0; i < s->head.n; i++) {
		bool repeated = false;

		for (uint32_t k = kept; k-- > 0 && s->list[k].hash == s->list[i].hash &&
		    !repeated && !deadline_passed(20);)
			repeated = atom_equal(&s->list[k], &s->list[i]);
		if (!repeated)
			s->list[kept++] = s->list[i];
	}
	s->head.n = kept;
	s->head.digest = 0;
	for (uint32_t i = 0; i < kept; i++)
		s->head.digest += s->list[i].hash;
}

static bool
contains(const struct atoms *s, uint32_t from, const struct atom *atom)
{
	for (uint32_t i = from;
	    i < s->head.n && s->list[i].hash == atom->hash && !deadline_passed(20); i++)
		if (atom_equal(&s->list[i], atom))
			return true;
	return false;
}

/* Whether a set has an atom; *from goes on from call to call, with atoms in the order of
 * their hashes. */
static bool
has(const struct atoms *s, uint32_t *from, const struct atom *atom)
{
	while (*from < s->head.n && s->list[*from].hash < atom->hash)
		++*from;
	return contains(s, *from, atom);
}

uint32_t
atoms_shared(const struct atoms *a, const struct atoms *b)
{
	uint32_t shared = 0, j = 0;

	for (uint32_t i = 0; i < a->head.n; i++)
		shared += has(b, &j, &a->list[i]);
	return shared;
}

enum err
atoms_explain(struct arena *arena, const struct atoms *a, const struct atoms *b,
    struct explanation_labels *r)
{
	struct explanation_labels labels;
	uint32_t i = 0, j = 0;
	enum err err = explanation_labels_init(arena, a->head.n, b->head.n, &labels);

	if (err != ERR_OK)
		return err;
	for (uint32_t k = 0; k < a->head.n; k++)
		explanation_add(has(b, &j, &a->list[k]) ? &labels.common : &labels.only_a,
		    a->list[k].value, a->list[k].place);
	for (uint32_t k = 0; k < b->head.n; k++)
		if (!has(a, &i, &b->list[k]))
			explanation_add(&labels.only_b, b->list[k].value, b->list[k].place);
	explanation_sort(&labels);
	*r = labels;
	return ERR_OK;
}

enum err
atoms_add(struct arena *a, const struct measure *m, const struct item *item,
    struct atoms *atoms, struct error *e)
{
	if (!atoms_type(item->type))
		return error_set(e, ERR_INPUT,
		    "$[%u].type: \"%.*s\" has no set of values to compare", item->index,
		    STR_ARG(item->type));
	return atoms_read(a, &m->params, item, place_of(item), atoms, e);
}

static enum err
prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	struct atoms *atoms = arena_calloc(a, 1, sizeof(*atoms));

	if (atoms == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < value->n; i++) {
		enum err err = atoms_add(a, m, &value->items[i], atoms, e);

		if (err != ERR_OK)
			return err;
	}
	atoms_make_set(atoms);
	*r = &atoms->head;
	return ERR_OK;
}

static enum err
score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	uint32_t shared = atoms_shared((const struct atoms *)a, (const struct atoms *)b);

	(void)m;
	(void)scratch;
	*r = (double)shared / ((double)a->n + b->n - shared);
	return ERR_OK;
}

static double
cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	(void)m;
	return 10.0 * ((double)a->n + b->n) +
	    3.0 * fmin(((const struct atoms *)a)->bytes, ((const struct atoms *)b)->bytes);
}

static enum err
explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	(void)m;
	r->kind = EXPLANATION_LABELS;
	return atoms_explain(
	    arena, (const struct atoms *)a, (const struct atoms *)b, &r->labels);
}

const struct method method_jaccard = {prepare, score, cost, explain};
