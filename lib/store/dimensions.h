/*
 * The dimensions of a project, and the configuration that they follow. Rows and texts are
 * in the caller's arena.
 */
#ifndef STORE_DIMENSIONS_H
#define STORE_DIMENSIONS_H

#include "store/columns.h"
#include "store/store.h"

/* Characters that the columns of a control's name and of its element take. */
#define STORE_NAME_MAX 512
#define STORE_TYPE_MAX 128

struct store_dimension {
	int64_t id;
	int64_t project;
	struct str name;
	struct str description; /* absent: none */
	struct str
	    control_tag; /* name of the control in the labeling configuration (from_name) */
	struct str control_type; /* its element: "RectangleLabels" */
	struct str object_type;	 /* element of its object: "Image"; absent if unknown */
	bool per_region;
	struct str extraction_method; /* absent: none */
	struct str extraction_params; /* JSON; absent: none */
	struct str metric_type;
	struct str metric_params; /* JSON object; absent: none */
	bool is_active;		  /* set by a user or the configuration .. */
	bool is_present; /* .. and whether the control is in the configuration: counted only
			    if both */
	bool is_categorical;
	bool is_user_defined;
	int64_t order;
	struct str values_enum;	  /* JSON array of labels; absent: none */
	double weight;		  /* >= 0 */
	struct str label_weights; /* JSON object label -> weight; absent: all 1 */
	struct str created_at;	  /* ISO 8601, UTC: 2024-05-01T10:00:00.000000Z */
	struct str updated_at;
	int64_t created_by; /* user id; 0: nobody */
	unsigned user_set;  /* bits of enum store_dimension_field (columns.h): following the
			       configuration leaves these columns alone */
};

struct store_dimension_list {
	const struct store_dimension *items; /* by order, then id */
	size_t n;
};

/* Reads all dimensions of a project. */
enum err store_dimensions(struct store *s, struct arena *a, int64_t project,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

struct store_project {
	int64_t id;
	int64_t organization; /* 0: none */
	struct str title;
	struct str label_config;    /* XML; absent: none */
	struct str control_weights; /* JSON; absent: none */
	struct str fingerprint;	    /* of the two before; of one reading with them */
	struct str recorded; /* the one recorded at the last store_dimensions_sync(); absent
				if never */
};

/* Reads a project. ERR_NOT_FOUND if it does not exist or is deleted. */
enum err store_project(struct store *s, struct arena *a, int64_t project,
    struct store_project *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Makes the system dimensions of a project those of `wanted`, as following_make() says, and
 * record `fingerprint`, all in one transaction of its own that runs in one worker at a
 * time. *r is the list as it is then. ERR_DB_DENIED if the account may not write: nothing
 * was changed.
 */
enum err store_dimensions_sync(struct store *s, struct arena *a, int64_t project,
    struct str fingerprint, const struct store_dimension *wanted, size_t n, bool complete,
    struct store_dimension_list *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Sets the columns of `fields` (bits of enum store_dimension_field), from `d`, of the
 * dimension d->id of d->project for a user. ERR_NOT_FOUND if that project has no such
 * dimension.
 */
enum err store_dimension_set(struct store *s, const struct store_dimension *d,
    unsigned fields, struct error *e) ERR_WARN_UNUSED;

/* Adds a dimension of a user to d->project; *id_r is its id. */
enum err store_dimension_add(struct store *s, const struct store_dimension *d,
    int64_t *id_r, struct error *e) ERR_WARN_UNUSED;

/* Deletes a dimension that a user made. ERR_NOT_FOUND if that project has no such
 * dimension. */
enum err store_dimension_remove(
    struct store *s, int64_t project, int64_t id, struct error *e) ERR_WARN_UNUSED;

#endif
