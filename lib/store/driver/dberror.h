/*
 * The error numbers of MySQL, MariaDB and their client libraries, and what to do about
 * each.
 */
#ifndef STORE_DRIVER_DBERROR_H
#define STORE_DRIVER_DBERROR_H

#include <stdbool.h>

#include "base/error.h"

enum dberror_action {
	DBERROR_NONE,
	DBERROR_LOST, /* the connection is of no more use: close it, take the next host */
	DBERROR_CONFLICT, /* roll back; the transaction may be tried again */
	DBERROR_DONE,	  /* of a script: what the statement makes or drops is so already */
	DBERROR_PREPARE	  /* the prepared statement is of no more use: prepare it again */
};

struct dberror {
	unsigned number;
	enum err err;
	enum dberror_action action;
	const char *text; /* NULL: the server's own words, which have no secret here */
};

/* Returns the row of a number, never NULL: one that is not in the table is ERR_DB_REFUSED
 * without action. */
const struct dberror *dberror_find(unsigned number);

#endif
