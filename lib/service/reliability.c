#include "service/reliability.h"

#include <inttypes.h>
#include <math.h>

#include "base/array.h"
#include "base/deadline.h"
#include "http/field.h"
#include "json/write.h"
#include "matrix/side.h"
#include "project/person.h"
#include "project/reliability.h"
#include "service/view.h"
#include "store/evidence.h"

/* One request; questions, values and answers run in step. */
struct asked {
	const struct call *call;
	struct view *view;
	struct reliability_question *questions;
	struct reliability *values;
	struct reliability_answer *answers;
	size_t n;
};

/* ---- the questions */

static struct reliability_question
question_of(const struct call *call, const struct dimension *d)
{
	const struct param_value *p = call->param;
	bool scores = p[PARAM_DISTANCE].given && p[PARAM_DISTANCE].integer == DISTANCE__MAX;
	bool graded = p[PARAM_WEIGHTS].given || (p[PARAM_DISTANCE].given && !scores);
	struct reliability_question q =
	    reliability_default(d, (enum reliability_by)p[PARAM_BY].integer);
	struct coefficient_question *c = &q.coefficient;

	if (p[PARAM_COEFFICIENT].given)
		c->coefficient = (enum coefficient)p[PARAM_COEFFICIENT].integer;
	c->by_distance =
	    graded ? p[PARAM_DISTANCE].given : c->coefficient == COEFFICIENT_ALPHA;
	if (p[PARAM_WEIGHTS].given)
		c->weights = (enum weighting_kind)p[PARAM_WEIGHTS].integer;
	if (graded && c->by_distance)
		c->distance = (enum distance_kind)p[PARAM_DISTANCE].integer;
	/* Labels have weights or none, whatever the values as a whole are. */
	if (graded && q.by != RELIABILITY_LABEL)
		q.by_score = false;
	q.by_score |= scores;
	if (p[PARAM_DRAWS].given)
		q.draws = (size_t)p[PARAM_DRAWS].integer;
	if (p[PARAM_SEED].given)
		q.seed = (uint64_t)p[PARAM_SEED].integer;
	return q;
}

/* What fits no other parameter, whatever the dimension is. */
static const struct http_error_row *
check_params(const struct asked *x)
{
	static const enum param of_one[] = {
	    PARAM_COEFFICIENT, PARAM_WEIGHTS, PARAM_DISTANCE, PARAM_BY};
	const struct param_value *p = x->call->param;

	if (p[PARAM_WEIGHTS].given && p[PARAM_DISTANCE].given)
		return entry_invalid(
		    x->call, PARAM_DISTANCE, "There are weights or a distance, not both.");
	for (size_t i = 0; i < N_OF(of_one); i++)
		if (p[of_one[i]].given && !p[PARAM_DIMENSION].given)
			return entry_invalid(x->call, PARAM_DIMENSION, FIELD_REQUIRED);
	return NULL;
}

static enum err results(void *context, struct arena *a,
    const struct distances_value *values, size_t n, struct matrix_side *r, struct error *e);

/* Adds the question of a row, whose dimension is made ready unless it is. */
static const struct http_error_row *
add_question(struct asked *x, const struct store_dimension *row)
{
	static const enum param params[] = {
	    [RELIABILITY_COEFFICIENT] = PARAM_COEFFICIENT,
	    [RELIABILITY_WEIGHTS] = PARAM_WEIGHTS,
	    [RELIABILITY_DISTANCE] = PARAM_DISTANCE,
	    [RELIABILITY_BY] = PARAM_BY,
	};
	struct dimension *d = NULL;
	struct reliability_question q;
	enum reliability_part part;

	for (size_t i = 0; i < x->view->project.all.n; i++)
		if (x->view->project.all.list[i].row->id == row->id)
			d = &x->view->project.all.list[i];
	if (d == NULL) { /* its control is not there any more */
		d = arena_calloc(x->call->arena, 1, sizeof(*d));
		if (d == NULL || dimension_init(x->call->arena, row, d) != ERR_OK)
			return service_error_of(ERR_MEMORY);
	}
	q = question_of(x->call, d);
	if (reliability_check(&q, &part, &x->view->e) != ERR_OK)
		return entry_invalid(x->call, params[part], "%s", x->view->e.text);
	q.max_cost = x->view->project.max_cost;
	q.results = results;
	q.context = x;
	x->questions[x->n++] = q;
	return NULL;
}

static const struct http_error_row *
add_questions(struct asked *x, const struct store_dimension_list *rows)
{
	const struct param_value *named = &x->call->param[PARAM_DIMENSION];
	size_t room = named->given ? 1 : rows->n;
	const struct http_error_row *error = NULL;
	const struct store_dimension *row;

	x->questions = arena_calloc(x->call->arena, room, sizeof(x->questions[0]));
	x->values = arena_calloc(x->call->arena, room, sizeof(x->values[0]));
	x->answers = arena_calloc(x->call->arena, room, sizeof(x->answers[0]));
	if (x->questions == NULL || x->values == NULL || x->answers == NULL)
		return service_error_of(ERR_MEMORY);
	if (named->given) {
		row = entry_dimension(rows, named->integer);
		return row == NULL ? service_error_row(SERVICE_NO_DIMENSION)
				   : add_question(x, row);
	}
	for (size_t i = 0; error == NULL && i < rows->n; i++)
		if (rows->items[i].is_active && rows->items[i].is_present)
			error = add_question(x, &rows->items[i]);
	return error;
}

/* ---- reading */

static enum err
begin(void *context, struct error *e)
{
	struct asked *x = context;
	enum err err = ERR_OK;

	arena_reset(x->view->tallied);
	for (size_t i = 0; err == ERR_OK && i < x->n; i++)
		err =
		    reliability_begin(&x->values[i], x->view->tallied, &x->questions[i], e);
	return err;
}

static enum err
visit(void *context, int64_t task, struct kept *k, struct error *e)
{
	struct asked *x = context;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < x->n; i++)
		err = reliability_take(&x->values[i], task, k, e);
	return err;
}

/* ---- results of the values that are compared across tasks */

static bool
same_version(const struct store_version *x, const struct store_version *y)
{
	return x->updated_at == y->updated_at && x->length == y->length &&
	    x->crc32 == y->crc32;
}

static const struct store_result *
find_result(const struct store_result *list, size_t n, const struct store_version *v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].version.kind == v->kind && list[i].version.id == v->id)
			return &list[i];
	return NULL;
}

/* The results of n values of one task; *left is how many bytes they may have, and what is
 * left of that. */
static enum err
task_results(struct asked *x, struct arena *a, const struct distances_value *values,
    size_t n, size_t *left, struct matrix_side *r, struct error *e)
{
	struct store_version *keys = arena_calloc(a, n, sizeof(*keys));
	struct store_result *list = NULL;
	size_t n_list = 0;
	enum err err;

	if (keys == NULL)
		return error_memory(e);
	for (size_t i = 0; i < n; i++)
		keys[i] = values[i].version;
	err = store_results(
	    x->view->api->store, a, values[0].task, keys, n, *left, &list, &n_list, e);
	for (size_t i = 0; err == ERR_OK && i < n; i++) {
		const struct evidence v = {.id = keys[i].id};
		const struct store_result *found = find_result(list, n_list, &keys[i]);

		if (found == NULL || !same_version(&found->version, &keys[i]))
			return error_set(e, ERR_NOT_FOUND, "task %" PRId64 " has changed",
			    values[0].task);
		*left -= found->text.n < *left ? found->text.n : *left - 1;
		if (side_read(a, &v, &(struct side_result){.text = found->text}, &r[i]) !=
		    ERR_OK)
			return error_memory(e);
	}
	return err;
}

static enum err
results(void *context, struct arena *a, const struct distances_value *values, size_t n,
    struct matrix_side *r, struct error *e)
{
	struct asked *x = context;
	size_t left = (size_t)x->view->api->config->number[CONFIG_MAX_BYTES];
	enum err err = ERR_OK;

	for (size_t i = 0, k; err == ERR_OK && i < n; i += k) {
		for (k = 1; i + k < n && values[i + k].task == values[i].task;)
			k++;
		err = task_results(x, a, values + i, k, &left, r + i, e);
		if (err == ERR_OK)
			err = deadline_check(e);
	}
	return err;
}

/* ---- the answer */

static void
write_person(struct json_writer *w, const char *key, int64_t person)
{
	if (person < 0)
		json_write_format(w, key, "annotation:%" PRId64, -person);
	else
		json_write_integer(w, key, person);
}

static void
write_category(struct json_writer *w, const char *key, const struct category *c)
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
		write_category(w, reliability_by_names[by], &g->category);
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
	const struct store_dimension *row = q->dimension->row;
	const struct coefficient_question *c = &q->coefficient;

	json_open_object(w, "dimension");
	json_write_integer(w, "id", row->id);
	json_write_text(w, "name", row->name);
	json_write_text(w, "control_tag", row->control_tag);
	json_close_object(w);
	json_write_text(w, "coefficient", str_of(coefficient_table[c->coefficient].name));
	if (q->by_score && c->coefficient == COEFFICIENT_ALPHA)
		json_write_text(w, "distance", STR(RELIABILITY_SCORE));
	else if (c->by_distance)
		json_write_text(w, "distance", str_of(distance_names[c->distance]));
	else
		json_write_text(w, "weights", str_of(weighting_names[c->weights]));
}

static void
write_answer(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_answer *answer)
{
	json_open_object(w, NULL);
	write_question(w, q);
	write_value(w, q, &answer->all);
	if (q->by != RELIABILITY_ALL)
		write_groups(w, q, answer);
	json_close_object(w);
}

/* ---- the handler */

static const struct http_error_row *
check(struct view *v)
{
	struct asked *x = v->question->context;
	const struct http_error_row *error = check_params(x);

	x->view = v;
	return error == NULL ? add_questions(x, &v->project.rows) : error;
}

/* Of a list, a dimension that is over a limit does not hide the others. */
static bool
leave_out(struct asked *x, size_t i, enum err err)
{
	char *why;

	if (err != ERR_LIMIT || x->call->param[PARAM_DIMENSION].given || deadline_passed(0))
		return false;
	why = arena_printf(x->call->arena, "%s", x->view->e.text);
	x->answers[i] =
	    (struct reliability_answer){.all = {.estimate = {.undefined = why}}};
	return why != NULL;
}

static enum err
finish_all(struct asked *x)
{
	struct embedding *embedding = x->view->api->embedding;
	struct error *e = &x->view->e;
	enum err err = ERR_OK;

	embedding_begin(embedding);
	for (size_t i = 0; err == ERR_OK && i < x->n; i++) {
		err = reliability_finish(&x->values[i], &x->answers[i], e);
		if (err != ERR_OK && leave_out(x, i, err))
			err = ERR_OK;
	}
	return err == ERR_OK && embedding_failed(embedding)
	    ? error_set(e, ERR_UNAVAILABLE, "the embedding server is away")
	    : err;
}

static const struct http_error_row *
failed(const struct asked *x, enum err err)
{
	const struct reliability_question *q = x->questions;
	struct view *v = x->view;

	switch (err) {
	case ERR_INPUT:
		return entry_invalid(x->call,
		    q->coefficient.by_distance ? PARAM_DISTANCE : PARAM_WEIGHTS, "%s",
		    v->e.text);
	case ERR_NOT_FOUND:
		response_detail(
		    v->response, "The annotations changed meanwhile; ask again.");
		return http_error_row(HTTP_LIMIT);
	case ERR_LIMIT:
		response_detail(v->response, "%s", v->e.text);
		return http_error_row(HTTP_LIMIT);
	default:
		return entry_failed(err, &v->e);
	}
}

static const struct http_error_row *
render(struct view *v, struct json_writer *w)
{
	struct asked *x = v->question->context;
	bool one = x->call->param[PARAM_DIMENSION].given;
	enum err err = finish_all(x);

	if (err != ERR_OK)
		return failed(x, err);
	if (!one)
		json_open_array(w, NULL);
	for (size_t i = 0; i < x->n; i++)
		write_answer(w, &x->questions[i], &x->answers[i]);
	if (!one)
		json_close_array(w);
	return NULL;
}

const struct http_error_row *
get_reliability(const struct call *call, struct response *r)
{
	struct asked x = {.call = call};
	const struct project_reader reader = {PROJECT_LABELS, begin, visit, &x};
	const struct view_question q = {.part = PROJECT_LABELS,
	    .check = check,
	    .reader = &reader,
	    .render = render,
	    .context = &x};

	return view_answer(call, call->id[ROUTE_PROJECT], r, &q);
}
