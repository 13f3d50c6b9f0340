/*
 * System dimensions follow the labeling configuration by themselves.
 * Ownership: rows are in the arena handed in.
 */
#ifndef MATRIX_FOLLOW_H
#define MATRIX_FOLLOW_H

#include "matrix/dimension.h"
#include "store/store.h"

/*
 * Derive the dimensions of a project from its configuration and write them, whatever is
 * recorded. Without a usable configuration those that were derived from one become absent.
 * *r is the list as it is then. ERR_DB_DENIED if the account may not write; ERR_NOT_FOUND
 * if there is no such project; ERR_DB_*.
 */
enum err follow_config(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

/*
 * The dimensions as they should be now, given those that the table has and the fingerprints
 * of the configuration now and at the last writing (absent: never). Where these differ the
 * table is brought up to date; if the account may not write, the list is made in memory and
 * a warning logged, once.
 */
enum err follow_changes(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, struct str recorded, const struct store_dimension_list *now,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

/* The project's dimensions as they should be now; `p` (NULL is allowed) is what is known of
 * the project. Errors as of follow_changes(), ERR_NOT_FOUND if there is no such project. */
enum err follow_project(struct store *s, struct arena *a, int64_t project,
    struct store_project *p, struct store_dimension_list *r,
    struct error *e) ERR_WARN_UNUSED;

/* Whether no dimension comes from a configuration, so that results must suggest them. */
bool follow_needs_results(const struct store_dimension_list *list);

/*
 * Add to the list the dimensions that results suggest, and write those; as follow_changes()
 * where the account may not. ERR_MEMORY, ERR_DB_*.
 */
enum err follow_results(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, const struct result *const *results, size_t n,
    const struct store_dimension_list *now, struct store_dimension_list *r,
    struct error *e) ERR_WARN_UNUSED;

#endif
