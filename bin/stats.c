#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reliability/student.h"

const char *const stats_by_names[STATS_BY__MAX] = {
    [STATS_PAIR] = "pair",
    [STATS_PERSON] = "person",
    [STATS_LABEL] = "label",
    [STATS_TASK] = "task",
    [STATS_DIMENSION] = "dimension",
    [STATS_CATEGORY] = "category",
};

static const enum reliability_by groups_by[STATS_BY__MAX] = {
    [STATS_PAIR] = RELIABILITY_PAIR,
    [STATS_PERSON] = RELIABILITY_PERSON,
    [STATS_LABEL] = RELIABILITY_LABEL,
    [STATS_TASK] = RELIABILITY_ALL,
    [STATS_DIMENSION] = RELIABILITY_ALL,
    [STATS_CATEGORY] = RELIABILITY_CATEGORY,
};

/* ---- begin */

static struct reliability_answer
none_because(const char *why)
{
	return (struct reliability_answer){.all = {.estimate = {.undefined = why}}};
}

/* The dimension of a row, which is made ready unless it is. */
static enum err
find_dimension(struct stats *s, const struct store_dimension *row,
    const struct dimensions *all, const struct dimension **r)
{
	struct dimension *made;

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].row->id == row->id) {
			*r = &all->list[i];
			return ERR_OK;
		}
	made = arena_calloc(s->arena, 1, sizeof(*made));
	*r = made;
	return made == NULL ? ERR_MEMORY : dimension_init(s->arena, row, made);
}

/* What is not named, and cannot have what is asked of all, goes without groups, or without
 * a value. */
static enum err
ask(struct stats *s, struct stats_dimension *d, const struct dimension *of, struct error *e)
{
	enum reliability_by by = s->o.has_by ? groups_by[s->o.by] : RELIABILITY_ALL;
	enum reliability_part part;
	enum err err;

	d->question = reliability_ask(of, by, &s->o.wish);
	err = reliability_check(&d->question, &part, e);
	if (err == ERR_INPUT && s->o.dimension == 0 && part == RELIABILITY_BY) {
		d->question = reliability_ask(of, RELIABILITY_ALL, &s->o.wish);
		err = reliability_check(&d->question, &part, e);
	}
	d->question.max_cost = s->o.max_cost;
	d->question.results = s->o.results;
	d->question.context = s->o.context;
	d->asked = err == ERR_OK;
	if (err != ERR_INPUT || s->o.dimension != 0)
		return err;
	d->answer = none_because(arena_printf(s->arena, "%s", e->text));
	return d->answer.all.estimate.undefined == NULL ? error_memory(e) : ERR_OK;
}

static void
free_dimensions(struct stats *s)
{
	for (size_t i = 0; i < s->n; i++)
		arena_free(s->list[i].arena);
	s->n = 0;
}

static enum err
begin_dimensions(struct stats *s, const struct dimensions *all, struct error *e)
{
	struct tally_dimensions of = tally_dimensions(s->tally);
	enum err err = ERR_OK;

	s->list = arena_calloc(s->arena, of.n, sizeof(s->list[0]));
	if (s->list == NULL)
		return error_memory(e);
	s->n = of.n;
	for (size_t i = 0; err == ERR_OK && i < of.n; i++) {
		struct stats_dimension *d = &s->list[i];
		const struct dimension *dimension = NULL;

		if (find_dimension(s, of.list[i].row, all, &dimension) != ERR_OK)
			return error_memory(e);
		d->arena = arena_new(0);
		if (d->arena == NULL)
			return error_memory(e);
		err = ask(s, d, dimension, e);
		if (err == ERR_OK && d->asked)
			err = reliability_begin(&d->reliability, d->arena, &d->question, e);
	}
	return err;
}

enum err
stats_begin(struct stats *s, const struct store_dimension_list *rows,
    const struct dimensions *all, struct error *e)
{
	const struct tally_options o = {
	    .methodology = s->o.methodology,
	    .dimension = s->o.dimension,
	    .models = true,
	    .overall = AGREEMENT_SCORES | AGREEMENT_PAIRS | AGREEMENT_PEOPLE |
		AGREEMENT_DEVIATIONS,
	    .by_dimension = AGREEMENT_SCORES | AGREEMENT_DEVIATIONS,
	    .by_label = AGREEMENT_SCORES,
	    .lists = TALLY_TASKS | TALLY_LABELS | TALLY_CONFUSION |
		(s->o.skene ? TALLY_UNITS : 0U),
	    .low = s->o.threshold,
	};

	if (s->scratch == NULL)
		s->scratch = arena_new(0);
	free_dimensions(s);
	arena_reset(s->arena);
	s->times = (struct leadtimes){.arena = s->arena};
	if (s->scratch == NULL || tally_begin(s->arena, rows, &o, &s->tally) != ERR_OK)
		return error_memory(e);
	return begin_dimensions(s, all, e);
}

enum err
stats_take(struct stats *s, int64_t task, const struct kept *k, struct error *e)
{
	enum err err = tally_add(s->tally, s->scratch, task, k);

	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	for (size_t i = 0; err == ERR_OK && i < s->n; i++)
		if (s->list[i].asked)
			err = reliability_take(&s->list[i].reliability, task, k, e);
	return err;
}

/* ---- end */

static enum err
keep_category(struct arena *a, struct category *c)
{
	struct str *members = NULL;
	enum err err = ERR_OK;

	if (!c->is_number && c->text.s != NULL) {
		c->text = arena_str(a, c->text);
		err = c->text.s == NULL ? ERR_MEMORY : ERR_OK;
	}
	if (c->members == NULL || err != ERR_OK)
		return err;
	members = arena_alloc(a, c->n_members * sizeof(members[0]));
	for (size_t i = 0; members != NULL && i < c->n_members; i++) {
		members[i] = arena_str(a, c->members[i]);
		err = members[i].s == NULL ? ERR_MEMORY : err;
	}
	c->members = members;
	return members == NULL ? ERR_MEMORY : err;
}

/* Takes an answer out of the arena that it was made in, which goes. */
static enum err
keep_answer(struct stats *s, struct reliability_answer *r)
{
	struct reliability_group *groups = arena_alloc(s->arena, r->n * sizeof(groups[0]));
	enum err err = groups == NULL ? ERR_MEMORY : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < r->n; i++) {
		groups[i] = r->groups[i];
		err = keep_category(s->arena, &groups[i].category);
	}
	if (err == ERR_OK)
		r->groups = groups;
	return err;
}

static enum err
finish_dimension(struct stats *s, size_t i, struct error *e)
{
	struct stats_dimension *d = &s->list[i];
	enum err err = ERR_OK;

	if (d->asked)
		err = reliability_finish(&d->reliability, &d->answer, e);
	if (err == ERR_OK && d->asked && keep_answer(s, &d->answer) != ERR_OK)
		err = error_memory(e);
	arena_free(d->arena);
	d->arena = NULL;
	/* Of several, one that is over a limit does not hide the others. */
	if (s->o.dimension == 0 && (err == ERR_LIMIT || err == ERR_INPUT)) {
		d->answer = none_because(arena_printf(s->arena, "%s", e->text));
		err = d->answer.all.estimate.undefined == NULL ? error_memory(e) : ERR_OK;
	}
	if (err == ERR_OK && s->o.skene &&
	    skene_compute(s->arena, s->tally, i, &d->skene) != ERR_OK)
		err = error_memory(e);
	return err;
}

enum err
stats_finish(struct stats *s, struct error *e)
{
	enum err err = tally_end(s->tally, s->scratch);

	if (err == ERR_OK)
		err = leadtimes_sort(&s->times);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	embedding_begin(s->embedding);
	/* Those that compare values across tasks last: they need most memory, and that of
	 * the others is free then. */
	for (int by_score = 0; by_score < 2; by_score++)
		for (size_t i = 0; err == ERR_OK && i < s->n; i++)
			if (s->list[i].question.by_score == (by_score == 1))
				err = finish_dimension(s, i, e);
	return err == ERR_OK && embedding_failed(s->embedding)
	    ? error_set(e, ERR_UNAVAILABLE, "the embedding server is away")
	    : err;
}

void
stats_end(struct stats *s)
{
	free_dimensions(s);
	arena_free(s->scratch);
	s->scratch = NULL;
}

/* ---- what is asked */

struct stats_interval
stats_interval(const struct tally_mean *mean)
{
	double half;

	if (mean->tasks < 2 || isnan(mean->deviation))
		return (struct stats_interval){(double)NAN, (double)NAN};
	half =
	    student_quantile(0.975, mean->tasks - 1) * mean->deviation / sqrt(mean->tasks);
	return (struct stats_interval){
	    fmax(mean->mean - half, 0.0), fmin(mean->mean + half, 1.0)};
}

uint32_t
stats_annotators(const struct stats *s)
{
	struct tally_people people = tally_people(s->tally);
	uint32_t n = 0;

	while (n < people.n && people.list[n].kind == PARTICIPANT_ANNOTATOR)
		n++;
	return n;
}

size_t
stats_pairs(const struct stats *s)
{
	const struct agreement *g = tally_overall(s->tally);
	uint32_t people = stats_annotators(s);
	size_t n = 0;

	for (uint32_t i = 0; i < people; i++)
		for (uint32_t k = i + 1; k < people; k++)
			n += tally_pair(s->tally, g, i, k).tasks > 0;
	return n;
}

enum err
stats_tasks(const struct stats *s, struct tally_tasks *r)
{
	struct tally_tasks all = tally_tasks(s->tally);
	struct tally_task *list = arena_alloc(s->scratch, all.n * sizeof(list[0]));

	if (list == NULL)
		return ERR_MEMORY;
	if (all.n > 0) {
		memcpy(list, all.list, all.n * sizeof(list[0]));
		qsort(list, all.n, sizeof(list[0]), tally_by_score);
	}
	*r = (struct tally_tasks){list, all.n};
	return ERR_OK;
}

const struct reliability_group *
stats_group(const struct stats_dimension *d, enum reliability_by by, int64_t a, int64_t b)
{
	if (!d->asked || d->question.by != by)
		return NULL;
	for (size_t i = 0; i < d->answer.n; i++) {
		const int64_t *people = d->answer.groups[i].people;

		if ((people[0] == a && people[1] == b) ||
		    (people[0] == b && people[1] == a))
			return &d->answer.groups[i];
	}
	return NULL;
}
