/*
 * Regions that nothing can measure: a chat message, a track of vectors. Two of them overlap
 * where they are equal as JSON values, messages whenever they were written.
 */
#include "metric/field.h"
#include "metric/region/shapes.h"

static enum err
read(struct arena *a, const struct item *item, const struct reading *how,
    const void **geometry_r, struct extent *extent_r, struct error *e)
{
	const struct json *value = NULL;
	enum err err = field_value(item, e);

	(void)how;
	if (err == ERR_OK && field_compared(a, item, &value) != ERR_OK)
		return error_memory(e);
	if (err != ERR_OK)
		return err;
	*extent_r = (struct extent){0};
	*geometry_r = value;
	return ERR_OK;
}

static enum err
overlap(struct arena *scratch, const void *a, const void *b, double *r)
{
	(void)scratch;
	*r = json_equal(a, b) ? 1.0 : 0.0;
	return ERR_OK;
}

static double
cost(const void *geometry)
{
	const struct json *j = geometry;

	return 20.0 + (j->type == JSON_OBJECT ? 3.0 * (double)j->block->text.n : 0.0);
}

const struct shape shape_other = {
    .name = "other", .read = read, .overlap = overlap, .cost = cost};
