#include "labelstudio/result.h"

#include <string.h>

#include "base/array.h"
#include "labelstudio/control_tag.h"

/* The items seen so far by (id, from_name, type): open addressing, 0 is an empty slot. */
struct seen {
	uint32_t *slots; /* index into the items, plus one */
	size_t mask;
};

static bool
seen_init(struct arena *a, struct seen *seen, uint32_t items)
{
	size_t room = 16;

	while (room < (size_t)items * 2)
		room *= 2;
	seen->slots = arena_calloc(a, room, sizeof(*seen->slots));
	seen->mask = room - 1;
	return seen->slots != NULL;
}

static bool
same_item(const struct item *a, const struct item *b)
{
	return str_eq(a->id, b->id) && str_eq(a->from_name, b->from_name) &&
	    str_eq(a->type, b->type);
}

/* Note items[n]; returns false if an equal one stands before it. */
static bool
seen_first(struct seen *seen, const struct item *items, uint32_t n)
{
	const struct item *item = &items[n];
	uint64_t hash =
	    str_hash(item->id) + 3 * str_hash(item->from_name) + 5 * str_hash(item->type);

	if (item->id.s == NULL)
		return true;
	for (size_t i = (size_t)hash & seen->mask;; i = (i + 1) & seen->mask) {
		if (seen->slots[i] == 0) {
			seen->slots[i] = n + 1;
			return true;
		}
		if (same_item(&items[seen->slots[i] - 1], item))
			return false;
	}
}

static const struct {
	const char *type;
	enum shape_id shape;
} shape_of_type[] = {
    {"rectanglelabels", SHAPE_BBOX},
    {"rectangle", SHAPE_BBOX},
    {"polygonlabels", SHAPE_POLYGON},
    {"polygon", SHAPE_POLYGON},
    {"ellipselabels", SHAPE_ELLIPSE},
    {"ellipse", SHAPE_ELLIPSE},
    {"brushlabels", SHAPE_BRUSH},
    {"brush", SHAPE_BRUSH},
    {"magicwand", SHAPE_BRUSH},
    {"bitmasklabels", SHAPE_BITMASK},
    {"bitmask", SHAPE_BITMASK},
    {"keypointlabels", SHAPE_POINT},
    {"keypoint", SHAPE_POINT},
    {"vectorlabels", SHAPE_VECTOR},
    {"vector", SHAPE_VECTOR},
    {"hypertextlabels", SHAPE_HTML},
    {"paragraphlabels", SHAPE_SPAN},
    {"timeserieslabels", SHAPE_SPAN},
    {"videorectangle", SHAPE_VIDEO},
};

/* Fields that tell a geometry, the more telling ones first. Both must be there. */
static const struct {
	const char *first, *second;
	enum shape_id shape;
} shape_of_fields[] = {
    {"rle", NULL, SHAPE_BRUSH},
    {"imageDataURL", NULL, SHAPE_BITMASK},
    {"ranges", NULL, SHAPE_TIMELINE},
    {"points", NULL, SHAPE_POLYGON},
    {"vertices", NULL, SHAPE_VECTOR},
    {"radiusX", "radiusY", SHAPE_ELLIPSE},
    {"width", "height", SHAPE_BBOX},
    {"x", "y", SHAPE_POINT},
    {"startOffset", "endOffset", SHAPE_SPAN},
    {"globalOffsets", NULL, SHAPE_HTML},
    {"start", "end", SHAPE_SPAN},
};

/* A sequence of boxes; one of anything else has no shape that is known. */
static bool
is_track(const struct json *sequence)
{
	return sequence != NULL && sequence->type == JSON_ARRAY &&
	    (sequence->n == 0 || !json_is_null(json_get(json_at(sequence, 0), "width")));
}

enum shape_id
result_shape(struct str type, const struct json *value)
{
	const struct json *sequence;

	for (size_t i = 0; i < N_OF(shape_of_type); i++)
		if (str_is(type, shape_of_type[i].type))
			return shape_of_type[i].shape;
	if (value == NULL || value->type != JSON_OBJECT)
		return SHAPE_NONE;
	sequence = json_get(value, "sequence");
	if (!json_is_null(sequence))
		return is_track(sequence) ? SHAPE_VIDEO : SHAPE_NONE;
	for (size_t i = 0; i < N_OF(shape_of_fields); i++)
		if (!json_is_null(json_get(value, shape_of_fields[i].first)) &&
		    (shape_of_fields[i].second == NULL ||
			!json_is_null(json_get(value, shape_of_fields[i].second))))
			return shape_of_fields[i].shape;
	return SHAPE_NONE;
}

/* Hand-written predictions have numbers for ids: they count as their text. */
static enum err
read_id(struct arena *a, const struct json *id, struct str *r)
{
	if (id != NULL && (id->type == JSON_INTEGER || id->type == JSON_REAL))
		return json_text(a, id, r);
	*r = json_str(id);
	return ERR_OK;
}

static enum err
read_item(struct arena *a, const struct json *j, uint32_t index, struct item *r)
{
	*r = (struct item){
	    .index = index,
	    .from_name = json_str(json_get(j, "from_name")),
	    .type = json_str(json_get(j, "type")),
	    .json = j,
	    .value = json_get(j, "value"),
	};
	r->shape = result_shape(r->type, r->value);
	return read_id(a, json_get(j, "id"), &r->id);
}

/* Where the item of an id with a geometry is: its place plus one, or the first free slot.
 */
static uint32_t *
find_region(const struct seen *regions, const struct item *items, struct str id)
{
	for (size_t i = (size_t)str_hash(id) & regions->mask;; i = (i + 1) & regions->mask)
		if (regions->slots[i] == 0 || str_eq(items[regions->slots[i] - 1].id, id))
			return &regions->slots[i];
}

/* Whether an item without a geometry that is known is a region all the same. */
static bool
is_other(const struct item *item)
{
	const struct tag *tag;

	if (item->shape != SHAPE_NONE || item->type.s == NULL)
		return false;
	tag = tag_of_type(item->type);
	return tag == NULL || tag->self || tag->shape != SHAPE_NONE;
}

/* Let the items that are none belong to the regions of their ids. */
static enum err
link_to(struct arena *a, struct item *items, uint32_t n,
    bool (*is_region)(const struct item *item))
{
	struct seen regions;
	uint32_t *slot;

	if (!seen_init(a, &regions, n))
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++) {
		if (!is_region(&items[i]) || items[i].id.s == NULL)
			continue;
		slot = find_region(&regions, items, items[i].id);
		if (*slot == 0)
			*slot = i + 1;
	}
	for (uint32_t i = 0; i < n; i++) {
		if (items[i].region != NULL || items[i].id.s == NULL ||
		    is_region(&items[i]))
			continue;
		slot = find_region(&regions, items, items[i].id);
		if (*slot != 0)
			items[i].region = &items[*slot - 1];
	}
	return ERR_OK;
}

static bool
has_shape(const struct item *item)
{
	return item->shape != SHAPE_NONE;
}

/* Give every item its region. */
static enum err
link_regions(struct arena *a, struct item *items, uint32_t n)
{
	uint32_t shaped = 0, others = 0, without = 0;
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < n; i++) {
		bool has = has_shape(&items[i]), other = is_other(&items[i]);

		items[i].region = has ? &items[i] : NULL;
		shaped += has;
		others += other;
		without += !has && !other && items[i].id.s != NULL;
	}
	if (shaped > 0 && without + others > 0)
		err = link_to(a, items, n, has_shape);
	if (err == ERR_OK && others > 0 && without > 0)
		err = link_to(a, items, n, is_other);
	return err;
}

enum shape_id
item_shape(const struct item *item)
{
	if (item->region == NULL)
		return SHAPE_NONE;
	return item->region->shape == SHAPE_NONE ? SHAPE_OTHER : item->region->shape;
}

static enum err
read_list(struct arena *a, const struct json *list, struct result *r, struct error *e)
{
	struct item *items = arena_calloc(a, list->n, sizeof(*items));
	struct seen seen;
	uint32_t n = 0;

	if (items == NULL || !seen_init(a, &seen, list->n))
		return error_set(e, ERR_MEMORY, "result: out of memory");
	for (uint32_t i = 0; i < list->n; i++) {
		if (read_item(a, json_at(list, i), i, &items[n]) != ERR_OK)
			return error_set(e, ERR_MEMORY, "result: out of memory");
		if (items[n].from_name.s != NULL && seen_first(&seen, items, n))
			n++;
	}
	if (link_regions(a, items, n) != ERR_OK)
		return error_set(e, ERR_MEMORY, "result: out of memory");
	*r = (struct result){items, n};
	return ERR_OK;
}

enum err
result_read(struct arena *a, const struct json *doc, struct result *r, struct error *e)
{
	if (doc != NULL && doc->type == JSON_STRING) {
		enum err err = json_parse(a, json_str(doc), &doc, e);

		if (err != ERR_OK)
			return error_prefix(e, err, "result, a string: ");
	}
	if (doc == NULL || doc->type != JSON_ARRAY) {
		*r = (struct result){0};
		return ERR_OK;
	}
	return read_list(a, doc, r, e);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where `part` begins in `s` at `from` or later; s.n + 1 if nowhere. */
static size_t
find(struct str s, size_t from, struct str part)
{
	for (size_t i = from; i + part.n <= s.n; i++)
		if (part.n == 0 || memcmp(s.s + i, part.s, part.n) == 0)
			return i;
	return s.n + 1;
}

static bool
all_digits(struct str s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!is_digit(s.s[i]))
			return false;
	return from < to;
}

/*
 * What stands between two marks is looked for from the left and never retried: a literal
 * with a character that is no digit can stand in one place only, and of a literal of digits
 * the first place leaves most to what follows.
 */
bool
result_name_matches(struct str name, struct str from_name)
{
	const struct str mark = STR_INIT(RESULT_INDEX_MARK);
	size_t next = find(name, 0, mark), at = next;

	if (str_eq(name, from_name))
		return true;
	if (next > name.n || from_name.n <= next || memcmp(name.s, from_name.s, next) != 0)
		return false;
	for (;;) {
		size_t first = next + mark.n, place;
		struct str literal;

		next = find(name, first, mark);
		if (next > name.n) {
			literal = (struct str){name.s + first, name.n - first};
			if (from_name.n < at + literal.n)
				return false;
			place = from_name.n - literal.n;
			return all_digits(from_name, at, place) &&
			    find(from_name, place, literal) == place;
		}
		literal = (struct str){name.s + first, next - first};
		place = find(from_name, at + 1, literal);
		if (place > from_name.n || !all_digits(from_name, at, place))
			return false;
		at = place + literal.n;
	}
}

enum err
result_of_control(
    struct arena *a, const struct result *all, struct str name, struct result *r)
{
	struct item *items;
	uint32_t n = 0;

	for (uint32_t i = 0; i < all->n; i++)
		n += result_name_matches(name, all->items[i].from_name);
	items = arena_calloc(a, n, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	n = 0;
	for (uint32_t i = 0; i < all->n; i++)
		if (result_name_matches(name, all->items[i].from_name))
			items[n++] = all->items[i];
	*r = (struct result){items, n};
	return ERR_OK;
}
