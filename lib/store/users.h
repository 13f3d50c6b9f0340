/*
 * Users as the answers show them. The rows are in the caller's arena.
 */
#ifndef STORE_USERS_H
#define STORE_USERS_H

#include "store/store.h"

struct store_user {
	int64_t id;
	bool deleted; /* they were a member of the organization and are no more */
	struct str email;
	struct str first_name;
	struct str last_name;
	struct str username;
	struct str avatar; /* path below /data/; empty if there is none */
};

/*
 * Reads those of the users `ids` that are or were members of the organization, each once,
 * by id. Sends one statement for each 64 ids.
 */
enum err store_users(struct store *s, struct arena *a, int64_t organization,
    const int64_t *ids, size_t n, struct store_user **r, size_t *n_r,
    struct error *e) ERR_WARN_UNUSED;

#endif
