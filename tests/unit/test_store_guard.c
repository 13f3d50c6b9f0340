/* What guards access is never left out because it was not there for a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_db.h"
#include "store/access.h"
#include "store/columns.h"
#include "store/schema.h"
#include "store/stmt.h"
#include "arena_fixture.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"

/* Columns of the access before the dimension, and of the dimension. */
#define FIRST 10
#define ACCESS_VERSION 8
#define ACCESS_GUARDS 9

static struct store *s;
static struct db_value row[FIRST + COLUMN__MAX];

static int
set_up(void **state)
{
	const struct db_value first[FIRST] = {DB_TEXT(STR(KEY)), DB_INTEGER(7),
	    DB_INTEGER(1), DB_INTEGER(1), DB_INTEGER(1), DB_INTEGER(3), DB_TEXT(STR("f")),
	    DB_NULL, DB_INTEGER(SCHEMA_VERSION), DB_INTEGER(4)};

	for (size_t i = 0; i < FIRST + COLUMN__MAX; i++)
		row[i] = i < FIRST ? first[i] : DB_NULL;
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

/* Whoever asks: what a database of another version says is worth nothing. */
static void
another_version_lets_nobody_in(void **state)
{
	struct store_access r;

	(void)state;
	for (int version = SCHEMA_VERSION - 1; version <= SCHEMA_VERSION + 1; version++) {
		enum err expected = version == SCHEMA_VERSION ? ERR_OK : ERR_DB_SCHEMA;

		row[ACCESS_VERSION] = DB_INTEGER(version);
		fake_rows(STMT_ACCESS, row, 1);
		assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), expected);
	}
	fake_rows(STMT_ACCESS, NULL, 0);
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_DB_SCHEMA);
}

/* Tables as one look sees them: those of the bits, and guards that are and that were. */
static void
can_see(unsigned tables, unsigned guards, unsigned recorded)
{
	static struct db_value rows[2 * (STMT_TABLES + 6)];
	const unsigned bits[] = {tables, guards, recorded};
	size_t n = 0;

	for (int kind = 0; kind < 3; kind++)
		for (unsigned bit = 0; bit < STMT_TABLES; bit++)
			if (bits[kind] >> bit & 1) {
				rows[2 * n] = DB_INTEGER(kind);
				rows[2 * n++ + 1] = DB_INTEGER(bit + 1);
			}
	fake_rows(STMT_SHAPE, rows, n);
}

static void
a_guard_is_left_out_only_where_it_never_was(void **state)
{
	static const unsigned all = (1u << STMT_TABLES) - 1;
	static const struct {
		unsigned tables, guards, recorded, shape; /* 8: refused */
	} cases[] = {
	    {all, 7, 7, 8},		 /* nothing is wrong with the tables */
	    {all, 3, 0, 3},		 /* an old database */
	    {all, 0, 0, 0},		 /* an older one */
	    {all, 3, 7, 8},		 /* a table is away for a moment */
	    {all, 3, 4, 8},		 /* the same */
	    {all, 0, 1, 1},		 /* it has had one of them only */
	    {all & ~1u, 3, 0, 8},	 /* an account that does not see all tables */
	    {all & ~(1u << 5), 3, 0, 8}, /* a copy that is being refreshed */
	    {0, 0, 0, 8},		 /* nothing there */
	};
	struct store_access r;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int denied = 0; denied < 2; denied++) {
			enum err err;

			tear_down(state);
			set_up(state);
			fake_rows(STMT_ACCESS, row, 1);
			can_see(cases[i].tables, cases[i].guards, cases[i].recorded);
			fake.fail_at = 1;
			fake.fail_times = 1;
			fake.fail_with = denied ? ERR_DB_DENIED : ERR_DB_SCHEMA;
			err = store_access(s, a, STR(KEY), 3, &r, &e);
			if (cases[i].shape == 8) {
				assert_true(err == ERR_DB_SCHEMA || err == fake.fail_with);
				continue;
			}
			assert_int_equal(err, ERR_OK);
			assert_int_equal(fake.calls, 4);
			assert_int_equal(fake.log[3].id, STMT_ACCESS);
			assert_int_equal(fake.log[3].shape, cases[i].shape);
		}
}

static void
what_a_database_lacks_is_looked_up_once(void **state)
{
	static const unsigned all = (1u << STMT_TABLES) - 1;
	struct store_access r;

	(void)state;
	fake_rows(STMT_ACCESS, row, 1);
	can_see(all, STMT_PROJECT_DELETED, 0);
	fake.fail_at = 1;
	fake.fail_with = ERR_DB_SCHEMA;
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	assert_int_equal(fake.calls, 4);
	assert_int_equal(fake.log[0].shape, STMT_SHAPES - 1);
	assert_int_equal(fake.log[3].shape, STMT_PROJECT_DELETED);
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	assert_int_equal(fake.calls, 5);
	assert_int_equal(fake.log[4].shape, STMT_PROJECT_DELETED);
	/* It fails for another reason: nothing new is found, nothing sent again. */
	fake.fail_at = 6;
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_DB_SCHEMA);
	assert_int_equal(fake.calls, 8);
}

/* What a worker has once had stays, whatever the database remembers. */
static void
a_guard_seen_once_is_never_dropped(void **state)
{
	static const unsigned all = (1u << STMT_TABLES) - 1;
	struct store_access r;

	(void)state;
	fake_rows(STMT_ACCESS, row, 1);
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	can_see(all, 0, 0);
	fake.fail_at = fake.calls + 1;
	fake.fail_times = 1;
	fake.fail_with = ERR_DB_SCHEMA;
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_DB_SCHEMA);
	/* It is back. */
	assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	assert_int_equal(fake.log[fake.calls - 1].shape, 7);
}

static void
a_guard_that_nobody_wrote_down_is(void **state)
{
	unsigned written = 0;
	struct store_access r;

	(void)state;
	row[ACCESS_VERSION] = DB_INTEGER(SCHEMA_VERSION);
	row[ACCESS_GUARDS] = DB_INTEGER(1);
	fake_rows(STMT_ACCESS, row, 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(store_access(s, a, STR(KEY), 3, &r, &e), ERR_OK);
	for (unsigned i = 0; i < fake.calls; i++)
		if (fake.log[i].id == STMT_GUARD_PUT)
			assert_int_equal(fake.log[i].params[0].integer, ++written);
	assert_int_equal(written, 3);
	assert_int_equal(fake.commits, 3);
	assert_int_equal(fake.rollbacks, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(another_version_lets_nobody_in),
	    T(a_guard_is_left_out_only_where_it_never_was),
	    T(what_a_database_lacks_is_looked_up_once),
	    T(a_guard_seen_once_is_never_dropped),
	    T(a_guard_that_nobody_wrote_down_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
