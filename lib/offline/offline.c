#include "offline/offline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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
	/* A result that is no JSON suggests nothing; computing its task reports it. */
	return err == ERR_INPUT ? ERR_OK : err;
}

enum err
offline_survey(struct offline *o, const struct export_task *t, struct error *e)
{
	bool guess = o->from_results;
	enum err err = t->id.given ? repeats_note(&o->repeats, t->id.value) : ERR_OK;

	if (err == ERR_OK)
		err = owners_note(&o->owners, t);
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
	owners_settle(&o->owners);
	return ERR_OK;
}

enum err
offline_join(struct offline *o, struct arena *a, const struct export_task *t,
    const struct export_task **r, struct error *e)
{
	*r = t;
	return t->id.given ? repeats_join(&o->repeats, a, t, r, e) : ERR_OK;
}

enum err
offline_claim(struct offline *o, const struct export_task *t, struct error *e)
{
	return owners_claim(&o->owners, t, e);
}

void
offline_again(struct offline *o)
{
	repeats_again(&o->repeats);
}

void
offline_end(struct offline *o)
{
	owners_end(&o->owners);
	repeats_end(&o->repeats);
}

enum err
offline_rest(
    struct offline *o, struct arena *a, const struct export_task **r, struct error *e)
{
	return repeats_rest(&o->repeats, a, r, e);
}

enum err
offline_choose(struct offline *o, struct str name, struct error *e)
{
	const struct store_dimension_list rows = {o->rows.list, o->rows.n};
	const struct store_dimension *named = NULL;
	enum err err = name.s == NULL ? ERR_OK : dimension_find(&rows, name, &named, e);

	if (err != ERR_OK)
		return err;
	return dimension_choose(o->arena, &rows, named, &o->dimensions) == ERR_OK
	    ? ERR_OK
	    : error_memory(e);
}

enum err
offline_every(struct offline *o, struct str name, const struct store_dimension **named_r,
    struct error *e)
{
	struct store_dimension_list rows = {o->rows.list, o->rows.n};
	const struct store_dimension *named = NULL;
	enum err err = name.s == NULL ? ERR_OK : dimension_find(&rows, name, &named, e);

	if (err != ERR_OK)
		return err;
	if (named != NULL)
		rows = (struct store_dimension_list){named, 1};
	err = dimension_all(o->arena, &rows, &o->dimensions);
	if (err == ERR_OK)
		err = kept_rules(o->arena, &o->dimensions, STR(""), &o->rules);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	*named_r = named;
	return ERR_OK;
}

/* A dimension of a control, all of which are over the same values, else the one of that
 * name. */
static enum err
find_of(const struct offline *o, struct str name, const struct store_dimension **r,
    struct error *e)
{
	const struct store_dimension_list rows = {o->rows.list, o->rows.n};

	for (size_t i = 0; i < rows.n; i++)
		if (str_eq(rows.items[i].control_tag, name)) {
			*r = &rows.items[i];
			return ERR_OK;
		}
	return dimension_find(&rows, name, r, e);
}

enum err
offline_pick(struct offline *o, struct str name, struct str path, struct error *e)
{
	struct store_dimension *row = arena_alloc(o->arena, sizeof(*row));
	const struct store_dimension *of = NULL;
	enum err err = find_of(o, name, &of, e);

	if (err == ERR_OK && row == NULL)
		return error_memory(e);
	if (err == ERR_OK &&
	    (err = dimension_over_path(o->arena, of, path, row, e)) != ERR_OK)
		err = error_prefix(e, err, "path: ");
	if (err != ERR_OK)
		return err;
	row->metric_type = STR("exact_match");
	const struct store_dimension_list alone = {row, 1};
	return dimension_choose(o->arena, &alone, row, &o->dimensions) == ERR_OK
	    ? ERR_OK
	    : error_memory(e);
}

enum err
offline_measure(struct offline *o, struct str metric, struct str params, struct error *e)
{
	for (size_t i = 0; i < o->dimensions.n; i++) {
		struct store_dimension *row = arena_alloc(o->arena, sizeof(*row));
		enum err err;

		if (row == NULL)
			return error_memory(e);
		*row = *o->dimensions.list[i].row;
		row->metric_type = metric;
		row->metric_params = params;
		row->user_set |=
		    STORE_DIMENSION_METRIC_TYPE | STORE_DIMENSION_METRIC_PARAMS;
		err = dimension_check(o->arena, row, e);
		if (err != ERR_OK)
			return err;
		if (dimension_init(o->arena, row, &o->dimensions.list[i]) != ERR_OK)
			return error_memory(e);
		o->dimensions.list[i].weight = 1.0;
	}
	return ERR_OK;
}

bool
offline_embeds(const struct offline *o)
{
	for (size_t i = 0; i < o->dimensions.n; i++)
		if (o->dimensions.list[i].usable &&
		    measure_embeds(&o->dimensions.list[i].measure))
			return true;
	return false;
}

void
offline_embed(struct offline *o, struct embedding *m)
{
	o->embedding = m;
	dimension_embed(&o->dimensions, embedding_embedder(m));
}

/* Later than any time that is given. */
#define NO_TIME (INT64_MAX / 2)

/* Evidence in step with the results behind it. */
struct gathered {
	struct evidence *list;
	struct side_result *results;
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
	    arena_calloc(a, most, sizeof(g->results[0])), 0};
	if (g->list == NULL || g->results == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n_annotations; i++) {
		const struct export_annotation *v = &t->annotations[i];
		const struct store_user *by = people_find(&o->people, &v->completed_by);

		if (v->was_cancelled)
			continue;
		g->results[g->n] =
		    (struct side_result){.json = v->result.json, .text = v->result.text};
		g->list[g->n++] = (struct evidence){
		    .id = v->id.given ? v->id.value : spare_id(t, i),
		    .by = by,
		    .alone = by == NULL && o->unnamed,
		    .ground_truth = v->ground_truth,
		    .updated_at = micros(v->updated_at, v->created_at),
		};
	}
	for (size_t i = 0; i < t->n_predictions; i++) {
		const struct export_prediction *v = &t->predictions[i];

		if (v->id_only)
			continue;
		g->results[g->n] =
		    (struct side_result){.json = v->result.json, .text = v->result.text};
		g->list[g->n++] = (struct evidence){
		    .is_prediction = true,
		    .id = v->id.given ? v->id.value : (int64_t)i + 1,
		    .model = v->model_version,
		    .updated_at = micros(v->updated_at, v->created_at),
		};
	}
	return ERR_OK;
}

/* The rows of the selection with their results. */
static enum err
read_sides(const struct offline *o, struct arena *a, const struct export_task *t,
    struct sides *r, struct error *e)
{
	struct gathered g;

	if (gather(o, a, t, &g) != ERR_OK ||
	    sides_select(a, o->selection, g.list, g.n, o->people.known, o->people.n, r) !=
		ERR_OK)
		return error_memory(e);
	return sides_read(a, g.list, g.results, r, e);
}

enum err
offline_task(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_answer *r, struct error *e)
{
	struct sides sides;
	enum err err = read_sides(o, a, t, &sides, e);

	if (err != ERR_OK)
		return err;
	r->rows = sides.rows;
	embedding_begin(o->embedding);
	return matrix_compute(a, sides.sides, sides.n, o->dimensions.list, o->dimensions.n,
	    &o->options, &r->matrix, e);
}

enum err
offline_explain(const struct offline *o, struct arena *a, const struct export_task *t,
    const struct str pair[static 2], struct offline_pair *r, struct error *e)
{
	struct matrix_side two[2];
	struct sides sides;
	size_t place[2];
	enum err err = read_sides(o, a, t, &sides, e);

	for (int i = 0; err == ERR_OK && i < 2; i++) {
		const struct participant named = participant_named(pair[i]);

		place[i] = sides_find(&sides, &named);
		if (place[i] == PARTICIPANT_NONE)
			return error_set(e, ERR_NOT_FOUND,
			    "there is no participant \"%.*s\"", STR_ARG(pair[i]));
		two[i] = sides.sides[place[i]];
		r->rows[i] = sides.rows[place[i]];
	}
	if (err != ERR_OK)
		return err;
	embedding_begin(o->embedding);
	return explain_pair(
	    a, two, place[0] == place[1], &o->dimensions, &o->options, &r->explained, e);
}

/* ---- what the database keeps of a task */

static struct store_version
version_of(const struct evidence *v)
{
	return (struct store_version){
	    .id = v->id,
	    .updated_at = v->updated_at,
	    .kind = v->is_prediction ? STORE_PREDICTION : STORE_ANNOTATION,
	    .ground_truth = v->ground_truth,
	};
}

static enum err
versions_of(struct arena *a, const struct gathered *g, struct store_version **r)
{
	struct store_version *list = arena_calloc(a, g->n, sizeof(list[0]));

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < g->n; i++)
		list[i] = version_of(&g->list[i]);
	*r = list;
	return ERR_OK;
}

enum err
offline_kept(const struct offline *o, struct arena *a, const struct export_task *t,
    struct kept *r, struct error *e)
{
	struct store_version *versions;
	struct matrix_side *sides;
	struct gathered g;
	struct kept k;
	enum err err;

	if (gather(o, a, t, &g) != ERR_OK || versions_of(a, &g, &versions) != ERR_OK ||
	    kept_sides(a, g.list, versions, g.n, &k) != ERR_OK)
		return error_memory(e);
	err = kept_results(a, &k, g.list, g.results, &sides, e);
	if (err != ERR_OK)
		return err;
	embedding_begin(o->embedding);
	err = kept_score(a, &k, sides, &o->dimensions, o->rules, o->options.max_cost, e);
	if (err != ERR_OK)
		return err;
	if (k.scores.incomplete || embedding_failed(o->embedding))
		return error_set(e, ERR_UNAVAILABLE, "the embedding server is away");
	*r = k;
	return ERR_OK;
}

enum err
offline_value(const struct offline *o, struct arena *a, struct arena *scratch,
    const struct export_task *t, const struct store_version *version, size_t *left,
    struct matrix_side *r, struct error *e)
{
	struct gathered g;

	if (gather(o, scratch, t, &g) != ERR_OK)
		return error_memory(e);
	for (size_t i = 0; i < g.n; i++) {
		struct store_version v = version_of(&g.list[i]);
		struct str text;

		if (v.kind != version->kind || v.id != version->id)
			continue;
		if (g.results[i].text.n > *left)
			return error_set(e, ERR_LIMIT, "the results are too long");
		*left -= g.results[i].text.n < *left ? g.results[i].text.n : *left - 1;
		text = arena_str(a, g.results[i].text);
		if (g.results[i].text.s != NULL && text.s == NULL)
			return error_memory(e);
		return side_read(a, &g.list[i], &(struct side_result){.text = text}, r) ==
			ERR_OK
		    ? ERR_OK
		    : error_memory(e);
	}
	return error_set(e, ERR_NOT_FOUND, "it is not there any more");
}

static int
by_id(const void *key, const void *user)
{
	int64_t a = *(const int64_t *)key, b = ((const struct store_user *)user)->id;

	return (a > b) - (a < b);
}

const struct store_user *
offline_user(const struct offline *o, int64_t id)
{
	const struct people *p = &o->people;

	return p->n == 0 ? NULL : bsearch(&id, p->known, p->n, sizeof(p->known[0]), by_id);
}
