#include "metric/params.h"

#include <assert.h>
#include <math.h>

#include "base/array.h"

static const char *const aggregate_names[AGGREGATE__MAX + 1] = {
    [AGGREGATE_POOLED] = "pooled",
    [AGGREGATE_MIN] = "min",
};

static const char *const matching_names[MATCHING__MAX + 1] = {
    [MATCHING_BEST] = "best",
    [MATCHING_ONE_TO_ONE] = "one_to_one",
};

const struct metric_param_row metric_param_table[MPARAM__MAX] = {
    [MPARAM_THRESHOLD] = {"threshold", MPARAM_NUMBER, 0.0, 1.0, 0.5, NULL,
	"score from which two values count as agreeing"},
    [MPARAM_IOU_THRESHOLD] = {"iou_threshold", MPARAM_NUMBER, 0.0, 1.0, 0.5, NULL,
	"intersection over union from which two regions match"},
    [MPARAM_MAX_DIFFERENCE] = {"max_difference", MPARAM_NUMBER, 0.0, 1e100, 1.0, NULL,
	"largest difference of two numbers that agree"},
    [MPARAM_MAX_DISTANCE] = {"max_distance", MPARAM_NUMBER, 0.0, 1e100, 1.0, NULL,
	"largest distance of two key points or poly-lines that match, in per cent"},
    [MPARAM_ORDER_MATTERS] = {"order_matters", MPARAM_BOOLEAN, 0.0, 1.0, 0.0, NULL,
	"compare lists in order, not as sets"},
    [MPARAM_AGGREGATE] = {"aggregate", MPARAM_NAME, 0, 0, AGGREGATE_POOLED, aggregate_names,
	"mean over the regions of both sides, or the smaller of the two one-sided means"},
    [MPARAM_MATCHING] = {"matching", MPARAM_NAME, 0, 0, MATCHING_BEST, matching_names,
	"each region against its best partner, or a maximum-weight assignment"},
    [MPARAM_ALGORITHM] = {"algorithm", MPARAM_NAME, 0, 0, TEXT_LEVENSHTEIN,
	text_algorithm_names, "similarity of two texts"},
    [MPARAM_QVAL] = {"qval", MPARAM_INTEGER, 0, 3, 1, NULL,
	"tokens of a text: 1 characters, 2 and 3 n-grams, 0 words"},
    [MPARAM_LABEL_WEIGHTS] = {"label_weights", MPARAM_WEIGHTS, 0.0, 1e100, 0, NULL,
	"weight of each label, 1 if not named; 0 takes it out"},
};
static_assert(N_OF(metric_param_table) == MPARAM__MAX, "a row for each parameter");

void
params_default(struct params *p, double threshold)
{
	*p = (struct params){0};
	for (int i = 0; i < MPARAM__MAX; i++)
		p->number[i] = metric_param_table[i].value;
	p->number[MPARAM_THRESHOLD] = threshold;
}

static enum err
wrong(struct error *e, const struct metric_param_row *row, const char *wanted)
{
	return error_set(e, ERR_INPUT, "%s: %s is required", row->name, wanted);
}

static enum err
read_number(
    const struct metric_param_row *row, const struct json *j, double *r, struct error *e)
{
	double v;

	if (!json_number(j, &v) || (row->type == MPARAM_INTEGER && v != floor(v)))
		return wrong(
		    e, row, row->type == MPARAM_INTEGER ? "an integer" : "a number");
	if (v < row->min || v > row->max)
		return error_set(e, ERR_INPUT, "%s: must be from %g to %g", row->name,
		    row->min, row->max);
	*r = v;
	return ERR_OK;
}

static enum err
read_name(
    const struct metric_param_row *row, const struct json *j, double *r, struct error *e)
{
	struct str name = json_str(j);

	if (name.s == NULL)
		return wrong(e, row, "a name");
	for (int i = 0; row->names[i] != NULL; i++)
		if (str_is(name, row->names[i])) {
			*r = i;
			return ERR_OK;
		}
	return error_set(e, ERR_INPUT, "%s: \"%.*s\" is not one of its values", row->name,
	    STR_ARG(name));
}

static enum err
read_weights(struct arena *a, const struct metric_param_row *row, const struct json *j,
    struct params *p, struct error *e)
{
	struct label_weight *weights;

	if (j->type != JSON_OBJECT)
		return wrong(e, row, "an object of label and weight");
	weights = arena_calloc(a, j->n, sizeof(*weights));
	if (weights == NULL)
		return error_memory(e);
	for (uint32_t i = 0; i < j->n; i++) {
		enum err err = read_number(row, json_value(j, i), &weights[i].weight, e);

		if (err != ERR_OK)
			return error_prefix(
			    e, err, "label \"%.*s\" in ", STR_ARG(json_key(j, i)));
		weights[i].label = arena_str(a, json_key(j, i));
		if (weights[i].label.s == NULL)
			return error_memory(e);
	}
	p->weights = weights;
	p->n_weights = j->n;
	return ERR_OK;
}

static enum err
read_one(struct arena *a, enum metric_param key, const struct json *j, struct params *p,
    struct error *e)
{
	const struct metric_param_row *row = &metric_param_table[key];

	switch (row->type) {
	case MPARAM_NUMBER:
	case MPARAM_INTEGER:
		return read_number(row, j, &p->number[key], e);
	case MPARAM_BOOLEAN:
		if (j->type != JSON_BOOL)
			return wrong(e, row, "true or false");
		p->number[key] = j->boolean;
		return ERR_OK;
	case MPARAM_NAME:
		return read_name(row, j, &p->number[key], e);
	case MPARAM_WEIGHTS:
		return read_weights(a, row, j, p, e);
	case MPARAM_TYPE__MAX:
		break;
	}
	return ERR_OK;
}

enum err
params_read(struct arena *a, const char *metric, unsigned taken, const struct json *doc,
    struct params *p, struct error *e)
{
	if (json_is_null(doc))
		return ERR_OK;
	if (doc->type != JSON_OBJECT)
		return error_set(
		    e, ERR_INPUT, "%s: the parameters must be an object", metric);
	for (uint32_t i = 0; i < doc->n; i++) {
		struct str name = json_key(doc, i);
		enum err err = ERR_OK;
		int key = 0;

		while (key < MPARAM__MAX && !str_is(name, metric_param_table[key].name))
			key++;
		if (key == MPARAM__MAX || (taken & MPARAM_BIT(key)) == 0)
			return error_set(e, ERR_UNKNOWN, "%s: takes no parameter \"%.*s\"",
			    metric, STR_ARG(name));
		err = read_one(a, (enum metric_param)key, json_value(doc, i), p, e);
		if (err != ERR_OK)
			return error_prefix(e, err, "%s: ", metric);
	}
	return ERR_OK;
}

double
params_label_weight(const struct params *p, struct str label)
{
	for (uint32_t i = p->n_weights; i-- > 0;)
		if (str_eq(p->weights[i].label, label))
			return p->weights[i].weight;
	return 1.0;
}
