/* lib/matrix/follow: dimensions follow the configuration, in the table or, where it may
 * not be written, in memory, and both are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "matrix/follow.h"
#include "base/log.h"
#include "fake_db.h"
#include "other_column.h"
#include "arena_fixture.h"

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

#define CONFIG                                                                             \
	"<View><Text name=\"t\" value=\"$t\"/>"                                            \
	"<Choices name=\"q\" toName=\"t\"><Choice value=\"a\"/><Choice "                   \
	"value=\"b\"/></Choices>"                                                          \
	"<Rating name=\"r\" toName=\"t\"/>"                                                \
	"<TextArea name=\"old\" toName=\"t\"/>"                                            \
	"<Labels name=\"new\" toName=\"t\"><Label value=\"x\"/></Labels></View>"
#define WEIGHTS "{\"q\": {\"overall\": 4, \"labels\": {\"a\": 2}}, \"r\": {\"overall\": 5}}"

/* What the project's row says. */
static void
project_is(const char *config, const char *weights, const char *recorded)
{
	struct db_value *row = arena_calloc(a, 7, sizeof(*row));

	row[0] = DB_INTEGER(3);
	row[1] = DB_INTEGER(1);
	row[2] = DB_TEXT(STR("a project"));
	row[3] = DB_TEXT(str_of(config));
	row[4] = DB_TEXT(str_of(weights));
	row[5] = DB_TEXT(STR("now"));
	row[6] = DB_TEXT(str_of(recorded));
	fake_rows(STMT_PROJECT, row, 1);
}

static void
table_has(const struct store_dimension *rows, size_t n)
{
	struct db_value *v = arena_calloc(a, n * COLUMN__MAX, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		columns_write(&rows[i], COLUMNS_ALL, v + i * COLUMN__MAX);
	fake_rows(STMT_DIMENSIONS, v, n);
	fake_rows(STMT_DIMENSIONS_LOCK, v, n);
}

/* Rows of every kind: one that vanishes, one of which a user set a part, one that a user
 * made for the same control, one of which everything was set, one that was suggested by
 * results and had vanished. */
static const struct store_dimension before[] = {
    {.id = 8,
	.project = 3,
	.name = STR_INIT("hers"),
	.control_tag = STR_INIT("q"),
	.control_type = STR_INIT("Choices"),
	.metric_type = STR_INIT("exact_match"),
	.is_active = true,
	.is_present = true,
	.is_user_defined = true,
	.order = 1,
	.weight = 7.0,
	.created_by = 5},
    {.id = 5,
	.project = 3,
	.name = STR_INIT("gone"),
	.control_tag = STR_INIT("gone"),
	.control_type = STR_INIT("Number"),
	.metric_type = STR_INIT("numeric_difference"),
	.extraction_method = STR_INIT(DIMENSION_FROM_CONFIG),
	.is_active = true,
	.is_present = true,
	.order = 2,
	.weight = 1.0},
    {.id = 7,
	.project = 3,
	.name = STR_INIT("Mine"),
	.description = STR_INIT("not set by hand"),
	.control_tag = STR_INIT("q"),
	.control_type = STR_INIT("Rating"),
	.object_type = STR_INIT("Image"),
	.per_region = true,
	.extraction_method = STR_INIT(DIMENSION_FROM_CONFIG),
	.metric_type = STR_INIT("jaccard_similarity"),
	.metric_params = STR_INIT("{\"order_matters\":true}"),
	.is_active = false,
	.is_present = true,
	.order = 9,
	.values_enum = STR_INIT("[\"z\"]"),
	.weight = 3.0,
	.label_weights = STR_INIT("{\"z\":1}"),
	.created_at = STR_INIT("then"),
	.updated_at = STR_INIT("later"),
	.created_by = 6,
	.user_set = STORE_DIMENSION_NAME | STORE_DIMENSION_METRIC_TYPE},
    {.id = 9,
	.project = 3,
	.name = STR_INIT("Set"),
	.description = STR_INIT("set by hand"),
	.control_tag = STR_INIT("r"),
	.control_type = STR_INIT("Choices"),
	.metric_type = STR_INIT("numeric_difference_threshold"),
	.metric_params = STR_INIT("{\"max_difference\":2}"),
	.is_active = false,
	.is_present = true,
	.is_categorical = false,
	.order = -4,
	.weight = 0.5,
	.label_weights = STR_INIT("{\"a\":3}"),
	.user_set = 255},
    {.id = 10,
	.project = 3,
	.name = STR_INIT("old"),
	.control_tag = STR_INIT("old"),
	.control_type = STR_INIT("TextArea"),
	.extraction_method = STR_INIT(DIMENSION_FROM_RESULTS),
	.metric_type = STR_INIT("exact_match"),
	.is_active = true,
	.is_present = false,
	.order = 12,
	.weight = 1.0},
};

static const struct store_dimension_list list_before = {before, N_OF(before)};

/* ------------------------------------------------------------------ a table of our own */

static struct store_dimension table[32];
static size_t n_table;

static struct store_dimension *
by_id(int64_t id)
{
	for (size_t i = 0; i < n_table; i++)
		if (table[i].id == id)
			return &table[i];
	fail_msg("there is no row %lld", (long long)id);
	return NULL;
}

/* STMT_DIMENSION_INSERT */
static void
apply_insert(const struct db_value *v, int64_t id)
{
	struct store_dimension d = {.id = id, .is_present = true};

	columns_read(v, COLUMNS_INSERTED, &d);
	table[n_table++] = d;
}

/* STMT_DIMENSION_WRITE, whose last parameters are is_present and the id. */
static void
apply_write(const struct db_value *v)
{
	size_t n = strlen(stmt_get(STMT_DIMENSION_WRITE, 0).params);
	struct store_dimension *d = by_id(v[n - 1].integer);

	columns_read(v, COLUMNS_FOLLOWING, d);
	d->is_present = v[n - 2].integer != 0;
}

static int
in_order(const void *x, const void *y)
{
	const struct store_dimension *p = x, *q = y;

	if (p->order != q->order)
		return p->order < q->order ? -1 : 1;
	return (p->id > q->id) - (p->id < q->id);
}

/* What the statements that were sent make of `list`. */
static void
apply_log(const struct store_dimension_list *list)
{
	int64_t last = 0;

	n_table = list->n;
	for (size_t i = 0; i < list->n; i++) {
		table[i] = list->items[i];
		last = table[i].id > last ? table[i].id : last;
	}
	for (unsigned i = 0; i < fake.calls; i++) {
		if (fake.log[i].call != FAKE_RUN)
			continue;
		switch (fake.log[i].id) {
		case STMT_DIMENSION_INSERT:
			apply_insert(fake.log[i].params, ++last);
			break;
		case STMT_DIMENSION_WRITE:
			apply_write(fake.log[i].params);
			break;
		default:
			break;
		}
	}
	qsort(table, n_table, sizeof(table[0]), in_order);
}

static void
assert_is_table(const struct store_dimension_list *r)
{
	assert_int_equal(r->n, n_table);
	for (size_t i = 0; i < n_table; i++) {
		unsigned other = other_column(&r->items[i], &table[i], 0);

		if (other < COLUMN__MAX)
			fail_msg("dimension %lld has another %s", (long long)table[i].id,
			    column_names[other]);
	}
}

/* ------------------------------------------------------------------ the configuration */

static void
an_equal_fingerprint_asks_nothing(void **state)
{
	struct store_dimension_list r = {0};

	(void)state;
	assert_int_equal(
	    follow_changes(s, a, 3, STR("f"), STR("f"), &list_before, &r, &e), ERR_OK);
	assert_ptr_equal(r.items, before);
	assert_int_equal(r.n, N_OF(before));
	assert_int_equal(fake.calls, 0);
	/* An empty fingerprint that was never recorded is not equal. */
	project_is(CONFIG, NULL, NULL);
	assert_int_equal(
	    follow_changes(s, a, 3, STR(""), (struct str){0}, &list_before, &r, &e),
	    ERR_OK);
	assert_true(fake.calls > 0);
}

static void
another_fingerprint_is_followed_and_recorded(void **state)
{
	struct store_dimension_list r = {0};
	bool recorded = false;

	(void)state;
	project_is(CONFIG, WEIGHTS, "before");
	table_has(before, N_OF(before));
	assert_int_equal(
	    follow_changes(s, a, 3, STR("seen"), STR("before"), &list_before, &r, &e),
	    ERR_OK);
	assert_int_equal(r.n, N_OF(before)); /* as the table says afterwards */
	assert_int_equal(fake.commits, 1);
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 1);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 4);
	/* Recorded is the fingerprint that was read with the configuration, not an older
	 * one. */
	for (unsigned i = 0; i < fake.calls; i++)
		if (fake.log[i].call == FAKE_RUN && fake.log[i].id == STMT_SYNC_RECORD)
			recorded = str_is(fake.log[i].params[0].text, "now") &&
			    fake.log[i].params[1].integer == 3;
	assert_true(recorded);
	/* What a user made and what a user set is not touched. */
	apply_log(&list_before);
	assert_int_equal(by_id(8)->is_present, true);
	assert_true(by_id(8)->weight == 7.0);
	assert_true(str_is(by_id(7)->name, "Mine"));
	assert_true(by_id(7)->weight == 4.0);
	assert_true(by_id(9)->weight == 0.5);
	assert_false(by_id(5)->is_present);
	assert_true(by_id(10)->is_present);
	assert_true(str_is(by_id(11)->control_tag, "new"));
}

/* Where the account may not write, whichever statement says so. */
static void
in_memory_it_is_the_same_as_in_the_table(void **state)
{
	static const struct {
		const char *config, *weights;
	} rows[] = {
	    {CONFIG, WEIGHTS},
	    {CONFIG, NULL},
	    {"<View/>", NULL}, /* no controls: what came from a configuration vanishes */
	    {NULL, NULL},
	    {"<View><Text name=\"t\" value=\"$t\"/><Choices name=\"gone\" "
	     "toName=\"t\"/></View>",
		NULL},
	};
	static const struct store_dimension_list lists[] = {
	    {before, N_OF(before)}, {before, 1}, {before + 2, 2}, {NULL, 0}};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		for (size_t k = 0; k < N_OF(lists); k++) {
			struct store_dimension_list r = {0};
			unsigned calls;

			fake_reset();
			project_is(rows[i].config, rows[i].weights, NULL);
			table_has(lists[k].items, lists[k].n);
			assert_int_equal(follow_changes(s, a, 3, STR("now"),
					     (struct str){0}, &lists[k], &r, &e),
			    ERR_OK);
			apply_log(&lists[k]);
			calls = fake.calls;
			/* The first call reads the project. */
			for (unsigned n = 2; n <= calls; n++) {
				fake.calls = 0;
				fake.fail_at = n;
				fake.fail_with = ERR_DB_DENIED;
				assert_int_equal(follow_changes(s, a, 3, STR("now"),
						     (struct str){0}, &lists[k], &r, &e),
				    ERR_OK);
				assert_is_table(&r);
				assert_false(fake.in_transaction);
			}
		}
}

static void
every_failure_is_told(void **state)
{
	static const enum err errors[] = {
	    ERR_DB_AWAY, ERR_DB_SLOW, ERR_DB_SCHEMA, ERR_DB_REFUSED, ERR_MEMORY};
	struct store_dimension_list r = {NULL, 77};
	unsigned calls;

	(void)state;
	project_is(CONFIG, WEIGHTS, NULL);
	table_has(before, N_OF(before));
	assert_int_equal(
	    follow_changes(s, a, 3, STR("now"), (struct str){0}, &list_before, &r, &e),
	    ERR_OK);
	calls = fake.calls;
	assert_true(calls >= 8 && calls <= 30);
	for (size_t i = 0; i < N_OF(errors); i++)
		for (unsigned n = 1; n <= calls; n++) {
			fake.calls = 0;
			fake.fail_at = n;
			fake.fail_times = 100;
			fake.fail_with = errors[i];
			r = (struct store_dimension_list){NULL, 77};
			assert_int_equal(follow_changes(s, a, 3, STR("now"),
					     (struct str){0}, &list_before, &r, &e),
			    errors[i]);
			assert_int_equal(e.code, errors[i]);
			assert_int_equal(r.n, 77);
			assert_false(fake.in_transaction);
			fake.calls = 0;
			assert_int_equal(follow_config(s, a, 3, &r, &e), errors[i]);
			assert_int_equal(r.n, 77);
		}
	/* Nor can the project be read if it is denied. */
	fake.calls = 0;
	fake.fail_at = 1;
	fake.fail_with = ERR_DB_DENIED;
	assert_int_equal(
	    follow_changes(s, a, 3, STR("now"), (struct str){0}, &list_before, &r, &e),
	    ERR_DB_DENIED);
}

static void
a_project_that_is_gone_is_not_found(void **state)
{
	struct store_dimension_list r = {NULL, 77};

	(void)state;
	assert_int_equal(
	    follow_changes(s, a, 3, STR("now"), (struct str){0}, &list_before, &r, &e),
	    ERR_NOT_FOUND);
	assert_int_equal(follow_config(s, a, 3, &r, &e), ERR_NOT_FOUND);
	assert_int_equal(r.n, 77);
	assert_int_equal(fake.begins, 0);
}

static void
a_configuration_is_written_whatever_is_recorded(void **state)
{
	struct store_dimension_list r = {0};

	(void)state;
	project_is(CONFIG, WEIGHTS, "now");
	table_has(before, N_OF(before));
	assert_int_equal(follow_config(s, a, 3, &r, &e), ERR_OK);
	assert_int_equal(fake.commits, 1);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 4);
	fake.calls = 0;
	fake.fail_at = 3;
	fake.fail_with = ERR_DB_DENIED;
	assert_int_equal(follow_config(s, a, 3, &r, &e), ERR_DB_DENIED);
	/* A configuration that cannot be used leaves the dimensions absent. */
	fake_reset();
	project_is("<View", WEIGHTS, "now");
	table_has(before, N_OF(before));
	assert_int_equal(follow_config(s, a, 3, &r, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 4);
}

/* ------------------------------------------------------------------ results */

static void
results_are_needed_without_a_configuration(void **state)
{
	struct store_dimension rows[] = {
	    {.is_present = true, .extraction_method = STR_INIT(DIMENSION_FROM_RESULTS)},
	    {.is_present = false, .extraction_method = STR_INIT(DIMENSION_FROM_CONFIG)},
	    {.is_present = true, .extraction_method = STR_INIT(DIMENSION_FROM_CONFIG)}};
	struct store_dimension_list r = {rows, 0};

	(void)state;
	assert_true(follow_needs_results(&r));
	r.n = 2;
	assert_true(follow_needs_results(&r));
	r.n = 3;
	assert_false(follow_needs_results(&r));
	rows[2].extraction_method = (struct str){0};
	assert_false(follow_needs_results(&r));
}

static const struct result *
result_of(const char *json)
{
	struct result *r = arena_calloc(a, 1, sizeof(*r));
	const struct json *j;

	assert_int_equal(json_parse(a, str_of(json), &j, &e), ERR_OK);
	assert_int_equal(result_read(a, j, r, &e), ERR_OK);
	return r;
}

static void
results_suggest_what_is_missing(void **state)
{
	const struct result *results[] = {
	    result_of("[{\"from_name\":\"r\",\"type\":\"rating\"},{\"from_name\":\"x\","
		      "\"type\":\"choices\"}]"),
	    NULL, result_of("[]"),
	    result_of("[{\"from_name\":\"x\",\"type\":\"choices\"},{\"from_name\":\"old\","
		      "\"type\":"
		      "\"textarea\"}]")};
	struct store_dimension_list r = {0};
	unsigned calls;

	(void)state;
	table_has(before, N_OF(before));
	assert_int_equal(
	    follow_results(s, a, 3, STR("f"), results, N_OF(results), &list_before, &r, &e),
	    ERR_OK);
	/* x is new, old is there again; nothing vanishes. */
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 1);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 1);
	apply_log(&list_before);
	assert_true(str_is(by_id(11)->control_tag, "x"));
	assert_true(str_is(by_id(11)->extraction_method, DIMENSION_FROM_RESULTS));
	calls = fake.calls;
	for (unsigned n = 1; n <= calls; n++) {
		fake.calls = 0;
		fake.fail_at = n;
		fake.fail_with = ERR_DB_DENIED;
		assert_int_equal(follow_results(s, a, 3, STR("f"), results, N_OF(results),
				     &list_before, &r, &e),
		    ERR_OK);
		assert_is_table(&r);
		fake.calls = 0;
		fake.fail_with = ERR_DB_AWAY;
		r.n = 77;
		assert_int_equal(follow_results(s, a, 3, STR("f"), results, N_OF(results),
				     &list_before, &r, &e),
		    ERR_DB_AWAY);
		assert_int_equal(r.n, 77);
	}
}

static void
results_that_say_nothing_new_write_nothing(void **state)
{
	const struct result *results[] = {
	    result_of("[{\"from_name\":\"r\",\"type\":\"rating\"}]"), NULL};
	struct store_dimension_list r = {0}, empty = {0};

	(void)state;
	assert_int_equal(
	    follow_results(s, a, 3, STR("f"), results, 2, &list_before, &r, &e), ERR_OK);
	assert_ptr_equal(r.items, before);
	assert_int_equal(
	    follow_results(s, a, 3, STR("f"), NULL, 0, &empty, &r, &e), ERR_OK);
	assert_int_equal(r.n, 0);
	assert_int_equal(fake.calls, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(an_equal_fingerprint_asks_nothing),
	    TEST(another_fingerprint_is_followed_and_recorded),
	    TEST(in_memory_it_is_the_same_as_in_the_table),
	    TEST(every_failure_is_told),
	    TEST(a_project_that_is_gone_is_not_found),
	    TEST(a_configuration_is_written_whatever_is_recorded),
	    TEST(results_are_needed_without_a_configuration),
	    TEST(results_suggest_what_is_missing),
	    TEST(results_that_say_nothing_new_write_nothing),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
