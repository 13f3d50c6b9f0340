#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "metric/method.h"

#define MASK_WIDTH 8
#define MASK_HEIGHT 8
#define FRAMES 24

struct scene_style
scene_style_of(const struct metric *metric, unsigned variant)
{
	static const struct {
		const struct method *method;
		enum scene_kind kind;
	} kinds[] = {{&method_region, SCENE_REGION}, {&method_f1, SCENE_REGION},
	    {&method_near, SCENE_REGION}, {&method_tracking, SCENE_REGION},
	    {&method_exact, SCENE_CHOICES}, {&method_jaccard, SCENE_CHOICES},
	    {&method_subtree, SCENE_TAXONOMY}, {&method_numeric, SCENE_NUMBER},
	    {&method_within, SCENE_NUMBER}, {&method_text, SCENE_TEXT},
	    {&method_semantic, SCENE_TEXT}, {&method_ranking, SCENE_RANKER}};
	struct scene_style s = {SCENE_NONE, metric->shape, metric->payload, .labels = 2,
	    .room = 100.0, .size = 30.0};

	for (size_t i = 0; i < N_OF(kinds); i++)
		if (kinds[i].method == metric->method)
			s.kind = kinds[i].kind;
	if (str_starts(str_of(metric->name), "taxonomy"))
		s.kind = SCENE_TAXONOMY;
	switch (variant % SCENE_VARIANTS) {
	case 1: /* crowded */
		s.room = 20.0;
		break;
	case 2: /* small and many apart */
		s.size = 4.0;
		s.labels = 0;
		break;
	case 3: /* ties */
		s.room = 8.0;
		s.size = 5.0;
		s.coarse = true;
		break;
	case 4:
		s.turned = true;
		s.room = 40.0;
		break;
	case 5:
		s.split = true;
		s.room = 40.0;
		s.labels = 5;
		break;
	default:
		break;
	}
	return s;
}

/* An item in the making. */
struct writer {
	struct buf b;
	struct dice *d;
	const struct scene_style *s;
};

static double
coordinate(struct writer *w, double most)
{
	double v = dice_unit(w->d) * most;

	return w->s->coarse ? floor(v) : v;
}

static void
put_numbers(struct writer *w, const char *const *names, const double *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_printf(&w->b, "\"%s\":%.17g,", names[i], v[i]);
}

static void
put_box(struct writer *w, const char *const names[static 5])
{
	double v[5] = {coordinate(w, w->s->room), coordinate(w, w->s->room),
	    coordinate(w, w->s->size), coordinate(w, w->s->size), 0.0};

	if (w->s->turned && !dice_once_in(w->d, 4))
		v[4] = dice_once_in(w->d, 4) ? 90.0 * dice_below(w->d, 9) - 360.0
					     : dice_unit(w->d) * 720.0 - 360.0;
	put_numbers(w, names, v, 5);
}

static const char *const box_names[] = {"x", "y", "width", "height", "rotation"};
static const char *const ellipse_names[] = {"x", "y", "radiusX", "radiusY", "rotation"};

static void
write_bbox(struct writer *w)
{
	put_box(w, box_names);
}

static void
write_ellipse(struct writer *w)
{
	put_box(w, ellipse_names);
}

static void
write_point(struct writer *w)
{
	put_numbers(w, box_names,
	    (double[]){coordinate(w, w->s->room / 4), coordinate(w, w->s->room / 4)}, 2);
}

/* Around a centre, or anywhere, which crosses itself; of too few points now and then. */
static void
write_polygon(struct writer *w)
{
	unsigned n = 3 + dice_below(w->d, 8);
	double x = coordinate(w, w->s->room), y = coordinate(w, w->s->room);
	bool tangled = dice_once_in(w->d, 3);

	if (dice_once_in(w->d, 25))
		n = dice_below(w->d, 3);
	buf_puts(&w->b, "\"points\":[");
	for (unsigned i = 0; i < n; i++) {
		double r = (0.1 + 0.9 * dice_unit(w->d)) * w->s->size / 2;
		double turn = 2 * M_PI * (i + 0.9 * dice_unit(w->d)) / n;
		double px = tangled ? x + dice_unit(w->d) * w->s->size : x + r * cos(turn);
		double py = tangled ? y + dice_unit(w->d) * w->s->size : y + r * sin(turn);

		if (w->s->coarse) {
			px = round(px);
			py = round(py);
		}
		buf_printf(&w->b, "%s[%.17g,%.17g]", i == 0 ? "" : ",", px, py);
	}
	buf_puts(&w->b, "],\"closed\":true,");
}

/* Two stretches of a row of pixels; sometimes none. */
static struct str
mask(struct writer *w, char out[static MASK_WIDTH * MASK_HEIGHT])
{
	unsigned n = MASK_WIDTH * MASK_HEIGHT, rows = w->s->coarse ? n / 2 : n;
	unsigned parts = dice_once_in(w->d, 10) ? 0 : 1 + dice_below(w->d, 3);

	for (unsigned i = 0; i < n; i++)
		out[i] = '0';
	for (unsigned k = 0; k < parts; k++) {
		unsigned first = dice_below(w->d, rows);
		unsigned length = 1 + dice_below(w->d, w->s->size < 10 ? 6 : 30);

		for (unsigned i = first; i < n && i < first + length; i++)
			out[i] = '1';
	}
	return (struct str){out, n};
}

static void
write_brush(struct writer *w)
{
	char pixels[MASK_WIDTH * MASK_HEIGHT];
	struct arena *a = arena_new(0);
	struct str m = mask(w, pixels);

	if (a == NULL)
		abort();
	buf_printf(
	    &w->b, "\"mask\":\"%.*s\",\"rle\":%.*s,", STR_ARG(m), STR_ARG(scene_rle(a, m)));
	arena_free(a);
}

static void
write_bitmask(struct writer *w)
{
	char pixels[MASK_WIDTH * MASK_HEIGHT];
	struct arena *a = arena_new(0);
	struct str m = mask(w, pixels);

	if (a == NULL)
		abort();
	/* Without a transparent pixel what counts is whether they are black. */
	pixels[0] = '0';
	buf_printf(&w->b, "\"mask\":\"%.*s\",\"imageDataURL\":\"data:image/png;base64,",
	    STR_ARG(m));
	buf_str(&w->b, scene_png(a, m, MASK_WIDTH));
	buf_puts(&w->b, "\",");
	arena_free(a);
}

static void
put_interval(struct writer *w, const char *start, const char *end)
{
	double x = coordinate(w, w->s->room), y = x + coordinate(w, w->s->size);
	const char *quote = !w->s->turned && dice_once_in(w->d, 5) ? "\"" : "";

	if (dice_once_in(w->d, 10)) {
		double z = x;

		x = y;
		y = z;
	}
	buf_printf(&w->b, "\"%s\":%s%.17g%s,\"%s\":%s%.17g%s,", start, quote, x, quote, end,
	    quote, y, quote);
}

static void
write_span(struct writer *w)
{
	put_interval(w, "start", "end");
	if (w->s->turned && dice_once_in(w->d, 2))
		put_interval(w, "startOffset", "endOffset");
}

static void
write_html(struct writer *w)
{
	unsigned first = dice_below(w->d, 2);

	buf_printf(&w->b, "\"start\":\"/p[%u]\",\"end\":\"/p[%u]\",", first,
	    first + dice_below(w->d, 2));
	put_interval(w, "startOffset", "endOffset");
	if (dice_once_in(w->d, 3)) {
		buf_puts(&w->b, "\"globalOffsets\":{");
		put_interval(w, "start", "end");
		buf_puts(&w->b, "\"x\":0},");
	}
}

static void
write_timeline(struct writer *w)
{
	unsigned n = dice_once_in(w->d, 20) ? 0 : 1 + dice_below(w->d, 3);

	buf_puts(&w->b, "\"ranges\":[");
	for (unsigned i = 0; i < n; i++) {
		unsigned x = dice_below(w->d, (unsigned)w->s->room);

		buf_printf(&w->b, "%s{\"start\":%u,\"end\":%u}", i == 0 ? "" : ",", x,
		    x + dice_below(w->d, (unsigned)w->s->size));
	}
	buf_puts(&w->b, "],");
}

static void
write_video(struct writer *w)
{
	unsigned n = dice_once_in(w->d, 20) ? 0 : 1 + dice_below(w->d, 4);

	buf_puts(&w->b, "\"sequence\":[");
	for (unsigned i = 0; i < n; i++) {
		buf_printf(
		    &w->b, "%s{\"frame\":%u,", i == 0 ? "" : ",", dice_below(w->d, FRAMES));
		put_box(w, box_names);
		buf_printf(
		    &w->b, "\"enabled\":%s}", dice_once_in(w->d, 3) ? "false" : "true");
	}
	buf_printf(
	    &w->b, "],\"framesCount\":%u,", dice_once_in(w->d, 5) ? FRAMES / 2 : FRAMES);
}

static void
write_vector(struct writer *w)
{
	unsigned n = dice_once_in(w->d, 20) ? 0 : 1 + dice_below(w->d, 5);
	double x = coordinate(w, w->s->room), y = coordinate(w, w->s->room);

	buf_puts(&w->b, "\"vertices\":[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&w->b, "%s{\"id\":\"v%u\",\"x\":%.17g,\"y\":%.17g}",
		    i == 0 ? "" : ",", i, x + coordinate(w, 1.0), y + coordinate(w, 1.0));
	buf_puts(&w->b, "],");
}

static void (*const write_shape[SHAPE__MAX])(struct writer *) = {
    [SHAPE_BBOX] = write_bbox,
    [SHAPE_POLYGON] = write_polygon,
    [SHAPE_ELLIPSE] = write_ellipse,
    [SHAPE_BRUSH] = write_brush,
    [SHAPE_BITMASK] = write_bitmask,
    [SHAPE_SPAN] = write_span,
    [SHAPE_HTML] = write_html,
    [SHAPE_TIMELINE] = write_timeline,
    [SHAPE_VIDEO] = write_video,
    [SHAPE_POINT] = write_point,
    [SHAPE_VECTOR] = write_vector,
};

static void
put_texts(struct writer *w)
{
	unsigned n = 1 + dice_below(w->d, 2);

	buf_puts(&w->b, "\"text\":[");
	for (unsigned i = 0; i < n; i++) {
		buf_puts(&w->b, i == 0 ? "\"" : ",\"");
		for (unsigned k = dice_below(w->d, 6); k > 0; k--)
			buf_char(&w->b, (char)('a' + dice_below(w->d, 4)));
		buf_char(&w->b, '"');
	}
	buf_char(&w->b, ']');
}

/* Some of the labels, in any order, sometimes one twice. */
static void
put_labels(struct writer *w, const char *key)
{
	unsigned n = dice_below(w->d, 4) == 0 ? 2 : 1;

	buf_printf(&w->b, "\"%s\":[", key);
	for (unsigned i = 0; w->s->labels > 0 && i < n; i++)
		buf_printf(
		    &w->b, "%s\"L%u\"", i == 0 ? "" : ",", dice_below(w->d, w->s->labels));
	buf_char(&w->b, ']');
}

static void
put_region(struct writer *w)
{
	static const char *const splits[] = {
	    "", "\"pageIndex\":1,", "\"channel\":\"left\",", "\"channel\":1,"};

	write_shape[w->s->shape](w);
	if (w->s->split)
		buf_puts(&w->b, splits[dice_below(w->d, 4)]);
	if (w->s->payload == PAYLOAD_TEXT)
		put_texts(w);
	else if (w->s->payload == PAYLOAD_VALUE)
		buf_printf(&w->b, "\"rating\":%u", 1 + dice_below(w->d, 5));
	else
		put_labels(w, w->s->payload == PAYLOAD_LABELS_EQUAL ? "labels" : "choices");
}

static void
put_taxonomy(struct writer *w)
{
	buf_puts(&w->b, "\"taxonomy\":[");
	for (unsigned i = 0, n = dice_below(w->d, 4); i < n; i++) {
		buf_puts(&w->b, i == 0 ? "[" : ",[");
		for (unsigned k = 0, depth = 1 + dice_below(w->d, 3); k < depth; k++)
			buf_printf(&w->b, "%s\"L%u\"", k == 0 ? "" : ",",
			    dice_below(w->d, 2 + w->s->labels));
		buf_char(&w->b, ']');
	}
	buf_char(&w->b, ']');
}

static void
put_ranking(struct writer *w)
{
	char names[] = "abcdef";
	unsigned n = 2 + dice_below(w->d, 5);

	for (unsigned i = n - 1; i > 0; i--) {
		unsigned k = dice_below(w->d, i + 1);
		char c = names[i];

		names[i] = names[k];
		names[k] = c;
	}
	buf_puts(&w->b, "\"ranker\":[");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&w->b, "%s\"%c\"", i == 0 ? "" : ",", names[i]);
	buf_char(&w->b, ']');
}

static const char *
put_value(struct writer *w)
{
	switch (w->s->kind) {
	case SCENE_CHOICES:
		put_labels(w, "choices");
		return "choices";
	case SCENE_TAXONOMY:
		put_taxonomy(w);
		return "taxonomy";
	case SCENE_NUMBER:
		buf_printf(&w->b, "\"number\":%.17g", coordinate(w, w->s->room / 10));
		return "number";
	case SCENE_TEXT:
		put_texts(w);
		return "textarea";
	case SCENE_RANKER:
		put_ranking(w);
		return "ranker";
	default:
		put_region(w);
		return w->s->payload == PAYLOAD_LABELS_EQUAL ? "labels"
		    : w->s->payload == PAYLOAD_VALUE	     ? "rating"
							     : "choices";
	}
}

static struct str
finish(struct arena *a, struct writer *w)
{
	struct str r = arena_str(a, buf_text(&w->b));

	if (r.s == NULL || buf_failed(&w->b))
		abort();
	buf_free(&w->b);
	return r;
}

struct str
scene_item(struct arena *a, struct dice *d, const struct scene_style *s)
{
	static unsigned long count;
	struct writer w = {BUF_INIT, d, s};
	const char *type;

	buf_printf(&w.b, "{\"id\":\"i%lu\",\"from_name\":\"c\",", count++);
	if (s->turned)
		buf_puts(&w.b, "\"original_width\":640,\"original_height\":480,");
	if (s->split && dice_once_in(d, 2))
		buf_printf(&w.b, "\"item_index\":%u,", dice_below(d, 2));
	buf_puts(&w.b, "\"value\":{");
	type = put_value(&w);
	buf_printf(&w.b, "},\"type\":\"%s\"}", type);
	return finish(a, &w);
}

struct str
scene_stranger(struct arena *a, const struct scene_style *s)
{
	struct scene_style away = *s;
	struct dice d = {99};
	struct writer w = {BUF_INIT, &d, &away};

	away.labels = 0;
	away.coarse = false;
	away.size = 5;
	buf_puts(&w.b,
	    "{\"id\":\"stranger\",\"from_name\":\"c\",\"item_index\":7,\"type\":\"labels\","
	    "\"value\":{");
	put_region(&w);
	buf_puts(&w.b, "}}");
	return finish(a, &w);
}

struct str *
scene_items(struct arena *a, struct dice *d, const struct scene_style *s, unsigned n)
{
	struct str *items = arena_alloc(a, n * sizeof(*items));

	if (items == NULL)
		abort();
	for (unsigned i = 0; i < n; i++)
		items[i] = scene_item(a, d, s);
	return items;
}

const struct json *
scene_list(struct arena *a, const struct str *items, unsigned n)
{
	struct writer w = {.b = BUF_INIT};
	const struct json *doc;
	struct error e = {0};
	struct str text;

	buf_char(&w.b, '[');
	for (unsigned i = 0; i < n; i++) {
		buf_puts(&w.b, i == 0 ? "" : ",");
		buf_str(&w.b, items[i]);
	}
	buf_char(&w.b, ']');
	text = finish(a, &w);
	if (json_parse(a, text, &doc, &e) != ERR_OK) {
		fprintf(stderr, "%s in %.*s\n", e.text, STR_ARG(text));
		abort();
	}
	return doc;
}
