/* Why a score is what it is: over all case files and random scenes, what is told makes the
 * score again; swapping the sides swaps it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "cases.h"
#include "metric/explanation.h"
#include "metric/method.h"
#include "../reference/scene.h"
#include "arena_fixture.h"

#define NEAR 1e-12 /* sums of another order round otherwise */
#define ITEMS 6
#define SCENES 3
#define TRIED 25 /* per cent of the scenes, see dice_tries() */

/* Two values of one measure, prepared. */
struct pair {
	const char *name; /* of the case, for messages */
	struct measure m;
	const struct prepared *a, *b;
};

static enum err
prepare(struct pair *p, struct arena *arena, const struct json *x, const struct json *y)
{
	const struct json *const docs[] = {x, y};
	const struct prepared **sides[] = {&p->a, &p->b};
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < 2; i++) {
		struct result value;

		err = result_read(arena, docs[i], &value, &e);
		if (err == ERR_OK)
			err = measure_prepare(&p->m, arena, &value, sides[i], &e);
	}
	return err;
}

static bool
same_bits(double x, double y)
{
	return memcmp(&x, &y, sizeof(x)) == 0 || (isnan(x) && isnan(y));
}

/* ------------------------------------------------------------------ the score again */

static double
raw_of_labels(const struct pair *p, const struct explanation_labels *l)
{
	double all = (double)l->common.n + l->only_a.n + l->only_b.n;

	if (p->m.metric->method == &method_exact)
		return l->only_a.n + l->only_b.n == 0 ? 1.0 : 0.0;
	return l->common.n / all;
}

static double
raw_of_lines(const struct explanation_lines *l)
{
	double sum = 0.0;

	for (uint32_t i = 0; i < l->n; i++)
		sum += l->list[i].similarity;
	return sum / l->n;
}

static double
raw_of_numbers(const struct pair *p, const struct explanation_numbers *l)
{
	double sum = 0.0;

	for (uint32_t i = 0; i < l->n; i++)
		sum += l->list[i].similarity;
	if (p->m.metric->method == &method_within)
		return sum == l->n ? 1.0 : 0.0;
	return sum / l->n;
}

static double
raw_of_ranking(const struct explanation_ranking *r)
{
	if (r->pairs > 0.0)
		return r->concordant / r->pairs;
	return r->n == 1 && r->list[0].a.given && r->list[0].b.given &&
		str_eq(r->list[0].a.bucket, r->list[0].b.bucket)
	    ? 1.0
	    : 0.0;
}

static double
raw_of_regions(const struct explanation_regions *r)
{
	double x = 0.0, y = 0.0;

	for (uint32_t i = 0; i < r->n_matches; i++) {
		x += r->matches[i].counts_a * r->matches[i].similarity;
		y += r->matches[i].counts_b * r->matches[i].similarity;
	}
	if (r->rule == EXPLANATION_MIN)
		return fmin(x / r->all_a, y / r->all_b);
	if (r->rule == EXPLANATION_LARGER)
		return x / fmax(r->all_a, r->all_b);
	/* Tracks without any frame are the same. */
	return r->all_a + r->all_b == 0.0 ? 1.0 : (x + y) / (r->all_a + r->all_b);
}

static double
raw_of(const struct pair *p, const struct explanation *x)
{
	switch (x->kind) {
	case EXPLANATION_OTHER:
	case EXPLANATION_LABELS:
		return raw_of_labels(p, &x->labels);
	case EXPLANATION_TEXT:
		return raw_of_lines(&x->lines);
	case EXPLANATION_NUMBER:
		return raw_of_numbers(p, &x->numbers);
	case EXPLANATION_RANKING:
		return raw_of_ranking(&x->ranking);
	case EXPLANATION_REGIONS:
	case EXPLANATION_TRACKS:
		return raw_of_regions(&x->regions);
	default:
		return -1.0;
	}
}

/* ------------------------------------------------------------------ what is told is whole
 */

static void
assert_diff(const struct explanation_line *l)
{
	struct buf first = BUF_INIT, second = BUF_INIT;

	if (l->a.s == NULL || l->b.s == NULL) {
		assert_int_equal(l->diff.n, 0);
		return;
	}
	for (uint32_t i = 0; i < l->diff.n; i++) {
		if (l->diff.runs[i].edit != DIFF_INSERT)
			buf_str(&first, l->diff.runs[i].text);
		if (l->diff.runs[i].edit != DIFF_DELETE)
			buf_str(&second, l->diff.runs[i].text);
	}
	assert_true(str_eq(buf_text(&first), l->a) && str_eq(buf_text(&second), l->b));
	buf_free(&first);
	buf_free(&second);
}

static void
assert_match(const struct explanation_regions *r, const struct explanation_match *m)
{
	assert_true(m->a < r->n_a && m->b < r->n_b);
	assert_true(r->matches[r->a[m->a].match].a == m->a &&
	    r->matches[r->b[m->b].match].b == m->b);
	assert_true(m->overlap >= 0.0 && m->overlap <= 1.0);
	assert_true(m->payload >= 0.0 && m->payload <= 1.0);
	assert_true(m->similarity > 0.0 && m->similarity <= 1.0);
	assert_true(m->counts_a >= 0.0 && m->counts_b >= 0.0);
	assert_true(m->counts_a + m->counts_b > 0.0);
	if (m->is_track) {
		assert_true(m->frames.common >= 0.0 && m->frames.only_a >= 0.0 &&
		    m->frames.only_b >= 0.0);
		assert_true(isnan(m->frames.iou) == (m->frames.common == 0.0));
	}
}

static void
assert_regions(const struct explanation_regions *r)
{
	uint32_t matched_a = 0, matched_b = 0;
	const struct explanation_match *m = r->matches;

	for (uint32_t i = 0; i < r->n_matches; i++) {
		assert_match(r, &m[i]);
		assert_true(i == 0 || m[i - 1].a < m[i].a ||
		    (m[i - 1].a == m[i].a && m[i - 1].b < m[i].b));
	}
	for (uint32_t i = 0; i < r->n_a; i++) {
		matched_a += r->a[i].match != EXPLANATION_UNMATCHED;
		assert_true(i == 0 || r->a[i - 1].item->index < r->a[i].item->index);
	}
	for (uint32_t i = 0; i < r->n_b; i++)
		matched_b += r->b[i].match != EXPLANATION_UNMATCHED;
	assert_true(matched_a <= r->n_matches && matched_b <= r->n_matches);
	if (r->rule == EXPLANATION_LARGER)
		assert_true(matched_a == r->n_matches && matched_b == r->n_matches);
}

/* ------------------------------------------------------------------ both ways round */

static void
assert_same_values(const struct explanation_values *x, const struct explanation_values *y)
{
	assert_int_equal(x->n, y->n);
	for (uint32_t i = 0; i < x->n; i++)
		assert_true(x->list[i].place == y->list[i].place &&
		    json_equal(x->list[i].value, y->list[i].value));
}

static void
assert_same_lines(const struct explanation_lines *x, const struct explanation_lines *y)
{
	assert_int_equal(x->n, y->n);
	for (uint32_t i = 0; i < x->n; i++) {
		const struct explanation_line *v = &x->list[i], *w = &y->list[i];

		assert_true(str_eq(v->a, w->a) && str_eq(v->b, w->b));
		assert_true(same_bits(v->similarity, w->similarity));
		assert_int_equal(v->diff.n, w->diff.n);
		for (uint32_t k = 0; k < v->diff.n; k++)
			assert_true(v->diff.runs[k].edit == w->diff.runs[k].edit &&
			    str_eq(v->diff.runs[k].text, w->diff.runs[k].text));
	}
}

static void
assert_same_regions(
    const struct explanation_regions *x, const struct explanation_regions *y)
{
	assert_true(x->rule == y->rule && x->all_a == y->all_a && x->all_b == y->all_b);
	assert_true(x->n_a == y->n_a && x->n_b == y->n_b && x->n_matches == y->n_matches);
	for (uint32_t i = 0; i < x->n_matches; i++) {
		const struct explanation_match *v = &x->matches[i], *w = &y->matches[i];

		assert_true(v->a == w->a && v->b == w->b);
		assert_true(v->counts_a == w->counts_a && v->counts_b == w->counts_b);
		assert_true(same_bits(v->similarity, w->similarity) &&
		    same_bits(v->overlap, w->overlap) &&
		    same_bits(v->distance, w->distance));
	}
}

static void
assert_same(const struct explanation *x, const struct explanation *y)
{
	assert_int_equal(x->kind, y->kind);
	assert_same_values(&x->labels.common, &y->labels.common);
	assert_same_values(&x->labels.only_a, &y->labels.only_a);
	assert_same_values(&x->labels.only_b, &y->labels.only_b);
	assert_same_lines(&x->lines, &y->lines);
	assert_int_equal(x->numbers.n, y->numbers.n);
	for (uint32_t i = 0; i < x->numbers.n; i++)
		assert_true(same_bits(x->numbers.list[i].a, y->numbers.list[i].a) &&
		    same_bits(x->numbers.list[i].b, y->numbers.list[i].b));
	assert_int_equal(x->ranking.n, y->ranking.n);
	for (uint32_t i = 0; i < x->ranking.n; i++)
		assert_true(x->ranking.list[i].a.given == y->ranking.list[i].a.given &&
		    x->ranking.list[i].b.given == y->ranking.list[i].b.given);
	assert_same_regions(&x->regions, &y->regions);
}

/* ------------------------------------------------------------------ all of it */

static void
check(const struct pair *p, struct arena *arena)
{
	struct explanation there = {0}, back = {0};
	double score = -1.0;
	enum err err = measure_score(&p->m, arena, p->a, p->b, &score);

	assert_int_equal(err, ERR_OK);
	if (measure_explain(&p->m, arena, p->a, p->b, &there) != ERR_OK ||
	    measure_explain(&p->m, arena, p->b, p->a, &back) != ERR_OK)
		fail_msg("%s: is not explained", p->name);
	if (!same_bits(there.score, score) || !same_bits(back.score, score))
		fail_msg("%s: %.17g explained as %.17g", p->name, score, there.score);
	if (p->a->n > 0 && p->b->n > 0 &&
	    (fabs(raw_of(p, &there) - there.raw) > NEAR ||
		p->m.metric->of_score(&p->m.params, there.raw) != score))
		fail_msg("%s: %.17g, but what is told makes %.17g", p->name, there.raw,
		    raw_of(p, &there));
	for (uint32_t i = 0; i < there.lines.n; i++)
		assert_diff(&there.lines.list[i]);
	assert_regions(&there.regions);
	assert_true(
	    measure_explain_cost(&p->m, p->a, p->b) > measure_cost(&p->m, p->a, p->b));
	explanation_swap(&back);
	if (p->a->digest != p->b->digest)
		assert_same(&there, &back);
}

static void
check_case(void *context, struct arena *arena, const struct case_row *row)
{
	struct pair p = {.name = arena_printf(arena, "%s:%u", row->file, row->line)};
	unsigned *checked = context;

	if (row->error.s != NULL)
		return;
	if (case_measure(arena, row->metric, row->params, &p.m, &e) != ERR_OK)
		fail_msg("%s: %s", p.name, e.text);
	p.m.time_format = row->time_format;
	if (prepare(&p, arena, row->a, row->b) != ERR_OK)
		fail_msg("%s: %s", p.name, e.text);
	check(&p, arena);
	++*checked;
}

static void
every_case_is_explained(void **state)
{
	unsigned checked = 0;

	(void)state;
	cases_read("tests/golden/*.jsonl", check_case, &checked);
	cases_read("tests/cases/metric_*.jsonl", check_case, &checked);
	assert_true(checked > 1500);
}

static const char *const params_table[] = {
    "{}",
    "{\"aggregate\":\"min\",\"label_weights\":{\"L0\":0,\"L1\":2.5}}",
    "{\"matching\":\"one_to_one\"}",
    "{\"iou_threshold\":0}",
    "{\"max_distance\":20}",
    "{\"order_matters\":true}",
    "{\"algorithm\":\"jaro_winkler\",\"qval\":2}",
};

/* Two sides that have something in common; either may be empty. */
static void
check_scene(const struct metric *metric, unsigned k)
{
	const char *params = params_table[k / SCENE_VARIANTS % N_OF(params_table)];
	struct scene_style style = scene_style_of(metric, k);
	struct dice d = {(uint64_t)(metric - metric_table) * 1000003 + k};
	unsigned n = dice_below(&d, ITEMS + 1), m = dice_below(&d, ITEMS + 1);
	struct str *x = scene_items(a, &d, &style, n), *y = scene_items(a, &d, &style, m);
	struct pair p = {.name = metric->name};

	if (case_measure(a, str_of(metric->name), case_json(a, str_of(params)), &p.m, &e) !=
	    ERR_OK)
		return;
	for (unsigned i = 0; i < n && i < m; i++)
		if (dice_once_in(&d, 3))
			y[i] = x[i];
	if (prepare(&p, a, scene_list(a, x, n), scene_list(a, y, m)) != ERR_OK)
		fail_msg("%s: %s", metric->name, e.text);
	check(&p, a);
}

static void
random_scenes_are_explained(void **state)
{
	struct dice choice = {11};

	(void)state;
	for (size_t i = 0; i < metric_count; i++)
		for (unsigned k = 0; k < SCENE_VARIANTS * N_OF(params_table) * SCENES; k++)
			if (dice_tries(&choice, TRIED)) {
				arena_reset(a);
				check_scene(&metric_table[i], k);
			}
}

/* ------------------------------------------------------------------ some by hand */

static const struct explanation *
explain(const char *metric, const char *params, const char *x, const char *y)
{
	struct explanation *r = arena_calloc(a, 1, sizeof(*r));
	struct pair p = {.name = metric};

	assert_non_null(r);
	if (case_measure(a, str_of(metric), case_json(a, str_of(params)), &p.m, &e) !=
		ERR_OK ||
	    prepare(&p, a, case_json(a, str_of(x)), case_json(a, str_of(y))) != ERR_OK)
		fail_msg("%s", e.text);
	check(&p, a);
	assert_int_equal(measure_explain(&p.m, a, p.a, p.b, r), ERR_OK);
	return r;
}

static const char *
shown(const struct explanation_values *v)
{
	struct buf b = BUF_INIT;
	struct str text;

	for (uint32_t i = 0; i < v->n; i++) {
		text = json_str(v->list[i].value);
		buf_printf(&b, "%s%.*s", i == 0 ? "" : " ", STR_ARG(text));
	}
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text.s;
}

#define CHOICES(list)                                                                      \
	"[{\"from_name\":\"c\",\"type\":\"choices\",\"value\":{\"choices\":" list "}}]"
#define BOX(id, x, label)                                                                  \
	"{\"id\":\"" id "\",\"from_name\":\"b\",\"type\":\"rectanglelabels\",\"value\":"   \
	"{\"x\":" #x ",\"y\":0,\"width\":10,\"height\":10,\"rectanglelabels\":[\"" label   \
	"\"]}}"

static void
sets_have_common_missing_and_extra(void **state)
{
	const struct explanation *x = explain("jaccard_similarity", "{}",
	    CHOICES("[\"d\",\"a\",\"b\"]"), CHOICES("[\"c\",\"b\"]"));

	(void)state;
	assert_int_equal(x->kind, EXPLANATION_LABELS);
	assert_string_equal(shown(&x->labels.common), "b");
	assert_string_equal(shown(&x->labels.only_a), "a d");
	assert_string_equal(shown(&x->labels.only_b), "c");
	assert_true(x->score == 0.25);
	x = explain("exact_match", "{\"order_matters\":true}", CHOICES("[\"a\",\"b\"]"),
	    CHOICES("[\"a\",\"c\",\"b\"]"));
	assert_string_equal(shown(&x->labels.common), "a");
	assert_string_equal(shown(&x->labels.only_a), "b");
	assert_string_equal(shown(&x->labels.only_b), "c b");
	x = explain("exact_match", "{}", CHOICES("[\"a\"]"), "[]");
	assert_string_equal(shown(&x->labels.only_a), "a");
	assert_true(x->score == 0.0 && x->labels.only_b.n == 0);
	x = explain("exact_match", "{}", "[]", "[]");
	assert_true(x->score == 1.0 && x->labels.common.n == 0);
}

static void
paths_have_their_ancestors(void **state)
{
	const struct explanation *x = explain("taxonomy_subtree", "{}",
	    "[{\"from_name\":\"c\",\"type\":\"taxonomy\",\"value\":{\"taxonomy\":[[\"x\","
	    "\"y\"]]}}]",
	    "[{\"from_name\":\"c\",\"type\":\"taxonomy\",\"value\":{\"taxonomy\":[[\"x\","
	    "\"z\",\"t\"]]}}]");

	(void)state;
	assert_int_equal(x->labels.common.n, 1);
	assert_int_equal(x->labels.only_a.n, 1);
	assert_int_equal(x->labels.only_b.n, 2);
	assert_true(json_equal(
	    x->labels.only_b.list[1].value, case_json(a, STR("[\"x\",\"z\",\"t\"]"))));
	assert_false(x->labels.cut);
}

static void
paths_beyond_a_limit_are_cut(void **state)
{
	struct buf b = BUF_INIT;
	const struct explanation *x;

	(void)state;
	buf_puts(
	    &b, "[{\"from_name\":\"c\",\"type\":\"taxonomy\",\"value\":{\"taxonomy\":[[0");
	for (int i = 1; i < 2000; i++)
		buf_printf(&b, ",%d", i);
	buf_puts(&b, "]]}}]");
	{
		struct pair p = {.name = "cut"};
		struct explanation r;

		assert_int_equal(
		    case_measure(a, STR("taxonomy_subtree"), NULL, &p.m, &e), ERR_OK);
		assert_int_equal(prepare(&p, a, case_json(a, arena_str(a, buf_text(&b))),
				     case_json(a, STR("[]"))),
		    ERR_OK);
		assert_int_equal(measure_explain(&p.m, a, p.a, p.b, &r), ERR_OK);
		x = &r;
		assert_true(x->labels.cut);
		assert_true(x->labels.only_a.n > 500 && x->labels.only_a.n < 700);
	}
	buf_free(&b);
}

static void
regions_have_their_partners(void **state)
{
	const char *x = "[" BOX("p", 0, "cat") "," BOX("q", 50, "dog") "]";
	const char *y =
	    "[" BOX("r", 50, "cat") "," BOX("s", 5, "cat") "," BOX("t", 0, "cat") "]";
	const struct explanation *r = explain("bbox_iou", "{}", x, y);
	const struct explanation_regions *all = &r->regions;

	(void)state;
	assert_int_equal(r->kind, EXPLANATION_REGIONS);
	assert_true(
	    str_is(all->a[1].item->id, "q") && all->a[1].match == EXPLANATION_UNMATCHED);
	assert_true(
	    str_is(all->b[0].item->id, "r") && all->b[0].match == EXPLANATION_UNMATCHED);
	assert_int_equal(all->n_matches, 2);
	/* s has its best partner in p, which has a better one. */
	assert_true(all->matches[0].a == 0 && all->matches[0].b == 1);
	assert_true(all->matches[0].counts_a == 0.0 && all->matches[0].counts_b == 1.0);
	assert_true(fabs(all->matches[0].overlap - 1.0 / 3.0) < NEAR);
	assert_true(all->matches[1].b == 2 && all->matches[1].counts_a == 1.0);
	assert_true(isnan(all->matches[1].distance));
	r = explain("bbox_iou", "{\"matching\":\"one_to_one\"}", x, y);
	assert_int_equal(r->regions.n_matches, 1);
	assert_int_equal(r->regions.rule, EXPLANATION_LARGER);
	r = explain("bbox_f1", "{}", x, y);
	assert_int_equal(r->regions.n_matches, 1);
	r = explain("bbox_iou", "{}", x, "[]");
	assert_int_equal(r->regions.n_a, 2);
	assert_int_equal(r->regions.n_matches, 0);
	assert_true(r->score == 0.0);
}

static void
key_points_have_a_distance(void **state)
{
	const struct explanation *r = explain("keypoint_distance", "{\"max_distance\":6}",
	    "[{\"from_name\":\"k\",\"type\":\"keypointlabels\",\"value\":{\"x\":0,\"y\":0}}"
	    "]",
	    "[{\"from_name\":\"k\",\"type\":\"keypointlabels\",\"value\":{\"x\":3,\"y\":4}}"
	    "]");

	(void)state;
	assert_int_equal(r->regions.n_matches, 1);
	assert_true(r->regions.matches[0].distance == 5.0);
}

#define TRACK(from, to)                                                                    \
	"[{\"from_name\":\"v\",\"type\":\"videorectangle\",\"value\":{\"sequence\":["      \
	"{\"frame\":" #from                                                                \
	",\"enabled\":true,\"x\":0,\"y\":0,\"width\":10,\"height\":10},"                   \
	"{\"frame\":" #to ",\"enabled\":false,\"x\":0,\"y\":0,\"width\":10,\"height\":10}" \
	"]}}]"

static void
tracks_have_frames(void **state)
{
	const struct explanation *r =
	    explain("video_object_tracking", "{}", TRACK(1, 10), TRACK(6, 20));
	const struct explanation_match *m = &r->regions.matches[0];

	(void)state;
	assert_int_equal(r->kind, EXPLANATION_TRACKS);
	assert_int_equal(r->regions.n_matches, 1);
	assert_true(m->is_track && m->frames.common == 5.0 && m->frames.only_a == 5.0 &&
	    m->frames.only_b == 10.0 && m->frames.iou == 1.0);
	assert_true(m->counts_a == 5.0);
	assert_true(r->regions.all_a == 10.0 && r->regions.all_b == 15.0);
	r = explain("video_frame_match", "{}", TRACK(1, 10), TRACK(6, 20));
	assert_int_equal(r->kind, EXPLANATION_TRACKS);
	assert_true(r->regions.matches[0].frames.only_b == 10.0);
}

static void
numbers_and_ranks_stand_side_by_side(void **state)
{
	const struct explanation *r = explain("numeric_difference", "{}",
	    "[{\"from_name\":\"n\",\"type\":\"number\",\"value\":{\"number\":[3,8]}}]",
	    "[{\"from_name\":\"n\",\"type\":\"number\",\"value\":{\"number\":4}}]");

	(void)state;
	assert_int_equal(r->numbers.n, 2);
	assert_true(r->numbers.list[0].similarity == 0.5);
	assert_true(r->numbers.list[1].a == 8.0 && isnan(r->numbers.list[1].b));
	r = explain("ranking_kendall", "{}",
	    "[{\"from_name\":\"r\",\"type\":\"ranker\",\"value\":{\"ranker\":[\"a\",\"b\","
	    "\"c\"]}}]",
	    "[{\"from_name\":\"r\",\"type\":\"ranker\",\"value\":{\"ranker\":[\"b\",\"a\","
	    "\"c\"]}}]");
	assert_int_equal(r->ranking.n, 3);
	assert_true(r->ranking.pairs == 3.0 && r->ranking.concordant == 2.0);
	assert_true(r->ranking.list[0].a.rank == 0 && r->ranking.list[0].b.rank == 1);
	r = explain("ranking_kendall", "{}",
	    "[{\"from_name\":\"r\",\"type\":\"ranker\",\"value\":{\"ranker\":[\"a\"]}}]",
	    "[{\"from_name\":\"r\",\"type\":\"ranker\",\"value\":{\"ranker\":[\"b\"]}}]");
	assert_int_equal(r->ranking.n, 2);
	assert_true(!r->ranking.list[0].b.given && !r->ranking.list[1].a.given);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_case_is_explained),
	    TEST(random_scenes_are_explained),
	    TEST(sets_have_common_missing_and_extra),
	    TEST(paths_have_their_ancestors),
	    TEST(paths_beyond_a_limit_are_cut),
	    TEST(regions_have_their_partners),
	    TEST(key_points_have_a_distance),
	    TEST(tracks_have_frames),
	    TEST(numbers_and_ranks_stand_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
