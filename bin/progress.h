/*
 * A progress bar on standard error, where that is a terminal.
 */
#ifndef BIN_PROGRESS_H
#define BIN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
	bool shown;	/* standard error is a terminal */
	uint64_t total; /* bytes of all files, or tasks; 0: unknown */
	bool of_tasks;	/* what is done is counted in tasks */
	struct timespec start, last;
};

void progress_begin(struct progress *p, uint64_t total);

/* The same of work that is counted in tasks, not in bytes. */
void progress_begin_tasks(struct progress *p, uint64_t total);

/* Shows `done` bytes and `tasks`, some ten times a second at most. */
void progress_show(struct progress *p, uint64_t done, uint64_t tasks);

/* Hides the bar until it is shown the next time. */
void progress_hide(const struct progress *p);

#endif
