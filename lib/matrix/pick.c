#include "matrix/pick.h"

#include <string.h>

/* An object of one member. */
static const struct json *
wrap(struct arena *a, const char *key, const struct json *value)
{
	struct json_block *block = arena_alloc(a, sizeof(*block) + 2 * sizeof(*value));
	struct json *object = arena_alloc(a, sizeof(*object));

	if (block == NULL || object == NULL)
		return NULL;
	*block = (struct json_block){0};
	if (json_text(a, value, &block->text) != ERR_OK)
		return NULL;
	block->items[0] =
	    (struct json){.type = JSON_STRING, .n = (uint32_t)strlen(key), .string = key};
	block->items[1] = *value;
	*object = (struct json){.type = JSON_OBJECT, .n = 1, .block = block};
	return object;
}

static bool
is_scalar(const struct json *j)
{
	return j->type == JSON_STRING || j->type == JSON_INTEGER || j->type == JSON_REAL;
}

/* Names, or a list of them. */
static bool
are_names(const struct json *j)
{
	for (uint32_t i = 0; j->type == JSON_ARRAY && i < j->n; i++)
		if (!is_scalar(json_at(j, i)))
			return false;
	return j->type == JSON_ARRAY;
}

static bool
fill(struct arena *a, const struct metric *metric, const struct json *node,
    struct item *item)
{
	const char *type = metric_plain_type(metric);

	item->region = NULL;
	item->shape = SHAPE_NONE;
	if (metric->shape != SHAPE_NONE) {
		item->type = (struct str){0};
		item->value = node;
		item->shape = result_shape(item->type, node);
		item->region = item->shape == SHAPE_NONE ? NULL : item;
		return true;
	}
	/* Equal as sets, like the choices that they are. */
	if (type == NULL && are_names(node))
		type = "choices";
	item->type = type == NULL ? STR("picked") : str_of(type);
	item->value = wrap(a,
	    type == NULL			 ? "picked"
		: str_is(item->type, "textarea") ? "text"
						 : type,
	    node);
	return item->value != NULL;
}

/* The nodes of one item. */
static enum err
select_nodes(struct arena *a, const struct json_path *path, const struct item *item,
    struct json_nodes *r)
{
	const struct json *inside = json_get_str(item->value, item->type);
	enum err err = ERR_OK;

	*r = (struct json_nodes){0};
	if (item->value != NULL)
		err = json_path_select(a, path, item->value, r);
	if (err == ERR_OK && r->n == 0 && inside != NULL)
		err = json_path_select(a, path, inside, r);
	return err;
}

enum err
pick_items(struct arena *a, const struct json_path *path, const struct metric *metric,
    const struct result *from, struct result *r)
{
	struct json_nodes *nodes = arena_alloc(a, from->n * sizeof(*nodes));
	struct result picked = {0};
	size_t most = 0;

	if (nodes == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < from->n; i++) {
		if (select_nodes(a, path, &from->items[i], &nodes[i]) != ERR_OK)
			return ERR_MEMORY;
		most += nodes[i].n;
	}
	picked.items = arena_alloc(a, most * sizeof(picked.items[0]));
	if (picked.items == NULL || most > UINT32_MAX)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < from->n; i++)
		for (size_t k = 0; k < nodes[i].n; k++) {
			struct item *item = &picked.items[picked.n];

			if (json_is_null(nodes[i].list[k]))
				continue;
			*item = from->items[i];
			if (!fill(a, metric, nodes[i].list[k], item))
				return ERR_MEMORY;
			picked.n++;
		}
	*r = picked;
	return ERR_OK;
}
