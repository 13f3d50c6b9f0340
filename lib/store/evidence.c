#include "store/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/query.h"

/* Columns of STMT_RESULTS, and more of STMT_EVIDENCE and its like. */
enum {
	RESULT_KIND,
	RESULT_ID,
	RESULT_GROUND_TRUTH,
	RESULT_UPDATED_AT,
	RESULT_LENGTH,
	RESULT_CRC32,
	RESULT_TEXT,
	EVIDENCE_MODEL_VERSION,
	EVIDENCE_USER,
	EVIDENCE_EMAIL,
	EVIDENCE_FIRST_NAME,
	EVIDENCE_LAST_NAME,
	EVIDENCE_USERNAME,
	EVIDENCE_AVATAR,
	EVIDENCE_GONE,
	EVIDENCE_TASK /* of STMT_..._8 */
};

/* The kind of the row of kept scores, beside those of enum store_kind. */
#define KIND_KEPT STORE_KIND__MAX

static struct store_version
take_version(const struct db_value *v)
{
	return (struct store_version){
	    .kind = (uint8_t)query_integer(&v[RESULT_KIND]),
	    .id = query_integer(&v[RESULT_ID]),
	    .updated_at = query_integer(&v[RESULT_UPDATED_AT]),
	    .length = (uint64_t)query_integer(&v[RESULT_LENGTH]),
	    .crc32 = (uint32_t)query_integer(&v[RESULT_CRC32]),
	    .ground_truth = query_bool(&v[RESULT_GROUND_TRUTH]),
	};
}

bool
store_same_version(const struct store_version *a, const struct store_version *b)
{
	return a->updated_at == b->updated_at && a->length == b->length &&
	    a->crc32 == b->crc32 && a->ground_truth == b->ground_truth;
}

static int
version_cmp(const struct store_version *a, const struct store_version *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static int
evidence_cmp(const void *a, const void *b)
{
	const struct store_evidence *x = a, *y = b;

	return version_cmp(&x->version, &y->version);
}

static int
result_cmp(const void *a, const void *b)
{
	const struct store_result *x = a, *y = b;

	return version_cmp(&x->version, &y->version);
}

static void
take_evidence(const struct db_value *v, struct store_evidence *r)
{
	r->version = take_version(v);
	r->has_user = !v[EVIDENCE_USER].null;
	r->user = (struct store_user){
	    .id = query_integer(&v[EVIDENCE_USER]),
	    .deleted = query_bool(&v[EVIDENCE_GONE]),
	    .email = query_text(&v[EVIDENCE_EMAIL]),
	    .first_name = query_text(&v[EVIDENCE_FIRST_NAME]),
	    .last_name = query_text(&v[EVIDENCE_LAST_NAME]),
	    .username = query_text(&v[EVIDENCE_USERNAME]),
	    .avatar = query_text(&v[EVIDENCE_AVATAR]),
	};
	r->model_version = query_text(&v[EVIDENCE_MODEL_VERSION]);
	r->result = query_text(&v[RESULT_TEXT]);
}

/* An annotation comes once for each member row of its user: they are gone if all are. */
static size_t
merge_repeats(struct store_evidence *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept > 0 &&
		    version_cmp(&items[kept - 1].version, &items[i].version) == 0)
			items[kept - 1].user.deleted &= items[i].user.deleted;
		else
			items[kept++] = items[i];
	return kept;
}

/* By whether predictions are asked for, and kept scores. */
static const enum stmt statements[2][2] = {
    {STMT_ANNOTATIONS, STMT_ANNOTATIONS_KEPT}, {STMT_EVIDENCE, STMT_EVIDENCE_KEPT}};

static enum stmt
statement_of(const struct store_evidence_question *q)
{
	return q->max_bytes > 0 ? STMT_EVIDENCE_RESULTS
				: statements[q->predictions][q->kept];
}

/* The parameters of a question about one task. */
#define EVIDENCE_PARAMS 7

static void
params_of(const struct store_evidence_question *q, struct db_value params[EVIDENCE_PARAMS])
{
	const struct db_value task = DB_INTEGER(q->task), project = DB_INTEGER(q->project);
	const struct db_value all[EVIDENCE_PARAMS] = {
	    DB_INTEGER(q->organization), task, project, task, project, task, project};

	memcpy(params, all, sizeof(all));
}

/* ---- of several tasks */

static const enum stmt statements_8[2][2] = {
    {STMT_ANNOTATIONS_8, STMT_ANNOTATIONS_KEPT_8}, {STMT_EVIDENCE_8, STMT_EVIDENCE_KEPT_8}};

/* Whether two questions differ in nothing but their tasks. */
static bool
are_alike(const struct store_evidence_question *a, const struct store_evidence_question *b)
{
	return a->organization == b->organization && a->project == b->project &&
	    a->predictions == b->predictions && a->kept == b->kept && a->max_bytes == 0 &&
	    b->max_bytes == 0;
}

/* The rows of a task out of those of several, in their order. */
static struct db_answer
rows_of(struct db_answer *all, int64_t task)
{
	struct db_answer answer = {0};
	struct db_row **end = &answer.rows, **row = &all->rows;

	while (*row != NULL) {
		if (query_integer(&(*row)->v[EVIDENCE_TASK]) != task) {
			row = &(*row)->next;
			continue;
		}
		*end = *row;
		*row = (*row)->next;
		end = &(*end)->next;
		answer.n++;
	}
	*end = NULL;
	return answer;
}

/* Asks `n` questions, at most STMT_TASKS_TOGETHER, that are alike. */
static void
ask_together(struct store *s, const struct store_evidence_question *const *list, size_t n)
{
	const struct store_evidence_question *q = list[0];
	struct db_value params[1 + 3 * (STMT_TASKS_TOGETHER + 1)] = {
	    DB_INTEGER(q->organization)};
	struct db_answer answer;
	struct error e;
	size_t k = 1;
	int64_t at;

	for (int part = 0; part < 3; part++) {
		for (size_t i = 0; i < STMT_TASKS_TOGETHER; i++)
			params[k++] = DB_INTEGER(list[i < n ? i : n - 1]->task);
		params[k++] = DB_INTEGER(q->project);
	}
	if (query_ahead(s, statements_8[q->predictions][q->kept], params, &answer, &at,
		&e) != ERR_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		struct db_value own[EVIDENCE_PARAMS];
		struct db_answer rows = rows_of(&answer, list[i]->task);

		params_of(list[i], own);
		query_keep(s, statement_of(list[i]), own, at, &rows);
	}
}

void
store_evidence_ahead(struct store *s, const struct store_evidence_question *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct store_evidence_question *alike[STMT_TASKS_TOGETHER] = {
		    &list[i]};
		size_t found = 1;
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before |= are_alike(&list[k], &list[i]);
		for (size_t k = i + 1; !before && k < n && found < STMT_TASKS_TOGETHER;
		    k++) {
			bool again = false;

			for (size_t l = 0; l < found; l++)
				again |= alike[l]->task == list[k].task;
			if (!again && are_alike(&list[i], &list[k]))
				alike[found++] = &list[k];
		}
		if (!before && found > 1)
			ask_together(s, alike, found);
	}
}

enum err
store_evidence(struct store *s, struct arena *a, const struct store_evidence_question *q,
    struct store_evidence_list *r, struct error *e)
{
	struct db_value params[EVIDENCE_PARAMS];
	struct store_evidence_list list = {.kept = {0}};
	struct store_evidence *items;
	struct db_answer answer;
	enum err err;

	params_of(q, params);
	err = q->max_bytes > 0
	    ? query_run(s, statement_of(q), params, a, q->max_bytes, &answer, e)
	    : query_shared(s, statement_of(q), params, a, &answer, e);

	if (err != ERR_OK)
		return err;
	items = arena_calloc(a, answer.n, sizeof *items);
	if (items == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the evidence: %s", err_text(ERR_MEMORY));
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next) {
		if (query_integer(&row->v[RESULT_KIND]) == KIND_KEPT) {
			list.kept = query_text(&row->v[RESULT_TEXT]);
			continue;
		}
		/* A task without annotations has a row of none. */
		list.found = true;
		if (!row->v[RESULT_ID].null)
			take_evidence(row->v, &items[list.n++]);
	}
	qsort(items, list.n, sizeof *items, evidence_cmp);
	list.items = items;
	list.n = merge_repeats(items, list.n);
	*r = list;
	return ERR_OK;
}

/* Columns of STMT_RANGE after those of results. */
enum { RANGE_MODEL_VERSION = RESULT_TEXT + 1, RANGE_USER, RANGE_TASK };

static int
range_cmp(const void *a, const void *b)
{
	const struct store_range_item *x = a, *y = b;

	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	return version_cmp(&x->v.version, &y->v.version);
}

enum err
store_range(struct store *s, struct arena *a, int64_t project, int64_t first, int64_t last,
    size_t max_bytes, struct store_range_item **r, size_t *n_r, struct error *e)
{
	const struct db_value of = DB_INTEGER(project), from = DB_INTEGER(first),
			      to = DB_INTEGER(last);
	struct db_value params[] = {of, from, to, of, from, to};
	struct store_range_item *items;
	struct db_answer answer;
	size_t n = 0;
	enum err err = query_run(s, max_bytes > 0 ? STMT_RANGE_RESULTS : STMT_RANGE, params,
	    a, max_bytes, &answer, e);

	if (err != ERR_OK)
		return err;
	items = arena_calloc(a, answer.n, sizeof *items);
	if (items == NULL)
		return error_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		items[n++] = (struct store_range_item){
		    .task = query_integer(&row->v[RANGE_TASK]),
		    .v = {.version = take_version(row->v),
			.has_user = !row->v[RANGE_USER].null,
			.user = {.id = query_integer(&row->v[RANGE_USER])},
			.model_version = query_text(&row->v[RANGE_MODEL_VERSION]),
			.result = query_text(&row->v[RESULT_TEXT])},
		};
	qsort(items, n, sizeof *items, range_cmp);
	*r = items;
	*n_r = n;
	return ERR_OK;
}

/* The ids of one kind, as "3,17,18"; absent without memory. */
static struct str
id_list(struct arena *a, const struct store_version *keys, size_t n, enum store_kind kind)
{
	struct buf b = BUF_INIT;
	struct str text = {0};

	for (size_t i = 0; i < n; i++)
		if (keys[i].kind == kind)
			buf_printf(&b, "%s%lld", b.n > 0 ? "," : "", (long long)keys[i].id);
	if (!buf_failed(&b))
		text = arena_str(a, b.n > 0 ? buf_text(&b) : STR(""));
	buf_free(&b);
	return text;
}

enum err
store_results(struct store *s, struct arena *a, int64_t task,
    const struct store_version *keys, size_t n_keys, size_t max_bytes,
    struct store_result **r, size_t *n_r, struct error *e)
{
	struct str annotations = id_list(a, keys, n_keys, STORE_ANNOTATION);
	struct str predictions = id_list(a, keys, n_keys, STORE_PREDICTION);
	struct db_value params[] = {
	    DB_INTEGER(task), DB_TEXT(annotations), DB_INTEGER(task), DB_TEXT(predictions)};
	struct store_result *results;
	struct db_answer answer = {0};
	size_t n = 0;
	enum err err = ERR_OK;

	if (annotations.s == NULL || predictions.s == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the results: %s", err_text(ERR_MEMORY));
	if (n_keys > 0)
		err = query_run(s, STMT_RESULTS, params, a, max_bytes, &answer, e);
	if (err != ERR_OK)
		return err;
	results = arena_calloc(a, answer.n, sizeof *results);
	if (results == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the results: %s", err_text(ERR_MEMORY));
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		results[n++] = (struct store_result){
		    take_version(row->v), query_text(&row->v[RESULT_TEXT])};
	qsort(results, n, sizeof *results, result_cmp);
	*r = results;
	*n_r = n;
	return ERR_OK;
}
