#include "statsprint.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "service/statsrender.h"
#include "sheet.h"

/* While a table is made. */
struct making {
	const struct stats *s;
	struct arena *arena;
	struct sheet sheet;
	bool csv;
	bool failed; /* no memory */
};

/* ---- names */

static struct str
text_of(struct making *m, char *text)
{
	m->failed |= text == NULL;
	return str_of(text);
}

static struct str
name_of_user(struct making *m, int64_t user)
{
	const struct store_user *u = user < 0 ? NULL : m->s->user(m->s->users, user);

	if (user < 0)
		return text_of(m, arena_printf(m->arena, "annotation:%" PRId64, -user));
	return u != NULL && u->email.n > 0
	    ? u->email
	    : text_of(m, arena_printf(m->arena, "%" PRId64, user));
}

static struct str
name_of_category(struct making *m, const struct category *c)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	struct str text = c->text;

	if (!c->is_number && c->members == NULL)
		return text;
	statsrender_category(&w, NULL, c);
	m->failed |= buf_failed(&b);
	text = arena_str(m->arena, buf_text(&b));
	m->failed |= text.s == NULL;
	buf_free(&b);
	return text;
}

static double
value_of(const struct reliability_value *v)
{
	return v->estimate.undefined == NULL ? v->estimate.value : (double)NAN;
}

/* Headings: the first ones, then one for each model and dimension. */
struct headings {
	const char **list; /* ended by NULL */
	size_t n;
};

static bool
begin_headings(struct making *m, struct headings *h)
{
	size_t most = 16 + tally_people(m->s->tally).n + m->s->n;

	*h = (struct headings){arena_calloc(m->arena, most, sizeof(h->list[0])), 0};
	m->failed |= h->list == NULL;
	return h->list != NULL;
}

static void
add_headings(struct headings *h, const char *const *more)
{
	for (; *more != NULL; more++)
		h->list[h->n++] = *more;
}

static void
add_models(struct making *m, struct headings *h)
{
	struct tally_people people = tally_people(m->s->tally);

	for (size_t i = 0; i < people.n; i++)
		if (people.list[i].kind == PARTICIPANT_MODEL)
			h->list[h->n++] = text_of(m,
			    arena_printf(
				m->arena, "model:%.*s", STR_ARG(people.list[i].model)))
					      .s;
}

/* One column for each dimension of which there are coefficients of such groups. */
static bool
has_groups(const struct stats_dimension *d, enum reliability_by by)
{
	return d->asked && d->question.by == by;
}

static void
add_coefficients(struct making *m, struct headings *h, enum reliability_by by)
{
	for (size_t i = 0; i < m->s->n; i++) {
		const struct reliability_question *q = &m->s->list[i].question;
		const char *name = coefficient_table[q->coefficient.coefficient].name;

		if (has_groups(&m->s->list[i], by))
			h->list[h->n++] = text_of(m,
			    arena_printf(m->arena, "%s%s:%.*s",
				by == RELIABILITY_PERSON ? "without:" : "", name,
				STR_ARG(q->dimension->row->name)))
					      .s;
	}
}

static void
put_coefficients(struct making *m, enum reliability_by by, int64_t a, int64_t b)
{
	for (size_t i = 0; i < m->s->n; i++) {
		const struct reliability_group *g;

		if (!has_groups(&m->s->list[i], by))
			continue;
		g = stats_group(&m->s->list[i], by, a, b);
		sheet_number(&m->sheet, g == NULL ? (double)NAN : value_of(&g->value));
	}
}

static void
put_interval(struct making *m, const struct reliability_value *v)
{
	bool analytic = v->estimate.undefined == NULL && v->estimate.has_se;
	bool drawn = !analytic && v->has_bootstrap && v->bootstrap.defined > 0;

	sheet_number(&m->sheet,
	    analytic	? v->estimate.low
		: drawn ? v->bootstrap.low
			: (double)NAN);
	sheet_number(&m->sheet,
	    analytic	? v->estimate.high
		: drawn ? v->bootstrap.high
			: (double)NAN);
}

/* ---- tables; each ends with what sheet_end() says */

static enum err
print_pairs(struct making *m)
{
	static const char *const first[] = {
	    "a", "b", "agreement", "std", "common_tasks", NULL};
	struct tally_people people = tally_people(m->s->tally);
	const struct agreement *g = tally_overall(m->s->tally);
	uint32_t n = stats_annotators(m->s);
	struct headings h;

	if (!begin_headings(m, &h))
		return ERR_MEMORY;
	add_headings(&h, first);
	add_coefficients(m, &h, RELIABILITY_PAIR);
	sheet_begin(&m->sheet, m->arena, m->csv, h.list);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = i + 1; k < n; k++) {
			struct tally_mean mean = tally_pair(m->s->tally, g, i, k);

			if (mean.tasks == 0)
				continue;
			sheet_text(&m->sheet, name_of_user(m, people.list[i].user));
			sheet_text(&m->sheet, name_of_user(m, people.list[k].user));
			sheet_number(&m->sheet, mean.mean);
			sheet_number(&m->sheet, mean.deviation);
			sheet_count(&m->sheet, mean.tasks);
			put_coefficients(
			    m, RELIABILITY_PAIR, people.list[i].user, people.list[k].user);
		}
	return sheet_end(&m->sheet);
}

/* A person, or a model, and how far they agree with annotators. */
struct row {
	uint32_t who;
	struct tally_mean mean;
};

/* The lowest first; of equal ones as they are listed. */
static int
by_agreement(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (isnan(a->mean.mean) != isnan(b->mean.mean))
		return isnan(a->mean.mean) ? 1 : -1;
	if (a->mean.mean < b->mean.mean || a->mean.mean > b->mean.mean)
		return a->mean.mean < b->mean.mean ? -1 : 1;
	return (a->who > b->who) - (a->who < b->who);
}

static struct row *
rows_of(struct making *m, enum participant_kind kind, size_t *n)
{
	struct tally_people people = tally_people(m->s->tally);
	const struct agreement *g = tally_overall(m->s->tally);
	struct row *rows = arena_calloc(m->arena, people.n, sizeof(rows[0]));

	*n = 0;
	for (uint32_t i = 0; rows != NULL && i < people.n; i++)
		if (people.list[i].kind == kind)
			rows[(*n)++] = (struct row){
			    i, tally_with(m->s->tally, g, i, AGREEMENT_ANNOTATORS)};
	if (rows != NULL && *n > 0)
		qsort(rows, *n, sizeof(rows[0]), by_agreement);
	return rows;
}

/* What people and models have in common. */
static void
put_row(struct making *m, const struct row *row, struct str name)
{
	struct tally_people people = tally_people(m->s->tally);
	const struct agreement *g = tally_overall(m->s->tally);
	struct stats_interval ci = stats_interval(&row->mean);

	sheet_text(&m->sheet, name);
	sheet_count(&m->sheet, people.list[row->who].tasks);
	sheet_number(&m->sheet, row->mean.mean);
	sheet_number(&m->sheet, ci.low);
	sheet_number(&m->sheet, ci.high);
	sheet_number(&m->sheet, tally_with(m->s->tally, g, row->who, AGREEMENT_TRUTH).mean);
	for (uint32_t i = 0; i < people.n; i++)
		if (people.list[i].kind == PARTICIPANT_MODEL)
			sheet_number(&m->sheet,
			    i == row->who ? (double)NAN
					  : tally_pair(m->s->tally, g, row->who, i).mean);
}

static enum err
print_people(struct making *m)
{
	static const char *const first[] = {
	    "person", "tasks", "agreement", "low", "high", "ground_truth", NULL};
	static const char *const times[] = {"median_time", NULL};
	struct tally_people people = tally_people(m->s->tally);
	struct headings h;
	size_t n;
	struct row *rows = rows_of(m, PARTICIPANT_ANNOTATOR, &n);

	if (rows == NULL || !begin_headings(m, &h))
		return ERR_MEMORY;
	add_headings(&h, first);
	add_models(m, &h);
	add_headings(&h, times);
	add_coefficients(m, &h, RELIABILITY_PERSON);
	sheet_begin(&m->sheet, m->arena, m->csv, h.list);
	for (size_t i = 0; i < n; i++) {
		int64_t user = people.list[rows[i].who].user;
		const struct leadtimes_person *t = leadtimes_of(&m->s->times, user);

		put_row(m, &rows[i], name_of_user(m, user));
		sheet_number(&m->sheet, t == NULL ? (double)NAN : t->median);
		put_coefficients(m, RELIABILITY_PERSON, user, 0);
	}
	return sheet_end(&m->sheet);
}

static enum err
print_models(struct making *m)
{
	static const char *const first[] = {
	    "model", "tasks", "agreement", "low", "high", "ground_truth", NULL};
	struct tally_people people = tally_people(m->s->tally);
	struct headings h;
	size_t n;
	struct row *rows = rows_of(m, PARTICIPANT_MODEL, &n);

	if (rows == NULL || !begin_headings(m, &h))
		return ERR_MEMORY;
	if (n == 0)
		return ERR_OK;
	add_headings(&h, first);
	add_models(m, &h);
	sheet_begin(&m->sheet, m->arena, m->csv, h.list);
	for (size_t i = 0; i < n; i++)
		put_row(m, &rows[i], people.list[rows[i].who].model);
	putchar('\n');
	return sheet_end(&m->sheet);
}

static struct str
dimension_name(const struct making *m, size_t dimension)
{
	return m->s->list[dimension].question.dimension->row->name;
}

/* The group of a label; NULL: there is none. */
static const struct reliability_group *
group_of_label(const struct stats_dimension *d, struct str label)
{
	if (!has_groups(d, RELIABILITY_LABEL))
		return NULL;
	for (size_t i = 0; i < d->answer.n; i++)
		if (str_eq(d->answer.groups[i].category.text, label))
			return &d->answer.groups[i];
	return NULL;
}

static enum err
print_labels(struct making *m)
{
	static const char *const headings[] = {"dimension", "label", "annotations",
	    "predictions", "agreement", "coefficient", "value", "low", "high", NULL};
	static const struct reliability_value none = {.estimate = {.undefined = ""}};
	struct tally_labels all = tally_labels(m->s->tally);

	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < all.n; i++) {
		const struct tally_label *label = &all.list[i];
		const struct stats_dimension *d = &m->s->list[label->dimension];
		const struct reliability_group *g = group_of_label(d, label->text);
		const struct reliability_value *v = g == NULL ? &none : &g->value;

		sheet_text(&m->sheet, dimension_name(m, label->dimension));
		sheet_text(&m->sheet, label->text);
		sheet_count(&m->sheet, label->uses[0]);
		sheet_count(&m->sheet, label->uses[1]);
		sheet_number(
		    &m->sheet, tally_score(tally_on_label(m->s->tally, label)).mean);
		sheet_text(&m->sheet,
		    str_of(coefficient_table[d->question.coefficient.coefficient].name));
		sheet_number(&m->sheet, value_of(v));
		put_interval(m, v);
	}
	return sheet_end(&m->sheet);
}

static enum err
print_tasks(struct making *m)
{
	static const char *const headings[] = {"task", "agreement", "annotators", NULL};
	struct tally_tasks all;
	enum err err = stats_tasks(m->s, &all);

	if (err != ERR_OK)
		return err;
	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < all.n; i++) {
		sheet_count(&m->sheet, all.list[i].task);
		sheet_number(&m->sheet, all.list[i].score);
		sheet_count(&m->sheet, all.list[i].annotators);
	}
	return sheet_end(&m->sheet);
}

static const char *
distance_of(const struct reliability_question *q)
{
	const struct coefficient_question *c = &q->coefficient;

	if (q->by_score && c->coefficient == COEFFICIENT_ALPHA)
		return RELIABILITY_SCORE;
	return c->by_distance ? distance_names[c->distance] : weighting_names[c->weights];
}

static enum err
print_dimensions(struct making *m)
{
	static const char *const headings[] = {"dimension", "agreement", "tasks",
	    "coefficient", "distance", "value", "low", "high", NULL};

	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < m->s->n; i++) {
		const struct stats_dimension *d = &m->s->list[i];
		struct tally_mean mean = tally_score(tally_in_dimension(m->s->tally, i));

		sheet_text(&m->sheet, dimension_name(m, i));
		sheet_number(&m->sheet, mean.mean);
		sheet_count(&m->sheet, mean.tasks);
		sheet_text(&m->sheet,
		    str_of(coefficient_table[d->question.coefficient.coefficient].name));
		sheet_text(&m->sheet, str_of(distance_of(&d->question)));
		sheet_number(&m->sheet, value_of(&d->answer.all));
		put_interval(m, &d->answer.all);
	}
	return sheet_end(&m->sheet);
}

static enum err
print_categories(struct making *m)
{
	static const char *const headings[] = {
	    "dimension", "category", "coefficient", "value", "low", "high", NULL};

	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < m->s->n; i++) {
		const struct stats_dimension *d = &m->s->list[i];

		for (size_t k = 0; has_groups(d, RELIABILITY_CATEGORY) && k < d->answer.n;
		    k++) {
			const struct reliability_group *g = &d->answer.groups[k];

			sheet_text(&m->sheet, dimension_name(m, i));
			sheet_text(&m->sheet, name_of_category(m, &g->category));
			sheet_text(&m->sheet,
			    str_of(coefficient_table[d->question.coefficient.coefficient]
				    .name));
			sheet_number(&m->sheet, value_of(&g->value));
			put_interval(m, &g->value);
		}
	}
	return sheet_end(&m->sheet);
}

typedef enum err print_table(struct making *m);

static print_table *const tables[STATS_BY__MAX] = {
    [STATS_PAIR] = print_pairs,
    [STATS_PERSON] = print_people,
    [STATS_LABEL] = print_labels,
    [STATS_TASK] = print_tasks,
    [STATS_DIMENSION] = print_dimensions,
    [STATS_CATEGORY] = print_categories,
};

/* ---- Dawid and Skene */

static enum err
print_error_rates(struct making *m, const struct skene *k)
{
	static const char *const first[] = {"person", "true", NULL};
	size_t n = k->n_categories;
	const char **headings = arena_calloc(m->arena, n + 3, sizeof(headings[0]));
	struct headings h = {headings, 0};

	if (headings == NULL)
		return ERR_MEMORY;
	add_headings(&h, first);
	for (size_t i = 0; i < n; i++) {
		struct str name = name_of_category(m, &k->categories[i]);

		headings[h.n++] =
		    text_of(m, arena_printf(m->arena, "%.*s", STR_ARG(name))).s;
		if (m->failed)
			return ERR_MEMORY;
	}
	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < k->n_people * n; i++) {
		sheet_text(&m->sheet, name_of_user(m, k->people[i / n]));
		sheet_text(&m->sheet, name_of_category(m, &k->categories[i % n]));
		for (size_t c = 0; c < n; c++)
			sheet_number(&m->sheet, k->model.error_rates[i * n + c]);
	}
	return sheet_end(&m->sheet);
}

static enum err
print_likely(struct making *m, const struct skene *k)
{
	static const char *const headings[] = {"task", "label", "probability", NULL};

	sheet_begin(&m->sheet, m->arena, m->csv, headings);
	for (size_t i = 0; i < k->n_tasks; i++) {
		size_t best = skene_likely(k, i);

		sheet_count(&m->sheet, k->tasks[i]);
		sheet_text(&m->sheet, name_of_category(m, &k->categories[best]));
		sheet_number(&m->sheet, k->model.posterior[i * k->n_categories + best]);
	}
	return sheet_end(&m->sheet);
}

static enum err
print_skene(struct making *m, size_t dimension)
{
	const struct skene *k = &m->s->list[dimension].skene;
	enum err err;

	printf("\nDawid and Skene, %.*s: ", STR_ARG(dimension_name(m, dimension)));
	if (k->undefined != NULL) {
		printf("%s\n", k->undefined);
		return ERR_OK;
	}
	printf("log-likelihood %.6f after %d rounds%s\n", k->model.log_likelihood,
	    k->model.iterations, k->model.converged ? "" : ", which were not enough");
	err = print_error_rates(m, k);
	putchar('\n');
	return err == ERR_OK ? print_likely(m, k) : err;
}

/* ---- all of it */

static void
print_summary(const struct stats *s)
{
	struct tally_summary sum = tally_summary(s->tally);
	struct tally_mean mean = tally_score(tally_overall(s->tally));
	struct stats_interval ci = stats_interval(&mean);

	printf("agreement");
	if (isnan(mean.mean))
		printf(" -");
	else
		printf(" %.3f", mean.mean);
	if (!isnan(ci.low))
		printf(" (%.3f to %.3f)", ci.low, ci.high);
	printf(", %s, of %" PRIu32 " tasks of %" PRIu32 "; %" PRIu32 " people, %zu pairs\n",
	    s->o.methodology == AGREEMENT_CONSENSUS ? "consensus" : "pairwise", sum.scored,
	    sum.tasks, stats_annotators(s), stats_pairs(s));
	printf("tasks by agreement, 0 to 1 in tenths:");
	for (size_t i = 0; i < TALLY_BINS; i++)
		printf(" %" PRIu32, sum.bins[i]);
	if (!isnan(s->o.threshold))
		printf("; below %g: %" PRIu32, s->o.threshold, sum.low);
	printf("\n");
}

/* What a reader of values must know: why there is none, or that there are few data. */
static void
print_notes(const struct making *m)
{
	for (size_t i = 0; i < m->s->n; i++) {
		const struct reliability_value *v = &m->s->list[i].answer.all;
		const char *note =
		    v->estimate.undefined != NULL ? v->estimate.undefined : v->warning;

		if (note != NULL)
			printf("%.*s: %s\n", STR_ARG(dimension_name(m, i)), note);
	}
}

static enum err
print_all(struct making *m)
{
	enum err err;

	if (m->s->o.has_by && m->s->o.by != STATS_DIMENSION) {
		err = tables[m->s->o.by](m);
	} else {
		err = print_dimensions(m);
		print_notes(m);
	}
	if (!m->s->o.has_by) {
		putchar('\n');
		if (err == ERR_OK)
			err = print_people(m);
		if (err == ERR_OK)
			err = print_models(m);
	}
	for (size_t i = 0; err == ERR_OK && m->s->o.skene && i < m->s->n; i++)
		err = print_skene(m, i);
	return err;
}

static enum err
ended(const struct making *m, enum err err, struct error *e)
{
	return err == ERR_OK && !m->failed ? ERR_OK : error_memory(e);
}

enum err
statsprint_table(const struct stats *s, struct error *e)
{
	struct making m = {.s = s, .arena = s->arena};

	print_summary(s);
	putchar('\n');
	return ended(&m, print_all(&m), e);
}

enum err
statsprint_csv(const struct stats *s, struct error *e)
{
	struct making m = {.s = s, .arena = s->arena, .csv = true};

	return ended(&m, tables[s->o.has_by ? s->o.by : STATS_PAIR](&m), e);
}
