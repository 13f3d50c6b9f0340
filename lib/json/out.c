#include "json/out.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "json/json.h"

/*
 * json-c stands a C NULL for null, and NULL is our mark of failure; so null is this
 * address, which is never looked into.
 *
 * `lost`: a part of a tree could not be made, and no writer has told of it yet. The mark
 * cannot stand in the tree: without memory there is no room for it, and json-c 0.19 crashes
 * when it frees an array that has user data.
 */
static char null_value;
static bool lost;

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
	return isfinite(v) ? json_object_new_double(v) : json_out_null();
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
		struct json_object *name;

		if (key.n > 0 && memchr(key.s, '\0', key.n) != NULL)
			continue;
		name = json_object_new_string_len(key.s, (int)key.n);
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

/* What json-c shall hold for a value: its own null for ours. */
static struct json_object *
admit(struct json_object *value)
{
	lost |= value == NULL;
	return value == json_out_null() ? NULL : value;
}

void
json_out_add(struct json_object *object, const char *key, struct json_object *value)
{
	value = admit(value);
	if (object == NULL || json_object_object_add(object, key, value) != 0) {
		json_object_put(value);
		lost = true;
	}
}

void
json_out_append(struct json_object *array, struct json_object *value)
{
	value = admit(value);
	if (array == NULL || json_object_array_add(array, value) != 0) {
		json_object_put(value);
		lost = true;
	}
}

/*
 * json-c's own writer goes on when its text cannot grow, and prints numbers in its own way;
 * so the tree is walked here.
 */
struct writer {
	struct buf *b;
	bool pretty;
	int depth;
};

static void
write_string(struct buf *b, const char *s, size_t n)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";

	buf_char(b, '"');
	for (size_t i = 0, plain; i < n; i++) {
		const char *at;

		for (plain = i;
		     i < n && (unsigned char)s[i] >= 0x20 && s[i] != '"' && s[i] != '\\';
		     i++)
			;
		buf_put(b, s + plain, i - plain);
		if (i == n)
			break;
		at = s[i] == '\0' ? NULL : strchr(named, s[i]);
		if (at != NULL) {
			buf_char(b, '\\');
			buf_char(b, letters[at - named]);
		} else {
			buf_printf(b, "\\u%04x", (unsigned)s[i]);
		}
	}
	buf_char(b, '"');
}

static void
write_number(struct buf *b, double v)
{
	char text[NUMBER_ROOM];

	buf_put(b, text, number_write(text, v));
}

static void
break_line(const struct writer *w)
{
	if (w->pretty)
		buf_printf(w->b, "\n%*s", w->depth * 2, "");
}

static void write_value(struct writer *w, struct json_object *v);

static void
write_array(struct writer *w, struct json_object *array)
{
	size_t n = json_object_array_length(array);

	w->depth++;
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(w->b, ',');
		break_line(w);
		write_value(w, json_object_array_get_idx(array, i));
	}
	w->depth--;
	if (n > 0)
		break_line(w);
}

static void
write_members(struct writer *w, struct json_object *object)
{
	struct json_object_iterator i = json_object_iter_begin(object),
				    end = json_object_iter_end(object);

	w->depth++;
	for (bool first = true; !json_object_iter_equal(&i, &end); first = false) {
		const char *key = json_object_iter_peek_name(&i);

		if (!first)
			buf_char(w->b, ',');
		break_line(w);
		write_string(w->b, key, strlen(key));
		buf_puts(w->b, w->pretty ? ": " : ":");
		write_value(w, json_object_iter_peek_value(&i));
		json_object_iter_next(&i);
	}
	w->depth--;
	if (json_object_object_length(object) > 0)
		break_line(w);
}

static void
write_value(struct writer *w, struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_null:
		buf_puts(w->b, "null");
		break;
	case json_type_boolean:
		buf_puts(w->b, json_object_get_boolean(v) ? "true" : "false");
		break;
	case json_type_double:
		write_number(w->b, json_object_get_double(v));
		break;
	case json_type_int:
		buf_printf(w->b, "%" PRId64, json_object_get_int64(v));
		break;
	case json_type_string:
		write_string(
		    w->b, json_object_get_string(v), (size_t)json_object_get_string_len(v));
		break;
	case json_type_array:
		buf_char(w->b, '[');
		write_array(w, v);
		buf_char(w->b, ']');
		break;
	case json_type_object:
		buf_char(w->b, '{');
		write_members(w, v);
		buf_char(w->b, '}');
		break;
	}
}

enum err
json_out_write(struct buf *b, struct json_object *root, bool pretty)
{
	struct writer w = {.b = b, .pretty = pretty};
	bool whole = root != NULL && !lost;

	lost = false;
	if (root == json_out_null())
		buf_puts(b, "null");
	else if (whole)
		write_value(&w, root);
	return whole && !buf_failed(b) ? ERR_OK : ERR_MEMORY;
}

void
json_out_free(struct json_object *root)
{
	if (root != json_out_null())
		json_object_put(root);
}
