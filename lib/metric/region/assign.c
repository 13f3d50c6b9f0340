#include "metric/region/assign.h"

#include "base/deadline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

enum err
edges_add(struct arena *a, struct edges *edges, struct edge edge)
{
	if (edges->n == edges->room) {
		size_t room = edges->room == 0 ? 64 : edges->room * 2;
		struct edge *bigger = arena_alloc(a, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		if (edges->n > 0)
			memcpy(bigger, edges->list, edges->n * sizeof(*bigger));
		edges->list = bigger;
		edges->room = room;
	}
	edges->list[edges->n++] = edge;
	return ERR_OK;
}

/* Edges by row: those of row i are list[start[i]] .. list[start[i + 1] - 1]. */
struct graph {
	uint32_t rows, columns;
	size_t *start;
	struct edge *list;
};

static bool
graph_make(struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns,
    struct graph *g)
{
	size_t *at;

	*g =
	    (struct graph){rows, columns, arena_calloc(a, (size_t)rows + 2, sizeof(size_t)),
		arena_alloc(a, edges->n * sizeof(struct edge))};
	if (g->start == NULL || g->list == NULL)
		return false;
	at = g->start + 1;
	for (size_t k = 0; k < edges->n; k++)
		at[edges->list[k].a + 1]++;
	for (uint32_t i = 0; i < rows; i++)
		at[i + 1] += at[i];
	for (size_t k = 0; k < edges->n; k++)
		g->list[at[edges->list[k].a]++] = edges->list[k];
	return true;
}

/* Representative of a node's component, with path halving. */
static uint32_t
root(uint32_t *parent, uint32_t i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/*
 * One component as a dense matrix of costs (-weight, 0 for "unmatched") with r <= c, and
 * the state of the Hungarian method: potentials, the row of each column, and the tree of
 * the current search.
 */
struct dense {
	uint32_t r, c;
	double *cost;
	double *u, *v, *slack;
	uint32_t *row_of, *way;
	bool *done;
};

static bool
dense_make(struct arena *a, uint32_t r, uint32_t c, struct dense *d)
{
	if ((size_t)r * c > SIZE_MAX / sizeof(double) / 2)
		return false;
	*d = (struct dense){r, c, arena_calloc(a, (size_t)r * c, sizeof(double)),
	    arena_calloc(a, (size_t)r + 1, sizeof(double)),
	    arena_calloc(a, (size_t)c + 1, sizeof(double)),
	    arena_alloc(a, ((size_t)c + 1) * sizeof(double)),
	    arena_calloc(a, (size_t)c + 1, sizeof(uint32_t)),
	    arena_alloc(a, ((size_t)c + 1) * sizeof(uint32_t)),
	    arena_alloc(a, (size_t)c + 1)};
	return d->cost && d->u && d->v && d->slack && d->row_of && d->way && d->done;
}

/*
 * The unvisited column of least slack from the row of column j0; lowers the slacks on the
 * way. Of equals a free one: among many like weights paths would else go through all
 * columns that are taken.
 */
static uint32_t
nearest(struct dense *d, uint32_t j0, double *delta_r)
{
	const double *cost = d->cost + (size_t)(d->row_of[j0] - 1) * d->c;
	double u = d->u[d->row_of[j0]], delta = 0.0;
	uint32_t j1 = 0;

	for (uint32_t j = 1; j <= d->c; j++) {
		double reduced;

		if (d->done[j])
			continue;
		reduced = cost[j - 1] - u - d->v[j];
		if (d->way[j] == NONE || reduced < d->slack[j]) {
			d->slack[j] = reduced;
			d->way[j] = j0;
		}
		if (j1 == 0 || d->slack[j] < delta ||
		    (d->slack[j] == delta && d->row_of[j] == 0 && d->row_of[j1] != 0)) {
			delta = d->slack[j];
			j1 = j;
		}
	}
	*delta_r = delta;
	return j1;
}

/* Match row i (from 1), changing partners along a shortest augmenting path. */
static void
augment(struct dense *d, uint32_t i)
{
	uint32_t j0 = 0;

	d->row_of[0] = i;
	memset(d->way, 0xff, ((size_t)d->c + 1) * sizeof(d->way[0]));
	memset(d->done, 0, (size_t)d->c + 1);
	do {
		double delta;
		uint32_t j1;

		d->done[j0] = true;
		if (deadline_passed(2 * (uint64_t)d->c))
			return;
		j1 = nearest(d, j0, &delta);
		for (uint32_t j = 0; j <= d->c; j++) {
			if (d->done[j]) {
				d->u[d->row_of[j]] += delta;
				d->v[j] -= delta;
			} else {
				d->slack[j] -= delta;
			}
		}
		j0 = j1;
	} while (d->row_of[j0] != 0);
	while (j0 != 0) {
		uint32_t j1 = d->way[j0];

		d->row_of[j0] = d->row_of[j1];
		j0 = j1;
	}
}

/* The weights of the matching in the order of columns, so that the sum does not depend on
 * its finding. */
static double
dense_solve(struct dense *d)
{
	double sum = 0.0;

	for (uint32_t i = 1; i <= d->r; i++)
		augment(d, i);
	for (uint32_t j = 1; j <= d->c; j++)
		if (d->row_of[j] != 0)
			sum -= d->cost[(size_t)(d->row_of[j] - 1) * d->c + (j - 1)];
	return sum;
}

/* The rows and columns of a component, numbered from 0 within it. */
struct part {
	uint32_t rows, columns;
	size_t first, n; /* its edges in the sorted list */
};

static void
note_partner(uint32_t *partner, const struct edge *edge)
{
	if (partner != NULL)
		partner[edge->a] = edge->b;
}

/* `partner` as in solve(). */
static enum err
solve_part(struct arena *a, const struct edge *edges, const struct part *p,
    const uint32_t *number, uint32_t all_rows, uint32_t *partner, double *sum)
{
	struct arena_mark mark = arena_mark(a);
	bool turned = p->rows > p->columns;
	struct dense d;

	if (p->n == 1) {
		note_partner(partner, &edges[p->first]);
		*sum += edges[p->first].weight;
		return ERR_OK;
	}
	if (!dense_make(
		a, turned ? p->columns : p->rows, turned ? p->rows : p->columns, &d))
		return ERR_MEMORY;
	for (size_t k = p->first; k < p->first + p->n; k++) {
		uint32_t i = number[edges[k].a], j = number[all_rows + edges[k].b];
		double *cell = &d.cost[turned ? (size_t)j * d.c + i : (size_t)i * d.c + j];

		if (-edges[k].weight < *cell)
			*cell = -edges[k].weight;
	}
	*sum += dense_solve(&d);
	for (size_t k = p->first; k < p->first + p->n; k++) {
		uint32_t i = number[edges[k].a], j = number[all_rows + edges[k].b];

		if (d.row_of[(turned ? i : j) + 1] == (turned ? j : i) + 1)
			note_partner(partner, &edges[k]);
	}
	arena_rewind(a, mark);
	return ERR_OK;
}

/* Number rows and columns within their components and count edges; parts by representative.
 */
static void
count_parts(const struct edges *edges, uint32_t rows, uint32_t nodes, uint32_t *parent,
    uint32_t *number, struct part *parts)
{
	for (size_t k = 0; k < edges->n; k++)
		parent[root(parent, edges->list[k].a)] =
		    root(parent, rows + edges->list[k].b);
	for (uint32_t i = 0; i < nodes; i++) {
		struct part *p = &parts[root(parent, i)];

		number[i] = i < rows ? p->rows++ : p->columns++;
	}
	for (size_t k = 0; k < edges->n; k++)
		parts[root(parent, edges->list[k].a)].n++;
}

/* The matching of the largest weight: its weight, and the column of each row that has one
 * (NULL: it is not asked for). */
static enum err
solve(struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns,
    uint32_t *partner, double *r)
{
	uint32_t nodes = rows + columns;
	uint32_t *parent = arena_alloc(a, (size_t)nodes * sizeof(*parent));
	uint32_t *number = arena_alloc(a, (size_t)nodes * sizeof(*number));
	struct part *parts = arena_calloc(a, nodes, sizeof(*parts));
	struct edge *sorted = arena_alloc(a, edges->n * sizeof(*sorted));
	size_t first = 0;
	double sum = 0.0;

	if (parent == NULL || number == NULL || parts == NULL || sorted == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < nodes; i++)
		parent[i] = i;
	count_parts(edges, rows, nodes, parent, number, parts);
	for (uint32_t i = 0; i < nodes; i++) {
		parts[i].first = first;
		first += parts[i].n;
		parts[i].n = 0;
	}
	for (size_t k = 0; k < edges->n; k++) {
		struct part *p = &parts[root(parent, edges->list[k].a)];

		sorted[p->first + p->n++] = edges->list[k];
	}
	for (uint32_t i = 0; i < nodes; i++) {
		enum err err = parts[i].n == 0
		    ? ERR_OK
		    : solve_part(a, sorted, &parts[i], number, rows, partner, &sum);

		if (err != ERR_OK)
			return err;
	}
	*r = sum;
	return ERR_OK;
}

uint32_t *
assign_nobody(struct arena *a, uint32_t rows)
{
	uint32_t *partner = arena_alloc(a, (size_t)rows * sizeof(*partner));

	for (uint32_t i = 0; partner != NULL && i < rows; i++)
		partner[i] = ASSIGN_NONE;
	return partner;
}

enum err
assign_weight(
    struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns, double *r)
{
	return solve(a, edges, rows, columns, NULL, r);
}

enum err
assign_partners(struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns,
    uint32_t *partner)
{
	double weight;

	for (uint32_t i = 0; i < rows; i++)
		partner[i] = ASSIGN_NONE;
	return solve(a, edges, rows, columns, partner, &weight);
}

double
assign_cost(uint32_t rows, uint32_t columns)
{
	double r = rows < columns ? rows : columns, c = rows < columns ? columns : rows;

	return r * r * c / 4;
}

struct hopcroft {
	struct graph g;
	uint32_t *match_a, *match_b, *level, *queue;
	size_t *next;
};

/* Levels of an alternating breadth-first search from the free rows; whether a free column
 * is reached. */
static bool
layer(struct hopcroft *h)
{
	uint32_t head = 0, tail = 0;
	bool found = false;

	for (uint32_t i = 0; i < h->g.rows; i++) {
		h->level[i] = h->match_a[i] == NONE ? 0 : NONE;
		if (h->match_a[i] == NONE)
			h->queue[tail++] = i;
		h->next[i] = h->g.start[i];
	}
	while (head < tail) {
		uint32_t i = h->queue[head++];

		for (size_t k = h->g.start[i]; k < h->g.start[i + 1]; k++) {
			uint32_t other = h->match_b[h->g.list[k].b];

			if (other == NONE) {
				found = true;
			} else if (h->level[other] == NONE) {
				h->level[other] = h->level[i] + 1;
				h->queue[tail++] = other;
			}
		}
	}
	return found;
}

/*
 * A path from the free row i down the levels to a free column, without recursion: `queue`
 * is the stack of rows, next[] where each goes on.
 */
static bool
extend(struct hopcroft *h, uint32_t i)
{
	uint32_t depth = 0;

	h->queue[0] = i;
	for (;;) {
		uint32_t row = h->queue[depth], other;

		if (deadline_passed(2))
			return false;

		if (h->next[row] == h->g.start[row + 1]) {
			h->level[row] = NONE;
			if (depth-- == 0)
				return false;
			h->next[h->queue[depth]]++;
			continue;
		}
		other = h->match_b[h->g.list[h->next[row]].b];
		if (other == NONE)
			break;
		if (h->level[other] == h->level[row] + 1)
			h->queue[++depth] = other;
		else
			h->next[row]++;
	}
	for (uint32_t d = 0; d <= depth; d++) {
		uint32_t row = h->queue[d], column = h->g.list[h->next[row]].b;

		h->match_a[row] = column;
		h->match_b[column] = row;
	}
	return true;
}

/* The matching of the most pairs: their number, and the column of each row that has one
 * (match_a). */
static enum err
match_most(struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns,
    uint32_t *match_a, uint32_t *r)
{
	struct hopcroft h = {
	    .match_a = match_a,
	    .match_b = arena_alloc(a, (size_t)columns * sizeof(uint32_t)),
	    .level = arena_alloc(a, (size_t)rows * sizeof(uint32_t)),
	    .queue = arena_alloc(a, ((size_t)rows + 1) * sizeof(uint32_t)),
	    .next = arena_alloc(a, (size_t)rows * sizeof(size_t)),
	};
	uint32_t count = 0;

	if (!h.match_a || !h.match_b || !h.level || !h.queue || !h.next ||
	    !graph_make(a, edges, rows, columns, &h.g))
		return ERR_MEMORY;
	memset(h.match_a, 0xff, (size_t)rows * sizeof(uint32_t));
	memset(h.match_b, 0xff, (size_t)columns * sizeof(uint32_t));
	while (!deadline_passed(edges->n) && layer(&h))
		for (uint32_t i = 0; i < rows; i++)
			if (h.match_a[i] == NONE && h.level[i] == 0)
				count += extend(&h, i);
	*r = count;
	return ERR_OK;
}

enum err
assign_count(struct arena *a, const struct edges *edges, uint32_t rows, uint32_t columns,
    uint32_t *r)
{
	return match_most(
	    a, edges, rows, columns, arena_alloc(a, (size_t)rows * sizeof(uint32_t)), r);
}

enum err
assign_count_partners(struct arena *a, const struct edges *edges, uint32_t rows,
    uint32_t columns, uint32_t *partner)
{
	uint32_t count;

	return match_most(a, edges, rows, columns, partner, &count);
}
