#include "store/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Bytes that one statement may have: servers take some megabytes at least. */
#define STATEMENT_BYTES ((size_t)1 << 20)

/* How many of n rows go into one statement: as many as it takes, or one. */
static size_t
rows_together(const struct store_scores *list, size_t n)
{
	size_t bytes = 0;

	if (n < STMT_SCORES_ROWS_PUT)
		return 1;
	for (size_t i = 0; i < STMT_SCORES_ROWS_PUT; i++)
		bytes += list[i].bytes.n + list[i].labels.n;
	return bytes <= STATEMENT_BYTES ? STMT_SCORES_ROWS_PUT : 1;
}

static enum err
put(struct store *s, const struct store_scores *list, size_t n, struct error *e)
{
	struct db_value params[5 * STMT_SCORES_ROWS_PUT], *v = params;
	struct db_answer answer;

	for (size_t i = 0; i < n; i++) {
		*v++ = DB_INTEGER(list[i].project);
		*v++ = DB_INTEGER(list[i].task);
		*v++ = DB_TEXT(list[i].fingerprint);
		*v++ = DB_TEXT(list[i].bytes);
		*v++ = DB_TEXT(list[i].labels);
	}
	return query_short(
	    s, n == 1 ? STMT_SCORES_PUT : STMT_SCORES_PUT_16, params, &answer, e);
}

enum err
store_scores_put(struct store *s, struct store_scores *list, size_t n, struct error *e)
{
	enum err err = n == 0 ? ERR_OK : store_begin(s, e);
	bool lost;

	if (err != ERR_OK || n == 0)
		return err;
	qsort(list, n, sizeof(*list), by_task);
	for (size_t i = 0, k; err == ERR_OK && i < n; i += k) {
		k = rows_together(list + i, n - i);
		err = put(s, list + i, k, e);
	}
	if (err == ERR_OK)
		err = store_commit(s, e);
	if (err == ERR_OK)
		return ERR_OK;
	lost = store_conflict(s);
	store_rollback(s);
	return lost ? ERR_OK : err;
}

static struct store_scores
scores_of(int64_t project, const struct db_row *row, size_t columns)
{
	return (struct store_scores){
	    .project = project,
	    .task = query_integer(&row->v[0]),
	    .fingerprint = query_text(&row->v[1]),
	    .bytes = columns > 2 ? query_text(&row->v[2]) : (struct str){0},
	    .labels = columns > 3 ? query_text(&row->v[3]) : (struct str){0},
	};
}

enum err
store_scores_page(struct store *s, struct arena *a, int64_t project, int64_t after,
    struct store_scores_list *r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(project), DB_INTEGER(after)};
	struct store_scores_list list = {.n = 0};
	struct db_answer answer;
	enum err err = query_run(s, STMT_TASKS_KEPT, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	list.items = arena_calloc(a, answer.n, sizeof(list.items[0]));
	if (list.items == NULL)
		return error_memory(e);
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		list.items[list.n++] = scores_of(project, row, 2);
	list.last = answer.n < STMT_PAGE_ROWS;
	*r = list;
	return ERR_OK;
}

/* By whether rows alone are read, and labels. */
static const enum stmt reading[2][2] = {
    {STMT_SCORES_RANGE, STMT_LABELS_RANGE}, {STMT_SCORES_ROWS, STMT_LABELS_ROWS}};

/* The rows of one statement. */
struct rows {
	const struct store_scores_reader *to;
	int64_t project, last;
	size_t columns, bytes;
};

static enum err
visit_row(void *context, const struct db_row *row, struct error *e)
{
	struct rows *rows = context;
	struct store_scores scores = scores_of(rows->project, row, rows->columns);

	rows->last = scores.task;
	rows->bytes += scores.bytes.n + scores.labels.n;
	return rows->to->visit(rows->to->context, &scores, e);
}

/* Rows that a statement reads: few at first, then as many as have some megabytes. The time
 * that whoever takes them needs counts as the statement's, which has a limit. */
#define ROWS_FIRST 64
#define ROWS_MOST 20000
#define ROWS_BYTES ((size_t)4 << 20)

static int64_t
rows_after(size_t n, size_t bytes)
{
	size_t most = ROWS_BYTES / (bytes / (n + 1) + 1);

	return most < 1 ? 1 : most > ROWS_MOST ? ROWS_MOST : (int64_t)most;
}

enum err
store_scores_read(struct store *s, struct arena *a, int64_t project,
    const struct store_scores_reader *to, struct error *e)
{
	enum stmt id = reading[to->rows][to->labels];
	struct rows rows = {to, project, 0, strlen(stmt_get(id, s->shape).columns), 0};
	int64_t most = ROWS_FIRST;
	enum err err = ERR_OK;

	for (bool last = false; err == ERR_OK && !last;) {
		struct db_value params[] = {
		    DB_INTEGER(project), DB_INTEGER(rows.last), DB_INTEGER(most)};
		size_t n = 0;

		rows.bytes = 0;
		err = query_each(s, id, params, a, visit_row, &rows, &n, e);
		last = (int64_t)n < most;
		most = rows_after(n, rows.bytes);
	}
	return err;
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

/* Columns of STMT_CHANGES from the one on that is a project's. */
enum { CHANGES_CURRENT = 3, CHANGES_CONSENSUS, CHANGES_THRESHOLD };

enum err
store_changes(struct store *s, struct arena *a, int64_t project, struct store_changes *r,
    struct error *e)
{
	struct db_value of_id = DB_INTEGER(project);
	struct store_changes changes = {.settings = {.threshold = (double)NAN}};
	struct db_answer answer;
	enum err err = query_run(s, STMT_CHANGES, &of_id, a, 0, &answer, e);

	if (err == ERR_OK)
		err = join_changes(a, &answer, true, 3, &changes.evidence, e);
	if (err == ERR_OK)
		err = join_changes(a, &answer, false, 3, &changes.shown, e);
	if (err != ERR_OK)
		return err;
	if (answer.n > 0) {
		const struct db_value *v = answer.rows->v;

		changes.current = query_text(&v[CHANGES_CURRENT]);
		changes.settings.consensus = query_bool(&v[CHANGES_CONSENSUS]);
		if (!v[CHANGES_THRESHOLD].null)
			changes.settings.threshold = v[CHANGES_THRESHOLD].real;
	}
	*r = changes;
	return ERR_OK;
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
