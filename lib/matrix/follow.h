/*
 * Keeps system dimensions in step with the labeling configuration. Rows are in the caller's
 * arena.
 */
#ifndef MATRIX_FOLLOW_H
#define MATRIX_FOLLOW_H

#include "matrix/dimension.h"
#include "store/store.h"

/*
 * Derives the dimensions of a project from its configuration and writes them, whatever is
 * recorded. Without a usable configuration those that were derived from one become absent.
 * *r is the list as it is then. ERR_DB_DENIED if the account may not write; ERR_NOT_FOUND
 * if there is no such project; ERR_DB_*.
 */
enum err follow_config(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Gives the up-to-date dimensions, from those in the table and the fingerprints of the
 * configuration now and at the last writing (absent: never). Updates the table where these
 * differ; if the account may not write, makes the list in memory and logs a warning, once.
 */
enum err follow_changes(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, struct str recorded, const struct store_dimension_list *now,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

/* Gives the up-to-date dimensions of a project; *p (NULL is allowed) becomes its row.
 * Errors as of follow_changes(), ERR_NOT_FOUND if there is no such project. */
enum err follow_project(struct store *s, struct arena *a, int64_t project,
    struct store_project *p, struct store_dimension_list *r,
    struct error *e) ERR_WARN_UNUSED;

/* Returns whether no dimension comes from a configuration, so that results must suggest
 * them. */
bool follow_needs_results(const struct store_dimension_list *list);

/*
 * Adds to the list the dimensions that results suggest, and writes those; like
 * follow_changes() where the account may not. ERR_MEMORY, ERR_DB_*.
 */
enum err follow_results(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, const struct result *const *results, size_t n,
    const struct store_dimension_list *now, struct store_dimension_list *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
