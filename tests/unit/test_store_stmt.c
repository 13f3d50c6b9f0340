/* The table of statements, and how scripts are cut into statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_db.h"
#include "store/schema.h"

static struct store *s;
static struct error e;

static int
set_up(void **state)
{
	static const struct store_options o = {
	    .file = "none", .connect_timeout = 1, .query_timeout = 1};

	(void)state;
	fake_reset();
	return store_open(&o, &fake_ops, &s, &e) != ERR_OK;
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

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		bool whole = cases[i].parts[0] != NULL;
		unsigned before = fake.calls + 1, n = 0;
		enum err err = schema_run(s, "x", cases[i].script, &e);

		assert_int_equal(err, whole ? ERR_OK : ERR_INPUT);
		for (; cases[i].parts[n] != NULL; n++)
			assert_true(
			    str_is(fake.log[before + n].params[0].text, cases[i].parts[n]));
		assert_int_equal(fake.calls, before + n);
	}
	fake.fail_at = fake.calls + 3;
	fake.fail_with = ERR_DB_DENIED;
	assert_int_equal(schema_run(s, "x.sql", STR("A;\n\nB;"), &e), ERR_DB_DENIED);
	assert_memory_equal(e.text, "x.sql, line 3: ", 15);
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
	    cmocka_unit_test(statements_have_their_parameters),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
