/* lib/project/skene: the values of a tally as what Dawid and Skene compute with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "project/skene.h"
#include "arena_fixture.h"

static struct arena *scratch;
static struct store_dimension row;

static int
set_up(void **state)
{
	scratch = arena_new(0);
	row = (struct store_dimension){
	    .id = 3,
	    .name = STR("d"),
	    .control_tag = STR("d"),
	    .control_type = STR("Choices"),
	    .metric_type = STR("exact_match"),
	    .is_active = true,
	    .is_present = true,
	    .weight = 1.0,
	};
	return scratch == NULL || arena_set_up(state);
}

static int
tear_down(void **state)
{
	arena_free(scratch);
	return arena_tear_down(state);
}

static struct tally *
begin(void)
{
	const struct store_dimension_list rows = {&row, 1};
	const struct tally_options o = {.models = true, .lists = TALLY_UNITS};
	struct tally *t;

	assert_int_equal(tally_begin(a, &rows, &o, &t), ERR_OK);
	return t;
}

/* Says a set of labels, each of them one letter of a text; "-": nothing; a digit is a
 * number. */
static struct labels_value
value_of(const char *text)
{
	struct labels_value v = {
	    .kind = LABELS_SET, .list = arena_calloc(a, 8, sizeof(*v.list)), .parts = 1};

	if (*text >= '0' && *text <= '9')
		return (struct labels_value){.kind = LABELS_NUMBER, .number = *text - '0'};
	for (; *text != '\0' && *text != '-'; text++)
		v.list[v.n++] = (struct label){{text, 1}, 0};
	return v;
}

/* Adds a task: what the users 7, 8 and 9 say, then a model, then the ground truth. */
static void
add(struct tally *t, int64_t task, const char *const *says, size_t n)
{
	struct kept_side sides[] = {
	    {.kind = PARTICIPANT_ANNOTATOR, .user = 7},
	    {.kind = PARTICIPANT_ANNOTATOR, .user = 8},
	    {.kind = PARTICIPANT_ANNOTATOR, .user = 9},
	    {.kind = PARTICIPANT_MODEL, .model = STR("m")},
	    {.kind = PARTICIPANT_GROUND_TRUTH, .ground_truth = true, .user = 5},
	};
	struct kept_dimension dimension = {.id = 3};
	double scores[16];
	struct labels_value values[5];
	struct labels_pairs pairs[16] = {{0}};
	struct kept k = {.sides = sides,
	    .n = n,
	    .dimensions = &dimension,
	    .m = 1,
	    .scores = {.n = n, .m = 1, .list = scores, .labels = values, .pairs = pairs}};

	for (size_t i = 0; i < N_OF(scores); i++)
		scores[i] = SCORE_NULL;
	for (size_t i = 0; i < n; i++)
		values[i] = value_of(says[i]);
	assert_int_equal(tally_add(t, scratch, task, &k), ERR_OK);
}

static const struct {
	int64_t task;
	const char *says[5];
} project[] = {
    {40, {"A", "A", "B", "C", "C"}},
    {10, {"B", "B", "B", "C", "C"}},
    {20, {"A", "A", "-", "C", "C"}},
    {30, {"B", "A", "B", "C", "C"}},
    {50, {"-", "-", "-", "C", "C"}},
    {60, {"AB", "AB", "AB", "C", "C"}},
};

static const struct tally *
whole(bool reversed)
{
	struct tally *t = begin();

	for (size_t i = 0; i < N_OF(project); i++) {
		size_t k = reversed ? N_OF(project) - 1 - i : i;

		add(t, project[k].task, project[k].says, 5);
	}
	assert_int_equal(tally_end(t, scratch), ERR_OK);
	return t;
}

/* By task and observer; the categories are A, B and the set of both. */
static const struct dawid_skene_count counts[] = {{0, 0, 1, 1}, {0, 1, 1, 1}, {0, 2, 1, 1},
    {1, 0, 0, 1}, {1, 1, 0, 1}, {2, 0, 1, 1}, {2, 1, 0, 1}, {2, 2, 1, 1}, {3, 0, 0, 1},
    {3, 1, 0, 1}, {3, 2, 1, 1}, {4, 0, 2, 1}, {4, 1, 2, 1}, {4, 2, 2, 1}};

static void
annotators_alone_are_observers(void **state)
{
	const struct dawid_skene_question q = {.tasks = 5,
	    .observers = 3,
	    .categories = 3,
	    .counts = counts,
	    .n = N_OF(counts)};
	struct dawid_skene want;
	struct skene s;

	(void)state;
	assert_int_equal(dawid_skene_compute(a, &q, &want), ERR_OK);
	for (int reversed = 0; reversed < 2; reversed++) {
		assert_int_equal(skene_compute(a, whole(reversed), 0, &s), ERR_OK);
		assert_null(s.undefined);
		assert_int_equal(s.n_people, 3);
		assert_int_equal(s.people[0], 7);
		assert_int_equal(s.people[2], 9);
		assert_int_equal(s.n_tasks, 5);
		assert_int_equal(s.tasks[0], 10);
		assert_int_equal(s.tasks[4], 60);
		assert_int_equal(s.n_categories, 3);
		assert_true(str_is(s.categories[0].text, "A"));
		assert_int_equal(s.categories[2].n_members, 2);
		assert_memory_equal(&s.model.log_likelihood, &want.log_likelihood,
		    sizeof(want.log_likelihood));
		assert_int_equal(s.model.iterations, want.iterations);
		assert_memory_equal(
		    s.model.error_rates, want.error_rates, 27 * sizeof(double));
		assert_memory_equal(s.model.posterior, want.posterior, 15 * sizeof(double));
	}
	assert_int_equal(skene_likely(&s, 0), 1);
	assert_int_equal(skene_likely(&s, 1), 0);
	assert_int_equal(skene_likely(&s, 4), 2);
}

static void
numbers_are_categories(void **state)
{
	static const char *const says[] = {"4", "4", "5"};
	struct tally *t;
	struct skene s;

	(void)state;
	row.control_type = STR("Rating");
	t = begin();
	add(t, 1, says, 3);
	assert_int_equal(tally_end(t, scratch), ERR_OK);
	assert_int_equal(skene_compute(a, t, 0, &s), ERR_OK);
	assert_int_equal(s.n_categories, 2);
	assert_true(s.categories[1].is_number && s.categories[1].number == 5.0);
	assert_int_equal(skene_likely(&s, 0), 0);
}

static void
without_values_there_is_a_reason(void **state)
{
	static const char *const says[] = {"-", "-", "-", "A", "A"};
	struct tally *t = begin();
	struct skene s;

	(void)state;
	add(t, 1, says, 5);
	assert_int_equal(tally_end(t, scratch), ERR_OK);
	assert_int_equal(skene_compute(a, t, 0, &s), ERR_OK);
	assert_non_null(s.undefined);
	assert_int_equal(s.n_tasks, 0);
}

static void
memory_ends(void **state)
{
	const struct tally *t = whole(false);
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 60000; limit += 48) {
		struct arena *small = arena_new(limit);
		struct skene s = {.n_tasks = 77};
		enum err err = skene_compute(small, t, 0, &s);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(s.n_tasks, err == ERR_OK ? 5 : 77);
		failed += err == ERR_MEMORY;
		arena_free(small);
	}
	assert_true(failed >= 5 && failed < 1200);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(annotators_alone_are_observers),
	    TEST(numbers_are_categories),
	    TEST(without_values_there_is_a_reason),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("skene", tests, NULL, NULL);
}
