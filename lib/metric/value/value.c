#include "metric/value/value.h"

#include <math.h>

#include "base/array.h"
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

/* Where a value stands whose key is not the name of its type. */
static const struct {
	const char *type, *key;
} other_keys[] = {{"pairwise", "selected"}, {"textarea", "text"}};

static const struct json *
find(const struct item *item)
{
	for (size_t i = 0; i < N_OF(other_keys); i++)
		if (str_is(item->type, other_keys[i].type))
			return json_get(item->value, other_keys[i].key);
	return item->type.s == NULL ? NULL : json_get_str(item->value, item->type);
}

/* Where the region is, which is compared by itself. */
static bool
is_geometry(struct str key)
{
	static const char *const keys[] = {"x", "y", "width", "height", "rotation",
	    "radiusX", "radiusY", "points", "closed", "vertices", "rle", "format",
	    "imageDataURL", "ranges", "sequence", "framesCount", "start", "end",
	    "startOffset", "endOffset", "globalOffsets", "item_index", "pageIndex",
	    "channel"};

	for (size_t i = 0; i < N_OF(keys); i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

/* Whether a member is compared: of equal keys the last one counts. */
static bool
is_rest(const struct json *whole, uint32_t i)
{
	struct str key = json_key(whole, i);

	return !is_geometry(key) && json_get_str(whole, key) == json_value(whole, i);
}

/* What a value of a type that nobody knows says: all of it but the geometry. */
static void
read_rest(const struct item *item, struct value *r)
{
	r->whole = item->value;
	for (uint32_t i = 0; i < r->whole->n; i++)
		if (is_rest(r->whole, i)) {
			r->hash += str_hash(json_key(r->whole, i)) ^
			    (7 * json_hash(json_value(r->whole, i)));
			r->n_rest++;
		}
}

static enum err
read_paths(struct arena *a, const struct params *p, const struct item *item,
    struct value *r, struct error *e)
{
	enum err err = atoms_read(a, p, item, 0, &r->paths, e);

	if (err != ERR_OK)
		return err;
	atoms_make_set(&r->paths);
	r->is_paths = true;
	r->removed = r->paths.head.n == 0 && r->json->type == JSON_ARRAY && r->json->n > 0;
	return ERR_OK;
}

static bool
is_numeric(const struct item *item)
{
	return str_is(item->type, "rating") || str_is(item->type, "number");
}

enum err
value_read(struct arena *a, const struct params *p, const struct item *item,
    struct value *r, struct error *e)
{
	static const struct json none = {.type = JSON_NULL};
	const char *key =
	    is_numeric(item) ? str_is(item->type, "rating") ? "rating" : "number" : "";
	const struct json *found;
	struct value v = {0};
	enum err err = field_value(item, e);

	if (err != ERR_OK)
		return err;
	found = find(item);
	v.json = found == NULL ? &none : unwrap(found);
	v.hash = json_hash(v.json);
	if (found == NULL && is_numeric(item))
		return field_error(item, key, "is missing", e);
	if (found == NULL && item->region != NULL)
		read_rest(item, &v);
	if (str_is(item->type, "taxonomy"))
		err = read_paths(a, p, item, &v, e);
	if (is_numeric(item) && v.json->type != JSON_NULL) {
		v.is_number =
		    json_number_loose(v.json, &v.number) && fabs(v.number) <= FIELD_MAX;
		if (!v.is_number)
			return field_error(item, key, "a number is required", e);
	}
	if (err == ERR_OK)
		*r = v;
	return err;
}

static bool
rest_equal(const struct value *a, const struct value *b)
{
	if (a->n_rest != b->n_rest)
		return false;
	for (uint32_t i = 0; a->n_rest > 0 && i < a->whole->n; i++) {
		const struct json *other;

		if (!is_rest(a->whole, i))
			continue;
		other = json_get_str(b->whole, json_key(a->whole, i));
		if (other == NULL || !json_equal(json_value(a->whole, i), other))
			return false;
	}
	return true;
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
	return a->hash == b->hash && json_equal(a->json, b->json) && rest_equal(a, b) ? 1.0
										      : 0.0;
}

double
value_cost(const struct value *a, const struct value *b)
{
	if (a->is_paths && b->is_paths)
		return 10.0 * ((double)a->paths.head.n + b->paths.head.n) +
		    3.0 * fmin(a->paths.bytes, b->paths.bytes);
	return 20.0 + 3.0 * fmin(atom_size(a->json), atom_size(b->json));
}
