#include "metric/value.h"

#include <math.h>

#include "metric/field.h"

/* The value without the list that predictions put around it. */
static const struct json *
unwrap(const struct json *j)
{
	return j->type == JSON_ARRAY && j->n == 1 && json_at(j, 0)->type != JSON_ARRAY &&
		json_at(j, 0)->type != JSON_OBJECT
	    ? json_at(j, 0)
	    : j;
}

static const struct json *
find(const struct item *item)
{
	static const struct json none = {.type = JSON_NULL};
	const struct json *j = str_is(item->type, "pairwise")
	    ? json_get(item->value, "selected")
	    : item->type.s == NULL ? NULL
				   : json_get_str(item->value, item->type);

	return j == NULL ? &none : unwrap(j);
}

static enum err
read_paths(struct arena *a, const struct params *p, const struct item *item,
    struct value *r, struct error *e)
{
	enum err err = atoms_read(a, p, item, &r->paths, e);

	if (err != ERR_OK)
		return err;
	atoms_make_set(&r->paths);
	r->is_paths = true;
	r->removed = r->paths.head.n == 0 && r->json->type == JSON_ARRAY && r->json->n > 0;
	return ERR_OK;
}

enum err
value_read(struct arena *a, const struct params *p, const struct item *item,
    struct value *r, struct error *e)
{
	struct value v = {.json = find(item)};
	enum err err = field_value(item, e);

	if (err != ERR_OK)
		return err;
	v.hash = json_hash(v.json);
	if (str_is(item->type, "taxonomy"))
		err = read_paths(a, p, item, &v, e);
	if (str_is(item->type, "rating") || str_is(item->type, "number"))
		v.is_number =
		    json_number_loose(v.json, &v.number) && fabs(v.number) <= FIELD_MAX;
	if (err == ERR_OK)
		*r = v;
	return err;
}

double
value_similarity(const struct value *a, const struct value *b)
{
	if (a->is_number && b->is_number)
		return 1.0 / (1.0 + fabs(a->number - b->number));
	if (a->is_paths && b->is_paths) {
		uint32_t shared = atoms_shared(&a->paths, &b->paths);
		double all = (double)a->paths.head.n + b->paths.head.n - shared;

		return all == 0.0 ? 1.0 : (double)shared / all;
	}
	return a->hash == b->hash && json_equal(a->json, b->json) ? 1.0 : 0.0;
}

double
value_cost(const struct value *a, const struct value *b)
{
	if (a->is_paths && b->is_paths)
		return 10.0 * ((double)a->paths.head.n + b->paths.head.n) +
		    3.0 * fmin(a->paths.bytes, b->paths.bytes);
	return 20.0 + 3.0 * fmin(atom_size(a->json), atom_size(b->json));
}
