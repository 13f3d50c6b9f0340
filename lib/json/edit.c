#include "json/edit.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

#include "json/json.h"

struct json_edit {
	struct json_object *root;
	bool failed;
};

/* Whether a text is a JSON object our own reader says, in its words and as strictly as
 * everywhere. */
static enum err
check(struct str text, struct error *e)
{
	struct arena *scratch = arena_new(0);
	const struct json *json = NULL;
	enum err err =
	    scratch == NULL ? error_memory(e) : json_parse(scratch, text, &json, e);

	if (err == ERR_OK && json->type != JSON_OBJECT)
		err = error_set(
		    e, ERR_INPUT, "must be an object, not %s", json_type_name(json));
	arena_free(scratch);
	return err;
}

/* NULL without memory: that is all that can be wrong after check(). */
static struct json_object *
parse(struct str text)
{
	struct json_tokener *t = json_tokener_new_ex(JSON_DEPTH + 1);
	struct json_object *root;

	if (t == NULL)
		return NULL;
	root = json_tokener_parse_ex(t, text.s, text.n > INT_MAX ? INT_MAX : (int)text.n);
	json_tokener_free(t);
	return root;
}

enum err
json_edit_open(struct str text, struct json_edit **r, struct error *e)
{
	struct json_edit *j = NULL;
	enum err err = text.n == 0 ? ERR_OK : check(text, e);

	if (err == ERR_OK && (j = calloc(1, sizeof(*j))) == NULL)
		err = error_memory(e);
	if (err == ERR_OK)
		j->root = text.n == 0 ? json_object_new_object() : parse(text);
	if (err == ERR_OK && j->root == NULL) {
		free(j);
		err = error_memory(e);
	}
	if (err == ERR_OK)
		*r = j;
	return err;
}

void
json_edit_close(struct json_edit *j)
{
	if (j == NULL)
		return;
	json_object_put(j->root);
	free(j);
}

void
json_edit_set(struct json_edit *j, const char *key, struct str value)
{
	struct json_object *text = json_object_new_string_len(value.s, (int)value.n);

	if (text != NULL && json_object_object_add(j->root, key, text) == 0)
		return;
	json_object_put(text);
	j->failed = true;
}

void
json_edit_keep(
    struct json_edit *j, bool (*keep)(void *context, struct str key), void *context)
{
	json_object_object_foreach(j->root, key, value)
	{
		(void)value;
		if (!keep(context, str_of(key)))
			json_object_object_del(j->root, key);
	}
}

enum err
json_edit_text(struct json_edit *j, struct arena *a, struct str *r)
{
	const char *text = j->failed
	    ? NULL
	    : json_object_to_json_string_ext(
		  j->root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct str copy = {0};

	if (text != NULL)
		copy = arena_str(a, str_of(text));
	if (copy.s == NULL)
		return ERR_MEMORY;
	*r = copy;
	return ERR_OK;
}
