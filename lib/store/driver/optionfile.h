/*
 * The lines of a MySQL option file that the client library does not handle for us: the list
 * of hosts, whether a database is named, and how strict TLS is. A `struct optionfile` owns
 * its texts until optionfile_free().
 */
#ifndef STORE_DRIVER_OPTIONFILE_H
#define STORE_DRIVER_OPTIONFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The group of ours; [client] is read too, and the later line counts. */
#define OPTIONFILE_GROUP "agreement-matrix"

struct optionfile_host {
	char *name;
	unsigned port; /* 0: the file's `port`, else the library's default */
};

enum optionfile_tls {
	OPTIONFILE_TLS_ANY,	 /* as the library likes */
	OPTIONFILE_TLS_REQUIRED, /* ssl, ssl-mode=REQUIRED: no plain connection */
	OPTIONFILE_TLS_VERIFIED	 /* ssl-verify-server-cert, ssl-mode=VERIFY_CA or _IDENTITY
				  */
};

struct optionfile {
	struct optionfile_host
	    *hosts; /* in the order of `host = h1:p1,h2:p2`; none: n_hosts 0 */
	size_t n_hosts;
	unsigned port; /* 0: not named */
	bool has_database;
	enum optionfile_tls tls;
};

/*
 * Reads a file. ERR_NOT_FOUND: it is not there or cannot be read; ERR_INPUT: it is no plain
 * file, everybody may read it or write to it, or a port is no number (the line is named);
 * ERR_MEMORY. Only the library follows `!include` lines: hosts and TLS must be in the file
 * itself.
 */
enum err optionfile_read(
    const char *path, struct optionfile *r, struct error *e) ERR_WARN_UNUSED;
void optionfile_free(struct optionfile *o);

#endif
