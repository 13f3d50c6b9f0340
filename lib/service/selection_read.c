#include "service/selection_read.h"

#include <assert.h>
#include <string.h>

#include "base/number.h"
#include "http/field.h"
#include "service/selection_form.h"
#include "json/json.h"

struct reader {
	struct arena *arena;
	struct invalid *invalid;
	struct invalid_path path;
};

static void
add_not_dictionary(struct reader *rd, struct invalid_path path, const char *type)
{
	invalid_add(rd->invalid, invalid_path(path, STR(INVALID_WHOLE)),
	    "Invalid data. Expected a dictionary, but got %s.", type);
}

static void
read_boolean(struct reader *rd, struct invalid_path path, const struct json *j, bool *r)
{
	const char *problem = FIELD_BOOLEAN;
	double v;

	if (json_is_null(j))
		return;
	if (j->type == JSON_BOOL) {
		*r = j->boolean;
		return;
	}
	if (j->type == JSON_STRING)
		problem = field_boolean(json_str(j), r);
	else if (json_number(j, &v) && (v == 0 || v == 1)) {
		*r = v == 1;
		return;
	}
	if (problem != NULL)
		invalid_add(rd->invalid, path, "%s", problem);
}

/* A number's value, or the message. Whole numbers beyond int64 are integers, too. */
static const char *
read_integer(const struct json *j, int64_t *r, bool *beyond)
{
	if (json_is_null(j))
		return FIELD_NULL;
	*beyond = false;
	if (j->type == JSON_STRING)
		return field_integer(json_str(j), r, beyond);
	if (json_integer(j, r))
		return NULL;
	*beyond = j->type == JSON_REAL && (j->real >= 0x1p63 || j->real < -0x1p63);
	return *beyond ? NULL : FIELD_INTEGER;
}

static bool
is_blank(struct str s)
{
	return str_trim(s).n == 0;
}

/* A version's name, or the message; an absent name means no memory. */
static const char *
read_version(struct arena *a, const struct json *j, struct str *r)
{
	char text[NUMBER_ROOM];
	size_t n;

	switch (j->type) {
	case JSON_NULL:
		return FIELD_NULL;
	case JSON_STRING:
		*r = json_str(j);
		if (is_blank(*r))
			return FIELD_BLANK;
		return memchr(r->s, '\0', r->n) == NULL ? NULL : FIELD_NUL;
	case JSON_INTEGER:
		*r = str_of(arena_printf(a, "%lld", (long long)j->integer));
		return NULL;
	case JSON_REAL:
		n = number_write(text, j->real);
		*r = arena_str(a, (struct str){text, n});
		return NULL;
	default:
		return FIELD_STRING;
	}
}

static void
add_element_problem(
    struct reader *rd, struct invalid_path path, uint32_t i, const char *problem)
{
	struct str key = str_of(arena_printf(rd->arena, "%u", i));

	if (key.s == NULL)
		rd->invalid->failed = true;
	else
		invalid_add(rd->invalid, invalid_path(path, key), "%s", problem);
}

static enum err
read_annotators(struct reader *rd, struct invalid_path path, const struct json *ids,
    uint32_t n, struct selection_annotators *r)
{
	r->ids = arena_calloc(rd->arena, n, sizeof(*r->ids));
	if (r->ids == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++) {
		const char *problem;
		bool beyond;
		int64_t id;

		problem = read_integer(&ids[i], &id, &beyond);
		if (problem != NULL)
			add_element_problem(rd, path, i, problem);
		else if (!beyond)
			r->ids[r->n++] = id;
	}
	return ERR_OK;
}

static enum err
read_models(struct reader *rd, struct invalid_path path, const struct json *ids, uint32_t n,
    struct selection_models *r)
{
	r->ids = arena_calloc(rd->arena, n, sizeof(*r->ids));
	if (r->ids == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < n; i++) {
		struct str version;
		const char *problem = read_version(rd->arena, &ids[i], &version);

		if (problem != NULL)
			add_element_problem(rd, path, i, problem);
		else if (version.s == NULL)
			return ERR_MEMORY;
		else
			r->ids[r->n++] = version;
	}
	return ERR_OK;
}

static enum err
read_form(struct reader *rd, const struct selection_form *f, struct selection *r)
{
	struct selection s = {0};
	bool *all[] = {&s.annotators.all, &s.models.all};
	enum err err = ERR_OK;

	static_assert(
	    SELECTION_ANNOTATORS == 0 && SELECTION_MODELS == 1, "the order of `all`");
	if (f->no_object != NULL)
		add_not_dictionary(rd, rd->path, f->no_object);
	for (int g = 0; err == ERR_OK && g < SELECTION_GROUP__MAX; g++) {
		const struct selection_form_group *group = &f->group[g];
		struct invalid_path path = invalid_path(rd->path, selection_group_names[g]);
		struct invalid_path ids = invalid_path(path, STR("ids"));

		if (group->no_object != NULL)
			add_not_dictionary(rd, path, group->no_object);
		read_boolean(rd, invalid_path(path, STR("all")), group->all, all[g]);
		if (group->no_list != NULL)
			invalid_add(rd->invalid, ids,
			    "Expected a list of items but got type \"%s\".",
			    group->no_list);
		if (g == SELECTION_ANNOTATORS)
			err = read_annotators(rd, ids, group->ids, group->n, &s.annotators);
		else
			err = read_models(rd, ids, group->ids, group->n, &s.models);
	}
	if (err != ERR_OK)
		return err;
	read_boolean(rd, invalid_path(rd->path, STR("ground_truth")), f->ground_truth,
	    &s.ground_truth);
	*r = s;
	return ERR_OK;
}

static enum err
read_document(struct reader *rd, const struct json *doc, struct selection *r)
{
	struct selection_form form;

	if (doc->type == JSON_NULL) {
		invalid_add(rd->invalid, rd->path, FIELD_NULL);
		*r = (struct selection){0};
		return ERR_OK;
	}
	form = selection_form_of_json(doc);
	return read_form(rd, &form, r);
}

enum err
selection_parse_json(struct arena *a, struct str text, struct selection *r, struct error *e)
{
	struct invalid invalid;
	struct reader rd = {.arena = a, .invalid = &invalid};
	struct selection s;
	const struct json *doc;
	enum err err;

	invalid_init(&invalid, a);
	err = json_parse(a, text, &doc, e);
	if (err == ERR_OK)
		err = read_document(&rd, doc, &s);
	if (err == ERR_OK)
		err = invalid_first(&invalid, e);
	if (err == ERR_OK)
		*r = s;
	return err;
}

bool
selection_given(const struct query *q, struct str name)
{
	return query_last(q, name).s != NULL || selection_form_in_query(q, name);
}

enum err
selection_read(struct arena *a, const struct query *q, struct str name, struct invalid *v,
    struct invalid_path path, struct selection *r)
{
	struct reader rd = {.arena = a, .invalid = v, .path = path};
	struct str text = query_last(q, name);
	struct selection_form form;
	const struct json *doc;
	enum err err;

	if (text.s == NULL) {
		err = selection_form_of_query(a, q, name, &form);
		return err == ERR_OK ? read_form(&rd, &form, r) : err;
	}
	err = json_parse(a, text, &doc, NULL);
	if (err == ERR_OK)
		return read_document(&rd, doc, r);
	if (err != ERR_INPUT)
		return err;
	invalid_add(v, path, FIELD_JSON);
	*r = (struct selection){0};
	return ERR_OK;
}
