#include "store/query.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

/* Milliseconds for which an answer is good: after a long computation it is asked again. */
#define SHARED_MS 250

/* Milliseconds after which a shape that lacks something is looked at again. */
#define SHAPE_MS 60000

/* A question of those that wait together, and its answer. */
struct query_answer {
	struct query_answer *next;
	int64_t asked; /* when, in milliseconds */
	enum stmt id;
	struct db_value *params;
	struct db_answer answer;
};

static enum err
send(struct store *s, enum stmt id, const struct db_value *params,
    const struct db_taking *t, struct db_answer *r, struct error *e)
{
	struct db_statement statement = stmt_get(id, s->shape);

	if (!statement.read)
		s->asked = NULL; /* what was true may not be any more */
	return s->ops->run(s->db, stmt_slot(id, s->shape), &statement, params, t, r, e);
}

/* What one look at the tables saw. */
struct look {
	unsigned tables, guards, recorded; /* bits */
};

static enum err
look_once(struct store *s, struct look *r, struct error *e)
{
	struct look look = {0};
	unsigned *const kinds[] = {&look.tables, &look.guards, &look.recorded};
	struct db_answer answer;
	enum err err;

	arena_reset(s->scratch);
	err =
	    send(s, STMT_SHAPE, NULL, &(struct db_taking){.arena = s->scratch}, &answer, e);
	if (err != ERR_OK)
		return err;
	for (const struct db_row *row = answer.rows; row != NULL; row = row->next) {
		int64_t kind = query_integer(&row->v[0]), bit = query_integer(&row->v[1]);

		if (kind >= 0 && kind < 3 && bit >= 1 && bit <= STMT_TABLES)
			*kinds[kind] |= 1u << (bit - 1);
	}
	*r = look;
	return ERR_OK;
}

/* Whether every table was there; a shape that lacks one is that of an instant. */
static enum err
is_whole(const struct look *look, struct error *e)
{
	for (unsigned i = 0; i < STMT_TABLES; i++)
		if ((look->tables & 1u << i) == 0)
			return error_set(e, ERR_DB_SCHEMA,
			    "database: the table %s is not there, or not for this account "
			    "(agreement-matrix init, sql/grants.sql)",
			    stmt_table(i));
	return ERR_OK;
}

/* Two looks: the catalogue is no snapshot, and tables may be changing now. */
static enum err
look_twice(struct store *s, struct look *r, struct error *e)
{
	struct look first = {0}, second = {0};
	enum err err = look_once(s, &first, e);

	if (err == ERR_OK)
		err = look_once(s, &second, e);
	if (err == ERR_OK)
		err = is_whole(&first, e);
	if (err != ERR_OK)
		return err;
	if (first.tables != second.tables || first.guards != second.guards ||
	    first.recorded != second.recorded)
		return error_set(e, ERR_DB_SCHEMA, "database: the tables are changing");
	*r = first;
	return ERR_OK;
}

enum err
query_shape(struct store *s, unsigned *r, struct error *e)
{
	struct look look = {0};
	enum err err = look_twice(s, &look, e);

	s->looked = clock_milliseconds();
	s->connected = s->ops->connected(s->db);
	if (err != ERR_OK)
		return err;
	s->seen |= look.guards;
	s->recorded |= look.recorded;
	*r = look.guards | look.recorded | s->seen;
	return ERR_OK;
}

void
query_guarded(struct store *s, int64_t remembered)
{
	unsigned have = s->shape, n = 0;
	struct error why = {0};
	enum err err = ERR_OK;

	s->seen |= have;
	for (unsigned bit = 0; 1u << bit < STMT_SHAPES; bit++)
		n += (have >> bit & 1);
	/* An empty table is one that is being loaded: init writes a row of its own. */
	if (remembered == 0 || (s->recorded & have) == have)
		return;
	s->recorded |= have; /* once in a process, also where it may not */
	if (remembered > n)
		return;
	for (unsigned bit = 0; err == ERR_OK && 1u << bit < STMT_SHAPES; bit++) {
		struct db_value number = DB_INTEGER(bit + 1);
		struct db_answer answer;

		if (have >> bit & 1)
			err = query_alone(s, STMT_GUARD_PUT, &number, &answer, &why);
	}
	if (err != ERR_OK)
		log_warning("what guards access cannot be written down: %s", why.text);
}

/* An account with rights to single tables is denied those that are not there. */
static bool
may_lack(enum err err)
{
	return err == ERR_DB_SCHEMA || err == ERR_DB_DENIED;
}

/* Where something was left out it may have come since. */
static bool
is_stale(const struct store *s)
{
	return s->shape != STMT_SHAPES - 1 &&
	    (clock_milliseconds() - s->looked >= SHAPE_MS ||
		s->ops->connected(s->db) != s->connected);
}

/* Returns whether the shape is another one now. */
static bool
look_again(struct store *s, struct error *e)
{
	unsigned before = s->shape, shape = before;
	struct error why = {0};

	if (query_shape(s, &shape, &why) != ERR_OK) {
		if (e != NULL && why.code == ERR_DB_SCHEMA)
			*e = why; /* says more than the statement that failed */
		return false;
	}
	s->shape = shape;
	return shape != before;
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

static bool
same_values(const char *letters, const struct db_value *a, const struct db_value *b)
{
	for (size_t i = 0; letters[i] != '\0'; i++)
		if (!same_value(letters[i], &a[i], &b[i]))
			return false;
	return true;
}

/* Milliseconds for which the second connection is left alone after a failure. */
#define REST_MS 60000

bool
query_begin(struct store *s, enum stmt id, const struct db_value *params, struct arena *a)
{
	struct db_statement statement = stmt_get(id, s->shape);
	size_t n = strlen(statement.params);

	query_drop(s);
	/* The first connection is made first: the client library starts with it. */
	if (s->aside == NULL || s->in_transaction || s->ops->connected(s->db) == 0 ||
	    clock_milliseconds() < s->rests)
		return false;
	assert(statement.read && n <= STORE_AHEAD_PARAMS);
	memcpy(s->ahead_params, params, n * sizeof params[0]);
	s->ahead_id = id;
	s->ahead_shape = s->shape;
	s->ahead = aside_start(s->aside, stmt_slot(id, s->shape), &statement,
		       s->ahead_params, a) == ERR_OK;
	return s->ahead;
}

/* Takes the answer, or returns false. */
static bool
take_ahead(struct store *s, struct db_answer *r)
{
	struct error e = {0};
	enum err err = aside_wait(s->aside, r, &e);

	s->ahead = false;
	if (err == ERR_OK)
		return true;
	s->rests = clock_milliseconds() + REST_MS;
	log_info("a second connection is done without: %s", e.text);
	return false;
}

void
query_drop(struct store *s)
{
	struct db_answer ignored;

	if (s->ahead)
		take_ahead(s, &ignored);
}

static bool
was_begun(const struct store *s, enum stmt id, const struct db_value *params)
{
	return s->ahead && s->ahead_id == id && s->ahead_shape == s->shape &&
	    same_values(stmt_get(id, s->shape).params, s->ahead_params, params);
}

/* Sends it, in the shape that the database has. */
static enum err
send_shaped(struct store *s, enum stmt id, const struct db_value *params,
    const struct db_taking *t, struct db_answer *r, struct error *e)
{
	struct error why = {0};
	enum err err;

	if (stmt_shaped(id) && !s->in_transaction && is_stale(s))
		look_again(s, NULL);
	err = send(s, id, params, t, r, e);
	if (err == ERR_OK || !stmt_shaped(id) || s->in_transaction || !may_lack(err))
		return err;
	if (look_again(s, &why))
		return send(s, id, params, t, r, e);
	if (why.code != ERR_OK && e != NULL)
		*e = why;
	return why.code != ERR_OK ? why.code : err;
}

enum err
query_run(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    size_t max_bytes, struct db_answer *r, struct error *e)
{
	const struct db_taking t = {.arena = a, .max_bytes = max_bytes};

	if (was_begun(s, id, params) && take_ahead(s, r))
		return ERR_OK;
	return send_shaped(s, id, params, &t, r, e);
}

enum err
query_each(struct store *s, enum stmt id, const struct db_value *params, struct arena *a,
    db_visit *visit, void *context, size_t *n_r, struct error *e)
{
	const struct db_taking t = {.arena = a, .visit = visit, .context = context};
	struct db_answer answer;
	enum err err = send_shaped(s, id, params, &t, &answer, e);

	if (err == ERR_OK)
		*n_r = answer.n;
	return err;
}

static const struct query_answer *
find_asked(const struct store *s, enum stmt id, const struct db_value *params)
{
	const char *letters = stmt_get(id, s->shape).params;
	int64_t now = clock_milliseconds();

	for (const struct query_answer *q = s->asked; q != NULL; q = q->next) {
		if (q->id == id && now - q->asked <= SHARED_MS &&
		    same_values(letters, q->params, params))
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
query_ahead(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, int64_t *at_r, struct error *e)
{
	*at_r = clock_milliseconds();
	return query_run(s, id, params, s->together, 0, r, e);
}

void
query_keep(struct store *s, enum stmt id, const struct db_value *params, int64_t at,
    const struct db_answer *answer)
{
	if (s->sharing && !s->in_transaction && find_asked(s, id, params) == NULL)
		keep_asked(s, id, params, at, answer);
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
