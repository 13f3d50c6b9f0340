#include "http/patience.h"

#include <sys/resource.h>

static int
or_default(int value, int otherwise)
{
	return value > 0 ? value : otherwise;
}

struct patience
patience_complete(const struct patience *p)
{
	struct rlimit files = {.rlim_cur = RLIM_INFINITY};
	struct patience r = {
	    .request = or_default(p->request, 10000),
	    .body = or_default(p->body, 5000),
	    .answer = or_default(p->answer, 30000),
	    .close = or_default(p->close, 50),
	    .silence = or_default(p->silence, 1000),
	    .grace = or_default(p->grace, 100),
	    .pause = or_default(p->pause, 50),
	    .connections = or_default(p->connections, 1024),
	};

	getrlimit(RLIMIT_NOFILE, &files);
	if ((rlim_t)r.connections > files.rlim_cur / 2)
		r.connections = files.rlim_cur < 4 ? 1 : (int)(files.rlim_cur / 2);
	return r;
}
