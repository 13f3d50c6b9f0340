#include "store/query.h"

#include <string.h>

#include "base/clock.h"

/* Milliseconds for which an answer is good: after a long computation it is asked again. */
#define SHARED_MS 250

/* A question of those that wait together, and its answer. */
struct query_answer {
	struct query_answer *next;
	int64_t asked; /* when, in milliseconds */
	enum stmt id;
	struct db_value *params;
	struct db_answer answer;
};

static enum err
send(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    size_t max_bytes, struct db_answer *r, struct error *e)
{
	struct db_statement statement = stmt_get(id, s->shape);

	if (!statement.read)
		s->asked = NULL; /* what was true may not be any more */
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

static bool
same_value(char letter, const struct db_value *a, const struct db_value *b)
{
	if (a->null || b->null)
		return a->null == b->null;
	if (letter == 'd')
		return memcmp(&a->real, &b->real, sizeof a->real) == 0;
	return letter == 'i' ? a->integer == b->integer : str_eq(a->text, b->text);
}

static const struct query_answer *
find_asked(const struct store *s, enum stmt id, const struct db_value *params)
{
	const char *letters = stmt_get(id, s->shape).params;
	int64_t now = clock_milliseconds();

	for (const struct query_answer *q = s->asked; q != NULL; q = q->next) {
		size_t i = 0;

		if (q->id != id || now - q->asked > SHARED_MS)
			continue;
		while (
		    letters[i] != '\0' && same_value(letters[i], &q->params[i], &params[i]))
			i++;
		if (letters[i] == '\0')
			return q;
	}
	return NULL;
}

/* Without memory it is not kept, and will be asked again. */
static void
keep_asked(struct store *s, enum stmt id, const struct db_value *params, int64_t asked,
    const struct db_answer *answer)
{
	const char *letters = stmt_get(id, s->shape).params;
	size_t n = strlen(letters);
	struct query_answer *q = arena_alloc(s->together, sizeof *q);
	struct db_value *copy = arena_alloc(s->together, n * sizeof *copy);

	for (size_t i = 0; copy != NULL && i < n; i++) {
		copy[i] = params[i];
		if (params[i].null || (letters[i] != 's' && letters[i] != 'b'))
			continue;
		copy[i].text = arena_str(s->together, params[i].text);
		if (copy[i].text.s == NULL)
			return;
	}
	if (q == NULL || copy == NULL)
		return;
	*q = (struct query_answer){s->asked, asked, id, copy, *answer};
	s->asked = q;
}

enum err
query_shared(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    struct db_answer *r, struct error *e)
{
	const struct query_answer *known;
	int64_t now;
	enum err err;

	if (!s->sharing || s->in_transaction)
		return query_run(s, id, params, a, 0, r, e);
	known = find_asked(s, id, params);
	if (known != NULL) {
		*r = known->answer;
		return ERR_OK;
	}
	now = clock_milliseconds();
	err = query_run(s, id, params, s->together, 0, r, e);
	if (err == ERR_OK)
		keep_asked(s, id, params, now, r);
	if (err != ERR_MEMORY)
		return err;
	/* More than is kept for several is still not too much for one. */
	s->sharing = false;
	return query_run(s, id, params, a, 0, r, e);
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
