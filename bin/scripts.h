/*
 * The SQL scripts, as the build puts them into the program (tools/embed.awk).
 */
#ifndef BIN_SCRIPTS_H
#define BIN_SCRIPTS_H

#include "store/schema.h"

/* In the order in which they are run; ended by a row without name. */
extern const struct schema_script scripts[];

#endif
