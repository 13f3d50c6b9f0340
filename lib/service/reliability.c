#include "service/reliability.h"

#include <inttypes.h>
#include <math.h>

#include "base/array.h"
#include "base/deadline.h"
#include "http/field.h"
#include "json/write.h"
#include "project/reliability.h"
#include "project/values.h"
#include "service/statsrender.h"
#include "service/view.h"

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
	const struct reliability_wish wish = {
	    .has_coefficient = p[PARAM_COEFFICIENT].given,
	    .has_weights = p[PARAM_WEIGHTS].given,
	    .has_distance = p[PARAM_DISTANCE].given,
	    .has_draws = p[PARAM_DRAWS].given,
	    .has_seed = p[PARAM_SEED].given,
	    .coefficient = (enum coefficient)p[PARAM_COEFFICIENT].integer,
	    .weights = (enum weighting_kind)p[PARAM_WEIGHTS].integer,
	    .distance = (enum distance_kind)p[PARAM_DISTANCE].integer,
	    .draws = (size_t)p[PARAM_DRAWS].integer,
	    .seed = (uint64_t)p[PARAM_SEED].integer,
	};

	return reliability_ask(d, (enum reliability_by)p[PARAM_BY].integer, &wish);
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

static enum err
results(void *context, struct arena *a, const struct distances_value *values, size_t n,
    struct matrix_side *r, struct error *e)
{
	struct asked *x = context;
	const struct api *api = x->view->api;

	return values_read(
	    api->store, a, values, n, (size_t)api->config->number[CONFIG_MAX_BYTES], r, e);
}

/* ---- the answer */

static void
write_answer(struct json_writer *w, const struct reliability_question *q,
    const struct reliability_answer *answer)
{
	json_open_object(w, NULL);
	json_open_object(w, "dimension");
	json_write_integer(w, "id", q->dimension->row->id);
	json_write_text(w, "name", q->dimension->row->name);
	json_write_text(w, "control_tag", q->dimension->row->control_tag);
	json_close_object(w);
	statsrender_reliability(w, q, answer);
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
