#include "store_fixture.h"

#include "evidence_of.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"
#include "scripts.h"
#include "store/query.h"

void
ok(enum err err, const struct error *e, const char *what)
{
	if (err != ERR_OK)
		fail_msg("%s: %s: %s", what, err_text(err), e->text);
}

static struct store *
open_with(const char *file, unsigned query_timeout, bool ahead)
{
	char path[4096];
	struct store_options o = {.file = path,
	    .database = "agreement_test",
	    .connect_timeout = 1,
	    .query_timeout = query_timeout,
	    .ahead = ahead};
	struct error e = {0};
	struct store *s = NULL;

	snprintf(path, sizeof path, "%s/%s", getenv("AGREEMENT_TEST_MYSQL"), file);
	ok(store_open(&o, &mysql_ops, &s, &e), &e, path);
	return s;
}

struct store *
open_as(const char *file, unsigned query_timeout)
{
	return open_with(file, query_timeout, false);
}

struct store *
open_ahead(const char *file)
{
	return open_with(file, 5, true);
}

void
sql(struct fixture *f, const char *text)
{
	ok(f->s->ops->script(f->s->db, str_of(text), &f->e), &f->e, text);
}

void
make_tables(struct fixture *f)
{
	bool ran;

	for (const struct schema_script *script = scripts; script->name != NULL; script++)
		OK(schema_run(f->s, script, &ran, &f->e));
	OK(schema_note_guards(f->s, &f->e));
}

int
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

int
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

int
tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	arena_free(f->a);
	free(f);
	return 0;
}

struct store_access
ask(struct fixture *f, const char *key, int64_t project)
{
	struct store_access r = {.state = STORE_ACCESS__MAX};

	OK(store_access(f->s, f->a, str_of(key), project, &r, &f->e));
	return r;
}

int64_t
count(struct fixture *f, const char *table)
{
	char text[200];
	struct store_evidence_list list;

	/* Counted by the server, read back through a task's annotation. */
	snprintf(text, sizeof text,
	    "REPLACE INTO task_completion (id, task_id, result) SELECT 1000000, 1000000, "
	    "CONCAT(COUNT(*)) FROM %s"
	    " WHERE id < 1000000",
	    table);
	sql(f, text);
	sql(f, "REPLACE INTO task (id, project_id, data) VALUES (1000000, 1000000, '{}')");
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 1000000, 1000000, 100), &list, &f->e));
	return strtol(list.items[0].result.s, NULL, 10);
}

const struct store_dimension two[2] = {
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

int
fixture_absent(void)
{
	if (getenv("AGREEMENT_TEST_MYSQL") != NULL)
		return 0;
	puts("1..0 # SKIP run by tests/store.sh");
	return 1;
}
