/*
 * Writing JSON, over json-c: numbers are finite and shortest (base/number.h), text is UTF-8
 * as it is. Ownership: a value that was added belongs to its container; json_out_free()
 * frees the outermost. Every constructor returns NULL without memory, every function takes
 * NULL and hands the failure on: only json_out_write() must be checked. One tree is made at
 * a time: what was lost since the last json_out_write() fails the next one.
 */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

struct json;
struct json_object; /* json-c's own */

struct json_object *json_out_object(void);
struct json_object *json_out_array(void);
struct json_object *json_out_string(struct str s); /* the absent text gives null */
struct json_object *json_out_number(double v);	   /* not finite: null */
struct json_object *json_out_integer(int64_t v);
struct json_object *json_out_bool(bool v);

/* null inside a container; outside one there is no such value. */
struct json_object *json_out_null(void);

/*
 * A copy of what was read; its numbers are written anew. A member whose key has a NUL in it
 * is left out: json-c would cut the key there, and take it for another.
 */
struct json_object *json_out_copy(const struct json *j);

/* Add a value that json_out_*() just made; it belongs to the container from now on, also on
 * failure. */
void json_out_add(struct json_object *object, const char *key, struct json_object *value);
void json_out_append(struct json_object *array, struct json_object *value);

/*
 * Append the text; `pretty` gives each value a line and indents it by two spaces.
 * ERR_MEMORY if any part of the tree or of its text could not be made; what is in `b` is
 * then not whole.
 */
enum err json_out_write(
    struct buf *b, struct json_object *root, bool pretty) ERR_WARN_UNUSED;

void json_out_free(struct json_object *root);

#endif
