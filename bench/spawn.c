/*
 * How long a command takes: prints the seconds from before its start until after its end. A
 * shell that forks itself first would count its own size, too. What the command prints is
 * dropped. usage: spawn COMMAND [ARGUMENT]..
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

extern char **environ;

int
main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	double start;
	int status;
	pid_t pid;

	if (argc < 2 || posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addopen(
		&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0)
		return EXIT_FAILURE;
	start = now();
	if (posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "spawn: %s failed\n", argv[1]);
		return EXIT_FAILURE;
	}
	printf("%.6f\n", now() - start);
	return EXIT_SUCCESS;
}
