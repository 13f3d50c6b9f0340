/* lib/matrix/labels: the labels in values of every kind of control, and how those of two
 * people meet. */
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
#include "base/deadline.h"
#include "matrix/labels.h"
#include "metric/region/partners.h"
#include "../reference/scene.h"
#include "fail_alloc.h"
#include "arena_fixture.h"

/* A dimension of the control "c". */
struct control {
	const char *tag, *metric, *weights, *extraction, *params;
	bool per_region;
};

static struct dimension
dimension_of(const struct control *c)
{
	struct store_dimension *row = arena_calloc(a, 1, sizeof(*row));
	struct dimension d;

	assert_non_null(row);
	*row = (struct store_dimension){
	    .id = 1,
	    .name = STR("c"),
	    .control_tag = STR("c{{idx}}"),
	    .control_type = str_of(c->tag),
	    .metric_type = str_of(c->metric),
	    .metric_params = str_of(c->params),
	    .label_weights = str_of(c->weights),
	    .extraction_params = str_of(c->extraction),
	    .per_region = c->per_region,
	    .weight = 1.0,
	};
	if (c->extraction == NULL)
		row->extraction_params = (struct str){0};
	assert_int_equal(dimension_init(a, row, &d), ERR_OK);
	return d;
}

/* Items in short: with single quotes. */
static const struct json *
document(const char *text)
{
	char *json = arena_printf(a, "[%s]", text);
	const struct json *doc;

	assert_non_null(json);
	for (char *s = json; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (json_parse(a, str_of(json), &doc, &e) != ERR_OK)
		fail_msg("%s: %s", json, e.text);
	return doc;
}

static struct result
value_of(const struct dimension *d, const struct json *doc)
{
	struct result all, value;
	bool hidden;

	assert_int_equal(result_read(a, doc, &all, &e), ERR_OK);
	assert_int_equal(
	    extraction_value(a, &d->extraction, &all, STR("c"), &value, &hidden), ERR_OK);
	if (value.n == 0)
		assert_int_equal(extraction_value(a, &d->extraction, &all, STR("c{{idx}}"),
				     &value, &hidden),
		    ERR_OK);
	return value;
}

/* "set: A, B"; regions with the place of their item before each label. */
static const char *
show(const struct labels_value *l)
{
	static const char *const names[] = {"none", "number:", "set:", "regions:"};
	char *text = arena_printf(a, "%s", names[l->kind]);

	if (l->kind == LABELS_NUMBER)
		text = arena_printf(a, "%s %g", text, l->number);
	if (l->kind == LABELS_SET && l->parts > 1)
		text = arena_printf(a, "%s %u parts:", text, l->parts);
	for (uint32_t i = 0; i < l->n; i++) {
		text = arena_printf(a, "%s%s ", text, i == 0 ? "" : ",");
		if (l->kind == LABELS_REGIONS)
			text = arena_printf(a, "%s%u=", text, (unsigned)l->list[i].of);
		text = arena_printf(a, "%s%.*s", text, STR_ARG(l->list[i].text));
	}
	return text;
}

#define BOX(id, x, labels)                                                                 \
	"{'id':'" id "','from_name':'c','type':'rectanglelabels','value':{'x':" #x         \
	",'y':0,'width':10,'height':10,'rectanglelabels':" labels "}}"
#define CHOICE(name, list)                                                                 \
	"{'id':'" name "','from_name':'" name                                              \
	"','type':'choices','value':{'choices':" list "}}"
#define OF_BOX(id, x, key, value)                                                          \
	"{'id':'" id "','from_name':'c','type':'" key "','value':{'x':" #x                 \
	",'y':0,'width':10,'height':10,'" key "':" value "}}"
#define DRAWN(id, x)                                                                       \
	"{'id':'" id "','from_name':'b','type':'rectangle','value':{'x':" #x               \
	",'y':0,'width':10,'height':10}}"
#define PLAIN(name, type, key, value)                                                      \
	"{'id':'" name type "','from_name':'" name "','type':'" type "','value':{'" key    \
	"':" value "}}"
#define SPAN(type, start, end, labels)                                                     \
	"{'id':'" #start #end "','from_name':'c','type':'" type                            \
	"','value':{'start':" #start ",'end':" #end ",'" type "':" labels "}}"
#define HTML(start, end, labels)                                                           \
	"{'id':'h','from_name':'c','type':'hypertextlabels','value':{'start':'/p[1]',"     \
	"'end':'/p[1]','startOffset':" #start ",'endOffset':" #end                         \
	",'hypertextlabels':" labels "}}"
#define TRACK(id, x, labels)                                                               \
	"{'id':'" id                                                                       \
	"','from_name':'c','type':'videorectangle','value':{'framesCount':10,"             \
	"'labels':" labels ",'sequence':[{'frame':1,'enabled':true,'x':" #x                \
	",'y':0,'width':10,'height':10}]}}"
#define POINT(id, x, labels)                                                               \
	"{'id':'" id "','from_name':'c','type':'keypointlabels','value':{'x':" #x          \
	",'y':5,'width':1,'keypointlabels':" labels "}}"
#define POLYGON(id, x, labels)                                                             \
	"{'id':'" id "','from_name':'c','type':'polygonlabels','value':{'points':[[" #x    \
	",0],[" #x ",10],[30,10],[30,0]],'polygonlabels':" labels "}}"

static const struct control boxes = {"RectangleLabels", "bbox_iou", NULL, NULL, NULL, 0};
static const struct control weighed = {
    "RectangleLabels", "bbox_iou", "{\"A\":0}", NULL, NULL, 0};
static const struct control spans = {"Labels", "span_overlap", NULL, NULL, NULL, 0};
static const struct control htmls = {
    "HyperTextLabels", "html_overlap", NULL, NULL, NULL, 0};
static const struct control series = {
    "TimeSeriesLabels", "span_overlap", NULL, NULL, NULL, 0};
static const struct control tracks = {
    "VideoRectangle", "video_frame_match", NULL, NULL, NULL, 0};
static const struct control idf1 = {
    "VideoRectangle", "video_object_tracking", NULL, NULL, NULL, 0};
static const struct control points = {
    "KeyPointLabels", "keypoint_distance", NULL, NULL, NULL, 0};
static const struct control polygons = {
    "PolygonLabels", "polygon_iou", NULL, NULL, NULL, 0};
static const struct control f1 = {
    "RectangleLabels", "bbox_f1", NULL, NULL, "{\"iou_threshold\":0.9}", 0};
static const struct control ocr = {"OcrLabels", "ocr_text", NULL, NULL, NULL, 0};
static const struct control brush = {"Brush", "brush_iou", NULL, NULL, NULL, 0};
static const struct control drawn = {"Rectangle", "bbox_iou", NULL, NULL, NULL, 0};
static const struct control choices = {"Choices", "exact_match", NULL, NULL, NULL, 0};
static const struct control jaccard = {
    "Choices", "jaccard_similarity", "{\"A\":0}", NULL, NULL, 0};
static const struct control of_region = {"Choices", "bbox_labels", NULL, NULL, NULL, 1};
static const struct control text_of_region = {"TextArea", "bbox_text", NULL, NULL, NULL, 1};
static const struct control rating_of_region = {
    "Rating", "bbox_value", NULL, NULL, NULL, 1};
static const struct control paths_of_region = {
    "Taxonomy", "bbox_value", NULL, NULL, NULL, 1};
static const struct control taxonomy = {"Taxonomy", "exact_match", NULL, NULL, NULL, 0};
static const struct control subtree = {
    "Taxonomy", "taxonomy_subtree", "{\"y\":0}", NULL, NULL, 0};
static const struct control pairwise = {"Pairwise", "exact_match", NULL, NULL, NULL, 0};
static const struct control datetime = {"DateTime", "exact_match", NULL, NULL, NULL, 0};
static const struct control rating = {"Rating", "numeric_difference", NULL, NULL, NULL, 0};
static const struct control exact_rating = {"Rating", "exact_match", NULL, NULL, NULL, 0};
static const struct control within = {
    "Number", "numeric_difference_threshold", NULL, NULL, NULL, 0};
static const struct control texts = {"TextArea", "text_similarity", NULL, NULL, NULL, 0};
static const struct control exact_text = {"TextArea", "exact_match", NULL, NULL, NULL, 0};
static const struct control ranker = {"Ranker", "ranking_kendall", NULL, NULL, NULL, 0};
static const struct control exact_boxes = {
    "RectangleLabels", "exact_match", NULL, NULL, NULL, 0};
static const struct control chat = {"Chat", "exact_match", NULL, NULL, NULL, 0};
static const struct control picked = {
    "ReactCode", "exact_match", "{\"no\":0}", "{\"path\":\"$.mood\"}", NULL, 0};
static const struct control picked_number = {
    "ReactCode", "numeric_difference", NULL, "{\"path\":\"$.mood\"}", NULL, 0};
static const struct control unknown = {"Mood", "exact_match", NULL, NULL, NULL, 0};
static const struct control unusable = {"Choices", "no_metric", NULL, NULL, NULL, 0};

static void
values_have_labels(void **state)
{
	static const struct {
		const struct control *control;
		const char *items, *want;
	} rows[] = {
	    {&choices, CHOICE("c", "['B','A','B']"), "set: A, B"},
	    {&choices, CHOICE("c", "'A'"), "set: A"},
	    {&choices, CHOICE("c", "[1,2.5]"), "set: 1, 2.5"},
	    {&choices, CHOICE("c", "[]"), "set:"},
	    {&choices, "", "set:"},
	    {&choices, CHOICE("c", "[['a','b'],['a']]"), "set: a, a / b"},
	    {&choices, CHOICE("c", "[[],['a',1]]"), "set: , a / 1"},
	    {&choices, CHOICE("c0", "['A']") "," CHOICE("c1", "['A']"),
		"set: 2 parts: A, A"},
	    {&choices, CHOICE("c3", "['B','A']"), "set: A, B"},
	    {&choices, DRAWN("r", 0) "," OF_BOX("r", 0, "choices", "['A']"), "none"},
	    {&jaccard, CHOICE("c", "['B','A']"), "set: B"},
	    {&jaccard, CHOICE("c", "['A']"), "set:"},
	    {&taxonomy, PLAIN("c", "taxonomy", "taxonomy", "[['x','y'],['x'],['x','y']]"),
		"set: x, x / y"},
	    {&taxonomy, PLAIN("c", "taxonomy", "taxonomy", "[['x / y','z'],['x','y','z']]"),
		"set: x / y / z"},
	    {&subtree, PLAIN("c", "taxonomy", "taxonomy", "[['x','y'],['x']]"), "set: x"},
	    {&pairwise, PLAIN("c", "pairwise", "selected", "'left'"), "set: left"},
	    {&datetime, PLAIN("c", "datetime", "datetime", "'2024-05-01T10:00'"),
		"set: 2024-05-01T10:00"},
	    {&rating, PLAIN("c", "rating", "rating", "4"), "number: 4"},
	    {&rating, PLAIN("c", "rating", "rating", "null"), "number: nan"},
	    {&rating, "", "number: nan"},
	    {&rating,
		PLAIN("c0", "rating", "rating", "4") "," PLAIN(
		    "c1", "rating", "rating", "4"),
		"none"},
	    {&rating, PLAIN("c", "rating", "rating", "[4,5]"), "none"},
	    {&exact_rating, PLAIN("c", "rating", "rating", "4"), "number: 4"},
	    {&exact_rating, DRAWN("r", 0) "," OF_BOX("r", 0, "rating", "4"), "none"},
	    {&within, PLAIN("c", "number", "number", "'2.5'"), "number: 2.5"},
	    {&texts, PLAIN("c", "textarea", "text", "['a']"), "none"},
	    {&exact_text, PLAIN("c", "textarea", "text", "['a']"), "none"},
	    {&ranker, PLAIN("c", "ranker", "ranker", "['a','b']"), "none"},
	    {&exact_boxes, BOX("1", 0, "['A']"), "none"},
	    {&chat, PLAIN("c", "chatmessage", "message", "{'role':'user'}"), "none"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':'good'}"), "set: good"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':true}"), "set: true"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':['b','a']}"),
		"set: a, b"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':'no'}"), "set:"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':{'a':1}}"), "none"},
	    {&picked, PLAIN("c", "reactcode", "reactcode", "{}"), "set:"},
	    {&picked_number, PLAIN("c", "reactcode", "reactcode", "{'mood':3}"),
		"number: 3"},
	    {&unknown, PLAIN("c", "mood", "mood", "'fine'"), "set: fine"},
	    {&unknown, PLAIN("c", "mood", "mood", "{'a':1}"), "none"},
	    {&unusable, CHOICE("c", "['A']"), "none"},
	    {&boxes,
		BOX("1", 0, "['B','A']") "," BOX("2", 20, "[]") "," BOX(
		    "3", 40, "'A'") "," BOX("4", 60, "null"),
		"regions: 0=A, 0=B, 1=, 2=A, 3="},
	    {&boxes, "", "regions:"},
	    {&weighed,
		BOX("1", 0, "['B','A']") "," BOX("2", 20, "['A']") "," BOX("3", 40, "[]"),
		"regions: 0=B, 2="},
	    {&f1, BOX("1", 0, "['B']"), "regions: 0=B"},
	    {&spans, SPAN("labels", 0, 5, "['A']") "," SPAN("labels", 0, 5, "['A','B']"),
		"regions: 0=A"},
	    {&htmls, HTML(0, 5, "['A']"), "regions: 0=A"},
	    {&series, SPAN("timeserieslabels", 0, 5, "['A']"), "regions: 0=A"},
	    {&tracks, TRACK("1", 0, "['car']"), "regions: 0=car"},
	    {&points, POINT("1", 0, "['eye']"), "regions: 0=eye"},
	    {&polygons, POLYGON("1", 20, "['A']"), "regions: 0=A"},
	    {&ocr, OF_BOX("1", 0, "ocrlabels", "['A']"), "regions: 0=A"},
	    {&of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "choices", "['B','A']"),
		"regions: 0=A, 0=B"},
	    {&of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "choices", "[['p','q']]"),
		"regions: 0=p / q"},
	    {&paths_of_region,
		DRAWN("r", 0) "," OF_BOX("r", 0, "taxonomy", "[['p','q'],['p']]"),
		"regions: 0=p, 0=p / q"},
	    {&text_of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "textarea", "'A'"), "none"},
	    {&rating_of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "rating", "4"), "none"},
	    {&brush, "", "none"},
	    {&drawn, "", "none"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i].control);
		struct result value = value_of(&d, document(rows[i].items));
		struct labels_value labels;

		if (labels_of_value(a, &d, &value, &labels, &e) != ERR_OK)
			fail_msg("row %zu: %s", i, e.text);
		if (strcmp(show(&labels), rows[i].want) != 0)
			fail_msg(
			    "row %zu: \"%s\", not \"%s\"", i, show(&labels), rows[i].want);
	}
}

static void
what_does_not_parse_is_named(void **state)
{
	static const struct {
		const struct control *control;
		const char *items, *want;
	} rows[] = {
	    {&rating, PLAIN("c", "rating", "rating", "'x'"),
		"$[0].value.rating: a number is required"},
	    {&choices, PLAIN("c", "choices", "x", "1"), "$[0].value.choices: is missing"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i].control);
		struct result value = value_of(&d, document(rows[i].items));
		struct labels_value labels = {.n = 77};

		assert_int_equal(labels_of_value(a, &d, &value, &labels, &e), ERR_INPUT);
		assert_string_equal(e.text, rows[i].want);
		assert_int_equal(labels.n, 77);
	}
}

/* One side of a pair, and what it is made of. */
struct side {
	struct labels_value labels;
	struct labels_side side;
	struct result value;
};

static void
make_side(const struct dimension *d, const struct json *doc, struct side *r)
{
	r->value = value_of(d, doc);
	if (labels_of_value(a, d, &r->value, &r->labels, &e) != ERR_OK ||
	    measure_prepare(&d->measure, a, &r->value, &r->side.prepared, &e) != ERR_OK)
		fail_msg("%s", e.text);
	r->side.labels = &r->labels;
}

static const char *
show_pairs(const struct labels_pairs *p, bool turned)
{
	char *text = arena_printf(a, "%s", "");

	for (size_t i = 0; i < p->n; i++) {
		struct str x = turned ? p->list[i].b : p->list[i].a;
		struct str y = turned ? p->list[i].a : p->list[i].b;

		text = arena_printf(a, "%s%s%.*s:%.*s", text, i == 0 ? "" : " ",
		    STR_ARG(x.s == NULL ? STR("-") : x),
		    STR_ARG(y.s == NULL ? STR("-") : y));
		if (p->list[i].count != 1.0)
			text = arena_printf(a, "%s=%g", text, p->list[i].count);
	}
	return text;
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* The words of a text in order, so that lists of pairs compare. */
static const char *
sorted(const char *words)
{
	char *copy = arena_printf(a, "%s", words), *list[512],
	     *r = arena_printf(a, "%s", "");
	size_t n = 0;

	for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " ")) {
		assert_true(n < N_OF(list));
		list[n++] = w;
	}
	qsort(list, n, sizeof(list[0]), by_text);
	for (size_t i = 0; i < n; i++)
		r = arena_printf(a, "%s %s", r, list[i]);
	return r;
}

static struct labels_pairs
pair(const struct dimension *d, const struct side *x, const struct side *y)
{
	struct labels_pairs there, back;
	double cost = labels_cost(d, &x->side, &y->side);

	if (labels_of_pair(a, d, &x->side, &y->side, &there) != ERR_OK ||
	    labels_of_pair(a, d, &y->side, &x->side, &back) != ERR_OK)
		fail_msg("no pairs");
	assert_true(isfinite(cost) && cost >= 0.0);
	assert_int_equal(there.n, back.n);
	assert_string_equal(
	    sorted(show_pairs(&there, false)), sorted(show_pairs(&back, true)));
	return there;
}

static void
labels_meet(void **state)
{
	static const struct {
		const struct control *control;
		const char *x, *y, *want;
	} rows[] = {
	    {&choices, CHOICE("c", "['A']"), CHOICE("c", "['A']"), "A:A"},
	    {&choices, CHOICE("c", "['A']"), CHOICE("c", "['B']"), "A:B"},
	    {&choices, CHOICE("c", "['A','C']"), CHOICE("c", "['B','C']"), "A:B C:C"},
	    {&choices, CHOICE("c", "['A','C']"), CHOICE("c", "['B','D']"),
		"A:- C:- -:B -:D"},
	    {&choices, CHOICE("c", "['A','C']"), CHOICE("c", "['A']"), "A:A C:-"},
	    {&choices, CHOICE("c", "[]"), CHOICE("c", "['A']"), "-:A"},
	    {&choices, "", "", ""},
	    {&choices, CHOICE("c0", "['A']") "," CHOICE("c1", "['B']"),
		CHOICE("c0", "['A']") "," CHOICE("c1", "['A']"), "A:A B:A"},
	    {&choices, CHOICE("c0", "['A']") "," CHOICE("c1", "['A']"),
		CHOICE("c1", "['A']"), "A:A A:-"},
	    {&choices, CHOICE("c0", "['A']"), CHOICE("c1", "['B']"), "A:- -:B"},
	    {&rating, PLAIN("c", "rating", "rating", "4"),
		PLAIN("c", "rating", "rating", "4"), ""},
	    {&unknown, PLAIN("c", "mood", "mood", "'fine'"),
		PLAIN("c", "mood", "mood", "{'a':1}"), ""},
	    {&boxes, "", "", ""},
	    {&boxes, BOX("1", 0, "['A']"), "", "A:-"},
	    {&boxes, BOX("1", 0, "['A']"), BOX("1", 0, "['B']"), "A:B"},
	    {&boxes, BOX("1", 0, "['A']"), BOX("1", 0, "[]"), "A:"},
	    {&boxes, BOX("1", 0, "[]"), BOX("1", 0, "[]"), ":"},
	    {&boxes, BOX("1", 0, "[]"), "", ":-"},
	    /* 7/13 is enough, 6/14 is not. */
	    {&boxes, BOX("1", 0, "['A']"), BOX("1", 3, "['B']"), "A:B"},
	    {&boxes, BOX("1", 0, "['A']"), BOX("1", 4, "['A']"), "A:- -:A"},
	    {&boxes, BOX("1", 0, "['A','B']"), BOX("1", 0, "['C','B']"), "A:C B:B"},
	    {&boxes, BOX("1", 0, "['A','B']"), BOX("1", 0, "['C']"), "A:- B:- -:C"},
	    {&boxes, BOX("1", 0, "['A']") "," BOX("2", 40, "['A']"),
		BOX("1", 41, "['A']") "," BOX("2", 1, "['A']"), "A:A=2"},
	    /* Whatever the labels are, the closer one is the partner. */
	    {&boxes, BOX("1", 0, "['A']") "," BOX("2", 2, "['B']"), BOX("1", 2, "['A']"),
		"A:- B:A"},
	    /* The sum counts: 10/10 + 0 is less than 8/12 + 8/12. */
	    {&boxes, BOX("1", 0, "['A']") "," BOX("2", 2, "['B']"),
		BOX("1", 2, "['C']") "," BOX("2", 4, "['D']"), "A:C B:D"},
	    /* Two labels as two regions of one outline. */
	    {&boxes, BOX("1", 0, "['A']") "," BOX("2", 0, "['B']"),
		BOX("3", 0, "['B']") "," BOX("4", 0, "['A']"), "A:A B:B"},
	    {&boxes, BOX("1", 0, "['A']") "," BOX("2", 0, "['B']"),
		BOX("3", 0, "['B']") "," BOX("4", 0, "['C']"), "A:C B:B"},
	    /* The metric's own threshold does not count. */
	    {&f1, BOX("1", 0, "['A']"), BOX("1", 3, "['B']"), "A:B"},
	    {&weighed, BOX("1", 0, "['A']") "," BOX("2", 30, "['B']"),
		BOX("1", 0, "['B']") "," BOX("2", 30, "['A','B']"), "B:B -:B"},
	    {&spans, SPAN("labels", 0, 10, "['A']"), SPAN("labels", 0, 6, "['B']"), "A:B"},
	    {&spans, SPAN("labels", 0, 10, "['A']"), SPAN("labels", 6, 16, "['A']"),
		"A:- -:A"},
	    {&htmls, HTML(0, 10, "['A']"), HTML(0, 9, "['B']"), "A:B"},
	    {&series, SPAN("timeserieslabels", 0, 10, "['A']"),
		SPAN("timeserieslabels", 0, 6, "['B']"), "A:B"},
	    {&tracks, TRACK("1", 0, "['A']"), TRACK("1", 1, "['B']"), "A:B"},
	    {&tracks, TRACK("1", 0, "['A']"), TRACK("1", 9, "['A']"), "A:- -:A"},
	    {&idf1, TRACK("1", 0, "['A']"), TRACK("1", 1, "['B']"), "A:B"},
	    {&points, POINT("1", 0, "['A']"), POINT("1", 1, "['B']"), "A:B"},
	    {&points, POINT("1", 0, "['A']"), POINT("1", 90, "['A']"), "A:- -:A"},
	    {&polygons, POLYGON("1", 20, "['A']"), POLYGON("1", 21, "['B']"), "A:B"},
	    {&polygons, POLYGON("1", 0, "['A']"), POLYGON("1", 20, "['B']"), "A:- -:B"},
	    {&of_region,
		DRAWN("r", 0) "," OF_BOX("r", 0, "choices", "['A']") "," DRAWN(
		    "s", 30) "," OF_BOX("s", 30, "choices", "['B']"),
		DRAWN("t", 31) "," OF_BOX("t", 31, "choices", "['A']"), "A:- B:A"},
	    {&paths_of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "taxonomy", "[['p','q']]"),
		DRAWN("t", 1) "," OF_BOX("t", 1, "taxonomy", "[['p']]"), "p / q:p"},
	    {&brush, "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct dimension d = dimension_of(rows[i].control);
		struct side x, y;
		struct labels_pairs pairs;

		make_side(&d, document(rows[i].x), &x);
		make_side(&d, document(rows[i].y), &y);
		pairs = pair(&d, &x, &y);
		if (strcmp(show_pairs(&pairs, false), rows[i].want) != 0)
			fail_msg("row %zu: \"%s\", not \"%s\"", i,
			    show_pairs(&pairs, false), rows[i].want);
	}
}

/* A box for each label of a set, all of one outline. */
static void
make_pile(const struct dimension *d, unsigned set, struct side *r)
{
	char *text = arena_printf(a, "%s", "");

	for (unsigned k = 0; set >> k != 0; k++)
		if ((set >> k & 1) != 0)
			text = arena_printf(a,
			    "%s%s{'from_name':'c','type':'rectanglelabels','value':{'x':0,"
			    "'y':0,'width':9,'height':9,'rectanglelabels':['%c']}}",
			    text, text[0] == '\0' ? "" : ",", 'A' + (int)k);
	make_side(d, document(text), r);
}

static unsigned
bits_in(unsigned set)
{
	unsigned n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

static void
of_equal_outlines_like_labels_meet(void **state)
{
	struct dimension d = dimension_of(&boxes);

	(void)state;
	for (unsigned i = 0; i < 32; i++)
		for (unsigned j = i; j < 32; j++) {
			struct side x, y;
			struct labels_pairs pairs;
			unsigned common = 0, met = 0;

			make_pile(&d, i, &x);
			make_pile(&d, j, &y);
			pairs = pair(&d, &x, &y);
			for (size_t k = 0; k < pairs.n; k++) {
				const struct labels_pair *p = &pairs.list[k];
				bool both = p->a.s != NULL && p->b.s != NULL;

				met += both;
				common += both && str_eq(p->a, p->b);
			}
			assert_int_equal(common, bits_in(i & j));
			assert_int_equal(
			    met, bits_in(i) < bits_in(j) ? bits_in(i) : bits_in(j));
		}
}

static void
other_pictures_do_not_meet(void **state)
{
	static const char *const keys[] = {"item_index", "pageIndex"};
	struct dimension d;

	(void)state;
	d = dimension_of(&boxes);
	for (size_t k = 0; k < N_OF(keys); k++) {
		struct side sides[2];
		struct labels_pairs pairs;

		for (int i = 0; i < 2; i++)
			make_side(&d,
			    document(arena_printf(a,
				"{'from_name':'c','type':'rectanglelabels',%s"
				"'value':{'x':0,'y':0,'width':9,'height':9,%s"
				"'rectanglelabels':['A']}}",
				k == 0 ? i == 0 ? "'item_index':0," : "'item_index':1,"
				       : "",
				k == 1 ? i == 0 ? "'pageIndex':0," : "'pageIndex':1,"
				       : "")),
			    &sides[i]);
		pairs = pair(&d, &sides[0], &sides[1]);
		if (strcmp(show_pairs(&pairs, false), "A:- -:A") != 0)
			fail_msg("%s: %s", keys[k], show_pairs(&pairs, false));
	}
}

static void
agreement_is_by_label(void **state)
{
	static struct labels_pair list[] = {
	    {STR_INIT("A"), STR_INIT("A"), 3.0},
	    {STR_INIT("A"), STR_INIT("B"), 1.0},
	    {STR_INIT("B"), STR_INIT("A"), 2.0},
	    {STR_INIT("A"), {NULL, 0}, 1.0},
	    {STR_INIT(""), STR_INIT("C"), 0.5},
	    {{NULL, 0}, STR_INIT(""), 1.0},
	};
	struct labels_pairs pairs = {list, N_OF(list)}, nothing = {NULL, 0};

	(void)state;
	/* n_AA = 3, n_A. = 5, n_.A = 5. */
	assert_true(labels_agreement(&pairs, STR("A")) == 0.6);
	assert_true(labels_agreement(&pairs, STR("B")) == 0.0);
	assert_true(labels_agreement(&pairs, STR("C")) == 0.0);
	assert_true(labels_agreement(&pairs, STR("")) == 0.0);
	assert_true(isnan(labels_agreement(&pairs, STR("D"))));
	assert_true(isnan(labels_agreement(&nothing, STR("A"))));
}

/* Scenes of boxes, and what they must give by trying every matching. */

#define BOXES_MAX 6
#define SCENES 1000

struct box {
	double x, y, w, h;
	unsigned page, labels; /* bits of A, B and C */
};

struct scene {
	struct box boxes[BOXES_MAX];
	unsigned n;
};

static const char *const label_names[] = {"A", "B", "C"};

static double
iou(const struct box *p, const struct box *q)
{
	double w = fmin(p->x + p->w, q->x + q->w) - fmax(p->x, q->x);
	double h = fmin(p->y + p->h, q->y + q->h) - fmax(p->y, q->y);
	double inter = w > 0.0 && h > 0.0 ? w * h : 0.0;

	return p->page != q->page ? 0.0 : inter / (p->w * p->h + q->w * q->h - inter);
}

/* Coarse scenes have ties, fine ones have none. */
static double
place(struct dice *d, double range, bool coarse)
{
	double v = range * dice_unit(d);

	return coarse ? floor(v) : v;
}

static void
make_scene(struct dice *d, bool coarse, struct scene *s)
{
	s->n = dice_below(d, BOXES_MAX + 1);
	for (unsigned i = 0; i < s->n; i++)
		s->boxes[i] = (struct box){place(d, 4, coarse), place(d, 4, coarse),
		    8 + place(d, 3, coarse), 8 + place(d, 3, coarse), dice_below(d, 4) == 0,
		    dice_below(d, 8)};
}

static const struct json *
scene_document(const struct scene *s)
{
	char *text = arena_printf(a, "%s", "");

	for (unsigned i = 0; i < s->n; i++) {
		const struct box *b = &s->boxes[i];

		text = arena_printf(a,
		    "%s%s{'from_name':'c','type':'rectanglelabels','item_index':%u,"
		    "'value':{'x':%.17g,'y':%.17g,'width':%.17g,'height':%.17g,"
		    "'rectanglelabels':[",
		    text, i == 0 ? "" : ",", b->page, b->x, b->y, b->w, b->h);
		for (unsigned k = 0, n = 0; k < N_OF(label_names); k++)
			if ((b->labels >> k & 1) != 0)
				text = arena_printf(a, "%s%s'%s'", text,
				    n++ == 0 ? "" : ",", label_names[k]);
		text = arena_printf(a, "%s]}}", text);
	}
	return document(text);
}

/* The best matching of the boxes from `i` on; best[i] is the partner, BOXES_MAX: none. */
static double
best_of(const struct scene *x, const struct scene *y, unsigned i, unsigned taken,
    unsigned *best)
{
	unsigned rest[BOXES_MAX];
	double most;

	if (i == x->n)
		return 0.0;
	most = best_of(x, y, i + 1, taken, best);
	best[i] = BOXES_MAX;
	for (unsigned j = 0; j < y->n; j++) {
		double overlap = iou(&x->boxes[i], &y->boxes[j]), sum;

		if (overlap < 0.5 || (taken >> j & 1) != 0)
			continue;
		sum = overlap + best_of(x, y, i + 1, taken | 1u << j, rest);
		if (sum <= most)
			continue;
		most = sum;
		best[i] = j;
		memcpy(best + i + 1, rest + i + 1, (BOXES_MAX - i - 1) * sizeof(*best));
	}
	return most;
}

static double
matched_sum(const struct partners *p, const struct scene *x, const struct scene *y)
{
	unsigned seen_x = 0, seen_y = 0;
	double sum = 0.0;

	for (size_t k = 0; k < p->n; k++) {
		uint32_t i = p->list[k].a, j = p->list[k].b;

		assert_true(i != PARTNER_NONE || j != PARTNER_NONE);
		if (i != PARTNER_NONE) {
			assert_true(i < x->n && (seen_x >> i & 1) == 0);
			seen_x |= 1u << i;
		}
		if (j != PARTNER_NONE) {
			assert_true(j < y->n && (seen_y >> j & 1) == 0);
			seen_y |= 1u << j;
		}
		if (i == PARTNER_NONE || j == PARTNER_NONE)
			continue;
		assert_true(iou(&x->boxes[i], &y->boxes[j]) >= 0.5 - 1e-9);
		sum += iou(&x->boxes[i], &y->boxes[j]);
	}
	assert_true(seen_x == (1u << x->n) - 1 && seen_y == (1u << y->n) - 1);
	return sum;
}

/* Counts by label: A, B, C, without, none. */
#define WITHOUT N_OF(label_names)
#define NONE (N_OF(label_names) + 1)
typedef double table[N_OF(label_names) + 2][N_OF(label_names) + 2];

/* The bits of labels, one of them for "without". */
static void
count_meeting(unsigned x, unsigned y, table t)
{
	unsigned only_x = x & ~y, only_y = y & ~x;
	bool confused = only_x != 0 && (only_x & (only_x - 1)) == 0 && only_y != 0 &&
	    (only_y & (only_y - 1)) == 0;

	for (size_t k = 0; k <= WITHOUT; k++) {
		t[k][k] += (x & y) >> k & 1;
		for (size_t m = 0; confused && m <= WITHOUT; m++)
			t[k][m] += (only_x >> k & 1) * (only_y >> m & 1);
		t[k][NONE] += confused ? 0 : only_x >> k & 1;
		t[NONE][k] += confused ? 0 : only_y >> k & 1;
	}
}

static unsigned
bits_of(const struct box *b)
{
	return b->labels != 0 ? b->labels : 1u << WITHOUT;
}

static size_t
place_of_label(struct str label)
{
	for (size_t k = 0; k < N_OF(label_names); k++)
		if (str_is(label, label_names[k]))
			return k;
	return label.s == NULL ? NONE : WITHOUT;
}

static void
assert_counts(const struct labels_pairs *p, const struct scene *x, const struct scene *y,
    const unsigned *best)
{
	unsigned taken = 0;
	table t = {{0.0}};

	for (unsigned i = 0; i < x->n; i++) {
		bool has = best[i] < BOXES_MAX;

		count_meeting(
		    bits_of(&x->boxes[i]), has ? bits_of(&y->boxes[best[i]]) : 0, t);
		taken |= has ? 1u << best[i] : 0;
	}
	for (unsigned j = 0; j < y->n; j++)
		if ((taken >> j & 1) == 0)
			count_meeting(0, bits_of(&y->boxes[j]), t);
	for (size_t k = 0; k < p->n; k++)
		t[place_of_label(p->list[k].a)][place_of_label(p->list[k].b)] -=
		    p->list[k].count;
	for (size_t k = 0; k <= NONE; k++)
		for (size_t m = 0; m <= NONE; m++)
			if (t[k][m] != 0.0)
				fail_msg("%zu, %zu: %g too many: %s", k, m, -t[k][m],
				    show_pairs(p, false));
}

static void
try_scene(unsigned seed, bool coarse)
{
	struct dice dice = {seed};
	struct dimension d = dimension_of(&boxes);
	struct scene scenes[2];
	struct side sides[2];
	struct labels_pairs pairs;
	struct partners partners;
	unsigned best[BOXES_MAX];
	double most, sum;

	for (int i = 0; i < 2; i++) {
		make_scene(&dice, coarse, &scenes[i]);
		make_side(&d, scene_document(&scenes[i]), &sides[i]);
	}
	most = best_of(&scenes[0], &scenes[1], 0, 0, best);
	assert_int_equal(partners_match(&d.measure, a, sides[0].side.prepared,
			     sides[1].side.prepared, 0.5, &partners),
	    ERR_OK);
	sum = matched_sum(&partners, &scenes[0], &scenes[1]);
	if (fabs(sum - most) > 1e-9)
		fail_msg("scene %u: %.17g, not %.17g", seed, sum, most);
	pairs = pair(&d, &sides[0], &sides[1]);
	if (!coarse)
		assert_counts(&pairs, &scenes[0], &scenes[1], best);
}

static void
random_boxes_match_as_all_matchings_tried(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= SCENES; seed++) {
		arena_reset(a);
		try_scene(seed, seed % 2 == 0);
	}
}

/* Every label of either side is in the pairs once, of whatever shape. */
static void
assert_complete(const struct labels_pairs *p, const struct side *x, const struct side *y)
{
	double of_x = 0.0, of_y = 0.0;

	for (size_t k = 0; k < p->n; k++) {
		of_x += p->list[k].a.s != NULL ? p->list[k].count : 0.0;
		of_y += p->list[k].b.s != NULL ? p->list[k].count : 0.0;
	}
	assert_true(of_x == x->labels.n && of_y == y->labels.n);
}

static void
read_scene(
    struct dice *dice, const struct scene_style *style, struct dimension *d, struct side *r)
{
	const struct json *doc = scene_list(a, scene_items(a, dice, style, 8), 8);

	assert_int_equal(result_read(a, doc, &r->value, &e), ERR_OK);
	if (labels_of_value(a, d, &r->value, &r->labels, &e) != ERR_OK ||
	    measure_prepare(&d->measure, a, &r->value, &r->side.prepared, &e) != ERR_OK)
		fail_msg("%s: %s", d->measure.metric->name, e.text);
	r->side.labels = &r->labels;
}

static void
try_metric(const struct metric *metric, unsigned variant)
{
	struct control c = {metric->per_region ? "Choices" : "Other", metric->name, NULL,
	    NULL, NULL, metric->per_region};
	struct scene_style style = scene_style_of(metric, variant);
	struct dimension d = dimension_of(&c);
	struct dice dice = {variant};
	struct side sides[2];
	struct labels_pairs pairs;

	if (style.kind == SCENE_NONE || measure_embeds(&d.measure))
		return;
	read_scene(&dice, &style, &d, &sides[0]);
	read_scene(&dice, &style, &d, &sides[1]);
	if (metric->shape != SHAPE_NONE)
		assert_int_equal(sides[0].labels.kind,
		    metric->payload == PAYLOAD_TEXT && metric->per_region ? LABELS_NONE
									  : LABELS_REGIONS);
	pairs = pair(&d, &sides[0], &sides[1]);
	assert_complete(&pairs, &sides[0], &sides[1]);
	pairs = pair(&d, &sides[0], &sides[0]);
	assert_complete(&pairs, &sides[0], &sides[0]);
	for (size_t k = 0; k < pairs.n; k++)
		if (pairs.list[k].a.s == NULL || pairs.list[k].b.s == NULL ||
		    !str_eq(pairs.list[k].a, pairs.list[k].b))
			fail_msg("%s: alone with itself: %s", metric->name,
			    show_pairs(&pairs, false));
}

static void
labels_of_all_metrics_are_there_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < metric_count; i++)
		for (unsigned variant = 0; variant < SCENE_VARIANTS; variant++) {
			arena_reset(a);
			try_metric(&metric_table[i], variant);
		}
}

/* All that is done with one pair, in an arena of its own. */
struct task {
	struct dimension d;
	struct result values[2];
};

static enum err
run(struct arena *own, const struct task *t, struct labels_pairs *r)
{
	struct labels_value labels[2];
	struct labels_side sides[2];
	struct error why = {0};
	enum err err = ERR_OK;

	for (int i = 0; err == ERR_OK && i < 2; i++) {
		sides[i].labels = &labels[i];
		err = labels_of_value(own, &t->d, &t->values[i], &labels[i], &why);
		if (err == ERR_OK)
			err = measure_prepare(
			    &t->d.measure, own, &t->values[i], &sides[i].prepared, &why);
		assert_true(err == ERR_OK || why.text[0] != '\0');
	}
	return err == ERR_OK ? labels_of_pair(own, &t->d, &sides[0], &sides[1], r) : err;
}

static const struct {
	const struct control *control;
	const char *x, *y;
} tasks[] = {
    {&taxonomy, PLAIN("c", "taxonomy", "taxonomy", "[['x','y'],['x'],['z',1]]"),
	PLAIN("c", "taxonomy", "taxonomy", "[['x','y'],['y']]")},
    {&picked, PLAIN("c", "reactcode", "reactcode", "{'mood':1.5}"),
	PLAIN("c", "reactcode", "reactcode", "{'mood':'a'}")},
    {&rating, PLAIN("c", "rating", "rating", "1"), PLAIN("c", "rating", "rating", "2")},
    {&boxes, BOX("1", 0, "['A','B']") "," BOX("2", 1, "['B']") "," BOX("3", 2, "[]"),
	BOX("1", 2, "['B']") "," BOX("2", 0, "[1]")},
    {&paths_of_region, DRAWN("r", 0) "," OF_BOX("r", 0, "taxonomy", "[['p','q']]"),
	DRAWN("t", 1) "," OF_BOX("t", 1, "taxonomy", "[['p']]")},
};

static void
make_task(size_t i, struct task *t)
{
	t->d = dimension_of(tasks[i].control);
	t->values[0] = value_of(&t->d, document(tasks[i].x));
	t->values[1] = value_of(&t->d, document(tasks[i].y));
}

static void
a_small_arena_is_out_of_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(tasks); i++) {
		enum err err = ERR_MEMORY;
		struct task t;

		make_task(i, &t);
		for (size_t limit = 16; err != ERR_OK; limit += 16) {
			struct arena *small = arena_new(limit);
			struct labels_pairs pairs = {.n = 77};

			assert_non_null(small);
			err = run(small, &t, &pairs);
			if (err != ERR_OK)
				assert_true(err == ERR_MEMORY && pairs.n == 77);
			arena_free(small);
			assert_true(limit < (size_t)1 << 20);
		}
	}
}

#if FAIL_ALLOC
static void
an_allocation_that_fails_harms_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(tasks); i++) {
		enum err err = ERR_MEMORY;
		struct task t;

		make_task(i, &t);
		for (unsigned long k = 1; err != ERR_OK; k++) {
			struct arena *own = arena_new(0);
			struct labels_pairs pairs = {.n = 77};
			long live;

			assert_non_null(own);
			live = fail_alloc_live();
			fail_alloc_from(k);
			err = run(own, &t, &pairs);
			fail_alloc_stop();
			assert_true(err == ERR_OK || err == ERR_MEMORY);
			if (err != ERR_OK)
				assert_true(pairs.n == 77);
			arena_free(own);
			assert_true(fail_alloc_live() <= live);
		}
	}
}
#endif

static void
what_takes_too_long_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(tasks); i++) {
		struct task t;
		struct side sides[2];
		struct labels_value labels = {.n = 77};
		struct labels_pairs pairs = {.n = 77};

		make_task(i, &t);
		make_side(&t.d, document(tasks[i].x), &sides[0]);
		make_side(&t.d, document(tasks[i].y), &sides[1]);
		deadline.passed = true;
		assert_int_equal(
		    labels_of_value(a, &t.d, &t.values[0], &labels, &e), ERR_LIMIT);
		assert_int_equal(
		    labels_of_pair(a, &t.d, &sides[0].side, &sides[1].side, &pairs),
		    ERR_LIMIT);
		assert_true(labels.n == 77 && pairs.n == 77);
		deadline_end();
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_set_up, arena_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(values_have_labels),
	    TEST(what_does_not_parse_is_named),
	    TEST(labels_meet),
	    TEST(of_equal_outlines_like_labels_meet),
	    TEST(other_pictures_do_not_meet),
	    TEST(agreement_is_by_label),
	    TEST(random_boxes_match_as_all_matchings_tried),
	    TEST(labels_of_all_metrics_are_there_once),
	    TEST(a_small_arena_is_out_of_memory),
#if FAIL_ALLOC
	    TEST(an_allocation_that_fails_harms_nothing),
#endif
	    TEST(what_takes_too_long_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
