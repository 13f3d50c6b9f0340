#include "store/query.h"

static enum err
send(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    size_t max_bytes, struct db_answer *r, struct error *e)
{
	struct db_statement statement = stmt_get(id, s->shape);

	return s->ops->run(
	    s->db, stmt_slot(id, s->shape), &statement, params, a, max_bytes, r, e);
}

static enum err
look_up_shape(struct store *s, struct error *e)
{
	struct db_answer answer;
	unsigned shape = 0;
	enum err err;

	arena_reset(s->scratch);
	err = send(s, STMT_SHAPE, NULL, s->scratch, 0, &answer, e);
	if (err != ERR_OK)
		return err;
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next)
		shape |= (unsigned)query_integer(&row->v[0]);
	s->shape = shape;
	s->has_shape = true;
	return ERR_OK;
}

enum err
query_shape(struct store *s, unsigned *r, struct error *e)
{
	enum err err = s->has_shape ? ERR_OK : look_up_shape(s, e);

	if (err == ERR_OK)
		*r = s->shape;
	return err;
}

/* An account with rights to single tables is denied those that are not there. */
static bool
may_lack(const struct store *s, enum err err)
{
	return err == ERR_DB_SCHEMA || (err == ERR_DB_DENIED && !s->has_shape);
}

enum err
query_run(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    size_t max_bytes, struct db_answer *r, struct error *e)
{
	unsigned before = s->shape;
	enum err err = send(s, id, params, a, max_bytes, r, e);

	if (err == ERR_OK || !stmt_shaped(id) || s->in_transaction || !may_lack(s, err))
		return err;
	if (look_up_shape(s, NULL) != ERR_OK || s->shape == before)
		return err;
	return send(s, id, params, a, max_bytes, r, e);
}

enum err
query_short(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e)
{
	arena_reset(s->scratch);
	return query_run(s, id, params, s->scratch, 0, r, e);
}

enum err
query_alone(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e)
{
	enum err err = store_begin(s, e);

	if (err != ERR_OK)
		return err;
	err = query_short(s, id, params, r, e);
	if (err == ERR_OK)
		err = store_commit(s, e);
	if (err != ERR_OK)
		store_rollback(s);
	return err;
}

int64_t
query_integer(const struct db_value *v)
{
	return v->null ? 0 : v->integer;
}

bool
query_bool(const struct db_value *v)
{
	return query_integer(v) != 0;
}

struct str
query_text(const struct db_value *v)
{
	return v->null ? (struct str){0} : v->text;
}

struct db_value
query_id(int64_t id)
{
	return id == 0 ? DB_NULL : DB_INTEGER(id);
}
