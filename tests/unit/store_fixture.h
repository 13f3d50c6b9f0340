/*
 * A real server for tests: tests/store.sh starts one and says by the environment
 * where it is. AGREEMENT_TEST_MYSQL: a directory with option files. AGREEMENT_TEST_RESTART:
 * a command that restarts it. Ownership: what the setup functions make is the teardown's.
 */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/access.h"

#define KEY "0123456789abcdef0123456789abcdef01234567"

struct fixture {
	struct store *s;
	struct arena *a;
	struct error e;
};

/* Fail the test, naming the call, unless it went well. */
#define OK(call) ok((call), &f->e, #call)
void ok(enum err err, const struct error *e, const char *what);

/* A store with an option file of the directory. */
struct store *open_as(const char *file, unsigned query_timeout);

/* The same with a second connection. */
struct store *open_ahead(const char *file);

/* Send a text as it stands. */
void sql(struct fixture *f, const char *text);

/* What init does. */
void make_tables(struct fixture *f);

/* An empty database; one with two organizations, three users, a token (KEY, of user 7), two
 * projects and a task each. */
int set_up_empty(void **state);
int set_up(void **state);
int tear_down(void **state);

/* store_access(), which must go well. */
struct store_access ask(struct fixture *f, const char *key, int64_t project);

/* Rows of a table, or of a subquery with an alias. */
int64_t count(struct fixture *f, const char *table);

/* Two dimensions as a labeling configuration gives them. */
extern const struct store_dimension two[2];

/* Run the tests; 77, "skipped", without a server. */
#define RUN(tests) (fixture_absent() ? 77 : cmocka_run_group_tests(tests, NULL, NULL))
int fixture_absent(void);

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
