#include "store/users.h"

#include <stdlib.h>

#include "store/query.h"

/* Columns of STMT_USERS. */
enum {
	USER_ID,
	USER_GONE,
	USER_EMAIL,
	USER_FIRST_NAME,
	USER_LAST_NAME,
	USER_USERNAME,
	USER_AVATAR
};

static void
take_user(const struct db_value *v, struct store_user *r)
{
	*r = (struct store_user){
	    .id = query_integer(&v[USER_ID]),
	    .deleted = query_bool(&v[USER_GONE]),
	    .email = query_text(&v[USER_EMAIL]),
	    .first_name = query_text(&v[USER_FIRST_NAME]),
	    .last_name = query_text(&v[USER_LAST_NAME]),
	    .username = query_text(&v[USER_USERNAME]),
	    .avatar = query_text(&v[USER_AVATAR]),
	};
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The ids in order, each once; NULL without memory. */
static int64_t *
distinct(struct arena *a, const int64_t *ids, size_t n, size_t *n_r)
{
	int64_t *sorted = arena_calloc(a, n, sizeof *sorted);
	size_t kept = 0;

	if (sorted == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sorted[i] = ids[i];
	qsort(sorted, n, sizeof *sorted, by_id);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || sorted[i] != sorted[i - 1])
			sorted[kept++] = sorted[i];
	*n_r = kept;
	return sorted;
}

/* One statement's worth of ids; the list is filled up with its last. */
static enum err
read_some(struct store *s, struct arena *a, int64_t organization, const int64_t *ids,
    size_t n, struct db_answer *r, struct error *e)
{
	struct db_value params[1 + STMT_USERS_IDS] = {DB_INTEGER(organization)};

	for (size_t i = 0; i < STMT_USERS_IDS; i++)
		params[1 + i] = DB_INTEGER(ids[i < n ? i : n - 1]);
	return query_run(s, STMT_USERS, params, a, 0, r, e);
}

enum err
store_users(struct store *s, struct arena *a, int64_t organization, const int64_t *ids,
    size_t n, struct store_user **r, size_t *n_r, struct error *e)
{
	size_t n_wanted = 0, n_users = 0;
	int64_t *wanted = distinct(a, ids, n, &n_wanted);
	struct store_user *users = arena_calloc(a, n_wanted, sizeof *users);

	if (wanted == NULL || users == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the users: %s", err_text(ERR_MEMORY));
	for (size_t i = 0; i < n_wanted; i += STMT_USERS_IDS) {
		size_t some = n_wanted - i < STMT_USERS_IDS ? n_wanted - i : STMT_USERS_IDS;
		struct db_answer answer;
		enum err err = read_some(s, a, organization, wanted + i, some, &answer, e);

		if (err != ERR_OK)
			return err;
		for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
			if (n_users < n_wanted)
				take_user(row->v, &users[n_users++]);
	}
	*r = users;
	*n_r = n_users;
	return ERR_OK;
}
