#include "matrix/dimension.h"

#include <string.h>

#include "base/number.h"
#include "json/edit.h"
#include "json/path.h"
#include "labelstudio/labelconfig.h"
#include "labelstudio/control_tag.h"

/* The text that was written, which is freed. */
static enum err
take_text(struct arena *a, struct buf *b, struct str *r)
{
	bool whole = !buf_failed(b);

	if (whole)
		*r = arena_str(a, buf_text(b));
	buf_free(b);
	return whole && r->s != NULL ? ERR_OK : ERR_MEMORY;
}

static enum err
labels_text(struct arena *a, const struct str *labels, size_t n, struct str *r)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	if (n == 0)
		return ERR_OK;
	json_open_array(&w, NULL);
	for (size_t i = 0; i < n; i++)
		json_write_text(&w, NULL, labels[i]);
	json_close_array(&w);
	return take_text(a, &b, r);
}

static bool
is_weight(const struct json *j, double *r)
{
	const struct metric_param_row *row = &metric_param_table[MPARAM_LABEL_WEIGHTS];
	double v;

	if (!json_number(j, &v) || v < row->min || v > row->max)
		return false;
	*r = v;
	return true;
}

/* The label weights that are some, anew; absent if none is. */
static enum err
labels_of_weights(struct arena *a, const struct json *labels, struct str *r)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	bool any = false;
	enum err err = ERR_OK;

	json_open_object(&w, NULL);
	for (uint32_t i = 0; err == ERR_OK && i < labels->n; i++) {
		struct str key = arena_str(a, json_key(labels, i));
		double weight;

		if (key.s == NULL)
			err = ERR_MEMORY;
		/* Of equal keys the last one counts. */
		else if (json_get_str(labels, key) == json_value(labels, i) &&
		    is_weight(json_value(labels, i), &weight)) {
			json_write_number(&w, key.s, weight);
			any = true;
		}
	}
	json_close_object(&w);
	if (err == ERR_OK && any)
		return take_text(a, &b, r);
	buf_free(&b);
	return err;
}

/* A control's part of control_weights: {"overall": w, "labels": {..}}; what is no weight
 * counts as 1. */
static enum err
apply_weights(struct arena *a, const struct json *weights, const struct control *c,
    struct store_dimension *d)
{
	const struct json *own = json_get_str(weights, d->control_tag);
	const struct json *labels = json_get(own, "labels");

	if (labels == NULL && c->labels_of.s != NULL)
		labels = json_get(json_get_str(weights, c->labels_of), "labels");
	d->weight = 1.0;
	is_weight(json_get(own, "overall"), &d->weight);
	if (labels == NULL || labels->type != JSON_OBJECT)
		return ERR_OK;
	return labels_of_weights(a, labels, &d->label_weights);
}

/* How its value is had, where there is anything to say about that. */
static enum err
extraction_text(
    struct arena *a, const struct control *c, const struct output *field, struct str *r)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);

	if (field == NULL && c->visible_when.n == 0 && c->time_format.s == NULL)
		return ERR_OK;
	json_open_object(&w, NULL);
	if (field != NULL)
		json_write_text(&w, "path", field->path);
	if (c->visible_when.n > 0)
		condition_write(&w, "visible_when", &c->visible_when);
	if (c->time_format.s != NULL)
		json_write_text(&w, "time_format", c->time_format);
	json_close_object(&w);
	return take_text(a, &b, r);
}

static enum err
make_row(struct arena *a, const struct control *c, size_t place, const struct json *weights,
    struct store_dimension *d)
{
	enum err err;

	*d = (struct store_dimension){
	    .id = (int64_t)place + 1,
	    .name = c->name,
	    .control_tag = c->name,
	    .control_type = c->tag,
	    .object_type = c->object_tag,
	    .per_region = c->per_region,
	    .extraction_method = STR(DIMENSION_FROM_CONFIG),
	    .metric_type = str_of(c->metric),
	    .is_active = true,
	    .is_present = true,
	    .is_categorical = c->categorical,
	    .order = (int64_t)place,
	};
	err = labels_text(a, c->labels, c->n_labels, &d->values_enum);
	if (err == ERR_OK)
		err = extraction_text(a, c, NULL, &d->extraction_params);
	return err == ERR_OK ? apply_weights(a, weights, c, d) : err;
}

/* The row of one field of what a control gives. */
static enum err
make_field_row(struct arena *a, const struct control *c, const struct output *field,
    size_t place, const struct json *weights, struct store_dimension *d)
{
	enum err err = make_row(a, c, place, weights, d);

	if (err != ERR_OK)
		return err;
	d->name =
	    str_of(arena_printf(a, "%.*s.%.*s", STR_ARG(c->name), STR_ARG(field->name)));
	if (d->name.s == NULL)
		return ERR_MEMORY;
	d->extraction_method = STR(DIMENSION_FROM_PATH);
	d->metric_type = str_of(field->metric);
	d->is_categorical = field->categorical;
	err = labels_text(a, field->labels, field->n_labels, &d->values_enum);
	return err == ERR_OK ? extraction_text(a, c, field, &d->extraction_params) : err;
}

/* The rows of a control: one, or one for each field of its values. */
static enum err
make_rows(struct arena *a, const struct control *c, const struct json *weights,
    struct dimension_rows *r)
{
	enum err err = ERR_OK;

	if (c->idle)
		return ERR_OK;
	if (c->outputs.n == 0)
		return make_row(a, c, r->n, weights, &r->list[r->n]) == ERR_OK
		    ? (r->n++, ERR_OK)
		    : ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < c->outputs.n; i++, r->n++)
		err = make_field_row(
		    a, c, &c->outputs.list[i], r->n, weights, &r->list[r->n]);
	return err;
}

static size_t
count_rows(const struct labelconfig *config)
{
	size_t n = 0;

	for (size_t i = 0; i < config->n; i++)
		n += config->controls[i].outputs.n == 0 ? 1 : config->controls[i].outputs.n;
	return n;
}

enum err
dimension_derive(struct arena *a, struct str label_config, struct str control_weights,
    struct dimension_rows *r, struct error *e)
{
	const struct json *weights = NULL;
	struct labelconfig config;
	struct dimension_rows rows = {0};
	enum err err = labelconfig_parse(a, label_config, &config, e);

	if (err != ERR_OK)
		return err;
	if (config.n == 0)
		return error_set(
		    e, ERR_INPUT, "the labeling configuration has no controls");
	if (control_weights.n > 0) {
		err = json_parse(a, control_weights, &weights, e);
		if (err != ERR_OK)
			return error_prefix(e, err, "control_weights: ");
	}
	rows.list = arena_calloc(a, count_rows(&config), sizeof(rows.list[0]));
	if (rows.list == NULL)
		return error_memory(e);
	for (size_t i = 0; i < config.n; i++)
		if (make_rows(a, &config.controls[i], weights, &rows) != ERR_OK)
			return error_memory(e);
	*r = rows;
	return ERR_OK;
}

static struct store_dimension *
find_control(const struct dimension_rows *rows, struct str from_name)
{
	for (size_t i = 0; i < rows->n; i++)
		if (result_name_matches(rows->list[i].control_tag, from_name))
			return &rows->list[i];
	return NULL;
}

/* Room for one row more. */
static enum err
reserve(struct arena *a, struct dimension_rows *r)
{
	size_t room = r->n < 8 ? 16 : r->n * 2;
	struct store_dimension *bigger;

	if (r->n < r->room)
		return ERR_OK;
	bigger = arena_alloc(a, room * sizeof(*bigger));
	if (bigger == NULL)
		return ERR_MEMORY;
	if (r->n > 0)
		memcpy(bigger, r->list, r->n * sizeof(*bigger));
	r->list = bigger;
	r->room = room;
	return ERR_OK;
}

static enum err
add_guess(struct arena *a, const struct item *item, struct dimension_rows *r)
{
	struct control c;

	labelconfig_guess(item, &c);
	/* What points into the item; everything else is constant. */
	c.name = arena_str(a, c.name);
	c.tag = arena_str(a, c.tag);
	if (c.name.s == NULL || c.tag.s == NULL || reserve(a, r) != ERR_OK)
		return ERR_MEMORY;
	if (make_row(a, &c, r->n, NULL, &r->list[r->n]) != ERR_OK)
		return ERR_MEMORY;
	r->list[r->n++].extraction_method = STR(DIMENSION_FROM_RESULTS);
	return ERR_OK;
}

/* Regions of no metric come last, as those that only a metric of distances speaks of. */
static unsigned
place_of_metric(struct str name)
{
	const struct metric *m = metric_find(name);

	return m == NULL || m->shape == SHAPE_NONE ? SHAPE__MAX : m->shape;
}

/* Labels of several shapes are compared by the metric of the one that comes first in enum
 * shape_id, whichever item does. */
static void
refine_guess(const struct item *item, struct store_dimension *row)
{
	struct control c;

	labelconfig_guess(item, &c);
	if (!c.per_region && !row->per_region &&
	    place_of_metric(str_of(c.metric)) < place_of_metric(row->metric_type))
		row->metric_type = str_of(c.metric);
}

enum err
dimension_guess(struct arena *a, const struct result *result, struct dimension_rows *r)
{
	for (uint32_t i = 0; i < result->n; i++) {
		const struct item *item = &result->items[i];
		struct store_dimension *row = find_control(r, item->from_name);
		enum err err = ERR_OK;

		if (row == NULL)
			err = add_guess(a, item, r);
		else if (str_is(row->extraction_method, DIMENSION_FROM_RESULTS))
			refine_guess(item, row);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
parse_optional(struct arena *a, struct str text, const struct json **r, struct error *e)
{
	*r = NULL;
	return text.n == 0 ? ERR_OK : json_parse(a, text, r, e);
}

/* The label weights of the row, unless the parameters have their own or the metric knows no
 * labels. */
static enum err
apply_label_weights(struct arena *a, struct dimension *d)
{
	static const struct str key = STR_INIT("{\"label_weights\":");
	struct measure *m = &d->measure;
	const struct json *wrapped;
	char *text;
	enum err err;

	if (m->params.n_weights > 0 || d->row->label_weights.n == 0 ||
	    (m->metric->params & MPARAM_BIT(MPARAM_LABEL_WEIGHTS)) == 0)
		return ERR_OK;
	text = arena_printf(a, "%s%.*s}", key.s, STR_ARG(d->row->label_weights));
	if (text == NULL)
		return ERR_MEMORY;
	err = json_parse(a, str_of(text), &wrapped, &d->problem);
	if (err == ERR_OK)
		err = params_read(a, m->metric->name, m->metric->params, wrapped,
		    &m->params, &d->problem);
	return err;
}

enum err
dimension_init(struct arena *a, const struct store_dimension *row, struct dimension *r)
{
	struct dimension d = {.row = row, .weight = row->weight};
	const struct json *params;
	enum err err = parse_optional(a, row->metric_params, &params, &d.problem);

	if (err == ERR_OK)
		err = measure_init(a, row->metric_type, params, &d.measure, &d.problem);
	if (err == ERR_OK)
		err = extraction_read(a, row->extraction_params, &d.extraction, &d.problem);
	d.extraction.per_region = row->per_region;
	d.extraction.metric = d.measure.metric;
	if (err == ERR_OK)
		err = apply_label_weights(a, &d);
	if (err == ERR_MEMORY)
		return err;
	d.measure.time_format = d.extraction.time_format;
	d.usable = err == ERR_OK;
	*r = d;
	return ERR_OK;
}

bool
dimension_may_settle(const struct dimension *d)
{
	const struct tag *tag = tag_of_name(d->row->control_type);

	return d->usable && !d->row->is_user_defined && d->extraction.path == NULL &&
	    (d->row->user_set &
		(STORE_DIMENSION_METRIC_TYPE | STORE_DIMENSION_METRIC_PARAMS)) == 0 &&
	    (tag == NULL || tag->shape == SHAPE_NONE) &&
	    (d->row->per_region || d->measure.metric->shape == SHAPE_NONE);
}

enum err
dimension_settle(struct arena *a, struct dimension *d, const struct item *item)
{
	struct error why = {0};
	struct measure m;
	struct control c;
	enum err err;

	labelconfig_guess(item, &c);
	if (str_is(d->row->metric_type, c.metric))
		return ERR_OK;
	err = measure_init(a, str_of(c.metric), NULL, &m, &why);
	if (err != ERR_OK)
		return err;
	m.time_format = d->extraction.time_format;
	d->measure = m;
	return apply_label_weights(a, d) == ERR_MEMORY ? ERR_MEMORY : ERR_OK;
}

enum err
dimension_over_path(struct arena *a, const struct store_dimension *of, struct str path,
    struct store_dimension *r, struct error *e)
{
	struct json_edit *params = NULL;
	struct json_path parsed;
	struct store_dimension d = *of;
	enum err err = json_path_parse(a, path, &parsed, e);

	/* What is said of the control holds for its parts as well. */
	if (err == ERR_OK)
		err = json_edit_open(of->extraction_params, &params, e);
	if (err != ERR_OK)
		return err;
	json_edit_set(params, "path", path);
	err = json_edit_text(params, a, &d.extraction_params);
	json_edit_close(params);
	if (err != ERR_OK)
		return error_memory(e);
	d.extraction_method = STR(DIMENSION_FROM_PATH);
	d.metric_params = d.label_weights = d.values_enum = (struct str){0};
	d.weight = 1.0;
	d.is_categorical = false;
	d.is_active = true;
	*r = d;
	return ERR_OK;
}

bool
dimension_counts(const struct store_dimension *row)
{
	return row->is_active && row->is_present && row->weight > 0.0;
}

enum err
dimension_check(struct arena *a, const struct store_dimension *row, struct error *e)
{
	struct dimension d;
	enum err err = dimension_init(a, row, &d);

	if (err != ERR_OK)
		return error_memory(e);
	if (!d.usable)
		return error_set(e, d.problem.code, "%s", d.problem.text);
	/* What a path picks can be anything. */
	if (d.extraction.path == NULL &&
	    !metric_fits(d.measure.metric, row->control_type, row->per_region))
		return error_set(e, ERR_INPUT, "%s does not fit a control of type %.*s%s",
		    d.measure.metric->name, STR_ARG(row->control_type),
		    row->per_region ? " for regions" : "");
	return ERR_OK;
}

/* How a name can mean a dimension, the better ways later. */
enum naming { NAMED_NOT, NAMED_BY_CONTROL, NAMED_BY_NAME, NAMED_BY_ID };

static enum naming
naming_of(const struct store_dimension *d, struct str name)
{
	int64_t id;

	if (number_integer(name, &id) && d->id == id)
		return NAMED_BY_ID;
	if (str_eq(d->name, name))
		return NAMED_BY_NAME;
	return str_eq(d->control_tag, name) ? NAMED_BY_CONTROL : NAMED_NOT;
}

enum err
dimension_find(const struct store_dimension_list *rows, struct str name,
    const struct store_dimension **r, struct error *e)
{
	const struct store_dimension *found = NULL, *other = NULL;
	enum naming best = NAMED_NOT;

	for (size_t i = 0; i < rows->n; i++) {
		enum naming naming = naming_of(&rows->items[i], name);

		if (naming == NAMED_NOT || naming < best)
			continue;
		other = naming > best ? NULL : &rows->items[i];
		found = naming > best ? &rows->items[i] : found;
		best = naming;
	}
	if (found == NULL)
		return error_set(
		    e, ERR_UNKNOWN, "there is no dimension \"%.*s\"", STR_ARG(name));
	if (other != NULL)
		return error_set(e, ERR_INPUT,
		    "\"%.*s\" are both %lld, \"%.*s\", and %lld, \"%.*s\"; say which by "
		    "its number",
		    STR_ARG(name), (long long)found->id, STR_ARG(found->name),
		    (long long)other->id, STR_ARG(other->name));
	*r = found;
	return ERR_OK;
}

enum err
dimension_choose(struct arena *a, const struct store_dimension_list *rows,
    const struct store_dimension *named, struct dimensions *r)
{
	struct dimensions chosen = {
	    .list = arena_alloc(a, rows->n * sizeof(chosen.list[0]))};

	if (chosen.list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < rows->n; i++) {
		const struct store_dimension *row = &rows->items[i];
		struct dimension *d = &chosen.list[chosen.n];

		if (named != NULL ? row->id != named->id : !dimension_counts(row))
			continue;
		if (dimension_init(a, row, d) != ERR_OK)
			return ERR_MEMORY;
		if (named != NULL)
			d->weight = 1.0;
		chosen.n++;
	}
	*r = chosen;
	return ERR_OK;
}

enum err
dimension_all(
    struct arena *a, const struct store_dimension_list *rows, struct dimensions *r)
{
	struct dimensions all = {.list = arena_alloc(a, rows->n * sizeof(all.list[0]))};

	if (all.list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < rows->n; i++)
		if (rows->items[i].is_present &&
		    dimension_init(a, &rows->items[i], &all.list[all.n++]) != ERR_OK)
			return ERR_MEMORY;
	*r = all;
	return ERR_OK;
}

void
dimension_embed(struct dimensions *d, const struct embedder *embedder)
{
	for (size_t i = 0; i < d->n; i++)
		d->list[i].measure.embedder = embedder;
}
