#include "agreement/follow.h"

#include <string.h>

#include "base/log.h"

static enum err
no_memory(struct error *e)
{
	return error_set(e, ERR_MEMORY, "%s", err_text(ERR_MEMORY));
}

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
		return no_memory(e);
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

static const struct store_dimension *
find_tag(const struct store_dimension_list *list, struct str tag)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->items[i].control_tag, tag))
			return &list->items[i];
	return NULL;
}

/* What a user set stays; so do the id and all that the configuration does not say. */
static void
keep_set(const struct store_dimension *old, struct store_dimension *d)
{
	struct store_dimension n = *old;

	if ((old->user_set & STORE_DIMENSION_NAME) == 0)
		n.name = d->name;
	if ((old->user_set & STORE_DIMENSION_METRIC_TYPE) == 0)
		n.metric_type = d->metric_type;
	if ((old->user_set & STORE_DIMENSION_WEIGHT) == 0)
		n.weight = d->weight;
	if ((old->user_set & STORE_DIMENSION_LABEL_WEIGHTS) == 0)
		n.label_weights = d->label_weights;
	if ((old->user_set & STORE_DIMENSION_ORDER) == 0)
		n.order = d->order;
	n.control_type = d->control_type;
	n.object_type = d->object_type;
	n.per_region = d->per_region;
	n.is_categorical = d->is_categorical;
	n.values_enum = d->values_enum;
	n.is_present = true;
	*d = n;
}

/*
 * The list that writing would have given. New dimensions get the ids behind the largest;
 * with `complete`, old ones that nobody wants are there, but absent.
 */
static enum err
merge(struct arena *a, const struct store_dimension_list *now,
    const struct dimension_rows *wanted, bool complete, struct store_dimension_list *r)
{
	struct store_dimension *list = arena_alloc(a, (now->n + wanted->n) * sizeof(*list));
	struct store_dimension_list made = {list, 0};
	int64_t last = 0;

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < now->n; i++)
		last = now->items[i].id > last ? now->items[i].id : last;
	for (size_t i = 0; i < wanted->n; i++) {
		const struct store_dimension *old =
		    find_tag(now, wanted->list[i].control_tag);
		struct store_dimension *d = &list[made.n++];

		*d = wanted->list[i];
		if (old != NULL)
			keep_set(old, d);
		else
			d->id = ++last;
	}
	for (size_t i = 0, n = made.n; i < now->n; i++) {
		struct store_dimension_list first = {list, n};

		if (find_tag(&first, now->items[i].control_tag) != NULL)
			continue;
		list[made.n] = now->items[i];
		list[made.n++].is_present &= !complete || now->items[i].is_user_defined;
	}
	*r = made;
	return ERR_OK;
}

/* Told once in the life of a process; what is wrong does not mend itself. */
static void
warn_denied(const struct error *e)
{
	static bool told;

	if (!told)
		log_warning("the dimensions cannot be written, they are derived at each "
			    "request: %s",
		    e->text);
	told = true;
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
	return merge(a, now, &wanted, true, r) == ERR_OK ? ERR_OK : no_memory(e);
}

bool
follow_needs_results(const struct store_dimension_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].is_present &&
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
		return no_memory(e);
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
	return merge(a, now, &fresh, false, r) == ERR_OK ? ERR_OK : no_memory(e);
}
