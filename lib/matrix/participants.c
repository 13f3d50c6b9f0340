#include "matrix/participants.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

#define MODEL_PREFIX "model:"
#define ANNOTATION_PREFIX "annotation:"

/* Rows while they are gathered: as many as the evidence and the selection can ever give. */
struct gathering {
	const struct selection *s;
	struct str *models; /* the versions that the selection means, in its order */
	const struct evidence *evidence;
	size_t n;
	struct participants rows;
};

static bool
is_newer(const struct evidence *a, const struct evidence *b)
{
	return a->updated_at != b->updated_at ? a->updated_at > b->updated_at
					      : a->id > b->id;
}

static bool
belongs(const struct evidence *v, const struct participant *p)
{
	switch (p->kind) {
	case PARTICIPANT_ANNOTATOR:
		return !v->is_prediction && v->by != NULL && v->by->id == p->user;
	case PARTICIPANT_UNNAMED:
		return !v->is_prediction && v->alone && v->id == p->user;
	case PARTICIPANT_MODEL:
		return v->is_prediction && str_eq(v->model, p->model);
	case PARTICIPANT_GROUND_TRUTH:
		return !v->is_prediction && v->ground_truth;
	}
	return false;
}

static void
add(struct gathering *g, struct participant p)
{
	g->rows.list[g->rows.n++] = p;
}

static bool
names_user(const struct selection *s, int64_t user)
{
	for (size_t i = 0; i < s->annotators.n; i++)
		if (s->annotators.ids[i] == user)
			return true;
	return false;
}

static void
add_annotators(struct gathering *g, const struct store_user *known, size_t n_known)
{
	for (size_t i = 0; g->s->annotators.all && i < g->n; i++) {
		const struct evidence *v = &g->evidence[i];

		if (!v->is_prediction && v->by != NULL && !names_user(g->s, v->by->id))
			add(g,
			    (struct participant){
				.kind = PARTICIPANT_ANNOTATOR, .user = v->by->id});
		else if (!v->is_prediction && v->alone)
			add(g,
			    (struct participant){
				.kind = PARTICIPANT_UNNAMED, .user = v->id});
	}
	for (size_t i = 0; !g->s->annotators.all && i < n_known; i++)
		if (names_user(g->s, known[i].id))
			add(g,
			    (struct participant){
				.kind = PARTICIPANT_ANNOTATOR, .user = known[i].id});
}

static bool
has_prediction(const struct gathering *g, struct str model)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->evidence[i].is_prediction && str_eq(g->evidence[i].model, model))
			return true;
	return false;
}

/* What follows a prefix; the whole text where it does not begin with it. */
static struct str
without(const char *prefix, struct str text)
{
	size_t n = strlen(prefix);

	return str_starts(text, prefix) ? (struct str){text.s + n, text.n - n} : text;
}

/* The version that a selection means: the whole text if there is such a one, else without
 * the prefix. */
static struct str
named_model(const struct gathering *g, struct str id)
{
	return has_prediction(g, id) ? id : without(MODEL_PREFIX, id);
}

static bool
names_model(const struct gathering *g, struct str model)
{
	for (size_t i = 0; i < g->s->models.n; i++)
		if (str_eq(g->models[i], model))
			return true;
	return false;
}

static void
add_models(struct gathering *g)
{
	for (size_t i = 0; g->s->models.all && i < g->n; i++) {
		const struct evidence *v = &g->evidence[i];

		if (v->is_prediction && !names_model(g, v->model))
			add(g,
			    (struct participant){
				.kind = PARTICIPANT_MODEL, .model = v->model});
	}
	for (size_t i = 0; !g->s->models.all && i < g->s->models.n; i++)
		add(g,
		    (struct participant){.kind = PARTICIPANT_MODEL, .model = g->models[i]});
}

static int
in_order(const void *x, const void *y)
{
	const struct participant *a = x, *b = y;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == PARTICIPANT_ANNOTATOR || a->kind == PARTICIPANT_UNNAMED)
		return (a->user > b->user) - (a->user < b->user);
	return a->kind == PARTICIPANT_MODEL ? str_cmp(a->model, b->model) : 0;
}

static void
find_evidence(const struct gathering *g, struct participant *p)
{
	p->evidence = PARTICIPANT_NONE;
	for (size_t i = 0; i < g->n; i++)
		if (belongs(&g->evidence[i], p) &&
		    (p->evidence == PARTICIPANT_NONE ||
			is_newer(&g->evidence[i], &g->evidence[p->evidence])))
			p->evidence = i;
}

enum err
participants_select(struct arena *a, const struct selection *s,
    const struct evidence *evidence, size_t n, const struct store_user *known,
    size_t n_known, struct participants *r)
{
	struct gathering g = {.s = s, .evidence = evidence, .n = n};
	size_t most = n + n_known + s->models.n + 1, kept = 0;

	g.rows.list = arena_alloc(a, most * sizeof(g.rows.list[0]));
	g.models = arena_alloc(a, s->models.n * sizeof(g.models[0]));
	if (g.rows.list == NULL || g.models == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < s->models.n; i++)
		g.models[i] = named_model(&g, s->models.ids[i]);
	add_annotators(&g, known, n_known);
	add_models(&g);
	if (s->ground_truth)
		add(&g, (struct participant){.kind = PARTICIPANT_GROUND_TRUTH});
	qsort(g.rows.list, g.rows.n, sizeof(g.rows.list[0]), in_order);
	for (size_t i = 0; i < g.rows.n; i++)
		if (kept == 0 || in_order(&g.rows.list[kept - 1], &g.rows.list[i]) != 0)
			g.rows.list[kept++] = g.rows.list[i];
	g.rows.n = kept;
	for (size_t i = 0; i < kept; i++)
		find_evidence(&g, &g.rows.list[i]);
	*r = g.rows;
	return ERR_OK;
}

static bool
is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.s[i] < '0' || s.s[i] > '9')
			return false;
	return s.n > 0;
}

/* The number that digits are; -1 beyond int64. */
static int64_t
read_id(struct str digits)
{
	int64_t id;

	return number_between(digits, 0, INT64_MAX, &id) ? id : -1;
}

struct participant
participant_named(struct str id)
{
	struct participant p = {.kind = PARTICIPANT_MODEL, .evidence = PARTICIPANT_NONE};
	struct str number = without(ANNOTATION_PREFIX, id);

	if (is_digits(number)) {
		p.kind = number.n == id.n ? PARTICIPANT_ANNOTATOR : PARTICIPANT_UNNAMED;
		p.user = read_id(number);
	} else if (str_is(id, "ground_truth"))
		p.kind = PARTICIPANT_GROUND_TRUTH;
	else
		p.model = id;
	return p;
}

enum err
participants_pair(
    struct arena *a, const struct participant pair[static 2], struct selection *r)
{
	struct selection s = {.annotators.ids = arena_alloc(a, 2 * sizeof(int64_t)),
	    .models.ids = arena_alloc(a, 2 * sizeof(struct str))};

	if (s.annotators.ids == NULL || s.models.ids == NULL)
		return ERR_MEMORY;
	for (int i = 0; i < 2; i++) {
		if (pair[i].kind == PARTICIPANT_ANNOTATOR)
			s.annotators.ids[s.annotators.n++] = pair[i].user;
		if (pair[i].kind == PARTICIPANT_MODEL)
			s.models.ids[s.models.n++] = pair[i].model;
		s.annotators.all |= pair[i].kind == PARTICIPANT_UNNAMED;
		s.ground_truth |= pair[i].kind == PARTICIPANT_GROUND_TRUTH;
	}
	/* Annotations without author come with everybody; then ids would leave out. */
	if (s.annotators.all)
		s.annotators.n = 0;
	*r = s;
	return ERR_OK;
}

bool
participant_is(const struct participant *p, const struct participant *named, bool whole)
{
	if (p->kind != named->kind)
		return false;
	if (p->kind == PARTICIPANT_MODEL)
		return str_eq(
		    p->model, whole ? named->model : without(MODEL_PREFIX, named->model));
	return p->kind == PARTICIPANT_GROUND_TRUTH || p->user == named->user;
}
