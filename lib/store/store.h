/*
 * A database behind a driver (store/driver/db.h), its transactions, and what is shared by
 * requests that wait together. The questions to it are in the headers beside this one, by
 * noun; they go through query.h, which is above this file. Ownership: a `struct store` is
 * the process's from store_open() to store_close(); whatever a question answers is in the
 * arena that was handed in. One store serves one thread.
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
};

/*
 * Make a store. It connects when the first question comes, so that a service starts while
 * its database is away. ERR_NOT_FOUND or ERR_INPUT for the option file, ERR_MEMORY.
 */
enum err store_open(const struct store_options *o, const struct db_ops *ops,
    struct store **r, struct error *e) ERR_WARN_UNUSED;
void store_close(struct store *s); /* NULL is allowed */

/*
 * Between these two the same question about access or evidence is asked once in a quarter
 * of a second: for requests that all had arrived before store_share(), so that each is
 * answered with what is true after its arrival. A write in between forgets what was
 * answered. The answers live until store_unshare(), or as the arena that was handed in.
 */
void store_share(struct store *s);
void store_unshare(struct store *s);

/*
 * A transaction around writes. store_begin() may be called again only after the other two.
 * After any failure inside it store_rollback() is due; commit fails with ERR_DB_AWAY if the
 * connection was lost.
 */
enum err store_begin(struct store *s, struct error *e) ERR_WARN_UNUSED;
enum err store_commit(struct store *s, struct error *e) ERR_WARN_UNUSED;
void store_rollback(struct store *s);

/*
 * A point inside a transaction to go back to: what was written since store_mark() is undone
 * by store_rewind(), what came before it stays. There is one such point, the last.
 */
enum err store_mark(struct store *s, struct error *e) ERR_WARN_UNUSED;
enum err store_rewind(struct store *s, struct error *e) ERR_WARN_UNUSED;

/* Whether the last failure was a deadlock or lock wait: roll back and try the transaction
 * again. */
bool store_conflict(const struct store *s);

#endif
