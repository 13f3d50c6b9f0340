/* lib/labelstudio/labelconfig, control, tag: from a labeling configuration to its
 * controls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/buf.h"
#include "json/write.h"
#include "labelstudio/labelconfig.h"
#include "labelstudio/control_tag.h"
#include "arena_fixture.h"

#define IMAGE "<Image name='img' value='$image'/>"

static struct labelconfig
parse_ok(const char *xml)
{
	struct labelconfig r = {.n = 99};

	if (labelconfig_parse(a, str_of(xml), &r, &e) != ERR_OK)
		fail_msg("%s", e.text);
	return r;
}

static struct labelconfig
parse_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[512], *text = arena_alloc(a, 10000);
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/labelstudio/%s",
	    srcdir == NULL ? "." : srcdir, name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(text, 1, 9999, f);
	fclose(f);
	text[n] = '\0';
	return parse_ok(text);
}

static const struct control *
control(const struct labelconfig *config, const char *name)
{
	for (size_t i = 0; i < config->n; i++)
		if (str_is(config->controls[i].name, name))
			return &config->controls[i];
	fail_msg("no control %s", name);
	return NULL;
}

static void
assert_str(struct str have, const char *want)
{
	if (have.s == NULL || !str_is(have, want))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(have), want);
}

/* The names, joined by bars. */
static void
assert_names(const struct str *names, size_t n, const char *joined)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i == 0 ? "" : "|");
		buf_str(&b, names[i]);
	}
	assert_str(buf_text(&b), joined);
	buf_free(&b);
}

static void
assert_refused(const char *xml, const char *message)
{
	struct labelconfig r = {.n = 99};

	e = (struct error){0};
	if (labelconfig_parse(a, str_of(xml), &r, &e) != ERR_INPUT)
		fail_msg("taken: %.100s", xml);
	if (strstr(e.text, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.text, message);
	assert_int_equal(r.n, 99);
}

static void
texts_without_controls(void **state)
{
	static const char *const texts[] = {"", " \n\t", "<View/>", "<View></View>",
	    "<View>" IMAGE "</View>", "<!-- -->\n<View><Choice value='a'/></View>",
	    "\xef\xbb\xbf<View/>", "<View><Choices name='' toName='x'/></View>",
	    "<View><Choices name='c'/></View>",
	    "<View><Choices name='c' toName=''/></View>",
	    "<View><Choices toName='x'/></View>",
	    "<View><Filter name='f' toName='x'/></View>"};
	struct labelconfig r = {.n = 99};

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++)
		assert_int_equal(parse_ok(texts[i]).n, 0);
	assert_int_equal(labelconfig_parse(a, (struct str){0}, &r, NULL), ERR_OK);
	assert_int_equal(r.n, 0);
}

/* Label Studio's chatbot assessment template has one. */
static void
the_only_object_is_that_of_controls_that_name_none(void **state)
{
	static const char *const none[] = {
	    "<View><Rating name='r'/></View>",
	    "<View><Rating name='r'/>" IMAGE "<Text name='t' value='$t'/></View>",
	    "<View>" IMAGE "<Unheard name='u'/><Filter name='f'/></View>",
	};
	struct labelconfig r =
	    parse_ok("<View>" IMAGE "<Header name='h' value='Really?'/><Rating name='r'/>"
		     "<Choices name='c' value='$c' toName=''><Choice value='a'/></Choices>"
		     "<Choices name='d' toName='img' visibleWhen='choice-selected' "
		     "whenTagName='c' whenChoiceValue='a'/></View>");

	(void)state;
	assert_int_equal(r.n, 3);
	assert_names(r.controls[0].to_names, r.controls[0].n_to_names, "img");
	assert_str(control(&r, "r")->object_tag, "Image");
	assert_names(control(&r, "c")->to_names, control(&r, "c")->n_to_names, "img");
	assert_names(control(&r, "c")->labels, control(&r, "c")->n_labels, "a");
	assert_int_equal(control(&r, "d")->visible_when.n, 1);
	for (size_t i = 0; i < N_OF(none); i++)
		assert_int_equal(parse_ok(none[i]).n, 0);
	r = parse_ok("<View><Rating name='r'/><Text name='t' value='$t'/>" IMAGE
		     "<Choices name='c' toName='t'/></View>");
	assert_int_equal(r.n, 1);
	assert_str(r.controls[0].name, "c");
}

static void
shapes_labels_and_text_beside_each_other(void **state)
{
	struct labelconfig r = parse_file("ocr.xml");

	(void)state;
	assert_int_equal(r.n, 6);
	assert_str(r.controls[0].name, "label");
	assert_str(r.controls[5].name, "kind");
	assert_str(control(&r, "label")->tag, "Labels");
	assert_str(control(&r, "label")->object_tag, "Image");
	assert_names(
	    control(&r, "label")->to_names, control(&r, "label")->n_to_names, "image");
	assert_names(control(&r, "label")->labels, control(&r, "label")->n_labels,
	    "Text|Handwriting");
	assert_string_equal(control(&r, "label")->metric, "bbox_iou");
	assert_string_equal(control(&r, "bbox")->metric, "bbox_iou");
	assert_string_equal(control(&r, "poly")->metric, "polygon_iou");
	assert_string_equal(control(&r, "transcription")->metric, "bbox_text");
	assert_true(control(&r, "transcription")->per_region);
	assert_string_equal(control(&r, "legible")->metric, "bbox_labels");
	assert_true(control(&r, "legible")->categorical);
	assert_names(control(&r, "legible")->labels, 2, "clear|smudged");
	assert_string_equal(control(&r, "kind")->metric, "exact_match");
	assert_false(control(&r, "kind")->per_region);
	assert_false(control(&r, "kind")->dynamic);
}

static void
a_bit_of_everything(void **state)
{
	struct labelconfig r = parse_file("mixed.xml");
	const struct control *c = control(&r, "ner");
	static const struct {
		const char *name, *tag, *metric;
		bool categorical, dynamic;
	} rows[] = {
	    {"ner", "Labels", "span_overlap", false, false},
	    {"html", "HyperTextLabels", "html_overlap", false, false},
	    {"topic", "Choices", "exact_match", true, false},
	    {"tone", "Choices", "span_labels", true, false},
	    {"note", "TextArea", "html_text", false, false},
	    {"brand", "Choices", "exact_match", true, true},
	    {"species", "Taxonomy", "exact_match", true, true},
	    {"quality", "Rating", "numeric_difference", true, false},
	    {"count", "Number", "numeric_difference", false, false},
	    {"when", "DateTime", "exact_match", false, false},
	    {"summary", "TextArea", "text_similarity", false, false},
	    {"better", "Pairwise", "exact_match", true, false},
	};

	(void)state;
	assert_int_equal(r.n, N_OF(rows));
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_str(r.controls[i].name, rows[i].name);
		assert_str(r.controls[i].tag, rows[i].tag);
		assert_string_equal(r.controls[i].metric, rows[i].metric);
		assert_int_equal(r.controls[i].categorical, rows[i].categorical);
		assert_int_equal(r.controls[i].dynamic, rows[i].dynamic);
	}
	assert_names(c->labels, c->n_labels, "Person|ORG|Organization & Company");
	c = control(&r, "topic");
	assert_names(c->labels, c->n_labels, "Sport|Ball games|soccer|Rowing|Politics");
	assert_names(c->to_names, c->n_to_names, "text|page");
	assert_str(c->object_tag, "Text");
	assert_str(control(&r, "note")->object_tag, "HyperText");
	assert_int_equal(control(&r, "brand")->n_labels, 0);
}

static void
repeaters_make_patterns(void **state)
{
	struct labelconfig r = parse_file("repeater.xml");

	(void)state;
	assert_int_equal(r.n, 2);
	assert_str(r.controls[0].name, "box_{{idx}}");
	assert_str(r.controls[0].to_names[0], "image_{{idx}}");
	assert_str(r.controls[0].object_tag, "Image");
	assert_str(r.controls[1].name, "intent_{{idx}}");
	assert_str(r.controls[1].object_tag, "Text");
	r = parse_ok(
	    "<View><Repeater indexFlag='I'><Repeater indexFlag='{{idx}}'><Repeater "
	    "indexFlag='JJ'>"
	    "<Choices name='aIbJJc{{idx}}J' toName='I'/></Repeater></Repeater></Repeater>"
	    "<Choices name='I' toName='t'/></View>");
	assert_str(r.controls[0].name, "a{{idx}}b{{idx}}c{{idx}}J");
	assert_str(r.controls[0].to_names[0], "{{idx}}");
	assert_str(r.controls[1].name, "I");
}

static void
names_are_unique_and_the_first_wins(void **state)
{
	struct labelconfig r =
	    parse_ok("<View><Choices name='c' toName='t'><Choice value='a'/></Choices>"
		     "<Rating name='c' toName='t'><Choice value='b'/></Rating><Choice "
		     "value='lost'/></View>");

	(void)state;
	assert_int_equal(r.n, 1);
	assert_str(r.controls[0].tag, "Choices");
	assert_names(r.controls[0].labels, r.controls[0].n_labels, "a");
	assert_null(r.controls[0].object_tag.s);
}

static void
objects_say_how_dates_are_written(void **state)
{
	struct labelconfig r = parse_ok(
	    "<View><TimeSeriesLabels name='early' toName='ts'/>"
	    "<TimeSeries name='ts' value='$csv' timeFormat='%m/%d/%Y %H:%M:%S.%f'/>"
	    "<TimeSeries name='other' value='$csv' timeformat='%d &lt;%b&gt;'/>"
	    "<TimeSeries name='iso' value='$csv' timeFormat=''/>"
	    "<TimeSeriesLabels name='late' toName='ts'/>"
	    "<Choices name='both' toName='nowhere,other,ts' perRegion='true'/>"
	    "<TimeSeriesLabels name='plain' toName='iso,ts'/>"
	    "<Choices name='lost' toName='nowhere' timeFormat='%Y'/></View>");

	(void)state;
	assert_str(control(&r, "early")->time_format, "%m/%d/%Y %H:%M:%S.%f");
	assert_str(control(&r, "late")->time_format, "%m/%d/%Y %H:%M:%S.%f");
	assert_str(control(&r, "both")->time_format, "%d <%b>");
	assert_null(control(&r, "plain")->time_format.s);
	assert_null(control(&r, "lost")->time_format.s);
	assert_str(control(&r, "plain")->object_tag, "TimeSeries");
}

static void
lists_of_objects(void **state)
{
	struct labelconfig r = parse_ok(
	    "<View><Pairwise name='p' toName=' a,, b ,c'/><Choices name='q' toName=' , '/>"
	    "<Text name='b' value='$b'/><Audio name='c' value='$c'/><Text name='b' "
	    "value='$x'/></View>");

	(void)state;
	assert_names(r.controls[0].to_names, r.controls[0].n_to_names, "a|b|c");
	assert_str(r.controls[0].object_tag, "Text");
	assert_int_equal(r.controls[1].n_to_names, 0);
	assert_null(r.controls[1].object_tag.s);
	assert_string_equal(r.controls[1].metric, "exact_match");
}

/* Controls within controls keep their own labels; Chat and ReactCode need no object. */
static void
nested_and_self_referencing_controls(void **state)
{
	struct labelconfig r = parse_ok(
	    "<View><Choices name='out' toName='t'><Choice value='1'/>"
	    "<Choices name='in' toName='t'><Choice value='2'/></Choices><Choice "
	    "value='3'/></Choices>"
	    "<Chat name='chat' value='$messages'/><ReactCode name='code'/><Custom name='x' "
	    "toName='chat'/>"
	    "<Choices name='ok' toName='code' perRegion='true'/></View>");

	(void)state;
	assert_int_equal(r.n, 6);
	assert_names(r.controls[0].labels, r.controls[0].n_labels, "1|3");
	assert_names(r.controls[1].labels, r.controls[1].n_labels, "2");
	assert_str(control(&r, "chat")->to_names[0], "chat");
	assert_str(control(&r, "chat")->object_tag, "Chat");
	assert_str(control(&r, "code")->object_tag, "ReactCode");
	assert_str(control(&r, "x")->tag, "Custom");
	assert_string_equal(control(&r, "x")->metric, "exact_match");
	assert_false(control(&r, "x")->categorical);
	assert_string_equal(control(&r, "ok")->metric, "exact_match");
}

/* One control of a tag, and what a perRegion Choices and TextArea on its object become. */
static void
default_metrics_of_every_tag(void **state)
{
	static const struct {
		const char *tag, *metric, *choices, *text, *value;
	} rows[] = {
	    {"Choices", "exact_match", "exact_match", "exact_match", "exact_match"},
	    {"Taxonomy", "exact_match", "exact_match", "exact_match", "exact_match"},
	    {"Pairwise", "exact_match", "exact_match", "exact_match", "exact_match"},
	    {"DateTime", "exact_match", "exact_match", "exact_match", "exact_match"},
	    {"Ranker", "ranking_kendall", "exact_match", "exact_match", "exact_match"},
	    {"Number", "numeric_difference", "exact_match", "exact_match", "exact_match"},
	    {"Rating", "numeric_difference", "exact_match", "exact_match", "exact_match"},
	    {"TextArea", "text_similarity", "exact_match", "exact_match", "exact_match"},
	    {"Rectangle", "bbox_iou", "bbox_labels", "bbox_text", "bbox_value"},
	    {"RectangleLabels", "bbox_iou", "bbox_labels", "bbox_text", "bbox_value"},
	    {"Polygon", "polygon_iou", "polygon_labels", "polygon_text", "polygon_value"},
	    {"PolygonLabels", "polygon_iou", "polygon_labels", "polygon_text",
		"polygon_value"},
	    {"Ellipse", "ellipse_iou", "ellipse_labels", "ellipse_text", "ellipse_value"},
	    {"EllipseLabels", "ellipse_iou", "ellipse_labels", "ellipse_text",
		"ellipse_value"},
	    {"Brush", "brush_iou", "brush_labels", "brush_text", "brush_value"},
	    {"BrushLabels", "brush_iou", "brush_labels", "brush_text", "brush_value"},
	    {"Bitmask", "bitmask_iou", "bitmask_labels", "bitmask_text", "bitmask_value"},
	    {"BitmaskLabels", "bitmask_iou", "bitmask_labels", "bitmask_text",
		"bitmask_value"},
	    {"KeyPoint", "keypoint_distance", "keypoint_labels", "keypoint_text",
		"keypoint_value"},
	    {"KeyPointLabels", "keypoint_distance", "keypoint_labels", "keypoint_text",
		"keypoint_value"},
	    {"Vector", "vector_distance", "bbox_labels", "bbox_text", "bbox_value"},
	    {"VectorLabels", "vector_distance", "bbox_labels", "bbox_text", "bbox_value"},
	    {"Magicwand", "brush_iou", "brush_labels", "brush_text", "brush_value"},
	    {"Labels", "span_overlap", "span_labels", "span_text", "span_value"},
	    {"ParagraphLabels", "span_overlap", "span_labels", "span_text", "span_value"},
	    {"TimeSeriesLabels", "span_overlap", "span_labels", "span_text", "span_value"},
	    {"TimelineLabels", "timeline_iou", "timeline_labels", "timeline_text",
		"timeline_value"},
	    {"HyperTextLabels", "html_overlap", "html_labels", "html_text", "html_value"},
	    {"VideoRectangle", "video_frame_match", "video_labels", "video_text",
		"video_value"},
	    {"OcrLabels", "ocr_text", "bbox_labels", "bbox_text", "bbox_value"},
	    {"VideoVector", "exact_match", "video_labels", "video_text", "video_value"},
	    {"VideoVectorLabels", "exact_match", "video_labels", "video_text",
		"video_value"},
	    {"Unheard", "exact_match", "exact_match", "exact_match", "exact_match"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct labelconfig r = parse_ok(arena_printf(a,
		    "<View><Choices name='c' toName='o' perRegion='true'/><%s name='r' "
		    "toName='o'/>"
		    "<TextArea name='t' toName='o' perRegion='true'/>"
		    "<Rating name='v' toName='o' perRegion='true'/>"
		    "<Unheard name='u' toName='o' perRegion='true'/>"
		    "<TextArea name='far' toName='p' perRegion='true'/></View>",
		    rows[i].tag));

		assert_string_equal(control(&r, "r")->metric, rows[i].metric);
		assert_string_equal(control(&r, "c")->metric, rows[i].choices);
		assert_string_equal(control(&r, "t")->metric, rows[i].text);
		assert_string_equal(control(&r, "v")->metric, rows[i].value);
		assert_string_equal(control(&r, "u")->metric, rows[i].value);
		assert_string_equal(control(&r, "far")->metric, "exact_match");
	}
}

static void
labels_follow_the_shape_beside_them(void **state)
{
	static const struct {
		const char *shapes, *metric, *choices;
	} rows[] = {
	    {"", "span_overlap", "span_labels"},
	    {"<Rectangle name='s' toName='img'/>", "bbox_iou", "bbox_labels"},
	    {"<Polygon name='s' toName='img'/>", "polygon_iou", "polygon_labels"},
	    {"<Ellipse name='s' toName='img'/>", "ellipse_iou", "ellipse_labels"},
	    {"<Brush name='s' toName='img'/>", "brush_iou", "brush_labels"},
	    {"<KeyPoint name='s' toName='img'/>", "keypoint_distance", "keypoint_labels"},
	    {"<Polygon name='s' toName='img'/><Rectangle name='u' toName='img'/>",
		"polygon_iou", "polygon_labels"},
	    {"<Brush name='s' toName='img'/><Rectangle name='u' toName='img'/>",
		"brush_iou", "brush_labels"},
	    {"<Rectangle name='s' toName='other'/>", "span_overlap", "span_labels"},
	    {"<Rectangle name='s' toName='img' perRegion='true'/>", "span_overlap",
		"span_labels"},
	    {"<RectangleLabels name='s' toName='img'/>", "span_overlap", "span_labels"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct labelconfig r = parse_ok(arena_printf(a,
		    "<View>" IMAGE "<Labels name='l' toName='img'/>%s"
		    "<Choices name='c' toName='img' perRegion='true'/></View>",
		    rows[i].shapes));

		assert_string_equal(control(&r, "l")->metric, rows[i].metric);
		assert_string_equal(control(&r, "c")->metric, rows[i].choices);
	}
}

static void
per_region_changes_what_draws_nothing(void **state)
{
	struct labelconfig r = parse_ok(
	    "<View><RectangleLabels name='b' toName='i'/><Rating name='r' toName='i' "
	    "perRegion='true'/>"
	    "<Choices name='no' toName='i' perRegion='false'/><Taxonomy name='t' "
	    "toName='i' perRegion='true'/>"
	    "</View>");

	(void)state;
	assert_string_equal(control(&r, "r")->metric, "bbox_value");
	assert_true(control(&r, "r")->per_region);
	assert_string_equal(control(&r, "t")->metric, "bbox_value");
	assert_string_equal(control(&r, "no")->metric, "exact_match");
	assert_false(control(&r, "no")->per_region);
}

/* The conditions of a control, as JSON with single quotes. */
static const char *
shown_when(const char *xml, const char *name)
{
	struct labelconfig r = parse_ok(xml);
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	struct str text;

	condition_write(&w, NULL, &control(&r, name)->visible_when);
	assert_false(buf_failed(&b));
	for (size_t i = 0; i < b.n; i++)
		if (b.s[i] == '"')
			b.s[i] = '\'';
	text = arena_str(a, buf_text(&b));
	buf_free(&b);
	return text.s;
}

#define QUESTION                                                                           \
	"<Choices name='q' toName='t'><Choice value='Yes'/><Choice value='No' "            \
	"alias='N'/><Choice value='N' alias='Z'/></Choices>"
#define WHEN(kind) " visibleWhen='" kind "'"
#define OF(name) " whenTagName='" name "'"
#define CHOICES(names) " whenChoiceValue='" names "'"
#define LABELS(names) " whenLabelValue='" names "'"
#define YES "{'when':'choice-selected','control':'q','choices':['Yes']}"

static void
conditions_of_controls(void **state)
{
	static const struct {
		const char *xml, *conditions;
	} rows[] = {
	    {"<Rating name='x' toName='t'/>", "[]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Yes") "/>",
		"[" YES "]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("q") "/>",
		"[{'when':'choice-selected','control':'q'}]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") "/>",
		"[{'when':'choice-selected'}]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-unselected") OF("q")
		    CHOICES("Yes") "/>",
		"[{'when':'choice-unselected','control':'q','choices':['Yes']}]"},
	    {"<Rating name='x' toName='t' VISIBLEWHEN='choice-selected' "
	     "whentagname='q' whenchoicevalue='Yes'/>",
		"[" YES "]"},
	    /* Lists, and choices by what results have for them. */
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Yes, No,What") "/>",
		"[{'when':'choice-selected','control':'q','choices':['Yes, "
		"No,What','Yes','N','What']}]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("N") "/>",
		"[{'when':'choice-selected','control':'q','choices':['N']}]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Z") "/>",
		"[{'when':'choice-selected','control':'q','choices':['Z']}]"},
	    {"<Rating name='x' toName='t'" WHEN("choice-selected") OF("none")
		    CHOICES("No") "/>",
		"[{'when':'choice-selected','control':'none','choices':['No']}]"},
	    /* Regions. */
	    {"<Rating name='x' toName='t'" WHEN("region-selected") "/>",
		"[{'when':'region-selected'}]"},
	    {"<Rating name='x' toName='t'" WHEN("region-selected") OF("box") LABELS("Car")
		    CHOICES("Yes") "/>",
		"[{'when':'region-selected','control':'box','labels':['Car']}]"},
	    {"<Rating name='x' toName='t' perRegion='true'" LABELS("Car") "/>",
		"[{'when':'region-selected','labels':['Car']}]"},
	    {"<Rating name='x' toName='t' perRegion='true'" WHEN("region-selected")
		    OF("box") LABELS("Car") "/>",
		"[{'when':'region-selected','control':'box','labels':['Car']}]"},
	    {"<Rating name='x' toName='t' perRegion='true'" WHEN("choice-selected") OF("q")
		    LABELS("Car") "/>",
		"[{'when':'region-selected','labels':['Car']},{'when':'choice-selected',"
		"'control':'q'}]"},
	    /* No conditions. */
	    {"<Rating name='x' toName='t'" LABELS("Car") "/>", "[]"},
	    {"<Rating name='x' toName='t'" OF("q") "/>", "[]"},
	    {"<Rating name='x' toName='t'" WHEN("no-region-selected") "/>", "[]"},
	    {"<Rating name='x' toName='t'" WHEN("unheard") OF("q") CHOICES("Yes") "/>",
		"[]"},
	    {"<Rating name='x' toName='t'" WHEN("") OF("q") "/>", "[]"},
	    {"<View" WHEN("choice-selected") OF("q") "/><Rating name='x' toName='t'/>",
		"[]"},
	    {"<View" WHEN("choice-selected") OF("q") "><Choices name='y' "
						     "toName='t'/></View>"
						     "<Rating name='x' toName='t'/>",
		"[]"},
	    /* A choice alone. */
	    {"<Rating name='x' toName='t'" CHOICES("Yes") OF("q") "/>",
		"[{'when':'choice-selected','choices':['Yes']}]"},
	    /* Views around it, one in another, and elements that are no views. */
	    {"<View" WHEN("choice-selected") OF("q") CHOICES("Yes") "><Rating name='x' "
								    "toName='t'/></View>",
		"[" YES "]"},
	    {"<View" WHEN("region-selected") "><View><Collapse" WHEN("choice-selected")
		    OF("q") CHOICES("Yes") "><Rating name='x' toName='t'" WHEN("choice-"
									       "unselected")
			OF("r") "/></Collapse></View></View>",
		"[{'when':'choice-unselected','control':'r'}," YES
		",{'when':'region-selected'}]"},
	    {"<Choices name='y' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Yes") "><View><Rating name='x' toName='t'/></View></Choices>",
		"[" YES "]"},
	    /* What shows the control that is asked. */
	    {"<Choices name='y' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Yes") "/><Rating name='x' toName='t'" WHEN("choice-selected")
			OF("y") "/>",
		"[{'when':'choice-selected','control':'y'}," YES "]"},
	    {"<Choices name='y' toName='t'" WHEN("choice-selected") OF("q")
		    CHOICES("Yes") "/><Rating name='x' toName='t'" WHEN("choice-unselected")
			OF("y") "/>",
		"[{'when':'choice-unselected','control':'y','shown':[" YES "]}]"},
	    {"<View" WHEN("choice-selected") OF("q")
		    CHOICES("Yes") "><Choices name='y' toName='t'/><Rating name='x' "
				   "toName='t'" WHEN("choice-selected") OF("y") "/></View>",
		"[{'when':'choice-selected','control':'y'}," YES "]"},
	    /* In a circle. */
	    {"<Choices name='y' toName='t'" WHEN("choice-selected") OF(
		 "x") "/><Choices name='x' toName='t'" WHEN("choice-selected") OF("y") "/>",
		"[{'when':'choice-selected','control':'y'},{'when':'choice-selected',"
		"'control':'x'}]"},
	    {"<Choices name='x' toName='t'" WHEN("choice-unselected") OF("x") "/>",
		"[{'when':'choice-unselected','control':'x','shown':[{'when':'choice-"
		"unselected','control':'x'}]}]"},
	    /* Labels that have no items of their own. */
	    {"<Labels name='l' toName='v'><Label value='Man'/></Labels><VideoRectangle "
	     "name='b' toName='v'/><Rating name='x' toName='v'" WHEN("region-selected")
		    OF("l") LABELS("Man") "/>",
		"[{'when':'region-selected','control':'b','labels':['Man']}]"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const char *xml =
		    arena_printf(a, "<View>" QUESTION "%s</View>", rows[i].xml);
		const char *is = shown_when(xml, "x");

		if (strcmp(is, rows[i].conditions) != 0)
			fail_msg("%s: %s", xml, is);
	}
	assert_string_equal(
	    shown_when("<Repeater indexFlag='I'><Choices name='q_I' toName='t'/><View" WHEN(
			   "choice-selected")
			   OF("q_I") "><Rating name='x_I' toName='t'/></View>"
				     "</Repeater>",
		"x_{{idx}}"),
	    "[{'when':'choice-selected','control':'q_{{idx}}'}]");
}

/* More conditions than anybody writes are cut, and take no time. */
/* `n` controls, each shown by the next, in views that ask the first ones. */
static void
write_chain(struct buf *b, int n)
{
	buf_puts(b, "<View>");
	for (int i = 0; i < 30; i++)
		buf_printf(
		    b, "<View visibleWhen='choice-selected' whenTagName='c%d'>", i % 100);
	for (int i = 0; i < n; i++)
		buf_printf(b,
		    "<Choices name='c%d' toName='t' visibleWhen='choice-selected' "
		    "whenTagName='c%d'/>",
		    i, i + 1);
	for (int i = 0; i < 30; i++)
		buf_puts(b, "</View>");
	buf_puts(b, "</View>");
}

/* All are kept, those that a chain asks included; too many are refused. */
static void
many_conditions(void **state)
{
	struct buf b = BUF_INIT;
	struct labelconfig r;

	(void)state;
	write_chain(&b, 170);
	r = parse_ok(b.s);
	assert_int_equal(r.n, 170);
	for (size_t i = 0; i < r.n; i++)
		assert_int_equal(r.controls[i].visible_when.n, i < 30 ? 200 : 30 + 170);
	buf_clear(&b);
	write_chain(&b, 171);
	assert_refused(b.s, "what shows c0 depends on more than 200 conditions");
	buf_free(&b);
}

static void
malformed_texts_name_their_place(void **state)
{
	static const struct {
		const char *xml, *message;
	} rows[] = {
	    {"<View>", "line 1, column 7: no element found"},
	    {"<View>\n  <Text name='a'>\n</View>", "line 3, column 3: mismatched tag"},
	    {"{}", "line 1, column 1: not well-formed"},
	    {"<View/><View/>", "junk after document element"},
	    {"<View a='1' a='2'/>", "duplicate attribute"},
	    {"<View>&nbsp;</View>", "undefined entity"},
	    {"<View>\xff</View>", "not well-formed"},
	    {"<View><Text name='a' value='<'/></View>", "not well-formed"},
	    {"just text", "line 1, column 1"},
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_refused(rows[i].xml, rows[i].message);
	assert_int_equal(
	    labelconfig_parse(a, STR("<View>"), &(struct labelconfig){0}, NULL), ERR_INPUT);
}

static void
nothing_external_is_loaded(void **state)
{
	struct labelconfig r =
	    parse_ok("<!DOCTYPE View SYSTEM 'file:///nowhere.dtd' [<!ENTITY unused SYSTEM "
		     "'file:///etc/passwd'>]>"
		     "<View><Choices name='c' toName='t'/></View>");

	(void)state;
	assert_int_equal(r.n, 1);
	assert_refused("<!DOCTYPE V [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><V>&x;</V>",
	    "external entities are not loaded");
	assert_refused("<!DOCTYPE V [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><V a='&x;'/>",
	    "external entity");
}

static void
entity_bombs_are_refused(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "<!DOCTYPE V [<!ENTITY e0 'ha'>");
	for (int i = 1; i < 30; i++)
		buf_printf(&b, "<!ENTITY e%d '&e%d;&e%d;&e%d;&e%d;'>", i, i - 1, i - 1,
		    i - 1, i - 1);
	buf_puts(&b, "]><V><Choices name='c' toName='&e29;'/>&e29;</V>");
	assert_refused(b.s, "amplification");
	buf_clear(&b);
	/* One long entity, used often. */
	buf_puts(&b, "<!DOCTYPE V [<!ENTITY e '");
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "0123456789");
	buf_puts(&b, "'>]><V>");
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, "&e;");
	buf_puts(&b, "</V>");
	assert_refused(b.s, "amplification");
	assert_refused(
	    "<!DOCTYPE V [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><V>&a;</V>", "recursive");
	buf_free(&b);
}

static void
depth_and_length_have_limits(void **state)
{
	struct buf b = BUF_INIT;
	struct labelconfig r;

	(void)state;
	for (int i = 0; i < 256; i++)
		buf_puts(&b, "<V>");
	for (int i = 0; i < 256; i++)
		buf_puts(&b, "</V>");
	assert_int_equal(parse_ok(b.s).n, 0);
	buf_clear(&b);
	for (int i = 0; i < 257; i++)
		buf_puts(&b, "<V>");
	assert_refused(b.s, "line 1, column 769: elements are nested more than 256 deep");
	buf_clear(&b);
	buf_puts(&b, "<V><!--");
	while (b.n <= (size_t)16 << 20)
		buf_puts(
		    &b, "................................................................");
	buf_puts(&b, "--></V>");
	assert_int_equal(labelconfig_parse(a, buf_text(&b), &r, &e), ERR_LIMIT);
	buf_free(&b);
}

static void
a_declared_encoding_does_not_count(void **state)
{
	struct labelconfig r = parse_ok(
	    "<?xml version='1.0' encoding='ISO-8859-1'?><View><Choices name='\xc3\xbc' "
	    "toName='t'/></View>");

	(void)state;
	assert_str(r.controls[0].name, "\xc3\xbc");
}

/* Thousands of labels and controls in no time worth speaking of. */
static void
large_configurations(void **state)
{
	struct buf b = BUF_INIT;
	struct labelconfig r;

	(void)state;
	buf_puts(&b, "<View><Taxonomy name='t' toName='x'>");
	for (int i = 0; i < 50000; i++)
		buf_printf(&b, "<Choice value='%d'/>", i % 40000);
	buf_puts(&b, "</Taxonomy>");
	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "<Choices name='c%d' toName='x' perRegion='true'/>", i);
	buf_puts(&b, "</View>");
	r = parse_ok(b.s);
	assert_int_equal(r.n, 20001);
	assert_int_equal(r.controls[0].n_labels, 40000);
	assert_str(r.controls[0].labels[39999], "39999");
	buf_free(&b);
}

static void
no_memory_is_an_error(void **state)
{
	static const char xml[] =
	    "<View>" IMAGE "<Repeater indexFlag='I'><Labels name='aI' toName='img'>"
	    "<Label value='x' alias='y'/></Labels><View" WHEN("choice-unselected")
		OF("aI") "><Choices name='bI' toName='img' perRegion='true'" CHOICES("a,b")
		    LABELS("x") "/></View></Repeater>"
				"<TimeSeries name='ts' value='$t' timeFormat='%Y'/></View>";
	enum err err = ERR_MEMORY;
	size_t failures = 0;

	(void)state;
	for (size_t limit = 16; err != ERR_OK; limit += 16, failures++) {
		struct arena *small = arena_new(limit);
		struct labelconfig r;

		e = (struct error){0};
		err = labelconfig_parse(small, STR(xml), &r, &e);
		assert_true(err == ERR_MEMORY || err == ERR_OK);
		assert_int_equal(e.code, err);
		arena_free(small);
	}
	assert_true(failures > 10);
}

/* Labels beside a control whose regions keep them make no items: they are idle. */
static void
labels_that_never_have_items_are_idle(void **state)
{
	struct labelconfig r = parse_ok(
	    "<View><Labels name='l' toName='v'><Label value='Car'/><Label value='Man'/>"
	    "</Labels><Video name='v' value='$v'/><VideoRectangle name='b' toName='v'/>"
	    "<TimelineLabels name='t' toName='v'><Label value='x'/></TimelineLabels>"
	    "<Labels name='n' toName='s'><Label value='y'/></Labels>"
	    "<Text name='s' value='$s'/></View>");

	(void)state;
	assert_true(control(&r, "l")->idle);
	assert_false(control(&r, "b")->idle);
	assert_names(control(&r, "b")->labels, control(&r, "b")->n_labels, "Car|Man");
	assert_str(control(&r, "b")->labels_of, "l");
	assert_false(control(&r, "t")->idle);
	assert_false(control(&r, "n")->idle);
	assert_string_equal(control(&r, "n")->metric, "span_overlap");
	r = parse_ok(
	    "<View><Labels name='l' toName='v'/><VideoVector name='b' toName='v'/></View>");
	assert_false(control(&r, "l")->idle);
	assert_string_equal(control(&r, "l")->metric, "exact_match");
	r = parse_ok(
	    "<View><Labels name='l' toName='v'><Label value='Car'/></Labels>"
	    "<VideoRectangle name='b' toName='v'/><VideoVector name='c' toName='v'/>"
	    "</View>");
	assert_false(control(&r, "l")->idle);
	assert_string_equal(control(&r, "l")->metric, "exact_match");
	assert_names(control(&r, "b")->labels, control(&r, "b")->n_labels, "Car");
	r = parse_ok(
	    "<View><Labels name='l' toName='v,t'/><VideoRectangle name='b' toName='v'/>"
	    "<Text name='t' value='$t'/></View>");
	assert_false(control(&r, "l")->idle);
	r = parse_ok(
	    "<View><Labels name='l' toName='v'/><Rectangle name='b' toName='v'/></View>");
	assert_false(control(&r, "l")->idle);
}

static void
guesses_from_results(void **state)
{
	static const struct {
		const char *type;
		enum shape_id own, other; /* its geometry; that of a region with its id */
		const char *tag, *metric;
		bool per_region, categorical;
	} rows[] = {
	    {"rectanglelabels", SHAPE_BBOX, 0, "RectangleLabels", "bbox_iou", false, false},
	    {"choices", 0, 0, "Choices", "exact_match", false, true},
	    {"choices", SHAPE_BBOX, 0, "Choices", "bbox_labels", true, true},
	    {"choices", 0, SHAPE_BBOX, "Choices", "bbox_labels", true, true},
	    {"choices", SHAPE_ELLIPSE, 0, "Choices", "ellipse_labels", true, true},
	    {"choices", SHAPE_VECTOR, 0, "Choices", "bbox_labels", true, true},
	    {"textarea", 0, 0, "TextArea", "text_similarity", false, false},
	    {"textarea", SHAPE_POLYGON, 0, "TextArea", "polygon_text", true, false},
	    {"textarea", SHAPE_SPAN, 0, "TextArea", "span_text", true, false},
	    {"textarea", 0, SHAPE_HTML, "TextArea", "html_text", true, false},
	    {"labels", SHAPE_SPAN, 0, "Labels", "span_overlap", false, false},
	    {"labels", 0, 0, "Labels", "span_overlap", false, false},
	    {"labels", SHAPE_HTML, 0, "Labels", "span_overlap", false, false},
	    {"labels", SHAPE_BBOX, 0, "Labels", "bbox_iou", false, false},
	    {"labels", SHAPE_BRUSH, 0, "Labels", "brush_iou", false, false},
	    {"labels", SHAPE_POINT, 0, "Labels", "keypoint_distance", false, false},
	    {"rectangle", SHAPE_BBOX, 0, "Rectangle", "bbox_iou", false, false},
	    {"rating", SHAPE_BBOX, 0, "Rating", "bbox_value", true, true},
	    {"taxonomy", 0, SHAPE_TIMELINE, "Taxonomy", "timeline_value", true, true},
	    {"chatmessage", 0, 0, "Chat", "exact_match", false, false},
	    {"videorectangle", SHAPE_VIDEO, 0, "VideoRectangle", "video_frame_match", false,
		false},
	    {"newthing", 0, 0, "newthing", "exact_match", false, false},
	    {"newthing", SHAPE_BBOX, 0, "newthing", "bbox_iou", false, false},
	    {"newthing", 0, SHAPE_BBOX, "newthing", "bbox_value", true, false},
	    {"", 0, 0, "", "exact_match", false, false},
	};
	struct control c;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct item region = {.shape = rows[i].other};
		struct item item = {.from_name = STR("n"),
		    .type = str_of(rows[i].type),
		    .shape = rows[i].own};

		item.region = rows[i].own != SHAPE_NONE ? &item
		    : rows[i].other != SHAPE_NONE	? &region
							: NULL;
		labelconfig_guess(&item, &c);
		assert_str(c.name, "n");
		assert_str(c.tag, rows[i].tag);
		assert_string_equal(c.metric, rows[i].metric);
		assert_int_equal(c.per_region, rows[i].per_region);
		assert_int_equal(c.categorical, rows[i].categorical);
		assert_int_equal(c.n_labels, 0);
		assert_int_equal(c.n_to_names, 0);
	}
	labelconfig_guess(&(struct item){.from_name = STR("n")}, &c);
	assert_string_equal(c.metric, "exact_match");
}

static void
tags_by_name_and_type(void **state)
{
	(void)state;
	assert_string_equal(tag_of_name(STR("choices"))->name, "Choices");
	assert_string_equal(tag_of_name(STR("MagicWand"))->type, "magicwand");
	assert_ptr_equal(tag_of_name(STR("Chat")), tag_of_type(STR("chatmessage")));
	assert_null(tag_of_name(STR("")));
	assert_null(tag_of_name(STR("Choice")));
	assert_null(tag_of_type(STR("Choices")));
	assert_null(tag_of_type((struct str){0}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		texts_without_controls, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		the_only_object_is_that_of_controls_that_name_none, arena_set_up,
		arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		shapes_labels_and_text_beside_each_other, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		a_bit_of_everything, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		repeaters_make_patterns, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		names_are_unique_and_the_first_wins, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		objects_say_how_dates_are_written, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		lists_of_objects, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		nested_and_self_referencing_controls, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		default_metrics_of_every_tag, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		labels_follow_the_shape_beside_them, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		per_region_changes_what_draws_nothing, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		conditions_of_controls, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(many_conditions, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		malformed_texts_name_their_place, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		nothing_external_is_loaded, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		entity_bombs_are_refused, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		depth_and_length_have_limits, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		a_declared_encoding_does_not_count, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		large_configurations, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		no_memory_is_an_error, arena_set_up, arena_tear_down),
	    cmocka_unit_test_setup_teardown(
		labels_that_never_have_items_are_idle, arena_set_up, arena_tear_down),
	    cmocka_unit_test(guesses_from_results),
	    cmocka_unit_test(tags_by_name_and_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
