#include "agreement/offline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agreement/loadpeople.h"
#include "base/datetime.h"

enum err
offline_begin(struct offline *o, struct str label_config, struct error *e)
{
	o->from_results = label_config.s == NULL;
	if (o->from_results)
		return ERR_OK;
	return dimension_derive(o->arena, label_config, (struct str){0}, &o->rows, e);
}

bool
offline_needs_survey(const struct offline *o)
{
	return o->from_results ||
	    (!o->selection->annotators.all && o->selection->annotators.n > 0);
}

/* Where a user is in the list, or would be. */
static size_t
place_of(const struct offline_users *u, int64_t id)
{
	size_t low = 0, high = u->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->list[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct store_user *
find_user(const struct offline_users *u, int64_t id)
{
	size_t i = place_of(u, id);

	return i < u->n && u->list[i].id == id ? &u->list[i] : NULL;
}

static enum err
insert_user(struct arena *a, struct offline_users *u, struct store_user user)
{
	size_t i = place_of(u, user.id);

	if (u->n == u->room) {
		size_t room = u->room == 0 ? 16 : u->room * 2;
		struct store_user *bigger = arena_alloc(a, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (u->n > 0)
			memcpy(bigger, u->list, u->n * sizeof(*bigger));
		u->list = bigger;
		u->room = room;
	}
	memmove(u->list + i + 1, u->list + i, (u->n - i) * sizeof(u->list[0]));
	u->list[i] = user;
	u->n++;
	return ERR_OK;
}

/* A text that outlives the task; absent ones become empty, as the importer writes them. */
static bool
keep(struct arena *a, struct str s, struct str *r)
{
	*r = arena_str(a, s);
	return r->s != NULL;
}

/* The part of an address before its first @. */
static struct str
local_part(struct str email)
{
	const char *at = memchr(email.s, '@', email.n);

	return at == NULL ? email : (struct str){email.s, (size_t)(at - email.s)};
}

/* The user as the importer would make them; one known by an id alone gets a made-up
 * address. */
static enum err
describe_user(struct arena *a, const struct export_user *who, struct store_user *r)
{
	struct str email = who->email;
	bool ok;

	if (email.s == NULL)
		email = str_of(
		    arena_printf(a, "user-%" PRId64 "@export.invalid", who->id.value));
	ok = email.s != NULL && keep(a, email, &r->email) &&
	    keep(a, who->first_name, &r->first_name) &&
	    keep(a, who->last_name, &r->last_name) &&
	    keep(a, who->username.s != NULL ? who->username : local_part(email),
		&r->username) &&
	    keep(a, loadpeople_avatar(who->avatar), &r->avatar);
	r->id = who->id.value;
	return ok ? ERR_OK : ERR_MEMORY;
}

static enum err
meet_user(struct arena *a, struct offline_users *u, const struct export_user *who)
{
	struct store_user *known, fresh = {0};
	enum err err;

	if (!who->id.given)
		return ERR_OK;
	known = find_user(u, who->id.value);
	if (known != NULL && (who->email.s == NULL || str_eq(who->email, known->email)))
		return ERR_OK;
	err = describe_user(a, who, &fresh);
	if (err != ERR_OK)
		return err;
	if (known == NULL)
		return insert_user(a, u, fresh);
	*known = fresh;
	return ERR_OK;
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
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++) {
		err = meet_user(o->arena, &o->users, &t->annotations[i].completed_by);
		if (err == ERR_OK && guess)
			err = survey_result(o, &t->annotations[i].result);
	}
	for (size_t i = 0; err == ERR_OK && guess && i < t->n_predictions; i++)
		err = survey_result(o, &t->predictions[i].result);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}

static bool
is_named(const struct store_dimension *d, struct str name)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, d->id);
	return str_eq(d->name, name) || str_eq(d->control_tag, name) ||
	    str_is(name, number);
}

enum err
offline_choose(struct offline *o, struct str name, struct error *e)
{
	o->dimensions = arena_alloc(o->arena, o->rows.n * sizeof(o->dimensions[0]));
	o->n_dimensions = 0;
	if (o->dimensions == NULL)
		return error_memory(e);
	for (size_t i = 0; i < o->rows.n; i++) {
		const struct store_dimension *row = &o->rows.list[i];
		struct dimension *d = &o->dimensions[o->n_dimensions];

		if (name.s != NULL ? !is_named(row, name) : !dimension_counts(row))
			continue;
		if (dimension_init(o->arena, row, d) != ERR_OK)
			return error_memory(e);
		if (name.s != NULL)
			d->weight = 1.0;
		o->n_dimensions++;
	}
	if (name.s != NULL && o->n_dimensions == 0)
		return error_set(
		    e, ERR_UNKNOWN, "there is no dimension \"%.*s\"", STR_ARG(name));
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

/* Evidence in step with the results behind it. */
struct gathered {
	struct evidence *list;
	const struct export_json **results;
	size_t n;
};

static int64_t
micros(struct str when)
{
	double seconds;

	/* Not every microsecond is a double times a million. */
	return datetime_seconds(when, &seconds) ? llround(seconds * 1e6) : 0;
}

static enum err
gather(struct arena *a, const struct export_task *t, struct gathered *g)
{
	size_t most = t->n_annotations + t->n_predictions;

	*g = (struct gathered){arena_calloc(a, most, sizeof(g->list[0])),
	    arena_alloc(a, most * sizeof(g->results[0])), 0};
	if (g->list == NULL || g->results == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < t->n_annotations; i++) {
		const struct export_annotation *v = &t->annotations[i];

		if (v->was_cancelled)
			continue;
		g->results[g->n] = &v->result;
		g->list[g->n++] = (struct evidence){
		    .id = v->id.given ? v->id.value : (int64_t)i + 1,
		    .has_user = v->completed_by.id.given,
		    .user = v->completed_by.id.value,
		    .ground_truth = v->ground_truth,
		    .updated_at =
			micros(v->updated_at.s != NULL ? v->updated_at : v->created_at),
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
		    .updated_at =
			micros(v->updated_at.s != NULL ? v->updated_at : v->created_at),
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

/* The users that may take part: those of the survey, or, without one, those of this task.
 */
static enum err
known_users(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_users *users, int64_t **ids)
{
	enum err err = ERR_OK;

	*users = o->users;
	if (!offline_needs_survey(o)) {
		*users = (struct offline_users){0};
		for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++)
			err = meet_user(a, users, &t->annotations[i].completed_by);
	}
	*ids = arena_alloc(a, users->n * sizeof(**ids));
	if (err != ERR_OK || *ids == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < users->n; i++)
		(*ids)[i] = users->list[i].id;
	return ERR_OK;
}

enum err
offline_task(const struct offline *o, struct arena *a, const struct export_task *t,
    struct offline_answer *r, struct error *e)
{
	struct participants p = {0};
	struct offline_users users;
	struct matrix_side *sides;
	struct gathered g;
	int64_t *ids;

	if (known_users(o, a, t, &users, &ids) != ERR_OK || gather(a, t, &g) != ERR_OK ||
	    participants_select(a, o->selection, g.list, g.n, ids, users.n, &p) != ERR_OK)
		return error_memory(e);
	sides = arena_calloc(a, p.n, sizeof(*sides));
	r->rows = arena_calloc(a, p.n, sizeof(r->rows[0]));
	if (sides == NULL || r->rows == NULL || make_sides(a, &g, &p, sides) != ERR_OK)
		return error_memory(e);
	for (size_t i = 0; i < p.n; i++)
		r->rows[i] = (struct render_participant){&p.list[i],
		    p.list[i].kind == PARTICIPANT_ANNOTATOR
			? find_user(&users, p.list[i].user)
			: NULL};
	embedding_begin(o->embedding);
	return matrix_compute(
	    a, sides, p.n, o->dimensions, o->n_dimensions, &o->options, &r->matrix, e);
}
