/*
 * Small JSON objects that are changed in place, as the parameters of a dimension, over
 * json-c: what is not touched stays as it was written. For commands, not for the service:
 * json-c 0.16 to 0.19 do not survive that an allocation fails. Ownership: a `struct
 * json_edit` is the caller's from json_edit_open() to json_edit_close(); a part that found
 * no memory makes json_edit_text() fail.
 */
#ifndef JSON_EDIT_H
#define JSON_EDIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct json_edit;

/* Begin with a text; an empty or absent one is an object without members. ERR_INPUT if it
 * is no JSON object, ERR_MEMORY. */
enum err json_edit_open(
    struct str text, struct json_edit **r, struct error *e) ERR_WARN_UNUSED;
void json_edit_close(struct json_edit *j); /* NULL is allowed */

/* Set a member to a text. */
void json_edit_set(struct json_edit *j, const char *key, struct str value);

/* Remove each member that `keep` does not want. */
void json_edit_keep(
    struct json_edit *j, bool (*keep)(void *context, struct str key), void *context);

/* The object as it is now, in the arena. ERR_MEMORY. */
enum err json_edit_text(
    struct json_edit *j, struct arena *a, struct str *r) ERR_WARN_UNUSED;

#endif
