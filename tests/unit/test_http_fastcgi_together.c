/* Requests that wait together at the FastCGI front end, kept connections, several workers
 * on one socket. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fcgi_worker.h"

/* As many as the front end takes at a time. */
#define TOGETHER 8

static void
pause_ms(long ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&left, NULL);
}

/* ---- the worker's side: which gathering a request belongs to, and who answers ---- */

struct gathering {
	int number; /* so far */
	bool now;
	int answered; /* of this one */
};

static void
gathered(void *context)
{
	struct gathering *g = context;

	g->number++;
	g->now = true;
	g->answered = 0;
}

static void
scattered(void *context)
{
	struct gathering *g = context;

	g->now = false;
}

static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	struct gathering *g = context;

	(void)a;
	if (str_is(q->path, "/slow"))
		pause_ms(20);
	buf_printf(&r->body, "{\"path\":\"%.*s\",\"gathering\":%d,\"place\":%d,\"pid\":%d}",
	    STR_ARG(q->path), g->now ? g->number : -1, ++g->answered, (int)getpid());
}

static struct gathering gathering;
static const struct server server = {.version = "0.1",
    .answer = answer,
    .gathered = gathered,
    .scattered = scattered,
    .context = &gathering};

static int
start(void **state)
{
	*state = worker_start(&server, NULL);
	return *state == NULL;
}

static int
stop(void **state)
{
	worker_stop(*state);
	return 0;
}

/* ---- the web server's side ---- */

struct told {
	int gathering, place, pid;
};

static struct told
read_told(int fd)
{
	struct buf out = BUF_INIT;
	struct told t = {-1, -1, -1};
	const char *body;

	assert_true(worker_read(fd, &out));
	body = strstr(out.s, "\"gathering\":");
	assert_non_null(body);
	assert_int_equal(sscanf(body, "\"gathering\":%d,\"place\":%d,\"pid\":%d",
			     &t.gathering, &t.place, &t.pid),
	    3);
	assert_true(t.gathering > 0);
	buf_free(&out);
	return t;
}

static struct told
ask(const struct worker *w)
{
	int fd = worker_connect(w);
	struct told t;

	worker_send(fd, "GET", "/path", false, 0);
	t = read_told(fd);
	close(fd);
	return t;
}

/* Have `n` requests wait while the worker stands still. */
static void
have_wait(const struct worker *w, int *fds, int n)
{
	kill(w->pid, SIGSTOP);
	for (int i = 0; i < n; i++) {
		fds[i] = worker_connect(w);
		worker_send(fds[i], "GET", "/path", false, 0);
	}
}

static void
those_that_wait_are_gathered(void **state)
{
	struct told before = ask(*state);
	int fds[5];

	have_wait(*state, fds, 5);
	kill(((struct worker *)*state)->pid, SIGCONT);
	for (int i = 0; i < 5; i++) {
		struct told t = read_told(fds[i]);

		assert_int_equal(t.gathering, before.gathering + 1);
		assert_int_equal(t.place, i + 1);
		close(fds[i]);
	}
	assert_int_equal(ask(*state).gathering, before.gathering + 2);
}

static void
more_than_there_are_places_for(void **state)
{
	struct told before = ask(*state);
	int fds[2 * TOGETHER + 3];

	have_wait(*state, fds, 2 * TOGETHER + 3);
	kill(((struct worker *)*state)->pid, SIGCONT);
	for (int i = 0; i < 2 * TOGETHER + 3; i++) {
		struct told t = read_told(fds[i]);

		assert_int_equal(t.gathering, before.gathering + 1 + i / TOGETHER);
		assert_int_equal(t.place, i % TOGETHER + 1);
		close(fds[i]);
	}
}

/* A connection that was kept does not hold the worker. */
static void
kept_connections_leave_room(void **state)
{
	int kept[TOGETHER - 1];

	for (int i = 0; i < TOGETHER - 1; i++) {
		kept[i] = worker_connect(*state);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
		ask(*state);
	}
	for (int round = 0; round < 3; round++)
		for (int i = TOGETHER - 2; i >= 0; i--) {
			worker_send(kept[i], "POST", "/path", true, 3000);
			ask(*state);
			read_told(kept[i]);
		}
	for (int i = 0; i < TOGETHER - 1; i++) {
		close(kept[i]);
		ask(*state);
	}
}

static void
kept_connections_may_take_all_places(void **state)
{
	int kept[TOGETHER], fd;

	for (int i = 0; i < TOGETHER; i++) {
		kept[i] = worker_connect(*state);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
	}
	/* The next one waits until one of them ends, or is asked over for the last time. */
	fd = worker_connect(*state);
	worker_send(fd, "GET", "/path", false, 0);
	for (int i = 0; i < TOGETHER; i++) {
		worker_send(kept[i], "GET", "/path", i > 0, 0);
		read_told(kept[i]);
	}
	read_told(fd);
	close(fd);
	for (int i = 0; i < TOGETHER; i++)
		close(kept[i]);
	ask(*state);
}

/* One that ends and one that comes at the same moment. */
static void
ends_and_beginnings_mix(void **state)
{
	for (int round = 0; round < 20; round++) {
		int kept[3], fds[6];

		for (int i = 0; i < 3; i++) {
			kept[i] = worker_connect(*state);
			worker_send(kept[i], "GET", "/path", true, 0);
			read_told(kept[i]);
		}
		have_wait(*state, fds, round % 7);
		close(kept[round % 3]);
		worker_send(kept[(round + 1) % 3], "GET", "/path", false, 0);
		kill(((struct worker *)*state)->pid, SIGCONT);
		read_told(kept[(round + 1) % 3]);
		for (int i = 0; i < round % 7; i++) {
			read_told(fds[i]);
			close(fds[i]);
		}
		close(kept[(round + 1) % 3]);
		close(kept[(round + 2) % 3]);
	}
	ask(*state);
}

static void
two_workers_share_a_socket(void **state)
{
	struct worker *other = worker_start(&server, *state);
	int first = 0, fds[12];

	assert_non_null(other);
	for (int round = 0; round < 30; round++) {
		for (int i = 0; i < 12; i++) {
			fds[i] = worker_connect(*state);
			worker_send(
			    fds[i], "GET", i % 5 == 0 ? "/slow" : "/path", false, 0);
		}
		for (int i = 0; i < 12; i++) {
			first += read_told(fds[i]).pid != other->pid;
			close(fds[i]);
		}
	}
	assert_in_range(first, 1, 30 * 12 - 1);
	worker_stop(other);
	ask(*state);
}

/* What a worker has not taken when it is told to stop is left for the others. */
static void
none_is_lost_when_a_worker_stops(void **state)
{
	struct worker *other;
	int fds[TOGETHER + 4];

	ask(*state);
	have_wait(*state, fds, TOGETHER + 4);
	kill(((struct worker *)*state)->pid, SIGTERM);
	kill(((struct worker *)*state)->pid, SIGCONT);
	assert_int_equal(worker_wait(*state), 0);
	other = worker_start(&server, *state);
	assert_non_null(other);
	for (int i = 0; i < TOGETHER + 4; i++) {
		read_told(fds[i]);
		close(fds[i]);
	}
	worker_stop(other);
}

static void
ask_for_ever(const struct worker *w)
{
	struct buf out = BUF_INIT;

	for (;;) {
		int fd = worker_connect(w);

		worker_send(fd, "GET", "/slow", false, 0);
		if (!worker_read(fd, &out))
			_exit(0);
		close(fd);
	}
}

/* Also where there is always somebody waiting. */
static void
a_signal_comes_through_under_load(void **state)
{
	pid_t clients[6];

	for (int i = 0; i < 6; i++) {
		clients[i] = fork();
		if (clients[i] == 0)
			ask_for_ever(*state);
	}
	pause_ms(200);
	kill(((struct worker *)*state)->pid, SIGTERM);
	assert_int_equal(worker_wait(*state), 0);
	for (int i = 0; i < 6; i++) {
		kill(clients[i], SIGKILL);
		waitpid(clients[i], NULL, 0);
	}
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(those_that_wait_are_gathered),
	    T(more_than_there_are_places_for),
	    T(kept_connections_leave_room),
	    T(kept_connections_may_take_all_places),
	    T(ends_and_beginnings_mix),
	    T(two_workers_share_a_socket),
	    T(none_is_lost_when_a_worker_stops),
	    T(a_signal_comes_through_under_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
