/*
 * The list of projects, their settings of ours, and deleting one. The list is in the
 * caller's arena.
 */
#ifndef STORE_PROJECTS_H
#define STORE_PROJECTS_H

#include "store/import.h"
#include "store/store.h"

struct store_project_row {
	int64_t id;
	struct str title;
	int64_t organization;
	struct str organization_title; /* absent if there is no such organization */
	int64_t tasks, annotations, predictions;
};

/* Lists all projects by id, deleted ones included, or the one of `id` if that is not 0.
 * ERR_DB_*, ERR_MEMORY. */
enum err projects_list(struct store *s, struct arena *a, int64_t id,
    struct store_project_row **r, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* How a project's agreement is counted. */
struct store_settings {
	bool consensus;	  /* of a task; else pair by pair */
	double threshold; /* agreement below it is low; NaN: none is */
};

/* Reads the settings of a project; the defaults (pair by pair, no threshold) if none were
 * written. */
enum err projects_settings(struct store *s, struct arena *a, int64_t id,
    struct store_settings *r, struct error *e) ERR_WARN_UNUSED;
enum err projects_settings_put(struct store *s, int64_t id, const struct store_settings *v,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Deletes a project with its tasks, annotations, predictions and dimensions, in
 * transactions of a thousand rows, the project itself last: interrupted, it can be run
 * again. Users and the organization stay. *r counts rows. ERR_NOT_FOUND if there is no such
 * project, ERR_DB_*.
 */
enum err projects_delete(
    struct store *s, int64_t id, struct import_pruned *r, struct error *e) ERR_WARN_UNUSED;

#endif
