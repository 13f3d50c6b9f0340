#include "base/deadline.h"

#include <inttypes.h>

#include "base/clock.h"

struct deadline deadline;

static int64_t limit; /* seconds */
static int64_t end;   /* milliseconds of the clock */

void
deadline_begin(int64_t seconds)
{
	limit = seconds;
	end = clock_milliseconds() + seconds * 1000;
	deadline = (struct deadline){.set = seconds > 0};
}

void
deadline_end(void)
{
	deadline = (struct deadline){.set = false};
}

bool
deadline_look(void)
{
	deadline.work = 0;
	deadline.passed = deadline.passed || (deadline.set && clock_milliseconds() >= end);
	return deadline.passed;
}

enum err
deadline_check(struct error *e)
{
	if (!deadline_look())
		return ERR_OK;
	return error_set(
	    e, ERR_LIMIT, "The answer takes longer than max_seconds = %" PRId64 ".", limit);
}
