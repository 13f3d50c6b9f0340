#include "metric/field.h"

#include <math.h>

enum err
field_error(const struct item *item, const char *key, const char *problem, struct error *e)
{
	return error_set(e, ERR_INPUT, "$[%u].value%s%s: %s", item->index,
	    key[0] == '\0' ? "" : ".", key, problem);
}

enum err
field_value(const struct item *item, struct error *e)
{
	if (item->value == NULL || item->value->type != JSON_OBJECT)
		return field_error(item, "", "an object is required", e);
	return ERR_OK;
}

/* The problem with a number, NULL if there is none. */
static const char *
number_problem(const struct json *j, double *r)
{
	double v;

	if (j == NULL)
		return "is missing";
	if (!json_number(j, &v))
		return "a number is required";
	if (fabs(v) > FIELD_MAX)
		return "the number is beyond " STR_OF_MACRO(FIELD_MAX);
	*r = v;
	return NULL;
}

enum err
field_number(const struct item *item, const char *key, double *r, struct error *e)
{
	const char *problem = number_problem(json_get(item->value, key), r);

	return problem == NULL ? ERR_OK : field_error(item, key, problem, e);
}

enum err
field_number_or(
    const struct item *item, const char *key, double otherwise, double *r, struct error *e)
{
	const struct json *j = json_get(item->value, key);
	const char *problem;

	if (json_is_null(j)) {
		*r = otherwise;
		return ERR_OK;
	}
	problem = number_problem(j, r);
	return problem == NULL ? ERR_OK : field_error(item, key, problem, e);
}

enum err
field_element_number(const struct item *item, const char *key, uint32_t i,
    const struct json *object, const char *name, double *r, struct error *e)
{
	const char *problem = number_problem(json_get(object, name), r);

	if (problem == NULL)
		return ERR_OK;
	return error_set(
	    e, ERR_INPUT, "$[%u].value.%s[%u].%s: %s", item->index, key, i, name, problem);
}

enum err
field_list(const struct item *item, const char *key, const struct json **r, struct error *e)
{
	const struct json *list = json_get(item->value, key);

	if (list == NULL || list->type != JSON_ARRAY)
		return field_error(
		    item, key, list == NULL ? "is missing" : "a list is required", e);
	*r = list;
	return ERR_OK;
}

enum err
field_replaced(struct arena *a, const struct json *object, const char *key,
    const struct json *value, const struct json **r)
{
	struct json_block *block;
	struct json *copy;

	*r = object;
	if (object->type != JSON_OBJECT || object->block->keys != NULL)
		return ERR_OK;
	copy = arena_alloc(a, sizeof(*copy));
	block = arena_alloc(
	    a, sizeof(*block) + 2 * (size_t)object->n * sizeof(block->items[0]));
	if (copy == NULL || block == NULL)
		return ERR_MEMORY;
	*copy = *object;
	*block = *object->block;
	copy->block = block;
	for (uint32_t i = 0; i < object->n; i++) {
		block->items[2 * i] = object->block->items[2 * i];
		block->items[2 * i + 1] = str_is(json_key(object, i), key)
		    ? *value
		    : object->block->items[2 * i + 1];
	}
	*r = copy;
	return ERR_OK;
}

/*
 * A chat message without the time at which it was written. One with so many members that
 * they have an index is none of Label Studio's, and stays as it is.
 */
static enum err
without_time(struct arena *a, const struct json *message, const struct json **r)
{
	const struct json_block *block;
	struct json_block *copy;
	struct json *kept;
	uint32_t n = 0;

	*r = message;
	if (message->type != JSON_OBJECT || message->block->keys != NULL ||
	    json_get(message, "createdAt") == NULL)
		return ERR_OK;
	block = message->block;
	kept = arena_alloc(a, sizeof(*kept));
	copy =
	    arena_alloc(a, sizeof(*copy) + 2 * (size_t)message->n * sizeof(copy->items[0]));
	if (kept == NULL || copy == NULL)
		return ERR_MEMORY;
	*copy = *block;
	for (uint32_t i = 0; i < message->n; i++)
		if (!str_is(json_key(message, i), "createdAt")) {
			copy->items[2 * n] = block->items[2 * i];
			copy->items[2 * n + 1] = block->items[2 * i + 1];
			n++;
		}
	*kept = *message;
	kept->n = n;
	kept->block = copy;
	*r = kept;
	return ERR_OK;
}

enum err
field_compared(struct arena *a, const struct item *item, const struct json **r)
{
	const struct json *message =
	    str_is(item->type, "chatmessage") ? json_get(item->value, "chatmessage") : NULL;

	*r = item->value;
	return message == NULL ? ERR_OK : without_time(a, message, r);
}
