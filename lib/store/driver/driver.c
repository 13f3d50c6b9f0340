/*
 * Which connection a statement goes over: made when needed, to the next host when one
 * fails, and made again when it was lost, where sending the statement once more cannot do
 * anything twice.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/driver/connection.h"
#include "store/driver/db.h"
#include "store/stmt.h"

struct db {
	struct db_options options;
	char *file;
	char *database;
	struct optionfile known;
	size_t host;		 /* where the next connection is tried first */
	struct connection *conn; /* NULL: not connected */
	bool in_transaction;
	bool lost;     /* the connection went away inside the transaction */
	bool conflict; /* see db_ops.conflict */
	unsigned connections;
};

static void
disconnect(struct db *db)
{
	if (db->conn != NULL && db->in_transaction)
		db->lost = true;
	connection_close(db->conn);
	db->conn = NULL;
}

/* Draw the consequences of a failure. */
static void
settle(struct db *db, const struct connection_outcome *o)
{
	db->conflict = o->action == DBERROR_CONFLICT;
	if (!o->broken)
		return;
	disconnect(db);
	if (o->action == DBERROR_LOST && db->known.n_hosts > 0)
		db->host = (db->host + 1) % db->known.n_hosts;
}

static enum err
lost_inside(struct error *e)
{
	return error_set(
	    e, ERR_DB_AWAY, "database: the connection was lost in a transaction");
}

/* Every host once, beginning with the one that is next; a wrong password ends the search.
 */
static enum err
connect_any(struct db *db, struct error *e)
{
	size_t n = db->known.n_hosts > 0 ? db->known.n_hosts : 1;
	struct connection_options options = {
	    .file = db->file,
	    .database = db->known.has_database ? NULL : db->database,
	    .connect_timeout = db->options.connect_timeout,
	    .query_timeout = db->options.query_timeout,
	    .slots = db->options.slots,
	    .tls = db->known.tls,
	};
	enum err err = ERR_OK;

	if (db->conn != NULL)
		return ERR_OK;
	if (db->lost)
		return lost_inside(e);
	for (size_t i = 0; i < n; i++) {
		size_t at = (db->host + i) % n;
		struct connection_outcome o;

		options.port = db->known.port;
		if (db->known.n_hosts > 0) {
			options.host = db->known.hosts[at].name;
			if (db->known.hosts[at].port != 0)
				options.port = db->known.hosts[at].port;
		}
		err = connection_open(&options, &db->conn, &o, e);
		if (err == ERR_OK) {
			db->host = at;
			db->connections++;
		}
		if (o.action != DBERROR_LOST)
			break;
	}
	return err;
}

/* Whether sending the statement once more cannot do anything twice. */
static bool
may_repeat(
    const struct db *db, const struct db_statement *s, const struct connection_outcome *o)
{
	if (o->visited)
		return false;
	if (o->action == DBERROR_PREPARE)
		return true;
	return o->action == DBERROR_LOST && !db->in_transaction && (s->read || !o->sent);
}

static enum err
driver_run(struct db *db, unsigned slot, const struct db_statement *s,
    const struct db_value *params, const struct db_taking *t, struct db_answer *r,
    struct error *e)
{
	struct arena_mark mark = arena_mark(t->arena);
	struct connection_outcome o;
	enum err err = ERR_OK;

	db->conflict = false;
	for (int tries = 0; tries < 2; tries++) {
		int64_t start;

		err = connect_any(db, e);
		if (err != ERR_OK)
			return err;
		start = clock_milliseconds();
		err = connection_run(db->conn, slot, s, params, t, r, &o, e);
		if (err == ERR_OK)
			return ERR_OK;
		arena_rewind(t->arena, mark);
		settle(db, &o);
		if (err == ERR_DB_AWAY &&
		    clock_milliseconds() - start >=
			(int64_t)db->options.query_timeout * 1000)
			return error_set(e, ERR_DB_SLOW,
			    "database, %s: no answer within %u s", s->name,
			    db->options.query_timeout);
		if (!may_repeat(db, s, &o))
			return err;
	}
	return err;
}

static enum err
driver_script(struct db *db, struct str sql, struct error *e)
{
	struct connection_outcome o;
	enum err err;

	db->conflict = false;
	err = connect_any(db, e);
	if (err != ERR_OK)
		return err;
	err = connection_query(db->conn, "a script", sql, &o, e);
	if (err != ERR_OK && o.action == DBERROR_DONE && !o.broken)
		return ERR_OK;
	if (err != ERR_OK)
		settle(db, &o);
	return err;
}

static enum err
driver_begin(struct db *db, struct error *e)
{
	struct connection_outcome o;
	enum err err = ERR_OK;

	db->conflict = false;
	db->lost = false;
	for (int tries = 0; tries < 2; tries++) {
		err = connect_any(db, e);
		if (err != ERR_OK)
			return err;
		err = connection_transaction(db->conn, CONNECTION_BEGIN, &o, e);
		if (err == ERR_OK) {
			db->in_transaction = true;
			return ERR_OK;
		}
		settle(db, &o);
		if (o.action != DBERROR_LOST)
			return err;
	}
	return err;
}

static void
driver_rollback(struct db *db)
{
	struct connection_outcome o;

	/* A connection that cannot even do this is given up, and the server rolls back by
	 * itself. */
	if (db->conn != NULL &&
	    connection_transaction(db->conn, CONNECTION_ROLLBACK, &o, NULL) != ERR_OK)
		disconnect(db);
	db->in_transaction = false;
	db->lost = false;
}

static enum err
driver_commit(struct db *db, struct error *e)
{
	struct connection_outcome o;
	enum err err;

	db->conflict = false;
	if (db->conn == NULL)
		return lost_inside(e);
	err = connection_transaction(db->conn, CONNECTION_COMMIT, &o, e);
	if (err == ERR_OK)
		db->in_transaction = false;
	else
		settle(db, &o);
	return err;
}

static bool
driver_conflict(const struct db *db)
{
	return db->conflict;
}

static unsigned
driver_connected(const struct db *db)
{
	return db->connections;
}

static void
driver_close(struct db *db)
{
	if (db == NULL)
		return;
	connection_close(db->conn);
	optionfile_free(&db->known);
	free(db->file);
	free(db->database);
	free(db);
}

static enum err
driver_open(const struct db_options *o, struct db **r, struct error *e)
{
	bool named = o->database != NULL && o->database[0] != '\0';
	struct db *db = calloc(1, sizeof *db);
	enum err err;

	if (db == NULL)
		return error_set(e, ERR_MEMORY, "database: %s", err_text(ERR_MEMORY));
	db->options = *o;
	db->file = strdup(o->file);
	db->database = named ? strdup(o->database) : NULL;
	if (db->file == NULL || (named && db->database == NULL))
		err = error_set(e, ERR_MEMORY, "database: %s", err_text(ERR_MEMORY));
	else
		err = optionfile_read(o->file, &db->known, e);
	if (err == ERR_OK)
		*r = db;
	else
		driver_close(db);
	return err;
}

const struct db_ops mysql_ops = {
    .open = driver_open,
    .close = driver_close,
    .run = driver_run,
    .script = driver_script,
    .begin = driver_begin,
    .commit = driver_commit,
    .rollback = driver_rollback,
    .conflict = driver_conflict,
    .connected = driver_connected,
    .end_thread = connection_end_thread,
    .reset = disconnect,
};
