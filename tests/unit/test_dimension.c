/* lib/matrix/dimension: derived from configurations and results, weighed, made ready,
 * checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/dimension.h"
#include "arena_fixture.h"

static const struct str none;

/* A file of the tree as one text. */
static struct str
read_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[1024], *text = arena_alloc(a, 65536);
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", srcdir == NULL ? "." : srcdir, name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(text, 1, 65536, f);
	fclose(f);
	assert_true(n > 0 && n < 65536);
	return (struct str){text, n};
}

/* What a row must be; NULL texts must be absent. */
struct want {
	const char *name, *type, *object, *metric, *values, *labels;
	double weight;
	bool per_region, categorical;
};

static void
assert_text(struct str s, const char *want)
{
	if (want == NULL ? s.s != NULL : !str_is(s, want) || s.s == NULL)
		fail_msg(
		    "\"%.*s\" is not \"%s\"", STR_ARG(s), want == NULL ? "absent" : want);
}

static void
assert_row(
    const struct store_dimension *d, size_t place, const char *method, const struct want *w)
{
	assert_int_equal(d->id, place + 1);
	assert_int_equal(d->order, place);
	assert_text(d->name, w->name);
	assert_text(d->control_tag, w->name);
	assert_text(d->control_type, w->type);
	assert_text(d->object_type, w->object);
	assert_text(d->metric_type, w->metric);
	assert_text(d->values_enum, w->values);
	assert_text(d->label_weights, w->labels);
	assert_text(d->extraction_method, method);
	assert_true(d->weight == w->weight);
	assert_int_equal(d->per_region, w->per_region);
	assert_int_equal(d->is_categorical, w->categorical);
	assert_true(d->is_active && d->is_present && !d->is_user_defined);
	assert_true(d->metric_params.s == NULL && d->extraction_params.s == NULL);
	assert_true(d->description.s == NULL && d->user_set == 0);
}

static void
assert_derives(struct str config, const char *weights, const struct want *w, size_t n)
{
	struct dimension_rows rows = {0};

	if (dimension_derive(a, config, str_of(weights), &rows, &e) != ERR_OK)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < n && i < rows.n; i++)
		assert_row(&rows.list[i], i, DIMENSION_FROM_CONFIG, &w[i]);
	assert_int_equal(rows.n, n);
}

static void
the_example_is_derived(void **state)
{
	static const struct want want[] = {
	    {"fruit", "RectangleLabels", "Image", "bbox_iou",
		"[\"Apple\",\"Pear\",\"Orange\",\"Price sign\"]", NULL, 1.0, false, false},
	    {"quality", "Choices", "Image", "exact_match",
		"[\"Good\",\"Blurred\",\"Too dark\"]", NULL, 1.0, false, true},
	    {"appeal", "Rating", "Image", "numeric_difference", NULL, NULL, 1.0, false,
		true},
	    {"sign", "TextArea", "Image", "text_similarity", NULL, NULL, 1.0, false, false},
	    {"words", "Labels", "Text", "span_overlap",
		"[\"Product\",\"Origin\",\"Price\"]", NULL, 1.0, false, false},
	};

	(void)state;
	assert_derives(read_file("examples/label-config.xml"), NULL, want, N_OF(want));
}

static void
shapes_beside_labels_and_regions_are_derived(void **state)
{
	static const struct want want[] = {
	    {"label", "Labels", "Image", "bbox_iou", "[\"Text\",\"Handwriting\"]", NULL,
		1.0, false, false},
	    {"bbox", "Rectangle", "Image", "bbox_iou", NULL, NULL, 1.0, false, false},
	    {"poly", "Polygon", "Image", "polygon_iou", NULL, NULL, 1.0, false, false},
	    {"transcription", "TextArea", "Image", "bbox_text", NULL, NULL, 1.0, true,
		false},
	    {"legible", "Choices", "Image", "bbox_labels", "[\"clear\",\"smudged\"]", NULL,
		1.0, true, true},
	    {"kind", "Choices", "Image", "exact_match", "[\"Receipt\",\"Invoice\"]", NULL,
		1.0, false, true},
	};

	(void)state;
	assert_derives(read_file("tests/data/labelstudio/ocr.xml"), NULL, want, N_OF(want));
}

static void
everything_together_is_derived_with_weights(void **state)
{
	static const char weights[] =
	    "{\"ner\": {\"overall\": 2.5, \"type\": \"Labels\", \"labels\": "
	    "{\"Person\": 0.5, \"ORG\": 0}},"
	    "\"topic\": {\"overall\": 0}, \"tone\": {\"labels\": {}},"
	    "\"page\": {\"overall\": 9}}";
	static const struct want want[] = {
	    {"ner", "Labels", "Text", "span_overlap",
		"[\"Person\",\"ORG\",\"Organization & Company\"]",
		"{\"Person\":0.5,\"ORG\":0.0}", 2.5, false, false},
	    {"html", "HyperTextLabels", "HyperText", "html_overlap", "[\"Byline\"]", NULL,
		1.0, false, false},
	    {"topic", "Choices", "Text", "exact_match",
		"[\"Sport\",\"Ball games\",\"soccer\",\"Rowing\",\"Politics\"]", NULL, 0.0,
		false, true},
	    {"tone", "Choices", "Text", "span_labels", "[\"angry\"]", NULL, 1.0, true,
		true},
	    {"note", "TextArea", "HyperText", "html_text", NULL, NULL, 1.0, true, false},
	    {"brand", "Choices", "Text", "exact_match", NULL, NULL, 1.0, false, true},
	    {"species", "Taxonomy", "Text", "exact_match", NULL, NULL, 1.0, false, true},
	    {"quality", "Rating", "Text", "numeric_difference", NULL, NULL, 1.0, false,
		true},
	    {"count", "Number", "Text", "numeric_difference", NULL, NULL, 1.0, false,
		false},
	    {"when", "DateTime", "Text", "exact_match", NULL, NULL, 1.0, false, false},
	    {"summary", "TextArea", "Text", "text_similarity", NULL, NULL, 1.0, false,
		false},
	    {"better", "Pairwise", "Text", "exact_match", NULL, NULL, 1.0, false, true},
	};

	(void)state;
	assert_derives(
	    read_file("tests/data/labelstudio/mixed.xml"), weights, want, N_OF(want));
}

static void
repeaters_give_one_dimension_a_pattern(void **state)
{
	static const char weights[] = "{\"intent_{{idx}}\": {\"overall\": 3}}";
	static const struct want want[] = {
	    {"box_{{idx}}", "RectangleLabels", "Image", "bbox_iou", "[\"Car\"]", NULL, 1.0,
		false, false},
	    {"intent_{{idx}}", "Choices", "Text", "exact_match", "[\"ask\"]", NULL, 3.0,
		false, true},
	};

	(void)state;
	assert_derives(
	    read_file("tests/data/labelstudio/repeater.xml"), weights, want, N_OF(want));
}

/* When a control is shown stands in its row, and is read from there. */
static void
conditions_are_derived(void **state)
{
	static const char config[] =
	    "<View><Text name=\"t\" value=\"$t\"/><Choices name=\"q\" toName=\"t\"><Choice "
	    "value=\"Yes\"/></Choices><View visibleWhen=\"choice-selected\" "
	    "whenTagName=\"q\" "
	    "whenChoiceValue=\"Yes\"><TextArea name=\"why\" toName=\"t\" "
	    "perRegion=\"true\"/></View></View>";
	struct dimension_rows rows = {0};
	struct dimension d;

	(void)state;
	assert_int_equal(dimension_derive(a, STR(config), none, &rows, &e), ERR_OK);
	assert_int_equal(rows.n, 2);
	assert_text(rows.list[0].extraction_params, NULL);
	assert_text(rows.list[1].extraction_params,
	    "{\"visible_when\":[{\"when\":\"choice-selected\",\"control\":\"q\","
	    "\"choices\":[\"Yes\"]}]}");
	assert_int_equal(dimension_init(a, &rows.list[1], &d), ERR_OK);
	assert_true(d.usable && d.extraction.per_region);
	assert_int_equal(d.extraction.visible_when.n, 1);
	assert_int_equal(dimension_init(a, &rows.list[0], &d), ERR_OK);
	assert_true(d.usable && !d.extraction.per_region);
	assert_int_equal(d.extraction.visible_when.n, 0);
	rows.list[1].extraction_params = STR("{\"visible_when\":[{\"when\":\"never\"}]}");
	assert_int_equal(dimension_init(a, &rows.list[1], &d), ERR_OK);
	assert_false(d.usable);
	assert_string_equal(d.problem.text,
	    "extraction_method_params: visible_when: [0]: there is no such condition");
}

#define QUALITY                                                                            \
	"<View><Text name=\"t\" value=\"$t\"/><Choices name=\"q\" toName=\"t\"><Choice "   \
	"value=\"a\"/><Choice value=\"b\"/></Choices></View>"

static void
what_is_no_weight_counts_as_one(void **state)
{
	static const struct {
		const char *weights;
		double weight;
		const char *labels;
	} rows[] = {
	    {NULL, 1.0, NULL},
	    {"", 1.0, NULL},
	    {"null", 1.0, NULL},
	    {"{}", 1.0, NULL},
	    {"[]", 1.0, NULL},
	    {"3", 1.0, NULL},
	    {"{\"q\": 3}", 1.0, NULL},
	    {"{\"q\": null}", 1.0, NULL},
	    {"{\"Q\": {\"overall\": 3}}", 1.0, NULL},
	    {"{\"q\": {\"overall\": 3}}", 3.0, NULL},
	    {"{\"q\": {\"overall\": 0.25}}", 0.25, NULL},
	    {"{\"q\": {\"overall\": 0}}", 0.0, NULL},
	    {"{\"q\": {\"overall\": -1}}", 1.0, NULL},
	    {"{\"q\": {\"overall\": \"3\"}}", 1.0, NULL},
	    {"{\"q\": {\"overall\": null}}", 1.0, NULL},
	    {"{\"q\": {\"overall\": true}}", 1.0, NULL},
	    {"{\"q\": {\"overall\": 1e300}}", 1.0, NULL},
	    {"{\"q\": {\"labels\": {\"a\": 2}}}", 1.0, "{\"a\":2.0}"},
	    {"{\"q\": {\"labels\": {\"a\": 2, \"b\": 0.5}, \"overall\": 4}}", 4.0,
		"{\"a\":2.0,\"b\":0.5}"},
	    {"{\"q\": {\"labels\": {\"a\": null, \"b\": 0.5, \"c\": \"x\", \"d\": -1, "
	     "\"e\": 1e300}}}",
		1.0, "{\"b\":0.5}"},
	    {"{\"q\": {\"labels\": {\"a\": null}}}", 1.0, NULL},
	    {"{\"q\": {\"labels\": {\"a\": 1, \"a\": 2}}}", 1.0, "{\"a\":2.0}"},
	    {"{\"q\": {\"labels\": {}}}", 1.0, NULL},
	    {"{\"q\": {\"labels\": []}}", 1.0, NULL},
	    {"{\"q\": {\"labels\": null}}", 1.0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct want want = {"q", "Choices", "Text", "exact_match", "[\"a\",\"b\"]",
		    rows[i].labels, rows[i].weight, false, true};
		struct dimension_rows r;
		struct dimension d;

		assert_derives(STR(QUALITY), rows[i].weights, &want, 1);
		/* And so the dimension can be used. */
		assert_int_equal(
		    dimension_derive(a, STR(QUALITY), str_of(rows[i].weights), &r, &e),
		    ERR_OK);
		assert_int_equal(dimension_init(a, &r.list[0], &d), ERR_OK);
		assert_true(d.usable);
	}
}

static void
configurations_without_use_are_refused(void **state)
{
	static const struct {
		const char *config, *weights, *words;
	} rows[] = {
	    {"", NULL, "no controls"},
	    {NULL, NULL, "no controls"},
	    {"<View/>", NULL, "no controls"},
	    {"<View><Text name=\"t\" value=\"$t\"/></View>", NULL, "no controls"},
	    {"<View>", NULL, "line 1"},
	    {"not XML", NULL, "line 1"},
	    {QUALITY, "{", "control_weights: JSON: line 1, column 2: "},
	    {QUALITY, "{\"q\": NaN}", "control_weights: "},
	};
	struct dimension_rows r = {NULL, 77, 77};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_int_equal(dimension_derive(a, str_of(rows[i].config),
				     str_of(rows[i].weights), &r, &e),
		    ERR_INPUT);
		if (strstr(e.text, rows[i].words) == NULL)
			fail_msg("\"%s\" does not hold \"%s\"", e.text, rows[i].words);
		assert_int_equal(r.n, 77);
	}
}

#define SERIES                                                                             \
	"<View><TimeSeries name=\"ts\" value=\"$csv\" timeFormat=\"%d.%m.%Y "              \
	"&quot;%H:%M\"/>"                                                                  \
	"<TimeSeriesLabels name=\"span\" toName=\"ts\"><Label "                            \
	"value=\"Run\"/></TimeSeriesLabels>"                                               \
	"<Choices name=\"sure\" toName=\"ts\"><Choice value=\"yes\"/></Choices>"           \
	"<Text name=\"t\" value=\"$t\"/><Rating name=\"all\" toName=\"t\"/></View>"

static void
the_format_of_dates_comes_along(void **state)
{
	static const char params[] = "{\"time_format\":\"%d.%m.%Y \\\"%H:%M\"}";
	struct item region = {.shape = SHAPE_SPAN}, choice = {.type = STR_INIT("choices")};
	struct dimension_rows r;
	struct dimension d;

	(void)state;
	assert_int_equal(dimension_derive(a, STR(SERIES), (struct str){0}, &r, &e), ERR_OK);
	assert_int_equal(r.n, 3);
	assert_text(r.list[0].extraction_params, params);
	assert_text(r.list[1].extraction_params, params);
	assert_text(r.list[2].extraction_params, NULL);
	for (size_t i = 0; i < r.n; i++) {
		assert_int_equal(dimension_init(a, &r.list[i], &d), ERR_OK);
		assert_true(d.usable);
		assert_text(d.measure.time_format, i < 2 ? "%d.%m.%Y \"%H:%M" : NULL);
	}
	/* It stays where the values turn out to belong to regions. */
	assert_int_equal(dimension_init(a, &r.list[1], &d), ERR_OK);
	choice.region = &region;
	assert_int_equal(dimension_settle(a, &d, &choice), ERR_OK);
	assert_string_equal(d.measure.metric->name, "span_labels");
	assert_text(d.measure.time_format, "%d.%m.%Y \"%H:%M");
}

static void
regions_are_where_the_values_say(void **state)
{
	static const char config[] =
	    "<View><Rectangle name='b' toName='i'/><Image name='i' value='$i'/>"
	    "<TextArea name='region' toName='i' perRegion='true'/>"
	    "<TextArea name='whole' toName='i'/>"
	    "<TextArea name='bare' toName='t' perRegion='true'/></View>";
	struct item region = {.shape = SHAPE_BBOX}, text = {.type = STR_INIT("textarea")};
	struct dimension_rows r;
	struct dimension d;

	(void)state;
	assert_int_equal(dimension_derive(a, STR(config), (struct str){0}, &r, &e), ERR_OK);
	assert_int_equal(dimension_init(a, &r.list[0], &d), ERR_OK);
	assert_false(dimension_may_settle(&d));
	assert_int_equal(dimension_init(a, &r.list[1], &d), ERR_OK);
	assert_true(dimension_may_settle(&d));
	assert_int_equal(dimension_settle(a, &d, &text), ERR_OK);
	assert_string_equal(d.measure.metric->name, "text_similarity");
	assert_int_equal(dimension_init(a, &r.list[2], &d), ERR_OK);
	assert_true(dimension_may_settle(&d));
	text.region = &region;
	assert_int_equal(dimension_settle(a, &d, &text), ERR_OK);
	assert_string_equal(d.measure.metric->name, "bbox_text");
	assert_int_equal(dimension_init(a, &r.list[3], &d), ERR_OK);
	assert_string_equal(d.measure.metric->name, "exact_match");
	assert_true(dimension_may_settle(&d));
	r.list[1].user_set = STORE_DIMENSION_METRIC_TYPE;
	assert_int_equal(dimension_init(a, &r.list[1], &d), ERR_OK);
	assert_false(dimension_may_settle(&d));
}

/* ------------------------------------------------------------------ from results */

static struct dimension_rows
guess(struct dimension_rows rows, const char *text)
{
	const struct json *j;
	struct result result;

	assert_int_equal(json_parse(a, str_of(text), &j, &e), ERR_OK);
	assert_int_equal(result_read(a, j, &result, &e), ERR_OK);
	assert_int_equal(dimension_guess(a, &result, &rows), ERR_OK);
	return rows;
}

#define ITEM(id, name, type)                                                               \
	"{\"id\":\"" id "\",\"from_name\":\"" name "\",\"type\":\"" type "\"}"

static void
results_suggest_dimensions(void **state)
{
	static const struct want want[] = {
	    {"box", "RectangleLabels", NULL, "bbox_iou", NULL, NULL, 1.0, false, false},
	    {"text", "TextArea", NULL, "bbox_text", NULL, NULL, 1.0, true, false},
	    {"kind", "Choices", NULL, "bbox_labels", NULL, NULL, 1.0, true, true},
	    {"whole", "Choices", NULL, "exact_match", NULL, NULL, 1.0, false, true},
	    {"says", "TextArea", NULL, "text_similarity", NULL, NULL, 1.0, false, false},
	    {"label", "Labels", NULL, "polygon_iou", NULL, NULL, 1.0, false, false},
	    {"outline", "Polygon", NULL, "polygon_iou", NULL, NULL, 1.0, false, false},
	    {"ner", "Labels", NULL, "span_overlap", NULL, NULL, 1.0, false, false},
	    {"stars", "Rating", NULL, "numeric_difference", NULL, NULL, 1.0, false, true},
	    {"odd", "wordcloud", NULL, "exact_match", NULL, NULL, 1.0, false, false},
	    {"untyped", "", NULL, "exact_match", NULL, NULL, 1.0, false, false},
	};
	struct dimension_rows rows = guess((struct dimension_rows){0},
	    "[" ITEM("r1", "box", "rectanglelabels") "," ITEM("r1", "text",
		"textarea") "," ITEM("r1", "kind", "choices") "," ITEM("c", "whole",
		"choices") ","
			   "{\"from_name\":\"says\",\"type\":\"textarea\"}," ITEM(
			       "p", "label", "labels") "," ITEM("p", "outline",
			       "polygon") "," ITEM("s", "ner", "labels") "," ITEM("n",
			       "stars", "rating") "," ITEM("r2", "box",
			       "rectanglelabels") "," ITEM("o", "odd",
			       "wordcloud") ","
					    "{\"from_name\":\"untyped\"},{\"type\":"
					    "\"relation\",\"from_id\":\"a\"}]");

	(void)state;
	for (size_t i = 0; i < N_OF(want) && i < rows.n; i++)
		assert_row(&rows.list[i], i, DIMENSION_FROM_RESULTS, &want[i]);
	assert_int_equal(rows.n, N_OF(want));
}

static void
what_is_known_is_not_suggested_again(void **state)
{
	struct dimension_rows rows = {0};

	(void)state;
	assert_int_equal(
	    dimension_derive(
		a, read_file("tests/data/labelstudio/repeater.xml"), none, &rows, &e),
	    ERR_OK);
	rows = guess(rows,
	    "[" ITEM("1", "box_0", "rectanglelabels") "," ITEM(
		"2", "intent_17", "choices") "," ITEM("3", "intent_x", "choices") "]");
	assert_int_equal(rows.n, 3);
	assert_text(rows.list[0].name, "box_{{idx}}");
	assert_text(rows.list[2].name, "intent_x");
	assert_int_equal(rows.list[2].id, 3);
	rows = guess(rows,
	    "[" ITEM("3", "intent_x", "textarea") "," ITEM("4", "box_1", "rating") "]");
	assert_int_equal(rows.n, 3);
	rows = guess(rows, "[]");
	assert_int_equal(rows.n, 3);
}

/* Memory goes with the number of names, not with its square. */
static void
many_names_are_suggested(void **state)
{
	enum { N = 3000 };
	struct dimension_rows rows = {0};
	struct item *items = arena_calloc(a, N, sizeof(*items));
	struct result result = {items, N};
	struct arena *small = arena_new((size_t)8 << 20);

	(void)state;
	for (uint32_t i = 0; i < N; i++)
		items[i] = (struct item){.from_name = str_of(arena_printf(a, "name%u", i)),
		    .type = STR_INIT("choices")};
	assert_int_equal(dimension_guess(small, &result, &rows), ERR_OK);
	assert_int_equal(rows.n, N);
	for (uint32_t i = 0; i < N; i++) {
		assert_int_equal(rows.list[i].id, i + 1);
		assert_true(str_eq(rows.list[i].name, items[i].from_name));
	}
	arena_free(small);
}

static void
suggestions_outlive_the_results(void **state)
{
	struct arena *short_lived = arena_new(0);
	struct dimension_rows rows = {0};
	struct result result;
	const struct json *j;

	(void)state;
	assert_int_equal(
	    json_parse(short_lived,
		arena_str(short_lived, STR("[" ITEM("1", "odd", "wordcloud") "]")), &j, &e),
	    ERR_OK);
	assert_int_equal(result_read(short_lived, j, &result, &e), ERR_OK);
	assert_int_equal(dimension_guess(a, &result, &rows), ERR_OK);
	arena_free(short_lived);
	assert_text(rows.list[0].name, "odd");
	assert_text(rows.list[0].control_type, "wordcloud");
}

/* ------------------------------------------------------------------ ready to measure */

static struct dimension
init(const char *metric, const char *params, const char *label_weights)
{
	struct store_dimension *row = arena_calloc(a, 1, sizeof(*row));
	struct dimension d;

	*row = (struct store_dimension){.id = 3,
	    .metric_type = str_of(metric),
	    .metric_params = str_of(params),
	    .label_weights = str_of(label_weights),
	    .weight = 2.5};
	assert_int_equal(dimension_init(a, row, &d), ERR_OK);
	assert_ptr_equal(d.row, row);
	assert_true(d.weight == 2.5);
	return d;
}

static void
rows_are_made_ready(void **state)
{
	struct dimension d = init("bbox_iou_threshold",
	    "{\"threshold\": 0.7, \"matching\": \"one_to_one\"}", NULL);

	(void)state;
	assert_true(d.usable);
	assert_string_equal(d.measure.metric->name, "bbox_iou_threshold");
	assert_true(d.measure.params.number[MPARAM_THRESHOLD] == 0.7);
	assert_int_equal(
	    (int)d.measure.params.number[MPARAM_MATCHING], MATCHING_ONE_TO_ONE);
	d = init("text_similarity_threshold", "", NULL);
	assert_true(d.usable && d.measure.params.number[MPARAM_THRESHOLD] == 0.85);
	d = init("exact_match", "null", NULL);
	assert_true(d.usable);
	d = init("exact_match", "{}", NULL);
	assert_true(d.usable);
}

static void
label_weights_apply_where_labels_are_known(void **state)
{
	static const struct {
		const char *metric, *params, *row;
		uint32_t n;
		double a, b;
	} rows[] = {
	    {"bbox_iou", NULL, "{\"a\": 2}", 1, 2.0, 1.0},
	    {"bbox_iou", NULL, NULL, 0, 1.0, 1.0},
	    {"bbox_iou", "{\"label_weights\": {\"b\": 3}}", "{\"a\": 2}", 1, 1.0, 3.0},
	    {"bbox_iou", "{\"aggregate\": \"min\"}", "{\"a\": 2, \"b\": 0}", 2, 2.0, 0.0},
	    {"exact_match", "{}", "{\"a\": 2}", 1, 2.0, 1.0},
	    {"jaccard_similarity", "", "{\"a\": 2}", 1, 2.0, 1.0},
	    {"numeric_difference", NULL, "{\"a\": 2}", 0, 1.0, 1.0},
	    {"text_similarity", NULL, "{\"a\": 2}", 0, 1.0, 1.0},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = init(rows[i].metric, rows[i].params, rows[i].row);

		assert_true(d.usable);
		assert_int_equal(d.measure.params.n_weights, rows[i].n);
		assert_true(params_label_weight(&d.measure.params, STR("a")) == rows[i].a);
		assert_true(params_label_weight(&d.measure.params, STR("b")) == rows[i].b);
	}
}

static void
what_cannot_be_used_says_why(void **state)
{
	static const struct {
		const char *metric, *params, *weights;
		enum err err;
		const char *words;
	} rows[] = {
	    {"no_such_metric", NULL, NULL, ERR_UNKNOWN,
		"there is no metric \"no_such_metric\""},
	    {"", NULL, NULL, ERR_UNKNOWN, "there is no metric \"\""},
	    {"exact_match", "{", NULL, ERR_INPUT, "JSON: line 1, column 2"},
	    {"exact_match", "[]", NULL, ERR_INPUT,
		"exact_match: the parameters must be an object"},
	    {"exact_match", "{\"threshold\": 0.5}", NULL, ERR_UNKNOWN,
		"exact_match: takes no parameter \"threshold\""},
	    {"bbox_iou_threshold", "{\"threshold\": 2}", NULL, ERR_INPUT,
		"threshold: must be from 0 to 1"},
	    {"bbox_iou_threshold", "{\"threshold\": \"x\"}", NULL, ERR_INPUT,
		"threshold: a number is required"},
	    {"bbox_iou", NULL, "{\"a\": -1}", ERR_INPUT, "label \"a\" in label_weights"},
	    {"bbox_iou", NULL, "{", ERR_INPUT, "JSON"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = init(rows[i].metric, rows[i].params, rows[i].weights);

		assert_false(d.usable);
		assert_int_equal(d.problem.code, rows[i].err);
		if (strstr(d.problem.text, rows[i].words) == NULL)
			fail_msg(
			    "\"%s\" does not hold \"%s\"", d.problem.text, rows[i].words);
	}
}

static void
what_counts(void **state)
{
	(void)state;
	for (int bits = 0; bits < 8; bits++) {
		struct store_dimension row = {.is_active = (bits & 1) != 0,
		    .is_present = (bits & 2) != 0,
		    .weight = (bits & 4) != 0 ? 0.5 : 0.0};

		assert_int_equal(dimension_counts(&row), bits == 7);
	}
}

static void
metrics_are_checked_for_their_control(void **state)
{
	static const struct {
		const char *metric, *params, *type;
		bool per_region;
		enum err err;
		const char *words;
	} rows[] = {
	    {"exact_match", NULL, "Choices", false, ERR_OK, ""},
	    {"exact_match", NULL, "wordcloud", true, ERR_OK, ""},
	    {"bbox_iou", "{\"aggregate\": \"min\"}", "RectangleLabels", false, ERR_OK, ""},
	    {"bbox_labels", NULL, "Choices", true, ERR_OK, ""},
	    {"bbox_labels", NULL, "Choices", false, ERR_INPUT,
		"bbox_labels does not fit a control of type Choices"},
	    {"jaccard_similarity", NULL, "Choices", true, ERR_INPUT,
		"jaccard_similarity does not fit a control of type Choices for regions"},
	    {"bbox_iou", NULL, "Choices", false, ERR_INPUT,
		"does not fit a control of type Choices"},
	    {"bbox_iou", "{\"x\": 1}", "RectangleLabels", false, ERR_UNKNOWN,
		"takes no parameter \"x\""},
	    {"bbox_iuo", NULL, "RectangleLabels", false, ERR_UNKNOWN,
		"there is no metric \"bbox_iuo\""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct store_dimension row = {.metric_type = str_of(rows[i].metric),
		    .metric_params = str_of(rows[i].params),
		    .control_type = str_of(rows[i].type),
		    .per_region = rows[i].per_region};

		e = (struct error){0};
		assert_int_equal(dimension_check(a, &row, &e), rows[i].err);
		assert_int_equal(e.code, rows[i].err);
		if (strstr(e.text, rows[i].words) == NULL)
			fail_msg("\"%s\" does not hold \"%s\"", e.text, rows[i].words);
	}
}

/* The default metrics of controls are metrics of ours that fit them. */
static void
defaults_pass_their_own_check(void **state)
{
	static const char *const files[] = {"examples/label-config.xml",
	    "tests/data/labelstudio/mixed.xml", "tests/data/labelstudio/ocr.xml",
	    "tests/data/labelstudio/repeater.xml"};

	(void)state;
	for (size_t i = 0; i < N_OF(files); i++) {
		struct dimension_rows rows;

		assert_int_equal(
		    dimension_derive(a, read_file(files[i]), none, &rows, &e), ERR_OK);
		for (size_t k = 0; k < rows.n; k++)
			if (dimension_check(a, &rows.list[k], &e) != ERR_OK)
				fail_msg("%s: %s", files[i], e.text);
	}
}

/* Whoever does not ask for words hears of the same: no memory is not "no configuration". */
static void
the_code_is_the_same_without_a_place_for_words(void **state)
{
	struct store_dimension unfit = {.metric_type = STR("bbox_iuo")};

	(void)state;
	for (size_t limit = 16; limit < 32768; limit += 64) {
		enum err codes[2];

		for (int i = 0; i < 2; i++) {
			struct arena *small = arena_new(limit);
			struct dimension_rows rows;

			codes[i] = dimension_derive(small, STR(QUALITY),
			    STR("{\"q\": {\"overall\": 2}}"), &rows, i == 0 ? &e : NULL);
			arena_free(small);
		}
		assert_true(codes[0] == ERR_OK || codes[0] == ERR_MEMORY);
		assert_int_equal(codes[1], codes[0]);
	}
	assert_int_equal(dimension_check(a, &unfit, NULL), ERR_UNKNOWN);
}

static void
memory_ends(void **state)
{
	static const char weights[] =
	    "{\"q\": {\"overall\": 2, \"labels\": {\"a\": 2, \"b\": 3}}}";
	int failed = 0;

	(void)state;
	for (size_t limit = 16; limit < 32768; limit += 64) {
		struct arena *small = arena_new(limit);
		struct dimension_rows rows = {NULL, 77, 0};
		struct dimension d;
		enum err err =
		    dimension_derive(small, STR(QUALITY), STR(weights), &rows, &e);

		assert_int_equal(rows.n, err == ERR_OK ? 1 : 77);
		if (err == ERR_OK)
			err = dimension_init(small, &rows.list[0], &d);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_true(err == ERR_MEMORY || d.usable);
		failed += err == ERR_MEMORY;
		arena_reset(small);
		/* The format of dates takes some, too. */
		err = dimension_derive(small, STR(SERIES), (struct str){0}, &rows, &e);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_true(err == ERR_MEMORY || rows.list[0].extraction_params.n > 0);
		arena_free(small);
	}
	assert_true(failed >= 5 && failed <= 500);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(the_example_is_derived),
	    TEST(shapes_beside_labels_and_regions_are_derived),
	    TEST(everything_together_is_derived_with_weights),
	    TEST(repeaters_give_one_dimension_a_pattern),
	    TEST(conditions_are_derived),
	    TEST(what_is_no_weight_counts_as_one),
	    TEST(configurations_without_use_are_refused),
	    TEST(the_format_of_dates_comes_along),
	    TEST(regions_are_where_the_values_say),
	    TEST(results_suggest_dimensions),
	    TEST(what_is_known_is_not_suggested_again),
	    TEST(many_names_are_suggested),
	    TEST(suggestions_outlive_the_results),
	    TEST(rows_are_made_ready),
	    TEST(label_weights_apply_where_labels_are_known),
	    TEST(what_cannot_be_used_says_why),
	    TEST(what_counts),
	    TEST(metrics_are_checked_for_their_control),
	    TEST(defaults_pass_their_own_check),
	    TEST(the_code_is_the_same_without_a_place_for_words),
	    TEST(memory_ends),
	};

	return cmocka_run_group_tests_name("dimension", tests, NULL, NULL);
}
