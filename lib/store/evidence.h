/*
 * What annotators and models said about one task. Answers are in the caller's arena; shared
 * ones live until store_unshare().
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "store/store.h"
#include "store/users.h"

enum store_kind { STORE_ANNOTATION, STORE_PREDICTION, STORE_KIND__MAX };

/*
 * The version of a row's `result`. Two equal versions (kind and id included) have the same
 * result: the server computes length and checksum from the bytes, so a direct UPDATE shows.
 */
struct store_version {
	int64_t id;
	int64_t updated_at; /* microseconds since 1970, UTC */
	uint64_t length;    /* bytes of `result`; 0 if NULL */
	uint32_t crc32;	    /* of `result`; 0 if NULL */
	uint8_t kind;	    /* enum store_kind */
	bool ground_truth;  /* annotations */
};

/* Returns whether two versions, of whatever row, are the same but for kind and id. */
bool store_same_version(const struct store_version *a, const struct store_version *b);

/* One annotation that is not cancelled, or one prediction. */
struct store_evidence {
	struct store_version version;
	bool has_user; /* annotations: completed_by is known (its user row may still be
			  gone) */
	struct store_user
	    user; /* id, and how they are shown; texts absent if the row is gone */
	struct str model_version; /* predictions: as the column is, absent if NULL */
	struct str result;	  /* JSON text; absent unless asked for, or if NULL */
};

struct store_evidence_list {
	const struct store_evidence *items; /* annotations by id, then predictions by id */
	size_t n;
	bool found;	 /* the task is in the project; else there are no items */
	struct str kept; /* bytes of the scores that are kept with it; absent: none, or not
			    asked for */
};

/* The task whose evidence is read, and how much of it. */
struct store_evidence_question {
	int64_t
	    organization; /* a user is gone if all their member rows in it are deleted */
	int64_t project, task;
	bool predictions; /* also those; without them it costs less */
	bool kept;	  /* the scores that are kept come along, and predictions do */
	size_t max_bytes; /* > 0: the results come along, with `kept` only where no scores
			     are kept; the bound of what comes */
};

/*
 * Reads all annotations of a project's task that are not cancelled, and its predictions, in
 * one statement. ERR_LIMIT if the results have more than max_bytes. Of versions alone the
 * answer may be shared, see store_share().
 */
enum err store_evidence(struct store *s, struct arena *a,
    const struct store_evidence_question *q, struct store_evidence_list *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Asks what several requests that wait together will ask, in one statement for tasks of one
 * project: store_evidence() then has the answers, of after store_share(). Questions with
 * results, and those that nobody else is like, are left alone; a failure is no harm, the
 * question is then asked again.
 */
void store_evidence_ahead(
    struct store *s, const struct store_evidence_question *list, size_t n);

struct store_result {
	struct store_version
	    version;	 /* as of this reading: it may be newer than the one asked with */
	struct str text; /* JSON; absent if NULL */
};

/*
 * Reads the results of rows of one task, in one statement. Of `keys` kind and id count.
 * Rows that are gone or were cancelled since are left out; the order is that of
 * store_evidence(). ERR_LIMIT if they have more than `max_bytes` (> 0) together.
 */
enum err store_results(struct store *s, struct arena *a, int64_t task,
    const struct store_version *keys, size_t n_keys, size_t max_bytes,
    struct store_result **r, size_t *n_r, struct error *e) ERR_WARN_UNUSED;

/* The evidence of one of several tasks; of users the id alone is known. */
struct store_range_item {
	int64_t task;
	struct store_evidence v;
};

/*
 * Reads the evidence of a project's tasks from the id `first` to `last`, by task, then as
 * store_evidence() does. Results come along if `max_bytes` > 0; ERR_LIMIT if they are
 * longer together.
 */
enum err store_range(struct store *s, struct arena *a, int64_t project, int64_t first,
    int64_t last, size_t max_bytes, struct store_range_item **r, size_t *n_r,
    struct error *e) ERR_WARN_UNUSED;

#endif
