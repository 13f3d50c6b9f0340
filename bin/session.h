/*
 * The session of a command that needs the database. session_end() frees what
 * session_begin() made.
 */
#ifndef BIN_SESSION_H
#define BIN_SESSION_H

#include "base/arena.h"
#include "base/config.h"
#include "command.h"
#include "store/store.h"

struct session {
	const struct command *command;
	struct config config;
	struct store *store;
	struct arena *arena;
	struct error e;
};

/* Reads the settings from the environment and makes a store. Returns EXIT_OK, or the status
 * to end with. */
int session_begin(struct session *s, const struct command *c);
void session_end(struct session *s);

/* Prints "agreement-matrix NAME: " and s->e.text; returns EXIT_FAILED. */
int session_failed(const struct session *s);

/*
 * Reads a whole file into `a`. ERR_IO, ERR_LIMIT, ERR_MEMORY; the message names the file.
 */
enum err session_read_text(
    struct arena *a, const char *path, struct str *r, struct error *e) ERR_WARN_UNUSED;

#endif
