#include "metric/explanation.h"

#include <stdlib.h>

const char *const explanation_kind_names[EXPLANATION__MAX] = {
    [EXPLANATION_OTHER] = "other",
    [EXPLANATION_LABELS] = "labels",
    [EXPLANATION_TEXT] = "text",
    [EXPLANATION_NUMBER] = "number",
    [EXPLANATION_RANKING] = "ranking",
    [EXPLANATION_REGIONS] = "regions",
    [EXPLANATION_TRACKS] = "tracks",
};

const char *const explanation_rule_names[EXPLANATION_RULE__MAX] = {
    [EXPLANATION_POOLED] = "pooled",
    [EXPLANATION_MIN] = "min",
    [EXPLANATION_LARGER] = "larger",
};

enum err
explanation_labels_init(
    struct arena *a, uint32_t n_a, uint32_t n_b, struct explanation_labels *r)
{
	struct explanation_labels labels = {
	    .common = {arena_alloc(a, n_a * sizeof(labels.common.list[0])), 0},
	    .only_a = {arena_alloc(a, n_a * sizeof(labels.only_a.list[0])), 0},
	    .only_b = {arena_alloc(a, n_b * sizeof(labels.only_b.list[0])), 0},
	};

	if (labels.common.list == NULL || labels.only_a.list == NULL ||
	    labels.only_b.list == NULL)
		return ERR_MEMORY;
	*r = labels;
	return ERR_OK;
}

void
explanation_add(struct explanation_values *list, const struct json *value, uint64_t place)
{
	list->list[list->n++] = (struct explanation_value){value, place};
}

static void
append(struct explanation_values *list, const struct explanation_values *more)
{
	for (uint32_t i = 0; i < more->n; i++)
		list->list[list->n++] = more->list[i];
}

void
explanation_append(struct explanation_labels *labels, const struct explanation_labels *more)
{
	append(&labels->common, &more->common);
	append(&labels->only_a, &more->only_a);
	append(&labels->only_b, &more->only_b);
}

static int
compare_values(const struct json *a, const struct json *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n;
	double x, y;

	if (json_number(a, &x) && json_number(b, &y))
		return (x > y) - (x < y);
	if (a->type != b->type)
		return (a->type > b->type) - (a->type < b->type);
	if (a->type == JSON_STRING)
		return str_cmp(json_str(a), json_str(b));
	if (a->type == JSON_OBJECT)
		return str_cmp(a->block->text, b->block->text);
	if (a->type != JSON_ARRAY)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		int order = compare_values(json_at(a, i), json_at(b, i));

		if (order != 0)
			return order;
	}
	return (a->n > b->n) - (a->n < b->n);
}

static int
by_place(const void *x, const void *y)
{
	const struct explanation_value *a = x, *b = y;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return compare_values(a->value, b->value);
}

static void
sort(struct explanation_values *list)
{
	if (list->n > 1)
		qsort(list->list, list->n, sizeof(list->list[0]), by_place);
}

void
explanation_sort(struct explanation_labels *labels)
{
	sort(&labels->common);
	sort(&labels->only_a);
	sort(&labels->only_b);
}

enum err
explanation_lines_init(struct arena *a, size_t most, struct explanation_lines *r)
{
	struct explanation_lines lines = {
	    .list = arena_alloc(a, most * sizeof(lines.list[0])), .work = DIFF_WORK};

	if (lines.list == NULL)
		return ERR_MEMORY;
	*r = lines;
	return ERR_OK;
}

enum err
explanation_add_line(struct arena *arena, struct explanation_lines *lines, struct str a,
    struct str b, uint64_t place, double similarity)
{
	struct explanation_line line = {a, b, place, similarity, {.runs = NULL}};
	enum err err = ERR_OK;

	if (a.s != NULL && b.s != NULL)
		err = diff_texts(arena, a, b, &lines->work, &line.diff);
	if (err == ERR_OK)
		lines->list[lines->n++] = line;
	return err;
}

#define SWAP(type, x, y)                                                                   \
	do {                                                                               \
		type swapped_ = (x);                                                       \
		(x) = (y);                                                                 \
		(y) = swapped_;                                                            \
	} while (0)

static void
swap_lines(struct explanation_lines *lines)
{
	for (uint32_t i = 0; i < lines->n; i++) {
		SWAP(struct str, lines->list[i].a, lines->list[i].b);
		diff_swap(&lines->list[i].diff);
	}
}

static int
by_regions(const void *x, const void *y)
{
	const struct explanation_match *a = x, *b = y;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

void
explanation_sort_matches(struct explanation_regions *r)
{
	if (r->n_matches > 1)
		qsort(r->matches, r->n_matches, sizeof(r->matches[0]), by_regions);
	for (uint32_t i = r->n_matches; i-- > 0;) {
		r->a[r->matches[i].a].match = i;
		r->b[r->matches[i].b].match = i;
	}
}

static void
swap_regions(struct explanation_regions *r)
{
	SWAP(struct explanation_region *, r->a, r->b);
	SWAP(uint32_t, r->n_a, r->n_b);
	SWAP(double, r->all_a, r->all_b);
	for (uint32_t i = 0; i < r->n_matches; i++) {
		struct explanation_match *m = &r->matches[i];

		SWAP(uint32_t, m->a, m->b);
		SWAP(double, m->counts_a, m->counts_b);
		SWAP(double, m->frames.only_a, m->frames.only_b);
	}
	explanation_sort_matches(r);
}

void
explanation_swap(struct explanation *x)
{
	SWAP(struct explanation_values, x->labels.only_a, x->labels.only_b);
	swap_lines(&x->lines);
	for (uint32_t i = 0; i < x->numbers.n; i++)
		SWAP(double, x->numbers.list[i].a, x->numbers.list[i].b);
	for (uint32_t i = 0; i < x->ranking.n; i++)
		SWAP(struct explanation_position, x->ranking.list[i].a,
		    x->ranking.list[i].b);
	swap_regions(&x->regions);
}
