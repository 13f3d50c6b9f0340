/*
 * The user of a token, whether they may read a project, and its dimensions, in one
 * statement. The answer is in the caller's arena; a shared one lives until store_unshare().
 */
#ifndef STORE_ACCESS_H
#define STORE_ACCESS_H

#include "store/dimensions.h"
#include "store/store.h"

/* The first of the checks that failed, in their order. */
enum store_access_state {
	STORE_ACCESS_OK,
	STORE_ACCESS_NO_KEY,	 /* no such token (byte for byte) */
	STORE_ACCESS_INACTIVE,	 /* the user is not active */
	STORE_ACCESS_LEGACY_OFF, /* legacy tokens are switched off for the user's
				    organization */
	STORE_ACCESS_NO_PROJECT, /* not there, deleted, of another organization, or the
				    member was removed */
	STORE_ACCESS__MAX
};

struct store_access {
	enum store_access_state state;
	int64_t user;		/* 0 if the key is unknown */
	int64_t organization;	/* the user's active one; 0 if none */
	struct str fingerprint; /* of the project's configuration as it is now; absent
				   without project */
	struct str recorded; /* that from which the dimensions were made; absent if never */
	const struct store_dimension *dimensions; /* all of the project, by order, id */
	size_t n;
};

/*
 * Begins store_access() over a second connection, where there is one and answers are not
 * shared, for a key that was accepted lately: *organization is what it was of then, so that
 * what depends on it can be asked meanwhile. The same call then waits for it. Returns
 * whether it was begun. store_access_drop() waits for what was begun and not asked for, and
 * forgets it: it must not answer a later request.
 */
bool store_access_begin(
    struct store *s, struct str key, int64_t project, int64_t *organization);
void store_access_drop(struct store *s);

/*
 * Looks up the token `key`. `project` 0: no project (for a number that is out of range give
 * -1, which does not exist). A refused access is ERR_OK with its `state`. The answer may be
 * shared, see store_share(). ERR_DB_*, ERR_MEMORY.
 */
enum err store_access(struct store *s, struct arena *a, struct str key, int64_t project,
    struct store_access *r, struct error *e) ERR_WARN_UNUSED;

#endif
