/*
 * The version of our tables, and the scripts that make them.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/store.h"

/* The version that this program works with: the number of the last step in sql/agreement/.
 */
#define SCHEMA_VERSION 4

/* Checks the version of a database. ERR_DB_SCHEMA, with both versions, unless it is this
 * program's. */
enum err schema_fits(int64_t version, struct error *e) ERR_WARN_UNUSED;

/*
 * Checks that the database answers, can be read (a real table, which a cut-off cluster node
 * refuses), and has our tables in the version of this program. ERR_DB_*; ERR_DB_SCHEMA says
 * which version it found.
 */
enum err schema_health(struct store *s, struct error *e) ERR_WARN_UNUSED;

/* Reads the version of the database; 0 if it has none of our tables. */
enum err schema_version(struct store *s, int64_t *r, struct error *e) ERR_WARN_UNUSED;

/* A file below sql/. */
struct schema_script {
	const char *name; /* in messages: "sql/agreement/001-tables.sql" */
	int version;	  /* the step to that version of our tables; 0: no step of ours */
	const char *text;
};

/*
 * Runs a script, statement by statement; a step only if the database has a lower version,
 * which is raised when all of it has run. *ran_r says whether it was run. An interrupted
 * step is run again from its start: a column or index that exists already, or is to be
 * dropped and does not exist, counts as done. ERR_DB_SCHEMA, before anything is run, if a
 * newer program made the tables; ERR_INPUT, likewise, for a script that ends inside a quote
 * or comment; ERR_DB_*. Messages name the script and the line.
 */
enum err schema_run(struct store *s, const struct schema_script *script, bool *ran_r,
    struct error *e) ERR_WARN_UNUSED;

/* Writes to agreement_guard which of the columns that guard access exist now. Called after
 * the steps. ERR_DB_*. */
enum err schema_note_guards(struct store *s, struct error *e) ERR_WARN_UNUSED;

#endif
