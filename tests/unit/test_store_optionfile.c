/* What is read of MySQL option files, and which files are refused. */
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

#include "base/str.h"
#include "store/driver/dberror.h"
#include "store/driver/optionfile.h"

static char path[] = "/tmp/agreement-optionfile.XXXXXX";
static struct optionfile o;
static struct error e;

static enum err
read_text(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	o = (struct optionfile){0};
	e = (struct error){0};
	return optionfile_read(path, &o, &e);
}

static void
hosts_are_listed_in_order(void **state)
{
	static const struct {
		const char *value;
		struct {
			const char *name;
			unsigned port;
		} hosts[4];
		size_t n;
	} cases[] = {
	    {"db", {{"db", 0}}, 1},
	    {"db:3307", {{"db", 3307}}, 1},
	    {"a:1,b , c:65535", {{"a", 1}, {"b", 0}, {"c", 65535}}, 3},
	    {"[::1]:3306,[fe80::1],fe80::2",
		{{"::1", 3306}, {"fe80::1", 0}, {"fe80::2", 0}}, 3},
	    {"\"a,b\"", {{"a", 0}, {"b", 0}}, 2},
	    {",,a,", {{"a", 0}}, 1},
	    {"", {{0}}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[200];

		snprintf(text, sizeof text, "[client]\nhost = %s\n", cases[i].value);
		assert_int_equal(read_text(text), ERR_OK);
		assert_int_equal(o.n_hosts, cases[i].n);
		for (size_t k = 0; k < o.n_hosts; k++) {
			assert_string_equal(o.hosts[k].name, cases[i].hosts[k].name);
			assert_int_equal(o.hosts[k].port, cases[i].hosts[k].port);
		}
		optionfile_free(&o);
	}
}

static void
ports_are_numbers(void **state)
{
	static const char *const bad[] = {"host=a:0", "host=a:65536", "host=a:x",
	    "host=[::1]:", "port=x", "port=", "port=-1", "host=a:1,b:99999"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char text[200];

		snprintf(text, sizeof text, "# comment\n[agreement-matrix]\n%s\n", bad[i]);
		assert_int_equal(read_text(text), ERR_INPUT);
		assert_non_null(strstr(e.text, "line 3"));
		assert_null(o.hosts);
	}
}

static void
groups_and_later_lines_count(void **state)
{
	(void)state;
	assert_int_equal(read_text("host=outside\n[mysqld]\nhost=a\nport=1\ndatabase="
				   "x\nssl\n[client]\nhost=b\n"
				   "port=2\n; host=c\n[agreement-matrix]\n host = "
				   "d\n[mysqldump]\nhost=z:9z\n"),
	    ERR_OK);
	assert_int_equal(o.n_hosts, 1);
	assert_string_equal(o.hosts[0].name, "d");
	assert_int_equal(o.port, 2);
	assert_false(o.has_database);
	assert_int_equal(o.tls, OPTIONFILE_TLS_ANY);
	optionfile_free(&o);
	assert_int_equal(
	    read_text(
		"[client]\ndatabase = x\npassword = \"[client] host=evil\"\nunknown-thing"),
	    ERR_OK);
	assert_true(o.has_database && o.n_hosts == 0);
	optionfile_free(&o);
	assert_int_equal(read_text(""), ERR_OK);
	assert_int_equal(o.n_hosts, 0);
}

static void
tls_as_strict_as_said(void **state)
{
	static const struct {
		const char *lines;
		enum err err;
		enum optionfile_tls tls;
	} cases[] = {
	    {"ssl", ERR_OK, OPTIONFILE_TLS_REQUIRED},
	    {"ssl=1", ERR_OK, OPTIONFILE_TLS_REQUIRED},
	    {"ssl=0", ERR_OK, OPTIONFILE_TLS_ANY},
	    {"ssl=FALSE", ERR_OK, OPTIONFILE_TLS_ANY},
	    {"ssl_verify_server_cert", ERR_OK, OPTIONFILE_TLS_VERIFIED},
	    {"ssl-verify-server-cert=off", ERR_OK, OPTIONFILE_TLS_ANY},
	    {"ssl-mode=required", ERR_OK, OPTIONFILE_TLS_REQUIRED},
	    {"ssl-mode = VERIFY_CA", ERR_OK, OPTIONFILE_TLS_VERIFIED},
	    {"ssl-mode='VERIFY_IDENTITY'\nssl", ERR_OK, OPTIONFILE_TLS_VERIFIED},
	    {"ssl-mode=PREFERRED", ERR_OK, OPTIONFILE_TLS_ANY},
	    {"ssl-mode=DISABLED", ERR_OK, OPTIONFILE_TLS_ANY},
	    {"ssl-mode=sometimes", ERR_INPUT, OPTIONFILE_TLS_ANY},
	    {"ssl-ca=/ca.pem", ERR_OK, OPTIONFILE_TLS_ANY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[200];

		snprintf(text, sizeof text, "[client]\n%s\n", cases[i].lines);
		assert_int_equal(read_text(text), cases[i].err);
		assert_int_equal(o.tls, cases[i].tls);
	}
}

static void
open_files_are_refused(void **state)
{
	(void)state;
	assert_int_equal(read_text("[client]\nhost=a\n"), ERR_OK);
	optionfile_free(&o);
	chmod(path, 0640);
	assert_int_equal(optionfile_read(path, &o, &e), ERR_OK);
	optionfile_free(&o);
	chmod(path, 0604);
	assert_int_equal(optionfile_read(path, &o, &e), ERR_INPUT);
	chmod(path, 0602);
	assert_int_equal(optionfile_read(path, &o, &e), ERR_INPUT);
	assert_non_null(strstr(e.text, path));
	chmod(path, 0600);
	assert_int_equal(optionfile_read("/nowhere/at.all", &o, &e), ERR_NOT_FOUND);
	assert_non_null(strstr(e.text, "/nowhere/at.all"));
	assert_int_equal(optionfile_read("/tmp", &o, &e), ERR_INPUT);
}

static void
error_numbers_have_a_meaning(void **state)
{
	static const struct {
		unsigned number;
		enum err err;
		enum dberror_action action;
	} cases[] = {
	    {2002, ERR_DB_AWAY, DBERROR_LOST},
	    {2006, ERR_DB_AWAY, DBERROR_LOST},
	    {2013, ERR_DB_AWAY, DBERROR_LOST},
	    {2055, ERR_DB_AWAY, DBERROR_LOST},
	    {1053, ERR_DB_AWAY, DBERROR_LOST},
	    {1927, ERR_DB_AWAY, DBERROR_LOST},
	    {1047, ERR_DB_AWAY, DBERROR_LOST},
	    {4031, ERR_DB_AWAY, DBERROR_LOST},
	    {1040, ERR_DB_AWAY, DBERROR_LOST},
	    {1969, ERR_DB_SLOW, DBERROR_NONE},
	    {3024, ERR_DB_SLOW, DBERROR_NONE},
	    {1317, ERR_DB_SLOW, DBERROR_NONE},
	    {1060, ERR_DB_REFUSED, DBERROR_DONE},
	    {1045, ERR_DB_DENIED, DBERROR_NONE},
	    {1142, ERR_DB_DENIED, DBERROR_NONE},
	    {1290, ERR_DB_DENIED, DBERROR_NONE},
	    {1146, ERR_DB_SCHEMA, DBERROR_NONE},
	    {1054, ERR_DB_SCHEMA, DBERROR_NONE},
	    {1213, ERR_DB_REFUSED, DBERROR_CONFLICT},
	    {1205, ERR_DB_REFUSED, DBERROR_CONFLICT},
	    {1615, ERR_DB_REFUSED, DBERROR_PREPARE},
	    {1243, ERR_DB_REFUSED, DBERROR_PREPARE},
	    {1406, ERR_INPUT, DBERROR_NONE},
	    {9999, ERR_DB_REFUSED, DBERROR_NONE},
	    {0, ERR_DB_REFUSED, DBERROR_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct dberror *d = dberror_find(cases[i].number);

		assert_int_equal(d->err, cases[i].err);
		assert_int_equal(d->action, cases[i].action);
	}
}

static int
make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd) != 0;
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(hosts_are_listed_in_order),
	    cmocka_unit_test(ports_are_numbers),
	    cmocka_unit_test(groups_and_later_lines_count),
	    cmocka_unit_test(tls_as_strict_as_said),
	    cmocka_unit_test(open_files_are_refused),
	    cmocka_unit_test(error_numbers_have_a_meaning),
	};

	return cmocka_run_group_tests(all, make_file, remove_file);
}
