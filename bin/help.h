/*
 * What --help prints, out of the tables of commands and options.
 * Ownership: nothing is kept.
 */
#ifndef BIN_HELP_H
#define BIN_HELP_H

#include <stdio.h>

#include "command.h"

/* How a command is used, on standard output. Returns the program's status. */
int help_command(const struct command *c);

/* What commands there are; `commands` is ended by NULL. */
void help_program(FILE *f, const struct command *const *commands);

#endif
