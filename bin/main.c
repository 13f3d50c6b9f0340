/*
 * The command-line tool: loads data, and works without any server.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "agreement/version.h"
#include "base/seal.h"
#include "command.h"
#include "help.h"

static const struct command *const commands[] = {
    &command_init,
    &command_token,
    &command_import,
    &command_dimensions,
    &command_compute,
    &command_score,
    &command_metrics,
    NULL,
};

int
main(int argc, char **argv)
{
	static const struct command program = {.name = "--help"};

	seal_process();
	/* Whoever reads our output and ends early is met as a failed write. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		help_program(stderr, commands);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		help_program(stdout, commands);
		return command_printed(&program);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("agreement-matrix %s\n", AGREEMENT_VERSION);
		return command_printed(&program);
	}
	for (const struct command *const *c = commands; *c != NULL; c++)
		if (strcmp(argv[1], (*c)->name) == 0)
			return command_run(*c, argv + 2);
	fprintf(stderr, "agreement-matrix: there is no command \"%s\"\n", argv[1]);
	help_program(stderr, commands);
	return EXIT_USAGE;
}
