/* lib/project/{opinions,distances,reliability}: agreement beyond chance out of the scores
 * and labels that are kept with tasks, against lib/reliability and brute force. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/deadline.h"
#include "base/random.h"
#include "matrix/side.h"
#include "project/person.h"
#include "project/reliability.h"
#include "arena_fixture.h"

#define DIMENSION 7

/* ---- dimensions */

static const struct row {
	const char *control, *metric, *params;
} number = {"Number", "numeric_difference", NULL}, rating = {"Rating", "exact_match", NULL},
  choices = {"Choices", "exact_match", NULL},
  near = {"Number", "numeric_difference_threshold", NULL},
  text = {"TextArea", "text_similarity", NULL},
  boxes = {"RectangleLabels", "bbox_iou", NULL};

static struct dimension
dimension_of(const struct row *row)
{
	struct store_dimension *d = arena_calloc(a, 1, sizeof(*d));
	struct dimension r;

	d->id = DIMENSION;
	d->name = STR("d");
	d->control_tag = STR("c");
	d->control_type = str_of(row->control);
	d->metric_type = str_of(row->metric);
	d->is_active = d->is_present = true;
	d->weight = 1.0;
	assert_int_equal(dimension_init(a, d, &r), ERR_OK);
	assert_true(r.usable);
	return r;
}

/* ---- tasks, as they are kept */

struct answer {
	int64_t user; /* below 0: unnamed */
	int64_t annotation;
	enum participant_kind kind;
	struct labels_value labels;
	double number; /* what scores are made of; NaN: it cannot be compared */
};

struct task {
	int64_t id;
	size_t n;
	struct answer answers[8];
};

struct world {
	struct task *tasks;
	size_t n;
	const size_t *order; /* NULL: as they are */
	size_t calls, fail_at;
	enum err failure;
};

/* What numeric_difference makes of two numbers. */
static double
score(double x, double y)
{
	return isnan(x) || isnan(y) ? SCORE_NULL : 1.0 / (1.0 + fabs(x - y));
}

/* A task as a row has it, with another dimension before this one; `backwards` turns its
 * people round. All of it is forgotten after the visit. */
static struct kept
kept_of(struct arena *own, const struct task *t, bool backwards)
{
	struct kept k = {.n = t->n, .m = 2};
	double *list;

	k.sides = arena_calloc(own, t->n, sizeof(*k.sides));
	k.dimensions = arena_calloc(own, 2, sizeof(*k.dimensions));
	k.dimensions[0].id = DIMENSION + 1;
	k.dimensions[1].id = DIMENSION;
	k.scores = (struct scores){.n = t->n, .m = 2};
	k.scores.list = list = arena_calloc(own, t->n * t->n, 2 * sizeof(*list));
	k.scores.labels = arena_calloc(own, t->n, 2 * sizeof(*k.scores.labels));
	for (size_t i = 0; i < t->n; i++) {
		const struct answer *x = &t->answers[backwards ? t->n - 1 - i : i];
		struct labels_value *labels = &k.scores.labels[i * 2 + 1];

		k.sides[i] = (struct kept_side){.kind = x->kind,
		    .user = x->kind == PARTICIPANT_UNNAMED ? x->annotation : x->user,
		    .version = {.id = x->annotation, .kind = STORE_ANNOTATION}};
		*labels = x->labels;
		labels->list = arena_calloc(own, labels->n, sizeof(*labels->list));
		for (uint32_t l = 0; l < labels->n; l++) {
			labels->list[l] = x->labels.list[l];
			labels->list[l].text = arena_str(own, x->labels.list[l].text);
		}
		for (size_t j = i + 1; j < t->n; j++) {
			const struct answer *y = &t->answers[backwards ? t->n - 1 - j : j];
			size_t place = scores_place(&k.scores, i, j);

			list[place] = 0.25;
			list[place + 1] = score(x->number, y->number);
		}
	}
	return k;
}

static const struct answer *
find_answer(const struct world *w, const struct distances_value *v)
{
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; w->tasks[i].id == v->task && k < w->tasks[i].n; k++)
			if (w->tasks[i].answers[k].annotation == v->version.id)
				return &w->tasks[i].answers[k];
	fail_msg("task %lld has no such value", (long long)v->task);
	return NULL;
}

static enum err
results(void *context, struct arena *own, const struct distances_value *values, size_t n,
    struct matrix_side *r, struct error *why)
{
	struct world *w = context;

	if (++w->calls == w->fail_at)
		return error_set(why, w->failure, "failed as asked");
	for (size_t i = 0; i < n; i++) {
		const struct evidence v = {.id = values[i].version.id};
		const struct answer *x = find_answer(w, &values[i]);
		struct side_result from = {.text = STR("[]")};
		char *json = arena_printf(own,
		    "[{\"id\":\"1\",\"from_name\":\"c\",\"to_name\":\"t\",\"type\":"
		    "\"number\",\"value\":{\"number\":%g}}]",
		    x->number);

		if (json == NULL)
			return error_memory(why);
		from.text = isnan(x->number) ? STR("{") : str_of(json);
		if (side_read(own, &v, &from, &r[i]) != ERR_OK)
			return error_memory(why);
		assert_true(i == 0 || values[i - 1].task < values[i].task ||
		    (values[i - 1].task == values[i].task &&
			values[i - 1].at < values[i].at));
	}
	return ERR_OK;
}

static enum err
run_in(struct arena *own, struct world *w, struct reliability_question *q,
    struct reliability_answer *r)
{
	struct arena *visit = arena_new(0);
	struct reliability made;
	enum reliability_part part;
	enum err err = reliability_check(q, &part, &e);

	assert_int_equal(err, ERR_OK);
	assert_non_null(visit);
	q->results = results;
	q->context = w;
	w->calls = 0;
	err = reliability_begin(&made, own, q, &e);
	for (size_t i = 0; err == ERR_OK && i < w->n; i++) {
		struct task *t = &w->tasks[w->order == NULL ? i : w->order[i]];
		struct kept k;

		k = kept_of(visit, t, w->order != NULL);
		err = reliability_take(&made, t->id, &k, &e);
		memset(k.scores.list, 0x55, t->n * sizeof(double));
		arena_reset(visit);
	}
	arena_free(visit);
	return err == ERR_OK ? reliability_finish(&made, r, &e) : err;
}

static struct reliability_answer
run(struct world *w, struct reliability_question *q)
{
	struct reliability_answer r;
	enum err err = run_in(a, w, q, &r);

	if (err != ERR_OK)
		fail_msg("%s", e.text);
	return r;
}

/* ---- worlds */

static struct labels_value
set_of(const char *const *names, size_t n, uint64_t step)
{
	struct labels_value v = {.kind = LABELS_SET, .n = (uint32_t)n};

	v.list = arena_calloc(a, n, sizeof(*v.list));
	for (size_t i = 0; i < n; i++)
		v.list[i] = (struct label){str_of(names[i]), i * step};
	v.parts = n == 0 ? 0 : step == 0 ? 1 : (uint32_t)n;
	return v;
}

static const char *const names[] = {"bird", "cat", "dog"};

/* Names by the bits of a number. */
static struct labels_value
set_by_bits(unsigned bits)
{
	const char *chosen[N_OF(names)];
	size_t n = 0;

	for (size_t i = 0; i < N_OF(names); i++)
		if ((bits >> i & 1) != 0)
			chosen[n++] = names[i];
	return set_of(chosen, n, 0);
}

static int64_t
person(const struct answer *x)
{
	return x->kind == PARTICIPANT_UNNAMED ? -x->annotation : x->user;
}

/* Tasks by `people` users, of whom some are missing; numbers lean towards the task's own.
 */
static struct world
make_world(size_t tasks, size_t people, enum labels_kind kind, uint64_t seed)
{
	struct world w = {.n = tasks};
	struct random random;
	int64_t annotation = 1000;

	random_seed(&random, seed);
	w.tasks = arena_calloc(a, tasks, sizeof(*w.tasks));
	for (size_t i = 0; i < tasks; i++) {
		struct task *t = &w.tasks[i];
		uint64_t truth = random_below(&random, 5);

		t->id = (int64_t)(10 + 3 * i);
		for (size_t p = 0; p < people; p++) {
			struct answer *x = &t->answers[t->n];
			uint64_t said =
			    random_below(&random, 3) > 0 ? truth : random_below(&random, 5);

			if (people > 2 && random_below(&random, 4) == 0)
				continue;
			*x = (struct answer){.user = (int64_t)p + 1,
			    .annotation = annotation++,
			    .number = (double)said};
			x->labels = kind == LABELS_NUMBER
			    ? (struct labels_value){.kind = kind, .number = x->number}
			    : set_by_bits((unsigned)said + 1);
			x->labels.kind = kind;
			t->n++;
		}
	}
	return w;
}

static size_t *
shuffle(size_t n, uint64_t seed)
{
	size_t *order = arena_calloc(a, n, sizeof(*order));
	struct random random;

	random_seed(&random, seed);
	for (size_t i = 0; i < n; i++) {
		size_t k = (size_t)random_below(&random, i + 1);

		order[i] = order[k];
		order[k] = i;
	}
	return order;
}

/* ---- comparing */

static void
assert_near(const char *what, double is, double want, double by)
{
	if (!(fabs(is - want) <= by) && !(isnan(is) && isnan(want)))
		fail_msg("%s: %.17g is not %.17g", what, is, want);
}

static void
assert_estimate(const char *what, const struct reliability_value *is,
    const struct coefficient_estimate *want)
{
	assert_true((is->estimate.undefined == NULL) == (want->undefined == NULL));
	if (want->undefined != NULL)
		return;
	assert_near(what, is->estimate.value, want->value, 1e-12);
	assert_int_equal(is->estimate.has_se, want->has_se);
	if (want->has_se) {
		assert_near(what, is->estimate.se, want->se, 1e-10);
		assert_near(what, is->estimate.low, want->low, 1e-9);
		assert_near(what, is->estimate.high, want->high, 1e-9);
	}
	assert_int_equal(is->tasks, want->units);
}

static bool
same_bits(double x, double y)
{
	return memcmp(&x, &y, sizeof(x)) == 0;
}

static void
assert_same_value(const struct reliability_value *x, const struct reliability_value *y)
{
	assert_true((x->estimate.undefined == NULL) == (y->estimate.undefined == NULL));
	assert_true(same_bits(x->estimate.value, y->estimate.value));
	assert_true(same_bits(x->estimate.se, y->estimate.se));
	assert_true(same_bits(x->estimate.low, y->estimate.low));
	assert_true(same_bits(x->estimate.high, y->estimate.high));
	assert_true(x->has_bootstrap == y->has_bootstrap);
	assert_true(same_bits(x->bootstrap.low, y->bootstrap.low));
	assert_true(same_bits(x->bootstrap.high, y->bootstrap.high));
	assert_int_equal(x->tasks, y->tasks);
	assert_int_equal(x->people, y->people);
	assert_int_equal(x->pairs, y->pairs);
	assert_int_equal(x->exact, y->exact);
	assert_int_equal(x->expected_pairs, y->expected_pairs);
	assert_ptr_equal(x->warning, y->warning);
}

/* The same answer to the bit, whatever the order of tasks and people. */
static void
assert_any_order(struct world *w, struct reliability_question *q)
{
	struct reliability_answer want = run(w, q);

	for (uint64_t seed = 1; seed < 4; seed++) {
		struct reliability_answer is;

		w->order = shuffle(w->n, seed);
		is = run(w, q);
		w->order = NULL;
		assert_same_value(&is.all, &want.all);
		assert_int_equal(is.n, want.n);
		for (size_t i = 0; i < is.n; i++) {
			assert_same_value(&is.groups[i].value, &want.groups[i].value);
			assert_int_equal(is.groups[i].people[0], want.groups[i].people[0]);
			assert_int_equal(is.groups[i].people[1], want.groups[i].people[1]);
			assert_true(str_eq(
			    is.groups[i].category.text, want.groups[i].category.text));
		}
	}
}

/* The ratings of a world by hand: a column for each person. */
static struct ratings
ratings_of(const struct world *w, struct ratings_builder *b)
{
	struct ratings r;

	ratings_begin(b, a);
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < w->tasks[i].n; k++) {
			const struct answer *x = &w->tasks[i].answers[k];
			struct category c = category_number(x->labels.number);
			struct str *members =
			    arena_calloc(a, x->labels.n, sizeof(*members));

			if (x->kind != PARTICIPANT_ANNOTATOR &&
			    x->kind != PARTICIPANT_UNNAMED)
				continue;
			for (uint32_t l = 0; l < x->labels.n; l++)
				members[l] = x->labels.list[l].text;
			if (x->labels.kind != LABELS_NUMBER)
				assert_int_equal(
				    category_set(a, members, x->labels.n, &c), ERR_OK);
			assert_int_equal(
			    ratings_add(b, w->tasks[i].id, person(x), &c), ERR_OK);
		}
	assert_int_equal(ratings_finish(b, &r, &e), ERR_OK);
	return r;
}

/* ---- categories */

static void
try_coefficient(struct world *w, struct reliability_question *q)
{
	struct ratings_builder b;
	struct ratings ratings = ratings_of(w, &b);
	struct reliability_answer is = run(w, q);
	struct coefficient_estimate want;
	struct bootstrap_interval draws;

	assert_int_equal(
	    coefficient_compute(a, &q->coefficient, &ratings, &want, &e), ERR_OK);
	assert_estimate("all", &is.all, &want);
	assert_int_equal(is.all.people, want.raters);
	assert_true(is.all.has_bootstrap == (want.undefined == NULL && q->draws > 0));
	if (is.all.has_bootstrap) {
		assert_int_equal(coefficient_bootstrap(a, &q->coefficient, &ratings,
				     q->draws, q->seed, &draws, &e),
		    ERR_OK);
		assert_near("low", is.all.bootstrap.low, draws.low, 1e-12);
		assert_near("high", is.all.bootstrap.high, draws.high, 1e-12);
	}
	assert_false(is.all.by_score);
	assert_int_equal(is.n, 0);
}

static void
every_coefficient_of_numbers(void **state)
{
	struct world w = make_world(40, 5, LABELS_NUMBER, 1);
	struct dimension d = dimension_of(&number);

	(void)state;
	for (int c = 0; c < COEFFICIENT__MAX; c++)
		for (int weights = 0; weights < WEIGHTING_JACCARD; weights++) {
			struct reliability_question q =
			    reliability_default(&d, RELIABILITY_ALL);

			if (weights > 0 && !coefficient_table[c].weighted)
				continue;
			q.draws = 20;
			q.coefficient = (struct coefficient_question){
			    .coefficient = (enum coefficient)c,
			    .weights = (enum weighting_kind)weights};
			try_coefficient(&w, &q);
			assert_any_order(&w, &q);
		}
}

static void
every_distance(void **state)
{
	struct world numbers = make_world(30, 4, LABELS_NUMBER, 2);
	struct world sets = make_world(30, 4, LABELS_SET, 2);
	struct dimension d = dimension_of(&number), c = dimension_of(&choices);

	(void)state;
	for (int i = 0; i < DISTANCE__MAX; i++) {
		bool is_text = i == DISTANCE_JACCARD || i == DISTANCE_MASI;
		struct reliability_question q =
		    reliability_default(is_text ? &c : &d, RELIABILITY_ALL);

		q.draws = 20;
		q.seed = 5;
		q.coefficient.distance = (enum distance_kind)i;
		try_coefficient(is_text ? &sets : &numbers, &q);
		assert_any_order(is_text ? &sets : &numbers, &q);
	}
}

/* alpha of Krippendorff 2011, example D, with the ordinal distance. */
static void
a_published_value(void **state)
{
	static const int cells[12][4] = {{1, 1, 0, 1}, {2, 2, 3, 2}, {3, 3, 3, 3},
	    {3, 3, 3, 3}, {2, 2, 2, 2}, {1, 2, 3, 4}, {4, 4, 4, 4}, {1, 1, 2, 1},
	    {2, 2, 2, 2}, {0, 5, 5, 5}, {0, 0, 1, 1}, {0, 0, 3, 0}};
	struct dimension d = dimension_of(&rating);
	struct reliability_question q = reliability_default(&d, RELIABILITY_ALL);
	struct world w = {.n = 12};
	struct reliability_answer r;

	(void)state;
	w.tasks = arena_calloc(a, w.n, sizeof(*w.tasks));
	for (size_t i = 0; i < w.n; i++) {
		w.tasks[i].id = (int64_t)(100 - i);
		for (size_t k = 0; k < 4; k++)
			if (cells[i][k] > 0)
				w.tasks[i].answers[w.tasks[i].n++] =
				    (struct answer){.user = (int64_t)k + 1,
					.annotation = (int64_t)(i * 4 + k),
					.labels = {
					    .kind = LABELS_NUMBER, .number = cells[i][k]}};
	}
	assert_int_equal(q.coefficient.distance, DISTANCE_ORDINAL);
	r = run(&w, &q);
	assert_near("ordinal", r.all.estimate.value, 0.8153875037548817, 1e-12);
	assert_near("se", r.all.estimate.se, 0.14234855060177337, 1e-12);
	assert_int_equal(r.all.tasks, 11);
	assert_int_equal(r.all.people, 4);
	assert_int_equal(r.all.pairs, 3 + 8 * 6 + 3 + 1);
	assert_null(r.all.warning);
}

/* What is no answer is missing, and who is no annotator no rater. */
static void
what_is_missing(void **state)
{
	static const char *const one[] = {"cat"}, *const two[] = {"cat", "dog"};
	struct world w = make_world(20, 3, LABELS_SET, 3), more = w;
	struct dimension d = dimension_of(&choices);
	struct reliability_question q = reliability_default(&d, RELIABILITY_ALL);
	const struct answer beside[] = {
	    {.user = 31, .labels = set_of(one, 0, 0)},
	    {.user = 32, .labels = set_of(two, 2, 1)}, /* two questions in one */
	    {.user = 33, .labels = {.kind = LABELS_NONE}},
	    {.kind = PARTICIPANT_MODEL, .labels = set_of(one, 1, 0)},
	    {.kind = PARTICIPANT_GROUND_TRUTH, .user = 34, .labels = set_of(one, 1, 0)},
	};
	struct reliability_answer want, is;

	(void)state;
	want = run(&w, &q);
	more.tasks = arena_calloc(a, w.n, sizeof(*w.tasks));
	for (size_t i = 0; i < w.n; i++) {
		more.tasks[i] = w.tasks[i];
		for (size_t k = 0; k < N_OF(beside); k++) {
			more.tasks[i].answers[more.tasks[i].n] = beside[k];
			more.tasks[i].answers[more.tasks[i].n++].annotation =
			    (int64_t)(90000 + i * 10 + k);
		}
	}
	is = run(&more, &q);
	assert_same_value(&is.all, &want.all);

	/* And numbers that are none. */
	d = dimension_of(&number);
	q = reliability_default(&d, RELIABILITY_ALL);
	w = make_world(20, 3, LABELS_NUMBER, 3);
	want = run(&w, &q);
	for (size_t i = 0; i < w.n; i++) {
		w.tasks[i].answers[w.tasks[i].n] = w.tasks[i].answers[0];
		w.tasks[i].answers[w.tasks[i].n].user = 50;
		w.tasks[i].answers[w.tasks[i].n++].labels.number = (double)NAN;
	}
	is = run(&w, &q);
	assert_same_value(&is.all, &want.all);
}

/* The unnamed are raters of their own, and people of their own. */
static void
unnamed_people(void **state)
{
	struct world w = make_world(25, 3, LABELS_NUMBER, 4);
	struct dimension d = dimension_of(&number);

	(void)state;
	for (size_t i = 0; i < w.n; i++)
		for (size_t k = 0; k < w.tasks[i].n; k++)
			if (w.tasks[i].answers[k].user == 2)
				w.tasks[i].answers[k].kind = PARTICIPANT_UNNAMED;
	for (int c = 0; c < COEFFICIENT__MAX; c++) {
		struct reliability_question q = reliability_default(&d, RELIABILITY_ALL);

		q.coefficient =
		    (struct coefficient_question){.coefficient = (enum coefficient)c};
		q.draws = 0;
		try_coefficient(&w, &q);
		assert_any_order(&w, &q);
	}
}

static void
no_data(void **state)
{
	static const struct row *const rows[] = {&number, &choices, &boxes, &text};
	struct world none = {0}, single = make_world(12, 1, LABELS_NUMBER, 1);

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i]);
		struct reliability_question q = reliability_default(&d, RELIABILITY_PAIR);
		struct reliability_answer r = run(&none, &q);

		assert_non_null(r.all.estimate.undefined);
		assert_non_null(r.all.warning);
		assert_int_equal(r.all.tasks + r.all.people + r.all.pairs + r.n, 0);
		assert_false(r.all.has_bootstrap);
		r = run(&single, &q);
		assert_non_null(r.all.estimate.undefined);
		assert_int_equal(r.all.tasks + r.all.people + r.all.pairs + r.n, 0);
	}
}

/* ---- groups */

static void
by_category(void **state)
{
	struct world w = make_world(40, 4, LABELS_NUMBER, 5);
	struct dimension d = dimension_of(&number);
	struct ratings_builder b;
	struct ratings ratings = ratings_of(&w, &b);

	(void)state;
	for (int c = 0; c < COEFFICIENT__MAX; c++) {
		struct reliability_question q =
		    reliability_default(&d, RELIABILITY_CATEGORY);
		struct coefficient_estimate want[16];
		struct reliability_answer is;

		q.coefficient =
		    (struct coefficient_question){.coefficient = (enum coefficient)c};
		q.draws = 10;
		is = run(&w, &q);
		assert_int_equal(is.n, ratings.n_categories);
		assert_int_equal(
		    coefficient_by_category(a, (enum coefficient)c, &ratings, want, &e),
		    ERR_OK);
		for (size_t i = 0; i < is.n; i++) {
			assert_true(
			    is.groups[i].category.number == ratings.categories[i].number);
			assert_estimate("category", &is.groups[i].value, &want[i]);
			assert_int_equal(is.groups[i].value.people, 4);
		}
		assert_any_order(&w, &q);
	}
}

static void
by_label(void **state)
{
	static const enum labels_kind kinds[] = {LABELS_SET, LABELS_REGIONS};
	struct dimension sets = dimension_of(&choices), regions = dimension_of(&boxes);

	(void)state;
	for (size_t kind = 0; kind < N_OF(kinds); kind++) {
		struct world w = make_world(40, 4, kinds[kind], 6);
		struct world one = w;
		struct dimension d = kinds[kind] == LABELS_SET ? sets : regions;
		struct dimension as_number = dimension_of(&number);
		struct reliability_question q = reliability_default(&d, RELIABILITY_LABEL);
		struct reliability_question plain =
		    reliability_default(&as_number, RELIABILITY_ALL);
		struct reliability_answer is, alone;

		q.coefficient =
		    (struct coefficient_question){.coefficient = COEFFICIENT_AC1};
		plain.coefficient = q.coefficient;
		q.draws = plain.draws = 30;
		assert_true(q.by_score == (kinds[kind] == LABELS_REGIONS));
		is = run(&w, &q);
		assert_int_equal(is.n, N_OF(names));
		assert_true((is.all.estimate.undefined != NULL) == q.by_score);
		one.tasks = arena_calloc(a, w.n, sizeof(*w.tasks));
		for (size_t l = 0; l < is.n; l++) {
			assert_true(str_is(is.groups[l].category.text, names[l]));
			for (size_t i = 0; i < w.n; i++) {
				one.tasks[i] = w.tasks[i];
				for (size_t k = 0; k < w.tasks[i].n; k++)
					one.tasks[i]
					    .answers[k]
					    .labels = (struct labels_value){
					    .kind = LABELS_NUMBER,
					    .number =
						((unsigned)w.tasks[i].answers[k].number +
						    1) >>
						    l &
						1};
			}
			alone = run(&one, &plain);
			assert_same_value(&is.groups[l].value, &alone.all);
		}
		assert_any_order(&w, &q);
	}
}

/* The world without the answers of a person, or with those of two alone. */
static struct world
only(const struct world *w, int64_t without, const int64_t *pair)
{
	struct world r = *w;

	r.tasks = arena_calloc(a, w->n, sizeof(*r.tasks));
	for (size_t i = 0; i < w->n; i++) {
		r.tasks[i].id = w->tasks[i].id;
		for (size_t k = 0; k < w->tasks[i].n; k++) {
			const struct answer *x = &w->tasks[i].answers[k];

			if (pair == NULL ? person(x) != without
					 : person(x) == pair[0] || person(x) == pair[1])
				r.tasks[i].answers[r.tasks[i].n++] = *x;
		}
	}
	return r;
}

static void
try_people(struct world *w, const struct dimension *d, bool by_score)
{
	struct reliability_question q = reliability_default(d, RELIABILITY_PERSON);
	struct reliability_question all = q;
	struct reliability_answer is;

	q.by_score = all.by_score = by_score;
	q.draws = all.draws = 25;
	all.by = RELIABILITY_ALL;
	is = run(w, &q);
	assert_int_equal(is.n, 4);
	for (size_t i = 0; i < is.n; i++) {
		struct world less = only(w, is.groups[i].people[0], NULL);
		struct reliability_answer want = run(&less, &all);

		assert_int_equal(is.groups[i].people[0], i + 1);
		assert_estimate("person", &is.groups[i].value, &want.all.estimate);
		assert_near(
		    "low", is.groups[i].value.bootstrap.low, want.all.bootstrap.low, 1e-12);
		assert_int_equal(is.groups[i].value.people, 3);
		assert_int_equal(is.groups[i].value.pairs, want.all.pairs);
	}
	assert_any_order(w, &q);

	q.by = RELIABILITY_PAIR;
	is = run(w, &q);
	assert_int_equal(is.n, 6);
	for (size_t i = 0; i < is.n; i++) {
		struct world two = only(w, 0, is.groups[i].people);
		struct reliability_answer want = run(&two, &all);

		assert_true(is.groups[i].people[0] < is.groups[i].people[1]);
		assert_estimate("pair", &is.groups[i].value, &want.all.estimate);
		assert_int_equal(is.groups[i].value.people, 2);
		assert_int_equal(is.groups[i].value.pairs, want.all.pairs);
		assert_int_equal(is.groups[i].value.tasks, want.all.tasks);
	}
	assert_any_order(w, &q);
}

static void
by_person_and_pair(void **state)
{
	struct world w = make_world(40, 4, LABELS_NUMBER, 7);
	struct dimension d = dimension_of(&number);

	(void)state;
	try_people(&w, &d, false);
	try_people(&w, &d, true);
}

/* ---- scores */

/* alpha = 1 - Do / De as its definition has it. */
static double
brute_force(const struct world *w, uint64_t *pairs)
{
	double observed = 0.0, weight = 0.0, expected = 0.0;
	double *all = arena_calloc(a, w->n * 8, sizeof(*all));
	size_t n = 0;

	*pairs = 0;
	for (size_t i = 0; i < w->n; i++) {
		double own[8];
		size_t m = 0;

		for (size_t k = 0; k < w->tasks[i].n; k++)
			if (!isnan(w->tasks[i].answers[k].number) &&
			    w->tasks[i].answers[k].kind == PARTICIPANT_ANNOTATOR)
				own[m++] = w->tasks[i].answers[k].number;
		for (size_t x = 0; m > 1 && x < m; x++) {
			all[n++] = own[x];
			for (size_t y = 0; y < m; y++)
				if (x != y)
					observed +=
					    (1.0 - score(own[x], own[y])) / (double)(m - 1);
			weight += 1.0;
		}
	}
	for (size_t x = 0; x < n; x++)
		for (size_t y = 0; y < x; y++) {
			expected += 1.0 - score(all[x], all[y]);
			++*pairs;
		}
	return 1.0 - observed / weight / (expected / (double)*pairs);
}

static struct reliability_question
by_scores(const struct dimension *d)
{
	struct reliability_question q = reliability_default(d, RELIABILITY_ALL);

	q.by_score = true;
	return q;
}

static void
scores_by_brute_force(void **state)
{
	struct dimension d = dimension_of(&number);

	(void)state;
	for (uint64_t seed = 1; seed < 6; seed++) {
		struct world w = make_world(60, 4, LABELS_NUMBER, seed);
		struct reliability_question q = by_scores(&d);
		struct reliability_answer is;
		uint64_t pairs;
		double want;

		/* A value that cannot be compared, a model, a ground truth of nobody. */
		for (size_t i = 0; i < w.n; i++) {
			struct task *t = &w.tasks[i];

			if (i % 7 == 0 && t->n > 0)
				t->answers[0].number = (double)NAN;
			for (int kind = PARTICIPANT_MODEL; kind <= PARTICIPANT_GROUND_TRUTH;
			    kind++)
				t->answers[t->n++] = (struct answer){.number = 3.0,
				    .annotation = (int64_t)(i + 70000),
				    .kind = (enum participant_kind)kind};
		}
		q.draws = 50;
		want = brute_force(&w, &pairs);
		is = run(&w, &q);
		assert_null(is.all.estimate.undefined);
		assert_near("alpha", is.all.estimate.value, want, 1e-12);
		assert_true(is.all.exact);
		assert_true(is.all.by_score);
		assert_true(is.all.expected_pairs == pairs);
		assert_true(is.all.estimate.has_se);
		assert_true(is.all.bootstrap.low < want && want < is.all.bootstrap.high);
		assert_any_order(&w, &q);
	}
}

/* The distance 1 - score is what alpha takes for interval data with a metric of it. */
static void
a_sample_of_many(void **state)
{
	struct world w = make_world(1400, 2, LABELS_NUMBER, 8);
	struct dimension d = dimension_of(&number);
	struct reliability_question q = by_scores(&d);
	struct reliability_answer is, other;
	uint64_t pairs;
	double want;

	(void)state;
	q.draws = 100;
	want = brute_force(&w, &pairs);
	is = run(&w, &q);
	assert_false(is.all.exact);
	assert_int_equal(is.all.expected_pairs, 1999000);
	assert_near("alpha", is.all.estimate.value, want, 0.01);
	assert_true(is.all.bootstrap.low < want && want < is.all.bootstrap.high);
	assert_int_equal(is.all.tasks, 1400);
	assert_int_equal(is.all.pairs, 1400);
	assert_any_order(&w, &q);
	q.seed = 2;
	other = run(&w, &q);
	assert_false(same_bits(other.all.estimate.value, is.all.estimate.value));

	/* Half as many, and half of these, until they cost little enough. */
	q.max_cost = 4e6;
	other = run(&w, &q);
	assert_false(other.all.exact);
	assert_true(other.all.expected_pairs < 1999000 / 3);
	assert_true(other.all.expected_pairs > 1000);
	assert_near("alpha", other.all.estimate.value, want, 0.05);
	q.max_cost = 1e-3;
	assert_int_equal(run_in(a, &w, &q, &other), ERR_LIMIT);
}

static void
results_that_fail(void **state)
{
	struct world w = make_world(30, 3, LABELS_NUMBER, 9);
	struct dimension d = dimension_of(&number);
	struct reliability_question q = by_scores(&d);
	struct reliability_answer r;

	(void)state;
	q.draws = 0;
	w.fail_at = 1;
	w.failure = ERR_NOT_FOUND;
	assert_int_equal(run_in(a, &w, &q, &r), ERR_NOT_FOUND);
	assert_int_equal(w.calls, 1);
	/* Too many bytes: half of them will do. */
	w.failure = ERR_LIMIT;
	r = run(&w, &q);
	assert_int_equal(w.calls, 2);
	assert_false(r.all.exact);
	assert_null(r.all.estimate.undefined);
	assert_false(r.all.estimate.has_se);
}

/* ---- questions */

static void
questions(void **state)
{
	enum { ANY = -1 };
	static const struct {
		const struct row *row;
		enum coefficient coefficient;
		int weights, distance; /* ANY: none */
		bool by_score;
		enum reliability_by by;
		int part; /* ANY: it fits */
	} rows[] = {
	    {&number, COEFFICIENT_COHEN, WEIGHTING_QUADRATIC, ANY, false, 0, ANY},
	    {&number, COEFFICIENT_COHEN, ANY, DISTANCE_NOMINAL, false, 0,
		RELIABILITY_DISTANCE},
	    {&number, COEFFICIENT_AC1, WEIGHTING_LINEAR, ANY, false, 0,
		RELIABILITY_WEIGHTS},
	    {&number, COEFFICIENT_AC2, WEIGHTING_MASI, ANY, false, 0, RELIABILITY_WEIGHTS},
	    {&number, COEFFICIENT_ALPHA, ANY, DISTANCE_JACCARD, false, 0,
		RELIABILITY_DISTANCE},
	    {&number, COEFFICIENT_ALPHA, ANY, ANY, true, 0, ANY},
	    {&number, COEFFICIENT_COHEN, ANY, ANY, true, 0, RELIABILITY_COEFFICIENT},
	    {&number, COEFFICIENT_ALPHA, ANY, DISTANCE_NOMINAL, false, RELIABILITY_LABEL,
		RELIABILITY_BY},
	    {&number, COEFFICIENT_ALPHA, ANY, DISTANCE_NOMINAL, false, RELIABILITY_CATEGORY,
		ANY},
	    {&number, COEFFICIENT_ALPHA, ANY, DISTANCE_RATIO, false, RELIABILITY_CATEGORY,
		RELIABILITY_DISTANCE},
	    {&choices, COEFFICIENT_ALPHA, ANY, DISTANCE_MASI, false, 0, ANY},
	    {&choices, COEFFICIENT_FLEISS, WEIGHTING_LINEAR, ANY, false, 0,
		RELIABILITY_WEIGHTS},
	    {&choices, COEFFICIENT_ALPHA, ANY, DISTANCE_INTERVAL, false, 0,
		RELIABILITY_DISTANCE},
	    {&choices, COEFFICIENT_AC1, ANY, ANY, false, RELIABILITY_LABEL, ANY},
	    {&near, COEFFICIENT_ALPHA, ANY, ANY, true, 0, ANY},
	    {&near, COEFFICIENT_FLEISS, ANY, ANY, true, 0, RELIABILITY_COEFFICIENT},
	    {&text, COEFFICIENT_ALPHA, ANY, DISTANCE_NOMINAL, false, 0,
		RELIABILITY_DISTANCE},
	    {&text, COEFFICIENT_ALPHA, ANY, ANY, true, RELIABILITY_LABEL, RELIABILITY_BY},
	    {&text, COEFFICIENT_ALPHA, ANY, ANY, true, RELIABILITY_PAIR, ANY},
	    {&boxes, COEFFICIENT_COHEN, ANY, ANY, true, 0, RELIABILITY_COEFFICIENT},
	    {&boxes, COEFFICIENT_AC1, ANY, ANY, true, RELIABILITY_LABEL, ANY},
	    {&boxes, COEFFICIENT_ALPHA, ANY, ANY, true, RELIABILITY_LABEL, ANY},
	    {&boxes, COEFFICIENT_ALPHA, ANY, ANY, true, RELIABILITY_CATEGORY,
		RELIABILITY_BY},
	    {&boxes, COEFFICIENT_ALPHA, WEIGHTING_LINEAR, ANY, false, 0,
		RELIABILITY_WEIGHTS},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i].row);
		struct reliability_question q = reliability_default(&d, rows[i].by);
		enum reliability_part part = RELIABILITY_BY;
		enum err err;

		q.by_score = rows[i].by_score;
		q.coefficient =
		    (struct coefficient_question){.coefficient = rows[i].coefficient,
			.weights = rows[i].weights == ANY
			    ? WEIGHTING_IDENTITY
			    : (enum weighting_kind)rows[i].weights,
			.by_distance = rows[i].distance != ANY,
			.distance = rows[i].distance == ANY
			    ? DISTANCE_NOMINAL
			    : (enum distance_kind)rows[i].distance};
		err = reliability_check(&q, &part, &e);
		if ((err == ERR_OK) != (rows[i].part == ANY) ||
		    (err != ERR_OK && (int)part != rows[i].part))
			fail_msg("row %zu: %d, part %d: %s", i, err, part, e.text);
	}
}

/* What is asked by default fits. */
static void
defaults(void **state)
{
	static const struct {
		const struct row *row;
		bool by_score;
		enum distance_kind distance;
	} rows[] = {
	    {&number, false, DISTANCE_INTERVAL},
	    {&rating, false, DISTANCE_ORDINAL},
	    {&choices, false, DISTANCE_NOMINAL},
	    {&near, true, DISTANCE_NOMINAL},
	    {&text, true, DISTANCE_NOMINAL},
	    {&boxes, true, DISTANCE_NOMINAL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i].row);
		struct reliability_question q = reliability_default(&d, RELIABILITY_ALL);
		enum reliability_part part;

		assert_int_equal(q.by_score, rows[i].by_score);
		assert_int_equal(q.coefficient.distance, rows[i].distance);
		assert_int_equal(q.draws, 1000);
		assert_int_equal(q.seed, 1);
		assert_int_equal(reliability_check(&q, &part, &e), ERR_OK);
	}
}

/* ---- limits */

static void
failing_allocations(void **state)
{
	static const struct {
		const struct row *row;
		enum labels_kind kind;
		bool by_score;
		enum reliability_by by;
	} rows[] = {
	    {&number, LABELS_NUMBER, false, RELIABILITY_PAIR},
	    {&number, LABELS_NUMBER, true, RELIABILITY_PERSON},
	    {&choices, LABELS_SET, false, RELIABILITY_LABEL},
	    {&number, LABELS_NUMBER, false, RELIABILITY_CATEGORY},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct world w = make_world(9, 3, rows[i].kind, 10);
		struct dimension d = dimension_of(rows[i].row);
		struct reliability_question q = reliability_default(&d, rows[i].by);
		struct reliability_answer r;
		size_t limit = 0, failed = 0;
		enum err err;

		q.by_score = rows[i].by_score;
		q.draws = 5;
		do {
			struct arena *own;

			limit += 4096;
			own = arena_new(limit);
			assert_non_null(own);
			err = run_in(own, &w, &q, &r);
			failed += err != ERR_OK;
			assert_true(err == ERR_OK || err == ERR_MEMORY);
			arena_free(own);
		} while (err != ERR_OK && limit < 64 << 20);
		assert_int_equal(err, ERR_OK);
		assert_true(failed > 0);
	}
}

static void
too_many_groups(void **state)
{
	struct world w = {.n = 60};
	struct dimension d = dimension_of(&number);
	struct reliability_question q = reliability_default(&d, RELIABILITY_PERSON);
	struct reliability_answer r;
	int64_t user = 1;

	(void)state;
	w.n = 2600;
	w.tasks = arena_calloc(a, w.n, sizeof(*w.tasks));
	for (size_t i = 0; i < w.n; i++) {
		w.tasks[i].id = (int64_t)i + 1;
		for (; w.tasks[i].n < 2; w.tasks[i].n++)
			w.tasks[i].answers[w.tasks[i].n] = (struct answer){.user = user++,
			    .annotation = user,
			    .labels = {.kind = LABELS_NUMBER, .number = (double)(i % 3)}};
	}
	q.draws = 0;
	/* 2,600 x 5,200 ratings fit; a deadline ends what would take long. */
	deadline_begin(1);
	assert_int_equal(run_in(a, &w, &q, &r), ERR_LIMIT);
	deadline_end();
	q.by = RELIABILITY_ALL;
	r = run(&w, &q);
	assert_int_equal(r.all.people, 5200);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(every_coefficient_of_numbers),
	    TEST(every_distance),
	    TEST(a_published_value),
	    TEST(what_is_missing),
	    TEST(unnamed_people),
	    TEST(no_data),
	    TEST(by_category),
	    TEST(by_label),
	    TEST(by_person_and_pair),
	    TEST(scores_by_brute_force),
	    TEST(a_sample_of_many),
	    TEST(results_that_fail),
	    TEST(questions),
	    TEST(defaults),
	    TEST(failing_allocations),
	    TEST(too_many_groups),
	};

	return cmocka_run_group_tests_name("project reliability", tests, NULL, NULL);
}
