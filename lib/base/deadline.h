/*
 * A limit on how long one request may run, for code that computes. Loops say how much work
 * they do and stop where the time is over: what they return then counts for nothing, and
 * whoever called them asks again and gives ERR_LIMIT. There is one deadline in a process,
 * for the thread that serves requests. Ownership: nothing is kept.
 */
#ifndef BASE_DEADLINE_H
#define BASE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* From now on `seconds` may pass; 0: no limit. */
void deadline_begin(int64_t seconds);

/* The limit is gone. */
void deadline_end(void);

/* The work, in units of about a nanosecond, after which the clock is looked at. */
#define DEADLINE_WORK 1000000

extern struct deadline {
	bool set, passed;
	uint64_t work; /* since the clock was looked at */
} deadline;

/* Look at the clock; whether the time is over. */
bool deadline_look(void);

/* Note `work` units; whether the time is over. Cheap enough for an inner loop. */
static inline bool
deadline_passed(uint64_t work)
{
	deadline.work += work;
	return deadline.passed || (deadline.work >= DEADLINE_WORK && deadline_look());
}

/* ERR_LIMIT, naming the setting, if the time is over, else ERR_OK. Looks at the clock. */
enum err deadline_check(struct error *e) ERR_WARN_UNUSED;

#endif
