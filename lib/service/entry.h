/*
 * What all handlers begin with: who asks, whether they may read the project, and its
 * dimensions; and how they end. Answers are in the request's arena.
 */
#ifndef SERVICE_ENTRY_H
#define SERVICE_ENTRY_H

#include "service/route.h"
#include "store/access.h"
#include "store/dimensions.h"

/* Ids of Label Studio are 32 bits wide; returns -1, which is nobody's, for a larger one and
 * for 0. */
int64_t entry_id(int64_t id);

/*
 * Looks the token of a call up, and, unless it is 0, the project, in one question. Returns
 * NULL, or what is wrong.
 */
const struct http_error_row *entry_look_up(
    const struct call *call, int64_t project, struct store_access *r);

/* Gives the dimensions of the project that was looked up, brought up to date with its
 * configuration. */
const struct http_error_row *entry_dimensions(const struct call *call, int64_t project,
    const struct store_access *access, struct store_dimension_list *r);

/* Returns the dimension of that id; NULL if there is none. */
const struct store_dimension *entry_dimension(
    const struct store_dimension_list *list, int64_t id);

/* Returns the row of a failure, and logs what a client is not told: the words of the
 * database. */
const struct http_error_row *entry_failed(enum err err, const struct error *e);

/* Says what is wrong with a parameter. Returns the row of a 400. */
const struct http_error_row *entry_invalid(
    const struct call *call, enum param param, const char *format, ...) ERR_PRINTF(3, 4);

/* Returns how the writing of an answer ended. */
const struct http_error_row *entry_written(const struct response *r);

#endif
