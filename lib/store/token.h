/*
 * API tokens of users: 40 hexadecimal digits, one for each user, in authtoken_token. Rows
 * are in the caller's arena. Tokens are secrets: never log one.
 */
#ifndef STORE_TOKEN_H
#define STORE_TOKEN_H

#include "store/store.h"

#define TOKEN_LENGTH 40

struct token {
	struct str key;
	struct str email;
	int64_t user;
	struct str created; /* ISO 8601, UTC */
	bool active;	    /* of the user */
};

/*
 * Gives the user's token; makes one if there is none (*created_r). ERR_NOT_FOUND: no user
 * with that email; ERR_IO: the system gave no random bytes.
 */
enum err token_create(struct store *s, struct arena *a, struct str email, struct token *r,
    bool *created_r, struct error *e) ERR_WARN_UNUSED;

/* Lists the tokens of a user, or of all if `email` is absent; by email. */
enum err token_list(struct store *s, struct arena *a, struct str email, struct token **r,
    size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* Removes the user's token. ERR_NOT_FOUND: no such user, or no token. */
enum err token_revoke(struct store *s, struct str email, struct error *e) ERR_WARN_UNUSED;

#endif
