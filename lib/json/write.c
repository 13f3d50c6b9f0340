#include "json/write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/number.h"
#include "json/json.h"

static void
put_string(struct buf *b, struct str s)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";

	buf_char(b, '"');
	for (size_t i = 0, plain; i < s.n; i++) {
		const char *at;

		for (plain = i; i < s.n && (unsigned char)s.s[i] >= 0x20 && s.s[i] != '"' &&
		    s.s[i] != '\\';
		    i++)
			;
		buf_put(b, s.s + plain, i - plain);
		if (i == s.n)
			break;
		at = s.s[i] == '\0' ? NULL : strchr(named, s.s[i]);
		if (at != NULL) {
			buf_char(b, '\\');
			buf_char(b, letters[at - named]);
		} else {
			buf_printf(b, "\\u%04x", (unsigned)s.s[i]);
		}
	}
	buf_char(b, '"');
}

static void
break_line(const struct json_writer *w)
{
	if (w->pretty)
		buf_printf(w->to, "\n%*s", w->depth * 2, "");
}

/* What stands before a value: the comma after the one before it, and its key. */
static void
begin(struct json_writer *w, struct str key)
{
	if (w->keyed) {
		w->keyed = false;
		return;
	}
	if (w->filled)
		buf_char(w->to, ',');
	if (w->depth > 0)
		break_line(w);
	w->filled = true;
	if (key.s == NULL)
		return;
	put_string(w->to, key);
	buf_puts(w->to, w->pretty ? ": " : ":");
}

static void
put_integer(struct buf *b, int64_t v)
{
	buf_printf(b, "%" PRId64, v);
}

static void
put_number(struct buf *b, double v)
{
	char text[NUMBER_ROOM];

	buf_put(b, text, number_write(text, v));
}

static void
put_bool(struct buf *b, bool v)
{
	buf_puts(b, v ? "true" : "false");
}

static void
open_container(struct json_writer *w, struct str key, char bracket)
{
	begin(w, key);
	buf_char(w->to, bracket);
	w->depth++;
	w->filled = false;
}

static void
close_container(struct json_writer *w, char bracket)
{
	w->depth--;
	if (w->filled)
		break_line(w);
	buf_char(w->to, bracket);
	w->filled = true;
}

void
json_write_key(struct json_writer *w, struct str key)
{
	begin(w, key);
	w->keyed = true;
}

void
json_open_object(struct json_writer *w, const char *key)
{
	open_container(w, str_of(key), '{');
}

void
json_close_object(struct json_writer *w)
{
	close_container(w, '}');
}

void
json_open_array(struct json_writer *w, const char *key)
{
	open_container(w, str_of(key), '[');
}

void
json_close_array(struct json_writer *w)
{
	close_container(w, ']');
}

void
json_write_text(struct json_writer *w, const char *key, struct str s)
{
	begin(w, str_of(key));
	if (s.s == NULL)
		buf_puts(w->to, "null");
	else
		put_string(w->to, s);
}

void
json_write_number(struct json_writer *w, const char *key, double v)
{
	begin(w, str_of(key));
	put_number(w->to, v);
}

void
json_write_integer(struct json_writer *w, const char *key, int64_t v)
{
	begin(w, str_of(key));
	put_integer(w->to, v);
}

void
json_write_bool(struct json_writer *w, const char *key, bool v)
{
	begin(w, str_of(key));
	put_bool(w->to, v);
}

void
json_write_null(struct json_writer *w, const char *key)
{
	begin(w, str_of(key));
	buf_puts(w->to, "null");
}

void
json_write_format(struct json_writer *w, const char *key, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	begin(w, str_of(key));
	put_string(w->to, buf_text(&text));
	w->to->failed |= buf_failed(&text);
	buf_free(&text);
}

static void
put_scalar(struct buf *b, const struct json *j)
{
	switch (j->type) {
	case JSON_BOOL:
		put_bool(b, j->boolean);
		break;
	case JSON_INTEGER:
		put_integer(b, j->integer);
		break;
	case JSON_REAL:
		put_number(b, j->real);
		break;
	case JSON_STRING:
		put_string(b, json_str(j));
		break;
	default:
		buf_puts(b, "null");
	}
}

static void copy(struct json_writer *w, struct str key, const struct json *j);

static void
copy_object(struct json_writer *w, const struct json *j)
{
	for (uint32_t i = 0; i < j->n; i++) {
		struct str key = json_key(j, i);

		if (json_get_str(j, key) == json_value(j, i))
			copy(w, key, json_value(j, i));
	}
}

static void
copy_array(struct json_writer *w, const struct json *j)
{
	for (uint32_t i = 0; i < j->n; i++)
		copy(w, (struct str){0}, json_at(j, i));
}

static void
copy(struct json_writer *w, struct str key, const struct json *j)
{
	switch (j->type) {
	case JSON_ARRAY:
		open_container(w, key, '[');
		copy_array(w, j);
		close_container(w, ']');
		return;
	case JSON_OBJECT:
		open_container(w, key, '{');
		copy_object(w, j);
		close_container(w, '}');
		return;
	default:
		begin(w, key);
		put_scalar(w->to, j);
	}
}

void
json_write_copy(struct json_writer *w, const char *key, const struct json *j)
{
	copy(w, str_of(key), j);
}
