#include "metric/metric.h"

#include "base/array.h"
#include "base/deadline.h"
#include "metric/explanation.h"
#include "metric/method.h"

#define THRESHOLD MPARAM_BIT(MPARAM_THRESHOLD)
#define WEIGHTS MPARAM_BIT(MPARAM_LABEL_WEIGHTS)
#define REGION (MPARAM_BIT(MPARAM_AGGREGATE) | MPARAM_BIT(MPARAM_MATCHING) | WEIGHTS)
#define TEXTUAL (MPARAM_BIT(MPARAM_ALGORITHM) | MPARAM_BIT(MPARAM_QVAL))
#define F1 (MPARAM_BIT(MPARAM_IOU_THRESHOLD) | WEIGHTS)

static const char *const chosen_tags[] = {"Choices", NULL};
static const char *const number_tags[] = {"Number", "Rating", NULL};
static const char *const taxonomy_tags[] = {"Taxonomy", NULL};
static const char *const text_tags[] = {"TextArea", NULL};
static const char *const bbox_tags[] = {
    "Rectangle", "RectangleLabels", "Labels", "OcrLabels", NULL};
static const char *const polygon_tags[] = {"Polygon", "PolygonLabels", "Labels", NULL};
static const char *const ellipse_tags[] = {"Ellipse", "EllipseLabels", "Labels", NULL};
static const char *const brush_tags[] = {
    "Brush", "BrushLabels", "Magicwand", "Labels", NULL};
static const char *const bitmask_tags[] = {"Bitmask", "BitmaskLabels", "Labels", NULL};
static const char *const span_tags[] = {
    "Labels", "ParagraphLabels", "TimeSeriesLabels", "TimelineLabels", NULL};
static const char *const html_tags[] = {"HyperTextLabels", NULL};
static const char *const timeline_tags[] = {"TimelineLabels", NULL};
static const char *const video_tags[] = {"VideoRectangle", "Labels", NULL};
static const char *const keypoint_tags[] = {"KeyPoint", "KeyPointLabels", "Labels", NULL};
static const char *const vector_tags[] = {"Vector", "VectorLabels", "Labels", NULL};
static const char *const ocr_tags[] = {"OcrLabels", NULL};
static const char *const ranker_tags[] = {"Ranker", NULL};

/* A metric of whole values and its thresholded form. */
#define WHOLE(name_, display, method_, params_, tags_, doc_)                               \
	{.name = name_,                                                                    \
	    .display_name = display,                                                       \
	    .method = &(method_),                                                          \
	    .of_score = decide_raw,                                                        \
	    .params = (params_),                                                           \
	    .tags = tags_,                                                                 \
	    .doc = doc_}
#define WHOLE_THRESHOLD(name_, display, method_, default_, params_, tags_, doc_)           \
	{.name = name_,                                                                    \
	    .display_name = display,                                                       \
	    .method = &(method_),                                                          \
	    .of_score = decide_threshold,                                                  \
	    .threshold = default_,                                                         \
	    .params = (params_) | THRESHOLD,                                               \
	    .tags = tags_,                                                                 \
	    .doc = doc_}

/* shape x payload x decisions. */
#define REGION_ROW(                                                                        \
    name_, display, shape_, payload_, overlap, score, params_, tags_, per_region_, doc_)   \
	{.name = name_,                                                                    \
	    .display_name = display,                                                       \
	    .method = &method_region,                                                      \
	    .shape = shape_,                                                               \
	    .payload = payload_,                                                           \
	    .of_overlap = overlap,                                                         \
	    .of_score = score,                                                             \
	    .threshold = 0.5,                                                              \
	    .params = (params_),                                                           \
	    .tags = tags_,                                                                 \
	    .per_region = per_region_,                                                     \
	    .doc = doc_}

/* Raw and thresholded. */
#define REGIONS(name, display, shape, payload, params, tags, per_region, doc)              \
	REGION_ROW(name, display, shape, payload, decide_raw, decide_raw, params, tags,    \
	    per_region, doc),                                                              \
	    REGION_ROW(name "_threshold", display " (threshold)", shape, payload,          \
		decide_raw, decide_threshold, (params) | THRESHOLD, tags, per_region,      \
		doc ", 1 from a threshold on")

#define OVERLAP(name, display, shape, tags, doc)                                           \
	REGIONS(name, display, shape, PAYLOAD_LABELS_EQUAL, REGION, tags, false, doc)

#define DICE(name, display, shape, tags, doc)                                              \
	REGION_ROW(name, display, shape, PAYLOAD_LABELS_EQUAL, decide_dice, decide_raw,    \
	    REGION, tags, false, doc)

#define PER_REGION_OF(prefix, noun, shape, params)                                         \
	REGIONS(prefix "_labels", noun " Labels", shape, PAYLOAD_LABELS_JACCARD,           \
	    REGION | (params), chosen_tags, true,                                          \
	    "overlap of the regions times the Jaccard index of their choices"),            \
	    REGIONS(prefix "_text", noun " Text Similarity", shape, PAYLOAD_TEXT,          \
		REGION | TEXTUAL | (params), text_tags, true,                              \
		"overlap of the regions times the similarity of their texts"),             \
	    REGIONS(prefix "_value", noun " Value", shape, PAYLOAD_VALUE,                  \
		REGION | (params), NULL, true,                                             \
		"overlap of the regions times the agreement of their values")

#define PER_REGION(prefix, noun, shape) PER_REGION_OF(prefix, noun, shape, 0)

#define MATCHES(name_, display, method_, shape_, overlap, params_, tags_, doc_)            \
	{.name = name_,                                                                    \
	    .display_name = display,                                                       \
	    .method = &(method_),                                                          \
	    .shape = shape_,                                                               \
	    .of_overlap = overlap,                                                         \
	    .of_score = decide_raw,                                                        \
	    .params = (params_),                                                           \
	    .tags = tags_,                                                                 \
	    .doc = doc_}

#define F1_SCORE(name, display, shape, tags, doc)                                          \
	MATCHES(name, display, method_f1, shape, decide_match, F1, tags, doc)

const struct metric metric_table[] = {
    WHOLE("exact_match", "Exact Match", method_exact,
	MPARAM_BIT(MPARAM_ORDER_MATTERS) | WEIGHTS, NULL,
	"1 if both values are the same, else 0"),
    WHOLE("jaccard_similarity", "Jaccard Similarity", method_jaccard, WEIGHTS, chosen_tags,
	"Jaccard index of the chosen sets"),
    WHOLE_THRESHOLD("jaccard_similarity_threshold", "Jaccard Similarity (threshold)",
	method_jaccard, 0.5, WEIGHTS, chosen_tags,
	"Jaccard index of the chosen sets, 1 from a threshold on"),
    WHOLE("taxonomy_labels", "Common Labels Matches", method_jaccard, WEIGHTS,
	taxonomy_tags, "Jaccard index of the whole paths"),
    WHOLE_THRESHOLD("taxonomy_labels_threshold", "Common Labels Matches (threshold)",
	method_jaccard, 0.5, WEIGHTS, taxonomy_tags,
	"Jaccard index of the whole paths, 1 from a threshold on"),
    WHOLE("taxonomy_subtree", "Common Subtree Matches", method_subtree, WEIGHTS,
	taxonomy_tags, "Jaccard index of the paths with all their ancestors"),
    WHOLE_THRESHOLD("taxonomy_subtree_threshold", "Common Subtree Matches (threshold)",
	method_subtree, 0.5, WEIGHTS, taxonomy_tags,
	"Jaccard index of the paths with all their ancestors, 1 from a threshold on"),
    WHOLE("numeric_difference", "Numeric Difference", method_numeric, 0, number_tags,
	"mean of 1 / (1 + difference)"),
    WHOLE("numeric_difference_threshold", "Numeric Difference (threshold)", method_within,
	MPARAM_BIT(MPARAM_MAX_DIFFERENCE), number_tags,
	"1 if no difference exceeds max_difference"),
    WHOLE("text_similarity", "Text Similarity", method_text, TEXTUAL, text_tags,
	"mean similarity of the texts, line against line"),
    WHOLE_THRESHOLD("text_similarity_threshold", "Text Similarity (threshold)", method_text,
	0.85, TEXTUAL, text_tags, "mean similarity of the texts, 1 from a threshold on"),
    {.name = "semantic_similarity",
	.display_name = "Semantic Similarity",
	.method = &method_semantic,
	.expect = semantic_expect,
	.of_score = decide_threshold,
	.threshold = 0.85,
	.params = THRESHOLD,
	.tags = text_tags,
	.doc = "mean cosine of the texts' embeddings, line against line, 1 from a "
	       "threshold on"},
    OVERLAP("bbox_iou", "Intersection over Union", SHAPE_BBOX, bbox_tags,
	"intersection over union of boxes with equal labels"),
    PER_REGION("bbox", "Bounding Box", SHAPE_BBOX),
    OVERLAP("polygon_iou", "Intersection over Union for Polygons", SHAPE_POLYGON,
	polygon_tags, "intersection over union of polygons with equal labels"),
    PER_REGION("polygon", "Polygon", SHAPE_POLYGON),
    OVERLAP("span_overlap", "Intersection over Union for Spans", SHAPE_SPAN, span_tags,
	"intersection over union of spans with equal labels"),
    PER_REGION("span", "Span", SHAPE_SPAN),
    OVERLAP("html_overlap", "Intersection over Union for HyperText", SHAPE_HTML, html_tags,
	"intersection over union of spans of one element with equal labels"),
    PER_REGION("html", "HyperText", SHAPE_HTML),
    OVERLAP("ellipse_iou", "Intersection over Union for Ellipses", SHAPE_ELLIPSE,
	ellipse_tags, "intersection over union of ellipses with equal labels"),
    PER_REGION("ellipse", "Ellipse", SHAPE_ELLIPSE),
    OVERLAP("brush_iou", "Intersection over Union for Brush", SHAPE_BRUSH, brush_tags,
	"intersection over union of brush masks with equal labels"),
    PER_REGION("brush", "Brush", SHAPE_BRUSH),
    OVERLAP("bitmask_iou", "Intersection over Union for Bitmasks", SHAPE_BITMASK,
	bitmask_tags, "intersection over union of bitmasks with equal labels"),
    PER_REGION("bitmask", "Bitmask", SHAPE_BITMASK),
    OVERLAP("timeline_iou", "Intersection over Union for Timeline Labels", SHAPE_TIMELINE,
	timeline_tags, "intersection over union of the frames of ranges with equal labels"),
    PER_REGION("timeline", "Timeline", SHAPE_TIMELINE),
    OVERLAP("video_frame_match", "Exact Frames Matching for Video", SHAPE_VIDEO, video_tags,
	"mean intersection over union of the boxes in each frame"),
    PER_REGION("video", "Video", SHAPE_VIDEO),
    PER_REGION_OF("keypoint", "Key Point", SHAPE_POINT, MPARAM_BIT(MPARAM_MAX_DISTANCE)),
    REGIONS("ocr_text", "OCR Text Similarity", SHAPE_BBOX, PAYLOAD_TEXT, REGION | TEXTUAL,
	ocr_tags, false, "overlap of the regions times the similarity of the texts read"),
    DICE("bbox_dice", "Dice Coefficient for Bounding Boxes", SHAPE_BBOX, bbox_tags,
	"Dice coefficient of boxes with equal labels"),
    DICE("polygon_dice", "Dice Coefficient for Polygons", SHAPE_POLYGON, polygon_tags,
	"Dice coefficient of polygons with equal labels"),
    DICE("brush_dice", "Dice Coefficient for Brush", SHAPE_BRUSH, brush_tags,
	"Dice coefficient of brush masks with equal labels"),
    DICE("bitmask_dice", "Dice Coefficient for Bitmasks", SHAPE_BITMASK, bitmask_tags,
	"Dice coefficient of bitmasks with equal labels"),
    F1_SCORE("bbox_f1", "F1 Score at IoU for Bounding Boxes", SHAPE_BBOX, bbox_tags,
	"F1 score of the boxes that match one to one"),
    F1_SCORE("polygon_f1", "F1 Score at IoU for Polygons", SHAPE_POLYGON, polygon_tags,
	"F1 score of the polygons that match one to one"),
    F1_SCORE("span_f1", "F1 Score at IoU for Spans", SHAPE_SPAN, span_tags,
	"F1 score of the spans that match one to one"),
    F1_SCORE("html_f1", "F1 Score at IoU for HyperText", SHAPE_HTML, html_tags,
	"F1 score of the spans of one element that match one to one"),
    F1_SCORE("ellipse_f1", "F1 Score at IoU for Ellipses", SHAPE_ELLIPSE, ellipse_tags,
	"F1 score of the ellipses that match one to one"),
    F1_SCORE("brush_f1", "F1 Score at IoU for Brush", SHAPE_BRUSH, brush_tags,
	"F1 score of the brush masks that match one to one"),
    F1_SCORE("timeline_events", "Unordered Comparison for Timeline Labels", SHAPE_TIMELINE,
	timeline_tags, "F1 score of the timeline regions that match one to one"),
    MATCHES("keypoint_distance", "Key Point Distance", method_near, SHAPE_POINT, NULL,
	MPARAM_BIT(MPARAM_MAX_DISTANCE) | WEIGHTS, keypoint_tags,
	"share of the key points that match one to one within a distance"),
    MATCHES("vector_distance", "Vector Distance", method_near, SHAPE_VECTOR, NULL,
	MPARAM_BIT(MPARAM_MAX_DISTANCE) | WEIGHTS, vector_tags,
	"share of the poly-lines that match one to one within a discrete Frechet distance"),
    MATCHES("video_object_tracking", "Object Tracking for Video (IDF1)", method_tracking,
	SHAPE_VIDEO, decide_match, F1, video_tags,
	"share of the frames in which matched tracks overlap"),
    WHOLE("ranking_kendall", "Ranking (Kendall)", method_ranking, 0, ranker_tags,
	"share of the pairs of items that both rankings put in the same order"),
};
const size_t metric_count = N_OF(metric_table);

const struct metric *
metric_find(struct str name)
{
	for (size_t i = 0; i < metric_count; i++)
		if (str_is(name, metric_table[i].name))
			return &metric_table[i];
	return NULL;
}

bool
metric_fits(const struct metric *m, struct str tag, bool per_region)
{
	if (m->tags == NULL)
		return !m->per_region || per_region;
	for (const char *const *t = m->tags; m->per_region == per_region && *t != NULL; t++)
		if (str_is(tag, *t))
			return true;
	return false;
}

const char *
metric_plain_type(const struct metric *m)
{
	static const struct {
		const struct method *method;
		const char *type;
	} rows[] = {
	    {&method_jaccard, "choices"},
	    {&method_subtree, "taxonomy"},
	    {&method_numeric, "number"},
	    {&method_within, "number"},
	    {&method_text, "textarea"},
	    {&method_semantic, "textarea"},
	    {&method_ranking, "ranker"},
	};

	/* Paths are names of several steps. */
	if (m->tags == taxonomy_tags)
		return "taxonomy";
	for (size_t i = 0; i < N_OF(rows); i++)
		if (m->method == rows[i].method)
			return rows[i].type;
	return NULL;
}

bool
metric_is_verdict(const struct metric *m)
{
	return m->of_score == decide_threshold || m->method == &method_exact ||
	    m->method == &method_within;
}

enum err
measure_init(struct arena *a, struct str metric, const struct json *params,
    struct measure *r, struct error *e)
{
	const struct metric *row = metric_find(metric);
	struct measure m = {.metric = row};
	enum err err;

	if (row == NULL)
		return error_set(
		    e, ERR_UNKNOWN, "there is no metric \"%.*s\"", STR_ARG(metric));
	params_default(&m.params, row->threshold);
	err = params_read(a, row->name, row->params, params, &m.params, e);
	if (err == ERR_OK)
		*r = m;
	return err;
}

bool
measure_embeds(const struct measure *m)
{
	return m->metric->expect != NULL;
}

enum err
measure_expect(const struct measure *m, struct arena *scratch, const struct result *values,
    size_t n, struct error *e)
{
	struct arena_mark mark = arena_mark(scratch);
	enum err err = ERR_OK;

	if (m->metric->expect != NULL)
		err = m->metric->expect(m, scratch, values, n, e);
	arena_rewind(scratch, mark);
	return err;
}

enum err
measure_prepare(const struct measure *m, struct arena *a, const struct result *value,
    const struct prepared **r, struct error *e)
{
	enum err err = m->metric->method->prepare(m, a, value, r, e);

	/* What ran out of time is worth nothing. */
	return deadline_passed(0) ? deadline_check(e) : err;
}

/* A fixed order of the pair makes every method symmetric to the bit. */
static bool
is_turned(const struct prepared *a, const struct prepared *b)
{
	return a->digest > b->digest;
}

/* What the method makes of two values of which none is empty, before of_score. */
static enum err
raw_score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	struct arena_mark mark = arena_mark(scratch);
	double score = 0.0;
	enum err err;

	if (is_turned(a, b))
		err = m->metric->method->score(m, scratch, b, a, &score);
	else
		err = m->metric->method->score(m, scratch, a, b, &score);
	arena_rewind(scratch, mark);
	if (deadline_passed(0))
		return ERR_LIMIT;
	if (err == ERR_OK)
		*r = score;
	return err;
}

static bool
is_empty_pair(const struct prepared *a, const struct prepared *b, double *r)
{
	if (a->n > 0 && b->n > 0)
		return false;
	*r = a->n == b->n ? 1.0 : 0.0;
	return true;
}

enum err
measure_score(const struct measure *m, struct arena *scratch, const struct prepared *a,
    const struct prepared *b, double *r)
{
	double score;
	enum err err;

	if (is_empty_pair(a, b, r))
		return ERR_OK;
	err = raw_score(m, scratch, a, b, &score);
	if (err == ERR_OK)
		*r = m->metric->of_score(&m->params, score);
	return err;
}

double
measure_cost(const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	return a->n == 0 || b->n == 0 ? 1.0 : m->metric->method->cost(m, a, b);
}

enum err
measure_explain(const struct measure *m, struct arena *arena, const struct prepared *a,
    const struct prepared *b, struct explanation *r)
{
	const struct method *method = m->metric->method;
	bool turned = is_turned(a, b);
	struct explanation x = {.kind = EXPLANATION_OTHER};
	enum err err = ERR_OK;

	if (is_empty_pair(a, b, &x.raw)) {
		x.score = x.raw;
	} else {
		err = raw_score(m, arena, a, b, &x.raw);
		x.score = err == ERR_OK ? m->metric->of_score(&m->params, x.raw) : 0.0;
	}
	if (err == ERR_OK)
		err = method->explain(m, arena, turned ? b : a, turned ? a : b, &x);
	if (deadline_passed(0))
		return ERR_LIMIT;
	if (err != ERR_OK)
		return err;
	if (turned)
		explanation_swap(&x);
	*r = x;
	return ERR_OK;
}

double
measure_explain_cost(
    const struct measure *m, const struct prepared *a, const struct prepared *b)
{
	/* The score; the same again for what it counted, and once more for what is told of
	 * that. Texts have a limit of their own. */
	return 3.0 * measure_cost(m, a, b) + 100.0 * ((double)a->n + b->n);
}
