/*
 * The scores that are kept with tasks, one row each. What the bytes are is not known here.
 * Answers are in the caller's arena.
 */
#ifndef STORE_SCORES_H
#define STORE_SCORES_H

#include "store/projects.h"
#include "store/store.h"

struct store_scores {
	int64_t project, task;
	struct str fingerprint;	  /* 32 hexadecimal digits; absent: nothing is kept */
	struct str bytes, labels; /* of the scores, and of the labels that belong to them */
};

struct store_scores_list {
	struct store_scores *items; /* by task */
	size_t n;
	bool last; /* there are no tasks after these */
};

/*
 * Writes rows, in place of those that are there, in one transaction of its own; `list` is
 * sorted. A transaction that lost against another wrote nothing: the other wrote newer
 * ones. ERR_DB_DENIED if the account may not, ERR_DB_*.
 */
enum err store_scores_put(
    struct store *s, struct store_scores *list, size_t n, struct error *e) ERR_WARN_UNUSED;

/* Reads the next STMT_PAGE_ROWS tasks of a project after the id `after`, with the
 * fingerprints of what is kept and without its bytes. */
enum err store_scores_page(struct store *s, struct arena *a, int64_t project, int64_t after,
    struct store_scores_list *r, struct error *e) ERR_WARN_UNUSED;

/* What store_scores_read() reads, and who takes it. */
struct store_scores_reader {
	bool labels; /* also these */
	bool rows;   /* rows alone, also of tasks that are gone; else all tasks */
	/* Called by task; what it is given is gone when it returns. It must not use the
	 * store. An error ends the reading. */
	enum err (*visit)(void *context, const struct store_scores *row, struct error *e);
	void *context;
};

/* Reads all tasks or rows of a project, with the bytes, and scratch memory of `a`.
 * ERR_DB_*, ERR_MEMORY, what visit() returns. */
enum err store_scores_read(struct store *s, struct arena *a, int64_t project,
    const struct store_scores_reader *to, struct error *e) ERR_WARN_UNUSED;

/* Deletes the rows of tasks that are gone. ERR_DB_DENIED if the account may not. */
enum err store_scores_clean(
    struct store *s, int64_t project, struct error *e) ERR_WARN_UNUSED;

/*
 * What tells that tables were not changed since: when each was made and changed last. A
 * text is absent if that is not known for sure: a server forgets it when it starts, and a
 * change within the last seconds could have the same time as one to come.
 */
struct store_changes {
	struct str evidence; /* tasks, annotations, predictions */
	struct str shown;    /* scores that are kept, users and members */
	/* What is noted of the project: store_current(), projects_settings(). */
	struct str current;
	struct store_settings settings;
};
enum err store_changes(struct store *s, struct arena *a, int64_t project,
    struct store_changes *r, struct error *e) ERR_WARN_UNUSED;

/* Read and write the text that was left when a project's scores were current; absent: none.
 * Writing needs a row in agreement_project, as all projects have that were looked at. */
enum err store_current(struct store *s, struct arena *a, int64_t project, struct str *r,
    struct error *e) ERR_WARN_UNUSED;
enum err store_current_put(
    struct store *s, int64_t project, struct str text, struct error *e) ERR_WARN_UNUSED;

#endif
