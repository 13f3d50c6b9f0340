/*
 * Loads exports into the store, task by task, in batches of one transaction each. Loading
 * the same again changes nothing; after an interruption the next run ends in the same
 * state. The texts of the options must live until load_end().
 */
#ifndef IMPORT_LOAD_H
#define IMPORT_LOAD_H

#include "import/loadbatch.h"
#include "import/loadguess.h"
#include "import/loadpeople.h"
#include "labelstudio/exporttask.h"
#include "store/import.h"
#include "store/store.h"

struct load_options {
	int64_t project;	 /* 0: as the tasks say, else a new one */
	int64_t organization;	 /* 0: the first there is, else a new one */
	struct str title;	 /* absent: left as it is */
	struct str label_config; /* absent: left as it is */
	bool prune;		 /* delete what the exports do not have */
	bool keep_going;	 /* skip tasks that the database refuses */
	/* Called for each of these; why->text has the place in the file. May be NULL. */
	void (*refused)(void *context, const struct error *why);
	void *context;
};

enum load_noun { LOAD_TASKS, LOAD_ANNOTATIONS, LOAD_PREDICTIONS, LOAD_USERS, LOAD__MAX };

/* Ids of one kind, for pruning. */
struct load_ids {
	int64_t *list;
	size_t n, room;
};

/* What was written, and is committed but for the batch at hand. */
struct load_tally {
	uint64_t count[LOAD_USERS][IMPORT_CHANGE__MAX];
	uint64_t ids_only;  /* predictions of which the export has only the id */
	uint64_t of_nobody; /* annotations without an author */
	uint64_t nameless;  /* predictions without id, as very old exports have them */
};

struct load {
	struct store *store;
	struct load_options options;
	struct loadbatch batch;
	struct loadpeople people;
	struct loadguess guess;
	int64_t project; /* 0: not known yet */
	int64_t organization;
	bool made; /* the project is committed */
	struct load_tally tally;
	uint64_t skipped; /* tasks passed over */
	struct import_pruned pruned;
	struct load_ids ids[LOAD_USERS]; /* by noun; kept for pruning alone */
};

/* Begins. ERR_INPUT if the labeling configuration cannot be used, ERR_MEMORY. */
enum err load_begin(struct load *l, struct store *s, const struct load_options *o,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Takes one task into the batch. ERR_INPUT if the task has no usable ids; it is not taken,
 * and the load can go on. ERR_MEMORY.
 */
enum err load_task(
    struct load *l, const struct export_task *t, struct error *e) ERR_WARN_UNUSED;

/* Returns whether load_flush() is due. */
bool load_full(const struct load *l);

/*
 * Writes the batch, all or nothing; called when load_full(), and at the end of each file.
 * With keep_going, tasks that the database refuses are skipped, and `refused` called for
 * each. A transaction that lost against another is tried again. After an error the load is
 * over. ERR_INPUT and ERR_LIMIT name the place, ERR_DB_*.
 */
enum err load_flush(struct load *l, struct error *e) ERR_WARN_UNUSED;

/* Counts a skipped task that could not be read or taken. */
void load_skip(struct load *l);

/*
 * Called after the last load_flush(). Makes the project if it was named and there was no
 * task, prunes, and brings the dimensions up to date. ERR_INPUT if nothing may be pruned
 * because tasks were passed over; ERR_DB_*.
 */
enum err load_finish(struct load *l, struct error *e) ERR_WARN_UNUSED;

/* Counts the rows of a kind that were inserted, updated or left alone; users once each.
 * ERR_MEMORY. */
enum err load_count(const struct load *l, enum load_noun noun,
    uint64_t count[IMPORT_CHANGE__MAX]) ERR_WARN_UNUSED;

/* Frees everything; a batch that was not written is dropped. */
void load_end(struct load *l);

#endif
