/*
 * The ways that commands take through the tasks of export files: once in outline, to know
 * who takes part, then whole, with those that are in several places joined. What it notes
 * is in the arena of exportwalk_begin().
 */
#ifndef BIN_EXPORTWALK_H
#define BIN_EXPORTWALK_H

#include "command.h"
#include "offline/offline.h"

struct exportwalk {
	/* Set by the caller; the rest is zero. */
	const struct command *command; /* for messages */
	char **files;		       /* "-": standard input */
	int n;
	bool keep_going; /* name and pass over what cannot be read */
	struct offline *offline;

	int *copies; /* of files that cannot be read twice: a descriptor each, else -1 */
	const char *path;   /* of the file at hand, for messages */
	uint64_t before;    /* tasks of the files before it */
	int64_t largest;    /* id of a task */
	uint64_t of_nobody; /* annotations that do not say whose they are */
	uint64_t ids_only;  /* predictions of which the export has the id alone */
	uint64_t skipped;   /* tasks */
	bool bad_file;	    /* one could not be read, or not to its end */
	bool walked;	    /* whole tasks were visited before */
};

/* Begins. ERR_MEMORY. */
enum err exportwalk_begin(struct exportwalk *w, struct arena *a) ERR_WARN_UNUSED;

/* Begins the offline part with the labeling configuration of a file; NULL: there is none.
 * Errors as of session_read_text() and offline_begin(). */
enum err exportwalk_config(struct exportwalk *w, struct arena *a, const char *path,
    struct error *e) ERR_WARN_UNUSED;

/* Surveys all tasks. Errors of reading name the file. */
enum err exportwalk_survey(struct exportwalk *w, struct error *e) ERR_WARN_UNUSED;

/* Called for each whole task, whose memory and arena are then taken back. */
struct exportwalk_visitor {
	bool (*wants)(void *context, const struct export_task *t); /* NULL: all */
	enum err (*visit)(void *context, struct arena *a, const struct export_task *t);
	void *context;
};

/*
 * Visits all whole tasks, after the survey; again gives the same ones, and nothing is told
 * or counted twice. Errors of reading and those of visit(), which sets *e, name the file.
 */
enum err exportwalk_tasks(struct exportwalk *w, const struct exportwalk_visitor *v,
    struct error *e) ERR_WARN_UNUSED;

/* Returns the number of a task: its id, or, if it has none, one that no task has, by its
 * place in the files; of a single file without ids that place. */
int64_t exportwalk_number(const struct exportwalk *w, const struct export_task *t);

/* Tells on standard error what was skipped and what takes no part. */
void exportwalk_tell(const struct exportwalk *w);

#endif
