/*
 * One-to-one matching of two sets given the pairs that may match. Scratch memory comes from
 * the arena and stays in it; callers mark and rewind.
 */
#ifndef METRIC_REGION_ASSIGN_H
#define METRIC_REGION_ASSIGN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Row `a` may be matched to column `b`, which is worth `weight` > 0. */
struct edge {
	uint32_t a, b;
	double weight;
};

/* A growing list of them; begin with {0}. */
struct edges {
	struct edge *list;
	size_t n, room;
};

/* Appends an edge. ERR_MEMORY. */
enum err edges_add(struct arena *a, struct edges *edges, struct edge edge) ERR_WARN_UNUSED;

/*
 * Computes the largest total weight of a matching in which no row and no column is used
 * twice. Works on the connected components of the edges, each with the shortest augmenting
 * path form of the Hungarian method (Jonker and Volgenant 1987): O(r^2 c) for a component
 * of r x c, r <= c. ERR_MEMORY.
 */
enum err assign_weight(struct arena *a, const struct edges *edges, uint32_t rows,
    uint32_t columns, double *r) ERR_WARN_UNUSED;

/* Of a row: it has no partner. */
#define ASSIGN_NONE UINT32_MAX

/* Makes a list of `rows` partners, all of them ASSIGN_NONE; NULL without memory. */
uint32_t *assign_nobody(struct arena *a, uint32_t rows);

/*
 * Finds that matching: partner[i], of all `rows`, is the column of row i, or ASSIGN_NONE.
 * Every pair is one of the edges, which are there once each. ERR_MEMORY.
 */
enum err assign_partners(struct arena *a, const struct edges *edges, uint32_t rows,
    uint32_t columns, uint32_t *partner) ERR_WARN_UNUSED;

/*
 * Returns the work of assign_weight() in units of about a nanosecond, were a quarter of it
 * one component at its worst.
 */
double assign_cost(uint32_t rows, uint32_t columns);

/*
 * Computes the largest number of pairs in a matching, weights aside (Hopcroft and Karp
 * 1973): O(n sqrt(rows)). ERR_MEMORY.
 */
enum err assign_count(struct arena *a, const struct edges *edges, uint32_t rows,
    uint32_t columns, uint32_t *r) ERR_WARN_UNUSED;

/* Finds that matching; `partner` as of assign_partners(). ERR_MEMORY. */
enum err assign_count_partners(struct arena *a, const struct edges *edges, uint32_t rows,
    uint32_t columns, uint32_t *partner) ERR_WARN_UNUSED;

#endif
