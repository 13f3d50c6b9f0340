#include "labelstudio/visibility.h"

#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "labelstudio/control_tag.h"

/* Where a condition is met: the items that meet it. */
struct met {
	struct map regions; /* keys of the regions that they belong to */
	struct map indices; /* of the Repeater; "" where the name has not one index */
	struct map loose;   /* the indices of those that belong to no region */
	struct met *shown;  /* by the place of a condition in its `shown` */
};

/* From where it is asked. */
struct place {
	struct str region; /* its key; absent: not of a region */
	struct str index;  /* absent or "": any */
};

struct view {
	struct arena *arena;
	const struct visibility_of *of;
	const struct result *all;
	struct map regions; /* the keys of all there are */
	struct met *met;    /* by the place of the condition */
};

/* Whether an item is an answer, to a task or about a region, and no region itself. */
static bool
is_answer(const struct item *item)
{
	const struct tag *tag = tag_of_type(item->type);

	return tag != NULL && tag->shape == SHAPE_NONE && !tag->self;
}

/* What tells regions apart: the id; where there is none, the bytes of the place. */
static struct str
key_of(const struct item *region)
{
	return region->id.s != NULL
	    ? region->id
	    : (struct str){(const char *)&region->index, sizeof(region->index)};
}

/* The key of the region that an item is, or is of as far as geometries tell. */
static struct str
drawn_key(const struct item *item)
{
	if (item->region != NULL)
		return key_of(item->region);
	return is_answer(item) ? (struct str){0} : key_of(item);
}

/* The key of the region that an item is or is of; absent: of none. */
static struct str
region_key(const struct view *v, const struct item *item)
{
	struct str key = drawn_key(item);

	if (key.s == NULL && item->id.s != NULL && map_find(&v->regions, item->id, NULL))
		return item->id;
	return key;
}

static enum err
find_regions(struct view *v)
{
	for (uint32_t i = 0; i < v->all->n; i++) {
		struct str key = drawn_key(&v->all->items[i]);

		if (key.s != NULL && map_add(v->arena, &v->regions, key) != ERR_OK)
			return ERR_MEMORY;
	}
	return ERR_OK;
}

/* Where the mark stands in a name that has it once; NULL else. */
static const char *
only_mark(struct str name)
{
	const char *first = NULL;
	const size_t mark = strlen(RESULT_INDEX_MARK);

	for (size_t i = 0; i + mark <= name.n; i++) {
		if (memcmp(name.s + i, RESULT_INDEX_MARK, mark) != 0)
			continue;
		if (first != NULL)
			return NULL;
		first = name.s + i;
	}
	return first;
}

/* The index that a name has which matches `name`; "" if there is none, or several. */
static struct str
index_of(struct str name, struct str from_name)
{
	const char *mark = only_mark(name);
	size_t around;

	if (mark == NULL)
		return STR("");
	around = name.n - strlen(RESULT_INDEX_MARK);
	return from_name.n <= around || str_eq(name, from_name)
	    ? STR("")
	    : (struct str){from_name.s + (mark - name.s), from_name.n - around};
}

/* Whether a choice or label is one of those wanted; of a path the last part. */
static enum err
is_wanted(struct arena *a, const struct json *j, const struct condition *c, bool *r)
{
	struct str text;

	if (j->type == JSON_ARRAY && j->n > 0)
		j = json_at(j, j->n - 1);
	text = json_str(j);
	if ((j->type == JSON_INTEGER || j->type == JSON_REAL) &&
	    json_text(a, j, &text) != ERR_OK)
		return ERR_MEMORY;
	*r = c->n_values == 0 && !json_is_null(j);
	for (size_t i = 0; !*r && text.s != NULL && i < c->n_values; i++)
		*r = str_eq(c->values[i], text);
	return ERR_OK;
}

static enum err
any_wanted(struct arena *a, const struct json *list, const struct condition *c, bool *r)
{
	*r = false;
	if (json_is_null(list))
		return ERR_OK;
	if (list->type != JSON_ARRAY)
		return is_wanted(a, list, c, r);
	for (uint32_t i = 0; i < list->n && !*r; i++)
		if (is_wanted(a, json_at(list, i), c, r) != ERR_OK)
			return ERR_MEMORY;
	return ERR_OK;
}

static enum err
meets_choice(
    const struct view *v, const struct condition *c, const struct item *item, bool *r)
{
	bool choices = str_is(item->type, "choices");

	*r = false;
	if (c->control.s == NULL
		? !choices || result_name_matches(v->of->control, item->from_name)
		: !result_name_matches(c->control, item->from_name) ||
		    (!choices && !str_is(item->type, "taxonomy")))
		return ERR_OK;
	return any_wanted(v->arena, json_get_str(item->value, item->type), c, r);
}

/* The labels of a region's item. */
static const struct json *
labels_of(const struct item *item)
{
	static const char *const keys[] = {
	    "labels", "hypertextlabels", "htmllabels", "paragraphlabels"};
	const struct json *labels = NULL;

	if (item->type.n > 6 &&
	    str_is((struct str){item->type.s + item->type.n - 6, 6}, "labels"))
		labels = json_get_str(item->value, item->type);
	for (size_t i = 0; json_is_null(labels) && i < N_OF(keys); i++)
		labels = json_get(item->value, keys[i]);
	return labels;
}

static enum err
meets_region(
    const struct view *v, const struct condition *c, const struct item *item, bool *r)
{
	*r = false;
	if (region_key(v, item).s == NULL ||
	    (c->control.s != NULL && !result_name_matches(c->control, item->from_name) &&
		!result_name_matches(
		    c->control, json_str(json_get(item->json, "to_name")))))
		return ERR_OK;
	*r = c->n_values == 0;
	return *r ? ERR_OK : any_wanted(v->arena, labels_of(item), c, r);
}

/* Note an item that meets a condition. */
static enum err
note(
    const struct view *v, const struct condition *c, const struct item *item, struct met *m)
{
	struct str region = region_key(v, item);
	struct str index = index_of(c->control, item->from_name);

	if (map_add(v->arena, &m->indices, index) != ERR_OK)
		return ERR_MEMORY;
	return map_add(v->arena, region.s == NULL ? &m->loose : &m->regions,
	    region.s == NULL ? index : region);
}

static enum err
find_one(const struct view *v, const struct condition *c, struct met *m)
{
	for (uint32_t i = 0; i < v->all->n; i++) {
		const struct item *item = &v->all->items[i];
		bool meets;
		enum err err = c->when == CONDITION_REGION_SELECTED
		    ? meets_region(v, c, item, &meets)
		    : meets_choice(v, c, item, &meets);

		if (err == ERR_OK && meets)
			err = note(v, c, item, m);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
find_all(const struct view *v, const struct conditions *c, struct met **r)
{
	struct met *met = arena_calloc(v->arena, c->n, sizeof(*met));

	if (met == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < c->n; i++)
		if (find_one(v, &c->list[i], &met[i]) != ERR_OK ||
		    find_all(v, &c->list[i].shown, &met[i].shown) != ERR_OK)
			return ERR_MEMORY;
	*r = met;
	return ERR_OK;
}

static bool
has_index(const struct map *set, struct str index)
{
	return set->n > 0 &&
	    (index.n == 0 || map_find(set, STR(""), NULL) || map_find(set, index, NULL));
}

static bool
is_met(const struct met *m, const struct place *p)
{
	if (p->region.s == NULL)
		return has_index(&m->indices, p->index);
	return map_find(&m->regions, p->region, NULL) || has_index(&m->loose, p->index);
}

/* Whether the conditions hold where it is asked. */
static bool
hold(const struct conditions *c, const struct met *met, const struct place *p)
{
	for (size_t i = 0; i < c->n; i++) {
		bool holds = is_met(&met[i], p);

		if (c->list[i].when == CONDITION_CHOICE_UNSELECTED)
			holds = !holds || !hold(&c->list[i].shown, met[i].shown, p);
		if (!holds)
			return false;
	}
	return true;
}

/* Where an item asks from. What a control draws is no answer about a region. */
static struct place
place_of(const struct view *v, const struct item *item)
{
	struct place p = {.index = index_of(v->of->control, item->from_name)};

	if (is_answer(item) || (item->shape == SHAPE_NONE && item->region != NULL))
		p.region = region_key(v, item);
	return p;
}

static bool
is_shown(const struct view *v)
{
	struct place p = {.index = {0}};

	if (!v->of->per_region || v->regions.n == 0)
		return hold(v->of->conditions, v->met, &p);
	for (size_t i = 0; i < v->regions.n; i++) {
		p.region = v->regions.keys[i];
		if (hold(v->of->conditions, v->met, &p))
			return true;
	}
	return false;
}

/* Leave the items that were asked for. */
static void
keep_shown(const struct view *v, struct result *value)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < value->n; i++) {
		struct place p = place_of(v, &value->items[i]);

		if (hold(v->of->conditions, v->met, &p))
			value->items[kept++] = value->items[i];
	}
	value->n = kept;
}

enum err
visibility_apply(struct arena *a, const struct visibility_of *of, const struct result *all,
    struct result *value, bool *hidden)
{
	struct view v = {.arena = a, .of = of, .all = all};

	if (find_regions(&v) != ERR_OK || find_all(&v, of->conditions, &v.met) != ERR_OK)
		return ERR_MEMORY;
	keep_shown(&v, value);
	*hidden = value->n == 0 && !is_shown(&v);
	return ERR_OK;
}
