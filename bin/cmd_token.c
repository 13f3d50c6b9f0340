/*
 * token: keys for the HTTP service.
 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "session.h"
#include "store/token.h"

enum { OPTION_USER };

static const struct option_row options[] = {
    [OPTION_USER] = {"user", "EMAIL", "whose token; list: all users without it", false},
    {0},
};

static int
create(struct session *s, struct str email)
{
	struct token token;
	bool created;

	if (token_create(s->store, s->arena, email, &token, &created, &s->e) != ERR_OK)
		return session_failed(s);
	if (!created)
		fprintf(stderr, "%.*s has a token already.\n", STR_ARG(email));
	printf("%.*s\n", STR_ARG(token.key));
	return EXIT_OK;
}

/* Enough of a key to tell it from others, and not enough to use it. */
static int
list(struct session *s, struct str email)
{
	struct token *tokens;
	size_t n;

	if (token_list(s->store, s->arena, email, &tokens, &n, &s->e) != ERR_OK)
		return session_failed(s);
	for (size_t i = 0; i < n; i++) {
		const struct token *t = &tokens[i];
		int end = t->key.n < 8 ? 0 : 4;

		printf("%.*s..%.*s  %.*s  %-8s  %.*s\n", end, t->key.s, end,
		    t->key.s + t->key.n - end, STR_ARG(t->created),
		    t->active ? "active" : "inactive", STR_ARG(t->email));
	}
	return EXIT_OK;
}

static int
revoke(struct session *s, struct str email)
{
	if (token_revoke(s->store, email, &s->e) != ERR_OK)
		return session_failed(s);
	return EXIT_OK;
}

static const struct {
	const char *name;
	bool needs_user;
	int (*run)(struct session *s, struct str email);
} actions[] = {{"create", true, create}, {"list", false, list}, {"revoke", true, revoke}};

static int
run(const struct arguments *a)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		struct session s;
		int status;

		if (strcmp(a->rest[0], actions[i].name) != 0)
			continue;
		if (actions[i].needs_user && a->option[OPTION_USER] == NULL)
			return command_usage(&command_token, "--user is required");
		status = session_begin(&s, &command_token);
		if (status != EXIT_OK)
			return status;
		status = actions[i].run(&s, str_of(a->option[OPTION_USER]));
		session_end(&s);
		return status;
	}
	return command_usage(
	    &command_token, "\"%s\" is not create, list or revoke", a->rest[0]);
}

const struct command command_token = {"token", "create|list|revoke", 1, 1, options, run,
    "keys for the HTTP service: create prints the user's key, list shows its ends only"};
