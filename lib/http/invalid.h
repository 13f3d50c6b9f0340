/*
 * What is wrong with the parameters of a request: messages with the path of the value that
 * each is about. Ownership: everything is in the arena that the list was made with.
 */
#ifndef HTTP_INVALID_H
#define HTTP_INVALID_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "json/write.h"

#define INVALID_DEPTH 4

/* The key of a problem with an object as a whole, in Django REST framework's words. */
#define INVALID_WHOLE "non_field_errors"

/* Where a value stands: {"filter", "owners", "ids", "0"}; ended by an absent piece if
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

/* An empty list whose parts will be taken from `a`. */
void invalid_init(struct invalid *v, struct arena *a);

/* `path` with `key` behind it; a path that is full stays as it is. */
struct invalid_path invalid_path(struct invalid_path path, struct str key);

/*
 * Add a message at the end. Problems below the same key must be added one after the other.
 * The pieces of `path` must live as long as the arena; the message is copied.
 */
void invalid_add(struct invalid *v, struct invalid_path path, const char *format, ...)
    ERR_PRINTF(3, 4);

/* Whether there is a problem, or would be if there were memory. */
bool invalid_any(const struct invalid *v);

/*
 * The nested object that Django REST framework sends:
 * {"filter":{"owners":{"all":["..."]}}}. Without memory for it the writer's buffer has
 * failed.
 */
void invalid_write(struct json_writer *w, const char *key, const struct invalid *v);

/*
 * The first problem in one line, for a terminal: "filter.owners.all: Must be a valid
 * boolean.". Returns ERR_INPUT, ERR_MEMORY if the list failed, or ERR_OK if there is none.
 */
enum err invalid_first(const struct invalid *v, struct error *e);

#endif
