/*
 * Spans of texts, sounds and time series [start, end), and of elements of hypertext and
 * paragraphs.
 */
#include <math.h>

#include "base/datetime.h"
#include "base/number.h"
#include "base/timeformat.h"
#include "metric/field.h"
#include "metric/region/shapes.h"

/*
 * A number or a point in time, in seconds. All that a decimal holds (18 places, and 4e18 on
 * either side of 0) is exact and is subtracted as it stands; of anything else the nearest
 * double is.
 */
struct position {
	bool is_exact;
	struct decimal exact;
	double nearest; /* of an exact one a double that keeps their order */
};

struct interval {
	bool known;
	struct position start, end; /* start <= end */
};

struct span {
	struct interval plain;	 /* start and end as numbers or points in time */
	struct interval global;	 /* globalOffsets */
	struct interval offsets; /* startOffset and endOffset, within .. */
	struct str start, end;	 /* .. these elements */
};

static int
compare(const struct position *a, const struct position *b)
{
	if (a->is_exact && b->is_exact)
		return decimal_compare(&a->exact, &b->exact);
	return (a->nearest > b->nearest) - (a->nearest < b->nearest);
}

/* (to - from) / (last - first), each subtraction exact where that is possible. */
static double
share(const struct position *from, const struct position *to, const struct position *first,
    const struct position *last)
{
	double near = to->nearest - from->nearest,
	       all_near = last->nearest - first->nearest;
	struct decimal both, all;

	if (!from->is_exact || !to->is_exact || !first->is_exact || !last->is_exact)
		return all_near > 0.0 ? near / all_near : 1.0;
	both = decimal_subtract(&to->exact, &from->exact);
	all = decimal_subtract(&last->exact, &first->exact);
	return decimal_ratio(&both, &all);
}

/* Two that have something in common leave no gap: their union is all from the first start
 * to the last end. */
static double
interval_iou(const struct interval *a, const struct interval *b)
{
	int starts = compare(&a->start, &b->start), ends = compare(&a->end, &b->end);
	const struct position *from = starts > 0 ? &a->start : &b->start;
	const struct position *to = ends < 0 ? &a->end : &b->end;

	if (starts == 0 && ends == 0)
		return 1.0;
	if (compare(from, to) >= 0)
		return 0.0;
	return share(
	    from, to, starts > 0 ? &b->start : &a->start, ends < 0 ? &b->end : &a->end);
}

static void
set_exact(struct position *r, struct decimal v)
{
	*r = (struct position){true, v, decimal_double(&v)};
}

/* A number token. */
static bool
read_number(struct str token, struct position *r)
{
	struct decimal exact;
	double v;

	if (!number_double(token, &v) || fabs(v) > FIELD_MAX)
		return false;
	if (decimal_read(token, &exact))
		set_exact(r, exact);
	else
		*r = (struct position){.nearest = v};
	return true;
}

/* A text in the format, where there is one; one that is a number, or an ISO date or time.
 */
static bool
read_text(struct str text, struct str format, struct position *r)
{
	struct decimal exact;

	if (format.n > 0 && timeformat_read(format, text, &exact)) {
		set_exact(r, exact);
		return true;
	}
	if (read_number(text, r))
		return true;
	if (!datetime_exact(text, &exact))
		return false;
	set_exact(r, exact);
	return true;
}

static bool
read_position(
    const struct json *object, const char *key, struct str format, struct position *r)
{
	const struct json *j = json_get(object, key);
	char room[NUMBER_ROOM];
	struct str token = json_number_text(object, key);
	double v;

	if (token.s != NULL)
		return read_number(token, r);
	if (json_number(j, &v))
		return read_number((struct str){room, number_write(room, v)}, r);
	return j != NULL && j->type == JSON_STRING &&
	    read_text(str_trim(json_str(j)), format, r);
}

/* Both ends, put in order: a span drawn from its end to its start is the same span. */
static struct interval
read_interval(
    const struct json *object, const char *start, const char *end, struct str format)
{
	struct interval v = {.known = false};

	v.known = read_position(object, start, format, &v.start) &&
	    read_position(object, end, format, &v.end);
	if (v.known && compare(&v.start, &v.end) > 0) {
		struct position s = v.start;

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
	s->global = read_interval(
	    json_get(item->value, "globalOffsets"), "start", "end", (struct str){0});
	s->offsets =
	    read_interval(item->value, "startOffset", "endOffset", (struct str){0});
	return ERR_OK;
}

static struct extent
extent_of(const struct interval *v)
{
	return v->known ? (struct extent){v->start.nearest, v->end.nearest, 0.0, 0.0}
			: (struct extent){-FIELD_MAX, FIELD_MAX, 0.0, 0.0};
}

/* Whether `start` and `end` are no paths: predictions may count through the whole text. */
static bool
counts_through(const struct json *value)
{
	double v;

	return json_number(json_get(value, "start"), &v) &&
	    json_number(json_get(value, "end"), &v);
}

static enum err
read_html(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct span *s = arena_calloc(a, 1, sizeof(*s));
	enum err err;

	(void)how;
	if (s == NULL)
		return error_memory(e);
	err = read_all(a, item, s, e);
	if (err != ERR_OK)
		return err;
	if (!s->global.known && !s->offsets.known && counts_through(item->value))
		s->global = read_interval(item->value, "start", "end", (struct str){0});
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

/* Names the end that cannot be read, where it should have been written in a format. */
static enum err
refuse(const struct item *item, struct str format, struct error *e)
{
	static const char *const keys[] = {"start", "end"};
	struct str unknown = timeformat_unknown(format);
	struct position p;
	int bad = read_position(item->value, keys[0], format, &p) ? 1 : 0;
	struct str text = json_str(json_get(item->value, keys[bad]));

	if (format.n == 0 || text.s == NULL)
		return field_error(item, "start",
		    "start and end must be numbers or dates, or startOffset and endOffset "
		    "be given",
		    e);
	if (unknown.s != NULL)
		return error_set(e, ERR_INPUT,
		    "$[%u].value.%s: \"%.*s\" is no number and no ISO date, and %.*s of "
		    "the "
		    "time format \"%.*s\" is not known",
		    item->index, keys[bad], STR_ARG(text), STR_ARG(unknown),
		    STR_ARG(format));
	return error_set(e, ERR_INPUT,
	    "$[%u].value.%s: \"%.*s\" is not written as the time format \"%.*s\" says, and "
	    "is no number and no ISO date",
	    item->index, keys[bad], STR_ARG(text), STR_ARG(format));
}

static enum err
read_span(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct span *s = arena_calloc(a, 1, sizeof(*s));
	enum err err;

	if (s == NULL)
		return error_memory(e);
	err = read_all(a, item, s, e);
	if (err != ERR_OK)
		return err;
	s->plain = read_interval(item->value, "start", "end", how->time_format);
	if (!s->plain.known && !s->offsets.known)
		return refuse(item, how->time_format, e);
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
