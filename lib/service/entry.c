#include "service/entry.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/log.h"
#include "matrix/follow.h"
#include "service/api.h"

/* Log what a client is not told: the words of the database. */
const struct http_error_row *
entry_failed(enum err err, const struct error *e)
{
	if (err != ERR_LIMIT)
		log_error("%s", e->text[0] == '\0' ? err_text(err) : e->text);
	return service_error_of(err);
}

const struct http_error_row *
entry_invalid(const struct call *call, enum param param, const char *format, ...)
{
	struct invalid_path path = {{{0}}};
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	if (!buf_failed(&text))
		invalid_add(call->invalid,
		    invalid_path(path, str_of(param_table[param].name)), "%s", text.s);
	buf_free(&text);
	return http_error_row(HTTP_INVALID);
}

/* How the writing of an answer ended. */
const struct http_error_row *
entry_written(const struct response *r)
{
	return buf_failed(&r->body) ? service_error_of(ERR_MEMORY) : NULL;
}

static const enum service_error access_errors[STORE_ACCESS__MAX] = {
    [STORE_ACCESS_OK] = SERVICE_OK,
    [STORE_ACCESS_NO_KEY] = SERVICE_TOKEN_UNKNOWN,
    [STORE_ACCESS_INACTIVE] = SERVICE_USER_INACTIVE,
    [STORE_ACCESS_LEGACY_OFF] = SERVICE_TOKENS_DISABLED,
    [STORE_ACCESS_NO_PROJECT] = SERVICE_NO_PROJECT,
};

/* Ids of Label Studio are 32 bits wide; a larger one, and 0, is nobody's. */
int64_t
entry_id(int64_t id)
{
	return id >= 1 && id <= INT32_MAX ? id : -1;
}

/* The token of a call, and, unless 0, the project, in one question. */
const struct http_error_row *
entry_look_up(const struct call *call, int64_t project, struct store_access *r)
{
	const struct api *api = call->context;
	struct error e = {0};
	enum err err = store_access(api->store, call->arena, call->token, project, r, &e);

	return err == ERR_OK ? service_error_row(access_errors[r->state])
			     : entry_failed(err, &e);
}

/* The project's dimensions, brought up to date with its configuration. */
const struct http_error_row *
entry_dimensions(const struct call *call, int64_t project,
    const struct store_access *access, struct store_dimension_list *r)
{
	const struct api *api = call->context;
	struct store_dimension_list now = {access->dimensions, access->n};
	struct error e = {0};
	enum err err = follow_changes(api->store, call->arena, project, access->fingerprint,
	    access->recorded, &now, r, &e);

	if (err == ERR_NOT_FOUND) /* it went since the access was looked up */
		return service_error_row(SERVICE_NO_PROJECT);
	return err == ERR_OK ? NULL : entry_failed(err, &e);
}

const struct store_dimension *
entry_dimension(const struct store_dimension_list *list, int64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].id == id)
			return &list->items[i];
	return NULL;
}
