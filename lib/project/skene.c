#include "project/skene.h"

#include <math.h>

/* While it is made. */
struct making {
	struct arena *arena;
	const struct units *units;
	struct tally_people people;
	struct category_finder finder;
	struct skene made;
	uint32_t *observers; /* by participant: their place */
	bool *rates;	     /* by participant: they have a value */
	int64_t *users, *tasks;
	int32_t *marks; /* categories of the counts */
	struct dawid_skene_count *counts;
	size_t n;
};

static bool
is_rating(const struct making *m, const struct unit *u)
{
	return u->who != AGREEMENT_NOBODY &&
	    m->people.list[u->who].kind == PARTICIPANT_ANNOTATOR;
}

static enum err
reserve(struct making *m)
{
	size_t n = m->units->n;

	m->observers = arena_calloc(m->arena, m->people.n, sizeof(m->observers[0]));
	m->rates = arena_calloc(m->arena, m->people.n, sizeof(m->rates[0]));
	m->users = arena_calloc(m->arena, m->people.n, sizeof(m->users[0]));
	m->tasks = arena_calloc(m->arena, n, sizeof(m->tasks[0]));
	m->marks = arena_calloc(m->arena, n, sizeof(m->marks[0]));
	m->counts = arena_calloc(m->arena, n, sizeof(m->counts[0]));
	return m->observers != NULL && m->rates != NULL && m->users != NULL &&
		m->tasks != NULL && m->marks != NULL && m->counts != NULL
	    ? ERR_OK
	    : ERR_MEMORY;
}

/* Users are in the order of participants. */
static void
number_observers(struct making *m)
{
	for (size_t i = 0; i < m->units->n; i++)
		if (is_rating(m, &m->units->list[i]))
			m->rates[m->units->list[i].who] = true;
	for (size_t i = 0; i < m->people.n; i++)
		if (m->rates[i]) {
			m->observers[i] = (uint32_t)m->made.n_people;
			m->users[m->made.n_people++] = m->people.list[i].user;
		}
	m->made.people = m->users;
}

static enum err
category_of(const struct making *m, const struct unit *u, struct category *r)
{
	const struct unit_set *set;
	struct str *members;

	if (u->set == UNITS_NUMBER) {
		*r = category_number(u->number);
		return ERR_OK;
	}
	set = &m->units->sets[u->set];
	members = arena_alloc(m->arena, set->n * sizeof(members[0]));
	if (members == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < set->n; i++)
		members[i] = set->labels[i];
	return category_set(m->arena, members, set->n, r);
}

/* Sets are few, values many: each set is one category, and is made once. */
static enum err
mark_sets(struct making *m, int32_t **r)
{
	uint32_t n = 0;

	for (size_t i = 0; i < m->units->n; i++)
		if (m->units->list[i].set != UNITS_NUMBER && m->units->list[i].set >= n)
			n = m->units->list[i].set + 1;
	*r = arena_alloc(m->arena, n * sizeof(**r));
	for (uint32_t i = 0; *r != NULL && i < n; i++)
		(*r)[i] = CATEGORY_MISSING;
	return *r == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err
add_counts(struct making *m)
{
	int32_t *sets = NULL;
	enum err err = mark_sets(m, &sets);

	for (size_t i = 0; err == ERR_OK && i < m->units->n; i++) {
		const struct unit *u = &m->units->list[i];
		int32_t *known = u->set == UNITS_NUMBER ? NULL : &sets[u->set];
		struct category c;

		if (!is_rating(m, u))
			continue;
		if (known != NULL && *known != CATEGORY_MISSING) {
			m->marks[m->n] = *known;
		} else {
			err = category_of(m, u, &c);
			if (err == ERR_OK)
				err = category_mark(&m->finder, &c, &m->marks[m->n]);
			if (err == ERR_OK && known != NULL)
				*known = m->marks[m->n];
		}
		/* Units are by task. */
		if (m->made.n_tasks == 0 || m->tasks[m->made.n_tasks - 1] != u->task)
			m->tasks[m->made.n_tasks++] = u->task;
		m->counts[m->n++] = (struct dawid_skene_count){
		    .task = m->made.n_tasks - 1,
		    .observer = m->observers[u->who],
		    .count = 1.0,
		};
	}
	m->made.tasks = m->tasks;
	return err;
}

static bool
is_too_large(const struct skene *s)
{
	double categories = (double)s->n_categories;

	return (double)s->n_tasks * categories > SKENE_CELLS ||
	    (double)s->n_people * categories * categories > SKENE_CELLS;
}

enum err
skene_compute(struct arena *a, const struct tally *t, size_t dimension, struct skene *r)
{
	struct making m = {
	    .arena = a, .units = tally_units(t, dimension), .people = tally_people(t)};
	struct dawid_skene_question q;

	category_begin(&m.finder, a);
	if (reserve(&m) != ERR_OK)
		return ERR_MEMORY;
	number_observers(&m);
	if (add_counts(&m) != ERR_OK)
		return ERR_MEMORY;
	m.made.n_categories = category_count(&m.finder);
	m.made.categories = category_sort(&m.finder, m.marks, m.n);
	if (m.made.categories == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < m.n; i++)
		m.counts[i].category = (size_t)m.marks[i];
	if (m.n == 0)
		m.made.undefined = "no values of this dimension are categories";
	else if (is_too_large(&m.made))
		m.made.undefined = "there are too many categories for so many tasks";
	q = (struct dawid_skene_question){
	    .tasks = m.made.n_tasks,
	    .observers = m.made.n_people,
	    .categories = m.made.n_categories,
	    .counts = m.counts,
	    .n = m.n,
	};
	if (m.made.undefined == NULL && dawid_skene_compute(a, &q, &m.made.model) != ERR_OK)
		return ERR_MEMORY;
	*r = m.made;
	return ERR_OK;
}

size_t
skene_likely(const struct skene *s, size_t task)
{
	const double *p = s->model.posterior + task * s->n_categories;
	size_t best = 0;

	for (size_t k = 1; k < s->n_categories; k++)
		if (p[k] > p[best])
			best = k;
	return best;
}
