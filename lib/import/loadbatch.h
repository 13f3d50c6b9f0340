/*
 * Tasks of an export as the rows that they become, kept until they are written: a
 * transaction that lost against another can then be tried again. Texts are copies in the
 * batch's arena, until loadbatch_clear().
 */
#ifndef IMPORT_LOADBATCH_H
#define IMPORT_LOADBATCH_H

#include "labelstudio/export.h"
#include "store/import.h"

struct loadbatch_annotation {
	size_t at;		      /* in the list of the export */
	struct import_annotation row; /* project and completed_by are known when written */
	struct import_user by;	      /* id 0 without email: the export does not say */
};

struct loadbatch_prediction {
	size_t at;
	struct import_prediction row; /* project is known when written */
	bool id_only;		      /* the export has no more than the id */
};

struct loadbatch_task {
	struct loadbatch_task *next;
	struct export_task place; /* where it stands in the file: no texts, no lists */
	int64_t named;		  /* the project that the export says; 0: it does not */
	bool refused;		  /* the database refuses it: skipped */
	struct import_task row;
	struct loadbatch_annotation *annotations;
	size_t n_annotations;
	struct loadbatch_prediction *predictions;
	size_t n_predictions;
	size_t n_nameless; /* predictions without id, which have no row */
};

struct loadbatch {
	struct arena *arena;
	struct loadbatch_task *first, *last;
	size_t n;
	size_t bytes; /* of texts */
	bool failed;  /* a copy found no memory */
};

/* Makes an empty batch. ERR_MEMORY. */
enum err loadbatch_begin(struct loadbatch *b) ERR_WARN_UNUSED;
void loadbatch_end(struct loadbatch *b);

/*
 * Adds a task. ERR_INPUT, with the place in the file and the JSON path, if something has no
 * usable id, or does not fit into its column: the batch is as it was. ERR_MEMORY.
 */
enum err loadbatch_add(
    struct loadbatch *b, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/* Forgets all tasks. */
void loadbatch_clear(struct loadbatch *b);

#endif
