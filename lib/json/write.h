/*
 * Writing JSON, straight into a buffer: numbers are finite and shortest (base/number.h),
 * text is UTF-8 as it is. A value has a key inside an object, and NULL in its place inside
 * an array and outside of both. The buffer remembers when memory is short, so the caller
 * checks buf_failed() once, at the end.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct json;

struct json_writer {
	struct buf *to;
	bool pretty; /* each value on a line of its own, indented by two spaces */
	int depth;
	bool filled; /* the container at hand has a value already */
	bool keyed;  /* the key of the next value is written */
};

#define JSON_WRITER(buf)                                                                   \
	(struct json_writer)                                                               \
	{                                                                                  \
		.to = (buf)                                                                \
	}

void json_open_object(struct json_writer *w, const char *key);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w, const char *key);
void json_close_array(struct json_writer *w);

void json_write_text(
    struct json_writer *w, const char *key, struct str s); /* absent: null */
void json_write_number(
    struct json_writer *w, const char *key, double v); /* not finite: null */
void json_write_integer(struct json_writer *w, const char *key, int64_t v);
void json_write_bool(struct json_writer *w, const char *key, bool v);
void json_write_null(struct json_writer *w, const char *key);

/* Writes the key of the next value, whose own `key` is then NULL. */
void json_write_key(struct json_writer *w, struct str key);

/* Writes a text as printf() makes it. */
void json_write_format(struct json_writer *w, const char *key, const char *format, ...)
    ERR_PRINTF(3, 4);

/* Writes what was read; its numbers are written anew, of equal keys the last one. */
void json_write_copy(struct json_writer *w, const char *key, const struct json *j);

#endif
