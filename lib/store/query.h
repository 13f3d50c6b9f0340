/*
 * A statement of the table, sent through the driver of a store. Answers are in the caller's
 * arena, but for query_shared().
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store/handle.h"
#include "store/stmt.h"

/*
 * Runs a statement. The first guess is that the database has every column, as a new one
 * does. If a statement fails for a column or table, the shape of the database is read, and
 * the statement sent once more if the shape is not the expected one. As db_ops.run()
 * otherwise.
 *
 * These columns guard access (a project that is deleted, a member who was removed, tokens
 * that are switched off), so one is left out only if it certainly does not exist: two looks
 * in a row saw the same, with every table of Label Studio's and ours there; this process
 * has never seen it; and the database does not remember it (agreement_guard, which init and
 * every process that sees a guard write to). Else the failure stands.
 */
enum err query_run(struct store *s, enum stmt id, const struct db_value *params,
    struct arena *a, size_t max_bytes, struct db_answer *r,
    struct error *e) ERR_WARN_UNUSED;

/* Runs a statement as query_run() does, and hands each row to visit() as it comes, with
 * scratch memory of `a`; *n_r is how many there were. What visit() returns ends it. */
enum err query_each(struct store *s, enum stmt id, const struct db_value *params,
    struct arena *a, db_visit *visit, void *context, size_t *n_r,
    struct error *e) ERR_WARN_UNUSED;

/*
 * Runs a statement as query_run() does, without a bound. While answers are shared, the same
 * statement with the same parameters is sent once, and its answer lives until
 * store_unshare().
 */
enum err query_shared(struct store *s, enum stmt id, const struct db_value *params,
    struct arena *a, struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/*
 * While answers are shared: runs a statement whose answer lives until store_unshare(),
 * *at_r is when it was sent; and keeps an answer as that of a statement, so that
 * query_shared() does not send it. Without memory nothing is kept.
 */
enum err query_ahead(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, int64_t *at_r, struct error *e) ERR_WARN_UNUSED;
void query_keep(struct store *s, enum stmt id, const struct db_value *params, int64_t at,
    const struct db_answer *answer);

/*
 * Sends a statement over the second connection, if the store has one, and returns at once
 * whether it did. query_run() of the same statement with the same parameters then waits for
 * that answer; whatever went wrong there, it sends the statement itself. The answer is in
 * `a`, which, with the texts of the parameters, is nobody's until query_run() has it or
 * query_drop() has waited for its end.
 */
bool query_begin(
    struct store *s, enum stmt id, const struct db_value *params, struct arena *a);
void query_drop(struct store *s);

/* Runs a statement whose answer lives until the next one, in s->scratch. */
enum err query_short(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/* Reads the shape of the database, see enum stmt_shape. ERR_DB_SCHEMA if a table is not
 * there, or not for this account. */
enum err query_shape(struct store *s, unsigned *r, struct error *e) ERR_WARN_UNUSED;

/*
 * Called when a statement with the guards of the shape has run; agreement_guard has
 * `remembered` rows, one for each of them and one more. Writes those that are missing, if
 * the account may.
 */
void query_guarded(struct store *s, int64_t remembered);

/* Runs a write in a transaction of its own, so that a connection lost while idle is made
 * again first. */
enum err query_alone(struct store *s, enum stmt id, const struct db_value *params,
    struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

/* Return the value of a column: 0, false or the absent text for NULL. */
int64_t query_integer(const struct db_value *v);
bool query_bool(const struct db_value *v);
struct str query_text(const struct db_value *v);

/* Makes a parameter of an id; NULL for 0. */
struct db_value query_id(int64_t id);

#endif
