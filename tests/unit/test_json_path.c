/* lib/json/path: the rows of tests/cases/json_path.jsonl, and paths that are joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "json/path.h"

#define DOCUMENTS_MAX 32

struct documents {
	const struct json *list[DOCUMENTS_MAX];
	int64_t n;
};

/* The nodes are those of the row, in its order. */
static bool
are(const struct json_nodes *nodes, const struct json *expected)
{
	if (nodes->n != expected->n)
		return false;
	for (uint32_t i = 0; i < expected->n; i++)
		if (!json_equal(nodes->list[i], json_at(expected, i)))
			return false;
	return true;
}

static void
check(struct arena *a, const struct documents *d, const struct json *row, unsigned line)
{
	struct str text = json_str(json_get(row, "path"));
	struct json_path path;
	struct json_nodes nodes;
	struct error e = {0};
	int64_t i = 0;
	enum err err = json_path_parse(a, text, &path, &e);

	if (json_true(json_get(row, "error"))) {
		if (err != ERR_INPUT)
			fail_msg("line %u: %.*s is taken", line, STR_ARG(text));
		assert_true(text.n == 0 || strstr(e.text, "character ") != NULL);
		return;
	}
	if (err != ERR_OK)
		fail_msg("line %u: %.*s: %s", line, STR_ARG(text), e.text);
	assert_true(json_integer(json_get(row, "doc"), &i) && i < d->n);
	assert_int_equal(json_path_select(a, &path, d->list[i], &nodes), ERR_OK);
	if (!are(&nodes, json_get(row, "nodes")))
		fail_msg("line %u: %.*s of document %d selects something else", line,
		    STR_ARG(text), (int)i);
}

static void
rows_select_what_they_say(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct arena *a = arena_new(0);
	struct documents d = {0};
	char path[512], *text = NULL;
	size_t room = 0;
	unsigned line = 0, rows = 0;
	ssize_t n;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/cases/json_path.jsonl",
	    srcdir == NULL ? "." : srcdir);
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = getline(&text, &room, f)) > 0) {
		struct str copy = arena_str(a, (struct str){text, (size_t)n});
		const struct json *row;

		line++;
		if (text[0] == '#')
			continue;
		assert_int_equal(json_parse(a, copy, &row, NULL), ERR_OK);
		if (json_get(row, "document") != NULL) {
			assert_true(d.n < DOCUMENTS_MAX);
			d.list[d.n++] = json_get(row, "document");
			continue;
		}
		check(a, &d, row, line);
		rows++;
	}
	assert_true(rows > 500);
	free(text);
	fclose(f);
	arena_free(a);
}

static void
what_is_not_supported_is_named(void **state)
{
	static const struct {
		const char *path, *message;
	} rows[] = {
	    {"", "character 1: a path begins with $"},
	    {"$.ä..b", "character 5: descendants (..) are not supported"},
	    {"$[?@.a]", "character 3: filters are not supported"},
	    {"$.a.", "character 5: a name or * is expected"},
	    {"$[1", "character 4: a comma or ] is expected"},
	    {"$['a]", "character 3: the quote is not closed"},
	    {"$[\"\\x\"]", "character 3: no such text between quotes"},
	    {"$[a]", "character 3: a name in quotes, an index, a slice or * is expected"},
	    {"$[01]", "character 3: no whole number, or one that is too large"},
	    {"$a", "character 2: . or [ is expected"},
	    {"$.\xff", "must be UTF-8"},
	};
	struct arena *a = arena_new(0);
	char many[4 * JSON_PATH_SEGMENTS + 8] = "$";

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct json_path path;
		struct error e = {0};

		assert_int_equal(
		    json_path_parse(a, str_of(rows[i].path), &path, &e), ERR_INPUT);
		assert_string_equal(e.text, rows[i].message);
	}
	for (int i = 0; i <= JSON_PATH_SEGMENTS; i++) {
		struct json_path path;
		struct error e = {0};
		enum err err = json_path_parse(a, str_of(many), &path, &e);

		assert_int_equal(err, ERR_OK);
		strcat(many, ".a");
		if (i == JSON_PATH_SEGMENTS) {
			assert_int_equal(
			    json_path_parse(a, str_of(many), &path, &e), ERR_INPUT);
			assert_non_null(strstr(e.text, "more than 64 steps"));
		}
	}
	arena_free(a);
}

static void
joined_paths_select_their_name(void **state)
{
	static const struct {
		struct str name;
		const char *path;
	} rows[] = {
	    {STR_INIT("a"), "$.r.a"},
	    {STR_INIT("b c"), "$.r['b c']"},
	    {STR_INIT("1"), "$.r['1']"},
	    {STR_INIT(""), "$.r['']"},
	    {STR_INIT("it's"), "$.r['it\\'s']"},
	    {STR_INIT("\"\\\n"), "$.r['\"\\\\\\u000a']"},
	    {STR_INIT("größe"), "$.r.größe"},
	};
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct json name = {.type = JSON_STRING,
		    .n = (uint32_t)rows[i].name.n,
		    .string = rows[i].name.s};
		struct str text = json_path_join(a, STR("$.r"), rows[i].name), quoted;
		struct json_path path;
		struct json_nodes nodes;
		const struct json *j;
		const char *document;

		assert_true(str_is(text, rows[i].path));
		assert_int_equal(json_text(a, &name, &quoted), ERR_OK);
		document = arena_printf(a, "{\"r\":{%.*s:7}}", STR_ARG(quoted));
		assert_int_equal(json_parse(a, str_of(document), &j, NULL), ERR_OK);
		assert_int_equal(json_path_parse(a, text, &path, NULL), ERR_OK);
		assert_int_equal(json_path_select(a, &path, j, &nodes), ERR_OK);
		assert_int_equal(nodes.n, 1);
		assert_int_equal(nodes.list[0]->integer, 7);
	}
	arena_free(a);
}

static void
memory_ends(void **state)
{
	static const char text[] = "[{\"a\":[1,2,3,4,5,6,7,8,9,10]}]";
	struct arena *whole = arena_new(0);
	const struct json *j;
	unsigned failed = 0;

	(void)state;
	assert_int_equal(json_parse(whole, STR(text), &j, NULL), ERR_OK);
	for (size_t limit = 64; limit < 20000; limit += 64) {
		struct arena *a = arena_new(limit);
		struct json_path path;
		struct json_nodes nodes = {0};
		enum err err = json_path_parse(a, STR("$[0]['a'][*,::-1]"), &path, NULL);

		if (err == ERR_OK)
			err = json_path_select(a, &path, j, &nodes);
		assert_true(err == ERR_OK || err == ERR_MEMORY);
		assert_int_equal(nodes.n, err == ERR_OK ? 20 : 0);
		failed += err != ERR_OK;
		arena_free(a);
	}
	assert_true(failed > 2);
	arena_free(whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_select_what_they_say),
	    cmocka_unit_test(what_is_not_supported_is_named),
	    cmocka_unit_test(joined_paths_select_their_name),
	    cmocka_unit_test(memory_ends),
	};

	return cmocka_run_group_tests_name("json path", tests, NULL, NULL);
}
