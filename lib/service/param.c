#include "service/param.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/utf8.h"
#include "http/field.h"
#include "project/reliability.h"

static const char *
coefficient_at(int i)
{
	return i < COEFFICIENT__MAX ? coefficient_table[i].name : NULL;
}

static const char *
weighting_at(int i)
{
	return i < WEIGHTING__MAX ? weighting_names[i] : NULL;
}

/* At the place behind those of categories, that of scores. */
static const char *
distance_at(int i)
{
	if (i == DISTANCE__MAX)
		return RELIABILITY_SCORE;
	return i < DISTANCE__MAX ? distance_names[i] : NULL;
}

static const char *
by_at(int i)
{
	return i < RELIABILITY_BY__MAX ? reliability_by_names[i] : NULL;
}

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
    [PARAM_PER_LABEL] = {.name = "per_label",
	.type = PARAM_TYPE_BOOLEAN,
	.doc = "numbers for each label instead of one for all"},
    [PARAM_STD] = {.name = "std",
	.type = PARAM_TYPE_BOOLEAN,
	.doc = "with the standard deviation"},
    [PARAM_TASK] = {.name = "task",
	.type = PARAM_TYPE_IDS,
	.doc = "only these tasks, ids with commas between them"},
    [PARAM_EXPAND] = {.name = "expand",
	.type = PARAM_TYPE_TEXT,
	.doc = "fields to show whole, with commas between them: users"},
    [PARAM_IDS] = {.name = "ids",
	.type = PARAM_TYPE_IDS,
	.required = true,
	.doc = "ids of users with commas between them"},
    [PARAM_FROM_NAME] = {.name = "from_name",
	.type = PARAM_TYPE_TEXT,
	.doc = "name of the only control to count"},
    [PARAM_MODE] = {.name = "mode",
	.type = PARAM_TYPE_TEXT,
	.doc = "all: each pair of annotators, or ground_truth: annotators against it"},
    [PARAM_CHOICE_KEYS] = {.name = "choice_keys",
	.type = PARAM_TYPE_TEXT,
	.doc = "only these choices, keys of the structure with ___PIPE___ between them"},
    [PARAM_FILTERS] = {.name = "filters",
	.type = PARAM_TYPE_TEXT,
	.doc = "a plan of filters; only an empty one"},
    [PARAM_LIMIT] = {.name = "limit",
	.type = PARAM_TYPE_INTEGER,
	.min = 1,
	.max = INT32_MAX,
	.doc = "choices at most"},
    [PARAM_OFFSET] = {.name = "offset",
	.type = PARAM_TYPE_INTEGER,
	.max = INT32_MAX,
	.doc = "choices before the first"},
    [PARAM_STAT_TYPE] = {.name = "stat_type",
	.type = PARAM_TYPE_TEXT,
	.doc = "stats or label; both are computed together"},
    [PARAM_PROJECT] = {.name = "project",
	.type = PARAM_TYPE_INTEGER,
	.required = true,
	.min = INT64_MIN,
	.max = INT64_MAX,
	.doc = "id of the project"},
    [PARAM_PAGE] = {.name = "page",
	.type = PARAM_TYPE_INTEGER,
	.min = 1,
	.max = INT32_MAX,
	.doc = "number of the page, from 1"},
    [PARAM_PAGE_SIZE] = {.name = "page_size",
	.type = PARAM_TYPE_INTEGER,
	.min = 1,
	.max = 1000,
	.doc = "tasks of a page"},
    [PARAM_FIELDS] = {.name = "fields",
	.type = PARAM_TYPE_TEXT,
	.doc = "all: with annotations and predictions; task_only"},
    [PARAM_ORDERING] = {.name = "ordering",
	.type = PARAM_TYPE_TEXT,
	.doc = "agreement, -agreement, id or -id"},
    [PARAM_QUERY] = {.name = "query",
	.type = PARAM_TYPE_TEXT,
	.doc = "a query of the Data Manager, of which the ordering counts"},
    [PARAM_AGREEMENT_LT] = {.name = "agreement__lt",
	.type = PARAM_TYPE_REAL,
	.doc = "only tasks with less agreement"},
    [PARAM_AGREEMENT_GT] = {.name = "agreement__gt",
	.type = PARAM_TYPE_REAL,
	.doc = "only tasks with more agreement"},
    [PARAM_ONLY_ANNOTATED] = {.name = "only_annotated",
	.type = PARAM_TYPE_BOOLEAN,
	.doc = "only tasks with annotations"},
    [PARAM_COEFFICIENT] = {.name = "coefficient",
	.type = PARAM_TYPE_NAME,
	.name_at = coefficient_at,
	.doc = "of agreement beyond chance; without it alpha"},
    [PARAM_WEIGHTS] = {.name = "weights",
	.type = PARAM_TYPE_NAME,
	.name_at = weighting_at,
	.doc = "how alike two categories are"},
    [PARAM_DISTANCE] = {.name = "distance",
	.type = PARAM_TYPE_NAME,
	.name_at = distance_at,
	.doc = "of alpha: how far two categories are apart; score: 1 - the metric's score"},
    [PARAM_BY] = {.name = "by",
	.type = PARAM_TYPE_NAME,
	.name_at = by_at,
	.doc = "also of each category or label, without each person, or of each pair of "
	       "people"},
    [PARAM_SEED] = {.name = "seed",
	.type = PARAM_TYPE_INTEGER,
	.max = INT64_MAX,
	.doc = "of what is drawn; 1"},
    [PARAM_DRAWS] = {.name = "draws",
	.type = PARAM_TYPE_INTEGER,
	.max = 10000,
	.doc = "of the bootstrap; 1000, and 0 for none"},
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
read_real(const struct place *p, struct param_value *r)
{
	double v;

	if (!number_double(query_last(p->query, p->name), &v))
		invalid_add(p->invalid, p->path, FIELD_NUMBER);
	else
		*r = (struct param_value){.given = true, .real = v};
	return ERR_OK;
}

static enum err
read_text(const struct place *p, struct param_value *r)
{
	struct str text = query_last(p->query, p->name);

	if (memchr(text.s, '\0', text.n) != NULL || !utf8_valid(text))
		invalid_add(p->invalid, p->path, FIELD_STRING);
	else
		*r = (struct param_value){.given = true, .text = text};
	return ERR_OK;
}

static enum err
read_name(const struct place *p, struct param_value *r)
{
	struct str text = query_last(p->query, p->name);
	const char *name;

	for (int i = 0; (name = p->row->name_at(i)) != NULL; i++)
		if (str_is(text, name)) {
			*r = (struct param_value){.given = true, .integer = i};
			return ERR_OK;
		}
	if (memchr(text.s, '\0', text.n) != NULL || !utf8_valid(text))
		invalid_add(p->invalid, p->path, FIELD_STRING);
	else
		invalid_add(
		    p->invalid, p->path, "\"%.*s\" is not a valid choice.", STR_ARG(text));
	return ERR_OK;
}

/* The part of *rest before the next comma; *rest becomes what is behind it, absent at the
 * end. */
static struct str
next_part(struct str *rest)
{
	const char *comma = memchr(rest->s, ',', rest->n);
	size_t n = comma == NULL ? rest->n : (size_t)(comma - rest->s);
	struct str part = {rest->s, n};

	*rest = comma == NULL ? (struct str){0} : (struct str){comma + 1, rest->n - n - 1};
	return part;
}

static enum err
read_ids(const struct place *p, struct param_value *r)
{
	struct str rest = query_last(p->query, p->name);
	int64_t *list = arena_alloc(p->arena, (rest.n + 1) * sizeof(list[0]));
	size_t n = 0;
	bool beyond;

	if (list == NULL)
		return ERR_MEMORY;
	while (rest.s != NULL) {
		struct str part = next_part(&rest);
		const char *problem = field_integer(part, &list[n++], &beyond);

		if (problem != NULL) {
			invalid_add(
			    p->invalid, p->path, "\"%.*s\": %s", STR_ARG(part), problem);
			return ERR_OK;
		}
	}
	*r = (struct param_value){.given = true, .ids = {list, n}};
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
    [PARAM_TYPE_REAL] = {text_given, read_real},
    [PARAM_TYPE_TEXT] = {text_given, read_text},
    [PARAM_TYPE_NAME] = {text_given, read_name},
    [PARAM_TYPE_IDS] = {text_given, read_ids},
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
param_read(struct arena *a, const struct query *q, uint64_t wanted, struct invalid *v,
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
