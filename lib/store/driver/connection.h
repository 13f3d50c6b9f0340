/*
 * One connection to one server, over libmysqlclient or MariaDB Connector/C. Answers are in
 * the caller's arena.
 */
#ifndef STORE_DRIVER_CONNECTION_H
#define STORE_DRIVER_CONNECTION_H

#include "store/driver/db.h"
#include "store/driver/dberror.h"
#include "store/driver/optionfile.h"

struct connection;

struct connection_options {
	const char *file;	  /* option file; groups [client] and OPTIONFILE_GROUP */
	const char *host;	  /* NULL: as the file says */
	unsigned port;		  /* 0: as the file says */
	const char *database;	  /* NULL: as the file says */
	unsigned connect_timeout; /* seconds */
	unsigned query_timeout;	  /* seconds */
	unsigned slots;
	enum optionfile_tls tls;
};

/* What a failure means for the connection and for trying again. */
struct connection_outcome {
	enum dberror_action action;
	bool sent;    /* the server may have run the statement */
	bool visited; /* so has the caller's visit() seen rows */
	bool broken;  /* close it: it is lost, or has an answer that was not read */
};

/* Connects. ERR_DB_*, ERR_MEMORY. With o->action DBERROR_LOST the caller may try another
 * host. */
enum err connection_open(const struct connection_options *options, struct connection **r,
    struct connection_outcome *o, struct error *e) ERR_WARN_UNUSED;
void connection_close(struct connection *c); /* NULL is allowed */

/* Runs a statement as db_ops.run() does, but never twice. On failure the arena may hold
 * parts of an answer. */
enum err connection_run(struct connection *c, unsigned slot, const struct db_statement *s,
    const struct db_value *params, const struct db_taking *t, struct db_answer *r,
    struct connection_outcome *o, struct error *e) ERR_WARN_UNUSED;

/* Sends a text as it stands and drops its answer. `what` names it in messages. */
enum err connection_query(struct connection *c, const char *what, struct str sql,
    struct connection_outcome *o, struct error *e) ERR_WARN_UNUSED;

/* Gives back what the library keeps for a thread that ends. */
void connection_end_thread(void);

enum connection_step { CONNECTION_BEGIN, CONNECTION_COMMIT, CONNECTION_ROLLBACK };

enum err connection_transaction(struct connection *c, enum connection_step step,
    struct connection_outcome *o, struct error *e) ERR_WARN_UNUSED;

#endif
