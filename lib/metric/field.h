/*
 * Reads the fields of a result item for a metric; every failure names the JSON path. Texts
 * point into the document.
 */
#ifndef METRIC_FIELD_H
#define METRIC_FIELD_H

#include "base/error.h"
#include "json/json.h"
#include "labelstudio/result.h"

/* Largest magnitude of a coordinate: its square and the sums of squares stay finite. */
#define FIELD_MAX 1e100

/* Writes "$[index].value.key: problem" into `e`. Returns ERR_INPUT. */
enum err field_error(
    const struct item *item, const char *key, const char *problem, struct error *e);

/* Gives the item's `value`, an object; ERR_INPUT if it is none. */
enum err field_value(const struct item *item, struct error *e) ERR_WARN_UNUSED;

/* Reads a number of the value, |*r| <= FIELD_MAX; ERR_INPUT if it is missing, no number, or
 * too large. */
enum err field_number(
    const struct item *item, const char *key, double *r, struct error *e) ERR_WARN_UNUSED;

/* Reads a number as field_number() does; a missing or null field gives `otherwise`. */
enum err field_number_or(const struct item *item, const char *key, double otherwise,
    double *r, struct error *e) ERR_WARN_UNUSED;

/* Reads a number of `object`, which is at `key`[i] of the value, as field_number() does. */
enum err field_element_number(const struct item *item, const char *key, uint32_t i,
    const struct json *object, const char *name, double *r,
    struct error *e) ERR_WARN_UNUSED;

/* Gives a list of the value; ERR_INPUT if it is missing or no list. */
enum err field_list(const struct item *item, const char *key, const struct json **r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Copies an object with another value of a key that it has. One with so many members that
 * they have an index is none of Label Studio's, and stays as it is. ERR_MEMORY.
 */
enum err field_replaced(struct arena *a, const struct json *object, const char *key,
    const struct json *value, const struct json **r) ERR_WARN_UNUSED;

/* Gives the part of an item that counts where it is compared as a whole: its value, or the
 * chat message in it, without the time of writing. ERR_MEMORY. */
enum err field_compared(
    struct arena *a, const struct item *item, const struct json **r) ERR_WARN_UNUSED;

#endif
