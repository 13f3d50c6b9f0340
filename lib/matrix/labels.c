#include "matrix/labels.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/deadline.h"
#include "labelstudio/control_tag.h"
#include "metric/place.h"
#include "metric/region/labels.h"
#include "metric/region/partners.h"
#include "metric/value/numeric.h"
#include "metric/value/set.h"

/* By the type of items, what a value of them is. */
static const struct {
	const char *type;
	enum labels_kind kind;
} kinds[] = {
    {"choices", LABELS_SET},
    {"taxonomy", LABELS_SET},
    {"pairwise", LABELS_SET},
    {"datetime", LABELS_SET},
    {"rating", LABELS_NUMBER},
    {"number", LABELS_NUMBER},
};

static enum labels_kind
kind_of_type(const char *type)
{
	for (size_t i = 0; i < N_OF(kinds); i++)
		if (str_is(str_of(type), kinds[i].type))
			return kinds[i].kind;
	return LABELS_NONE;
}

static enum labels_kind
kind_of_regions(const struct dimension *d, const struct tag *tag)
{
	const struct metric *m = d->measure.metric;
	bool leaves_labels = tag != NULL && tag->drawing && !tag->keeps_labels;
	bool names = tag != NULL && tag->labels && tag->categorical;

	if (m->payload == PAYLOAD_VALUE)
		return names ? LABELS_REGIONS : LABELS_NONE;
	return leaves_labels || (m->payload == PAYLOAD_TEXT && m->per_region)
	    ? LABELS_NONE
	    : LABELS_REGIONS;
}

enum labels_kind
labels_kind_of(const struct dimension *d)
{
	/* What a path picks is not what the control gives. */
	const struct tag *tag =
	    d->extraction.path == NULL ? tag_of_name(d->row->control_type) : NULL;
	const char *type;

	if (!d->usable)
		return LABELS_NONE;
	if (d->measure.metric->shape != SHAPE_NONE)
		return kind_of_regions(d, tag);
	type = metric_plain_type(d->measure.metric);
	if (type == NULL && tag == NULL)
		return LABELS_SET;
	return kind_of_type(type == NULL ? tag->type : type);
}

/* Whether its metric compares anything. */
static bool
is_exact(const struct dimension *d)
{
	return d->measure.metric->shape == SHAPE_NONE &&
	    metric_plain_type(d->measure.metric) == NULL;
}

static enum err
name_text(struct arena *a, const struct json *name, struct str *r)
{
	if (name->type != JSON_STRING)
		return json_text(a, name, r);
	*r = json_str(name);
	return ERR_OK;
}

static enum err
path_text(struct arena *a, const struct json *path, struct str *r)
{
	struct buf b = BUF_INIT;
	struct str text = {0};
	enum err err = ERR_OK;

	for (uint32_t i = 0; err == ERR_OK && i < path->n; i++) {
		struct str name;

		err = name_text(a, json_at(path, i), &name);
		if (err == ERR_OK && i > 0)
			buf_str(&b, STR(LABELS_JOINER));
		if (err == ERR_OK)
			buf_str(&b, name);
	}
	if (err == ERR_OK && !buf_failed(&b))
		text = arena_str(a, buf_text(&b));
	buf_free(&b);
	*r = text;
	return text.s == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err
label_text(struct arena *a, const struct json *label, struct str *r)
{
	return label->type == JSON_ARRAY ? path_text(a, label, r) : name_text(a, label, r);
}

/* A path weighs what its last name does; what is no name weighs 1. */
static enum err
label_weight(
    struct arena *a, const struct dimension *d, const struct json *label, double *r)
{
	struct str name;
	enum err err;

	if (label->type == JSON_ARRAY && label->n > 0)
		label = json_at(label, label->n - 1);
	err = name_text(a, label, &name);
	if (err == ERR_OK)
		*r = params_label_weight(&d->measure.params, name);
	return err;
}

/* The labels of a value as they come. */
struct draft {
	const struct dimension *d;
	struct arena *arena;
	struct labels_value labels;
	uint32_t room;
};

static enum err
add_text(struct draft *t, struct str text, uint64_t of)
{
	struct labels_value *l = &t->labels;

	if (l->n == t->room) {
		uint32_t room = t->room == 0 ? 8 : t->room * 2;
		struct label *bigger = arena_alloc(t->arena, room * sizeof(*bigger));

		if (bigger == NULL)
			return ERR_MEMORY;
		for (uint32_t i = 0; i < l->n; i++)
			bigger[i] = l->list[i];
		l->list = bigger;
		t->room = room;
	}
	l->list[l->n++] = (struct label){text, of};
	return ERR_OK;
}

static enum err
add_label(struct draft *t, const struct json *label, uint64_t of)
{
	struct str text;
	enum err err = label_text(t->arena, label, &text);

	return err == ERR_OK ? add_text(t, text, of) : err;
}

/* A label, unless it weighs nothing. */
static enum err
add_weighed(struct draft *t, const struct json *label, uint64_t of)
{
	double weight = 1.0;
	enum err err = label_weight(t->arena, t->d, label, &weight);

	return err == ERR_OK && weight > 0.0 ? add_label(t, label, of) : err;
}

static int
by_thing(const void *x, const void *y)
{
	const struct label *a = x, *b = y;

	if (a->of != b->of)
		return a->of < b->of ? -1 : 1;
	return str_cmp(a->text, b->text);
}

static void
put_in_order(struct labels_value *l)
{
	uint32_t kept = 0;

	if (l->n > 0)
		qsort(l->list, l->n, sizeof(l->list[0]), by_thing);
	for (uint32_t i = 0; i < l->n; i++) {
		const struct label *last = kept == 0 ? NULL : &l->list[kept - 1];

		if (last != NULL && by_thing(last, &l->list[i]) == 0)
			continue;
		l->parts += last == NULL || last->of != l->list[i].of;
		l->list[kept++] = l->list[i];
	}
	l->n = kept;
}

static enum err
read_number(struct draft *t, const struct result *value, struct error *e)
{
	uint32_t n = 0;
	double number = (double)NAN;
	enum err err = numeric_read(t->arena, value, &n, &number, e);

	if (err != ERR_OK)
		return err;
	t->labels.number = number;
	if (n > 1)
		t->labels = (struct labels_value){.kind = LABELS_NONE};
	return ERR_OK;
}

/* A single value under the type of its item; *r is false if it has none. */
static enum err
add_single(struct draft *t, const struct item *item, bool *r)
{
	const struct json *single =
	    item->type.s == NULL ? NULL : json_get_str(item->value, item->type);

	*r = !json_is_null(single) && single->type != JSON_ARRAY &&
	    single->type != JSON_OBJECT;
	return *r ? add_weighed(t, single, place_of(item)) : ERR_OK;
}

/* What exact_match does not compare as plain values leaves the value without labels. */
static enum err
read_set(struct draft *t, const struct result *value, struct error *e)
{
	bool exact = is_exact(t->d), plain = true;
	struct atoms atoms = {.list = NULL};
	enum err err = ERR_OK;

	for (uint32_t i = 0; err == ERR_OK && plain && i < value->n; i++) {
		const struct item *item = &value->items[i];

		if (exact && item->region != NULL)
			plain = false;
		else if (exact && !atoms_type(item->type))
			err = add_single(t, item, &plain);
		else
			err = atoms_add(t->arena, &t->d->measure, item, &atoms, e);
	}
	for (uint32_t i = 0; err == ERR_OK && i < atoms.head.n; i++)
		err = add_label(t, atoms.list[i].value, atoms.list[i].place);
	if (err == ERR_OK && !plain)
		t->labels = (struct labels_value){.kind = LABELS_NONE};
	return err;
}

static enum err
read_region(struct draft *t, const struct item *item, uint32_t at)
{
	const struct json *labels = labels_json(item);
	uint32_t n = labels == NULL ? 0 : labels->type == JSON_ARRAY ? labels->n : 1;
	enum err err = ERR_OK;

	if (n == 0)
		return add_text(t, STR(""), at);
	for (uint32_t i = 0; err == ERR_OK && i < n; i++)
		err = add_weighed(
		    t, labels->type == JSON_ARRAY ? json_at(labels, i) : labels, at);
	return err;
}

static enum err
read_regions(struct draft *t, const struct result *value, struct error *e)
{
	enum err err = ERR_OK;

	(void)e;
	for (uint32_t i = 0; err == ERR_OK && i < value->n; i++)
		err = read_region(t, &value->items[i], i);
	return err;
}

static enum err
read_number_or_none(struct draft *t, const struct result *value, struct error *e)
{
	for (uint32_t i = 0; is_exact(t->d) && i < value->n; i++)
		if (value->items[i].region != NULL) {
			t->labels.kind = LABELS_NONE;
			return ERR_OK;
		}
	return read_number(t, value, e);
}

static enum err (*const readers[])(
    struct draft *t, const struct result *value, struct error *e) = {
    [LABELS_NUMBER] = read_number_or_none,
    [LABELS_SET] = read_set,
    [LABELS_REGIONS] = read_regions,
};

enum err
labels_of_value(struct arena *a, const struct dimension *d, const struct result *value,
    struct labels_value *r, struct error *e)
{
	struct draft t = {d, a, {.kind = labels_kind_of(d)}, 0};
	enum err err = ERR_OK;

	if (t.labels.kind != LABELS_NONE)
		err = readers[t.labels.kind](&t, value, e);
	if (err == ERR_MEMORY)
		return error_memory(e);
	if (err != ERR_OK)
		return err;
	put_in_order(&t.labels);
	if (deadline_passed(0))
		return deadline_check(e);
	*r = t.labels;
	return ERR_OK;
}

/* The labels of one thing: some that follow each other in the list. */
struct part {
	const struct label *list;
	uint32_t n;
};

/* Of the labels from `first` on those that are of the same. */
static struct part
part_at(const struct labels_value *l, uint32_t first)
{
	struct part p = {&l->list[first], 0};

	while (first + p.n < l->n && p.list[p.n].of == p.list[0].of)
		p.n++;
	return p;
}

/* The labels of a thing; none if there are none. */
static struct part
part_of(const struct labels_value *l, uint64_t of)
{
	uint32_t low = 0, high = l->n;

	/* Mostly each thing has one label, and the things come first. */
	if (of < l->n && l->list[of].of == of && (of == 0 || l->list[of - 1].of < of))
		return part_at(l, (uint32_t)of);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (l->list[middle].of < of)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->n && l->list[low].of == of ? part_at(l, low)
						   : (struct part){NULL, 0};
}

static struct str *
side_of(struct labels_pair *p, int side)
{
	return side == 0 ? &p->a : &p->b;
}

/* Note what only one side has; `alone` counts it, and has the place of the last one. */
struct alone {
	size_t n, last;
};

static void
add_alone(struct labels_pairs *r, int side, struct str text, struct alone *alone)
{
	struct labels_pair *p = &r->list[r->n];

	*p = (struct labels_pair){.count = 1.0};
	*side_of(p, side) = text;
	alone[side].n++;
	alone[side].last = r->n++;
}

/* The labels of two sides of the same thing. */
static void
meet(struct part x, struct part y, struct labels_pairs *r)
{
	struct alone alone[2] = {{0, 0}, {0, 0}};
	uint32_t i = 0, j = 0;

	while (i < x.n || j < y.n) {
		int order = i == x.n ? 1
		    : j == y.n	     ? -1
				     : str_cmp(x.list[i].text, y.list[j].text);

		if (order < 0)
			add_alone(r, 0, x.list[i].text, alone);
		else if (order > 0)
			add_alone(r, 1, y.list[j].text, alone);
		else
			r->list[r->n++] =
			    (struct labels_pair){x.list[i].text, y.list[j].text, 1.0};
		i += order <= 0;
		j += order >= 0;
	}
	if (alone[0].n != 1 || alone[1].n != 1)
		return;
	r->list[alone[0].last].b = r->list[alone[1].last].b;
	r->list[alone[1].last] = r->list[--r->n];
}

static void
meet_places(
    const struct labels_value *x, const struct labels_value *y, struct labels_pairs *r)
{
	static const struct part none;
	uint32_t i = 0, j = 0;

	while (i < x->n || j < y->n) {
		bool in_x = i < x->n && (j == y->n || x->list[i].of <= y->list[j].of);
		bool in_y = j < y->n && (i == x->n || y->list[j].of <= x->list[i].of);
		struct part p = in_x ? part_at(x, i) : none;
		struct part q = in_y ? part_at(y, j) : none;

		meet(p, q, r);
		i += p.n;
		j += q.n;
	}
}

static enum err
meet_regions(struct arena *a, const struct dimension *d, const struct labels_side *x,
    const struct labels_side *y, struct labels_pairs *r)
{
	struct arena_mark mark = arena_mark(a);
	struct partners partners;
	enum err err = partners_match(
	    &d->measure, a, x->prepared, y->prepared, LABELS_OVERLAP, &partners);

	for (size_t k = 0; err == ERR_OK && k < partners.n; k++)
		meet(part_of(x->labels, partners.list[k].a),
		    part_of(y->labels, partners.list[k].b), r);
	arena_rewind(a, mark);
	return err;
}

/* "None" comes last. */
static int
compare_texts(struct str a, struct str b)
{
	return (a.s == NULL) != (b.s == NULL) ? (a.s == NULL) - (b.s == NULL)
					      : str_cmp(a, b);
}

static int
by_labels(const void *x, const void *y)
{
	const struct labels_pair *p = x, *q = y;
	int order = compare_texts(p->a, q->a);

	return order != 0 ? order : compare_texts(p->b, q->b);
}

/* Different pairs that are looked through for one that is the same. */
#define SOME_PAIRS 64

/* Whether both labels are the same ones, and not only alike. */
static bool
is_same(const struct labels_pair *p, const struct labels_pair *q)
{
	return p->a.s == q->a.s && p->a.n == q->a.n && p->b.s == q->b.s && p->b.n == q->b.n;
}

/* Joins pairs of the same labels before they are sorted: of most there are few. */
static void
join_same(struct labels_pairs *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t k = 0;

		while (k < kept && k < SOME_PAIRS && !is_same(&r->list[k], &r->list[i]))
			k++;
		if (k < kept && k < SOME_PAIRS)
			r->list[k].count += r->list[i].count;
		else
			r->list[kept++] = r->list[i];
	}
	r->n = kept;
}

static void
count_equal(struct labels_pairs *r)
{
	size_t kept = 0;

	join_same(r);
	if (r->n > 1)
		qsort(r->list, r->n, sizeof(r->list[0]), by_labels);
	for (size_t i = 0; i < r->n; i++)
		if (kept > 0 && by_labels(&r->list[kept - 1], &r->list[i]) == 0)
			r->list[kept - 1].count += r->list[i].count;
		else
			r->list[kept++] = r->list[i];
	r->n = kept;
}

enum err
labels_join(struct arena *a, struct map *texts, struct labels_value *v)
{
	for (uint32_t i = 0; i < v->n; i++) {
		size_t place = 0;

		if (map_add(a, texts, v->list[i].text) != ERR_OK)
			return ERR_MEMORY;
		if (map_find(texts, v->list[i].text, &place))
			v->list[i].text = texts->keys[place];
	}
	return ERR_OK;
}

enum err
labels_of_pair(struct arena *a, const struct dimension *d, const struct labels_side *x,
    const struct labels_side *y, struct labels_pairs *r)
{
	size_t most = (size_t)x->labels->n + y->labels->n;
	struct labels_pairs pairs = {.list = arena_alloc(a, most * sizeof(*pairs.list))};
	enum labels_kind kind =
	    x->labels->kind == y->labels->kind ? x->labels->kind : LABELS_NONE;
	enum err err = ERR_OK;

	if (pairs.list == NULL)
		return ERR_MEMORY;
	if (kind == LABELS_SET)
		meet_places(x->labels, y->labels, &pairs);
	else if (kind == LABELS_REGIONS)
		err = meet_regions(a, d, x, y, &pairs);
	if (err != ERR_OK)
		return err;
	count_equal(&pairs);
	if (deadline_passed(100 * (uint64_t)most))
		return ERR_LIMIT;
	*r = pairs;
	return ERR_OK;
}

double
labels_cost(
    const struct dimension *d, const struct labels_side *x, const struct labels_side *y)
{
	double own = 100.0 * ((double)x->labels->n + y->labels->n);

	return x->labels->kind == LABELS_REGIONS && y->labels->kind == LABELS_REGIONS
	    ? own + partners_cost(&d->measure, x->prepared, y->prepared)
	    : own;
}

double
labels_agreement(const struct labels_pairs *pairs, struct str label)
{
	double both = 0.0, all = 0.0;

	for (size_t i = 0; i < pairs->n; i++) {
		const struct labels_pair *p = &pairs->list[i];
		bool a = compare_texts(p->a, label) == 0;
		bool b = compare_texts(p->b, label) == 0;

		all += (a + b) * p->count;
		both += a && b ? p->count : 0.0;
	}
	return all > 0.0 ? 2.0 * both / all : (double)NAN;
}
