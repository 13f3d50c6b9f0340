#include "service/answer.h"

#include <inttypes.h>
#include <stdio.h>

#include "matrix/average.h"
#include "matrix/follow.h"
#include "matrix/side.h"
#include "service/render.h"
#include "service/render_pair.h"
#include "matrix/tag.h"
#include "base/deadline.h"

/* What is known of the task while the answer is made; `evidence` runs in step with
 * found->list. */
struct task {
	const struct api *api;
	const struct answer_question *q;
	struct store_evidence_list found;
	bool whole; /* its results came along */
	struct answer_dimensions dimensions;
	struct arena *arena;
	struct evidence *evidence;
	struct sides sides;
	size_t pair[2];	      /* the rows of the question's pair */
	struct cache_key key; /* what the tag is made of */
	bool moved;	      /* the results are not those that the tag is of */
	struct error *e;
};

/* What the cache remembers of a task beside answers. */
enum mark {
	MARK_ANSWERED, /* not long ago */
	MARK_COSTLY    /* the scores of everybody are more than one request may cost */
};

static struct cache_key
mark_of(const struct answer_question *q, enum mark mark)
{
	return (struct cache_key){(uint64_t)q->task, mark};
}

static bool
is_marked(const struct api *api, const struct answer_question *q, enum mark mark)
{
	struct str none;

	return api->cache != NULL && cache_get(api->cache, mark_of(q, mark), &none);
}

static void
put_mark(const struct api *api, const struct answer_question *q, enum mark mark)
{
	if (api->cache != NULL)
		cache_put(api->cache, mark_of(q, mark), STR(""));
}

/*
 * Whether scores will be needed, so that those that are kept may come along with the
 * evidence: not where the client or the cache probably has the answer.
 */
static bool
needs_scores(const struct api *api, const struct answer_question *q)
{
	return q->pair[0] == NULL && q->if_none_match.s == NULL &&
	    !is_marked(api, q, MARK_ANSWERED) && !is_marked(api, q, MARK_COSTLY);
}

static struct store_evidence_question
question_of(const struct answer_question *q)
{
	const struct selection_models *models = &q->selection->models;

	return (struct store_evidence_question){
	    .organization = q->organization,
	    .project = q->project,
	    .task = q->task,
	    .predictions = models->all || models->n > 0,
	};
}

/* Questions that are asked ahead in one go. */
#define AHEAD 8

void
answer_evidence_ahead(const struct api *api, const struct answer_question *list, size_t n)
{
	struct store_evidence_question questions[AHEAD];

	for (size_t i = 0; i < n && i < AHEAD; i++) {
		questions[i] = question_of(&list[i]);
		questions[i].kept = needs_scores(api, &list[i]);
	}
	store_evidence_ahead(api->store, questions, n < AHEAD ? n : AHEAD);
}

enum err
answer_evidence(const struct api *api, const struct answer_question *q,
    struct store_evidence_list *r, struct error *e)
{
	struct store_evidence_question question = question_of(q);
	enum err err;

	question.kept = needs_scores(api, q);
	err = store_evidence(api->store, q->arena, &question, r, e);
	if (err == ERR_OK && !r->found)
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
	t->evidence = arena_alloc(t->arena, t->found.n * sizeof(t->evidence[0]));
	if (t->evidence == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < t->found.n; i++) {
		const struct store_evidence *v = &t->found.items[i];

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
	if (sides_select(t->arena, t->q->selection, t->evidence, t->found.n, known, n_known,
		&t->sides) != ERR_OK)
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
static enum err
find_key(struct task *t)
{
	const struct config *config = t->api->config;
	const struct answer_dimensions *d = &t->dimensions;
	struct tag tag;
	enum err err;

	tag_begin(&tag);
	tag_text(&tag, str_of(config->text[CONFIG_HOSTNAME]));
	tag_text(&tag, str_of(config->text[CONFIG_EMBEDDING_URL]));
	tag_text(&tag, str_of(config->text[CONFIG_EMBEDDING_MODEL]));
	tag_integer(&tag, d->named == NULL ? 0 : d->named->id);
	tag_integer(&tag, (int64_t)t->sides.n);
	for (size_t i = 0; i < t->sides.n; i++) {
		size_t evidence = evidence_of(t, i);

		tag_participant(&tag, &t->sides.rows[i]);
		tag_integer(&tag, evidence != PARTICIPANT_NONE);
		if (evidence != PARTICIPANT_NONE)
			tag_version(&tag, &t->found.items[evidence].version);
	}
	for (size_t i = 0; i < d->list.n; i++)
		tag_dimension(&tag, &d->list.items[i]);
	if (t->q->pair[0] != NULL) {
		tag_text(&tag, STR("pair"));
		tag_integer(&tag, (int64_t)t->pair[0]);
		tag_integer(&tag, (int64_t)t->pair[1]);
	}
	err = tag_key(&tag, &t->key);
	return err == ERR_OK ? ERR_OK : error_set(t->e, err, "%s", err_text(err));
}

static const struct store_result *
find_result(const struct store_result *list, size_t n, const struct store_version *v)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].version.kind == v->kind && list[i].version.id == v->id)
			return &list[i];
	return NULL;
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
			keys[n_keys++] = t->found.items[evidence_of(t, i)].version;
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
	struct side_result *results = arena_calloc(t->arena, t->found.n, sizeof(*results));
	struct store_result *fetched = NULL;
	size_t n = 0;
	enum err err;

	if (results == NULL)
		return error_memory(t->e);
	err = t->whole ? ERR_OK : fetch_results(t, &fetched, &n);
	if (err != ERR_OK)
		return err;
	for (size_t i = 0; i < t->sides.n; i++) {
		size_t k = evidence_of(t, i);
		const struct store_evidence *v = &t->found.items[k];
		const struct store_result *found;

		if (k == PARTICIPANT_NONE)
			continue;
		if (t->whole) {
			results[k].text = v->result;
			continue;
		}
		found = find_result(fetched, n, &v->version);
		results[k].gone = found == NULL;
		if (found != NULL)
			results[k].text = found->text;
		/* It has changed since the evidence was read, or is gone. */
		if (found == NULL || !store_same_version(&found->version, &v->version))
			t->moved = true;
	}
	return sides_read(t->arena, t->evidence, results, &t->sides, t->e);
}

/* Without a configuration the results themselves say what there is to compare. */
static enum err
complete_dimensions(struct task *t, const struct matrix_side *sides, size_t n)
{
	struct answer_dimensions *d = &t->dimensions;
	struct store_dimension_list now = d->list;
	const struct result **results;

	if (!follow_needs_results(&now))
		return ERR_OK;
	results = arena_alloc(t->arena, n * sizeof(*results));
	if (results == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < n; i++)
		results[i] = sides[i].result;
	return follow_results(t->api->store, t->arena, t->q->project, d->fingerprint,
	    results, n, &now, &d->list, t->e);
}

static void
warn(void *context, const struct matrix_warning *w)
{
	struct response *r = context;

	response_warn(r, "%s", w->text);
}

/* Takes the tag away where the same question may have a better answer in a moment. */
static void
drop_tag(const struct task *t, bool incomplete, struct response *r)
{
	if (t->moved || incomplete || embedding_failed(t->api->embedding))
		r->etag[0] = '\0';
}

static enum err
write_matrix(const struct task *t, const struct matrix *m, struct response *r)
{
	struct json_writer w = JSON_WRITER(&r->body);

	drop_tag(t, m->incomplete, r);
	render_matrix(&w, m, t->sides.rows, str_of(t->api->config->text[CONFIG_HOSTNAME]));
	return buf_failed(&r->body) ? error_memory(t->e) : ERR_OK;
}

/* ---- the scores of everybody, which are kept */

/* The scores of the rows in the dimensions that count, among those of everybody. */
struct place {
	size_t *sides; /* of each row; MATRIX_NO_SIDE: it has no evidence */
	struct average average;
};

/* Finds everything that the matrix needs. *r says whether it is all there, as it is now. */
static enum err
find_places(const struct task *t, const struct kept *k, struct place *p, bool *r)
{
	struct dimensions counted;
	struct kept_dimension *rules;

	*r = false;
	p->sides = arena_alloc(t->arena, t->sides.n * sizeof(p->sides[0]));
	if (p->sides == NULL ||
	    dimension_choose(
		t->arena, &t->dimensions.list, t->dimensions.named, &counted) != ERR_OK ||
	    kept_rules(t->arena, &counted, embedding_name(t->arena, t->api->config),
		&rules) != ERR_OK ||
	    average_init(t->arena, counted.n, &p->average) != ERR_OK)
		return error_memory(t->e);
	for (size_t i = 0; i < t->sides.n; i++) {
		size_t v = evidence_of(t, i);

		p->sides[i] = MATRIX_NO_SIDE;
		if (v == PARTICIPANT_NONE)
			continue;
		p->sides[i] = kept_find_side(k, &t->found.items[v].version);
		if (p->sides[i] == KEPT_NONE)
			return ERR_OK;
	}
	for (size_t i = 0; i < counted.n; i++) {
		size_t place = kept_find_dimension(k, &rules[i]);

		if (place == KEPT_NONE)
			return ERR_OK;
		average_add(&p->average, place, counted.list[i].weight);
	}
	*r = true;
	return ERR_OK;
}

static bool
has_side(const struct task *t, const struct place *p, size_t side)
{
	for (size_t i = 0; i < t->sides.n; i++)
		if (p->sides[i] == side)
			return true;
	return side == KEPT_NONE;
}

static bool
has_dimension(const struct place *p, size_t dimension)
{
	for (size_t i = 0; i < p->average.n; i++)
		if (p->average.list[i].place == dimension)
			return true;
	return false;
}

/* Writes the matrix out of the scores of everybody, if they have what it needs; *r says
 * whether they did. */
static enum err
write_kept(const struct task *t, const struct kept *k, struct response *response, bool *r)
{
	struct matrix m;
	struct place p;
	enum err err = find_places(t, k, &p, r);

	if (err != ERR_OK || !*r)
		return err;
	if (matrix_average(t->arena, &p.average, &k->scores, p.sides, t->sides.n, &m) !=
	    ERR_OK)
		return error_memory(t->e);
	for (size_t i = 0; i < k->n_warnings; i++) {
		const struct kept_warning *w = &k->warnings[i];

		if (has_side(t, &p, w->side) && has_dimension(&p, w->dimension))
			response_warn(response, "%.*s", STR_ARG(w->text));
	}
	return write_matrix(t, &m, response);
}

static enum err
answer_kept(const struct task *t, struct response *response, bool *r)
{
	struct kept kept;
	enum err err;

	*r = false;
	if (t->found.kept.s == NULL)
		return ERR_OK;
	err = kept_read(t->arena, t->found.kept, &kept);
	if (err == ERR_INPUT)
		return ERR_OK; /* as good as none */
	if (err != ERR_OK)
		return error_memory(t->e);
	return write_kept(t, &kept, response, r);
}

/* All evidence with its results, of one moment; *r says whether there is not too much. */
static enum err
load_everybody(struct task *t, bool *r)
{
	struct store_evidence_question question = question_of(t->q);
	struct cache_key before = t->key;
	enum err err;

	*r = true;
	if (t->whole)
		return ERR_OK;
	question.predictions = true;
	question.max_bytes = (size_t)t->api->config->number[CONFIG_MAX_BYTES];
	err = store_evidence(t->api->store, t->arena, &question, &t->found, t->e);
	if (err == ERR_LIMIT || (err == ERR_OK && !t->found.found)) {
		*r = false;
		return err == ERR_LIMIT ? ERR_OK : list_evidence(t);
	}
	if (err != ERR_OK)
		return err;
	t->whole = true;
	err = select_rows(t);
	if (err == ERR_OK)
		err = find_key(t);
	t->moved = before.a != t->key.a || before.b != t->key.b;
	return err;
}

static enum err
read_everybody(struct task *t, struct kept *k, struct matrix_side **sides)
{
	size_t n = t->found.n;
	struct side_result *results = arena_calloc(t->arena, n, sizeof(*results));
	struct store_version *versions = arena_alloc(t->arena, n * sizeof(*versions));

	if (results == NULL || versions == NULL)
		return error_memory(t->e);
	for (size_t i = 0; i < n; i++) {
		results[i].text = t->found.items[i].result;
		versions[i] = t->found.items[i].version;
	}
	if (kept_sides(t->arena, t->evidence, versions, n, k) != ERR_OK)
		return error_memory(t->e);
	return kept_results(t->arena, k, t->evidence, results, sides, t->e);
}

static enum err
score_everybody(struct task *t, struct kept *k)
{
	struct matrix_side *sides;
	struct kept_dimension *rules;
	struct dimensions all;
	enum err err = read_everybody(t, k, &sides);

	if (err == ERR_OK)
		err = complete_dimensions(t, sides, k->n);
	if (err != ERR_OK)
		return err;
	if (dimension_all(t->arena, &t->dimensions.list, &all) != ERR_OK ||
	    kept_rules(t->arena, &all, embedding_name(t->arena, t->api->config), &rules) !=
		ERR_OK)
		return error_memory(t->e);
	dimension_embed(&all, embedding_embedder(t->api->embedding));
	embedding_begin(t->api->embedding);
	return kept_score(t->arena, k, sides, &all, rules,
	    (double)t->api->config->number[CONFIG_MAX_COST], t->e);
}

/*
 * Scores everybody in all dimensions, keeps that and answers out of it, unless it costs
 * more than a request may; *r says whether it answered.
 */
static enum err
answer_everybody(struct task *t, struct response *response, bool *r)
{
	struct keeping *keeping = t->api->keeping;
	struct kept kept;
	bool fits;
	enum err err;

	*r = false;
	if (keeping == NULL || keeping->denied || is_marked(t->api, t->q, MARK_COSTLY))
		return ERR_OK;
	err = load_everybody(t, &fits);
	if (err == ERR_OK && fits) {
		err = score_everybody(t, &kept);
		fits = err != ERR_LIMIT;
		if (err == ERR_LIMIT && !deadline_passed(0))
			err = ERR_OK;
	}
	if (err != ERR_OK)
		return err;
	if (!fits) {
		put_mark(t->api, t->q, MARK_COSTLY);
		return ERR_OK;
	}
	if (!kept.scores.incomplete && !embedding_failed(t->api->embedding))
		keeping_add(keeping, t->arena, t->q->project, t->q->task, &kept);
	return write_kept(t, &kept, response, r);
}

/* ---- the scores of the rows alone */

/* Reads the results of the rows, and the dimensions that count. */
static enum err
load_rows(struct task *t, struct dimensions *r)
{
	enum err err = load_results(t);

	if (err == ERR_OK)
		err = complete_dimensions(t, t->sides.sides, t->sides.n);
	if (err != ERR_OK)
		return err;
	if (dimension_choose(t->arena, &t->dimensions.list, t->dimensions.named, r) !=
	    ERR_OK)
		return error_memory(t->e);
	dimension_embed(r, embedding_embedder(t->api->embedding));
	embedding_begin(t->api->embedding);
	return ERR_OK;
}

static struct matrix_options
options_of(const struct task *t, struct response *r)
{
	return (struct matrix_options){
	    (double)t->api->config->number[CONFIG_MAX_COST], warn, r};
}

static enum err
answer_alone(struct task *t, struct response *r)
{
	struct matrix_options o = options_of(t, r);
	struct dimensions dimensions;
	struct matrix matrix;
	enum err err = load_rows(t, &dimensions);

	if (err != ERR_OK)
		return err;
	err = matrix_compute(t->arena, t->sides.sides, t->sides.n, dimensions.list,
	    dimensions.n, &o, &matrix, t->e);
	return err == ERR_OK ? write_matrix(t, &matrix, r) : err;
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
	if (t->q->pair[0] == NULL)
		put_mark(t->api, t->q, MARK_ANSWERED);
}

/* Whether the client, or the cache, has the answer. */
static bool
is_answered(const struct task *t, struct response *r)
{
	char text[TAG_ROOM];

	tag_write(t->key, text);
	return response_etag(r, str_of(text), t->q->if_none_match) ||
	    recall(t->api->cache, t->key, r);
}

enum err
answer_matrix(const struct api *api, const struct answer_question *q,
    const struct store_evidence_list *v, const struct answer_dimensions *d,
    struct response *r, struct error *e)
{
	struct task t = {
	    .api = api, .q = q, .found = *v, .dimensions = *d, .arena = q->arena, .e = e};
	struct cache_key key;
	bool done = false;
	enum err err = select_rows(&t);

	if (err == ERR_OK)
		err = find_key(&t);
	if (err != ERR_OK || is_answered(&t, r))
		return err;
	key = t.key;
	err = answer_kept(&t, r, &done);
	if (err == ERR_OK && !done)
		err = answer_everybody(&t, r, &done);
	if (err == ERR_OK && !done)
		err = answer_alone(&t, r);
	if (err == ERR_OK)
		remember(&t, key, r);
	return err;
}

/* ---- why a cell is what it is */

static enum err
find_pair(struct task *t)
{
	for (int i = 0; i < 2; i++) {
		const struct participant_value *p = t->q->pair[i];

		t->pair[i] = sides_find(&t->sides, &p->named);
		if (t->pair[i] == PARTICIPANT_NONE)
			return error_set(t->e, ERR_NOT_FOUND,
			    "No Participant \"%.*s\" matches the given query.",
			    STR_ARG(p->text));
	}
	return ERR_OK;
}

static enum err
write_pair(struct task *t, struct response *r)
{
	struct json_writer w = JSON_WRITER(&r->body);
	struct matrix_options o = options_of(t, r);
	struct dimensions dimensions;
	struct matrix_side sides[2];
	struct explained x;
	enum err err = load_rows(t, &dimensions);

	if (err != ERR_OK)
		return err;
	for (int i = 0; i < 2; i++)
		sides[i] = t->sides.sides[t->pair[i]];
	err = explain_pair(
	    t->arena, sides, t->pair[0] == t->pair[1], &dimensions, &o, &x, t->e);
	if (err != ERR_OK)
		return err;
	drop_tag(t, x.incomplete, r);
	render_pair(&w, &x, &t->sides.rows[t->pair[0]], &t->sides.rows[t->pair[1]],
	    str_of(t->api->config->text[CONFIG_HOSTNAME]));
	return buf_failed(&r->body) ? error_memory(t->e) : ERR_OK;
}

enum err
answer_pair(const struct api *api, const struct answer_question *q,
    const struct store_evidence_list *v, const struct answer_dimensions *d,
    struct response *r, struct error *e)
{
	struct task t = {
	    .api = api, .q = q, .found = *v, .dimensions = *d, .arena = q->arena, .e = e};
	enum err err = select_rows(&t);

	if (err == ERR_OK)
		err = find_pair(&t);
	if (err == ERR_OK)
		err = find_key(&t);
	if (err != ERR_OK || is_answered(&t, r))
		return err;
	err = write_pair(&t, r);
	if (err == ERR_OK)
		remember(&t, t.key, r);
	return err;
}
