/*
 * One task of a Label Studio export, typed: easy exports, snapshots, and the `completions`
 * of old ones. Results are in the caller's arena or point into the JSON tree and its text.
 */
#ifndef LABELSTUDIO_EXPORTTASK_H
#define LABELSTUDIO_EXPORTTASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labelstudio/exportfield.h"

/* The annotator: an id, an email, or both and more; neither if the export does not say. */
struct export_user {
	struct export_id id;
	struct str email;
	struct str first_name;
	struct str last_name;
	struct str username;
	struct str avatar;
};

/* Times are "YYYY-MM-DD HH:MM:SS.ffffff", UTC; absent if not given. */
struct export_annotation {
	uint32_t at; /* in the list of the export */
	struct export_id id;
	struct export_user completed_by;
	struct export_json result;
	bool was_cancelled; /* old: skipped */
	bool ground_truth;  /* old: honeypot */
	struct str created_at;
	struct str updated_at;
	struct str draft_created_at;
	struct export_number lead_time; /* seconds */
	struct str unique_id;
	struct str last_action;
	struct export_id import_id;
	struct export_id parent_prediction;
	struct export_id parent_annotation;
};

struct export_prediction {
	uint32_t at; /* in the list of the export */
	struct export_id id;
	bool id_only;		  /* the export has no more than the id */
	struct str model_version; /* absent (null) is not the same as empty */
	struct export_json result;
	struct export_number score;
	struct str created_at;
	struct str updated_at;
};

/* Room for the JSON path of a task in its file, "$[12]". */
#define EXPORT_PATH_ROOM 32

struct export_task {
	uint64_t number; /* in the file, from 1 */
	uint64_t offset; /* bytes of the file before it */
	uint64_t line;	 /* where it begins, from 1 */
	struct str text; /* as it stands in the file */
	char path[EXPORT_PATH_ROOM];
	struct export_id id;
	struct export_id inner_id;
	struct export_id project;
	struct export_id overlap;
	struct export_json data; /* an object, or not given */
	struct export_json meta;
	bool is_labeled;
	struct str created_at;
	struct str updated_at;
	bool partial; /* it comes with one of its annotations; others may be elsewhere */
	struct export_annotation *annotations;
	size_t n_annotations;
	struct export_prediction *predictions;
	size_t n_predictions;
};

/*
 * Reads a task: an object with data or annotations (old: completions), or an annotation of
 * a target storage, which has its task inside. `path` is its place ("$[12]"); number,
 * offset, line and text of *r are left alone. Unknown keys are ignored, drafts too. Ids may
 * be strings of digits, times seconds since 1970. What no matrix needs (lead_time,
 * inner_id, score, names, ..) is left out if its type is wrong. Of annotations with the
 * same id the one that was changed last is there, of predictions too. ERR_INPUT: neither of
 * them (the message names other forms of exports), a value of another type or out of range;
 * the message is "<path>: why" with the path of the very value, and r->id, where given, is
 * the task's. ERR_MEMORY. The rest of *r is undefined then.
 */
enum err export_task_read(struct arena *a, const struct json *task, const char *path,
    struct export_task *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Returns the value of an avatar's column: the path behind "/data/" in the URL of an
 * export. Absent if the URL is not Label Studio's own or is too long for the column.
 */
struct str export_avatar(struct str url);

#endif
