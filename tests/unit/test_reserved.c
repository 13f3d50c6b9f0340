/* No name of ours that some server keeps for itself stands without quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "scripts.h"
#include "store/stmt.h"

#define WORDS 600

static char reserved[WORDS][40], ours[WORDS][40];
static unsigned n_reserved, n_ours;

static bool
is_in(char (*list)[40], unsigned n, const char *word)
{
	for (unsigned i = 0; i < n; i++)
		if (strcasecmp(list[i], word) == 0)
			return true;
	return false;
}

static FILE *
open_file(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".", name);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	return f;
}

/* The words of a text that are neither quoted nor in a comment, one after the other, with
 * the word behind; and, if `names`, what stands in backquotes. */
static void
read_words(const char *s, bool names, void (*visit)(const char *word, const char *next))
{
	char word[2][200] = {"", ""};

	while (*s != '\0') {
		size_t n = 0;

		if (strncmp(s, "--", 2) == 0) {
			s += strcspn(s, "\n");
		} else if (*s == '\'' || *s == '"' || *s == '`') {
			const char *end = strchr(s + 1, *s);

			assert_non_null(end);
			if (names && *s == '`' && end - s < 40) {
				snprintf(word[0], sizeof(word[0]), "%.*s",
				    (int)(end - s - 1), s + 1);
				visit(word[0], "");
			}
			s = end + 1;
		} else if (isalpha((unsigned char)*s) || *s == '_') {
			n = strspn(s,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
			    "0123456789");
			snprintf(word[1], sizeof(word[1]), "%.*s", (int)n, s);
			if (!names && word[0][0] != '\0')
				visit(word[0], word[1]);
			strcpy(word[0], word[1]);
			s += n;
		} else {
			s++;
		}
	}
	if (!names && word[0][0] != '\0')
		visit(word[0], "");
}

static void
note_ours(const char *word, const char *next)
{
	(void)next;
	if (!is_in(ours, n_ours, word))
		snprintf(ours[n_ours++], sizeof(ours[0]), "%s", word);
	assert_true(n_ours < WORDS);
}

static const char *where;

static void
check(const char *word, const char *next)
{
	/* ORDER BY is no column, and neither are KEY and PRIMARY KEY of a table. */
	if (strcasecmp(word, "order") == 0 && strcasecmp(next, "by") == 0)
		return;
	if (is_in(ours, n_ours, word) && is_in(reserved, n_reserved, word))
		fail_msg("%s: %s is a reserved word of some server, and ours: quote it",
		    where, word);
}

static char *
read_text(const char *name)
{
	FILE *f = open_file(name);
	char *text = calloc(1, 200000);

	assert_non_null(text);
	assert_true(fread(text, 1, 199999, f) > 0);
	fclose(f);
	return text;
}

static int
set_up(void **state)
{
	FILE *f = open_file("tests/data/sql/reserved.txt");
	char line[200];

	(void)state;
	while (fgets(line, sizeof(line), f) != NULL)
		if (line[0] != '#' && sscanf(line, "%39s", reserved[n_reserved]) == 1)
			assert_true(++n_reserved < WORDS);
	fclose(f);
	for (const struct schema_script *script = scripts; script->name != NULL; script++)
		if (script->version != 0)
			read_words(script->text, true, note_ours);
	return 0;
}

static void
the_lists_are_those_that_are_meant(void **state)
{
	(void)state;
	assert_true(n_reserved > 250 && n_ours > 25);
	assert_true(is_in(reserved, n_reserved, "vector") && is_in(ours, n_ours, "vector"));
	assert_true(is_in(reserved, n_reserved, "order") && is_in(ours, n_ours, "order"));
	assert_true(is_in(ours, n_ours, "agreement_guard"));
}

static void
statements_quote_what_is_reserved(void **state)
{
	(void)state;
	for (int id = 0; id < STMT__MAX; id++)
		for (unsigned shape = 0; shape < STMT_SHAPES; shape++) {
			struct db_statement s = stmt_get((enum stmt)id, shape);

			where = s.name;
			read_words(s.sql, false, check);
		}
	for (int id = 0; id < STMT_SESSION__MAX; id++) {
		where = "a statement of the session";
		read_words(stmt_session((enum stmt_session)id).sql, false, check);
	}
}

static void
scripts_quote_what_is_reserved(void **state)
{
	char *grants = read_text("sql/grants.sql");

	(void)state;
	for (const struct schema_script *script = scripts; script->name != NULL; script++) {
		where = script->name;
		read_words(script->text, false, check);
	}
	where = "sql/grants.sql";
	read_words(grants, false, check);
	free(grants);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lists_are_those_that_are_meant),
	    cmocka_unit_test(statements_quote_what_is_reserved),
	    cmocka_unit_test(scripts_quote_what_is_reserved),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
