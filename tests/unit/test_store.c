/* The store over a driver that answers canned rows, and fails at each call in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence_of.h"
#include "fake_db.h"
#include "store/access.h"
#include "store/columns.h"
#include "store/evidence.h"
#include "store/import.h"
#include "store/schema.h"
#include "store/token.h"
#include "arena_fixture.h"

/* Values in constant initialisers. */
#define N {.null = true}
#define I(v) {.integer = (v)}
#define S(v) {.text = STR_INIT(v)}
#define KEY "0123456789abcdef0123456789abcdef01234567"

/* Columns of the access before those of the dimension. */
#define ACCESS 10

static struct store *s;

static int
set_up(void **state)
{
	fake_reset();
	return arena_set_up(state) != 0 || fake_store(&s, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	store_close(s);
	arena_tear_down(state);
	return fake.open;
}

/* A dimension as a row has it. */
static void
put_dimension(struct db_value *v, int64_t id, const char *tag, int64_t order)
{
	const struct store_dimension d = {.id = id,
	    .project = 3,
	    .name = str_of(tag),
	    .control_tag = str_of(tag),
	    .control_type = STR("Choices"),
	    .metric_type = STR("exact_match"),
	    .is_active = true,
	    .is_present = true,
	    .is_categorical = true,
	    .order = order,
	    .values_enum = STR("[\"a\"]"),
	    .weight = 0.5,
	    .created_at = STR("then"),
	    .updated_at = STR("now")};

	assert_int_equal(columns_write(&d, COLUMNS_ALL, v), COLUMN__MAX);
}

/* ------------------------------------------------------------------ every question,
 * failing everywhere */

static const struct store_dimension wanted[] = {
    {.name = STR_INIT("a"),
	.control_tag = STR_INIT("a"),
	.metric_type = STR_INIT("exact_match")},
    {.name = STR_INIT("new"),
	.control_tag = STR_INIT("new"),
	.metric_type = STR_INIT("exact_match")},
};

static enum err
do_health(void)
{
	return schema_health(s, &e);
}

static enum err
do_access(void)
{
	static const struct store_access untouched;
	struct store_access r = untouched;
	enum err err = store_access(s, a, STR(KEY), 3, &r, &e);

	if (err != ERR_OK)
		assert_memory_equal(&r, &untouched, sizeof r);
	return err;
}

static enum err
do_evidence(void)
{
	struct store_evidence_list r = {.n = 77};
	enum err err = store_evidence(s, a, EVIDENCE_OF(1, 3, 5, 0), &r, &e);

	assert_true(err == ERR_OK || r.n == 77);
	return err;
}

static enum err
do_results(void)
{
	struct store_version key = {.id = 1};
	struct store_result *r = NULL;
	size_t n = 77;
	enum err err = store_results(s, a, 5, &key, 1, 100, &r, &n, &e);

	assert_true(err == ERR_OK || (n == 77 && r == NULL));
	return err;
}

static enum err
do_users(void)
{
	int64_t ids[100];
	struct store_user *r = NULL;
	size_t n = 77;
	enum err err;

	for (int i = 0; i < 100; i++)
		ids[i] = i;
	err = store_users(s, a, 1, ids, 100, &r, &n, &e);
	assert_true(err == ERR_OK || (n == 77 && r == NULL));
	return err;
}

static enum err
do_sync(void)
{
	struct store_dimension_list r = {NULL, 77};
	enum err err = store_dimensions_sync(s, a, 3, STR("x"), wanted, 2, true, &r, &e);

	assert_true(err == ERR_OK || r.n == 77);
	return err;
}

static enum err
do_set(void)
{
	return store_dimension_set(s, &(struct store_dimension){.id = 9, .project = 3},
	    STORE_DIMENSION_WEIGHT, &e);
}

static enum err
do_token(void)
{
	struct token r = {.user = 77};
	bool created;
	enum err err = token_create(s, a, STR("a@b"), &r, &created, &e);

	assert_true(err == ERR_OK || r.user == 77);
	return err == ERR_OK ? token_revoke(s, STR("a@b"), &e) : err;
}

static enum err
do_user(void)
{
	struct import_user u = {.id = 7, .email = STR("a@b")};
	struct import_person person = {.id = 77};
	enum err err = import_user(s, &(struct import_origin){1, 8}, &u, &person, &e);

	assert_true(err == ERR_OK || person.id == 77);
	return err;
}

static enum err
do_organization(void)
{
	enum import_change change = IMPORT_CHANGE__MAX;
	int64_t id = 77;
	enum err err = import_organization(s, 0, STR("x"), &id, &change, &e);

	assert_true(err == ERR_OK || (id == 77 && change == IMPORT_CHANGE__MAX));
	return err;
}

static enum err
do_rows(void)
{
	struct import_project p = {.id = 3, .organization = 1};
	struct import_task t = {.id = 5, .project = 3, .data = STR("{}")};
	struct import_annotation c = {.id = 1, .project = 3, .task = 5};
	struct import_prediction m = {.id = 1, .project = 3, .task = 5};
	enum import_change change;
	int64_t id;
	enum err err = import_project(s, &p, &id, &change, &e);

	if (err == ERR_OK)
		err = import_task(s, &t, &change, &e);
	if (err == ERR_OK)
		err = import_annotation(s, &c, &change, &e);
	return err == ERR_OK ? import_prediction(s, &m, &change, &e) : err;
}

static enum err
do_prune(void)
{
	struct import_ids none = {0};
	struct import_pruned r = {.tasks = 77};
	enum err err = import_prune(s, 3, &none, &none, &none, &r, &e);

	assert_true(err == ERR_OK || r.tasks == 77);
	return err;
}

static enum err
do_schema(void)
{
	static const struct schema_script step = {"x.sql", SCHEMA_VERSION + 1, "ONE; TWO;"};
	bool ran = false;
	enum err err = schema_run(s, &step, &ran, &e);

	assert_int_equal(ran, err == ERR_OK);
	return err == ERR_OK ? schema_note_guards(s, &e) : err;
}

static enum err
do_project(void)
{
	struct store_project r = {.id = 77};
	enum err err = store_project(s, a, 3, &r, &e);

	assert_true(err == ERR_OK || r.id == 77);
	return err;
}

static const struct {
	const char *name;
	enum err (*ask)(void);
	unsigned calls; /* when nothing fails */
} questions[] = {
    {"health", do_health, 1},
    {"access", do_access, 1},
    {"evidence", do_evidence, 1},
    {"results", do_results, 1},
    {"users", do_users, 2},
    {"project", do_project, 1},
    {"sync", do_sync,
	9}, /* begin, lock, list, follow, vanish, insert, record, list, commit */
    {"set", do_set, 3},
    {"token", do_token, 5}, /* find; find, begin, delete, commit */
    {"user", do_user, 6},
    {"organization", do_organization, 5},
    {"rows", do_rows, 8},
    {"prune", do_prune, 19},
    {"schema", do_schema, 9} /* version, one, two; begin, raise, commit; and guards */,
};

static void
can_answers(void)
{
	static const struct db_value one[] = {I(SCHEMA_VERSION), I(1)};
	static struct db_value access[ACCESS + COLUMN__MAX] = {
	    S(KEY), I(7), I(1), I(1), I(1), I(3), S("f"), S("f"), I(SCHEMA_VERSION), I(4)};
	static struct db_value dimensions[2 * COLUMN__MAX];
	static const struct db_value project[] = {
	    I(3), I(1), S("t"), S("<View/>"), N, S("f"), N};
	static const struct db_value token[] = {I(7), S("a@b"), I(1), S(KEY), S("then")};
	static const struct db_value user[] = {I(7), S("a@b")};
	static struct db_value shape[2 * (STMT_TABLES + 3)];
	static const struct db_value owner_organization[] = {I(1)};
	static const struct db_value owner[] = {I(3)}, owner_task[] = {I(3), I(5)};
	static const struct db_value ids[] = {I(11), I(12)};

	put_dimension(access + ACCESS, 9, "a", 0);
	put_dimension(dimensions, 9, "a", 1);
	put_dimension(dimensions + COLUMN__MAX, 8, "gone", 0);
	fake_rows(STMT_HEALTH, one, 1);
	fake_rows(STMT_VERSION, one, 1);
	fake_rows(STMT_ACCESS, access, 1);
	fake_rows(STMT_DIMENSIONS, dimensions, 2);
	fake_rows(STMT_DIMENSIONS_LOCK, dimensions, 2);
	fake_rows(STMT_PROJECT, project, 1);
	fake_rows(STMT_TOKEN_FIND, token, 1);
	fake_rows(STMT_USER_BY_EMAIL, user, 1);
	for (int i = 0; i < STMT_TABLES + 3; i++) {
		shape[2 * i] = DB_INTEGER(i < 3);
		shape[2 * i + 1] = DB_INTEGER(i < 3 ? i + 1 : i - 2);
	}
	fake_rows(STMT_SHAPE, shape, STMT_TABLES + 3);
	fake_rows(STMT_PROJECT_OWNER, owner_organization, 1);
	fake_rows(STMT_TASK_OWNER, owner, 1);
	fake_rows(STMT_ANNOTATION_OWNER, owner_task, 1);
	fake_rows(STMT_PREDICTION_OWNER, owner_task, 1);
	fake_rows(STMT_TASK_PAGE, ids, 2);
	fake_rows(STMT_ANNOTATION_PAGE, ids, 1);
	fake_rows(STMT_PREDICTION_PAGE, ids, 0);
	fake_change(STMT_DIMENSION_SET, 1, 9);
	fake_change(STMT_TOKEN_DELETE, 1, 0);
	fake_change(STMT_ORGANIZATION_INSERT, 1, 4);
}

static void
each_call_fails_in_turn(void **state)
{
	static const enum err errors[] = {
	    ERR_DB_AWAY, ERR_DB_SLOW, ERR_DB_DENIED, ERR_DB_REFUSED, ERR_MEMORY};

	(void)state;
	for (size_t q = 0; q < sizeof questions / sizeof questions[0]; q++) {
		for (unsigned at = 0; at == 0 || at <= questions[q].calls; at++) {
			for (size_t k = 0; k < sizeof errors / sizeof errors[0]; k++) {
				enum err err;

				tear_down(NULL);
				set_up(NULL);
				can_answers();
				fake.fail_at = at;
				/* What is denied because it is not there is looked into
				 * first. */
				fake.fail_times = 2;
				fake.fail_with = errors[k];
				err = questions[q].ask();
				if (err != (at == 0 ? ERR_OK : errors[k]))
					fail_msg("%s, failing at call %u: %s",
					    questions[q].name, at, e.text);
				if (at == 0 && fake.calls != questions[q].calls)
					fail_msg(
					    "%s: %u calls", questions[q].name, fake.calls);
				assert_false(fake.in_transaction);
				assert_int_equal(
				    fake.begins, fake.commits + fake.rollbacks);
			}
		}
	}
}

/* ------------------------------------------------------------------ what the store itself
 * decides */

static void
access_states_in_their_order(void **state)
{
	static const struct {
		struct db_value first[8]; /* key, user, active, organization, legacy,
					     project, two fingerprints */
		enum store_access_state expected;
		int64_t user;
	} cases[] = {
	    {{S(KEY), I(7), I(1), I(1), I(1), I(3), S("f"), N}, STORE_ACCESS_OK, 7},
	    {{S(KEY), I(7), I(1), I(1), I(1), N, N, N}, STORE_ACCESS_NO_PROJECT, 7},
	    {{S(KEY), I(7), I(1), I(1), I(0), N, N, N}, STORE_ACCESS_LEGACY_OFF, 7},
	    {{S(KEY), I(7), I(0), N, I(0), N, N, N}, STORE_ACCESS_INACTIVE, 7},
	    {{S("0123456789ABCDEF0123456789abcdef01234567"), I(7), I(0), N, I(0), N, N, N},
		STORE_ACCESS_NO_KEY, 0},
	    {{S(KEY), N, N, N, I(0), N, N, N}, STORE_ACCESS_NO_KEY, 0},
	    {{N, N, N, N, N, N, N, N}, STORE_ACCESS_NO_KEY, 0},
	};
	struct store_access r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct db_value row[ACCESS + COLUMN__MAX];

		for (size_t k = 0; k < ACCESS + COLUMN__MAX; k++)
			row[k] = k < 8 ? cases[i].first[k] : DB_NULL;
		row[8] = DB_INTEGER(SCHEMA_VERSION);
		row[9] = DB_INTEGER(4);
		fake_rows(STMT_ACCESS, row, 1);
		assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
		assert_int_equal(r.state, cases[i].expected);
		assert_int_equal(r.user, cases[i].user);
		assert_int_equal(r.n, 0);
	}
}

static void
impossible_keys_are_not_asked_for(void **state)
{
	static const struct str keys[] = {STR_INIT(""), STR_INIT("with space"),
	    STR_INIT("\xc3\xa9"), STR_INIT("nul\0nul"), STR_INIT(KEY "0"), {NULL, 0}};
	struct store_access r;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		assert_int_equal(store_access(s, a, keys[i], 3, &r, &e), ERR_OK);
		assert_int_equal(r.state, STORE_ACCESS_NO_KEY);
	}
	assert_int_equal(fake.calls, 0);
}

static void
dimensions_are_in_order(void **state)
{
	static struct db_value rows[4 * COLUMN__MAX];
	static const char *const expected[] = {"a", "b", "d", "c"};
	struct store_dimension_list r;

	(void)state;
	put_dimension(rows, 9, "c", 2);
	put_dimension(rows + COLUMN__MAX, 8, "b", 1);
	put_dimension(rows + 2 * COLUMN__MAX, 7, "d", 2);
	put_dimension(rows + 3 * COLUMN__MAX, 6, "a", -1);
	fake_rows(STMT_DIMENSIONS, rows, 4);
	assert_int_equal(store_dimensions(s, a, 3, &r, &e), ERR_OK);
	for (size_t i = 0; i < 4; i++)
		assert_true(str_is(r.items[i].control_tag, expected[i]));
	assert_true(r.items[0].weight == 0.5 && r.items[0].description.s == NULL);
	assert_true(str_is(r.items[0].values_enum, "[\"a\"]"));
}

/* As a join to several member rows gives them. */
static void
repeated_dimensions_come_once(void **state)
{
	static struct db_value rows[4 * COLUMN__MAX];
	struct store_dimension_list r;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		put_dimension(
		    rows + i * COLUMN__MAX, i % 2 == 0 ? 9 : 8, i % 2 == 0 ? "c" : "b", 1);
	fake_rows(STMT_DIMENSIONS, rows, 4);
	assert_int_equal(store_dimensions(s, a, 3, &r, &e), ERR_OK);
	assert_int_equal(r.n, 2);
	assert_true(
	    str_is(r.items[0].control_tag, "b") && str_is(r.items[1].control_tag, "c"));
}

static void
a_conflict_is_tried_again(void **state)
{
	struct store_dimension_list r;

	(void)state;
	can_answers();
	fake.fail_at = 4;
	fake.fail_with = ERR_DB_REFUSED;
	fake.fail_conflict = true;
	assert_int_equal(
	    store_dimensions_sync(s, a, 3, STR("x"), wanted, 2, true, &r, &e), ERR_OK);
	assert_true(fake.begins == 2 && fake.commits == 1 && fake.rollbacks == 1);
	/* But not for ever. */
	fake.fail_at = 1;
	fake.fail_times = 1000;
	assert_int_equal(store_dimensions_sync(s, a, 3, STR("x"), wanted, 2, true, &r, &e),
	    ERR_DB_REFUSED);
	assert_false(fake.in_transaction);
}

static void
sync_changes_what_differs(void **state)
{
	struct store_dimension twice[3] = {wanted[0], wanted[1], wanted[1]};
	struct store_dimension_list r;

	(void)state;
	can_answers();
	assert_int_equal(
	    store_dimensions_sync(s, a, 3, STR("x"), twice, 3, true, &r, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 2);
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 1);
	assert_int_equal(
	    store_dimensions_sync(s, a, 3, STR("x"), twice, 3, false, &r, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 3);
}

static void
users_are_asked_for_once_each(void **state)
{
	int64_t ids[130];
	struct store_user *r;
	size_t n;

	(void)state;
	for (int i = 0; i < 130; i++)
		ids[i] = 64 - i / 2;
	assert_int_equal(store_users(s, a, 1, ids, 130, &r, &n, &e), ERR_OK);
	assert_int_equal(fake.calls, 2);
	assert_int_equal(fake.log[0].params[1].integer, 0);
	assert_int_equal(fake.log[0].params[64].integer, 63);
	assert_int_equal(fake.log[1].params[1].integer, 64);
	assert_int_equal(fake.log[1].params[64].integer, 64);
	assert_int_equal(store_users(s, a, 1, ids, 0, &r, &n, &e), ERR_OK);
	assert_true(n == 0 && fake.calls == 2);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(each_call_fails_in_turn),
	    T(access_states_in_their_order),
	    T(impossible_keys_are_not_asked_for),
	    T(dimensions_are_in_order),
	    T(repeated_dimensions_come_once),
	    T(a_conflict_is_tried_again),
	    T(sync_changes_what_differs),
	    T(users_are_asked_for_once_each),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
