#include "service/routes.h"

#include "base/array.h"
#include "service/answer.h"
#include "matrix/follow.h"
#include "service/render.h"
#include "base/log.h"
#include "json/write.h"
#include "store/access.h"
#include "store/schema.h"

/* Log what a client is not told: the words of the database. */
static const struct http_error_row *
failed(enum err err, const struct error *e)
{
	if (err != ERR_LIMIT)
		log_error("%s", e->text[0] == '\0' ? err_text(err) : e->text);
	return service_error_of(err);
}

/* How the writing of an answer ended. */
static const struct http_error_row *
written(const struct response *r)
{
	return buf_failed(&r->body) ? service_error_of(ERR_MEMORY) : NULL;
}

static const enum service_error access_errors[STORE_ACCESS__MAX] = {
    [STORE_ACCESS_OK] = SERVICE_OK,
    [STORE_ACCESS_NO_KEY] = SERVICE_TOKEN_UNKNOWN,
    [STORE_ACCESS_INACTIVE] = SERVICE_USER_INACTIVE,
    [STORE_ACCESS_LEGACY_OFF] = SERVICE_TOKENS_DISABLED,
    [STORE_ACCESS_NO_PROJECT] = SERVICE_NO_PROJECT,
};

/* Ids of Label Studio are 32 bits wide; a larger one, and 0, is nobody's. */
static int64_t
asked(int64_t id)
{
	return id >= 1 && id <= INT32_MAX ? id : -1;
}

/* The token of a call, and, unless 0, the project, in one question. */
static const struct http_error_row *
look_up(const struct call *call, int64_t project, struct store_access *r)
{
	const struct api *api = call->context;
	struct error e = {0};
	enum err err = store_access(api->store, call->arena, call->token, project, r, &e);

	return err == ERR_OK ? service_error_row(access_errors[r->state]) : failed(err, &e);
}

static const struct http_error_row *
authenticate(const struct call *call, struct response *r)
{
	struct store_access access;

	(void)r;
	return look_up(call, 0, &access);
}

/* The project's dimensions, brought up to date with its configuration. */
static const struct http_error_row *
current_dimensions(const struct call *call, const struct store_access *access,
    struct store_dimension_list *r)
{
	const struct api *api = call->context;
	struct store_dimension_list now = {access->dimensions, access->n};
	struct error e = {0};
	enum err err = follow_changes(api->store, call->arena, call->id[ROUTE_PROJECT],
	    access->fingerprint, access->recorded, &now, r, &e);

	if (err == ERR_NOT_FOUND) /* it went since the access was looked up */
		return service_error_row(SERVICE_NO_PROJECT);
	return err == ERR_OK ? NULL : failed(err, &e);
}

static const struct store_dimension *
find_dimension(const struct store_dimension_list *list, int64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].id == id)
			return &list->items[i];
	return NULL;
}

/* The question of a cell or a matrix, and what is known before it is answered. */
struct asked_matrix {
	struct answer_question q;
	struct answer_evidence evidence;
	struct answer_dimensions d;
};

/* Looks up project, task and dimension; q.selection is set. */
static const struct http_error_row *
begin_matrix(const struct call *call, struct asked_matrix *r)
{
	const struct api *api = call->context;
	const struct param_value *named = &call->param[PARAM_DIMENSION];
	struct store_access access;
	struct error e = {0};
	const struct http_error_row *error =
	    look_up(call, asked(call->id[ROUTE_PROJECT]), &access);
	enum err err;

	if (error != NULL)
		return error;
	r->q.arena = call->arena;
	r->q.organization = access.organization;
	r->q.project = call->id[ROUTE_PROJECT];
	r->q.task = call->id[ROUTE_TASK];
	r->q.if_none_match = call->request->if_none_match;
	err = answer_evidence(api, &r->q, &r->evidence, &e);
	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? service_error_row(SERVICE_NO_TASK)
					    : failed(err, &e);
	r->d.fingerprint = access.fingerprint;
	error = current_dimensions(call, &access, &r->d.list);
	if (error == NULL && named->given) {
		r->d.named = find_dimension(&r->d.list, named->integer);
		if (r->d.named == NULL)
			return service_error_row(SERVICE_NO_DIMENSION);
	}
	return error;
}

/* What a client is told of a limit. */
static const struct http_error_row *
answered(enum err err, const struct error *e, struct response *r)
{
	if (err == ERR_LIMIT)
		response_detail(r, "%s", e->text);
	return err == ERR_OK ? NULL : failed(err, e);
}

static const struct http_error_row *
get_matrix(const struct call *call, struct response *r)
{
	struct asked_matrix m = {
	    .q = {.selection = &call->param[PARAM_SELECTION].selection}};
	struct error e = {0};
	const struct http_error_row *error = begin_matrix(call, &m);

	if (error != NULL)
		return error;
	return answered(
	    answer_matrix(call->context, &m.q, &m.evidence, &m.d, r, &e), &e, r);
}

static const struct http_error_row *
get_pair(const struct call *call, struct response *r)
{
	const struct participant_value *a = &call->param[PARAM_A].participant,
				       *b = &call->param[PARAM_B].participant;
	struct selection selection;
	struct asked_matrix m = {.q = {.selection = &selection, .pair = {a, b}}};
	struct error e = {0};
	const struct http_error_row *error;
	enum err err;

	if (participants_pair(call->arena, (const struct participant[]){a->named, b->named},
		&selection) != ERR_OK)
		return service_error_of(ERR_MEMORY);
	error = begin_matrix(call, &m);
	if (error != NULL)
		return error;
	err = answer_pair(call->context, &m.q, &m.evidence, &m.d, r, &e);
	if (err != ERR_NOT_FOUND)
		return answered(err, &e, r);
	response_detail(r, "%s", e.text);
	return service_error_row(SERVICE_NO_PARTICIPANT);
}

static const struct http_error_row *
get_dimensions(const struct call *call, struct response *r)
{
	const struct param_value *active = &call->param[PARAM_IS_ACTIVE];
	struct store_dimension_list list;
	struct store_access access;
	struct json_writer w = JSON_WRITER(&r->body);
	const struct http_error_row *error =
	    look_up(call, asked(call->id[ROUTE_PROJECT]), &access);

	if (error == NULL)
		error = current_dimensions(call, &access, &list);
	if (error != NULL)
		return error;
	json_open_array(&w, NULL);
	for (size_t i = 0; i < list.n; i++) {
		const struct store_dimension *d = &list.items[i];

		if (!active->given || active->boolean == (d->is_active && d->is_present))
			render_dimension(call->arena, &w, d);
	}
	json_close_array(&w);
	return written(r);
}

static const struct http_error_row *
get_dimension(const struct call *call, struct response *r)
{
	struct json_writer w = JSON_WRITER(&r->body);
	const struct store_dimension *d;
	struct store_dimension_list list;
	struct store_access access;
	const struct http_error_row *error =
	    look_up(call, asked(call->id[ROUTE_PROJECT]), &access);

	if (error == NULL)
		error = current_dimensions(call, &access, &list);
	if (error != NULL)
		return error;
	d = find_dimension(&list, call->id[ROUTE_DIMENSION]);
	if (d == NULL)
		return service_error_row(SERVICE_NO_DIMENSION);
	render_dimension(call->arena, &w, d);
	return written(r);
}

static const struct http_error_row *
get_health(const struct call *call, struct response *r)
{
	const struct api *api = call->context;
	struct json_writer w = JSON_WRITER(&r->body);
	struct error e = {0};
	enum err err = schema_health(api->store, &e);

	if (err != ERR_OK)
		return failed(err, &e);
	json_open_object(&w, NULL);
	json_write_text(&w, "status", STR("UP"));
	json_close_object(&w);
	return written(r);
}

const struct route routes_table[] = {
    {"/projects/{project}/tasks/{task}/agreement-matrix", true,
	PARAM_BIT(PARAM_SELECTION) | PARAM_BIT(PARAM_DIMENSION), get_matrix,
	"who agrees with whom on a task"},
    {"/projects/{project}/tasks/{task}/agreement-matrix/pair", true,
	PARAM_BIT(PARAM_A) | PARAM_BIT(PARAM_B) | PARAM_BIT(PARAM_DIMENSION), get_pair,
	"why a cell of that matrix is what it is"},
    {"/projects/{project}/dimensions", true, PARAM_BIT(PARAM_IS_ACTIVE), get_dimensions,
	"the project's dimensions"},
    {"/projects/{project}/dimensions/{dimension}", true, 0, get_dimension, "one dimension"},
    {"/health", false, 0, get_health, "whether the database answers"},
};
const size_t routes_count = N_OF(routes_table);

struct service
routes_service(struct api *api)
{
	return (struct service){
	    .routes = routes_table,
	    .n_routes = routes_count,
	    .prefix = "/api",
	    .authenticate = authenticate,
	    .context = api,
	};
}
