/*
 * Brings the scores of projects up to date, in several processes.
 */
#ifndef BIN_REFRESHING_H
#define BIN_REFRESHING_H

#include <stddef.h>
#include <stdint.h>

#include "session.h"

struct refreshed {
	uint64_t tasks;	   /* of all projects */
	uint64_t computed; /* whose scores were not current */
	uint64_t waiting;  /* whose scores could not be computed: something was away */
};

/* Processes that are started where nobody says how many: one for each processor. */
unsigned refreshing_jobs(void);

/*
 * Refreshes `n` projects, one after the other, in `jobs` > 0 processes; shows a progress
 * bar on a terminal. What is done stays done, whatever comes after it. Errors of the
 * database, ERR_DB_DENIED if the account may not write; ERR_NOT_FOUND names the project.
 */
enum err refreshing_run(struct session *s, const int64_t *projects, size_t n, unsigned jobs,
    struct refreshed *r) ERR_WARN_UNUSED;

#endif
