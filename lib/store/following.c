#include "store/following.h"

#include "json/json.h"
#include "store/columns.h"

/* What a dimension is over: its control, and the path of its extraction, if it has one. */
struct over {
	struct str control, path;
};

static struct over
over_of(struct arena *a, const struct store_dimension *d)
{
	const struct json *params = NULL;

	/* What is no JSON has no path. */
	if (d->extraction_params.n > 0 &&
	    json_parse(a, d->extraction_params, &params, NULL) != ERR_OK)
		params = NULL;
	return (struct over){d->control_tag, json_str(json_get(params, "path"))};
}

static bool
is_same(const struct over *a, const struct over *b)
{
	return str_eq(a->control, b->control) && str_eq(a->path, b->path);
}

static struct over *
overs_of(struct arena *a, const struct store_dimension *list, size_t n)
{
	struct over *overs = arena_alloc(a, n * sizeof(*overs));

	for (size_t i = 0; overs != NULL && i < n; i++)
		overs[i] = over_of(a, &list[i]);
	return overs;
}

/* Where the first over the same stands; `n` if there is none. */
static size_t
find_over(const struct over *overs, size_t n, const struct over *of)
{
	size_t i = 0;

	while (i < n && !is_same(&overs[i], of))
		i++;
	return i;
}

static bool
has_control(const struct store_dimension *wanted, size_t n, struct str control)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(wanted[i].control_tag, control))
			return true;
	return false;
}

/* All that rows are compared with. */
struct wish {
	const struct store_dimension *wanted;
	const struct over *overs;
	size_t n;
	bool complete;
};

static struct following_row
follow(const struct wish *w, const struct store_dimension *old, const struct over *over)
{
	struct following_row r = {*old, FOLLOWING_KEPT};
	size_t i = old->is_user_defined ? w->n : find_over(w->overs, w->n, over);

	if (i < w->n) {
		columns_follow(&r.row, &w->wanted[i]);
		r.change = FOLLOWING_CHANGED;
		return r;
	}
	r.row.is_present =
	    old->is_user_defined ? has_control(w->wanted, w->n, old->control_tag) : false;
	if (!w->complete)
		r.row.is_present |= old->is_present;
	if (r.row.is_present != old->is_present)
		r.change = FOLLOWING_CHANGED;
	return r;
}

enum err
following_make(struct arena *a, int64_t project, const struct store_dimension_list *now,
    const struct store_dimension *wanted, size_t n, bool complete, struct following_plan *r)
{
	const struct over *overs_now = overs_of(a, now->items, now->n);
	const struct wish w = {wanted, overs_of(a, wanted, n), n, complete};
	struct following_plan plan = {arena_alloc(a, (now->n + n) * sizeof(*plan.rows)), 0};
	int64_t last = 0;

	if (overs_now == NULL || w.overs == NULL || plan.rows == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < now->n; i++) {
		plan.rows[plan.n++] = follow(&w, &now->items[i], &overs_now[i]);
		last = now->items[i].id > last ? now->items[i].id : last;
	}
	for (size_t i = 0; i < n; i++) {
		bool known = find_over(w.overs, i, &w.overs[i]) < i;

		for (size_t k = 0; k < now->n; k++)
			known |= !now->items[k].is_user_defined &&
			    is_same(&overs_now[k], &w.overs[i]);
		if (known)
			continue;
		plan.rows[plan.n] = (struct following_row){wanted[i], FOLLOWING_NEW};
		plan.rows[plan.n].row.id = ++last;
		plan.rows[plan.n].row.project = project;
		plan.rows[plan.n].row.is_user_defined = false;
		plan.rows[plan.n++].row.is_present = true;
	}
	*r = plan;
	return ERR_OK;
}

enum err
following_list(
    struct arena *a, const struct following_plan *plan, struct store_dimension_list *r)
{
	struct store_dimension *list = arena_alloc(a, plan->n * sizeof(*list));

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < plan->n; i++)
		list[i] = plan->rows[i].row;
	columns_sort(list, plan->n);
	*r = (struct store_dimension_list){list, plan->n};
	return ERR_OK;
}
