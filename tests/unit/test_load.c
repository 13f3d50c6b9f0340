/* Loading exports over a driver that answers canned rows and fails where it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "import/load.h"
#include "fake_db.h"
#include "arena_fixture.h"

static struct store *s;
static struct load l;
static char refused[512]; /* what was told of refused tasks */
static unsigned n_refused;

/* Answers of a database that has the organization 3, and project 5 in it. */
static const struct db_value organization[] = {{.integer = 3}};
static const struct db_value project[] = {
    {.integer = 5},
    {.integer = 3},
    {.text = STR_INIT("Title")},
    {.null = true},
    {.null = true},
    {.text = STR_INIT("0-0-0-0")},
    {.null = true},
};

static int
set_up(void **state)
{
	fake_reset();
	fake_rows(STMT_ORGANIZATION_FIND, organization, 1);
	fake_rows(STMT_PROJECT, project, 1);
	fake_change(STMT_PROJECT_PUT, 1, 5);
	fake_change(STMT_TASK_PUT, 1, 0);
	fake_change(STMT_ANNOTATION_PUT, 1, 0);
	fake_change(STMT_PREDICTION_PUT, 2, 0);
	fake_change(STMT_USER_INSERT, 1, 0);
	refused[0] = '\0';
	n_refused = 0;
	return arena_set_up(state) != 0 || fake_store(&s, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	load_end(&l);
	store_close(s);
	return arena_tear_down(state);
}

static void
on_refused(void *context, const struct error *why)
{
	(void)context;
	snprintf(refused, sizeof(refused), "%s", why->text);
	n_refused++;
}

static enum err
begin(struct load_options o)
{
	o.refused = on_refused;
	return load_begin(&l, s, &o, &e);
}

static enum err
take(const char *json)
{
	static uint64_t number;
	struct export_task t = {.number = ++number, .line = 7};
	const struct json *tree;

	/* As in a reader, nothing of the task outlives the arena. */
	assert_int_equal(json_parse(a, arena_str(a, str_of(json)), &tree, &e), ERR_OK);
	assert_int_equal(export_task_read(a, tree, "$", &t, &e), ERR_OK);
	return load_task(&l, &t, &e);
}

/* The parameters with which a statement was run the n-th time, from 0. */
static const struct db_value *
params_of(enum stmt id, unsigned n)
{
	for (unsigned i = 0; i < fake.calls && i < FAKE_LOG; i++)
		if (fake.log[i].call == FAKE_RUN && fake.log[i].id == id && n-- == 0)
			return fake.log[i].params;
	fail_msg("statement %d was not run as often", id);
	return NULL;
}

/* The number of the first call of a statement, from 1. */
static unsigned
call_of(enum stmt id)
{
	for (unsigned i = 0; i < fake.calls && i < FAKE_LOG; i++)
		if (fake.log[i].call == FAKE_RUN && fake.log[i].id == id)
			return i + 1;
	fail_msg("statement %d was not run", id);
	return 0;
}

static void
assert_count(enum load_noun noun, uint64_t inserted, uint64_t updated, uint64_t unchanged)
{
	uint64_t count[IMPORT_CHANGE__MAX];

	assert_int_equal(load_count(&l, noun, count), ERR_OK);
	assert_int_equal(count[IMPORT_INSERTED], inserted);
	assert_int_equal(count[IMPORT_UPDATED], updated);
	assert_int_equal(count[IMPORT_UNCHANGED], unchanged);
}

#define ANN "{\"id\":1,\"email\":\"ann@example.com\"}"
#define TASK                                                                               \
	"{\"id\":9,\"data\":{\"a\":1},\"annotations\":["                                   \
	"{\"id\":11,\"completed_by\":" ANN                                                 \
	",\"result\":[{\"id\":\"r\",\"from_name\":\"c\",\"type\":\"choices\","             \
	"\"value\":{\"choices\":[\"x\"]}}],\"created_at\":\"2024-01-01T00:00:00Z\"},"      \
	"{\"id\":12,\"completed_by\":" ANN ",\"was_cancelled\":true,\"result\":[]},"       \
	"{\"id\":13,\"completed_by\":null,\"result\":[],\"lead_time\":2.5}],"              \
	"\"predictions\":[{\"id\":21,\"model_version\":\"v1\",\"result\":[]},22]}"

static void
rows(void **state)
{
	const struct db_value *v;

	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(fake.calls, 0);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(fake.begins, 1);
	assert_int_equal(fake.commits, 1);
	assert_int_equal(l.project, 5);
	v = params_of(STMT_TASK_PUT, 0);
	assert_int_equal(v[0].integer, 9);
	assert_int_equal(v[1].integer, 5);
	assert_true(v[2].null);		   /* inner_id */
	assert_int_equal(v[8].integer, 1); /* overlap */
	assert_int_equal(v[9].integer, 2); /* annotations, cancelled, predictions */
	assert_int_equal(v[10].integer, 1);
	assert_int_equal(v[11].integer, 1);
	v = params_of(STMT_ANNOTATION_PUT, 0);
	assert_int_equal(v[0].integer, 11);
	assert_int_equal(v[1].integer, 5);
	assert_int_equal(v[2].integer, 9);
	assert_int_equal(v[3].integer, 1);
	assert_int_equal(v[7].integer, 1); /* items of the result */
	assert_false(v[8].null);
	assert_false(v[9].null); /* updated_at: as created_at */
	assert_true(params_of(STMT_ANNOTATION_PUT, 1)[4].integer);
	v = params_of(STMT_ANNOTATION_PUT, 2);
	assert_true(v[3].null); /* nobody */
	assert_true(v[8].null);
	assert_true(v[10].real == 2.5);
	assert_int_equal(fake_runs(STMT_PREDICTION_PUT), 1);
	assert_int_equal(params_of(STMT_PREDICTION_PUT, 0)[0].integer, 21);
	assert_int_equal(l.tally.ids_only, 1);
	/* The same user is looked for once. */
	assert_int_equal(fake_runs(STMT_USER_INSERT), 1);
	assert_count(LOAD_TASKS, 1, 0, 0);
	assert_count(LOAD_ANNOTATIONS, 3, 0, 0);
	assert_count(LOAD_PREDICTIONS, 0, 1, 0);
	assert_count(LOAD_USERS, 1, 0, 0);
}

static void
texts_outlive_the_task(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take("{\"id\":9,\"data\":{\"a\":\"first\"}}"), ERR_OK);
	arena_reset(a);
	assert_int_equal(take("{\"id\":8,\"data\":{\"a\":\"other\"}}"), ERR_OK);
	arena_reset(a);
	assert_true(str_is(l.batch.first->row.data, "{\"a\":\"first\"}"));
	assert_true(str_is(l.batch.last->row.data, "{\"a\":\"other\"}"));
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_count(LOAD_TASKS, 2, 0, 0);
}

/* ------------------------------------------------------------------ what is refused */

static void
ids_are_required(void **state)
{
	static const struct {
		const char *json, *place;
	} cases[] = {
	    {"{\"data\":{}}", ": $.id: "},
	    {"{\"id\":0,\"data\":{}}", ": $.id: "},
	    {"{\"id\":null,\"data\":{}}", ": $.id: "},
	    {"{\"id\":3,\"annotations\":[{\"id\":1},{\"result\":[]}]}",
		"(id 3): $.annotations[1].id: "},
	    {"{\"id\":3,\"data\":{},\"predictions\":[0]}", "(id 3): $.predictions[0].id: "},
	};

	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	for (size_t i = 0; i < N_OF(cases); i++) {
		assert_int_equal(take(cases[i].json), ERR_INPUT);
		assert_non_null(strstr(e.text, "line 7, byte 0, task "));
		if (strstr(e.text, cases[i].place) == NULL)
			fail_msg("%s: %s", cases[i].json, e.text);
	}
	/* The load goes on. */
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_count(LOAD_TASKS, 1, 0, 0);
}

/* What does not fit into a column is refused with its place, whoever wrote it. */
static void
texts_that_are_too_long(void **state)
{
	static const struct {
		const char *json, *place; /* @ is the text, of `n` characters */
		int n;
	} cases[] = {
	    {"{\"id\":3,\"annotations\":[{\"id\":1,\"result\":[],\"completed_by\":{\"id\":"
	     "1,"
	     "\"email\":\"@\"}}]}",
		"$.annotations[0].completed_by.email: 255 characters are more than the "
		"254 ",
		255},
	    {"{\"id\":3,\"annotations\":[{\"id\":1,\"result\":[],\"completed_by\":{\"id\":"
	     "1,"
	     "\"username\":\"@\"}}]}",
		"$.annotations[0].completed_by.username: 257 characters are more than the "
		"256 ",
		257},
	    {"{\"id\":3,\"annotations\":[{\"id\":1,\"result\":[],\"completed_by\":{\"id\":"
	     "1,"
	     "\"first_name\":\"@\"}}]}",
		"$.annotations[0].completed_by.first_name: 300 characters are more than "
		"the 256 ",
		300},
	    {"{\"id\":3,\"annotations\":[{\"id\":1,\"result\":[],\"completed_by\":{\"id\":"
	     "1,"
	     "\"last_name\":\"@\"}}]}",
		"$.annotations[0].completed_by.last_name: 300 ", 300},
	    {"{\"id\":3,\"annotations\":[{\"id\":1,\"result\":[{},{\"from_name\":\"@\"}]}]"
	     "}",
		"$.annotations[0].result[1].from_name: 513 characters are more than the "
		"512 ",
		513},
	    {"{\"id\":3,\"data\":{},\"predictions\":[7,{\"id\":1,\"result\":[{\"type\":\"@"
	     "\"}]}]}",
		"$.predictions[1].result[0].type: 129 characters are more than the 128 ",
		129},
	};

	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	for (size_t i = 0; i < N_OF(cases); i++)
		for (int less = 0; less < 2; less++) {
			const char *at = strchr(cases[i].json, '@');
			struct buf b = BUF_INIT;

			buf_put(&b, cases[i].json, (size_t)(at - cases[i].json));
			/* Two bytes each: characters count. */
			for (int k = 0; k < cases[i].n - less * 45; k++)
				buf_puts(&b, "\xc3\xa9");
			buf_puts(&b, at + 1);
			assert_int_equal(take(b.s), less == 1 ? ERR_OK : ERR_INPUT);
			if (less == 0 && strstr(e.text, cases[i].place) == NULL)
				fail_msg("%s", e.text);
			assert_true(less == 1 || strstr(e.text, "(id 3): $.") != NULL);
			buf_free(&b);
		}
}

/* The totals of a task that is there are counted; it is changed where they differ. */
static void
totals(void **state)
{
	(void)state;
	for (uint64_t differ = 0; differ < 2; differ++) {
		static const struct db_value owner[] = {{.integer = 5}, {.integer = 9}};

		fake_change(STMT_TASK_PUT, 0, 0);
		fake_rows(STMT_TASK_OWNER, owner, 1);
		fake_change(STMT_TASK_TOTALS, differ, 0);
		assert_int_equal(begin((struct load_options){0}), ERR_OK);
		assert_int_equal(take(TASK), ERR_OK);
		assert_int_equal(load_flush(&l, &e), ERR_OK);
		assert_count(LOAD_TASKS, 0, differ, 1 - differ);
		assert_int_equal(params_of(STMT_TASK_TOTALS, 0)[1].integer, 9);
		load_end(&l);
	}
}

/* An annotation of another project: the upsert changes nothing, the owner is another. */
static void
give_annotations_away(void)
{
	static const struct db_value other[] = {{.integer = 99}, {.integer = 98}};

	fake_change(STMT_ANNOTATION_PUT, 0, 0);
	fake_rows(STMT_ANNOTATION_OWNER, other, 1);
}

/* Predictions of very old exports have none: they are left out, the task is not. */
static void
nameless_predictions(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(
	    take("{\"id\":3,\"data\":{},\"predictions\":[{\"result\":[]},{\"id\":4}]}"),
	    ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(l.tally.nameless, 1);
	assert_int_equal(fake_runs(STMT_PREDICTION_PUT), 1);
	assert_int_equal(params_of(STMT_PREDICTION_PUT, 0)[0].integer, 4);
	assert_int_equal(params_of(STMT_TASK_PUT, 0)[11].integer, 1);
}

/* No project is left behind for tasks that are all refused. */
static void
all_refused(void **state)
{
	(void)state;
	give_annotations_away();
	assert_int_equal(begin((struct load_options){.keep_going = true}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake.commits, 0);
	assert_int_equal(fake.rollbacks, 1);
	assert_int_equal(l.project, 0);
}

static void
bad_config(void **state)
{
	(void)state;
	assert_int_equal(
	    begin((struct load_options){.label_config = STR("<View><Choices")}), ERR_INPUT);
	assert_int_equal(
	    begin((struct load_options){.label_config = STR("<View/>")}), ERR_INPUT);
	assert_int_equal(fake.calls, 0);
}

static void
projects_must_agree(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take("{\"id\":1,\"data\":{}}"), ERR_OK);
	assert_int_equal(take("{\"id\":2,\"project\":6,\"data\":{}}"), ERR_OK);
	assert_int_equal(take("{\"id\":3,\"project\":7,\"data\":{}}"), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_INPUT);
	assert_non_null(strstr(e.text, "(id 3): $.project: is 7, others are of project 6"));
	assert_int_equal(params_of(STMT_PROJECT_PUT, 0)[0].integer, 6);
	assert_int_equal(fake.commits, 0);
	assert_int_equal(fake.rollbacks, 1);
}

static void
named_project_wins(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){.project = 4}), ERR_OK);
	assert_int_equal(take("{\"id\":2,\"project\":6,\"data\":{}}"), ERR_OK);
	assert_int_equal(take("{\"id\":3,\"project\":7,\"data\":{}}"), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(params_of(STMT_PROJECT_PUT, 0)[0].integer, 4);
	assert_int_equal(params_of(STMT_TASK_PUT, 1)[1].integer, 4);
}

static void
refused_batch(void **state)
{
	(void)state;
	give_annotations_away();
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take("{\"id\":1,\"data\":{}}"), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_INPUT);
	assert_non_null(strstr(e.text, "(id 9): $.annotations[0]: "));
	assert_non_null(strstr(e.text, "another project"));
	assert_int_equal(fake.commits, 0);
	assert_int_equal(fake.rollbacks, 1);
	assert_int_equal(l.project, 0);
	assert_count(LOAD_TASKS, 0, 0, 0);
	assert_count(LOAD_USERS, 0, 0, 0);
	assert_int_equal(n_refused, 0);
}

static void
refused_task(void **state)
{
	(void)state;
	give_annotations_away();
	assert_int_equal(begin((struct load_options){.keep_going = true}), ERR_OK);
	assert_int_equal(take("{\"id\":1,\"data\":{}}"), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(take("{\"id\":10,\"data\":{}}"), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(n_refused, 1);
	assert_non_null(strstr(refused, "(id 9): $.annotations[0]: "));
	assert_int_equal(fake.commits, 1);
	assert_int_equal(l.skipped, 1);
	assert_count(LOAD_TASKS, 2, 0, 0);
	assert_count(LOAD_ANNOTATIONS, 0, 0, 0);
	/* Their row was undone with the task. */
	assert_count(LOAD_USERS, 0, 0, 0);
}

static void
too_long_for_the_server(void **state)
{
	unsigned put;

	(void)state;
	assert_int_equal(begin((struct load_options){.keep_going = true}), ERR_OK);
	assert_int_equal(take("{\"id\":1,\"data\":{}}"), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	put = call_of(STMT_TASK_PUT);
	assert_true(put > 0);
	/* begin, mark, put: the first of the next batch. */
	fake.fail_at = fake.calls + 3;
	fake.fail_with = ERR_LIMIT;
	assert_int_equal(take("{\"id\":2,\"data\":{}}"), ERR_OK);
	assert_int_equal(take("{\"id\":3,\"data\":{}}"), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(n_refused, 1);
	assert_non_null(strstr(refused, "(id 2): "));
	assert_int_equal(fake.rollbacks, 1);
	assert_int_equal(fake.commits, 2);
	assert_count(LOAD_TASKS, 2, 0, 0);
}

/* ------------------------------------------------------------------ trying again */

static void
lost_against_another(void **state)
{
	(void)state;
	/* Two conflicts, wherever they come: begin, then the second call of the next try.
	 */
	for (unsigned at = 1; at < 12; at++) {
		fake.calls = 0;
		fake.begins = fake.commits = fake.rollbacks = 0;
		fake.fail_at = at;
		fake.fail_with = ERR_DB_REFUSED;
		fake.fail_conflict = true;
		assert_int_equal(begin((struct load_options){0}), ERR_OK);
		assert_int_equal(take(TASK), ERR_OK);
		assert_int_equal(load_flush(&l, &e), ERR_OK);
		assert_int_equal(fake.rollbacks, 1);
		assert_int_equal(fake.commits, 1);
		assert_count(LOAD_TASKS, 1, 0, 0);
		assert_count(LOAD_ANNOTATIONS, 3, 0, 0);
		assert_count(LOAD_USERS, 1, 0, 0);
		assert_int_equal(l.project, 5);
		load_end(&l);
	}
}

static void
lost_for_good(void **state)
{
	(void)state;
	fake.fail_at = 1;
	fake.fail_times = 1000;
	fake.fail_with = ERR_DB_REFUSED;
	fake.fail_conflict = true;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_DB_REFUSED);
	assert_true(fake.rollbacks >= 2 && fake.rollbacks <= 20);
	assert_count(LOAD_TASKS, 0, 0, 0);
}

/* Any other failure ends the load at once, with nothing of the batch. */
static void
failing_everywhere(void **state)
{
	unsigned calls;

	(void)state;
	assert_int_equal(begin((struct load_options){.keep_going = true}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	calls = fake.calls;
	assert_true(calls >= 10 && calls <= FAKE_LOG);
	load_end(&l);
	for (unsigned at = 1; at <= calls; at++) {
		enum err err;

		fake.calls = fake.begins = fake.commits = fake.rollbacks = 0;
		fake.fail_at = at;
		fake.fail_with = ERR_DB_AWAY;
		assert_int_equal(begin((struct load_options){.keep_going = true}), ERR_OK);
		assert_int_equal(take(TASK), ERR_OK);
		err = load_flush(&l, &e);
		if (err == ERR_OK)
			err = load_finish(&l, &e);
		if (err != ERR_DB_AWAY)
			fail_msg("call %u fails: %s", at, err_text(err));
		if (fake.commits == 0)
			assert_count(LOAD_TASKS, 0, 0, 0);
		assert_false(fake.in_transaction);
		assert_int_equal(l.skipped, 0);
		load_end(&l);
	}
}

/* ------------------------------------------------------------------ the end */

static void
full_batches(void **state)
{
	char json[64];
	int n = 0;

	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	while (!load_full(&l)) {
		snprintf(json, sizeof(json), "{\"id\":%d,\"data\":{}}", ++n);
		assert_int_equal(take(json), ERR_OK);
		assert_true(n >= 1 && n <= 10000);
	}
	fake.calls = FAKE_LOG; /* what is not looked at need not be logged */
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_false(load_full(&l));
	assert_count(LOAD_TASKS, (uint64_t)n, 0, 0);
}

static void
nothing_at_all(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake.calls, 0);
}

static void
project_without_tasks(void **state)
{
	(void)state;
	assert_int_equal(begin((struct load_options){.project = 5}), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_PROJECT_PUT), 1);
	assert_int_equal(fake_runs(STMT_TASK_PUT), 0);
}

static void
guessed_dimensions(void **state)
{
	const struct db_value *v;

	(void)state;
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 1);
	v = params_of(STMT_DIMENSION_INSERT, 0);
	assert_int_equal(v[0].integer, 5);
	assert_int_equal(l.guess.rows.n, 1);
	assert_true(str_is(l.guess.rows.list[0].control_tag, "c"));
	assert_true(str_is(l.guess.rows.list[0].control_type, "Choices"));
}

/* A project that has a configuration already needs no guesses. */
static void
configured_before(void **state)
{
	static const struct db_value known[] = {{.integer = 5}, {.integer = 3},
	    {.null = true},
	    {.text = STR_INIT(
		 "<View><Rating name=\"r\" toName=\"t\"/><Text name=\"t\"/></View>")},
	    {.null = true}, {.text = STR_INIT("1-1-0-0")}, {.null = true}};

	(void)state;
	fake_rows(STMT_PROJECT, known, 1);
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(l.guess.rows.n, 0);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 1);
	assert_true(fake_runs(STMT_SYNC_RECORD) == 1);
}

/* What was guessed before is there, and is left as it is. */
static void
guessed_again(void **state)
{
	static const struct db_value known[] = {{.integer = 5}, {.integer = 3},
	    {.null = true}, {.null = true}, {.null = true}, {.text = STR_INIT("0-0-0-0")},
	    {.text = STR_INIT("0-0-0-0")}};
	static const struct db_value dimension[] = {{.integer = 1}, {.integer = 5},
	    {.text = STR_INIT("c")}, {.null = true}, {.text = STR_INIT("c")},
	    {.text = STR_INIT("Choices")}, {.null = true}, {.integer = 0},
	    {.text = STR_INIT(DIMENSION_FROM_RESULTS)}, {.null = true},
	    {.text = STR_INIT("exact_match")}, {.null = true}, {.integer = 1},
	    {.integer = 1}, {.integer = 1}, {.integer = 0}, {.integer = 0}, {.null = true},
	    {.real = 1.0}, {.null = true}, {.text = STR_INIT("then")},
	    {.text = STR_INIT("now")}, {.null = true}, {.integer = 0}};

	(void)state;
	fake_rows(STMT_PROJECT, known, 1);
	fake_rows(STMT_DIMENSIONS, dimension, 1);
	assert_int_equal(begin((struct load_options){0}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake.begins, 1);
	assert_int_equal(fake_runs(STMT_DIMENSION_WRITE), 0);
	assert_int_equal(fake_runs(STMT_DIMENSION_INSERT), 0);
}

static void
avatars(void **state)
{
	static const struct {
		const char *url, *column;
	} cases[] = {
	    {"https://ls.example.com/data/avatars/a.png", "avatars/a.png"},
	    {"/data/avatars/a.png", "avatars/a.png"},
	    {"avatars/a.png", "avatars/a.png"},
	    {"https://elsewhere.example.com/a.png", NULL},
	    {"/static/a.png", NULL},
	    {"", ""},
	    {NULL, NULL},
	};
	char longest[200] = "/data/";

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		struct str column = export_avatar(str_of(cases[i].url));

		assert_int_equal(column.s == NULL, cases[i].column == NULL);
		assert_true(str_eq(column, str_of(cases[i].column)));
	}
	memset(longest + 6, 'x', 101);
	assert_null(export_avatar(str_of(longest)).s);
	longest[106] = '\0';
	assert_int_equal(export_avatar(str_of(longest)).n, 100);
}

/* Many people, some of them met again, and forgotten as if they had never been met. */
static void
people(void **state)
{
	struct loadpeople p;
	char name[32];
	int64_t id;

	(void)state;
	assert_int_equal(loadpeople_begin(&p), ERR_OK);
	for (int round = 0; round < 2; round++) {
		for (int i = 1; i <= 1000; i++) {
			struct import_user u = {.id = i, .first_name = {name, 0}};

			u.first_name.n = (size_t)snprintf(name, sizeof(name), "n%d", i);
			assert_int_equal(loadpeople_id(&p, s, &(struct import_origin){3, 8},
					     &u, &id, &e),
			    ERR_OK);
			assert_int_equal(id, i);
		}
		assert_int_equal(p.n, 1000);
	}
	fake.calls = 0;
	loadpeople_forget(&p, 10);
	assert_int_equal(p.n, 10);
	for (int i = 10; i <= 11; i++) {
		struct import_user u = {.id = i, .first_name = {name, 0}};

		u.first_name.n = (size_t)snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(
		    loadpeople_id(&p, s, &(struct import_origin){3, 8}, &u, &id, &e),
		    ERR_OK);
		assert_int_equal(fake_runs(STMT_USER_INSERT), i - 10);
	}
	loadpeople_end(&p);
}

/* Words that only differ in where one ends and the next begins are not the same. */
static void
people_apart(void **state)
{
	struct import_user u = {
	    .id = 1, .username = STR_INIT("ab"), .first_name = STR_INIT("c")};
	uint64_t count[IMPORT_CHANGE__MAX];
	struct loadpeople p;
	int64_t id;

	(void)state;
	assert_int_equal(loadpeople_begin(&p), ERR_OK);
	assert_int_equal(
	    loadpeople_id(&p, s, &(struct import_origin){3, 8}, &u, &id, &e), ERR_OK);
	u.username = STR("a");
	u.first_name = STR("bc");
	assert_int_equal(
	    loadpeople_id(&p, s, &(struct import_origin){3, 8}, &u, &id, &e), ERR_OK);
	u.first_name = (struct str){0};
	assert_int_equal(
	    loadpeople_id(&p, s, &(struct import_origin){3, 8}, &u, &id, &e), ERR_OK);
	u.first_name = STR("");
	assert_int_equal(
	    loadpeople_id(&p, s, &(struct import_origin){3, 8}, &u, &id, &e), ERR_OK);
	assert_int_equal(p.n, 4);
	/* One user for all that. */
	assert_int_equal(loadpeople_count(&p, count), ERR_OK);
	assert_int_equal(count[IMPORT_INSERTED], 1);
	loadpeople_end(&p);
}

static void
configured_dimensions(void **state)
{
	static const struct str config =
	    STR_INIT("<View><Rating name=\"r\" toName=\"t\"/><Text name=\"t\"/></View>");

	(void)state;
	assert_int_equal(begin((struct load_options){.label_config = config}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(l.guess.rows.n, 0);
	assert_int_equal(params_of(STMT_PROJECT_PUT, 0)[3].text.n, config.n);
}

static void
pruned(void **state)
{
	static const struct db_value pages[] = {{.integer = 11}, {.integer = 40}};

	(void)state;
	fake_rows(STMT_ANNOTATION_PAGE, pages, 2);
	fake_change(STMT_ANNOTATION_DELETE, 1, 0);
	assert_int_equal(begin((struct load_options){.prune = true}), ERR_OK);
	assert_int_equal(
	    take("{\"id\":30,\"data\":{},\"annotations\":[{\"id\":31,\"result\":[]}]}"),
	    ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_ANNOTATION_DELETE), 1);
	assert_int_equal(params_of(STMT_ANNOTATION_DELETE, 0)[0].integer, 40);
	assert_int_equal(l.pruned.annotations, 1);
	assert_int_equal(l.pruned.tasks, 0);
}

/* A prediction of which the export has the id alone is there for all that. */
static void
pruned_not_ids_only(void **state)
{
	static const struct db_value pages[] = {{.integer = 21}, {.integer = 22}};

	(void)state;
	fake_rows(STMT_PREDICTION_PAGE, pages, 2);
	assert_int_equal(begin((struct load_options){.prune = true}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_OK);
	assert_int_equal(fake_runs(STMT_PREDICTION_DELETE), 0);
}

static void
nothing_pruned_after_a_skip(void **state)
{
	static const struct db_value pages[] = {{.integer = 40}};

	(void)state;
	fake_rows(STMT_TASK_PAGE, pages, 1);
	assert_int_equal(
	    begin((struct load_options){.prune = true, .keep_going = true}), ERR_OK);
	assert_int_equal(take(TASK), ERR_OK);
	load_skip(&l);
	assert_int_equal(load_flush(&l, &e), ERR_OK);
	assert_int_equal(load_finish(&l, &e), ERR_INPUT);
	assert_int_equal(fake_runs(STMT_TASK_DELETE), 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(rows),
	    T(texts_outlive_the_task),
	    T(ids_are_required),
	    T(texts_that_are_too_long),
	    T(totals),
	    T(nameless_predictions),
	    T(all_refused),
	    T(bad_config),
	    T(projects_must_agree),
	    T(named_project_wins),
	    T(refused_batch),
	    T(refused_task),
	    T(too_long_for_the_server),
	    T(lost_against_another),
	    T(lost_for_good),
	    T(failing_everywhere),
	    T(full_batches),
	    T(nothing_at_all),
	    T(project_without_tasks),
	    T(guessed_dimensions),
	    T(configured_before),
	    T(guessed_again),
	    T(avatars),
	    T(people),
	    T(people_apart),
	    T(configured_dimensions),
	    T(pruned),
	    T(pruned_not_ids_only),
	    T(nothing_pruned_after_a_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
