/*
 * Walks over the text of a JSON value, token by token, and knows the path of each: for
 * texts that no parser takes, and for finding little in a long text. Nothing is checked; of
 * what is no JSON it makes the best. Texts point into the text that is walked.
 */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define JSON_WALK_DEPTH 128

enum json_token {
	JSON_TOKEN_END,
	JSON_TOKEN_OPEN, /* the bracket alone */
	JSON_TOKEN_CLOSE,
	JSON_TOKEN_STRING, /* with its quotes */
	JSON_TOKEN_WORD	   /* a number, true, NaN, .. */
};

/* An open array or object. */
struct json_walk_level {
	bool array;
	bool key_next;	/* in an object: what comes is a key */
	uint64_t index; /* of the value, in an array */
	struct str
	    key; /* of the value, in an object, as it is written between the quotes */
};

struct json_walk {
	const char *p, *end;
	size_t depth; /* open brackets; levels beyond JSON_WALK_DEPTH are counted alone */
	struct json_walk_level level[JSON_WALK_DEPTH];
};

void json_walk_begin(struct json_walk *w, struct str text);

/* Returns the next token that is no key. After OPEN the path is that of the array or
 * object, whose first value comes next; before CLOSE that of its last value. */
enum json_token json_walk_next(struct json_walk *w, struct str *token_r);

/* Returns the key that the value at hand has in the object on that level, from 0; absent in
 * an array. */
struct str json_walk_key(const struct json_walk *w, size_t level);

/* Goes over the rest of the array or object that was opened last. */
void json_walk_leave(struct json_walk *w);

/* Returns the path of the first token that ends behind `offset`, after `root`:
 * "$[3].data.text". *token_r is that token. NULL without memory. */
const char *json_walk_path(
    struct arena *a, struct str text, size_t offset, const char *root, struct str *token_r);

#endif
