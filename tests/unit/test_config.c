/* lib/base/config: the table, files, the environment, what is refused and how it is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/config.h"
#include "base/log.h"

/* A scratch directory with a file of settings and a readable one. */
struct fixture {
	char directory[64];
	char path[96];
	char variable[128]; /* AGREEMENT_CONFIG=path */
	char key[96];
	struct config c;
	struct error e;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	FILE *key;

	if (f == NULL)
		return 1;
	strcpy(f->directory, "/tmp/test_config.XXXXXX");
	if (mkdtemp(f->directory) == NULL)
		return 1;
	snprintf(f->path, sizeof(f->path), "%s/settings", f->directory);
	snprintf(f->variable, sizeof(f->variable), "AGREEMENT_CONFIG=%s", f->path);
	snprintf(f->key, sizeof(f->key), "%s/key", f->directory);
	key = fopen(f->key, "w");
	*state = f;
	return key == NULL || fclose(key) != 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	config_free(&f->c);
	unlink(f->path);
	unlink(f->key);
	rmdir(f->directory);
	free(f);
	return 0;
}

static void
write_bytes(struct fixture *f, const char *bytes, size_t n)
{
	FILE *file = fopen(f->path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* Read the settings of a file (NULL: none) and one variable (NULL: none). */
static enum err
read_both(struct fixture *f, const char *file, const char *variable)
{
	char *env[4] = {(char[]){"PATH=/bin"}, NULL};
	char copy[256];
	int n = 1;

	if (file != NULL) {
		write_bytes(f, file, strlen(file));
		env[n++] = f->variable;
	}
	if (variable != NULL) {
		snprintf(copy, sizeof(copy), "%s", variable);
		env[n++] = copy;
	}
	config_free(&f->c);
	f->e = (struct error){0};
	return config_read(&f->c, env, &f->e);
}

static void
assert_refused(struct fixture *f, enum err err, enum err want, const char *words)
{
	assert_int_equal(err, want);
	assert_int_equal(f->e.code, want);
	if (strstr(f->e.text, words) == NULL)
		fail_msg("\"%s\" does not hold \"%s\"", f->e.text, words);
	/* Nothing was handed out. */
	for (int k = 0; k < CONFIG__MAX; k++)
		assert_null(f->c.text[k]);
}

static void
the_table_is_whole(void **state)
{
	(void)state;
	for (int k = 0; k < CONFIG__MAX; k++) {
		const struct config_row *row = &config_table[k];

		assert_true(row->name != NULL && row->value != NULL && row->doc != NULL);
		assert_true(strlen(row->doc) > 10);
		assert_int_equal(
		    strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"), strlen(row->name));
		assert_int_equal(row->type == CONFIG_CHOICE, row->choices != NULL);
		if (row->type == CONFIG_INTEGER)
			assert_true(row->min < row->max);
		for (int i = 0; i < k; i++)
			assert_string_not_equal(row->name, config_table[i].name);
	}
}

static void
defaults_stand_without_file_and_environment(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_both(f, NULL, NULL), ERR_OK);
	for (int k = 0; k < CONFIG__MAX; k++) {
		assert_string_equal(f->c.text[k], config_table[k].value);
		if (config_table[k].type == CONFIG_INTEGER)
			assert_true(
			    f->c.number[k] == strtoll(config_table[k].value, NULL, 10));
	}
	assert_int_equal(f->c.number[CONFIG_LOG_LEVEL], LOG_LEVEL_WARNING);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "labelstudio");
	assert_int_equal(f->c.number[CONFIG_MAX_PARTICIPANTS], 500);
	/* A variable that only looks like ours, and one that names no file. */
	assert_int_equal(read_both(f, NULL, "AGREEMENTDATABASE=x"), ERR_OK);
	assert_int_equal(read_both(f, NULL, "XAGREEMENT_DATABASE=x"), ERR_OK);
	assert_int_equal(read_both(f, NULL, "AGREEMENT_CONFIG="), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "labelstudio");
}

static void
the_environment_wins_over_the_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_both(f, "database = filed\nquery_timeout=7\n", NULL), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "filed");
	assert_int_equal(f->c.number[CONFIG_QUERY_TIMEOUT], 7);
	assert_int_equal(
	    read_both(f, "database = filed\nquery_timeout=7\n", "AGREEMENT_DATABASE=set"),
	    ERR_OK);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "set");
	assert_int_equal(f->c.number[CONFIG_QUERY_TIMEOUT], 7);
	/* An empty text is a value, too. */
	assert_int_equal(read_both(f, "database = filed\n", "AGREEMENT_DATABASE="), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "");
	assert_int_equal(read_both(f, NULL, "AGREEMENT_LOG_LEVEL=debug"), ERR_OK);
	assert_int_equal(f->c.number[CONFIG_LOG_LEVEL], LOG_LEVEL_DEBUG);
	assert_int_equal(read_both(f, NULL, "AGREEMENT_HOSTNAME=a=b"), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_HOSTNAME], "a=b");
}

/* The file comes before the environment wherever it stands in it. */
static void
the_place_in_the_environment_does_not_count(void **state)
{
	struct fixture *f = *state;
	char *env[] = {(char[]){"AGREEMENT_DATABASE=set"}, f->variable, NULL};

	write_bytes(f, "database=filed\n", 15);
	assert_int_equal(config_read(&f->c, env, &f->e), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "set");
}

static void
lines_are_read(void **state)
{
	static const struct {
		const char *file, *hostname;
	} rows[] = {
	    {"hostname=http://a", "http://a"},
	    {"hostname = http://a\n", "http://a"},
	    {" \t hostname\t=\thttp://a \t\n", "http://a"},
	    {"hostname = http://a\r\n", "http://a"},
	    {"\r\n\r\nhostname = http://a\r\n\r\n", "http://a"},
	    {"# a comment\n  # another = one\n\n \t\nhostname = http://a\n#", "http://a"},
	    {"hostname = http://a\nhostname = http://b\n", "http://b"},
	    {"HostName = http://a\n", "http://a"},
	    {"hostname = http://a?b=c==\n", "http://a?b=c=="},
	    {"hostname = http://a/#here\n", "http://a/#here"},
	    {"hostname = http://a # not a comment\n", "http://a # not a comment"},
	    {"hostname = \"http://a\"\n", "\"http://a\""},
	    {"hostname = 'a\tb'\n", "'a\tb'"},
	    {"hostname = \xc3\xa4\n", "\xc3\xa4"},
	    {"hostname =\n", ""},
	    {"hostname =", ""},
	    {"hostname = \r\n", ""},
	    {"", ""},
	    {"\n", ""},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_int_equal(read_both(f, rows[i].file, NULL), ERR_OK);
		assert_string_equal(f->c.text[CONFIG_HOSTNAME], rows[i].hostname);
	}
}

static void
long_lines_are_read(void **state)
{
	struct fixture *f = *state;
	char *file = malloc(100100);

	assert_non_null(file);
	strcpy(file, "hostname = ");
	memset(file + 11, 'x', 100000);
	strcpy(file + 100011, "\nquery_timeout = 9\n");
	assert_int_equal(read_both(f, file, NULL), ERR_OK);
	assert_int_equal(strlen(f->c.text[CONFIG_HOSTNAME]), 100000);
	assert_int_equal(f->c.number[CONFIG_QUERY_TIMEOUT], 9);
	free(file);
}

static void
bounds_are_kept(void **state)
{
	struct fixture *f = *state;

	for (int k = 0; k < CONFIG__MAX; k++) {
		const struct config_row *row = &config_table[k];
		char line[128];

		if (row->type != CONFIG_INTEGER)
			continue;
		snprintf(line, sizeof(line), "%s = %lld\n", row->name, (long long)row->min);
		assert_int_equal(read_both(f, line, NULL), ERR_OK);
		assert_true(f->c.number[k] == row->min);
		snprintf(line, sizeof(line), "%s = %lld\n", row->name, (long long)row->max);
		assert_int_equal(read_both(f, line, NULL), ERR_OK);
		assert_true(f->c.number[k] == row->max);
		snprintf(line, sizeof(line), "\n%s = %lld\n", row->name,
		    (long long)row->min - 1);
		assert_refused(f, read_both(f, line, NULL), ERR_INPUT, row->name);
		assert_refused(f, read_both(f, line, NULL), ERR_INPUT, "settings:2: ");
		if (row->max == INT64_MAX)
			snprintf(
			    line, sizeof(line), "%s = 9223372036854775808\n", row->name);
		else
			snprintf(line, sizeof(line), "%s = %lld\n", row->name,
			    (long long)row->max + 1);
		assert_refused(f, read_both(f, line, NULL), ERR_INPUT, row->name);
	}
}

static void
what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *file, *variable;
		enum err err;
		const char *words;
	} rows[] = {
	    {"query_timeout = ten\n", NULL, ERR_INPUT,
		"settings:1: query_timeout: a whole number from 1 to 600 is required"},
	    {"\n\nquery_timeout = 1.5\n", NULL, ERR_INPUT, "settings:3: query_timeout: "},
	    {"query_timeout = +5\n", NULL, ERR_INPUT, "query_timeout"},
	    {"query_timeout = 5 # seconds\n", NULL, ERR_INPUT, "query_timeout"},
	    {"query_timeout = \"5\"\n", NULL, ERR_INPUT, "query_timeout"},
	    {"query_timeout =\n", NULL, ERR_INPUT, "query_timeout"},
	    {"log_level = loud\n", NULL, ERR_INPUT,
		"log_level: \"loud\" is not one of its values"},
	    {"log_level = Debug\n", NULL, ERR_INPUT, "log_level"},
	    {"log_level = debu\n", NULL, ERR_INPUT, "log_level"},
	    {"log_level =\n", NULL, ERR_INPUT, "log_level"},
	    {"max_rows = 3\n", NULL, ERR_UNKNOWN,
		"settings:1: there is no setting \"max_rows\""},
	    {"databas = 3\n", NULL, ERR_UNKNOWN, "there is no setting \"databas\""},
	    {"database_ = 3\n", NULL, ERR_UNKNOWN, "there is no setting \"database_\""},
	    {" = 3\n", NULL, ERR_UNKNOWN, "there is no setting \"\""},
	    {"[agreement]\n", NULL, ERR_INPUT, "settings:1: \"name = value\" is required"},
	    {"database x\n", NULL, ERR_INPUT, "\"name = value\" is required"},
	    {"\xef\xbb\xbf"
	     "database = x\n",
		NULL, ERR_UNKNOWN, "settings:1: "},
	    {"database = a\rquery_timeout = 5\r", NULL, ERR_INPUT,
		"settings:1: a control character"},
	    {"# comment\rdatabase = a\r", NULL, ERR_INPUT,
		"settings:1: a control character"},
	    {"hostname = a\x1b[31m\n", NULL, ERR_INPUT, "a control character"},
	    {"mysql_file = /nonexistent/my.cnf\n", NULL, ERR_NOT_FOUND,
		"mysql_file: /nonexistent/my.cnf: "},
	    {NULL, "AGREEMENT_MAX_ROWS=3", ERR_UNKNOWN,
		"environment: there is no setting AGREEMENT_MAX_ROWS"},
	    {NULL, "AGREEMENT_=3", ERR_UNKNOWN, "there is no setting AGREEMENT_"},
	    {NULL, "AGREEMENT_QUERY_TIMEOUT=0", ERR_INPUT, "environment: query_timeout: "},
	    {NULL, "AGREEMENT_QUERY_TIMEOUT= 5", ERR_INPUT, "environment: query_timeout: "},
	    {NULL, "AGREEMENT_QUERY_TIMEOUT=", ERR_INPUT, "environment: query_timeout: "},
	    {NULL, "AGREEMENT_MYSQL_FILE=/nonexistent", ERR_NOT_FOUND,
		"environment: mysql_file: "},
	    {NULL, "AGREEMENT_CONFIG=/nonexistent/settings", ERR_NOT_FOUND,
		"/nonexistent/settings: "},
	    {NULL, "AGREEMENT_CONFIG=/tmp", ERR_IO, "/tmp: "},
	    {NULL, "AGREEMENT_CONFIGX=/tmp", ERR_UNKNOWN, "AGREEMENT_CONFIGX"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N_OF(rows); i++)
		assert_refused(f, read_both(f, rows[i].file, rows[i].variable), rows[i].err,
		    rows[i].words);
}

static void
a_nul_in_a_file_is_refused(void **state)
{
	struct fixture *f = *state;
	char *env[] = {f->variable, NULL};

	write_bytes(f, "database = a\0b\n", 15);
	assert_refused(f, config_read(&f->c, env, &f->e), ERR_INPUT, "settings:1: ");
}

static void
files_must_be_readable(void **state)
{
	struct fixture *f = *state;
	char variable[160];

	snprintf(variable, sizeof(variable), "AGREEMENT_EMBEDDING_KEY_FILE=%s", f->key);
	assert_int_equal(read_both(f, NULL, variable), ERR_OK);
	assert_string_equal(f->c.text[CONFIG_EMBEDDING_KEY_FILE], f->key);
	assert_int_equal(unlink(f->key), 0);
	assert_refused(f, read_both(f, NULL, variable), ERR_NOT_FOUND, f->key);
}

static void
a_failure_leaves_the_settings_alone(void **state)
{
	struct fixture *f = *state;
	char *bad[] = {
	    (char[]){"AGREEMENT_DATABASE=other"}, (char[]){"AGREEMENT_X=1"}, NULL};

	assert_int_equal(read_both(f, NULL, "AGREEMENT_DATABASE=mine"), ERR_OK);
	assert_int_equal(config_read(&f->c, bad, NULL), ERR_UNKNOWN);
	assert_string_equal(f->c.text[CONFIG_DATABASE], "mine");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_is_whole),
	    TEST(defaults_stand_without_file_and_environment),
	    TEST(the_environment_wins_over_the_file),
	    TEST(the_place_in_the_environment_does_not_count),
	    TEST(lines_are_read),
	    TEST(long_lines_are_read),
	    TEST(bounds_are_kept),
	    TEST(what_is_wrong_is_named),
	    TEST(a_nul_in_a_file_is_refused),
	    TEST(files_must_be_readable),
	    TEST(a_failure_leaves_the_settings_alone),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
