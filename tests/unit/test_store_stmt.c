/* The table of statements, and how scripts are cut into statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_db.h"
#include "store/schema.h"

static struct store *s;
static struct error e;

static int
set_up(void **state)
{
	(void)state;
	fake_reset();
	return fake_store(&s, &e) != ERR_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(s);
	return fake.open;
}

static void
scripts_are_cut_at_semicolons(void **state)
{
	static const struct {
		struct str script;
		const char *parts[4]; /* ended by NULL; none: it does not end */
	} cases[] = {
	    {STR_INIT("A; B ;"), {"A", "B "}},
	    {STR_INIT("-- no; not this\nA\n;# nor; that\n"), {"A\n"}},
	    {STR_INIT("A ';' \";\" `;` 'it''s;' '\\';' ; B"),
		{"A ';' \";\" `;` 'it''s;' '\\';' ", "B"}},
	    {STR_INIT("/* ; */ A /* ; */; ;;\n"), {"A /* ; */"}},
	    {STR_INIT("A -- ;'\n;B--1;"), {"A -- ;'\n", "B--1"}},
	    {STR_INIT("A 'open;"), {0}},
	    {STR_INIT("A; /* open;"), {0}},
	    {STR_INIT("A; B \"open\\"), {0}},
	};
	static const struct schema_script two = {"x.sql", 0, "A;\n\nB;"};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool whole = cases[i].parts[0] != NULL;
		unsigned before = fake.calls + 1, n = 0;
		struct schema_script script = {"x", 0, cases[i].script.s};
		bool ran = false;
		enum err err = schema_run(s, &script, &ran, &e);

		assert_int_equal(err, whole ? ERR_OK : ERR_INPUT);
		assert_int_equal(ran, whole);
		for (; cases[i].parts[n] != NULL; n++)
			assert_true(
			    str_is(fake.log[before + n].params[0].text, cases[i].parts[n]));
		assert_int_equal(fake.calls, before + n);
	}
	fake.fail_at = fake.calls + 3;
	fake.fail_with = ERR_DB_DENIED;
	assert_int_equal(schema_run(s, &two, &(bool){false}, &e), ERR_DB_DENIED);
	assert_memory_equal(e.text, "x.sql, line 3: ", 15);
}

/* A step runs where the database has a lower version, which is raised last. */
static void
a_step_runs_once(void **state)
{
	static const struct schema_script step = {"2.sql", 2, "A; B;"};
	static const struct {
		int64_t version; /* 0: no table */
		bool runs;
		enum err err;
	} cases[] = {{0, true, ERR_OK}, {1, true, ERR_OK}, {2, false, ERR_OK},
	    {SCHEMA_VERSION, false, ERR_OK}, {SCHEMA_VERSION + 1, false, ERR_DB_SCHEMA}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct db_value version = DB_INTEGER(cases[i].version);
		bool ran = !cases[i].runs;

		fake.calls = 0;
		fake_rows(STMT_VERSION, &version, cases[i].version == 0 ? 0 : 1);
		assert_int_equal(schema_run(s, &step, &ran, &e), cases[i].err);
		if (cases[i].err == ERR_OK)
			assert_int_equal(ran, cases[i].runs);
		assert_int_equal(fake_runs(STMT_VERSION_RAISE), cases[i].runs);
		assert_int_equal(fake.calls, cases[i].runs ? 6 : 1);
		if (!cases[i].runs)
			continue;
		/* version; A, B; begin, raise, commit */
		assert_int_equal(fake.log[4].id, STMT_VERSION_RAISE);
		assert_int_equal(fake.log[4].params[0].integer, 2);
		for (unsigned n = 1; n <= 6; n++) {
			fake.calls = 0;
			fake.fail_at = n;
			fake.fail_with = ERR_DB_REFUSED;
			ran = false;
			assert_int_equal(schema_run(s, &step, &ran, &e), ERR_DB_REFUSED);
			assert_false(ran);
			assert_true(n > 4 || fake_runs(STMT_VERSION_RAISE) == 0);
		}
		fake.fail_at = 0;
	}
}

/* Who is behind says so, and what helps. */
static void
both_versions_are_named(void **state)
{
	static const struct {
		int version;
		const char *text;
	} cases[] = {{0, "agreement-matrix init"},
	    {SCHEMA_VERSION - 1, "agreement-matrix init"},
	    {SCHEMA_VERSION + 1, "a newer agreement-matrix"}};

	(void)state;
	assert_int_equal(schema_fits(SCHEMA_VERSION, &e), ERR_OK);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char want[100];

		snprintf(want, sizeof want,
		    "have version %d, this program works with %d (%s", cases[i].version,
		    SCHEMA_VERSION, cases[i].text);
		assert_int_equal(schema_fits(cases[i].version, &e), ERR_DB_SCHEMA);
		if (strstr(e.text, want) == NULL)
			fail_msg("%s: %s", want, e.text);
	}
}

static void
statements_have_their_parameters(void **state)
{
	(void)state;
	for (unsigned id = 0; id < STMT__MAX; id++) {
		for (unsigned shape = 0; shape < STMT_SHAPES; shape++) {
			struct db_statement st = stmt_get((enum stmt)id, shape);
			size_t n = 0;

			assert_true(st.name != NULL && st.sql != NULL &&
			    st.params != NULL && st.columns != NULL);
			for (const char *c = st.sql; *c != '\0'; c++)
				n += *c == '?';
			assert_int_equal(n, strlen(st.params));
			assert_int_equal(strspn(st.params, "idsb"), strlen(st.params));
			assert_int_equal(strspn(st.columns, "ids"), strlen(st.columns));
			assert_int_equal(st.read, strncmp(st.sql, "SELECT", 6) == 0);
			assert_int_equal(st.read, st.columns[0] != '\0');
			assert_true(stmt_slot((enum stmt)id, shape) < STMT_SLOTS);
			assert_int_equal(stmt_slot((enum stmt)id, shape) / STMT_SHAPES, id);
			/* A slot has one text. */
			if (stmt_slot((enum stmt)id, shape) == stmt_slot((enum stmt)id, 0))
				assert_string_equal(st.sql, stmt_get((enum stmt)id, 0).sql);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test_setup_teardown(
		scripts_are_cut_at_semicolons, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_step_runs_once, set_up, tear_down),
	    cmocka_unit_test(both_versions_are_named),
	    cmocka_unit_test(statements_have_their_parameters),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
