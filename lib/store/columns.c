#include "store/columns.h"

#include <stdlib.h>

#include "store/query.h"

static void
take_dimension(const struct db_value *v, struct store_dimension *r)
{
	*r = (struct store_dimension){
	    .id = query_integer(&v[0]),
	    .project = query_integer(&v[1]),
	    .name = query_text(&v[2]),
	    .description = query_text(&v[3]),
	    .control_tag = query_text(&v[4]),
	    .control_type = query_text(&v[5]),
	    .object_type = query_text(&v[6]),
	    .per_region = query_bool(&v[7]),
	    .extraction_method = query_text(&v[8]),
	    .extraction_params = query_text(&v[9]),
	    .metric_type = query_text(&v[10]),
	    .metric_params = query_text(&v[11]),
	    .is_active = query_bool(&v[12]),
	    .is_present = query_bool(&v[13]),
	    .is_categorical = query_bool(&v[14]),
	    .is_user_defined = query_bool(&v[15]),
	    .order = query_integer(&v[16]),
	    .values_enum = query_text(&v[17]),
	    .weight = v[18].null ? 0 : v[18].real,
	    .label_weights = query_text(&v[19]),
	    .created_at = query_text(&v[20]),
	    .updated_at = query_text(&v[21]),
	    .created_by = query_integer(&v[22]),
	    .user_set = (unsigned)query_integer(&v[23]),
	};
}

static int
dimension_cmp(const void *a, const void *b)
{
	const struct store_dimension *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* What was joined to several other rows came several times. */
static size_t
drop_repeats(struct store_dimension *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || items[kept - 1].id != items[i].id)
			items[kept++] = items[i];
	return kept;
}

enum err
columns_list(struct arena *a, const struct db_answer *answer, size_t first,
    struct store_dimension_list *r, struct error *e)
{
	struct store_dimension *items = arena_calloc(a, answer->n, sizeof *items);
	size_t n = 0;

	if (items == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the dimensions: %s", err_text(ERR_MEMORY));
	for (const struct db_row *row = answer->rows; row != NULL; row = row->next)
		if (!row->v[first].null)
			take_dimension(&row->v[first], &items[n++]);
	qsort(items, n, sizeof *items, dimension_cmp);
	*r = (struct store_dimension_list){items, drop_repeats(items, n)};
	return ERR_OK;
}
