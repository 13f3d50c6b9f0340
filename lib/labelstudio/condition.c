#include "labelstudio/condition.h"

#include <assert.h>

#include "base/array.h"

static const struct {
	const char *name;
	const char *values; /* the key of what one is enough of */
} kinds[] = {
    [CONDITION_CHOICE_SELECTED] = {"choice-selected", "choices"},
    [CONDITION_CHOICE_UNSELECTED] = {"choice-unselected", "choices"},
    [CONDITION_REGION_SELECTED] = {"region-selected", "labels"},
};
static_assert(N_OF(kinds) == CONDITION__MAX, "a row for each kind");

enum condition_when
condition_of_name(struct str name)
{
	size_t i = 0;

	while (i < CONDITION__MAX && !str_is(name, kinds[i].name))
		i++;
	return (enum condition_when)i;
}

static enum err
read_values(struct arena *a, const struct json *j, struct condition *c, struct error *e)
{
	const char *key = kinds[c->when].values;
	const struct json *values = json_get(j, key);

	if (json_is_null(values))
		return ERR_OK;
	if (values->type != JSON_ARRAY)
		return error_set(e, ERR_INPUT, "%s must be a list", key);
	c->values = arena_calloc(a, values->n, sizeof(*c->values));
	if (c->values == NULL)
		return error_memory(e);
	for (; c->n_values < values->n; c->n_values++) {
		c->values[c->n_values] = json_str(json_at(values, (uint32_t)c->n_values));
		if (c->values[c->n_values].s == NULL)
			return error_set(e, ERR_INPUT, "%s must be texts", key);
	}
	return ERR_OK;
}

static enum err
read_one(struct arena *a, const struct json *j, struct condition *c, struct error *e)
{
	const struct json *control = json_get(j, "control"), *shown = json_get(j, "shown");
	enum err err;

	*c = (struct condition){.when = condition_of_name(json_str(json_get(j, "when"))),
	    .control = json_str(control)};
	if (c->when == CONDITION__MAX)
		return error_set(e, ERR_INPUT, "there is no such condition");
	if (!json_is_null(control) && c->control.s == NULL)
		return error_set(e, ERR_INPUT, "control must be a text");
	err = read_values(a, j, c, e);
	return err == ERR_OK && !json_is_null(shown)
	    ? condition_read(a, shown, &c->shown, e)
	    : err;
}

enum err
condition_read(struct arena *a, const struct json *j, struct conditions *r, struct error *e)
{
	struct conditions c = {0};

	if (j->type != JSON_ARRAY)
		return error_set(e, ERR_INPUT, "must be a list of conditions");
	c.list = arena_calloc(a, j->n, sizeof(*c.list));
	if (c.list == NULL)
		return error_memory(e);
	for (; c.n < j->n; c.n++) {
		enum err err = read_one(a, json_at(j, (uint32_t)c.n), &c.list[c.n], e);

		if (err != ERR_OK)
			return error_prefix(e, err, "[%zu]: ", c.n);
	}
	*r = c;
	return ERR_OK;
}

static void
write_one(struct json_writer *w, const struct condition *c)
{
	json_open_object(w, NULL);
	json_write_text(w, "when", str_of(kinds[c->when].name));
	if (c->control.s != NULL)
		json_write_text(w, "control", c->control);
	if (c->n_values > 0) {
		json_open_array(w, kinds[c->when].values);
		for (size_t i = 0; i < c->n_values; i++)
			json_write_text(w, NULL, c->values[i]);
		json_close_array(w);
	}
	if (c->shown.n > 0)
		condition_write(w, "shown", &c->shown);
	json_close_object(w);
}

void
condition_write(struct json_writer *w, const char *key, const struct conditions *c)
{
	json_open_array(w, key);
	for (size_t i = 0; i < c->n; i++)
		write_one(w, &c->list[i]);
	json_close_array(w);
}
