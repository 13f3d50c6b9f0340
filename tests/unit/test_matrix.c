/* lib/matrix/matrix: cells, diagonal, null, weighted means, symmetry, warnings, the
 * limit on cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/matrix.h"
#include "base/buf.h"
#include "matrix/average.h"
#include "matrix/explain.h"
#include "matrix/kept.h"
#include "arena_fixture.h"

/* What matrix_compute() warned of, one line each. */
static char warned[4096];

static int
set_up(void **state)
{
	warned[0] = '\0';
	return arena_set_up(state);
}

static void
note(void *context, const struct matrix_warning *w)
{
	size_t n = strlen(warned);

	assert_string_equal(context, "context");
	snprintf(warned + n, sizeof(warned) - n, "%s\n", w->text);
}

static const struct matrix_options options = {0.0, note, (void *)(uintptr_t)"context"};

/* An annotation with a result; NULL: no evidence; text that is no JSON: unreadable. */
static struct matrix_side
side_of(int64_t id, const char *text)
{
	struct result *result = arena_calloc(a, 1, sizeof(*result));
	struct matrix_side side = {.id = id};
	const struct json *j;
	struct error why;

	if (text == NULL)
		return side;
	side.result = result;
	if (json_parse(a, str_of(text), &j, &why) != ERR_OK ||
	    result_read(a, j, result, &why) != ERR_OK)
		side.unreadable = arena_printf(a, "%s", why.text);
	return side;
}

/* A dimension over the control `tag`, ready to measure. */
static struct dimension
dimension_of(int64_t id, const char *tag, const char *metric, double weight)
{
	struct store_dimension *row = arena_calloc(a, 1, sizeof(*row));
	struct dimension d;

	*row = (struct store_dimension){.id = id,
	    .control_tag = str_of(tag),
	    .metric_type = str_of(metric),
	    .weight = weight,
	    .is_active = true,
	    .is_present = true};
	assert_int_equal(dimension_init(a, row, &d), ERR_OK);
	return d;
}

static void
assert_labels(const struct scores *x, const struct scores *y)
{
	size_t pairs = x->n < 2 ? 0 : x->n * (x->n - 1) / 2 * x->m;

	for (size_t i = 0; i < x->n * x->m; i++) {
		const struct labels_value *v = &x->labels[i], *w = &y->labels[i];

		assert_true(v->kind == w->kind && v->n == w->n && v->parts == w->parts);
		assert_true(v->number == w->number || isnan(v->number));
		for (uint32_t k = 0; k < v->n; k++)
			assert_true(str_eq(v->list[k].text, w->list[k].text) &&
			    v->list[k].of == w->list[k].of);
	}
	for (size_t i = 0; i < pairs; i++) {
		assert_int_equal(x->pairs[i].n, y->pairs[i].n);
		for (size_t k = 0; k < x->pairs[i].n; k++)
			assert_true(str_eq(x->pairs[i].list[k].a, y->pairs[i].list[k].a) &&
			    str_eq(x->pairs[i].list[k].b, y->pairs[i].list[k].b) &&
			    x->pairs[i].list[k].count == y->pairs[i].list[k].count);
	}
}

/* Without labels the scores are the same, to the bit. */
static void
assert_alone(
    const struct matrix_side *sides, const struct dimension *d, const struct scores *want)
{
	static const struct matrix_options none = {0};
	size_t pairs = want->n < 2 ? 0 : want->n * (want->n - 1) / 2;
	struct scores alone;

	assert_int_equal(
	    matrix_score_alone(a, sides, want->n, d, want->m, &none, &alone, &e), ERR_OK);
	assert_true(alone.n == want->n && alone.m == want->m);
	assert_true(alone.incomplete == want->incomplete);
	assert_null(alone.labels);
	assert_null(alone.pairs);
	assert_memory_equal(
	    alone.list, want->list, pairs * want->m * sizeof(alone.list[0]));
}

/* The scores that a row keeps give the same matrix, to the bit. */
static void
assert_kept(const struct matrix_side *sides, size_t n, const struct dimension *d, size_t m,
    const struct matrix *matrix)
{
	struct kept kept = {.sides = arena_calloc(a, n, sizeof(*kept.sides)), .n = n};
	struct dimensions all = {NULL, m};
	size_t *places = arena_alloc(a, n * sizeof(*places));
	struct buf bytes = BUF_INIT, labels = BUF_INIT;
	struct kept_dimension *rules;
	struct scores fresh;
	struct average average;
	struct matrix again;

	all.list = arena_alloc(a, m * sizeof(*d));
	for (size_t i = 0; i < m; i++)
		all.list[i] = d[i];
	assert_int_equal(kept_rules(a, &all, STR(""), &rules), ERR_OK);
	assert_int_equal(kept_score(a, &kept, sides, &all, rules, 0.0, &e), ERR_OK);
	kept_write(a, &kept, &bytes);
	fresh = kept.scores;
	assert_alone(sides, d, &fresh);
	kept_write_labels(a, &kept, &labels);
	assert_int_equal(kept_read(a, buf_text(&bytes), &kept), ERR_OK);
	assert_int_equal(kept_read_labels(a, buf_text(&labels), &kept), ERR_OK);
	assert_labels(&kept.scores, &fresh);
	for (size_t i = 0; i < n; i++) {
		places[i] = sides[i].result == NULL ? MATRIX_NO_SIDE : i;
		for (size_t k = 0; k < i; k++)
			if (sides[i].result != NULL && sides[k].result == sides[i].result)
				places[i] = places[k];
	}
	assert_int_equal(average_of_all(a, d, m, &average), ERR_OK);
	assert_int_equal(
	    matrix_average(a, &average, &kept.scores, places, n, &again), ERR_OK);
	for (size_t i = 0; i < n * n; i++)
		assert_true(isnan(matrix->cells[i]) ? isnan(again.cells[i])
						    : matrix->cells[i] == again.cells[i]);
	buf_free(&labels);
	buf_free(&bytes);
}

/* Each cell is explained by what makes it, to the bit. */
static void
assert_explained(const struct matrix_side *sides, size_t n, const struct dimension *d,
    size_t m, const struct matrix *matrix)
{
	struct dimensions all = {arena_alloc(a, m * sizeof(*d)), m};
	const struct matrix_options quiet = {0};

	for (size_t i = 0; i < m; i++)
		all.list[i] = d[i];
	for (size_t i = 0; i < n * n; i++) {
		const struct matrix_side pair[] = {sides[i / n], sides[i % n]};
		double cell = matrix->cells[i];
		struct explained x;

		assert_int_equal(
		    explain_pair(a, pair, i / n == i % n, &all, &quiet, &x, &e), ERR_OK);
		assert_int_equal(x.n, m);
		assert_true(isnan(cell) ? isnan(x.score)
					: memcmp(&cell, &x.score, sizeof(cell)) == 0);
		assert_true((x.reason != NULL) == (isnan(cell) || i / n == i % n));
		assert_true(x.incomplete <= matrix->incomplete);
		for (size_t k = 0; k < m; k++)
			assert_true(!isnan(x.list[k].score) || x.list[k].reason != NULL);
	}
}

/* Compute, and show the cells: "[1 0.5][0.5 1]", null as -. */
static const char *
compute(const struct matrix_side *sides, size_t n, const struct dimension *d, size_t m)
{
	static char text[4096];
	struct matrix matrix = {0};
	size_t k = 0;

	assert_int_equal(matrix_compute(a, sides, n, d, m, &options, &matrix, &e), ERR_OK);
	assert_kept(sides, n, d, m, &matrix);
	assert_explained(sides, n, d, m, &matrix);
	assert_int_equal(matrix.n, n);
	text[0] = '\0';
	for (size_t i = 0; i < n * n; i++) {
		const char *before = i % n == 0 ? "[" : " ",
			   *after = i % n == n - 1 ? "]" : "";
		double cell = matrix.cells[i], mirror = matrix.cells[i % n * n + i / n];

		if (isnan(cell))
			k += (size_t)snprintf(
			    text + k, sizeof(text) - k, "%s-%s", before, after);
		else
			k += (size_t)snprintf(
			    text + k, sizeof(text) - k, "%s%.17g%s", before, cell, after);
		assert_true(isnan(cell) ? isnan(mirror)
					: memcmp(&cell, &mirror, sizeof(cell)) == 0);
		assert_true(isnan(cell) || (cell >= 0.0 && cell <= 1.0 && !signbit(cell)));
	}
	return text;
}

#define CHOICE(name, value)                                                                \
	"{\"id\":\"" name "\",\"from_name\":\"" name                                       \
	"\",\"type\":\"choices\",\"value\":{\"choices\":[\"" value "\"]}}"
#define RATING(name, value)                                                                \
	"{\"id\":\"" name "\",\"from_name\":\"" name                                       \
	"\",\"type\":\"rating\",\"value\":{\"rating\":" value "}}"

static void
matrices_of_nobody_and_of_one(void **state)
{
	struct dimension d = dimension_of(1, "q", "exact_match", 1.0);
	struct matrix_side one = side_of(17, "[" CHOICE("q", "a") "]");

	(void)state;
	assert_string_equal(compute(NULL, 0, &d, 1), "");
	assert_string_equal(compute(NULL, 0, NULL, 0), "");
	assert_string_equal(compute(&one, 1, &d, 1), "[1]");
	assert_string_equal(compute(&one, 1, NULL, 0), "[-]");
}

static void
pairs_are_scored(void **state)
{
	struct dimension d = dimension_of(1, "q", "exact_match", 1.0);
	struct matrix_side sides[] = {side_of(1, "[" CHOICE("q", "a") "]"),
	    side_of(2, "[" CHOICE("q", "a") "]"), side_of(3, "[" CHOICE("q", "b") "]")};

	(void)state;
	assert_string_equal(compute(sides, 3, &d, 1), "[1 1 0][1 1 0][0 0 1]");
	assert_string_equal(compute(sides, 2, NULL, 0), "[- -][- -]");
	assert_string_equal(warned, "");
}

static void
without_evidence_all_is_null(void **state)
{
	struct dimension d = dimension_of(1, "q", "exact_match", 1.0);
	struct matrix_side sides[] = {side_of(1, "[" CHOICE("q", "a") "]"),
	    side_of(0, NULL), side_of(3, "[" CHOICE("q", "a") "]"), side_of(0, NULL)};

	(void)state;
	assert_string_equal(
	    compute(sides, 4, &d, 1), "[1 - 1 -][- - - -][1 - 1 -][- - - -]");
}

/* Evidence that is empty is evidence: both empty agree, one empty does not. */
static void
empty_results_agree(void **state)
{
	struct dimension d = dimension_of(1, "q", "exact_match", 1.0);
	struct matrix_side sides[] = {side_of(1, "[]"), side_of(2, "null"),
	    side_of(3, "{}"), side_of(4, "[" CHOICE("other", "a") "]"),
	    side_of(5, "[" CHOICE("q", "a") "]")};

	(void)state;
	assert_string_equal(compute(sides, 5, &d, 1),
	    "[1 1 1 1 0][1 1 1 1 0][1 1 1 1 0][1 1 1 1 0][0 0 0 0 1]");
}

/* The very same annotation, not one that says the same. */
static void
an_annotation_is_not_compared_with_itself(void **state)
{
	struct dimension d = dimension_of(1, "q", "exact_match", 1.0);
	struct matrix_side sides[3] = {
	    side_of(1, "[" CHOICE("q", "a") "]"), side_of(2, "[" CHOICE("q", "a") "]")};

	(void)state;
	sides[2] = sides[0];
	assert_string_equal(compute(sides, 3, &d, 1), "[1 1 -][1 1 1][- 1 1]");
}

static void
dimensions_are_averaged_by_weight(void **state)
{
	static const struct {
		double weight[3];
		const char *cell;
	} rows[] = {
	    /* scores 1, 0 and 0.5 */
	    {{1, 1, 1}, "0.5"},
	    {{3, 1, 0.5}, "0.72222222222222221"},
	    {{1, 3, 4}, "0.375"},
	    {{1e-300, 3e-300, 4e-300}, "0.375"},
	    {{1e300, 3e300, 4e300}, "0.375"},
	    {{1e308, 1e308, 1e308}, "0.5"},
	    {{1.7e308, 1.7e308, 1.7e308}, "0.5"},
	    {{5e-324, 5e-324, 5e-324}, "0.5"},
	    {{5e-324, 1.7e308, 5e-324}, "0"},
	    {{1.7e308, 5e-324, 5e-324}, "1"},
	};
	struct matrix_side sides[] = {
	    side_of(1, "[" CHOICE("p", "a") "," CHOICE("q", "a") "," RATING("r", "1") "]"),
	    side_of(2, "[" CHOICE("p", "a") "," CHOICE("q", "b") "," RATING("r", "2") "]")};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d[] = {
		    dimension_of(1, "p", "exact_match", rows[i].weight[0]),
		    dimension_of(2, "q", "exact_match", rows[i].weight[1]),
		    dimension_of(3, "r", "numeric_difference", rows[i].weight[2])};
		char want[64];

		snprintf(want, sizeof(want), "[1 %s][%s 1]", rows[i].cell, rows[i].cell);
		assert_string_equal(compute(sides, 2, d, 3), want);
	}
}

/* A third is a third, whatever it is multiplied with and divided by again. */
static void
one_dimension_is_its_own_mean(void **state)
{
	static const double weights[] = {0.1, 0.3, 0.7, 3.0, 7.0, 1e-5, 49.0, 1e17};
	struct matrix_side sides[] = {
	    side_of(1, "[" RATING("r", "1") "," CHOICE("q", "a") "]"),
	    side_of(2, "[" RATING("r", "3") "," CHOICE("q", "a") "]")};

	(void)state;
	for (size_t i = 0; i < N_OF(weights); i++) {
		struct dimension d[] = {
		    dimension_of(1, "r", "numeric_difference", weights[i]),
		    dimension_of(2, "q", "no_such_metric", weights[i])};

		assert_string_equal(compute(sides, 2, d, 1),
		    "[1 0.33333333333333331][0.33333333333333331 1]");
		/* Also if it is the only one that can be compared. */
		assert_string_equal(compute(sides, 2, d, 2),
		    "[1 0.33333333333333331][0.33333333333333331 1]");
	}
}

/* Equal scores have that score for a mean, and no mean is above 1. */
static void
full_agreement_is_one(void **state)
{
	struct dimension d[7];
	char text[1024] = "[";
	struct matrix_side sides[2];

	(void)state;
	for (int i = 0; i < 7; i++) {
		char name[] = "c0";

		name[1] = (char)('0' + i);
		d[i] = dimension_of(
		    i + 1, arena_printf(a, "%s", name), "exact_match", 0.1 * (i + 1));
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s{\"id\":\"%s\",\"from_name\":\"%s\",\"type\":\"choices\",\"value\":{"
		    "\"choices\":"
		    "[\"x\"]}}",
		    i == 0 ? "" : ",", name, name);
	}
	strcat(text, "]");
	sides[0] = side_of(1, arena_printf(a, "%s", text));
	sides[1] = side_of(2, arena_printf(a, "%s", text));
	for (size_t m = 1; m <= 7; m++)
		assert_string_equal(compute(sides, 2, d, m), "[1 1][1 1]");
}

static void
what_does_not_parse_is_null_in_its_dimension(void **state)
{
	struct dimension d[] = {dimension_of(3, "r", "numeric_difference", 1.0),
	    dimension_of(4, "q", "exact_match", 1.0)};
	struct matrix_side sides[] = {
	    side_of(17, "[" RATING("r", "\"x\"") "," CHOICE("q", "a") "]"),
	    side_of(18, "[" RATING("r", "2") "," CHOICE("q", "b") "]"),
	    side_of(19, "[" RATING("r", "2") "," CHOICE("q", "a") "]")};

	(void)state;
	/* Between 17 and the others only q counts. */
	assert_string_equal(compute(sides, 3, d, 2), "[1 0 1][0 1 0.5][1 0.5 1]");
	assert_non_null(strstr(warned, "annotation 17, dimension 3: $[0].value.rating"));
	assert_ptr_equal(strchr(warned, '\n'), warned + strlen(warned) - 1);
	/* The diagonal asks for evidence and a dimension that counts, not for a value. */
	warned[0] = '\0';
	assert_string_equal(compute(sides, 3, d, 1), "[1 - -][- 1 1][- 1 1]");
	/* Told once, also where two rows share the annotation. */
	warned[0] = '\0';
	sides[2] = sides[0];
	assert_string_equal(compute(sides, 3, d, 1), "[1 - -][- 1 -][- - 1]");
	assert_ptr_equal(strchr(warned, '\n'), warned + strlen(warned) - 1);
}

static void
an_unreadable_result_is_null_everywhere(void **state)
{
	struct dimension d[] = {dimension_of(3, "q", "exact_match", 1.0),
	    dimension_of(4, "r", "exact_match", 1.0)};
	struct matrix_side sides[] = {side_of(17, "[{"),
	    side_of(18, "[" CHOICE("q", "a") "]"), side_of(19, "\"[{\"")};

	(void)state;
	sides[0].is_prediction = true;
	assert_string_equal(compute(sides, 3, d, 2), "[1 - -][- 1 -][- - 1]");
	assert_string_equal(warned,
	    "prediction 17, dimension 3: JSON: line 1, column 3: a key in double quotes is "
	    "expected\n"
	    "annotation 19, dimension 3: result, a string: JSON: line 1, column 3: a key "
	    "in double "
	    "quotes is expected\n"
	    "prediction 17, dimension 4: JSON: line 1, column 3: a key in double quotes is "
	    "expected\n"
	    "annotation 19, dimension 4: result, a string: JSON: line 1, column 3: a key "
	    "in double "
	    "quotes is expected\n");
}

static void
an_unusable_dimension_does_not_count(void **state)
{
	struct dimension d[] = {dimension_of(3, "q", "no_such_metric", 1.0),
	    dimension_of(4, "q", "exact_match", 1.0)};
	struct matrix_side sides[4] = {side_of(17, "[" CHOICE("q", "a") "]"),
	    side_of(18, "[" CHOICE("q", "b") "]"), side_of(0, NULL)};

	(void)state;
	sides[3] = sides[0];
	assert_false(d[0].usable);
	assert_string_equal(compute(sides, 2, d, 2), "[1 0][0 1]");
	warned[0] = '\0';
	assert_string_equal(
	    compute(sides, 4, d, 1), "[1 - - -][- 1 - -][- - - -][- - - 1]");
	/* What two rows share is told once, what nobody said is not told. */
	assert_string_equal(warned,
	    "annotation 17, dimension 3: there is no metric \"no_such_metric\"\n"
	    "annotation 18, dimension 3: there is no metric \"no_such_metric\"\n");
}

/* A service that is away is told of once for its dimension, which is null for all. */
static void
a_service_that_is_away_makes_null(void **state)
{
	static const char text[] =
	    "[{\"from_name\":\"t\",\"type\":\"textarea\",\"value\":{\"text\":[\"one\"]"
	    "}}," CHOICE("q", "a") "]";
	struct dimension d[] = {dimension_of(3, "t", "semantic_similarity", 1.0),
	    dimension_of(4, "q", "exact_match", 1.0)};
	struct matrix_side sides[3] = {
	    side_of(17, text), side_of(18, "[" CHOICE("q", "b") "]"), side_of(19, text)};

	(void)state;
	assert_true(d[0].usable);
	assert_string_equal(compute(sides, 3, d, 2), "[1 0 1][0 1 0][1 0 1]");
	assert_int_equal(strncmp(warned, "dimension 3: ", 13), 0);
	assert_ptr_equal(strchr(warned, '\n'), warned + strlen(warned) - 1);
}

static void
nobody_needs_to_be_told(void **state)
{
	static const struct matrix_options quiet = {0.0, NULL, NULL};
	struct dimension d = dimension_of(3, "q", "no_such_metric", 1.0);
	struct matrix_side side = side_of(17, "[{");
	struct matrix m;

	(void)state;
	assert_int_equal(matrix_compute(a, &side, 1, &d, 1, &quiet, &m, &e), ERR_OK);
	assert_true(m.cells[0] == 1.0);
}

/* A dimension over the control `tag` that is shown where q is Yes. */
static struct dimension
follow_up(int64_t id, const char *tag, const char *metric, double weight)
{
	struct dimension d = dimension_of(id, tag, metric, weight);
	struct store_dimension *row = arena_calloc(a, 1, sizeof(*row));

	*row = *d.row;
	row->extraction_params = STR("{\"visible_when\":[{\"when\":\"choice-selected\","
				     "\"control\":\"q\",\"choices\":[\"Yes\"]}]}");
	assert_int_equal(dimension_init(a, row, &d), ERR_OK);
	assert_true(d.usable);
	return d;
}

static void
what_nobody_was_asked_does_not_count(void **state)
{
	struct dimension d[] = {dimension_of(1, "q", "exact_match", 1.0),
	    follow_up(2, "w", "exact_match", 3.0),
	    dimension_of(3, "p", "exact_match", 1.0)};
	struct matrix_side sides[] = {
	    side_of(1, "[" CHOICE("q", "No") "," CHOICE("p", "a") "]"),
	    side_of(2, "[" CHOICE("q", "No") "," CHOICE("p", "b") "]"),
	    side_of(
		3, "[" CHOICE("q", "Yes") "," CHOICE("w", "x") "," CHOICE("p", "a") "]"),
	    side_of(4, "[" CHOICE("q", "Yes") "," CHOICE("p", "a") "]"),
	    /* An answer left behind, one that does not even parse. */
	    side_of(5, "[" CHOICE("q", "No") "," CHOICE("w", "x") "," CHOICE("p", "a") "]"),
	    side_of(6,
		"[" CHOICE("q", "No") ",{\"from_name\":\"w\",\"type\":\"choices\","
				      "\"value\":3}," CHOICE("p", "a") "]")};

	(void)state;
	/* Between two who said No the follow-up weighs nothing; between No and Yes it is
	 * an empty side; between two who said Yes both were asked. */
	assert_string_equal(compute(sides, 2, d, 2), "[1 1][1 1]");
	assert_string_equal(compute(sides, 2, d, 3), "[1 0.5][0.5 1]");
	assert_string_equal(compute(sides + 2, 2, d, 3),
	    "[1 0.40000000000000002]"
	    "[0.40000000000000002 1]");
	assert_string_equal(compute(sides + 1, 2, d, 2), "[1 0][0 1]");
	/* Yes without an answer and No are both empty. */
	assert_string_equal(compute(sides + 3, 2, d + 1, 1), "[1 1][1 1]");
	/* What was left behind does not count. */
	assert_string_equal(compute(sides + 4, 2, d, 3), "[1 1][1 1]");
	assert_string_equal(compute(sides + 2, 3, d + 1, 1), "[1 0 0][0 1 1][0 1 1]");
	/* Alone, it is null for two who were not asked; the diagonal stays. */
	assert_string_equal(compute(sides, 3, d + 1, 1), "[1 - 0][- 1 0][0 0 1]");
	assert_string_equal(warned, "");
}

/* Two rows of one annotation are hidden alike, and nobody has no evidence. */
static void
hidden_sides_may_be_the_same(void **state)
{
	struct dimension d = follow_up(2, "w", "exact_match", 1.0);
	struct matrix_side sides[] = {side_of(1, "[" CHOICE("q", "No") "]"),
	    side_of(2, "[" CHOICE("q", "No") "]"), side_of(0, NULL), side_of(4, "[{"), {0}};

	(void)state;
	sides[4] = sides[0];
	assert_string_equal(compute(sides, 5, &d, 1),
	    "[1 - - - -][- 1 - - -][- - - - -][- - - 1 -][- - - - 1]");
	sides[0] = sides[4] = side_of(1, "[" CHOICE("q", "Yes") "]");
	assert_string_equal(compute(sides, 5, &d, 1),
	    "[1 1 - - -][1 1 - - 1][- - - - -][- - - 1 -][- 1 - - 1]");
}

#define BOX(x)                                                                             \
	"{\"from_name\":\"b\",\"type\":\"rectanglelabels\",\"value\":{\"x\":" x            \
	",\"y\":1,\"width\":50,\"height\":7,\"rotation\":0,\"rectanglelabels\":[\"c\"]}}"

static void
costs_are_limited_before_the_work(void **state)
{
	struct dimension d = dimension_of(1, "b", "bbox_iou", 1.0);
	struct matrix_side sides[] = {
	    side_of(1, "[" BOX("1") "," BOX("2") "," BOX("3") "]"),
	    side_of(2, "[" BOX("1") "," BOX("2") "," BOX("3.5") "]"), side_of(0, NULL)};
	struct matrix_options o = options;
	struct matrix m = {.n = 77};
	enum err err;

	(void)state;
	o.max_cost = 1e-3;
	assert_int_equal(matrix_compute(a, sides, 3, &d, 1, &o, &m, &e), ERR_LIMIT);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(strncmp(e.text, "The matrix would cost ", 22), 0);
	assert_non_null(strstr(e.text, " units of work, more than max_cost = 0.001."));
	assert_int_equal(m.n, 77);
	/* The limit lies between nothing and very much, and one of them is enough. */
	o.max_cost = 1e12;
	assert_int_equal(matrix_compute(a, sides, 3, &d, 1, &o, &m, &e), ERR_OK);
	o.max_cost = 0.0;
	assert_int_equal(matrix_compute(a, sides, 3, &d, 1, &o, &m, &e), ERR_OK);
	/* A side alone, or against itself, costs nothing. */
	o.max_cost = 1e-3;
	assert_int_equal(matrix_compute(a, sides + 1, 2, &d, 1, &o, &m, &e), ERR_OK);
	sides[1] = sides[0];
	assert_int_equal(matrix_compute(a, sides, 2, &d, 1, &o, &m, &e), ERR_OK);
	/* More sides cost more. */
	struct matrix_side many[20];
	for (size_t i = 0; i < N_OF(many); i++)
		many[i] = side_of((int64_t)i, "[" BOX("1") "," BOX("2") "," BOX("3") "]");
	o.max_cost = 1.0;
	for (err = ERR_LIMIT; err == ERR_LIMIT; o.max_cost *= 2)
		err = matrix_compute(a, many, 2, &d, 1, &o, &m, &e);
	assert_int_equal(err, ERR_OK);
	assert_int_equal(matrix_compute(a, many, 20, &d, 1, &o, &m, &e), ERR_LIMIT);
}

static void
symmetry_is_to_the_bit(void **state)
{
	struct dimension d[] = {dimension_of(1, "b", "bbox_iou", 0.3),
	    dimension_of(2, "t", "text_similarity", 0.7),
	    dimension_of(3, "r", "numeric_difference", 0.1)};
	struct matrix_side sides[12], back[12];
	struct matrix m, n;

	(void)state;
	for (int i = 0; i < 12; i++)
		sides[i] = back[11 - i] = side_of(i,
		    arena_printf(a,
			"[{\"from_name\":\"b\",\"type\":\"rectanglelabels\",\"value\":{"
			"\"x\":%d.37,\"y\":"
			"1,\"width\":%d.1,\"height\":7.3,\"rotation\":%d,"
			"\"rectanglelabels\":[\"c\"]}},"
			"{\"from_name\":\"t\",\"type\":\"textarea\",\"value\":{\"text\":["
			"\"a text of %d "
			"words\"]}}," RATING("r", "%d.7") "]",
			i, 20 + i * 3, i % 3 * 15, i * i * 31, i));
	/* compute() looks at the mirror of each cell. */
	compute(sides, 12, d, 3);
	assert_string_equal(warned, "");
	assert_int_equal(matrix_compute(a, sides, 12, d, 3, &options, &m, &e), ERR_OK);
	assert_int_equal(matrix_compute(a, back, 12, d, 3, &options, &n, &e), ERR_OK);
	for (size_t i = 0; i < 144; i++)
		assert_memory_equal(&m.cells[i], &n.cells[143 - i], sizeof(double));
}

static void
memory_ends(void **state)
{
	struct dimension d = follow_up(1, "b", "bbox_iou", 1.0);
	struct matrix_side sides[] = {
	    side_of(1, "[" BOX("1") "," BOX("2") "," CHOICE("q", "Yes") "]"),
	    side_of(2, "[" BOX("1") "," BOX("2.5") "," CHOICE("q", "No") "]")};
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 8192; limit += 16) {
		struct arena *small = arena_new(limit);
		struct matrix m = {.n = 77};
		enum err err = matrix_compute(small, sides, 2, &d, 1, &options, &m, &e);

		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(m.n, err == ERR_OK ? 2 : 77);
		failed += err == ERR_MEMORY;
		arena_free(small);
	}
	assert_true(failed >= 5 && failed <= 500);
	assert_string_equal(warned, "");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(matrices_of_nobody_and_of_one),
	    TEST(pairs_are_scored),
	    TEST(without_evidence_all_is_null),
	    TEST(empty_results_agree),
	    TEST(an_annotation_is_not_compared_with_itself),
	    TEST(dimensions_are_averaged_by_weight),
	    TEST(one_dimension_is_its_own_mean),
	    TEST(full_agreement_is_one),
	    TEST(what_does_not_parse_is_null_in_its_dimension),
	    TEST(an_unreadable_result_is_null_everywhere),
	    TEST(an_unusable_dimension_does_not_count),
	    TEST(a_service_that_is_away_makes_null),
	    TEST(nobody_needs_to_be_told),
	    TEST(what_nobody_was_asked_does_not_count),
	    TEST(hidden_sides_may_be_the_same),
	    TEST(costs_are_limited_before_the_work),
	    TEST(symmetry_is_to_the_bit),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
