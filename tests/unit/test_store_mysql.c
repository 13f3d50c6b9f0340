/*
 * The store against a real server: tests/store-mariadb.sh starts one and says by the
 * environment where it is. AGREEMENT_TEST_MYSQL: a directory with option files admin.cnf,
 * service.cnf, reader.cnf, hosts.cnf, silent.cnf and tls.cnf. AGREEMENT_TEST_RESTART: a
 * command that restarts the server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/access.h"
#include "store/evidence.h"
#include "store/import.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/token.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"
#define OK(call) ok((call), &f->e, #call)

struct fixture {
	struct store *s;
	struct arena *a;
	struct error e;
};

static void
ok(enum err err, const struct error *e, const char *what)
{
	if (err != ERR_OK)
		fail_msg("%s: %s: %s", what, err_text(err), e->text);
}

static struct store *
open_as(const char *file, unsigned query_timeout)
{
	char path[4096];
	struct store_options o = {.file = path,
	    .database = "agreement_test",
	    .connect_timeout = 1,
	    .query_timeout = query_timeout};
	struct error e = {0};
	struct store *s = NULL;

	snprintf(path, sizeof path, "%s/%s", getenv("AGREEMENT_TEST_MYSQL"), file);
	ok(store_open(&o, &mysql_ops, &s, &e), &e, path);
	return s;
}

static void
sql(struct fixture *f, const char *text)
{
	ok(f->s->ops->script(f->s->db, str_of(text), &f->e), &f->e, text);
}

static struct str
read_script(struct arena *a, const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[4096], *text = arena_alloc(a, 100000);
	FILE *file;
	size_t n;

	snprintf(path, sizeof path, "%s/sql/%s", srcdir != NULL ? srcdir : ".", name);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("%s cannot be read", path);
	n = fread(text, 1, 100000, file);
	fclose(file);
	return (struct str){text, n};
}

static void
make_tables(struct fixture *f)
{
	OK(schema_run(
	    f->s, "labelstudio.sql", read_script(f->a, "labelstudio.sql"), &f->e));
	OK(schema_run(f->s, "agreement.sql", read_script(f->a, "agreement.sql"), &f->e));
}

static int
set_up_empty(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->a = arena_new(0);
	f->s = open_as("admin.cnf", 5);
	sql(f, "CREATE DATABASE IF NOT EXISTS agreement_test");
	sql(f, "DROP DATABASE agreement_test");
	sql(f, "CREATE DATABASE agreement_test");
	sql(f, "USE agreement_test");
	*state = f;
	return 0;
}

static int
set_up(void **state)
{
	struct fixture *f;

	set_up_empty(state);
	f = *state;
	make_tables(f);
	sql(f, "INSERT INTO organization (id, title) VALUES (1, 'One'), (2, 'Two')");
	sql(f,
	    "INSERT INTO jwt_auth_jwtsettings (organization_id, legacy_api_tokens_enabled)"
	    " VALUES (1, 1), (2, 1)");
	sql(f,
	    "INSERT INTO htx_user (id, email, first_name, last_name, username, avatar,"
	    " active_organization_id) VALUES (7, 'ann@example.org', 'Ann', 'Lee', 'ann', "
	    "'a/7.png', 1),"
	    " (8, 'bob@example.org', 'Bob', '', 'bob', '', 1), (9, 'eve@example.org', '', "
	    "'', 'eve', '', 2)");
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id)"
	    " VALUES (1, 7), (1, 8), (2, 9)");
	sql(f, "INSERT INTO authtoken_token (`key`, user_id) VALUES ('" KEY "', 7)");
	sql(f,
	    "INSERT INTO project (id, title, organization_id, label_config, "
	    "control_weights)"
	    " VALUES (3, 'P', 1, '<View/>', '{}'), (4, 'Q', 2, NULL, NULL)");
	sql(f, "INSERT INTO task (id, project_id, data) VALUES (5, 3, '{}'), (6, 4, '{}')");
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	arena_free(f->a);
	free(f);
	return 0;
}

/* ------------------------------------------------------------------ schema */

static void
schema_loads_twice(void **state)
{
	struct fixture *f = *state;
	int64_t version = -1;

	OK(schema_version(f->s, &version, &f->e));
	assert_int_equal(version, 0);
	assert_int_equal(store_health(f->s, &f->e), ERR_DB_SCHEMA);
	make_tables(f);
	make_tables(f);
	OK(schema_version(f->s, &version, &f->e));
	assert_int_equal(version, SCHEMA_VERSION);
	OK(store_health(f->s, &f->e));
	sql(f, "UPDATE agreement_schema SET version = 99");
	assert_int_equal(store_health(f->s, &f->e), ERR_DB_SCHEMA);
	assert_non_null(strstr(f->e.text, "99"));
	assert_int_equal(
	    schema_run(f->s, "x", STR("DROP TABLE task;"), &f->e), ERR_DB_SCHEMA);
	sql(f, "SELECT 1 FROM task");
	sql(f, "DELETE FROM agreement_schema");
	assert_int_equal(store_health(f->s, &f->e), ERR_DB_SCHEMA);
	assert_int_equal(schema_run(f->s, "x.sql", STR("DO 1;\n\nDO nonsense(;\n"), &f->e),
	    ERR_DB_REFUSED);
	assert_non_null(strstr(f->e.text, "x.sql, line 3"));
	assert_null(strstr(f->e.text, "nonsense"));
}

/* ------------------------------------------------------------------ access */

static struct store_access
ask(struct fixture *f, const char *key, int64_t project, int64_t task)
{
	struct store_access r = {.state = STORE_ACCESS__MAX};

	OK(store_access(f->s, f->a, str_of(key), project, task, &r, &f->e));
	return r;
}

static void
access_compares_keys_byte_for_byte(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, "0123456789ABCDEF0123456789abcdef01234567", 3, 5).state,
	    STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, KEY " ", 3, 5).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "", 3, 5).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "' OR 1 = 1 -- ", 3, 5).state, STORE_ACCESS_NO_KEY);
	/* A short key, which the collation would find with a final space or in capitals. */
	sql(f, "UPDATE authtoken_token SET `key` = 'short'");
	assert_int_equal(ask(f, "short", 3, 5).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, "short ", 3, 5).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(ask(f, "SHORT", 3, 5).state, STORE_ACCESS_NO_KEY);
	sql(f, "UPDATE authtoken_token SET `key` = 'short '");
	assert_int_equal(ask(f, "short", 3, 5).state, STORE_ACCESS_NO_KEY);
}

static void
access_checks_the_user(void **state)
{
	struct fixture *f = *state;
	struct store_access r = ask(f, KEY, 3, 5);

	assert_int_equal(r.user, 7);
	assert_int_equal(r.organization, 1);
	sql(f,
	    "UPDATE jwt_auth_jwtsettings SET legacy_api_tokens_enabled = 0 WHERE "
	    "organization_id = 1");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "DELETE FROM jwt_auth_jwtsettings WHERE organization_id = 1");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "UPDATE htx_user SET is_active = 0");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_INACTIVE);
	sql(f, "UPDATE htx_user SET is_active = 1, active_organization_id = NULL");
	sql(f, "DROP TABLE jwt_auth_jwtsettings");
	r = ask(f, KEY, 3, 5);
	assert_int_equal(r.state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(r.organization, 0);
	assert_int_equal(ask(f, KEY, 0, 0).state, STORE_ACCESS_OK);
}

static void
access_checks_project_and_task(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, KEY, 4, 6).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, 99, 5).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, -1, 5).state, STORE_ACCESS_NO_PROJECT);
	assert_int_equal(ask(f, KEY, 3, 6).state, STORE_ACCESS_NO_TASK);
	assert_int_equal(ask(f, KEY, 3, -1).state, STORE_ACCESS_NO_TASK);
	assert_int_equal(ask(f, KEY, 3, 0).state, STORE_ACCESS_OK);
	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 7");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_NO_PROJECT);
	/* Removed and added again. */
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 7)");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
	sql(f, "DELETE FROM organizations_organizationmember WHERE user_id = 7");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_NO_PROJECT);
	sql(f,
	    "INSERT INTO organizations_organizationmember (organization_id, user_id) "
	    "VALUES (1, 7)");
	sql(f, "UPDATE project SET deleted_at = NOW(6) WHERE id = 3");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_NO_PROJECT);
}

static void
fingerprint_follows_the_configuration(void **state)
{
	struct fixture *f = *state;
	struct store_access first = ask(f, KEY, 3, 5);
	struct store_project p = {0};

	assert_null(first.recorded.s);
	assert_true(first.fingerprint.n > 0);
	OK(store_project(f->s, f->a, 3, &p, &f->e));
	assert_true(str_eq(p.fingerprint, first.fingerprint));
	assert_true(str_is(p.label_config, "<View/>"));
	assert_int_equal(p.organization, 1);
	sql(f, "UPDATE project SET control_weights = '[]' WHERE id = 3");
	assert_false(str_eq(ask(f, KEY, 3, 5).fingerprint, first.fingerprint));
	sql(f,
	    "UPDATE project SET control_weights = '{}', label_config = '<VIEW/>' WHERE id "
	    "= 3");
	assert_false(str_eq(ask(f, KEY, 3, 5).fingerprint, first.fingerprint));
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
		sql(f,
		    "INSERT INTO task_completion (id, task_id, project_id, "
		    "completed_by_id, result)"
		    " VALUES (1, 5, 3, 8, '[]')");
		assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
		assert_int_equal(ask(f, KEY, 4, 6).state, STORE_ACCESS_NO_PROJECT);
		OK(store_evidence(f->s, f->a, 1, 5, 0, &list, &f->e));
		assert_int_equal(list.n, 1);
		assert_false(list.items[0].user.deleted);
		OK(store_users(f->s, f->a, 1, ids, 2, &users, &n, &f->e));
		assert_int_equal(n, 2);
		OK(store_project(f->s, f->a, 3, &p, &f->e));
	}
	/* The database loses a column while we are connected: looked up again. */
	sql(f,
	    "CREATE TABLE jwt_auth_jwtsettings (organization_id int PRIMARY KEY, "
	    "legacy_api_tokens_enabled bool)");
	f->s->shape = STMT_SHAPES - 1;
	f->s->has_shape = false;
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_LEGACY_OFF);
	sql(f, "DROP TABLE jwt_auth_jwtsettings");
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
}

/* ------------------------------------------------------------------ evidence */

static void
evidence_has_what_counts(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_list r;
	const struct store_evidence *v;

	OK(store_evidence(f->s, f->a, 1, 5, 0, &r, &f->e));
	assert_int_equal(r.n, 0);
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, "
	    "was_cancelled,"
	    " ground_truth, updated_at, result) VALUES"
	    " (13, 5, 3, 8, 0, 1, '2024-01-02 03:04:05.000006', '[{\"a\":1}]'),"
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
	OK(store_evidence(f->s, f->a, 1, 5, 0, &r, &f->e));
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
	assert_int_equal(v[1].version.length, 9);
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

	OK(store_evidence(f->s, f->a, 1, 5, 1000, &r, &f->e));
	assert_true(str_is(r.items[1].result, "[{\"a\":1}]"));
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
	OK(store_evidence(f->s, f->a, 1, 5, 0, &r, &f->e));
	assert_false(r.items[0].user.deleted);
	assert_false(r.items[1].user.deleted);
}

static void
a_direct_update_shows(void **state)
{
	struct fixture *f = *state;
	struct store_evidence_list before, after;

	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result)"
	    " VALUES (11, 5, 3, 7, '[1]')");
	OK(store_evidence(f->s, f->a, 1, 5, 0, &before, &f->e));
	sql(f, "UPDATE task_completion SET result = '[2]' WHERE id = 11");
	OK(store_evidence(f->s, f->a, 1, 5, 0, &after, &f->e));
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
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
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

/* ------------------------------------------------------------------ dimensions */

static const struct store_dimension two[] = {
    {.name = STR_INIT("choice"),
	.control_tag = STR_INIT("choice"),
	.control_type = STR_INIT("Choices"),
	.metric_type = STR_INIT("exact_match"),
	.is_active = true,
	.is_categorical = true,
	.weight = 1,
	.values_enum = STR_INIT("[\"a\",\"b\"]")},
    {.name = STR_INIT("box"),
	.control_tag = STR_INIT("box"),
	.control_type = STR_INIT("RectangleLabels"),
	.object_type = STR_INIT("Image"),
	.metric_type = STR_INIT("bbox_iou"),
	.metric_params = STR_INIT("{\"aggregate\":\"min\"}"),
	.is_active = true,
	.order = 1,
	.weight = 0.5,
	.label_weights = STR_INIT("{\"car\":2}")},
};

static void
dimensions_follow_the_configuration(void **state)
{
	struct fixture *f = *state;
	struct store_dimension_list first, r;
	struct store_dimension changed[2], mine;
	struct store_access access;

	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), two, 2, true, &first, &f->e));
	assert_int_equal(first.n, 2);
	assert_true(
	    str_is(first.items[0].control_tag, "choice") && first.items[0].is_present);
	assert_true(str_is(first.items[1].metric_params, "{\"aggregate\":\"min\"}"));
	assert_true(str_is(first.items[1].label_weights, "{\"car\":2}") &&
	    first.items[1].weight == 0.5);
	assert_int_equal(
	    strlen("2024-05-01T10:00:00.000000Z"), first.items[0].created_at.n);
	access = ask(f, KEY, 3, 5);
	assert_true(str_is(access.recorded, "one") && access.n == 2);
	assert_int_equal(access.dimensions[1].id, first.items[1].id);

	/* Again: nothing changes, not even the time. */
	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), two, 2, true, &r, &f->e));
	assert_true(r.n == 2 && r.items[0].id == first.items[0].id);
	assert_true(str_eq(r.items[0].updated_at, first.items[0].updated_at));

	/* What a user set stays; the rest follows. */
	mine = first.items[1];
	mine.weight = 7;
	mine.is_active = false;
	mine.name = STR("never written");
	OK(store_dimension_set(
	    f->s, &mine, STORE_DIMENSION_WEIGHT | STORE_DIMENSION_ACTIVE, &f->e));
	OK(store_dimension_set(
	    f->s, &mine, STORE_DIMENSION_WEIGHT | STORE_DIMENSION_ACTIVE, &f->e));
	memcpy(changed, two, sizeof two);
	changed[0] = two[1];
	changed[0].name = STR("renamed");
	changed[0].weight = 3;
	changed[1].name = changed[1].control_tag = STR("Box");
	OK(store_dimensions_sync(f->s, f->a, 3, STR("two"), changed, 2, true, &r, &f->e));
	assert_int_equal(r.n, 3);
	assert_true(str_is(r.items[0].control_tag, "choice") && !r.items[0].is_present &&
	    r.items[0].is_active);
	assert_true(
	    r.items[1].id == mine.id && r.items[1].weight == 7 && !r.items[1].is_active);
	assert_true(str_is(r.items[1].name, "renamed"));
	assert_int_equal(
	    r.items[1].user_set, STORE_DIMENSION_WEIGHT | STORE_DIMENSION_ACTIVE);
	assert_true(str_is(r.items[2].control_tag, "Box"));

	/* What results suggest takes nothing away; the vanished one comes back under its
	 * id. */
	OK(store_dimensions_sync(f->s, f->a, 3, STR("three"), two, 1, false, &r, &f->e));
	assert_true(
	    r.n == 3 && r.items[0].id == first.items[0].id && r.items[0].is_present);
	assert_true(r.items[1].is_present && r.items[2].is_present);

	mine.id = 4711;
	assert_int_equal(
	    store_dimension_set(f->s, &mine, STORE_DIMENSION_WEIGHT, &f->e), ERR_NOT_FOUND);
	mine.id = first.items[1].id;
	mine.project = 4;
	assert_int_equal(
	    store_dimension_set(f->s, &mine, STORE_DIMENSION_WEIGHT, &f->e), ERR_NOT_FOUND);
}

static void
user_defined_dimensions_are_left_alone(void **state)
{
	struct fixture *f = *state;
	struct store_dimension_list r;

	sql(f,
	    "INSERT INTO agreement_dimension (project_id, name, control_tag, metric_type, "
	    "is_user_defined, `order`)"
	    " VALUES (3, 'mine', 'box', 'bbox_f1', 1, 5)");
	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), two, 2, true, &r, &f->e));
	assert_int_equal(r.n, 3);
	OK(store_dimensions_sync(f->s, f->a, 3, STR("none"), NULL, 0, true, &r, &f->e));
	assert_true(r.n == 3 && !r.items[0].is_present && !r.items[1].is_present &&
	    r.items[2].is_present);
}

static void
two_workers_make_the_dimensions_once(void **state)
{
	struct fixture *f = *state;
	struct store_dimension_list r;
	pid_t pids[4];

	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct arena *a = arena_new(0);
			struct store *s = open_as("service.cnf", 5);
			enum err err = ERR_OK;

			for (int k = 0; err == ERR_OK && k < 20; k++)
				err = store_dimensions_sync(
				    s, a, 3, STR("x"), two, 2, true, &r, NULL);
			store_close(s);
			arena_free(a);
			_exit((int)err);
		}
	}
	for (int i = 0; i < 4; i++) {
		int status = -1;

		waitpid(pids[i], &status, 0);
		assert_int_equal(status, 0);
	}
	OK(store_dimensions(f->s, f->a, 3, &r, &f->e));
	assert_int_equal(r.n, 2);
}

/* ------------------------------------------------------------------ accounts */

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
	ok(store_health(g.s, &g.e), &g.e, "health");
	assert_int_equal(ask(&g, KEY, 3, 5).state, STORE_ACCESS_OK);
	ok(store_evidence(g.s, g.a, 1, 5, 0, &list, &g.e), &g.e, "evidence");
	ok(store_evidence(g.s, g.a, 1, 5, 100, &list, &g.e), &g.e, "evidence");
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
	assert_int_equal(ask(&g, KEY, 3, 5).n, 2);
	assert_int_equal(
	    store_dimensions_sync(g.s, g.a, 3, STR("y"), two, 1, true, &dimensions, &g.e),
	    ERR_DB_DENIED);
	assert_true(str_is(ask(&g, KEY, 3, 5).recorded, "x"));
	store_close(g.s);
}

static void
the_loader_account_suffices(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};
	enum import_change change;
	struct import_user user = {.email = STR("new@example.org")};
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
	ok(import_user(g.s, 12, &user, &id, &change, &g.e), &g.e, "user");
	ok(import_task(g.s, &task, &change, &g.e), &g.e, "task");
	ok(store_commit(g.s, &g.e), &g.e, "commit");
	ok(token_create(g.s, g.a, user.email, &token, &created, &g.e), &g.e, "token");
	ok(token_revoke(g.s, user.email, &g.e), &g.e, "token");
	ok(import_prune(g.s, 3, &none, &none, &none, &pruned, &g.e), &g.e, "prune");
	assert_int_equal(pruned.tasks, 2);
	store_close(g.s);
}

/* ------------------------------------------------------------------ tokens */

static void
tokens(void **state)
{
	struct fixture *f = *state;
	struct token first, again, *list;
	bool created = false;
	size_t n;

	OK(token_create(f->s, f->a, STR("bob@example.org"), &first, &created, &f->e));
	assert_true(
	    created && first.key.n == TOKEN_LENGTH && first.user == 8 && first.active);
	assert_int_equal(strspn(first.key.s, "0123456789abcdef"), TOKEN_LENGTH);
	OK(token_create(f->s, f->a, STR("bob@example.org"), &again, &created, &f->e));
	assert_true(!created && str_eq(first.key, again.key));
	assert_int_equal(ask(f, first.key.s, 3, 5).user, 8);
	OK(token_list(f->s, f->a, (struct str){0}, &list, &n, &f->e));
	assert_true(n == 2 && str_is(list[0].email, "ann@example.org"));
	OK(token_list(f->s, f->a, STR("bob@example.org"), &list, &n, &f->e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].created.n, strlen("2024-05-01T10:00:00.000000Z"));
	OK(token_revoke(f->s, STR("bob@example.org"), &f->e));
	assert_int_equal(ask(f, first.key.s, 3, 5).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(token_revoke(f->s, STR("bob@example.org"), &f->e), ERR_NOT_FOUND);
	assert_int_equal(token_revoke(f->s, STR("who@example.org"), &f->e), ERR_NOT_FOUND);
	assert_int_equal(
	    token_create(f->s, f->a, STR("who@example.org"), &first, &created, &f->e),
	    ERR_NOT_FOUND);
}

/* ------------------------------------------------------------------ import */

static enum import_change
put_user(struct fixture *f, int64_t id, const char *email, const char *first, int64_t *r)
{
	struct import_user u = {
	    .id = id, .email = str_of(email), .first_name = str_of(first)};
	enum import_change change = IMPORT_CHANGE__MAX;

	OK(import_user(f->s, 1, &u, r, &change, &f->e));
	return change;
}

static void
users_are_who_their_email_says(void **state)
{
	struct fixture *f = *state;
	struct import_user nobody = {0};
	struct store_user *users;
	enum import_change change;
	int64_t id;
	size_t n;

	assert_int_equal(put_user(f, 30, "new@example.org", "New", &id), IMPORT_INSERTED);
	assert_int_equal(id, 30);
	assert_int_equal(put_user(f, 30, "new@example.org", "New", &id), IMPORT_UNCHANGED);
	assert_int_equal(put_user(f, 30, "new@example.org", NULL, &id), IMPORT_UNCHANGED);
	assert_int_equal(put_user(f, 31, "NEW@example.org", "Newer", &id), IMPORT_UPDATED);
	assert_int_equal(id, 30);
	/* Known by number alone first, by email later. */
	assert_int_equal(put_user(f, 40, NULL, NULL, &id), IMPORT_INSERTED);
	assert_int_equal(put_user(f, 40, NULL, NULL, &id), IMPORT_UNCHANGED);
	assert_int_equal(put_user(f, 40, "forty@example.org", NULL, &id), IMPORT_UPDATED);
	assert_int_equal(id, 40);
	/* Somebody else's number. */
	assert_int_equal(put_user(f, 7, "other@example.org", NULL, &id), IMPORT_INSERTED);
	assert_true(id != 7 && id > 40);
	assert_int_equal(put_user(f, 0, "other@example.org", NULL, &id), IMPORT_UNCHANGED);
	/* A user of another organization becomes a member here too. */
	assert_int_equal(put_user(f, 9, NULL, NULL, &id), IMPORT_UPDATED);
	OK(store_users(f->s, f->a, 1, (int64_t[]){9, 30, 40}, 3, &users, &n, &f->e));
	assert_int_equal(n, 3);
	assert_true(
	    str_is(users[1].first_name, "Newer") && str_is(users[1].username, "new"));
	assert_int_equal(import_user(f->s, 1, &nobody, &id, &change, &f->e), ERR_INPUT);
	/* A member that was removed is not brought back. */
	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 8");
	assert_int_equal(put_user(f, 8, NULL, NULL, &id), IMPORT_UNCHANGED);
}

static void
rows_are_imported_once(void **state)
{
	static const enum import_change expected[] = {
	    IMPORT_INSERTED, IMPORT_UNCHANGED, IMPORT_UPDATED};
	struct fixture *f = *state;
	struct import_project p = {
	    .id = 50, .organization = 1, .title = STR("T"), .label_config = STR("<View/>")};
	struct import_task t = {
	    .id = 51, .project = 50, .data = STR("{\"a\":1}"), .overlap = 1, .inner_id = 1};
	struct import_annotation c = {.id = 52,
	    .project = 50,
	    .task = 51,
	    .completed_by = 7,
	    .result = STR("[1]"),
	    .lead_time = -1,
	    .updated_at = STR("2024-01-02 03:04:05.000006")};
	struct import_prediction m = {.id = 53,
	    .project = 50,
	    .task = 51,
	    .model_version = STR("v"),
	    .result = STR("[]"),
	    .has_score = true,
	    .score = 0.1};
	struct store_evidence_list list;
	enum import_change change;
	int64_t id;

	for (int i = 0; i < 3; i++) {
		if (i == 2) {
			p.label_config = STR("<View></View>");
			t.data = STR("{\"a\":2}");
			c.result = STR("[2]");
			m.score = 0.2;
		}
		OK(import_project(f->s, &p, &id, &change, &f->e));
		assert_int_equal(id, 50);
		assert_int_equal(change, expected[i]);
		OK(import_task(f->s, &t, &change, &f->e));
		assert_int_equal(change, expected[i]);
		OK(import_annotation(f->s, &c, &change, &f->e));
		assert_int_equal(change, expected[i]);
		OK(import_prediction(f->s, &m, &change, &f->e));
		assert_int_equal(change, expected[i]);
	}
	OK(store_evidence(f->s, f->a, 1, 51, 100, &list, &f->e));
	assert_int_equal(list.n, 2);
	assert_true(str_is(list.items[0].result, "[2]") &&
	    list.items[0].version.updated_at == 1704164645000006);
	/* A new project takes the next number. */
	p.id = 0;
	OK(import_project(f->s, &p, &id, &change, &f->e));
	assert_true(id > 50 && change == IMPORT_INSERTED);
	p.id = 4;
	assert_int_equal(import_project(f->s, &p, &id, &change, &f->e), ERR_INPUT);
	/* Rows of other projects are refused and left alone. */
	t.id = 6;
	t.data = STR("{\"stolen\":true}");
	assert_int_equal(import_task(f->s, &t, &change, &f->e), ERR_INPUT);
	assert_non_null(strstr(f->e.text, "another project"));
	c.project = m.project = 3;
	c.result = m.result = STR("[\"stolen\"]");
	assert_int_equal(import_annotation(f->s, &c, &change, &f->e), ERR_INPUT);
	assert_int_equal(import_prediction(f->s, &m, &change, &f->e), ERR_INPUT);
	OK(store_evidence(f->s, f->a, 1, 51, 100, &list, &f->e));
	assert_true(
	    str_is(list.items[0].result, "[2]") && str_is(list.items[1].result, "[]"));
	/* What a column cannot take is the input's fault. */
	c = (struct import_annotation){.id = 60,
	    .project = 50,
	    .task = 51,
	    .result = STR("[nonsense"),
	    .lead_time = 1};
	assert_int_equal(import_annotation(f->s, &c, &change, &f->e), ERR_INPUT);
	c.result = STR("[]");
	c.created_at = STR("yesterday");
	assert_int_equal(import_annotation(f->s, &c, &change, &f->e), ERR_INPUT);
	c.created_at = (struct str){0};
	c.id = INT64_C(1) << 40;
	assert_int_equal(import_annotation(f->s, &c, &change, &f->e), ERR_INPUT);
}

static void
organizations(void **state)
{
	struct fixture *f = *state;
	enum import_change change;
	int64_t id;

	OK(import_organization(f->s, 0, STR("x"), &id, &change, &f->e));
	assert_true(id == 1 && change == IMPORT_UNCHANGED);
	sql(f, "DELETE FROM organization");
	OK(import_organization(f->s, 0, STR("x"), &id, &change, &f->e));
	assert_true(id > 2 && change == IMPORT_INSERTED);
	/* Its users can use the tokens that we make. */
	sql(f,
	    "UPDATE htx_user SET active_organization_id = (SELECT MAX(id) FROM "
	    "organization)");
	assert_int_equal(ask(f, KEY, 0, 0).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, KEY, 0, 0).organization, id);
	sql(f, "DROP TABLE jwt_auth_jwtsettings");
	f->s->has_shape = false;
	OK(import_organization(f->s, 77, STR("x"), &id, &change, &f->e));
	assert_true(id == 77 && change == IMPORT_INSERTED);
}

static int64_t
count(struct fixture *f, const char *table)
{
	char text[200];
	struct store_evidence_list list;

	/* Counted by the server, read back through a task's annotation. */
	snprintf(text, sizeof text,
	    "REPLACE INTO task_completion (id, task_id, result) SELECT 1000000, 1000000, "
	    "COUNT(*) FROM %s"
	    " WHERE id < 1000000",
	    table);
	sql(f, text);
	OK(store_evidence(f->s, f->a, 1, 1000000, 100, &list, &f->e));
	return strtol(list.items[0].result.s, NULL, 10);
}

static void
prune_deletes_what_the_export_lacks(void **state)
{
	struct fixture *f = *state;
	int64_t some[] = {101, 102, 1200};
	struct import_ids tasks = {some, 3}, annotations = {some, 2},
			  predictions = {NULL, 0};
	struct import_pruned r;

	sql(f, "DELETE FROM task WHERE project_id = 3");
	sql(f,
	    "INSERT INTO task (id, project_id, data) SELECT seq, 3, '{}' FROM "
	    "seq_101_to_2300");
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id) SELECT seq, seq, 3 FROM "
	    "seq_101_to_2300");
	sql(f, "INSERT INTO task_completion (id, task_id, project_id) VALUES (3000, 6, 4)");
	sql(f,
	    "INSERT INTO prediction (id, task_id, project_id) VALUES (1, 101, 3), (2, 6, "
	    "4)");
	OK(import_prune(f->s, 3, &tasks, &annotations, &predictions, &r, &f->e));
	assert_int_equal(r.tasks, 2197);
	assert_int_equal(r.annotations, 2198);
	assert_int_equal(r.predictions, 1);
	assert_int_equal(count(f, "task"), 4);
	assert_int_equal(count(f, "task_completion"), 3);
	assert_int_equal(count(f, "prediction"), 1);
	OK(import_prune(f->s, 3, &tasks, &annotations, &predictions, &r, &f->e));
	assert_int_equal(r.tasks + r.annotations + r.predictions, 0);
}

/* ------------------------------------------------------------------ transactions and lost
 * connections */

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
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
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

	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
	assert_non_null(restart);
	assert_int_equal(system(restart), 0);
	assert_int_equal(ask(f, KEY, 3, 5).state, STORE_ACCESS_OK);
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
	assert_int_equal(store_evidence(g.s, g.a, 1, 5, 0, &r, &g.e), ERR_DB_SLOW);
	sql(f, "UNLOCK TABLES");
	ok(store_evidence(g.s, g.a, 1, 5, 0, &r, &g.e), &g.e, "evidence");
	store_close(g.s);
}

static void
the_next_host_is_tried(void **state)
{
	struct fixture *f = *state, g = {.a = f->a};

	/* The first refuses, or takes the connection and says nothing; the second is the
	 * server. */
	g.s = open_as("hosts.cnf", 5);
	assert_int_equal(ask(&g, KEY, 3, 5).state, STORE_ACCESS_OK);
	store_close(g.s);
	g.s = open_as("silent.cnf", 5);
	assert_int_equal(ask(&g, KEY, 3, 5).state, STORE_ACCESS_OK);
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

		assert_int_equal(store_health(s, &e), cases[i].err);
		assert_int_equal(e.code, cases[i].err);
		assert_null(strstr(e.text, "127.0.0.1"));
		store_close(s);
	}
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test_setup_teardown(schema_loads_twice, set_up_empty, tear_down),
	    T(access_compares_keys_byte_for_byte),
	    T(access_checks_the_user),
	    T(access_checks_project_and_task),
	    T(fingerprint_follows_the_configuration),
	    T(old_databases_do_without),
	    T(evidence_has_what_counts),
	    T(a_direct_update_shows),
	    T(results_come_whole),
	    T(users_of_the_organization),
	    T(dimensions_follow_the_configuration),
	    T(user_defined_dimensions_are_left_alone),
	    T(two_workers_make_the_dimensions_once),
	    T(the_service_account_suffices),
	    T(the_loader_account_suffices),
	    T(tokens),
	    T(users_are_who_their_email_says),
	    T(rows_are_imported_once),
	    T(organizations),
	    T(prune_deletes_what_the_export_lacks),
	    T(a_batch_is_kept_whole_or_not_at_all),
	    T(a_lost_connection_inside_a_transaction_is_told),
	    T(a_restart_between_two_questions_harms_nothing),
	    T(what_is_prepared_survives_a_changed_table),
	    T(a_slow_answer_is_told),
	    T(the_next_host_is_tried),
	    cmocka_unit_test(a_failing_connection_says_why),
	};

	if (getenv("AGREEMENT_TEST_MYSQL") == NULL) {
		puts("1..0 # SKIP run by tests/store-mariadb.sh");
		return 77;
	}
	return cmocka_run_group_tests(all, NULL, NULL);
}
