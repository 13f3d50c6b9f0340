#include "project/reliability.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/deadline.h"
#include "project/person.h"
#include "reliability/sufficiency.h"

const char *const reliability_by_names[RELIABILITY_BY__MAX + 1] = {
    [RELIABILITY_ALL] = "none",
    [RELIABILITY_CATEGORY] = "category",
    [RELIABILITY_LABEL] = "label",
    [RELIABILITY_PERSON] = "person",
    [RELIABILITY_PAIR] = "pair",
};

/* What weights and distances ask of categories. */
enum need { NEED_NOTHING, NEED_NUMBERS, NEED_TEXTS };

static const enum need weighting_needs[WEIGHTING__MAX] = {
    [WEIGHTING_IDENTITY] = NEED_NOTHING,
    [WEIGHTING_LINEAR] = NEED_NUMBERS,
    [WEIGHTING_QUADRATIC] = NEED_NUMBERS,
    [WEIGHTING_ORDINAL] = NEED_NUMBERS,
    [WEIGHTING_RADICAL] = NEED_NUMBERS,
    [WEIGHTING_RATIO] = NEED_NUMBERS,
    [WEIGHTING_JACCARD] = NEED_TEXTS,
    [WEIGHTING_MASI] = NEED_TEXTS,
};

static const enum need distance_needs[DISTANCE__MAX] = {
    [DISTANCE_NOMINAL] = NEED_NOTHING,
    [DISTANCE_ORDINAL] = NEED_NUMBERS,
    [DISTANCE_INTERVAL] = NEED_NUMBERS,
    [DISTANCE_RATIO] = NEED_NUMBERS,
    [DISTANCE_JACCARD] = NEED_TEXTS,
    [DISTANCE_MASI] = NEED_TEXTS,
};

/* ---- questions */

/* What values are; those of a metric with a threshold have no categories: what it takes for
 * alike is not equal. */
static enum labels_kind
kind_of(const struct dimension *d)
{
	enum labels_kind kind = labels_kind_of(d);
	const struct metric *m = d->measure.metric;
	bool whole = kind == LABELS_NUMBER || kind == LABELS_SET;

	return whole && metric_plain_type(m) != NULL && metric_is_verdict(m) ? LABELS_NONE
									     : kind;
}

/* Whether the values themselves are categories. */
static bool
has_categories(const struct dimension *d)
{
	enum labels_kind kind = kind_of(d);

	return kind == LABELS_NUMBER || kind == LABELS_SET;
}

/* Whether groups are of what is said or not: two categories, which have no weights. */
static bool
by_one_of_all(enum reliability_by by)
{
	return by == RELIABILITY_CATEGORY || by == RELIABILITY_LABEL;
}

struct reliability_question
reliability_default(const struct dimension *d, enum reliability_by by)
{
	struct reliability_question q = {
	    .dimension = d,
	    .coefficient = {.coefficient = COEFFICIENT_ALPHA, .by_distance = true},
	    .by_score = !has_categories(d),
	    .by = by,
	    .draws = BOOTSTRAP_DRAWS,
	    .seed = BOOTSTRAP_SEED,
	};

	if (kind_of(d) == LABELS_NUMBER && !by_one_of_all(by))
		q.coefficient.distance = str_is(d->row->control_type, "Rating")
		    ? DISTANCE_ORDINAL
		    : DISTANCE_INTERVAL;
	return q;
}

struct reliability_question
reliability_ask(
    const struct dimension *d, enum reliability_by by, const struct reliability_wish *wish)
{
	bool scores = wish->has_distance && wish->distance == DISTANCE__MAX;
	bool graded = wish->has_weights || (wish->has_distance && !scores);
	struct reliability_question q = reliability_default(d, by);
	struct coefficient_question *c = &q.coefficient;

	if (wish->has_coefficient)
		c->coefficient = wish->coefficient;
	c->by_distance = graded ? wish->has_distance : c->coefficient == COEFFICIENT_ALPHA;
	if (wish->has_weights)
		c->weights = wish->weights;
	if (graded && c->by_distance)
		c->distance = wish->distance;
	/* Labels have weights or none, whatever the values as a whole are. */
	if (graded && q.by != RELIABILITY_LABEL)
		q.by_score = false;
	q.by_score |= scores;
	if (wish->has_draws)
		q.draws = wish->draws;
	if (wish->has_seed)
		q.seed = wish->seed;
	return q;
}

static enum err
wrong(enum reliability_part *r, enum reliability_part part, struct error *e,
    const char *what, const char *why)
{
	*r = part;
	return error_set(e, ERR_INPUT, "%s: %s", what, why);
}

static const char *
name_of(const struct reliability_question *q)
{
	const struct coefficient_question *c = &q->coefficient;

	if (q->by_score)
		return RELIABILITY_SCORE;
	return c->by_distance ? distance_names[c->distance] : weighting_names[c->weights];
}

static enum reliability_part
part_of(const struct reliability_question *q)
{
	return q->by_score || q->coefficient.by_distance ? RELIABILITY_DISTANCE
							 : RELIABILITY_WEIGHTS;
}

static enum err
check_by(const struct reliability_question *q, enum reliability_part *part, struct error *e)
{
	enum labels_kind kind = kind_of(q->dimension);
	const char *name = reliability_by_names[q->by];

	if (q->by == RELIABILITY_CATEGORY && (q->by_score || kind == LABELS_REGIONS))
		return wrong(part, RELIABILITY_BY, e, name,
		    "the values of this dimension are compared by their scores");
	if (q->by == RELIABILITY_LABEL && kind != LABELS_SET && kind != LABELS_REGIONS)
		return wrong(part, RELIABILITY_BY, e, name,
		    "the values of this dimension have none");
	return ERR_OK;
}

/* Whether weights tell more of two categories than whether they are equal. */
static bool
are_graded(const struct coefficient_question *c)
{
	return c->by_distance ? c->distance != DISTANCE_NOMINAL
			      : c->weights != WEIGHTING_IDENTITY;
}

static enum err
check_weights(
    const struct reliability_question *q, enum reliability_part *part, struct error *e)
{
	const struct coefficient_question *c = &q->coefficient;
	const struct coefficient_row *row = &coefficient_table[c->coefficient];
	enum labels_kind kind = kind_of(q->dimension);
	enum need need =
	    c->by_distance ? distance_needs[c->distance] : weighting_needs[c->weights];
	const char *name = name_of(q);

	if (c->by_distance && c->coefficient != COEFFICIENT_ALPHA)
		return wrong(part, RELIABILITY_DISTANCE, e, row->name,
		    "only alpha takes a distance");
	if (!c->by_distance && !row->weighted && c->weights != WEIGHTING_IDENTITY)
		return wrong(
		    part, RELIABILITY_WEIGHTS, e, row->name, "takes no weights; ac2 does");
	if (by_one_of_all(q->by) && are_graded(c))
		return wrong(part, part_of(q), e, name,
		    "of one category or label against all others there are none");
	if (need == NEED_NUMBERS && kind != LABELS_NUMBER)
		return wrong(
		    part, part_of(q), e, name, "asks for numbers, and these are texts");
	if (need == NEED_TEXTS && kind == LABELS_NUMBER)
		return wrong(
		    part, part_of(q), e, name, "asks for texts, and these are numbers");
	return ERR_OK;
}

enum err
reliability_check(
    const struct reliability_question *q, enum reliability_part *part, struct error *e)
{
	const char *name = coefficient_table[q->coefficient.coefficient].name;
	enum err err = check_by(q, part, e);

	if (err != ERR_OK)
		return err;
	if (q->by == RELIABILITY_LABEL && !has_categories(q->dimension))
		return check_weights(q, part, e); /* groups have categories all the same */
	if (q->by_score && q->coefficient.coefficient != COEFFICIENT_ALPHA)
		return wrong(part, RELIABILITY_COEFFICIENT, e, name,
		    "the values of this dimension have no categories; alpha takes scores");
	if (q->by_score)
		return ERR_OK;
	if (!has_categories(q->dimension))
		return wrong(part, part_of(q), e, name_of(q),
		    "the values of this dimension have no categories; " RELIABILITY_SCORE
		    " does without");
	return check_weights(q, part, e);
}

/* ---- tasks */

/* Whether the values of all are those of categories. */
static bool
takes_opinions(const struct reliability_question *q)
{
	return !q->by_score || q->by == RELIABILITY_LABEL;
}

/* Whether groups are of people. */
static bool
is_by_people(const struct reliability_question *q)
{
	return q->by == RELIABILITY_PERSON || q->by == RELIABILITY_PAIR;
}

/* Whether it matters to a coefficient, or to groups, who has rated. */
static bool
knows_raters(const struct reliability_question *q)
{
	const struct coefficient_row *row = &coefficient_table[q->coefficient.coefficient];

	return row->in_pairs || row->chance == CHANCE_CONGER || is_by_people(q);
}

enum err
reliability_begin(struct reliability *r, struct arena *a,
    const struct reliability_question *q, struct error *e)
{
	*r = (struct reliability){
	    .arena = a,
	    .q = q,
	    .distances_question =
		{
		    .dimension = q->dimension,
		    .seed = q->seed,
		    .max_cost = q->max_cost,
		    .details = is_by_people(q),
		    .results = q->results,
		    .context = q->context,
		},
	};
	opinions_begin(&r->opinions, a, kind_of(q->dimension), !knows_raters(q));
	return !q->by_score ||
		distances_begin(&r->distances, a, &r->distances_question) == ERR_OK
	    ? ERR_OK
	    : error_memory(e);
}

/* The place of the dimension; KEPT_NONE: it is not there. */
static size_t
find_place(const struct reliability *r, const struct kept *k)
{
	for (size_t i = 0; i < k->m; i++)
		if (k->dimensions[i].id == r->q->dimension->row->id)
			return i;
	return KEPT_NONE;
}

enum err
reliability_take(struct reliability *r, int64_t task, const struct kept *k, struct error *e)
{
	size_t place = find_place(r, k);
	enum err err = ERR_OK;

	if (place == KEPT_NONE)
		return ERR_OK;
	if (takes_opinions(r->q))
		err = opinions_take(&r->opinions, task, k, place);
	if (err == ERR_OK && r->q->by_score)
		err = distances_take(&r->distances, task, k, place);
	return err == ERR_OK ? ERR_OK : error_memory(e);
}

/* ---- values of ratings */

/* What ratings rest on. */
struct basis {
	size_t tasks, categories;
	uint64_t pairs;
};

static enum err
find_basis(struct arena *a, const struct ratings *ratings, struct basis *r)
{
	struct arena_mark mark = arena_mark(a);
	bool *seen = arena_calloc(a, ratings->n_categories, sizeof(*seen));

	*r = (struct basis){0};
	if (seen == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < ratings->units; i++) {
		const int32_t *row = ratings->cells + i * ratings->raters;
		uint64_t n = 0;

		for (size_t g = 0; g < ratings->raters; g++)
			n += row[g] != RATINGS_MISSING;
		for (size_t g = 0; n > 1 && g < ratings->raters; g++)
			if (row[g] != RATINGS_MISSING)
				seen[row[g]] = true;
		r->tasks += n > 1;
		r->pairs += n > 1 ? n * (n - 1) / 2 : 0;
	}
	for (size_t k = 0; k < ratings->n_categories; k++)
		r->categories += seen[k];
	arena_rewind(a, mark);
	return ERR_OK;
}

/* The value of ratings of so many people; 0: each column is one. */
static enum err
rate(const struct reliability *r, const struct coefficient_question *c,
    const struct ratings *ratings, size_t people, struct reliability_value *value,
    struct error *e)
{
	struct reliability_value made = {0};
	struct basis basis;
	enum err err = coefficient_compute(r->arena, c, ratings, &made.estimate, e);

	if (err == ERR_OK && find_basis(r->arena, ratings, &basis) != ERR_OK)
		err = error_memory(e);
	made.has_bootstrap = made.estimate.undefined == NULL && r->q->draws > 0;
	if (err == ERR_OK && made.has_bootstrap)
		err = coefficient_bootstrap(
		    r->arena, c, ratings, r->q->draws, r->q->seed, &made.bootstrap, e);
	if (err != ERR_OK)
		return err;
	made.tasks = basis.tasks;
	made.pairs = basis.pairs;
	made.people = people == 0 ? made.estimate.raters : people;
	made.warning = sufficiency_warning(basis.tasks, made.people, basis.categories);
	*value = made;
	return ERR_OK;
}

/* ---- values of scores */

static enum err
estimate(const struct reliability *r, const struct distances_choice *choice,
    struct reliability_value *value, struct error *e)
{
	struct distances_estimate of;
	struct reliability_value made = {.by_score = true};
	enum err err = distances_estimate(&r->distances, choice, &of);

	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	made.estimate = of.alpha.alpha;
	made.has_bootstrap = made.estimate.undefined == NULL && r->q->draws > 0;
	if (made.has_bootstrap)
		err = distance_alpha_bootstrap(
		    r->arena, &of.alpha, r->q->draws, r->q->seed, &made.bootstrap);
	if (err == ERR_LIMIT)
		return deadline_check(e);
	if (err != ERR_OK)
		return error_memory(e);
	made.tasks = of.alpha.alpha.units;
	made.people = of.alpha.alpha.raters;
	made.pairs = of.pairs;
	made.exact = of.alpha.exact;
	made.expected_pairs = of.alpha.pairs;
	made.warning =
	    sufficiency_warning(made.tasks, made.people, of.alpha.expected > 0.0 ? 2 : 1);
	*value = made;
	return ERR_OK;
}

/* ---- groups */

/* While groups are made. */
struct grouping {
	const struct reliability *r;
	const struct ratings *ratings; /* NULL: there are only scores */
	const int64_t *people;	       /* by column, or those of the scores */
	size_t n_people;
	struct reliability_group *list;
	size_t n, room;
	struct error *e;
};

static enum err
add_group(struct grouping *g, const struct reliability_group *group)
{
	if (g->n == g->room) {
		size_t room = g->room == 0 ? 64 : g->room * 2;
		struct reliability_group *bigger =
		    arena_calloc(g->r->arena, room, sizeof(*bigger));

		if (g->n == RELIABILITY_GROUPS)
			return error_set(
			    g->e, ERR_LIMIT, "more than %d groups", RELIABILITY_GROUPS);
		if (bigger == NULL)
			return error_memory(g->e);
		for (size_t i = 0; i < g->n; i++)
			bigger[i] = g->list[i];
		g->list = bigger;
		g->room = room;
	}
	g->list[g->n++] = *group;
	return deadline_check(g->e);
}

static bool
is_member(const struct category *c, struct str label)
{
	if (c->members == NULL)
		return str_eq(c->text, label);
	for (size_t i = 0; i < c->n_members; i++)
		if (str_eq(c->members[i], label))
			return true;
	return false;
}

/* Adds the value of the ratings where those of `said` categories count as one, all others
 * as the other. */
static enum err
add_one_of_all(struct grouping *g, const bool *said, struct category name)
{
	static const struct category two[] = {
	    {.is_number = true, .number = 0.0}, {.is_number = true, .number = 1.0}};
	const struct ratings *from = g->ratings;
	size_t n = from->units * from->raters;
	struct arena_mark mark = arena_mark(g->r->arena);
	int32_t *cells = arena_calloc(g->r->arena, n, sizeof(*cells));
	struct reliability_group group = {.category = name};
	struct coefficient_question c = {.coefficient = g->r->q->coefficient.coefficient};
	struct ratings binary = {from->units, from->raters, cells, two, N_OF(two), true};
	enum err err;

	if (cells == NULL)
		return error_memory(g->e);
	for (size_t i = 0; i < n; i++)
		cells[i] = from->cells[i] == RATINGS_MISSING
		    ? RATINGS_MISSING
		    : (int32_t)said[from->cells[i]];
	err = rate(g->r, &c, &binary, g->r->opinions.people.n, &group.value, g->e);
	arena_rewind(g->r->arena, mark);
	return err == ERR_OK ? add_group(g, &group) : err;
}

static enum err
group_by_category(struct grouping *g)
{
	size_t n = g->ratings->n_categories;
	bool *said = arena_calloc(g->r->arena, n, sizeof(*said));
	enum err err = said == NULL ? error_memory(g->e) : ERR_OK;

	for (size_t k = 0; err == ERR_OK && k < n; k++) {
		said[k] = true;
		err = add_one_of_all(g, said, g->ratings->categories[k]);
		said[k] = false;
	}
	return err;
}

static int
by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The different labels, by bytes. */
static enum err
list_labels(const struct grouping *g, struct str **r, size_t *n_r)
{
	const struct ratings *ratings = g->ratings;
	struct str *labels;
	size_t n = 0, kept = 0;

	for (size_t k = 0; k < ratings->n_categories; k++)
		n += ratings->categories[k].members == NULL
		    ? 1
		    : ratings->categories[k].n_members;
	labels = arena_calloc(g->r->arena, n, sizeof(*labels));
	if (labels == NULL)
		return error_memory(g->e);
	n = 0;
	for (size_t k = 0; k < ratings->n_categories; k++) {
		const struct category *c = &ratings->categories[k];

		if (c->members == NULL)
			labels[n++] = c->text;
		for (size_t i = 0; c->members != NULL && i < c->n_members; i++)
			labels[n++] = c->members[i];
	}
	if (n > 0)
		qsort(labels, n, sizeof(*labels), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(labels[i], labels[kept - 1]))
			labels[kept++] = labels[i];
	*r = labels;
	*n_r = kept;
	return ERR_OK;
}

static enum err
group_by_label(struct grouping *g)
{
	size_t n = g->ratings->n_categories, n_labels = 0;
	bool *said = arena_calloc(g->r->arena, n, sizeof(*said));
	struct str *labels = NULL;
	enum err err =
	    said == NULL ? error_memory(g->e) : list_labels(g, &labels, &n_labels);

	for (size_t i = 0; err == ERR_OK && i < n_labels; i++) {
		for (size_t k = 0; k < n; k++)
			said[k] = is_member(&g->ratings->categories[k], labels[i]);
		err = add_one_of_all(g, said, category_text(labels[i]));
	}
	return err;
}

/* The value of some columns of the ratings, or of some people's scores. */
static enum err
add_people(struct grouping *g, const size_t *columns, size_t n, size_t least,
    const struct distances_choice *choice, struct reliability_group *group)
{
	struct arena_mark mark = arena_mark(g->r->arena);
	struct ratings some;
	enum err err;

	if (g->ratings == NULL)
		err = estimate(g->r, choice, &group->value, g->e);
	else if (ratings_select(g->r->arena, g->ratings, columns, n, least, &some) !=
	    ERR_OK)
		err = error_memory(g->e);
	else
		err = rate(g->r, &g->r->q->coefficient, &some, 0, &group->value, g->e);
	arena_rewind(g->r->arena, mark);
	if (err == ERR_OK && least == 2 && group->value.tasks == 0)
		return deadline_check(g->e); /* two who share no task */
	return err == ERR_OK ? add_group(g, group) : err;
}

static enum err
group_by_person(struct grouping *g)
{
	size_t *others = arena_calloc(g->r->arena, g->n_people, sizeof(*others));
	enum err err = others == NULL ? error_memory(g->e) : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < g->n_people; i++) {
		const struct distances_choice choice = {.without = g->people[i]};
		struct reliability_group group = {.people = {g->people[i]}};
		size_t n = 0;

		for (size_t k = 0; k < g->n_people; k++)
			if (k != i)
				others[n++] = k;
		err = add_people(g, others, n, 0, &choice, &group);
	}
	return err;
}

static enum err
group_by_pair(struct grouping *g)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < g->n_people; i++)
		for (size_t j = i + 1; err == ERR_OK && j < g->n_people; j++) {
			const size_t columns[] = {i, j};
			struct reliability_group group = {
			    .people = {g->people[i], g->people[j]}};
			const struct distances_choice choice = {
			    .pair = {g->people[i], g->people[j]}};

			err = add_people(g, columns, 2, 2, &choice, &group);
		}
	return err;
}

static enum err
make_groups(struct grouping *g)
{
	static enum err (*const ways[RELIABILITY_BY__MAX])(struct grouping *) = {
	    [RELIABILITY_CATEGORY] = group_by_category,
	    [RELIABILITY_LABEL] = group_by_label,
	    [RELIABILITY_PERSON] = group_by_person,
	    [RELIABILITY_PAIR] = group_by_pair,
	};

	return ways[g->r->q->by] == NULL ? ERR_OK : ways[g->r->q->by](g);
}

/* ---- the answer */

static const char only_alpha[] =
    "the values as a whole have no categories, only their labels do";

/* The value of all scores, and whose they are. */
static enum err
finish_scores(struct reliability *r, struct grouping *g, struct reliability_value *all)
{
	const struct distances_choice everybody = {.without = PERSON_NOBODY};
	int64_t *people;
	enum err err;

	if (r->q->coefficient.coefficient != COEFFICIENT_ALPHA) {
		*all = (struct reliability_value){.estimate = {.undefined = only_alpha},
		    .tasks = r->opinions.tasks,
		    .people = r->opinions.people.n,
		    .pairs = r->opinions.pairs};
		return ERR_OK;
	}
	err = distances_score(&r->distances, g->e);
	if (err == ERR_OK)
		err = estimate(r, &everybody, all, g->e);
	if (err != ERR_OK || !is_by_people(r->q))
		return err;
	if (distances_people(&r->distances, &people, &g->n_people) != ERR_OK)
		return error_memory(g->e);
	g->people = people;
	return ERR_OK;
}

enum err
reliability_finish(
    struct reliability *r, struct reliability_answer *answer, struct error *e)
{
	struct reliability_answer made = {0};
	struct grouping g = {.r = r, .e = e};
	struct ratings ratings;
	enum err err = ERR_OK;

	if (takes_opinions(r->q)) {
		err = opinions_finish(&r->opinions, &ratings, e);
		g.ratings = &ratings;
		g.people = r->opinions.builder.raters;
		g.n_people = err == ERR_OK ? ratings.raters : 0;
	}
	if (err == ERR_OK)
		err = r->q->by_score ? finish_scores(r, &g, &made.all)
				     : rate(r, &r->q->coefficient, &ratings,
					   r->opinions.people.n, &made.all, e);
	if (err == ERR_OK)
		err = make_groups(&g);
	if (err != ERR_OK)
		return err;
	made.groups = g.list;
	made.n = g.n;
	*answer = made;
	return ERR_OK;
}
