/*
 * A second connection, where a thread of its own runs one statement at a time while the
 * caller's uses the first: what will be needed next is asked for ahead. The caller makes,
 * uses and frees it from one thread; between aside_start() and aside_wait() the arena of
 * the answer and the texts of the parameters are the other thread's.
 */
#ifndef STORE_ASIDE_H
#define STORE_ASIDE_H

#include "store/driver/db.h"

struct aside;

/* Makes it, without a connection and without its thread: a process that forks before it
 * starts a statement has neither. Errors as db_ops.open(). */
enum err aside_open(const struct db_ops *ops, const struct db_options *o, struct aside **r,
    struct error *e) ERR_WARN_UNUSED;

/* Waits for the statement that runs, then ends the thread. NULL is allowed. */
void aside_close(struct aside *x);

/* Starts a statement, whose answer aside_wait() takes. ERR_MEMORY if there can be no
 * thread: nothing has started. */
enum err aside_start(struct aside *x, unsigned slot, const struct db_statement *s,
    const struct db_value *params, struct arena *a) ERR_WARN_UNUSED;

/* Waits for the statement that was started last. As db_ops.run(). */
enum err aside_wait(struct aside *x, struct db_answer *r, struct error *e) ERR_WARN_UNUSED;

#endif
