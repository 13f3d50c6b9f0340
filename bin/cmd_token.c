/*
 * token: keys for the HTTP service.
 */
#include <stdio.h>

#include "command.h"
#include "session.h"
#include "store/token.h"
#include "table.h"

/* Digits of a key that a list shows at either end. */
#define SHOWN 4

enum { OPTION_USER };

static const struct option_row one_user[] = {
    [OPTION_USER] = {"user", "EMAIL", "whose token", true},
    {0},
};

static const struct option_row any_user[] = {
    [OPTION_USER] = {"user", "EMAIL", "only theirs; default: of all users", false},
    {0},
};

static const struct command token_create_command, token_list_command, token_revoke_command;

static int
create(struct session *s, struct str email)
{
	struct token token;
	bool created;

	if (token_create(s->store, s->arena, email, &token, &created, &s->e) != ERR_OK)
		return session_failed(s);
	if (!created)
		fprintf(stderr,
		    "agreement-matrix token create: %.*s has a token already; it was not "
		    "changed.\n",
		    STR_ARG(email));
	printf("%.*s\n", STR_ARG(token.key));
	return EXIT_OK;
}

/* Enough of a key to tell it from others, and not enough to use it. */
static void
add_key(struct table *t, struct str key)
{
	if (key.n < 4 * SHOWN)
		table_cell(t, "..");
	else
		table_cell(t, "%.*s..%.*s", SHOWN, key.s, SHOWN, key.s + key.n - SHOWN);
}

static int
list(struct session *s, struct str email)
{
	static const char *const headings[] = {"user", "created", "active", "key", NULL};
	struct token *tokens;
	struct table t;
	size_t n;

	if (token_list(s->store, s->arena, email, &tokens, &n, &s->e) != ERR_OK)
		return session_failed(s);
	table_begin(&t, s->arena, headings);
	for (size_t i = 0; i < n; i++) {
		table_text(&t, tokens[i].email);
		table_text(&t, tokens[i].created);
		table_cell(&t, "%s", tokens[i].active ? "yes" : "no");
		add_key(&t, tokens[i].key);
	}
	if (table_print(&t) != ERR_OK)
		return command_failed(s->command, "%s", err_text(ERR_MEMORY));
	return EXIT_OK;
}

static int
revoke(struct session *s, struct str email)
{
	if (token_revoke(s->store, email, &s->e) != ERR_OK)
		return session_failed(s);
	printf("The token of %.*s was revoked.\n", STR_ARG(email));
	return EXIT_OK;
}

static int
with_session(const struct command *c, const struct arguments *a,
    int (*work)(struct session *s, struct str email))
{
	struct session s;
	int status = session_begin(&s, c);

	if (status != EXIT_OK)
		return status;
	status = work(&s, str_of(a->option[OPTION_USER]));
	session_end(&s);
	return status == EXIT_OK ? command_printed(c) : status;
}

static int
run_create(const struct arguments *a)
{
	return with_session(&token_create_command, a, create);
}

static int
run_list(const struct arguments *a)
{
	return with_session(&token_list_command, a, list);
}

static int
run_revoke(const struct arguments *a)
{
	return with_session(&token_revoke_command, a, revoke);
}

static const struct command token_create_command = {
    .name = "token create",
    .options = one_user,
    .run = run_create,
    .doc = "print the user's key, a new one if there is none",
    .more = "The key, 40 hexadecimal digits, stands alone on standard output. It goes into "
	    "the header \"Authorization: Token KEY\" of requests.",
};

static const struct command token_list_command = {
    .name = "token list",
    .options = any_user,
    .run = run_list,
    .doc = "list the users that have a key",
    .more = "A key is a secret: the list shows its first and last four digits.",
};

static const struct command token_revoke_command = {
    .name = "token revoke",
    .options = one_user,
    .run = run_revoke,
    .doc = "take the user's key away; requests with it are refused from then on",
};

static const struct command *const actions[] = {
    &token_create_command, &token_list_command, &token_revoke_command, NULL};

const struct command command_token = {
    .name = "token",
    .rest = "create|list|revoke",
    .doc = "keys for the HTTP service",
    .actions = actions,
};
