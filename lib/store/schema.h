/*
 * Our tables: their version, and how they come into being.
 * Ownership: nothing is kept.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/store.h"

/* The version that this program works with; sql/agreement.sql writes the same number. */
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

/*
 * Run a script (the text of sql/labelstudio.sql or sql/agreement.sql), statement by
 * statement; running it again changes nothing. `name` is its name in messages, which have
 * the line. ERR_INPUT for a script that ends inside a quote or comment, ERR_DB_*.
 * ERR_DB_SCHEMA, before anything is run, if the database was made by a newer program.
 */
enum err schema_run(
    struct store *s, const char *name, struct str script, struct error *e) ERR_WARN_UNUSED;

#endif
