/*
 * Statistics on standard output; docs/stats.md shows all of it. Scratch memory is in the
 * arena of what was gathered.
 */
#ifndef BIN_STATSPRINT_H
#define BIN_STATSPRINT_H

#include "stats.h"

/* Prints all of it as one JSON object. ERR_MEMORY, ERR_LIMIT as of confusion_add(), ERR_IO.
 */
enum err statsprint_json(const struct stats *s, struct error *e) ERR_WARN_UNUSED;

/* Prints a summary, and the tables of dimensions, people and models, or the one that is
 * asked for. ERR_MEMORY. */
enum err statsprint_table(const struct stats *s, struct error *e) ERR_WARN_UNUSED;

/* Prints the one that is asked for, else that of pairs. ERR_MEMORY. */
enum err statsprint_csv(const struct stats *s, struct error *e) ERR_WARN_UNUSED;

#endif
