/*
 * Tasks as answers show them, and what their annotations say of people. Rows are in the
 * caller's arena.
 */
#ifndef STORE_TASKS_H
#define STORE_TASKS_H

#include "store/store.h"

struct store_task {
	int64_t id;
	int64_t project;
	int64_t inner_id;      /* 0: none */
	struct str data, meta; /* JSON; absent: none */
	struct str created_at; /* ISO 8601, UTC */
	struct str updated_at;
	bool is_labeled;
	int64_t overlap;
	int64_t total_annotations, cancelled_annotations, total_predictions;
};

/* Reads those of the tasks `ids` that are in the project, by id. Sends one statement for
 * each 64. */
enum err store_tasks(struct store *s, struct arena *a, int64_t project, const int64_t *ids,
    size_t n, struct store_task **r, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* Reads the project of a task. ERR_NOT_FOUND if there is no such task. */
enum err store_task_project(
    struct store *s, int64_t task, int64_t *r, struct error *e) ERR_WARN_UNUSED;

struct store_totals {
	int64_t annotations, predictions; /* as the tasks of a project have counted them */
};
enum err store_totals(struct store *s, int64_t project, struct store_totals *r,
    struct error *e) ERR_WARN_UNUSED;

/* Reads the ids of all who have annotated a project's tasks, cancelled annotations left
 * out, ascending. */
enum err store_annotators(struct store *s, struct arena *a, int64_t project, int64_t **r,
    size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* How long somebody took for an annotation. */
struct store_lead_time {
	int64_t user;
	double seconds;
};

/* Reads those of the annotations of the tasks from `first` to `last` that are not cancelled
 * and say it. */
enum err store_lead_times(struct store *s, struct arena *a, int64_t project, int64_t first,
    int64_t last, struct store_lead_time **r, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* An annotation or prediction of a task, as answers show it. */
struct store_said {
	bool is_prediction;
	int64_t id;
	struct str result; /* JSON; absent: none */
	int64_t by;	   /* of annotations: the user; 0: not known */
	struct str model;  /* of predictions */
	bool was_cancelled, ground_truth;
	struct str created_at, updated_at;
	bool has_number;
	double number; /* lead time of an annotation, score of a prediction */
};

/* Reads all of a task, cancelled ones too, annotations by id, then predictions by id.
 * ERR_LIMIT if their results have more than `max_bytes` (> 0) together. */
enum err store_said(struct store *s, struct arena *a, int64_t project, int64_t task,
    size_t max_bytes, struct store_said **r, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

#endif
