/*
 * The settings: one table with name, type, bounds, default and doc; values from the
 * configuration file that AGREEMENT_CONFIG names, then from the environment, which wins.
 * A `struct config` owns its texts until config_free().
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum config_type {
	CONFIG_TEXT,	/* any text; "": not set */
	CONFIG_FILE,	/* a path; the file must be readable when it is set */
	CONFIG_INTEGER, /* a whole number within min..max */
	CONFIG_CHOICE,	/* one of the names in `choices`; its value is the index */
	CONFIG_TYPE__MAX
};

enum config_key {
	CONFIG_MYSQL_FILE, /* MySQL option file with the database credentials */
	CONFIG_DATABASE,   /* database name, if the option file names none */
	CONFIG_HOSTNAME,   /* URL before /data/ of an avatar */
	CONFIG_LOG_LEVEL,
	CONFIG_LOG,		/* see log_open() */
	CONFIG_WORKERS,		/* processes that share the socket */
	CONFIG_CONNECT_TIMEOUT, /* seconds */
	CONFIG_QUERY_TIMEOUT,	/* seconds */
	CONFIG_CONNECTIONS,
	CONFIG_MAX_PARTICIPANTS, /* rows and columns of one matrix */
	CONFIG_MAX_BYTES,	 /* bytes of annotation results read for one request */
	CONFIG_MAX_SECONDS,	 /* time of one request */
	CONFIG_MAX_COST,	 /* units of work of one request, see lib/metric/cost */
	CONFIG_CACHE_BYTES,	 /* memory of a worker's cache; 0 switches it off */
	CONFIG_EMBEDDING_URL, /* base URL of an OpenAI-compatible server; "" switches it off
			       */
	CONFIG_EMBEDDING_MODEL,
	CONFIG_EMBEDDING_KEY_FILE,
	CONFIG_EMBEDDING_TIMEOUT, /* milliseconds */
	CONFIG__MAX
};

struct config_row {
	const char *name; /* in files; in the environment AGREEMENT_ and upper case */
	enum config_type type;
	const char *value; /* the default, as text */
	int64_t min, max;
	const char *const *choices; /* CONFIG_CHOICE: ended by NULL */
	const char *doc;	    /* one line */
};

extern const struct config_row config_table[CONFIG__MAX];

struct config {
	char *text[CONFIG__MAX];
	int64_t number[CONFIG__MAX]; /* integers, and the index of a choice */
};

/*
 * Reads the defaults, the file that AGREEMENT_CONFIG names (if it is set and not empty) and
 * the environment `env` ("NAME=value", ended by NULL). Lines of the file are `name =
 * value`, empty, or comments that begin with #. A value goes from the first = to the end of
 * the line, without the white space around it; quotes and # are part of it. Of two lines
 * for one setting the last counts. ERR_INPUT names the file, line and setting;
 * ERR_NOT_FOUND the file; ERR_UNKNOWN the name: an unknown AGREEMENT_ variable is refused
 * like an unknown line. *c is untouched on failure.
 */
enum err config_read(struct config *c, char *const *env, struct error *e) ERR_WARN_UNUSED;
void config_free(struct config *c);

#endif
