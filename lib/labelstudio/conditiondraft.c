#include "labelstudio/conditiondraft.h"

#include <string.h>

struct conditiondraft_node {
	struct conditiondraft_node *outer;
	struct condition condition;
	bool resolved; /* its names are those that results have */
};

/* The value of an attribute, in whatever case its name is written, as Label Studio's editor
 * takes it; the absent text if it is not there or empty. */
static struct str
attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (str_eq_nocase(str_of(attributes[0]), str_of(name)) &&
		    attributes[1][0] != '\0')
			return str_of(attributes[1]);
	return (struct str){0};
}

struct str
conditiondraft_control(const char **attributes)
{
	return attribute(attributes, "whenTagName");
}

/* Cut "a, b" at the commas; a list that is one name with a comma is that name, too. */
static bool
keep_values(struct arena *a, struct str list, struct condition *c)
{
	size_t pieces = 1;

	if (list.n == 0)
		return true;
	for (size_t i = 0; i < list.n; i++)
		pieces += list.s[i] == ',';
	list = arena_str(a, list);
	c->values = arena_calloc(a, pieces + 1, sizeof(*c->values));
	if (list.s == NULL || c->values == NULL)
		return false;
	if (pieces > 1)
		c->values[c->n_values++] = list;
	for (size_t i = 0; i < pieces; i++) {
		const char *comma = memchr(list.s, ',', list.n);
		size_t n = comma == NULL ? list.n : (size_t)(comma - list.s);

		c->values[c->n_values++] = str_trim((struct str){list.s, n});
		list = (struct str){
		    list.s + n + (comma != NULL), list.n - n - (comma != NULL)};
	}
	return true;
}

static enum err
put(struct arena *a, struct condition c, struct str values,
    struct conditiondraft_node **nodes)
{
	struct conditiondraft_node *node = arena_calloc(a, 1, sizeof(*node));

	if (node == NULL || !keep_values(a, values, &c))
		return ERR_MEMORY;
	node->condition = c;
	node->outer = *nodes;
	*nodes = node;
	return ERR_OK;
}

enum err
conditiondraft_add(struct arena *a, const char **attributes, struct str control,
    struct conditiondraft_node **nodes)
{
	struct str when = attribute(attributes, "visibleWhen");
	struct str choices = attribute(attributes, "whenChoiceValue");
	struct str labels = attribute(attributes, "whenLabelValue");
	struct condition c = {.when = condition_of_name(when), .control = control};
	bool of_regions = c.when == CONDITION_REGION_SELECTED;
	enum err err = ERR_OK;

	/* A choice alone is asked of every control. */
	if (when.s == NULL && choices.s != NULL)
		c = (struct condition){.when = CONDITION_CHOICE_SELECTED};
	if (c.when != CONDITION__MAX)
		err = put(a, c, of_regions ? labels : choices, nodes);
	/* What speaks of regions speaks of those with a label, whatever else it asks. */
	if (err == ERR_OK && !of_regions && labels.s != NULL &&
	    str_is(attribute(attributes, "perRegion"), "true"))
		err = put(a, (struct condition){.when = CONDITION_REGION_SELECTED}, labels,
		    nodes);
	return err;
}

enum err
conditiondraft_choice(
    struct arena *a, struct conditiondraft *d, struct str name, struct str stored)
{
	size_t n = d->choices.n, room = d->room == 0 ? 8 : d->room * 2;
	struct str *bigger;

	name = arena_str(a, name);
	if (name.s == NULL || nameset_add(a, &d->choices, name) != ERR_OK)
		return ERR_MEMORY;
	if (d->choices.n == n)
		return ERR_OK;
	if (n == d->room) {
		bigger = arena_alloc(a, room * sizeof(*bigger));
		if (bigger == NULL)
			return ERR_MEMORY;
		if (n > 0)
			memcpy(bigger, d->stored, n * sizeof(*bigger));
		d->stored = bigger;
		d->room = room;
	}
	d->stored[n] = stored;
	return ERR_OK;
}

/* All that the end is made of. */
struct whole {
	struct arena *arena;
	const struct nameset *names;
	struct conditiondraft *drafts;
	struct control *controls;
	size_t n;
};

/* The draft of the control that a condition asks for a choice; NULL: of none. */
static const struct conditiondraft *
asked(const struct whole *w, const struct condition *c)
{
	size_t i;

	return c->when != CONDITION_REGION_SELECTED && c->control.s != NULL &&
		nameset_find(w->names, c->control, &i)
	    ? &w->drafts[i]
	    : NULL;
}

/* The choices as results have them: by their aliases. */
static void
resolve_choices(const struct conditiondraft *d, struct condition *c)
{
	size_t place;

	for (size_t i = 0; i < c->n_values; i++)
		if (nameset_find(&d->choices, c->values[i], &place))
			c->values[i] = d->stored[place];
}

/* Labels that never make an item are in the regions of the control that draws. */
static void
resolve_labels(const struct whole *w, struct condition *c)
{
	size_t i;

	if (!nameset_find(w->names, c->control, &i) || !w->controls[i].idle)
		return;
	for (i = 0; i < w->n; i++)
		if (str_eq(c->control, w->controls[i].labels_of)) {
			c->control = w->controls[i].name;
			return;
		}
}

static void
resolve(const struct whole *w, struct conditiondraft_node *node)
{
	struct condition *c = &node->condition;

	if (node->resolved || c->control.s == NULL)
		return;
	node->resolved = true;
	if (c->when == CONDITION_REGION_SELECTED)
		resolve_labels(w, c);
	else if (asked(w, c) != NULL)
		resolve_choices(asked(w, c), c);
}

/* What is gathered for one control: its own nodes, and of those that they ask. */
struct gathered {
	struct conditiondraft_node *nodes[CONDITIONDRAFT_MAX];
	size_t n;
};

static void
gather_nodes(const struct whole *w, struct conditiondraft_node *node, struct gathered *g)
{
	for (; node != NULL && g->n < CONDITIONDRAFT_MAX; node = node->outer) {
		size_t i = 0;

		while (i < g->n && g->nodes[i] != node)
			i++;
		if (i < g->n)
			continue;
		resolve(w, node);
		g->nodes[g->n++] = node;
	}
}

/* The conditions of a draft. A choice that must not be there opens a list of its own, but
 * none within that one. */
static bool
gather(
    const struct whole *w, const struct conditiondraft *d, bool open, struct conditions *r)
{
	struct gathered g = {.n = 0};

	gather_nodes(w, d->nodes, &g);
	for (size_t i = 0; i < g.n; i++) {
		const struct condition *c = &g.nodes[i]->condition;

		if (c->when == CONDITION_CHOICE_SELECTED && asked(w, c) != NULL)
			gather_nodes(w, asked(w, c)->nodes, &g);
	}
	if (g.n == 0)
		return true;
	r->list = arena_calloc(w->arena, g.n, sizeof(*r->list));
	if (r->list == NULL)
		return false;
	for (; r->n < g.n; r->n++) {
		struct condition *c = &r->list[r->n];

		*c = g.nodes[r->n]->condition;
		if (open && c->when == CONDITION_CHOICE_UNSELECTED && asked(w, c) != NULL &&
		    !gather(w, asked(w, c), false, &c->shown))
			return false;
	}
	return true;
}

enum err
conditiondraft_finish(struct arena *a, const struct nameset *names,
    struct conditiondraft *drafts, struct control *controls, size_t n)
{
	const struct whole w = {a, names, drafts, controls, n};

	for (size_t i = 0; i < n; i++)
		if (!gather(&w, &drafts[i], true, &controls[i].visible_when))
			return ERR_MEMORY;
	return ERR_OK;
}
