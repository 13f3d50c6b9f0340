#include "service/render_pair.h"

#include <math.h>

#include "base/array.h"
#include "metric/region/shape.h"
#include "service/render.h"

/* A text, or null. */
static void
write_reason(struct json_writer *w, const char *reason)
{
	json_write_text(w, "reason", str_of(reason));
}

/* Which of several things a value is of: the control's own name, and the item. */
static void
write_place(struct json_writer *w, const struct explained_dimension *d, uint64_t place)
{
	const struct item *item = explained_item(d, place);
	const struct json *index;

	if (item == NULL)
		return;
	json_write_text(w, "from_name", item->from_name);
	index = json_get(item->json, "item_index");
	if (index == NULL)
		index = json_get(item->value, "item_index");
	if (!json_is_null(index))
		json_write_copy(w, "item_index", index);
}

static void
write_values(struct json_writer *w, const char *key, const struct explained_dimension *d,
    const struct explanation_values *values)
{
	json_open_array(w, key);
	for (uint32_t i = 0; i < values->n; i++) {
		json_open_object(w, NULL);
		json_write_copy(w, "value", values->list[i].value);
		write_place(w, d, values->list[i].place);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_labels(struct json_writer *w, const struct explained_dimension *d)
{
	const struct explanation_labels *l = &d->explanation.labels;

	write_values(w, "common", d, &l->common);
	write_values(w, "missing", d, &l->only_a);
	write_values(w, "extra", d, &l->only_b);
	json_write_bool(w, "truncated", l->cut);
}

static void
write_diff(struct json_writer *w, const struct diff *d)
{
	json_write_text(w, "unit", d->by_words ? STR("words") : STR("characters"));
	json_write_bool(w, "coarse", d->coarse);
	json_open_array(w, "runs");
	for (uint32_t i = 0; i < d->n; i++) {
		json_open_object(w, NULL);
		json_write_text(w, "edit", str_of(diff_edit_names[d->runs[i].edit]));
		json_write_text(w, "text", d->runs[i].text);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_lines(struct json_writer *w, const struct explained_dimension *d)
{
	const struct explanation_lines *lines = &d->explanation.lines;

	json_open_array(w, "lines");
	for (uint32_t i = 0; i < lines->n; i++) {
		const struct explanation_line *line = &lines->list[i];

		json_open_object(w, NULL);
		write_place(w, d, line->place);
		json_write_text(w, "a", line->a);
		json_write_text(w, "b", line->b);
		json_write_number(w, "similarity", line->similarity);
		write_diff(w, &line->diff);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_numbers(struct json_writer *w, const struct explained_dimension *d)
{
	const struct explanation_numbers *numbers = &d->explanation.numbers;

	json_open_array(w, "numbers");
	for (uint32_t i = 0; i < numbers->n; i++) {
		const struct explanation_number *n = &numbers->list[i];

		json_open_object(w, NULL);
		write_place(w, d, n->place);
		json_write_number(w, "a", n->a);
		json_write_number(w, "b", n->b);
		json_write_number(w, "difference", fabs(n->a - n->b));
		json_write_number(w, "similarity", n->similarity);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_position(struct json_writer *w, const char *key, const struct explanation_position *p)
{
	if (!p->given) {
		json_write_null(w, key);
		return;
	}
	json_open_object(w, key);
	json_write_text(w, "bucket", p->bucket);
	json_write_integer(w, "position", (int64_t)p->rank + 1);
	json_close_object(w);
}

static void
write_ranking(struct json_writer *w, const struct explained_dimension *d)
{
	const struct explanation_ranking *r = &d->explanation.ranking;

	json_write_number(w, "pairs", r->pairs);
	json_write_number(w, "concordant", r->concordant);
	json_open_array(w, "items");
	for (uint32_t i = 0; i < r->n; i++) {
		json_open_object(w, NULL);
		json_write_text(w, "item", r->list[i].name);
		write_position(w, "a", &r->list[i].a);
		write_position(w, "b", &r->list[i].b);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_region_labels(struct json_writer *w, const struct json *labels)
{
	if (labels != NULL && labels->type == JSON_ARRAY) {
		json_write_copy(w, "labels", labels);
		return;
	}
	json_open_array(w, "labels");
	if (labels != NULL)
		json_write_copy(w, NULL, labels);
	json_close_array(w);
}

/* Where a span is, and what it is of. */
static void
write_span(struct json_writer *w, const struct json *value)
{
	static const char *const keys[] = {"start", "end", "text"};

	for (size_t i = 0; i < N_OF(keys); i++) {
		const struct json *j = json_get(value, keys[i]);

		if (j != NULL)
			json_write_copy(w, keys[i], j);
	}
}

/* A region; what is long of it only where it is met first. */
static void
write_region(
    struct json_writer *w, const char *key, const struct explanation_region *r, bool whole)
{
	json_open_object(w, key);
	json_write_text(w, "id", r->item->id);
	json_write_integer(w, "index", r->item->index);
	if (whole) {
		write_region_labels(w, r->labels);
		json_write_text(w, "shape", str_of(shape_table[r->shape]->name));
		if (r->shape == SHAPE_SPAN || r->shape == SHAPE_HTML)
			write_span(w, r->place->value);
		json_write_copy(w, "geometry", r->place->value);
		if (r->place->json != r->item->json)
			json_write_copy(w, "value", r->item->value);
	}
	json_close_object(w);
}

static void
write_two_numbers(struct json_writer *w, const char *key, double a, double b)
{
	json_open_object(w, key);
	json_write_number(w, "a", a);
	json_write_number(w, "b", b);
	json_close_object(w);
}

static void
write_frames(struct json_writer *w, const struct explanation_frames *f)
{
	json_open_object(w, "frames");
	json_write_number(w, "common", f->common);
	json_write_number(w, "only_a", f->only_a);
	json_write_number(w, "only_b", f->only_b);
	json_write_number(w, "iou", f->iou);
	json_close_object(w);
}

static void
write_match(struct json_writer *w, const struct explanation_regions *r, uint32_t i)
{
	const struct explanation_match *m = &r->matches[i];

	json_open_object(w, NULL);
	write_region(w, "a", &r->a[m->a], r->a[m->a].match == i);
	write_region(w, "b", &r->b[m->b], r->b[m->b].match == i);
	json_write_number(w, "overlap", m->overlap);
	json_write_number(w, "payload", m->payload);
	json_write_number(w, "similarity", m->similarity);
	write_two_numbers(w, "counts", m->counts_a, m->counts_b);
	if (!isnan(m->distance))
		json_write_number(w, "distance", m->distance);
	if (m->is_track)
		write_frames(w, &m->frames);
	json_close_object(w);
}

static void
write_unmatched(struct json_writer *w, const char *key,
    const struct explanation_region *list, uint32_t n)
{
	json_open_array(w, key);
	for (uint32_t i = 0; i < n; i++)
		if (list[i].match == EXPLANATION_UNMATCHED)
			write_region(w, NULL, &list[i], true);
	json_close_array(w);
}

static void
write_regions(struct json_writer *w, const struct explained_dimension *d)
{
	const struct explanation_regions *r = &d->explanation.regions;

	json_write_text(w, "rule", str_of(explanation_rule_names[r->rule]));
	write_two_numbers(w, "all", r->all_a, r->all_b);
	json_open_array(w, "matches");
	for (uint32_t i = 0; i < r->n_matches; i++)
		write_match(w, r, i);
	json_close_array(w);
	write_unmatched(w, "only_a", r->a, r->n_a);
	write_unmatched(w, "only_b", r->b, r->n_b);
}

static void (*const writers[EXPLANATION__MAX])(
    struct json_writer *w, const struct explained_dimension *d) = {
    [EXPLANATION_OTHER] = write_labels,
    [EXPLANATION_LABELS] = write_labels,
    [EXPLANATION_TEXT] = write_lines,
    [EXPLANATION_NUMBER] = write_numbers,
    [EXPLANATION_RANKING] = write_ranking,
    [EXPLANATION_REGIONS] = write_regions,
    [EXPLANATION_TRACKS] = write_regions,
};

static void
write_dimension(struct json_writer *w, const struct explained_dimension *d)
{
	const struct store_dimension *row = d->dimension->row;
	const struct metric *metric =
	    d->dimension->usable ? d->dimension->measure.metric : NULL;
	const struct explanation *x = &d->explanation;

	json_open_object(w, NULL);
	json_write_integer(w, "id", row->id);
	json_write_text(w, "name", row->name);
	json_write_text(w, "control_tag", row->control_tag);
	json_write_text(
	    w, "metric_type", metric == NULL ? row->metric_type : str_of(metric->name));
	json_write_number(w, "weight", d->dimension->weight);
	json_write_number(w, "score", d->score);
	write_reason(w, d->reason);
	if (d->reason == NULL) {
		json_write_number(w, "raw", x->raw);
		json_write_text(w, "kind", str_of(explanation_kind_names[x->kind]));
		writers[x->kind](w, d);
	} else
		json_write_null(w, "kind");
	json_close_object(w);
}

void
render_pair(struct json_writer *w, const struct explained *x, const struct matrix_row *a,
    const struct matrix_row *b, struct str hostname)
{
	json_open_object(w, NULL);
	render_participant(w, "a", a, hostname);
	render_participant(w, "b", b, hostname);
	json_write_number(w, "score", x->score);
	write_reason(w, x->reason);
	json_open_array(w, "dimensions");
	for (size_t i = 0; i < x->n; i++)
		write_dimension(w, &x->list[i]);
	json_close_array(w);
	json_close_object(w);
}
