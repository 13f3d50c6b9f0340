/*
 * What every command that needs the database begins and ends with.
 * Ownership: session_end() frees what session_begin() made.
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

/* Settings from the environment, and a store. EXIT_OK, or the status to end with. */
int session_begin(struct session *s, const struct command *c);
void session_end(struct session *s);

/* "agreement-matrix NAME: " and what s->e says; returns EXIT_FAILED. */
int session_failed(const struct session *s);

/* The whole of a file, in `a`. ERR_IO, ERR_LIMIT, ERR_MEMORY; the message names the file.
 */
enum err session_read_text(
    struct arena *a, const char *path, struct str *r, struct error *e) ERR_WARN_UNUSED;

#endif
