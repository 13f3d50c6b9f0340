/*
 * A database behind a driver (store/driver/db.h), its transactions, and the answers that
 * requests share which wait together. Questions are in the headers beside this one, by
 * noun; they go through query.h, which is above this file. Answers are in the caller's
 * arena. One store serves one thread, and asks nothing before its process forks.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/driver/db.h"

struct store;

struct store_options {
	const char *file;	  /* MySQL option file */
	const char *database;	  /* if the file names none */
	unsigned connect_timeout; /* seconds, > 0 */
	unsigned query_timeout;	  /* seconds, > 0 */
	bool ahead;		  /* a second connection may be made, to ask ahead */
};

/*
 * Makes a store. It connects at the first question, so that a service starts while its
 * database is away. ERR_NOT_FOUND or ERR_INPUT for the option file, ERR_MEMORY.
 */
enum err store_open(const struct store_options *o, const struct db_ops *ops,
    struct store **r, struct error *e) ERR_WARN_UNUSED;
void store_close(struct store *s); /* NULL is allowed */

/*
 * Between these two the same question about access or evidence is sent once in a quarter of
 * a second: for requests that all had arrived before store_share(), so that each answer is
 * true after its request's arrival. A write in between drops shared answers. They live
 * until store_unshare(), others as long as the caller's arena.
 */
void store_share(struct store *s);
void store_unshare(struct store *s);

/*
 * Begin and end a transaction around writes. store_begin() may be called again only after
 * one of the other two. The caller calls store_rollback() after any failure inside; commit
 * fails with ERR_DB_AWAY if the connection was lost.
 */
enum err store_begin(struct store *s, struct error *e) ERR_WARN_UNUSED;
enum err store_commit(struct store *s, struct error *e) ERR_WARN_UNUSED;
void store_rollback(struct store *s);

/*
 * Set a point inside a transaction, and go back to it: store_rewind() undoes what was
 * written since store_mark(). There is one such point, the last.
 */
enum err store_mark(struct store *s, struct error *e) ERR_WARN_UNUSED;
enum err store_rewind(struct store *s, struct error *e) ERR_WARN_UNUSED;

/* Returns whether the last failure was a deadlock or lock wait: roll back and try the
 * transaction again. */
bool store_conflict(const struct store *s);

#endif
