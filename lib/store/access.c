#include "store/access.h"

#include <assert.h>
#include <string.h>

#include "store/columns.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/token.h"

/* Columns of STMT_ACCESS. */
enum {
	ACCESS_KEY,
	ACCESS_USER,
	ACCESS_ACTIVE,
	ACCESS_ORGANIZATION,
	ACCESS_LEGACY,
	ACCESS_PROJECT, /* whether they may read it */
	ACCESS_FINGERPRINT,
	ACCESS_RECORDED,
	ACCESS_VERSION, /* of our tables */
	ACCESS_GUARDS,	/* rows of agreement_guard */
	ACCESS_DIMENSION
};

/* Whether the text can be a key at all; a longer or stranger one is not worth a question.
 */
static bool
plausible(struct str key)
{
	if (key.n == 0 || key.n > TOKEN_LENGTH)
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (key.s[i] < 0x21 || key.s[i] > 0x7e)
			return false;
	return true;
}

static enum store_access_state
state_of(const struct db_value *v, struct str key, int64_t project)
{
	/* The index finds keys without regard to case and final spaces, as its collation
	 * has it. */
	if (v[ACCESS_USER].null || !str_eq(query_text(&v[ACCESS_KEY]), key))
		return STORE_ACCESS_NO_KEY;
	if (!query_bool(&v[ACCESS_ACTIVE]))
		return STORE_ACCESS_INACTIVE;
	if (!query_bool(&v[ACCESS_LEGACY]))
		return STORE_ACCESS_LEGACY_OFF;
	if (project != 0 && !query_bool(&v[ACCESS_PROJECT]))
		return STORE_ACCESS_NO_PROJECT;
	return STORE_ACCESS_OK;
}

/* ---- keys that were accepted lately */

static_assert(STORE_KEY_ROOM > TOKEN_LENGTH, "every plausible key fits");

static const struct store_accepted *
find_accepted(const struct store *s, struct str key)
{
	for (size_t i = 0; i < STORE_ACCEPTED; i++)
		if (str_is(key, s->accepted[i].key))
			return &s->accepted[i];
	return NULL;
}

static void
note_accepted(struct store *s, struct str key, int64_t organization)
{
	const struct store_accepted *known = find_accepted(s, key);
	struct store_accepted *place = known != NULL
	    ? &s->accepted[known - s->accepted]
	    : &s->accepted[s->next_accepted++ % STORE_ACCEPTED];

	if (known == NULL) {
		memcpy(place->key, key.s, key.n);
		place->key[key.n] = '\0';
	}
	place->organization = organization;
}

bool
store_access_begin(struct store *s, struct str key, int64_t project, int64_t *organization)
{
	struct db_value params[] = {
	    DB_TEXT(key), DB_INTEGER(project), DB_INTEGER(project), DB_INTEGER(project)};
	const struct store_accepted *known =
	    s->aside == NULL || s->sharing || !plausible(key) ? NULL
							      : find_accepted(s, key);

	if (known == NULL)
		return false;
	query_drop(s);
	arena_reset(s->ahead_answer);
	if (!query_begin(s, STMT_ACCESS, params, s->ahead_answer))
		return false;
	*organization = known->organization;
	return true;
}

void
store_access_drop(struct store *s)
{
	query_drop(s);
}

enum err
store_access(struct store *s, struct arena *a, struct str key, int64_t project,
    struct store_access *r, struct error *e)
{
	struct db_value params[] = {
	    DB_TEXT(key), DB_INTEGER(project), DB_INTEGER(project), DB_INTEGER(project)};
	struct store_access access = {.state = STORE_ACCESS_NO_KEY};
	struct store_dimension_list dimensions;
	struct db_answer answer = {0};
	const struct db_value *v = NULL;
	enum err err = ERR_OK;

	if (plausible(key))
		err = query_shared(s, STMT_ACCESS, params, a, &answer, e);
	if (err == ERR_OK && plausible(key))
		err = schema_fits(
		    answer.n > 0 ? query_integer(&answer.rows->v[ACCESS_VERSION]) : 0, e);
	if (err != ERR_OK)
		return err;
	if (answer.n > 0) {
		v = answer.rows->v;
		query_guarded(s, query_integer(&v[ACCESS_GUARDS]));
		access.state = state_of(v, key, project);
		err = columns_list(a, &answer, ACCESS_DIMENSION, &dimensions, e);
		if (err != ERR_OK)
			return err;
	}
	if (access.state != STORE_ACCESS_NO_KEY) {
		access.user = query_integer(&v[ACCESS_USER]);
		access.organization = query_integer(&v[ACCESS_ORGANIZATION]);
		note_accepted(s, key, access.organization);
	}
	if (project != 0 && access.state == STORE_ACCESS_OK) {
		access.fingerprint = query_text(&v[ACCESS_FINGERPRINT]);
		access.recorded = query_text(&v[ACCESS_RECORDED]);
		access.dimensions = dimensions.items;
		access.n = dimensions.n;
	}
	*r = access;
	return ERR_OK;
}
