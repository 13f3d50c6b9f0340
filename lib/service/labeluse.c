#include "service/labeluse.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "service/render.h"
#include "service/statsrender.h"

/* Between the parts of the key of a choice, and between such keys, as the SDK has them. */
#define KEY_SEPARATOR "___SEP___"
#define KEYS_SEPARATOR "___PIPE___"

struct str
labeluse_key(const struct view *v, size_t dimension, struct str label)
{
	struct str control = tally_dimensions(v->tally).list[dimension].row->control_tag;

	return str_of(arena_printf(
	    v->call->arena, "%.*s" KEY_SEPARATOR "%.*s", STR_ARG(control), STR_ARG(label)));
}

/* The type of results that a control makes: its element in small letters. */
static void
write_type(struct json_writer *w, const char *key, struct str element)
{
	char text[64];
	size_t n = element.n < sizeof(text) ? element.n : sizeof(text);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)(element.s[i] >= 'A' && element.s[i] <= 'Z'
			? element.s[i] - 'A' + 'a'
			: element.s[i]);
	json_write_text(w, key, (struct str){text, n});
}

/* A choice: of a dimension, or of its labels. */
struct choice {
	size_t dimension;
	struct str text;
	const struct tally_label *used; /* NULL: nobody has chosen it */
};

struct choices {
	struct choice *list; /* by dimension, then text */
	size_t n;
};

static int
by_dimension(const void *x, const void *y)
{
	const struct choice *a = x, *b = y;

	if (a->dimension != b->dimension)
		return a->dimension < b->dimension ? -1 : 1;
	return str_cmp(a->text, b->text);
}

/* Adds the labels of the configuration; those that were used are there already. */
static enum err
add_configured(struct view *v, size_t dimension, struct choices *c, size_t *room)
{
	const struct store_dimension *row = tally_dimensions(v->tally).list[dimension].row;
	const struct json *labels = NULL;
	size_t before = c->n;

	if (row->values_enum.n == 0 ||
	    json_parse(v->call->arena, row->values_enum, &labels, NULL) != ERR_OK ||
	    labels->type != JSON_ARRAY)
		return ERR_OK;
	if (c->n + labels->n > *room) {
		struct choice *list =
		    arena_alloc(v->call->arena, 2 * (c->n + labels->n) * sizeof(list[0]));

		if (list == NULL)
			return ERR_MEMORY;
		if (c->n > 0)
			memcpy(list, c->list, c->n * sizeof(list[0]));
		*room = 2 * (c->n + labels->n);
		c->list = list;
	}
	for (uint32_t i = 0; i < labels->n; i++) {
		const struct json *label = json_at(labels, i);
		bool there = label->type != JSON_STRING;

		for (size_t k = 0; !there && k < before; k++)
			there = c->list[k].dimension == dimension &&
			    str_eq(c->list[k].text, json_str(label));
		if (!there)
			c->list[c->n++] = (struct choice){dimension, json_str(label), NULL};
	}
	return ERR_OK;
}

static enum err
list_choices(struct view *v, struct choices *c)
{
	struct tally_labels labels = tally_labels(v->tally);
	size_t room = labels.n;
	enum err err = ERR_OK;

	*c = (struct choices){arena_alloc(v->call->arena, room * sizeof(c->list[0])), 0};
	if (c->list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < labels.n; i++)
		c->list[c->n++] = (struct choice){
		    labels.list[i].dimension, labels.list[i].text, &labels.list[i]};
	for (size_t d = 0; err == ERR_OK && d < tally_dimensions(v->tally).n; d++)
		err = add_configured(v, d, c, &room);
	qsort(c->list, c->n, sizeof(c->list[0]), by_dimension);
	return err;
}

static void
write_choices(struct view *v, struct json_writer *w, const char *key,
    const struct choices *c, size_t dimension, bool as_keys)
{
	json_open_array(w, key);
	for (size_t i = 0; i < c->n; i++) {
		const struct choice *choice = &c->list[i];

		if (dimension != SIZE_MAX && choice->dimension != dimension)
			continue;
		json_write_text(w, NULL,
		    as_keys ? labeluse_key(v, choice->dimension, choice->text)
			    : choice->text);
	}
	json_close_array(w);
}

static bool
has_choices(const struct choices *c, size_t dimension)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].dimension == dimension)
			return true;
	return false;
}

static const struct http_error_row *
render_structure(struct view *v, struct json_writer *w)
{
	struct tally_dimensions all = tally_dimensions(v->tally);
	struct tally_people people = tally_people(v->tally);
	struct choices c;
	bool predicted = false;

	if (list_choices(v, &c) != ERR_OK)
		return service_error_of(ERR_MEMORY);
	for (size_t i = 0; i < people.n; i++)
		predicted |= people.list[i].kind == PARTICIPANT_MODEL;
	json_open_object(w, NULL);
	write_choices(v, w, "choice_keys", &c, SIZE_MAX, true);
	json_open_array(w, "dimensions");
	for (size_t d = 0; d < all.n; d++) {
		bool any = has_choices(&c, d);

		json_open_object(w, NULL);
		write_choices(v, w, "choice_keys", &c, d, true);
		write_choices(v, w, "choices", &c, d, false);
		json_write_integer(w, "dimension_id", all.list[d].row->id);
		json_write_text(w, "name", all.list[d].row->control_tag);
		write_type(w, "type", all.list[d].row->control_type);
		json_write_text(w, "unsupported_reason",
		    any ? (struct str){0} : STR("It has no labels."));
		json_close_object(w);
	}
	json_close_array(w);
	json_write_bool(w, "has_predictions", predicted);
	json_write_bool(w, "prediction_filters_supported", false);
	json_write_bool(w, "prediction_identity_ready", false);
	json_close_object(w);
	return NULL;
}

static const struct view_question of_labels = {
    .options = {.lists = TALLY_LABELS, .models = true},
    .part = PROJECT_LABELS,
};

const struct http_error_row *
labeluse_structure(const struct call *call, struct response *r)
{
	struct view_question q = of_labels;

	q.render = render_structure;
	return view_answer(call, call->id[ROUTE_PROJECT], r, &q);
}

/* Whether a text is one of those that KEYS_SEPARATOR parts. */
static bool
is_in(struct str keys, struct str key)
{
	static const struct str separator = STR_INIT(KEYS_SEPARATOR);
	size_t begin = 0;

	for (size_t i = 0; i <= keys.n; i++) {
		bool parts = i + separator.n <= keys.n &&
		    memcmp(keys.s + i, separator.s, separator.n) == 0;

		if (i < keys.n && !parts)
			continue;
		if (str_eq((struct str){keys.s + begin, i - begin}, key))
			return true;
		i += parts ? separator.n - 1 : 0;
		begin = i + 1;
	}
	return false;
}

static double
percent(uint32_t part, uint32_t whole)
{
	return whole == 0 ? 0.0 : 100.0 * part / whole;
}

static void
write_counts(struct view *v, struct json_writer *w, const struct choice *c, struct str key)
{
	static const uint32_t none[2];
	const struct tally_dimension *d = &tally_dimensions(v->tally).list[c->dimension];
	const uint32_t *uses = c->used == NULL ? none : c->used->uses;

	json_open_object(w, NULL);
	json_write_text(w, "choice", c->text);
	json_write_text(w, "choice_key", key);
	json_write_text(w, "dimension_name", d->row->control_tag);
	json_write_integer(w, "from_annotations_count", uses[0]);
	json_write_number(w, "from_annotations_percent", percent(uses[0], d->values[0]));
	json_write_integer(w, "from_predictions_count", uses[1]);
	json_write_number(w, "from_predictions_percent", percent(uses[1], d->values[1]));
	json_close_object(w);
}

static void
write_totals(struct view *v, struct json_writer *w, const char *key, int which)
{
	struct tally_dimensions all = tally_dimensions(v->tally);

	json_open_object(w, key);
	for (size_t d = 0; d < all.n; d++) {
		json_write_key(w, all.list[d].row->control_tag);
		json_write_integer(w, NULL, all.list[d].values[which]);
	}
	json_close_object(w);
}

static const struct http_error_row *
render_counts(struct view *v, struct json_writer *w)
{
	const struct param_value *p = v->call->param;
	struct str keys = p[PARAM_CHOICE_KEYS].text;
	int64_t offset = keys.s == NULL ? p[PARAM_OFFSET].integer : 0;
	int64_t limit =
	    keys.s == NULL && p[PARAM_LIMIT].given ? p[PARAM_LIMIT].integer : INT64_MAX;
	struct choices c;
	size_t i;

	if (list_choices(v, &c) != ERR_OK)
		return service_error_of(ERR_MEMORY);
	json_open_object(w, NULL);
	json_open_array(w, "results");
	for (i = (size_t)offset; i < c.n && (int64_t)i - offset < limit; i++) {
		struct str key = labeluse_key(v, c.list[i].dimension, c.list[i].text);

		if (keys.s == NULL || is_in(keys, key))
			write_counts(v, w, &c.list[i], key);
	}
	json_close_array(w);
	if (i < c.n)
		json_write_integer(w, "next_offset", (int64_t)i);
	else
		json_write_null(w, "next_offset");
	json_open_object(w, "totals");
	write_totals(v, w, "annotation_totals_by_dimension", 0);
	write_totals(v, w, "prediction_totals_by_dimension", 1);
	json_close_object(w);
	json_close_object(w);
	return NULL;
}

/* Whether a plan of filters is empty. */
static bool
filters_nothing(struct arena *a, struct str text)
{
	const struct json *plan = NULL, *items;

	if (text.n == 0)
		return true;
	if (json_parse(a, text, &plan, NULL) != ERR_OK)
		return false;
	items = json_get(plan, "items");
	return json_is_null(plan) || json_is_null(items) ||
	    (items->type == JSON_ARRAY && items->n == 0);
}

const struct http_error_row *
labeluse_counts(const struct call *call, struct response *r)
{
	struct view_question q = of_labels;

	q.render = render_counts;
	if (!filters_nothing(call->arena, call->param[PARAM_FILTERS].text)) {
		struct store_access access;
		const struct http_error_row *error =
		    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

		if (error != NULL)
			return error;
		return entry_invalid(
		    call, PARAM_FILTERS, "Only an empty plan is answered here.");
	}
	return view_answer(call, call->id[ROUTE_PROJECT], r, &q);
}
