#include "store/scores.h"

#include <stdlib.h>

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
	    DB_TEXT(row->fingerprint), DB_TEXT(row->bytes)};
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
