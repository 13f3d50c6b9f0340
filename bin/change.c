#include "change.h"

#include <stdio.h>
#include <string.h>

#include "matrix/dimension.h"
#include "base/number.h"
#include "base/utf8.h"
#include "json/edit.h"
#include "json/json.h"

/* The largest weight: sums of them stay finite. */
#define WEIGHT_MAX 1e100

/* What dimension_check() looks at. */
#define COMPARED                                                                           \
	(STORE_DIMENSION_METRIC_TYPE | STORE_DIMENSION_METRIC_PARAMS |                     \
	    STORE_DIMENSION_LABEL_WEIGHTS)

/* Bytes of the name's column, in the worst case that every character takes one. */
#define NAME_MAX_BYTES 512

/* What `set` and `add` say in the same words. */
/* clang-format off */
#define OPTIONS_OF_BOTH \
	[CHANGE_PROJECT] = {"project", "ID", "the project", true}, \
	[CHANGE_DESCRIPTION] = {"description", "TEXT", "a description; empty: none", false}, \
	[CHANGE_PARAMS] = {"params", "JSON", \
		"all of the metric's parameters; what is not named has its default", false}, \
	[CHANGE_WEIGHT] = {"weight", "NUMBER", \
		"weight in the mean over the dimensions, from 0 on; 0 takes it out", false}, \
	[CHANGE_LABEL_WEIGHTS] = {"label-weights", "JSON", \
		"weight of each label, from 0 on; 1 for those that are not named", false}, \
	[CHANGE_ACTIVE] = {"active", "true|false", "whether it counts", false}
/* clang-format on */

const struct option_row change_options[CHANGE__MAX + 1] = {
    [CHANGE_DIMENSION] = {"dimension", "ID|NAME", "which one: its id, name or control",
	true},
    [CHANGE_NAME] = {"name", "NAME", "a new name", false},
    [CHANGE_METRIC] = {"metric", "METRIC",
	"another metric; parameters that it takes too are kept, the others dropped, unless "
	"--params is given",
	false},
    OPTIONS_OF_BOTH,
};

const struct option_row change_add_options[CHANGE__ALL + 1] = {
    [CHANGE_CONTROL] = {"control", "NAME", "the control whose values it is about", true},
    [CHANGE_NAME] = {"name", "NAME", "its name; default: the control and the path", false},
    [CHANGE_METRIC] = {"metric", "METRIC", "what compares the parts", true},
    [CHANGE_PATH] = {"path", "PATH",
	"JSON path of the part of each value that is compared: $.a.b[*].c", true},
    OPTIONS_OF_BOTH,
};

static enum err
wrong(struct session *s, int option, const char *what)
{
	return error_set(&s->e, ERR_INPUT, "--%s: %s", change_options[option].name, what);
}

static enum err
no_memory(struct session *s)
{
	return error_memory(&s->e);
}

static enum err
read_name(struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	if (text.n == 0 || text.n > NAME_MAX_BYTES || !utf8_valid(text))
		return wrong(
		    s, CHANGE_NAME, "a name of 1 to 512 bytes in UTF-8 is required");
	d->name = text;
	*fields |= STORE_DIMENSION_NAME;
	return ERR_OK;
}

/* Any text; an empty one is none. */
static enum err
read_text(struct session *s, int option, struct str text, struct str *r)
{
	if (!utf8_valid(text))
		return wrong(s, option, "must be UTF-8");
	*r = text.n == 0 ? (struct str){0} : text;
	return ERR_OK;
}

static enum err
read_description(
    struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	*fields |= STORE_DIMENSION_DESCRIPTION;
	return read_text(s, CHANGE_DESCRIPTION, text, &d->description);
}

static bool
takes(const struct metric *m, struct str param)
{
	for (int key = 0; key < MPARAM__MAX; key++)
		if (str_is(param, metric_param_table[key].name))
			return (m->params & MPARAM_BIT(key)) != 0;
	return false;
}

/* Whether a metric takes a parameter; warns of one that is dropped. */
static bool
keeps(void *context, struct str param)
{
	const struct metric *m = context;

	if (takes(m, param))
		return true;
	fprintf(stderr,
	    "agreement-matrix dimensions set: the parameter %.*s is dropped, %s does not "
	    "take it.\n",
	    STR_ARG(param), m->name);
	return false;
}

/* What a metric takes of the parameters that another one had. */
static enum err
keep_params(struct session *s, const struct metric *m, struct str *params)
{
	struct json_edit *edit = NULL;
	enum err err = json_edit_open(*params, &edit, NULL);

	if (err == ERR_INPUT) {
		*params = (struct str){0};
		return ERR_OK;
	}
	if (err == ERR_OK) {
		json_edit_keep(edit, keeps, (void *)(uintptr_t)m);
		err = json_edit_text(edit, s->arena, params);
	}
	json_edit_close(edit);
	return err == ERR_OK ? ERR_OK : no_memory(s);
}

static enum err
read_metric(struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	const struct metric *m = metric_find(text);

	if (m == NULL)
		return error_set(&s->e, ERR_UNKNOWN,
		    "--metric: there is no metric \"%.*s\"; agreement-matrix metrics lists "
		    "them",
		    STR_ARG(text));
	d->metric_type = text;
	*fields |= STORE_DIMENSION_METRIC_TYPE;
	if (d->metric_params.n == 0)
		return ERR_OK;
	*fields |= STORE_DIMENSION_METRIC_PARAMS;
	return keep_params(s, m, &d->metric_params);
}

/* A text that must be a JSON object. */
static enum err
read_object(struct session *s, int option, struct str text, const struct json **r)
{
	enum err err = json_parse(s->arena, text, r, &s->e);

	if (err != ERR_OK)
		return error_prefix(&s->e, err, "--%s: ", change_options[option].name);
	return (*r)->type == JSON_OBJECT ? ERR_OK
					 : wrong(s, option, "an object is required");
}

static enum err
read_params(struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	const struct json *json;
	enum err err = read_object(s, CHANGE_PARAMS, text, &json);

	if (err != ERR_OK)
		return err;
	/* What is in it dimension_check() reads. */
	d->metric_params = text;
	*fields |= STORE_DIMENSION_METRIC_PARAMS;
	return ERR_OK;
}

static enum err
read_weight(struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	if (!number_double(text, &d->weight) || d->weight < 0.0 || d->weight > WEIGHT_MAX)
		return wrong(
		    s, CHANGE_WEIGHT, "a number is required, from 0 to 1e100: 0.5, say");
	*fields |= STORE_DIMENSION_WEIGHT;
	return ERR_OK;
}

static enum err
read_label_weights(
    struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	const struct json *json;
	enum err err = read_object(s, CHANGE_LABEL_WEIGHTS, text, &json);

	for (uint32_t i = 0; err == ERR_OK && i < json->n; i++) {
		double weight;

		if (!json_number(json_value(json, i), &weight) || weight < 0.0 ||
		    weight > WEIGHT_MAX)
			err = error_set(&s->e, ERR_INPUT,
			    "--label-weights: \"%.*s\": a number from 0 to 1e100 is "
			    "required",
			    STR_ARG(json_key(json, i)));
	}
	if (err != ERR_OK)
		return err;
	d->label_weights = json->n == 0 ? (struct str){0} : text;
	*fields |= STORE_DIMENSION_LABEL_WEIGHTS;
	return ERR_OK;
}

static enum err
read_active(struct session *s, struct str text, struct store_dimension *d, unsigned *fields)
{
	if (!str_is(text, "true") && !str_is(text, "false"))
		return wrong(s, CHANGE_ACTIVE, "true or false is required");
	d->is_active = str_is(text, "true");
	*fields |= STORE_DIMENSION_ACTIVE;
	return ERR_OK;
}

/* In the order in which they are read: --params after --metric. */
static enum err (*const readers[CHANGE__MAX])(
    struct session *s, struct str text, struct store_dimension *d, unsigned *fields) = {
    [CHANGE_NAME] = read_name,
    [CHANGE_DESCRIPTION] = read_description,
    [CHANGE_METRIC] = read_metric,
    [CHANGE_PARAMS] = read_params,
    [CHANGE_WEIGHT] = read_weight,
    [CHANGE_LABEL_WEIGHTS] = read_label_weights,
    [CHANGE_ACTIVE] = read_active,
};

enum err
change_read(struct session *s, const struct arguments *a, struct store_dimension *d,
    unsigned *fields_r)
{
	struct store_dimension changed = *d;
	unsigned fields = 0;
	enum err err = ERR_OK;

	/* Those that are about to be replaced need no warning. */
	if (a->option[CHANGE_PARAMS] != NULL)
		changed.metric_params = (struct str){0};
	for (int i = 0; err == ERR_OK && i < CHANGE__MAX; i++)
		if (readers[i] != NULL && a->option[i] != NULL)
			err = readers[i](s, str_of(a->option[i]), &changed, &fields);
	/* A dimension that cannot be used can still be renamed or switched off. */
	if (err == ERR_OK && (fields & COMPARED) != 0)
		err = dimension_check(s->arena, &changed, &s->e);
	if (err != ERR_OK)
		return err;
	*d = changed;
	*fields_r = fields;
	return ERR_OK;
}
