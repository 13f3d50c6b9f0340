#include "service/view.h"

#include <inttypes.h>

#include "matrix/tag.h"

/* Memory that the statistics of a project may take. */
#define VIEW_MEMORY ((size_t)1 << 30)

static void
keep(void *context, struct arena *a, int64_t task, const struct kept *k)
{
	const struct view *v = context;

	if (v->api->keeping != NULL)
		keeping_add(v->api->keeping, a, v->id, task, k);
}

/* Looks up who asks and what has changed: at the same time where the token is known. */
static const struct http_error_row *
look_up(struct view *v)
{
	const struct call *call = v->call;
	struct store *store = v->api->store;
	const struct http_error_row *error = NULL;
	int64_t project = entry_id(v->id), organization;
	bool ahead = store_access_begin(store, call->token, project, &organization);
	enum err err = ERR_OK;

	if (ahead)
		err = store_changes(store, call->arena, project, &v->changes, &v->e);
	if (err == ERR_OK)
		error = entry_look_up(call, project, &v->access);
	store_access_drop(store);
	if (err == ERR_OK && error == NULL && !ahead)
		err = store_changes(store, call->arena, project, &v->changes, &v->e);
	return err == ERR_OK ? error : entry_failed(err, &v->e);
}

/* The project, ready to be read. */
static const struct http_error_row *
enter(struct view *v)
{
	const struct call *call = v->call;
	const struct http_error_row *error = look_up(v);
	enum err err = ERR_OK;

	if (error == NULL)
		error = entry_dimensions(call, v->id, &v->access, &v->rows);
	if (error != NULL)
		return error;
	v->project = (struct project){
	    .store = v->api->store,
	    .embedding = v->api->embedding,
	    .embedding_name = embedding_name(call->arena, v->api->config),
	    .arena = call->arena,
	    .id = v->id,
	    .fingerprint = v->access.fingerprint,
	    .rows = v->rows,
	    .max_cost = (double)v->api->config->number[CONFIG_MAX_COST],
	    .keep = keep,
	    .context = v,
	};
	if (v->project.embedding_name.s == NULL)
		err = ERR_MEMORY;
	if (err == ERR_OK)
		err = project_begin(&v->project, &v->e);
	if (err == ERR_OK)
		err = project_state(&v->project, &v->changes, &v->state, &v->e);
	return err == ERR_OK ? NULL : entry_failed(err, &v->e);
}

/* ---- the entity tag */

/* A fingerprint of all that the answer depends on; *known is false if it cannot be told
 * that nothing has changed. */
static enum err
find_key(struct view *v, struct cache_key *r, bool *known)
{
	const struct request *q = v->call->request;
	struct tag tag;

	*known = v->state.known && v->changes.shown.s != NULL &&
	    v->changes.current.s != NULL && q->method != REQUEST_POST;
	tag_begin(&tag);
	tag_text(&tag, str_of(v->api->config->text[CONFIG_HOSTNAME]));
	tag_integer(&tag, v->id);
	tag_text(&tag, q->path);
	tag_text(&tag, q->path_info);
	tag_text(&tag, q->query);
	tag_text(&tag, str_of(v->state.text));
	tag_text(&tag, v->changes.shown);
	tag_text(&tag, v->changes.current);
	tag_integer(&tag, v->changes.settings.consensus);
	tag_real(&tag, v->changes.settings.threshold);
	for (size_t i = 0; i < v->rows.n; i++) {
		tag_dimension(&tag, &v->rows.items[i]);
		tag_text(&tag, v->rows.items[i].name);
		tag_text(&tag, v->rows.items[i].values_enum);
	}
	return tag_key(&tag, r);
}

/* ---- reading */

static enum err
begin(void *context, struct error *e)
{
	struct view *v = context;
	struct tally_options o = v->question->options;

	arena_reset(v->tallied);
	o.methodology =
	    v->changes.settings.consensus ? AGREEMENT_CONSENSUS : AGREEMENT_PAIRWISE;
	o.low = v->changes.settings.threshold;
	return tally_begin(v->tallied, &v->rows, &o, &v->tally) == ERR_OK ? ERR_OK
									  : error_memory(e);
}

/* Whether a task is asked for. */
static bool
is_asked(struct view *v, int64_t task)
{
	const struct param_ids *tasks = v->question->tasks;
	bool asked = tasks == NULL;

	for (size_t i = 0; tasks != NULL && i < tasks->n; i++)
		if (tasks->list[i] == task)
			asked = v->met[i] = true;
	return asked;
}

static enum err
visit(void *context, int64_t task, struct kept *k, struct error *e)
{
	struct view *v = context;
	enum err err =
	    is_asked(v, task) ? tally_add(v->tally, v->call->arena, task, k) : ERR_OK;

	return err == ERR_OK ? ERR_OK : error_set(e, err, "%s", err_text(err));
}

static const struct http_error_row *
not_read(struct view *v, enum err err)
{
	if (err == ERR_LIMIT && v->count.waiting > 0)
		response_detail(v->response,
		    "%" PRIu64 " tasks of this project are not up to date and could not be "
		    "computed in "
		    "time; agreement-matrix refresh computes them.",
		    v->count.waiting);
	else if (err == ERR_LIMIT)
		response_detail(
		    v->response, "The project could not be read: %s.", v->e.text);
	return entry_failed(err, &v->e);
}

static enum err
read_one(struct view *v)
{
	int64_t task = v->question->only;
	const struct project_tasks one = {&task, 1};
	enum err err = begin(v, &v->e);

	return err == ERR_OK
	    ? project_compute(&v->project, &one, visit, v, &v->count, &v->e)
	    : err;
}

static const struct http_error_row *
read_project(struct view *v)
{
	const struct project_reader of_tally = {v->question->part, begin, visit, v};
	const struct project_reader *reader =
	    v->question->reader == NULL ? &of_tally : v->question->reader;
	const struct param_ids *tasks = v->question->tasks;
	enum err err;

	if (tasks != NULL) {
		v->met = arena_calloc(v->call->arena, tasks->n, sizeof(v->met[0]));
		if (v->met == NULL)
			return service_error_of(ERR_MEMORY);
	}
	err = v->question->only != 0
	    ? read_one(v)
	    : project_read(&v->project, &v->state, reader, &v->count, &v->e);
	if (err == ERR_OK && v->tally != NULL &&
	    tally_end(v->tally, v->call->arena) != ERR_OK)
		err = error_memory(&v->e);
	if (err != ERR_OK)
		return not_read(v, err);
	for (size_t i = 0; tasks != NULL && i < tasks->n; i++)
		if (!v->met[i]) {
			response_detail(v->response,
			    "No Task matches the given query: %" PRId64 ".",
			    tasks->list[i]);
			return service_error_row(SERVICE_NO_TASK);
		}
	return NULL;
}

/* ---- the answer */

static const struct http_error_row *
render(struct view *v)
{
	struct json_writer w = JSON_WRITER(&v->response->body);
	const struct http_error_row *error = read_project(v);

	if (error == NULL)
		error = v->question->render(v, &w);
	return error == NULL ? entry_written(v->response) : error;
}

static const struct http_error_row *
answer(struct view *v)
{
	struct cache *cache = v->api->cache;
	const struct http_error_row *error;
	char text[TAG_ROOM];
	struct cache_key key;
	struct str body;
	bool known = false;
	enum err err = find_key(v, &key, &known);

	if (err != ERR_OK)
		return entry_failed(err, &v->e);
	if (known) {
		tag_write(key, text);
		if (response_etag(
			v->response, str_of(text), v->call->request->if_none_match))
			return NULL;
		if (cache != NULL && cache_get(cache, key, &body)) {
			buf_str(&v->response->body, body);
			return entry_written(v->response);
		}
	}
	error = render(v);
	if (error == NULL && known && cache != NULL && v->response->status == 200)
		cache_put(cache, key, buf_text(&v->response->body));
	return error;
}

const struct http_error_row *
view_answer(const struct call *call, int64_t project, struct response *r,
    const struct view_question *q)
{
	struct view v = {.call = call,
	    .api = call->context,
	    .response = r,
	    .id = project,
	    .question = q,
	    .tallied = arena_new(VIEW_MEMORY)};
	const struct http_error_row *error =
	    v.tallied == NULL ? service_error_of(ERR_MEMORY) : enter(&v);

	if (error == NULL && q->check != NULL)
		error = q->check(&v);
	if (error == NULL)
		error = answer(&v);
	arena_free(v.tallied);
	return error;
}

const struct http_error_row *
view_users(struct view *v, const int64_t *ids, size_t n, struct store_user **r, size_t *n_r)
{
	enum err err = ERR_OK;

	*n_r = 0;
	if (n > 0)
		err = store_users(v->api->store, v->call->arena, v->access.organization,
		    ids, n, r, n_r, &v->e);
	return err == ERR_OK ? NULL : entry_failed(err, &v->e);
}
