/* lib/project/tally: a published example, cases by hand, and random projects against plain
 * sums; the order of tasks changes no bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/deadline.h"
#include "json/json.h"
#include "project/tally.h"
#include "arena_fixture.h"

#define ALL_PARTS                                                                          \
	(AGREEMENT_SCORES | AGREEMENT_PAIRS | AGREEMENT_PEOPLE | AGREEMENT_DEVIATIONS)
#define ALL_LISTS (TALLY_TASKS | TALLY_LABELS | TALLY_CONFUSION | TALLY_UNITS)

static const struct tally_options everything = {
    .models = true,
    .overall = ALL_PARTS,
    .by_dimension = ALL_PARTS,
    .by_label = ALL_PARTS,
    .lists = ALL_LISTS,
    .low = 0.5,
};

static struct arena *scratch;

static int
set_up(void **state)
{
	scratch = arena_new(0);
	return scratch == NULL || arena_set_up(state);
}

static int
tear_down(void **state)
{
	arena_free(scratch);
	return arena_tear_down(state);
}

/* ---- projects */

enum { DIMENSIONS = 5 };

struct project {
	struct store_dimension rows[DIMENSIONS];
	struct store_dimension_list list;
	struct kept *tasks; /* of the task i the id is i + 1 */
	size_t n;
};

static struct store_dimension
row_of(int64_t id, const char *tag, double weight)
{
	return (struct store_dimension){
	    .id = id,
	    .name = str_of(arena_printf(a, "d%d", (int)id)),
	    .control_tag = str_of(arena_printf(a, "d%d", (int)id)),
	    .control_type = str_of(tag),
	    .metric_type = STR("exact_match"),
	    .is_active = true,
	    .is_present = true,
	    .weight = weight,
	};
}

static struct project
project_of(size_t rows, size_t tasks)
{
	static const char *const tags[DIMENSIONS] = {
	    "Choices", "Rating", "RectangleLabels", "Number", "TextArea"};
	struct project p = {.n = tasks, .tasks = arena_calloc(a, tasks, sizeof(*p.tasks))};

	for (size_t i = 0; i < rows; i++)
		p.rows[i] = row_of(11 + (int64_t)i, tags[i], 1.0);
	p.list.n = rows;
	return p;
}

/* Room for the sides and scores of a task; all scores are null, nobody said anything. */
static struct kept
kept_of(const struct project *p, size_t n)
{
	size_t m = p->list.n, pairs = n * (n + 1) / 2 * m;
	struct kept k = {
	    .sides = arena_calloc(a, n, sizeof(*k.sides)),
	    .n = n,
	    .dimensions = arena_calloc(a, m, sizeof(*k.dimensions)),
	    .m = m,
	    .scores = {.n = n,
		.m = m,
		.list = arena_calloc(a, pairs, sizeof(double)),
		.labels = arena_calloc(a, n * m, sizeof(struct labels_value)),
		.pairs = arena_calloc(a, pairs, sizeof(struct labels_pairs))},
	};

	for (size_t i = 0; i < m; i++)
		k.dimensions[i].id = p->rows[i].id;
	for (size_t i = 0; i < pairs; i++)
		k.scores.list[i] = SCORE_NULL;
	return k;
}

static struct kept_side
user(int64_t id)
{
	return (struct kept_side){.kind = PARTICIPANT_ANNOTATOR, .user = id};
}

static struct kept_side
model(const char *version)
{
	return (struct kept_side){.kind = PARTICIPANT_MODEL, .model = str_of(version)};
}

static const struct kept_side truth = {
    .kind = PARTICIPANT_GROUND_TRUTH, .ground_truth = true, .user = 99};

static const char *const letters[] = {"A", "B", "C", "D"};

/* A set of the letters of `bits`, of one or two questions. */
static struct labels_value
set_of(unsigned bits, uint32_t parts)
{
	struct labels_value v = {
	    .kind = LABELS_SET, .list = arena_calloc(a, 8, sizeof(*v.list))};

	for (uint32_t part = 0; part < parts; part++)
		for (unsigned i = 0; i < N_OF(letters); i++)
			if (bits >> i & 1)
				v.list[v.n++] =
				    (struct label){str_of(letters[i]), part + 5};
	v.parts = v.n == 0 ? 0 : parts;
	return v;
}

static struct labels_value
number_of(double number)
{
	return (struct labels_value){.kind = LABELS_NUMBER, .number = number};
}

/* A task of one dimension: its sides, and the scores of pairs (0,1) (0,2) .. (1,2) .. */
static struct kept
task_of(
    const struct project *p, size_t n, const struct kept_side *sides, const double *scores)
{
	struct kept k = kept_of(p, n);

	for (size_t i = 0; i < n; i++)
		k.sides[i] = sides[i];
	for (size_t i = 0; i < n * (n - 1) / 2; i++)
		k.scores.list[i] = scores[i];
	return k;
}

static const struct tally *
tally_in_order(struct project *p, const struct tally_options *o, const size_t *order)
{
	struct tally *t;

	p->list.items = p->rows;
	assert_int_equal(tally_begin(a, &p->list, o, &t), ERR_OK);
	for (size_t i = 0; i < p->n; i++) {
		size_t at = order == NULL ? i : order[i];

		assert_int_equal(
		    tally_add(t, scratch, (int64_t)at + 1, &p->tasks[at]), ERR_OK);
		arena_reset(scratch);
	}
	assert_int_equal(tally_end(t, scratch), ERR_OK);
	return t;
}

static const struct tally *
tally_of(struct project *p, const struct tally_options *o)
{
	return tally_in_order(p, o, NULL);
}

static void
near(double is, double want)
{
	if (isnan(is) != isnan(want) || fabs(is - want) > 1e-12)
		fail_msg("%.17g is not %.17g", is, want);
}

static uint32_t
find_user(const struct tally *t, int64_t id)
{
	return tally_find(t, PARTICIPANT_ANNOTATOR, id, (struct str){0});
}

static uint32_t
find_model(const struct tally *t, const char *version)
{
	return tally_find(t, PARTICIPANT_MODEL, 0, str_of(version));
}

static uint32_t
find_truth(const struct tally *t)
{
	return tally_find(t, PARTICIPANT_GROUND_TRUTH, 0, (struct str){0});
}

static struct tally_mean
pair_of(const struct tally *t, uint32_t x, uint32_t y)
{
	return tally_pair(t, tally_overall(t), x, y);
}

static struct tally_mean
with(const struct tally *t, uint32_t who, enum agreement_group group)
{
	return tally_with(t, tally_overall(t), who, group);
}

/* ---- the published example: AAA, ABC, BCC, three times each, through results */

static void
read_choice(char choice, struct matrix_side *r)
{
	const struct json *doc;
	struct result *result = arena_calloc(a, 1, sizeof(*result));
	char *text = arena_printf(a,
	    "[{\"id\":\"r\",\"from_name\":\"d11\",\"type\":\"choices\",\"value\":{"
	    "\"choices\":[\"%c\"]}}]",
	    choice);

	assert_int_equal(json_parse(a, str_of(text), &doc, &e), ERR_OK);
	assert_int_equal(result_read(a, doc, result, &e), ERR_OK);
	*r = (struct matrix_side){.result = result};
}

static struct kept
score_choices(const struct project *p, const char *choices)
{
	struct matrix_side sides[3];
	struct kept k = {.sides = arena_calloc(a, 3, sizeof(*k.sides)), .n = 3}, read;
	struct dimensions d;
	struct kept_dimension *rules;
	struct buf bytes = BUF_INIT, labels = BUF_INIT;

	for (int i = 0; i < 3; i++) {
		k.sides[i] = user(i + 1);
		read_choice(choices[i], &sides[i]);
	}
	assert_int_equal(dimension_all(a, &p->list, &d), ERR_OK);
	assert_int_equal(kept_rules(a, &d, (struct str){0}, &rules), ERR_OK);
	assert_int_equal(kept_score(a, &k, sides, &d, rules, 0.0, &e), ERR_OK);
	kept_write(a, &k, &bytes);
	kept_write_labels(a, &k, &labels);
	assert_int_equal(kept_read(a, arena_str(a, buf_text(&bytes)), &read), ERR_OK);
	assert_int_equal(
	    kept_read_labels(a, arena_str(a, buf_text(&labels)), &read), ERR_OK);
	buf_free(&bytes);
	buf_free(&labels);
	return read;
}

static struct project
tutorial(void)
{
	static const char *const choices[] = {"AAA", "ABC", "BCC"};
	struct project p = project_of(1, 9);

	p.list.items = p.rows;
	for (size_t i = 0; i < p.n; i++)
		p.tasks[i] = score_choices(&p, choices[i % 3]);
	return p;
}

static void
the_tutorial_has_its_numbers(void **state)
{
	static const double scores[] = {1.0, 0.0, 1.0 / 3.0};
	struct project p = tutorial();
	const struct tally *t = tally_of(&p, &everything);
	struct tally_tasks tasks = tally_tasks(t);
	struct tally_summary summary = tally_summary(t);

	(void)state;
	assert_int_equal(tasks.n, 9);
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(tasks.list[i].task, i + 1);
		assert_int_equal(tasks.list[i].annotators, 3);
		near(tasks.list[i].score, scores[i % 3]);
	}
	near(tally_score(tally_overall(t)).mean, 4.0 / 9.0);
	near(tally_score(tally_in_dimension(t, 0)).mean, 4.0 / 9.0);
	assert_int_equal(tally_people(t).n, 3);
	near(pair_of(t, 0, 1).mean, 1.0 / 3.0);
	near(pair_of(t, 2, 0).mean, 1.0 / 3.0);
	near(pair_of(t, 1, 2).mean, 2.0 / 3.0);
	near(pair_of(t, 1, 2).deviation, 0.5);
	assert_int_equal(pair_of(t, 1, 2).tasks, 9);
	near(tally_cells(tally_overall(t)).mean, 12.0 / 27.0);
	near(tally_cells(tally_overall(t)).deviation, sqrt(12.0 * 15.0 / 27.0 / 26.0));
	assert_int_equal(tally_cells(tally_overall(t)).tasks, 27);
	near(with(t, 0, AGREEMENT_ANNOTATORS).mean, 1.0 / 3.0);
	near(with(t, 1, AGREEMENT_ANNOTATORS).mean, 0.5);
	near(with(t, 2, AGREEMENT_ANNOTATORS).mean, 0.5);
	assert_int_equal(summary.tasks, 9);
	assert_int_equal(summary.scored, 9);
	assert_int_equal(summary.bins[0], 3);
	assert_int_equal(summary.bins[3], 3);
	assert_int_equal(summary.bins[9], 3);
	assert_int_equal(summary.low, 6);
}

static void
the_tutorial_has_its_labels(void **state)
{
	static const struct {
		const char *text;
		uint32_t uses;
		double agreement; /* A: AAA 1, ABC 0; B: ABC 0, BCC 0; C: ABC 0, BCC 1/3 */
	} labels[] = {{"A", 12, 0.5}, {"B", 6, 0.0}, {"C", 9, 1.0 / 6.0}};
	/* Both ways round, halved: ABC and BCC make A-B 1, A-C 1, B-C 1 + 2, C-C 1. */
	static const char confusion[] =
	    "AA 9, AB 1.5, AC 1.5, BA 1.5, BC 4.5, CA 1.5, CB 4.5, CC 3, ";
	struct project p = tutorial();
	const struct tally *t = tally_of(&p, &everything);
	struct tally_labels l = tally_labels(t);
	struct tally_confusions c = tally_confusions(t, CONFUSION_ANNOTATORS);
	char *text = arena_printf(a, "%s", "");

	(void)state;
	assert_int_equal(l.n, N_OF(labels));
	for (size_t i = 0; i < l.n; i++) {
		assert_true(str_is(l.list[i].text, labels[i].text));
		assert_int_equal(l.list[i].uses[0], labels[i].uses);
		assert_int_equal(l.list[i].uses[1], 0);
		near(tally_score(tally_on_label(t, &l.list[i])).mean, labels[i].agreement);
	}
	assert_int_equal(tally_dimensions(t).list[0].values[0], 27);
	for (size_t i = 0; i < c.n; i++)
		text = arena_printf(a, "%s%.*s%.*s %g, ", text, STR_ARG(c.list[i].a),
		    STR_ARG(c.list[i].b), c.list[i].count);
	assert_string_equal(text, confusion);
	assert_int_equal(tally_confusions(t, CONFUSION_TRUTH).n, 0);
	assert_int_equal(tally_units(t, 0)->n, 27);
	assert_int_equal(tally_units(t, 0)->places.n, 3);
	/* Task 2: A, B, C of 0, 1, 2. */
	for (uint32_t i = 0; i < 3; i++) {
		const struct unit *unit = &tally_units(t, 0)->list[3 + i];

		assert_int_equal(unit->task, 2);
		assert_int_equal(unit->who, i);
		assert_true(str_eq(tally_units(t, 0)->sets[unit->set].labels[0],
		    (struct str){&"ABC"[i], 1}));
	}
}

static void
consensus_is_the_share_of_the_largest_group(void **state)
{
	static const double scores[] = {1.0, 1.0 / 3.0, 2.0 / 3.0};
	struct project p = tutorial();
	struct tally_options o = everything;
	const struct tally *t;

	(void)state;
	o.methodology = AGREEMENT_CONSENSUS;
	t = tally_of(&p, &o);
	for (size_t i = 0; i < 9; i++)
		near(tally_tasks(t).list[i].score, scores[i % 3]);
	near(tally_score(tally_overall(t)).mean, 2.0 / 3.0);
	near(tally_score(tally_in_dimension(t, 0)).mean, 2.0 / 3.0);
	/* Pairs, people and labels are as they were. */
	near(pair_of(t, 1, 2).mean, 2.0 / 3.0);
	near(tally_score(tally_on_label(t, &tally_labels(t).list[2])).mean, 1.0 / 6.0);
}

/* A chain of three; who has no cell at all is not one of n. */
static void
consensus_is_over_those_who_are_compared(void **state)
{
	const struct kept_side four[] = {user(1), user(2), user(3), user(4)};
	struct project p = project_of(1, 4);
	struct tally_options o = {.methodology = AGREEMENT_CONSENSUS, .lists = TALLY_TASKS};
	const struct tally *t;

	(void)state;
	p.tasks[0] = task_of(&p, 3, four, (double[]){1.0, 0.99, 1.0});
	p.tasks[1] = task_of(
	    &p, 4, four, (double[]){1.0, 0.99, SCORE_NULL, 1.0, SCORE_HIDDEN, SCORE_NULL});
	p.tasks[2] = task_of(&p, 2, four, (double[]){SCORE_NULL});
	p.tasks[3] = task_of(&p, 3, four, (double[]){SCORE_NULL, 1.0, 0.0});
	t = tally_of(&p, &o);
	near(tally_tasks(t).list[0].score, (1.0 + sqrt(2.0)) / 3.0);
	near(tally_tasks(t).list[1].score, (1.0 + sqrt(2.0)) / 3.0);
	assert_true(isnan(tally_tasks(t).list[2].score));
	near(tally_tasks(t).list[3].score, 2.0 / 3.0);
	assert_int_equal(tally_summary(t).scored, 3);
}

/* ---- cases by hand */

static void
nothing_is_null(void **state)
{
	const struct kept_side alone[] = {user(1)}, hidden[] = {user(1), user(2)};
	struct project p = project_of(1, 0);
	const struct tally *t = tally_of(&p, &everything);

	(void)state;
	assert_int_equal(tally_people(t).n, 0);
	assert_int_equal(tally_tasks(t).n, 0);
	assert_int_equal(tally_summary(t).tasks, 0);
	assert_true(isnan(tally_score(tally_overall(t)).mean));
	assert_int_equal(find_user(t, 1), AGREEMENT_NOBODY);
	assert_int_equal(find_truth(t), AGREEMENT_NOBODY);

	p = project_of(1, 5);
	p.tasks[0] = kept_of(&p, 0);
	p.tasks[1] = task_of(&p, 1, alone, NULL);
	p.tasks[2] = task_of(&p, 2, hidden, (double[]){SCORE_HIDDEN});
	p.tasks[3] = task_of(&p, 2, hidden, (double[]){SCORE_NULL});
	p.tasks[4] = (struct kept){.sides = p.tasks[3].sides, .n = 2};
	p.tasks[4].scores = (struct scores){.n = 2, .list = p.tasks[3].scores.list};
	t = tally_of(&p, &everything);
	assert_int_equal(tally_people(t).n, 2);
	assert_int_equal(tally_people(t).list[0].tasks, 4);
	assert_int_equal(tally_tasks(t).n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(isnan(tally_tasks(t).list[i].score));
	assert_int_equal(tally_summary(t).tasks, 5);
	assert_int_equal(tally_summary(t).shared, 3);
	assert_int_equal(tally_summary(t).scored, 0);
	assert_true(isnan(tally_score(tally_overall(t)).mean));
	assert_true(isnan(pair_of(t, 0, 1).mean));
	assert_int_equal(pair_of(t, 0, 1).tasks, 0);
	assert_true(isnan(with(t, 0, AGREEMENT_ANNOTATORS).mean));

	/* No dimensions at all. */
	p = project_of(0, 1);
	p.tasks[0] = kept_of(&p, 2);
	p.tasks[0].sides[0] = user(1);
	p.tasks[0].sides[1] = user(2);
	t = tally_of(&p, &everything);
	assert_int_equal(tally_summary(t).shared, 1);
	assert_true(isnan(pair_of(t, 0, 1).mean));
}

/* An annotation that is the ground truth is its author's, too, but not compared with
 * itself; an older one of theirs that is, is. */
static void
the_ground_truth_has_an_author(void **state)
{
	struct kept_side own = user(1), other = truth;
	struct project p = project_of(1, 2);
	const struct tally *t;

	(void)state;
	own.ground_truth = true;
	other.user = 1;
	p.tasks[0] = task_of(&p, 3, (struct kept_side[]){own, user(2), model("v")},
	    (double[]){0.5, 0.25, 1.0});
	p.tasks[1] = task_of(&p, 3, (struct kept_side[]){user(1), user(2), other},
	    (double[]){0.0, 0.75, 0.125});
	t = tally_of(&p, &everything);
	assert_int_equal(tally_people(t).n, 4);
	assert_int_equal(find_truth(t), 3);
	assert_int_equal(tally_people(t).list[3].tasks, 2);
	near(tally_score(tally_overall(t)).mean, 0.25);
	near(pair_of(t, 0, 3).mean, 0.75);
	assert_int_equal(pair_of(t, 0, 3).tasks, 1);
	near(pair_of(t, 1, 3).mean, 0.3125);
	near(pair_of(t, 3, find_model(t, "v")).mean, 0.25);
	near(with(t, 0, AGREEMENT_TRUTH).mean, 0.75);
	near(with(t, 1, AGREEMENT_TRUTH).mean, 0.3125);
	near(with(t, find_model(t, "v"), AGREEMENT_TRUTH).mean, 0.25);
	near(with(t, 3, AGREEMENT_ANNOTATORS).mean, (0.5 + (0.75 + 0.125) / 2.0) / 2.0);
	near(with(t, 3, AGREEMENT_MODELS).mean, 0.25);
	near(with(t, 0, AGREEMENT_ANNOTATORS).mean, 0.25);
}

static void
models_take_part_if_they_are_asked(void **state)
{
	struct project p = project_of(1, 2);
	struct tally_options o = everything;
	const struct tally *t;

	(void)state;
	p.tasks[0] = task_of(&p, 3, (struct kept_side[]){user(1), model("v1"), model("v2")},
	    (double[]){0.5, 0.25, 1.0});
	p.tasks[1] = task_of(&p, 3, (struct kept_side[]){user(1), user(2), model("")},
	    (double[]){0.0, 0.75, 0.5});
	t = tally_of(&p, &o);
	assert_int_equal(tally_people(t).n, 5);
	assert_int_equal(find_model(t, ""), 2);
	assert_int_equal(find_model(t, "v1"), 3);
	near(with(t, 0, AGREEMENT_MODELS).mean, (0.375 + 0.75) / 2.0);
	near(with(t, 3, AGREEMENT_MODELS).mean, 1.0);
	near(with(t, 3, AGREEMENT_ANNOTATORS).mean, 0.5);
	near(pair_of(t, 4, 0).mean, 0.25);
	near(tally_score(tally_overall(t)).mean, 0.0);
	for (size_t i = 0; i < 3; i++)
		p.tasks[0].scores.labels[i] = set_of(1u << i, 1);
	t = tally_of(&p, &o);
	assert_int_equal(tally_labels(t).n, 3);
	assert_int_equal(tally_units(t, 0)->n, 3);
	o.models = false;
	t = tally_of(&p, &o);
	assert_int_equal(tally_labels(t).n, 1);
	assert_int_equal(tally_units(t, 0)->n, 1);
	assert_int_equal(tally_people(t).n, 2);
	assert_int_equal(find_model(t, "v1"), AGREEMENT_NOBODY);
	assert_true(isnan(with(t, 0, AGREEMENT_MODELS).mean));
}

/* Annotations without an author count as other annotators, and are nobody. */
static void
nobody_is_an_annotator(void **state)
{
	static const struct kept_side unnamed = {.kind = PARTICIPANT_UNNAMED, .user = 1};
	struct project p = project_of(1, 1);
	const struct tally *t;

	(void)state;
	p.tasks[0] = task_of(&p, 3, (struct kept_side[]){user(1), unnamed, unnamed},
	    (double[]){0.5, 0.25, 1.0});
	t = tally_of(&p, &everything);
	assert_int_equal(tally_people(t).n, 1);
	assert_int_equal(tally_tasks(t).list[0].annotators, 3);
	near(tally_tasks(t).list[0].score, 1.75 / 3.0);
	near(with(t, 0, AGREEMENT_ANNOTATORS).mean, 0.375);
}

static void
scores_have_bins(void **state)
{
	/* What is written 0.3 is in [0.3, 0.4), though 0.1 + 0.2 is more and 0.3 less. */
	static const double scores[] = {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
	    0x1.3333333333332p-2, 0x1.6666666666665p-1, 1.0, 0.99};
	static const uint32_t bins[TALLY_BINS] = {1, 1, 2, 1, 1, 1, 2, 1, 1, 3};
	const struct kept_side two[] = {user(1), user(2)};
	struct project p = project_of(1, N_OF(scores));
	struct tally_options o = {.overall = AGREEMENT_SCORES, .low = 0.3};
	const struct tally *t;

	(void)state;
	for (size_t i = 0; i < p.n; i++)
		p.tasks[i] = task_of(&p, 2, two, &scores[i]);
	t = tally_of(&p, &o);
	for (size_t i = 0; i < TALLY_BINS; i++)
		assert_int_equal(tally_summary(t).bins[i], bins[i]);
	assert_int_equal(tally_summary(t).low, 4);
	assert_int_equal(tally_tasks(t).n, 0);
	assert_int_equal(tally_summary(t).scored, N_OF(scores));
}

static void
tasks_are_sorted_by_score(void **state)
{
	struct tally_task tasks[] = {{1, (double)NAN, 1}, {2, 0.5, 2}, {3, 0.25, 2},
	    {4, (double)NAN, 0}, {5, 0.25, 3}};
	static const int64_t order[] = {3, 5, 2, 1, 4};

	(void)state;
	qsort(tasks, N_OF(tasks), sizeof(tasks[0]), tally_by_score);
	for (size_t i = 0; i < N_OF(tasks); i++)
		assert_int_equal(tasks[i].task, order[i]);
}

/* Weights, one dimension alone, and rows of scores in another order or without one. */
static void
dimensions_count_by_weight(void **state)
{
	struct project p = project_of(4, 2);
	struct tally_options o = everything;
	const struct tally *t;

	(void)state;
	p.rows[0].weight = 3.0;
	p.rows[2].weight = 0.0;
	p.rows[3].is_active = false;
	for (size_t i = 0; i < p.n; i++) {
		p.tasks[i] = kept_of(&p, 2);
		p.tasks[i].sides[0] = user(1);
		p.tasks[i].sides[1] = user(2);
	}
	memcpy(
	    p.tasks[0].scores.list, (double[]){1.0, 0.5, 0.25, 0.125}, 4 * sizeof(double));
	p.tasks[1].dimensions[0].id = 13;
	p.tasks[1].dimensions[1].id = 77;
	p.tasks[1].dimensions[2].id = 11;
	p.tasks[1].dimensions[3].id = 14;
	memcpy(
	    p.tasks[1].scores.list, (double[]){0.75, 1.0, 0.25, 1.0}, 4 * sizeof(double));
	t = tally_of(&p, &o);
	assert_int_equal(tally_dimensions(t).n, 3);
	assert_false(tally_dimensions(t).list[2].counts);
	near(tally_tasks(t).list[0].score, 3.5 / 4.0);
	near(tally_tasks(t).list[1].score, 0.25);
	near(tally_score(tally_in_dimension(t, 0)).mean, 0.625);
	near(tally_score(tally_in_dimension(t, 1)).mean, 0.5);
	near(tally_score(tally_in_dimension(t, 2)).mean, 0.5);
	/* By name also what does not count. */
	o.dimension = 13;
	t = tally_of(&p, &o);
	assert_int_equal(tally_dimensions(t).n, 1);
	assert_true(tally_dimensions(t).list[0].counts);
	near(tally_score(tally_overall(t)).mean, 0.5);
	o.dimension = 14;
	near(tally_score(tally_overall(tally_of(&p, &o))).mean, 0.5625);
	o.dimension = 15;
	t = tally_of(&p, &o);
	assert_int_equal(tally_dimensions(t).n, 0);
	assert_true(isnan(tally_score(tally_overall(t)).mean));
}

/* ---- random projects */

static uint64_t seed;

static unsigned
draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % below;
}

static double
draw_score(void)
{
	switch (draw(8)) {
	case 0:
		return SCORE_NULL;
	case 1:
		return SCORE_HIDDEN;
	case 2:
	case 3:
		return 1.0;
	case 4:
		return 0.0;
	case 5:
		return 1.0 / (1.0 + draw(9));
	default:
		return (double)draw(1000000) / 999999.0;
	}
}

static struct labels_value
regions_of(unsigned n)
{
	struct labels_value v = {.kind = LABELS_REGIONS,
	    .list = arena_calloc(a, n, sizeof(*v.list)),
	    .parts = n};

	for (; v.n < n; v.n++) {
		unsigned label = draw(N_OF(letters) + 1);

		v.list[v.n] = (struct label){
		    label < N_OF(letters) ? str_of(letters[label]) : STR(""), v.n};
	}
	return v;
}

/* Regions that meet: any labels do. */
static struct labels_pairs
draw_pairs(void)
{
	struct labels_pairs p = {.list = arena_calloc(a, 16, sizeof(*p.list))};

	for (unsigned x = 0; x <= N_OF(letters); x++)
		for (unsigned y = 0; y <= N_OF(letters); y++)
			if (p.n < 16 && x + y < 2 * N_OF(letters) && draw(6) == 0)
				p.list[p.n++] = (struct labels_pair){x < N_OF(letters)
					? str_of(letters[x])
					: (struct str){0},
				    y < N_OF(letters) ? str_of(letters[y])
						      : (struct str){0},
				    1.0 + draw(3)};
	return p;
}

static void
draw_said(struct labels_value *v, int64_t dimension)
{
	if (draw(8) == 0)
		return;
	if (dimension == 11)
		*v = set_of(draw(16), 1 + (draw(5) == 0));
	else if (dimension == 12 || dimension == 14)
		*v = number_of(draw(6) == 0 ? (double)NAN : 0.5 * draw(8));
	else if (dimension == 13)
		*v = regions_of(draw(4));
}

static void
draw_sides(struct kept *k)
{
	size_t n = 0;
	unsigned right = draw(4);

	for (int64_t id = 1; id < 7 && n < k->n; id++)
		if (draw(3) > 0)
			k->sides[n++] = user(id * 1000);
	for (int64_t id = 1; id < 3 && n < k->n; id++)
		if (draw(9) == 0)
			k->sides[n++] =
			    (struct kept_side){.kind = PARTICIPANT_UNNAMED, .user = id};
	for (unsigned i = 0; i < 3 && n < k->n; i++)
		if (draw(2) == 0)
			k->sides[n++] = model(letters[i]);
	if (right == 0 && n < k->n)
		k->sides[n++] = truth;
	else if (right == 1 && n > 0 && k->sides[0].kind == PARTICIPANT_ANNOTATOR)
		k->sides[0].ground_truth = true;
	k->n = k->scores.n = n;
}

static struct kept
draw_task(const struct project *p)
{
	struct kept k = kept_of(p, 10);
	size_t turn = draw((unsigned)k.m);

	draw_sides(&k);
	for (size_t i = 0; i < k.m; i++)
		k.dimensions[i].id = p->rows[(i + turn) % k.m].id;
	if (draw(5) == 0)
		k.dimensions[0].id = 77;
	for (size_t i = 0; i < k.n * k.m; i++)
		draw_said(&k.scores.labels[i], k.dimensions[i % k.m].id);
	for (size_t i = 0; i < k.n * (k.n + 1) / 2 * k.m; i++) {
		k.scores.list[i] = draw_score();
		k.scores.pairs[i] = draw_pairs();
	}
	return k;
}

static struct project
draw_project(unsigned from)
{
	struct project p;

	seed = from;
	p = project_of(DIMENSIONS, 40);
	for (size_t i = 0; i < DIMENSIONS; i++)
		p.rows[i].weight = (double)draw(4) * 0.3;
	for (size_t i = 0; i < p.n; i++)
		p.tasks[i] = draw_task(&p);
	return p;
}

/* All that can be asked, to the bit. */
static void
say_mean(struct buf *b, const char *what, struct tally_mean m)
{
	buf_printf(b, "%s %a %a %u\n", what, m.mean, m.deviation, (unsigned)m.tasks);
}

static void
say_agreement(struct buf *b, const struct tally *t, const struct agreement *g)
{
	struct tally_people people = tally_people(t);

	say_mean(b, "score", tally_score(g));
	for (uint32_t i = 0; i < people.n; i++) {
		for (uint32_t j = 0; j < people.n; j++)
			say_mean(b, "pair", tally_pair(t, g, i, j));
		for (enum agreement_group group = 0; group < AGREEMENT_GROUP__MAX; group++)
			say_mean(b, "with", tally_with(t, g, i, group));
	}
}

static void
say_lists(struct buf *b, const struct tally *t)
{
	struct tally_summary s = tally_summary(t);

	buf_printf(b, "%u %u %u %u\n", s.tasks, s.shared, s.scored, s.low);
	for (size_t i = 0; i < TALLY_BINS; i++)
		buf_printf(b, "%u ", s.bins[i]);
	for (size_t i = 0; i < tally_people(t).n; i++) {
		const struct tally_participant *p = &tally_people(t).list[i];

		buf_printf(b, "%d %d %.*s %u\n", p->kind, (int)p->user, STR_ARG(p->model),
		    p->tasks);
	}
	for (size_t i = 0; i < tally_tasks(t).n; i++) {
		const struct tally_task *task = &tally_tasks(t).list[i];

		buf_printf(b, "%d %a %u\n", (int)task->task, task->score, task->annotators);
	}
	for (enum confusion_of c = 0; c < CONFUSION__MAX; c++)
		for (size_t i = 0; i < tally_confusions(t, c).n; i++) {
			const struct tally_confused *x = &tally_confusions(t, c).list[i];

			buf_printf(b, "%zu %.*s|%.*s %g\n", x->dimension, STR_ARG(x->a),
			    STR_ARG(x->b), x->count);
		}
}

static void
say_units(struct buf *b, const struct units *u)
{
	for (size_t i = 0; i < u->n; i++) {
		const struct unit *unit = &u->list[i];

		buf_printf(b, "%d %d %a:", (int)unit->task, (int)unit->who, unit->number);
		for (uint32_t l = 0; unit->set != UNITS_NUMBER && l < u->sets[unit->set].n;
		    l++)
			buf_printf(b, " %.*s", STR_ARG(u->sets[unit->set].labels[l]));
		buf_printf(b, "\n");
	}
}

static const char *
say(const struct tally *t)
{
	struct buf b = BUF_INIT;
	struct str text;

	say_lists(&b, t);
	say_agreement(&b, t, tally_overall(t));
	for (size_t d = 0; d < tally_dimensions(t).n; d++) {
		say_agreement(&b, t, tally_in_dimension(t, d));
		say_units(&b, tally_units(t, d));
		buf_printf(&b, "%u %u\n", tally_dimensions(t).list[d].values[0],
		    tally_dimensions(t).list[d].values[1]);
	}
	for (size_t i = 0; i < tally_labels(t).n; i++) {
		const struct tally_label *l = &tally_labels(t).list[i];

		buf_printf(&b, "%zu %.*s %u %u\n", l->dimension, STR_ARG(l->text),
		    l->uses[0], l->uses[1]);
		say_agreement(&b, t, tally_on_label(t, l));
	}
	text = arena_str(a, buf_text(&b));
	assert_false(buf_failed(&b));
	buf_free(&b);
	return text.s;
}

static void
the_order_of_tasks_changes_no_bit(void **state)
{
	(void)state;
	for (unsigned round = 1; round <= 20; round++) {
		struct project p = draw_project(round);
		struct tally_options o = everything;
		size_t order[64];
		const char *said;

		o.methodology = round % 2 == 0 ? AGREEMENT_CONSENSUS : AGREEMENT_PAIRWISE;
		said = say(tally_of(&p, &o));
		assert_true(strlen(said) > 10000);
		for (size_t i = 0; i < p.n; i++)
			order[i] = i;
		for (int shuffle = 0; shuffle < 5; shuffle++) {
			for (size_t i = p.n; i > 1; i--) {
				size_t j = draw((unsigned)i), kept = order[i - 1];

				order[i - 1] = order[j];
				order[j] = kept;
			}
			assert_string_equal(say(tally_in_order(&p, &o, order)), said);
		}
		arena_reset(a);
	}
}

/* ---- the same by plain sums */

enum respect_kind { OVERALL, OF_DIMENSION, OF_LABEL };

struct respect {
	enum respect_kind kind;
	int64_t dimension;
	const char *label;
};

static size_t
place_in(const struct kept *k, int64_t dimension)
{
	for (size_t i = 0; i < k->m; i++)
		if (k->dimensions[i].id == dimension)
			return i;
	return SIZE_MAX;
}

static double
plain_score(const struct kept *k, int64_t dimension, size_t i, size_t j)
{
	size_t place = place_in(k, dimension);
	double score = place == SIZE_MAX
	    ? -1.0
	    : k->scores.list[scores_place(&k->scores, i, j) + place];

	return score < 0.0 ? (double)NAN : score;
}

static double
plain_overall(const struct project *p, const struct kept *k, size_t i, size_t j)
{
	double sum = 0.0, weights = 0.0;

	for (size_t d = 0; d < p->list.n; d++) {
		double score = plain_score(k, p->rows[d].id, i, j);

		if (p->rows[d].weight > 0.0 && !isnan(score)) {
			sum += p->rows[d].weight * score;
			weights += p->rows[d].weight;
		}
	}
	return weights > 0.0 ? sum / weights : (double)NAN;
}

static unsigned
bits_of(const struct labels_value *v)
{
	unsigned bits = 0;

	for (uint32_t i = 0; i < v->n; i++)
		for (unsigned l = 0; l < N_OF(letters); l++)
			if (str_is(v->list[i].text, letters[l]))
				bits |= 1u << (l + (v->list[i].of == 6 ? 4 : 0));
	return bits;
}

static bool
has(struct str text, const char *label)
{
	return text.s != NULL && str_is(text, label);
}

/* Labels of sets by the letters of two questions, those of regions as they are given. */
static double
plain_label(const struct kept *k, int64_t dimension, const char *label, size_t i, size_t j)
{
	size_t place = place_in(k, dimension);
	const struct labels_value *x, *y;
	const struct labels_pairs *pairs;
	double both = 0.0, all = 0.0;

	if (place == SIZE_MAX)
		return (double)NAN;
	x = &k->scores.labels[i * k->m + place];
	y = &k->scores.labels[j * k->m + place];
	if (x->kind != y->kind || (x->kind != LABELS_SET && x->kind != LABELS_REGIONS))
		return (double)NAN;
	if (x->kind == LABELS_SET) {
		for (unsigned bit = (unsigned)(*label - 'A'); bit < 8; bit += 4) {
			unsigned in_x = bits_of(x) >> bit & 1, in_y = bits_of(y) >> bit & 1;

			both += in_x & in_y;
			all += in_x + in_y;
		}
		return all > 0.0 ? 2.0 * both / all : (double)NAN;
	}
	pairs = &k->scores.pairs[scores_place(&k->scores, i, j) + place];
	for (size_t l = 0; l < pairs->n; l++) {
		const struct labels_pair *m = &pairs->list[l];

		all += (has(m->a, label) + has(m->b, label)) * m->count;
		both += has(m->a, label) && has(m->b, label) ? m->count : 0.0;
	}
	return all > 0.0 ? 2.0 * both / all : (double)NAN;
}

static bool
said_by_anybody(const struct kept *k, const struct respect *r)
{
	size_t place = place_in(k, r->dimension);

	for (size_t i = 0; r->kind == OF_LABEL && place != SIZE_MAX && i < k->n; i++)
		for (uint32_t l = 0; l < k->scores.labels[i * k->m + place].n; l++)
			if (has(k->scores.labels[i * k->m + place].list[l].text, r->label))
				return true;
	return r->kind != OF_LABEL;
}

static double
plain_cell(const struct project *p, const struct kept *k, const struct respect *r, size_t i,
    size_t j)
{
	/* What regions of this test meet is drawn apart from what they are. */
	if (i == j || !said_by_anybody(k, r))
		return (double)NAN;
	switch (r->kind) {
	case OVERALL:
		return plain_overall(p, k, i, j);
	case OF_DIMENSION:
		return plain_score(k, r->dimension, i, j);
	case OF_LABEL:
		return plain_label(k, r->dimension, r->label, i, j);
	}
	return (double)NAN;
}

/* Whether a side is in a group. */
static bool
plain_in(const struct kept_side *side, enum agreement_group group)
{
	switch (group) {
	case AGREEMENT_ANNOTATORS:
		return side->kind == PARTICIPANT_ANNOTATOR ||
		    side->kind == PARTICIPANT_UNNAMED;
	case AGREEMENT_MODELS:
		return side->kind == PARTICIPANT_MODEL;
	case AGREEMENT_TRUTH:
		return side->ground_truth;
	default:
		return false;
	}
}

static size_t
plain_side(const struct kept *k, const struct tally_participant *p)
{
	for (size_t i = 0; i < k->n; i++)
		if (p->kind == PARTICIPANT_GROUND_TRUTH ? k->sides[i].ground_truth
							: p->kind == k->sides[i].kind &&
			    (p->kind == PARTICIPANT_MODEL
				    ? str_eq(p->model, k->sides[i].model)
				    : p->user == k->sides[i].user))
			return i;
	return SIZE_MAX;
}

/* Numbers as they come. */
struct plain {
	double list[64];
	unsigned n;
};

static void
add(struct plain *p, double x)
{
	if (!isnan(x))
		p->list[p->n++] = x;
}

static double
mean_of(const struct plain *p)
{
	double sum = 0.0;

	for (unsigned i = 0; i < p->n; i++)
		sum += p->list[i];
	return p->n == 0 ? (double)NAN : sum / p->n;
}

static void
assert_mean(const char *what, const struct tally_mean is, const struct plain *want)
{
	double mean = mean_of(want), squares = 0.0;

	for (unsigned i = 0; i < want->n; i++)
		squares += (want->list[i] - mean) * (want->list[i] - mean);
	if (is.tasks != want->n)
		fail_msg("%s: %u tasks, not %u", what, is.tasks, want->n);
	near(is.mean, mean);
	near(is.deviation,
	    want->n < 2 ? (double)NAN : sqrt(squares / (double)(want->n - 1)));
}

static double
plain_with(const struct project *p, const struct kept *k, const struct respect *r, size_t i,
    enum agreement_group group)
{
	struct plain cells = {.n = 0};

	for (size_t j = 0; i < k->n && j < k->n; j++)
		if (plain_in(&k->sides[j], group))
			add(&cells, plain_cell(p, k, r, i, j));
	return mean_of(&cells);
}

static double
plain_task(const struct project *p, const struct kept *k, const struct respect *r)
{
	struct plain cells = {.n = 0};

	for (size_t i = 0; i < k->n; i++)
		for (size_t j = i + 1; j < k->n; j++)
			if (plain_in(&k->sides[i], AGREEMENT_ANNOTATORS) &&
			    plain_in(&k->sides[j], AGREEMENT_ANNOTATORS))
				add(&cells, plain_cell(p, k, r, i, j));
	return mean_of(&cells);
}

static void
assert_agreement(const struct project *p, const struct tally *t, const struct respect *r,
    const struct agreement *g)
{
	struct tally_people people = tally_people(t);
	struct plain scores = {.n = 0};

	for (size_t k = 0; k < p->n; k++)
		add(&scores, plain_task(p, &p->tasks[k], r));
	assert_mean("score", tally_score(g), &scores);
	for (uint32_t x = 0; x < people.n; x++)
		for (uint32_t y = 0; y < people.n; y++) {
			struct plain cells = {.n = 0};

			for (size_t k = 0; x != y && k < p->n; k++) {
				size_t i = plain_side(&p->tasks[k], &people.list[x]);
				size_t j = plain_side(&p->tasks[k], &people.list[y]);

				if (i != SIZE_MAX && j != SIZE_MAX)
					add(&cells, plain_cell(p, &p->tasks[k], r, i, j));
			}
			assert_mean("pair", tally_pair(t, g, x, y), &cells);
		}
	for (uint32_t x = 0; x < people.n; x++)
		for (enum agreement_group group = 0; group < AGREEMENT_GROUP__MAX;
		    group++) {
			struct plain means = {.n = 0};

			for (size_t k = 0; k < p->n; k++)
				add(&means,
				    plain_with(p, &p->tasks[k], r,
					plain_side(&p->tasks[k], &people.list[x]), group));
			assert_mean("with", tally_with(t, g, x, group), &means);
		}
}

static void
agreements_are_plain_means(void **state)
{
	(void)state;
	for (unsigned round = 1; round <= 12; round++) {
		struct project p = draw_project(100 + round);
		const struct tally *t = tally_of(&p, &everything);

		assert_int_equal(tally_people(t).n, 10);
		assert_agreement(
		    &p, t, &(struct respect){OVERALL, 0, NULL}, tally_overall(t));
		for (size_t d = 0; d < tally_dimensions(t).n; d++)
			assert_agreement(&p, t,
			    &(struct respect){
				OF_DIMENSION, tally_dimensions(t).list[d].row->id, NULL},
			    tally_in_dimension(t, d));
		for (size_t i = 0; i < tally_labels(t).n; i++) {
			const struct tally_label *l = &tally_labels(t).list[i];
			int64_t id = tally_dimensions(t).list[l->dimension].row->id;

			if (id == 11 || id == 13)
				assert_agreement(&p, t,
				    &(struct respect){OF_LABEL, id, l->text.s},
				    tally_on_label(t, l));
		}
		for (size_t i = 0; i < p.n; i++)
			near(tally_tasks(t).list[i].score,
			    plain_task(
				&p, &p.tasks[i], &(struct respect){OVERALL, 0, NULL}));
		arena_reset(a);
	}
}

/* How many values of a kind of side have a label, or any. */
static unsigned
plain_uses(const struct project *p, int64_t dimension, const char *label,
    enum agreement_group group)
{
	unsigned n = 0;

	for (size_t t = 0; t < p->n; t++) {
		const struct kept *k = &p->tasks[t];
		size_t place = place_in(k, dimension);

		for (size_t i = 0; place != SIZE_MAX && i < k->n; i++) {
			const struct labels_value *v = &k->scores.labels[i * k->m + place];
			bool any = false;

			for (uint32_t l = 0; l < v->n; l++)
				any |= label == NULL || has(v->list[l].text, label);
			n += any && plain_in(&k->sides[i], group);
		}
	}
	return n;
}

static void
labels_are_counted(void **state)
{
	(void)state;
	for (unsigned round = 1; round <= 12; round++) {
		struct project p = draw_project(200 + round);
		const struct tally *t = tally_of(&p, &everything);
		unsigned met = 0;

		for (size_t i = 0; i < tally_labels(t).n; i++) {
			const struct tally_label *l = &tally_labels(t).list[i];
			int64_t id = tally_dimensions(t).list[l->dimension].row->id;

			assert_int_not_equal(id, 14);
			for (int g = 0; id != 12 && g < 2; g++)
				assert_int_equal(l->uses[g],
				    plain_uses(&p, id, l->text.s, (enum agreement_group)g));
			met += id != 12;
		}
		assert_int_equal(met, 8);
		for (size_t d = 0; d < 3; d += 2)
			for (int g = 0; g < 2; g++)
				assert_int_equal(tally_dimensions(t).list[d].values[g],
				    plain_uses(&p, 11 + (int64_t)d, NULL,
					(enum agreement_group)g));
		arena_reset(a);
	}
}

/* Ratings are labels by their text, other numbers are none. */
static void
ratings_are_labels(void **state)
{
	struct project p = project_of(4, 1);
	const struct tally *t;

	(void)state;
	p.tasks[0] = kept_of(&p, 4);
	for (int i = 0; i < 4; i++) {
		p.tasks[0].sides[i] = i < 3 ? user(i + 1) : model("v");
		p.tasks[0].scores.labels[i * 4 + 1] =
		    number_of((double[]){4.0, 2.5, (double)NAN, 4.0}[i]);
		p.tasks[0].scores.labels[i * 4 + 3] = number_of(7.0);
	}
	t = tally_of(&p, &everything);
	assert_int_equal(tally_labels(t).n, 2);
	assert_true(str_is(tally_labels(t).list[0].text, "2.5"));
	assert_true(str_is(tally_labels(t).list[1].text, "4"));
	assert_int_equal(tally_labels(t).list[1].uses[0], 1);
	assert_int_equal(tally_labels(t).list[1].uses[1], 1);
	assert_int_equal(tally_dimensions(t).list[1].values[0], 2);
	assert_int_equal(tally_units(t, 1)->n, 3);
	assert_int_equal(tally_units(t, 3)->n, 4);
	near(tally_units(t, 1)->list[1].number, 2.5);
	assert_int_equal(tally_units(t, 1)->list[2].who, find_model(t, "v"));
}

/* The sum of what met is the number of labels on either side; what each pair says is in
 * both directions. */
static void
confusions_are_sums(void **state)
{
	(void)state;
	for (unsigned round = 1; round <= 12; round++) {
		struct project p = draw_project(300 + round);
		struct tally_confusions c =
		    tally_confusions(tally_of(&p, &everything), CONFUSION_ANNOTATORS);
		double sum = 0.0, want = 0.0;

		for (size_t i = 0; i < c.n; i++) {
			size_t j = 0;

			while (!(c.list[j].dimension == c.list[i].dimension &&
			    str_eq(c.list[j].a, c.list[i].b) &&
			    str_eq(c.list[j].b, c.list[i].a) &&
			    (c.list[j].a.s == NULL) == (c.list[i].b.s == NULL) &&
			    (c.list[j].b.s == NULL) == (c.list[i].a.s == NULL)))
				assert_true(++j < c.n);
			near(c.list[i].count, c.list[j].count);
			assert_false(c.list[i].a.s == NULL && c.list[i].b.s == NULL);
			if (c.list[i].dimension == 2)
				sum += c.list[i].count;
		}
		for (size_t t = 0; t < p.n; t++) {
			const struct kept *k = &p.tasks[t];
			size_t place = place_in(k, 13);

			for (size_t i = 0; place != SIZE_MAX && i < k->n; i++)
				for (size_t j = i + 1; j < k->n; j++) {
					const struct labels_pairs *m =
					    &k->scores
						 .pairs[scores_place(&k->scores, i, j) +
						     place];

					if (!plain_in(&k->sides[i], AGREEMENT_ANNOTATORS) ||
					    !plain_in(&k->sides[j], AGREEMENT_ANNOTATORS) ||
					    k->scores.labels[i * k->m + place].kind !=
						LABELS_REGIONS ||
					    k->scores.labels[j * k->m + place].kind !=
						LABELS_REGIONS)
						continue;
					for (size_t l = 0; l < m->n; l++)
						want += m->list[l].count;
				}
		}
		near(sum, want);
		arena_reset(a);
	}
}

/* Rows are the ground truth, whichever side it is; models and itself do not count. */
static void
confusion_with_the_ground_truth_has_a_direction(void **state)
{
	struct kept_side own = user(2);
	struct project p = project_of(1, 2);
	struct tally_confusions c;
	const unsigned said[2][4] = {{1, 2, 4, 0}, {3, 6, 12, 1}};
	char *text;

	(void)state;
	own.ground_truth = true;
	p.tasks[0] = kept_of(&p, 4);
	p.tasks[1] = kept_of(&p, 4);
	memcpy(p.tasks[0].sides, (struct kept_side[]){user(1), own, user(3), model("v")},
	    4 * sizeof(own));
	memcpy(p.tasks[1].sides, (struct kept_side[]){user(1), user(2), user(3), truth},
	    4 * sizeof(own));
	for (int t = 0; t < 2; t++)
		for (int i = 0; i < 4; i++)
			p.tasks[t].scores.labels[i] = set_of(said[t][i], 1);
	/* B is right: A and C; A is right: AB, BC, CD. */
	c = tally_confusions(tally_of(&p, &everything), CONFUSION_TRUTH);
	text = arena_printf(a, "%s", "");
	for (size_t i = 0; i < c.n; i++)
		text = arena_printf(a, "%s%.*s-%.*s %g, ", text, STR_ARG(c.list[i].a),
		    STR_ARG(c.list[i].b), c.list[i].count);
	assert_string_equal(text, "A-A 1, A- 2, B-A 1, B-C 1, -B 2, -C 2, -D 1, ");
}

static void
units_are_single_answers(void **state)
{
	const struct kept_side sides[] = {user(7), user(8), user(9), model("v"), truth};
	struct project p = project_of(3, 1);
	const struct units *u;
	const struct tally *t;
	struct labels_value *labels;

	(void)state;
	p.tasks[0] = kept_of(&p, 5);
	memcpy(p.tasks[0].sides, sides, sizeof(sides));
	labels = p.tasks[0].scores.labels;
	labels[0 * 3] = set_of(6, 1);
	labels[1 * 3] = set_of(0, 1);
	labels[2 * 3] = set_of(1, 2);
	labels[3 * 3] = set_of(2, 1);
	labels[4 * 3] = set_of(6, 1);
	labels[0 * 3 + 2] = regions_of(1);
	t = tally_of(&p, &everything);
	u = tally_units(t, 0);
	assert_int_equal(u->n, 3);
	assert_int_equal(u->list[0].who, 0);
	assert_int_equal(u->list[1].who, find_model(t, "v"));
	assert_int_equal(u->list[2].who, find_truth(t));
	/* B before B, C. */
	assert_int_equal(u->list[0].set, 1);
	assert_int_equal(u->list[1].set, 0);
	assert_int_equal(u->list[2].set, 1);
	assert_int_equal(u->sets[1].n, 2);
	assert_true(str_is(u->sets[1].labels[1], "C"));
	assert_int_equal(tally_units(t, 2)->n, 0);
}

/* Labels that were not read are none; scores need none. */
static void
scores_need_no_labels(void **state)
{
	struct project p = tutorial();
	const struct tally *t;

	(void)state;
	for (size_t i = 0; i < p.n; i++)
		p.tasks[i].scores.labels = NULL;
	t = tally_of(&p, &everything);
	near(tally_score(tally_overall(t)).mean, 4.0 / 9.0);
	assert_int_equal(tally_labels(t).n, 0);
	assert_int_equal(tally_units(t, 0)->n, 0);
}

/* What is not asked for is not there. */
static void
parts_are_gathered_when_asked(void **state)
{
	struct project p = tutorial();
	struct tally_options o = {.overall = AGREEMENT_PAIRS};
	const struct tally *t = tally_of(&p, &o);

	(void)state;
	near(pair_of(t, 1, 2).mean, 2.0 / 3.0);
	assert_true(isnan(pair_of(t, 1, 2).deviation));
	assert_true(isnan(tally_score(tally_overall(t)).mean));
	assert_true(isnan(with(t, 0, AGREEMENT_ANNOTATORS).mean));
	assert_true(isnan(tally_score(tally_in_dimension(t, 0)).mean));
	assert_int_equal(tally_tasks(t).n, 0);
	assert_int_equal(tally_labels(t).n, 0);
	o.overall = AGREEMENT_PEOPLE;
	t = tally_of(&p, &o);
	near(with(t, 1, AGREEMENT_ANNOTATORS).mean, 0.5);
	assert_true(isnan(pair_of(t, 1, 2).mean));
}

/* ---- memory */

static enum err
try_all(struct project *p, struct arena *own, struct arena *other)
{
	struct tally_options o = everything;
	struct tally *t;
	enum err err;

	o.methodology = AGREEMENT_CONSENSUS;
	p->list.items = p->rows;
	err = tally_begin(own, &p->list, &o, &t);
	for (size_t i = 0; err == ERR_OK && i < p->n; i++)
		err = tally_add(t, other, (int64_t)i, &p->tasks[i]);
	return err == ERR_OK ? tally_end(t, other) : err;
}

static void
memory_may_end(void **state)
{
	struct project p = draw_project(7);
	size_t failed[2] = {0, 0};

	(void)state;
	p.n = 6;
	for (int which = 0; which < 2; which++)
		for (size_t limit = 16;; limit += which == 0 ? 200 : 16) {
			struct arena *small = arena_new(limit), *large = arena_new(0);
			enum err err = which == 0 ? try_all(&p, small, large)
						  : try_all(&p, large, small);

			arena_free(small);
			arena_free(large);
			if (err == ERR_OK)
				break;
			assert_int_equal(err, ERR_MEMORY);
			failed[which]++;
		}
	assert_true(failed[0] > 100);
	assert_true(failed[1] > 20);
}

/* A request's time may be over, between tasks or in one of many people. */
static void
time_may_end(void **state)
{
	enum { MANY = 300 };
	struct tally_options o = {
	    .overall = AGREEMENT_SCORES, .methodology = AGREEMENT_CONSENSUS};
	struct project p = project_of(1, 1);
	struct tally *t;

	(void)state;
	p.list.items = p.rows;
	p.tasks[0] = kept_of(&p, MANY);
	for (int i = 0; i < MANY; i++)
		p.tasks[0].sides[i] = user(i);
	for (size_t i = 0; i < MANY; i++)
		for (size_t j = i + 1; j < MANY; j++)
			p.tasks[0].scores.list[scores_place(&p.tasks[0].scores, i, j)] =
			    j == i + 1 ? 1.0 : 0.0;
	assert_int_equal(tally_begin(a, &p.list, &o, &t), ERR_OK);
	deadline_begin(1);
	deadline.passed = true;
	assert_int_equal(tally_add(t, scratch, 1, &p.tasks[0]), ERR_LIMIT);
	p.tasks[0].n = p.tasks[0].scores.n = 2;
	assert_int_equal(tally_add(t, scratch, 2, &p.tasks[0]), ERR_LIMIT);
	deadline_end();
	assert_int_equal(tally_begin(a, &p.list, &o, &t), ERR_OK);
	assert_int_equal(tally_add(t, scratch, 2, &p.tasks[0]), ERR_OK);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(the_tutorial_has_its_numbers),
	    TEST(the_tutorial_has_its_labels),
	    TEST(consensus_is_the_share_of_the_largest_group),
	    TEST(consensus_is_over_those_who_are_compared),
	    TEST(nothing_is_null),
	    TEST(the_ground_truth_has_an_author),
	    TEST(models_take_part_if_they_are_asked),
	    TEST(nobody_is_an_annotator),
	    TEST(scores_have_bins),
	    TEST(tasks_are_sorted_by_score),
	    TEST(dimensions_count_by_weight),
	    TEST(the_order_of_tasks_changes_no_bit),
	    TEST(agreements_are_plain_means),
	    TEST(labels_are_counted),
	    TEST(ratings_are_labels),
	    TEST(confusions_are_sums),
	    TEST(confusion_with_the_ground_truth_has_a_direction),
	    TEST(units_are_single_answers),
	    TEST(scores_need_no_labels),
	    TEST(parts_are_gathered_when_asked),
	    TEST(memory_may_end),
	    TEST(time_may_end),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
