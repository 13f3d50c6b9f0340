#include "base/config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/log.h"
#include "base/number.h"

#define ENVIRONMENT_PREFIX "AGREEMENT_"
#define FILE_VARIABLE "AGREEMENT_CONFIG"

const struct config_row config_table[CONFIG__MAX] = {
    [CONFIG_MYSQL_FILE] = {"mysql_file", CONFIG_FILE, "", 0, 0, NULL,
	"MySQL option file with the database credentials, group [agreement-matrix]"},
    [CONFIG_DATABASE] = {"database", CONFIG_TEXT, "labelstudio", 0, 0, NULL,
	"database name, where the option file names none"},
    [CONFIG_HOSTNAME] = {"hostname", CONFIG_TEXT, "", 0, 0, NULL,
	"URL of Label Studio, put before /data/ of an avatar"},
    [CONFIG_LOG_LEVEL] = {"log_level", CONFIG_CHOICE, "warning", 0, 0, log_level_names,
	"messages on standard error: error, warning, info or debug"},
    [CONFIG_LOG] = {"log", CONFIG_TEXT, "stderr", 0, 0, NULL,
	"where messages go: stderr, syslog, or the path of a file"},
    [CONFIG_WORKERS] = {"workers", CONFIG_INTEGER, "1", 1, 256, NULL,
	"processes that answer FastCGI requests on one socket, where no web server keeps "
	"them"},
    [CONFIG_CONNECT_TIMEOUT] = {"connect_timeout", CONFIG_INTEGER, "2", 1, 60, NULL,
	"seconds to wait for a database connection"},
    [CONFIG_QUERY_TIMEOUT] = {"query_timeout", CONFIG_INTEGER, "10", 1, 600, NULL,
	"seconds to wait for a query"},
    [CONFIG_CONNECTIONS] = {"connections", CONFIG_INTEGER, "2", 1, 2, NULL,
	"database connections of a process; over the second it asks ahead"},
    [CONFIG_MAX_PARTICIPANTS] = {"max_participants", CONFIG_INTEGER, "500", 2, 5000, NULL,
	"rows of the largest matrix that is answered"},
    [CONFIG_MAX_BYTES] = {"max_bytes", CONFIG_INTEGER, "67108864", 4096, 4294967296, NULL,
	"bytes of annotation results that one request may read"},
    [CONFIG_MAX_SECONDS] = {"max_seconds", CONFIG_INTEGER, "20", 0, 3600, NULL,
	"seconds that one request may take; 0 for no limit"},
    [CONFIG_MAX_COST] = {"max_cost", CONFIG_INTEGER, "10000000000", 0, INT64_MAX, NULL,
	"work that one request may cost, in units of about a nanosecond; 0 for no limit"},
    [CONFIG_CACHE_BYTES] = {"cache_bytes", CONFIG_INTEGER, "8388608", 0, 1073741824, NULL,
	"memory of a worker's cache in bytes; 0 switches it off"},
    [CONFIG_EMBEDDING_URL] = {"embedding_url", CONFIG_TEXT, "", 0, 0, NULL,
	"base URL of an OpenAI-compatible server for semantic_similarity, as "
	"http://127.0.0.1:8080/v1"},
    [CONFIG_EMBEDDING_MODEL] = {"embedding_model", CONFIG_TEXT, "", 0, 0, NULL,
	"model name that is sent to that server"},
    [CONFIG_EMBEDDING_KEY_FILE] = {"embedding_key_file", CONFIG_FILE, "", 0, 0, NULL,
	"file with the API key for that server"},
    [CONFIG_EMBEDDING_TIMEOUT] = {"embedding_timeout", CONFIG_INTEGER, "5000", 1, 600000,
	NULL, "milliseconds that one request may wait for that server"},
};
static_assert(N_OF(config_table) == CONFIG__MAX, "a row for each key");

static enum err
read_choice(const struct config_row *row, const char *value, int64_t *r)
{
	for (int64_t i = 0; row->choices[i] != NULL; i++)
		if (strcmp(row->choices[i], value) == 0) {
			*r = i;
			return ERR_OK;
		}
	return ERR_INPUT;
}

/* Check a value against its row; *number_r is its number, if it has one. */
static enum err
check(const struct config_row *row, const char *value, int64_t *number_r, struct error *e)
{
	switch (row->type) {
	case CONFIG_INTEGER:
		if (!number_between(str_of(value), row->min, row->max, number_r))
			return error_set(e, ERR_INPUT,
			    "%s: a whole number from %lld to %lld is required", row->name,
			    (long long)row->min, (long long)row->max);
		return ERR_OK;
	case CONFIG_CHOICE:
		if (read_choice(row, value, number_r) != ERR_OK)
			return error_set(e, ERR_INPUT,
			    "%s: \"%s\" is not one of its values", row->name, value);
		return ERR_OK;
	case CONFIG_FILE:
		if (value[0] != '\0' && access(value, R_OK) != 0)
			return error_set(e, ERR_NOT_FOUND, "%s: %s: %s", row->name, value,
			    strerror(errno));
		return ERR_OK;
	case CONFIG_TEXT:
	case CONFIG_TYPE__MAX:
		break;
	}
	return ERR_OK;
}

static enum err
set(struct config *c, enum config_key key, const char *value, struct error *e)
{
	int64_t number = 0;
	enum err err = check(&config_table[key], value, &number, e);
	char *copy;

	if (err != ERR_OK)
		return err;
	copy = strdup(value);
	if (copy == NULL)
		return error_memory(e);
	free(c->text[key]);
	c->text[key] = copy;
	c->number[key] = number;
	return ERR_OK;
}

/* The key of a name, in files as it is, in the environment in upper case. */
static enum config_key
find(struct str name)
{
	for (int k = 0; k < CONFIG__MAX; k++)
		if (str_eq_nocase(name, str_of(config_table[k].name)))
			return (enum config_key)k;
	return CONFIG__MAX;
}

/* A NUL would end the value, a lone CR hides the lines behind it. */
static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.s[i] < 0x20 && s.s[i] != '\t')
			return true;
	return false;
}

/* One line, `n` bytes with its end; it is written into. */
static enum err
read_line(struct config *c, char *line, size_t n, struct error *e)
{
	struct str text = str_trim((struct str){line, n}), name, value;
	const char *equals;
	enum config_key key;

	if (has_control(text))
		return error_set(e, ERR_INPUT, "a control character is in the line");
	if (text.n == 0 || text.s[0] == '#')
		return ERR_OK;
	equals = memchr(text.s, '=', text.n);
	if (equals == NULL)
		return error_set(e, ERR_INPUT, "\"name = value\" is required");
	name = str_trim((struct str){text.s, (size_t)(equals - text.s)});
	key = find(name);
	if (key == CONFIG__MAX)
		return error_set(
		    e, ERR_UNKNOWN, "there is no setting \"%.*s\"", STR_ARG(name));
	line[text.s + text.n - line] = '\0';
	value = str_trim(str_of(equals + 1));
	return set(c, key, value.s, e);
}

static enum err
read_file(struct config *c, const char *path, struct error *e)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	enum err err = ERR_OK;

	if (f == NULL)
		return error_set(e, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
	for (long number = 1; err == ERR_OK && (n = getline(&line, &room, f)) >= 0;
	    number++) {
		err = read_line(c, line, (size_t)n, e);
		if (err != ERR_OK)
			err = error_prefix(e, err, "%s:%ld: ", path, number);
	}
	if (err == ERR_OK && ferror(f))
		err = error_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	free(line);
	fclose(f);
	return err;
}

static enum err
read_variable(struct config *c, const char *variable, struct error *e)
{
	const char *name = variable + sizeof(ENVIRONMENT_PREFIX) - 1,
		   *equals = strchr(name, '=');
	enum config_key key;
	enum err err;

	if (equals == NULL)
		return ERR_OK;
	key = find((struct str){name, (size_t)(equals - name)});
	if (key == CONFIG__MAX)
		return error_set(e, ERR_UNKNOWN, "environment: there is no setting %.*s",
		    (int)(equals - variable), variable);
	err = set(c, key, equals + 1, e);
	return err == ERR_OK ? ERR_OK : error_prefix(e, err, "environment: ");
}

static enum err
read_all(struct config *c, char *const *env, struct error *e)
{
	enum err err = ERR_OK;

	for (int k = 0; k < CONFIG__MAX && err == ERR_OK; k++)
		err = set(c, (enum config_key)k, config_table[k].value, e);
	for (char *const *v = env; err == ERR_OK && *v != NULL; v++)
		if (strncmp(*v, FILE_VARIABLE "=", sizeof(FILE_VARIABLE)) == 0 &&
		    (*v)[sizeof(FILE_VARIABLE)] != '\0')
			err = read_file(c, *v + sizeof(FILE_VARIABLE), e);
	for (char *const *v = env; err == ERR_OK && *v != NULL; v++)
		if (strncmp(*v, ENVIRONMENT_PREFIX, sizeof(ENVIRONMENT_PREFIX) - 1) == 0 &&
		    strncmp(*v, FILE_VARIABLE "=", sizeof(FILE_VARIABLE)) != 0)
			err = read_variable(c, *v, e);
	return err;
}

enum err
config_read(struct config *c, char *const *env, struct error *e)
{
	struct config fresh = {0};
	enum err err = read_all(&fresh, env, e);

	if (err == ERR_OK)
		*c = fresh;
	else
		config_free(&fresh);
	return err;
}

void
config_free(struct config *c)
{
	for (int k = 0; k < CONFIG__MAX; k++)
		free(c->text[k]);
	*c = (struct config){0};
}
