/*
 * A statement of the table, sent through the driver of a store.
 * Ownership: answers are in the arena that was handed in, but for query_shared().
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store/handle.h"
#include "store/stmt.h"

/*
 * Run a statement. A new database has every column, so that is what is thought of one
 * first. Where a statement fails for a column or table, what the database has is looked at,
 * and the statement sent once more if that differs from what was thought. As db_ops.run()
 * otherwise.
 *
 * These columns guard access (a project that is deleted, a member who was removed, tokens
 * that are switched off), so one is left out only where it certainly is not there for good:
 * two looks in a row saw the same, with every table of Label Studio's and ours there; this
 * process has never seen it; and the database does not remember it (agreement_guard, which
 * init and every process that sees a guard write to). Else the failure stands.
 */
enum err query_run(struct store *s, enum stmt id, const struct db_value *params,
    struct arena *a, size_t max_bytes, struct db_answer *r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * As query_run() without a bound; while answers are shared, the same statement with the
 * same parameters is sent once, and its answer lives as long as the sharing.
 */
enum err query_shared(struct store *s, enum stmt id, const struct db_value *params,
    struct arena *a, struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/* A statement whose answer is wanted only until the next one: in s->scratch. */
enum err query_short(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/* What the database has, see enum stmt_shape, looked at now. ERR_DB_SCHEMA if a table is
 * not there, or not for this account. */
enum err query_shape(struct store *s, unsigned *r, struct error *e) ERR_WARN_UNUSED;

/*
 * A statement with the guards of the shape has run; agreement_guard has `remembered` rows,
 * one for each of them and one more. What is not there yet is written down, if the account
 * may.
 */
void query_guarded(struct store *s, int64_t remembered);

/* A write of its own, in a transaction so that a connection lost while idle is made again
 * first. */
enum err query_alone(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/* Columns: NULL becomes 0, false or the absent text. */
int64_t query_integer(const struct db_value *v);
bool query_bool(const struct db_value *v);
struct str query_text(const struct db_value *v);

/* An id as a parameter: 0 becomes NULL. */
struct db_value query_id(int64_t id);

#endif
