#include "base/seal.h"

#include <config.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void
seal_process(void)
{
	static const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
#ifndef WITH_SANITIZER
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
