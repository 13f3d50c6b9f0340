/*
 * Small JSON objects that are changed in place, as the parameters of a dimension, over
 * json-c: what is not touched stays as it was written. For commands, not for the service:
 * json-c 0.16 to 0.19 do not survive a failed allocation. json_edit_close() frees what
 * json_edit_open() made; a change that found no memory makes json_edit_text() fail.
 */
#ifndef JSON_EDIT_H
#define JSON_EDIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct json_edit;

/* Parses a text; an empty or absent one is an object without members. ERR_INPUT if it is
 * not a JSON object, ERR_MEMORY. */
enum err json_edit_open(
    struct str text, struct json_edit **r, struct error *e) ERR_WARN_UNUSED;
void json_edit_close(struct json_edit *j); /* NULL is allowed */

/* Sets a member to a text. */
void json_edit_set(struct json_edit *j, const char *key, struct str value);

/* Removes each member for which `keep` returns false. */
void json_edit_keep(
    struct json_edit *j, bool (*keep)(void *context, struct str key), void *context);

/* Writes the object as it is now into the arena. ERR_MEMORY. */
enum err json_edit_text(
    struct json_edit *j, struct arena *a, struct str *r) ERR_WARN_UNUSED;

#endif
