/*
 * The command-line tool: loads data, and works without any server.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "base/seal.h"
#include "command.h"
#include "help.h"

static const struct command *const commands[] = {
    &command_init,
    &command_token,
    &command_import,
    &command_dimensions,
    &command_projects,
    &command_refresh,
    &command_compute,
    &command_stats,
    &command_score,
    &command_coefficient,
    &command_metrics,
    NULL,
};

static const struct command program = {.name = "--help"};

static const struct command *
find(const char *name)
{
	for (const struct command *const *c = commands; *c != NULL; c++)
		if (strcmp(name, (*c)->name) == 0)
			return *c;
	return NULL;
}

static int
unknown(const char *name)
{
	fprintf(stderr, "agreement-matrix: there is no command \"%s\"\n", name);
	help_program(stderr, commands);
	return EXIT_USAGE;
}

/* "help", "help import", "help token create": all but the last word say which. */
static int
help(char **words)
{
	static char option[] = "--help";
	char *last[] = {words[0] == NULL ? NULL : words[1], option, NULL};
	const struct command *command;

	if (words[0] == NULL) {
		help_program(stdout, commands);
		return command_printed(&program);
	}
	command = find(words[0]);
	if (command == NULL)
		return unknown(words[0]);
	return command_run(command, last[0] == NULL ? last + 1 : last);
}

int
main(int argc, char **argv)
{
	const struct command *command;

	seal_process();
	/* Whoever reads our output and ends early is met as a failed write. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		help_program(stderr, commands);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0)
		return help(argv + 2);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(argv + argc);
	if (strcmp(argv[1], "--version") == 0) {
		printf("agreement-matrix %s\n", AGREEMENT_VERSION);
		return command_printed(&program);
	}
	command = find(argv[1]);
	if (command != NULL)
		return command_run(command, argv + 2);
	return unknown(argv[1]);
}
