#include "service/tasks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "service/render.h"
#include "service/view.h"
#include "store/tasks.h"

#define PAGE_SIZE 30

/* ---- which tasks, in which order */

enum order { ORDER_ID, ORDER_ID_DOWN, ORDER_AGREEMENT, ORDER_AGREEMENT_DOWN, ORDER__MAX };

static const char *const orders[ORDER__MAX] = {
    [ORDER_ID] = "id",
    [ORDER_ID_DOWN] = "-id",
    [ORDER_AGREEMENT] = "agreement",
    [ORDER_AGREEMENT_DOWN] = "-agreement",
};

/* A name of the Data Manager without its "tasks:". */
static bool
read_order(struct str text, enum order *r)
{
	static const struct str prefix = STR_INIT("tasks:");
	bool down = text.n > 0 && text.s[0] == '-';
	struct str name = {text.s + down, text.n - down};

	if (str_starts(name, prefix.s))
		name = (struct str){name.s + prefix.n, name.n - prefix.n};
	for (enum order order = 0; order < ORDER__MAX; order += 2)
		if (str_is(name, orders[order])) {
			*r = order + down;
			return true;
		}
	return false;
}

/* The first of the order that a query of the Data Manager names; absent if it names none.
 * False if it cannot be answered. */
static bool
order_of_query(struct arena *a, struct str text, struct str *r)
{
	const struct json *query = NULL, *order, *filters;

	*r = (struct str){0};
	if (text.n == 0)
		return true;
	if (json_parse(a, text, &query, NULL) != ERR_OK || query->type != JSON_OBJECT)
		return false;
	filters = json_get(query, "filters");
	if (!json_is_null(filters) && !json_is_null(json_get(filters, "items")) &&
	    json_get(filters, "items")->n > 0)
		return false;
	order = json_get(query, "ordering");
	if (json_is_null(order) || (order->type == JSON_ARRAY && order->n == 0))
		return true;
	if (order->type == JSON_ARRAY)
		order = json_at(order, 0);
	if (order->type != JSON_STRING)
		return false;
	*r = json_str(order);
	return true;
}

static int
by_id_down(const void *x, const void *y)
{
	const struct tally_task *a = x, *b = y;

	return (a->task < b->task) - (a->task > b->task);
}

static int
by_score_down(const void *x, const void *y)
{
	const struct tally_task *a = x, *b = y;

	if (isnan(a->score) || isnan(b->score) || a->score == b->score)
		return tally_by_score(x, y);
	return -tally_by_score(x, y);
}

static int (*const comparisons[ORDER__MAX])(const void *, const void *) = {
    [ORDER_ID_DOWN] = by_id_down,
    [ORDER_AGREEMENT] = tally_by_score,
    [ORDER_AGREEMENT_DOWN] = by_score_down,
};

static bool
is_wanted(const struct call *call, const struct tally_task *t)
{
	const struct param_value *p = call->param;

	if (p[PARAM_AGREEMENT_LT].given && !(t->score < p[PARAM_AGREEMENT_LT].real))
		return false;
	if (p[PARAM_AGREEMENT_GT].given && !(t->score > p[PARAM_AGREEMENT_GT].real))
		return false;
	return !p[PARAM_ONLY_ANNOTATED].boolean || t->annotators > 0;
}

/* ---- a task */

static void
write_said(struct view *v, struct json_writer *w, const struct store_said *s)
{
	json_open_object(w, NULL);
	json_write_integer(w, "id", s->id);
	if (s->is_prediction) {
		json_write_text(w, "model_version", s->model);
		json_write_number(w, "score", s->has_number ? s->number : (double)NAN);
	} else {
		if (s->by == 0)
			json_write_null(w, "completed_by");
		else
			json_write_integer(w, "completed_by", s->by);
		json_write_bool(w, "ground_truth", s->ground_truth);
		json_write_number(w, "lead_time", s->has_number ? s->number : (double)NAN);
		json_write_bool(w, "was_cancelled", s->was_cancelled);
	}
	json_write_text(w, "created_at", s->created_at);
	json_write_text(w, "updated_at", s->updated_at);
	render_json(v->call->arena, w, "result", s->result);
	json_close_object(w);
}

static const struct http_error_row *
write_all_said(struct view *v, struct json_writer *w, int64_t task)
{
	size_t most = (size_t)v->api->config->number[CONFIG_MAX_BYTES], n = 0;
	struct store_said *list = NULL;
	enum err err =
	    store_said(v->api->store, v->call->arena, v->id, task, most, &list, &n, &v->e);

	if (err == ERR_LIMIT)
		response_detail(v->response,
		    "The results of this page have more bytes than max_bytes = %zu.", most);
	if (err != ERR_OK)
		return entry_failed(err, &v->e);
	json_open_array(w, "annotations");
	for (size_t i = 0; i < n; i++)
		if (!list[i].is_prediction)
			write_said(v, w, &list[i]);
	json_close_array(w);
	json_open_array(w, "predictions");
	for (size_t i = 0; i < n; i++)
		if (list[i].is_prediction)
			write_said(v, w, &list[i]);
	json_close_array(w);
	return NULL;
}

static const struct http_error_row *
write_task(struct view *v, struct json_writer *w, const struct store_task *k,
    const struct tally_task *t, bool whole)
{
	const struct http_error_row *error = NULL;

	json_open_object(w, NULL);
	json_write_integer(w, "id", k->id);
	json_write_number(w, "agreement", t->score);
	json_write_integer(w, "annotators_count", t->annotators);
	json_write_integer(w, "cancelled_annotations", k->cancelled_annotations);
	json_write_text(w, "created_at", k->created_at);
	render_json(v->call->arena, w, "data", k->data);
	if (k->inner_id == 0)
		json_write_null(w, "inner_id");
	else
		json_write_integer(w, "inner_id", k->inner_id);
	json_write_bool(w, "is_labeled", k->is_labeled);
	render_json(v->call->arena, w, "meta", k->meta);
	json_write_integer(w, "overlap", k->overlap);
	json_write_integer(w, "project", k->project);
	json_write_integer(w, "total_annotations", k->total_annotations);
	json_write_integer(w, "total_predictions", k->total_predictions);
	json_write_text(w, "updated_at", k->updated_at);
	if (whole)
		error = write_all_said(v, w, k->id);
	json_close_object(w);
	return error;
}

/* ---- a page of them */

static enum err
list_wanted(struct view *v, enum order order, struct tally_tasks *r)
{
	struct tally_tasks all = tally_tasks(v->tally);
	struct tally_task *list = arena_alloc(v->call->arena, all.n * sizeof(list[0]));
	size_t n = 0;

	if (list == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < all.n; i++)
		if (is_wanted(v->call, &all.list[i]))
			list[n++] = all.list[i];
	if (comparisons[order] != NULL)
		qsort(list, n, sizeof(list[0]), comparisons[order]);
	*r = (struct tally_tasks){list, n};
	return ERR_OK;
}

static const struct store_task *
find_task(const struct store_task *list, size_t n, int64_t id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && list[low].id == id ? &list[low] : NULL;
}

static const struct http_error_row *
write_page(struct view *v, struct json_writer *w, const struct tally_task *page, size_t n)
{
	bool whole = str_is(v->call->param[PARAM_FIELDS].text, "all");
	int64_t *ids = arena_alloc(v->call->arena, n * sizeof(*ids));
	const struct http_error_row *error = NULL;
	struct store_task *rows = NULL;
	size_t n_rows = 0;
	enum err err = ids == NULL ? error_memory(&v->e) : ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < n; i++)
		ids[i] = page[i].task;
	if (err == ERR_OK && n > 0)
		err = store_tasks(
		    v->api->store, v->call->arena, v->id, ids, n, &rows, &n_rows, &v->e);
	if (err != ERR_OK)
		return entry_failed(err, &v->e);
	json_open_array(w, "tasks");
	for (size_t i = 0; error == NULL && i < n; i++) {
		const struct store_task *row = find_task(rows, n_rows, page[i].task);

		if (row != NULL)
			error = write_task(v, w, row, &page[i], whole);
	}
	json_close_array(w);
	return error;
}

/* The order that is asked for. */
static const struct http_error_row *
find_order(struct view *v, enum order *r)
{
	const struct param_value *p = v->call->param;
	enum param param = PARAM_ORDERING;
	struct str text = p[PARAM_ORDERING].text;

	*r = ORDER_ID;
	if (text.s == NULL) {
		param = PARAM_QUERY;
		if (!order_of_query(v->call->arena, p[PARAM_QUERY].text, &text))
			return entry_invalid(v->call, param,
			    "Only an ordering is answered here, without filters.");
	}
	if (text.s == NULL || read_order(text, r))
		return NULL;
	return entry_invalid(v->call, param,
	    "\"%.*s\" is not a valid choice: id, -id, agreement or -agreement.",
	    STR_ARG(text));
}

static const struct http_error_row *
render_list(struct view *v, struct json_writer *w)
{
	const struct param_value *p = v->call->param;
	uint64_t page = p[PARAM_PAGE].given ? (uint64_t)p[PARAM_PAGE].integer : 1;
	uint64_t size =
	    p[PARAM_PAGE_SIZE].given ? (uint64_t)p[PARAM_PAGE_SIZE].integer : PAGE_SIZE;
	const struct http_error_row *error = NULL;
	struct store_totals totals;
	struct tally_tasks all;
	enum order order;
	size_t first, n;
	enum err err;

	error = find_order(v, &order);
	if (error != NULL)
		return error;
	if (list_wanted(v, order, &all) != ERR_OK)
		return service_error_of(ERR_MEMORY);
	err = store_totals(v->api->store, v->id, &totals, &v->e);
	if (err != ERR_OK)
		return entry_failed(err, &v->e);
	first = (page - 1) * size < all.n ? (size_t)((page - 1) * size) : all.n;
	n = all.n - first < size ? all.n - first : (size_t)size;
	json_open_object(w, NULL);
	error = write_page(v, w, all.list + first, n);
	json_write_integer(w, "total", (int64_t)all.n);
	json_write_integer(w, "total_annotations", totals.annotations);
	json_write_integer(w, "total_predictions", totals.predictions);
	json_close_object(w);
	return error;
}

static const struct view_question of_tasks = {
    .options = {.overall = AGREEMENT_SCORES, .lists = TALLY_TASKS},
    .part = PROJECT_SCORES,
};

const struct http_error_row *
tasks_list(const struct call *call, struct response *r)
{
	struct view_question q = of_tasks;

	q.render = render_list;
	return view_answer(call, call->param[PARAM_PROJECT].integer, r, &q);
}

static const struct http_error_row *
render_one(struct view *v, struct json_writer *w)
{
	const struct tally_tasks all = tally_tasks(v->tally);
	struct store_task *row = NULL;
	size_t n = 0;
	enum err err;

	if (all.n == 0)
		return service_error_row(SERVICE_NO_TASK);
	err = store_tasks(
	    v->api->store, v->call->arena, v->id, &all.list[0].task, 1, &row, &n, &v->e);
	if (err != ERR_OK)
		return entry_failed(err, &v->e);
	if (n == 0)
		return service_error_row(SERVICE_NO_TASK);
	return write_task(v, w, &row[0], &all.list[0], true);
}

const struct http_error_row *
tasks_one(const struct call *call, struct response *r)
{
	const struct api *api = call->context;
	struct view_question q = of_tasks;
	const struct http_error_row *error;
	struct store_access access;
	struct error e = {0};
	int64_t project = 0;
	enum err err;

	error = entry_look_up(call, 0, &access);
	if (error != NULL)
		return error;
	err = store_task_project(api->store, entry_id(call->id[ROUTE_TASK]), &project, &e);
	if (err == ERR_NOT_FOUND)
		return service_error_row(SERVICE_NO_TASK);
	if (err != ERR_OK)
		return entry_failed(err, &e);
	q.only = call->id[ROUTE_TASK];
	q.render = render_one;
	error = view_answer(call, project, r, &q);
	/* A project that is not theirs is no news to them. */
	return error == service_error_row(SERVICE_NO_PROJECT)
	    ? service_error_row(SERVICE_NO_TASK)
	    : error;
}
