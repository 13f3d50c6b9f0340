#include "service/stats.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "project/leadtimes.h"
#include "service/labeluse.h"
#include "service/render.h"
#include "service/statsrender.h"
#include "service/view.h"
#include "store/tasks.h"

static const struct http_error_row *
ask(const struct call *call, struct response *r, const struct view_question *q)
{
	return view_answer(call, call->id[ROUTE_PROJECT], r, q);
}

static bool
per_label(const struct call *call)
{
	return call->param[PARAM_PER_LABEL].boolean;
}

/* Parts of what is asked over all, or of each label. */
static struct view_question
question_of(const struct call *call, unsigned parts, view_render *render)
{
	struct view_question q = {.part = PROJECT_SCORES, .render = render};

	if (per_label(call)) {
		q.part = PROJECT_LABELS;
		q.options.by_label = parts;
	} else {
		q.options.overall = parts;
	}
	return q;
}

/* ---- labels as keys */

static bool
same_text_elsewhere(const struct tally_labels *all, size_t i)
{
	for (size_t k = 0; k < all->n; k++)
		if (all->list[k].dimension != all->list[i].dimension &&
		    str_eq(all->list[k].text, all->list[i].text))
			return true;
	return false;
}

/* A label's text, or, where several controls have it, the key of the choice. */
static void
write_label_key(
    struct view *v, struct json_writer *w, const struct tally_labels *all, size_t i)
{
	const struct tally_label *label = &all->list[i];

	json_write_key(w,
	    same_text_elsewhere(all, i) ? labeluse_key(v, label->dimension, label->text)
					: label->text);
}

/* Writes a number for each label, as an object. */
typedef struct tally_mean label_number(
    const struct view *v, const struct agreement *g, uint32_t who);

static void
write_by_label(struct view *v, struct json_writer *w, const char *key, label_number *number,
    uint32_t who)
{
	struct tally_labels all = tally_labels(v->tally);

	json_open_object(w, key);
	for (size_t i = 0; i < all.n; i++) {
		const struct agreement *g = tally_on_label(v->tally, &all.list[i]);

		write_label_key(v, w, &all, i);
		json_write_number(w, NULL, number(v, g, who).mean);
	}
	json_close_object(w);
}

/* ---- IAA */

static size_t
count_annotators(const struct view *v)
{
	struct tally_people people = tally_people(v->tally);
	size_t n = 0;

	while (n < people.n && people.list[n].kind == PARTICIPANT_ANNOTATOR)
		n++;
	return n;
}

static void
write_iaa(struct view *v, struct json_writer *w, const char *key, const struct agreement *g,
    bool overall)
{
	size_t n = count_annotators(v);

	json_open_array(w, key);
	for (uint32_t i = 0; i < n; i++) {
		json_open_array(w, NULL);
		for (uint32_t k = 0; k < n; k++)
			json_write_number(w, NULL,
			    i != k	  ? tally_pair(v->tally, g, i, k).mean
				: overall ? 1.0
					  : (double)NAN);
		json_close_array(w);
	}
	json_close_array(w);
}

static void
write_common(
    struct view *v, struct json_writer *w, const char *key, const struct agreement *g)
{
	size_t n = count_annotators(v);

	json_open_array(w, key);
	for (uint32_t i = 0; i < n; i++) {
		json_open_array(w, NULL);
		for (uint32_t k = 0; k < n; k++)
			json_write_number(
			    w, NULL, i == k ? 0.0 : tally_pair(v->tally, g, i, k).tasks);
		json_close_array(w);
	}
	json_close_array(w);
}

/* Whether a field is in the list that the parameter `expand` has. */
static bool
is_expanded(const struct call *call, const char *field)
{
	struct str rest = call->param[PARAM_EXPAND].text;
	size_t n = strlen(field);

	for (size_t i = 0; i + n <= rest.n; i++)
		if (memcmp(rest.s + i, field, n) == 0 && (i == 0 || rest.s[i - 1] == ',') &&
		    (i + n == rest.n || rest.s[i + n] == ','))
			return true;
	return false;
}

/* The annotators: their ids, or, expanded, as the matrix shows them. */
static const struct http_error_row *
write_users(struct view *v, struct json_writer *w, const char *key)
{
	struct str hostname = str_of(v->api->config->text[CONFIG_HOSTNAME]);
	struct tally_people people = tally_people(v->tally);
	size_t n = count_annotators(v), n_known = 0;
	int64_t *ids = arena_alloc(v->call->arena, n * sizeof(*ids));
	struct store_user *known = NULL;
	const struct http_error_row *error;

	if (ids == NULL)
		return service_error_of(ERR_MEMORY);
	for (size_t i = 0; i < n; i++)
		ids[i] = people.list[i].user;
	if (!is_expanded(v->call, "users")) {
		json_open_array(w, key);
		for (size_t i = 0; i < n; i++)
			json_write_integer(w, NULL, ids[i]);
		json_close_array(w);
		return NULL;
	}
	error = view_users(v, ids, n, &known, &n_known);
	if (error != NULL)
		return error;
	json_open_array(w, key);
	for (size_t i = 0, k = 0; i < n; i++) {
		const struct store_user gone = {.id = ids[i]};

		while (k < n_known && known[k].id < ids[i])
			k++;
		render_user(w, NULL,
		    k < n_known && known[k].id == ids[i] ? &known[k] : &gone, hostname);
	}
	json_close_array(w);
	return NULL;
}

/* An object of what is written for each label, under its key. */
typedef void label_write(struct view *v, struct json_writer *w, const struct agreement *g);

static void
write_each_label(struct view *v, struct json_writer *w, const char *key, label_write *write)
{
	struct tally_labels all = tally_labels(v->tally);

	json_open_object(w, key);
	for (size_t i = 0; i < all.n; i++) {
		write_label_key(v, w, &all, i);
		write(v, w, tally_on_label(v->tally, &all.list[i]));
	}
	json_close_object(w);
}

static void
write_label_iaa(struct view *v, struct json_writer *w, const struct agreement *g)
{
	write_iaa(v, w, NULL, g, false);
}

static void
write_label_common(struct view *v, struct json_writer *w, const struct agreement *g)
{
	write_common(v, w, NULL, g);
}

static void
write_label_std(struct view *v, struct json_writer *w, const struct agreement *g)
{
	(void)v;
	json_write_number(w, NULL, tally_cells(g).deviation);
}

static const struct http_error_row *
render_iaa(struct view *v, struct json_writer *w)
{
	bool labels = per_label(v->call), std = v->call->param[PARAM_STD].boolean;
	const struct agreement *g = tally_overall(v->tally);
	const struct http_error_row *error;

	json_open_object(w, NULL);
	if (labels) {
		write_each_label(v, w, "IAA", write_label_iaa);
		write_each_label(v, w, "common_tasks", write_label_common);
	} else {
		write_iaa(v, w, "IAA", g, true);
		write_common(v, w, "common_tasks", g);
	}
	if (std && labels)
		write_each_label(v, w, "std", write_label_std);
	else if (std)
		json_write_number(w, "std", tally_cells(g).deviation);
	error = write_users(v, w, "users");
	json_close_object(w);
	return error;
}

const struct http_error_row *
stats_iaa(const struct call *call, struct response *r)
{
	unsigned deviations = call->param[PARAM_STD].boolean ? AGREEMENT_DEVIATIONS : 0;
	struct view_question q =
	    question_of(call, AGREEMENT_PAIRS | deviations, render_iaa);

	if (call->param[PARAM_TASK].given)
		q.tasks = &call->param[PARAM_TASK].ids;
	return ask(call, r, &q);
}

/* ---- of the project */

static struct tally_mean
score_of(const struct view *v, const struct agreement *g, uint32_t who)
{
	(void)v;
	(void)who;
	return tally_score(g);
}

static const struct http_error_row *
render_total(struct view *v, struct json_writer *w)
{
	struct tally_mean mean = {.mean = (double)NAN};
	bool labels = per_label(v->call);

	if (!labels)
		mean = tally_score(tally_overall(v->tally));
	if (labels ? tally_labels(v->tally).n == 0 : isnan(mean.mean)) {
		v->response->status = 204;
		return NULL;
	}
	json_open_object(w, NULL);
	if (labels)
		write_by_label(v, w, "total_agreement", score_of, 0);
	else
		json_write_number(w, "total_agreement", mean.mean);
	json_close_object(w);
	return NULL;
}

const struct http_error_row *
stats_total_agreement(const struct call *call, struct response *r)
{
	struct view_question q = question_of(call, AGREEMENT_SCORES, render_total);

	return ask(call, r, &q);
}

static const struct http_error_row *
render_distribution(struct view *v, struct json_writer *w)
{
	struct tally_summary s = tally_summary(v->tally);

	json_open_object(w, NULL);
	json_write_number(
	    w, "average_agreement", tally_score(tally_overall(v->tally)).mean);
	json_open_array(w, "histogram");
	for (size_t i = 0; i < TALLY_BINS; i++)
		json_write_integer(w, NULL, s.bins[i]);
	json_close_array(w);
	json_write_integer(w, "low_agreement_count", s.low);
	json_write_integer(w, "total_tasks", s.tasks);
	json_close_object(w);
	return NULL;
}

const struct http_error_row *
stats_distribution(const struct call *call, struct response *r)
{
	static const struct view_question q = {.options = {.overall = AGREEMENT_SCORES},
	    .part = PROJECT_SCORES,
	    .render = render_distribution};

	return ask(call, r, &q);
}

static const struct http_error_row *
render_dimensions(struct view *v, struct json_writer *w)
{
	struct tally_dimensions all = tally_dimensions(v->tally);

	json_open_array(w, NULL);
	for (size_t i = 0; i < all.n; i++) {
		const struct store_dimension *row = all.list[i].row;

		if (!row->is_active)
			continue;
		json_open_object(w, NULL);
		json_write_number(
		    w, "agreement", tally_score(tally_in_dimension(v->tally, i)).mean);
		json_write_text(w, "control_tag", row->control_tag);
		json_write_integer(w, "dimension_id", row->id);
		json_write_text(w, "from_name", row->control_tag);
		json_write_text(w, "name", row->name);
		json_close_object(w);
	}
	json_close_array(w);
	return NULL;
}

const struct http_error_row *
stats_dimensions(const struct call *call, struct response *r)
{
	static const struct view_question q = {
	    .options = {.by_dimension = AGREEMENT_SCORES},
	    .part = PROJECT_SCORES,
	    .render = render_dimensions};

	return ask(call, r, &q);
}

/* ---- of people and models */

/* Somebody with a group, in the project or on a label; NaN if they are not in it. */
static struct tally_mean
with(const struct view *v, const struct agreement *g, uint32_t who,
    enum agreement_group group)
{
	static const struct tally_mean none = {.mean = NAN, .deviation = NAN};

	return who == AGREEMENT_NOBODY ? none : tally_with(v->tally, g, who, group);
}

static struct tally_mean
with_annotators(const struct view *v, const struct agreement *g, uint32_t who)
{
	return with(v, g, who, AGREEMENT_ANNOTATORS);
}

static struct tally_mean
with_models(const struct view *v, const struct agreement *g, uint32_t who)
{
	return with(v, g, who, AGREEMENT_MODELS);
}

static struct tally_mean
with_truth(const struct view *v, const struct agreement *g, uint32_t who)
{
	return with(v, g, who, AGREEMENT_TRUTH);
}

static uint32_t
find_user(const struct view *v, int64_t user)
{
	return tally_find(v->tally, PARTICIPANT_ANNOTATOR, user, (struct str){0});
}

/* A number, or one for each label. */
static void
write_with(struct view *v, struct json_writer *w, const char *key, label_number *number,
    uint32_t who)
{
	if (per_label(v->call))
		write_by_label(v, w, key, number, who);
	else
		json_write_number(w, key, number(v, tally_overall(v->tally), who).mean);
}

/* Of each user that is named. */
static const struct http_error_row *
write_named(struct view *v, struct json_writer *w, label_number *number)
{
	const struct param_ids *ids = &v->call->param[PARAM_IDS].ids;

	json_open_object(w, NULL);
	json_open_object(w, "agreement");
	for (size_t i = 0; i < ids->n; i++) {
		const char *key = arena_printf(v->call->arena, "%" PRId64, ids->list[i]);
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= ids->list[k] == ids->list[i];
		if (key == NULL)
			return service_error_of(ERR_MEMORY);
		if (!before)
			write_with(v, w, key, number, find_user(v, ids->list[i]));
	}
	json_close_object(w);
	json_close_object(w);
	return NULL;
}

static const struct http_error_row *
write_user(struct view *v, struct json_writer *w, const char *key, label_number *number)
{
	json_open_object(w, NULL);
	write_with(v, w, key, number, find_user(v, v->call->id[ROUTE_USER]));
	json_close_object(w);
	return NULL;
}

static const struct http_error_row *
write_model(struct view *v, struct json_writer *w, const char *key, label_number *number)
{
	uint32_t who = tally_find(v->tally, PARTICIPANT_MODEL, 0, v->call->model);

	if (who == AGREEMENT_NOBODY && str_starts(v->call->model, "model:"))
		who = tally_find(v->tally, PARTICIPANT_MODEL, 0,
		    (struct str){v->call->model.s + 6, v->call->model.n - 6});
	if (who == AGREEMENT_NOBODY)
		return service_error_row(SERVICE_NO_MODEL);
	json_open_object(w, NULL);
	write_with(v, w, key, number, who);
	json_close_object(w);
	return NULL;
}

static const struct http_error_row *
render_annotator(struct view *v, struct json_writer *w)
{
	return write_user(v, w, "Agreement_per_annotator", with_annotators);
}

static const struct http_error_row *
render_annotators(struct view *v, struct json_writer *w)
{
	return write_named(v, w, with_annotators);
}

static const struct http_error_row *
render_users_truth(struct view *v, struct json_writer *w)
{
	return write_named(v, w, with_truth);
}

static const struct http_error_row *
render_user_truth(struct view *v, struct json_writer *w)
{
	return write_user(v, w, "agreement", with_truth);
}

static const struct http_error_row *
render_users_predictions(struct view *v, struct json_writer *w)
{
	return write_named(v, w, with_models);
}

static const struct http_error_row *
render_user_predictions(struct view *v, struct json_writer *w)
{
	return write_user(v, w, "average_prediction_agreement_per_user", with_models);
}

static const struct http_error_row *
render_model(struct view *v, struct json_writer *w)
{
	return write_model(v, w, "agreement", with_annotators);
}

static const struct http_error_row *
render_model_truth(struct view *v, struct json_writer *w)
{
	return write_model(v, w, "agreement", with_truth);
}

static const struct http_error_row *
render_model_predictions(struct view *v, struct json_writer *w)
{
	return write_model(v, w, "average_prediction_agreement_per_model", with_models);
}

/* What somebody has with a group; `models` says whether these take part. */
static const struct http_error_row *
ask_people(const struct call *call, struct response *r, bool models, view_render *render)
{
	struct view_question q = question_of(call, AGREEMENT_PEOPLE, render);

	q.options.models = models;
	return ask(call, r, &q);
}

const struct http_error_row *
stats_annotator(const struct call *call, struct response *r)
{
	return ask_people(call, r, false, render_annotator);
}

const struct http_error_row *
stats_annotators(const struct call *call, struct response *r)
{
	return ask_people(call, r, false, render_annotators);
}

const struct http_error_row *
stats_users_truth(const struct call *call, struct response *r)
{
	return ask_people(call, r, false, render_users_truth);
}

const struct http_error_row *
stats_user_truth(const struct call *call, struct response *r)
{
	return ask_people(call, r, false, render_user_truth);
}

const struct http_error_row *
stats_users_predictions(const struct call *call, struct response *r)
{
	return ask_people(call, r, true, render_users_predictions);
}

const struct http_error_row *
stats_user_predictions(const struct call *call, struct response *r)
{
	return ask_people(call, r, true, render_user_predictions);
}

const struct http_error_row *
stats_model(const struct call *call, struct response *r)
{
	return ask_people(call, r, true, render_model);
}

const struct http_error_row *
stats_model_truth(const struct call *call, struct response *r)
{
	return ask_people(call, r, true, render_model_truth);
}

const struct http_error_row *
stats_model_predictions(const struct call *call, struct response *r)
{
	return ask_people(call, r, true, render_model_predictions);
}

/* ---- confusion */

static bool
has_control(const struct view *v, struct str name)
{
	for (size_t i = 0; i < v->rows.n; i++)
		if (v->rows.items[i].is_present &&
		    str_eq(v->rows.items[i].control_tag, name))
			return true;
	return false;
}

static const struct http_error_row *
render_confusion(struct view *v, struct json_writer *w)
{
	const struct param_value *named = &v->call->param[PARAM_FROM_NAME];
	bool truth = str_is(v->call->param[PARAM_MODE].text, "ground_truth");
	const struct statsrender_confused of = {
	    .which = truth ? CONFUSION_TRUTH : CONFUSION_ANNOTATORS,
	    .control = named->given ? named->text : (struct str){0},
	};
	enum err err;

	if (named->given && !has_control(v, named->text))
		return service_error_row(SERVICE_NO_CONTROL);
	err = statsrender_confusion(w, NULL, v->call->arena, v->tally, &of);
	return err == ERR_OK ? NULL : entry_failed(err, &v->e);
}

const struct http_error_row *
stats_confusion(const struct call *call, struct response *r)
{
	static const struct view_question q = {
	    .options = {.lists = TALLY_CONFUSION | TALLY_LABELS},
	    .part = PROJECT_LABELS,
	    .render = render_confusion};
	struct str mode = call->param[PARAM_MODE].text;
	struct store_access access;

	if (mode.s != NULL && !str_is(mode, "all") && !str_is(mode, "ground_truth")) {
		const struct http_error_row *error =
		    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

		return error != NULL ? error : service_error_row(SERVICE_NOT_KNOWN);
	}
	return ask(call, r, &q);
}

/* ---- what needs no scores */

const struct http_error_row *
stats_lead_time(const struct call *call, struct response *r)
{
	const struct api *api = call->context;
	struct json_writer w = JSON_WRITER(&r->body);
	struct leadtimes t = {.arena = call->arena};
	struct store_access access;
	struct error e = {0};
	enum err err;
	const struct http_error_row *error =
	    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

	if (error != NULL)
		return error;
	err = leadtimes_read(&t, api->store, call->id[ROUTE_PROJECT], &e);
	if (err == ERR_OK && leadtimes_sort(&t) != ERR_OK)
		err = error_memory(&e);
	if (err != ERR_OK)
		return entry_failed(err, &e);
	json_open_object(&w, NULL);
	json_open_array(&w, "lead_time_stats");
	for (size_t i = 0; i < t.n; i++) {
		json_open_object(&w, NULL);
		json_write_number(&w, "mean_time", t.list[i].mean);
		json_write_number(&w, "median_time", t.list[i].median);
		json_write_number(&w, "sum_lead_time", t.list[i].total);
		json_write_integer(&w, "user_id", t.list[i].user);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return entry_written(r);
}

const struct http_error_row *
stats_people(const struct call *call, struct response *r)
{
	const struct api *api = call->context;
	struct json_writer w = JSON_WRITER(&r->body);
	struct store_user *users = NULL;
	struct store_access access;
	struct error e = {0};
	int64_t *ids = NULL;
	size_t n = 0, n_users = 0;
	enum err err;
	const struct http_error_row *error =
	    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

	if (error != NULL)
		return error;
	err = store_annotators(
	    api->store, call->arena, call->id[ROUTE_PROJECT], &ids, &n, &e);
	if (err == ERR_OK && n > 0)
		err = store_users(api->store, call->arena, access.organization, ids, n,
		    &users, &n_users, &e);
	if (err != ERR_OK)
		return entry_failed(err, &e);
	json_open_array(&w, NULL);
	for (size_t i = 0, k = 0; i < n; i++) {
		const struct store_user gone = {.id = ids[i]};

		while (k < n_users && users[k].id < ids[i])
			k++;
		render_user(&w, NULL,
		    k < n_users && users[k].id == ids[i] ? &users[k] : &gone,
		    str_of(api->config->text[CONFIG_HOSTNAME]));
	}
	json_close_array(&w);
	return entry_written(r);
}

static const struct http_error_row *
render_update(struct view *v, struct json_writer *w)
{
	json_open_object(w, NULL);
	json_write_integer(w, "computed", (int64_t)v->count.computed);
	json_write_integer(w, "tasks", tally_summary(v->tally).tasks);
	json_close_object(w);
	return NULL;
}

/* What is not current is computed and kept before the answer is there. */
const struct http_error_row *
stats_update(const struct call *call, struct response *r)
{
	static const struct view_question q = {
	    .part = PROJECT_SCORES, .render = render_update};

	return ask(call, r, &q);
}

const struct http_error_row *
stats_not_known(const struct call *call, struct response *r)
{
	struct store_access access;
	const struct http_error_row *error =
	    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

	(void)r;
	return error != NULL ? error : service_error_row(SERVICE_NOT_KNOWN);
}
