/*
 * A driver without a database: canned answers by statement, a log of what was asked, and a
 * failure at the n-th call of any kind. Ownership: there is one fake; fake_reset() forgets
 * everything. Rows that tests hand in must live on.
 */
#ifndef FAKE_DB_H
#define FAKE_DB_H

#include "store/driver/db.h"
#include "store/stmt.h"
#include "store/store.h"

#define FAKE_LOG 512

enum fake_call { FAKE_RUN, FAKE_SCRIPT, FAKE_BEGIN, FAKE_COMMIT };

struct fake_entry {
	enum fake_call call;
	enum stmt id;		    /* FAKE_RUN */
	unsigned shape;		    /* FAKE_RUN: of the statement's slot */
	struct db_value params[80]; /* FAKE_RUN: texts as they were handed in */
};

struct fake {
	unsigned calls;	     /* runs, scripts, begins and commits so far */
	unsigned fail_at;    /* the call that fails, from 1; 0: none */
	unsigned fail_times; /* calls that fail from there on; 0 counts as 1 */
	enum err fail_with;
	bool fail_conflict; /* that failure is a conflict */
	bool conflict;
	bool open, in_transaction;
	unsigned begins, commits, rollbacks;
	struct fake_entry log[FAKE_LOG];
};

extern struct fake fake;
extern const struct db_ops fake_ops;

void fake_reset(void);

/* Opens a store over it, which the test closes. */
enum err fake_store(struct store **r, struct error *e) ERR_WARN_UNUSED;

/*
 * From now on answer a statement with `n` rows of `values` (row after row, as many as it
 * has columns).
 */
void fake_rows(enum stmt id, const struct db_value *values, size_t n);

/* From now on say that a statement changed so many rows and gave that id. */
void fake_change(enum stmt id, uint64_t affected, int64_t insert_id);

/* How often a statement was run. */
unsigned fake_runs(enum stmt id);

#endif
