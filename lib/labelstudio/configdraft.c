#include "labelstudio/configdraft.h"

#include <string.h>

#include "labelstudio/conditiondraft.h"
#include "json/path.h"
#include "labelstudio/control.h"
#include "labelstudio/control_tag.h"

struct configdraft_control {
	struct configdraft_control *next;
	struct control control;
	bool loose; /* says no object: it labels the only one, if there is one alone */
	struct map labels;
	struct conditiondraft conditions;
};

struct configdraft_object {
	struct configdraft_object *next;
	struct str tag;
	struct str time_format;
};

void
configdraft_init(struct configdraft *b, struct arena *a)
{
	*b = (struct configdraft){.arena = a};
	b->last_control = &b->first_control;
	b->last_object = &b->first_object;
}

/* The value of an attribute; the absent text if it is not there or empty. */
static struct str
attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0 && attributes[1][0] != '\0')
			return str_of(attributes[1]);
	return (struct str){0};
}

static struct str
local_name(const char *element)
{
	const char *colon = strrchr(element, ':');

	return str_of(colon == NULL ? element : colon + 1);
}

/* A copy of `s` with each `flag` replaced by the mark that names have for an index. */
static struct str
replace_flag(struct arena *a, struct str s, struct str flag)
{
	const size_t mark = strlen(RESULT_INDEX_MARK);
	char *out = arena_alloc(a, s.n / flag.n * mark + s.n + 1);
	size_t n = 0;

	if (out == NULL)
		return (struct str){0};
	for (size_t i = 0; i < s.n;) {
		if (s.n - i >= flag.n && memcmp(s.s + i, flag.s, flag.n) == 0) {
			memcpy(out + n, RESULT_INDEX_MARK, mark);
			n += mark;
			i += flag.n;
		} else {
			out[n++] = s.s[i++];
		}
	}
	return (struct str){out, n};
}

/* A name as it is kept: Repeaters may call their index as they like. */
static struct str
keep_name(struct configdraft *b, struct str name)
{
	struct str kept = arena_str(b->arena, name);

	for (size_t i = 0; i < b->depth && kept.s != NULL; i++) {
		struct str flag = b->frames[i].index_flag;

		if (flag.s != NULL && !str_is(flag, RESULT_INDEX_MARK))
			kept = replace_flag(b->arena, kept, flag);
	}
	return kept;
}

/* Cut "a, b" at the commas. */
static bool
keep_to_names(struct configdraft *b, struct str list, struct control *c)
{
	size_t commas = 0;

	for (size_t i = 0; i < list.n; i++)
		commas += list.s[i] == ',';
	c->to_names = arena_calloc(b->arena, commas + 1, sizeof(*c->to_names));
	if (c->to_names == NULL)
		return false;
	for (size_t i = 0; list.n > 0 && i <= commas; i++) {
		const char *comma = memchr(list.s, ',', list.n);
		size_t n = comma == NULL ? list.n : (size_t)(comma - list.s);
		struct str name = str_trim((struct str){list.s, n});

		list = (struct str){
		    list.s + n + (comma != NULL), list.n - n - (comma != NULL)};
		if (name.n == 0)
			continue;
		c->to_names[c->n_to_names] = keep_name(b, name);
		if (c->to_names[c->n_to_names++].s == NULL)
			return false;
	}
	return true;
}

static bool
is_dynamic(const struct tag *tag, const char **attributes)
{
	struct str value = attribute(attributes, "value");

	if (tag != NULL && !tag->labels)
		return false;
	return (value.n > 1 && value.s[0] == '$') ||
	    attribute(attributes, "apiUrl").s != NULL;
}

/* The fields of what labels itself with anything that it likes. */
static bool
keep_outputs(struct configdraft *b, const struct tag *tag, const char **attributes,
    struct control *c)
{
	struct str text = attribute(attributes, "outputs"), root;

	if (tag == NULL || !tag->self || text.s == NULL)
		return true;
	root = json_path_join(b->arena, STR("$"), str_of(tag->type));
	return root.s != NULL && outputs_read(b->arena, text, root, &c->outputs) == ERR_OK;
}

/* Note a control; the frame's is NULL if another one has that name. */
static bool
add_control(struct configdraft *b, struct str element, const char **attributes,
    struct configdraft_frame *frame)
{
	const struct tag *tag = tag_of_name(element);
	struct str to_name = attribute(attributes, "toName");
	struct str name = keep_name(b, attribute(attributes, "name"));
	size_t before = b->control_names.n;
	struct configdraft_control *d = arena_calloc(b->arena, 1, sizeof(*d));

	frame->control = NULL;
	if (d == NULL || name.s == NULL ||
	    map_add(b->arena, &b->control_names, name) != ERR_OK)
		return false;
	if (b->control_names.n == before)
		return true;
	d->control.name = name;
	d->control.tag = arena_str(b->arena, element);
	d->control.per_region =
	    str_eq_nocase(attribute(attributes, "perRegion"), STR("true"));
	d->control.dynamic = is_dynamic(tag, attributes);
	if (!keep_outputs(b, tag, attributes, &d->control))
		return false;
	d->conditions.nodes = frame->conditions;
	d->loose = to_name.s == NULL && !(tag != NULL && tag->self);
	if (to_name.s == NULL && !d->loose)
		to_name = name;
	if (d->control.tag.s == NULL || !keep_to_names(b, to_name, &d->control))
		return false;
	*b->last_control = d;
	b->last_control = &d->next;
	frame->control = d;
	return true;
}

/* Label Studio takes the names of attributes in any case. */
static bool
keep_time_format(
    struct configdraft *b, const char **attributes, struct configdraft_object *o)
{
	for (; attributes[0] != NULL; attributes += 2) {
		if (!str_eq_nocase(str_of(attributes[0]), STR("timeFormat")) ||
		    attributes[1][0] == '\0')
			continue;
		o->time_format = arena_str(b->arena, str_of(attributes[1]));
		return o->time_format.s != NULL;
	}
	return true;
}

static bool
add_object(struct configdraft *b, struct str element, const char **attributes)
{
	struct str name = keep_name(b, attribute(attributes, "name"));
	size_t before = b->object_names.n;
	struct configdraft_object *o = arena_calloc(b->arena, 1, sizeof(*o));

	if (o == NULL || name.s == NULL ||
	    map_add(b->arena, &b->object_names, name) != ERR_OK)
		return false;
	if (b->object_names.n == before)
		return true;
	o->tag = arena_str(b->arena, element);
	*b->last_object = o;
	b->last_object = &o->next;
	return o->tag.s != NULL && keep_time_format(b, attributes, o);
}

static bool
add_label(
    struct configdraft *b, struct configdraft_control *control, const char **attributes)
{
	struct str value = attribute(attributes, "value");
	struct str label = attribute(attributes, "alias");

	if (label.s == NULL)
		label = value;
	if (label.s == NULL || control == NULL)
		return true;
	label = arena_str(b->arena, label);
	if (label.s == NULL || map_add(b->arena, &control->labels, label) != ERR_OK)
		return false;
	return (value.s == NULL ||
		   conditiondraft_choice(b->arena, &control->conditions, value, label) ==
		       ERR_OK) &&
	    conditiondraft_choice(b->arena, &control->conditions, label, label) == ERR_OK;
}

static bool
add_element(struct configdraft *b, struct str element, const char **attributes,
    struct configdraft_frame *frame)
{
	const struct tag *tag = tag_of_name(element);
	bool self = tag != NULL && tag->self;
	bool named = attribute(attributes, "name").s != NULL;
	bool control = named && !str_eq_nocase(element, STR("Filter")) &&
	    (tag != NULL || attribute(attributes, "toName").s != NULL);
	bool object = named && !str_eq_nocase(element, STR("Header")) &&
	    (attribute(attributes, "value").s != NULL ||
		attribute(attributes, "valueList").s != NULL);

	if (str_eq_nocase(element, STR("Label")) || str_eq_nocase(element, STR("Choice")))
		return add_label(b, frame->control, attributes);
	if (control && !add_control(b, element, attributes, frame))
		return false;
	return !(self ? named : object && !control) || add_object(b, element, attributes);
}

/* Take the conditions of an element over into its frame. */
static enum err
add_conditions(
    struct configdraft *b, const char **attributes, struct configdraft_frame *frame)
{
	struct str control = conditiondraft_control(attributes);

	if (control.s != NULL && (control = keep_name(b, control)).s == NULL)
		return ERR_MEMORY;
	return conditiondraft_add(b->arena, attributes, control, &frame->conditions);
}

enum err
configdraft_open(struct configdraft *b, const char *element, const char **attributes)
{
	struct str flag = attribute(attributes, "indexFlag");
	struct configdraft_frame frame = {0};

	if (b->depth == CONFIGDRAFT_DEPTH)
		return ERR_INPUT;
	if (b->depth > 0)
		frame = b->frames[b->depth - 1];
	frame.index_flag = (struct str){0};
	if (add_conditions(b, attributes, &frame) != ERR_OK ||
	    !add_element(b, local_name(element), attributes, &frame))
		return ERR_MEMORY;
	if (flag.s != NULL && (frame.index_flag = arena_str(b->arena, flag)).s == NULL)
		return ERR_MEMORY;
	b->frames[b->depth++] = frame;
	return ERR_OK;
}

void
configdraft_close(struct configdraft *b)
{
	if (b->depth > 0)
		b->depth--;
}

/* What the first object of a control that there is says of it. */
static void
apply_object(const struct configdraft *b, const struct configdraft_object *const *objects,
    struct control *c)
{
	for (size_t k = 0, i; k < c->n_to_names; k++)
		if (map_find(&b->object_names, c->to_names[k], &i)) {
			c->object_tag = objects[i]->tag;
			c->time_format = objects[i]->time_format;
			return;
		}
}

/* The objects of a control that names none: the editor takes the only one. */
static void
bind_loose(const struct configdraft *b, struct configdraft_control *d)
{
	if (!d->loose || b->object_names.n != 1)
		return;
	d->control.to_names = b->object_names.keys;
	d->control.n_to_names = 1;
	d->loose = false;
}

/* Take out what labels no object: it makes no items. Returns how many are left. */
static size_t
drop_loose(const struct configdraft *b, struct control *controls)
{
	size_t i = 0, n = 0;

	for (const struct configdraft_control *d = b->first_control; d != NULL;
	    d = d->next, i++)
		if (!d->loose)
			controls[n++] = controls[i];
	return n;
}

enum err
configdraft_finish(const struct configdraft *b, struct labelconfig *r, struct error *e)
{
	struct control *controls =
	    arena_calloc(b->arena, b->control_names.n, sizeof(*controls));
	const struct configdraft_object **objects =
	    arena_calloc(b->arena, b->object_names.n, sizeof(*objects));
	struct conditiondraft *conditions =
	    arena_calloc(b->arena, b->control_names.n, sizeof(*conditions));
	size_t n = 0;
	enum err err;

	if (controls == NULL || objects == NULL || conditions == NULL)
		return error_memory(e);
	for (const struct configdraft_object *o = b->first_object; o != NULL; o = o->next)
		objects[n++] = o;
	n = 0;
	for (struct configdraft_control *d = b->first_control; d != NULL; d = d->next) {
		bind_loose(b, d);
		controls[n] = d->control;
		apply_object(b, objects, &controls[n]);
		controls[n].labels = d->labels.keys;
		conditions[n] = d->conditions;
		controls[n++].n_labels = d->labels.n;
	}
	if (control_choose_metrics(b->arena, controls, n) != ERR_OK)
		return error_memory(e);
	err =
	    conditiondraft_finish(b->arena, &b->control_names, conditions, controls, n, e);
	if (err != ERR_OK)
		return err;
	*r = (struct labelconfig){controls, drop_loose(b, controls)};
	return ERR_OK;
}
