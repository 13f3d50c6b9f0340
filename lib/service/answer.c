#include "service/answer.h"

#include <inttypes.h>
#include <stdio.h>

#include "matrix/follow.h"
#include "matrix/side.h"
#include "service/render.h"
#include "service/etag.h"
#include "base/log.h"

/* What is known of the task while the answer is made; `evidence` runs in step with
 * found->list. */
struct task {
	const struct api *api;
	const struct answer_question *q;
	const struct answer_evidence *found;
	struct answer_dimensions dimensions;
	struct arena *arena;
	struct evidence *evidence;
	struct sides sides;
	bool moved; /* the results are not those that the tag is of */
	struct error *e;
};

/* The mark of a task that was answered not long ago. */
static struct cache_key
mark_of(const struct answer_question *q)
{
	return (struct cache_key){(uint64_t)q->task, 0};
}

/*
 * Whether the results will be needed, so that they may come along with the evidence: not
 * where the client or the cache probably has the answer, nor where most of them may not
 * take part.
 */
static bool
needs_results(const struct api *api, const struct answer_question *q)
{
	struct str mark;

	return q->selection->annotators.all && q->selection->annotators.n == 0 &&
	    q->if_none_match.s == NULL &&
	    (api->cache == NULL || !cache_get(api->cache, mark_of(q), &mark));
}

enum err
answer_evidence(const struct api *api, const struct answer_question *q,
    struct answer_evidence *r, struct error *e)
{
	const struct selection_models *models = &q->selection->models;
	struct store_evidence_question question = {
	    .organization = q->organization,
	    .project = q->project,
	    .task = q->task,
	    .predictions = models->all || models->n > 0,
	};
	enum err err = ERR_LIMIT;

	r->whole = needs_results(api, q);
	if (r->whole) {
		question.max_bytes = (size_t)api->config->number[CONFIG_MAX_BYTES];
		err = store_evidence(api->store, q->arena, &question, &r->list, e);
	}
	/* All results may be too many where those of the participants are not. */
	if (err == ERR_LIMIT) {
		r->whole = false;
		question.max_bytes = 0;
		err = store_evidence(api->store, q->arena, &question, &r->list, e);
	}
	if (err == ERR_OK && !r->list.found)
		err =
		    error_set(e, ERR_NOT_FOUND, "there is no task %" PRId64, question.task);
	return err;
}

/* The users that the selection names. */
static enum err
load_users(const struct task *t, struct store_user **r, size_t *n)
{
	const struct answer_question *q = t->q;
	const struct selection_annotators *named = &q->selection->annotators;

	if (named->all || named->n == 0)
		return ERR_OK;
	return store_users(
	    t->api->store, t->arena, q->organization, named->ids, named->n, r, n, t->e);
}

static enum err
list_evidence(struct task *t)
{
	t->evidence = arena_alloc(t->arena, t->found->list.n * sizeof(t->evidence[0]));
	if (t->evidence == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->found->list.n; i++) {
		const struct store_evidence *v = &t->found->list.items[i];

		t->evidence[i] = (struct evidence){
		    .is_prediction = v->version.kind == STORE_PREDICTION,
		    .id = v->version.id,
		    .by = v->has_user ? &v->user : NULL,
		    .model = v->model_version,
		    .ground_truth = v->version.ground_truth,
		    .updated_at = v->version.updated_at,
		};
	}
	return ERR_OK;
}

static enum err
select_rows(struct task *t)
{
	int64_t most = t->api->config->number[CONFIG_MAX_PARTICIPANTS];
	struct store_user *known = NULL;
	size_t n_known = 0;
	enum err err = load_users(t, &known, &n_known);

	if (err == ERR_OK)
		err = list_evidence(t);
	if (err != ERR_OK)
		return err;
	if (sides_select(t->arena, t->q->selection, t->evidence, t->found->list.n, known,
		n_known, &t->sides) != ERR_OK)
		return error_memory(t->e);
	if (t->sides.n > (size_t)most)
		return error_set(t->e, ERR_LIMIT,
		    "The matrix would have %zu rows, more than max_participants = %" PRId64
		    ".",
		    t->sides.n, most);
	return ERR_OK;
}

/* Where the evidence of a row is in the list; PARTICIPANT_NONE: it has none. */
static size_t
evidence_of(const struct task *t, size_t row)
{
	return t->sides.rows[row].participant->evidence;
}

/* All that the answer depends on: rows as they are shown, versions of results, dimensions.
 */
static void
tag_make(const struct task *t, struct tag *tag)
{
	const struct config *config = t->api->config;
	const struct answer_dimensions *d = &t->dimensions;

	tag_begin(tag);
	tag_text(tag, str_of(config->text[CONFIG_HOSTNAME]));
	tag_text(tag, str_of(config->text[CONFIG_EMBEDDING_URL]));
	tag_text(tag, str_of(config->text[CONFIG_EMBEDDING_MODEL]));
	tag_integer(tag, d->named == NULL ? 0 : d->named->id);
	tag_integer(tag, (int64_t)t->sides.n);
	for (size_t i = 0; i < t->sides.n; i++) {
		size_t evidence = evidence_of(t, i);

		tag_participant(tag, &t->sides.rows[i]);
		tag_integer(tag, evidence != PARTICIPANT_NONE);
		if (evidence != PARTICIPANT_NONE)
			tag_version(tag, &t->found->list.items[evidence].version);
	}
	for (size_t i = 0; i < d->list.n; i++)
		tag_dimension(tag, &d->list.items[i]);
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

static enum err
fetch_results(struct task *t, struct store_result **r, size_t *n)
{
	struct store_version *keys = arena_alloc(t->arena, t->sides.n * sizeof(*keys));
	int64_t most = t->api->config->number[CONFIG_MAX_BYTES];
	size_t n_keys = 0;
	enum err err;

	if (keys == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->sides.n; i++)
		if (evidence_of(t, i) != PARTICIPANT_NONE)
			keys[n_keys++] = t->found->list.items[evidence_of(t, i)].version;
	if (n_keys == 0)
		return ERR_OK;
	err = store_results(
	    t->api->store, t->arena, t->q->task, keys, n_keys, (size_t)most, r, n, t->e);
	if (err == ERR_LIMIT)
		error_set(t->e, ERR_LIMIT,
		    "The results of this task have more bytes than max_bytes = %" PRId64
		    ".",
		    most);
	return err;
}

/* The results of the rows, in step with the evidence. */
static enum err
load_results(struct task *t)
{
	struct side_result *results =
	    arena_calloc(t->arena, t->found->list.n, sizeof(*results));
	struct store_result *fetched = NULL;
	size_t n = 0;
	enum err err;

	if (results == NULL)
		return error_memory(t->e);
	err = t->found->whole ? ERR_OK : fetch_results(t, &fetched, &n);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < t->sides.n; i++) {
		size_t k = evidence_of(t, i);
		const struct store_evidence *v = &t->found->list.items[k];
		const struct store_result *found;

		if (k == PARTICIPANT_NONE)
			continue;
		if (t->found->whole) {
			results[k].text = v->result;
			continue;
		}
		found = find_result(fetched, n, &v->version);
		results[k].gone = found == NULL;
		if (found != NULL)
			results[k].text = found->text;
		/* It has changed since the evidence was read, or is gone. */
		if (found == NULL || !same_version(&found->version, &v->version))
			t->moved = true;
	}
	return sides_read(t->arena, t->evidence, results, &t->sides, t->e);
}

/* Without a configuration the results themselves say what there is to compare. */
static enum err
complete_dimensions(struct task *t)
{
	struct answer_dimensions *d = &t->dimensions;
	struct store_dimension_list now = d->list;
	const struct result **results;

	if (!follow_needs_results(&now))
		return ERR_OK;
	results = arena_alloc(t->arena, t->sides.n * sizeof(*results));
	if (results == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->sides.n; i++)
		results[i] = t->sides.sides[i].result;
	return follow_results(t->api->store, t->arena, t->q->project, d->fingerprint,
	    results, t->sides.n, &now, &d->list, t->e);
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
	const struct config *config = t->api->config;
	struct matrix_options o = {(double)config->number[CONFIG_MAX_COST], warn, r};
	struct dimensions dimensions;
	struct json_writer w = JSON_WRITER(&r->body);
	struct matrix matrix;
	enum err err;

	if (dimension_choose(
		t->arena, &t->dimensions.list, t->dimensions.named, &dimensions) != ERR_OK)
		return error_memory(t->e);
	dimension_embed(&dimensions, embedding_embedder(t->api->embedding));
	embedding_begin(t->api->embedding);
	err = matrix_compute(t->arena, t->sides.sides, t->sides.n, dimensions.list,
	    dimensions.n, &o, &matrix, t->e);
	if (err != ERR_OK)
		return err;
	/* The same question may have a better answer in a moment. */
	if (t->moved || matrix.incomplete || embedding_failed(t->api->embedding))
		r->etag[0] = '\0';
	render_matrix(&w, &matrix, t->sides.rows, str_of(config->text[CONFIG_HOSTNAME]));
	return buf_failed(&r->body) ? error_memory(t->e) : ERR_OK;
}

/* The answer that was given to the same question of the same data. */
static bool
recall(struct cache *cache, struct cache_key key, struct response *r)
{
	struct str body;

	if (cache == NULL || !cache_get(cache, key, &body))
		return false;
	buf_str(&r->body, body);
	return true;
}

static void
remember(const struct task *t, struct cache_key key, const struct response *r)
{
	struct cache *cache = t->api->cache;

	if (cache == NULL || r->warnings > 0 || r->etag[0] == '\0')
		return;
	cache_put(cache, key, buf_text(&r->body));
	cache_put(cache, mark_of(t->q), STR(""));
}

enum err
answer_matrix(const struct api *api, const struct answer_question *q,
    const struct answer_evidence *v, const struct answer_dimensions *d, struct response *r,
    struct error *e)
{
	struct task t = {
	    .api = api, .q = q, .found = v, .dimensions = *d, .arena = q->arena, .e = e};
	char text[TAG_ROOM];
	struct cache_key key;
	struct tag tag;
	enum err err = select_rows(&t);

	if (err != ERR_OK)
		return err;
	tag_make(&t, &tag);
	err = tag_key(&tag, &key);
	if (err != ERR_OK)
		return error_set(e, err, "%s", err_text(err));
	tag_write(key, text);
	if (response_etag(r, str_of(text), q->if_none_match) || recall(api->cache, key, r))
		return ERR_OK;
	err = load_results(&t);
	if (err == ERR_OK)
		err = complete_dimensions(&t);
	if (err == ERR_OK)
		err = compute(&t, r);
	if (err == ERR_OK)
		remember(&t, key, r);
	return err;
}
