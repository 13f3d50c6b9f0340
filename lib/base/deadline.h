/*
 * A limit on how long one request may run, for code that computes. Loops say how much work
 * they do and stop when the time is over: what they return then means nothing, and their
 * caller asks deadline_check() and gives up with ERR_LIMIT. A process has one deadline, for
 * the thread that serves requests.
 */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Sets the limit to `seconds` from now; 0: no limit. */
void deadline_begin(int64_t seconds);

/* Takes the limit away. */
void deadline_end(void);

/* Work, in units of about a nanosecond, between two looks at the clock. */
#define DEADLINE_WORK 1000000

extern struct deadline {
	bool set, passed;
	uint64_t work; /* since the clock was looked at */
} deadline;

/* Looks at the clock. Returns whether the time is over. */
bool deadline_look(void);

/* Counts `work` units. Returns whether the time is over. Cheap enough for an inner loop. */
static inline bool
deadline_passed(uint64_t work)
{
	deadline.work += work;
	return deadline.passed || (deadline.work >= DEADLINE_WORK && deadline_look());
}

/* Looks at the clock. ERR_LIMIT, with the name of the setting, if the time is over. */
enum err deadline_check(struct error *e) ERR_WARN_UNUSED;

#endif
