/*
 * The members of a store, for the files of this directory. store_open() makes all of them,
 * store_close() frees them.
 */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include "store/aside.h"
#include "store/stmt.h"
#include "store/store.h"

/* Parameters of a statement that is sent ahead. */
#define STORE_AHEAD_PARAMS 8

/* Keys that are remembered, and the bytes of one with its NUL. */
#define STORE_ACCEPTED 8
#define STORE_KEY_ROOM 41

struct store {
	const struct db_ops *ops;
	struct db *db;
	unsigned shape;	    /* enum stmt_shape bits that statements use; all at first */
	unsigned seen;	    /* of these, what was there once: never left out again */
	unsigned recorded;  /* of these, what the database remembers to have had */
	int64_t looked;	    /* when the shape was looked at, in milliseconds */
	unsigned connected; /* db_ops.connected() at that time */
	bool in_transaction;
	bool sharing;		    /* see store_share() */
	struct query_answer *asked; /* what was answered meanwhile, in `together` */
	struct arena *together;
	struct arena
	    *scratch; /* for answers that have no rows, and short ones; reset at each use */

	/* What was sent ahead, see query_begin(). */
	struct aside *aside; /* NULL: there is no second connection */
	int64_t rests;	     /* after a failure: until when, in milliseconds */
	bool ahead;
	enum stmt ahead_id;
	unsigned ahead_shape;
	struct db_value ahead_params[STORE_AHEAD_PARAMS];
	struct arena *ahead_answer; /* of the access that was asked for ahead */

	/* Keys that were known to the database lately, and the organization of each. */
	struct store_accepted {
		char key[STORE_KEY_ROOM];
		int64_t organization;
	} accepted[STORE_ACCEPTED];
	size_t next_accepted;
};

#endif
