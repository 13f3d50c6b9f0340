#include "service/param.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "http/field.h"

const struct param_row param_table[] = {
    [PARAM_SELECTION] = {.name = "selection",
	.type = PARAM_TYPE_SELECTION,
	.required = true,
	.doc = "which annotators, models and ground truth take part, as JSON or flattened"},
    [PARAM_DIMENSION] = {.name = "dimension",
	.type = PARAM_TYPE_INTEGER,
	.min = INT64_MIN,
	.max = INT64_MAX,
	.doc =
	    "id of the only dimension to count; without it all active ones are averaged"},
    [PARAM_IS_ACTIVE] = {.name = "is_active",
	.type = PARAM_TYPE_BOOLEAN,
	.doc = "only the dimensions that are active, or that are not"},
    [PARAM_A] = {.name = "a",
	.type = PARAM_TYPE_PARTICIPANT,
	.required = true,
	.doc = "the participant of a cell's row, by the id that `users` has of it"},
    [PARAM_B] = {.name = "b",
	.type = PARAM_TYPE_PARTICIPANT,
	.required = true,
	.doc = "the participant of a cell's column, likewise"},
};
static_assert(N_OF(param_table) == PARAM__MAX, "one row per parameter");

/* What reading one parameter needs. */
struct place {
	struct arena *arena;
	const struct query *query;
	const struct param_row *row;
	struct str name;
	struct invalid *invalid;
	struct invalid_path path;
};

static enum err
read_integer(const struct place *p, struct param_value *r)
{
	struct str text = query_last(p->query, p->name);
	const char *problem;
	bool beyond;
	int64_t v;

	problem = field_integer(text, &v, &beyond);
	if (problem != NULL)
		invalid_add(p->invalid, p->path, "%s", problem);
	else if (v > p->row->max)
		invalid_add(p->invalid, p->path,
		    "Ensure this value is less than or equal to %" PRId64 ".", p->row->max);
	else if (v < p->row->min)
		invalid_add(p->invalid, p->path,
		    "Ensure this value is greater than or equal to %" PRId64 ".",
		    p->row->min);
	else
		*r = (struct param_value){.given = true, .integer = v};
	return ERR_OK;
}

static enum err
read_boolean(const struct place *p, struct param_value *r)
{
	bool v;
	const char *problem = field_boolean(query_last(p->query, p->name), &v);

	if (problem != NULL)
		invalid_add(p->invalid, p->path, "%s", problem);
	else
		*r = (struct param_value){.given = true, .boolean = v};
	return ERR_OK;
}

static enum err
read_selection(const struct place *p, struct param_value *r)
{
	r->given = true;
	return selection_read(
	    p->arena, p->query, p->name, p->invalid, p->path, &r->selection);
}

static enum err
read_participant(const struct place *p, struct param_value *r)
{
	struct str text = query_last(p->query, p->name);
	const char *problem = str_trim(text).n == 0 ? FIELD_BLANK
	    : memchr(text.s, '\0', text.n) != NULL  ? FIELD_NUL
						    : NULL;

	if (problem != NULL)
		invalid_add(p->invalid, p->path, "%s", problem);
	else
		*r = (struct param_value){
		    .given = true, .participant = {text, participant_named(text)}};
	return ERR_OK;
}

/* An empty number or boolean stands for a form field that was not filled in. */
static bool
text_given(const struct place *p)
{
	struct str text = query_last(p->query, p->name);

	return text.s != NULL && (text.n > 0 || p->row->required);
}

static bool
flat_given(const struct place *p)
{
	return selection_given(p->query, p->name);
}

static const struct {
	bool (*given)(const struct place *p);
	enum err (*read)(const struct place *p, struct param_value *r);
} types[] = {
    [PARAM_TYPE_INTEGER] = {text_given, read_integer},
    [PARAM_TYPE_BOOLEAN] = {text_given, read_boolean},
    [PARAM_TYPE_SELECTION] = {flat_given, read_selection},
    [PARAM_TYPE_PARTICIPANT] = {text_given, read_participant},
};
static_assert(N_OF(types) == PARAM_TYPE__MAX, "one row per type");

enum err
param_read_row(struct arena *a, const struct query *q, const struct param_row *row,
    struct invalid *v, struct param_value *r)
{
	struct place p = {
	    .arena = a, .query = q, .row = row, .name = str_of(row->name), .invalid = v};

	p.path = invalid_path(p.path, p.name);
	if (types[row->type].given(&p))
		return types[row->type].read(&p, r);
	if (row->required)
		invalid_add(v, p.path, FIELD_REQUIRED);
	return ERR_OK;
}

enum err
param_read(struct arena *a, const struct query *q, unsigned wanted, struct invalid *v,
    struct param_value values[static PARAM__MAX])
{
	for (int i = 0; i < PARAM__MAX; i++) {
		enum err err;

		values[i] = (struct param_value){0};
		if ((wanted & PARAM_BIT(i)) == 0)
			continue;
		err = param_read_row(a, q, &param_table[i], v, &values[i]);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
