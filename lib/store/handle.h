/*
 * The members of a store, for the files of this directory. store_open() makes all of them,
 * store_close() frees them.
 */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include "store/store.h"

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
};

#endif
