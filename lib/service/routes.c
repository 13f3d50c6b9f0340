#include "service/routes.h"

#include "base/array.h"
#include "service/answer.h"
#include "service/entry.h"
#include "service/labeluse.h"
#include "service/stats.h"
#include "service/tasks.h"
#include "service/reliability.h"
#include "service/render.h"
#include "json/write.h"
#include "store/schema.h"

static const struct http_error_row *
authenticate(const struct call *call, struct response *r)
{
	struct store_access access;

	(void)r;
	return entry_look_up(call, 0, &access);
}

/* The question of a cell or a matrix, and what is known before it is answered. */
struct asked_matrix {
	struct answer_question q;
	struct store_evidence_list evidence;
	struct answer_dimensions d;
};

/*
 * Looks up who asks, and reads the evidence: at the same time where it is known of what
 * organization the token was. What was read is used if that is still so, and if they have
 * access.
 */
static const struct http_error_row *
look_up_evidence(
    const struct call *call, struct asked_matrix *r, struct store_access *access)
{
	const struct api *api = call->context;
	int64_t project = entry_id(call->id[ROUTE_PROJECT]);
	const struct http_error_row *error;
	struct error e = {0};
	bool ahead =
	    store_access_begin(api->store, call->token, project, &r->q.organization);
	enum err err = ERR_OK;

	if (ahead)
		err = answer_evidence(api, &r->q, &r->evidence, &e);
	if (err != ERR_OK && err != ERR_NOT_FOUND) {
		store_access_drop(api->store);
		return entry_failed(err, &e);
	}
	error = entry_look_up(call, project, access);
	store_access_drop(api->store);
	if (error != NULL)
		return error;
	if (!ahead || access->organization != r->q.organization) {
		r->q.organization = access->organization;
		err = answer_evidence(api, &r->q, &r->evidence, &e);
	}
	if (err == ERR_NOT_FOUND)
		return service_error_row(SERVICE_NO_TASK);
	return err == ERR_OK ? NULL : entry_failed(err, &e);
}

/* Looks up project, task and dimension; q.selection is set. */
static const struct http_error_row *
begin_matrix(const struct call *call, struct asked_matrix *r)
{
	const struct param_value *named = &call->param[PARAM_DIMENSION];
	struct store_access access;
	const struct http_error_row *error;

	r->q.arena = call->arena;
	r->q.project = call->id[ROUTE_PROJECT];
	r->q.task = call->id[ROUTE_TASK];
	r->q.if_none_match = call->request->if_none_match;
	error = look_up_evidence(call, r, &access);
	if (error != NULL)
		return error;
	r->d.fingerprint = access.fingerprint;
	error = entry_dimensions(call, call->id[ROUTE_PROJECT], &access, &r->d.list);
	if (error == NULL && named->given) {
		r->d.named = entry_dimension(&r->d.list, named->integer);
		if (r->d.named == NULL)
			return service_error_row(SERVICE_NO_DIMENSION);
	}
	return error;
}

/* Tasks of one project are asked for in one statement. */
static void
gather_matrices(const struct call *calls, size_t n)
{
	const struct api *api = calls[0].context;
	struct answer_question list[ROUTE_TOGETHER];
	size_t found = 0;

	for (size_t i = 0; i < n && i < ROUTE_TOGETHER; i++) {
		const struct call *call = &calls[i];
		struct store_access access;
		struct error e;

		/* A database that is away is waited for, and told of, by the handlers. */
		if (store_access(api->store, call->arena, call->token,
			entry_id(call->id[ROUTE_PROJECT]), &access, &e) != ERR_OK)
			return;
		if (access.state == STORE_ACCESS_OK)
			list[found++] = (struct answer_question){
			    .arena = call->arena,
			    .organization = access.organization,
			    .project = call->id[ROUTE_PROJECT],
			    .task = call->id[ROUTE_TASK],
			    .selection = &call->param[PARAM_SELECTION].selection,
			    .if_none_match = call->request->if_none_match,
			};
	}
	if (found > 1)
		answer_evidence_ahead(calls->context, list, found);
}

/* What a client is told of a limit. */
static const struct http_error_row *
answered(enum err err, const struct error *e, struct response *r)
{
	if (err == ERR_LIMIT)
		response_detail(r, "%s", e->text);
	return err == ERR_OK ? NULL : entry_failed(err, e);
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
	    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

	if (error == NULL)
		error = entry_dimensions(call, call->id[ROUTE_PROJECT], &access, &list);
	if (error != NULL)
		return error;
	json_open_array(&w, NULL);
	for (size_t i = 0; i < list.n; i++) {
		const struct store_dimension *d = &list.items[i];

		if (!active->given || active->boolean == (d->is_active && d->is_present))
			render_dimension(call->arena, &w, d);
	}
	json_close_array(&w);
	return entry_written(r);
}

static const struct http_error_row *
get_dimension(const struct call *call, struct response *r)
{
	struct json_writer w = JSON_WRITER(&r->body);
	const struct store_dimension *d;
	struct store_dimension_list list;
	struct store_access access;
	const struct http_error_row *error =
	    entry_look_up(call, entry_id(call->id[ROUTE_PROJECT]), &access);

	if (error == NULL)
		error = entry_dimensions(call, call->id[ROUTE_PROJECT], &access, &list);
	if (error != NULL)
		return error;
	d = entry_dimension(&list, call->id[ROUTE_DIMENSION]);
	if (d == NULL)
		return service_error_row(SERVICE_NO_DIMENSION);
	render_dimension(call->arena, &w, d);
	return entry_written(r);
}

static const struct http_error_row *
get_health(const struct call *call, struct response *r)
{
	const struct api *api = call->context;
	struct json_writer w = JSON_WRITER(&r->body);
	struct error e = {0};
	enum err err = schema_health(api->store, &e);

	if (err != ERR_OK)
		return entry_failed(err, &e);
	json_open_object(&w, NULL);
	json_write_text(&w, "status", STR("UP"));
	json_close_object(&w);
	return entry_written(r);
}

const struct route routes_table[] = {
    {.pattern = "/projects/{project}/tasks/{task}/agreement-matrix",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_SELECTION) | PARAM_BIT(PARAM_DIMENSION),
	.handler = get_matrix,
	.gather = gather_matrices,
	.doc = "who agrees with whom on a task"},
    {.pattern = "/projects/{project}/tasks/{task}/agreement-matrix/pair",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_A) | PARAM_BIT(PARAM_B) | PARAM_BIT(PARAM_DIMENSION),
	.handler = get_pair,
	.doc = "why a cell of that matrix is what it is"},
    {.pattern = "/projects/{project}/dimensions",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_IS_ACTIVE),
	.handler = get_dimensions,
	.doc = "the project's dimensions"},
    {.pattern = "/projects/{project}/dimensions/{dimension}",
	.authenticate = true,
	.handler = get_dimension,
	.doc = "one dimension"},
    {.pattern = "/projects/{project}/stats/IAA",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL) | PARAM_BIT(PARAM_STD) |
	    PARAM_BIT(PARAM_TASK) | PARAM_BIT(PARAM_EXPAND),
	.handler = stats_iaa,
	.doc = "how far each two annotators agree over the project"},
    {.pattern = "/projects/{project}/stats/total_agreement",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_total_agreement,
	.doc = "the project's agreement"},
    {.pattern = "/projects/{project}/stats/agreement_annotator/{user}",
	.authenticate = true,
	.handler = stats_annotator,
	.doc = "how far an annotator agrees with the others"},
    {.pattern = "/projects/{project}/stats/agreement_annotators",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_IDS),
	.handler = stats_annotators,
	.doc = "the same of several"},
    {.pattern = "/projects/{project}/stats/agreement-groundtruth",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_IDS) | PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_users_truth,
	.doc = "how far annotators agree with the ground truth"},
    {.pattern = "/projects/{project}/users/{user}/stats/agreement-groundtruth",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_user_truth,
	.doc = "the same of one"},
    {.pattern = "/projects/{project}/user-stats/prediction",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_IDS) | PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_users_predictions,
	.doc = "how far annotators agree with the models"},
    {.pattern = "/projects/{project}/user-stats/{user}/prediction",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_user_predictions,
	.doc = "the same of one"},
    {.pattern = "/projects/{project}/model-stats/{model}/agreement",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_model,
	.doc = "how far a model agrees with the annotators"},
    {.pattern = "/projects/{project}/model-stats/{model}/agreement-groundtruth",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_model_truth,
	.doc = "how far a model agrees with the ground truth"},
    {.pattern = "/projects/{project}/model-stats/{model}/prediction",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PER_LABEL),
	.handler = stats_model_predictions,
	.doc = "how far a model agrees with the others"},
    {.pattern =
	    "/projects/{project}/analytics/data-quality/agreement-analysis/distribution",
	.authenticate = true,
	.handler = stats_distribution,
	.doc = "how the agreement of tasks is spread"},
    {.pattern = "/projects/{project}/analytics/data-quality/agreement-analysis/dimensions",
	.authenticate = true,
	.handler = stats_dimensions,
	.doc = "the agreement in each dimension"},
    {.pattern = "/projects/{project}/analytics/data-quality/agreement-analysis/"
		"confusion-matrix",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_FROM_NAME) | PARAM_BIT(PARAM_MODE),
	.handler = stats_confusion,
	.doc = "which labels are confused"},
    {.pattern = "/projects/{project}/stats/label-distribution/structure",
	.authenticate = true,
	.handler = labeluse_structure,
	.doc = "the labels that there are"},
    {.pattern = "/projects/{project}/stats/label-distribution/counts",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_CHOICE_KEYS) | PARAM_BIT(PARAM_FILTERS) |
	    PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_OFFSET),
	.handler = labeluse_counts,
	.doc = "how often each label is used"},
    {.pattern = "/projects/{project}/stats/lead_time",
	.authenticate = true,
	.handler = stats_lead_time,
	.doc = "how long annotators take"},
    {.pattern = "/projects/{project}/annotators",
	.authenticate = true,
	.handler = stats_people,
	.doc = "who has annotated"},
    {.pattern = "/projects/{project}/update-stats",
	.authenticate = true,
	.posted = true,
	.params = PARAM_BIT(PARAM_STAT_TYPE),
	.handler = stats_update,
	.doc = "computes what is not up to date"},
    {.pattern = "/projects/{project}/user-stats/review_score",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/projects/{project}/user-stats/{user}/review_score",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/projects/{project}/stats/member_performance_participants",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/projects/{project}/stats/member_performance_rows",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/projects/{project}/stats/member_performance_summary",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/projects/{project}/review-routing-rules",
	.authenticate = true,
	.handler = stats_not_known,
	.doc = "not known here"},
    {.pattern = "/tasks",
	.authenticate = true,
	.params = PARAM_BIT(PARAM_PROJECT) | PARAM_BIT(PARAM_PAGE) |
	    PARAM_BIT(PARAM_PAGE_SIZE) | PARAM_BIT(PARAM_FIELDS) |
	    PARAM_BIT(PARAM_ORDERING) | PARAM_BIT(PARAM_QUERY) |
	    PARAM_BIT(PARAM_AGREEMENT_LT) | PARAM_BIT(PARAM_AGREEMENT_GT) |
	    PARAM_BIT(PARAM_ONLY_ANNOTATED),
	.handler = tasks_list,
	.doc = "the tasks of a project with their agreement"},
    {.pattern = "/tasks/{task}",
	.authenticate = true,
	.handler = tasks_one,
	.doc = "one task with its agreement"},
    {.pattern = "/projects/{project}/stats/reliability",
	.authenticate = true,
	.params = RELIABILITY_PARAMS,
	.handler = get_reliability,
	.doc = "agreement beyond chance of a project's people, with intervals"},
    {.pattern = "/health", .handler = get_health, .doc = "whether the database answers"},
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
