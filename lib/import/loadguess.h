/*
 * The dimensions of a project after a load: those of its configuration, or, where that
 * cannot be used, those that the loaded results suggest.
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

/* Begins with a configuration that is about to be written to the database; absent: see
 * loadguess_project(). ERR_INPUT if it cannot be used, ERR_MEMORY. */
enum err loadguess_begin(
    struct loadguess *g, struct str label_config, struct error *e) ERR_WARN_UNUSED;
void loadguess_end(struct loadguess *g);

/* Reads whether the project in the database has a usable configuration. ERR_DB_*. */
enum err loadguess_project(
    struct loadguess *g, struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

/* Learns from a result (JSON; absent: none) where there is no configuration. One that is no
 * JSON suggests nothing. ERR_MEMORY. */
enum err loadguess_result(struct loadguess *g, struct str text) ERR_WARN_UNUSED;

/* Brings the project's dimensions up to date. Writes only what differs. */
enum err loadguess_write(
    struct loadguess *g, struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

#endif
