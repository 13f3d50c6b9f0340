#include "plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metric/method.h"
#include "metric/text/texts.h"
#include "overlap.h"

#define LABELS_MAX 8

struct region {
	const struct json *item, *value;
	struct str labels[LABELS_MAX];
	unsigned n_labels;
	double weight;
};

struct side {
	struct region *list;
	unsigned n;
};

static bool
has_label(const struct region *r, struct str label)
{
	bool has = false;

	for (unsigned i = 0; i < r->n_labels; i++)
		has |= str_eq(r->labels[i], label);
	return has;
}

static struct region
read_region(const struct measure *m, const struct json *item)
{
	struct region r = {.item = item, .value = json_get(item, "value")};
	const struct json *labels = json_get(r.value, "labels");

	if (labels == NULL)
		labels = json_get(r.value, "choices");
	for (uint32_t i = 0; labels != NULL && i < labels->n; i++) {
		struct str label = json_str(json_at(labels, i));

		if (has_label(&r, label))
			continue;
		if (r.n_labels == LABELS_MAX)
			abort();
		r.labels[r.n_labels++] = label;
		r.weight += params_label_weight(&m->params, label);
	}
	if (r.n_labels == 0)
		r.weight = 1.0;
	return r;
}

static struct side
read_side(struct arena *a, const struct measure *m, const struct json *list)
{
	struct side s = {arena_calloc(a, list->n, sizeof(*s.list)), 0};

	if (s.list == NULL)
		abort();
	for (uint32_t i = 0; i < list->n; i++) {
		struct region r = read_region(m, json_at(list, i));

		if (r.weight != 0.0)
			s.list[s.n++] = r;
	}
	return s;
}

static bool
same_field(const struct json *a, const struct json *b, const char *key)
{
	static const struct json zero = {.type = JSON_INTEGER};
	const struct json *x = json_get(a, key), *y = json_get(b, key);

	return json_equal(x == NULL ? &zero : x, y == NULL ? &zero : y);
}

static bool
same_scene(const struct region *a, const struct region *b)
{
	return same_field(a->item, b->item, "item_index") &&
	    same_field(a->value, b->value, "pageIndex") &&
	    same_field(a->value, b->value, "channel");
}

static double
labels_in_common(const struct region *a, const struct region *b)
{
	unsigned both = 0;

	for (unsigned i = 0; i < a->n_labels; i++)
		both += has_label(b, a->labels[i]);
	return a->n_labels + b->n_labels == 0
	    ? 1.0
	    : (double)both / (a->n_labels + b->n_labels - both);
}

static double
texts(struct arena *a, const struct measure *m, const struct region *x,
    const struct region *y)
{
	const struct item items[2] = {{.value = x->value}, {.value = y->value}};
	struct texts lines[2];
	double r = 0.0;

	for (int i = 0; i < 2; i++)
		if (texts_read(a, &m->params, &items[i], 1, &lines[i], NULL) != ERR_OK)
			abort();
	if (texts_similarity(a, &m->params, &lines[0], &lines[1], &r) != ERR_OK)
		abort();
	return r;
}

static double
number_of(const struct json *value, const char *key)
{
	double v = 0.0;

	if (!json_number(json_get(value, key), &v))
		abort();
	return v;
}

static double
payload(struct arena *a, const struct measure *m, const struct region *x,
    const struct region *y)
{
	if (m->metric->payload == PAYLOAD_TEXT)
		return texts(a, m, x, y);
	if (m->metric->payload == PAYLOAD_VALUE)
		return 1 /
		    (1 +
			fabs(
			    number_of(x->value, "rating") - number_of(y->value, "rating")));
	if (m->metric->payload == PAYLOAD_LABELS_JACCARD)
		return labels_in_common(x, y);
	return labels_in_common(x, y) == 1.0 ? 1.0 : 0.0;
}

/* Of two objects with x and y. */
static double
apart(const struct json *a, const struct json *b)
{
	double dx = number_of(a, "x") - number_of(b, "x");
	double dy = number_of(a, "y") - number_of(b, "y");

	return sqrt(dx * dx + dy * dy);
}

static double
distance(const struct region *x, const struct region *y)
{
	return apart(x->value, y->value);
}

/* The discrete Frechet distance by its definition: the last vertices are together, and
 * before them one side or both have taken a step. */
static double
walk(const struct json *a, const struct json *b, uint32_t i, uint32_t j)
{
	double here = apart(json_at(a, i), json_at(b, j)), before = INFINITY;

	if (i == 0 && j == 0)
		return here;
	if (i > 0)
		before = fmin(before, walk(a, b, i - 1, j));
	if (j > 0)
		before = fmin(before, walk(a, b, i, j - 1));
	if (i > 0 && j > 0)
		before = fmin(before, walk(a, b, i - 1, j - 1));
	return fmax(here, before);
}

static double
line_distance(const struct region *x, const struct region *y)
{
	const struct json *a = json_get(x->value, "vertices"),
			  *b = json_get(y->value, "vertices");

	if (a->n == 0 || b->n == 0)
		return a->n == b->n ? 0.0 : INFINITY;
	return walk(a, b, a->n - 1, b->n - 1);
}

/* How much they overlap; key points within a distance do. */
static double
overlap_of(const struct measure *m, const struct region *x, const struct region *y)
{
	if (m->metric->shape == SHAPE_POINT)
		return distance(x, y) <= m->params.number[MPARAM_MAX_DISTANCE];
	return overlap_plain(m->metric->shape, x->item, y->item);
}

/* What that counts, by the metric's name. */
static double
count_of(const struct measure *m, double overlap)
{
	return strstr(m->metric->name, "_dice") == NULL ? overlap
							: 2 * overlap / (1 + overlap);
}

/* What a pair is worth to the metric; 0: nothing, or it does not match. */
static double
worth(struct arena *a, const struct measure *m, const struct region *x,
    const struct region *y)
{
	const struct method *method = m->metric->method;
	double threshold = m->params.number[MPARAM_IOU_THRESHOLD];

	if (!same_scene(x, y))
		return 0.0;
	if (method == &method_region) {
		double overlap = overlap_of(m, x, y);

		return overlap == 0.0 ? 0.0 : count_of(m, overlap) * payload(a, m, x, y);
	}
	if (labels_in_common(x, y) != 1.0)
		return 0.0;
	if (method == &method_near && m->metric->shape == SHAPE_VECTOR)
		return line_distance(x, y) <= m->params.number[MPARAM_MAX_DISTANCE];
	if (method == &method_near)
		return distance(x, y) <= m->params.number[MPARAM_MAX_DISTANCE];
	if (method == &method_tracking)
		return overlap_matched(x->item, y->item, threshold);
	return overlap_plain(m->metric->shape, x->item, y->item) >= threshold;
}

static double
best_of(const double *w, unsigned n, unsigned step)
{
	double best = 0.0;

	for (unsigned i = 0; i < n; i++)
		best = w[i * step] > best ? w[i * step] : best;
	return best;
}

static double
aggregate(
    const struct measure *m, const double *w, const struct side *x, const struct side *y)
{
	double sum_x = 0, all_x = 0, sum_y = 0, all_y = 0;

	for (unsigned i = 0; i < x->n; i++) {
		all_x += x->list[i].weight;
		sum_x += x->list[i].weight * best_of(w + i * y->n, y->n, 1);
	}
	for (unsigned j = 0; j < y->n; j++) {
		all_y += y->list[j].weight;
		sum_y += y->list[j].weight * best_of(w + j, x->n, y->n);
	}
	if ((int)m->params.number[MPARAM_AGGREGATE] == AGGREGATE_MIN)
		return fmin(sum_x / all_x, sum_y / all_y);
	return (sum_x + sum_y) / (all_x + all_y);
}

static double
tracking(struct arena *a, const double *w, const struct side *x, const struct side *y)
{
	unsigned frames = 0;

	for (unsigned i = 0; i < x->n; i++)
		frames += overlap_frames(x->list[i].item);
	for (unsigned j = 0; j < y->n; j++)
		frames += overlap_frames(y->list[j].item);
	return frames == 0 ? 1.0 : 2 * plain_assign(a, w, x->n, y->n) / frames;
}

static double
decide(struct arena *a, const struct measure *m, const double *w, const struct side *x,
    const struct side *y)
{
	const struct method *method = m->metric->method;

	if (method == &method_f1)
		return 2.0 * plain_count(a, w, x->n, y->n) / (x->n + y->n);
	if (method == &method_near)
		return (double)plain_count(a, w, x->n, y->n) / (x->n > y->n ? x->n : y->n);
	if (method == &method_tracking)
		return tracking(a, w, x, y);
	if ((int)m->params.number[MPARAM_MATCHING] == MATCHING_ONE_TO_ONE)
		return plain_assign(a, w, x->n, y->n) / (x->n > y->n ? x->n : y->n);
	return aggregate(m, w, x, y);
}

double
plain_score(
    struct arena *a, const struct measure *m, const struct json *x, const struct json *y)
{
	struct side s = read_side(a, m, x), t = read_side(a, m, y);
	double *w = arena_alloc(a, (size_t)s.n * t.n * sizeof(*w)), score;

	if (w == NULL)
		abort();
	if (s.n == 0 || t.n == 0)
		return s.n == t.n ? 1.0 : 0.0;
	for (unsigned i = 0; i < s.n; i++)
		for (unsigned j = 0; j < t.n; j++)
			w[i * t.n + j] = worth(a, m, &s.list[i], &t.list[j]);
	score = decide(a, m, w, &s, &t);
	if (m->metric->of_score == decide_threshold)
		score = score >= m->params.number[MPARAM_THRESHOLD] ? 1.0 : 0.0;
	return score;
}
