#include "http/request.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/utf8.h"
#include "http/query.h"

enum variable {
	VARIABLE_METHOD,
	VARIABLE_SCRIPT_NAME,
	VARIABLE_PATH_INFO,
	VARIABLE_REQUEST_URI,
	VARIABLE_QUERY,
	VARIABLE_AUTHORIZATION,
	VARIABLE_API_KEY,
	VARIABLE_IF_NONE_MATCH,
	VARIABLE__MAX
};

static const struct str variable_names[] = {
    [VARIABLE_METHOD] = STR_INIT("REQUEST_METHOD"),
    [VARIABLE_SCRIPT_NAME] = STR_INIT("SCRIPT_NAME"),
    [VARIABLE_PATH_INFO] = STR_INIT("PATH_INFO"),
    [VARIABLE_REQUEST_URI] = STR_INIT("REQUEST_URI"),
    [VARIABLE_QUERY] = STR_INIT("QUERY_STRING"),
    [VARIABLE_AUTHORIZATION] = STR_INIT("HTTP_AUTHORIZATION"),
    [VARIABLE_API_KEY] = STR_INIT("HTTP_X_API_KEY"),
    [VARIABLE_IF_NONE_MATCH] = STR_INIT("HTTP_IF_NONE_MATCH"),
};
static_assert(N_OF(variable_names) == VARIABLE__MAX, "every variable has a name");

static const struct str method_names[] = {
    [REQUEST_GET] = STR_INIT("GET"),
    [REQUEST_HEAD] = STR_INIT("HEAD"),
    [REQUEST_POST] = STR_INIT("POST"),
};

static void
read_variables(char *const *env, struct str values[static VARIABLE__MAX])
{
	for (; *env != NULL; env++) {
		const char *equals = strchr(*env, '=');
		struct str name;

		if (equals == NULL)
			continue;
		name = (struct str){*env, (size_t)(equals - *env)};
		for (int v = 0; v < VARIABLE__MAX; v++)
			if (values[v].s == NULL && str_eq(name, variable_names[v]))
				values[v] = str_of(equals + 1);
	}
}

static enum request_method
read_method(struct str text)
{
	for (int m = 0; m < REQUEST_OTHER; m++)
		if (str_eq(text, method_names[m]))
			return (enum request_method)m;
	return REQUEST_OTHER;
}

/* Absent if no route can be meant: a NUL would end the text early for somebody, sometime.
 */
static struct str
checked_path(struct str path)
{
	if (path.n > 0 && (memchr(path.s, '\0', path.n) != NULL || !utf8_valid(path)))
		return (struct str){NULL, 0};
	return path;
}

/* REQUEST_URI up to its query, without "http://host" in front. */
static struct str
uri_path(struct str uri)
{
	const char *end = memchr(uri.s, '?', uri.n), *colon;

	if (end != NULL)
		uri.n = (size_t)(end - uri.s);
	if (uri.n == 0 || uri.s[0] == '/')
		return uri;
	colon = memmem(uri.s, uri.n, "://", 3);
	if (colon == NULL)
		return uri;
	uri.n -= (size_t)(colon + 3 - uri.s);
	uri.s = colon + 3;
	end = memchr(uri.s, '/', uri.n);
	if (end == NULL)
		return STR("/");
	return (struct str){end, uri.n - (size_t)(end - uri.s)};
}

static struct str
join(struct arena *a, struct str x, struct str y)
{
	char *s = arena_alloc(a, x.n + y.n + 1);

	if (s == NULL)
		return (struct str){NULL, 0};
	if (x.n > 0)
		memcpy(s, x.s, x.n);
	memcpy(s + x.n, y.s, y.n);
	s[x.n + y.n] = '\0';
	return (struct str){s, x.n + y.n};
}

/*
 * A server that gives PATH_INFO has decoded it. One that does not may have put the whole
 * path, or what it took for the program, into SCRIPT_NAME; then only REQUEST_URI is the
 * truth.
 */
static enum err
read_path(struct arena *a, const struct str values[static VARIABLE__MAX], struct request *r)
{
	struct str script = values[VARIABLE_SCRIPT_NAME], info = values[VARIABLE_PATH_INFO];
	struct str uri = values[VARIABLE_REQUEST_URI], path;

	if (info.n > 0)
		path = join(a, script, info);
	else if (uri.n > 0)
		path = query_decode(a, uri_path(uri), false, true);
	else
		path = script.s == NULL ? STR("") : script;
	if (path.s == NULL)
		return ERR_MEMORY;
	r->path = checked_path(path);
	r->path_info = info.n > 0 ? checked_path(info) : (struct str){NULL, 0};
	return ERR_OK;
}

enum err
request_read(struct arena *a, char *const *env, struct request *r)
{
	struct str values[VARIABLE__MAX] = {0};
	struct request q = {0};
	enum err err;

	read_variables(env, values);
	q.method_text =
	    values[VARIABLE_METHOD].s == NULL ? STR("") : values[VARIABLE_METHOD];
	q.method = read_method(q.method_text);
	q.query = values[VARIABLE_QUERY];
	q.authorization = values[VARIABLE_AUTHORIZATION];
	q.api_key = values[VARIABLE_API_KEY];
	q.if_none_match = values[VARIABLE_IF_NONE_MATCH];
	err = read_path(a, values, &q);
	if (err == ERR_OK)
		*r = q;
	return err;
}
