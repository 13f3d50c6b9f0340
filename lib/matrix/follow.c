#include "matrix/follow.h"

#include "base/log.h"
#include "store/following.h"

/* What the configuration wants; nothing if it cannot be used, which is worth a line in the
 * log. */
static enum err
derive(struct arena *a, const struct store_project *p, struct dimension_rows *r)
{
	struct error why = {0};
	enum err err = dimension_derive(a, p->label_config, p->control_weights, r, &why);

	if (err == ERR_MEMORY)
		return err;
	if (err != ERR_OK) {
		log_info("project %lld: dimensions come from results: %s", (long long)p->id,
		    why.text);
		*r = (struct dimension_rows){0};
	}
	return ERR_OK;
}

static enum err
load(struct store *s, struct arena *a, int64_t project, struct store_project *p,
    struct dimension_rows *wanted, struct error *e)
{
	enum err err = store_project(s, a, project, p, e);

	if (err == ERR_OK && derive(a, p, wanted) != ERR_OK)
		return error_memory(e);
	return err;
}

enum err
follow_config(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e)
{
	struct store_project p;
	struct dimension_rows wanted = {0};
	enum err err = load(s, a, project, &p, &wanted, e);

	if (err != ERR_OK)
		return err;
	return store_dimensions_sync(
	    s, a, project, p.fingerprint, wanted.list, wanted.n, true, r, e);
}

/* The list that store_dimensions_sync() would have given. */
static enum err
plan_only(struct arena *a, int64_t project, const struct store_dimension_list *now,
    const struct dimension_rows *wanted, bool complete, struct store_dimension_list *r)
{
	struct following_plan plan;

	if (following_make(a, project, now, wanted->list, wanted->n, complete, &plan) !=
	    ERR_OK)
		return ERR_MEMORY;
	return following_list(a, &plan, r);
}

/* Logged once in the life of a process; the cause stays. */
static void
warn_denied(const struct error *e)
{
	static bool warned;

	if (!warned)
		log_warning("the dimensions cannot be written, they are derived at each "
			    "request: %s",
		    e->text);
	warned = true;
}

static bool
cannot_write(enum err err)
{
	return err == ERR_DB_DENIED;
}

enum err
follow_changes(struct store *s, struct arena *a, int64_t project, struct str fingerprint,
    struct str recorded, const struct store_dimension_list *now,
    struct store_dimension_list *r, struct error *e)
{
	struct store_project p;
	struct dimension_rows wanted = {0};
	enum err err;

	if (recorded.s != NULL && str_eq(fingerprint, recorded)) {
		*r = *now;
		return ERR_OK;
	}
	err = load(s, a, project, &p, &wanted, e);
	if (err != ERR_OK)
		return err;
	err = store_dimensions_sync(
	    s, a, project, p.fingerprint, wanted.list, wanted.n, true, r, e);
	if (!cannot_write(err))
		return err;
	warn_denied(e);
	return plan_only(a, project, now, &wanted, true, r) == ERR_OK ? ERR_OK
								      : error_memory(e);
}

enum err
follow_project(struct store *s, struct arena *a, int64_t project, struct store_project *p,
    struct store_dimension_list *r, struct error *e)
{
	struct store_dimension_list now;
	struct store_project own;
	enum err err = store_project(s, a, project, &own, e);

	if (err == ERR_OK)
		err = store_dimensions(s, a, project, &now, e);
	if (err == ERR_OK)
		err = follow_changes(
		    s, a, project, own.fingerprint, own.recorded, &now, r, e);
	if (err == ERR_OK && p != NULL)
		*p = own;
	return err;
}

bool
follow_needs_results(const struct store_dimension_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].is_present && !list->items[i].is_user_defined &&
		    !str_is(list->items[i].extraction_method, DIMENSION_FROM_RESULTS))
			return false;
	return true;
}

enum err
follow_results(struct store *s, struct arena *a, int64_t project, struct str fingerprint,
    const struct result *const *results, size_t n, const struct store_dimension_list *now,
    struct store_dimension_list *r, struct error *e)
{
	struct dimension_rows rows = {
	    .list = arena_alloc(a, now->n * sizeof(rows.list[0]))};
	enum err err = rows.list == NULL ? ERR_MEMORY : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < now->n; i++)
		if (now->items[i].is_present)
			rows.list[rows.n++] = now->items[i];
	size_t known = rows.n;
	for (size_t i = 0; err == ERR_OK && i < n; i++)
		if (results[i] != NULL)
			err = dimension_guess(a, results[i], &rows);
	if (err != ERR_OK)
		return error_memory(e);
	if (rows.n == known) {
		*r = *now;
		return ERR_OK;
	}
	err = store_dimensions_sync(
	    s, a, project, fingerprint, rows.list + known, rows.n - known, false, r, e);
	if (!cannot_write(err))
		return err;
	warn_denied(e);
	struct dimension_rows fresh = {.list = rows.list + known, .n = rows.n - known};
	return plan_only(a, project, now, &fresh, false, r) == ERR_OK ? ERR_OK
								      : error_memory(e);
}
