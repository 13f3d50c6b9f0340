/*
 * Reading JSON: the whole text becomes a tree of 16-byte nodes in an arena, in one pass.
 * Strict as RFC 8259: no NaN, no comments, no single quotes, no trailing commas; UTF-8 is
 * checked, lone surrogates are refused, nesting ends at JSON_DEPTH. Of two equal keys the
 * last one counts. Nodes live in the arena; strings without escapes point into the text
 * that was parsed, which must therefore live as long as the tree.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#define JSON_DEPTH 128

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INTEGER, /* a number without fraction or exponent, within int64 */
	JSON_REAL,    /* any other number; finite */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json_block;

struct json {
	enum json_kind type;
	uint32_t n; /* bytes of a string, elements of an array, members of an object */
	union {
		bool boolean;
		int64_t integer;
		double real;
		const char *string;
		const struct json_block *block;
	};
};

/* The inside of an array or object, and the text that it was read from. */
struct json_block {
	struct str text; /* from the opening to the closing bracket */
	/* Of an object of many members its keys in order, each once, to look them up; else
	 * NULL. */
	const struct json **keys;
	uint32_t n_keys;
	struct json items[]; /* an array's elements; an object's keys and values in turn */
};

/*
 * Parses one JSON text. Returns ERR_OK, ERR_INPUT (the message has line and column),
 * ERR_LIMIT for a string beyond 4 GiB, or ERR_MEMORY.
 */
enum err json_parse(struct arena *a, struct str text, const struct json **r,
    struct error *e) ERR_WARN_UNUSED;

/* Parses the same; *offset_r is the byte where it went wrong, or the length of the text. */
enum err json_parse_at(struct arena *a, struct str text, const struct json **r,
    size_t *offset_r, struct error *e) ERR_WARN_UNUSED;

/* Compares keys as they are sorted in an object, by length, then by bytes: < 0, 0, > 0.
 * Both are strings. */
int json_compare_keys(const struct json *a, const struct json *b);

/* Returns element i of an array. `array` must be one and i < n. */
const struct json *json_at(const struct json *array, uint32_t i);

/* Return key and value of member i of an object. */
struct str json_key(const struct json *object, uint32_t i);
const struct json *json_value(const struct json *object, uint32_t i);

/* Return the value of a key; NULL if `object` is NULL, no object, or has no such key. */
const struct json *json_get_str(const struct json *object, struct str key);
static inline const struct json *
json_get(const struct json *object, const char *key)
{
	return json_get_str(object, (struct str){key, strlen(key)});
}

/* Returns the text of a string; the absent one if `j` is NULL or no string. */
struct str json_str(const struct json *j);

/* Returns whether `j` is a number, and stores it in *r, integers converted. */
bool json_number(const struct json *j, double *r);

/*
 * Returns the text of a number that is a member of an object, as it was read: a double may
 * not hold it. The absent one if there is no such number, or its key was written with
 * escapes.
 */
struct str json_number_text(const struct json *object, const char *key);

/* Returns whether `j` is a number, or an array of one number, or a string that is a whole
 * number token. */
bool json_number_loose(const struct json *j, double *r);

/* Returns whether `j` is an integer (3, or 3.0), and stores it in *r. */
bool json_integer(const struct json *j, int64_t *r);

/* Returns whether `j` is true (NULL, null and everything else: false). */
bool json_true(const struct json *j);

/* Returns whether `j` is NULL or the null of JSON. */
bool json_is_null(const struct json *j);

/*
 * Compares by value: 1 equals 1.0, the order of members does not count, the order of
 * elements does.
 */
bool json_equal(const struct json *a, const struct json *b);

/* Returns a hash that agrees with json_equal(). */
uint64_t json_hash(const struct json *j);

/* Gives the text of a value: of arrays and objects as it was read, of scalars written anew.
 * ERR_MEMORY. */
enum err json_text(struct arena *a, const struct json *j, struct str *r) ERR_WARN_UNUSED;

/* Returns the name of a type for messages: "a string", "an object". */
const char *json_type_name(const struct json *j);

#endif
