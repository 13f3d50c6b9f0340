#include "overlap.h"

#include <math.h>
#include <stdlib.h>

#include "area.h"
#include "base/number.h"

#define POINTS_MAX 128
#define FRAMES_MAX 64

/* x, y, width, height or the radii, rotation; and the image in pixels. */
struct frame {
	bool there;
	double x, y, w, h, turn;
	double across, down;
};

struct outline {
	struct area_point v[POINTS_MAX];
	unsigned n;
};

static double
number(const struct json *object, const char *key, double otherwise)
{
	double v = otherwise;
	const struct json *j = json_get(object, key);

	if (!json_number(j, &v) && json_str(j).s != NULL && !number_double(json_str(j), &v))
		abort();
	return v;
}

static struct frame
read_frame(const struct json *item, const struct json *box, bool ellipse)
{
	return (struct frame){true, number(box, "x", 0), number(box, "y", 0),
	    number(box, ellipse ? "radiusX" : "width", 0),
	    number(box, ellipse ? "radiusY" : "height", 0), number(box, "rotation", 0),
	    number(item, "original_width", 100), number(item, "original_height", 100)};
}

static struct area_point
turned(struct area_point p, struct area_point about, double degrees)
{
	double angle = degrees * M_PI / 180, dx = p.x - about.x, dy = p.y - about.y;

	return (struct area_point){about.x + dx * cos(angle) - dy * sin(angle),
	    about.y + dx * sin(angle) + dy * cos(angle)};
}

static struct outline
box_outline(const struct frame *f)
{
	struct area_point corner = {f->x * f->across / 100, f->y * f->down / 100};
	double w = f->w * f->across / 100, h = f->h * f->down / 100;
	struct outline o = {.v = {corner, {corner.x + w, corner.y},
				{corner.x + w, corner.y + h}, {corner.x, corner.y + h}},
	    .n = 4};

	for (int i = 0; i < 4; i++)
		o.v[i] = turned(o.v[i], corner, f->turn);
	return o;
}

static struct outline
ellipse_outline(const struct frame *f)
{
	struct area_point centre = {f->x * f->across / 100, f->y * f->down / 100};
	struct outline o = {.n = 128};

	for (int k = 0; k < 128; k++) {
		double t = 2 * M_PI * k / 128;
		struct area_point p = {centre.x + f->w * f->across / 100 * cos(t),
		    centre.y + f->h * f->down / 100 * sin(t)};

		o.v[k] = turned(p, centre, f->turn);
	}
	return o;
}

static struct outline
polygon_outline(const struct json *item)
{
	const struct json *points = json_get(json_get(item, "value"), "points");
	struct outline o = {.n = points->n};

	if (points->n > POINTS_MAX)
		abort();
	for (uint32_t i = 0; i < points->n; i++) {
		const struct json *p = json_at(points, i);

		if (!json_number(json_at(p, 0), &o.v[i].x) ||
		    !json_number(json_at(p, 1), &o.v[i].y))
			abort();
	}
	return o;
}

/* Whether some upright or level line parts the two. */
static bool
apart(const struct outline *a, const struct outline *b)
{
	bool left = true, right = true, above = true, below = true;

	for (unsigned i = 0; i < a->n; i++)
		for (unsigned j = 0; j < b->n; j++) {
			left &= a->v[i].x < b->v[j].x;
			right &= a->v[i].x > b->v[j].x;
			above &= a->v[i].y < b->v[j].y;
			below &= a->v[i].y > b->v[j].y;
		}
	return left || right || above || below;
}

static double
outline_iou(const struct outline *a, const struct outline *b)
{
	return apart(a, b) ? 0.0
			   : area_iou(&(struct area_outline){a->v, a->n},
				 &(struct area_outline){b->v, b->n});
}

static bool
same_outline(const struct outline *a, const struct outline *b)
{
	bool same = a->n == b->n;

	for (unsigned i = 0; same && i < a->n; i++)
		same = a->v[i].x == b->v[i].x && a->v[i].y == b->v[i].y;
	return same;
}

/* Length of [a, b) and [c, d) in common. */
static double
common(double a, double b, double c, double d)
{
	return fmax(0.0, fmin(b, d) - fmax(a, c));
}

static double
frame_iou(const struct frame *a, const struct frame *b)
{
	double both, all;

	if (a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h &&
	    a->turn == b->turn)
		return 1.0;
	if (a->turn != 0.0 || b->turn != 0.0) {
		struct outline x = box_outline(a), y = box_outline(b);

		return outline_iou(&x, &y);
	}
	both = common(a->x, a->x + a->w, b->x, b->x + b->w) *
	    common(a->y, a->y + a->h, b->y, b->y + b->h);
	all = a->w * a->h + b->w * b->h - both;
	return all > 0.0 ? both / all : 0.0;
}

static double
bbox(const struct json *a, const struct json *b)
{
	struct frame x = read_frame(a, json_get(a, "value"), false);
	struct frame y = read_frame(b, json_get(b, "value"), false);

	return frame_iou(&x, &y);
}

static double
ellipse(const struct json *a, const struct json *b)
{
	struct frame x = read_frame(a, json_get(a, "value"), true);
	struct frame y = read_frame(b, json_get(b, "value"), true);
	struct outline p = ellipse_outline(&x), q = ellipse_outline(&y);

	return same_outline(&p, &q) ? 1.0 : outline_iou(&p, &q);
}

static double
polygon(const struct json *a, const struct json *b)
{
	struct outline x = polygon_outline(a), y = polygon_outline(b);

	return same_outline(&x, &y) ? 1.0 : outline_iou(&x, &y);
}

static double
counts_iou(unsigned both, unsigned either)
{
	return either == 0 ? 1.0 : (double)both / either;
}

static double
pixels(const struct json *a, const struct json *b)
{
	struct str x = json_str(json_get(json_get(a, "value"), "mask"));
	struct str y = json_str(json_get(json_get(b, "value"), "mask"));
	unsigned both = 0, either = 0;

	for (size_t i = 0; x.n == y.n && i < x.n; i++) {
		both += x.s[i] == '1' && y.s[i] == '1';
		either += x.s[i] == '1' || y.s[i] == '1';
	}
	return x.n != y.n ? 0.0 : counts_iou(both, either);
}

static double
interval(const struct json *a, const struct json *b, const char *start, const char *end)
{
	double as = number(a, start, 0), ae = number(a, end, 0), bs = number(b, start, 0),
	       be = number(b, end, 0);
	double a0 = fmin(as, ae), a1 = fmax(as, ae), b0 = fmin(bs, be), b1 = fmax(bs, be);
	double both = common(a0, a1, b0, b1), all = a1 - a0 + b1 - b0 - both;

	return all > 0.0 ? both / all : a0 == b0 && a1 == b1 ? 1.0 : 0.0;
}

static double
html(const struct json *a, const struct json *b)
{
	const struct json *x = json_get(a, "value"), *y = json_get(b, "value");
	const struct json *gx = json_get(x, "globalOffsets"),
			  *gy = json_get(y, "globalOffsets");

	if (gx != NULL && gy != NULL)
		return interval(gx, gy, "start", "end");
	if (!json_equal(json_get(x, "start"), json_get(y, "start")) ||
	    !json_equal(json_get(x, "end"), json_get(y, "end")))
		return 0.0;
	return interval(x, y, "startOffset", "endOffset");
}

static double
span(const struct json *a, const struct json *b)
{
	const struct json *x = json_get(a, "value"), *y = json_get(b, "value");

	if (json_get(x, "startOffset") != NULL && json_get(y, "startOffset") != NULL)
		return html(a, b);
	return interval(x, y, "start", "end");
}

static bool
in_ranges(const struct json *item, unsigned frame)
{
	const struct json *ranges = json_get(json_get(item, "value"), "ranges");
	bool in = false;

	for (uint32_t i = 0; i < ranges->n; i++)
		in |= number(json_at(ranges, i), "start", 0) <= frame &&
		    frame <= number(json_at(ranges, i), "end", 0);
	return in;
}

static double
timeline(const struct json *a, const struct json *b)
{
	unsigned both = 0, either = 0;

	for (unsigned f = 0; f < 1000; f++) {
		both += in_ranges(a, f) && in_ranges(b, f);
		either += in_ranges(a, f) || in_ranges(b, f);
	}
	return counts_iou(both, either);
}

/* The last of the key frames for the nearest frame before, or at, or else after one. */
static const struct json *
nearest_key(const struct json *sequence, double frame, bool before, double *at)
{
	const struct json *found = NULL;

	for (uint32_t i = 0; i < sequence->n; i++) {
		double f = number(json_at(sequence, i), "frame", 0);

		if (before ? f > frame || (found != NULL && f < *at)
			   : f <= frame || (found != NULL && f > *at))
			continue;
		found = json_at(sequence, i);
		*at = f;
	}
	return found;
}

/* The box of one frame: at a key frame, between two, or after the last. */
static struct frame
frame_at(const struct json *item, double frame)
{
	const struct json *value = json_get(item, "value"),
			  *sequence = json_get(value, "sequence");
	double at = 0, until = 0, t;
	const struct json *k = nearest_key(sequence, frame, true, &at);
	const struct json *next = nearest_key(sequence, frame, false, &until);
	struct frame a, b;

	if (k == NULL || (at != frame && !json_true(json_get(k, "enabled"))) ||
	    (at != frame && next == NULL && frame > number(value, "framesCount", 0)))
		return (struct frame){0};
	a = read_frame(item, k, false);
	if (at == frame || next == NULL)
		return a;
	b = read_frame(item, next, false);
	t = (frame - at) / (until - at);
	return (struct frame){true, a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t,
	    a.w + (b.w - a.w) * t, a.h + (b.h - a.h) * t, a.turn + (b.turn - a.turn) * t,
	    a.across, a.down};
}

static double
video(const struct json *a, const struct json *b)
{
	unsigned frames = 0;
	double sum = 0.0;

	for (unsigned f = 0; f < FRAMES_MAX; f++) {
		struct frame x = frame_at(a, f), y = frame_at(b, f);

		frames += x.there || y.there;
		sum += x.there && y.there ? frame_iou(&x, &y) : 0.0;
	}
	return frames == 0 ? 1.0 : sum / frames;
}

unsigned
overlap_frames(const struct json *track)
{
	unsigned frames = 0;

	for (unsigned f = 0; f < FRAMES_MAX; f++)
		frames += frame_at(track, f).there;
	return frames;
}

unsigned
overlap_matched(const struct json *a, const struct json *b, double threshold)
{
	unsigned frames = 0;

	for (unsigned f = 0; f < FRAMES_MAX; f++) {
		struct frame x = frame_at(a, f), y = frame_at(b, f);

		frames += x.there && y.there && frame_iou(&x, &y) >= threshold;
	}
	return frames;
}

static double
point(const struct json *a, const struct json *b)
{
	const struct json *x = json_get(a, "value"), *y = json_get(b, "value");

	return number(x, "x", 0) == number(y, "x", 0) &&
		number(x, "y", 0) == number(y, "y", 0)
	    ? 1.0
	    : 0.0;
}

static double
vector(const struct json *a, const struct json *b)
{
	const struct json *x = json_get(json_get(a, "value"), "vertices"),
			  *y = json_get(json_get(b, "value"), "vertices");
	bool same = x->n == y->n;

	for (uint32_t i = 0; same && i < x->n; i++)
		same = number(json_at(x, i), "x", 0) == number(json_at(y, i), "x", 0) &&
		    number(json_at(x, i), "y", 0) == number(json_at(y, i), "y", 0);
	return same ? 1.0 : 0.0;
}

double
overlap_plain(enum shape_id shape, const struct json *a, const struct json *b)
{
	static double (*const plain[SHAPE__MAX])(
	    const struct json *, const struct json *) = {
	    [SHAPE_BBOX] = bbox,
	    [SHAPE_POLYGON] = polygon,
	    [SHAPE_ELLIPSE] = ellipse,
	    [SHAPE_BRUSH] = pixels,
	    [SHAPE_BITMASK] = pixels,
	    [SHAPE_SPAN] = span,
	    [SHAPE_HTML] = html,
	    [SHAPE_TIMELINE] = timeline,
	    [SHAPE_VIDEO] = video,
	    [SHAPE_POINT] = point,
	    [SHAPE_VECTOR] = vector,
	};

	return plain[shape](a, b);
}

bool
overlap_is_unclear(enum shape_id shape, const struct json *item)
{
	struct outline o;

	if (shape != SHAPE_POLYGON)
		return false;
	o = polygon_outline(item);
	return area_retraces(&(struct area_outline){o.v, o.n});
}
