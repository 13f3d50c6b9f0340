#include "offline/offline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"

enum err
offline_begin(struct offline *o, struct str label_config, struct error *e)
{
	o->people.arena = o->arena;
	o->repeats.arena = o->arena;
	o->from_results = label_config.s == NULL;
	if (o->from_results)
		return ERR_OK;
	return dimension_derive(o->arena, label_config, (struct str){0}, &o->rows, e);
}

bool
offline_needs_results(const struct offline *o)
{
	return o->from_results;
}

/* Memory is kept for what is new alone. */
static enum err
survey_result(struct offline *o, const struct export_json *json)
{
	struct arena_mark mark = arena_mark(o->arena);
	size_t known = o->rows.n;
	struct result result;
	struct error why;
	enum err err;

	if (json->json == NULL)
		return ERR_OK;
	err = result_read(o->arena, json->json, &result, &why);
	if (err == ERR_OK)
		err = dimension_guess(o->arena, &result, &o->rows);
	if (o->rows.n == known)
		arena_rewind(o->arena, mark);
	/* A result that is no JSON suggests nothing; its task will be told of when it is
	 * computed. */
	return err == ERR_INPUT ? ERR_OK : err;
}

enum err
offline_survey(struct offline *o, const struct export_task *t, struct error *e)
{
	bool guess = o->from_results;
	enum err err = t->id.given ? repeats_note(&o->repeats, t->id.value) : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++) {
		err = people_meet(&o->people, &t->annotations[i].completed_by);
		if (err == ERR_OK && guess)
			err = survey_result(o, &t->annotations[i].result);
	}
	for (size_t i = 0; err == ERR_OK && guess && i < t->n_predictions; i++)
		err = survey_result(o, &t->predictions[i].result);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}

enum err
offline_settle(struct offline *o, struct error *e)
{
	if (repeats_settle(&o->repeats) != ERR_OK || people_settle(&o->people) != ERR_OK)
		return error_memory(e);
	o->known = arena_alloc(o->arena, o->people.n * sizeof(o->known[0]));
	if (o->known == NULL)
		return error_memory(e);
	for (size_t i = 0; i < o->people.n; i++)
		o->known[i] = o->people.list[i].id;
	return ERR_OK;
}

enum err
offline_join(struct offline *o, struct arena *a, const struct export_task *t,
    const struct export_task **r, struct error *e)
{
	*r = t;
	return t->id.given ? repeats_join(&o->repeats, a, t, r, e) : ERR_OK;
}

void
offline_end(struct offline *o)
{
	repeats_end(&o->repeats);
}

enum err
offline_rest(
    struct offline *o, struct arena *a, const struct export_task **r, struct error *e)
{
	return repeats_rest(&o->repeats, a, r, e);
}

/* How well a dimension fits what was asked for: by its name or number, or by its control.
 */
enum fit { FIT_NONE, FIT_CONTROL, FIT_NAME };

static enum fit
fit_of(const struct store_dimension *d, struct str name)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, d->id);
	if (str_eq(d->name, name) || str_is(name, number))
		return FIT_NAME;
	return str_eq(d->control_tag, name) ? FIT_CONTROL : FIT_NONE;
}

/* The dimension of that name, else the only one of that control, or `any`: the first. */
static enum err
find(const struct offline *o, struct str name, bool any, const struct store_dimension **r,
    struct error *e)
{
	const struct store_dimension *found = NULL;
	enum fit best = FIT_NONE;
	size_t n = 0;

	for (size_t i = 0; i < o->rows.n; i++) {
		enum fit fit = fit_of(&o->rows.list[i], name);

		if (fit == FIT_NONE || fit < best)
			continue;
		n = fit > best ? 1 : n + 1;
		found = fit > best ? &o->rows.list[i] : found;
		best = fit;
	}
	if (found == NULL)
		return error_set(
		    e, ERR_UNKNOWN, "there is no dimension \"%.*s\"", STR_ARG(name));
	if (n > 1 && best == FIT_CONTROL && !any)
		return error_set(e, ERR_INPUT,
		    "\"%.*s\" has %zu dimensions, \"%.*s\" the first; say which",
		    STR_ARG(name), n, STR_ARG(found->name));
	*r = found;
	return ERR_OK;
}

enum err
offline_choose(struct offline *o, struct str name, struct error *e)
{
	const struct store_dimension *named = NULL;
	enum err err = name.s == NULL ? ERR_OK : find(o, name, false, &named, e);

	if (err != ERR_OK)
		return err;
	o->dimensions = arena_alloc(o->arena, o->rows.n * sizeof(o->dimensions[0]));
	o->n_dimensions = 0;
	if (o->dimensions == NULL)
		return error_memory(e);
	for (size_t i = 0; i < o->rows.n; i++) {
		const struct store_dimension *row = &o->rows.list[i];
		struct dimension *d = &o->dimensions[o->n_dimensions];

		if (named != NULL ? row != named : !dimension_counts(row))
			continue;
		if (dimension_init(o->arena, row, d) != ERR_OK)
			return error_memory(e);
		if (named != NULL)
			d->weight = 1.0;
		o->n_dimensions++;
	}
	return ERR_OK;
}

enum err
offline_pick(struct offline *o, struct str name, struct str path, struct error *e)
{
	struct store_dimension *row = arena_alloc(o->arena, sizeof(*row));
	const struct store_dimension *of = NULL;
	enum err err = find(o, name, true, &of, e);

	o->dimensions = arena_alloc(o->arena, sizeof(o->dimensions[0]));
	if (row == NULL || o->dimensions == NULL)
		return error_memory(e);
	if (err == ERR_OK &&
	    (err = dimension_over_path(o->arena, of, path, row, e)) != ERR_OK)
		error_prefix(e, "path: ");
	if (err != ERR_OK)
		return err;
	row->metric_type = STR("exact_match");
	if (dimension_init(o->arena, row, &o->dimensions[0]) != ERR_OK)
		return error_memory(e);
	o->n_dimensions = 1;
	return ERR_OK;
}

enum err
offline_measure(struct offline *o, struct str metric, struct str params, struct error *e)
{
	for (size_t i = 0; i < o->n_dimensions; i++) {
		struct store_dimension *row = arena_alloc(o->arena, sizeof(*row));
		enum err err;

		if (row == NULL)
			return error_memory(e);
		*row = *o->dimensions[i].row;
		row->metric_type = metric;
		row->metric_params = params;
		row->user_set |=
		    STORE_DIMENSION_METRIC_TYPE | STORE_DIMENSION_METRIC_PARAMS;
		err = dimension_check(o->arena, row, e);
		if (err != ERR_OK)
			return err;
		if (dimension_init(o->arena, row, &o->dimensions[i]) != ERR_OK)
			return error_memory(e);
		o->dimensions[i].weight = 1.0;
	}
	return ERR_OK;
}

bool
offline_embeds(const struct offline *o)
{
	for (size_t i = 0; i < o->n_dimensions; i++)
		if (o->dimensions[i].usable && measure_embeds(&o->dimensions[i].measure))
			return true;
	return false;
}

void
offline_embed(struct offline *o, struct embedding *m)
{
	o->embedding = m;
	for (size_t i = 0; i < o->n_dimensions; i++)
		o->dimensions[i].measure.embedder = embedding_embedder(m);
}

/* Later than any time that is given. */
#define NO_TIME (INT64_MAX / 2)

/* Evidence in step with the results behind it. */
struct gathered {
	struct evidence *list;
	const struct export_json **results;
	size_t n;
};

/* When something was changed last. What does not say has the day of its import; of several
 * such the larger id is the later one. */
static int64_t
micros(struct str updated, struct str created)
{
	double seconds;

	/* Not every microsecond is a double times a million. */
	return datetime_seconds(updated.s != NULL ? updated : created, &seconds)
	    ? llround(seconds * 1e6)
	    : NO_TIME;
}

/* An id for the i-th of those that have none, which none has that does. */
static int64_t
spare_id(const struct export_task *t, size_t i)
{
	int64_t largest = 0;

	for (size_t k = 0; k < t->n_annotations; k++)
		if (t->annotations[k].id.value > largest)
			largest = t->annotations[k].id.value;
	return largest < INT64_MAX / 2 ? largest + 1 + (int64_t)i : -1 - (int64_t)i;
}

static enum err
gather(const struct offline *o, struct arena *a, const struct export_task *t,
    struct gathered *g)
{
	size_t most = t->n_annotations + t->n_predictions;

	*g = (struct gathered){arena_calloc(a, most, sizeof(g->list[0])),
	    arena_alloc(a, most * sizeof(g->results[0])), 0};
	if (g->list == NULL || g->results == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n_annotations; i++) {
		const struct export_annotation *v = &t->annotations[i];
		const struct store_user *by = people_find(&o->people, &v->completed_by);

		if (v->was_cancelled)
			continue;
		g->results[g->n] = &v->result;
		g->list[g->n++] = (struct evidence){
		    .id = v->id.given ? v->id.value : spare_id(t, i),
		    .has_user = by != NULL,
		    .user = by == NULL ? 0 : by->id,
		    .alone = by == NULL && o->unnamed,
		    .ground_truth = v->ground_truth,
		    .updated_at = micros(v->updated_at, v->created_at),
		};
	}
	for (size_t i = 0; i < t->n_predictions; i++) {
		const struct export_prediction *v = &t->predictions[i];

		if (v->id_only)
			continue;
		g->results[g->n] = &v->result;
		g->list[g->n++] = (struct evidence){
		    .is_prediction = true,
		    .id = v->id.given ? v->id.value : (int64_t)i + 1,
		    .model = v->model_version,
		    .updated_at = micros(v->updated_at, v->created_at),
		};
	}
	return ERR_OK;
}

static enum err
read_side(struct arena *a, const struct evidence *v, const struct export_json *json,
    struct matrix_side *side)
{
	struct result *result = arena_calloc(a, 1, sizeof(*result));
	struct error why = {0};
	enum err err = ERR_OK;

	if (result == NULL)
		return ERR_MEMORY;
	*side = (struct matrix_side){result, v->is_prediction, v->id, NULL};
	if (json->json != NULL)
		err = result_read(a, json->json, result, &why);
	if (err != ERR_INPUT)
		return err;
	side->unreadable = arena_printf(a, "%s", why.text);
	return side->unreadable == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err
make_sides(struct arena *a, const struct gathered *g, const struct participants *p,
    struct matrix_side *sides)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t v = p->list[i].evidence, k = 0;
		enum err err = ERR_OK;

		if (v == PARTICIPANT_NONE)
			continue;
		while (k < i && p->list[k].evidence != v)
			k++;
		if (k < i)
			sides[i] = sides[k];
		else
			err = read_side(a, &g->list[v], g->results[v], &sides[i]);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
offline_task(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_answer *r, struct error *e)
{
	struct participants p = {0};
	struct matrix_side *sides;
	struct gathered g;

	if (gather(o, a, t, &g) != ERR_OK ||
	    participants_select(a, o->selection, g.list, g.n, o->known, o->people.n, &p) !=
		ERR_OK)
		return error_memory(e);
	sides = arena_calloc(a, p.n, sizeof(*sides));
	r->rows = arena_calloc(a, p.n, sizeof(r->rows[0]));
	if (sides == NULL || r->rows == NULL || make_sides(a, &g, &p, sides) != ERR_OK)
		return error_memory(e);
	for (size_t i = 0; i < p.n; i++)
		r->rows[i] = (struct matrix_row){&p.list[i],
		    p.list[i].kind == PARTICIPANT_ANNOTATOR
			? people_of_id(&o->people, p.list[i].user)
			: NULL};
	embedding_begin(o->embedding);
	return matrix_compute(
	    a, sides, p.n, o->dimensions, o->n_dimensions, &o->options, &r->matrix, e);
}
