/* lib/matrix/participants: who takes part (SPEC.md, 3), rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/participants.h"
#include "arena_fixture.h"

/* Whose ids are their places, but for some at the end. */
enum { SMALLEST = 101, NEGATIVE, LARGEST };
static struct store_user users[LARGEST + 1];

static int
set_up(void **state)
{
	for (int i = 0; i < SMALLEST; i++)
		users[i].id = i;
	users[SMALLEST].id = INT64_MIN;
	users[NEGATIVE].id = -3;
	users[LARGEST].id = INT64_MAX;
	return arena_set_up(state);
}

#define BY(id_, user_, time) {.id = (id_), .by = &users[user_], .updated_at = (time)}
#define TRUTH(id_, user_, time)                                                            \
	{.id = (id_), .by = &users[user_], .updated_at = (time), .ground_truth = true}
#define NOBODY(id_, time) {.id = (id_), .updated_at = (time)}
#define MODEL(id_, model_, time)                                                           \
	{.is_prediction = true,                                                            \
	    .id = (id_),                                                                   \
	    .model = STR_INIT(model_),                                                     \
	    .updated_at = (time)}

/* Users 1 to 9 are known unless a test says otherwise. */
static const struct store_user everybody[] = {{.id = 9}, {.id = 1}, {.id = 2}, {.id = 3},
    {.id = 4}, {.id = 5}, {.id = 6}, {.id = 7}, {.id = 8}};

/* The rows as one text: "1@17 model:v1@3 truth@-" is user 1 with evidence id 17, and so on.
 */
static const char *
shown(const struct participants *p, const struct evidence *v)
{
	static char text[4096];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < p->n; i++) {
		const struct participant *row = &p->list[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", i == 0 ? "" : " ");
		if (row->kind == PARTICIPANT_ANNOTATOR)
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, "%lld", (long long)row->user);
		else if (row->kind == PARTICIPANT_MODEL)
			n += (size_t)snprintf(
			    text + n, sizeof(text) - n, "model:%.*s", STR_ARG(row->model));
		else
			n += (size_t)snprintf(text + n, sizeof(text) - n, "truth");
		if (row->evidence == PARTICIPANT_NONE)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "@-");
		else
			n += (size_t)snprintf(text + n, sizeof(text) - n, "@%lld",
			    (long long)v[row->evidence].id);
	}
	return text;
}

static void
assert_rows(const struct selection *s, const struct evidence *v, size_t n, const char *want)
{
	struct participants p = {0};

	assert_int_equal(
	    participants_select(a, s, v, n, everybody, N_OF(everybody), &p), ERR_OK);
	assert_string_equal(shown(&p, v), want);
}

/* A selection in few words; ids end with 0, models with NULL. */
static struct selection
select_some(bool all_users, const int64_t *ids, bool all_models, const char *const *models,
    bool truth)
{
	struct selection s = {
	    .annotators.all = all_users, .models.all = all_models, .ground_truth = truth};

	s.annotators.ids = arena_alloc(a, 64 * sizeof(int64_t));
	s.models.ids = arena_alloc(a, 64 * sizeof(struct str));
	for (; ids != NULL && *ids != 0; ids++)
		s.annotators.ids[s.annotators.n++] = *ids;
	for (; models != NULL && *models != NULL; models++)
		s.models.ids[s.models.n++] = str_of(*models);
	return s;
}

#define IDS(...) ((const int64_t[]){__VA_ARGS__, 0})
#define MODELS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct evidence plain[] = {BY(11, 3, 100), BY(12, 1, 100), TRUTH(13, 2, 100),
    NOBODY(14, 100), MODEL(21, "v2", 100), MODEL(22, "v1", 100)};

static void
nothing_selected_is_nobody(void **state)
{
	struct selection s = {0};

	(void)state;
	assert_rows(&s, plain, N_OF(plain), "");
	assert_rows(&s, NULL, 0, "");
}

static void
all_is_everyone_with_evidence_in_order(void **state)
{
	struct selection s = select_some(true, NULL, true, NULL, true);

	(void)state;
	assert_rows(
	    &s, plain, N_OF(plain), "1@12 2@13 3@11 model:v1@22 model:v2@21 truth@13");
	s = select_some(true, NULL, false, NULL, false);
	assert_rows(&s, plain, N_OF(plain), "1@12 2@13 3@11");
	s = select_some(false, NULL, true, NULL, false);
	assert_rows(&s, plain, N_OF(plain), "model:v1@22 model:v2@21");
	s = select_some(false, NULL, false, NULL, true);
	assert_rows(&s, plain, N_OF(plain), "truth@13");
	/* Of a task without evidence that is nobody, but for the truth that was asked for.
	 */
	s = select_some(true, NULL, true, NULL, true);
	assert_rows(&s, NULL, 0, "truth@-");
}

static void
all_with_ids_excludes(void **state)
{
	struct selection s =
	    select_some(true, IDS(1, 7, 1), true, MODELS("v1", "v7"), false);

	(void)state;
	assert_rows(&s, plain, N_OF(plain), "2@13 3@11 model:v2@21");
	s = select_some(true, IDS(1, 2, 3), true, MODELS("v1", "v2"), false);
	assert_rows(&s, plain, N_OF(plain), "");
	/* The prefix may stand before an excluded model, too. */
	s = select_some(false, NULL, true, MODELS("model:v1"), false);
	assert_rows(&s, plain, N_OF(plain), "model:v2@21");
	/* Excluding the author does not exclude the truth. */
	s = select_some(true, IDS(2), false, NULL, true);
	assert_rows(&s, plain, N_OF(plain), "1@12 3@11 truth@13");
}

static void
ids_alone_include(void **state)
{
	struct selection s = select_some(false, IDS(3, 1), false, MODELS("v2"), false);

	(void)state;
	assert_rows(&s, plain, N_OF(plain), "1@12 3@11 model:v2@21");
}

static void
unknown_users_are_left_out(void **state)
{
	static const struct store_user known[] = {{.id = 3}};
	struct selection s = select_some(false, IDS(1, 3, 77, -5), false, NULL, false);
	struct participants p = {0};

	(void)state;
	assert_rows(&s, plain, N_OF(plain), "1@12 3@11");
	/* Evidence alone makes nobody known; nor does being known make anybody selected. */
	assert_int_equal(
	    participants_select(a, &s, plain, N_OF(plain), known, 1, &p), ERR_OK);
	assert_string_equal(shown(&p, plain), "3@11");
	assert_int_equal(
	    participants_select(a, &s, plain, N_OF(plain), NULL, 0, &p), ERR_OK);
	assert_string_equal(shown(&p, plain), "");
	/* "all" asks for evidence, not for members. */
	s = select_some(true, NULL, false, NULL, false);
	assert_int_equal(
	    participants_select(a, &s, plain, N_OF(plain), NULL, 0, &p), ERR_OK);
	assert_string_equal(shown(&p, plain), "1@12 2@13 3@11");
}

static void
the_named_keep_their_row_without_evidence(void **state)
{
	struct selection s =
	    select_some(false, IDS(8, 1), false, MODELS("v9", "model:v8"), true);

	(void)state;
	assert_rows(&s, plain, 2, "1@12 8@- model:v8@- model:v9@- truth@-");
	assert_rows(&s, NULL, 0, "1@- 8@- model:v8@- model:v9@- truth@-");
}

static void
duplicates_collapse(void **state)
{
	static const struct store_user known[] = {
	    {.id = 3}, {.id = 1}, {.id = 3}, {.id = 1}};
	struct selection s = select_some(false, IDS(3, 1, 3, 3), false,
	    MODELS("v1", "model:v1", "v1", "v9", "v9"), true);
	struct participants p = {0};

	(void)state;
	assert_rows(&s, plain, N_OF(plain), "1@12 3@11 model:v1@22 model:v9@- truth@13");
	assert_int_equal(
	    participants_select(a, &s, plain, N_OF(plain), known, 4, &p), ERR_OK);
	assert_string_equal(shown(&p, plain), "1@12 3@11 model:v1@22 model:v9@- truth@13");
}

static void
the_latest_counts(void **state)
{
	static const struct evidence v[] = {BY(11, 1, 100), BY(12, 1, 300),
	    BY(13, 1, 200),				    /* by time */
	    BY(24, 2, 100), BY(23, 2, 100), BY(22, 2, 100), /* then by id */
	    BY(39, 3, -5), BY(31, 3, -4),		    /* also before 1970 */
	    MODEL(41, "v1", 100), MODEL(42, "v1", 100), MODEL(43, "v1", 50),
	    TRUTH(51, 4, 100), TRUTH(52, 5, 200), TRUTH(53, 4, 200), BY(54, 4, 900)};
	struct selection s = select_some(true, NULL, true, NULL, true);

	(void)state;
	assert_rows(&s, v, N_OF(v), "1@12 2@24 3@31 4@54 5@52 model:v1@42 truth@53");
}

/* Predictions and annotations have ids of their own. */
static void
kinds_do_not_mix(void **state)
{
	static const struct evidence v[] = {BY(1, 1, 100),
	    {.is_prediction = true,
		.id = 1,
		.by = &users[1],
		.model = STR_INIT("v1"),
		.updated_at = 900,
		.ground_truth = true},
	    {.id = 2, .by = &users[2], .model = STR_INIT("v1"), .updated_at = 950}};
	struct selection s = select_some(true, NULL, true, NULL, true);
	struct participants p = {0};

	(void)state;
	assert_int_equal(participants_select(a, &s, v, N_OF(v), NULL, 0, &p), ERR_OK);
	assert_int_equal(p.n, 4);
	assert_int_equal(p.list[0].evidence, 0);
	assert_int_equal(p.list[1].evidence, 2);
	assert_int_equal(p.list[2].evidence, 1);
	assert_true(p.list[3].kind == PARTICIPANT_GROUND_TRUTH);
	assert_true(p.list[3].evidence == PARTICIPANT_NONE);
}

/* The row of the truth and that of its author have the same evidence: the cell will be
 * null. */
static void
the_author_of_the_truth_shares_its_evidence(void **state)
{
	struct selection s = select_some(false, IDS(2), false, NULL, true);
	struct participants p = {0};

	(void)state;
	assert_int_equal(
	    participants_select(a, &s, plain, N_OF(plain), everybody, N_OF(everybody), &p),
	    ERR_OK);
	assert_int_equal(p.n, 2);
	assert_true(p.list[0].evidence != PARTICIPANT_NONE);
	assert_true(p.list[0].evidence == p.list[1].evidence);
}

static void
an_annotation_of_nobody_is_no_annotator(void **state)
{
	static const struct evidence v[] = {
	    NOBODY(1, 100), {.id = 2, .updated_at = 50, .ground_truth = true}};
	struct selection s = select_some(true, NULL, true, NULL, true);

	(void)state;
	assert_rows(&s, v, N_OF(v), "truth@2");
	s = select_some(false, IDS(9), false, NULL, false);
	assert_rows(&s, v, N_OF(v), "9@-");
}

static void
models_may_have_a_prefix(void **state)
{
	static const struct evidence v[] = {MODEL(1, "v1", 100), MODEL(2, "model:v1", 100),
	    MODEL(3, "model:v2", 100), MODEL(4, "v3", 100), MODEL(5, "MODEL:v3", 100)};
	static const struct {
		const char *named, *want;
	} rows[] = {
	    {"v1", "model:v1@1"},
	    {"model:v1", "model:model:v1@2"}, /* the whole text first */
	    {"model:model:v1", "model:model:v1@2"},
	    {"v2", "model:v2@-"},
	    {"model:v2", "model:model:v2@3"},
	    {"v3", "model:v3@4"},
	    {"model:v3", "model:v3@4"},
	    {"MODEL:v3", "model:MODEL:v3@5"},
	    {"Model:v3", "model:Model:v3@-"},
	    {"model:", "model:@-"},
	    {"V1", "model:V1@-"},
	    {"v1 ", "model:v1 @-"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct selection s =
		    select_some(false, NULL, false, MODELS(rows[i].named), false);

		assert_rows(&s, v, N_OF(v), rows[i].want);
	}
	/* What is excluded is what would be included. */
	struct selection s =
	    select_some(false, NULL, true, MODELS("model:v1", "v3"), false);
	assert_rows(&s, v, N_OF(v), "model:MODEL:v3@5 model:model:v2@3 model:v1@1");
}

static void
a_prediction_without_version_has_an_empty_one(void **state)
{
	static const struct evidence v[] = {
	    {.is_prediction = true, .id = 1, .updated_at = 100}, MODEL(2, "", 200),
	    MODEL(3, "a", 100)};
	struct selection s = select_some(false, NULL, true, NULL, false);

	(void)state;
	assert_rows(&s, v, N_OF(v), "model:@2 model:a@3");
	assert_rows(&s, v, 1, "model:@1");
	s = select_some(false, NULL, false, MODELS("model:"), false);
	assert_rows(&s, v, N_OF(v), "model:@2");
}

static void
models_are_in_the_order_of_bytes(void **state)
{
	static const struct evidence v[] = {MODEL(1, "v9", 1), MODEL(2, "v10", 1),
	    MODEL(3, "V2", 1), MODEL(4, "\xc3\xa4", 1), MODEL(5, "v1", 1), MODEL(6, "v", 1),
	    MODEL(7, "z", 1)};
	struct selection s = select_some(false, NULL, true, NULL, false);

	(void)state;
	assert_rows(&s, v, N_OF(v),
	    "model:V2@3 model:v@6 model:v1@5 model:v10@2 model:v9@1 model:z@7 "
	    "model:\xc3\xa4@4");
}

static void
users_are_in_the_order_of_numbers(void **state)
{
	static const struct evidence v[] = {BY(1, 10, 1), BY(2, 9, 1), BY(3, LARGEST, 1),
	    BY(4, NEGATIVE, 1), BY(5, 100, 1), BY(6, SMALLEST, 1)};
	struct selection s = select_some(true, NULL, false, NULL, false);

	(void)state;
	assert_rows(&s, v, N_OF(v),
	    "-9223372036854775808@6 -3@4 9@2 10@1 100@5 9223372036854775807@3");
}

static void
memory_ends(void **state)
{
	struct selection s = select_some(true, NULL, true, MODELS("x", "y"), true);
	struct arena *small = arena_new(64);
	struct participants p = {NULL, 77};

	(void)state;
	assert_int_equal(
	    participants_select(small, &s, plain, N_OF(plain), NULL, 0, &p), ERR_MEMORY);
	assert_int_equal(p.n, 77);
	arena_free(small);
}

/* As many names as a request line holds, against as many predictions as a task may have. */
static void
many_names_are_matched_in_time(void **state)
{
	enum { N = 4000, NAMES = 600 };
	struct evidence *v = arena_calloc(a, N, sizeof(*v));
	struct selection s = {.models.all = true, .models.n = NAMES};
	struct participants p = {0};
	clock_t start = clock();

	(void)state;
	for (int i = 0; i < N; i++)
		v[i] = (struct evidence){.is_prediction = true,
		    .id = i,
		    .model = str_of(arena_printf(a, "version-%06d", i))};
	s.models.ids = arena_calloc(a, NAMES, sizeof(s.models.ids[0]));
	for (int i = 0; i < NAMES; i++)
		s.models.ids[i] = str_of(arena_printf(a, "model:version-%06d", i * 7));
	assert_int_equal(participants_select(a, &s, v, N, NULL, 0, &p), ERR_OK);
	assert_int_equal(p.n, N - (N + 6) / 7);
	assert_true(clock() - start < 3 * CLOCKS_PER_SEC);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(nothing_selected_is_nobody),
	    TEST(all_is_everyone_with_evidence_in_order),
	    TEST(all_with_ids_excludes),
	    TEST(ids_alone_include),
	    TEST(unknown_users_are_left_out),
	    TEST(the_named_keep_their_row_without_evidence),
	    TEST(duplicates_collapse),
	    TEST(the_latest_counts),
	    TEST(kinds_do_not_mix),
	    TEST(the_author_of_the_truth_shares_its_evidence),
	    TEST(an_annotation_of_nobody_is_no_annotator),
	    TEST(models_may_have_a_prefix),
	    TEST(a_prediction_without_version_has_an_empty_one),
	    TEST(models_are_in_the_order_of_bytes),
	    TEST(users_are_in_the_order_of_numbers),
	    TEST(memory_ends),
	    TEST(many_names_are_matched_in_time),
	};

	return cmocka_run_group_tests_name("participants", tests, NULL, NULL);
}
