/*
 * What is wrong with the parameters of a request: messages, each with the path of the value
 * that it is about. All of a list is in the arena of invalid_init().
 */
#ifndef HTTP_INVALID_H
#define HTTP_INVALID_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/write.h"

#define INVALID_DEPTH 4

/* Django REST framework's key for a problem with an object as a whole. */
#define INVALID_WHOLE "non_field_errors"

/* The place of a value: {"filter", "owners", "ids", "0"}; ended by an absent piece if it is
 * shorter. */
struct invalid_path {
	struct str key[INVALID_DEPTH];
};

struct invalid_problem {
	struct invalid_problem *next;
	struct invalid_path path;
	struct str message;
};

struct invalid {
	struct arena *arena;
	struct invalid_problem *first, **last;
	size_t n;
	bool failed; /* no memory: the list is not whole */
};

/* Makes an empty list in `a`. */
void invalid_init(struct invalid *v, struct arena *a);

/* Returns `path` with `key` behind it; a path that is full stays as it is. */
struct invalid_path invalid_path(struct invalid_path path, struct str key);

/*
 * Adds a message at the end. Problems below the same key must be added one after the other.
 * The pieces of `path` must live as long as the arena; the message is copied.
 */
void invalid_add(struct invalid *v, struct invalid_path path, const char *format, ...)
    ERR_PRINTF(3, 4);

/* Whether there is a problem, or there was no memory for one. */
bool invalid_any(const struct invalid *v);

/*
 * Writes the nested object that Django REST framework sends:
 * {"filter":{"owners":{"all":["..."]}}}. If there is no memory, the buffer of the writer
 * has failed.
 */
void invalid_write(struct json_writer *w, const char *key, const struct invalid *v);

/*
 * Writes the first problem into `e` in one line: "filter.owners.all: Must be a valid
 * boolean.". Returns ERR_INPUT; ERR_MEMORY if the list failed; ERR_OK if there is none.
 */
enum err invalid_first(const struct invalid *v, struct error *e);

#endif
