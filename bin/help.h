/*
 * Prints --help from the tables of commands and options.
 */
#ifndef BIN_HELP_H
#define BIN_HELP_H

#include <stdio.h>

#include "command.h"

/* Prints the usage of a command on standard output. Returns the program's status. */
int help_command(const struct command *c);

/* Prints the list of commands; `commands` is ended by NULL. */
void help_program(FILE *f, const struct command *const *commands);

#endif
