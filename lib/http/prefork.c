#include "http/prefork.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"

/* Milliseconds: who has lived so long is followed at once; else after a pause between
 * these. */
#define LIVED 1000
#define PAUSE_MIN 50
#define PAUSE_MAX 1000

struct keeper {
	unsigned n;
	int (*run)(void *context);
	void *context;
	sigset_t before, held;
	struct child {
		pid_t pid;	 /* 0: none */
		int64_t started; /* when it was, or is to be */
		int64_t pause;	 /* before the next one */
	} *list;
};

static const int stop_signals[] = {SIGTERM, SIGINT, SIGUSR1};

bool
prefork_here(void)
{
	int listens = 0;
	socklen_t n = sizeof(listens);

	return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 &&
	    listens != 0;
}

static void
start(struct keeper *k, struct child *c)
{
	pid_t keeper = getpid();

	c->started = clock_milliseconds();
	c->pid = fork();
	if (c->pid < 0) {
		log_error("no worker can be started: %s", strerror(errno));
		c->pid = 0;
		c->started += PAUSE_MAX;
	}
	if (c->pid != 0)
		return;
	/* In the worker: it does not outlive its keeper. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != keeper)
		_exit(EXIT_FAILURE);
	sigprocmask(SIG_SETMASK, &k->before, NULL);
	free(k->list);
	exit(k->run(k->context));
}

static void
tell_of(pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_warning("worker %d was ended by signal %d; another is started",
		    (int)pid, WTERMSIG(status));
	else
		log_warning("worker %d ended with status %d; another is started", (int)pid,
		    WEXITSTATUS(status));
}

/* Note who has ended. */
static void
collect(struct keeper *k, bool stopping)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned i = 0; i < k->n; i++) {
			struct child *c = &k->list[i];
			int64_t now = clock_milliseconds();

			if (c->pid != pid)
				continue;
			c->pid = 0;
			c->pause = now - c->started >= LIVED ? 0
			    : c->pause == 0		     ? PAUSE_MIN
			    : c->pause < PAUSE_MAX / 2	     ? c->pause * 2
							     : PAUSE_MAX;
			c->started = now + c->pause;
			if (!stopping)
				tell_of(pid, status);
		}
}

/* Start who is due; milliseconds until the next one is, -1: nobody is missing. */
static int64_t
start_due(struct keeper *k)
{
	int64_t least = -1;

	for (unsigned i = 0; i < k->n; i++) {
		struct child *c = &k->list[i];
		int64_t left = c->started - clock_milliseconds();

		if (c->pid == 0 && left <= 0)
			start(k, c);
		if (c->pid == 0 && left > 0 && (least < 0 || left < least))
			least = left;
	}
	return least;
}

/* Wait for a signal, which is returned, or for `ms` (-1: for ever): 0 then. */
static int
wait_for_signal(const struct keeper *k, int64_t ms)
{
	struct timespec limit = {ms / 1000, ms % 1000 * 1000000};
	int sig =
	    ms < 0 ? sigwaitinfo(&k->held, NULL) : sigtimedwait(&k->held, NULL, &limit);

	return sig < 0 ? 0 : sig;
}

static bool
any_left(const struct keeper *k)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->list[i].pid != 0)
			return true;
	return false;
}

static void
stop_all(struct keeper *k)
{
	for (unsigned i = 0; i < k->n; i++)
		if (k->list[i].pid != 0)
			kill(k->list[i].pid, SIGTERM);
	while (any_left(k)) {
		wait_for_signal(k, PAUSE_MAX);
		collect(k, true);
	}
}

/* A default or ignored SIGCHLD would be thrown away, not held. */
static void
on_child(int sig)
{
	(void)sig;
}

int
prefork_run(unsigned n, int (*run)(void *context), void *context)
{
	struct keeper k = {.n = n, .run = run, .context = context};
	struct sigaction child = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	bool stop = false;

	k.list = calloc(n, sizeof(k.list[0]));
	if (k.list == NULL)
		return EXIT_FAILURE;
	sigemptyset(&child.sa_mask);
	sigaction(SIGCHLD, &child, NULL);
	sigemptyset(&k.held);
	sigaddset(&k.held, SIGCHLD);
	for (size_t i = 0; i < N_OF(stop_signals); i++)
		sigaddset(&k.held, stop_signals[i]);
	sigprocmask(SIG_BLOCK, &k.held, &k.before);
	while (!stop) {
		int sig = wait_for_signal(&k, start_due(&k));

		collect(&k, false);
		stop = sig != 0 && sig != SIGCHLD;
	}
	stop_all(&k);
	free(k.list);
	return EXIT_SUCCESS;
}
