#include "fake_db.h"

#include <string.h>

struct canned {
	const struct db_value *values;
	size_t n;
	uint64_t affected;
	int64_t insert_id;
};

struct fake fake;
static struct canned canned[STMT__MAX];

void
fake_reset(void)
{
	memset(&fake, 0, sizeof fake);
	memset(canned, 0, sizeof canned);
}

void
fake_rows(enum stmt id, const struct db_value *values, size_t n)
{
	canned[id].values = values;
	canned[id].n = n;
}

void
fake_change(enum stmt id, uint64_t affected, int64_t insert_id)
{
	canned[id].affected = affected;
	canned[id].insert_id = insert_id;
}

unsigned
fake_runs(enum stmt id)
{
	unsigned n = 0;

	for (unsigned i = 0; i < fake.calls && i < FAKE_LOG; i++)
		n += fake.log[i].call == FAKE_RUN && fake.log[i].id == id;
	return n;
}

/* Count a call, and fail if it is its turn. */
static enum err
called(enum fake_call call, struct error *e)
{
	unsigned times = fake.fail_times > 0 ? fake.fail_times : 1;

	if (fake.calls < FAKE_LOG)
		fake.log[fake.calls].call = call;
	fake.calls++;
	fake.conflict = false;
	if (fake.fail_at == 0 || fake.calls < fake.fail_at ||
	    fake.calls >= fake.fail_at + times)
		return ERR_OK;
	fake.conflict = fake.fail_conflict;
	return error_set(e, fake.fail_with, "the fake fails at call %u", fake.calls);
}

static struct db_row *
row_copy(struct arena *a, const char *columns, const struct db_value *values)
{
	size_t n = strlen(columns);
	struct db_row *row = arena_calloc(a, 1, sizeof *row + n * sizeof row->v[0]);

	for (size_t i = 0; row != NULL && i < n; i++) {
		row->v[i] = values[i];
		if (columns[i] != 's' || values[i].null)
			continue;
		row->v[i].text = arena_str(a, values[i].text);
		if (row->v[i].text.s == NULL)
			return NULL;
	}
	return row;
}

static enum err
fake_run(struct db *db, unsigned slot, const struct db_statement *s,
    const struct db_value *params, const struct db_taking *t, struct db_answer *r,
    struct error *e)
{
	enum stmt id = (enum stmt)(slot / STMT_SHAPES);
	struct db_answer answer = {
	    .affected = canned[id].affected, .insert_id = canned[id].insert_id};
	struct db_row **end = &answer.rows;
	size_t bytes = 0, columns = strlen(s->columns);
	enum err err;

	(void)db;
	if (fake.calls < FAKE_LOG) {
		struct fake_entry *entry = &fake.log[fake.calls];

		entry->id = id;
		entry->shape = slot % STMT_SHAPES;
		for (size_t i = 0; s->params[i] != '\0'; i++)
			entry->params[i] = params[i];
	}
	if (called(FAKE_RUN, e) != ERR_OK)
		return fake.fail_with;
	for (size_t i = 0; i < canned[id].n; i++) {
		const struct db_value *values = canned[id].values + i * columns;

		*end = row_copy(t->arena, s->columns, values);
		if (*end == NULL)
			return error_set(e, ERR_MEMORY, "the fake has no memory");
		for (size_t k = 0; k < columns; k++)
			bytes +=
			    s->columns[k] == 's' && !values[k].null ? values[k].text.n : 0;
		answer.n++;
		if (t->visit == NULL) {
			end = &(*end)->next;
			continue;
		}
		err = t->visit(t->context, *end, e);
		if (err != ERR_OK)
			return err;
		*end = NULL;
	}
	if (t->max_bytes > 0 && bytes > t->max_bytes)
		return error_set(e, ERR_LIMIT, "the fake has more than that");
	*r = answer;
	return ERR_OK;
}

static enum err
fake_script(struct db *db, struct str sql, struct error *e)
{
	(void)db;
	if (fake.calls < FAKE_LOG)
		fake.log[fake.calls].params[0] = DB_TEXT(sql);
	return called(FAKE_SCRIPT, e);
}

static enum err
fake_begin(struct db *db, struct error *e)
{
	enum err err = called(FAKE_BEGIN, e);

	(void)db;
	if (err == ERR_OK) {
		fake.begins++;
		fake.in_transaction = true;
	}
	return err;
}

static enum err
fake_commit(struct db *db, struct error *e)
{
	enum err err = called(FAKE_COMMIT, e);

	(void)db;
	if (err == ERR_OK) {
		fake.commits++;
		fake.in_transaction = false;
	}
	return err;
}

static void
fake_rollback(struct db *db)
{
	(void)db;
	fake.rollbacks++;
	fake.in_transaction = false;
}

static bool
fake_conflict(const struct db *db)
{
	(void)db;
	return fake.conflict;
}

static enum err
fake_open(const struct db_options *o, struct db **r, struct error *e)
{
	(void)o;
	(void)e;
	fake.open = true;
	*r = (struct db *)&fake;
	return ERR_OK;
}

static void
fake_close(struct db *db)
{
	(void)db;
	fake.open = false;
}

static unsigned
fake_connected(const struct db *db)
{
	(void)db;
	return 1;
}

static void
fake_forget(struct db *db)
{
	(void)db;
}

static void
fake_end_thread(void)
{
}

const struct db_ops fake_ops = {
    .open = fake_open,
    .close = fake_close,
    .run = fake_run,
    .script = fake_script,
    .begin = fake_begin,
    .commit = fake_commit,
    .rollback = fake_rollback,
    .conflict = fake_conflict,
    .connected = fake_connected,
    .end_thread = fake_end_thread,
    .reset = fake_forget,
};

enum err
fake_store(struct store **r, struct error *e)
{
	static const struct store_options o = {
	    .file = "none", .connect_timeout = 1, .query_timeout = 1};

	return store_open(&o, &fake_ops, r, e);
}
