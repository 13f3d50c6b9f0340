/*
 * Our tables: their version, and how they come into being.
 * Ownership: nothing is kept.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/store.h"

/* The version that this program works with: the number of the last step in sql/agreement/.
 */
#define SCHEMA_VERSION 3

/* ERR_DB_SCHEMA, with both versions, unless `version` is this program's. */
enum err schema_fits(int64_t version, struct error *e) ERR_WARN_UNUSED;

/*
 * Whether the database answers, can be read (a real table, which a cut-off cluster node
 * refuses), and has our tables in the version of this program. ERR_DB_*; ERR_DB_SCHEMA says
 * which version it found.
 */
enum err schema_health(struct store *s, struct error *e) ERR_WARN_UNUSED;

/* The version that the database has; 0 if it has none of our tables. */
enum err schema_version(struct store *s, int64_t *r, struct error *e) ERR_WARN_UNUSED;

/* A file below sql/. */
struct schema_script {
	const char *name; /* in messages: "sql/agreement/001-tables.sql" */
	int version;	  /* the step to that version of our tables; 0: no step of ours */
	const char *text;
};

/*
 * Run a script, statement by statement; a step only if the database has a lower version,
 * which is raised when all of it has run. *ran_r: whether it was run. What a step was
 * interrupted after is done again: its statements can be, and a column or index that is
 * there already, or is to be dropped and is not there, counts as done. ERR_DB_SCHEMA,
 * before anything is run, if a newer program made the tables; ERR_INPUT, likewise, for a
 * script that ends inside a quote or comment; ERR_DB_*. Messages name the script and the
 * line.
 */
enum err schema_run(struct store *s, const struct schema_script *script, bool *ran_r,
    struct error *e) ERR_WARN_UNUSED;

/* Write down in agreement_guard which of the columns that guard access are there now. After
 * the steps. ERR_DB_*. */
enum err schema_note_guards(struct store *s, struct error *e) ERR_WARN_UNUSED;

#endif
