#include "statsprint.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "service/render.h"
#include "service/statsrender.h"

/* What is printed at a time. */
#define FLUSH_BYTES ((size_t)1 << 20)

static double
percent(uint32_t part, uint32_t whole)
{
	return whole == 0 ? 0.0 : 100.0 * part / whole;
}

static void
write_pair_of(struct json_writer *w, const char *key, double low, double high)
{
	if (isnan(low)) {
		json_write_null(w, key);
		return;
	}
	json_open_array(w, key);
	json_write_number(w, NULL, low);
	json_write_number(w, NULL, high);
	json_close_array(w);
}

/* ---- the project */

static void
write_summary(const struct stats *s, struct json_writer *w)
{
	struct tally_summary sum = tally_summary(s->tally);
	struct tally_mean mean = tally_score(tally_overall(s->tally));
	struct stats_interval ci = stats_interval(&mean);

	json_write_text(w, "methodology",
	    s->o.methodology == AGREEMENT_CONSENSUS ? STR("consensus") : STR("pairwise"));
	json_write_number(w, "total_agreement", mean.mean);
	write_pair_of(w, "ci", ci.low, ci.high);
	json_write_integer(w, "total_tasks", sum.tasks);
	json_write_integer(w, "shared_tasks", sum.shared);
	json_write_integer(w, "scored_tasks", sum.scored);
	json_write_integer(w, "people", stats_annotators(s));
	json_write_integer(w, "pairs", (int64_t)stats_pairs(s));
	json_open_array(w, "histogram");
	for (size_t i = 0; i < TALLY_BINS; i++)
		json_write_integer(w, NULL, sum.bins[i]);
	json_close_array(w);
	json_write_integer(w, "low_agreement_count", sum.low);
}

/* ---- dimensions */

static void
write_observers(struct json_writer *w, const struct skene *k)
{
	size_t n = k->n_categories;

	json_open_array(w, "people");
	for (size_t i = 0; i < k->n_people; i++) {
		json_open_object(w, NULL);
		json_write_integer(w, "user_id", k->people[i]);
		json_open_array(w, "error_rates");
		for (size_t a = 0; a < n; a++) {
			json_open_array(w, NULL);
			for (size_t b = 0; b < n; b++)
				json_write_number(
				    w, NULL, k->model.error_rates[(i * n + a) * n + b]);
			json_close_array(w);
		}
		json_close_array(w);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_likely(struct json_writer *w, const struct skene *k)
{
	json_open_array(w, "tasks");
	for (size_t i = 0; i < k->n_tasks; i++) {
		size_t best = skene_likely(k, i);

		json_open_object(w, NULL);
		json_write_integer(w, "task", k->tasks[i]);
		statsrender_category(w, "label", &k->categories[best]);
		json_write_number(
		    w, "probability", k->model.posterior[i * k->n_categories + best]);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_skene(struct json_writer *w, const struct skene *k)
{
	json_open_object(w, "dawid_skene");
	json_write_text(w, "reason", str_of(k->undefined));
	if (k->undefined == NULL) {
		json_write_number(w, "log_likelihood", k->model.log_likelihood);
		json_write_integer(w, "iterations", k->model.iterations);
		json_write_bool(w, "converged", k->model.converged);
		json_open_array(w, "labels");
		for (size_t i = 0; i < k->n_categories; i++)
			statsrender_category(w, NULL, &k->categories[i]);
		json_close_array(w);
		json_open_array(w, "marginals");
		for (size_t i = 0; i < k->n_categories; i++)
			json_write_number(w, NULL, k->model.marginals[i]);
		json_close_array(w);
		write_observers(w, k);
		write_likely(w, k);
	}
	json_close_object(w);
}

static void
write_labels(const struct stats *s, struct json_writer *w, size_t dimension)
{
	const struct tally_dimension *d = &tally_dimensions(s->tally).list[dimension];
	struct tally_labels all = tally_labels(s->tally);

	json_open_array(w, "labels");
	for (size_t i = 0; i < all.n; i++) {
		const struct tally_label *label = &all.list[i];

		if (label->dimension != dimension)
			continue;
		json_open_object(w, NULL);
		json_write_text(w, "choice", label->text);
		json_write_number(w, "total_agreement",
		    tally_score(tally_on_label(s->tally, label)).mean);
		json_write_integer(w, "from_annotations_count", label->uses[0]);
		json_write_number(
		    w, "from_annotations_percent", percent(label->uses[0], d->values[0]));
		json_write_integer(w, "from_predictions_count", label->uses[1]);
		json_write_number(
		    w, "from_predictions_percent", percent(label->uses[1], d->values[1]));
		json_close_object(w);
	}
	json_close_array(w);
}

/* A matrix of too many labels is null. */
static enum err
write_confused(const struct stats *s, struct json_writer *w, const char *key,
    const struct statsrender_confused *of)
{
	enum err err = statsrender_confusion(w, key, s->scratch, s->tally, of);

	if (err == ERR_LIMIT)
		json_write_null(w, key);
	arena_reset(s->scratch);
	return err == ERR_LIMIT ? ERR_OK : err;
}

static enum err
write_confusions(
    const struct stats *s, struct json_writer *w, const struct store_dimension *row)
{
	struct statsrender_confused of = {CONFUSION_ANNOTATORS, row->control_tag, row->id};
	enum err err;

	json_open_object(w, "confusion");
	err = write_confused(s, w, "all", &of);
	of.which = CONFUSION_TRUTH;
	if (err == ERR_OK)
		err = write_confused(s, w, "ground_truth", &of);
	json_close_object(w);
	return err;
}

static enum err
write_dimensions(const struct stats *s, struct json_writer *w)
{
	struct tally_dimensions all = tally_dimensions(s->tally);
	enum err err = ERR_OK;

	json_open_array(w, "dimensions");
	for (size_t i = 0; err == ERR_OK && i < all.n; i++) {
		const struct store_dimension *row = all.list[i].row;
		struct tally_mean mean = tally_score(tally_in_dimension(s->tally, i));
		const struct stats_dimension *d = &s->list[i];

		json_open_object(w, NULL);
		json_write_integer(w, "dimension_id", row->id);
		json_write_text(w, "name", row->name);
		json_write_text(w, "control_tag", row->control_tag);
		json_write_text(w, "metric", row->metric_type);
		json_write_bool(w, "counts", all.list[i].counts);
		json_write_number(w, "agreement", mean.mean);
		json_write_integer(w, "scored_tasks", mean.tasks);
		json_open_object(w, "reliability");
		statsrender_reliability(w, &d->question, &d->answer);
		json_close_object(w);
		write_labels(s, w, i);
		err = write_confusions(s, w, row);
		if (s->o.skene)
			write_skene(w, &d->skene);
		json_close_object(w);
	}
	json_close_array(w);
	return err;
}

/* ---- people */

static void
write_users(const struct stats *s, struct json_writer *w)
{
	struct tally_people people = tally_people(s->tally);

	json_open_array(w, "users");
	for (uint32_t i = 0; i < stats_annotators(s); i++) {
		const struct store_user gone = {.id = people.list[i].user};
		const struct store_user *user = s->user(s->users, people.list[i].user);

		render_user(w, NULL, user == NULL ? &gone : user, STR(""));
	}
	json_close_array(w);
}

static void
write_matrix(const struct stats *s, struct json_writer *w, const char *key,
    double (*number)(const struct tally_mean *), double diagonal)
{
	const struct agreement *g = tally_overall(s->tally);
	uint32_t n = stats_annotators(s);

	json_open_array(w, key);
	for (uint32_t i = 0; i < n; i++) {
		json_open_array(w, NULL);
		for (uint32_t k = 0; k < n; k++) {
			struct tally_mean mean = {.mean = (double)NAN};

			if (i != k)
				mean = tally_pair(s->tally, g, i, k);
			json_write_number(w, NULL, i == k ? diagonal : number(&mean));
		}
		json_close_array(w);
	}
	json_close_array(w);
}

static double
mean_of(const struct tally_mean *m)
{
	return m->mean;
}

static double
tasks_of(const struct tally_mean *m)
{
	return m->tasks;
}

static double
deviation_of(const struct tally_mean *m)
{
	return m->deviation;
}

static void
write_pairs(const struct stats *s, struct json_writer *w)
{
	write_matrix(s, w, "IAA", mean_of, 1.0);
	write_matrix(s, w, "common_tasks", tasks_of, 0.0);
	write_matrix(s, w, "pair_std", deviation_of, (double)NAN);
	json_write_number(w, "std", tally_cells(tally_overall(s->tally)).deviation);
}

/* With each model, by its version. */
static void
write_predictions(const struct stats *s, struct json_writer *w, uint32_t who)
{
	struct tally_people people = tally_people(s->tally);
	const struct agreement *g = tally_overall(s->tally);

	json_open_object(w, "predictions");
	for (uint32_t i = 0; i < people.n; i++)
		if (people.list[i].kind == PARTICIPANT_MODEL && i != who) {
			json_write_key(w, people.list[i].model);
			json_write_number(w, NULL, tally_pair(s->tally, g, who, i).mean);
		}
	json_close_object(w);
}

/* With all groups. */
static void
write_with(const struct stats *s, struct json_writer *w, uint32_t who)
{
	const struct agreement *g = tally_overall(s->tally);
	struct tally_mean mean = tally_with(s->tally, g, who, AGREEMENT_ANNOTATORS);
	struct stats_interval ci = stats_interval(&mean);

	json_write_integer(w, "tasks", tally_people(s->tally).list[who].tasks);
	json_write_number(w, "agreement", mean.mean);
	json_write_integer(w, "common_tasks", mean.tasks);
	json_write_number(w, "std", mean.deviation);
	write_pair_of(w, "ci", ci.low, ci.high);
	json_write_number(w, "agreement_with_ground_truth",
	    tally_with(s->tally, g, who, AGREEMENT_TRUTH).mean);
	json_write_number(w, "agreement_with_predictions",
	    tally_with(s->tally, g, who, AGREEMENT_MODELS).mean);
	write_predictions(s, w, who);
}

static void
write_without(const struct stats *s, struct json_writer *w, int64_t user)
{
	json_open_array(w, "without");
	for (size_t i = 0; i < s->n; i++) {
		const struct reliability_group *g =
		    stats_group(&s->list[i], RELIABILITY_PERSON, user, 0);

		if (g == NULL)
			continue;
		json_open_object(w, NULL);
		json_write_integer(
		    w, "dimension_id", s->list[i].question.dimension->row->id);
		json_write_number(w, "value",
		    g->value.estimate.undefined == NULL ? g->value.estimate.value
							: (double)NAN);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_annotators(const struct stats *s, struct json_writer *w)
{
	struct tally_people people = tally_people(s->tally);

	json_open_array(w, "annotators");
	for (uint32_t i = 0; i < stats_annotators(s); i++) {
		int64_t user = people.list[i].user;
		const struct leadtimes_person *times = leadtimes_of(&s->times, user);

		json_open_object(w, NULL);
		json_write_integer(w, "user_id", user);
		write_with(s, w, i);
		json_write_number(
		    w, "mean_time", times == NULL ? (double)NAN : times->mean);
		json_write_number(
		    w, "median_time", times == NULL ? (double)NAN : times->median);
		json_write_number(
		    w, "sum_lead_time", times == NULL ? (double)NAN : times->total);
		if (s->o.has_by && s->o.by == STATS_PERSON)
			write_without(s, w, user);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_models(const struct stats *s, struct json_writer *w)
{
	struct tally_people people = tally_people(s->tally);

	json_open_array(w, "models");
	for (uint32_t i = 0; i < people.n; i++) {
		if (people.list[i].kind != PARTICIPANT_MODEL)
			continue;
		json_open_object(w, NULL);
		json_write_text(w, "model", people.list[i].model);
		write_with(s, w, i);
		json_close_object(w);
	}
	json_close_array(w);
}

/* ---- tasks */

/* Prints what the buffer has once it is large, so that it stays small. */
static void
flush(struct json_writer *w)
{
	if (w->to->n < FLUSH_BYTES || buf_failed(w->to))
		return;
	fwrite(w->to->s, 1, w->to->n, stdout);
	buf_clear(w->to);
}

static enum err
write_tasks(const struct stats *s, struct json_writer *w)
{
	struct tally_tasks all;
	enum err err = stats_tasks(s, &all);

	if (err != ERR_OK)
		return err;
	json_open_array(w, "tasks");
	for (size_t i = 0; i < all.n; i++) {
		json_open_object(w, NULL);
		json_write_integer(w, "id", all.list[i].task);
		json_write_number(w, "agreement", all.list[i].score);
		json_write_integer(w, "annotators", all.list[i].annotators);
		json_close_object(w);
		flush(w);
	}
	json_close_array(w);
	return ERR_OK;
}

enum err
statsprint_json(const struct stats *s, struct error *e)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	enum err err;

	json_open_object(&w, NULL);
	write_summary(s, &w);
	err = write_dimensions(s, &w);
	write_users(s, &w);
	write_pairs(s, &w);
	write_annotators(s, &w);
	write_models(s, &w);
	if (err == ERR_OK)
		err = write_tasks(s, &w);
	json_close_object(&w);
	if (err == ERR_OK && buf_failed(&b))
		err = ERR_MEMORY;
	if (err != ERR_OK)
		error_set(e, err, "%s", err_text(err));
	else if (puts(b.s) < 0)
		err = error_set(e, ERR_IO, "standard output: %s", strerror(errno));
	buf_free(&b);
	return err;
}
