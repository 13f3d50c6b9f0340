#include "labelstudio/exportfield.h"

#include <assert.h>

#include "base/array.h"
#include "base/datetime.h"
#include "base/number.h"
#include "base/utf8.h"

/* Of a value that is not what it must be, a message shows this many characters. */
#define SHOWN_MAX 60

static bool
is_object(const struct json *j)
{
	return j != NULL && j->type == JSON_OBJECT;
}

enum err
export_refuse(const struct export_place *p, const char *key, const char *what,
    const struct json *value)
{
	const char *dot = key[0] == '\0' ? "" : ".";
	struct str text;

	if (value->type != JSON_STRING && value->type != JSON_INTEGER &&
	    value->type != JSON_REAL)
		return error_set(p->error, ERR_INPUT, "%s%s%s: must be %s, is %s", p->path,
		    dot, key, what, json_type_name(value));
	if (json_text(p->arena, value, &text) != ERR_OK)
		return error_set(p->error, ERR_MEMORY, "%s: out of memory", p->path);
	text = utf8_first(text, SHOWN_MAX);
	return error_set(p->error, ERR_INPUT, "%s%s%s: must be %s, is %.*s", p->path, dot,
	    key, what, STR_ARG(text));
}

/* Readers: ERR_INPUT if the value is not what it must be; they say nothing. */

static enum err
read_id(struct arena *a, const struct json *j, void *at)
{
	struct export_id id = {.given = true};

	(void)a;
	if (j->type == JSON_STRING) {
		if (!number_between(json_str(j), 0, INT64_MAX, &id.value))
			return ERR_INPUT;
	} else if (!json_integer(j, &id.value) || id.value < 0) {
		return ERR_INPUT;
	}
	*(struct export_id *)at = id;
	return ERR_OK;
}

static enum err
read_number(struct arena *a, const struct json *j, void *at)
{
	struct export_number number = {.given = true};

	(void)a;
	if (!json_number_loose(j, &number.value))
		return ERR_INPUT;
	*(struct export_number *)at = number;
	return ERR_OK;
}

static enum err
read_bool(struct arena *a, const struct json *j, void *at)
{
	int64_t v;

	(void)a;
	if (j->type != JSON_BOOL && (!json_integer(j, &v) || v < 0 || v > 1))
		return ERR_INPUT;
	*(bool *)at = j->type == JSON_BOOL ? j->boolean : v == 1;
	return ERR_OK;
}

static enum err
read_text(struct arena *a, const struct json *j, void *at)
{
	if (j->type == JSON_INTEGER || j->type == JSON_REAL)
		return json_text(a, j, at);
	if (j->type != JSON_STRING)
		return ERR_INPUT;
	*(struct str *)at = json_str(j);
	return ERR_OK;
}

static enum err
read_time(struct arena *a, const struct json *j, void *at)
{
	char text[DATETIME_ROOM];
	struct str kept;
	double unix;
	bool ok = j->type == JSON_STRING
	    ? datetime_read(json_str(j), text)
	    : json_number(j, &unix) && datetime_from_unix(unix, text);

	if (!ok)
		return ERR_INPUT;
	kept = arena_str(a, str_of(text));
	if (kept.s == NULL)
		return ERR_MEMORY;
	*(struct str *)at = kept;
	return ERR_OK;
}

static enum err
read_json(struct arena *a, const struct json *j, void *at)
{
	struct export_json *r = at;

	if (json_text(a, j, &r->text) != ERR_OK)
		return ERR_MEMORY;
	r->json = j;
	return ERR_OK;
}

static enum err
read_object(struct arena *a, const struct json *j, void *at)
{
	return is_object(j) ? read_json(a, j, at) : ERR_INPUT;
}

static const struct {
	enum err (*read)(struct arena *a, const struct json *j, void *at);
	const char *what;
} types[] = {
    [EXPORT_ID] = {read_id, "a whole number from 0"},
    [EXPORT_NUMBER] = {read_number, "a number"},
    [EXPORT_BOOL] = {read_bool, "true or false"},
    [EXPORT_TEXT] = {read_text, "a string"},
    [EXPORT_TIME] = {read_time, "a date and time in ISO 8601"},
    [EXPORT_JSON] = {read_json, "JSON"},
    [EXPORT_OBJECT] = {read_object, "an object"},
};
static_assert(N_OF(types) == EXPORT_TYPE__MAX, "one reader for each type");

enum err
export_value_read(struct arena *a, enum export_type type, const struct json *j, void *at)
{
	return types[type].read(a, j, at);
}

const struct json *
export_member(const struct json *object, const char **key, const char *old_key)
{
	const struct json *value = json_get(object, *key);

	if (json_is_null(value) && old_key != NULL) {
		value = json_get(object, old_key);
		if (!json_is_null(value))
			*key = old_key;
	}
	return json_is_null(value) ? NULL : value;
}

enum err
export_fields_read(const struct export_place *p, const struct json *object,
    const struct export_field *fields, size_t n, void *record)
{
	for (size_t i = 0; i < n; i++) {
		const struct export_field *f = &fields[i];
		const char *key = f->key;
		const struct json *value = export_member(object, &key, f->old_key);
		enum err err = value == NULL ? ERR_OK
					     : export_value_read(p->arena, f->type, value,
						   (char *)record + f->offset);

		if (err == ERR_MEMORY)
			return error_set(p->error, err, "%s: out of memory", p->path);
		if (err != ERR_OK && !f->spare)
			return export_refuse(p, key, types[f->type].what, value);
	}
	return ERR_OK;
}
