#include "labelstudio/outputs.h"

#include <string.h>

#include "base/array.h"
#include "json/json.h"
#include "json/path.h"

struct reader {
	struct arena *arena;
	const struct json *schema; /* the whole one, for references into it */
	struct outputs *r;
	bool failed; /* memory ended */
};

/* A place in the value. */
struct place {
	struct str name, path;
	size_t depth;
};

static struct place
inside(struct reader *r, const struct place *p, struct str key)
{
	struct place q = {key, json_path_join(r->arena, p->path, key), p->depth + 1};

	if (p->name.n > 0)
		q.name = str_of(
		    arena_printf(r->arena, "%.*s.%.*s", STR_ARG(p->name), STR_ARG(key)));
	r->failed |= q.name.s == NULL || q.path.s == NULL;
	return q;
}

static struct output *
add(struct reader *r, const struct place *p, const char *metric)
{
	struct output *o = &r->r->list[r->r->n];

	if (r->failed || r->r->n == OUTPUTS_MAX)
		return NULL;
	*o = (struct output){.path = p->path, .metric = metric};
	o->name = arena_str(r->arena, p->name);
	r->failed |= o->name.s == NULL;
	r->r->n++;
	return o;
}

static void
add_label(struct reader *r, struct output *o, size_t room, struct str label)
{
	if (o->labels == NULL)
		o->labels = arena_alloc(r->arena, room * sizeof(*o->labels));
	label = arena_str(r->arena, label);
	r->failed |= o->labels == NULL || label.s == NULL;
	if (!r->failed)
		o->labels[o->n_labels++] = label;
}

/* ------------------------------------------------------------------ schemas */

/* The names of an enumeration, {"enum": ["a"]} or {"oneOf": [{"const": "a"}]}. */
static const struct json *
enumeration(const struct json *schema, const char **member)
{
	const struct json *list = json_get(schema, "enum");

	*member = NULL;
	if (list == NULL)
		list = json_get(schema, *member = "oneOf");
	if (list == NULL)
		list = json_get(schema, "anyOf");
	if (list == NULL || list->type != JSON_ARRAY || list->n == 0)
		return NULL;
	for (uint32_t i = 0; *member != NULL && i < list->n; i++)
		if (json_get(json_at(list, i), "const") == NULL)
			return NULL;
	return list;
}

static void
add_names(struct reader *r, struct output *o, const struct json *list, const char *member)
{
	if (o == NULL)
		return;
	o->categorical = true;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct json *v = json_at(list, i);
		struct str text = json_str(member == NULL ? v : json_get(v, "const"));

		if (text.s != NULL)
			add_label(r, o, list->n, text);
	}
}

/* What a schema refers to in the whole one: "#/$defs/name". */
static const struct json *
follow(const struct reader *r, const struct json *schema)
{
	for (int i = 0; i < OUTPUTS_DEPTH; i++) {
		struct str ref = json_str(json_get(schema, "$ref"));

		if (ref.n < 2 || ref.s[0] != '#')
			return schema;
		schema = r->schema;
		for (const char *p = ref.s + 1, *end = ref.s + ref.n; p < end;) {
			const char *slash;

			p++;
			slash = p >= end ? NULL : memchr(p, '/', (size_t)(end - p));
			slash = slash == NULL ? end : slash;
			schema = json_get_str(schema, (struct str){p, (size_t)(slash - p)});
			p = slash;
		}
	}
	return NULL;
}

/* The type, the first one that is not null where there are several. */
static struct str
type_of(const struct json *schema)
{
	const struct json *type = json_get(schema, "type");

	for (uint32_t i = 0; type != NULL && type->type == JSON_ARRAY && i < type->n; i++)
		if (!str_is(json_str(json_at(type, i)), "null"))
			return json_str(json_at(type, i));
	return json_str(type);
}

/* The one of several schemas that is not that of null. */
static const struct json *
alternative(const struct json *schema)
{
	const struct json *list = json_get(schema, "anyOf"), *only = NULL;

	if (list == NULL)
		list = json_get(schema, "oneOf");
	if (list == NULL || list->type != JSON_ARRAY)
		return schema;
	for (uint32_t i = 0; i < list->n; i++) {
		if (str_is(type_of(json_at(list, i)), "null"))
			continue;
		if (only != NULL)
			return schema;
		only = json_at(list, i);
	}
	return only == NULL ? schema : only;
}

static void read_field(struct reader *r, const struct place *p, struct str text);
static void read_schema(struct reader *r, const struct place *p, const struct json *schema);

static void
read_properties(struct reader *r, const struct place *p, const struct json *properties)
{
	for (uint32_t i = 0; i < properties->n && !r->failed && r->r->n < OUTPUTS_MAX;
	    i++) {
		struct place q = inside(r, p, json_key(properties, i));
		const struct json *v = json_value(properties, i);

		if (v->type == JSON_STRING)
			read_field(r, &q, json_str(v));
		else
			read_schema(r, &q, v);
	}
}

static void
read_list(struct reader *r, const struct place *p, const struct json *items)
{
	const char *member;
	const struct json *names = enumeration(items, &member);
	struct str type = type_of(items);
	bool plain = names != NULL || str_is(type, "string") || str_is(type, "boolean");
	bool numbers = str_is(type, "number") || str_is(type, "integer");
	struct output *o = add(r, p,
	    plain	  ? "jaccard_similarity"
		: numbers ? "numeric_difference"
			  : "exact_match");

	if (names != NULL)
		add_names(r, o, names, member);
}

static const char *
metric_of(struct str type)
{
	static const struct {
		const char *type, *metric;
	} rows[] = {
	    {"string", "text_similarity"},
	    {"number", "numeric_difference"},
	    {"integer", "numeric_difference"},
	};

	for (size_t i = 0; i < N_OF(rows); i++)
		if (str_is(type, rows[i].type))
			return rows[i].metric;
	return "exact_match";
}

/* Strings that are dates and the like are equal or not. */
static bool
is_formatted(const struct json *schema)
{
	struct str format = json_str(json_get(schema, "format"));

	return format.n > 0 && !str_is(format, "textarea") && !str_is(format, "markdown");
}

static void
read_schema(struct reader *r, const struct place *p, const struct json *schema)
{
	const struct json *properties, *names;
	const char *member;
	struct str type;

	schema = follow(r, schema);
	names = enumeration(schema, &member);
	if (names == NULL)
		schema = follow(r, alternative(schema));
	type = type_of(schema);
	properties = json_get(schema, "properties");
	if (names != NULL)
		add_names(r, add(r, p, "exact_match"), names, member);
	else if (properties != NULL && properties->type == JSON_OBJECT &&
	    p->depth < OUTPUTS_DEPTH)
		read_properties(r, p, properties);
	else if (str_is(type, "array"))
		read_list(r, p, follow(r, json_get(schema, "items")));
	else
		add(r, p, is_formatted(schema) ? "exact_match" : metric_of(type));
}

static bool
is_among(struct str s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(s, names[i]))
			return true;
	return false;
}

/* Whether it is the schema of one value, and not a map of fields of which one is "type". */
static bool
is_of_one_value(const struct json *j)
{
	static const char *const types[] = {
	    "string", "number", "integer", "boolean", "null", "array"};
	static const char *const keywords[] = {"$comment", "$defs", "$id", "$schema",
	    "anyOf", "const", "default", "definitions", "description", "enum", "examples",
	    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems",
	    "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf",
	    "oneOf", "pattern", "title", "type", "uniqueItems"};
	const struct json *said[] = {
	    json_get(j, "enum"), json_get(j, "anyOf"), json_get(j, "oneOf")};
	bool is_schema = is_among(type_of(j), types, N_OF(types));

	for (size_t i = 0; i < N_OF(said); i++)
		is_schema |= said[i] != NULL && said[i]->type == JSON_ARRAY;
	for (uint32_t i = 0; i < j->n; i++)
		is_schema &= is_among(json_key(j, i), keywords, N_OF(keywords));
	return is_schema;
}

/* A whole schema, or the properties of one; of a list, the fields of its elements. */
static void
read_json(struct reader *r, const struct place *p, const struct json *j)
{
	const struct json *properties = json_get(j, "properties");
	const struct json *items = json_get(j, "items");
	struct place q = *p;

	r->schema = j;
	if (str_is(type_of(j), "array") && items != NULL) {
		q.path = str_of(arena_printf(r->arena, "%.*s[*]", STR_ARG(p->path)));
		r->failed |= q.path.s == NULL;
		properties = json_get(follow(r, items), "properties");
	} else if (is_of_one_value(j)) {
		properties = json_get(follow(r, alternative(j)), "properties");
	} else if (!str_is(type_of(j), "object") && json_get(j, "$ref") == NULL &&
	    (properties == NULL || properties->type != JSON_OBJECT)) {
		properties = j;
	} else if (properties == NULL) {
		properties = json_get(follow(r, j), "properties");
	}
	if (!r->failed && properties != NULL && properties->type == JSON_OBJECT)
		read_properties(r, &q, properties);
}

/* ------------------------------------------------------------------ lists */

static const struct {
	const char *name, *metric;
	bool names; /* what is in its brackets are names */
} aliases[] = {
    {"choices", "exact_match", true},
    {"choice", "exact_match", true},
    {"multichoices", "jaccard_similarity", true},
    {"number", "numeric_difference", false},
    {"integer", "numeric_difference", false},
    {"rating", "numeric_difference", false},
    {"boolean", "exact_match", false},
    {"bool", "exact_match", false},
    {"date", "exact_match", false},
    {"datetime", "exact_match", false},
    {"text", "text_similarity", false},
    {"string", "text_similarity", false},
};

/* The next part of a list before one of `ends` outside of brackets; what is left in *list.
 */
static struct str
cut(struct str *list, const char *ends)
{
	size_t depth = 0, n = 0;
	struct str part;

	for (; n < list->n; n++) {
		char c = list->s[n];

		if (depth == 0 && c != '\0' && strchr(ends, c) != NULL)
			break;
		depth += c == '(';
		depth -= c == ')' && depth > 0;
	}
	part = (struct str){list->s, n};
	n += n < list->n;
	*list = (struct str){list->s + n, list->n - n};
	return str_trim(part);
}

/* A type: "choices(a, b)", "number(0,10)", "text"; what nobody knows is a text. */
static void
read_field(struct reader *r, const struct place *p, struct str type)
{
	struct str rest = str_trim(type), word, names = {0};
	const char *bracket = rest.n == 0 ? NULL : memchr(rest.s, '(', rest.n);
	struct output *o;
	size_t row = 0, room = 1;

	word = bracket == NULL ? rest : (struct str){rest.s, (size_t)(bracket - rest.s)};
	word = str_trim(word);
	if (bracket != NULL && rest.s[rest.n - 1] == ')')
		names = (struct str){bracket + 1, (size_t)(rest.s + rest.n - bracket) - 2};
	while (row < N_OF(aliases) && !str_eq_nocase(word, str_of(aliases[row].name)))
		row++;
	o = add(r, p, row == N_OF(aliases) ? "text_similarity" : aliases[row].metric);
	if (o == NULL || row == N_OF(aliases) || !aliases[row].names)
		return;
	o->categorical = true;
	for (size_t i = 0; i < names.n; i++)
		room += names.s[i] == ',';
	while (names.n > 0) {
		struct str name = cut(&names, ",");

		if (name.n > 0)
			add_label(r, o, room, name);
	}
}

static void
read_text(struct reader *r, const struct place *p, struct str text)
{
	while (text.n > 0 && !r->failed) {
		struct str field = cut(&text, ",;|\t\n\r");
		struct str name = cut(&field, ":");

		if (name.n > 0 && memchr(name.s, '(', name.n) == NULL) {
			struct place q = inside(r, p, name);

			read_field(r, &q, field);
		}
	}
}

enum err
outputs_read(struct arena *a, struct str text, struct str root, struct outputs *outputs)
{
	struct reader r = {.arena = a, .r = outputs};
	struct place p = {.path = root};
	const struct json *j = NULL;
	enum err err = ERR_OK;

	*outputs = (struct outputs){0};
	text = str_trim(text);
	if (text.n == 0 || text.s[0] == '[' || text.s[0] == '"')
		return ERR_OK;
	outputs->list = arena_alloc(a, OUTPUTS_MAX * sizeof(outputs->list[0]));
	if (outputs->list == NULL)
		return ERR_MEMORY;
	if (text.s[0] == '{')
		err = json_parse(a, text, &j, NULL);
	if (err == ERR_MEMORY)
		return err;
	if (j != NULL)
		read_json(&r, &p, j);
	else if (err == ERR_OK)
		read_text(&r, &p, text);
	return r.failed ? ERR_MEMORY : ERR_OK;
}
