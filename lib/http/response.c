#include "http/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/array.h"
#include "json/write.h"

/* A buffer that one huge answer made larger than this is not kept for the next one. */
#define KEEP_ROOM ((size_t)1 << 20)

#define UUID_ROOM 37

void
response_init(struct response *r, const char *version)
{
	*r = (struct response){.status = 200, .version = version};
}

static void
empty(struct buf *b)
{
	if (b->room > KEEP_ROOM)
		buf_free(b);
	buf_clear(b);
}

void
response_reset(struct response *r)
{
	empty(&r->headers);
	empty(&r->body);
	r->status = 200;
	r->warnings = 0;
	r->detail[0] = '\0';
	r->etag[0] = '\0';
}

void
response_free(struct response *r)
{
	buf_free(&r->headers);
	buf_free(&r->body);
}

/* A token of RFC 9110, 5.6.2. */
static bool
is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789!#$%&'*+-.^_`|~";

	return name[0] != '\0' && name[strspn(name, letters)] == '\0';
}

/* Whether nothing in the value could end its line or the headers. */
static bool
is_value(struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.s[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return value.s != NULL;
}

bool
response_header(struct response *r, const char *name, struct str value)
{
	if (!is_name(name) || !is_value(value))
		return false;
	buf_puts(&r->headers, name);
	buf_puts(&r->headers, ": ");
	buf_str(&r->headers, value);
	buf_puts(&r->headers, "\r\n");
	return true;
}

void
response_warn(struct response *r, const char *format, ...)
{
	char text[RESPONSE_WARNING_MAX + 1];
	va_list args;
	size_t end;

	if (r->warnings++ >= RESPONSE_WARNINGS)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_puts(&r->headers, "X-Agreement-Warning: ");
	end = r->headers.n + RESPONSE_WARNING_MAX;
	for (const char *s = text; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		bool plain = c >= 0x20 && c < 0x7f && c != '\\';

		if (r->headers.n + (plain ? 1 : 4) > end)
			break;
		if (plain)
			buf_char(&r->headers, *s);
		else
			buf_printf(&r->headers, "\\x%02X", c);
	}
	buf_puts(&r->headers, "\r\n");
}

void
response_detail(struct response *r, const char *format, ...)
{
	size_t n = sizeof(r->detail) - 1;
	va_list args;

	va_start(args, format);
	vsnprintf(r->detail, sizeof(r->detail), format, args);
	va_end(args);
	if (strlen(r->detail) < n)
		return;
	/* Cut where a character begins. */
	while (n > 0 && ((unsigned char)r->detail[n - 1] & 0xC0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)r->detail[n - 1] >= 0x80)
		n--;
	r->detail[n] = '\0';
}

/* A random UUID, version 4 (RFC 9562, 5.4). */
static void
make_uuid(char out[static UUID_ROOM])
{
	unsigned char b[16] = {0};

	/* Without entropy the id is not unique, which is no reason to fail: it only helps
	 * to find a line. */
	if (getrandom(b, sizeof(b), GRND_NONBLOCK) != (ssize_t)sizeof(b))
		memset(b, 0, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(out, UUID_ROOM,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
	    b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
	    b[13], b[14], b[15]);
}

static enum err
write_error(struct response *r, const char *detail, const struct invalid *v)
{
	struct json_writer w = JSON_WRITER(&r->body);
	char uuid[UUID_ROOM];

	make_uuid(uuid);
	json_open_object(&w, NULL);
	json_write_text(&w, "id", str_of(uuid));
	json_write_integer(&w, "status_code", r->status);
	json_write_text(&w, "version", str_of(r->version));
	json_write_text(&w, "detail", str_of(detail));
	json_write_null(&w, "exc_info");
	if (v != NULL)
		invalid_write(&w, "validation_errors", v);
	json_close_object(&w);
	return buf_failed(&r->body) ? ERR_MEMORY : ERR_OK;
}

void
response_error(
    struct response *r, const struct http_error_row *error, const struct invalid *v)
{
	empty(&r->headers);
	empty(&r->body);
	r->warnings = 0;
	r->etag[0] = '\0';
	r->status = error->status;
	if (error->header[0] != NULL)
		response_header(r, error->header[0], str_of(error->header[1]));
	/* An answer without a body is still an answer; the status says it all. */
	if (write_error(r, r->detail[0] != '\0' ? r->detail : error->detail, v) != ERR_OK)
		buf_clear(&r->body);
}

/* Whether every byte may stand in an entity tag (RFC 9110, 8.8.3), ASCII only. */
static bool
is_tag(struct str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.s[i] < 0x21 || key.s[i] > 0x7e || key.s[i] == '"')
			return false;
	return key.n > 0 && key.n <= RESPONSE_ETAG_MAX;
}

static struct str
skip(struct str s, const char *bytes)
{
	while (s.n > 0 && strchr(bytes, s.s[0]) != NULL && s.s[0] != '\0')
		s = (struct str){s.s + 1, s.n - 1};
	return s;
}

/*
 * Whether a list of entity tags has `tag`, which is quoted. Weak and strong compare equal
 * here, as If-None-Match wants it. A list that is malformed matches as far as it could be
 * read.
 */
static bool
list_has(struct str list, struct str tag)
{
	list = str_trim(list);
	if (str_is(list, "*"))
		return true;
	for (list = skip(list, " \t,"); list.n > 0; list = skip(list, " \t,")) {
		const char *end;
		size_t n;

		if (str_starts(list, "W/"))
			list = (struct str){list.s + 2, list.n - 2};
		if (list.n < 2 || list.s[0] != '"')
			return false;
		end = memchr(list.s + 1, '"', list.n - 1);
		if (end == NULL)
			return false;
		n = (size_t)(end + 1 - list.s);
		if (str_eq((struct str){list.s, n}, tag))
			return true;
		list = (struct str){list.s + n, list.n - n};
	}
	return false;
}

bool
response_etag(struct response *r, struct str key, struct str if_none_match)
{
	if (!is_tag(key))
		return false;
	snprintf(r->etag, sizeof(r->etag), "\"%.*s\"", STR_ARG(key));
	if (if_none_match.s == NULL || !list_has(if_none_match, str_of(r->etag)))
		return false;
	buf_clear(&r->body);
	r->status = 304;
	return true;
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
	    {200, "OK"},
	    {204, "No Content"},
	    {304, "Not Modified"},
	    {400, "Bad Request"},
	    {401, "Unauthorized"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {503, "Service Unavailable"},
	};

	for (size_t i = 0; i < N_OF(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Internal Server Error";
}

enum err
response_write(const struct response *r, bool head, struct buf *out)
{
	buf_printf(out, "Status: %d %s\r\n", r->status, reason(r->status));
	/* A 304 describes what the client has; it says nothing about a body, and a 204 has
	 * none (RFC 9110, 15.3.5 and 15.4.5). */
	if (r->status != 304 && r->status != 204)
		buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
		    r->body.n);
	buf_puts(out,
	    "Vary: Authorization, X-Api-Key\r\n"
	    "Cache-Control: private, no-cache\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (r->etag[0] != '\0')
		buf_printf(out, "ETag: %s\r\n", r->etag);
	buf_str(out, buf_text(&r->headers));
	if (r->warnings > RESPONSE_WARNINGS)
		buf_printf(out, "X-Agreement-Warning: and %zu more\r\n",
		    r->warnings - RESPONSE_WARNINGS);
	buf_puts(out, "\r\n");
	if (!head && r->status != 304 && r->status != 204)
		buf_str(out, buf_text(&r->body));
	return buf_failed(out) || buf_failed(&r->headers) || buf_failed(&r->body)
	    ? ERR_MEMORY
	    : ERR_OK;
}
