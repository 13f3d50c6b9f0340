#include "service/render.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "json/json.h"

static void
render_deleted(struct json_writer *w, const char *key, int64_t id)
{
	json_open_object(w, key);
	json_write_null(w, "avatar");
	json_write_format(w, "email", "deleted-%" PRId64 "-user@example.com", id);
	json_write_text(w, "first_name", STR("Deleted"));
	json_write_integer(w, "id", id);
	json_write_text(w, "initials", STR("DU"));
	json_write_format(w, "last_name", "User %" PRId64, id);
	json_write_format(w, "username", "deleted-%" PRId64, id);
	json_close_object(w);
}

static void
render_initials(struct json_writer *w, const struct store_user *u)
{
	struct str first = utf8_first(u->first_name, 1), last = utf8_first(u->last_name, 1);

	if (first.n == 0 && last.n == 0)
		json_write_text(w, "initials", utf8_first(u->email, 2));
	else
		json_write_format(w, "initials", "%.*s%.*s", STR_ARG(first), STR_ARG(last));
}

void
render_user(
    struct json_writer *w, const char *key, const struct store_user *u, struct str hostname)
{
	if (u->deleted || u->email.s == NULL) {
		render_deleted(w, key, u->id);
		return;
	}
	json_open_object(w, key);
	if (u->avatar.n == 0)
		json_write_null(w, "avatar");
	else
		json_write_format(
		    w, "avatar", "%.*s/data/%.*s", STR_ARG(hostname), STR_ARG(u->avatar));
	json_write_text(w, "email", u->email);
	json_write_text(w, "first_name", u->first_name);
	json_write_integer(w, "id", u->id);
	render_initials(w, u);
	json_write_text(w, "last_name", u->last_name);
	json_write_text(w, "username", u->username);
	json_close_object(w);
}

void
render_participant(struct json_writer *w, const char *key, const struct matrix_row *row,
    struct str hostname)
{
	const struct participant *p = row->participant;

	if (p->kind == PARTICIPANT_ANNOTATOR) {
		render_user(w, key, row->user, hostname);
		return;
	}
	json_open_object(w, key);
	switch (p->kind) {
	case PARTICIPANT_UNNAMED:
		json_write_format(w, "id", "annotation:%" PRId64, p->user);
		json_write_format(w, "username", "Annotation %" PRId64, p->user);
		break;
	case PARTICIPANT_MODEL:
		json_write_format(w, "id", "model:%.*s", STR_ARG(p->model));
		if (p->model.n == 0)
			json_write_text(w, "username", STR("Model (no version)"));
		else
			json_write_format(w, "username", "Model %.*s", STR_ARG(p->model));
		break;
	default:
		json_write_text(w, "id", STR("ground_truth"));
		json_write_text(w, "username", STR("Ground Truth"));
	}
	json_close_object(w);
}

void
render_matrix(struct json_writer *w, const struct matrix *m, const struct matrix_row *rows,
    struct str hostname)
{
	json_open_object(w, NULL);
	json_open_array(w, "matrix");
	for (size_t i = 0; i < m->n; i++) {
		json_open_array(w, NULL);
		for (size_t j = 0; j < m->n; j++)
			json_write_number(w, NULL, m->cells[i * m->n + j]);
		json_close_array(w);
	}
	json_close_array(w);
	json_open_array(w, "users");
	for (size_t i = 0; i < m->n; i++)
		render_participant(w, NULL, &rows[i], hostname);
	json_close_array(w);
	json_close_object(w);
}

void
render_json(struct arena *a, struct json_writer *w, const char *key, struct str text)
{
	const struct json *j;

	if (text.n == 0 || json_parse(a, text, &j, NULL) != ERR_OK)
		json_write_null(w, key);
	else
		json_write_copy(w, key, j);
}

static void
json_or_empty(struct arena *a, struct json_writer *w, const char *key, struct str text)
{
	if (text.n > 0) {
		render_json(a, w, key, text);
		return;
	}
	json_open_object(w, key);
	json_close_object(w);
}

static void
render_allowed(struct json_writer *w, const struct store_dimension *d)
{
	/* What a path picks can be anything. */
	bool picks = str_is(d->extraction_method, DIMENSION_FROM_PATH);

	json_open_object(w, "allowed_metrics_with_params");
	for (size_t i = 0; i < metric_count; i++)
		if (picks || metric_fits(&metric_table[i], d->control_type, d->per_region))
			render_params(w, metric_table[i].name, &metric_table[i]);
	json_close_object(w);
}

void
render_dimension(struct arena *a, struct json_writer *w, const struct store_dimension *d)
{
	json_open_object(w, NULL);
	json_write_integer(w, "id", d->id);
	json_write_integer(w, "project", d->project);
	json_write_text(w, "name", d->name);
	json_write_text(w, "description", d->description);
	json_write_text(w, "control_tag", d->control_tag);
	json_write_text(w, "extraction_method", d->extraction_method);
	json_or_empty(a, w, "extraction_method_params", d->extraction_params);
	json_write_text(w, "metric_type", d->metric_type);
	json_or_empty(a, w, "metric_params", d->metric_params);
	json_write_bool(w, "is_active", d->is_active && d->is_present);
	json_write_bool(w, "is_categorical", d->is_categorical);
	json_write_bool(w, "is_user_defined", d->is_user_defined);
	json_write_integer(w, "order", d->order);
	render_json(a, w, "values_enum", d->values_enum);
	render_allowed(w, d);
	json_write_text(w, "created_at", d->created_at);
	if (d->created_by == 0)
		json_write_null(w, "created_by");
	else
		json_write_integer(w, "created_by", d->created_by);
	json_write_text(w, "updated_at", d->updated_at);
	json_write_number(w, "weight", d->weight);
	json_close_object(w);
}

static void
write_names(struct json_writer *w, const char *key, const char *const *names)
{
	json_open_array(w, key);
	for (; *names != NULL; names++)
		json_write_text(w, NULL, str_of(*names));
	json_close_array(w);
}

/* A number of a parameter. */
static void
write_bound(
    struct json_writer *w, const char *key, const struct metric_param_row *row, double v)
{
	if (row->type == MPARAM_INTEGER)
		json_write_integer(w, key, (int64_t)v);
	else
		json_write_number(w, key, v);
}

static void
write_bounds(struct json_writer *w, const struct metric_param_row *row)
{
	write_bound(w, "minimum", row, row->min);
	/* The largest number that is let in stands for "none". */
	if (row->max < 1e100)
		write_bound(w, "maximum", row, row->max);
}

static void
render_param(struct json_writer *w, const struct metric *m, enum metric_param key)
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

	json_open_object(w, row->name);
	json_write_text(w, "type", str_of(types[row->type]));
	switch (row->type) {
	case MPARAM_NAME:
		json_write_text(w, "default", str_of(row->names[(int)value]));
		write_names(w, "enum", row->names);
		break;
	case MPARAM_BOOLEAN:
		json_write_bool(w, "default", value != 0.0);
		break;
	case MPARAM_INTEGER:
	case MPARAM_NUMBER:
		write_bound(w, "default", row, value);
		write_bounds(w, row);
		break;
	default:
		json_open_object(w, "default");
		json_close_object(w);
		break;
	}
	json_write_text(w, "description", str_of(row->doc));
	json_close_object(w);
}

void
render_params(struct json_writer *w, const char *key, const struct metric *m)
{
	json_open_object(w, key);
	for (int param = 0; param < MPARAM__MAX; param++)
		if ((m->params & MPARAM_BIT(param)) != 0)
			render_param(w, m, (enum metric_param)param);
	json_close_object(w);
}

void
render_metric(struct json_writer *w, const struct metric *m)
{
	json_open_object(w, NULL);
	json_write_text(w, "name", str_of(m->name));
	json_write_text(w, "display_name", str_of(m->display_name));
	json_write_text(w, "description", str_of(m->doc));
	if (m->tags == NULL)
		json_write_null(w, "control_tags");
	else
		write_names(w, "control_tags", m->tags);
	json_write_bool(w, "per_region", m->per_region);
	render_params(w, "params", m);
	json_open_array(w, "methodologies");
	json_write_text(w, NULL, STR("pairwise"));
	if (metric_is_verdict(m))
		json_write_text(w, NULL, STR("consensus"));
	json_close_array(w);
	json_close_object(w);
}
