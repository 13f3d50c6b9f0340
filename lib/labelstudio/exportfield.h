/*
 * The members of an export's objects, typed by a table: one row a key. Values are in the
 * arena of the place or point into the JSON tree and its text.
 */
#ifndef LABELSTUDIO_EXPORTFIELD_H
#define LABELSTUDIO_EXPORTFIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/json.h"

/* An id or a count, >= 0; exports may leave it out or write null. value is 0 if it is not
 * given. */
struct export_id {
	bool given;
	int64_t value;
};

struct export_number {
	bool given;
	double value;
};

/* Any JSON; left out or null: json is NULL and text absent. */
struct export_json {
	const struct json *json;
	struct str text; /* as it stands in the export */
};

enum export_type {
	EXPORT_ID,     /* struct export_id, also from a string of digits */
	EXPORT_NUMBER, /* struct export_number, also from a string */
	EXPORT_BOOL,   /* bool; copies of database tables write 0 and 1 */
	EXPORT_TEXT,   /* struct str; numbers as their text: model versions are written as 1
			  or 2.5 */
	EXPORT_TIME,   /* struct str, "YYYY-MM-DD HH:MM:SS.ffffff" in UTC; from ISO 8601 or
			  seconds since 1970 */
	EXPORT_JSON,   /* struct export_json */
	EXPORT_OBJECT, /* struct export_json, and it must be an object */
	EXPORT_TYPE__MAX
};

struct export_field {
	const char *key;
	const char *old_key; /* looked for if `key` is missing or null; NULL: none */
	enum export_type type;
	bool spare;    /* not needed: a value of another type counts as missing */
	size_t offset; /* of the value in the record */
};

/* The object that is read. */
struct export_place {
	struct arena *arena;
	struct error *error; /* may be NULL */
	const char *path;    /* "$[12].annotations[0]" */
};

/*
 * Reads the members that the table names into a record; those that are missing or null
 * leave it as it is. ERR_INPUT: "<path>.<key>: must be .., is .."; ERR_MEMORY.
 */
enum err export_fields_read(const struct export_place *p, const struct json *object,
    const struct export_field *fields, size_t n, void *record) ERR_WARN_UNUSED;

/* Reads one value of a type into *at. ERR_INPUT without a message if it is none;
 * ERR_MEMORY. */
enum err export_value_read(
    struct arena *a, enum export_type type, const struct json *j, void *at) ERR_WARN_UNUSED;

/*
 * Returns the value of *key, or of old_key (then *key becomes it). NULL if neither is
 * there, or null.
 */
const struct json *export_member(
    const struct json *object, const char **key, const char *old_key);

/* Notes "<path>.<key>: must be <what>, is <the value>"; key "" is the object itself.
 * Returns the error. */
enum err export_refuse(const struct export_place *p, const char *key, const char *what,
    const struct json *value);

#endif
