/* Questions of requests that wait together: asked once, and never answered with what is no
 * longer true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "evidence_of.h"
#include "fake_db.h"
#include "store/access.h"
#include "store/columns.h"
#include "store/schema.h"
#include "store/evidence.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"
#define N DB_NULL
#define I(v) DB_INTEGER(v)
#define S(v) DB_TEXT(STR(v))

static struct store *s;
static struct error e;

static void
can_answer(const char *email)
{
	const struct store_dimension d = {.id = 9,
	    .project = 3,
	    .name = STR("a"),
	    .control_tag = STR("a"),
	    .control_type = STR("Choices"),
	    .metric_type = STR("exact_match"),
	    .is_active = true,
	    .is_present = true,
	    .is_categorical = true,
	    .weight = 1.0,
	    .created_at = STR("then"),
	    .updated_at = STR("now")};
	const struct db_value access[] = {
	    S(KEY), I(7), I(1), I(1), I(1), I(1), S("f"), S("f"), I(SCHEMA_VERSION), I(4)};
	const struct db_value evidence[] = {I(STORE_ANNOTATION), I(1), I(0), I(0), I(2),
	    I(0), S("[]"), N, I(7), DB_TEXT(str_of(email)), N, N, N, N, I(0)};
	static struct db_value kept[sizeof access / sizeof *access + COLUMN__MAX],
	    kept_too[sizeof evidence / sizeof *evidence];

	for (size_t i = 0; i < sizeof access / sizeof *access; i++)
		kept[i] = access[i];
	columns_write(&d, COLUMNS_ALL, kept + sizeof access / sizeof *access);
	for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++)
		kept_too[i] = evidence[i];
	fake_rows(STMT_ACCESS, kept, 1);
	fake_rows(STMT_EVIDENCE, kept_too, 1);
	fake_rows(STMT_EVIDENCE_RESULTS, kept_too, 1);
}

static int
set_up(void **state)
{
	(void)state;
	fake_reset();
	can_answer("a@b");
	return fake_store(&s, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(s);
	return fake.open;
}

/* Ask as a request does, whose arena ends with it. */
static void
ask(int64_t project, int64_t task, const char *email)
{
	struct arena *a = arena_new(0);
	struct store_evidence_list list;
	struct store_access r;

	assert_int_equal(store_access(s, a, STR(KEY), project, &r, &e), ERR_OK);
	assert_int_equal(r.state, STORE_ACCESS_OK);
	assert_true(r.n == 1 && str_is(r.dimensions[0].control_tag, "a"));
	assert_int_equal(
	    store_evidence(s, a, EVIDENCE_OF(1, project, task, 0), &list, &e), ERR_OK);
	assert_true(list.n == 1 && str_is(list.items[0].user.email, email));
	arena_free(a);
}

static void
assert_asks_of(unsigned calls, int64_t project, int64_t task, const char *email)
{
	unsigned before = fake.calls;

	ask(project, task, email);
	assert_int_equal(fake.calls - before, calls);
}

static void
assert_asks(unsigned calls, int64_t project, int64_t task)
{
	assert_asks_of(calls, project, task, "a@b");
}

static void
the_same_question_is_asked_once(void **state)
{
	(void)state;
	assert_asks(2, 3, 5);
	assert_asks(2, 3, 5);
	store_share(s);
	assert_asks(2, 3, 5);
	assert_asks(0, 3, 5);
	assert_asks(0, 3, 5);
	store_unshare(s);
	assert_asks(2, 3, 5);
	store_share(s);
	assert_asks(2, 3, 5);
	store_unshare(s);
}

static void
other_questions_are_asked(void **state)
{
	(void)state;
	store_share(s);
	assert_asks(2, 3, 5);
	assert_asks(1, 3, 6);
	assert_asks(2, 4, 5);
	assert_asks(0, 3, 6);
	assert_asks(0, 4, 5);
	store_unshare(s);
}

static void
another_key_is_another_question(void **state)
{
	static const char *const keys[] = {"key", "Key", "key1", "ke", "key"};
	struct arena *a = arena_new(0);
	struct store_access r;

	(void)state;
	store_share(s);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(store_access(s, a, str_of(keys[i]), 3, &r, &e), ERR_OK);
		assert_int_equal(r.state, STORE_ACCESS_NO_KEY);
	}
	assert_int_equal(fake.calls, 4);
	store_unshare(s);
	arena_free(a);
}

/* The results of many tasks would be too much to keep. */
static void
results_are_read_by_each(void **state)
{
	struct arena *a = arena_new(0);
	struct store_evidence_list list;

	(void)state;
	store_share(s);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    store_evidence(s, a, EVIDENCE_OF(1, 3, 5, 100), &list, &e), ERR_OK);
	assert_int_equal(fake.calls, 3);
	store_unshare(s);
	arena_free(a);
}

/* What was answered before is not known afterwards. */
static void
nothing_is_known_from_before(void **state)
{
	(void)state;
	store_share(s);
	ask(3, 5, "a@b");
	can_answer("new@b");
	ask(3, 5, "a@b");
	store_unshare(s);
	store_share(s);
	ask(3, 5, "new@b");
	store_unshare(s);
}

static void
a_write_forgets(void **state)
{
	struct store_dimension d = {.id = 9, .project = 3};

	(void)state;
	fake_change(STMT_DIMENSION_SET, 1, 9);
	store_share(s);
	ask(3, 5, "a@b");
	can_answer("new@b");
	assert_int_equal(store_dimension_set(s, &d, STORE_DIMENSION_WEIGHT, &e), ERR_OK);
	ask(3, 5, "new@b");
	store_unshare(s);
}

static void
a_failure_is_not_shared(void **state)
{
	struct arena *a = arena_new(0);
	struct store_access r;

	(void)state;
	store_share(s);
	fake.fail_at = 1;
	fake.fail_with = ERR_DB_AWAY;
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_DB_AWAY);
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	assert_int_equal(fake.calls, 2);
	store_unshare(s);
	arena_free(a);
}

/* What was true before a long computation may not be any more. */
static void
an_old_answer_is_asked_again(void **state)
{
	struct timespec pause = {0, 400000000};

	(void)state;
	store_share(s);
	ask(3, 5, "a@b");
	can_answer("new@b");
	nanosleep(&pause, NULL);
	ask(3, 5, "new@b");
	assert_asks_of(0, 3, 5, "new@b");
	store_unshare(s);
}

/* More than is kept for several, but not too much for the one who asks. */
static void
a_large_answer_is_not_kept(void **state)
{
	size_t n = (size_t)9 << 20;
	char *large = malloc(n + 1);

	(void)state;
	assert_non_null(large);
	memset(large, 'x', n);
	large[n] = '\0';
	can_answer(large);
	store_share(s);
	ask(3, 5, large);
	/* Twice for the large one; from then on everybody asks. */
	assert_int_equal(fake.calls, 3);
	ask(3, 5, large);
	assert_int_equal(fake.calls, 5);
	store_unshare(s);
	free(large);
}

/* A transaction sees its own writes, and locks. */
static void
a_transaction_asks_for_itself(void **state)
{
	(void)state;
	store_share(s);
	ask(3, 5, "a@b");
	assert_int_equal(store_begin(s, &e), ERR_OK);
	assert_asks(2, 3, 5);
	assert_int_equal(store_commit(s, &e), ERR_OK);
	store_unshare(s);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest all[] = {
	    T(the_same_question_is_asked_once),
	    T(other_questions_are_asked),
	    T(another_key_is_another_question),
	    T(results_are_read_by_each),
	    T(nothing_is_known_from_before),
	    T(a_write_forgets),
	    T(a_failure_is_not_shared),
	    T(an_old_answer_is_asked_again),
	    T(a_large_answer_is_not_kept),
	    T(a_transaction_asks_for_itself),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
