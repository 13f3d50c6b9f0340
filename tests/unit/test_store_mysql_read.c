/* Access, evidence and users, read from a real server. */

#include "store/evidence.h"
#include "store/scores.h"
#include "store/query.h"
#include "store/token.h"
#include "evidence_of.h"
#include "store_fixture.h"

static void
access_compares_keys_byte_for_byte(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, "0123456789ABCDEF0123456789abcdef01234567", 3).state,
	    STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, KEY " ", 3).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "", 3).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "' OR 1 = 1 -- ", 3).state, STORE_ACCESS_NO_KEY);
	/* A short key, which the collation would find with a final space or in capitals. */
	sql(f, "UPDATE authtoken_token SET `key` = 'short'");
	assert_int_equal(ask(f, "short", 3).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, "short ", 3).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "SHORT", 3).state, STORE_ACCESS_NO_KEY);
	sql(f, "UPDATE authtoken_token SET `key` = 'short '");
	assert_int_equal(ask(f, "short", 3).state, STORE_ACCESS_NO_KEY);
}

static void
access_checks_the_user(void **state)
{
	struct fixture *f = *state;
	struct store_access r = ask(f, KEY, 3);

	assert_int_equal(r.user, 7);
	assert_int_equal(r.organization, 1);
	sql(f,
	    "UPDATE jwt_auth_jwtsettings SET legacy_api_tokens_enabled = 0 WHERE "
	    "organization_id = 1");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "DELETE FROM jwt_auth_jwtsettings WHERE organization_id = 1");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "UPDATE htx_user SET is_active = 0");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_INACTIVE);
	sql(f, "UPDATE htx_user SET is_active = 1, active_organization_id = NULL");
	sql(f, "UPDATE jwt_auth_jwtsettings SET legacy_api_tokens_enabled = 1");
	r = ask(f, KEY, 3);
	assert_int_equal(r.state, STORE_ACCESS_LEGACY_OFF);
	sql(f,
	    "INSERT INTO jwt_auth_jwtsettings (organization_id, legacy_api_tokens_enabled)"
	    " VALUES (1, 1)");
	sql(f, "UPDATE htx_user SET active_organization_id = 1");
	sql(f,
	    "UPDATE organizations_organizationmember SET organization_id = 2 WHERE user_id "
	    "= 7");
	r = ask(f, KEY, 3);
	assert_int_equal(r.state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(r.organization, 1);
	assert_int_equal(ask(f, KEY, 0).state, STORE_ACCESS_OK);
	assert_null(ask(f, KEY, 0).fingerprint.s);
}

static void
access_checks_the_project(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, KEY, 4).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, 99).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, -1).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 7");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_NO_PROJECT);
	/* Removed and added again. */
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 7)");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	sql(f, "DELETE FROM organizations_organizationmember WHERE user_id = 7");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_NO_PROJECT);
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 7)");
	sql(f, "UPDATE project SET deleted_at = NOW(6) WHERE id = 3");
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_NO_PROJECT);
}

static void
fingerprint_follows_the_configuration(void **state)
{
	struct fixture *f = *state;
	struct store_access first = ask(f, KEY, 3);
	struct store_project p = {0};

	assert_null(first.recorded.s);
	assert_true(first.fingerprint.n > 0);
	OK(store_project(f->s, f->a, 3, &p, &f->e));
	assert_true(str_eq(p.fingerprint, first.fingerprint));
	assert_true(str_is(p.label_config, "<View/>"));
	assert_int_equal(p.organization, 1);
	sql(f, "UPDATE project SET control_weights = '[]' WHERE id = 3");
	assert_false(str_eq(ask(f, KEY, 3).fingerprint, first.fingerprint));
	sql(f,
	    "UPDATE project SET control_weights = '{}', label_config = '<VIEW/>' WHERE id "
	    "= 3");
	assert_false(str_eq(ask(f, KEY, 3).fingerprint, first.fingerprint));
	assert_int_equal(store_project(f->s, f->a, 98, &p, &f->e), ERR_NOT_FOUND);
	sql(f, "UPDATE project SET deleted_at = NOW(6) WHERE id = 3");
	assert_int_equal(store_project(f->s, f->a, 3, &p, &f->e), ERR_NOT_FOUND);
}

static void
old_databases_do_without(void **state)
{
	static const char *const drops[] = {"ALTER TABLE project DROP COLUMN deleted_at",
	    "ALTER TABLE organizations_organizationmember DROP COLUMN deleted_at",
	    "DROP TABLE jwt_auth_jwtsettings"};
	struct fixture *f = *state;
	struct store_access access;

	for (unsigned lacks = 0; lacks < 8; lacks++) {
		int64_t ids[] = {7, 8};
		struct store_evidence_list list;
		struct store_project p;
		struct store_user *users;
		size_t n;
		void *fresh;

		tear_down(state);
		set_up(&fresh);
		*state = f = fresh;
		for (unsigned i = 0; i < 3; i++)
			if (lacks & 1u << i)
				sql(f, drops[i]);
		sql(f, "DELETE FROM agreement_guard"); /* as init would have seen it */
		sql(f,
		    "INSERT INTO task_completion (id, task_id, project_id, "
		    "completed_by_id, result)"
		    " VALUES (1, 5, 3, 8, '[]')");
		assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
		assert_int_equal(ask(f, KEY, 4).state, STORE_ACCESS_NO_PROJECT);
		OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &list, &f->e));
		assert_int_equal(list.n, 1);
		assert_false(list.items[0].user.deleted);
		OK(store_users(f->s, f->a, 1, ids, 2, &users, &n, &f->e));
		assert_int_equal(n, 2);
		OK(store_project(f->s, f->a, 3, &p, &f->e));
	}
	/* What was there once is asked for, also when it is away. */
	sql(f,
	    "CREATE TABLE jwt_auth_jwtsettings (organization_id int PRIMARY KEY, "
	    "legacy_api_tokens_enabled bool)");
	f->s->looked = 0; /* a minute passes */
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "DROP TABLE jwt_auth_jwtsettings");
	assert_int_equal(
	    store_access(f->s, f->a, STR(KEY), 3, &access, &f->e), ERR_DB_SCHEMA);
}

static void
evidence_has_what_counts(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_list r;
	const struct store_evidence *v;

	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &r, &f->e));
	assert_int_equal(r.n, 0);
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, "
	    "was_cancelled,"
	    " ground_truth, updated_at, result) VALUES"
	    " (13, 5, 3, 8, 0, 1, '2024-01-02 03:04:05.000006', '[{\"a\": 1}]'),"
	    " (11, 5, 3, 7, 0, 0, '1970-01-01 00:00:01', '[]'), (12, 5, 3, 7, 1, 0, "
	    "NOW(6), '[]'),"
	    " (14, 5, 3, NULL, 0, 1, NOW(6), NULL), (15, 5, 3, 4711, 0, 0, NOW(6), '[]'),"
	    " (16, 6, 4, 7, 0, 0, NOW(6), '[]')");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, model_version, result) VALUES"
	    " (2, 5, 3, 'v1', '[]'), (1, 5, 3, NULL, '[1]'), (3, 5, 3, '', '[]'), (4, 6, "
	    "4, 'v1', '[]')");
	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 8");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &r, &f->e));
	assert_int_equal(r.n, 7);
	v = r.items;
	assert_int_equal(v[0].version.id, 11);
	assert_int_equal(v[0].version.kind, STORE_ANNOTATION);
	assert_int_equal(v[0].version.updated_at, 1000000);
	assert_true(v[0].has_user && !v[0].user.deleted && !v[0].version.ground_truth);
	assert_true(str_is(v[0].user.email, "ann@example.org") &&
	    str_is(v[0].user.avatar, "a/7.png"));
	assert_int_equal(v[1].version.id, 13);
	assert_int_equal(v[1].version.updated_at, 1704164645000006);
	assert_int_equal(v[1].version.length, 10);
	assert_true(v[1].user.deleted && v[1].version.ground_truth);
	assert_null(v[1].result.s);
	assert_false(v[2].has_user);
	assert_true(v[2].version.ground_truth && v[2].version.length == 0);
	assert_true(v[3].has_user && v[3].user.id == 4711 && v[3].user.email.s == NULL);
	assert_int_equal(v[4].version.kind, STORE_PREDICTION);
	assert_int_equal(v[4].version.id, 1);
	assert_null(v[4].model_version.s);
	assert_true(str_is(v[5].model_version, "v1"));
	assert_true(v[6].model_version.s != NULL && v[6].model_version.n == 0);

	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 1000), &r, &f->e));
	assert_true(str_is(r.items[1].result, "[{\"a\": 1}]"));
	assert_null(r.items[2].result.s);
	assert_true(str_is(r.items[4].result, "[1]"));
	/* A member again, in another organization gone. */
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 8)");
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id, "
	    "deleted_at)"
	    " VALUES (2, 7, NOW(6))");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &r, &f->e));
	assert_false(r.items[0].user.deleted);
	assert_false(r.items[1].user.deleted);
}

/* Every combination of member rows, as each user's one answer. */
static void
member_rows_do_not_multiply(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_list r;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result)"
	    " VALUES (11, 5, 3, 7, '[1]'), (12, 5, 3, 7, '[2]'), (13, 5, 3, 8, '[3]')");
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id, "
	    "deleted_at) VALUES (1, 7, NULL), (1, 7, NOW(6)), (1, 8, NOW(6)), (2, 8, "
	    "NOW(6))");
	sql(f,
	    "INSERT INTO agreement_dimension (project_id, name, control_tag, metric_type)"
	    " VALUES (3, 'a', 'a', 'exact_match'), (3, 'b', 'b', 'exact_match')");
	for (size_t max_bytes = 0; max_bytes <= 1000; max_bytes += 1000) {
		OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, max_bytes), &r, &f->e));
		assert_int_equal(r.n, 3);
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(r.items[i].version.id, 11 + i);
			assert_false(r.items[i].user.deleted);
		}
	}
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, KEY, 3).n, 2);
	sql(f, "UPDATE organizations_organizationmember SET deleted_at = NOW(6)");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &r, &f->e));
	assert_int_equal(r.n, 3);
	assert_true(r.items[0].user.deleted && r.items[2].user.deleted);
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_NO_PROJECT);
}

static void
a_task_is_looked_for_in_its_project(void **state)
{
	static const struct {
		int64_t project, task;
		bool found;
	} cases[] = {{3, 5, true}, {3, 6, false}, {4, 6, true}, {4, 5, false}, {3, 7, true},
	    {3, 99, false}, {3, -1, false}, {3, 0, false}, {3, INT64_MAX, false},
	    {-1, 5, false}, {INT64_MAX, 5, false}};
	struct fixture *f = *state;
	struct store_evidence_list r;

	/* 5 has both, 7 predictions alone; those of no task belong to nobody. */
	sql(f,
	    "INSERT INTO task (id, project_id, data) VALUES (7, 3, '{}'), (8, NULL, '{}')");
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, result)"
	    " VALUES (11, 5, 3, '[]'), (12, 99, 3, '[]')");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, result)"
	    " VALUES (1, 5, 3, '[]'), (2, 7, 3, '[]'), (3, 99, 3, '[]'), (4, 6, 4, '[]')");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t max_bytes = 0; max_bytes <= 1000; max_bytes += 1000) {
			OK(store_evidence(f->s, f->a,
			    EVIDENCE_OF(1, cases[i].project, cases[i].task, max_bytes), &r,
			    &f->e));
			assert_int_equal(r.found, cases[i].found);
			assert_int_equal(r.n,
			    !cases[i].found	     ? 0
				: cases[i].task == 5 ? 2
						     : 1);
		}
}

static void
predictions_are_left_out_where_nobody_asks(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_question q = {.organization = 1, .project = 3, .task = 5};
	struct store_evidence_list r;

	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, result)"
	    " VALUES (1, 5, 3, '[]'), (2, 5, 3, '[]')");
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_true(r.found && r.n == 0);
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, result)"
	    " VALUES (1, 5, 3, '[3]')");
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_true(r.n == 1 && r.items[0].version.length == 3);
	assert_null(r.items[0].result.s);
	q.max_bytes = 1000; /* results are of everybody */
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_true(r.n == 3 && str_is(r.items[0].result, "[3]"));
	q.task = 6;
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_false(r.found);
}

/* Bytes of all kinds come back as they were. */
static void
kept_scores_come_along(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_question q = {
	    .organization = 1, .project = 3, .task = 5, .kept = true};
	struct store_scores row = {.project = 3,
	    .task = 5,
	    .fingerprint = STR("0123456789abcdef0123456789abcdef"),
	    .bytes = {"\0\x80\xff'\\\n", 6},
	    .labels = STR("")};
	struct store_evidence_list r;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, result)"
	    " VALUES (1, 5, 3, '[3]')");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, result)"
	    " VALUES (1, 5, 3, '[4]')");
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_true(r.found && r.n == 1 && r.kept.s == NULL);
	for (int i = 0; i < 2; i++) {
		OK(store_scores_put(f->s, &row, 1, &f->e));
		q.predictions = i == 0;
		OK(store_evidence(f->s, f->a, &q, &r, &f->e));
		assert_true(r.n == (i == 0 ? 2 : 1) && r.items[0].result.s == NULL);
		assert_true(str_eq(r.kept, row.bytes));
		row.bytes.n = 3;
	}
	assert_int_equal(r.items[0].version.length, 3);
	q.task = 6; /* of no project */
	row.task = 6;
	OK(store_scores_put(f->s, &row, 1, &f->e));
	OK(store_evidence(f->s, f->a, &q, &r, &f->e));
	assert_false(r.found);
	sql(f, "DELETE FROM agreement_score");
}

/* What several tasks are asked for ahead is what each is asked for alone. */
static void
tasks_are_asked_for_together(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_question q[4] = {{.organization = 1, .project = 3, .task = 5},
	    {.organization = 1, .project = 3, .task = 7},
	    {.organization = 1, .project = 3, .task = 999},
	    {.organization = 1, .project = 3, .task = 7}};
	struct store_scores row = {.project = 3,
	    .task = 7,
	    .fingerprint = STR("0123456789abcdef0123456789abcdef"),
	    .bytes = STR("bytes"),
	    .labels = STR("")};

	sql(f, "INSERT INTO task (id, data, project_id) VALUES (7, '{}', 3)");
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result)"
	    " VALUES (1, 5, 3, 7, '[1]'), (2, 5, 3, 8, '[2]'), (3, 7, 3, 7, '[3]')");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, result)"
	    " VALUES (1, 7, 3, '[4]')");
	OK(store_scores_put(f->s, &row, 1, &f->e));
	for (int kind = 0; kind < 4; kind++) {
		struct store_evidence_list alone[4], ahead[4];

		for (int i = 0; i < 4; i++) {
			q[i].predictions = kind % 2 == 1;
			q[i].kept = kind / 2 == 1;
			OK(store_evidence(f->s, f->a, &q[i], &alone[i], &f->e));
		}
		store_share(f->s);
		store_evidence_ahead(f->s, q, 4);
		/* Asked before this: it does not show. */
		sql(f,
		    "UPDATE task_completion SET result = '[9, 9]' WHERE task_id IN (5, 7)");
		for (int i = 0; i < 4; i++) {
			OK(store_evidence(f->s, f->a, &q[i], &ahead[i], &f->e));
			assert_int_equal(ahead[i].found, alone[i].found);
			assert_int_equal(ahead[i].n, alone[i].n);
			assert_true(str_eq(ahead[i].kept, alone[i].kept));
			for (size_t k = 0; k < alone[i].n; k++) {
				const struct store_evidence *x = &alone[i].items[k],
							    *y = &ahead[i].items[k];

				assert_true(x->version.id == y->version.id &&
				    x->version.kind == y->version.kind &&
				    x->version.crc32 == y->version.crc32 &&
				    x->version.length == y->version.length);
				assert_true(x->user.id == y->user.id &&
				    str_eq(x->user.email, y->user.email));
			}
		}
		store_unshare(f->s);
		assert_int_equal(ahead[1].n, kind % 2 == 1 ? 2 : 1);
		assert_int_equal(ahead[1].kept.n, kind / 2 == 1 ? 5 : 0);
		OK(store_evidence(f->s, f->a, &q[1], &ahead[1], &f->e));
		assert_int_equal(ahead[1].items[0].version.length, 6);
		sql(f, "UPDATE task_completion SET result = '[1]' WHERE task_id IN (5, 7)");
	}
	sql(f, "DELETE FROM agreement_score");
	sql(f, "DELETE FROM task WHERE id = 7");
}

static void
a_direct_update_shows(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_list before, after;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result)"
	    " VALUES (11, 5, 3, 7, '[1]')");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &before, &f->e));
	sql(f, "UPDATE task_completion SET result = '[2]' WHERE id = 11");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 3, 5, 0), &after, &f->e));
	assert_int_equal(
	    before.items[0].version.updated_at, after.items[0].version.updated_at);
	assert_int_equal(before.items[0].version.length, after.items[0].version.length);
	assert_int_not_equal(before.items[0].version.crc32, after.items[0].version.crc32);
}

static void
results_come_whole(void **state)
{
	struct fixture *f = *state;
	struct store_version keys[] = {{.kind = STORE_PREDICTION, .id = 1},
	    {.kind = STORE_ANNOTATION, .id = 21}, {.kind = STORE_ANNOTATION, .id = 22},
	    {.kind = STORE_ANNOTATION, .id = 23}, {.kind = STORE_ANNOTATION, .id = 24},
	    {.kind = STORE_PREDICTION, .id = 77}};
	struct store_result *r = NULL;
	size_t n = 0;
	enum err err;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, result, was_cancelled) "
	    "VALUES"
	    " (21, 5, 3, CONCAT('[\"', REPEAT('x', 3000000), '\"]'), 0), (22, 5, 3, "
	    "'[22]', 1),"
	    " (23, 6, 4, '[23]', 0), (24, 5, 3, NULL, 0), (1, 5, 3, '[\"not asked for\"]', "
	    "0)");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id, result) VALUES (1, 5, 3, "
	    "'[\"\\u00e9\"]'),"
	    " (21, 5, 3, '[]')");
	OK(store_results(f->s, f->a, 5, keys, 6, 4000000, &r, &n, &f->e));
	/* Cancelled, of another task, not there, and not asked for: left out. */
	assert_int_equal(n, 3);
	assert_int_equal(r[0].version.id, 21);
	assert_int_equal(r[0].text.n, 3000004);
	assert_int_equal(r[0].version.length, 3000004);
	assert_memory_equal(r[0].text.s + 3000000, "xx\"]", 5);
	assert_int_equal(r[1].version.id, 24);
	assert_null(r[1].text.s);
	assert_int_equal(r[2].version.kind, STORE_PREDICTION);
	assert_int_equal(r[2].version.id, 1);

	err = store_results(f->s, f->a, 5, keys, 6, 2999999, &r, &n, &f->e);
	assert_int_equal(err, ERR_LIMIT);
	assert_int_equal(ask(f, KEY, 3).state, STORE_ACCESS_OK);
	OK(store_results(f->s, f->a, 5, keys, 0, 1, &r, &n, &f->e));
	assert_int_equal(n, 0);
}

static void
users_of_the_organization(void **state)
{
	struct fixture *f = *state;
	int64_t ids[200] = {9, 8, 4711, 7, 7, -1, INT64_MAX};
	struct store_user *r;
	size_t n;

	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 8");
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 7)");
	OK(store_users(f->s, f->a, 1, ids, 7, &r, &n, &f->e));
	assert_int_equal(n, 2);
	assert_true(r[0].id == 7 && !r[0].deleted && str_is(r[0].first_name, "Ann"));
	assert_true(
	    r[1].id == 8 && r[1].deleted && r[1].avatar.s != NULL && r[1].avatar.n == 0);
	for (int i = 0; i < 200; i++)
		ids[i] = 200 - i;
	OK(store_users(f->s, f->a, 1, ids, 200, &r, &n, &f->e));
	assert_int_equal(n, 2);
	OK(store_users(f->s, f->a, 1, ids, 0, &r, &n, &f->e));
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(access_compares_keys_byte_for_byte),
	    T(access_checks_the_user),
	    T(access_checks_the_project),
	    T(fingerprint_follows_the_configuration),
	    T(old_databases_do_without),
	    T(evidence_has_what_counts),
	    T(member_rows_do_not_multiply),
	    T(a_task_is_looked_for_in_its_project),
	    T(predictions_are_left_out_where_nobody_asks),
	    T(kept_scores_come_along),
	    T(tasks_are_asked_for_together),
	    T(a_direct_update_shows),
	    T(results_come_whole),
	    T(users_of_the_organization),
	};

	return RUN(all);
}
