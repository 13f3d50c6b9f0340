#include "labelstudio/conditiondraft.h"

#include <string.h>

struct conditiondraft_node {
	struct conditiondraft_node *outer;
	struct condition condition;
	bool resolved;	 /* its names are those that results have */
	size_t gathered; /* by which gathering it was last met */
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
	if (name.s == NULL || map_add(a, &d->choices, name) != ERR_OK)
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

struct work {
	size_t gatherings; /* begun so far */
	size_t budget;	   /* conditions that the control at hand may still have */
};

/* All that the end is made of. */
struct whole {
	struct arena *arena;
	const struct map *names;
	struct conditiondraft *drafts;
	struct control *controls;
	size_t n;
	struct work *work;
};

/* The draft of the control that a condition asks for a choice; NULL: of none. */
static const struct conditiondraft *
asked(const struct whole *w, const struct condition *c)
{
	size_t i;

	return c->when != CONDITION_REGION_SELECTED && c->control.s != NULL &&
		map_find(w->names, c->control, &i)
	    ? &w->drafts[i]
	    : NULL;
}

/* The choices as results have them: by their aliases. */
static void
resolve_choices(const struct conditiondraft *d, struct condition *c)
{
	size_t place;

	for (size_t i = 0; i < c->n_values; i++)
		if (map_find(&d->choices, c->values[i], &place))
			c->values[i] = d->stored[place];
}

/* Labels that never make an item are in the regions of the control that draws. */
static void
resolve_labels(const struct whole *w, struct condition *c)
{
	size_t i;

	if (!map_find(w->names, c->control, &i) || !w->controls[i].idle)
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
	size_t number; /* of this gathering, from 1 */
	struct conditiondraft_node **nodes;
	size_t n, room;
};

/* The controls whose conditions are being gathered, each asked by the one before. */
struct chain {
	const struct conditiondraft *draft;
	const struct chain *outer;
	size_t length;
};

/* Whether a control was asked already, after the one at the beginning. */
static bool
is_within(const struct chain *chain, const struct conditiondraft *draft)
{
	while (chain->outer != NULL && chain->draft != draft)
		chain = chain->outer;
	return chain->outer != NULL;
}

static enum err
add_node(struct arena *a, struct conditiondraft_node *node, struct gathered *g)
{
	size_t room = g->room == 0 ? 8 : g->room * 2;
	struct conditiondraft_node **bigger;

	if (node->gathered == g->number)
		return ERR_OK;
	node->gathered = g->number;
	if (g->n == g->room) {
		bigger = arena_alloc(a, room * sizeof(*bigger));
		if (bigger == NULL)
			return ERR_MEMORY;
		if (g->n > 0)
			memcpy(bigger, g->nodes, g->n * sizeof(*bigger));
		g->nodes = bigger;
		g->room = room;
	}
	g->nodes[g->n++] = node;
	return ERR_OK;
}

static enum err
gather_nodes(const struct whole *w, struct conditiondraft_node *node, struct gathered *g)
{
	for (; node != NULL; node = node->outer) {
		resolve(w, node);
		if (add_node(w->arena, node, g) != ERR_OK)
			return ERR_MEMORY;
		if (g->n > CONDITIONDRAFT_MAX)
			return ERR_LIMIT;
	}
	return ERR_OK;
}

static enum err gather(
    const struct whole *w, const struct chain *chain, struct conditions *r);

/* What shows the control whose choice must not be there. Controls that ask each other are
 * followed once around. */
static enum err
gather_shown(const struct whole *w, const struct chain *chain, struct condition *c)
{
	const struct chain inner = {asked(w, c), chain, chain->length + 1};

	if (c->when != CONDITION_CHOICE_UNSELECTED || inner.draft == NULL ||
	    is_within(chain, inner.draft))
		return ERR_OK;
	return inner.length > CONDITIONDRAFT_CHAIN ? ERR_LIMIT
						   : gather(w, &inner, &c->shown);
}

/* The conditions of the innermost draft of a chain. */
static enum err
gather(const struct whole *w, const struct chain *chain, struct conditions *r)
{
	struct gathered g = {.number = ++w->work->gatherings};
	enum err err = gather_nodes(w, chain->draft->nodes, &g);

	for (size_t i = 0; err == ERR_OK && i < g.n; i++) {
		const struct condition *c = &g.nodes[i]->condition;

		if (c->when == CONDITION_CHOICE_SELECTED && asked(w, c) != NULL)
			err = gather_nodes(w, asked(w, c)->nodes, &g);
	}
	if (err != ERR_OK || g.n == 0)
		return err;
	if (g.n > w->work->budget)
		return ERR_LIMIT;
	w->work->budget -= g.n;
	r->list = arena_calloc(w->arena, g.n, sizeof(*r->list));
	if (r->list == NULL)
		return ERR_MEMORY;
	for (; err == ERR_OK && r->n < g.n; r->n++) {
		r->list[r->n] = g.nodes[r->n]->condition;
		err = gather_shown(w, chain, &r->list[r->n]);
	}
	return err;
}

enum err
conditiondraft_finish(struct arena *a, const struct map *names,
    struct conditiondraft *drafts, struct control *controls, size_t n, struct error *e)
{
	struct work work = {0};
	const struct whole w = {a, names, drafts, controls, n, &work};

	for (size_t i = 0; i < n; i++) {
		const struct chain chain = {&drafts[i], NULL, 1};
		enum err err;

		work.budget = CONDITIONDRAFT_MAX;
		err = gather(&w, &chain, &controls[i].visible_when);

		if (err == ERR_LIMIT)
			return error_set(e, ERR_INPUT,
			    "label config: what shows %.*s depends on more than %d "
			    "conditions, or on a chain of more than %d controls",
			    STR_ARG(controls[i].name), CONDITIONDRAFT_MAX,
			    CONDITIONDRAFT_CHAIN);
		if (err != ERR_OK)
			return error_memory(e);
	}
	return ERR_OK;
}
