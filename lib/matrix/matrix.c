#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

#include "base/deadline.h"

/*
 * The two ways in which the values of one dimension are compared, where some people's
 * belong to regions and others' do not: as its metric does, and as the metric that fits the
 * others. Nearly always there is the first alone.
 */
enum way { WAY_FIRST, WAY_SECOND, WAY__MAX };

/* The work on one matrix: prepared[way][d * n + i] is the value of side i in dimension d as
 * it is compared that way; NULL: null, or of the other way. */
struct work {
	struct arena *arena;
	const struct matrix_side *sides;
	size_t n;
	struct dimension *dimensions[WAY__MAX];
	bool *both_ways; /* by dimension; NULL if none has two */
	size_t m;
	const struct matrix_options *o;
	const struct prepared **prepared[WAY__MAX];
	bool *hidden; /* in the same order: who was not asked; NULL if all were */
	bool *incomplete;
	struct scores *scores; /* NULL: labels are not asked for */
	struct map *texts;     /* of labels */
	struct error *e;
};

static void
warn(const struct work *w, size_t i, size_t d, const char *why)
{
	const struct matrix_side *side = &w->sides[i];
	struct error text;

	if (w->o->warn == NULL)
		return;
	error_set(&text, ERR_INPUT, "%s %lld, dimension %lld: %s",
	    side->is_prediction ? "prediction" : "annotation", (long long)side->id,
	    (long long)w->dimensions[WAY_FIRST][d].row->id, why);
	w->o->warn(w->o->context, &(struct matrix_warning){i, d, text.text});
}

/* A service or library that is away is no fault of a value: once for the dimension. */
static void
warn_away(const struct work *w, size_t d, const struct error *why, bool *warned)
{
	struct error text;

	if (!*warned && w->o->warn != NULL) {
		error_set(&text, why->code, "dimension %lld: %s",
		    (long long)w->dimensions[WAY_FIRST][d].row->id, why->text);
		w->o->warn(
		    w->o->context, &(struct matrix_warning){MATRIX_NO_SIDE, d, text.text});
	}
	*warned = true;
}

static const struct prepared **
slot(const struct work *w, enum way way, size_t d, size_t i)
{
	return &w->prepared[way][d * w->n + i];
}

static bool
has_two_ways(const struct work *w, size_t d)
{
	return w->both_ways != NULL && w->both_ways[d];
}

/* What the readable values of a dimension need from elsewhere is asked for in one go. */
static enum err
expect(const struct work *w, const struct dimension *d)
{
	struct result *values;
	size_t n = 0;
	enum err err = ERR_OK;

	if (!d->usable || !measure_embeds(&d->measure))
		return ERR_OK;
	values = arena_alloc(w->arena, w->n * sizeof(*values));
	if (values == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; err == ERR_OK && i < w->n; i++)
		if (w->sides[i].result != NULL && w->sides[i].unreadable == NULL)
			err = extraction_value(w->arena, &d->extraction, w->sides[i].result,
			    d->row->control_tag, &values[n++], NULL);
	if (err == ERR_OK)
		err = measure_expect(&d->measure, w->arena, values, n, NULL);
	/*
	 * measure_prepare() reports the failure; some values can be prepared all the same.
	 */
	return err == ERR_UNAVAILABLE ? ERR_OK : err;
}

/* Whether dimension d does not count for two sides: neither was asked. */
static bool
both_hidden(const struct work *w, size_t d, size_t i, size_t j)
{
	return w->hidden != NULL && w->hidden[d * w->n + i] && w->hidden[d * w->n + j];
}

/* What the values of a side are in a dimension. */
enum kind { KIND_NONE, KIND_WHOLE, KIND_REGION };

/* The kind of a side's values, and the first that is of that kind. */
static enum kind
kind_of(
    const struct matrix_side *side, const struct dimension *d, const struct item **first)
{
	enum kind kind = KIND_NONE;

	for (uint32_t k = 0; side->result != NULL && k < side->result->n; k++) {
		const struct item *item = &side->result->items[k];

		if (!result_name_matches(d->row->control_tag, item->from_name))
			continue;
		if (item->region != NULL) {
			*first = item;
			return KIND_REGION;
		}
		if (kind == KIND_NONE)
			*first = item;
		kind = KIND_WHOLE;
	}
	return kind;
}

static enum kind
kind_of_way(const struct work *w, enum way way, size_t d)
{
	return w->dimensions[way][d].measure.metric->shape == SHAPE_NONE ? KIND_WHOLE
									 : KIND_REGION;
}

/* The second way of a dimension, for the values that `item` is one of. */
static enum err
open_second_way(struct work *w, size_t d, const struct item *item)
{
	if (w->both_ways == NULL) {
		w->both_ways = arena_calloc(w->arena, w->m, sizeof(*w->both_ways));
		w->dimensions[WAY_SECOND] =
		    arena_calloc(w->arena, w->m, sizeof(struct dimension));
		w->prepared[WAY_SECOND] =
		    arena_calloc(w->arena, w->n * w->m, sizeof(*w->prepared[0]));
	}
	if (w->both_ways == NULL || w->dimensions[WAY_SECOND] == NULL ||
	    w->prepared[WAY_SECOND] == NULL)
		return ERR_MEMORY;
	w->both_ways[d] = true;
	w->dimensions[WAY_SECOND][d] = w->dimensions[WAY_FIRST][d];
	return dimension_settle(w->arena, &w->dimensions[WAY_SECOND][d], item);
}

/* Where the configuration and the values differ on whether these belong to regions, the
 * values are right: each person's own. */
static enum err
settle(struct work *w, size_t d)
{
	struct dimension *dimension = &w->dimensions[WAY_FIRST][d];
	const struct item *other = NULL;
	bool fits = false;
	enum kind first;

	if (!dimension_may_settle(dimension))
		return ERR_OK;
	first = kind_of_way(w, WAY_FIRST, d);
	for (size_t i = 0; i < w->n; i++) {
		const struct item *item;
		enum kind kind = kind_of(&w->sides[i], dimension, &item);

		if (kind == first)
			fits = true;
		else if (kind != KIND_NONE && other == NULL)
			other = item;
	}
	if (other == NULL)
		return ERR_OK;
	return fits ? open_second_way(w, d, other)
		    : dimension_settle(w->arena, dimension, other);
}

/*
 * Whether the values of a side are compared that way; sides without values are, either way.
 */
static bool
goes(const struct work *w, enum way way, size_t d, size_t i)
{
	const struct item *item;
	enum kind kind;

	if (!has_two_ways(w, d))
		return way == WAY_FIRST;
	kind = kind_of(&w->sides[i], &w->dimensions[WAY_FIRST][d], &item);
	return kind == KIND_NONE || kind == kind_of_way(w, way, d);
}

/* A side that has the result of one before it has its values. */
static bool
copy_prepared(const struct work *w, size_t d, size_t i)
{
	size_t k = 0;

	while (k < i && w->sides[k].result != w->sides[i].result)
		k++;
	if (k == i)
		return false;
	for (enum way way = 0; way < WAY__MAX; way++)
		if (w->prepared[way] != NULL)
			*slot(w, way, d, i) = *slot(w, way, d, k);
	if (w->hidden != NULL)
		w->hidden[d * w->n + i] = w->hidden[d * w->n + k];
	if (w->scores != NULL)
		w->scores->labels[i * w->m + d] = w->scores->labels[k * w->m + d];
	return true;
}

/* Of what a path picked, the place is that of the pick: the metric knows only the item that
 * was made of it. */
static void
name_pick(const struct dimension *d, struct error *why)
{
	const struct json_path *path = d->extraction.path;
	const char *place = why->text, *reason = strstr(place, ": ");
	struct error picked;
	int n = (int)strcspn(place, "]");

	if (path == NULL || reason == NULL || strncmp(place, "$[", 2) != 0)
		return;
	error_set(&picked, why->code, "%.*s]: what %.*s picks%s", n, place,
	    STR_ARG(path->text), reason);
	*why = picked;
}

/* What a side said, as labels; a value that cannot be read so has none. */
static enum err
read_labels(const struct work *w, const struct dimension *dimension, size_t d, size_t i,
    const struct result *value)
{
	struct labels_value *labels;
	enum err err;

	if (w->scores == NULL)
		return ERR_OK;
	labels = &w->scores->labels[i * w->m + d];
	err = labels_of_value(w->arena, dimension, value, labels, NULL);
	if (err == ERR_OK)
		err = labels_join(w->arena, w->texts, labels);
	return err == ERR_INPUT ? ERR_OK : err;
}

static enum err
prepare_value(const struct work *w, enum way way, size_t d, size_t i,
    const struct result *value, bool *warned_away)
{
	const struct dimension *dimension = &w->dimensions[way][d];
	struct error why = {0};
	enum err err =
	    measure_prepare(&dimension->measure, w->arena, value, slot(w, way, d, i), &why);

	if (deadline_passed(0))
		return ERR_LIMIT;
	if (err == ERR_OK)
		return read_labels(w, dimension, d, i, value);
	if (err != ERR_INPUT && err != ERR_UNAVAILABLE && err != ERR_LIMIT)
		return err;
	*slot(w, way, d, i) = NULL;
	if (err == ERR_UNAVAILABLE) {
		*w->incomplete |= !measure_embeds(&dimension->measure);
		warn_away(w, d, &why, warned_away);
	} else {
		name_pick(dimension, &why);
		warn(w, i, d, why.text);
	}
	return ERR_OK;
}

static enum err
prepare_one(const struct work *w, size_t d, size_t i, bool *warned_away)
{
	const struct matrix_side *side = &w->sides[i];
	const struct dimension *dimension = &w->dimensions[WAY_FIRST][d];
	struct result value;
	enum err err;

	if (side->result == NULL || copy_prepared(w, d, i))
		return ERR_OK;
	if (!dimension->usable || side->unreadable != NULL) {
		warn(w, i, d,
		    dimension->usable ? side->unreadable : dimension->problem.text);
		return ERR_OK;
	}
	err = extraction_value(w->arena, &dimension->extraction, side->result,
	    dimension->row->control_tag, &value,
	    w->hidden == NULL ? NULL : &w->hidden[d * w->n + i]);
	for (enum way way = 0; err == ERR_OK && way < WAY__MAX; way++)
		if (goes(w, way, d, i))
			err = prepare_value(w, way, d, i, &value, warned_away);
	return err;
}

static enum err
prepare_all(struct work *w)
{
	for (size_t d = 0; d < w->m; d++) {
		bool warned_away = false;
		enum err err = settle(w, d);

		for (enum way way = 0; err == ERR_OK && way < WAY__MAX; way++)
			if (way == WAY_FIRST || has_two_ways(w, d))
				err = expect(w, &w->dimensions[way][d]);
		for (size_t i = 0; err == ERR_OK && i < w->n; i++)
			err = prepare_one(w, d, i, &warned_away);
		if (deadline_check(w->e) != ERR_OK)
			return ERR_LIMIT;
		if (err != ERR_OK)
			return error_set(w->e, err, "%s", err_text(err));
	}
	return ERR_OK;
}

static bool
comparable(const struct work *w, size_t i, size_t j)
{
	return w->sides[i].result != NULL && w->sides[j].result != NULL &&
	    w->sides[i].result != w->sides[j].result;
}

/* The values of two sides in one dimension, and how they are compared. */
struct meeting {
	const struct dimension *dimension;
	const struct prepared *a, *b;
};

enum meets { MEETS_NOT, MEETS_WITH, MEETS_PAST };

/*
 * Whether and how the values of two sides meet: not if one is null or neither was asked;
 * past each other if those of one belong to regions and those of the other to none.
 */
static enum meets
meet(const struct work *w, size_t d, size_t i, size_t j, struct meeting *r)
{
	bool have[2] = {false, false};

	if (both_hidden(w, d, i, j))
		return MEETS_NOT;
	for (enum way way = 0; way < (has_two_ways(w, d) ? WAY__MAX : WAY_SECOND); way++) {
		*r = (struct meeting){
		    &w->dimensions[way][d], *slot(w, way, d, i), *slot(w, way, d, j)};
		if (r->a != NULL && r->b != NULL)
			return MEETS_WITH;
		have[0] |= r->a != NULL;
		have[1] |= r->b != NULL;
	}
	return have[0] && have[1] ? MEETS_PAST : MEETS_NOT;
}

/* The sides of a pair as labels meet; false where there are none to meet. */
static bool
labels_meet(const struct work *w, size_t d, size_t i, size_t j, const struct meeting *m,
    struct labels_side *x, struct labels_side *y)
{
	if (w->scores == NULL)
		return false;
	*x = (struct labels_side){&w->scores->labels[i * w->m + d], m->a};
	*y = (struct labels_side){&w->scores->labels[j * w->m + d], m->b};
	return x->labels->kind == LABELS_REGIONS && y->labels->kind == LABELS_REGIONS;
}

static double
cost_of(const struct work *w, size_t d, size_t i, size_t j)
{
	struct labels_side x, y;
	struct meeting m;
	double cost;

	if (!comparable(w, i, j) || meet(w, d, i, j, &m) != MEETS_WITH)
		return 0.0;
	cost = measure_cost(&m.dimension->measure, m.a, m.b);
	if (labels_meet(w, d, i, j, &m, &x, &y))
		cost += labels_cost(m.dimension, &x, &y);
	return cost;
}

static enum err
check_cost(const struct work *w)
{
	double cost = 0.0;

	for (size_t d = 0; d < w->m; d++)
		for (size_t i = 0; i < w->n; i++)
			for (size_t j = i + 1; j < w->n; j++)
				cost += cost_of(w, d, i, j);
	if (w->o->max_cost > 0.0 && cost > w->o->max_cost)
		return error_set(w->e, ERR_LIMIT,
		    "The matrix would cost %.3g units of work, more than max_cost = %.3g.",
		    cost, w->o->max_cost);
	return ERR_OK;
}

/* The labels of a pair's regions, as they meet. */
static enum err
pair_labels(const struct work *w, size_t d, size_t i, size_t j, const struct meeting *m)
{
	struct labels_side x, y;
	enum err err;

	if (!labels_meet(w, d, i, j, m, &x, &y))
		return ERR_OK;
	err = labels_of_pair(w->arena, m->dimension, &x, &y,
	    &w->scores->pairs[scores_place(w->scores, i, j) + d]);
	return err == ERR_INPUT ? ERR_OK : err;
}

/* The score of two sides in one dimension, or why there is none. */
static enum err
score_dimension(const struct work *w, size_t d, size_t i, size_t j, double *r)
{
	struct meeting m;
	enum meets meets = meet(w, d, i, j, &m);
	enum err err = ERR_OK;

	*r = meets == MEETS_PAST      ? 0.0
	    : both_hidden(w, d, i, j) ? SCORE_HIDDEN
				      : SCORE_NULL;
	if (meets != MEETS_WITH)
		return ERR_OK;
	err = measure_score(&m.dimension->measure, w->arena, m.a, m.b, r);
	if (err == ERR_OK)
		err = pair_labels(w, d, i, j, &m);
	if (err == ERR_LIMIT)
		return deadline_check(w->e);
	if (err == ERR_INPUT) {
		warn(w, i, d, "the comparison failed");
		*r = SCORE_NULL;
		return ERR_OK;
	}
	return err == ERR_OK ? ERR_OK : error_set(w->e, err, "%s", err_text(err));
}

static enum err
score_pair(const struct work *w, size_t i, size_t j, double *r)
{
	bool is_pair = comparable(w, i, j);
	enum err err = ERR_OK;

	for (size_t d = 0; err == ERR_OK && d < w->m; d++) {
		r[d] = SCORE_NULL;
		if (is_pair)
			err = score_dimension(w, d, i, j, &r[d]);
	}
	return err;
}

static enum err
fill(const struct work *w, struct matrix *m)
{
	double *scores = arena_alloc(w->arena, w->m * sizeof(*scores));
	struct average average;

	if (scores == NULL ||
	    average_of_all(w->arena, w->dimensions[WAY_FIRST], w->m, &average) != ERR_OK)
		return error_memory(w->e);
	for (size_t i = 0; i < w->n; i++) {
		m->cells[i * w->n + i] =
		    w->sides[i].result != NULL && w->m > 0 ? 1.0 : (double)NAN;
		for (size_t j = i + 1; j < w->n; j++) {
			enum err err = score_pair(w, i, j, scores);

			if (err != ERR_OK)
				return err;
			m->cells[i * w->n + j] = m->cells[j * w->n + i] =
			    average_score(&average, scores);
		}
	}
	return ERR_OK;
}

static enum err
fill_scores(const struct work *w, double *r)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < w->n; i++)
		for (size_t j = i + 1; err == ERR_OK && j < w->n; j++, r += w->m)
			err = score_pair(w, i, j, r);
	return err;
}

/* Room to note who was not asked, if anybody may not have been. */
static enum err
note_hidden(struct work *w)
{
	for (size_t d = 0; d < w->m && w->hidden == NULL; d++) {
		if (w->dimensions[WAY_FIRST][d].extraction.visible_when.n == 0)
			continue;
		w->hidden = arena_calloc(w->arena, w->n * w->m, sizeof(*w->hidden));
		if (w->hidden == NULL)
			return error_memory(w->e);
	}
	return ERR_OK;
}

/* Everything that comes before the first score. */
static enum err
begin(struct work *w, struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    bool *incomplete, struct scores *scores, struct map *texts, struct error *e)
{
	struct dimension *own = arena_alloc(a, m * sizeof(*own));
	enum err err;

	*w = (struct work){
	    .arena = a,
	    .sides = sides,
	    .n = n,
	    .dimensions = {own},
	    .m = m,
	    .o = o,
	    .prepared = {arena_calloc(a, n * m, sizeof(*w->prepared[0]))},
	    .incomplete = incomplete,
	    .scores = scores,
	    .texts = texts,
	    .e = e,
	};
	if (w->prepared[WAY_FIRST] == NULL || own == NULL)
		return error_memory(e);
	if (m > 0)
		memcpy(own, dimensions, m * sizeof(*own));
	err = note_hidden(w);
	if (err == ERR_OK)
		err = prepare_all(w);
	return err == ERR_OK ? check_cost(w) : err;
}

enum err
matrix_compute(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct matrix *r, struct error *e)
{
	struct matrix matrix = {n, arena_alloc(a, n * n * sizeof(matrix.cells[0])), false};
	struct work w;
	enum err err;

	if (matrix.cells == NULL)
		return error_memory(e);
	err = begin(&w, a, sides, n, dimensions, m, o, &matrix.incomplete, NULL, NULL, e);
	if (err == ERR_OK)
		err = fill(&w, &matrix);
	if (err == ERR_OK)
		*r = matrix;
	return err;
}

static size_t
pairs_of(size_t n)
{
	return n < 2 ? 0 : n * (n - 1) / 2;
}

/* The scores into *r, with labels if there is room for them. */
static enum err
score_all(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct scores *r, struct error *e)
{
	struct map texts = {0};
	struct work w;
	enum err err;

	r->n = n;
	r->m = m;
	r->list = arena_calloc(a, pairs_of(n), m * sizeof(r->list[0]));
	if (r->list == NULL)
		return error_memory(e);
	err = begin(&w, a, sides, n, dimensions, m, o, &r->incomplete,
	    r->labels == NULL ? NULL : r, &texts, e);
	return err == ERR_OK ? fill_scores(&w, r->list) : err;
}

enum err
matrix_score(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct scores *r, struct error *e)
{
	struct scores scores = {
	    .labels = arena_calloc(a, n * m, sizeof(scores.labels[0])),
	    .pairs = arena_calloc(a, pairs_of(n) * m, sizeof(scores.pairs[0])),
	};
	enum err err;

	if (scores.labels == NULL || scores.pairs == NULL)
		return error_memory(e);
	err = score_all(a, sides, n, dimensions, m, o, &scores, e);
	if (err == ERR_OK)
		*r = scores;
	return err;
}

enum err
matrix_score_alone(struct arena *a, const struct matrix_side *sides, size_t n,
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct scores *r, struct error *e)
{
	struct scores scores = {0};
	enum err err = score_all(a, sides, n, dimensions, m, o, &scores, e);

	if (err == ERR_OK)
		*r = scores;
	return err;
}

enum err
matrix_meet(struct arena *a, const struct matrix_side sides[static 2],
    const struct dimension *dimensions, size_t m, const struct matrix_options *o,
    struct matrix_meeting *r, bool *incomplete, struct error *e)
{
	struct work w;
	enum err err;

	*incomplete = false;
	err = begin(&w, a, sides, 2, dimensions, m, o, incomplete, NULL, NULL, e);
	for (size_t d = 0; err == ERR_OK && d < m; d++) {
		struct meeting with = {0};
		enum meets meets = meet(&w, d, 0, 1, &with);

		r[d] = (struct matrix_meeting){.dimension = &w.dimensions[WAY_FIRST][d],
		    .hidden = both_hidden(&w, d, 0, 1),
		    .past = meets == MEETS_PAST};
		if (meets != MEETS_WITH)
			continue;
		r[d].dimension = with.dimension;
		r[d].a = with.a;
		r[d].b = with.b;
	}
	return err;
}

static double
cell_of(const struct average *v, const struct scores *s, size_t i, size_t j)
{
	if (i == MATRIX_NO_SIDE || j == MATRIX_NO_SIDE || i == j)
		return (double)NAN;
	return average_score(v, &s->list[scores_place(s, i, j)]);
}

enum err
matrix_average(struct arena *a, const struct average *v, const struct scores *s,
    const size_t *side, size_t n, struct matrix *r)
{
	struct matrix m = {n, arena_alloc(a, n * n * sizeof(m.cells[0])), s->incomplete};

	if (m.cells == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++) {
		m.cells[i * n + i] =
		    side[i] != MATRIX_NO_SIDE && v->n > 0 ? 1.0 : (double)NAN;
		for (size_t j = i + 1; j < n; j++)
			m.cells[i * n + j] = m.cells[j * n + i] =
			    cell_of(v, s, side[i], side[j]);
	}
	*r = m;
	return ERR_OK;
}
