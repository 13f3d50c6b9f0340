/*
 * Spans of texts, sounds and time series [start, end), and of elements of hypertext and
 * paragraphs.
 */
#include <math.h>

#include "base/datetime.h"
#include "metric/field.h"
#include "metric/shapes.h"

struct interval {
	bool known;
	double start, end; /* start <= end */
};

struct span {
	struct interval plain;	/* start and end as numbers or points in time, in seconds */
	struct interval global; /* globalOffsets */
	struct interval offsets; /* startOffset and endOffset, within .. */
	struct str start, end;	 /* .. these elements */
};

static double
interval_iou(const struct interval *a, const struct interval *b)
{
	double both = fmin(a->end, b->end) - fmax(a->start, b->start);

	return shape_iou(both > 0.0 ? both : 0.0, a->end - a->start, b->end - b->start,
	    a->start == b->start && a->end == b->end);
}

/* A number, a text that is one, or a date and time. */
static bool
read_position(const struct json *j, double *r)
{
	double v;

	if (j == NULL || j->type == JSON_ARRAY)
		return false;
	if (!json_number_loose(j, &v) &&
	    (j->type != JSON_STRING || !datetime_seconds(str_trim(json_str(j)), &v)))
		return false;
	if (fabs(v) > FIELD_MAX)
		return false;
	*r = v;
	return true;
}

/* Both ends, put in order: a span drawn from its end to its start is the same span. */
static struct interval
read_interval(const struct json *object, const char *start, const char *end)
{
	struct interval v = {0};

	if (read_position(json_get(object, start), &v.start) &&
	    read_position(json_get(object, end), &v.end))
		v.known = true;
	if (v.start > v.end) {
		double s = v.start;

		v.start = v.end;
		v.end = s;
	}
	return v;
}

/* An element's path; a paragraph's index may be a number. */
static enum err
read_path(struct arena *a, const struct json *j, struct str *r)
{
	*r = json_str(j);
	return r->s != NULL || json_is_null(j) ? ERR_OK : json_text(a, j, r);
}

static enum err
read_all(struct arena *a, const struct item *item, struct span *s, struct error *e)
{
	enum err err = read_path(a, json_get(item->value, "start"), &s->start);

	if (err == ERR_OK)
		err = read_path(a, json_get(item->value, "end"), &s->end);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	s->global = read_interval(json_get(item->value, "globalOffsets"), "start", "end");
	s->offsets = read_interval(item->value, "startOffset", "endOffset");
	return ERR_OK;
}

static struct extent
extent_of(const struct interval *v)
{
	return v->known ? (struct extent){v->start, v->end, 0.0, 0.0}
			: (struct extent){-FIELD_MAX, FIELD_MAX, 0.0, 0.0};
}

static enum err
read_html(struct arena *a, const struct item *item, const void **geometry_r,
    struct extent *extent_r, struct error *e)
{
	struct span *s = arena_calloc(a, 1, sizeof(*s));
	enum err err;

	if (s == NULL)
		return error_memory(e);
	err = read_all(a, item, s, e);
	if (err != ERR_OK)
		return err;
	if (!s->global.known && !s->offsets.known)
		return field_error(item, "startOffset",
		    "startOffset and endOffset, or globalOffsets, are required", e);
	/* Where a span has both, the other side decides which of them counts. */
	*extent_r = s->global.known && s->offsets.known
	    ? extent_of(&s->plain)
	    : extent_of(s->global.known ? &s->global : &s->offsets);
	*geometry_r = s;
	return ERR_OK;
}

static enum err
read_span(struct arena *a, const struct item *item, const void **geometry_r,
    struct extent *extent_r, struct error *e)
{
	struct span *s = arena_calloc(a, 1, sizeof(*s));
	enum err err;

	if (s == NULL)
		return error_memory(e);
	err = read_all(a, item, s, e);
	if (err != ERR_OK)
		return err;
	s->plain = read_interval(item->value, "start", "end");
	if (!s->plain.known && !s->offsets.known)
		return field_error(item, "start",
		    "start and end must be numbers or dates, or startOffset and endOffset "
		    "be given",
		    e);
	*extent_r = s->offsets.known ? (struct extent){-FIELD_MAX, FIELD_MAX, 0.0, 0.0}
				     : extent_of(&s->plain);
	*geometry_r = s;
	return ERR_OK;
}

static double
html_iou(const struct span *a, const struct span *b)
{
	if (a->global.known && b->global.known)
		return interval_iou(&a->global, &b->global);
	if (!a->offsets.known || !b->offsets.known || !str_eq(a->start, b->start) ||
	    !str_eq(a->end, b->end))
		return 0.0;
	return interval_iou(&a->offsets, &b->offsets);
}

static enum err
overlap_html(struct arena *scratch, const void *a, const void *b, double *r)
{
	(void)scratch;
	*r = html_iou(a, b);
	return ERR_OK;
}

static enum err
overlap_span(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct span *x = a, *y = b;

	(void)scratch;
	if (x->offsets.known && y->offsets.known)
		*r = html_iou(x, y);
	else
		*r = x->plain.known && y->plain.known ? interval_iou(&x->plain, &y->plain)
						      : 0.0;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	(void)geometry;
	return 30.0;
}

const struct shape shape_span = {
    .name = "span", .read = read_span, .overlap = overlap_span, .cost = cost};
const struct shape shape_html = {
    .name = "html", .read = read_html, .overlap = overlap_html, .cost = cost};
