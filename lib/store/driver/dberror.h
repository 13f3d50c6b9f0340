/*
 * What the error numbers of MySQL, MariaDB and their client libraries mean to us.
 * Ownership: all constants.
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

/* The row of a number; for one that the table has not: ERR_DB_REFUSED and no action. Never
 * NULL. */
const struct dberror *dberror_find(unsigned number);

#endif
