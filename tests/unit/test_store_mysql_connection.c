/* Accounts, transactions and lost connections on a real server. */
#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"
#include "store/import.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/token.h"
#include "evidence_of.h"
#include "store_fixture.h"

static void
the_service_account_suffices(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};
	int64_t ids[] = {7};
	struct store_evidence_list list;
	struct store_dimension_list dimensions;
	struct store_dimension d;
	struct store_version key = {.id = 11};
	struct store_result *results;
	struct store_user *users;
	struct store_project p;
	struct token token;
	bool created;
	size_t n;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result)"
	    " VALUES (11, 5, 3, 7, '[1]')");
	g.s = open_as("service.cnf", 5);
	ok(schema_health(g.s, &g.e), &g.e, "health");
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	ok(store_evidence(g.s, g.a, EVIDENCE_OF(1, 3, 5, 0), &list, &g.e), &g.e,
	    "evidence");
	ok(store_evidence(g.s, g.a, EVIDENCE_OF(1, 3, 5, 100), &list, &g.e), &g.e,
	    "evidence");
	ok(store_results(g.s, g.a, 5, &key, 1, 100, &results, &n, &g.e), &g.e, "results");
	assert_int_equal(n, 1);
	ok(store_users(g.s, g.a, 1, ids, 1, &users, &n, &g.e), &g.e, "users");
	ok(store_project(g.s, g.a, 3, &p, &g.e), &g.e, "project");
	ok(store_dimensions_sync(g.s, g.a, 3, STR("x"), two, 2, true, &dimensions, &g.e),
	    &g.e, "sync");
	d = dimensions.items[0];
	ok(store_dimension_set(g.s, &d, STORE_DIMENSION_NAME, &g.e), &g.e, "set");
	assert_int_equal(
	    token_create(g.s, g.a, STR("bob@example.org"), &token, &created, &g.e),
	    ERR_DB_DENIED);
	assert_int_equal(
	    g.s->ops->script(g.s->db, STR("SELECT password FROM htx_user"), &g.e),
	    ERR_DB_DENIED);
	assert_int_equal(
	    g.s->ops->script(g.s->db, STR("UPDATE project SET title = ''"), &g.e),
	    ERR_DB_DENIED);
	store_close(g.s);

	/* One that may only read is told so, and nothing is changed. */
	g.s = open_as("reader.cnf", 5);
	assert_int_equal(ask(&g, KEY, 3).n, 2);
	assert_int_equal(
	    store_dimensions_sync(g.s, g.a, 3, STR("y"), two, 1, true, &dimensions, &g.e),
	    ERR_DB_DENIED);
	assert_true(str_is(ask(&g, KEY, 3).recorded, "x"));
	store_close(g.s);
}

static void
the_loader_account_suffices(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};
	enum import_change change;
	struct import_user user = {.email = STR("new@example.org")};
	struct import_person person;
	struct import_task task = {.id = 70, .project = 3, .data = STR("{}"), .overlap = 1};
	struct import_ids none = {0};
	struct import_pruned pruned;
	struct token token;
	bool created;
	int64_t id;

	g.s = open_as("loader.cnf", 5);
	make_tables(&g);
	ok(store_begin(g.s, &g.e), &g.e, "begin");
	ok(import_organization(g.s, 0, STR("x"), &id, &change, &g.e), &g.e, "organization");
	ok(import_organization(g.s, 12, STR("x"), &id, &change, &g.e), &g.e,
	    "organization");
	ok(import_user(g.s, &(struct import_origin){12, 8}, &user, &person, &g.e), &g.e,
	    "user");
	ok(import_task(g.s, &task, &change, &g.e), &g.e, "task");
	ok(store_commit(g.s, &g.e), &g.e, "commit");
	ok(token_create(g.s, g.a, user.email, &token, &created, &g.e), &g.e, "token");
	ok(token_revoke(g.s, user.email, &g.e), &g.e, "token");
	ok(import_prune(g.s, 3, &none, &none, &none, &pruned, &g.e), &g.e, "prune");
	assert_int_equal(pruned.tasks, 2);
	store_close(g.s);
}

static void
a_batch_is_kept_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct import_task t = {.id = 80, .project = 3, .data = STR("{}"), .overlap = 1};
	enum import_change change;

	OK(store_begin(f->s, &f->e));
	OK(import_task(f->s, &t, &change, &f->e));
	store_rollback(f->s);
	assert_int_equal(count(f, "task"), 2);
	OK(store_begin(f->s, &f->e));
	OK(import_task(f->s, &t, &change, &f->e));
	OK(store_mark(f->s, &f->e));
	t.id = 81;
	OK(import_task(f->s, &t, &change, &f->e));
	OK(store_rewind(f->s, &f->e));
	OK(store_mark(f->s, &f->e));
	t.id = 82;
	OK(import_task(f->s, &t, &change, &f->e));
	OK(store_commit(f->s, &f->e));
	assert_int_equal(count(f, "task"), 4);
	assert_int_equal(count(f, "(SELECT id FROM task WHERE id = 81) t"), 0);
}

static void
a_lost_connection_inside_a_transaction_is_told(void **state)
{
	struct fixture *f = *state;
	struct import_task t = {.id = 80, .project = 3, .data = STR("{}"), .overlap = 1};
	enum import_change change;

	OK(store_begin(f->s, &f->e));
	OK(import_task(f->s, &t, &change, &f->e));
	(void)f->s->ops->script(f->s->db, STR("KILL CONNECTION_ID()"), &f->e);
	t.id = 81;
	assert_int_equal(import_task(f->s, &t, &change, &f->e), ERR_DB_AWAY);
	assert_int_equal(import_task(f->s, &t, &change, &f->e), ERR_DB_AWAY);
	assert_int_equal(store_commit(f->s, &f->e), ERR_DB_AWAY);
	store_rollback(f->s);
	assert_int_equal(count(f, "task"), 2);
	/* Outside one, nobody notices. */
	(void)f->s->ops->script(f->s->db, STR("KILL CONNECTION_ID()"), &f->e);
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	(void)f->s->ops->script(f->s->db, STR("KILL CONNECTION_ID()"), &f->e);
	OK(store_begin(f->s, &f->e));
	OK(import_task(f->s, &t, &change, &f->e));
	OK(store_commit(f->s, &f->e));
}

static void
a_restart_between_two_questions_harms_nothing(void **state)
{
	struct fixture *f = *state;
	const char *restart = getenv("AGREEMENT_TEST_RESTART");
	struct store_dimension_list r;

	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	assert_non_null(restart);
	assert_int_equal(system(restart), 0);
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	assert_int_equal(system(restart), 0);
	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), two, 2, true, &r, &f->e));
}

static void
what_is_prepared_survives_a_changed_table(void **state)
{
	struct fixture *f = *state;
	struct store_dimension_list r;

	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), two, 2, true, &r, &f->e));
	sql(f, "ALTER TABLE agreement_dimension MODIFY name longtext NOT NULL");
	OK(store_dimensions(f->s, f->a, 3, &r, &f->e));
	assert_true(r.n == 2 && str_is(r.items[0].name, "choice"));
}

static void
a_slow_answer_is_told(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};
	struct store_evidence_list r;

	g.s = open_as("service.cnf", 1);
	sql(f, "LOCK TABLES task_completion WRITE");
	assert_int_equal(
	    store_evidence(g.s, g.a, EVIDENCE_OF(1, 3, 5, 0), &r, &g.e), ERR_DB_SLOW);
	sql(f, "UNLOCK TABLES");
	ok(store_evidence(g.s, g.a, EVIDENCE_OF(1, 3, 5, 0), &r, &g.e), &g.e, "evidence");
	store_close(g.s);
}

static void
the_next_host_is_tried(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};

	/* The first refuses, or takes the connection and says nothing; the second is the
	 * server. */
	g.s = open_as("hosts.cnf", 5);
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	store_close(g.s);
	g.s = open_as("silent.cnf", 5);
	assert_int_equal(ask(&g, KEY, 3).state, STORE_ACCESS_OK);
	store_close(g.s);
}

static void
a_failing_connection_says_why(void **state)
{
	static const struct {
		const char *file;
		enum err err;
	} cases[] = {{"away.cnf", ERR_DB_AWAY}, {"tls.cnf", ERR_DB_AWAY},
	    {"wrong.cnf", ERR_DB_DENIED}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct store *s = open_as(cases[i].file, 5);
		struct error e = {0};

		assert_int_equal(schema_health(s, &e), cases[i].err);
		assert_int_equal(e.code, cases[i].err);
		assert_null(strstr(e.text, "127.0.0.1"));
		store_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(the_service_account_suffices),
	    T(the_loader_account_suffices),
	    T(a_batch_is_kept_whole_or_not_at_all),
	    T(a_lost_connection_inside_a_transaction_is_told),
	    T(a_restart_between_two_questions_harms_nothing),
	    T(what_is_prepared_survives_a_changed_table),
	    T(a_slow_answer_is_told),
	    T(the_next_host_is_tried),
	    cmocka_unit_test(a_failing_connection_says_why),
	};

	return RUN(all);
}
