#include "service/statsrender.h"

#include <inttypes.h>
#include <math.h>

#include "project/person.h"
#include "reliability/confusion.h"

/* ---- agreement beyond chance */

static void
write_person(struct json_writer *w, const char *key, int64_t person)
{
	if (person < 0)
		json_write_format(w, key, "annotation:%" PRId64, -person);
	else
		json_write_integer(w, key, person);
}

void
statsrender_category(struct json_writer *w, const char *key, const struct category *c)
{
	if (c->is_number) {
		json_write_number(w, key, c->number);
		return;
	}
	if (c->members == NULL) {
		json_write_text(w, key, c->text);
		return;
	}
	json_open_array(w, key);
	for (size_t i = 0; i < c->n_members; i++)
		json_write_text(w, NULL, c->members[i]);
	json_close_array(w);
}

static void
write_interval(struct json_writer *w, double low, double high, bool known)
{
	if (!known) {
		json_write_null(w, "ci");
		return;
	}
	json_open_array(w, "ci");
	json_write_number(w, NULL, low);
	json_write_number(w, NULL, high);
	json_close_array(w);
}

static void
write_bootstrap(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_value *v)
{
	if (!v->has_bootstrap) {
		json_write_null(w, "bootstrap");
		return;
	}
	json_open_object(w, "bootstrap");
	write_interval(w, v->bootstrap.low, v->bootstrap.high, v->bootstrap.defined > 0);
	json_write_integer(w, "draws", (int64_t)q->draws);
	json_write_integer(w, "seed", (int64_t)q->seed);
	json_close_object(w);
}

/* The members that the value of all and those of groups have. */
static void
write_value(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_value *v)
{
	const struct coefficient_estimate *of = &v->estimate;

	json_write_number(w, "value", of->undefined == NULL ? of->value : (double)NAN);
	json_write_text(w, "reason", str_of(of->undefined));
	json_write_number(w, "se", of->has_se ? of->se : (double)NAN);
	write_interval(w, of->low, of->high, of->has_se);
	write_bootstrap(w, q, v);
	json_write_integer(w, "tasks", (int64_t)v->tasks);
	json_write_integer(w, "people", (int64_t)v->people);
	json_write_integer(w, "pairs", (int64_t)v->pairs);
	if (v->by_score) {
		json_open_object(w, "expected");
		json_write_bool(w, "exact", v->exact);
		json_write_integer(w, "pairs", (int64_t)v->expected_pairs);
		json_close_object(w);
	}
	json_write_text(w, "warning", str_of(v->warning));
}

/* What a group is of. */
static void
write_group_key(
    struct json_writer *w, enum reliability_by by, const struct reliability_group *g)
{
	switch (by) {
	case RELIABILITY_PERSON:
		write_person(w, "person", g->people[0]);
		break;
	case RELIABILITY_PAIR:
		json_open_array(w, "pair");
		write_person(w, NULL, g->people[0]);
		write_person(w, NULL, g->people[1]);
		json_close_array(w);
		break;
	default:
		statsrender_category(w, reliability_by_names[by], &g->category);
	}
}

static void
write_groups(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_answer *answer)
{
	json_open_array(w, "groups");
	for (size_t i = 0; i < answer->n; i++) {
		json_open_object(w, NULL);
		write_group_key(w, q->by, &answer->groups[i]);
		write_value(w, q, &answer->groups[i].value);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_question(struct json_writer *w, const struct reliability_question *q)
{
	const struct coefficient_question *c = &q->coefficient;

	json_write_text(w, "coefficient", str_of(coefficient_table[c->coefficient].name));
	if (q->by_score && c->coefficient == COEFFICIENT_ALPHA)
		json_write_text(w, "distance", STR(RELIABILITY_SCORE));
	else if (c->by_distance)
		json_write_text(w, "distance", str_of(distance_names[c->distance]));
	else
		json_write_text(w, "weights", str_of(weighting_names[c->weights]));
}

void
statsrender_reliability(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_answer *answer)
{
	write_question(w, q);
	write_value(w, q, &answer->all);
	if (q->by != RELIABILITY_ALL)
		write_groups(w, q, answer);
}

/* ---- confusion */

/* Confused pairs that are listed. */
#define TOP_PAIRS 20

/* What "none" is called; a label of that name keeps it. */
static struct str
none_of(const struct tally_labels *labels)
{
	for (size_t i = 0; i < labels->n; i++)
		if (str_is(labels->list[i].text, "none"))
			return STR("(none)");
	return STR("none");
}

/* Counts are whole where they can be. */
static void
write_count(struct json_writer *w, const char *key, double count)
{
	if (count == floor(count))
		json_write_integer(w, key, (int64_t)count);
	else
		json_write_number(w, key, count);
}

static void
write_rates(struct json_writer *w, const char *key, const double *rates, size_t n)
{
	json_open_array(w, key);
	for (size_t i = 0; i < n; i++)
		json_write_number(w, NULL, rates[i]);
	json_close_array(w);
}

static void
write_pairs(struct json_writer *w, const struct confusion *c, struct str control)
{
	double all = 0.0;

	for (size_t i = 0; i < c->n_pairs; i++)
		all += c->pairs[i].count;
	json_open_array(w, "top_confusion_pairs");
	for (size_t i = 0; i < c->n_pairs && i < TOP_PAIRS; i++) {
		const struct confusion_pair *p = &c->pairs[i];

		json_open_object(w, NULL);
		json_write_text(w, "actual", c->categories[p->row]);
		write_count(w, "count", p->count);
		json_write_text(w, "from_name", control);
		json_write_text(w, "label", c->categories[p->column]);
		json_write_number(w, "rate", p->count / all);
		json_close_object(w);
	}
	json_close_array(w);
}

static void
write_confusion(
    struct json_writer *w, const char *key, const struct confusion *c, struct str control)
{
	json_open_object(w, key);
	json_open_array(w, "labels");
	for (size_t i = 0; i < c->n; i++)
		json_write_text(w, NULL, c->categories[i]);
	json_close_array(w);
	json_open_array(w, "matrix");
	for (size_t i = 0; i < c->n; i++) {
		json_open_array(w, NULL);
		for (size_t k = 0; k < c->n; k++)
			write_count(w, NULL, c->counts[i * c->n + k]);
		json_close_array(w);
	}
	json_close_array(w);
	write_rates(w, "precision", c->precision, c->n);
	write_rates(w, "recall", c->recall, c->n);
	write_rates(w, "f1", c->f1, c->n);
	write_pairs(w, c, control);
	json_close_object(w);
}

/* Whether something is confused in one of the dimensions that are asked for. */
static bool
is_of(const struct tally *t, const struct tally_confused *p,
    const struct statsrender_confused *of)
{
	const struct store_dimension *row = tally_dimensions(t).list[p->dimension].row;

	return (of->control.s == NULL || str_eq(row->control_tag, of->control)) &&
	    (of->dimension == 0 || row->id == of->dimension);
}

enum err
statsrender_confusion(struct json_writer *w, const char *key, struct arena *a,
    const struct tally *t, const struct statsrender_confused *of)
{
	struct tally_labels labels = tally_labels(t);
	struct tally_confusions all = tally_confusions(t, of->which);
	struct str none = none_of(&labels);
	struct confusion_counter counter;
	struct confusion c;
	enum err err = ERR_OK;

	confusion_begin(&counter, a, of->which == CONFUSION_ANNOTATORS);
	for (size_t i = 0; err == ERR_OK && i < all.n; i++) {
		const struct tally_confused *p = &all.list[i];

		if (is_of(t, p, of))
			err = confusion_add(&counter, p->a.s == NULL ? none : p->a,
			    p->b.s == NULL ? none : p->b, p->count);
	}
	if (err == ERR_OK)
		err = confusion_finish(&counter, &c);
	if (err == ERR_OK)
		write_confusion(w, key, &c, of->control);
	return err;
}
