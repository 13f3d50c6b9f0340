#include "labelstudio/control.h"

#include "base/map.h"

/* What is drawn on one object. */
struct surface {
	const struct tag *drawing; /* the best shape control whose labels are items */
	const struct tag *keeping; /* the first one whose regions keep the labels */
	enum shape_id shape;	   /* of the first regions that can be compared */
};

struct surfaces {
	struct map names;
	struct surface *surface; /* by the place of the name */
};

static enum err
gather(struct arena *a, const struct control *controls, size_t n, struct surfaces *s)
{
	*s = (struct surfaces){0};
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < controls[i].n_to_names; k++)
			if (map_add(a, &s->names, controls[i].to_names[k]) != ERR_OK)
				return ERR_MEMORY;
	s->surface = arena_calloc(a, s->names.n, sizeof(*s->surface));
	return s->surface == NULL ? ERR_MEMORY : ERR_OK;
}

static struct surface *
surface_of(const struct surfaces *s, const struct control *c, size_t k)
{
	size_t i = 0;

	map_find(&s->names, c->to_names[k], &i);
	return &s->surface[i];
}

/* The metric of distances speaks of its own shape alone: among others it is the worse one.
 */
static bool
is_better(const struct tag *tag, const struct tag *first)
{
	return first->shape >= SHAPE_POINT && tag->shape < first->shape;
}

static void
note_drawing(const struct surfaces *s, const struct control *c)
{
	const struct tag *tag = tag_of_name(c->tag);

	if (tag == NULL || !tag->drawing || c->per_region)
		return;
	for (size_t k = 0; k < c->n_to_names; k++) {
		struct surface *surface = surface_of(s, c, k);
		const struct tag **first =
		    tag->keeps_labels ? &surface->keeping : &surface->drawing;

		if (*first == NULL || is_better(tag, *first))
			*first = tag;
	}
}

/* The shape control beside a control that names labels only; NULL for all other tags. */
static const struct tag *
drawing_beside(const struct surfaces *s, const struct control *c)
{
	const struct tag *keeping = NULL;

	if (!str_eq_nocase(c->tag, STR("Labels")))
		return NULL;
	for (size_t k = 0; k < c->n_to_names; k++) {
		const struct surface *surface = surface_of(s, c, k);

		if (surface->drawing != NULL)
			return surface->drawing;
		if (keeping == NULL)
			keeping = surface->keeping;
	}
	return keeping;
}

/* Whether regions that keep their labels are all that a control could give labels to. */
static bool
is_idle(const struct surfaces *s, const struct control *c)
{
	if (!str_eq_nocase(c->tag, STR("Labels")) || c->n_to_names == 0)
		return false;
	for (size_t k = 0; k < c->n_to_names; k++)
		if (surface_of(s, c, k)->keeping == NULL ||
		    surface_of(s, c, k)->drawing != NULL)
			return false;
	return true;
}

static void
note_shape(const struct surfaces *s, const struct control *c)
{
	const struct tag *drawing = drawing_beside(s, c);
	const struct tag *tag = drawing != NULL ? drawing : tag_of_name(c->tag);

	if (tag == NULL || c->per_region)
		return;
	for (size_t k = 0; k < c->n_to_names; k++) {
		struct surface *surface = surface_of(s, c, k);

		if (surface->shape == SHAPE_NONE)
			surface->shape = tag->shape;
	}
}

static enum shape_id
shape_below(const struct surfaces *s, const struct control *c)
{
	for (size_t k = 0; k < c->n_to_names; k++)
		if (surface_of(s, c, k)->shape != SHAPE_NONE)
			return surface_of(s, c, k)->shape;
	return SHAPE_NONE;
}

void
control_choose_metric(struct control *c, const struct tag *tag, const struct tag *drawing,
    enum shape_id region)
{
	bool draws = tag != NULL && tag->shape != SHAPE_NONE;

	c->metric = drawing != NULL ? drawing->metric
	    : tag != NULL	    ? tag->metric
				    : "exact_match";
	c->categorical = tag != NULL && tag->categorical;
	if (c->per_region && !draws)
		c->metric = tag_region_metric(
		    region, tag == NULL ? TAG_PAYLOAD_VALUE : tag->payload);
}

/* Give the labels of a control to those that draw what keeps them. */
static void
hand_over_labels(struct control *controls, size_t n, const struct control *labels)
{
	for (size_t i = 0; i < n; i++) {
		const struct tag *tag = tag_of_name(controls[i].tag);

		if (tag == NULL || !tag->keeps_labels || controls[i].n_labels > 0 ||
		    controls[i].n_to_names == 0 ||
		    !str_eq(controls[i].to_names[0], labels->to_names[0]))
			continue;
		controls[i].labels = labels->labels;
		controls[i].n_labels = labels->n_labels;
		controls[i].labels_of = labels->name;
	}
}

enum err
control_choose_metrics(struct arena *a, struct control *controls, size_t n)
{
	struct surfaces s;

	if (gather(a, controls, n, &s) != ERR_OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < n; i++)
		note_drawing(&s, &controls[i]);
	for (size_t i = 0; i < n; i++)
		note_shape(&s, &controls[i]);
	for (size_t i = 0; i < n; i++) {
		struct control *c = &controls[i];

		control_choose_metric(
		    c, tag_of_name(c->tag), drawing_beside(&s, c), shape_below(&s, c));
		c->idle = is_idle(&s, c);
		if (drawing_beside(&s, c) != NULL)
			hand_over_labels(controls, n, c);
	}
	return ERR_OK;
}
