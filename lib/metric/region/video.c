#include "metric/region/video.h"

#include <math.h>
#include <stdlib.h>

#include "base/deadline.h"
#include "metric/region/box.h"
#include "metric/field.h"
#include "metric/region/shapes.h"

/* Key frames beyond this are no frames of a video that anybody can play: 46 days at 25
 * frames a second. */
#define FRAME_MAX 100000000

/* A video that is longer is as long: above this, frames are not told apart by their
 * numbers. */
#define FRAMES_MAX 0x1p53

/* A part of a track: frames first .. end - 1, from one box towards another. */
struct leg {
	int64_t first, end;
	int64_t
	    target; /* frame at which `to` would be reached; first: it stays at `from` */
	struct box from, to;
};

struct track {
	struct leg *legs; /* ascending, disjoint */
	uint32_t n;
	double frames;
	bool turned; /* some box is */
};

struct key {
	int64_t frame;
	uint32_t order; /* in the document */
	bool enabled;
	struct box box;
};

static enum err
read_frame(const struct item *item, uint32_t i, const struct json *json, int64_t *r,
    struct error *e)
{
	double frame;
	enum err err = field_element_number(item, "sequence", i, json, "frame", &frame, e);

	if (err != ERR_OK)
		return err;
	if (frame < 0.0 || frame != floor(frame))
		return error_set(e, ERR_INPUT,
		    "$[%u].value.sequence[%u].frame: a whole number from 0 is required",
		    item->index, i);
	if (frame > FRAME_MAX)
		return error_set(e, ERR_INPUT,
		    "$[%u].value.sequence[%u].frame: beyond frame " STR_OF_MACRO(FRAME_MAX),
		    item->index, i);
	*r = (int64_t)frame;
	return ERR_OK;
}

static enum err
read_key(const struct item *item, uint32_t i, const struct json *json,
    const struct reading *how, struct key *k, struct error *e)
{
	double *const fields[] = {&k->box.x, &k->box.y, &k->box.width, &k->box.height};
	static const char *const names[] = {"x", "y", "width", "height"};
	const struct json *enabled = json_get(json, "enabled");
	enum err err = read_frame(item, i, json, &k->frame, e);

	for (int f = 0; err == ERR_OK && f < 4; f++)
		err =
		    field_element_number(item, "sequence", i, json, names[f], fields[f], e);
	if (err == ERR_OK && !json_is_null(json_get(json, "rotation")))
		err = field_element_number(
		    item, "sequence", i, json, "rotation", &k->box.rotation, e);
	if (err != ERR_OK)
		return err;
	k->box.aspect = how->aspect;
	/* Label Studio holds a key frame without the flag for one that is on. */
	k->enabled = json_is_null(enabled) || json_true(enabled);
	k->order = i;
	return ERR_OK;
}

static int
by_frame(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Of several for one frame the last one in the document counts. */
static uint32_t
drop_repeated(struct key *keys, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		if (i + 1 == n || keys[i + 1].frame != keys[i].frame)
			keys[kept++] = keys[i];
	return kept;
}

/*
 * The legs between key frames, which are in the order of frames. A key frame that is off is
 * still there itself, but nothing follows it until the next one.
 */
static void
make_legs(const struct key *keys, uint32_t n, int64_t count, struct track *t)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct key *k = &keys[i];
		bool last = i + 1 == n;
		struct leg leg = {k->frame, k->frame + 1, k->frame, k->box, k->box};

		if (k->enabled && last && count + 1 > leg.end)
			leg.end = count + 1;
		if (k->enabled && !last) {
			leg.end = leg.target = keys[i + 1].frame;
			leg.to = keys[i + 1].box;
		}
		t->turned |= k->box.rotation != 0.0;
		t->legs[t->n++] = leg;
		t->frames += (double)(leg.end - leg.first);
	}
}

static struct extent
join(struct extent a, struct extent b)
{
	return (struct extent){
	    fmin(a.x0, b.x0), fmax(a.x1, b.x1), fmin(a.y0, b.y0), fmax(a.y1, b.y1)};
}

/* A box that turns on its way stays within its diagonal of the corner about which it turns.
 */
static struct extent
leg_extent(const struct leg *l)
{
	struct extent e = join(box_extent(&l->from), box_extent(&l->to));
	double w = fmax(fabs(l->from.width), fabs(l->to.width));
	double h = fmax(fabs(l->from.height), fabs(l->to.height));
	double reach = hypot(w, h * l->from.aspect);

	if (l->from.rotation == l->to.rotation)
		return e;
	e.x0 = fmin(l->from.x, l->to.x) - reach;
	e.x1 = fmax(l->from.x, l->to.x) + reach;
	e.y0 = fmin(l->from.y, l->to.y) - reach / l->from.aspect;
	e.y1 = fmax(l->from.y, l->to.y) + reach / l->from.aspect;
	return e;
}

/* How long the video is limits nothing by itself: what stays where it is costs one frame.
 */
static enum err
read_count(const struct item *item, double *r, struct error *e)
{
	const struct json *count = json_get(item->value, "framesCount");
	enum err err = ERR_OK;

	if (!json_number(count, r) || *r < FIELD_MAX)
		err = field_number_or(item, "framesCount", 0.0, r, e);
	if (err == ERR_OK && *r < 0.0)
		return field_error(item, "framesCount", "a number from 0 is required", e);
	return err;
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct track *t = arena_calloc(a, 1, sizeof(*t));
	const struct json *sequence;
	struct key *keys;
	double count;
	enum err err = field_list(item, "sequence", &sequence, e);

	if (err == ERR_OK)
		err = read_count(item, &count, e);
	if (err != ERR_OK)
		return err;
	keys = arena_calloc(a, sequence->n, sizeof(*keys));
	if (t == NULL || keys == NULL ||
	    (t->legs = arena_alloc(a, sequence->n * sizeof(t->legs[0]))) == NULL)
		return error_memory(e);
	for (uint32_t i = 0; err == ERR_OK && i < sequence->n; i++)
		err = read_key(item, i, json_at(sequence, i), how, &keys[i], e);
	if (err != ERR_OK)
		return err;
	qsort(keys, sequence->n, sizeof(keys[0]), by_frame);
	make_legs(
	    keys, drop_repeated(keys, sequence->n), (int64_t)fmin(count, FRAMES_MAX), t);
	*extent_r = (struct extent){0};
	for (uint32_t i = 0; i < t->n; i++)
		*extent_r = i == 0 ? leg_extent(&t->legs[0])
				   : join(*extent_r, leg_extent(&t->legs[i]));
	*geometry_r = t;
	return ERR_OK;
}

static bool
is_still(const struct leg *l)
{
	return l->target == l->first;
}

static struct box
box_at(const struct leg *l, int64_t frame)
{
	struct box b = l->from;
	double t;

	if (is_still(l) || frame == l->first)
		return box_normal(b);
	t = (double)(frame - l->first) / (double)(l->target - l->first);
	b.x += (l->to.x - b.x) * t;
	b.y += (l->to.y - b.y) * t;
	b.width += (l->to.width - b.width) * t;
	b.height += (l->to.height - b.height) * t;
	b.rotation += (l->to.rotation - b.rotation) * t;
	return box_normal(b);
}

static enum err
compare_legs(struct arena *scratch, const struct leg *a, const struct leg *b,
    double threshold, struct video_shared *s)
{
	int64_t first = a->first > b->first ? a->first : b->first;
	int64_t end = a->end < b->end ? a->end : b->end;
	bool still = is_still(a) && is_still(b);

	for (int64_t f = first; f < end && !deadline_passed(100); f++) {
		struct box x = box_at(a, f), y = box_at(b, f);
		double times = still ? (double)(end - first) : 1.0, iou;
		enum err err = box_iou(scratch, &x, &y, &iou);

		if (err != ERR_OK)
			return err;
		s->frames += times;
		s->sum += iou * times;
		s->matched += iou >= threshold ? times : 0.0;
		if (still)
			break;
	}
	return ERR_OK;
}

static enum err
compare_tracks(struct arena *scratch, const struct track *a, const struct track *b,
    double threshold, struct video_shared *s)
{
	uint32_t i = 0, j = 0;

	while (i < a->n && j < b->n) {
		enum err err =
		    compare_legs(scratch, &a->legs[i], &b->legs[j], threshold, s);

		if (err != ERR_OK)
			return err;
		if (a->legs[i].end < b->legs[j].end)
			i++;
		else
			j++;
	}
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	const struct track *x = a, *y = b;
	struct video_shared s = {0};
	enum err err = compare_tracks(scratch, x, y, 0.0, &s);
	double all = x->frames + y->frames - s.frames;

	if (err == ERR_OK)
		*r = all == 0.0 ? 1.0 : fmin(s.sum / all, 1.0);
	return err;
}

double
video_frames(const void *track)
{
	return ((const struct track *)track)->frames;
}

enum err
video_compare(struct arena *scratch, const void *a, const void *b, double threshold,
    struct video_shared *r)
{
	struct video_shared s = {0};
	enum err err = compare_tracks(scratch, a, b, threshold, &s);

	if (err == ERR_OK)
		*r = s;
	return err;
}

static bool
turned(const void *geometry)
{
	return ((const struct track *)geometry)->turned;
}

static double
cost(const void *geometry)
{
	const struct track *t = geometry;
	double sum = 20.0;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct leg *l = &t->legs[i];
		bool straight = l->from.rotation == 0.0 && l->to.rotation == 0.0;

		sum += (straight ? 20.0 : 500.0) *
		    (is_still(l) ? 1.0 : (double)(l->end - l->first));
	}
	return sum;
}

const struct shape shape_video = {
    .name = "video", .read = read, .turned = turned, .overlap = overlap, .cost = cost};
