#include "metric/geometry/runs.h"

#include <stdlib.h>
#include <string.h>

#include "metric/region/shape.h"

enum err
runs_append(struct arena *a, struct runs *r, struct run run)
{
	if (run.first >= run.end)
		return ERR_OK;
	r->count += (double)(run.end - run.first);
	if (r->n > 0 && r->list[r->n - 1].end == run.first) {
		r->list[r->n - 1].end = run.end;
		return ERR_OK;
	}
	if (r->n == r->room) {
		size_t room = r->room == 0 ? 16 : r->room * 2;
		struct run *bigger = arena_alloc(a, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (r->n > 0)
			memcpy(bigger, r->list, r->n * sizeof(*bigger));
		r->list = bigger;
		r->room = room;
	}
	r->list[r->n++] = run;
	return ERR_OK;
}

static int
by_first(const void *x, const void *y)
{
	const struct run *a = x, *b = y;

	return (a->first > b->first) - (a->first < b->first);
}

void
runs_normalise(struct runs *r)
{
	size_t kept = 0;

	if (r->n > 0)
		qsort(r->list, r->n, sizeof(r->list[0]), by_first);
	r->count = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct run *last = kept == 0 ? NULL : &r->list[kept - 1];

		if (last == NULL || r->list[i].first > last->end)
			r->list[kept++] = r->list[i];
		else if (r->list[i].end > last->end)
			last->end = r->list[i].end;
	}
	r->n = kept;
	for (size_t i = 0; i < kept; i++)
		r->count += (double)(r->list[i].end - r->list[i].first);
}

double
runs_iou(const struct runs *a, const struct runs *b)
{
	double both = 0.0;
	size_t i = 0, j = 0;

	while (i < a->n && j < b->n) {
		const struct run *x = &a->list[i], *y = &b->list[j];
		int64_t first = x->first > y->first ? x->first : y->first;
		int64_t end = x->end < y->end ? x->end : y->end;

		if (first < end)
			both += (double)(end - first);
		if (x->end < y->end)
			i++;
		else
			j++;
	}
	return shape_iou(both, a->count, b->count, a->n == 0 && b->n == 0);
}
