#include "service/answer.h"

#include <inttypes.h>
#include <stdio.h>

#include "matrix/follow.h"
#include "matrix/matrix.h"
#include "matrix/participants.h"
#include "service/render.h"
#include "service/etag.h"
#include "base/deadline.h"
#include "base/log.h"
#include "json/out.h"

/* What is known of the task while the answer is made; lists of rows run in step with
 * `rows`. */
struct task {
	const struct answer_question *q;
	struct arena *arena;
	struct store_user *known; /* users that the selection names */
	size_t n_known;
	struct participants rows;
	struct matrix_row *shown;
	struct matrix_side *sides;
	struct store_dimension_list dimensions;
	bool moved; /* the results are not those that the tag is of */
	struct error *e;
};

/* The mark of a task that was answered not long ago. */
static struct cache_key
mark_of(const struct answer_question *q)
{
	return (struct cache_key){(uint64_t)q->call->id[ROUTE_TASK], 0};
}

/*
 * Whether the results will be needed, so that they may come along with the evidence: not
 * where the client or the cache probably has the answer, nor where most of them may not
 * take part.
 */
static bool
needs_results(const struct answer_question *q)
{
	struct str mark;

	return q->selection->annotators.all && q->selection->annotators.n == 0 &&
	    q->call->request->if_none_match.s == NULL &&
	    (q->cache == NULL || !cache_get(q->cache, mark_of(q), &mark));
}

enum err
answer_evidence(struct answer_question *q, struct error *e)
{
	const struct selection_models *models = &q->selection->models;
	struct store_evidence_question question = {
	    .organization = q->organization,
	    .project = q->call->id[ROUTE_PROJECT],
	    .task = q->call->id[ROUTE_TASK],
	    .predictions = models->all || models->n > 0,
	};
	enum err err = ERR_LIMIT;

	q->whole = needs_results(q);
	if (q->whole) {
		question.max_bytes = (size_t)q->config->number[CONFIG_MAX_BYTES];
		err = store_evidence(q->store, q->call->arena, &question, &q->evidence, e);
	}
	/* All results may be too many where those of the participants are not. */
	if (err == ERR_LIMIT) {
		q->whole = false;
		question.max_bytes = 0;
		err = store_evidence(q->store, q->call->arena, &question, &q->evidence, e);
	}
	if (err == ERR_OK && !q->evidence.found)
		err =
		    error_set(e, ERR_NOT_FOUND, "there is no task %" PRId64, question.task);
	return err;
}

/* The users that the selection names. */
static enum err
load_users(struct task *t)
{
	const struct answer_question *q = t->q;
	const struct selection_annotators *named = &q->selection->annotators;

	if (named->all || named->n == 0)
		return ERR_OK;
	return store_users(q->store, t->arena, q->organization, named->ids, named->n,
	    &t->known, &t->n_known, t->e);
}

static enum err
select_rows(struct task *t)
{
	struct evidence *list = arena_alloc(t->arena, t->q->evidence.n * sizeof(*list));
	int64_t *known = arena_alloc(t->arena, t->n_known * sizeof(*known));
	int64_t most = t->q->config->number[CONFIG_MAX_PARTICIPANTS];

	if (list == NULL || known == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->q->evidence.n; i++) {
		const struct store_evidence *v = &t->q->evidence.items[i];

		list[i] = (struct evidence){
		    .is_prediction = v->version.kind == STORE_PREDICTION,
		    .id = v->version.id,
		    .has_user = v->has_user,
		    .user = v->user.id,
		    .model = v->model_version,
		    .ground_truth = v->version.ground_truth,
		    .updated_at = v->version.updated_at,
		};
	}
	for (size_t i = 0; i < t->n_known; i++)
		known[i] = t->known[i].id;
	if (participants_select(t->arena, t->q->selection, list, t->q->evidence.n, known,
		t->n_known, &t->rows) != ERR_OK)
		return error_memory(t->e);
	if (t->rows.n > (size_t)most)
		return error_set(t->e, ERR_LIMIT,
		    "The matrix would have %zu rows, more than max_participants = %" PRId64
		    ".",
		    t->rows.n, most);
	return ERR_OK;
}

static const struct store_user *
find_user(const struct task *t, const struct participant *p)
{
	if (p->kind != PARTICIPANT_ANNOTATOR)
		return NULL;
	if (p->evidence != PARTICIPANT_NONE)
		return &t->q->evidence.items[p->evidence].user;
	for (size_t i = 0; i < t->n_known; i++)
		if (t->known[i].id == p->user)
			return &t->known[i];
	return NULL;
}

static enum err
show_rows(struct task *t)
{
	t->shown = arena_alloc(t->arena, t->rows.n * sizeof(t->shown[0]));
	t->sides = arena_calloc(t->arena, t->rows.n, sizeof(t->sides[0]));
	if (t->shown == NULL || t->sides == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->rows.n; i++)
		t->shown[i] =
		    (struct matrix_row){&t->rows.list[i], find_user(t, &t->rows.list[i])};
	return ERR_OK;
}

/* All that the answer depends on: rows as they are shown, versions of results, dimensions.
 */
static void
tag_make(const struct task *t, struct tag *tag)
{
	tag_begin(tag);
	tag_text(tag, str_of(t->q->config->text[CONFIG_HOSTNAME]));
	tag_text(tag, str_of(t->q->config->text[CONFIG_EMBEDDING_URL]));
	tag_text(tag, str_of(t->q->config->text[CONFIG_EMBEDDING_MODEL]));
	tag_integer(tag, t->q->named == NULL ? 0 : t->q->named->id);
	tag_integer(tag, (int64_t)t->rows.n);
	for (size_t i = 0; i < t->rows.n; i++) {
		size_t evidence = t->rows.list[i].evidence;

		tag_participant(tag, &t->shown[i]);
		tag_integer(tag, evidence != PARTICIPANT_NONE);
		if (evidence != PARTICIPANT_NONE)
			tag_version(tag, &t->q->evidence.items[evidence].version);
	}
	for (size_t i = 0; i < t->dimensions.n; i++)
		tag_dimension(tag, &t->dimensions.items[i]);
}

static const struct store_result *
find_result(const struct store_result *list, size_t n, const struct store_version *v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].version.kind == v->kind && list[i].version.id == v->id)
			return &list[i];
	return NULL;
}

static bool
same_version(const struct store_version *a, const struct store_version *b)
{
	return a->updated_at == b->updated_at && a->length == b->length &&
	    a->crc32 == b->crc32 && a->ground_truth == b->ground_truth;
}

/* Rows that share their evidence share its side's result. */
static bool
copy_side(const struct task *t, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (t->rows.list[k].evidence == t->rows.list[i].evidence) {
			t->sides[i] = t->sides[k];
			return true;
		}
	return false;
}

static enum err
read_side(struct task *t, const struct store_result *found, struct matrix_side *side)
{
	struct result *result = arena_calloc(t->arena, 1, sizeof(*result));
	const struct json *json = NULL;
	struct error why = {0};
	enum err err = ERR_OK;

	if (result == NULL)
		return error_memory(t->e);
	side->is_prediction = found->version.kind == STORE_PREDICTION;
	side->id = found->version.id;
	if (found->text.n > 0)
		err = json_parse(t->arena, found->text, &json, &why);
	if (err == ERR_OK && json != NULL)
		err = result_read(t->arena, json, result, &why);
	if (err == ERR_MEMORY)
		return error_memory(t->e);
	if (err != ERR_OK) {
		side->unreadable = arena_printf(t->arena, "%s", why.text);
		if (side->unreadable == NULL)
			return error_memory(t->e);
	}
	side->result = result;
	return ERR_OK;
}

static enum err
fetch_results(struct task *t, struct store_result **r, size_t *n)
{
	struct store_version *keys = arena_alloc(t->arena, t->rows.n * sizeof(*keys));
	size_t n_keys = 0;
	enum err err;

	if (keys == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->rows.n; i++)
		if (t->rows.list[i].evidence != PARTICIPANT_NONE)
			keys[n_keys++] =
			    t->q->evidence.items[t->rows.list[i].evidence].version;
	if (n_keys == 0)
		return ERR_OK;
	err = store_results(t->q->store, t->arena, t->q->call->id[ROUTE_TASK], keys, n_keys,
	    (size_t)t->q->config->number[CONFIG_MAX_BYTES], r, n, t->e);
	if (err == ERR_LIMIT)
		error_set(t->e, ERR_LIMIT,
		    "The results of this task have more bytes than max_bytes = %" PRId64
		    ".",
		    t->q->config->number[CONFIG_MAX_BYTES]);
	return err;
}

static enum err
load_results(struct task *t)
{
	struct store_result *results = NULL;
	size_t n = 0;
	enum err err = t->q->whole ? ERR_OK : fetch_results(t, &results, &n);

	for (size_t i = 0; err == ERR_OK && i < t->rows.n; i++) {
		const struct store_result *found;
		struct store_result along;

		if (t->rows.list[i].evidence == PARTICIPANT_NONE || copy_side(t, i))
			continue;
		const struct store_evidence *v =
		    &t->q->evidence.items[t->rows.list[i].evidence];

		along = (struct store_result){v->version, v->result};
		found = t->q->whole ? &along : find_result(results, n, &v->version);
		/* It has changed since the evidence was read, or is gone. */
		if (found == NULL || !same_version(&found->version, &v->version))
			t->moved = true;
		if (found != NULL)
			err = read_side(t, found, &t->sides[i]);
		if (err == ERR_OK)
			err = deadline_check(t->e);
	}
	return err;
}

/* Without a configuration the results themselves say what there is to compare. */
static enum err
complete_dimensions(struct task *t)
{
	const struct answer_question *q = t->q;
	const struct result **results;

	if (!follow_needs_results(&q->dimensions))
		return ERR_OK;
	results = arena_alloc(t->arena, t->rows.n * sizeof(*results));
	if (results == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->rows.n; i++)
		results[i] = t->sides[i].result;
	return follow_results(q->store, t->arena, q->call->id[ROUTE_PROJECT],
	    q->fingerprint, results, t->rows.n, &q->dimensions, &t->dimensions, t->e);
}

static enum err
choose_dimensions(struct task *t, struct dimension **r, size_t *n_r)
{
	struct dimension *list =
	    arena_alloc(t->arena, (t->dimensions.n + 1) * sizeof(*list));
	size_t n = 0;

	if (list == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->dimensions.n; i++) {
		const struct store_dimension *row = &t->dimensions.items[i];

		if (t->q->named != NULL ? row->id != t->q->named->id
					: !dimension_counts(row))
			continue;
		if (dimension_init(t->arena, row, &list[n]) != ERR_OK)
			return error_memory(t->e);
		list[n].measure.embedder = embedding_embedder(t->q->embedding);
		if (t->q->named != NULL)
			list[n].weight = 1.0;
		n++;
	}
	*r = list;
	*n_r = n;
	return ERR_OK;
}

static void
warn(void *context, const char *text)
{
	struct response *r = context;

	response_warn(r, "%s", text);
}

static enum err
compute(struct task *t, struct response *r)
{
	struct matrix_options o = {(double)t->q->config->number[CONFIG_MAX_COST], warn, r};
	struct dimension *dimensions = NULL;
	struct json_object *json;
	struct matrix matrix;
	size_t n = 0;
	enum err err = choose_dimensions(t, &dimensions, &n);

	embedding_begin(t->q->embedding);
	if (err == ERR_OK)
		err = matrix_compute(
		    t->arena, t->sides, t->rows.n, dimensions, n, &o, &matrix, t->e);
	if (err != ERR_OK)
		return err;
	/* The same question may have a better answer in a moment. */
	if (t->moved || matrix.incomplete || embedding_failed(t->q->embedding))
		r->etag[0] = '\0';
	json = render_matrix(
	    t->arena, &matrix, t->shown, str_of(t->q->config->text[CONFIG_HOSTNAME]));
	err = json_out_write(&r->body, json, false);
	json_out_free(json);
	return err == ERR_OK ? ERR_OK : error_memory(t->e);
}

/* The answer that was given to the same question of the same data. */
static bool
recall(const struct answer_question *q, struct cache_key key, struct response *r)
{
	struct str body;

	if (q->cache == NULL || !cache_get(q->cache, key, &body))
		return false;
	buf_str(&r->body, body);
	return true;
}

static void
remember(const struct answer_question *q, struct cache_key key, const struct response *r)
{
	if (q->cache == NULL || r->warnings > 0 || r->etag[0] == '\0')
		return;
	cache_put(q->cache, key, buf_text(&r->body));
	cache_put(q->cache, mark_of(q), STR(""));
}

enum err
answer_matrix(const struct answer_question *q, struct response *r, struct error *e)
{
	struct task t = {
	    .q = q, .arena = q->call->arena, .dimensions = q->dimensions, .e = e};
	char text[TAG_ROOM];
	struct cache_key key;
	struct tag tag;
	enum err err = load_users(&t);

	if (err == ERR_OK)
		err = select_rows(&t);
	if (err == ERR_OK)
		err = show_rows(&t);
	if (err != ERR_OK)
		return err;
	tag_make(&t, &tag);
	err = tag_key(&tag, &key);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	tag_write(key, text);
	if (response_etag(r, str_of(text), q->call->request->if_none_match) ||
	    recall(q, key, r))
		return ERR_OK;
	err = load_results(&t);
	if (err == ERR_OK)
		err = complete_dimensions(&t);
	if (err == ERR_OK)
		err = compute(&t, r);
	if (err == ERR_OK)
		remember(q, key, r);
	return err;
}
