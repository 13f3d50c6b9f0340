#include "json/out.h"

#include <json-c/json.h>

#include "base/number.h"
#include "json/json.h"

/*
 * json-c stands a C NULL for null, and NULL is our mark of failure; so null is this
 * address, which is never looked into. A container to which something could not be added
 * carries the mark `incomplete`.
 */
static char null_value, incomplete;

static void
spoil(struct json_object *container)
{
	if (container != NULL)
		json_object_set_userdata(container, &incomplete, NULL);
}

static bool
is_container(struct json_object *v)
{
	return json_object_is_type(v, json_type_object) ||
	    json_object_is_type(v, json_type_array);
}

static bool
is_spoilt(struct json_object *v)
{
	return v == NULL || (is_container(v) && json_object_get_userdata(v) == &incomplete);
}

struct json_object *
json_out_object(void)
{
	return json_object_new_object();
}

struct json_object *
json_out_array(void)
{
	return json_object_new_array();
}

struct json_object *
json_out_string(struct str s)
{
	if (s.s == NULL)
		return json_out_null();
	return json_object_new_string_len(s.s, (int)s.n);
}

struct json_object *
json_out_number(double v)
{
	char text[NUMBER_ROOM];

	number_write(text, v);
	return text[0] == 'n' ? json_out_null() : json_object_new_double_s(v, text);
}

struct json_object *
json_out_integer(int64_t v)
{
	return json_object_new_int64(v);
}

struct json_object *
json_out_bool(bool v)
{
	return json_object_new_boolean(v);
}

struct json_object *
json_out_null(void)
{
	return (struct json_object *)(void *)&null_value;
}

static struct json_object *
copy_array(const struct json *j)
{
	struct json_object *array = json_out_array();

	for (uint32_t i = 0; i < j->n; i++)
		json_out_append(array, json_out_copy(json_at(j, i)));
	return array;
}

static struct json_object *
copy_object(const struct json *j)
{
	struct json_object *object = json_out_object(), *value;

	for (uint32_t i = 0; object != NULL && i < j->n; i++) {
		struct str key = json_key(j, i);
		struct json_object *name = json_object_new_string_len(key.s, (int)key.n);

		value = json_out_copy(json_value(j, i));
		if (name == NULL) {
			json_out_free(value);
			json_out_free(object);
			return NULL;
		}
		json_out_add(object, json_object_get_string(name), value);
		json_object_put(name);
	}
	return object;
}

struct json_object *
json_out_copy(const struct json *j)
{
	switch (j->type) {
	case JSON_BOOL:
		return json_out_bool(j->boolean);
	case JSON_INTEGER:
		return json_out_integer(j->integer);
	case JSON_REAL:
		return json_out_number(j->real);
	case JSON_STRING:
		return json_out_string(json_str(j));
	case JSON_ARRAY:
		return copy_array(j);
	case JSON_OBJECT:
		return copy_object(j);
	case JSON_NULL:
		break;
	}
	return json_out_null();
}

/* What json-c shall hold for a value: its own null for ours. Notes in the container what is
 * missing. */
static struct json_object *
admit(struct json_object *container, struct json_object *value)
{
	if (value == json_out_null())
		return NULL;
	if (is_spoilt(value))
		spoil(container);
	return value;
}

void
json_out_add(struct json_object *object, const char *key, struct json_object *value)
{
	value = admit(object, value);
	if (object == NULL) {
		json_object_put(value);
	} else if (json_object_object_add(object, key, value) != 0) {
		json_object_put(value);
		spoil(object);
	}
}

void
json_out_append(struct json_object *array, struct json_object *value)
{
	value = admit(array, value);
	if (array == NULL) {
		json_object_put(value);
	} else if (json_object_array_add(array, value) != 0) {
		json_object_put(value);
		spoil(array);
	}
}

enum err
json_out_write(struct buf *b, struct json_object *root, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
	    (pretty ? JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_PLAIN);
	const char *text;
	size_t n;

	if (root == json_out_null()) {
		buf_puts(b, "null");
		return buf_failed(b) ? ERR_MEMORY : ERR_OK;
	}
	if (is_spoilt(root))
		return ERR_MEMORY;
	text = json_object_to_json_string_length(root, flags, &n);
	if (text == NULL)
		return ERR_MEMORY;
	buf_put(b, text, n);
	return buf_failed(b) ? ERR_MEMORY : ERR_OK;
}

void
json_out_free(struct json_object *root)
{
	if (root != json_out_null())
		json_object_put(root);
}
