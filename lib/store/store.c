#include "store/store.h"

#include <stdlib.h>

#include "store/handle.h"
#include "store/stmt.h"

/* Bytes of answers that are kept for requests that wait together. */
#define SHARED_BYTES ((size_t)8 << 20)

enum err
store_open(const struct store_options *o, const struct db_ops *ops, struct store **r,
    struct error *e)
{
	struct db_options options = {
	    .file = o->file,
	    .database = o->database,
	    .connect_timeout = o->connect_timeout,
	    .query_timeout = o->query_timeout,
	    .slots = STMT_SLOTS,
	};
	struct store *s = calloc(1, sizeof *s);
	enum err err;

	if (s == NULL)
		return error_set(e, ERR_MEMORY, "database: %s", err_text(ERR_MEMORY));
	s->ops = ops;
	s->shape = STMT_SHAPES - 1;
	s->scratch = arena_new(0);
	s->together = arena_new(SHARED_BYTES);
	s->ahead_answer = arena_new(SHARED_BYTES);
	if (s->scratch == NULL || s->together == NULL || s->ahead_answer == NULL)
		err = error_set(e, ERR_MEMORY, "database: %s", err_text(ERR_MEMORY));
	else
		err = ops->open(&options, &s->db, e);
	if (err == ERR_OK && o->ahead)
		err = aside_open(ops, &options, &s->aside, e);
	if (err == ERR_OK)
		*r = s;
	else
		store_close(s);
	return err;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	aside_close(s->aside);
	if (s->db != NULL)
		s->ops->close(s->db);
	arena_free(s->ahead_answer);
	arena_free(s->scratch);
	arena_free(s->together);
	free(s);
}

void
store_share(struct store *s)
{
	s->sharing = true;
}

void
store_unshare(struct store *s)
{
	s->sharing = false;
	s->asked = NULL;
	arena_reset(s->together);
}

enum err
store_begin(struct store *s, struct error *e)
{
	enum err err = s->ops->begin(s->db, e);

	s->in_transaction = err == ERR_OK;
	return err;
}

enum err
store_commit(struct store *s, struct error *e)
{
	enum err err = s->ops->commit(s->db, e);

	if (err == ERR_OK)
		s->in_transaction = false;
	return err;
}

void
store_rollback(struct store *s)
{
	s->ops->rollback(s->db);
	s->in_transaction = false;
}

enum err
store_mark(struct store *s, struct error *e)
{
	return s->ops->script(s->db, str_of(stmt_session(STMT_SESSION_MARK).sql), e);
}

enum err
store_rewind(struct store *s, struct error *e)
{
	return s->ops->script(s->db, str_of(stmt_session(STMT_SESSION_REWIND).sql), e);
}

bool
store_conflict(const struct store *s)
{
	return s->ops->conflict(s->db);
}
