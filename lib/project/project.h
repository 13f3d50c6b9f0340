/*
 * The scores of all tasks of a project, each as it is now: out of the rows that are kept
 * where these fit, else computed. Lists are in the project's arena, what is handed to a
 * visit in one that is reset after it.
 */
#ifndef PROJECT_PROJECT_H
#define PROJECT_PROJECT_H

#include "embedding/embedding.h"
#include "matrix/kept.h"
#include "store/scores.h"
#include "store/store.h"

struct project {
	/* Set by the caller. */
	struct store *store;
	struct embedding *embedding; /* NULL: there is no server */
	struct str embedding_name;   /* what kept_rule() takes */
	struct arena *arena;
	int64_t id;
	struct str fingerprint;		  /* of the configuration */
	struct store_dimension_list rows; /* up to date with it */
	double max_cost;		  /* of one task; 0: no limit */
	/* Called for each task whose scores were computed. May be NULL. */
	void (*keep)(void *context, struct arena *a, int64_t task, const struct kept *k);
	void *context;

	/* Set by project_begin(). */
	bool grows; /* results suggest the dimensions: they may become more */
	struct dimensions all;
	struct kept_dimension *rules;
};

/* Tasks. */
struct project_count {
	uint64_t seen;
	uint64_t computed;
	uint64_t waiting; /* not current, and not computed either */
};

/* Called for each task, by id. ERR_* ends the reading. */
typedef enum err project_visit(
    void *context, int64_t task, struct kept *k, struct error *e);

/* Makes the dimensions ready. ERR_MEMORY, and as sha256(). */
enum err project_begin(struct project *p, struct error *e) ERR_WARN_UNUSED;

/* Tasks, by id. */
struct project_tasks {
	int64_t *list;
	size_t n;
};

/* A digest of rows by task and fingerprint, the same in whatever order they were added. */
struct project_digest {
	uint64_t a, b;
	uint64_t n; /* rows */
};

void project_digest_add(struct project_digest *d, int64_t task, struct str fingerprint);
void project_digest_join(struct project_digest *d, const struct project_digest *more);

/*
 * Finds which of the tasks from `first` to `last` are not current: their evidence or the
 * dimensions differ from what is kept. Lists are in `a`. ERR_DB_*, ERR_MEMORY, ERR_LIMIT
 * (base/deadline.h).
 */
struct project_look {
	uint64_t seen; /* tasks */
	struct project_tasks stale;
	struct project_digest current; /* of the rows of all others */
};
enum err project_stale(struct project *p, struct arena *a, int64_t first, int64_t last,
    struct project_look *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Computes the scores of tasks, by id, and calls keep(), then `visit` (NULL: none).
 * Dimensions that results suggest are written; those before then lack them, so that they
 * are stale. Tasks whose scores lack what is away for the moment are counted as waiting,
 * and not kept. ERR_LIMIT if the time is over (base/deadline.h) or one costs more than
 * max_cost; `count->computed` says how many were done.
 */
enum err project_compute(struct project *p, const struct project_tasks *tasks,
    project_visit *visit, void *context, struct project_count *count,
    struct error *e) ERR_WARN_UNUSED;

/* What is read of each task. */
enum project_part { PROJECT_SCORES, PROJECT_LABELS /* and the scores */ };

/*
 * How Label Studio's tables and the dimensions are, out of what was read of their changes,
 * which project_changes() reads itself. While it is the same, and the rows are,
 * nobody needs to look at the evidence again: project_was_current() says whether that was
 * recorded, project_is_current() records it, with a state that is older than the look at
 * the evidence. Without `known` nothing fits and nothing is recorded.
 */
struct project_state {
	bool known;
	char text[TAG_ROOM];
};
enum err project_state(const struct project *p, const struct store_changes *changes,
    struct project_state *r, struct error *e) ERR_WARN_UNUSED;
enum err project_changes(
    struct project *p, struct project_state *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Visits all tasks of a project that exist now; `state` was read before. begin() is called
 * before the first, and again where the rows had to be looked at more closely, so that all
 * that was visited counts for nothing. Where Label Studio's tables are as they were when
 * all was found to be current, no evidence is read at all. ERR_LIMIT, with count->waiting,
 * if tasks were not current and could not be computed in time; ERR_DB_*, ERR_MEMORY.
 */
struct project_reader {
	enum project_part part;
	enum err (*begin)(void *context, struct error *e);
	project_visit *visit;
	void *context;
};
enum err project_read(struct project *p, const struct project_state *state,
    const struct project_reader *r, struct project_count *count,
    struct error *e) ERR_WARN_UNUSED;

enum err project_was_current(struct project *p, const struct project_state *s,
    const struct project_digest *rows, bool *r, struct error *e) ERR_WARN_UNUSED;
enum err project_is_current(struct project *p, const struct project_state *s,
    const struct project_digest *rows, struct error *e) ERR_WARN_UNUSED;

/* Reads the digest of all rows; *whole says whether each task has one. */
enum err project_digest(struct project *p, struct project_digest *r, bool *whole,
    struct error *e) ERR_WARN_UNUSED;

#endif
