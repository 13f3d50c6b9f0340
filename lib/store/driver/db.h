/*
 * The driver seam: what the store needs of a database, so that tests can use a fake one.
 * The rows of an answer and their texts live in the caller's arena.
 */
#ifndef STORE_DRIVER_DB_H
#define STORE_DRIVER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* One parameter or column. The type stands in the statement's `params` or `columns`. */
struct db_value {
	bool null;
	union {
		int64_t integer; /* 'i' */
		double real;	 /* 'd' */
		struct str text; /* 's', or, for bytes that are no text, 'b'; a column's is
				    NUL-terminated, and absent if null */
	};
};

#define DB_INTEGER(v) ((struct db_value){.integer = (v)})
#define DB_REAL(v) ((struct db_value){.real = (v)})
/* An absent text becomes NULL. */
#define DB_TEXT(v) ((struct db_value){.null = (v).s == NULL, .text = (v)})
#define DB_NULL ((struct db_value){.null = true})

struct db_statement {
	const char *name; /* for messages: what it reads or writes, never its text */
	const char *sql;
	const char *params;  /* a letter each: i, d, s, b */
	const char *columns; /* a letter each: i, d, s; "" if it answers no rows */
	bool read; /* changes nothing: may be sent again after a lost connection */
};

struct db_row {
	struct db_row *next;
	struct db_value v[]; /* as many as the statement's columns */
};

struct db_answer {
	struct db_row *rows; /* in the order of the answer; NULL if there are none, or
				they were visited */
	size_t n;
	uint64_t affected; /* rows changed; an upsert: 1 inserted, 2 updated, 0 as it was */
	int64_t insert_id; /* the id that an insert was given by the server; else 0 */
};

/* Takes a row, which is gone when it returns. An error ends the reading. It must not use
 * the database. */
typedef enum err db_visit(void *context, const struct db_row *row, struct error *e);

/* How an answer is taken: whole, into the arena; or row by row, as it comes. */
struct db_taking {
	struct arena *arena;
	size_t max_bytes; /* of the texts of all rows; 0: no bound */
	db_visit *visit;  /* NULL: whole */
	void *context;
};

struct db_options {
	const char *file; /* MySQL option file; groups [client] and [agreement-matrix] */
	const char *database;	  /* if the file names none; NULL or "": none */
	unsigned connect_timeout; /* seconds, > 0 */
	unsigned query_timeout;	  /* seconds, > 0 */
	unsigned slots;		  /* statements that can be kept prepared at once */
};

struct db;

struct db_ops {
	/*
	 * Reads the options; connects only at the first statement. ERR_NOT_FOUND or
	 * ERR_INPUT if the option file is missing, unreadable, or open to everybody;
	 * ERR_MEMORY.
	 */
	enum err (*open)(const struct db_options *o, struct db **r, struct error *e);
	void (*close)(struct db *db); /* NULL is allowed */

	/*
	 * Runs a statement and takes its answer. `slot` < slots says where it is kept
	 * prepared; a slot always gets the same statement. A lost connection is made again;
	 * a `read` statement outside a transaction is then sent once more, unless a row was
	 * visited. Returns ERR_MEMORY, ERR_LIMIT over max_bytes, what visit() returns,
	 * ERR_DB_*: SCHEMA if a table or column is not there.
	 */
	enum err (*run)(struct db *db, unsigned slot, const struct db_statement *s,
	    const struct db_value *params, const struct db_taking *t, struct db_answer *r,
	    struct error *e);

	/*
	 * Runs one statement of a script as it stands and drops its answer. Making a column
	 * or index that exists, or dropping one that does not, is no failure. ERR_DB_*.
	 */
	enum err (*script)(struct db *db, struct str sql, struct error *e);

	/* Begin and end a transaction. The caller calls rollback() after a failure inside;
	 * commit() returns ERR_DB_* if the transaction is lost. */
	enum err (*begin)(struct db *db, struct error *e);
	enum err (*commit)(struct db *db, struct error *e);
	void (*rollback)(struct db *db);

	/* Returns whether the last failure was a deadlock or a lock wait: the transaction
	 * may be tried again. */
	bool (*conflict)(const struct db *db);

	/* Returns how many connections were made so far. */
	unsigned (*connected)(const struct db *db);

	/* Gives back what the client library keeps for a thread that ends. */
	void (*end_thread)(void);

	/* Drops connection and prepared statements; the next statement connects anew. */
	void (*reset)(struct db *db);
};

/* The driver over libmysqlclient or MariaDB Connector/C (driver.c; connection.c sees the
 * library). */
extern const struct db_ops mysql_ops;

#endif
