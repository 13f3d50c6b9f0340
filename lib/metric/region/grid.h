/*
 * A uniform grid over the extents of regions: which of them may touch another extent,
 * without looking at all. Results are in the caller's arena.
 */
#ifndef METRIC_REGION_GRID_H
#define METRIC_REGION_GRID_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "metric/region/shape.h"

struct region;

/* The regions of cell k are list[start[k]] .. list[start[k + 1] - 1]; see grid_cell(). */
struct grid {
	double x0, y0, per_x, per_y; /* cells per unit */
	uint32_t columns, rows;
	const uint32_t *start, *list;
};

/* Cells, inclusive. */
struct grid_window {
	uint32_t x0, x1, y0, y1;
};

/* Makes the grid of n > 0 regions; NULL without memory. */
const struct grid *grid_make(struct arena *a, const struct region *list, uint32_t n);

/* Returns the cells that have all regions which touch an extent. */
struct grid_window grid_window(const struct grid *g, const struct extent *e);

/* Cells of a column lie together, as regions of about the same x do. */
static inline size_t
grid_cell(const struct grid *g, uint32_t x, uint32_t y)
{
	return (size_t)x * g->rows + y;
}

#endif
