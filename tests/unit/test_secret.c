/* Secrets in files: what is taken, and which files are refused. */
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
#include "base/secret.h"
#include "base/str.h"

static char directory[] = "/tmp/agreement-secret.XXXXXX";
static char path[64];

static int
set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "%s/key", mkdtemp(directory));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static void
put(struct str content, mode_t mode)
{
	FILE *f;

	unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(content.s, 1, content.n, f), content.n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
the_line_is_trimmed(void **state)
{
	static const struct str cases[] = {STR_INIT("sk-1"), STR_INIT("sk-1\n"),
	    STR_INIT("  sk-1 \r\n\n"), STR_INIT("\tsk-1")};

	(void)state;
	for (size_t i = 0; i < N_OF(cases); i++) {
		char *secret = NULL;
		struct error e;

		put(cases[i], 0640);
		assert_int_equal(secret_read("key", path, &secret, &e), ERR_OK);
		assert_string_equal(secret, "sk-1");
		secret_free(secret);
	}
	secret_free(NULL);
}

static void
what_is_refused(void **state)
{
	static char large[8192];
	const struct {
		struct str content;
		mode_t mode;
		const char *why;
	} cases[] = {
	    {STR("sk-1"), 0644, "open to everybody"},
	    {STR("sk-1"), 0602, "open to everybody"},
	    {STR(""), 0600, "one line"},
	    {STR(" \n"), 0600, "one line"},
	    {STR("sk-1\nX-Header: 1"), 0600, "one line"},
	    {STR("sk 1"), 0600, "one line"},
	    {STR("sk-\0001"), 0600, "one line"},
	    {STR("sk-\x7f"), 0600, "one line"},
	    {STR("sk-\xc3\xa9"), 0600, "one line"},
	    {{large, sizeof(large)}, 0600, "one line"},
	};

	(void)state;
	memset(large, 'a', sizeof(large));
	for (size_t i = 0; i < N_OF(cases); i++) {
		char *secret = path;
		struct error e;

		put(cases[i].content, cases[i].mode);
		assert_int_equal(secret_read("the key", path, &secret, &e), ERR_INPUT);
		assert_ptr_equal(secret, path);
		assert_int_equal(strncmp(e.text, "the key /tmp/", 13), 0);
		assert_non_null(strstr(e.text, cases[i].why));
		assert_null(strstr(e.text, "sk"));
	}
}

static void
what_is_no_file(void **state)
{
	char *secret = NULL;
	struct error e;

	(void)state;
	assert_int_equal(
	    secret_read("key", "/nonexistent/key", &secret, &e), ERR_NOT_FOUND);
	assert_int_equal(secret_read("key", directory, &secret, &e), ERR_INPUT);
	assert_non_null(strstr(e.text, "no plain file"));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(secret_read("key", path, &secret, &e), ERR_INPUT);
	assert_null(secret);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(the_line_is_trimmed),
	    cmocka_unit_test(what_is_refused),
	    cmocka_unit_test(what_is_no_file),
	};

	return cmocka_run_group_tests(all, set_up, tear_down);
}
