#include "service/selection_form.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "http/field.h"

const struct str selection_group_names[] = {
    [SELECTION_ANNOTATORS] = STR_INIT("annotators"),
    [SELECTION_MODELS] = STR_INIT("models"),
};
static_assert(
    N_OF(selection_group_names) == SELECTION_GROUP__MAX, "every group has a name");

static struct selection_form_group
group_of_json(const struct json *group)
{
	struct selection_form_group g = {0};
	const struct json *ids;

	if (json_is_null(group))
		return g;
	if (group->type != JSON_OBJECT) {
		g.no_object = field_type_name(group);
		return g;
	}
	g.all = json_get(group, "all");
	ids = json_get(group, "ids");
	if (json_is_null(ids))
		return g;
	if (ids->type != JSON_ARRAY) {
		g.no_list = field_type_name(ids);
	} else if (ids->n > 0) {
		g.ids = json_at(ids, 0);
		g.n = ids->n;
	}
	return g;
}

struct selection_form
selection_form_of_json(const struct json *doc)
{
	struct selection_form f = {0};

	if (doc->type != JSON_OBJECT) {
		f.no_object = field_type_name(doc);
		return f;
	}
	for (int g = 0; g < SELECTION_GROUP__MAX; g++)
		f.group[g] = group_of_json(json_get_str(doc, selection_group_names[g]));
	f.ground_truth = json_get(doc, "ground_truth");
	return f;
}

/* The words between the brackets of "[annotators][ids][0]". */
struct words {
	struct str word[3];
	size_t n;
};

/* Whether `name` is `base` and then nothing but one to three words in brackets. */
static bool
split_name(struct str name, struct str base, struct words *r)
{
	if (name.n <= base.n || memcmp(name.s, base.s, base.n) != 0)
		return false;
	*r = (struct words){0};
	for (name = (struct str){name.s + base.n, name.n - base.n}; name.n > 0;) {
		const char *end = memchr(name.s, ']', name.n);

		if (name.s[0] != '[' || end == NULL || r->n == 3)
			return false;
		r->word[r->n++] = (struct str){name.s + 1, (size_t)(end - name.s) - 1};
		name.n -= (size_t)(end + 1 - name.s);
		name.s = end + 1;
	}
	return true;
}

bool
selection_form_in_query(const struct query *q, struct str base)
{
	for (size_t i = 0; i < q->n; i++) {
		struct str name = q->pairs[i].name;

		if (name.n > base.n && memcmp(name.s, base.s, base.n) == 0 &&
		    name.s[base.n] == '[')
			return true;
	}
	return false;
}

/* "" as in ids[], or a decimal index as in ids[0]. */
static bool
is_index(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.s[i] < '0' || word.s[i] > '9')
			return false;
	return true;
}

/* Where the ids are gathered; each array has room for every pair of the query. */
struct gathered {
	struct json *ids[SELECTION_GROUP__MAX];
};

/* Put a value where its name says. An empty one is how the SDK sends None, and takes back
 * what was. */
static void
put_value(struct selection_form *f, struct gathered *to, const struct words *w,
    struct json *value)
{
	const struct json *given = value->n == 0 ? NULL : value;
	struct selection_form_group *group;
	int g = 0;

	if (w->n == 1 && str_is(w->word[0], "ground_truth"))
		f->ground_truth = given;
	while (g < SELECTION_GROUP__MAX && !str_eq(w->word[0], selection_group_names[g]))
		g++;
	if (g == SELECTION_GROUP__MAX)
		return;
	group = &f->group[g];
	if (w->n == 1)
		group->no_object = given == NULL ? NULL : field_type_name(value);
	else if (w->n == 2 && str_is(w->word[1], "all"))
		group->all = given;
	else if (str_is(w->word[1], "ids") && (w->n == 2 || is_index(w->word[2])) &&
	    given != NULL)
		to->ids[g][group->n++] = *value;
}

enum err
selection_form_of_query(
    struct arena *a, const struct query *q, struct str base, struct selection_form *r)
{
	struct json *values = arena_calloc(a, q->n, sizeof(*values));
	struct selection_form f = {0};
	struct gathered to;

	if (values == NULL)
		return ERR_MEMORY;
	for (int g = 0; g < SELECTION_GROUP__MAX; g++) {
		f.group[g].ids = to.ids[g] = arena_calloc(a, q->n, sizeof(*values));
		if (to.ids[g] == NULL)
			return ERR_MEMORY;
	}
	for (size_t i = 0; i < q->n; i++) {
		struct str text = q->pairs[i].value;
		struct words w;

		if (text.n > UINT32_MAX || !split_name(q->pairs[i].name, base, &w))
			continue;
		values[i] = (struct json){
		    .type = JSON_STRING, .n = (uint32_t)text.n, .string = text.s};
		put_value(&f, &to, &w, &values[i]);
	}
	*r = f;
	return ERR_OK;
}
