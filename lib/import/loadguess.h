/*
 * What a project is compared by after a load: its configuration says so, or, where that
 * cannot be used, the results that were loaded. Ownership: the caller's struct between
 * loadguess_begin() and loadguess_end(); texts handed in need to live only during the call.
 */
#ifndef IMPORT_LOADGUESS_H
#define IMPORT_LOADGUESS_H

#include "matrix/dimension.h"
#include "store/store.h"

struct loadguess {
	struct arena *arena;   /* of the rows */
	struct arena *scratch; /* of one result */
	bool has_config;       /* the configuration can be used, so nothing is guessed */
	struct dimension_rows rows; /* what the results suggest */
};

/* Begin with a configuration that is on its way to the database; absent: see
 * loadguess_project(). ERR_INPUT if it cannot be used, ERR_MEMORY. */
enum err loadguess_begin(
    struct loadguess *g, struct str label_config, struct error *e) ERR_WARN_UNUSED;
void loadguess_end(struct loadguess *g);

/* Look whether the project in the database has a usable configuration. ERR_DB_*. */
enum err loadguess_project(
    struct loadguess *g, struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

/* Learn from a result (JSON; absent: none) where there is no configuration. One that is no
 * JSON suggests nothing. ERR_MEMORY. */
enum err loadguess_result(struct loadguess *g, struct str text) ERR_WARN_UNUSED;

/* Bring the project's dimensions up to date. What is as it should be is not written. */
enum err loadguess_write(
    struct loadguess *g, struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

#endif
