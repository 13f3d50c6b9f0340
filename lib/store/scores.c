#include "store/scores.h"

#include <stdlib.h>

#include "base/buf.h"
#include "store/query.h"

/* In one order, so that two that write the same tasks wait for each other. */
static int
by_task(const void *x, const void *y)
{
	const struct store_scores *a = x, *b = y;

	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	return (a->task > b->task) - (a->task < b->task);
}

static enum err
put(struct store *s, const struct store_scores *row, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(row->project), DB_INTEGER(row->task),
	    DB_TEXT(row->fingerprint), DB_TEXT(row->bytes), DB_TEXT(row->labels)};
	struct db_answer answer;

	return query_short(s, STMT_SCORES_PUT, params, &answer, e);
}

enum err
store_scores_put(struct store *s, struct store_scores *list, size_t n, struct error *e)
{
	enum err err = n == 0 ? ERR_OK : store_begin(s, e);
	bool lost;

	if (err != ERR_OK || n == 0)
		return err;
	qsort(list, n, sizeof(*list), by_task);
	for (size_t i = 0; err == ERR_OK && i < n; i++)
		err = put(s, &list[i], e);
	if (err == ERR_OK)
		err = store_commit(s, e);
	if (err == ERR_OK)
		return ERR_OK;
	lost = store_conflict(s);
	store_rollback(s);
	return lost ? ERR_OK : err;
}

static enum err
read_page(struct store *s, struct arena *a, enum stmt id, const struct db_value *params,
    size_t most, struct store_scores_list *r, struct error *e)
{
	bool whole = id != STMT_TASKS_KEPT;
	struct store_scores_list list = {.n = 0};
	struct db_answer answer;
	enum err err = query_run(s, id, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	list.items = arena_calloc(a, answer.n, sizeof(list.items[0]));
	if (list.items == NULL)
		return error_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		list.items[list.n++] = (struct store_scores){
		    .project = params[0].integer,
		    .task = query_integer(&row->v[0]),
		    .fingerprint = query_text(&row->v[1]),
		    .bytes = whole ? query_text(&row->v[2]) : (struct str){0},
		    .labels = whole ? query_text(&row->v[3]) : (struct str){0},
		};
	list.last = answer.n < most;
	*r = list;
	return ERR_OK;
}

enum err
store_scores_page(struct store *s, struct arena *a, int64_t project, int64_t after,
    struct store_scores_list *r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project), DB_INTEGER(after)};

	return read_page(s, a, STMT_TASKS_KEPT, params, STMT_PAGE_ROWS, r, e);
}

enum err
store_scores_read(struct store *s, struct arena *a, int64_t project, int64_t after,
    const struct store_scores_part *p, struct store_scores_list *r, struct error *e)
{
	static const enum stmt statements[2][2] = {
	    {STMT_SCORES_RANGE, STMT_LABELS_RANGE}, {STMT_SCORES_ROWS, STMT_LABELS_ROWS}};
	struct db_value params[] = {
	    DB_INTEGER(project), DB_INTEGER(after), DB_INTEGER(p->most)};

	return read_page(s, a, statements[p->rows][p->labels], params, p->most, r, e);
}

enum err
store_scores_clean(struct store *s, int64_t project, struct error *e)
{
	struct db_value of_id = DB_INTEGER(project);
	struct db_answer answer;

	return query_alone(s, STMT_SCORES_ORPHANS, &of_id, &answer, e);
}

/* The rows of some tables in one text; absent unless `want` of them are there, all known.
 */
static enum err
join_changes(struct arena *a, const struct db_answer *answer, bool evidence, size_t want,
    struct str *r, struct error *e)
{
	struct buf text = BUF_INIT;
	size_t known = 0;

	for (const struct db_row *row = answer->rows; row != NULL; row = row->next) {
		if (query_bool(&row->v[0]) != evidence)
			continue;
		known += query_bool(&row->v[2]);
		buf_str(&text, query_text(&row->v[1]));
		buf_char(&text, ';');
	}
	*r = (struct str){0};
	if (known == want)
		*r = arena_str(a, buf_text(&text));
	if (buf_failed(&text) || (known == want && r->s == NULL)) {
		buf_free(&text);
		return error_memory(e);
	}
	buf_free(&text);
	return ERR_OK;
}

enum err
store_changes(struct store *s, struct arena *a, struct store_changes *r, struct error *e)
{
	struct db_answer answer;
	enum err err = query_run(s, STMT_CHANGES, NULL, a, 0, &answer, e);

	if (err == ERR_OK)
		err = join_changes(a, &answer, true, 3, &r->evidence, e);
	if (err == ERR_OK)
		err = join_changes(a, &answer, false, 3, &r->shown, e);
	return err;
}

enum err
store_current(
    struct store *s, struct arena *a, int64_t project, struct str *r, struct error *e)
{
	struct db_value of_id = DB_INTEGER(project);
	struct db_answer answer;
	enum err err = query_run(s, STMT_CURRENT, &of_id, a, 0, &answer, e);

	if (err == ERR_OK)
		*r = answer.n > 0 ? query_text(&answer.rows->v[0]) : (struct str){0};
	return err;
}

enum err
store_current_put(struct store *s, int64_t project, struct str text, struct error *e)
{
	struct db_value params[] = {DB_TEXT(text), DB_INTEGER(project)};
	struct db_answer answer;

	return query_alone(s, STMT_CURRENT_PUT, params, &answer, e);
}
