/*
 * Single values as the fields of Django REST framework read them, with the messages of
 * those fields.
 */
#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct json;

#define FIELD_REQUIRED "This field is required."
#define FIELD_NULL "This field may not be null."
#define FIELD_BLANK "This field may not be blank."
#define FIELD_INTEGER "A valid integer is required."
#define FIELD_NUMBER "A valid number is required."
#define FIELD_LONG "String value too large."
#define FIELD_BOOLEAN "Must be a valid boolean."
#define FIELD_STRING "Not a valid string."
#define FIELD_NUL "Null characters are not allowed."
#define FIELD_JSON "Value must be valid JSON."

/*
 * Reads an integer as IntegerField does: white space around it, a sign and a fraction of
 * zeros ("3.0") are allowed. A number beyond int64 becomes the nearest one and sets
 * *beyond. Returns NULL, or a constant message.
 */
const char *field_integer(struct str s, int64_t *r, bool *beyond);

/* Reads a boolean as BooleanField does: true/false, yes/no, on/off, 1/0 in its spellings.
 * Returns NULL, or a constant message. */
const char *field_boolean(struct str s, bool *r);

/* Returns Python's name of the type of a JSON value: "str", "dict", "list", "int", "float",
 * "bool", "NoneType". */
const char *field_type_name(const struct json *j);

#endif
