/* Schema, dimensions, tokens and imports, written to a real server. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/json.h"
#include "store/evidence.h"
#include "store/import.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/token.h"
#include "evidence_of.h"
#include "other_column.h"
#include "store_fixture.h"

static void
schema_loads_twice(void **state)
{
	static const struct schema_script drop = {"x", 0, "DROP TABLE task;"},
					  nonsense = {
					      "x.sql", 0, "DO 1;\n\nDO nonsense(;\n"};
	struct fixture *f = *state;
	int64_t version = -1;
	bool ran = false;

	OK(schema_version(f->s, &version, &f->e));
	assert_int_equal(version, 0);
	assert_int_equal(schema_health(f->s, &f->e), ERR_DB_SCHEMA);
	make_tables(f);
	make_tables(f);
	OK(schema_version(f->s, &version, &f->e));
	assert_int_equal(version, SCHEMA_VERSION);
	OK(schema_health(f->s, &f->e));
	sql(f, "UPDATE agreement_schema SET version = 99");
	assert_int_equal(schema_health(f->s, &f->e), ERR_DB_SCHEMA);
	assert_non_null(strstr(f->e.text, "99"));
	assert_int_equal(schema_run(f->s, &drop, &ran, &f->e), ERR_DB_SCHEMA);
	sql(f, "SELECT 1 FROM task");
	sql(f, "DELETE FROM agreement_schema");
	assert_int_equal(schema_health(f->s, &f->e), ERR_DB_SCHEMA);
	assert_int_equal(schema_run(f->s, &nonsense, &ran, &f->e), ERR_DB_REFUSED);
	assert_non_null(strstr(f->e.text, "x.sql, line 3"));
	assert_null(strstr(f->e.text, "nonsense"));
}

/* MariaDB and MySQL commit each ALTER TABLE: a step that was interrupted finds some done.
 */
static void
a_step_can_run_again(void **state)
{
	static const struct schema_script
	    step = {"x.sql", SCHEMA_VERSION,
		"ALTER TABLE agreement_dimension ADD COLUMN note longtext NULL;"
		"ALTER TABLE agreement_dimension ADD INDEX noted (name(9));"
		"ALTER TABLE agreement_dimension DROP COLUMN description;"
		"ALTER TABLE agreement_dimension DROP INDEX noted;"
		"ALTER TABLE agreement_dimension ADD INDEX noted (name(9))"},
	    wrong = {"x.sql", SCHEMA_VERSION,
		"ALTER TABLE agreement_nothing ADD COLUMN note int"};
	struct fixture *f = *state;
	int64_t version = 0;

	for (int i = 0; i < 3; i++) {
		bool ran = false;

		sql(f, "UPDATE agreement_schema SET version = version - 1");
		OK(schema_run(f->s, &step, &ran, &f->e));
		assert_true(ran);
		OK(schema_version(f->s, &version, &f->e));
		assert_int_equal(version, SCHEMA_VERSION);
		OK(schema_run(f->s, &step, &ran, &f->e));
		assert_false(ran);
	}
	sql(f, "SELECT note, name FROM agreement_dimension USE INDEX (noted)");
	sql(f, "UPDATE agreement_schema SET version = version - 1");
	assert_int_equal(schema_run(f->s, &wrong, &(bool){false}, &f->e), ERR_DB_SCHEMA);
	OK(schema_version(f->s, &version, &f->e));
	assert_int_equal(version, SCHEMA_VERSION - 1);
}

/* MySQL gives JSON back in its own spelling, MariaDB as it was written. */
static bool
is_json(struct arena *a, struct str text, const char *want)
{
	const struct json *got, *wanted;

	return json_parse(a, text, &got, NULL) == ERR_OK &&
	    json_parse(a, str_of(want), &wanted, NULL) == ERR_OK && json_equal(got, wanted);
}

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
	assert_true(is_json(f->a, first.items[1].metric_params, "{\"aggregate\":\"min\"}"));
	assert_true(is_json(f->a, first.items[1].label_weights, "{\"car\":2}") &&
	    first.items[1].weight == 0.5);
	assert_int_equal(
	    strlen("2024-05-01T10:00:00.000000Z"), first.items[0].created_at.n);
	access = ask(f, KEY, 3);
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

/* clang-format off */
#define BIT(column, field, type, name, bit) (bit),
#define OR(column, field, type, name, bit) | (bit)
#define SKIP COLUMN_SKIP
/* Nothing, each of the columns, all of them. */
static const unsigned settings[] = {0,
	DIMENSION_COLUMNS(SKIP, SKIP, SKIP, SKIP, BIT)
	0 DIMENSION_COLUMNS(SKIP, SKIP, SKIP, SKIP, OR)};
/* clang-format on */

/* What a user set of a dimension, and what another configuration says of it. */
static const struct store_dimension by_hand = {
    .name = STR_INIT("mine"),
    .description = STR_INIT("my own"),
    .metric_type = STR_INIT("bbox_f1"),
    .metric_params = STR_INIT("{\"iou_threshold\": 0.7}"),
    .is_active = true,
    .order = 7,
    .weight = 2.5,
    .label_weights = STR_INIT("{\"car\": 3}"),
};
static const struct store_dimension by_config = {
    .name = STR_INIT("box"),
    .description = STR_INIT("theirs"),
    .control_tag = STR_INIT("box"),
    .control_type = STR_INIT("Rectangle"),
    .object_type = STR_INIT("Video"),
    .per_region = true,
    .extraction_method = STR_INIT("from_config"),
    .metric_type = STR_INIT("exact_match"),
    .is_present = true,
    .is_categorical = true,
    .order = 2,
    .values_enum = STR_INIT("[\"x\"]"),
    .weight = 1,
};

/* What was followed is written as it is, whatever a user set; and each column that a user
 * can set has another value here before and after. */
static void
following_in_memory_is_following_in_the_table(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		struct store_dimension mine = by_hand, before;
		struct store_dimension_list r;
		unsigned other;

		sql(f, "DELETE FROM agreement_dimension");
		OK(store_dimensions_sync(
		    f->s, f->a, 3, STR("one"), &two[1], 1, true, &r, &f->e));
		mine.id = r.items[0].id;
		mine.project = 3;
		OK(store_dimension_set(f->s, &mine, settings[i], &f->e));
		OK(store_dimensions(f->s, f->a, 3, &r, &f->e));
		before = r.items[0];
		assert_int_equal(before.user_set, settings[i]);
		OK(store_dimensions_sync(
		    f->s, f->a, 3, STR("two"), &by_config, 1, true, &r, &f->e));
		columns_follow(&before, &by_config);
		before.updated_at = r.items[0].updated_at;
		other = other_column(&r.items[0], &before, 0);
		if (other < COLUMN__MAX)
			fail_msg("with %x set there is another %s", settings[i],
			    column_names[other]);
	}
	for (size_t i = 1; i + 1 < sizeof settings / sizeof settings[0]; i++) {
		struct store_dimension kept = by_hand, followed = by_config;

		kept.user_set = settings[i];
		columns_follow(&kept, &by_config);
		followed.user_set = settings[i];
		kept.control_tag = followed.control_tag;
		if (other_column(&kept, &followed, 0) == COLUMN__MAX)
			fail_msg("the column of %x has the same value twice", settings[i]);
	}
}

/* What a user sets while the configuration is followed is not lost: it waits. */
static void
setting_waits_for_following(void **state)
{
	struct fixture *f = *state;
	struct db_value project[] = {DB_INTEGER(3)};
	struct store_dimension mine = by_hand;
	struct store_dimension_list r;
	struct store *other = open_as("service.cnf", 1);
	struct db_answer answer;

	OK(store_dimensions_sync(f->s, f->a, 3, STR("one"), &two[1], 1, true, &r, &f->e));
	mine.id = r.items[0].id;
	mine.project = 3;
	OK(store_begin(f->s, &f->e));
	OK(query_run(f->s, STMT_DIMENSIONS_LOCK, project, f->a, 0, &answer, &f->e));
	assert_int_equal(
	    store_dimension_set(other, &mine, STORE_DIMENSION_NAME, &f->e), ERR_DB_SLOW);
	store_rollback(f->s);
	OK(store_dimension_set(other, &mine, STORE_DIMENSION_NAME, &f->e));
	store_close(other);
}

static void
user_defined_dimensions_come_and_go_with_their_control(void **state)
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
	    !r.items[2].is_present);
	OK(store_dimensions_sync(f->s, f->a, 3, STR("some"), two, 2, false, &r, &f->e));
	assert_true(r.n == 3 && r.items[0].is_present && r.items[2].is_present);
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
	assert_int_equal(ask(f, first.key.s, 3).user, 8);
	OK(token_list(f->s, f->a, (struct str){0}, &list, &n, &f->e));
	assert_true(n == 2 && str_is(list[0].email, "ann@example.org"));
	OK(token_list(f->s, f->a, STR("bob@example.org"), &list, &n, &f->e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].created.n, strlen("2024-05-01T10:00:00.000000Z"));
	OK(token_revoke(f->s, STR("bob@example.org"), &f->e));
	assert_int_equal(ask(f, first.key.s, 3).state, STORE_ACCESS_NO_KEY);
	assert_int_equal(token_revoke(f->s, STR("bob@example.org"), &f->e), ERR_NOT_FOUND);
	assert_int_equal(token_revoke(f->s, STR("who@example.org"), &f->e), ERR_NOT_FOUND);
	assert_int_equal(
	    token_create(f->s, f->a, STR("who@example.org"), &first, &created, &f->e),
	    ERR_NOT_FOUND);
}

static struct import_origin from = {1, 11};

static enum import_change
put_user(struct fixture *f, int64_t id, const char *email, const char *first, int64_t *r)
{
	struct import_user u = {
	    .id = id, .email = str_of(email), .first_name = str_of(first)};
	struct import_person person = {0};

	OK(import_user(f->s, &from, &u, &person, &f->e));
	*r = person.id;
	return person.change;
}

static void
users_are_who_their_email_says(void **state)
{
	struct fixture *f = *state;
	struct import_user nobody = {0};
	struct import_person person;
	struct store_user *users;
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
	assert_int_equal(put_user(f, 0, "eve@example.org", NULL, &id), IMPORT_UPDATED);
	assert_int_equal(id, 9);
	OK(store_users(f->s, f->a, 1, (int64_t[]){9, 30, 40}, 3, &users, &n, &f->e));
	assert_int_equal(n, 3);
	assert_true(
	    str_is(users[1].first_name, "Newer") && str_is(users[1].username, "new"));
	/* Whose email was made up had a username made of it. */
	assert_true(str_is(users[2].username, "forty"));
	assert_int_equal(import_user(f->s, &from, &nobody, &person, &f->e), ERR_INPUT);
	/* A member that was removed is not brought back. */
	sql(f,
	    "UPDATE organizations_organizationmember SET deleted_at = NOW(6) WHERE user_id "
	    "= 8");
	assert_int_equal(put_user(f, 0, "bob@example.org", NULL, &id), IMPORT_UNCHANGED);
}

/* A number means somebody only among the exports of one project. */
static void
numbers_are_of_one_project(void **state)
{
	struct fixture *f = *state;
	int64_t id, other;

	/* Nobody's exports here have named 9, whom somebody else is. */
	assert_int_equal(put_user(f, 9, NULL, NULL, &id), IMPORT_INSERTED);
	assert_int_not_equal(id, 9);
	assert_int_equal(put_user(f, 9, NULL, NULL, &other), IMPORT_UNCHANGED);
	assert_int_equal(other, id);
	/* A later snapshot says who that is. */
	assert_int_equal(put_user(f, 9, "nine@example.org", "N", &other), IMPORT_UPDATED);
	assert_int_equal(other, id);
	assert_int_equal(put_user(f, 9, NULL, NULL, &other), IMPORT_UNCHANGED);
	assert_int_equal(other, id);
	/* Another project, another person; the email says that they are the same. */
	from.project = 12;
	assert_int_equal(put_user(f, 9, NULL, NULL, &other), IMPORT_INSERTED);
	assert_true(other != id && other != 9);
	assert_int_equal(
	    put_user(f, 9, "nine@example.org", NULL, &other), IMPORT_UNCHANGED);
	assert_int_equal(other, id);
	assert_int_equal(put_user(f, 9, NULL, NULL, &other), IMPORT_UNCHANGED);
	assert_int_equal(other, id);
	/* What was imported before that was recorded: they have annotations here. */
	from.project = 13;
	sql(f,
	    "INSERT INTO task_completion (id, project_id, task_id, completed_by_id) VALUES "
	    "(1300, 13, 1300, 7)");
	assert_int_equal(put_user(f, 7, NULL, NULL, &id), IMPORT_UNCHANGED);
	assert_int_equal(id, 7);
	/* Whom the annotations are of because of another number is not meant by their own.
	 */
	assert_int_equal(put_user(f, 70, "bob@example.org", NULL, &id), IMPORT_UNCHANGED);
	sql(f,
	    "INSERT INTO task_completion (id, project_id, task_id, completed_by_id) VALUES "
	    "(1301, 13, 1300, 8)");
	assert_int_equal(put_user(f, 8, NULL, NULL, &other), IMPORT_INSERTED);
	assert_int_not_equal(other, 8);
	/* Made for a number, and forgotten with the project. */
	sql(f, "DELETE FROM agreement_person WHERE project_id = 13");
	sql(f, "DELETE FROM task_completion WHERE project_id = 13");
	assert_int_equal(put_user(f, 8, NULL, NULL, &id), IMPORT_UNCHANGED);
	assert_int_equal(id, other);
	from.project = 11;
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
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 50, 51, 100), &list, &f->e));
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
	OK(store_evidence(f->s, f->a, EVIDENCE_OF(1, 50, 51, 100), &list, &f->e));
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
	assert_int_equal(ask(f, KEY, 0).state, STORE_ACCESS_OK);
	assert_int_equal(ask(f, KEY, 0).organization, id);
	sql(f, "DROP TABLE jwt_auth_jwtsettings");
	sql(f, "DELETE FROM agreement_guard");
	f->s->shape = STMT_SHAPES - 1;
	f->s->seen = f->s->recorded = 0;
	OK(import_organization(f->s, 77, STR("x"), &id, &change, &f->e));
	assert_true(id == 77 && change == IMPORT_INSERTED);
}

/* The numbers 101 to 2300 as `seq`, without what only one kind of server has. */
#define DIGITS                                                                             \
	"(SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4"       \
	" UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
#define NUMBERS                                                                            \
	"(SELECT 101 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS seq FROM " DIGITS        \
	" a, " DIGITS " b, " DIGITS " c, " DIGITS " d HAVING seq <= 2300) numbers"

static void
prune_deletes_what_the_export_lacks(void **state)
{
	struct fixture *f = *state;
	int64_t some[] = {101, 102, 1200};
	struct import_ids tasks = {some, 3}, annotations = {some, 2},
			  predictions = {NULL, 0};
	struct import_pruned r;

	sql(f, "DELETE FROM task WHERE project_id = 3");
	sql(f, "INSERT INTO task (id, project_id, data) SELECT seq, 3, '{}' FROM " NUMBERS);
	sql(f,
	    "INSERT INTO task_completion (id, task_id, project_id) SELECT seq, seq, 3 "
	    "FROM " NUMBERS);
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

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test_setup_teardown(schema_loads_twice, set_up_empty, tear_down),
	    cmocka_unit_test_setup_teardown(a_step_can_run_again, set_up, tear_down),
	    T(dimensions_follow_the_configuration),
	    T(following_in_memory_is_following_in_the_table),
	    T(setting_waits_for_following),
	    T(user_defined_dimensions_come_and_go_with_their_control),
	    T(two_workers_make_the_dimensions_once),
	    T(tokens),
	    T(users_are_who_their_email_says),
	    T(numbers_are_of_one_project),
	    T(rows_are_imported_once),
	    T(organizations),
	    T(prune_deletes_what_the_export_lacks),
	};

	return RUN(all);
}
