#include "http/server.h"

static void
answer(const struct server *s, struct arena *a, struct response *r, char *const *env,
    bool *head)
{
	struct request q;

	*head = false;
	if (request_read(a, env, &q) != ERR_OK) {
		response_error(r, http_error_row(HTTP_MEMORY), NULL);
		return;
	}
	*head = q.method == REQUEST_HEAD;
	s->answer(s->context, a, &q, r);
}

enum err
server_answer(const struct server *s, struct arena *a, struct response *r, char *const *env,
    struct buf *out)
{
	size_t start = out->n;
	enum err err;
	bool head;

	answer(s, a, r, env, &head);
	err = response_write(r, head, out);
	if (err != ERR_OK && !buf_failed(out)) {
		/* The answer was cut short for want of memory; an error needs less. */
		out->n = start;
		response_reset(r);
		response_error(r, http_error_row(HTTP_MEMORY), NULL);
		err = response_write(r, head, out);
	}
	response_reset(r);
	arena_reset(a);
	return err;
}
