#include "service/render.h"

#include <inttypes.h>
#include <math.h>

#include "base/utf8.h"
#include "json/out.h"

/* Text that has to be made; NULL without memory, as json_out_string() would give. */
static struct json_object *
made_text(const char *text)
{
	return text == NULL ? NULL : json_out_string(str_of(text));
}

static struct json_object *
render_deleted(struct arena *a, int64_t id)
{
	struct json_object *u = json_out_object();

	json_out_add(u, "avatar", json_out_null());
	json_out_add(u, "email",
	    made_text(arena_printf(a, "deleted-%" PRId64 "-user@example.com", id)));
	json_out_add(u, "first_name", json_out_string(STR("Deleted")));
	json_out_add(u, "id", json_out_integer(id));
	json_out_add(u, "initials", json_out_string(STR("DU")));
	json_out_add(u, "last_name", made_text(arena_printf(a, "User %" PRId64, id)));
	json_out_add(u, "username", made_text(arena_printf(a, "deleted-%" PRId64, id)));
	return u;
}

static struct json_object *
render_initials(struct arena *a, const struct store_user *u)
{
	struct str first = utf8_first(u->first_name, 1), last = utf8_first(u->last_name, 1);

	if (first.n == 0 && last.n == 0)
		return json_out_string(utf8_first(u->email, 2));
	return made_text(arena_printf(a, "%.*s%.*s", STR_ARG(first), STR_ARG(last)));
}

static struct json_object *
render_user(struct arena *a, const struct store_user *u, struct str hostname)
{
	struct json_object *o;

	if (u->deleted || u->email.s == NULL)
		return render_deleted(a, u->id);
	o = json_out_object();
	json_out_add(o, "avatar",
	    u->avatar.n == 0 ? json_out_null()
			     : made_text(arena_printf(a, "%.*s/data/%.*s",
				   STR_ARG(hostname), STR_ARG(u->avatar))));
	json_out_add(o, "email", json_out_string(u->email));
	json_out_add(o, "first_name", json_out_string(u->first_name));
	json_out_add(o, "id", json_out_integer(u->id));
	json_out_add(o, "initials", render_initials(a, u));
	json_out_add(o, "last_name", json_out_string(u->last_name));
	json_out_add(o, "username", json_out_string(u->username));
	return o;
}

static struct json_object *
render_named(struct json_object *id, struct json_object *username)
{
	struct json_object *o = json_out_object();

	json_out_add(o, "id", id);
	json_out_add(o, "username", username);
	return o;
}

static struct json_object *
render_model(struct arena *a, struct str model)
{
	return render_named(made_text(arena_printf(a, "model:%.*s", STR_ARG(model))),
	    model.n == 0 ? json_out_string(STR("Model (no version)"))
			 : made_text(arena_printf(a, "Model %.*s", STR_ARG(model))));
}

static struct json_object *
render_row(struct arena *a, const struct matrix_row *row, struct str hostname)
{
	const struct participant *p = row->participant;

	switch (p->kind) {
	case PARTICIPANT_ANNOTATOR:
		return render_user(a, row->user, hostname);
	case PARTICIPANT_UNNAMED:
		return render_named(
		    made_text(arena_printf(a, "annotation:%" PRId64, p->user)),
		    made_text(arena_printf(a, "Annotation %" PRId64, p->user)));
	case PARTICIPANT_MODEL:
		return render_model(a, p->model);
	case PARTICIPANT_GROUND_TRUTH:
		break;
	}
	return render_named(
	    json_out_string(STR("ground_truth")), json_out_string(STR("Ground Truth")));
}

struct json_object *
render_matrix(struct arena *a, const struct matrix *m, const struct matrix_row *rows,
    struct str hostname)
{
	struct json_object *o = json_out_object(), *lines = json_out_array(),
			   *users = json_out_array();

	for (size_t i = 0; i < m->n; i++) {
		struct json_object *line = json_out_array();

		for (size_t j = 0; j < m->n; j++)
			json_out_append(line, json_out_number(m->cells[i * m->n + j]));
		json_out_append(lines, line);
		json_out_append(users, render_row(a, &rows[i], hostname));
	}
	json_out_add(o, "matrix", lines);
	json_out_add(o, "users", users);
	return o;
}

/* JSON that stands in a column; absent or damaged: null. */
static struct json_object *
render_json(struct arena *a, struct str text)
{
	const struct json *j;

	if (text.n == 0 || json_parse(a, text, &j, NULL) != ERR_OK)
		return json_out_null();
	return json_out_copy(j);
}

static struct json_object *
json_or_empty(struct arena *a, struct str text)
{
	return text.n == 0 ? json_out_object() : render_json(a, text);
}

static struct json_object *
render_allowed(const struct store_dimension *d)
{
	/* What a path picks can be anything. */
	bool picks = str_is(d->extraction_method, DIMENSION_FROM_PATH);
	struct json_object *o = json_out_object();

	for (size_t i = 0; i < metric_count; i++)
		if (picks || metric_fits(&metric_table[i], d->control_type, d->per_region))
			json_out_add(
			    o, metric_table[i].name, render_params(&metric_table[i]));
	return o;
}

struct json_object *
render_dimension(struct arena *a, const struct store_dimension *d)
{
	struct json_object *o = json_out_object();

	json_out_add(o, "id", json_out_integer(d->id));
	json_out_add(o, "project", json_out_integer(d->project));
	json_out_add(o, "name", json_out_string(d->name));
	json_out_add(o, "description", json_out_string(d->description));
	json_out_add(o, "control_tag", json_out_string(d->control_tag));
	json_out_add(o, "extraction_method", json_out_string(d->extraction_method));
	json_out_add(o, "extraction_method_params", json_or_empty(a, d->extraction_params));
	json_out_add(o, "metric_type", json_out_string(d->metric_type));
	json_out_add(o, "metric_params", json_or_empty(a, d->metric_params));
	json_out_add(o, "is_active", json_out_bool(d->is_active && d->is_present));
	json_out_add(o, "is_categorical", json_out_bool(d->is_categorical));
	json_out_add(o, "is_user_defined", json_out_bool(d->is_user_defined));
	json_out_add(o, "order", json_out_integer(d->order));
	json_out_add(o, "values_enum", render_json(a, d->values_enum));
	json_out_add(o, "allowed_metrics_with_params", render_allowed(d));
	json_out_add(o, "created_at", json_out_string(d->created_at));
	json_out_add(o, "created_by",
	    d->created_by == 0 ? json_out_null() : json_out_integer(d->created_by));
	json_out_add(o, "updated_at", json_out_string(d->updated_at));
	json_out_add(o, "weight", json_out_number(d->weight));
	return o;
}

static void
add_names(struct json_object *o, const struct metric_param_row *row)
{
	struct json_object *names = json_out_array();

	for (const char *const *n = row->names; *n != NULL; n++)
		json_out_append(names, json_out_string(str_of(*n)));
	json_out_add(o, "enum", names);
}

static void
add_bounds(struct json_object *o, const struct metric_param_row *row)
{
	bool whole = row->type == MPARAM_INTEGER;

	json_out_add(o, "minimum",
	    whole ? json_out_integer((int64_t)row->min) : json_out_number(row->min));
	/* The largest number that is let in stands for "none". */
	if (row->max < 1e100)
		json_out_add(o, "maximum",
		    whole ? json_out_integer((int64_t)row->max)
			  : json_out_number(row->max));
}

static struct json_object *
render_param(const struct metric *m, enum metric_param key)
{
	static const char *const types[] = {
	    [MPARAM_NUMBER] = "number",
	    [MPARAM_INTEGER] = "integer",
	    [MPARAM_BOOLEAN] = "boolean",
	    [MPARAM_NAME] = "string",
	    [MPARAM_WEIGHTS] = "object",
	};
	const struct metric_param_row *row = &metric_param_table[key];
	double value = key == MPARAM_THRESHOLD ? m->threshold : row->value;
	struct json_object *o = json_out_object();

	json_out_add(o, "type", json_out_string(str_of(types[row->type])));
	switch (row->type) {
	case MPARAM_NAME:
		json_out_add(o, "default", json_out_string(str_of(row->names[(int)value])));
		add_names(o, row);
		break;
	case MPARAM_BOOLEAN:
		json_out_add(o, "default", json_out_bool(value != 0.0));
		break;
	case MPARAM_INTEGER:
		json_out_add(o, "default", json_out_integer((int64_t)value));
		add_bounds(o, row);
		break;
	case MPARAM_NUMBER:
		json_out_add(o, "default", json_out_number(value));
		add_bounds(o, row);
		break;
	default:
		json_out_add(o, "default", json_out_object());
		break;
	}
	json_out_add(o, "description", json_out_string(str_of(row->doc)));
	return o;
}

struct json_object *
render_params(const struct metric *m)
{
	struct json_object *o = json_out_object();

	for (int key = 0; key < MPARAM__MAX; key++)
		if ((m->params & MPARAM_BIT(key)) != 0)
			json_out_add(o, metric_param_table[key].name,
			    render_param(m, (enum metric_param)key));
	return o;
}

struct json_object *
render_metric(const struct metric *m)
{
	struct json_object *o = json_out_object(), *tags = json_out_array(),
			   *ways = json_out_array();

	for (const char *const *t = m->tags; t != NULL && *t != NULL; t++)
		json_out_append(tags, json_out_string(str_of(*t)));
	json_out_append(ways, json_out_string(STR("pairwise")));
	if (metric_is_verdict(m))
		json_out_append(ways, json_out_string(STR("consensus")));
	json_out_add(o, "name", json_out_string(str_of(m->name)));
	json_out_add(o, "display_name", json_out_string(str_of(m->display_name)));
	json_out_add(o, "description", json_out_string(str_of(m->doc)));
	json_out_add(o, "control_tags", m->tags == NULL ? json_out_null() : tags);
	if (m->tags == NULL)
		json_out_free(tags);
	json_out_add(o, "per_region", json_out_bool(m->per_region));
	json_out_add(o, "params", render_params(m));
	json_out_add(o, "methodologies", ways);
	return o;
}
