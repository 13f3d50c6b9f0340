#include "project/leadtimes.h"

#include <stdlib.h>

#include "project/room.h"
#include "store/scores.h"

/* Times of one person; the last chunk is filled, those before it are full. */
#define CHUNK_TIMES 62

struct leadtimes_chunk {
	struct leadtimes_chunk *before;
	double list[CHUNK_TIMES];
};

/* ---- adding */

static struct leadtimes_person *
person_of(struct leadtimes *t, int64_t user)
{
	struct leadtimes_person *list;
	uint32_t place;

	if (idmap_add(t->arena, &t->users, (uint64_t)user, &place) != ERR_OK)
		return NULL;
	if (place < t->n)
		return &t->list[place];
	list = room_for_more(t->arena, t->list, t->n, &t->room, sizeof(*list));
	if (list == NULL)
		return NULL;
	t->list = list;
	list[t->n] = (struct leadtimes_person){.user = user};
	return &list[t->n++];
}

enum err
leadtimes_add(struct leadtimes *t, int64_t user, double seconds)
{
	struct leadtimes_person *p;

	if (!(seconds >= 0.0 && seconds < LEADTIMES_MOST))
		return ERR_OK;
	p = person_of(t, user);
	if (p == NULL)
		return ERR_MEMORY;
	if (p->n % CHUNK_TIMES == 0) {
		struct leadtimes_chunk *c = arena_alloc(t->arena, sizeof(*c));

		if (c == NULL)
			return ERR_MEMORY;
		c->before = p->last;
		p->last = c;
	}
	p->last->list[p->n++ % CHUNK_TIMES] = seconds;
	exact_add(&p->sum, seconds);
	return ERR_OK;
}

enum err
leadtimes_read(struct leadtimes *t, struct store *s, int64_t project, struct error *e)
{
	struct arena *page = arena_new(0);
	struct store_scores_list tasks = {.last = false};
	int64_t after = 0;
	enum err err = page == NULL ? error_memory(e) : ERR_OK;

	while (err == ERR_OK && !tasks.last) {
		struct store_lead_time *list = NULL;
		size_t n = 0;

		arena_reset(page);
		err = store_scores_page(s, page, project, after, &tasks, e);
		if (err == ERR_OK && tasks.n > 0)
			err = store_lead_times(s, page, project, after + 1,
			    tasks.items[tasks.n - 1].task, &list, &n, e);
		if (err == ERR_OK && tasks.n > 0)
			after = tasks.items[tasks.n - 1].task;
		for (size_t i = 0; err == ERR_OK && i < n; i++)
			if (leadtimes_add(t, list[i].user, list[i].seconds) != ERR_OK)
				err = error_memory(e);
	}
	arena_free(page);
	return err;
}

/* ---- what is made of them */

static int
by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static enum err
finish(struct arena *scratch, struct leadtimes_person *p)
{
	struct arena_mark mark = arena_mark(scratch);
	double *all = arena_alloc(scratch, p->n * sizeof(all[0]));
	struct leadtimes_chunk *c = p->last;
	size_t n = p->n;

	if (all == NULL)
		return ERR_MEMORY;
	for (size_t i = n; i-- > 0;) {
		all[i] = c->list[i % CHUNK_TIMES];
		if (i % CHUNK_TIMES == 0)
			c = c->before;
	}
	qsort(all, n, sizeof(all[0]), by_size);
	p->median = n % 2 == 1 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2.0;
	p->mean = exact_mean(&p->sum, p->n);
	p->total = exact_mean(&p->sum, 1);
	arena_rewind(scratch, mark);
	return ERR_OK;
}

static int
by_user(const void *x, const void *y)
{
	int64_t a = ((const struct leadtimes_person *)x)->user;
	int64_t b = ((const struct leadtimes_person *)y)->user;

	return (a > b) - (a < b);
}

enum err
leadtimes_sort(struct leadtimes *t)
{
	if (t->n > 0)
		qsort(t->list, t->n, sizeof(t->list[0]), by_user);
	for (size_t i = 0; i < t->n; i++)
		if (finish(t->arena, &t->list[i]) != ERR_OK)
			return ERR_MEMORY;
	return ERR_OK;
}

const struct leadtimes_person *
leadtimes_of(const struct leadtimes *t, int64_t user)
{
	const struct leadtimes_person key = {.user = user};

	return t->n == 0 ? NULL : bsearch(&key, t->list, t->n, sizeof(key), by_user);
}
