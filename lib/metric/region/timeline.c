/*
 * Timeline labels: sets of frames, given as `ranges` with both ends in.
 */
#include <math.h>

#include "metric/field.h"
#include "metric/geometry/runs.h"
#include "metric/region/shapes.h"

/* Frames beyond this are no frames of a video that anybody can play. */
#define FRAME_MAX 1e15

static enum err
read_range(struct arena *a, const struct item *item, uint32_t i, const struct json *range,
    struct runs *runs, struct error *e)
{
	double start, end;
	enum err err = field_element_number(item, "ranges", i, range, "start", &start, e);

	if (err == ERR_OK)
		err = field_element_number(item, "ranges", i, range, "end", &end, e);
	if (err != ERR_OK)
		return err;
	if (fabs(start) > FRAME_MAX || fabs(end) > FRAME_MAX)
		return error_set(e, ERR_INPUT,
		    "$[%u].value.ranges[%u]: beyond frame " STR_OF_MACRO(FRAME_MAX),
		    item->index, i);
	err = runs_append(a, runs,
	    (struct run){
		(int64_t)floor(fmin(start, end)), (int64_t)floor(fmax(start, end)) + 1});
	return err == ERR_OK ? err : error_set(e, err, "%s", err_text(err));
}

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	struct runs *runs = arena_calloc(a, 1, sizeof(*runs));
	const struct json *ranges;
	enum err err;

	(void)how;
	if (runs == NULL)
		return error_memory(e);
	err = field_list(item, "ranges", &ranges, e);
	for (uint32_t i = 0; err == ERR_OK && i < ranges->n; i++)
		err = read_range(a, item, i, json_at(ranges, i), runs, e);
	if (err != ERR_OK)
		return err;
	runs_normalise(runs);
	*extent_r = (struct extent){0};
	if (runs->n > 0)
		*extent_r = (struct extent){(double)runs->list[0].first,
		    (double)runs->list[runs->n - 1].end, 0.0, 0.0};
	*geometry_r = runs;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	(void)scratch;
	*r = runs_iou(a, b);
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	return 12.0 + 4.0 * (double)((const struct runs *)geometry)->n;
}

const struct shape shape_timeline = {
    .name = "timeline", .read = read, .overlap = overlap, .cost = cost};
