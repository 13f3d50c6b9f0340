#include "http/auth.h"

#include <string.h>

#include "base/utf8.h"

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word of *rest, which is shortened; empty at the end. */
static struct str
next_word(struct str *rest)
{
	struct str word = *rest;
	size_t n = 0;

	while (word.n > 0 && is_space(word.s[0]))
		word = (struct str){word.s + 1, word.n - 1};
	while (n < word.n && !is_space(word.s[n]))
		n++;
	*rest = (struct str){word.s + n, word.n - n};
	return (struct str){word.s, n};
}

/* The checks of Django REST framework's TokenAuthentication, in its order. */
static enum http_error
read_key(struct str rest, struct str *token)
{
	struct str key = next_word(&rest);

	if (key.n == 0)
		return HTTP_TOKEN_EMPTY;
	if (next_word(&rest).n > 0)
		return HTTP_TOKEN_SPACES;
	if (!utf8_valid(key))
		return HTTP_TOKEN_CHARACTERS;
	*token = key;
	return HTTP_OK;
}

/* Label Studio's XApiKeySupportMiddleware lets X-Api-Key supersede Authorization; so do we.
 */
enum http_error
auth_read(const struct request *q, struct str *token)
{
	struct str rest = q->authorization;

	if (q->api_key.s != NULL)
		return read_key(q->api_key, token);
	if (rest.s == NULL || !str_eq_nocase(next_word(&rest), STR("Token")))
		return HTTP_NO_CREDENTIALS;
	return read_key(rest, token);
}
