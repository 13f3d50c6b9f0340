#include "store/token.h"

#include <sys/random.h>

#include "store/query.h"

/* Columns of STMT_TOKEN_FIND and STMT_TOKEN_LIST. */
enum { TOKEN_USER, TOKEN_EMAIL, TOKEN_ACTIVE, TOKEN_KEY, TOKEN_CREATED };

static void
take_token(const struct db_value *v, struct token *r)
{
	*r = (struct token){
	    .user = query_integer(&v[TOKEN_USER]),
	    .email = query_text(&v[TOKEN_EMAIL]),
	    .active = query_bool(&v[TOKEN_ACTIVE]),
	    .key = query_text(&v[TOKEN_KEY]),
	    .created = query_text(&v[TOKEN_CREATED]),
	};
}

static enum err
no_user(struct str email, struct error *e)
{
	return error_set(e, ERR_NOT_FOUND, "there is no user %.*s", STR_ARG(email));
}

/* The user, and the token if there is one: else its key is absent. */
static enum err
find(struct store *s, struct arena *a, struct str email, struct token *r, struct error *e)
{
	struct db_value params[] = {DB_TEXT(email)};
	struct db_answer answer;
	enum err err = query_run(s, STMT_TOKEN_FIND, params, a, 0, &answer, e);

	if (err == ERR_OK && answer.n == 0)
		return no_user(email, e);
	if (err == ERR_OK)
		take_token(answer.rows->v, r);
	return err;
}

static enum err
random_key(char key[static TOKEN_LENGTH], struct error *e)
{
	unsigned char bytes[TOKEN_LENGTH / 2];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return error_set(e, ERR_IO, "the system gave no random bytes");
	for (size_t i = 0; i < sizeof bytes; i++) {
		key[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		key[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	return ERR_OK;
}

enum err
token_create(struct store *s, struct arena *a, struct str email, struct token *r,
    bool *created_r, struct error *e)
{
	char key[TOKEN_LENGTH];
	struct token token = {0};
	struct db_answer answer;
	enum err err = find(s, a, email, &token, e);
	bool create = err == ERR_OK && token.key.s == NULL;

	if (create) {
		err = random_key(key, e);
		if (err == ERR_OK) {
			struct db_value params[] = {
			    DB_TEXT(((struct str){key, sizeof key})),
			    DB_INTEGER(token.user)};

			err = query_alone(s, STMT_TOKEN_INSERT, params, &answer, e);
		}
		if (err == ERR_OK)
			err = find(s, a, email, &token, e);
	}
	if (err != ERR_OK)
		return err;
	*r = token;
	*created_r = create;
	return ERR_OK;
}

enum err
token_list(struct store *s, struct arena *a, struct str email, struct token **r,
    size_t *n_r, struct error *e)
{
	struct db_value params[] = {DB_INTEGER(email.s == NULL), DB_TEXT(email)};
	struct db_answer answer;
	struct token *tokens;
	size_t n = 0;
	enum err err = query_run(s, STMT_TOKEN_LIST, params, a, 0, &answer, e);

	if (err != ERR_OK)
		return err;
	tokens = arena_calloc(a, answer.n, sizeof *tokens);
	if (tokens == NULL)
		return error_set(
		    e, ERR_MEMORY, "database, the tokens: %s", err_text(ERR_MEMORY));
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		take_token(row->v, &tokens[n++]);
	*r = tokens;
	*n_r = n;
	return ERR_OK;
}

enum err
token_revoke(struct store *s, struct str email, struct error *e)
{
	struct db_value params[1];
	struct token token = {0};
	struct db_answer answer;
	enum err err;

	arena_reset(s->scratch);
	err = find(s, s->scratch, email, &token, e);
	if (err != ERR_OK)
		return err;
	params[0] = DB_INTEGER(token.user);
	if (token.key.s != NULL)
		err = query_alone(s, STMT_TOKEN_DELETE, params, &answer, e);
	if (err == ERR_OK && (token.key.s == NULL || answer.affected == 0))
		return error_set(
		    e, ERR_NOT_FOUND, "the user %.*s has no token", STR_ARG(email));
	return err;
}
