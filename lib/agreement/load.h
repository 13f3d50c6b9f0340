/*
 * Loading an export into the store, task by task, in batches of one transaction each.
 * Loading the same again changes nothing; after an interruption the next run ends in the
 * same state. Ownership: the caller's struct between load_begin() and load_end(); what it
 * learns is in its arena.
 */
#ifndef AGREEMENT_LOAD_H
#define AGREEMENT_LOAD_H

#include "agreement/dimension.h"
#include "labelstudio/exporttask.h"
#include "store/import.h"
#include "store/store.h"

struct load_options {
	int64_t project;	 /* 0: as the tasks say, else a new one */
	int64_t organization;	 /* 0: the first there is, else a new one */
	struct str title;	 /* absent: left as it is */
	struct str label_config; /* absent: left as it is */
	bool prune;		 /* delete what the export has not */
	bool keep_going;	 /* pass over tasks that cannot be loaded */
};

enum load_noun { LOAD_TASKS, LOAD_ANNOTATIONS, LOAD_PREDICTIONS, LOAD_USERS, LOAD__MAX };

/* Ids of one kind, for pruning. */
struct load_ids {
	int64_t *list;
	size_t n, room;
};

struct load {
	struct store *store;
	struct arena *arena;
	struct load_options options;
	int64_t project; /* 0: not known yet */
	int64_t organization;
	uint64_t count[LOAD__MAX][IMPORT_CHANGE__MAX];
	uint64_t skipped;  /* tasks passed over */
	uint64_t ids_only; /* predictions of which the export has the id alone */
	struct import_pruned pruned;
	struct load_ids ids[LOAD_USERS]; /* by noun; kept for pruning alone */
	struct dimension_rows guessed;	 /* what the results suggest */
	struct load_person *people;	 /* a hash table of who is known already */
	size_t n_people, room_people;
	size_t batch_tasks, batch_bytes;
	bool in_batch;
};

/* Begin. ERR_INPUT if the labeling configuration cannot be used, ERR_MEMORY. */
enum err load_begin(struct load *l, struct store *s, const struct load_options *o,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Load one task. On any error what the batch has so far is undone and the load is over;
 * with keep_going a task that cannot be loaded (ERR_INPUT) is undone alone, and the load
 * goes on.
 */
enum err load_task(
    struct load *l, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/* Count a task that could not even be read, and that is passed over. */
void load_skip(struct load *l);

/* Commit the last batch, make the project if there was no task, prune, bring the dimensions
 * up to date. */
enum err load_finish(struct load *l, struct error *e) ERR_WARN_UNUSED;

/* Undo a batch that is open, and free everything. */
void load_end(struct load *l);

#endif
