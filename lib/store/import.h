/*
 * Writes what an export has. Every function is an upsert by the export's own id: running it
 * twice changes nothing. Callers put batches between store_begin() and store_commit().
 */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "store/evidence.h"
#include "store/store.h"

enum import_change {
	IMPORT_UNCHANGED,
	IMPORT_INSERTED,
	IMPORT_UPDATED,
	IMPORT_CHANGE__MAX
};

/* Times are "YYYY-MM-DD HH:MM:SS[.ffffff]", UTC; absent: now, and left alone where a row is
 * there. */

/* Writes an organization named `title`; id 0: the first there is, else a new one. *id_r is
 * its id. */
enum err import_organization(struct store *s, int64_t id, struct str title, int64_t *id_r,
    enum import_change *change_r, struct error *e) ERR_WARN_UNUSED;

struct import_user {
	int64_t id;	     /* 0: unknown */
	struct str email;    /* absent: unknown; then a user that is new gets
				user-<id>@export.invalid */
	struct str username; /* absent texts are left as they are, or empty */
	struct str first_name;
	struct str last_name;
	struct str avatar;
};

/* A user as the database has them. */
struct import_person {
	int64_t id; /* to write into annotations */
	enum import_change change;
	bool made_up;	/* known by a number alone: the email is made up */
	int64_t merged; /* the made-up user that they were taken for; 0: none */
};

/* The project of an export: a user's id is unique only among the exports of one project. */
struct import_origin {
	int64_t organization, project;
};

/*
 * Writes a user, and their member row in the organization if they never had one. The email
 * identifies the user; then the id, as the project's exports have used it so far. Else the
 * user is new, and keeps the id if it is free here. When the number of a made-up user turns
 * out to be another user's, that user gets the annotations that the project's exports
 * credited to the made-up one. ERR_INPUT if neither id nor email is known.
 */
enum err import_user(struct store *s, const struct import_origin *from,
    const struct import_user *u, struct import_person *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Returns whether an address was made up, for a user that an export has only the number of.
 */
bool import_made_up(struct str email);

/*
 * Returns the username of a user without one: the part of an address before its first @.
 */
struct str import_username(struct str email);

struct import_project {
	int64_t id; /* 0: a new one */
	int64_t organization;
	int64_t created_by;	    /* 0: nobody */
	struct str title;	    /* absent: left as it is; cut at 50 characters */
	struct str description;	    /* the same */
	struct str label_config;    /* the same */
	struct str control_weights; /* JSON; the same */
};

/* Writes a project; *id_r is its id. ERR_INPUT if it exists in another organization. */
enum err import_project(struct store *s, const struct import_project *p, int64_t *id_r,
    enum import_change *change_r, struct error *e) ERR_WARN_UNUSED;

struct import_task {
	int64_t id; /* > 0 */
	int64_t project;
	/* What is not given is left as it is, or {}, 1 or NULL in a new row. */
	int64_t inner_id; /* 0: not given */
	struct str data;  /* JSON object */
	struct str meta;  /* JSON */
	struct str created_at, updated_at;
	int64_t overlap; /* 0: not given */
	/* Of a new row; see import_totals(). */
	int64_t total_annotations; /* not cancelled */
	int64_t cancelled_annotations;
	int64_t total_predictions;
};

/* Writes a task. ERR_INPUT if it exists in another project. */
enum err import_task(struct store *s, const struct import_task *t,
    enum import_change *change_r, struct error *e) ERR_WARN_UNUSED;

/* Sets the totals of a project's tasks from id `first` to `last` to what the database has;
 * *changed_r is how many had others. */
enum err import_totals(struct store *s, int64_t project, int64_t first, int64_t last,
    uint64_t *changed_r, struct error *e) ERR_WARN_UNUSED;

struct import_annotation {
	int64_t id; /* > 0 */
	int64_t project, task;
	int64_t completed_by; /* 0: unknown */
	bool was_cancelled, ground_truth;
	struct str result; /* JSON; absent: NULL */
	int64_t result_count;
	struct str created_at, updated_at;
	/* What is not given is left as it is. */
	double lead_time;			      /* seconds; negative: not given */
	int64_t parent_prediction, parent_annotation; /* 0: not given */
};

/* Writes an annotation. ERR_INPUT if it exists in another project or task. */
enum err import_annotation(struct store *s, const struct import_annotation *t,
    enum import_change *change_r, struct error *e) ERR_WARN_UNUSED;

struct import_prediction {
	int64_t id; /* > 0 */
	int64_t project, task;
	struct str model_version; /* absent: NULL */
	struct str result;	  /* JSON; absent: NULL */
	bool has_score;		  /* else it is left as it is */
	double score;
	struct str created_at, updated_at;
};

/* Writes a prediction. ERR_INPUT if it exists in another project or task. */
enum err import_prediction(struct store *s, const struct import_prediction *t,
    enum import_change *change_r, struct error *e) ERR_WARN_UNUSED;

/* The ids of one kind that an export has. */
struct import_ids {
	const int64_t *ids; /* ascending */
	size_t n;
};

struct import_pruned {
	uint64_t tasks, annotations, predictions;
};

/*
 * Deletes tasks (with all that belongs to them), annotations and predictions of the project
 * that the export does not have; in transactions of its own, a thousand rows each. *r
 * counts them.
 */
enum err import_prune(struct store *s, int64_t project, const struct import_ids *tasks,
    const struct import_ids *annotations, const struct import_ids *predictions,
    struct import_pruned *r, struct error *e) ERR_WARN_UNUSED;

#endif
