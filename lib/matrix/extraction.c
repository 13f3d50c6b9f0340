#include "matrix/extraction.h"

#include "base/array.h"
#include "matrix/pick.h"
#include "labelstudio/visibility.h"

static enum err
read_time_format(
    struct arena *a, const struct json *j, struct extraction *r, struct error *e)
{
	(void)a;
	if (j->type != JSON_STRING || json_str(j).n == 0)
		return error_set(e, ERR_INPUT, "must be a text, as %%Y-%%m-%%d");
	r->time_format = json_str(j);
	return ERR_OK;
}

static enum err
read_path(struct arena *a, const struct json *j, struct extraction *r, struct error *e)
{
	struct json_path *path = arena_alloc(a, sizeof(*path));

	if (path == NULL)
		return error_memory(e);
	if (j->type != JSON_STRING)
		return error_set(e, ERR_INPUT, "must be a JSON path, as $.a.b");
	r->path = path;
	return json_path_parse(a, json_str(j), path, e);
}

static enum err
read_visible_when(
    struct arena *a, const struct json *j, struct extraction *r, struct error *e)
{
	return condition_read(a, j, &r->visible_when, e);
}

static const struct {
	const char *key;
	enum err (*read)(
	    struct arena *a, const struct json *j, struct extraction *r, struct error *e);
} members[] = {
    {"time_format", read_time_format},
    {"path", read_path},
    {"visible_when", read_visible_when},
};

enum err
extraction_read(struct arena *a, struct str params, struct extraction *r, struct error *e)
{
	const struct json *object = NULL;
	enum err err = params.n == 0 ? ERR_OK : json_parse(a, params, &object, e);

	*r = (struct extraction){0};
	for (size_t i = 0; err == ERR_OK && i < N_OF(members); i++) {
		const struct json *j = json_get(object, members[i].key);

		if (json_is_null(j))
			continue;
		err = members[i].read(a, j, r, e);
		if (err != ERR_OK)
			return error_prefix(
			    e, err, "extraction_method_params: %s: ", members[i].key);
	}
	return err == ERR_OK ? ERR_OK : error_prefix(e, err, "extraction_method_params: ");
}

enum err
extraction_value(struct arena *a, const struct extraction *x, const struct result *all,
    struct str control, struct result *r, bool *hidden)
{
	const struct visibility_of of = {control, x->per_region, &x->visible_when};
	struct result value;
	bool none = false;
	enum err err = result_of_control(a, all, control, &value);

	if (err == ERR_OK && x->visible_when.n > 0)
		err = visibility_apply(a, &of, all, &value, &none);
	if (err == ERR_OK && x->path != NULL)
		err = pick_items(a, x->path, x->metric, &value, &value);
	if (err != ERR_OK)
		return err;
	*r = value;
	if (hidden != NULL)
		*hidden = none;
	return ERR_OK;
}
